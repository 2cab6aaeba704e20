// The calendar comes alive: views change without a reload, ticks work at once, what others change appears by itself, and
// the line of now moves on.
import { all, ask, morph, nodes, one } from './dom.js';
import { own } from './keys.js';
import { on } from './live.js';
import { say, show } from './toast.js';
import { begin as drags, isDragging } from './calendar_drag.js';
import { begin as grid, rove } from './calendar_grid.js';
import { begin as quickly, focus as quick } from './calendar_quick.js';

const SOON = 250; // changes that come together are read together
const MINUTE = 30_000;
const VIEW = /^\/calendar\/(day|workweek|week|month|agenda|year)\/\d{4}-\d\d-\d\d$/;

const pane = () => one('#calendar');

/** Puts the parts of a view in place. */
function put(html) {
  const parts = nodes(html);
  for (const id of ['calendar-side', 'calendar']) {
    const [old, fresh] = [document.getElementById(id), parts.getElementById(id)];
    if (old && fresh) morph(old, fresh);
  }
  const [long, short] = all('#calendar-title > span').map((title) => title.textContent);
  document.title = document.title.replace(/^(\([\d,]+\) )?.* – /, (_, count) => `${count ?? ''}${long} – `);
  if (one('.where')) one('.where').textContent = short;
  for (const link of all('.write')) link.href = one('#calendar-side > .btn.primary').getAttribute('href');
  rove();
  now();
}

async function read(address) {
  const answer = await ask(address);
  if (!answer.ok || !(answer.headers.get('content-type') ?? '').includes('fragment')) throw new Error('no view');
  return answer.text();
}

let asked = 0; // what is asked for last is what is shown

/** Shows another view or another day without leaving the page. */
export async function visit(address, notes = true) {
  const mine = (asked += 1);
  pane().setAttribute('aria-busy', 'true');
  try {
    const html = await read(address);
    if (mine !== asked) return false;
    if (notes) history.pushState({ calendar: true }, '', address);
    const hours = one('.hours-scroll')?.scrollTop;
    put(html);
    const scroller = one('.hours-scroll');
    if (hours !== undefined && scroller) scroller.scrollTop = hours;
    else if (scroller) morning();
    else one('#calendar .scroll').scrollTop = 0;
    return true;
  } catch {
    location.assign(address);
    return false;
  } finally {
    pane()?.removeAttribute('aria-busy');
  }
}

let timer = 0;
let isReading = false;

/** Reads the view that is shown again. While something is dragged, nothing moves under the hand. */
export function refresh() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (isReading || isDragging()) return refresh();
    isReading = true;
    const mine = asked;
    try {
      const html = await read(location.pathname + location.search);
      if (isDragging()) refresh(); else if (mine === asked) put(html);
    } catch {
      // Not connected: the stream comes back, and says so.
    } finally {
      isReading = false;
    }
  }, SOON);
}

/** What a clock of the reader's zone shows. */
function clock() {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: pane().dataset.zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(new Date());
  const part = (type) => parts.find((one) => one.type === type).value;
  return { day: `${part('year')}-${part('month')}-${part('day')}`, minutes: Number(part('hour')) * 60 + Number(part('minute')) };
}

/** Moves the line of now; at midnight there is another today. */
function now() {
  if (!pane()) return;
  const { day, minutes } = clock();
  const line = one('#now');
  if (line) line.className = `now t${Math.floor(minutes / 15)}`;
  if (line) line.style.setProperty('--t', String(minutes / 15));
}

function tick() {
  now();
  if (pane() && clock().day !== pane().dataset.today && !document.hidden) refresh();
}

/** Shows the hours from the morning on. */
function morning() {
  const [scroller, hour] = [one('.hours-scroll'), one('#hours-from')];
  if (!scroller || !hour) return;
  const head = one('.week-head', scroller).offsetHeight;
  scroller.scrollTop += hour.getBoundingClientRect().top - scroller.getBoundingClientRect().top - head - 12;
}

async function ticked(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const answer = await ask(form.action, { method: 'POST', body }).catch(() => null);
  if (!answer?.ok) say('Not connected. Nothing was changed; try again in a moment.');
  refresh();
}

/** A task is ticked off, or is not done after all. */
async function done(form) {
  const answer = await ask(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (!answer) say('Not connected. Nothing was changed; try again in a moment.');
  else if (answer.ok) show(await answer.text()); else say(await answer.text());
  refresh();
}

function clicked(event) {
  const link = event.target.closest('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const to = new URL(link.href);
  if (to.origin !== location.origin || !VIEW.test(to.pathname)) return;
  event.preventDefault();
  for (const drop of all('details.drop[open]')) drop.open = false;
  if (link.closest('#side')?.matches(':popover-open') && innerWidth < 1100) one('#side').hidePopover();
  visit(to.pathname + to.search);
}

const press = (selector) => () => one(selector)?.click();
const KEYS = {
  d: press('[data-view-key=d]'),
  w: press('[data-view-key=w]'),
  m: press('[data-view-key=m]'),
  a: press('[data-view-key=a]'),
  t: press('[data-to-today]'),
  n: press('[data-next]'),
  j: press('[data-next]'),
  p: press('[data-previous]'),
  k: press('[data-previous]'),
  c: () => one('#calendar-side > .btn.primary')?.click(),
  q: quick,
};

/** Watches the calendar of this page. */
export function begin() {
  own(KEYS);
  if (!pane()) return;
  on('calendar', (head) => {
    if (head.list || (head.calendars ?? []).some((id) => pane().dataset.ticked.includes(` ${id} `))) refresh();
  });
  on('resync', refresh);
  document.addEventListener('click', clicked);
  document.addEventListener('change', ({ target }) => {
    const form = target.closest('form[data-ticks]');
    if (form) ticked(form);
  });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.matches('form[data-ticks]')) ticked(form, event.submitter);
    else if (form.matches('#calendar .tick, .side-task .tick')) done(form);
    else return;
    event.preventDefault();
  }, true);
  addEventListener('popstate', () => VIEW.test(location.pathname) && visit(location.pathname + location.search, false));
  addEventListener('pageshow', (event) => event.persisted && refresh());
  document.addEventListener('visibilitychange', tick);
  setInterval(tick, MINUTE);
  morning();
  now();
  grid();
  quickly();
  drags();
}
