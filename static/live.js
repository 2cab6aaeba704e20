// Live patches. One tab of a browser holds the stream and tells the others; when it closes, another takes over.
import { badge } from './badge.js';
import { nodes, one, refresh } from './dom.js';

const DEAD = 45_000;
const LONGEST_WAIT = 30_000;
const TOPICS = [
  'hello', 'beat', 'resync', 'end', 'mail', 'folders', 'presence', 'chat', 'conversation', 'rooms', 'counts', 'typing', 'read', 'delivered', 'ring', 'calendar', 'reminders',
  'office', 'quote', 'quotes', 'policies', 'log',
];
const channel = new BroadcastChannel('office-live');

let heard = Number(document.body.dataset.live) || 0; // the revision this page knows
let isLeader = false;
let told = heard; // the revision the stream has reached, as far as this tab leads it
let priced = 0; // up to when this tab knows prices, by the office's clock

const blocks = new Set(['list', 'folders', 'unread', 'chat-unread', 'reminders']);
const hearers = new Map(); // topic to those who hear it

/** Hears a topic of the stream: `hear(head, html, id)`, where `id` is the office's revision. */
export function on(topic, hear) {
  hearers.set(topic, [...(hearers.get(topic) ?? []), hear]);
}

/** Whether this tab holds the stream. */
export const leads = () => isLeader;

/** Names blocks of this page that are read again where the stream cannot tell what was missed. */
export function keepFresh(...ids) {
  for (const id of ids) blocks.add(id);
}

/** Writes a count into the rail and the sum of all into the title. */
export function count(id, words) {
  const badge = document.getElementById(id);
  if (badge) {
    // A count of nothing came without a text of its own.
    if (badge.firstChild?.nodeType !== Node.TEXT_NODE) badge.prepend(document.createTextNode(''));
    badge.firstChild.data = words;
    badge.hidden = words === '';
  }
  tally();
}

/** Says beside the name of the tab, and on its icon, how much is unread. */
function tally() {
  const counted = (each) => Number((document.getElementById(each)?.firstChild?.data ?? '').replaceAll(',', '')) || 0;
  const sum = counted('unread') + counted('chat-unread');
  badge(sum);
  document.title = (sum ? `(${sum.toLocaleString('en')}) ` : '') + document.title.replace(/^\([\d,]+\) /, '');
}

/** Puts a block in place of an older one of the same id. What has the focus is left alone. */
export function replace(head, html) {
  const old = document.getElementById(head.target);
  if (!old || Number(old.dataset.ver) > head.ver) return;
  const fresh = nodes(html).firstElementChild;
  for (const link of fresh.querySelectorAll('a')) {
    const here = [...old.querySelectorAll('[aria-current]')].some((there) => there.getAttribute('href') === link.getAttribute('href'));
    if (here) link.setAttribute('aria-current', 'page');
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  old.replaceWith(fresh);
  if (focused) one(`a[href="${CSS.escape(focused)}"]`, fresh)?.focus();
}

function apply({ topic, id, data }) {
  heard = Math.max(heard, id || 0);
  if (topic === 'resync') void refresh([...blocks]);
  if (topic === 'line') return line(data);
  const end = data.indexOf('\n');
  const head = JSON.parse(end < 0 ? data : data.slice(0, end));
  const html = end < 0 ? '' : data.slice(end + 1);
  if (topic === 'quote') priced = Math.max(priced, head.at ?? 0);
  if (head.unread !== undefined) count('unread', head.unread);
  if (head.op === 'replace') replace(head, html);
  for (const hear of hearers.get(topic) ?? []) hear(head, html, id);
}

/** Says whether the office is reached. */
function line(state) {
  const bar = one('#line');
  if (bar) bar.hidden = state === 'up';
}

function tell(message) {
  apply(message);
  channel.postMessage(message);
}

class Stream {
  tries = 0;
  isDown = false;

  open() {
    clearTimeout(this.timer);
    this.source?.close();
    const source = new EventSource(`/live?since=${told}${priced ? `&prices=${priced}` : ''}`);
    this.source = source;
    for (const topic of TOPICS) {
      source.addEventListener(topic, (event) => this.hear(topic, event));
    }
    source.onopen = () => this.alive();
    source.onerror = () => this.again();
  }

  hear(topic, event) {
    this.alive();
    if (event.lastEventId) told = Number(event.lastEventId);
    tell({ topic, id: Number(event.lastEventId) || 0, data: event.data });
    if (topic === 'end') this.again();
  }

  alive() {
    this.tries = 0;
    if (this.isDown) {
      this.isDown = false;
      tell({ topic: 'line', data: 'up' });
    }
    clearTimeout(this.dead);
    this.dead = setTimeout(() => this.again(), DEAD);
  }

  /** 1, 2, 4 … 30 seconds, each a little different, so that not all browsers come back at once. */
  again() {
    this.source?.close();
    clearTimeout(this.dead);
    clearTimeout(this.timer);
    if (this.tries > 0 && !this.isDown) {
      this.isDown = true;
      tell({ topic: 'line', data: 'down' });
    }
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.timer = setTimeout(() => this.open(), wait);
  }

  /** Tries at once, when the network or the reader comes back. */
  now() {
    if (this.isDown) this.open();
  }
}

/** Listens for changes, as the tab that holds the stream or as one that is told. */
export function begin() {
  const stream = new Stream();
  for (const row of document.querySelectorAll('[data-quote][data-ver]')) priced = Math.max(priced, Number(row.dataset.ver));
  tally();
  // A page kept from before, shown without a line, says so until there is one.
  stream.isDown = one('#line')?.hasAttribute('data-as-of') ?? false;
  channel.onmessage = ({ data: message }) => {
    if (message.topic !== 'hello') return apply(message);
    // A new tab: what was told between its page and its first breath would be missing there.
    if (isLeader && message.id < told) channel.postMessage({ topic: 'resync', id: told, data: '{}' });
  };
  channel.postMessage({ topic: 'hello', id: heard });
  const lead = () => {
    isLeader = true;
    told = heard;
    stream.open();
    return new Promise(() => {});
  };
  if (navigator.locks) navigator.locks.request('office-live', lead); else lead();
  addEventListener('online', () => stream.now());
  document.addEventListener('visibilitychange', () => document.hidden || stream.now());
  // A page that the browser brings back from its memory has missed what happened meanwhile.
  addEventListener('pageshow', (event) => event.persisted && refresh([...blocks]));
}
