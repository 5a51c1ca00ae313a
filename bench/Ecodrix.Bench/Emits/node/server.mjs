// The reference server with one room. It prints its address; each line "<emits> <milliseconds between them>" that comes in has it emit to
// the room, and it prints "done" when the last one is out.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Server } from "socket.io";

const http = createServer();
const server = new Server(http, { serveClient: false });
server.on("connection", (socket) => socket.join("room"));

const step = { index: 3, type: "message", status: "completed", at: "2026-01-01T00:00:00.000Z", text: "x".repeat(100) };

const emit = (count, between) =>
  new Promise((resolve) => {
    let seq = 0;
    const timer = setInterval(() => {
      server.to("room").emit("run.step", { runId: "65a1b2c3d4e5f60718293a4b", step, seq: ++seq });
      if (seq === count) {
        clearInterval(timer);
        resolve();
      }
    }, between);
  });

http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${http.address().port}`));
for await (const line of createInterface({ input: process.stdin })) {
  await emit(...line.split(" ").map(Number));
  console.log("done");
}
process.exit();
