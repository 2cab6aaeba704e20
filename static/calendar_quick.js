// An event in one line: while it is typed, it says how it is understood.
import { ask, nodes, one } from './dom.js';

const WAIT = 200;

let timer;

async function understood(field) {
  const text = field.value.trim();
  const place = () => one('#quick-understood');
  if (text.length < 3) return place()?.replaceChildren();
  const answer = await ask(`/calendar/quick?q=${encodeURIComponent(text)}`).catch(() => null);
  if (answer?.ok && field.value.trim() === text) place()?.replaceChildren(nodes(await answer.text()));
}

/** Goes to the line; on a narrow screen it stands in a drawer. */
export function focus() {
  const drawer = one('#side[popover]');
  if (drawer && !one('#quick')?.checkVisibility()) drawer.showPopover();
  one('#quick')?.focus();
}

/** Watches the line, also when the view round it is another. */
export function begin() {
  document.addEventListener('input', ({ target }) => {
    if (target.id !== 'quick') return;
    clearTimeout(timer);
    timer = setTimeout(() => understood(target), WAIT);
  });
}
