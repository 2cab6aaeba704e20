// Every kind of page there is, for the tests that visit them all.
import { mail, signIn, url } from './lib.mjs';

/** Signs in, makes sure there is a message and a draft, and names the pages. */
export async function pages(page) {
  await signIn(page);
  await mail({ subject: 'Agenda for Thursday', text: 'Fire doors\r\nLift supplier\r\n\r\n> older words\r\n> more of them\r\n\r\n-- \r\nMallory', headers: ['Cc: <bob@world.example>'] });
  const html = '<h1>Agenda</h1><p>we meet at <b>09:00</b></p><table><tr><td>Doors</td><td>20</td></tr></table><img src="https://canary.invalid/a.png">';
  await mail({ subject: 'With pictures', text: html, headers: ['MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8'] });
  await page.goto(url('/mail/inbox'));
  await page.locator('#rows > li', { hasText: 'With pictures' }).first().waitFor();
  const link = async (subject) => page.locator('#rows > li', { hasText: subject }).first().locator('.hit').getAttribute('href');
  const [plain, rich] = [await link('Agenda for Thursday'), await link('With pictures')];
  const id = plain.match(/\d+/)[0];
  await page.goto(url('/people'));
  const person = await page.locator('main .hit').first().getAttribute('href');
  return {
    today: '/today', inbox: '/mail/inbox', message: plain, html: rich, trash: '/mail/trash', starred: '/mail/starred',
    compose: '/mail/compose', reply: `/mail/compose?reply=${id}`, source: `/mail/message/${id}/source`, folders: '/mail/folders',
    search: '/search', found: '/search?q=agenda', people: '/people', person, look: '/settings/look', privacy: '/settings/presence', notifications: '/settings/notifications', offline: '/offline', security: '/settings/security',
    help: '/help', missing: '/nowhere',
  };
}
