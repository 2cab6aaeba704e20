// Plans by hand: a span drawn, an event moved and made longer, a series asked about, tasks put onto days, each taken back by its
// toast; what a colleague changes, seen at once; and the same by forms without scripts.
// Anna's March 2026 is furnished; HS_OTHER signs in as her colleague.
import axe from 'axe-core';
import { browser, check, done, posted, signIn, step, url, visitor, watch } from './lib.mjs';

const chrome = await browser();
const context = await visitor(chrome);
const page = await context.newPage();
const complaints = watch(page);
const WEEK = '/calendar/week/2026-03-03';
const open = async (path = WEEK) => { await page.goto(url(path)); await page.locator('html.ready').waitFor(); };
const day = (date) => page.locator(`.hours-row [data-date="${date}"]`);
const entry = (date, title) => day(date).locator('.ev', { hasText: title });
const toast = (words) => page.locator('.toast', { hasText: words });
const MOVED = /^\/calendar\/event\/\d+\/move$/;

/** Where a quarter of an hour of a day is on the screen, once it is there. */
async function spot(date, hour, minute = 0) {
  const column = day(date);
  await column.evaluate((element, part) => {
    element.closest('.scroll').scrollTop = element.offsetHeight * part - 320;
  }, (hour + minute / 60) / 24);
  const box = await column.boundingBox();
  return [box.x + box.width * 0.7, box.y + (box.height * (hour * 60 + minute + 3)) / 1440];
}

async function drag(from, to) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(from[0] + 3, from[1] + 9, { steps: 2 });
  await page.mouse.move(...to, { steps: 8 });
  await page.locator('.ghost').first().waitFor();
  await page.mouse.up();
}

/** Drags an event by its upper edge, or by its lower one. */
async function drags(what, to, by = 'top') {
  const place = await spot(...to);
  const box = await what.boundingBox();
  const edge = by === 'top' ? box.y + 4 : box.y + box.height - 3;
  // At the middle of what it grabs, and within the target's column.
  await drag([box.x + box.width / 2, edge], place);
}

/** The answer to a drag, and the toast that says it. */
async function moved(work) {
  const [answer] = await Promise.all([posted(page, MOVED), work()]);
  check('it is taken', answer.status() === 200, answer.status());
  await toast('Moved').waitFor();
}

async function undone() {
  await Promise.all([posted(page, '/calendar/undo'), toast('Moved').getByRole('button').first().click()]);
  await toast('Put back').waitFor();
}

const when = (what) => what.locator('small').innerText();

await signIn(page);

await step('a span that is drawn becomes an event', async () => {
  await open();
  const from = await spot('2026-03-05', 10);
  const { height } = await day('2026-03-05').boundingBox();
  await drag(from, [from[0], from[1] + (height * 75) / 1440]);
  await page.waitForURL(/event\/new/);
  await page.locator('html.ready').waitFor();
  await page.fill('#title', 'Drawn by hand');
  await Promise.all([posted(page, '/calendar/event'), page.click('[data-save]')]);
  await open();
  return (await when(entry('2026-03-05', 'Drawn by hand'))).startsWith('10:00–11:30');
});

await step('a span that is drawn over days takes whole ones', async () => {
  await open();
  const at = async (date) => {
    const box = await page.locator(`[data-allday="${date}"]`).boundingBox();
    return [box.x + box.width / 2, box.y + box.height - 5];
  };
  await drag(await at('2026-03-04'), await at('2026-03-06'));
  await page.waitForURL(/event\/new/);
  const asked = new URL(page.url()).searchParams;
  return check('its days', asked.get('at') === '2026-03-04' && asked.get('end') === '2026-03-07', page.url());
});

await step('an event is moved to another day and hour, and taken back', async () => {
  await open();
  await moved(async () => drags(entry('2026-03-02', 'Site visit'), ['2026-03-04', 16]));
  await entry('2026-03-04', 'Site visit').waitFor();
  check('its hours', (await when(entry('2026-03-04', 'Site visit'))).startsWith('16:00–18:00'), await when(entry('2026-03-04', 'Site visit')));
  await undone();
  await entry('2026-03-02', 'Site visit').waitFor();
  return (await when(entry('2026-03-02', 'Site visit'))).startsWith('14:00–16:00');
});

await step('its end is drawn later', async () => {
  await open();
  await moved(async () => drags(entry('2026-03-02', 'Interview'), ['2026-03-02', 12, 45], 'bottom'));
  await page.waitForFunction(() => [...document.querySelectorAll('.ev')].some((one) => /Interview/.test(one.textContent) && /10:00–13:00/.test(one.textContent)));
  await undone();
  await page.waitForFunction(() => [...document.querySelectorAll('.ev')].some((one) => /Interview/.test(one.textContent) && /10:00–11:30/.test(one.textContent)));
});

