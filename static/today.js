// The launch point stays true: what is planned appears by itself, and the mark of now moves on.
import { refresh } from './dom.js';
import { keepFresh, on } from './live.js';

const BLOCKS = ['today-day', 'today-due'];
const SOON = 300; // changes that come together are read together
const MINUTE = 60_000;

let waiting;

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => void refresh(BLOCKS), SOON);
}

/** Follows the day. */
export function begin() {
  keepFresh(...BLOCKS);
  on('calendar', soon);
  setInterval(() => document.hidden || soon(), MINUTE);
  document.addEventListener('visibilitychange', () => document.hidden || soon());
}
