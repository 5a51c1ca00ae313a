// A dashboard: connects with the options given as JSON, says on its output what happens, and does what its input asks.
//   node client.mjs <url> <options as JSON>
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const [url, options] = process.argv.slice(2);
const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const socket = io(url, { reconnectionDelay: 20, reconnectionDelayMax: 100, ...JSON.parse(options) });

socket.on('connect', () => say({ kind: 'connect', id: socket.id, recovered: socket.recovered, transport: socket.io.engine.transport.name }));
socket.on('connect_error', (error) => say({ kind: 'refused', message: error.message, data: error.data ?? null }));
socket.on('disconnect', (reason) => say({ kind: 'disconnect', reason }));
socket.onAny((name, ...args) => say({ kind: 'event', name, args }));

createInterface({ input: process.stdin }).on('line', async (line) => {
  const asked = JSON.parse(line);
  if (asked.do === 'ask') {
    const answer = await socket.timeout(10_000).emitWithAck(asked.name, ...asked.args).catch((error) => ({ error: error.message }));
    say({ kind: 'answer', answer });
  } else if (asked.do === 'emit') {
    socket.emit(asked.name, ...asked.args);
  } else if (asked.do === 'cut') {
    socket.io.engine.close(); // The network is gone; the client comes back by itself.
  } else if (asked.do === 'offline') {
    socket.io.reconnection(false);
    socket.io.engine.close();
  } else if (asked.do === 'online') {
    socket.io.reconnection(true);
    socket.connect();
  }
}).on('close', () => process.exit(0));
