// Dragging in the calendar: a span to make something, an entry to move it, its end to make it longer or shorter. Every
// drag has a twin in the form of the event. Escape lets go.
import { all, ask, one } from './dom.js';
import { say, show } from './toast.js';
import { refresh } from './calendar.js';
import { days } from './calendar_grid.js';

const STILL = 5; // pixels that a hand may tremble
const HELD = 400; // milliseconds that a finger rests before it drags rather than scrolls
const EDGE = 48; // pixels from an edge where the page begins to scroll
const HANDLE = 8; // pixels at the end of an entry that make it longer
const QUARTERS = 96;

let drag = null; // what is being dragged

/** Whether something is in the hand. */
export const isDragging = () => !!drag?.isOn;

const moment = (text) => Date.parse(text.length > 10 ? `${text}Z` : `${text}T00:00Z`);
const MINUTE = 60_000;
const text = (at, isDay) => new Date(at).toISOString().slice(0, isDay ? 10 : 16);
const isDay = (words) => words.length === 10;
const quarter = (at) => Math.floor((at % 86_400_000) / (15 * MINUTE));
const dayOf = (at) => new Date(at).toISOString().slice(0, 10);

/** What lies under a point: a day, and its quarter of an hour where it is among the hours. */
function under(x, y) {
  const hours = one('.hours-row');
  if (!hours) {
    const cell = all('.month .cell').find((one_) => inside(one_, x, y));
    return cell ? { date: cell.dataset.date, quarter: null } : null;
  }
  const column = all('.day', hours).find((one_) => one_.offsetParent && inside(one_, x));
  if (!column) return null;
  const row = one('.allday').getBoundingClientRect();
  if (y <= row.bottom) return y >= row.top - 4 ? { date: column.dataset.date, quarter: null } : null;
  const box = column.getBoundingClientRect();
  const at = Math.floor(((y - box.top) / box.height) * QUARTERS);
  return { date: column.dataset.date, quarter: Math.min(QUARTERS - 1, Math.max(0, at)) };
}

function inside(element, x, y) {
  const box = element.getBoundingClientRect();
  return x >= box.left && x < box.right && (y === undefined || (y >= box.top && y < box.bottom));
}

const at = (place) => moment(place.date) + (place.quarter ?? 0) * 15 * MINUTE;

/** What a drag from one place to another comes to: a beginning and an end. */
function outcome({ kind, from, entry, grabbed }, to) {
  if (kind === 'make') return made(from, to);
  if (kind === 'drop') return dropped(to);
  const [starts, ends] = [moment(entry.dataset.starts), moment(entry.dataset.ends)];
  const wasDay = isDay(entry.dataset.starts);
  if (kind === 'resize') {
    const end = to.quarter === null ? null : at(to) + 15 * MINUTE;
    return end === null ? null : { starts: text(starts), ends: text(Math.max(end, starts + 15 * MINUTE)) };
  }
  // From the hours to the days above them, and back; a month knows days alone.
  if (to.quarter === null && grabbed.quarter !== null) return { starts: to.date, ends: days(to.date, 1) };
  if (to.quarter !== null && grabbed.quarter === null) {
    return { starts: text(at(to)), ends: text(at(to) + (wasDay ? 60 * MINUTE : ends - starts)) };
  }
  const by = to.quarter === null ? moment(to.date) - moment(grabbed.date) : at(to) - at(grabbed);
  return { starts: text(starts + by, wasDay), ends: text(ends + by, wasDay) };
}

/** A task is due on a day, or at the minute it is put to. */
function dropped(to) {
  if (to.quarter === null) return { starts: to.date, ends: days(to.date, 1) };
  return { starts: text(at(to)), ends: text(at(to) + 30 * MINUTE) };
}

function made(from, to) {
  if (from.quarter === null || to.quarter === null) {
    const [first, last] = [from.date, to.date].sort();
    return { starts: first, ends: days(last, 1) };
  }
  const [first, last] = [at(from), at(to)].sort((a, b) => a - b);
  return { starts: text(first), ends: text(last + 15 * MINUTE) };
}

