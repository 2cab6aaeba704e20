// A message that rings: a toast where the reader looks at another page, else a notification, once for all tabs.
import { count, leads, on } from './live.js';
import { one, refresh } from './dom.js';
import { link } from './toast.js';

const SEEN = 'hailstone-rung';
const WAIT = 400; // how long a tab that has the focus may take to say that the message is seen there

/** Whether the reader looks at the conversation. */
const isOpen = (head) => document.hasFocus() && location.pathname === `/chat/${head.conversation}`;

function notify(head) {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const note = new Notification(head.title, { body: head.body, tag: `chat-${head.conversation}`, icon: '/brand/icon.svg' });
  note.onclick = () => {
    window.focus();
    location.assign(head.href);
    note.close();
  };
}

function rung(head) {
  if (document.hasFocus()) {
    localStorage.setItem(SEEN, String(head.message));
    if (!isOpen(head)) link(`${head.title}: ${head.body}`, head.href, 'Open');
  } else if (leads()) {
    setTimeout(() => localStorage.getItem(SEEN) === String(head.message) || notify(head), WAIT);
  }
}

/** Rings from now on, and keeps the count of messages that speak to the reader. */
export function begin() {
  on('ring', rung);
  on('counts', (head) => {
    count('chat-unread', head.total);
    // Read in its room, or in another browser: it need not stand over the page any more.
    const note = one('#announcement[data-conversation]');
    if (note && !head.rooms.some((room) => String(room.id) === note.dataset.conversation)) refresh(['announcement']);
  });
  on('office', () => refresh(['announcement', 'motd']));
}
