// Forms: nothing is sent twice, and what takes long says so. Those marked `data-enhance` are sent without leaving the page.
import { ask, one } from './dom.js';
import { say, show } from './toast.js';

const sending = new WeakSet();

function busy(form, button, is) {
  if (is) sending.add(form); else sending.delete(form);
  button?.setAttribute('aria-busy', String(is));
}

/** Sends a form in the background and shows the toast it is answered with. Returns whether it was taken. */
export async function send(form, button) {
  if (sending.has(form)) return false;
  busy(form, button, true);
  try {
    const body = new URLSearchParams(new FormData(form, button?.name ? button : undefined));
    const answer = await ask(form.action, { method: 'POST', body });
    const text = await answer.text();
    if (answer.ok) show(text); else say(text);
    return answer.ok;
  } catch {
    say('Not connected. Nothing was changed; try again in a moment.');
    return false;
  } finally {
    busy(form, button, false);
  }
}

function submitted(event) {
  const { target: form, submitter: button } = event;
  if (event.defaultPrevented) return;
  if (form.matches('[data-enhance]')) {
    event.preventDefault();
    send(form, button);
  } else if (form.method === 'post') {
    if (sending.has(form)) event.preventDefault();
    else busy(form, button, true);
  }
}

function showPassword(button) {
  const field = document.getElementById(button.dataset.show);
  const shows = field.type === 'password';
  field.type = shows ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(shows));
  button.setAttribute('aria-label', shows ? 'Hide password' : 'Show password');
}

async function copy(button) {
  await navigator.clipboard?.writeText(button.dataset.copy);
  say('Copied');
}

function clicked(event) {
  const button = event.target.closest('[data-show], [data-copy], [data-print]');
  if (!button) return;
  if (button.dataset.show) showPassword(button);
  else if (button.dataset.copy) copy(button);
  else window.print();
}

function capsLock(event) {
  const hint = one('[data-caps]');
  if (hint && event.target.type === 'password') hint.hidden = !event.getModifierState?.('CapsLock');
}

/** Watches every form of the page. */
export function begin() {
  document.addEventListener('submit', submitted);
  document.addEventListener('click', clicked);
  document.addEventListener('keyup', capsLock);
  // A page that comes back from the browser's memory is busy with nothing.
  addEventListener('pageshow', (event) => {
    if (event.persisted) for (const form of document.forms) busy(form, one('[aria-busy=true]', form), false);
  });
  // A summary of errors is what a reader should hear first.
  one('#errors')?.focus();
}
