// Lines that say what was done, and take it back. They are read out, wait while the pointer or focus is on them, and go.
import { nodes, one } from './dom.js';

const STAYS = 10_000;

function settle(toast) {
  let timer;
  const start = () => { timer = setTimeout(() => toast.remove(), STAYS); };
  const stop = () => clearTimeout(timer);
  for (const [event, act] of [['pointerenter', stop], ['focusin', stop], ['pointerleave', start], ['focusout', start]]) {
    toast.addEventListener(event, act);
  }
  start();
}

/** Shows a toast that the server made. */
export const show = (html) => put(nodes(html).firstElementChild);

/** Shows a toast that came with something else. */
export function put(toast) {
  if (!toast?.textContent.trim()) return;
  one('#toasts').replaceChildren(toast);
  settle(toast);
}

/** Says a line of our own. */
export function say(words) {
  const [toast, line] = [document.createElement('div'), document.createElement('span')];
  toast.className = 'toast';
  line.textContent = words;
  toast.append(line);
  one('#toasts')?.replaceChildren(toast);
  settle(toast);
  return toast;
}

/** Says a line of our own that leads somewhere. */
export function link(words, address, name) {
  const way = Object.assign(document.createElement('a'), { className: 'btn small', href: address, textContent: name });
  say(words).append(way);
}

/** Toasts that came with the page go too, and are not said again on reload. */
export function begin() {
  for (const toast of one('#toasts')?.children ?? []) settle(toast);
  const here = new URL(location.href);
  const notes = ['undo', 'done', 'item', 'said'].filter((name) => here.searchParams.has(name));
  if (notes.length === 0 || here.pathname === '/login') return;
  notes.forEach((name) => here.searchParams.delete(name));
  history.replaceState(history.state, '', here);
}
