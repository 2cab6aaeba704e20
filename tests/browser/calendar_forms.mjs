// Events and calendars by their forms: with scripts, and the essentials without.
import { browser, check, done, posted, signIn, step, url, visitor, watch } from './lib.mjs';

const chrome = await browser();
const mark = Math.random().toString(36).slice(2, 8);
const toast = (page, words) => page.locator('.toast', { hasText: words });
const DAY = '2027-03-09';

/** Fills the form that is open. */
async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`#event-form [name=${name}]`).first();
    if (await field.evaluate((one) => one.tagName === 'SELECT')) await field.selectOption(value);
    else await field.fill(value);
  }
}

const save = (page, path = /\/calendar\/event/) => Promise.all([posted(page, path), page.click('[data-save]')]);

async function journey(name, scripts) {
  const context = await visitor(chrome, { javaScriptEnabled: scripts });
  if (!scripts) await context.addCookies([{ name: 'tz', value: 'Europe/Berlin', url: url('/') }]);
  const page = await context.newPage();
  const complaints = watch(page);
  const title = `Lunch ${mark} ${name}`;
  const open = async (words) => {
    await page.goto(url(`/calendar/day/${DAY}`));
    await page.locator('a', { hasText: words }).first().click();
    await page.locator('#event-title', { hasText: words }).waitFor();
  };
  await signIn(page);

  await step(`${name}: an event is made`, async () => {
    await page.goto(url(`/calendar/event/new?at=${DAY}T12:00`));
    check(`${name}: the title has the focus`, await page.evaluate(() => document.activeElement.id === 'title'));
    await fill(page, { title, place: 'Roma', notes: 'See https://example.org/menu' });
    await save(page);
    await toast(page, `Added “${title}”`).waitFor();
    await open(title);
    check(`${name}: it says when`, (await page.locator('#event').innerText()).includes('Tuesday, 9 March 2027, 12:00–13:00'));
    return page.locator('#event a[href="https://example.org/menu"]').isVisible();
  });

  await step(`${name}: what is not needed is not shown`, async () => {
    await page.goto(url(`/calendar/event/new?at=${DAY}T12:00`));
    const shown = (selector) => page.locator(selector).first().isVisible();
    check(`${name}: no repeating, no days to tick`, !(await shown('.repeat-more')));
    await page.selectOption('#repeat', 'weekly');
    check(`${name}: weekly, they are`, await shown('.repeat-days') && !(await shown('.repeat-until')));
    await page.selectOption('#repeat_ends', 'until');
    check(`${name}: an end, its day is`, await shown('.repeat-until') && !(await shown('.repeat-count')));
    await page.check('#all_day');
    return !(await shown('#start_time'));
  });

  await step(`${name}: what is wrong stands beside its field, and what was typed stays`, async () => {
    await page.goto(url(`/calendar/event/new?at=${DAY}T12:00`));
    await fill(page, { end_day: '2027-03-01', notes: 'Keep me.' });
    const [answer] = await save(page);
    check(`${name}: 422`, answer.status() === 422);
    await page.locator('#errors').waitFor();
    check(`${name}: the summary has the focus`, !scripts || await page.evaluate(() => document.activeElement.id === 'errors'));
    check(`${name}: the field says why`, await page.locator('#end_day[aria-invalid=true][aria-describedby="end_day-error"]').count() === 1);
    return (await page.inputValue('#notes')) === 'Keep me.';
  });

  await step(`${name}: it is changed, and changed back`, async () => {
    await open(title);
    await page.click('a[href*="/edit"]');
    await fill(page, { start_time: '18:00', end_time: '20:00' });
    await save(page);
    await toast(page, 'Changed').waitFor();
    check(`${name}: it is later`, (await page.locator('#event').innerText()).includes('18:00–20:00'));
    await toast(page, 'Changed').locator('button').click();
    await toast(page, 'Put back').waitFor();
    await open(title);
    return (await page.locator('#event').innerText()).includes('12:00–13:00');
  });

  await step(`${name}: it is deleted at once, and comes back`, async () => {
    await open(title);
    await page.click('form[action$="/delete"] button');
    await toast(page, `Deleted “${title}”`).locator('button').click();
    await toast(page, 'Put back').waitFor();
    await open(title);
  });

  await step(`${name}: of a series one is deleted`, async () => {
    await page.goto(url(`/calendar/event/new?at=${DAY}T08:00`));
    await fill(page, { title: `Round ${mark} ${name}`, repeat: 'daily', repeat_ends: 'count', count: '3' });
    await save(page);
    await open(`Round ${mark} ${name}`);
    check(`${name}: it says how it comes back`, (await page.locator('#event').innerText()).includes('Every day, 3 times'));
    await page.locator('summary', { hasText: 'Delete' }).click();
    await page.locator('.menu button', { hasText: 'Only this one' }).click();
    await toast(page, 'Deleted').waitFor();
    await page.goto(url(`/calendar/agenda/${DAY}`));
    return (await page.locator('a', { hasText: `Round ${mark} ${name}` }).count()) === 2;
  });

  await step(`${name}: a calendar of one’s own is made and removed`, async () => {
    await page.goto(url('/calendar/calendars'));
    await page.fill('#name', `Projects ${name}`);
    await page.check('[name=hue][value="2"]');
    await page.check('[name=pattern][value="1"]');
    await page.locator('button', { hasText: 'Make the calendar' }).click();
    await page.locator('h1', { hasText: `Projects ${name}` }).waitFor();
    check(`${name}: it looks as chosen`, await page.isChecked('[name=hue][value="2"]') && await page.isChecked('[name=pattern][value="1"]'));
    await page.locator('a', { hasText: 'Remove' }).click();
    await page.locator('h1', { hasText: `Remove the calendar “Projects ${name}”?` }).waitFor();
    await page.click('.btn.danger');
    await toast(page, 'Calendar removed').waitFor();
  });

  // What is refused with its reason, and the page of an event that is asked for again once it is deleted.
  const expected = /422|\/calendar\/find|404 .*\/calendar\/event\/\d+\?instance=/;
  if (scripts) await withScripts(page);
  check(`${name}: nothing complained`, complaints.filter((one) => !expected.test(one)).length === 0, complaints.join('\n'));
  await context.close();
}