/** Moves the round of a Monday to an hour, of which the dialog is told how much is meant. */
async function round(monday, hour, scope) {
  await open(`/calendar/week/${monday}`);
  await moved(async () => {
    await drags(entry(monday, 'Team round'), [monday, hour]);
    const dialog = page.locator('#move-ask');
    await dialog.waitFor();
    await dialog.locator(`[value=${scope}]`).check();
    await dialog.getByRole('button', { name: 'Move' }).click();
  });
}

const hours = async (monday) => {
  await open(`/calendar/week/${monday}`);
  return (await when(entry(monday, 'Team round'))).slice(0, 5);
};

await step('of a series one is moved, or those that follow, or all', async () => {
  await round('2026-03-09', 11, 'only');
  check('that one', (await hours('2026-03-09')) === '11:00', await hours('2026-03-09'));
  check('and no other', (await hours('2026-03-16')) === '08:30');
  await round('2026-03-16', 12, 'from');
  check('it and those that follow', (await hours('2026-03-16')) === '12:00' && (await hours('2026-03-30')) === '12:00');
  check('none before', (await hours('2026-03-02')) === '08:30');
  await round('2026-03-30', 14, 'all');
  return (await hours('2026-03-16')) === '14:00';
});

await step('who thinks better of it changes nothing', async () => {
  await open();
  await drags(entry('2026-03-02', 'Team round'), ['2026-03-02', 11, 30]);
  await page.locator('#move-ask').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#move-ask').waitFor({ state: 'hidden' });
  return (await hours('2026-03-02')) === '08:30';
});

await step('in a month an event is put onto another day', async () => {
  await open('/calendar/month/2026-03-03');
  const cell = (date) => page.locator(`.month [data-date="${date}"]`);
  const from = await cell('2026-03-02').locator('.ev', { hasText: 'Dan: leave' }).boundingBox();
  const to = await cell('2026-03-18').boundingBox();
  await moved(() => drag([from.x + 30, from.y + 8], [to.x + 30, to.y + to.height / 2]));
  await cell('2026-03-18').locator('.ev', { hasText: 'Dan: leave' }).waitFor();
  await undone();
  await cell('2026-03-02').locator('.ev', { hasText: 'Dan: leave' }).waitFor();
});

await step('a task is put onto a day, and ticked off there', async () => {
  await page.goto(url('/calendar/tasks'));
  await page.fill('#text', 'Send the drawings');
  await Promise.all([posted(page, '/calendar/tasks'), page.locator('.quick-task button').click()]);
  await open();
  const task = page.locator('.side-task', { hasText: 'Send the drawings' });
  const from = await task.boundingBox();
  const to = await page.locator('[data-allday="2026-03-05"]').boundingBox();
  const [answer] = await Promise.all([
    posted(page, /\/due$/), drag([from.x + 60, from.y + from.height / 2], [to.x + to.width / 2, to.y + to.height - 6]),
  ]);
  check('it is taken', answer.status() === 200, answer.status());
  const there = page.locator('[data-allday="2026-03-05"] .ev.task', { hasText: 'Send the drawings' });
  await there.waitFor();
  await Promise.all([posted(page, /\/done$/), there.getByRole('button').click()]);
  await page.locator('[data-allday="2026-03-05"] .ev.task.done', { hasText: 'Send the drawings' }).waitFor();
  return toast('Send the drawings').isVisible();
});

await step('what a colleague plans is seen at once', async () => {
  await page.goto(url(`/calendar/add?find=${process.env.HS_OTHER}`));
  await page.locator('form', { has: page.locator('[name=calendar]') }).locator('button').first().click();
  await page.waitForURL(/\/calendar/);
  await open();
  await entry('2026-03-04', 'Busy').waitFor();
  await page.evaluate(() => { globalThis.isSame = true; });
  const other = await visitor(chrome);
  const his = await other.newPage();
  await signIn(his, process.env.HS_OTHER);
  await his.goto(url('/calendar/event/new?at=2026-03-06T14:00&end=2026-03-06T15:00'));
  await his.fill('#title', 'His own matter');
  await Promise.all([posted(his, '/calendar/event'), his.click('[data-save]')]);
  await entry('2026-03-06', 'Busy').waitFor();
  await other.close();
  check('not what it is', (await page.getByText('His own matter').count()) === 0);
  return page.evaluate(() => globalThis.isSame === true);
});

await step('by the keyboard an event is opened and its form moves it', async () => {
  await open();
  await entry('2026-03-02', 'Site visit').locator('a').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/calendar\/event\/\d+/);
  await page.locator('a[href*="/edit"]').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/edit/);
  return (await page.inputValue('#start_time')) === '14:00';
});

