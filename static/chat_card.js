// Cards that are not the same for everybody: each reader asks for one's own, and again when it changes.
import { all, ask, nodes, one } from './dom.js';
import { on } from './live.js';

const SOON = 5000; // prices are compared in no hurry
const AT_ONCE = 20;

async function fill(card) {
  card.dataset.filled = '';
  const answer = await ask(card.dataset.card).catch(() => null);
  if (!answer?.ok) return;
  const fresh = nodes(await answer.text()).firstElementChild;
  if (!fresh || !card.isConnected) return;
  fresh.dataset.filled = '';
  card.replaceWith(fresh);
}

const look = () => all('[data-card]:not([data-filled])').forEach(fill);

const moved = new Set();
let waiting = 0;

/** The cards of prices that have moved are read again, all at once: the newest, where there are many. */
function compare() {
  waiting = 0;
  if (document.hidden) return;
  const cards = all('[data-price]').filter((card) => moved.has(card.dataset.price));
  moved.clear();
  cards.slice(-AT_ONCE).forEach(fill);
}

/** Fills what is on the page, and what comes. */
export function begin() {
  look();
  new MutationObserver(look).observe(one('main'), { childList: true, subtree: true });
  on('quote', (head) => {
    if (!one(`[data-price="${CSS.escape(head.symbol)}"]`)) return;
    moved.add(String(head.symbol));
    waiting ||= setTimeout(compare, SOON);
  });
  on('chat', (head) => {
    if (head.op === 'changed') all(`[data-id="${head.message}"] [data-card]`).forEach(fill);
  });
}
