// Addresses that complete: the combobox pattern over the part of the field that is being typed.
import { all, ask, nodes } from './dom.js';

const WAIT = 120;

/** The part of an address field that the caret is in: from the last comma outside quotes. */
function part(text) {
  let [start, isQuoted] = [0, false];
  for (const [at, letter] of [...text].entries()) {
    if (letter === '"') isQuoted = !isQuoted;
    if (!isQuoted && (letter === ',' || letter === ';')) start = at + 1;
  }
  return [text.slice(0, start), text.slice(start).trim()];
}

class Completion {
  constructor(field, changed) {
    this.field = field;
    this.changed = changed;
    this.list = document.createElement('ul');
    this.list.id = `${field.id}-people`;
    this.list.className = 'menu people-menu';
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', 'People');
    this.list.hidden = true;
    field.after(this.list);
    for (const [name, said] of [['role', 'combobox'], ['aria-expanded', 'false'], ['aria-autocomplete', 'list'], ['aria-controls', this.list.id]]) {
      field.setAttribute(name, said);
    }
    field.addEventListener('input', () => this.later());
    field.addEventListener('keydown', (event) => this.key(event));
    field.addEventListener('blur', () => setTimeout(() => this.close(), 150));
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
    const [, beginning] = part(this.field.value);
    if (beginning.length < 2) return this.close();
    const answer = await ask(`/mail/people?q=${encodeURIComponent(beginning)}`);
    if (!answer.ok || part(this.field.value)[1] !== beginning) return;
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
    const [before] = part(this.field.value);
    this.field.value = `${before}${before ? ' ' : ''}${option.dataset.value}, `;
    this.close();
    this.changed();
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute('aria-expanded', 'false');
    this.field.removeAttribute('aria-activedescendant');
  }

  key(event) {
    if (this.list.hidden) return;
    const options = this.options();
    const at = options.findIndex((option) => option.getAttribute('aria-selected') === 'true');
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(options[(at + step + options.length) % options.length]);
    else if (event.key === 'Enter' || event.key === 'Tab') this.take(options[at]);
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Completes names and addresses in a field. */
export function begin(field, changed) {
  new Completion(field, changed);
}
