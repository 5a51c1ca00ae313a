// Socket.IO 5 over Engine.IO 4, as much of it as a page needs that looks on: one WebSocket, the main namespace, events,
// questions that are answered, heartbeats, and coming back after a loss. docs/decisions/0013-the-live-page.md says why it is here.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const ANSWER_WITHIN = 15_000;

export class LiveSocket {
  #auth;
  #handlers;
  #socket = null;
  #questions = new Map();
  #asked = 0;
  #failures = 0;
  #silence = 0;
  #patience = 45_000;
  #retry = 0;

  /**
   * @param auth What the namespace is joined with, such as { token }.
   * @param handlers onJoined(), onEvent(name, payload), onAway(milliseconds until the next try), onRefused(words)
   */
  constructor(auth, handlers) {
    this.#auth = auth;
    this.#handlers = handlers;
    addEventListener('online', () => this.#retry && this.open());
  }

  open() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    const address = new URL('/socket.io/?EIO=4&transport=websocket', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onmessage = (message) => socket === this.#socket && typeof message.data === 'string' && this.#read(message.data);
    socket.onclose = () => socket === this.#socket && this.#lost();
    this.#listen();
  }

  /** Emits an event and gives its answer; fails when the connection is lost or none comes in time. */
  ask(name, argument) {
    return new Promise((resolve, reject) => {
      const id = this.#asked++;
      const timeout = setTimeout(() => this.#settle(id, 'reject', new Error('No answer came.')), ANSWER_WITHIN);
      this.#questions.set(id, { resolve, reject, timeout });
      this.#send(`42${id}${JSON.stringify([name, argument])}`);
    });
  }

  /** All is well: the next loss is the first again. */
  steady() {
    this.#failures = 0;
  }

  /** Something is wrong with this connection: lose it, and come back. */
  renew() {
    this.#socket?.close();
  }

  #read(packet) {
    this.#listen();
    switch (packet[0]) {
      case '0': {
        const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1));
        this.#patience = pingInterval + pingTimeout;
        this.#listen();
        this.#send(`40${JSON.stringify(this.#auth)}`);
        break;
      }
      case '2':
        this.#send('3');
        break;
      case '1':
        this.#socket.close();
        break;
      case '4':
        this.#message(packet.slice(1));
        break;
    }
  }

  #message(packet) {
    const [, id, json] = /^.(\d*)(.*)$/s.exec(packet);
    switch (packet[0]) {
      case '0':
        this.#handlers.onJoined();
        break;
      case '1':
        this.#socket.close();
        break;
      case '2':
        this.#handlers.onEvent(...JSON.parse(json));
        break;
      case '3':
        this.#settle(Number(id), 'resolve', JSON.parse(json)[0]);
        break;
      case '4':
        this.#refused(JSON.parse(json));
        break;
    }
  }

  #refused({ message, data }) {
    if (['UNAVAILABLE', 'RATE_LIMITED', 'QUOTA_EXCEEDED'].includes(message)) {
      this.#socket.close();
      return;
    }
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#silence);
    socket.close();
    this.#handlers.onRefused(message, data?.message ?? message);
  }

  #settle(id, how, value) {
    const question = this.#questions.get(id);
    if (question) {
      this.#questions.delete(id);
      clearTimeout(question.timeout);
      question[how](value);
    }
  }

  #send(text) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(text);
    }
  }

  // The server is never silent for longer than a heartbeat; a network that is gone tells nobody.
  #listen() {
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#silence = setTimeout(() => {
      if (socket === this.#socket) {
        socket.onclose = null;
        socket.close();
        this.#lost();
      }
    }, this.#patience);
  }

  #lost() {
    clearTimeout(this.#silence);
    this.#socket = null;
    for (const id of [...this.#questions.keys()]) {
      this.#settle(id, 'reject', new Error('The connection was lost.'));
    }
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++) * (0.75 + Math.random() / 2);
    this.#handlers.onAway(wait);
    this.#retry = setTimeout(() => this.open(), wait);
  }
}
