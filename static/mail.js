// Lists of mail: rows that come and go, selection, and acts without leaving the page.
import { all, nodes, one } from './dom.js';
import { send } from './forms.js';
import { on } from './live.js';

const list = () => one('#list');
const rows = () => one('#rows');
const checked = () => all('.tick input[name=m]:checked', rows());

let last = null; // the row whose box was used last, where a range begins

/** A row that is new, or that looks different now. */
function place(head, html) {
  const [pane, lines] = [list(), rows()];
  if (!pane || !lines) return;
  const old = document.getElementById(head.target);
  const belongs = pane.dataset.folder === String(head.folder) && (old || pane.dataset.page === '1');
  if (old && Number(old.dataset.ver) > head.ver) return;
  if (!old && !belongs) return;
  const fresh = nodes(html).firstElementChild;
  if (old) keep(old, fresh, pane);
  const before = all('li', lines).find((row) => row !== old && Number(row.dataset.at) <= head.at);
  const moved = old && (old.nextElementSibling ?? null) !== (before ?? null) && pane.dataset.folder !== '';
  if (old && !moved) old.replaceWith(fresh);
  else {
    old?.remove();
    still(lines, () => lines.insertBefore(fresh, before ?? null));
  }
  one('.empty', pane.querySelector('.scroll'))?.remove();
  counted();
}

/** What the reader did with a row stays with its newer self. */
function keep(old, fresh, pane) {
  one('.tick input', fresh).checked = one('.tick input', old).checked;
  if (old.classList.contains('on')) {
    fresh.classList.add('on');
    one('.hit', fresh).setAttribute('aria-current', 'true');
  }
  // Other lists than a folder's first page carry their place in each link.
  one('.hit', fresh).setAttribute('href', one('.hit', old).getAttribute('href'));
  const badge = one('.marks .badge', old);
  if (pane.dataset.folder === '' && badge) {
    const marks = one('.marks', fresh) ?? one('.hit', fresh).appendChild(Object.assign(document.createElement('span'), { className: 'marks' }));
    marks.prepend(badge);
  }
  const focused = old.contains(document.activeElement) && document.activeElement.className;
  if (focused) requestAnimationFrame(() => one(`.${focused.split(' ')[0]}`, fresh)?.focus());
}

/** What is on the screen stays where it is when something comes in above it. */
function still(lines, change) {
  const scroller = lines.closest('.scroll');
  const [top, height] = [scroller.scrollTop, scroller.scrollHeight];
  change();
  if (top > 0) scroller.scrollTop = top + scroller.scrollHeight - height;
}

/** A row that has left its folder. */
function removed(head) {
  const old = document.getElementById(head.target);
  if (!old || Number(old.dataset.ver) > head.ver) return;
  const focused = old.contains(document.activeElement);
  const beside = old.nextElementSibling ?? old.previousElementSibling;
  old.remove();
  if (focused && beside) one('.hit', beside).focus();
  counted();
}

/** Says how many are selected, in words for those who hear. */
function counted() {
  const count = checked().length;
  const pane = list();
  if (!pane) return;
  const bar = one('.bulk', pane);
  if (bar) bar.dataset.count = count === 0 ? '' : `${count} selected`;
  const said = one('#selected', pane) ?? pane.appendChild(Object.assign(document.createElement('p'), { id: 'selected', className: 'vh' }));
  said.setAttribute('role', 'status');
  said.textContent = count === 0 ? '' : `${count} selected`;
  const whole = one('[data-all]', pane);
  if (whole) {
    whole.checked = count > 0 && count === all('li', rows()).length;
    whole.indeterminate = count > 0 && !whole.checked;
  }
}

/** Selects or unselects a row; with `wide`, every row from the one used before. */
export function select(row, wide) {
  const box = one('.tick input', row);
  box.checked = !box.checked;
  if (wide) range(row, box.checked);
  last = row;
  counted();
}

function range(row, is) {
  const lines = all('li', rows());
  const [from, to] = [lines.indexOf(last), lines.indexOf(row)].sort((a, b) => a - b);
  if (from < 0) return;
  for (const line of lines.slice(from, to + 1)) one('.tick input', line).checked = is;
}

function ticked(event) {
  const box = event.target;
  if (!box.matches('.tick input')) return;
  if (box.dataset.all !== undefined) {
    for (const other of all('.tick input[name=m]', rows())) other.checked = box.checked;
  } else {
    const row = box.closest('li');
    if (event.shiftKey) range(row, box.checked);
    last = row;
  }
  counted();
}

const LEAVES = new Set(['archive', 'trash', 'junk', 'notjunk', 'inbox', 'move']);

/** The rows an act is for: the one whose star was pressed, or all that are selected. */
function meant(button) {
  if (button.name === 'star' || button.name === 'unstar') return [button.closest('li')];
  return checked().map((box) => box.closest('li'));
}

async function act(event) {
  const { target: form, submitter: button } = event;
  if (!form.matches('[data-mails]') || !button || button.value === 'erase') return;
  event.preventDefault();
  const lines = meant(button);
  if (lines.length === 0) return;
  const leaves = LEAVES.has(button.value);
  for (const line of lines) {
    line.dataset.pending = '';
    if (leaves) line.hidden = true;
  }
  for (const drop of all('details.drop[open]', form)) drop.open = false;
  const taken = await send(form, button);
  for (const line of lines) {
    delete line.dataset.pending;
    if (!taken) line.hidden = false;
    else if (leaves) line.remove();
    else one('.tick input', line).checked = false;
  }
  if (taken && button.name) starred(button, lines);
  counted();
}

/** A star answers at once; the row itself comes anew by the live stream. */
function starred(button, lines) {
  if (button.name !== 'star' && button.name !== 'unstar') return;
  const star = one('.star', lines[0]);
  star.name = button.name === 'star' ? 'unstar' : 'star';
}

/** Watches the list of this page. */
export function begin() {
  on('mail', (head, html) => (head.op === 'row' ? place(head, html) : removed(head)));
  document.addEventListener('click', ticked);
  document.addEventListener('submit', act, true);
  one('#rows .on')?.scrollIntoView({ block: 'nearest' });
  counted();
}
