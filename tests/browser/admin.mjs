// Every page of the administration in two hard brands, light and dark, desktop and phone: nothing shuts anybody out and
// nothing scrolls sideways. With HS_SHOTS, pictures of all of them are taken to be looked at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, done, env, mail, signIn, url, visitor, watch } from './lib.mjs';
import { look } from './look.mjs';

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptwerk mbH & Co. KG';
const BRANDS = {
  violet: { company: LONG, colour: '#2b1055' },
  yellow: { company: 'Sonnenhof', colour: '#ffe600' },
};
const PAGES = {
  overview: '/admin', people: '/admin/people', invite: '/admin/people/new', import: '/admin/people/import', groups: '/admin/groups',
  domains: '/admin/domains', dns: '/admin/dns', brand: '/admin/brand', chat: '/admin/chat', rooms: '/admin/rooms', feeds: '/admin/feeds',
  feed: '/admin/feeds/new?kind=json', online: '/admin/online', queue: '/admin/queue', trace: '/admin/trace', found: '/admin/trace?q=agenda',
  'trace-none': '/admin/trace?q=nothing-like-it', log: '/admin/log', 'log-none': '/admin/log?q=nothing-like-it', moderation: '/admin/chat/log',
  export: '/admin/chat/export', backups: '/admin/backups', audit: '/admin/audit',
  usage: '/admin/usage', 'usage-year': '/admin/usage?days=366&of=requests', asking: '/admin/people/asking', register: '/register',
  'setup-look': '/setup/look', 'setup-doors': '/setup/doors', 'setup-people': '/setup/people', 'setup-check': '/setup/check',
};
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const takes = process.env.HS_SHOTS;
if (takes) mkdirSync(env.shots, { recursive: true });

const chrome = await browser();
const context = await visitor(chrome);
const page = await context.newPage();
const complaints = watch(page);
await signIn(page);
const post = async (path, form, kind = 'form') => {
  await page.goto(url('/admin/groups'));
  const csrf = await page.locator('[name=csrf]').first().inputValue();
  return page.request.post(url(path), { [kind]: { csrf, ...form }, maxRedirects: 0, headers: { origin: env.web } });
};
await mail({ subject: 'Agenda for Thursday, with a very long subject that goes on and on until no line of any phone can hold it any more', from: 'mallory@world.example' });
await post('/admin/groups', { name: 'sales' });
await post('/admin/domains', { name: 'a-rather-long-name-of-a-second-mail-domain.example.net' });
await post('/admin/feeds', { kind: 'simulated', name: 'Ticks', every: '60' });
await post('/admin/rooms', { name: 'Aquarium', local: 'aquarium', kind: 'room', hue: '3', zone: 'Europe/Berlin', seats: '8' });
await post('/admin/dns/check', {});
await post('/admin/people/asking', { open: 'on' });
await page.goto(url('/register'));
await page.fill('#full_name', LONG);
await page.fill('#name', 'donaudampfschifffahrtselektrizitaetenhauptwerk');
await page.fill('#password', 'a sentence is easiest');
await page.fill('#words', 'From the Graz branch, as Ms Huber of the yard will gladly tell you, with a very-long-word-that-no-phone-can-hold-on-one-line.');
await page.click('button[type=submit]');
check('who asks is told what comes next', await page.locator('h1').innerText() === 'You have asked');
await page.goto(url('/admin/people'));
const person = await page.locator('main a[href^="/admin/people/"]:not([href$=new]):not([href$=import]):not([href$=asking])').first().getAttribute('href');
await page.goto(url('/mail/inbox'));
const message = await page.locator('#rows > li .hit').first().getAttribute('href');
const all = { ...PAGES, person, 'own-trace': `${message}/trace` };

// The trace and the log lead to each other, and the menu of a message to its own.
await page.goto(url('/admin/trace?q=agenda'));
check('a message found is open and tells its steps', await page.locator('details.story[open] .way > li').count() >= 2);
await page.goto(url(message));
check('the menu of a message has its trace', await page.locator(`article a[href$="/trace"]`).count() > 0);

for (const [brand, values] of Object.entries(BRANDS)) {
  const set = await post('/admin/brand', values, 'multipart');
  check(`${brand} is kept`, set.status() === 303, String(set.status()));
  const storageState = await context.storageState();
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      const eyes = await visitor(chrome, { viewport, colorScheme, storageState });
      const shot = await eyes.newPage();
      for (const [name, path] of Object.entries(all)) {
        await look(shot, `${brand} ${name} ${size} ${colorScheme}`, path, brand !== 'violet');
        if (takes) await shot.screenshot({ path: join(env.shots, `${brand}-${name}-${size}-${colorScheme}.png`) });
      }
      await eyes.close();
    }
  }
}
check('nothing complains', complaints.length === 0, complaints.join(' ; '));
await chrome.close();
done();
