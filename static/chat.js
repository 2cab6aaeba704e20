// The chat page comes alive: what the stream tells, what is read, what keys do.
import { all, FRAGMENT, nodes, one, parse, refresh } from './dom.js';
import { own } from './keys.js';
import { keepFresh, on } from './live.js';
import { atEnd, begin as log, change, dress, place, seen } from './chat_log.js';
import { begin as boxes, current, reply, went } from './chat_box.js';
import { begin as menus, step, withCurrent } from './chat_menu.js';
import { begin as queue } from './chat_queue.js';
import { say as toast } from './toast.js';

const TYPING = 6000; // a person who says nothing for so long has stopped writing

const main = () => one('main[data-chat]');
const chat = () => main().dataset.chat;
const post = (path, fields) => fetch(path, { method: 'POST', credentials: 'same-origin', headers: { accept: FRAGMENT }, body: new URLSearchParams({ csrf: one('input[name=csrf]').value, ...fields }) });

let last = 0; // the number of the newest message told of
let read = 0; // the number that the server knows as read

/** What is seen is read: the page is visible and its end on the screen. */
function reading() {
  if (!main()?.hasAttribute('data-member') || document.hidden || !document.hasFocus() || !atEnd() || last <= read) return;
  read = last;
  post(`/chat/${chat()}/read`, { upto: last }).catch(() => { read = 0; });
}

function said(head, html) {
  if (String(head.conversation) !== chat()) return;
  const say = nodes(html).firstElementChild;
  stopped(head.by);
  if (head.op === 'changed') {
    if (one('#thread')?.dataset.thread === say.dataset.id) one('#thread-count').textContent = one('[data-replies]', say)?.textContent ?? '0 replies';
    return change(say);
  }
  last = Math.max(last, head.number);
  if (head.thread) {
    if (one('#thread')?.dataset.thread === String(head.thread)) {
      const put = reply(say);
      if (put) dress(put);
    }
  } else {
    place(say);
    seen();
  }
  reading();
}

const writers = new Map(); // who writes, and the clock that forgets it

function typing(head) {
  if (String(head.conversation) !== chat() || String(head.person) === main().dataset.me) return;
  clearTimeout(writers.get(head.person)?.timer);
  writers.set(head.person, { name: head.name.split(' ')[0], timer: setTimeout(() => stopped(head.person), TYPING) });
  line();
}

function stopped(person) {
  clearTimeout(writers.get(person)?.timer);
  if (writers.delete(person)) line();
}

function line() {
  const names = [...writers.values()].map((writer) => writer.name);
  const words = { 0: '', 1: `${names[0]} is typing …`, 2: `${names[0]} and ${names[1]} are typing …` };
  one('#typing').textContent = words[names.length] ?? `${names.length} people are typing …`;
}

/** How far others have read. */
function readBy(head) {
  if (String(head.conversation) !== chat()) return;
  if (String(head.person) === main().dataset.me) {
    read = Math.max(read, head.upto);
    return;
  }
  const member = one(`#members > [data-person="${head.person}"]`);
  if (member) {
    member.dataset.read = Math.max(Number(member.dataset.read), head.upto);
    member.dataset.delivered = Math.max(Number(member.dataset.delivered), head.upto);
  }
  seen();
}

/** How far messages have come to others. */
function cameTo(head) {
  if (String(head.conversation) !== chat()) return;
  const member = one(`#members > [data-person="${head.person}"]`);
  if (member) member.dataset.delivered = Math.max(Number(member.dataset.delivered), head.upto);
  seen();
}

/** What is unread in each conversation. */
function counts(head) {
  const rooms = new Map(head.rooms.map((room) => [String(room.id), room]));
  for (const row of all('#conversations [data-conversation]')) {
    const room = rooms.get(row.dataset.conversation);
    const badge = one('.count', row);
    const words = room ? room.pings || room.unread : '';
    badge.firstElementChild.textContent = words;
    badge.hidden = words === '';
    badge.classList.toggle('calm', !room?.pings);
    row.classList.toggle('unread', !!room?.unread);
  }
}

/** Goes to the next room, or the one before, that has something unread. */
function unreadRoom(by) {
  const rows = all('#conversations [data-conversation]');
  const at = rows.findIndex((row) => row.getAttribute('aria-current'));
  const order = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  const next = (by > 0 ? order : order.reverse()).find((row) => row.classList.contains('unread'));
  if (next) next.click(); else toast('Nothing unread');
}

async function allRead() {
  const answer = await post('/chat/read', {}).catch(() => null);
  if (!answer?.ok) return toast('Not connected. Try again in a moment.');
  counts({ rooms: [] });
  toast('Everything is read');
}

/** What single keys do here; the other pages' keys stay as they are. */
const IN_LOG = {
  j: () => step(1),
  k: () => step(-1),
  r: () => withCurrent('answer'),
  t: () => withCurrent('thread'),
  e: () => withCurrent('edit'),
  s: () => withCurrent('star'),
  '#': () => withCurrent('delete'),
  Delete: () => withCurrent('delete'),
  i: () => current()?.field.focus(),
};
const ANYWHERE = {
  n: () => unreadRoom(1),
  p: () => unreadRoom(-1),
  c: () => location.assign('/chat/new'),
};

/** Watches the conversation of this page, and its list of conversations. */
export function begin() {
  on('counts', counts);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !event.shiftKey || one('dialog[open]')) return;
    event.preventDefault();
    allRead();
  });
  keepFresh('conversations');
  own(main() ? { ...ANYWHERE, ...IN_LOG } : ANYWHERE);
  if (!main()) return;
  last = Number(main().dataset.last);
  read = Number(main().dataset.read);
  log();
  menus();
  queue(went);
  boxes();
  on('chat', said);
  on('typing', typing);
  on('read', readBy);
  on('delivered', cameTo);
  on('conversation', (head) => String(head.conversation) === chat() && refresh(['talk-head', 'aside']));
  on('policies', ruled);
  on('resync', () => catchUp());
  for (const event of ['focus', 'pointerdown', 'keydown']) addEventListener(event, reading, { passive: true });
  document.addEventListener('visibilitychange', reading);
  one('#log').addEventListener('scroll', reading, { passive: true });
  reading();
}

/** The office's rules have changed: whether anything may be said here, and files be sent. What is typed stays. */
async function ruled() {
  const answer = await fetch(location.href, { credentials: 'same-origin' }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = parse(await answer.text());
  for (const mark of ['barred', 'no-files']) {
    const [old, fresh] = [one(`#${mark}`), one(`#${mark}`, page)];
    if (!old || !fresh) return;
    old.replaceWith(fresh);
  }
  for (const form of all('form[data-say]')) {
    form.hidden = !one('#barred').hidden;
    for (const way of all('[data-files]', form)) way.hidden = !one('#no-files').hidden;
  }
}

/** What was said while nobody listened, too much to be told one by one. */
async function catchUp() {
  const newest = all('#says .say[data-number]').at(-1)?.dataset.number ?? 0;
  const answer = await fetch(`/chat/${chat()}?after=${newest}`, { credentials: 'same-origin', headers: { accept: FRAGMENT } }).catch(() => null);
  if (!answer?.ok) return;
  for (const say of all('.say', nodes(await answer.text()))) {
    last = Math.max(last, Number(say.dataset.number));
    place(say);
  }
  seen();
  reading();
}
