// Draws the story. Everything that came over the socket is put in as text.

import * as words from './words.js';

const el = (tag, className, ...children) => {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...children.filter((child) => child != null && child !== ''));
  return element;
};

const chip = ([tone, text]) => el('span', `chip ${tone}`, text);

export class View {
  #story;
  #cards = document.getElementById('cards');
  #drawn = new Map();
  #stale = new Set();

  constructor(story) {
    this.#story = story;
  }

  /** Draws the cards of these ids anew, with the next frame. */
  show(ids) {
    if (this.#stale.size === 0 && ids.length > 0) {
      requestAnimationFrame(() => this.#draw());
    }
    ids.forEach((id) => this.#stale.add(id));
  }

  say(state, text) {
    const place = document.getElementById('state');
    place.dataset.state = state;
    place.lastElementChild.textContent = text;
  }

  name({ clientCode, mode }) {
    document.getElementById('who').textContent = `· ${clientCode} · ${mode} mode`;
    document.title = `${clientCode} live`;
  }

  #draw() {
    for (const id of this.#stale) {
      const card = this.#story.cards.get(id);
      if (card) {
        const drawn = card.kind === 'event' ? this.#event(card) : this.#note(card);
        drawn.dataset.id = id;
        const before = this.#drawn.get(id);
        before ? before.replaceWith(drawn) : this.#cards.prepend(drawn);
        this.#drawn.set(id, drawn);
      }
    }
    this.#stale.clear();
    for (const [id, drawn] of this.#drawn) {
      if (!this.#story.cards.has(id)) {
        drawn.remove();
        this.#drawn.delete(id);
      }
    }
    document.getElementById('empty').hidden = this.#drawn.size > 0;
  }

  #event({ log, runs, callbacks }) {
    const state = log?.status && chip(words.eventState(log, [...runs.values()]));
    const head = this.#head('Event', log?.trigger ?? 'An earlier event', log?.leadId, { at: log?.createdAt, state, address: log?.phone ?? log?.email });
    head.querySelector('.end').append(...this.#trace(log?.traceUrl));
    const parts = [...runs.values()].map((run) => this.#run(run)).concat([...callbacks.values()].map((callback) => this.#callback(callback)));
    if (log && runs.size === 0 && !['received', 'scheduled', 'processing'].includes(log.status)) {
      parts.unshift(el('section', 'part', el('div', 'said', log.error ?? 'No active rule answers this trigger.')));
    }
    return el('article', 'card fresh', head, ...parts);
  }

  #note({ title, text, leadId, at }) {
    return el('article', 'card fresh', this.#head('', title, leadId, { at }), el('section', 'part', el('blockquote', '', text)));
  }

  #head(kind, title, leadId, { at, state, address }) {
    const time = el('time', '', at ? words.clock(at) : '');
    time.dateTime = at ?? '';
    return el('header', '', kind && el('span', 'kind', kind), el('h2', '', title), el('span', 'whom', this.#whom(leadId, address)), el('div', 'end', state, time));
  }

  #whom(leadId, address) {
    const lead = this.#story.leads.get(leadId);
    const name = [lead?.firstName, lead?.lastName].filter(Boolean).join(' ');
    return [...new Set([name, lead?.phone ?? address ?? lead?.email])].filter(Boolean).join(' · ');
  }

  #trace(url) {
    if (!/^https?:\/\//.test(url ?? '')) {
      return [];
    }
    const link = el('a', '', 'What happened ↗');
    link.href = url;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    return [link];
  }

  #run(run) {
    const head = el('div', '', el('span', 'kind', 'Rule'), el('h3', '', run.ruleName), chip(words.runState(run)));
    const steps = el('ol', 'steps', ...run.steps.map((step) => this.#step(step)));
    return el('section', 'part', head, steps);
  }

  #step(step) {
    const message = this.#story.messages.get(step.result?.messageId);
    const state = words.stepState(step, message);
    const title = el('b', '', words.stepTitle(step), step.name && el('span', 'kind', ` ${step.name}`));
    const box = el('li', `step is-${state[0]}`, title, chip(state));
    const text = words.messageText(message);
    if (text) {
      box.append(el('blockquote', '', text));
    }
    if (step.heldFor) {
      box.append(el('p', 'said', step.heldFor));
    }
    const isRefused = message?.status === 'failed' && step.status !== 'failed';
    const said = isRefused ? words.failure(message.error?.code, message.error?.message) : step.status === 'completed' ? '' : words.failure(step.errorCode, step.lastError);
    if (said) {
      box.append(el('p', 'said words', said));
    }
    step.warnings?.forEach((warning) => box.append(el('p', 'said', warning)));
    return box;
  }

  #callback({ log, tries }) {
    const head = el('div', '', el('span', 'kind', 'Callback to'), el('h3', '', log.url), chip(words.callbackState(log)), ...this.#trace(log.traceUrl));
    const list = tries.map((one) => {
      const isTaken = one.code >= 200 && one.code < 300;
      const answer = one.code ? `${one.code} in ${words.duration(one.took)}` : 'no answer';
      return el('li', '', chip([isTaken ? 'good' : 'bad', answer]), `attempt ${one.number}`, el('time', '', words.clock(one.at)), isTaken ? '' : el('span', 'said words', one.error ?? ''));
    });
    const next = log.status === 'pending' && log.nextAttemptAt ? [el('li', 'said', `The next attempt is at ${words.clock(log.nextAttemptAt)}.`)] : [];
    return el('section', 'part', head, el('ul', 'attempts', ...list, ...next));
  }
}
