// The calendar with scripts: views without a reload, keys, the grid by arrows, ticks, drags, and what others change.
// Anna's March 2026 is furnished; HS_OTHER signs in as her colleague.
import { browser, check, done, env, signIn, step, url, visitor, watch } from './lib.mjs';

const chrome = await browser();
const context = await visitor(chrome);
const page = await context.newPage();
const complaints = watch(page);
const WEEK = '/calendar/week/2026-03-03';
const at = () => new URL(page.url()).pathname;
const open = async (path = WEEK) => { await page.goto(url(path)); await page.locator('html.ready').waitFor(); };
const entry = (title) => page.locator('.ev', { hasText: title });
const day = (date) => page.locator(`.hours-row [data-date="${date}"]`);

const at_focus = () => page.evaluate(() => document.activeElement?.closest('[data-date]')?.dataset.date);

/** Where a quarter of an hour of a day is on the screen. */
async function spot(date, hour, minute = 0) {
  const column = day(date);
  await column.evaluate((element, part) => {
    const scroller = element.closest('.scroll');
    scroller.scrollTop = element.offsetHeight * part - 200;
  }, (hour + minute / 60) / 24);
  const box = await column.boundingBox();
  return [box.x + box.width * 0.8, box.y + (box.height * (hour * 60 + minute + 3)) / 1440];
}

async function drag(from, to, { release = true } = {}) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(from[0] + 3, from[1] + 9, { steps: 2 });
  await page.mouse.move(...to, { steps: 6 });
  if (release) await page.mouse.up();
}

await signIn(page);

await step('a week begins at its working hours', async () => {
  await open();
  const [top, head, hour] = await page.evaluate(() => ['.hours-scroll', '.week-head', '#hours-from'].map((one) => document.querySelector(one).getBoundingClientRect().top));
  return hour > head && hour - top < 260;
});

await step('three at once have a third each, and nothing covers anything', async () => {
  const boxes = [];
  for (const title of ['Façade lots', 'Call with Copenhagen', 'Model making']) boxes.push(await day('2026-03-03').locator('.ev', { hasText: title }).boundingBox());
  const widths = boxes.map((box) => box.width);
  check('equal widths', Math.max(...widths) - Math.min(...widths) < 1, widths.join());
  const edges = boxes.map((box) => [box.x, box.x + box.width]).sort((a, b) => a[0] - b[0]);
  return edges.every(([, end], i) => !edges[i + 1] || end <= edges[i + 1][0] + 0.5);
});

await step('views and days change without a reload, and Back comes back', async () => {
  await page.evaluate(() => { globalThis.isSame = true; });
  await page.click('[data-next]');
  await page.waitForURL(/week\/2026-03-10/);
  await page.locator('[data-date="2026-03-10"]').first().waitFor();
  await page.getByRole('link', { name: 'Month', exact: true }).click();
  await page.locator('.month').waitFor();
  check('the title follows', (await page.title()).startsWith('March 2026 – ') || (await page.title()).includes(') March 2026 – '), await page.title());
  await page.goBack();
  await page.locator('.week').waitFor();
  check('the address follows', at() === '/calendar/week/2026-03-10', at());
  return page.evaluate(() => globalThis.isSame === true);
});

await step('every key of the sheet does what it says', async () => {
  await open();
  const rows = { d: /calendar\/day\/2026-03-03/, w: /week\/2026-03-03/, m: /month\/2026-03-03/, a: /agenda\/2026-03-03/ };
  for (const [key, wanted] of Object.entries(rows)) {
    await page.keyboard.press(key);
    await page.waitForURL(wanted);
  }
  for (const [key, wanted] of [['n', '2026-03-10'], ['p', '2026-03-03'], ['j', '2026-03-10'], ['k', '2026-03-03']]) {
    if (key === 'n') await open();
    await page.keyboard.press(key);
    await page.waitForURL(new RegExp(`week/${wanted}`));
    await page.locator(`#calendar[data-day="${wanted}"]`).waitFor();
  }
  await page.keyboard.press('t');
  await page.locator('#now').waitFor({ state: 'attached' });
  await page.keyboard.press('?');
  const sheet = await page.locator('#key-sheet').innerText();
  for (const words of ['Week', 'Month', 'Agenda', 'New event', 'Go to the calendar']) check(`the sheet says “${words}”`, sheet.includes(words));
  await page.keyboard.press('Escape');
  await page.goto(url('/people'));
  await page.locator('html.ready').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.waitForURL(/\/calendar\/week/);
});

