// Charts: a crosshair that says what lies under it, by pointer and by arrow keys; zoom by wheel and by two fingers; other
// spans without leaving the page. Drawn by the server; the crosshair reads the table that stands below for readers.
import { all, ask, nodes, one } from './dom.js';

const SETTLE = 250; // after zooming, the server draws what is shown
const QUIET = 15_000; // a chart follows its price no faster
const LEAST = 8; // bars that stay when zoomed in

const block = () => one('#chart');
const figure = () => one('#chart .plot'); // what has the focus

let points = []; // the table's rows
let at = -1; // where the crosshair is
let told = ''; // what stood in the caption
let asked = 0;
let dressed = () => {};

const number = (text) => Number.parseFloat(text);

function readPoints() {
  points = all('[data-points] > tr').map((row) => ({
    x: number(row.dataset.x), y: number(row.dataset.y), at: Number(row.dataset.at), row,
  }));
  at = -1;
  told = one('[data-readout]')?.textContent ?? '';
  const chart = figure();
  if (!chart || points.length === 0) return;
  chart.tabIndex = 0;
  for (const [name, value] of [['role', 'slider'], ['aria-label', `${one('svg', chart).getAttribute('aria-label')}. Arrow keys move along it`], ['aria-valuemin', 0], ['aria-valuemax', points.length - 1], ['aria-valuenow', points.length - 1], ['aria-valuetext', words(points.at(-1))]]) {
    chart.setAttribute(name, String(value));
  }
}

/** What a point says, by the table's own headings. */
function words(point) {
  const heads = all('thead th', point.row.closest('table')).map((head) => head.textContent);
  const cells = [...point.row.cells].map((cell) => cell.textContent.trim());
  return cells.map((cell, place) => (place === 0 ? cell : `${heads[place].toLowerCase()} ${cell}`)).join(' · ');
}

function show(place) {
  const [chart, plot] = [figure(), figure()];
  if (!plot || points.length === 0) return;
  at = Math.min(points.length - 1, Math.max(0, place));
  const point = points[at];
  let cross = one('.cross', plot);
  if (!cross) {
    cross = plot.appendChild(Object.assign(document.createElement('i'), { className: 'cross' }));
    plot.append(Object.assign(document.createElement('i'), { className: 'cross-dot' }));
  }
  cross.style.insetInlineStart = `${point.x}%`;
  const dot = one('.cross-dot', plot);
  dot.style.insetInlineStart = `${point.x}%`;
  dot.style.insetBlockStart = `${point.y}%`;
  one('[data-readout]').textContent = words(point);
  chart.setAttribute('aria-valuenow', String(at));
  chart.setAttribute('aria-valuetext', words(point));
}

function hide() {
  at = -1;
  for (const part of all('.cross, .cross-dot')) part.remove();
  const readout = one('[data-readout]');
  if (readout) readout.textContent = told;
}

function nearest(clientX) {
  const box = one('.plot').getBoundingClientRect();
  const part = ((clientX - box.left) / box.width) * 100;
  let best = 0;
  for (let place = 1; place < points.length; place += 1) {
    if (Math.abs(points[place].x - part) < Math.abs(points[best].x - part)) best = place;
  }
  return best;
}

/** Has the chart drawn anew. */
async function draw(address, isKept = true) {
  const mine = (asked += 1);
  block().setAttribute('aria-busy', 'true');
  try {
    const answer = await ask(address);
    if (!answer.ok) throw new Error('no chart');
    const html = await answer.text();
    if (mine !== asked) return;
    if (!(answer.headers.get('content-type') ?? '').includes('fragment')) return void location.assign(address);
    put(html, isKept ? address : null);
  } catch {
    if (isKept) location.assign(address); else block()?.removeAttribute('aria-busy');
  }
}

function put(html, address) {
  const fresh = nodes(html).firstElementChild;
  const [focused, wasOpen, was] = [document.activeElement, one('.chart-table')?.open, at];
  const name = block().contains(focused) ? focused.textContent : '';
  const onChart = focused === figure();
  block().replaceWith(fresh);
  if (wasOpen && one('.chart-table')) one('.chart-table').open = true;
  readPoints();
  dressed(block());
  if (was >= 0 && onChart) show(Math.min(was, points.length - 1));
  if (onChart) figure()?.focus();
  else if (name) all('#chart a, #chart summary').find((link) => link.textContent === name)?.focus();
  if (address) history.replaceState(history.state, '', address);
}

// ---------- zoom ----------

let view = null; // the part of the points that is shown: [first, last], in points
let timer = 0;

function zoom(by, centre) {
  if (points.length === 0) return;
  const [first, last] = view ?? [0, points.length];
  const span = Math.max(LEAST, (last - first) * by);
  if (span >= points.length && by > 1) return wider();
  const middle = first + (last - first) * centre;
  let [from, to] = [middle - span * centre, middle + span * (1 - centre)];
  if (from < 0) [from, to] = [0, Math.min(points.length, to - from)];
  if (to > points.length) [from, to] = [Math.max(0, from - (to - points.length)), points.length];
  look(from, to);
}

