// What completes while it is typed: the combobox pattern over the part of the field that the caret is in.
import { all, ask, nodes } from './dom.js';

const WAIT = 120;

/** The part of an address field that the caret is in: from the last comma outside quotes. */
function address(field) {
  const text = field.value;
  let [start, isQuoted] = [0, false];
  for (const [at, letter] of [...text].entries()) {
    if (letter === '"') isQuoted = !isQuoted;
    if (!isQuoted && (letter === ',' || letter === ';')) start = at + 1;
  }
  const typed = text.slice(start).trim();
  if (typed.length < 2) return null;
  const before = text.slice(0, start);
  return { key: typed, url: `/mail/people?q=${encodeURIComponent(typed)}`, put: (value) => { field.value = `${before}${before ? ' ' : ''}${value}, `; } };
}

class Completion {
  constructor(field, changed, part, label) {
    this.field = field;
    this.changed = changed;
    this.part = part;
    this.list = document.createElement('ul');
    this.list.id = `${field.id}-people`;
    this.list.className = 'menu people-menu';
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', label);
    this.list.hidden = true;
    field.after(this.list);
    for (const [name, said] of [['role', 'combobox'], ['aria-expanded', 'false'], ['aria-autocomplete', 'list'], ['aria-controls', this.list.id]]) {
      field.setAttribute(name, said);
    }
    field.addEventListener('input', () => this.later());
    field.addEventListener('keydown', (event) => this.key(event));
    field.addEventListener('blur', () => setTimeout(() => document.activeElement === field || this.close(), 150));
    this.list.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      const option = event.target.closest('[role=option]');
      if (option) this.take(option);
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.find(), WAIT);
  }

  async find() {
    const part = this.part(this.field);
    if (!part) return this.close();
    const answer = await ask(part.url).catch(() => null);
    if (!answer?.ok || this.part(this.field)?.key !== part.key) return;
    this.list.replaceChildren(nodes(await answer.text()));
    const options = this.options();
    options.forEach((option, at) => { option.id = `${this.list.id}-${at}`; });
    this.list.hidden = options.length === 0;
    this.field.setAttribute('aria-expanded', String(options.length > 0));
    if (options.length > 0) this.mark(options[0]);
  }

  options() {
    return all('[role=option]', this.list);
  }

  mark(option) {
    for (const other of this.options()) other.setAttribute('aria-selected', String(other === option));
    this.field.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  take(option) {
    this.part(this.field)?.put(option.dataset.value);
    this.close();
    this.changed();
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.field.setAttribute('aria-expanded', 'false');
    this.field.removeAttribute('aria-activedescendant');
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    const options = this.options();
    const at = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(options[(at + step + options.length) % options.length]);
    else if (event.key === 'Enter' && this.part(this.field)?.key === options[at].dataset.value) return this.close(); // nothing is left to complete
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') this.take(options[at]);
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** Completes in a field what `part` says: names and addresses, where it says nothing else. */
export function begin(field, changed, part = address, label = 'People') {
  new Completion(field, changed, part, label);
}
