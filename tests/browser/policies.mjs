// Policies by the browser: the sheet with no group and with twelve of long names, looked at in light and dark, on a desk and a
// phone; and a chat page that stands open obeys a change while it is looked at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, done, env, signIn, url, visitor, watch } from './lib.mjs';
import { look } from './look.mjs';

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const GROUPS = ['sales', 'yard', 'workshop-and-maintenance-of-machines', 'apprentices', 'board', 'bookkeeping', 'drawing-office',
  'fire-protection-and-first-aid', 'hafenstrasse-12', 'logistics', 'quality', 'trade-fairs'];

const chrome = await browser();
const context = await visitor(chrome);
const page = await context.newPage();
await signIn(page);
const me = Number(await page.getAttribute('[data-me]', 'data-me').catch(() => 0)) || 1;
if (process.env.HS_SHOTS) mkdirSync(env.shots, { recursive: true });

/** Looks at pages in every size and both schemes. */
async function shots(mark, pages) {
  const storageState = await context.storageState();
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      const seen = await visitor(chrome, { viewport, colorScheme, storageState });
      const shot = await seen.newPage();
      for (const [name, path] of Object.entries(pages)) {
        await look(shot, `${name} ${mark} ${size} ${colorScheme}`, path);
        if (process.env.HS_SHOTS) await shot.screenshot({ path: join(env.shots, `${name}-${mark}-${size}-${colorScheme}.png`), fullPage: true });
      }
      await seen.close();
    }
  }
}

const post = async (path, form) => {
  await page.goto(url('/settings/factor'));
  const csrf = await page.locator('[name=csrf]').first().inputValue();
  return page.request.post(url(path), { form: { csrf, ...form }, maxRedirects: 0 });
};
const set = async (key, value, group = '') => {
  const answer = await post(`/admin/policies/${key}`, { value, group, confirm: value });
  check(`${key} ${value} is kept`, answer.status() === 303, await answer.text());
};

const PAGES = { sheet: '/admin/policies', words: '/admin/policies/files.kinds', number: '/admin/policies/mail.size', 'view-as': `/admin/policies/as/${me}`, allowed: '/settings/allowed' };
await shots('none', PAGES);

const ids = {};
for (const name of GROUPS) {
  const made = await post('/admin/groups', { name });
  ids[name] = made.headers().location.match(/open=(\d+)/)[1];
}
await post(`/admin/groups/${ids.yard}/members`, { person: String(me) });
await set('mail.outside', 'off', ids.yard);
await set('files.kinds', 'documents', ids['workshop-and-maintenance-of-machines']);
await set('files.kinds', 'no-programs');
await set('mail.size', '500');
await set('mail.size', '2000', ids.board);
await set('presence.visible', 'groups', ids.apprentices);
await set('presence.last_seen', 'off');
await shots('twelve', PAGES);

// By hand: a rule for a group, chosen from its list.
await page.goto(url('/admin/policies/push.enabled'));
await page.selectOption(`#value-${ids.sales}`, 'off');
await Promise.all([page.waitForURL(/done=office/), page.click('[aria-label="Save for sales"]')]);
check('the group says what holds for it', (await page.textContent(`#g${ids.sales}`)).includes('never woken'));
await page.goto(url('/admin/policies'));
check('the sheet says so too', (await page.getAttribute(`a[href="/admin/policies/push.enabled#g${ids.sales}"]`, 'aria-label')) === 'Waking closed browsers for sales: Not allowed');

// A page that stands open: its way to files goes within a second, comes again, and what is typed stays.
const open = await context.newPage();
const complaints = watch(open);
const rooms = await post('/chat/new', { kind: 'room', name: 'workshop', topic: '' });
await open.goto(url(rooms.headers().location));
await open.fill('#say, [data-say] textarea', 'Half a sentence');
await open.waitForTimeout(1500);
check('files can be sent', await open.isVisible('.pick'));
let start = Date.now();
await set('files.allowed', 'off');
await open.locator('.pick').first().waitFor({ state: 'hidden', timeout: 3000 });
check('the way to files is gone', Date.now() - start < 3000, `${Date.now() - start} ms with the form itself`);
check('the page says why', (await open.textContent('#no-files')).includes('Sending files is not allowed, by the rule for everybody.'));
check('what was typed stays', (await open.inputValue('[data-say] textarea')) === 'Half a sentence');
await set('files.allowed', '');
await open.locator('.pick').first().waitFor({ state: 'visible', timeout: 3000 });
check('nothing complains', complaints.length === 0, complaints.join(' ; '));
await chrome.close();
done();
