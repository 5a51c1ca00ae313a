// A stock Node server with the classic Redis adapter, a stock emitter and stock clients, led from outside: a line of JSON with a command
// comes in, a line of JSON with what came of it goes out. Bytes are written {"$bytes":[...]}.
// node peer.mjs <redis port> <key>
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { createAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";

const [redisPort, key] = process.argv.slice(2);
const redis = () => new Redis({ host: "127.0.0.1", port: Number(redisPort) });

const http = createServer();
const server = new Server(http, { adapter: createAdapter(redis(), redis(), { key, requestsTimeout: 3000 }) });
const emitter = new Emitter(redis(), { key });
const clients = new Map();
const heard = [];

for (const nsp of [server.of("/"), server.of("/custom")]) {
  nsp.on("connection", (socket) => (socket.data.from = "node"));
  nsp.on("told", (...args) => heard.push([nsp.name, ...args]));
  nsp.on("sum", (a, b, answer) => answer(a + b));
  nsp.on("silent", () => {});
}

const pack = (value) => {
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return { $bytes: [...value] };
  if (Array.isArray(value)) return value.map(pack);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, pack(v)]));
  return value;
};

const unpack = (value) => {
  if (value?.$bytes) return Buffer.from(value.$bytes);
  if (value?.$date) return new Date(value.$date);
  if (Array.isArray(value)) return value.map(unpack);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, unpack(v)]));
  return value;
};

const until = async (condition) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

// The target of a command: of the server or, when it says so, of the emitter.
const target = ({ by, nsp = "/", rooms = [], except = [], flags = [], timeout }) => {
  let at = by === "emitter" ? emitter.of(nsp) : server.of(nsp);
  if (rooms.length) at = at.to(rooms);
  if (except.length) at = at.except(except);
  for (const flag of flags) at = at[flag];
  return timeout ? at.timeout(timeout) : at;
};

const commands = {
  emit: (c) => void target(c).emit(...unpack(c.event)),
  ask: async (c) => {
    try {
      return { answers: await target(c).emitWithAck(...unpack(c.event)) };
    } catch (error) {
      return { error: error.message, answers: error.responses };
    }
  },
  askOne: async (c) => {
    const [socket] = await server.of(c.nsp ?? "/").in(c.rooms).fetchSockets();
    return socket.timeout(c.timeout).emitWithAck(...unpack(c.event));
  },
  join: (c) => void target(c).socketsJoin(c.join),
  leave: (c) => void target(c).socketsLeave(c.leave),
  disconnect: (c) => void target(c).disconnectSockets(c.close),
  fetch: async (c) => (await target(c).fetchSockets()).map(({ id, handshake, rooms, data }) => ({ id, handshake, rooms: [...rooms], data })),
  rooms: async (c) => [...(await server.of(c.nsp ?? "/").adapter.allRooms())],
  tell: (c) => void (c.by === "emitter" ? emitter.of(c.nsp ?? "/") : server.of(c.nsp ?? "/")).serverSideEmit(...unpack(c.event)),
  question: async (c) => {
    try {
      return await server.of(c.nsp ?? "/").serverSideEmitWithAck(...unpack(c.event));
    } catch (error) {
      return { error: error.message };
    }
  },
  heard: async (c) => {
    await until(() => heard.length >= c.count);
    return heard.splice(0);
  },

  // A client of any server. It answers "question" with its name and what it was asked.
  connect: async (c) => {
    const socket = connect(c.url ? c.url + (c.nsp ?? "/") : `http://127.0.0.1:${http.address().port}${c.nsp ?? "/"}`, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      auth: { name: c.name },
    });
    const seen = [];
    socket.on("question", (asked, answer) => answer([c.name, asked], "second"));
    socket.onAny((...event) => seen.push(event));
    socket.on("disconnect", (reason) => seen.push(["disconnect", reason]));
    clients.set(c.name, { socket, seen });
    await new Promise((resolve, reject) => socket.on("connect", resolve).on("connect_error", reject));
    return socket.id;
  },
  seen: async (c) => {
    const { seen } = clients.get(c.name);
    await until(() => seen.length >= c.count);
    return seen.splice(0);
  },
  close: () => {
    for (const { socket } of clients.values()) socket.close();
    clients.clear();
  },
};

http.listen(0, "127.0.0.1", async () => {
  await until(() => server.of("/").adapter.subClient.status === "ready" && server.of("/custom").adapter.subClient.status === "ready");
  console.log(JSON.stringify({ port: http.address().port }));
});

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  try {
    console.log(JSON.stringify({ result: pack((await commands[command.do](command)) ?? null) }));
  } catch (error) {
    console.log(JSON.stringify({ failure: error.stack }));
  }
}
process.exit(0);
