// Reminders: what rings is said to who looks elsewhere, and is put off or away without leaving the page.
import { all, ask, one } from './dom.js';
import { leads, on } from './live.js';

const known = new Set(); // what rang and was heard of

const shown = () => all('#reminders [data-reminder]');

function notify(card) {
  if (!leads() || document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return;
  const [title, words, link] = [one('b', card), one('.two-line span', card), one('a', card)];
  const note = new Notification(title.textContent, { body: words.textContent, tag: `reminder-${card.dataset.reminder}`, icon: document.body.dataset.icon });
  note.onclick = () => {
    window.focus();
    location.assign(link.getAttribute('href'));
    note.close();
  };
}

function rung() {
  for (const card of shown()) {
    if (known.has(card.dataset.reminder)) continue;
    known.add(card.dataset.reminder);
    notify(card);
  }
}

async function send(event) {
  const form = event.target.closest('#reminders form');
  if (!form) return;
  event.preventDefault();
  const answer = await ask(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  // The stream takes it off the page; where it is down, the page is loaded anew.
  if (!answer?.ok) form.submit();
}

/** Listens for what rings. */
export function begin() {
  shown().forEach((card) => known.add(card.dataset.reminder));
  on('reminders', rung);
  addEventListener('submit', send);
}