/** Shows where it would be. */
function paint(found, words) {
  clear();
  if (!found) return;
  const [starts, ends, whole] = [moment(found.starts), moment(found.ends), isDay(found.starts)];
  const among = one('.hours-row') && !whole ? all('.hours-row .day') : all(one('.hours-row') ? '.allday [data-allday]' : '.month .cell');
  for (const cell of among) {
    const begin = moment(cell.dataset.date ?? cell.dataset.allday);
    if (ends <= begin && !(ends === begin && starts === begin)) continue;
    if (starts >= begin + 86_400_000) continue;
    const ghost = document.createElement('div');
    const top = starts > begin ? quarter(starts) : 0;
    const bottom = ends < begin + 86_400_000 ? Math.ceil((ends - begin) / (15 * MINUTE)) : QUARTERS;
    ghost.className = one('.hours-row') && !whole ? `ghost t${top} d${Math.max(1, bottom - top)}` : 'ghost';
    ghost.textContent = whole ? words : `${text(starts).slice(11)}–${text(ends).slice(11)} ${words}`;
    cell.append(ghost);
  }
}

function clear() {
  for (const ghost of all('.ghost')) ghost.remove();
}

function begin_(event) {
  drag.isOn = true;
  document.body.classList.add('dragging');
  drag.entry?.classList.add('taken');
  drag.root.setPointerCapture?.(event.pointerId);
}

/** Lets go. Returns what was in the hand. */
function end() {
  const was = drag;
  drag = null;
  clearTimeout(was?.timer);
  cancelAnimationFrame(was?.frame);
  was?.entry?.classList.remove('taken');
  document.body.classList.remove('dragging');
  clear();
  return was;
}

function down(event) {
  if (event.button !== 0 || drag) return;
  const entry = event.target.closest('.ev, .side-task');
  const root = entry?.matches('.side-task') ? one('#calendar .week, #calendar .month') : event.target.closest('#calendar .week, #calendar .month');
  if (!root || event.target.closest('.more, .rest, .number, .names, .week-number, .hours, .label, .tick')) return;
  if (entry && !entry.dataset.item && !entry.dataset.task) return;
  const place = under(event.clientX, event.clientY);
  if (!place && !entry?.dataset.task) return;
  const isTouch = event.pointerType === 'touch';
  const atEnd = entry?.dataset.item && place.quarter !== null && entry.getBoundingClientRect().bottom - event.clientY < HANDLE;
  const kind = !entry ? 'make' : entry.dataset.task ? 'drop' : atEnd && !isTouch ? 'resize' : 'move';
  drag = { root, entry, kind, from: place, grabbed: place, x: event.clientX, y: event.clientY, isOn: false, isTouch, found: null };
  drag.words = entry ? one('b', entry).textContent : 'New event';
  // A finger scrolls; it drags only after it has rested.
  if (isTouch) drag.timer = setTimeout(() => drag && begin_(event), HELD);
}

function move(event) {
  if (!drag) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > STILL;
  if (!drag.isOn) {
    if (!far) return;
    if (drag.isTouch) return void end();
    begin_(event);
  }
  drag.pointer = [event.clientX, event.clientY];
  follow();
  if (!drag.frame) drag.frame = requestAnimationFrame(scroll);
}

function follow() {
  const place = under(...drag.pointer);
  // A task that is let go beside the days stays as it is.
  if (!place && drag.kind === 'drop') [drag.found] = [null, clear()];
  if (!place) return;
  drag.found = outcome(drag, place);
  paint(drag.found, drag.words);
}

/** Near an edge the page goes on by itself. */
function scroll() {
  if (!drag?.isOn) return;
  const scroller = one('#calendar .scroll');
  const box = scroller.getBoundingClientRect();
  const [, y] = drag.pointer;
  const top = box.top + (one('.week-head')?.offsetHeight ?? 0);
  const by = y < top + EDGE && y > top - 4 ? -12 : y > box.bottom - EDGE ? 12 : 0;
  if (by) {
    scroller.scrollTop += by;
    follow();
  }
  drag.frame = requestAnimationFrame(scroll);
}

