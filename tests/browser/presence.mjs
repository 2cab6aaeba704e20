// Two colleagues in two browsers: each sees how the other is, at once, and not more than the other wants.
// HS_OTHER signs in as the second, with the same password.
import { browser, check, done, env, signIn, step, url, visitor, watch } from './lib.mjs';

const other = process.env.HS_OTHER || 'ben';
const chrome = await browser();
const [mine, theirs] = [await visitor(chrome), await visitor(chrome)];
const [anna, ben] = [await mine.newPage(), await theirs.newPage()];
const complaints = [watch(anna), watch(ben)];

await signIn(anna);
await signIn(ben, other, env.password);
await anna.goto(url('/people'));
await ben.goto(url('/people'));
for (const page of [anna, ben]) await page.locator('html.ready').waitFor();
const me = await anna.locator('#presence [data-presence-words]').getAttribute('data-presence-words');
const seen = (page) => page.locator(`main .rows [data-presence="${me}"]`);
const words = (page) => page.locator(`main .rows [data-presence-words="${me}"]`);

/** Does something in one browser and measures until the other shows it. */
async function within(most, act, is) {
  await act();
  const start = Date.now();
  await ben.waitForFunction(is, me);
  const took = Date.now() - start;
  console.log(`  seen after ${took} ms`);
  return took <= most;
}

await step('both are here', async () => {
  await ben.waitForFunction((id) => document.querySelector(`main .rows [data-presence="${id}"]`).classList.contains('free'), me);
  return (await words(ben).innerText()) === 'Free';
});

await step('a change is seen by the other in less than a second, in shape, name and words', async () => {
  await anna.click('[popovertarget=presence]:visible');
  const quick = await within(1000, () => anna.click('#presence button[value=busy]'),
    (id) => document.querySelector(`main .rows [data-presence="${id}"]`).classList.contains('busy'));
  check('the dot is named', (await seen(ben).getAttribute('aria-label')) === 'Do not disturb');
  check('the menu is closed', await anna.locator('#presence').isHidden());
  await anna.locator('header.top .dot.busy').waitFor();
  check('the page was not left', new URL(anna.url()).pathname === '/people');
  return quick;
});

await step('a note with an end travels along', async () => {
  await anna.click('[popovertarget=presence]:visible');
  await anna.fill('#presence-note', 'In the sample room <b>');
  await anna.selectOption('#presence-until', '60');
  const quick = await within(1000, () => anna.click('#presence [type=submit][value="Save note"]'),
    (id) => document.querySelector(`main .rows [data-presence-words="${id}"]`).textContent.includes('In the sample room <b>'));
  return quick && (await words(ben).innerText()).startsWith('Do not disturb');
});

await step('Enter in the note saves the note and chooses nothing', async () => {
  await anna.click('[popovertarget=presence]:visible');
  await anna.fill('#presence-note', 'drawing');
  await within(1000, () => anna.press('#presence-note', 'Enter'),
    (id) => document.querySelector(`main .rows [data-presence-words="${id}"]`).textContent.includes('drawing'));
  return (await words(ben).innerText()).startsWith('Do not disturb');
});

await step('appearing offline is offline to the other, and says so to oneself', async () => {
  await anna.click('[popovertarget=presence]:visible');
  await within(1000, () => anna.click('#presence button[value=invisible]'),
    (id) => document.querySelector(`main .rows [data-presence="${id}"]`).classList.contains('off'));
  await anna.locator('header.top', { hasText: 'Appear offline' }).waitFor();
  return (await seen(ben).getAttribute('aria-label')) === 'Offline';
});

await step('who hides from one is offline for good, and nothing more is told', async () => {
  await anna.click('[popovertarget=presence]:visible');
  await within(1000, () => anna.click('#presence button[value=free]'),
    (id) => document.querySelector(`main .rows [data-presence="${id}"]`).classList.contains('free'));
  await anna.goto(url('/settings/presence'));
  await anna.locator('label.check', { hasText: new RegExp(other, 'i') }).locator('input').check();
  await within(1000, () => anna.click('main button[type=submit]'),
    (id) => document.querySelector(`main .rows [data-presence="${id}"]`).classList.contains('off'));
  check('without a note', (await words(ben).innerText()) === 'Offline');
  await anna.locator('html.ready').waitFor();
  await anna.click('[popovertarget=presence]:visible');
  await anna.click('#presence button[value=away]');
  await anna.locator('header.top .dot.away').waitFor();
  await ben.waitForTimeout(500);
  check('a new page shows no more', await ben.reload().then(() => words(ben).innerText()) === 'Offline');
  return (await seen(ben).getAttribute('aria-label')) === 'Offline';
});

check('no complaints', complaints.flat().length === 0 || console.log(complaints.flat()));
await chrome.close();
done();