await step('nobody is shut out by the question or by tasks among the days', async () => {
  await open();
  await drags(entry('2026-03-02', 'Team round'), ['2026-03-02', 11, 30]);
  await page.locator('#move-ask').waitFor();
  const session = await context.newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const run = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((r) => JSON.stringify(r.violations.map((v) => `${v.id}: ${v.nodes[0].target}`)))";
  const { result } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true });
  return check('axe', result.value === '[]', result.value);
});

await step('on a phone something is made, and a task ticked off', async () => {
  const small = await visitor(chrome, { viewport: { width: 390, height: 844 }, hasTouch: true, storageState: await context.storageState() });
  const phone = await small.newPage();
  await phone.goto(url('/calendar/day/2026-03-05'));
  await phone.locator('html.ready').waitFor();
  const task = phone.locator('.ev.task', { hasText: 'Send the drawings' });
  await Promise.all([posted(phone, /\/done$/), task.getByRole('button').tap()]);
  await phone.locator('.ev.task:not(.done)', { hasText: 'Send the drawings' }).waitFor();
  await phone.goto(url('/calendar/day/2026-03-05'));
  await phone.locator('.write').tap();
  await phone.waitForURL(/event\/new\?day=2026-03-05/);
  const over = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await small.close();
  return over <= 0;
});

await step('a finger that rests takes an event along, and one that moves at once scrolls', async () => {
  const small = await visitor(chrome, { viewport: { width: 390, height: 844 }, hasTouch: true, storageState: await context.storageState() });
  const phone = await small.newPage();
  await phone.goto(url('/calendar/day/2026-03-02'));
  await phone.locator('html.ready').waitFor();
  const finger = await small.newCDPSession(phone);
  const touch = (type, x, y) => finger.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  const visit = phone.locator('.hours-row .ev', { hasText: 'Site visit' });
  await visit.scrollIntoViewIfNeeded();
  const [box, hour] = [await visit.boundingBox(), (await phone.locator('.hours-row [data-date]').boundingBox()).height / 24];
  const [x, y] = [box.x + box.width / 2, box.y + 12];
  await touch('touchStart', x, y);
  for (let by = 10; by <= 60; by += 10) await touch('touchMove', x, y - by);
  await touch('touchEnd');
  check('a swipe moves nothing', (await phone.locator('.ghost').count()) === 0 && (await when(visit)).startsWith('14:00–16:00'));
  await visit.scrollIntoViewIfNeeded();
  const now = await visit.boundingBox();
  const from = now.y + 12;
  await touch('touchStart', x, from);
  await phone.locator('body.dragging').waitFor();
  for (let part = 1; part <= 8; part++) await touch('touchMove', x, from - (hour * part) / 8);
  await phone.locator('.ghost').first().waitFor();
  await Promise.all([posted(phone, MOVED), touch('touchEnd')]);
  await phone.locator('.hours-row .ev', { hasText: '13:00–15:00' }).waitFor();
  await Promise.all([posted(phone, '/calendar/undo'), phone.locator('.toast', { hasText: 'Moved' }).getByRole('button').first().tap()]);
  await phone.locator('.hours-row .ev', { hasText: '14:00–16:00' }).waitFor();
  await small.close();
});

await step('without scripts the same is done by forms', async () => {
  const plain = await visitor(chrome, { javaScriptEnabled: false, storageState: await context.storageState() });
  const form = await plain.newPage();
  await form.goto(url(WEEK));
  await form.locator('.hours-row a', { hasText: 'Site visit' }).click();
  await form.click('a[href*="/edit"]');
  await form.fill('#start_time', '16:00');
  await form.fill('#end_time', '18:00');
  await Promise.all([posted(form, /\/change$/), form.click('[data-save]')]);
  await form.goto(url(WEEK));
  check('it is moved', (await form.locator('.hours-row .ev', { hasText: 'Site visit' }).innerText()).includes('16:00–18:00'));
  await form.locator('.hours-row a', { hasText: 'Team round' }).click();
  await form.locator('summary', { hasText: 'Change' }).click();
  await form.locator('a', { hasText: 'This and all that follow' }).click();
  await form.waitForLoadState();
  await form.getByText('all that follow').first().waitFor();
  check('of a series it is said how much is meant', await form.getByText('all that follow').first().isVisible());
  await form.goto(url('/calendar/agenda/2026-03-05'));
  const task = form.locator('.entry.task', { hasText: 'Send the drawings' });
  await task.getByRole('button').click();
  await form.locator('.entry.task.done', { hasText: 'Send the drawings' }).waitFor();
  check('the way back is on the page', await form.locator('.toast', { hasText: 'Send the drawings' }).isVisible());
  await plain.close();
});

check('no script error, no breach of the content policy, nothing from elsewhere', complaints.length === 0, complaints.join('; '));
await chrome.close();
done();
