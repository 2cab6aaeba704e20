// Pictures of the pages in three brands, to be looked at: as at the beginning, a hard yellow, a dark logo.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, done, env, signIn, url, visitor, watch } from './lib.mjs';

const svg = (inner, box) => ({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${inner}</svg>`) });
const WORDMARK = svg('<path d="M0 0h10v24H0zM14 0h10l-8 12 8 12H14l-6-12zM30 24 40 0h6l10 24h-9l-4-11-4 11zM60 0h9v17h12v7H60zM86 0h26v7h-8v17h-9V7h-9zM117 0h22v6h-13v3h11v6h-11v3h13v6h-22z" fill="#0b2a5b"/>', '0 0 139 24');
const SUN = svg('<circle cx="20" cy="20" r="18" fill="#ffd500"/><path d="M8 24q12 12 24 0" stroke="#111" stroke-width="3" fill="none"/>', '0 0 40 40');
const BRANDS = {
  plain: { company: 'Office', product: '', colour: '#0b5fae', ground: 'plain', footer: '', legal: '' },
  yellow: { company: 'Sonnenhof GmbH', product: 'Sonnendeck', colour: '#ffd500', ground: 'strong', footer: 'Sonnenhof GmbH\nAm Feld 3', legal: 'Sonnenhof GmbH, Am Feld 3, 12345 Rüben\nHRB 77 · Geschäftsführung: A. Bergmann', logo: SUN },
  dark: { company: 'Kaltenbach Werke', product: '', colour: '#0b2a5b', ground: 'soft', footer: 'Kaltenbach Werke\nHRB 7', legal: 'Kaltenbach Werke KG, Am Kanal 7', logo: WORDMARK },
};
const PAGES = { today: '/today', inbox: '/mail/inbox', compose: '/mail/compose', chat: '/chat', calendar: '/calendar/month/2026-11-27', brand: '/admin/brand', about: '/help/about' };
const OUTSIDE = { login: '/login', error: '/nothing', offline: '/offline' };
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

mkdirSync(env.shots, { recursive: true });
const chrome = await browser();
const setter = await visitor(chrome);
setter.setDefaultTimeout(40000);
const page = await setter.newPage();
await signIn(page);
for (const [brand, values] of Object.entries(BRANDS)) {
  const complaints = watch(page);
  await page.goto(url('/admin/brand'));
  for (const name of ['company', 'product', 'colour', 'footer', 'legal']) await page.fill(`#${name}`, values[name]);
  await page.check(`[name=ground][value=${values.ground}]`);
  if (values.logo) await page.setInputFiles('#logo', values.logo);
  const wanted = values.product || values.company;
  await page.locator('#preview .pv-top b', { hasText: wanted }).first().waitFor();
  check(`${brand}: the colour set its numbers`, (await page.inputValue('#hue')) === (await page.getAttribute('#preview', 'data-hue')));
  if (values.logo) check(`${brand}: the chosen logo shows at once`, (await page.getAttribute('[data-shows=logo] img', 'src'))?.startsWith('blob:'));
  await page.screenshot({ path: join(env.shots, `${brand}-typed.png`), fullPage: true });
  await Promise.all([page.waitForURL(/done=brand/), page.click('text=Save the brand')]);
  check(`${brand}: it is kept`, (await page.title()).includes(values.product || values.company), await page.title());
  check(`${brand}: nothing complains`, complaints.length === 0, complaints.join(' ; '));
  const storageState = await setter.storageState();
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ['light', 'dark']) {
      for (const [pages, state] of [[PAGES, storageState], [OUTSIDE, undefined]]) {
        const context = await visitor(chrome, { viewport, colorScheme, storageState: state });
        const shot = await context.newPage();
        for (const [what, path] of Object.entries(pages)) {
          await shot.goto(url(path));
          await shot.waitForTimeout(200);
          await shot.screenshot({ path: join(env.shots, `${brand}-${what}-${size}-${colorScheme}.png`) });
        }
        await context.close();
      }
    }
  }
  await page.goto(url('/calendar/agenda/2026-11-27'));
  await page.emulateMedia({ media: 'print' });
  await page.screenshot({ path: join(env.shots, `${brand}-print.png`) });
  await page.emulateMedia({ media: 'screen' });
}
await page.goto(url('/admin/brand'));
await page.click('summary:has-text("Back to the beginning")');
await Promise.all([page.waitForURL(/brand-reset/), page.click('text=Reset the brand')]);
await chrome.close();
done();