async function up(event) {
  if (!drag) return;
  const was = end();
  if (!was.isOn) {
    if (was.kind === 'make' && event.type === 'pointerup') open(clickedSpan(was.from));
    return;
  }
  // What ends on a link is no click on it.
  const stop = (click) => { click.preventDefault(); click.stopPropagation(); };
  addEventListener('click', stop, { capture: true });
  setTimeout(() => removeEventListener('click', stop, { capture: true }), 0);
  if (!was.found) return;
  if (was.kind === 'make') return open(was.found);
  if (was.kind === 'drop') return due(was);
  if (was.found.starts === was.entry.dataset.starts && was.found.ends === was.entry.dataset.ends) return;
  await keep(was);
}

/** A click makes half an hour, or a day. */
function clickedSpan(place) {
  if (place.quarter === null) return { starts: place.date, ends: days(place.date, 1) };
  const half = { ...place, quarter: place.quarter - (place.quarter % 2) };
  return { starts: text(at(half)), ends: text(at(half) + 30 * MINUTE) };
}

function open({ starts, ends }) {
  const month = one('.month') && ends === days(starts, 1);
  location.assign(`/calendar/event/new?${month ? `day=${starts}` : `at=${starts}&end=${ends}`}`);
}

/** Asks what must be asked: how much of a series is meant, and whether guests are told. */
function question(entry) {
  const dialog = one('#move-ask');
  const [isSeries, guests] = [entry.dataset.series !== undefined, Number(entry.dataset.guests ?? 0)];
  if (!dialog || (!isSeries && guests === 0)) return Promise.resolve({ scope: 'all', tell: '' });
  one('[data-if-series]', dialog).hidden = !isSeries;
  one('[data-if-guests]', dialog).hidden = guests === 0;
  one('h2', dialog).textContent = `Move “${one('b', entry).textContent}”?`;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener('close', () => {
      if (dialog.returnValue !== 'move') return answer(null);
      const said = new FormData(one('form', dialog));
      answer({ scope: isSeries ? said.get('scope') : 'all', tell: guests > 0 && said.get('tell') ? 'yes' : '' });
    }, { once: true });
  });
}

async function keep({ entry, found }) {
  const said = await question(entry);
  if (!said) return;
  const { starts, ends } = found;
  await post(entry, `/calendar/event/${entry.dataset.item}/move`, { instance: entry.dataset.instance, starts, ends, ...said });
}

const due = ({ entry, found }) => post(entry, `/calendar/event/${entry.dataset.task}/due`, { due: found.starts });

async function post(entry, to, fields) {
  entry.classList.add('taken');
  const body = new URLSearchParams({
    csrf: one('input[name=csrf]').value, zone: one('#calendar').dataset.zone, back: location.pathname, ...fields,
  });
  const answer = await ask(to, { method: 'POST', body }).catch(() => null);
  entry.classList.remove('taken');
  if (!answer) say('Not connected. Nothing was changed; try again in a moment.');
  else if (answer.ok) show(await answer.text()); else say(await answer.text());
  refresh();
}

/** Watches the hand. */
export function begin() {
  document.addEventListener('pointerdown', down);
  document.addEventListener('pointermove', move);
  document.addEventListener('pointerup', up);
  document.addEventListener('pointercancel', end);
  document.addEventListener('touchmove', (event) => isDragging() && event.preventDefault(), { passive: false });
  document.addEventListener('contextmenu', (event) => isDragging() && event.preventDefault());
  document.addEventListener('dragstart', (event) => event.target.closest?.('.ev, .side-task') && event.preventDefault());
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !drag) return;
    event.preventDefault();
    event.stopPropagation();
    end();
  }, true);
}
