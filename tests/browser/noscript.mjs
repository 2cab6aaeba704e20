// The same essentials with scripts switched off.
import { browser, check, done, mail, me, posted, signIn, step, url, visitor } from './lib.mjs';

const chrome = await browser();
const context = await visitor(chrome, { javaScriptEnabled: false });
const page = await context.newPage();
const mark = Math.random().toString(36).slice(2, 8);
const row = (subject) => page.locator('#rows > li', { hasText: subject });

await step('signing in', async () => {
  await signIn(page);
  return page.url().endsWith('/today');
});

await step('the list and a message', async () => {
  await mail({ subject: `Plain ${mark}`, text: 'Hello there.' });
  await page.goto(url('/mail/inbox'));
  await row(`Plain ${mark}`).locator('.hit').click();
  await page.locator('h1', { hasText: `Plain ${mark}` }).waitFor();
  return page.locator('.plain-text', { hasText: 'Hello there.' }).isVisible();
});

await step('star, by its button', async () => {
  await page.goto(url('/mail/inbox'));
  await row(`Plain ${mark}`).locator('.star').click();
  await row(`Plain ${mark}`).locator('[name=unstar]').waitFor();
});

await step('archive and undo, by buttons', async () => {
  await row(`Plain ${mark}`).locator('.tick input').check();
  await page.locator('.bulk [value=archive]').click();
  await page.locator('.toast', { hasText: 'Archived' }).waitFor();
  check('it is gone', (await row(`Plain ${mark}`).count()) === 0);
  await page.click('.toast button');
  await row(`Plain ${mark}`).waitFor();
});

await step('write with a file, save, send', async () => {
  await page.goto(url(`/mail/compose?to=${encodeURIComponent(me)}&subject=Script%20free%20${mark}`));
  await page.fill('#body', 'Typed without scripts.');
  await page.setInputFiles('[name=files]', { name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('note') });
  await page.click('[value=attach]');
  await page.locator('#files').getByText('note.txt').waitFor();
  check('the text is kept', (await page.inputValue('#body')) === 'Typed without scripts.');
  await page.click('[value=send]');
  await page.locator('.toast', { hasText: 'Sent' }).waitFor();
  await page.goto(url('/mail/inbox'));
  await row(`Script free ${mark}`).waitFor();
});

await step('a wrong address is refused with everything kept', async () => {
  await page.goto(url('/mail/compose'));
  await page.fill('#to', 'bob@');
  await page.fill('#body', 'Do not lose me.');
  const [answer] = await Promise.all([posted(page, '/mail/compose'), page.click('[value=send]')]);
  check('422', answer.status() === 422);
  await page.locator('#errors').waitFor();
  return (await page.inputValue('#body')) === 'Do not lose me.' && (await page.locator('#errors').innerText()).includes('bob@');
});

await step('the draft is in Drafts and can be deleted', async () => {
  await page.goto(url('/mail/drafts'));
  await page.locator('#rows .hit').first().click();
  await page.waitForURL(/draft=/);
  await page.click('[value=drop]');
  await page.locator('.toast', { hasText: 'Trash' }).waitFor();
});

await step('search', async () => {
  for (let tries = 0; tries < 100 && (await row(`Plain ${mark}`).count()) === 0; tries += 1) {
    await page.goto(url(`/search?q=${mark}`));
    await page.waitForTimeout(200);
  }
  return (await row(`Plain ${mark}`).count()) === 1;
});

await step('the calendar: views, days, and ticks by their button', async () => {
  await page.goto(url('/calendar/week/2026-03-03'));
  check('an event among the hours', await page.locator('.hours-row .ev', { hasText: 'Call with Copenhagen' }).isVisible());
  await page.locator('[data-next]').click();
  await page.waitForURL(/week\/2026-03-10/);
  await page.getByRole('link', { name: 'Month', exact: true }).click();
  await page.waitForURL(/month\/2026-03-10/);
  await page.locator('.month .more a[href*="2026-03-12"]').click();
  await page.waitForURL(/day\/2026-03-12/);
  await page.locator('[data-ticks] [name=cal]').first().uncheck();
  await page.getByRole('button', { name: 'Show these' }).click();
  check('the calendar is not shown', (await page.locator('.ev').count()) === 0);
  await page.locator('[data-ticks] [name=cal]').first().check();
  await page.getByRole('button', { name: 'Show these' }).click();
  return (await page.locator('.ev').count()) > 0;
});

await step('sign out', async () => {
  await page.goto(url('/today'));
  await page.click('[popovertarget=account]');
  await page.click('form[action="/logout"] button');
  await page.waitForURL(/\/login/);
});

await chrome.close();
done();
