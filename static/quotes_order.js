// Putting things in order by hand: every grip is dragged, or moved by the arrow keys. Each has a twin in forms.
import { all, ask, one } from './dom.js';
import { say } from './toast.js';

let held = null; // what is in the hand

const items = (list) => [...list.children].filter((item) => item.dataset.key);
const order = (list) => items(list).map((item) => item.dataset.key);

/** What is said of it to those who hear. It stands apart from the lists, which are read anew. */
const said = Object.assign(document.createElement('p'), { id: 'order-said', className: 'vh' });
said.setAttribute('role', 'status');

async function keep(list, before) {
  const body = new URLSearchParams({ csrf: one('input[name=csrf]').value });
  for (const key of order(list)) body.append('order', key);
  const answer = await ask(list.dataset.order, { method: 'POST', body }).catch(() => null);
  if (answer?.ok) return;
  const back = new Map(items(list).map((item) => [item.dataset.key, item]));
  for (const key of before) if (back.has(key)) list.append(back.get(key));
  say('Not connected. The order is as it was; try again in a moment.');
}

function down(event) {
  const grip = event.target.closest('.grip');
  const list = grip?.closest('[data-order]');
  if (!list || event.button !== 0) return;
  event.preventDefault();
  grip.focus();
  const item = grip.closest('[data-key]');
  held = { list, item, before: order(list), from: event.clientY };
  grip.setPointerCapture(event.pointerId);
  item.classList.add('in-hand');
  document.body.classList.add('dragging');
}

function move(event) {
  if (!held) return;
  const { list, item } = held;
  for (const other of items(list)) {
    if (other === item) continue;
    const box = other.getBoundingClientRect();
    const middle = box.top + box.height / 2;
    const follows = !!(item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (follows && event.clientY > middle) other.after(item);
    else if (!follows && event.clientY < middle) return other.before(item);
  }
}

function letGo(isKept) {
  if (!held) return;
  const { list, item, before } = held;
  held = null;
  item.classList.remove('in-hand');
  document.body.classList.remove('dragging');
  if (!isKept) {
    const back = new Map(items(list).map((one_) => [one_.dataset.key, one_]));
    for (const key of before) list.append(back.get(key));
  } else if (order(list).join() !== before.join()) void keep(list, before);
}

function key(event) {
  if (event.key === 'Escape') return letGo(false);
  const grip = event.target.closest?.('.grip');
  const list = grip?.closest('[data-order]');
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!list || !by) return;
  event.preventDefault();
  const item = grip.closest('[data-key]');
  const [all_, before] = [items(list), order(list)];
  const other = all_[all_.indexOf(item) + by];
  if (!other) return;
  if (by > 0) other.after(item); else other.before(item);
  grip.focus();
  item.scrollIntoView({ block: 'nearest' });
  said.textContent = `${grip.getAttribute('aria-label').replace(/^Move /, '')}: place ${items(list).indexOf(item) + 1} of ${all_.length}`;
  void keep(list, before);
}

/** Lets every list of this page be put in order. */
export function begin() {
  if (all('[data-order]').length === 0 && !one('#quotes-list')) return;
  document.body.append(said);
  document.addEventListener('pointerdown', down);
  document.addEventListener('pointermove', move);
  document.addEventListener('pointerup', () => letGo(true));
  document.addEventListener('pointercancel', () => letGo(false));
  document.addEventListener('keydown', key);
}
