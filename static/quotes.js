// Quotes come alive: prices move by themselves wherever they stand, symbols are suggested while they are typed, lists are
// put in order by hand, and charts answer to the pointer and to keys.
import { all, morph, nodes, one, parse, refresh } from './dom.js';
import { begin as completes } from './complete.js';
import { own } from './keys.js';
import { keepFresh, on } from './live.js';
import { begin as orders } from './quotes_order.js';
import { begin as charts, moved as chartMoved } from './quotes_chart.js';

const SOON = 3000; // sums follow prices in no hurry

const FIELDS = ['last', 'note', 'change', 'percent', 'range', 'volume', 'time', 'source'];

/** The way a number went; nothing where one of them is none. */
function way(from, to) {
  const [a, b] = [Number.parseFloat(from), Number.parseFloat(to)];
  if (!(a !== b) || Number.isNaN(a) || Number.isNaN(b)) return '';
  return b > a ? 'went-up' : 'went-down';
}

/** Puts what a row says into a place that shows the same symbol. Returns whether it has grown old, or is new again. */
function put(place, row) {
  for (const name of FIELDS) {
    const [old, fresh] = [one(`[data-f=${name}]`, place), one(`[data-f=${name}]`, row)];
    if (!old || !fresh || old.outerHTML === fresh.outerHTML) continue;
    const next = fresh.cloneNode(true);
    // The head of a page shows one arrow for both.
    next.classList.toggle('no-arrow', old.classList.contains('no-arrow'));
    const went = name === 'last' ? way(old.dataset.v, fresh.dataset.v) : '';
    old.replaceWith(next);
    if (went) next.classList.add(went);
  }
  const is = (name) => row.classList.contains(name);
  const wasStale = place.dataset.state === 'stale' || place.classList.contains('stale');
  if (place.dataset.code) place.dataset.state = is('stale') ? 'stale' : is('unsure') ? 'unsure' : '';
  else for (const name of ['stale', 'unsure']) place.classList.toggle(name, is(name));
  return wasStale !== is('stale');
}

let waiting = 0;

/** What is summed follows a while later, all at once. */
function later() {
  if (waiting) return;
  waiting = setTimeout(() => {
    waiting = 0;
    if (!document.hidden) void refresh(all('[data-refresh], #quotes-sum, #quotes-feeds').map((block) => block.id));
  }, SOON);
}

function told(head, html) {
  let isTurned = false;
  for (const row of all('[data-quote]', nodes(html))) {
    for (const place of all(`[data-quote="${CSS.escape(row.dataset.quote)}"]`)) {
      if (Number(place.dataset.ver) > Number(row.dataset.ver)) continue;
      if (place.dataset.ver) place.dataset.ver = row.dataset.ver;
      isTurned = put(place, row) || isTurned;
    }
    chartMoved(row.dataset.quote);
  }
  // Whether a feed is silent is the office's to say.
  if (isTurned || one('[data-refresh], #quotes-sum')) later();
}

/** A list, an alert or a holding is another now: the blocks that show them are read again. */
async function changed() {
  const blocks = ['quotes-list', 'quote-alerts', 'quote-holdings', 'holdings-block', 'today-quotes'];
  if (document.body.classList.contains('dragging')) return;
  const answer = await fetch(location.href, { credentials: 'same-origin', headers: { accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = parse(await answer.text());
  for (const id of blocks) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) morph(old, fresh);
  }
}

/** Symbols by what is typed of them. */
function symbol(field) {
  const typed = field.value.trim();
  if (typed.length < 1) return null;
  return { key: typed, url: `/quotes/find?q=${encodeURIComponent(typed)}`, put: (value) => { field.value = value; } };
}

/** Suggests in every field that takes a symbol. */
export function suggest(root = document) {
  for (const field of all('[data-symbol]:not([role=combobox])', root)) completes(field, () => field.closest('[role=search]') && field.form.requestSubmit(), symbol, 'Symbols');
}

const rows = () => all('#rows > tr');

function step(by) {
  const list = rows();
  const now = list.findIndex((row) => row.contains(document.activeElement) || row.classList.contains('on'));
  const next = list[now < 0 ? 0 : Math.min(list.length - 1, Math.max(0, now + by))];
  one('.hit', next ?? document)?.focus();
}

function add() {
  const drop = one('#add-drop');
  if (drop) drop.open = true;
  one('#add, #first')?.focus();
}

/** Watches the quotes of this page. */
export function begin() {
  on('quote', told);
  on('quotes', changed);
  keepFresh('quotes-feeds', 'quotes-sum', 'holdings-block', 'today-quotes');
  suggest();
  if (!one('main[data-quotes]')) return;
  orders();
  charts(suggest);
  own({ j: () => step(1), k: () => step(-1), a: add, u: () => one('[data-up]')?.click() });
  one('#rows .on')?.scrollIntoView({ block: 'nearest' });
  one('.tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  for (const field of all('[data-submit]')) field.addEventListener('change', () => field.form.requestSubmit());
  // A drop that opens is one to type in.
  one('#add-drop')?.addEventListener('toggle', (event) => event.target.open && one('#add')?.focus());
}
