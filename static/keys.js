// Single keys. The sheet is the server's; what is pressed is looked up here by the sheet's own words.
import { all, ask, isField, nodes, one } from './dom.js';
import { select } from './mail.js';

const off = () => document.documentElement.dataset.keys === 'off';
const inMessage = () => one('main')?.dataset.view === 'detail';
const lines = () => all('#rows > li:not([hidden])');

/** The row that keys speak of: the focused one, the open one, or the first. */
function current() {
  const all_ = lines();
  return all_.find((line) => line.contains(document.activeElement)) ?? all_.find((line) => line.classList.contains('on'));
}

function step(by) {
  const link = one(by > 0 ? '[data-older]' : '[data-newer]');
  if (inMessage()) return void link?.click();
  const all_ = lines();
  const at = all_.indexOf(current());
  const next = all_[at < 0 ? 0 : Math.min(all_.length - 1, Math.max(0, at + by))];
  const hit = next && one('.hit', next);
  hit?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Presses the button of an act: on the open conversation, or on what is selected, else on the current row. */
function act(...names) {
  const root = inMessage() ? one('form.bar') : one('#list form[data-mails]');
  if (!root) return;
  if (!inMessage() && !one('.tick input[name=m]:checked', root)) {
    const row = current();
    if (!row) return;
    select(row, false);
  }
  const button = names.map((name) => one(`button[name=do][value=${name}]`, root)).find(Boolean);
  button?.click();
}

function star() {
  const row = inMessage() ? one('#rows > .on') : current();
  one('.star', row ?? document.body)?.click();
}

const go = (address) => () => location.assign(address);
const press = (selector) => () => one(selector)?.click();

async function sheet() {
  let dialog = one('#key-sheet');
  if (!dialog) {
    const answer = await ask('/help/keys');
    if (!answer.ok) return;
    document.body.append(nodes(await answer.text()));
    dialog = one('#key-sheet');
  }
  dialog.showModal();
}

function move() {
  if (inMessage()) {
    const drop = one('form.bar .drop');
    drop.open = true;
    one('select', drop).focus();
  } else {
    const row = current();
    if (row && !one('.tick input[name=m]:checked')) select(row, false);
    const drop = one('.bulk .drop');
    if (!drop) return;
    drop.open = true;
    one('select', drop).focus();
  }
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => one('.hit', current() ?? document.body)?.click(),
  u: press('[data-up]'),
  x: () => current() && select(current(), false),
  X: () => current() && select(current(), true),
  c: go('/mail/compose'),
  r: press('[data-key=r]'),
  a: press('[data-key=a]'),
  f: press('[data-key=f]'),
  e: () => act('archive'),
  '#': () => act('trash', 'erase'),
  Delete: () => act('trash', 'erase'),
  '!': () => act('junk', 'notjunk'),
  s: star,
  I: () => act('read'),
  U: () => act('unread'),
  v: move,
  z: press('[data-undo]'),
  '/': () => { const field = all('input[type=search]').find((f) => f.checkVisibility?.() ?? true); field ? field.select() : location.assign('/search'); },
  '?': sheet,
  'g i': go('/mail/inbox'),
  'g s': go('/mail/sent'),
  'g d': go('/mail/drafts'),
  'g t': go('/mail/trash'),
  'g m': go('/mail/inbox'),
  'g c': go('/calendar'),
  'g h': go('/chat'),
  'g k': go('/people'),
  'g q': go('/quotes'),
};

let here = {}; // what this page's keys do before the others
let first = '';
let timer;

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (off() || isField(event.target) || one('dialog[open]')) return;
  const key = first ? `${first} ${event.key}` : event.key;
  clearTimeout(timer);
  first = '';
  if (event.key === 'g' && key === 'g') {
    first = 'g';
    timer = setTimeout(() => { first = ''; }, 1200);
    return;
  }
  const deed = here[key] ?? ACTS[key];
  if (!deed) return;
  event.preventDefault();
  deed();
}

/** Esc closes the topmost thing that is open and gives the focus back. */
function escaped(event) {
  if (event.key !== 'Escape') return;
  const drop = one('details.drop[open]');
  if (!drop) return;
  drop.open = false;
  one('summary', drop).focus();
}

/** Listens to the keyboard. */
export function begin() {
  document.addEventListener('keydown', pressed);
  document.addEventListener('keydown', escaped);
  document.addEventListener('click', (event) => {
    for (const drop of all('details.drop[open]')) if (!drop.contains(event.target)) drop.open = false;
  });
}

/** Gives this page keys of its own. */
export function own(acts) {
  here = acts;
}
