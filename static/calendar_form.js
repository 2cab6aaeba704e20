// The form of an event: guests that complete, an end that keeps its distance, and text that outlives a session.
import { all, ask, nodes, one } from './dom.js';
import { begin as completion } from './complete.js';

const WAIT = 400;
const STASH = 'office-event';
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const NTH = ['first', 'second', 'third', 'fourth', 'last'];
const ADDRESS = /[^\s<>,;"]+@[^\s<>,;"]+/g;
const LETTERS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

let form;

const field = (name) => one(`[name=${name}]`, form);
const value = (name) => field(name)?.value ?? '';

/** A field's day and hour as a date of UTC, which has no changing clocks: only for reckoning how far apart two are. */
function moment(side) {
  const [day, time] = [value(`${side}_day`), field('all_day').checked ? '00:00' : value(`${side}_time`)];
  return day && time ? new Date(`${day}T${time}Z`) : null;
}

function put(side, at) {
  field(`${side}_day`).value = at.toISOString().slice(0, 10);
  if (!field('all_day').checked) field(`${side}_time`).value = at.toISOString().slice(11, 16);
}

/** The end goes where the start goes, as far away as it was. */
function follow() {
  let [from, to] = [moment('start'), moment('end')];
  const noted = () => { [from, to] = [moment('start'), moment('end')]; };
  for (const name of ['start_day', 'start_time']) {
    field(name).addEventListener('change', () => {
      const now = moment('start');
      if (from && to && now && to >= from) put('end', new Date(now.getTime() + (to - from)));
      noted();
      rename();
    });
  }
  for (const name of ['end_day', 'end_time', 'all_day']) field(name).addEventListener('change', noted);
}

/** The words of what repeats each month name the day that the event now begins on. */
function rename() {
  const day = value('start_day') || value('end_day');
  if (!day || !field('repeat')) return;
  const at = new Date(`${day}T00:00Z`);
  const [name, nth] = [DAYS[at.getUTCDay()], NTH[Math.floor((at.getUTCDate() - 1) / 7)]];
  const words = { monthly: `day ${at.getUTCDate()}`, nth: `the ${nth} ${name}`, last: `the last ${name}` };
  for (const [option, on] of Object.entries(words)) one(`#repeat > [value=${option}]`, form).textContent = `Every month on ${on}`;
  const ticked = all('[name=weekday]:checked', form);
  if (ticked.length === 1 && value('repeat') !== 'weekly') {
    ticked[0].checked = false;
    one(`[name=weekday][value=${LETTERS[at.getUTCDay()]}]`, form).checked = true;
  }
}

/** When the guests are busy on that day, and when all are free. Nothing where that cannot be known. */
async function busy() {
  const place = one('[data-free-busy]', form);
  const guests = value('guests').match(ADDRESS) ?? [];
  if (!place || guests.length === 0) return place?.replaceChildren();
  const [from, to] = [moment('start'), moment('end')];
  const query = new URLSearchParams(guests.map((guest) => ['guest', guest]));
  query.set('first', value('start_day'));
  query.set('last', value('start_day'));
  if (from && to && to > from) query.set('minutes', String(Math.round((to - from) / 60_000)));
  const answer = await ask(`/calendar/find?${query}`).catch(() => null);
  if (answer?.ok && answer.headers.get('content-type')?.includes('fragment')) place.replaceChildren(nodes(await answer.text()));
}

/** A time that was found is put into the form, and its room among the guests. */
function took(event) {
  const slot = event.target.closest('[data-free-busy] [data-starts]');
  if (!slot) return;
  event.preventDefault();
  for (const [side, at] of [['start', slot.dataset.starts], ['end', slot.dataset.ends]]) {
    [field(`${side}_day`).value, field(`${side}_time`).value] = at.split('T').map((part, index) => (index ? part.slice(0, 5) : part));
  }
  field('all_day').checked = false;
  if (slot.dataset.room) field('guests').value = `${value('guests').replace(/[,\s]+$/, '')}, ${slot.dataset.room}`;
  rename();
  field('start_time').focus();
}

let timer;

function later() {
  clearTimeout(timer);
  timer = setTimeout(busy, WAIT);
}

/** Keeps what was typed in this tab, for when the session has ended meanwhile. */
function stash() {
  const fields = [...new FormData(form)].filter(([name]) => !['csrf', 'revision'].includes(name));
  sessionStorage.setItem(STASH, JSON.stringify({ action: form.action, fields }));
}

/** Puts back what was typed, where one comes from signing in again. */
function restore() {
  const kept = JSON.parse(sessionStorage.getItem(STASH) ?? 'null');
  sessionStorage.removeItem(STASH);
  const isBack = document.referrer && new URL(document.referrer).pathname === '/login';
  if (!kept || kept.action !== form.action || !isBack) return;
  for (const box of all('[type=checkbox]', form)) box.checked = false;
  for (const [name, said] of kept.fields) {
    const found = all(`[name="${CSS.escape(name)}"]`, form);
    const ticks = found.filter((input) => ['checkbox', 'radio'].includes(input.type));
    if (ticks.length > 0) ticks.filter((input) => input.value === said).forEach((input) => { input.checked = true; });
    else if (found[0] && found[0].type !== 'hidden') found[0].value = said;
  }
}

/** Watches the form of an event or a task. */
export function begin() {
  form = one('[data-event-form]');
  restore();
  const guests = one('[data-people]', form);
  if (guests) {
    completion(guests, later);
    guests.addEventListener('change', later);
  }
  if (field('start_day')) follow();
  field('end_day').addEventListener('change', rename);
  for (const name of ['start_day', 'start_time', 'end_day', 'end_time']) field(name)?.addEventListener('change', later);
  form.addEventListener('click', took);
  one('[data-find]', form)?.addEventListener('click', (event) => {
    if (!value('guests').match(ADDRESS)) return;
    event.preventDefault();
    busy();
  });
  form.addEventListener('submit', stash);
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(one('[data-save]', form));
  });
  later();
}
