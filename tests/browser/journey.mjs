// One working day in a browser with scripts.
import { browser, check, done, env, mail, me, posted, signIn, step, url, visitor, watch } from './lib.mjs';

const chrome = await browser();
const context = await visitor(chrome);
const page = await context.newPage();
const complaints = watch(page);
const mark = Math.random().toString(36).slice(2, 8);
const row = (subject) => page.locator('#rows > li', { hasText: subject });
const ready = () => page.locator('html.ready').waitFor();
const toast = (words) => page.locator('#toasts', { hasText: words });

await step('signing in leads to today', async () => {
  await signIn(page);
  return new URL(page.url()).pathname === '/today' && (await page.locator('h1').count()) === 1;
});

await step('the inbox lists mail', async () => {
  await mail({ subject: `First ${mark}`, text: `Good morning.\r\n\r\nThe plans are attached, see https://plans.example/\r\n` });
  await page.goto(url('/mail/inbox'));
  await row(`First ${mark}`).waitFor();
});

await step('a new message appears by itself, on top, and is counted', async () => {
  const before = Number((await page.locator('#unread').innerText()).replace(/\D/g, '')) || 0;
  await ready();
  await mail({ subject: `Live ${mark}` });
  await row(`Live ${mark}`).waitFor();
  const top = await page.locator('#rows > li').first().innerText();
  await page.waitForFunction((count) => document.title.startsWith(`(${count})`), before + 1);
  return top.includes(`Live ${mark}`);
});

await step('two tabs share one stream', async () => {
  const second = await context.newPage();
  const streams = [];
  second.on('request', (request) => new URL(request.url()).pathname === '/live' && streams.push(request.url()));
  await second.goto(url('/mail/inbox'));
  await second.waitForTimeout(500);
  await mail({ subject: `Both ${mark}` });
  await second.locator('#rows > li', { hasText: `Both ${mark}` }).waitFor();
  await row(`Both ${mark}`).waitFor();
  await second.close();
  return streams.length === 0;
});

await step('opening marks as read and shows the sender’s real address', async () => {
  await row(`First ${mark}`).locator('.hit').click();
  await page.waitForURL(/\/mail\/message\//);
  check('the subject is the one heading', (await page.locator('h1').innerText()) === `First ${mark}`);
  check('the address is shown', await page.getByText('mallory@world.example').first().isVisible());
  check('outside is said', await page.getByText('From outside').isVisible());
  check('links of plain text are links', (await page.locator('.plain-text a[href="https://plans.example/"]').count()) === 1);
  return !(await page.locator('#rows .on').getAttribute('class')).includes('unread');
});

await step('replying quotes, sends and says so', async () => {
  await page.keyboard.press('r');
  await page.waitForURL(/compose\?reply=/);
  check('the writer is filled in', (await page.inputValue('#to')).includes('mallory@world.example'));
  check('the subject answers', (await page.inputValue('#subject')) === `Re: First ${mark}`);
  check('the text is quoted', (await page.inputValue('#body')).includes('> Good morning.'));
  await page.fill('#to', me);
  await page.keyboard.press('Tab');
  await page.locator('#body').focus();
  await page.keyboard.type('Thank you! ');
  await page.keyboard.press('Control+Enter');
  await toast('Sent').waitFor();
});

await step('a star is one click', async () => {
  await page.goto(url('/mail/inbox'));
  await row(`Live ${mark}`).locator('.star').click();
  await row(`Live ${mark}`).locator('[name=unstar]').waitFor();
  await page.goto(url('/mail/starred'));
  await row(`Live ${mark}`).waitFor();
});

await step('archive goes at once and undo brings it back', async () => {
  await page.goto(url('/mail/inbox'));
  await row(`Live ${mark}`).locator('.tick input').check();
  check('the count is said', (await page.locator('#selected').innerText()) === '1 selected');
  await page.locator('.bulk [value=archive]').click();
  await toast('Archived').waitFor();
  check('the row is gone', (await row(`Live ${mark}`).count()) === 0 || !(await row(`Live ${mark}`).isVisible()));
  await page.keyboard.press('z');
  await row(`Live ${mark}`).waitFor();
});

await step('shift selects a range', async () => {
  const ticks = page.locator('#rows .tick input');
  await ticks.nth(0).click();
  await ticks.nth(2).click({ modifiers: ['Shift'] });
  const count = await page.locator('#rows .tick input:checked').count();
  await page.reload();
  return count === 3;
});

await step('search finds words and operators', async () => {
  await ready();
  await page.keyboard.press('/');
  check('the slash goes to the search', await page.evaluate(() => document.activeElement.id === 'q'));
  for (let tries = 0; tries < 20; tries += 1) {
    await page.goto(url(`/search?q=${encodeURIComponent(`subject:live ${mark}`)}`));
    if (await row(`Live ${mark}`).count()) break;
    await page.waitForTimeout(200); // words are indexed a moment after mail has come
  }
  return (await row(`Live ${mark}`).count()) === 1 && (await row(`Both ${mark}`).count()) === 0;
});

await step('a folder is made and mail moved there', async () => {
  await page.goto(url('/mail/folders'));
  await page.fill('#name', `Plans ${mark}`);
  await page.click('main form [class~=primary]');
  await page.getByRole('heading', { name: `Plans ${mark}` }).waitFor();
  check('an empty list says what belongs there', await page.getByText('Nothing in here yet').isVisible());
  await page.goto(url('/mail/inbox'));
  await row(`Both ${mark}`).locator('.tick input').check();
  await page.locator('.bulk summary').click();
  await page.locator('.bulk select').selectOption({ label: `Plans ${mark}` });
  await page.locator('.bulk [value=move]').click();
  await toast('Moved').waitFor();
  await page.locator('#side').getByText(`Plans ${mark}`).click();
  await row(`Both ${mark}`).waitFor();
});

await step('a name that is taken is refused beside the field', async () => {
  await page.goto(url('/mail/folders'));
  await page.fill('#name', `Plans ${mark}`);
  const [answer] = await Promise.all([posted(page, '/mail/folders'), page.click('main form [class~=primary]')]);
  check('the status is 422', answer.status() === 422);
  check('what was typed is kept', (await page.inputValue('#name')) === `Plans ${mark}`);
  return (await page.locator('#name').getAttribute('aria-invalid')) === 'true';
});

await step('a draft saves itself, takes a file and is sent', async () => {
  await page.goto(url('/mail/compose'));
  await page.fill('#to', me);
  await page.fill('#subject', `With file ${mark}`);
  await page.fill('#body', 'See the file.');
  await page.locator('#saved', { hasText: /Saved \d\d:\d\d/ }).waitFor();
  await page.setInputFiles('[name=files]', { name: 'Büro plan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 test') });
  await page.locator('#files .file', { hasText: 'Büro plan.pdf' }).waitFor();
  await page.click('[data-send]');
  await toast('Sent').waitFor();
  await page.goto(url('/mail/inbox'));
  await row(`With file ${mark}`).locator('.hit').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a.file').click()]);
  return download.suggestedFilename() === 'Büro plan.pdf';
});

