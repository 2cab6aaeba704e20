// Ctrl+K: a few letters of a name lead to its conversation.
import { all, ask, nodes, one } from './dom.js';

const WAIT = 100;
let dialog;
let timer;

function build() {
  dialog = Object.assign(document.createElement('dialog'), { className: 'dialog jump', id: 'jump' });
  dialog.setAttribute('aria-label', 'Jump to');
  const field = Object.assign(document.createElement('input'), { className: 'input', type: 'search', placeholder: 'Name of a person or room', autocomplete: 'off' });
  for (const [name, said] of [['role', 'combobox'], ['aria-expanded', 'true'], ['aria-controls', 'jump-list'], ['aria-autocomplete', 'list'], ['aria-label', 'Name of a person or room']]) field.setAttribute(name, said);
  const list = Object.assign(document.createElement('ul'), { id: 'jump-list' });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Places');
  dialog.append(field, list);
  document.body.append(dialog);
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT);
  });
  field.addEventListener('keydown', key);
  list.addEventListener('pointermove', (event) => {
    const option = event.target.closest('[role=option]');
    if (option) mark(option);
  });
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
}

async function find() {
  const field = one('input', dialog);
  const typed = field.value;
  const answer = await ask(`/chat/jump?name=${encodeURIComponent(typed)}`).catch(() => null);
  if (!answer?.ok || field.value !== typed) return;
  one('ul', dialog).replaceChildren(nodes(await answer.text()));
  const first = one('[role=option]', dialog);
  if (first) mark(first); else field.removeAttribute('aria-activedescendant');
}

function mark(option) {
  for (const other of all('[role=option]', dialog)) other.setAttribute('aria-selected', String(other === option));
  one('input', dialog).setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

function key(event) {
  const options = all('[role=option]', dialog);
  const at = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length) mark(options[(at + step + options.length) % options.length]);
  else if (event.key === 'Enter' && options[at]) one('a', options[at]).click();
  else return;
  event.preventDefault();
}

/** Opens the list of places. */
export function open() {
  if (!dialog) build();
  one('input', dialog).value = '';
  dialog.showModal();
  find();
}

/** Listens to Ctrl+K on every page. */
export function begin() {
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!dialog?.open) open();
  });
  document.addEventListener('click', (event) => {
    if (!event.target.closest('[data-jump]')) return;
    event.preventDefault();
    one('#side:popover-open')?.hidePopover();
    open();
  });
}
