// Days and hours by the keyboard: one cell of the grid is in the order of Tab, arrows go to the others.
import { all, one } from './dom.js';
import { visit } from './calendar.js';

const WAYS = '#calendar .whole-day, #calendar .cell .number'; // what takes the focus in a cell
const ways = () => all(WAYS).filter((way) => way.offsetParent);
const cellOf = (way) => way.closest('[data-date]');
const isMonth = () => !!one('#calendar .month');

let date = ''; // the day that arrows are at
let slot = 32; // and its quarter of an hour: 8:00

/** The day, so many days later. */
export function days(day, by) {
  const at = new Date(`${day}T00:00Z`);
  at.setUTCDate(at.getUTCDate() + by);
  return at.toISOString().slice(0, 10);
}

const written = (quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;

/** The same as the reader's clock says it. */
function spoken(quarter) {
  if (document.documentElement.dataset.clock !== '12') return written(quarter);
  const hour = Math.floor(quarter / 4);
  return `${hour % 12 || 12}:${String((quarter % 4) * 15).padStart(2, '0')} ${hour < 12 ? 'am' : 'pm'}`;
}

/** Puts one cell into the order of Tab: the one used last, the one the page stands at, or the first. */
export function rove() {
  const all_ = ways();
  const is = (what) => all_.find((way) => what(cellOf(way)));
  const now = is((cell) => cell.dataset.date === date) ?? is((cell) => cell.classList.contains('picked')) ?? all_[0];
  for (const way of all_) way.tabIndex = way === now ? 0 : -1;
}

/** What takes place in a cell at the half hour of the cursor. */
function there(cell) {
  const number = (entry, letter) => Number(entry.className.match(new RegExp(`(?:^| )${letter}(\\d+)`))?.[1] ?? 0);
  return all('.ev', cell).filter((entry) => number(entry, 't') < slot + 2 && number(entry, 't') + number(entry, 'd') > slot);
}

function said(words) {
  const line = one('#calendar-said');
  if (line) line.textContent = words;
}

/** Shows where among the hours one is, and says it. */
function cursor(cell, speaks) {
  for (const old of all('.cursor')) old.remove();
  if (isMonth()) return;
  const mark = document.createElement('div');
  mark.className = `cursor t${slot}`;
  cell.append(mark);
  mark.scrollIntoView({ block: 'nearest' });
  const found = there(cell).map((entry) => one('b', entry).textContent);
  const day = one('.whole-day', cell).getAttribute('aria-label').split(',')[0];
  if (speaks) said(`${day}, ${spoken(slot)}, ${found.length ? found.join(', ') : 'free'}`);
}

async function to(day, speaks = false) {
  const known = () => ways().find((way) => cellOf(way).dataset.date === day);
  if (!known()) {
    const view = location.pathname.split('/')[2];
    if (!(await visit(`/calendar/${view}/${day}`))) return;
  }
  const way = known();
  if (!way) return;
  date = day;
  rove();
  way.focus({ preventScroll: !isMonth() });
  cursor(cellOf(way), speaks);
}

/** Opens what is there; where nothing is, makes something. */
function enter(cell) {
  if (isMonth()) return void ways().find((way) => cellOf(way) === cell)?.click();
  const entry = there(cell).map((one_) => one('a', one_)).find(Boolean);
  if (entry) return void entry.click();
  const end = slot + 4 < 96 ? `${cell.dataset.date}T${written(slot + 4)}` : `${days(cell.dataset.date, 1)}T00:00`;
  location.assign(`/calendar/event/new?at=${cell.dataset.date}T${written(slot)}&end=${end}`);
}

function pressed(event) {
  if (!event.target.matches?.(WAYS) || event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = cellOf(event.target);
  const day = cell.dataset.date;
  const weekday = (new Date(`${day}T00:00Z`).getUTCDay() + 6 - Number(one('#calendar').dataset.weekStart) + 7) % 7;
  const rows = (by) => () => {
    if (isMonth()) return to(days(day, by * 7));
    slot = Math.min(94, Math.max(0, slot + by * 2));
    return cursor(cell, true);
  };
  const deed = {
    ArrowLeft: () => to(days(day, -1)),
    ArrowRight: () => to(days(day, 1)),
    ArrowUp: rows(-1),
    ArrowDown: rows(1),
    Home: () => to(days(day, -weekday)),
    End: () => to(days(day, 6 - weekday)),
    PageUp: () => one('[data-previous]')?.click(),
    PageDown: () => one('[data-next]')?.click(),
    Enter: () => enter(cell),
    ' ': () => enter(cell),
  }[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
}

/** Listens to the keyboard in the grid. */
export function begin() {
  rove();
  document.addEventListener('keydown', pressed);
  document.addEventListener('focusin', ({ target }) => {
    if (!target.matches?.(WAYS)) return;
    date = cellOf(target).dataset.date;
    rove();
    if (target.matches(':focus-visible') && !one('.cursor', cellOf(target))) cursor(cellOf(target), false);
  });
  document.addEventListener('focusout', ({ target }) => {
    if (target.matches?.(WAYS)) for (const mark of all('.cursor')) mark.remove();
  });
}
