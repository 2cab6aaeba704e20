// What is so at this moment follows itself, while somebody looks.
import { refresh } from './dom.js';

const EVERY = 10_000;

/** Follows. */
export function begin() {
  setInterval(() => document.hidden || void refresh(['now']), EVERY);
}