await step('arrows go from day to day and hour to hour, and each is said', async () => {
  await open('/calendar/month/2026-03-03');
  await page.locator('[data-date="2026-03-03"] .number:visible').focus();
  check('the cell is named', (await page.locator(':focus').getAttribute('aria-label')) === 'Tuesday 3 March, 6 events', await page.locator(':focus').getAttribute('aria-label'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  check('a day on and a week on', (await at_focus()) === '2026-03-11');
  for (let rows = 0; rows < 4; rows += 1) await page.keyboard.press('ArrowDown');
  await page.locator('#calendar[data-day="2026-04-08"]').waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('[data-date]')?.dataset.date === '2026-04-08');
  await page.keyboard.press('Enter');
  await page.waitForURL(/day\/2026-04-08/);
  await open();
  await day('2026-03-03').locator('.whole-day').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const words = await page.locator('#calendar-said').innerText();
  check('the slot is said', words === 'Tuesday 3 March, 09:00, Façade lots 3–5, Call with Copenhagen, Model making', words);
  const before = page.url();
  await page.keyboard.press('ArrowRight');
  check('a day on, in the same week', page.url() === before);
  return (await at_focus()) === '2026-03-04';
});

await step('a tick works at once', async () => {
  await open();
  const box = page.locator('[data-ticks] [name=cal]').first();
  await box.uncheck();
  await entry('Model making').waitFor({ state: 'detached' });
  await box.check();
  await entry('Model making').waitFor();
});

await step('dragging a span leads to a form with its times', async () => {
  await open();
  const from = await spot('2026-03-05', 10);
  const { height } = await day('2026-03-05').boundingBox();
  await drag(from, [from[0], from[1] + (height * 75) / 1440]);
  await page.waitForURL(/event\/new/);
  const asked = new URL(page.url()).searchParams;
  return check('its times', asked.get('at') === '2026-03-05T10:00' && asked.get('end') === '2026-03-05T11:30', page.url());
});

await step('Escape lets go', async () => {
  await open();
  const from = await spot('2026-03-05', 10);
  await drag(from, [from[0], from[1] + 80], { release: false });
  await page.locator('.ghost').first().waitFor();
  await page.keyboard.press('Escape');
  check('nothing is shown', (await page.locator('.ghost').count()) === 0);
  await page.mouse.up();
  await page.waitForTimeout(200);
  return at() === WEEK;
});

await step('on a phone a week is a day at a time, and a month its dots and a list', async () => {
  const small = await visitor(chrome, { viewport: { width: 390, height: 844 }, storageState: await context.storageState() });
  const phone = await small.newPage();
  await phone.goto(url(WEEK));
  check('one day', (await phone.locator('.hours-row .day:visible').count()) === 1);
  await phone.locator('.names .day').nth(3).locator('a:visible').click();
  await phone.locator('.hours-row [data-date="2026-03-05"]:visible').waitFor();
  await phone.goto(url('/calendar/month/2026-03-03'));
  check('dots', (await phone.locator('[data-date="2026-03-03"] .dots i:visible').count()) === 3);
  check('the day’s list', await phone.locator('.day-list .entry', { hasText: 'Lunch with Tomás' }).isVisible());
  const over = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await small.close();
  return over <= 0;
});

await step('every view prints without the frame round it', async () => {
  for (const view of ['day', 'week', 'month', 'agenda', 'year']) {
    await open(`/calendar/${view}/2026-03-03`);
    await page.emulateMedia({ media: 'print' });
    check(`${view}: no rail, no side`, (await page.locator('.rail:visible, .side:visible, .top form:visible, .top .tools:visible, .bar .btn:visible').count()) === 0);
    check(`${view}: its title`, await page.locator('#calendar-title').isVisible());
    await page.emulateMedia({ media: 'screen' });
  }
});

const real = complaints.filter((line) => !/status of 40[34]/.test(line));
check('no script error, no breach of the content policy, nothing from elsewhere', real.length === 0, real.join('; '));
await chrome.close();
done();
