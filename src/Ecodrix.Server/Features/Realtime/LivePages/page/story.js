// What has happened, put together from what the socket tells. It draws nothing.

const RANKS = { queued: 0, sent: 1, delivered: 2, read: 3, failed: 4 };
const MOST_CARDS = 200;

export class Story {
  /** Cards by id, in the order in which they came: events, and what belongs to none. */
  cards = new Map();
  leads = new Map();
  messages = new Map();
  #eventOfRun = new Map();
  #eventOfMessage = new Map();
  #eventsOfLead = new Map();

  /** Takes what was told in; gives the ids of the cards that look different now. */
  take(name, data) {
    const [kind] = name.split('.');
    if (kind === 'event') {
      return this.#event(data.eventLog);
    }
    if (name === 'run.step') {
      return this.#step(data.runId, data.step);
    }
    if (kind === 'run') {
      return this.#run(data.run);
    }
    if (kind === 'callback') {
      return this.#callback(data.callbackLog, data.at);
    }
    if (name.startsWith('crm.lead_')) {
      return this.#lead(data.lead);
    }
    if (name === 'whatsapp.message_sent') {
      return this.#message(data.message);
    }
    if (name === 'message_status_update') {
      return this.#status(data);
    }
    if (name === 'new_message') {
      return this.#note(data.message._id, { title: 'Message received', text: data.message.text ?? `(${data.message.type})`, leadId: data.message.leadId, at: data.at });
    }
    if (kind === 'meet') {
      return this.#note(data.meeting._id, { title: `Meeting ${name.slice(5)}`, text: data.meeting.title ?? '', leadId: data.meeting.leadId, at: data.at });
    }
    return [];
  }

  #event(log) {
    const card = this.#eventCard(log._id);
    card.log = { ...card.log, ...log };
    return this.#ofLead(log.leadId, card.id);
  }

  #run(run) {
    const card = this.#eventCard(run.eventLogId);
    card.log ??= { _id: run.eventLogId, trigger: run.trigger, leadId: run.leadId, mode: run.mode, createdAt: run.startedAt };
    card.runs.set(run._id, run);
    this.#eventOfRun.set(run._id, card.id);
    run.steps.forEach((step) => this.#link(step, card.id));
    return this.#ofLead(run.leadId, card.id);
  }

  #step(runId, step) {
    const card = this.cards.get(this.#eventOfRun.get(runId));
    const steps = card?.runs.get(runId)?.steps;
    if (!steps) {
      return []; // It began before what is kept.
    }
    const at = steps.findIndex((known) => known.path === step.path);
    steps.splice(at < 0 ? steps.length : at, at < 0 ? 0 : 1, step);
    this.#link(step, card.id);
    return [card.id];
  }

  #callback(log, at) {
    const card = this.#eventCard(log.eventLogId);
    const known = card.callbacks.get(log._id) ?? { tries: [] };
    known.log = log;
    if (log.attempts > 0 && !known.tries.some((one) => one.number === log.attempts)) {
      known.tries.push({ number: log.attempts, at, code: log.lastStatusCode, took: log.lastDurationMs, error: log.lastError });
    }
    card.callbacks.set(log._id, known);
    return [card.id];
  }

  #lead(lead) {
    this.leads.set(lead._id, lead);
    return [...(this.#eventsOfLead.get(lead._id) ?? [])];
  }

  #message(message) {
    const known = this.messages.get(message._id);
    this.messages.set(message._id, RANKS[known?.status] > RANKS[message.status] ? { ...message, status: known.status } : message);
    return this.#cardsOfMessage(message._id);
  }

  #status({ messageId, status, error }) {
    const known = this.messages.get(messageId) ?? { _id: messageId };
    if (!(RANKS[known.status] > RANKS[status])) {
      this.messages.set(messageId, { ...known, status, error: error ?? known.error });
    }
    return this.#cardsOfMessage(messageId);
  }

  #note(id, note) {
    this.#put({ id, kind: 'note', ...note });
    return this.#ofLead(note.leadId, id);
  }

  #link(step, cardId) {
    const id = step.result?.messageId;
    if (id) {
      this.#eventOfMessage.set(id, cardId);
    }
  }

  #cardsOfMessage(id) {
    const card = this.#eventOfMessage.get(id);
    return card ? [card] : [];
  }

  #ofLead(leadId, cardId) {
    if (leadId) {
      this.#eventsOfLead.set(leadId, (this.#eventsOfLead.get(leadId) ?? new Set()).add(cardId));
    }
    return [cardId];
  }

  #eventCard(id) {
    return this.cards.get(id) ?? this.#put({ id, kind: 'event', log: null, runs: new Map(), callbacks: new Map() });
  }

  #put(card) {
    this.cards.set(card.id, card);
    if (this.cards.size > MOST_CARDS) {
      this.#forget(this.cards.values().next().value);
    }
    return card;
  }

  #forget(card) {
    this.cards.delete(card.id);
    for (const links of [this.#eventOfRun, this.#eventOfMessage]) {
      for (const [id, owner] of links) {
        if (owner === card.id) {
          links.delete(id);
          this.messages.delete(id);
        }
      }
    }
    const leadId = card.log?.leadId ?? card.leadId;
    const left = this.#eventsOfLead.get(leadId);
    left?.delete(card.id);
    if (left?.size === 0) {
      this.#eventsOfLead.delete(leadId);
      this.leads.delete(leadId);
    }
  }
}
