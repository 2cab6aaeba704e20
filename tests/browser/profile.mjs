// A picture of one's own and times as one likes them, by hand; every page that shows them, light and dark, desktop and phone.
// With HS_SHOTS, pictures are taken to be looked at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, done, env, posted, signIn, step, url, visitor, watch } from './lib.mjs';
import { look } from './look.mjs';

const takes = process.env.HS_SHOTS;
if (takes) mkdirSync(env.shots, { recursive: true });
const chrome = await browser();
const context = await visitor(chrome);
const page = await context.newPage();
const complaints = watch(page);
const other = await (await visitor(chrome)).newPage();
await signIn(page);
await signIn(other, process.env.HS_OTHER || 'bob');

/** A picture that the browser itself paints: a head before a wall. */
const painted = (wide, high) => other.evaluate(([wide, high]) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: wide, height: high });
  const paint = canvas.getContext('2d');
  const wall = paint.createLinearGradient(0, 0, wide, high);
  wall.addColorStop(0, '#7fa8c9'); wall.addColorStop(1, '#27465f');
  paint.fillStyle = wall; paint.fillRect(0, 0, wide, high);
  const disc = (x, y, r, colour) => { paint.fillStyle = colour; paint.beginPath(); paint.arc(x, y, r, 0, 7); paint.fill(); };
  disc(wide / 2, high * 1.02, high * .38, '#7a3b2e');
  disc(wide / 2, high * .42, high * .2, '#e8b894');
  return canvas.toDataURL('image/png').split(',')[1];
}, [wide, high]).then((text) => Buffer.from(text, 'base64'));

await step('what is no picture is refused beside its field', async () => {
  await other.goto(url('/settings/profile'));
  await other.setInputFiles('#picture', { name: 'me.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload=alert(1)>') });
  const [answer] = await Promise.all([posted(other, '/settings/profile/picture'), other.getByRole('button', { name: 'Use this picture' }).click()]);
  check('422', answer.status() === 422);
  return (await other.locator('#picture[aria-invalid=true]').count()) === 1;
});

await step('a picture is given and shows at once', async () => {
  await other.setInputFiles('#picture', { name: 'me.png', mimeType: 'image/png', buffer: await painted(1200, 800) });
  await Promise.all([other.waitForURL(/done=picture/), other.getByRole('button', { name: 'Use this picture' }).click()]);
  return other.locator('.portrait .av img').evaluate((image) => image.decode().then(() => image.naturalWidth === 256));
});

await step('a colleague sees it beside the name, in chat as it is said too', async () => {
  await page.goto(url('/people'));
  check('on the list', await page.locator('main .av img').first().evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  await page.goto(url('/chat/with/2'));
  await other.goto(page.url());
  await other.locator('#say').fill('Is the plotter back?');
  await other.locator('#say').press('Enter');
  const said = page.locator('#says .say', { hasText: 'Is the plotter back?' }).first();
  await said.waitFor();
  return said.locator('.av img').evaluate((image) => image.decode().then(() => image.naturalWidth === 256));
});

const liked = async (clock, dates) => {
  await page.goto(url('/settings/look'));
  await page.selectOption('#clock', clock);
  await page.selectOption('#dates', dates);
  await Promise.all([page.waitForURL(/done=look/), page.getByRole('button', { name: 'Save look and keys' }).click()]);
};

await step('times and dates are written as one likes them', async () => {
  await liked('12', 'slashes');
  await page.goto(url('/calendar/week/2027-03-09'));
  check('the title', (await page.locator('main, header').getByText('3/8 – 3/14/2027').count()) > 0);
  return (await page.getByText('2 pm', { exact: true }).count()) > 0;
});

const PAGES = {
  profile: '/settings/profile', look: '/settings/look', people: '/people', today: '/today', week: '/calendar/week/2027-03-09',
  day: '/calendar/day/2027-03-09', month: '/calendar/month/2027-03-09', agenda: '/calendar/agenda/2027-03-09', chat: '/chat', 'find-time': '/calendar/find?who=1&who=2',
  'admin-people': '/admin/people', 'admin-person': '/admin/people/2', 'admin-brand': '/admin/brand', inbox: '/mail/inbox',
};
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
for (const [who, storageState] of [['anna', await context.storageState()], ['ben', await other.context().storageState()]]) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      const eyes = await visitor(chrome, { viewport, colorScheme, storageState });
      const shot = await eyes.newPage();
      for (const [name, path] of Object.entries(PAGES)) {
        if (who === 'ben' && !['profile', 'people'].includes(name)) continue;
        await look(shot, `${who} ${name} ${size} ${colorScheme}`, path);
        if (takes) await shot.screenshot({ path: join(env.shots, `${who}-${name}-${size}-${colorScheme}.png`) });
      }
      await eyes.close();
    }
  }
}

await step('it can be taken away again', async () => {
  await other.goto(url('/settings/profile'));
  await Promise.all([other.waitForURL(/done=picture-gone/), other.getByRole('button', { name: 'Remove the picture' }).click()]);
  return (await other.locator('.av img').count()) === 0;
});
const real = complaints.filter((line) => !/status of 4(04|22)/.test(line));
check('no complaint of the browser', real.length === 0, real.join('; '));
await chrome.close();
done();
