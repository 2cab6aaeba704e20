// Two people talk, each in a browser of their own; then one of them without scripts.
import { browser, check, done, env, posted, signIn, step, url, visitor, watch } from './lib.mjs';

const other = process.env.HS_OTHER || 'bob';
const mark = Math.random().toString(36).slice(2, 8);
const chrome = await browser();
const [own, theirs] = [await visitor(chrome), await visitor(chrome)];
const [page, there] = [await own.newPage(), await theirs.newPage()];
const complaints = [...[page, there].map((each) => watch(each))];
const ready = (at) => at.locator('html.ready').waitFor();
const said = (at, words) => at.locator('#says > .say', { hasText: words }).last();
const write = async (at, words) => {
  await at.locator('#say').fill(words);
  await at.locator('#say').press('Enter');
};

await signIn(page);
await signIn(there, other);

let room;
await step('a room is made, and the other finds and joins it', async () => {
  await page.goto(url('/chat/new'));
  await page.fill('#name', `plans-${mark}`);
  await page.fill('#topic', 'Everything about the plans');
  await page.click('form:has(#name) [class~=primary]');
  await page.waitForURL(/\/chat\/\d+$/);
  room = page.url();
  await there.goto(url('/chat/rooms'));
  await there.locator('main li', { hasText: `plans-${mark}` }).getByRole('button').click();
  await there.waitForURL(room);
});

await step('a name that is taken is refused beside its field', async () => {
  const form = await own.newPage();
  await form.goto(url('/chat/new'));
  await form.fill('#name', `plans-${mark}`);
  const [answer] = await Promise.all([posted(form, '/chat/new'), form.click('form:has(#name) [class~=primary]')]);
  const kept = (await form.inputValue('#name')) === `plans-${mark}` && (await form.locator('#name[aria-invalid=true]').count()) === 1;
  await form.close();
  return answer.status() === 422 && kept;
});

await step('what is said stands with both at once, once', async () => {
  await page.goto(room);
  await Promise.all([ready(page), ready(there)]);
  await write(page, `Hello **${mark}**`);
  await said(page, `Hello ${mark}`).waitFor();
  await said(there, `Hello ${mark}`).waitFor();
  check('Markdown is shown', (await said(there, 'Hello').locator('strong').innerText()) === mark);
  check('own words are marked', /\bmine\b/.test(await said(page, 'Hello').getAttribute('class')));
  await page.waitForTimeout(300);
  return (await page.locator('#says > .say', { hasText: `Hello ${mark}` }).count()) === 1;
});

await step('somebody who writes is seen to', async () => {
  await there.locator('#say').pressSequentially('I am wri');
  await page.locator('#typing', { hasText: 'is typing' }).waitFor();
  await there.locator('#say').fill('');
});

await step('several lines, code and a mention', async () => {
  await page.locator('#say').fill(`@${other} look:`);
  await page.locator('#say').press('Shift+Enter');
  await page.locator('#say').pressSequentially('`roll = 914`');
  await page.keyboard.press('Escape');
  await page.locator('#say').press('Enter');
  await said(there, 'look:').waitFor();
  check('a mention is marked', /\bping\b/.test(await said(there, 'look:').getAttribute('class')));
  return (await said(there, 'look:').locator('code').innerText()) === 'roll = 914';
});

await step('it is read, and its sayer learns it', async () => {
  await there.bringToFront();
  await there.locator('#log').click();
  await page.locator('#seen', { hasText: 'Read by' }).waitFor();
});

await step('ArrowUp edits the last message everywhere', async () => {
  await page.bringToFront();
  await write(page, `Tomorow ${mark}`);
  await said(page, 'Tomorow').waitFor();
  await page.locator('.say.sending').waitFor({ state: 'detached' });
  await page.locator('#say').press('ArrowUp');
  await page.waitForFunction(() => document.querySelector('#say').value.startsWith('Tomorow'));
  await page.locator('#say').fill(`Tomorrow ${mark}`);
  await page.locator('#say').press('Enter');
  await said(there, `Tomorrow ${mark}`).waitFor();
  return (await said(there, `Tomorrow ${mark}`).getByText('(edited)').count()) === 1;
});