/** Stretches what is drawn at once; the server draws it finely a moment later. */
function look(from, to) {
  view = [from, to];
  hide();
  const [left, width] = [(from / points.length) * 1000, ((to - from) / points.length) * 1000];
  for (const svg of all('.plot svg, .volumes svg')) {
    const tall = svg.viewBox.baseVal.height;
    svg.setAttribute('viewBox', `${left} 0 ${width} ${tall}`);
  }
  settle();
}

function settle() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const [from, to] = view ?? [0, points.length];
    const ends = [points[Math.floor(from)], points[Math.min(points.length, Math.ceil(to)) - 1]];
    view = null;
    const here = new URL(location.href);
    here.searchParams.set('from', String(ends[0].at));
    here.searchParams.set('to', String(ends[1].at));
    void draw(here.pathname + here.search);
  }, SETTLE);
}

/** Out of what is shown: as much again to either side, as far as there is something. */
function wider() {
  const here = new URL(location.href);
  if (!here.searchParams.has('from')) return;
  const [from, to] = [points[0].at, points.at(-1).at];
  const half = (to - from) / 2;
  here.searchParams.set('from', String(Math.round(from - half)));
  here.searchParams.set('to', String(Math.round(to + half)));
  clearTimeout(timer);
  timer = setTimeout(() => void draw(here.pathname + here.search), SETTLE);
}

function wheel(event) {
  const plot = event.target.closest('.plot');
  if (!plot || Math.abs(event.deltaY) < Math.abs(event.deltaX)) return;
  // A wheel over a chart that has not the focus scrolls the page, as it does everywhere.
  if (!event.ctrlKey && document.activeElement !== figure()) return;
  event.preventDefault();
  const box = plot.getBoundingClientRect();
  zoom(event.deltaY > 0 ? 1.25 : 0.8, (event.clientX - box.left) / box.width);
}

const fingers = new Map();
let apart = 0;

function distance() {
  const [a, b] = [...fingers.values()];
  return Math.max(1, Math.abs(a.clientX - b.clientX));
}

function pointerDown(event) {
  if (!event.target.closest('.plot')) return;
  if (event.pointerType === 'mouse') return figure()?.focus();
  fingers.set(event.pointerId, event);
  if (fingers.size === 2) apart = distance();
}

function pointerMove(event) {
  const plot = event.target.closest?.('.plot');
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
  if (fingers.size === 2) {
    const now = distance();
    if (Math.abs(now - apart) < 8) return;
    const box = one('.plot').getBoundingClientRect();
    const [a, b] = [...fingers.values()];
    zoom(apart / now, ((a.clientX + b.clientX) / 2 - box.left) / box.width);
    apart = now;
  } else if (plot && !view) show(nearest(event.clientX));
}

function key(event) {
  if (event.target !== figure() || event.ctrlKey || event.metaKey || event.altKey) return;
  const now = at < 0 ? points.length - 1 : at;
  const to = {
    ArrowLeft: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, ArrowDown: now - 1, PageUp: now + 10, PageDown: now - 10, Home: 0, End: points.length - 1,
  }[event.key];
  if (to !== undefined) show(to);
  else if (event.key === '+') zoom(0.7, at < 0 ? 1 : points[at].x / 100);
  else if (event.key === '-') zoom(1.4, at < 0 ? 1 : points[at].x / 100);
  else if (event.key === 'Escape') hide();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

let last = 0;

/** The price of a symbol moved: its chart follows, in no hurry, and not under the hand. */
export function moved(symbol) {
  const shown = one('.quote-pane')?.dataset.quote;
  if (shown !== symbol || !figure() || at >= 0 || view || document.hidden || Date.now() - last < QUIET) return;
  if (new URL(location.href).searchParams.has('to') || block().contains(document.activeElement)) return;
  last = Date.now();
  void draw(location.pathname + location.search, false);
}

function clicked(event) {
  const link = event.target.closest('a[data-chart]');
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void draw(link.getAttribute('href'));
}

function sent(event) {
  const form = event.target.closest('form[data-chart]');
  if (!form) return;
  event.preventDefault();
  const wanted = new URLSearchParams(new FormData(form));
  if (!wanted.get('with')) wanted.delete('with');
  void draw(`${form.getAttribute('action')}?${wanted}`);
}

/** Watches the chart of this page; `dress` is told of what is new on it. */
export function begin(dress) {
  if (!block()) return;
  dressed = dress;
  readPoints();
  document.addEventListener('click', clicked);
  document.addEventListener('submit', sent, true);
  document.addEventListener('wheel', wheel, { passive: false });
  document.addEventListener('pointerdown', pointerDown);
  document.addEventListener('pointermove', pointerMove);
  for (const name of ['pointerup', 'pointercancel']) document.addEventListener(name, (event) => fingers.delete(event.pointerId));
  document.addEventListener('pointerout', (event) => event.target.closest?.('.plot') && !event.relatedTarget?.closest?.('.plot') && document.activeElement !== figure() && hide());
  document.addEventListener('keydown', key, true);
}
