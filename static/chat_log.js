// The log: what is said comes in, changes, and stays where the reader reads.
import { all, ask, nodes, one } from './dom.js';

const TOGETHER = 5 * 60_000; // as the server groups what one person says
const NEAR = 60; // pixels from the end that still count as the end
const OLDER = 400; // pixels from the beginning at which older messages are fetched

const main = () => one('main[data-chat]');
const log = () => one('#log');
const says = () => one('#says');
const me = () => main().dataset.me;

let fresh = 0; // messages below the fold
let fetching = false;

/** Whether the reader sees the newest message. A reversed log counts from its end, downwards. */
export const atEnd = () => Math.abs(log().scrollTop) < NEAR && !main().dataset.newer;

/** Goes to the newest message. */
export function toEnd() {
  log().scrollTop = 0;
  fresh = 0;
  one('#pill').hidden = true;
}

/** Changes the log while what the reader reads stays where it is. */
function still(work, isBelow) {
  const box = log();
  const [top, height] = [box.scrollTop, box.scrollHeight];
  work();
  // What comes in at the end moves everything up; what comes in before moves nothing.
  box.scrollTop = isBelow ? top - (box.scrollHeight - height) : top;
}

/** Changes the log without having it read out. */
function unread_(work) {
  const box = log();
  box.setAttribute('aria-live', 'off');
  work();
  setTimeout(() => box.setAttribute('aria-live', 'polite'), 300);
}

/** Marks a message for this reader: the fragment is the same for everybody. */
export function dress(say) {
  const mine = say.dataset.by === me();
  say.classList.toggle('mine', mine);
  const pings = (say.dataset.pings ?? '').split(' ');
  say.classList.toggle('ping', !mine && (pings.includes(me()) || pings.includes('all')));
  for (const react of all('.react, .choice', say)) {
    react.setAttribute('aria-pressed', String((react.dataset.by ?? '').split(' ').includes(me())));
  }
  return say;
}

const plain = (say) => say?.className.split(' ').every((name) => ['say', 'more', 'mine', 'ping', 'starred', 'sending', 'found'].includes(name));

/** Whether a message stands under the name of the one before. */
function goesOn(before, say) {
  return plain(before) && plain(say) && !one('.quoted', say) && before.dataset.by === say.dataset.by
    && before.dataset.day === say.dataset.day && Number(say.dataset.at) - Number(before.dataset.at) < TOGETHER;
}

function group(say) {
  const before = say.previousElementSibling;
  say.classList.toggle('more', !!before?.matches('.say') && goesOn(before, say));
}

function dayLine(say) {
  const days = all('.say', says()).filter((other) => other !== say && other.dataset.day);
  if (days.at(-1)?.dataset.day === say.dataset.day || !say.dataset.day) return;
  const line = document.createElement('div');
  line.className = 'rule';
  line.setAttribute('role', 'separator');
  line.append(Object.assign(document.createElement('span'), { textContent: say.dataset.day }));
  say.before(line);
}

/** Puts a message at its place. Returns whether it is new here. */
export function place(say, own = false) {
  const old = document.getElementById(say.id);
  if (old) return void change(say);
  if (main().dataset.newer) return own ? void location.assign(location.pathname) : true; // it stands beyond this page
  const sending = one(`.say.sending[data-client="${CSS.escape(say.dataset.client ?? '-')}"]`, says());
  const wasAtEnd = atEnd();
  const put = () => {
    dress(say);
    if (sending) sending.replaceWith(say);
    else {
      const waiting = one('.say.sending, .say.failed', says());
      (waiting ?? one('#seen')).before(say);
      dayLine(say);
    }
    group(say);
    const next = say.nextElementSibling;
    if (next?.matches('.say')) group(next);
    one('.welcome .lonely', says())?.remove();
  };
  const isOwn = own || say.classList.contains('mine') || say.dataset.by === me();
  const work = () => (wasAtEnd || isOwn ? (put(), toEnd()) : still(put, true));
  if (isOwn) unread_(work); else work();
  if (!isOwn && !wasAtEnd) more();
  return true;
}

/** Says how many messages have come below. */
function more() {
  fresh += 1;
  const pill = one('#pill');
  one('span', pill).textContent = `${fresh} new`;
  pill.hidden = false;
}