/** What only scripts add. */
async function withScripts(page) {
  await step('the end follows the start', async () => {
    await page.goto(url(`/calendar/event/new?at=${DAY}T12:00&end=${DAY}T13:30`));
    await page.locator('html.ready').waitFor({ state: 'attached' });
    await page.fill('#start_time', '23:00');
    await page.locator('#start_time').blur();
    check('past midnight', (await page.inputValue('#end_day')) === '2027-03-10' && (await page.inputValue('#end_time')) === '00:30');
    await page.fill('#start_day', '2027-03-12');
    await page.locator('#start_day').blur();
    check('by days', (await page.inputValue('#end_day')) === '2027-03-13');
    return (await page.locator('#repeat > [value=nth]').textContent()) === 'Every month on the second Friday';
  });

  await step('guests complete as addresses do in mail', async () => {
    await page.locator('#guests').pressSequentially('be');
    await page.locator('.people-menu [role=option]').first().waitFor();
    await page.keyboard.press('Enter');
    return (await page.inputValue('#guests')).includes('<ben@');
  });

  await step('Ctrl+Enter saves', async () => {
    await page.goto(url(`/calendar/event/new?at=${DAY}T15:00`));
    await page.locator('html.ready').waitFor({ state: 'attached' });
    await page.fill('#title', `Tea ${mark}`);
    await Promise.all([posted(page, '/calendar/event'), page.keyboard.press('Control+Enter')]);
    await toast(page, `Added “Tea ${mark}”`).waitFor();
  });

  await step('what was typed outlives the session', async () => {
    await page.goto(url('/calendar/event/new'));
    await page.locator('html.ready').waitFor({ state: 'attached' });
    await page.fill('#title', `Kept ${mark}`);
    await page.context().clearCookies({ name: 'hs_session' });
    await page.click('[data-save]');
    await page.waitForURL(/\/login/);
    await page.fill('[name=username]', process.env.HS_USER || 'alice');
    await page.fill('[name=password]', process.env.HS_PASSWORD || 'alice-secret-1');
    await page.click('form[action="/login"] [type=submit]');
    await page.waitForURL(/\/calendar\/event\/new/);
    await page.locator('html.ready').waitFor({ state: 'attached' });
    return (await page.inputValue('#title')) === `Kept ${mark}`;
  });
}

await journey('scripted', true);
await journey('plain', false);
await chrome.close();
done();
