// Comfort on top of pages that are whole without it.
import { begin as forms } from './forms.js';
import { begin as toasts } from './toast.js';
import { one, worker } from './dom.js';

/** The server writes times in the reader's zone, once it knows it. */
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes('tz=')) {
    const secure = location.protocol === 'https:' ? ';Secure' : '';
    document.cookie = `tz=${encodeURIComponent(zone)};Path=/;Max-Age=31536000;SameSite=Lax${secure}`;
  }
}

// What was typed before a session ended has arrived, unless one is still on the way back to it.
if (!['/login', '/mail/compose'].includes(location.pathname)) sessionStorage.removeItem('office-draft');
document.documentElement.classList.add('scripts');
tellZone();
forms();
toasts();

if (document.body.dataset.live !== undefined) {
  const [keys, live, ring] = await Promise.all([import('./keys.js'), import('./live.js'), import('./ring.js')]);
  keys.begin();
  ring.begin();
  if (one('[data-mails]')) (await import('./mail.js')).begin();
  if (one('[data-compose]')) (await import('./compose.js')).begin();
  if (one('[data-event]')) (await import('./calendar_event.js')).begin();
  if (one('[data-event-form]')) (await import('./calendar_form.js')).begin();
  if (one('#conversations')) (await import('./chat.js')).begin();
  if (one('main[data-chat]')) (await import('./chat_card.js')).begin();
  if (one('main[data-calendar]')) (await import('./calendar.js')).begin();
  if (one('[data-quotes]')) (await import('./quotes.js')).begin();
  (await import('./chat_jump.js')).begin();
  (await import('./presence.js')).begin();
  (await import('./reminder.js')).begin();
  if (one('main[data-today]')) (await import('./today.js')).begin();
  if (one('form[data-brand]')) (await import('./brand.js')).begin();
  if (one('#log-lines')) (await import('./log.js')).begin();
  if (one('[data-usage]')) (await import('./usage.js')).begin();
  if (one('[data-push]')) (await import('./push.js')).begin();
  // Last: what the stream tells must find its hearers.
  live.begin();
}

// Serves the shell when the office is not reached; no page waits for it.
if (document.body.dataset.live !== undefined && 'serviceWorker' in navigator) worker().catch(() => {});

// Everything listens now; tests wait for this.
document.documentElement.classList.add('ready');
