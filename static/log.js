// The log follows itself: new lines appear at the top while its first page is shown and nobody has marked any of it.
import { one, refresh } from './dom.js';
import { on } from './live.js';

const BLOCKS = ['log-lines'];

let isReading = false;

async function more() {
  const block = one('#log-lines');
  const isMarked = !(getSelection()?.isCollapsed ?? true);
  if (block?.dataset.follows !== 'yes' || isReading || isMarked || document.hidden) return;
  isReading = true;
  await refresh(BLOCKS).finally(() => { isReading = false; });
}

/** Follows the log. */
export function begin() {
  on('log', () => void more());
  document.addEventListener('visibilitychange', () => void more());
}
