// The first run, in a browser. Takes HS_SETUP: the address that the server printed.
import { browser, check, done, env, posted, step, visitor, watch } from './lib.mjs';

const chrome = await browser();
const context = await visitor(chrome);
await context.grantPermissions(['clipboard-read', 'clipboard-write']);
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

const button = (name) => page.getByRole('button', { name, exact: true });

await step('set up, one is signed in and asked how it looks', async () => {
  await page.fill('[name=password]', env.password);
  await Promise.all([page.waitForURL(/\/setup\/look/), page.click('main [type=submit]')]);
  await page.locator('html.ready').waitFor();
  await page.fill('#colour', '#8b2a5b');
  await page.waitForFunction(() => document.querySelector('#preview').dataset.hue !== '245');
  await page.setInputFiles('#logo', { name: 'notes.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<p>no') });
  const [answer] = await Promise.all([posted(page, '/setup/look'), button('Save and go on').click()]);
  check('what is no logo is refused', answer.status() === 422 && (await page.locator('#logo[aria-invalid=true]').count()) === 1);
  check('and the colour is kept', (await page.inputValue('#colour')) === '#8b2a5b');
  await Promise.all([page.waitForURL(/\/setup\/doors/), button('Save and go on').click()]);
});

await step('what is passed over can be come back to', async () => {
  check('the name of the server', await page.locator('main dl').first().isVisible());
  await page.goto(new URL('/admin', address).href);
  await page.getByText('The set-up can go on').waitFor();
  await page.getByRole('link', { name: 'Doors', exact: true }).first().click();
  await page.waitForURL(/\/setup\/doors/);
  await Promise.all([page.waitForURL(/\/setup\/people/), button('Go on').click()]);
});

await step('the first people come by a list', async () => {
  await page.fill('#text', 'bob, Bob Novak');
  await Promise.all([posted(page, '/admin/people/import'), button('Look at it first').click()]);
  await Promise.all([posted(page, '/admin/people/import'), button('Add them').click()]);
  await page.getByText('/welcome/').waitFor();
  await Promise.all([page.waitForURL(/\/setup\/check/), button('Go on with the set-up').click()]);
});

await step('it ends with what to publish', async () => {
  check('the records are there', await page.getByText(`v=spf1`).first().isVisible());
  check('each with a state', (await page.locator('tr[data-state]').count()) > 3);
  await page.locator('tr[data-state] [data-copy]').first().click();
  check('a record is on the clipboard', (await page.evaluate(() => navigator.clipboard.readText())).includes(' IN '));
  await Promise.all([page.waitForURL(/done=looked/), button('Check again').click()]);
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
