// The page of an event: what others change of it, such as the answers of its guests, shows by itself.
import { one, refresh } from './dom.js';
import { on } from './live.js';

/** Reads the page again when something changes in the event's calendar. */
export function begin() {
  const page = one('[data-event]');
  on('calendar', ({ calendars, list }) => {
    if (list || calendars.includes(Number(page.dataset.of))) refresh(['event']);
  });
}