await step('an address completes', async () => {
  await page.goto(url('/mail/compose'));
  await page.locator('#to').pressSequentially(env.user.slice(0, 3));
  await page.locator('[role=option]').first().waitFor();
  await page.keyboard.press('Enter');
  return (await page.inputValue('#to')).includes('@');
});

await step('a message without a subject is asked about once', async () => {
  await page.fill('#to', me);
  await page.fill('#body', `Nothing to see ${mark}`);
  await page.click('[data-send]');
  await page.locator('#ask[open]').waitFor();
  await page.click('[data-yes]');
  await toast('Sent').waitFor();
});

await step('hostile HTML stays in its frame and loads nothing', async () => {
  const html = '<p>Dear all</p><script>top.hacked=1</script><img src="https://canary.invalid/x.png"><img src=x onerror="top.hacked=1">';
  await mail({ subject: `Hostile ${mark}`, text: html, headers: ['MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8'] });
  await page.goto(url('/mail/inbox'));
  await row(`Hostile ${mark}`).locator('.hit').click();
  await page.locator('iframe.sheet').waitFor();
  await page.frameLocator('iframe.sheet').getByText('Dear all').waitFor();
  check('pictures are asked about', await page.getByText('from elsewhere').isVisible());
  return !(await page.evaluate(() => globalThis.hacked));
});

await step('keys: c writes, ? shows the sheet, nothing fires in a field', async () => {
  await page.goto(url('/mail/inbox'));
  await ready();
  await page.keyboard.press('?');
  await page.locator('#key-sheet[open]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#q').focus();
  await page.keyboard.type('gi?c');
  check('fields keep their letters', (await page.inputValue('#q')) === 'gi?c');
  await page.locator('#main').focus();
  await page.keyboard.press('c');
  await page.waitForURL(/compose/);
});

await step('theme and density are kept from the first byte', async () => {
  await page.goto(url('/settings/look'));
  await page.check('[name=theme][value=dark]');
  await page.click('main [type=submit]');
  await toast('saved').waitFor();
  const html = await (await context.request.get(url('/mail/inbox'))).text();
  await page.check('[name=theme][value=""]');
  await page.click('main [type=submit]');
  return html.slice(0, 200).includes('data-theme="dark"');
});

await step('an unknown address has a page with a reference', async () => {
  const answer = await page.goto(url('/mail/message/999999999'));
  return answer.status() === 404 && (await page.getByText(/Reference \d+/).isVisible()) && (await page.locator('nav.rail').isVisible());
});

await step('signing out ends the session', async () => {
  await page.goto(url('/today'));
  await page.click('[popovertarget=account]');
  await page.click('form[action="/logout"] button');
  await page.waitForURL(/\/login/);
  await page.goto(url('/mail/inbox'));
  return page.url().includes('/login?next=%2Fmail%2Finbox');
});

const expected = /status of 40[34]|status of 422/;
const real = complaints.filter((line) => !expected.test(line));
check('no script error, no breach of the content policy, nothing from elsewhere', real.length === 0, real.join('; '));
await chrome.close();
done();
