// A whole company by the browser: set up, branded, peopled, policed, at work, backed up, broken, restored. Takes HS_SETUP, the address
// that the server printed; says `kill`, `break`, `restore` and `start` on lines of their own when it wants that done.
import { createInterface } from 'node:readline';
import { browser, check, done, env, posted, signIn, step, url, visitor, watch } from './lib.mjs';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const want = async (what) => {
  console.log(what);
  await lines.next();
};
const chrome = await browser();
const [own, theirs] = [await visitor(chrome), await visitor(chrome)];
const [page, there] = [await own.newPage(), await theirs.newPage()];
const complaints = [watch(page), watch(there)];
const BEN = 'right and longer';
const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18" fill="#5b2a8b"/></svg>';
const LIST = `name,full name,groups,role,password\nben,Ben Bauer,Sales,member,${BEN}\nclara,Clara Conrad,Sales,member,${BEN}\n`;
const save = (at, words) => at.locator('main').getByRole('button', { name: words }).click();
const ready = (at) => at.locator('html.ready').waitFor();

await step('the office is set up', async () => {
  await page.goto(process.env.HS_SETUP);
  await page.fill('[name=company]', 'Bergmann & Roth');
  await page.fill('[name=domain]', 'example.org');
  await page.fill('[name=admin_full_name]', 'Anna Arnold');
  await page.fill('[name=admin_name]', env.user);
  await page.fill('[name=password]', env.password);
  await Promise.all([page.waitForURL(/\/setup\/look/), page.click('main [type=submit]')]);
});

await step('it gets its own name, look and footer', async () => {
  await page.goto(url('/admin/brand'));
  await page.fill('#product', 'Werkbank');
  await page.fill('#colour', '#5b2a8b');
  await page.fill('#footer', 'Bergmann & Roth\nAm Kanal 7');
  await page.setInputFiles('#logo', { name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(LOGO) });
  await Promise.all([page.waitForURL(/done=brand/), save(page, 'Save the brand')]);
  return (await page.title()).includes('Werkbank');
});

await step('a list of people is looked at, then brought in', async () => {
  await page.goto(url('/admin/groups'));
  await page.fill('#name', 'sales');
  await Promise.all([posted(page, '/admin/groups'), save(page, 'Make it')]);
  await page.goto(url('/admin/people/import'));
  await page.fill('textarea[name=text]', LIST);
  await Promise.all([posted(page, '/admin/people/import'), save(page, 'Look at it first')]);
  await page.getByRole('cell', { name: 'Clara Conrad' }).waitFor();
  await Promise.all([posted(page, '/admin/people/import'), save(page, 'Add them')]);
  await page.getByRole('link', { name: 'Show everybody' }).click();
  await page.getByText('Ben Bauer').first().waitFor();
});

/** What Ben is told when he writes to the world. */
async function outside() {
  await there.goto(url('/mail/compose?to=who@world.example'));
  await ready(there);
  await there.fill('#subject', 'An offer for you');
  await there.fill('#body', 'Dear world.');
  await there.click('[data-send]');
  await there.getByText('by the rule of the group').first().waitFor();
}

await step('a rule for a group is set, and holds', async () => {
  await page.goto(url('/admin/policies/mail.outside'));
  await page.locator('select[id^=value-]').last().selectOption('off');
  await Promise.all([page.waitForURL(/done=/), page.locator('[aria-label="Save for sales"]').click()]);
  await signIn(there, 'ben', BEN);
  await outside();
});

await step('one writes to the other, the footer below, and it is read', async () => {
  await page.goto(url('/mail/compose?to=ben@example.org'));
  await page.fill('#subject', 'The first offer');
  await page.fill('#body', 'Please look at the numbers.');
  await page.click('[data-send]');
  await page.locator('.toast', { hasText: 'Sent' }).waitFor();
  await there.goto(url('/mail/inbox'));
  await there.locator('#rows > li', { hasText: 'The first offer' }).locator('.hit').click();
  await there.waitForURL(/\/mail\/message\//);
  await there.getByText('Am Kanal 7').first().waitFor();
  return there.getByText('Please look at the numbers.').first().isVisible();
});

await step('the office is copied, and the copy proves itself', async () => {
  await page.goto(url('/admin/backups'));
  await Promise.all([posted(page, '/admin/backups/now'), save(page, 'Back up now')]);
  for (let tries = 0; tries < 40 && !(await page.locator('table .good').count()); tries++) {
    await page.waitForTimeout(250);
    await page.reload();
  }
  return (await page.locator('table .good').innerText()).trim() === 'proven';
});

await step('the file is broken, and put back from the copy', async () => {
  await want('kill');
  await want('break');
  await want('restore');
  await want('start');
  await there.goto(url('/mail/inbox'));
  await there.locator('#rows > li', { hasText: 'The first offer' }).waitFor();
  await page.goto(url('/today'));
  check('its name is there', (await page.title()).includes('Werkbank'));
  await outside();
  await page.goto(url('/admin/people'));
  return page.getByText('Clara Conrad').first().isVisible();
});

await step('work goes on', async () => {
  await there.goto(url('/mail/compose?to=anna@example.org'));
  await ready(there);
  await there.fill('#subject', 'Back at work');
  await there.fill('#body', 'All is here.');
  await there.click('[data-send]');
  await there.locator('.toast', { hasText: 'Sent' }).waitFor();
  await page.goto(url('/mail/inbox'));
  await page.locator('#rows > li', { hasText: 'Back at work' }).waitFor();
});

const real = complaints.flat().filter((line) => !/ERR_|Failed to fetch|status of 422/.test(line));
check('no complaint of the browser', real.length === 0, real.join('; '));
await chrome.close();
done();
