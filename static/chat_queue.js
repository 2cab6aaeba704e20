// What goes out: in order, once, also across a lost line or a closed tab.
import { FRAGMENT, one, signInAgain } from './dom.js';

const KEY = 'office-chat-queue';
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

let isSending = false;
let wait = FIRST_WAIT;
let timer;
let told = () => {};

const read = () => JSON.parse(localStorage.getItem(KEY) ?? '[]');
const write = (all) => localStorage.setItem(KEY, JSON.stringify(all));
const drop = (client) => write(read().filter((each) => each.client !== client));
const own = () => one('main').dataset.me;

/** A name for one saying: rising with time, and nobody else's. As long as the server's own. */
export function name() {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const random = [...crypto.getRandomValues(new Uint8Array(34))].map((byte) => letters[byte & 63]).join('');
  return Date.now().toString(36).padStart(9, '0') + random;
}

/** What waits to be said in a conversation, oldest first. */
export const waiting = (chat) => read().filter((each) => each.chat === chat && each.me === own());

/** Says something as soon as it can be said. */
export function send(entry) {
  write([...read(), { ...entry, me: own() }]);
  go();
}

/** Takes back what could not be said. */
export const forget = drop;

/** Tries again at once. */
export function now() {
  wait = FIRST_WAIT;
  go();
}

/** Only one tab of a browser sends, or two would each say what waits. */
async function go() {
  clearTimeout(timer);
  if (isSending) return;
  isSending = true;
  try {
    if (navigator.locks) await navigator.locks.request(KEY, drain); else await drain();
  } finally {
    isSending = false;
  }
}

async function drain() {
  for (let next = first(); next; next = first()) {
    if (!(await post(next))) return;
  }
}

const first = () => read().find((each) => each.me === own() && !each.failed);

async function post(entry) {
  const body = new URLSearchParams({ csrf: one('main').dataset.csrf, text: entry.text, client_id: entry.client, answers: entry.answers ?? '', thread: entry.thread ?? '' });
  for (const file of entry.files ?? []) body.append('kept', file);
  let answer;
  try {
    answer = await fetch(`/chat/${entry.chat}/say`, { method: 'POST', credentials: 'same-origin', headers: { accept: FRAGMENT }, body });
  } catch {
    return later(entry);
  }
  if (answer.status === 401) return signInAgain(), false;
  const text = await answer.text();
  if (answer.status >= 500 || answer.status === 429) return later(entry, Number(answer.headers.get('retry-after')) * 1000);
  if (answer.ok) drop(entry.client);
  else write(read().map((each) => (each.client === entry.client ? { ...each, failed: text } : each)));
  wait = FIRST_WAIT;
  told(entry, answer, text);
  return true;
}

function later(entry, asked) {
  told(entry, null, '');
  timer = setTimeout(go, asked || wait);
  wait = Math.min(LONGEST_WAIT, wait * 2);
  return false;
}

/** Sends again what failed. */
export function again(client) {
  write(read().map((each) => (each.client === client ? { ...each, failed: undefined } : each)));
  now();
}

/** Sends from now on; `heard(entry, answer, text)` learns how each went, with no answer while the line is down. */
export function begin(heard) {
  told = heard;
  addEventListener('online', now);
  document.addEventListener('visibilitychange', () => document.hidden || now());
  go();
}
