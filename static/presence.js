// Presence: keeps every dot of the page as it is now, tells the office when this browser is left alone, and closes the
// menu once something is chosen.
import { all, one } from './dom.js';
import { on } from './live.js';

const LEFT_ALONE = 60_000; // without a touch for so long, the office is told; it decides what follows
const LOOK = 5_000;
const KEY = 'office-touched';
const channel = new BroadcastChannel('office-presence');

let stream = 0; // the stream's number, in the tab that holds it
let isIdle = false;

/** Puts a person's presence wherever the person is shown. */
function put({ person, show, label, words }) {
  for (const dot of all(`[data-presence="${person}"]`)) {
    dot.classList.remove('free', 'away', 'busy', 'meeting', 'off');
    dot.classList.add(show);
    if (dot.getAttribute('aria-label') !== label) dot.setAttribute('aria-label', label);
  }
  for (const [mark, text] of [['words', words], ['label', label]]) {
    for (const line of all(`[data-presence-${mark}="${person}"]`)) {
      if (line.textContent !== text) line.textContent = text;
    }
  }
}

function mine({ chosen, note }) {
  for (const button of all('#presence button[name=show]')) {
    if (button.value === chosen) button.setAttribute('aria-current', 'true'); else button.removeAttribute('aria-current');
  }
  const field = one('#presence-note');
  if (field && field !== document.activeElement) field.value = note;
}

/** Asks how everybody on this page is: of what happened while nobody listened, nothing is kept. */
async function ask() {
  const people = new Set(all('[data-presence]').map((dot) => dot.dataset.presence));
  if (people.size === 0) return;
  const answer = await fetch(`/presence?of=${[...people].join(',')}`, { credentials: 'same-origin' }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const found = await answer.json();
  found.people.forEach(put);
  mine(found.mine);
}

const form = (fields) => new URLSearchParams({ csrf: one('input[name=csrf]')?.value ?? '', stream, ...fields });

async function tell() {
  const body = form({ idle: Number(isIdle), seconds: Math.floor(alone() / 1000) });
  await fetch('/presence/idle', { method: 'POST', credentials: 'same-origin', body }).catch(() => null);
}

/** Milliseconds since any tab of this browser was touched. */
const alone = () => Math.max(0, Date.now() - (Number(localStorage.getItem(KEY)) || Date.now()));

/** The tab that holds the stream tells for all. */
function look() {
  const is = alone() >= LEFT_ALONE;
  if (stream === 0 || is === isIdle) return;
  isIdle = is;
  tell();
}

let touchedAt = 0;
function touched() {
  const now = Date.now();
  if (now - touchedAt < 1_000) return;
  touchedAt = now;
  localStorage.setItem(KEY, String(now));
  look();
  channel.postMessage('touched');
}

/** Watches the stream, the reader's hands, and the menu. */
export function begin() {
  on('presence', (head) => {
    put(head);
    if (one(`#presence [data-presence-words="${head.person}"]`)) ask();
  });
  on('hello', (head) => {
    stream = head.stream;
    isIdle = alone() >= LEFT_ALONE;
    tell();
    ask();
    channel.postMessage('ask');
  });
  on('resync', ask);
  channel.onmessage = ({ data }) => (data === 'ask' ? ask() : look());
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) {
    addEventListener(kind, touched, { passive: true, capture: true });
  }
  touched(); // who opens a page is here
  setInterval(look, LOOK);
  document.addEventListener('submit', ({ target }) => {
    if (target.matches('[data-presence-menu]')) one('#presence').hidePopover?.();
  });
  // The office hears at once that the page goes; without it, it would when it next has something to tell.
  addEventListener('pagehide', () => {
    if (stream !== 0) navigator.sendBeacon('/presence/leave', form({}));
    stream = 0;
  });
  addEventListener('pageshow', (event) => event.persisted && ask());
}
