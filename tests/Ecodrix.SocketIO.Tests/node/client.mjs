// Runs one story with a stock client against a server and prints what it saw as one line of JSON.
// node client.mjs <latest|first> <url> <polling|websocket|upgrade> <story>
const [version, url, way, story] = process.argv.slice(2);
const { io } = await import(`client-${version}`);

const transports = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] }[way];
const socket = io(url, { transports, upgrade: way === "upgrade", reconnectionDelay: 20, reconnectionDelayMax: 50, auth: { token: "t1" } });
const seen = { connects: 0, disconnects: [], events: [] };

const once = (name) => new Promise((resolve) => socket.once(name, (...args) => resolve(args)));
const ask = (name, ...args) => new Promise((resolve) => socket.emit(name, ...args, (...answer) => resolve(answer)));
const transport = () => socket.io.engine.transport.name;

socket.on("connect", () => seen.connects++);
socket.on("disconnect", (reason, details) => {
  seen.disconnects.push(reason);
  process.stderr.write(`disconnected: ${reason} ${details?.description ?? ""}\n`);
});
socket.on("event", (...args) => seen.events.push(args[0]));
socket.on("question", (number, answer) => answer(number * 2, Buffer.from([number])));

const stories = {
  // Arguments and binary, both ways, with answers both ways.
  async talk() {
    await once("connect");
    const bytes = Buffer.from([0, 1, 254, 255]);
    seen.echo = await ask("echo", 1, "zwei", { drei: [null, true, 4.5, "é😀\u2028"] }, []);
    const [first, nested] = await ask("echo", bytes, { in: [bytes] });
    seen.binary = [[...new Uint8Array(first)], [...new Uint8Array(nested.in[0])]];
    seen.doubled = await ask("ask-me", 21);
    seen.auth = await ask("auth");
    seen.empty = await ask("nothing");
  },

  // Two hundred events each way while the transport changes over: all arrive, once, in order.
  async flood() {
    await once("connect");
    let upgraded = way !== "upgrade" || transport() === "websocket";
    socket.io.engine.once("upgrade", () => (upgraded = true));
    socket.emit("flood-me", 200);
    let sent = 0;
    while (sent < 200 || !upgraded) {
      socket.emit("number", sent++, Buffer.from([sent & 255]));
      if (sent % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      if (sent > 20000) throw new Error("no upgrade");
    }
    while (seen.events.length < 200) await new Promise((resolve) => setTimeout(resolve, 5));
    seen.sent = sent;
    [seen.inOrder] = await ask("in-order");
  },

  // The server drops the connection; the client comes back by itself.
  async reconnect() {
    await once("connect");
    const back = new Promise((resolve) => socket.on("connect", resolve));
    socket.emit("drop-me");
    await back;
    seen.echo = await ask("echo", "again");
  },

  // The same, with what was missed.
  async recover() {
    const first = once("first");
    await once("connect");
    seen.recoveredAtFirst = socket.recovered;
    const id = socket.id;
    await first;
    const back = new Promise((resolve) => socket.on("connect", resolve));
    socket.emit("drop-me");
    await back;
    await ask("echo", "again");
    seen.recovered = socket.recovered;
    seen.sameId = socket.id === id;
  },

  // A namespace that refuses, with data, and one that does not exist.
  async refused() {
    await once("connect");
    const refused = socket.io.socket("/guarded");
    const unknown = socket.io.socket("/unknown");
    refused.connect();
    unknown.connect();
    const error = (s) => new Promise((resolve) => s.once("connect_error", (e) => resolve({ message: e.message, data: e.data })));
    [seen.refusal, seen.unknown] = await Promise.all([error(refused), error(unknown)]);
    seen.echo = await ask("echo", "still here");
  },

  // The server takes the socket out of the namespace.
  async dismissed() {
    await once("connect");
    const gone = once("disconnect");
    socket.emit("dismiss-me");
    await gone;
  },
};

await stories[story]();
seen.transport = socket.io.engine?.transport?.name;
console.log(JSON.stringify(seen));
socket.close();
process.exit(0);