/** Replaces a message by its newer self. */
export function change(say) {
  for (const mark of ['m', 't']) {
    const old = document.getElementById(`${mark}${say.dataset.id}`);
    if (!old || Number(old.dataset.ver) >= Number(say.dataset.ver)) continue;
    const next = dress(say.cloneNode(true));
    next.id = old.id;
    for (const kept of ['more', 'starred', 'found']) next.classList.toggle(kept, old.classList.contains(kept));
    const focused = old === document.activeElement;
    const tools = one('#tools', old);
    const below = old.getBoundingClientRect().top < log().getBoundingClientRect().top;
    unread_(() => still(() => {
      old.replaceWith(next);
      // A run of one person's ends where a message is taken back, and goes on where it is put back.
      if (mark === 'm') for (const each of [next, next.nextElementSibling]) if (each?.matches('.say')) group(each);
      if (!tools) return;
      next.append(tools);
      tools.hidden ||= next.classList.contains('gone');
    }, !below && !atEnd()));
    if (focused) next.focus();
  }
}

/** Fetches older or newer messages into the page. */
async function fetchMore(link, isOlder) {
  if (fetching || !link) return;
  fetching = true;
  link.setAttribute('aria-busy', 'true');
  try {
    const answer = await ask(link.getAttribute('href'));
    if (!answer.ok) return;
    const came = nodes(await answer.text());
    const found = all('.say', came);
    found.forEach(dress);
    unread_(() => still(() => put(link, came, found, isOlder), !isOlder));
  } catch {
    // The line is down: the link stays, and scrolling tries again.
  } finally {
    fetching = false;
    link.removeAttribute('aria-busy');
  }
}

function put(link, came, found, isOlder) {
  const row = link.closest('.more-log');
  if (isOlder) {
    const first = row.nextElementSibling;
    const last = found.at(-1);
    if (first?.matches('.rule:not(.new)') && last && last.dataset.day === one('span', first).textContent) first.remove();
    row.after(came);
    const after = last?.nextElementSibling;
    if (after?.matches('.say')) group(after);
    const number = Number(found[0]?.dataset.number ?? 1);
    if (found.length < 50 || number <= 1) row.remove();
    else link.href = link.getAttribute('href').replace(/before=\d+/, `before=${number}`);
    return;
  }
  const day = one('.rule', came);
  const before = all('.say', says()).at(-1);
  if (day && one('span', day).textContent === before?.dataset.day) day.remove();
  row.before(came);
  if (found.length < 50) {
    row.remove();
    delete main().dataset.newer;
  } else link.href = link.getAttribute('href').replace(/after=\d+/, `after=${found.at(-1).dataset.number}`);
}

/** A line that only this reader sees. */
export function note(html) {
  const old = one('#talk > .note');
  const line = nodes(html).firstElementChild;
  const close = Object.assign(document.createElement('button'), { type: 'button', className: 'star', textContent: '×' });
  close.setAttribute('aria-label', 'Close');
  close.onclick = () => line.remove();
  line.setAttribute('role', 'status');
  line.append(close);
  old?.remove();
  one('#typing').before(line);
}

/** `Read by Bob`: how far the reader's last message has come. */
export function seen() {
  const last = all('.say[data-number]', says()).at(-1);
  const line = one('#seen');
  if (!last || last.dataset.by !== me()) return void (line.textContent = '');
  const others = all('#members > [data-person]').filter((one_) => one_.dataset.person !== me());
  if (!one('#members')) return;
  const upto = (name) => others.filter((other) => Number(other.dataset[name]) >= Number(last.dataset.number));
  const names = upto('read').map((other) => one('.two-line > span', other).firstChild.data.trim().split(' ')[0]);
  if (names.length === 0) line.textContent = upto('delivered').length ? 'Delivered' : '';
  else if (names.length > 3) line.textContent = names.length === others.length ? 'Read by all' : `Read by ${names.length} people`;
  else line.textContent = `Read by ${names.join(', ')}`;
}

/** Watches the log of this page. */
export function begin() {
  const box = log();
  all('.say', document).forEach(dress);
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches('.say')) target.classList.add('found');
  box.addEventListener('scroll', () => {
    if (atEnd()) {
      fresh = 0;
      one('#pill').hidden = true;
    }
    if (box.scrollHeight - box.clientHeight - Math.abs(box.scrollTop) < OLDER) fetchMore(one('#older'), true);
    if (Math.abs(box.scrollTop) < OLDER) fetchMore(one('#newer'), false);
  }, { passive: true });
  one('#pill').addEventListener('click', () => (main().dataset.newer ? location.assign(location.pathname) : toEnd()));
  box.addEventListener('click', (event) => {
    const link = event.target.closest('#older, #newer');
    if (!link) return;
    event.preventDefault();
    fetchMore(link, link.id === 'older');
  });
}
