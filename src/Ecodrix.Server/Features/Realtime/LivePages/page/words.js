// How states and times are said. A state is [tone, words]; tones are colours of live.css.

const STEPS = {
  send_whatsapp: 'WhatsApp message', send_email: 'E-mail', create_meet: 'Meeting', add_tag: 'Add a tag', remove_tag: 'Remove a tag',
  create_note: 'Write a note', move_stage: 'Move to a stage', update_field: 'Change a field', wait: 'Wait', wait_for: 'Wait for an event',
  callback: 'Callback', branch: 'Branch', stop: 'Stop', enroll: 'Start a sequence', unenroll: 'End a sequence',
};

const RUNS = { running: ['run', 'running'], waiting: ['wait', 'waiting'], completed: ['good', 'completed'], failed: ['bad', 'failed'], cancelled: ['idle', 'cancelled'] };

const EVENTS = { ...RUNS, received: ['run', 'received'], scheduled: ['wait', 'scheduled'], processing: ['run', 'working'] };

const MESSAGES = { queued: ['run', 'about to leave'], sent: ['good', 'sent'], delivered: ['good', 'delivered'], read: ['good', 'read'], failed: ['bad', 'not delivered'] };

const CALLBACKS = { pending: ['wait', 'will be tried again'], delivered: ['good', 'delivered'], failed: ['bad', 'given up'] };

const of = (table, status) => table[status] ?? ['idle', String(status ?? '')];

export const stepTitle = (step) => STEPS[step.type] ?? spaced(step.type);

/** An event is reported when its immediate work is done; runs that wait live on. */
export function eventState(log, runs) {
  if (log.status === 'completed' && runs.length === 0) {
    return ['idle', 'no rule'];
  }
  return log.status === 'completed' && runs.some((run) => !run.finishedAt) ? ['wait', 'goes on later'] : of(EVENTS, log.status);
}

/** That a run waits is told by its steps alone. */
export function runState(run) {
  if (run.attention) {
    return ['bad', 'a person should look'];
  }
  const waits = run.status === 'running' && run.steps.some((step) => step.status === 'waiting') && !run.steps.some((step) => step.status === 'running');
  return of(RUNS, waits ? 'waiting' : run.status);
}

export const callbackState = (log) => of(CALLBACKS, log.status);

export function stepState(step, message) {
  switch (step.status) {
    case 'pending':
      return ['idle', 'to come'];
    case 'waiting':
      return ['wait', step.attempts > 0 && step.lastError ? `tries again ${until(step.dueAt)}` : step.dueAt ? `waiting until ${clock(step.dueAt)}` : 'waiting'];
    case 'running':
      return ['run', 'running'];
    case 'completed':
      return message ? of(MESSAGES, message.status) : ['good', step.type === 'send_email' ? 'sent' : 'done'];
    case 'failed':
      return ['bad', 'failed'];
    case 'unknown':
      return ['bad', 'unknown: a person should look'];
    default:
      return ['idle', step.status];
  }
}

export const spaced = (name) => {
  const words = String(name).replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export function clock(time) {
  const when = new Date(time);
  const isToday = when.toDateString() === new Date().toDateString();
  return when.toLocaleString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', ...(isToday ? {} : { day: 'numeric', month: 'short' }) });
}

export const duration = (ms) => (ms == null ? '' : ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

/** A message as the person reads it; of a template whose text is not known here its name and what is put in. */
export function messageText(message) {
  const { name, variables } = message?.template ?? {};
  const values = Array.isArray(variables) ? variables.join(' · ') : '';
  return message?.text ?? (name && [`Template ${name}`, values].filter(Boolean).join(': '));
}

/** A provider's words with its code, once. */
export const failure = (code, text) => (code && !text?.includes(code) ? [code, text].filter(Boolean).join(': ') : text ?? '');

const until = (time) => (time ? `at ${clock(time)}` : 'soon');
