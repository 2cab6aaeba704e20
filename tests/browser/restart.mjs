// Two people talk across a kill and a new start of the office. Says `kill` and `start` on its own line when it wants
// one, and goes on when a line comes in.
import { createInterface } from 'node:readline';
import { browser, check, done, signIn, step, url, visitor } from './lib.mjs';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const want = async (what) => {
  console.log(what);
  await lines.next();
};
const chrome = await browser();
const [own, theirs] = [await visitor(chrome), await visitor(chrome)];
const [page, there] = [await own.newPage(), await theirs.newPage()];
const ready = (at) => at.locator('html.ready').waitFor();
const said = (at, words) => at.locator('#says > .say', { hasText: words });
const write = async (at, words) => {
  await at.locator('#say').fill(words);
  await at.locator('#say').press('Enter');
};

await step('two people talk', async () => {
  await signIn(page);
  await signIn(there, 'ben');
  await page.goto(url('/people'));
  await page.locator('main .hit', { hasText: 'Ben' }).first().click();
  await page.getByRole('button', { name: 'Talk' }).or(page.getByRole('link', { name: 'Talk' })).first().click();
  await page.waitForURL(/\/chat\/\d+$/);
  await ready(page);
  await write(page, 'Before the kill');
  await said(page, 'Before the kill').waitFor();
  await there.goto(page.url());
  await ready(there);
  await said(there, 'Before the kill').waitFor();
  for (const at of [page, there]) await at.evaluate(() => { window.neverReloaded = true; });
});

await step('without the office both are told, and what is written waits', async () => {
  await want('kill');
  await write(page, 'While it was away');
  await page.locator('.say.sending, .say.failed', { hasText: 'While it was away' }).first().waitFor();
  for (const at of [page, there]) await at.locator('#line:not([hidden])').waitFor({ timeout: 12_000 });
});

await step('with the office back it goes out once, and both hear each other again', async () => {
  await want('start');
  await said(there, 'While it was away').waitFor({ timeout: 45_000 });
  for (const at of [page, there]) await at.locator('#line[hidden]').waitFor({ state: 'attached', timeout: 45_000 });
  await write(there, 'I am back as well');
  await said(page, 'I am back as well').waitFor({ timeout: 10_000 });
  check('it is there once', (await said(there, 'While it was away').count()) === 1 && (await said(page, 'While it was away').count()) === 1);
  const order = await there.locator('#says > .say .said').allInnerTexts();
  check('the order is kept', order.map((words) => words.trim()).join() === 'Before the kill,While it was away,I am back as well', order.join());
  const stayed = await Promise.all([page, there].map((at) => at.evaluate(() => window.neverReloaded)));
  return stayed.every(Boolean);
});

done();
