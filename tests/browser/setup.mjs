// The first run, in a browser. Takes HS_SETUP: the address that the server printed.
import { browser, check, done, env, posted, step, visitor, watch } from './lib.mjs';

const chrome = await browser();
const context = await visitor(chrome);
const page = await context.newPage();
const address = process.env.HS_SETUP;
const complaints = watch(page, address);

await step('until set up, every page leads there', async () => {
  await page.goto(new URL('/mail/inbox', address).href);
  return new URL(page.url()).pathname === '/setup';
});

await step('without the code the page stays closed', async () => (await page.locator('[name=company]').count()) === 0);

await step('what is wrong is said beside its field, and the rest is kept', async () => {
  await page.goto(address);
  await page.fill('[name=company]', 'Bergmann & Roth');
  await page.fill('[name=domain]', env.domain);
  await page.fill('[name=admin_full_name]', 'Alice Bergmann');
  await page.fill('[name=admin_name]', env.user);
  await page.fill('[name=password]', 'short');
  const [answer] = await Promise.all([posted(page, '/setup'), page.click('main [type=submit]')]);
  await page.locator('[name=password][aria-invalid=true]').waitFor();
  check('422', answer.status() === 422);
  check('the summary has the focus', await page.evaluate(() => document.activeElement.id === 'errors'));
  return (await page.inputValue('[name=company]')) === 'Bergmann & Roth';
});

await step('set up, one is signed in and told what to publish', async () => {
  await page.fill('[name=password]', env.password);
  await Promise.all([page.waitForURL(/\/setup\/check/), page.click('main [type=submit]')]);
  check('the records are there', await page.getByText(`v=spf1`).isVisible());
  await page.getByText('Send a first message').click();
  return (await page.inputValue('#to')) === `${env.user}@${env.domain}`;
});

await step('the first message arrives', async () => {
  await page.fill('#body', 'Hello office.');
  await page.click('[data-send]');
  await page.locator('.toast', { hasText: 'Sent' }).waitFor();
  await page.locator('#rows > li', { hasText: 'First message' }).waitFor();
});

await step('the set-up page is gone', async () => (await page.goto(address)).status() === 404);

const real = complaints.filter((line) => !/status of 4(04|22)/.test(line));
check('no complaint of the browser', real.length === 0, real.join('; '));
await chrome.close();
done();