await step('a reaction is one click, and is told with names', async () => {
  await said(there, `Tomorrow ${mark}`).hover();
  await there.locator('#tools [data-do=react]').click();
  await there.locator('.emoji-grid button', { hasText: '🎉' }).click();
  const react = said(page, `Tomorrow ${mark}`).locator('.react');
  await react.waitFor();
  check('not pressed for who did not', (await react.getAttribute('aria-pressed')) === 'false');
  await react.click();
  await page.waitForFunction(() => document.querySelector('.react[aria-pressed=true]')?.textContent.includes('2'));
});

await step('an answer quotes', async () => {
  await said(there, `Hello ${mark}`).hover();
  await there.locator('#tools [data-do=answer]').click();
  await there.locator('form[data-say=say] .over:not([hidden])').waitFor();
  await write(there, `Quoting ${mark}`);
  await said(page, `Quoting ${mark}`).locator('.quoted').waitFor();
  return (await said(page, `Quoting ${mark}`).locator('.quoted').innerText()).includes(`Hello ${mark}`);
});

await step('a thread stands beside the log and is counted on its root', async () => {
  await said(page, `Hello ${mark}`).hover();
  await page.locator('#tools [data-do=thread]').click();
  await page.waitForURL(/\/thread\//);
  await ready(page);
  await page.locator('#reply').fill(`In the thread ${mark}`);
  await page.locator('#reply').press('Enter');
  await page.locator('#thread-says > .say', { hasText: `In the thread ${mark}` }).waitFor();
  await said(there, `Hello ${mark}`).locator('.replies', { hasText: '1 reply' }).waitFor();
  check('not in the log itself', (await there.locator('#says > .say', { hasText: `In the thread ${mark}` }).count()) === 0);
  await page.goto(room);
  await ready(page);
});

await step('a picture is pasted and shown without a jump', async () => {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGM4IScHRAAIdwIJkXAbPAAAAABJRU5ErkJggg==';
  await page.setInputFiles('form[data-say=say] [name=file]', { name: 'plan.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
  await page.locator('.files-in .file:not([data-upload])').waitFor();
  await write(page, `Picture ${mark}`);
  const image = said(there, `Picture ${mark}`).locator('img');
  await image.waitFor();
  return (await image.getAttribute('width')) !== null && (await image.getAttribute('height')) !== null;
});

await step('commands: /me, an unknown one, /help', async () => {
  await write(page, `/me waves ${mark}`);
  await said(there, `waves ${mark}`).waitFor();
  await write(page, '/nonsense');
  await page.locator('form[data-say=say] .error', { hasText: 'no command' }).waitFor();
  await write(page, '/help');
  await page.locator('.note', { hasText: '/remind' }).waitFor();
  await page.locator('.note .star').click();
});

await step('@ and / complete', async () => {
  await page.locator('#say').pressSequentially(`@${other.slice(0, 2)}`);
  await page.locator('#say-people [role=option]').first().waitFor();
  await page.keyboard.press('Enter');
  check('the name is put in', (await page.inputValue('#say')) === `@${other} `);
  await page.locator('#say').fill('');
  await page.locator('#say').pressSequentially('/rem');
  await page.locator('#say-people [role=option]', { hasText: '/remind' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#say').fill('');
});

await step('who reads above is not moved, and is told how much is new', async () => {
  for (let at = 1; at <= 30; at += 1) await write(there, `Line ${at} ${mark}`);
  await said(page, `Line 30 ${mark}`).waitFor({ timeout: 15_000 });
  await page.locator('#log').evaluate((log) => { log.scrollTop = -400; });
  await page.waitForTimeout(200);
  const before = await said(page, `Line 10 ${mark}`).boundingBox();
  await write(there, `Below ${mark}`);
  await page.locator('#pill', { hasText: '1 new' }).waitFor();
  const after = await said(page, `Line 10 ${mark}`).boundingBox();
  check('nothing moved', Math.abs(before.y - after.y) < 2, `${before.y} ${after.y}`);
  await page.click('#pill');
  await page.locator('#pill').waitFor({ state: 'hidden' });
  return said(page, `Below ${mark}`).isVisible();
});

await step('without a line, what is said waits and goes out once, in order', async () => {
  await own.setOffline(true);
  await write(page, `Offline one ${mark}`);
  await write(page, `Offline two ${mark}`);
  await page.locator('.say.sending', { hasText: 'Offline two' }).waitFor();
  await own.setOffline(false);
  await said(there, `Offline two ${mark}`).waitFor({ timeout: 15_000 });
  const found = await there.locator('#says > .say', { hasText: `Offline` }).filter({ hasText: mark }).locator('.said').allInnerTexts();
  return found.length === 2 && found[0].includes('one') && found[1].includes('two');
});

await step('older messages come by scrolling, and the place stays', async () => {
  for (let at = 1; at <= 40; at += 1) await write(there, `More ${at} ${mark}`);
  await said(there, `More 40 ${mark}`).waitFor();
  await there.locator('.say.sending').first().waitFor({ state: 'detached', timeout: 20_000 });
  await page.goto(room);
  await ready(page);
  const count = await page.locator('#says > .say').count();
  await page.locator('#log').evaluate((log) => { log.scrollTop = -log.scrollHeight; });
  await page.waitForFunction((before) => document.querySelectorAll('#says > .say').length > before, count);
  const numbers = await page.locator('#says > .say').evaluateAll((says) => says.map((say) => Number(say.dataset.number)));
  return numbers.every((number, at) => at === 0 || number > numbers[at - 1]);
});

await step('a link to a message opens it among its neighbours', async () => {
  const id = await said(there, `More 3 ${mark}`).getAttribute('data-id');
  await page.goto(url(`/chat/message/${id}`));
  check('it leads into the conversation', page.url().includes('?at='));
  await page.locator(`#m${id}.found`).waitFor();
});

await step('deleting goes everywhere at once, and Undo brings the words back everywhere', async () => {
  await page.goto(room);
  await ready(page);
  await write(page, `Mistake ${mark}`);
  await page.locator('.say.sending').waitFor({ state: 'detached' });
  await said(page, `Mistake ${mark}`).focus();
  await page.keyboard.press('#');
  await there.locator('#says > .say', { hasText: `Mistake ${mark}` }).waitFor({ state: 'detached' });
  check('its place stays', await there.locator('#says > .gone').last().isVisible());
  await page.locator('#toasts .toast', { hasText: 'Message deleted' }).getByRole('button', { name: 'Undo' }).click();
  await said(there, `Mistake ${mark}`).waitFor();
  await said(page, `Mistake ${mark}`).focus();
  await page.keyboard.press('#');
  await said(there, `Mistake ${mark}`).waitFor({ state: 'detached' });
  await page.locator('#toasts .toast', { hasText: 'Message deleted' }).waitFor();
  await page.keyboard.press('z');
  await said(there, `Mistake ${mark}`).waitFor();
  await said(page, `Mistake ${mark}`).focus();
  await page.keyboard.press('#');
  await said(there, `Mistake ${mark}`).waitFor({ state: 'detached' });
  return there.locator('#says > .gone').last().isVisible();
});

await step('pins, stars and the list of conversations follow', async () => {
  await said(page, `More 40 ${mark}`).focus();
  await page.keyboard.press('s');
  await page.locator('.say.starred').waitFor();
  await page.goto(url('/chat/starred'));
  check('the star is kept', await page.getByText(`More 40 ${mark}`).isVisible());
  await page.goto(room);
  await ready(page);
  await page.keyboard.press('Control+k');
  await page.locator('#jump[open] [role=option]').first().waitFor();
  await page.keyboard.type('plans-');
  await page.locator('#jump [role=option]', { hasText: `plans-${mark}` }).waitFor();
  await page.keyboard.press('Escape');
});

await step('a word between two is counted where one is not looking', async () => {
  await page.goto(url('/today'));
  await ready(page);
  await there.goto(url('/chat/jump?name=' + env.user));
  await there.locator('main li .hit').first().click();
  await there.waitForURL(/\/chat\/\d+/);
  await ready(there);
  await write(there, `Between us ${mark}`);
  await page.locator('#chat-unread:not([hidden])').waitFor();
});

await step('who is not in a private room learns nothing of it', async () => {
  await page.goto(url('/chat/new?kind=room'));
  await page.fill('#name', `secret-${mark}`);
  await page.check('[name=is_private][value=yes]');
  await page.click('form:has(#name) [class~=primary]');
  await page.waitForURL(/\/chat\/\d+$/);
  await write(page, `Secret ${mark}`);
  await page.locator('.say.sending').waitFor({ state: 'detached' });
  const id = await said(page, `Secret ${mark}`).getAttribute('data-id');
  const path = new URL(page.url()).pathname;
  for (const address of [path, `${path}/details`, `${path}/files`, `${path}/pins`, `${path}/export.txt`, `/chat/message/${id}`, `/chat/message/${id}/more`, `/chat/message/${id}/text`]) {
    const answer = await theirs.request.get(url(address));
    check(`${address.replace(/\d+/, 'N')} is nothing to others`, answer.status() === 404, answer.status());
  }
  const rooms = await (await theirs.request.get(url('/chat/rooms'))).text();
  const hits = await (await theirs.request.get(url(`/search?in=chat&q=${mark}`))).text();
  return !rooms.includes('secret-') && !hits.includes(`Secret ${mark}`);
});

await step('without scripts: saying, answering, editing, reacting', async () => {
  const plain = await visitor(chrome, { javaScriptEnabled: false });
  const calm = await plain.newPage();
  await signIn(calm, other);
  await calm.goto(room);
  await calm.fill('#say', `Plain ${mark}`);
  await calm.click('form[data-say=say] [type=submit]');
  const line = calm.locator('#says > .say', { hasText: `Plain ${mark}` });
  check('said', (await line.count()) === 1);
  await line.hover();
  await line.locator('.to-more').click();
  await calm.locator('.emoji-row button').first().click();
  check('reacted', (await calm.locator('.say', { hasText: `Plain ${mark}` }).locator('.react').count()) === 1);
  await calm.goto(room);
  await line.hover();
  await line.locator('.to-more').click();
  await calm.getByRole('link', { name: 'Edit' }).click();
  check('the box holds what was said', (await calm.inputValue('#say')).trim() === `Plain ${mark}`);
  await calm.fill('#say', `Plainer ${mark}`);
  await calm.click('form[data-say=say] [type=submit]');
  check('edited', (await calm.getByText(`Plainer ${mark}`).count()) >= 1);
  await calm.goto(room);
  await calm.fill('#say', '   ');
  const [answer] = await Promise.all([posted(calm, /\/say$/), calm.click('form[data-say=say] [type=submit]')]);
  await calm.locator('#say-error').waitFor();
  check('nothing is refused beside the box', answer.status() === 422 && (await calm.locator('#say-error').count()) === 1);
  await plain.close();
});

const real = complaints.flat().filter((line) => !/status of 4(04|22)|ERR_INTERNET_DISCONNECTED|Failed to load resource/.test(line));
check('no script error, no breach of the content policy, nothing from elsewhere', real.length === 0, real.join('; '));
await chrome.close();
done();
