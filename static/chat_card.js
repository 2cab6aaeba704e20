// Cards that are not the same for everybody: each reader asks for one's own, and again when it changes.
import { all, ask, nodes, one } from './dom.js';
import { on } from './live.js';

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

/** Fills what is on the page, and what comes. */
export function begin() {
  look();
  new MutationObserver(look).observe(one('main'), { childList: true, subtree: true });
  on('chat', (head) => {
    if (head.op === 'changed') all(`[data-id="${head.message}"] [data-card]`).forEach(fill);
  });
}
