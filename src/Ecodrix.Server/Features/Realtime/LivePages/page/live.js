// Opens the socket with the token of the link, catches up on what was told before, and hands everything to the story.

import { LiveSocket } from './socket.js';
import { Story } from './story.js';
import { View } from './view.js';

const LOOK_BACK = 500;
const KEPT = 'ecodrix-live-token';

const story = new Story();
const view = new View(story);
let lastSeq = null;
let isCatchingUp = false;
let early = [];

/** The link's token; it leaves the address bar at once, and stays in this tab for a reload. */
function readToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    history.replaceState(null, '', location.pathname);
    sessionStorage.setItem(KEPT, given);
  }
  return given ?? sessionStorage.getItem(KEPT);
}

function take(name, data) {
  if (!(data?.seq > lastSeq)) {
    return;
  }
  lastSeq = data.seq;
  view.show(story.take(name, data));
}

async function readGap(after, limit) {
  const answer = await socket.ask('events', { after, limit });
  if (answer?.success === false) {
    throw new Error(answer.message);
  }
  return answer;
}

// Nothing is told twice and nothing out of turn: what comes while the gap is read waits for its end.
async function catchUp() {
  isCatchingUp = true;
  early = [];
  try {
    view.name(await socket.ask('whoami', null));
    if (lastSeq === null) {
      lastSeq = Math.max(0, (await readGap(0, 1)).lastSeq - LOOK_BACK);
    }
    let answer;
    do {
      answer = await readGap(lastSeq, LOOK_BACK);
      answer.events.forEach((entry) => take(entry.event, entry.data));
      lastSeq = answer.reset ? answer.lastSeq : lastSeq;
    } while (answer.hasMore);
    early.forEach(([name, data]) => take(name, data));
    isCatchingUp = false;
    socket.steady();
    view.say('live', 'Live');
  } catch {
    socket.renew();
  }
}

const socket = new LiveSocket({ token: readToken() }, {
  onJoined: catchUp,
  onEvent: (name, data) => (isCatchingUp ? early.push([name, data]) : take(name, data)),
  onAway: (wait) => view.say('away', `Connection lost. Trying again in ${Math.ceil(wait / 1000)} s.`),
  onRefused: (code, sentence) => {
    sessionStorage.removeItem(KEPT);
    view.say('refused', code === 'UNAUTHORIZED' ? 'This link does not work (any more). Make a new one: ecodrix live CODE' : sentence);
  },
});

if (sessionStorage.getItem(KEPT)) {
  socket.open();
} else {
  view.say('refused', 'No link was opened. Make one: ecodrix live CODE');
}
