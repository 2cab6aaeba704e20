// Pictures of every page, to be looked at: light and dark, desktop and phone.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { browser, check, done, env, url, visitor } from './lib.mjs';
import { pages } from './pages.mjs';

mkdirSync(env.shots, { recursive: true });
const chrome = await browser();
const setup = await visitor(chrome);
const all = await pages(await setup.newPage());
const storageState = await setup.storageState();
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark']) {
    const context = await visitor(chrome, { viewport, colorScheme, storageState });
    const page = await context.newPage();
    for (const [name, path] of Object.entries(all)) {
      await page.goto(url(path));
      await page.waitForTimeout(200);
      await page.screenshot({ path: join(env.shots, `${name}-${size}-${colorScheme}.png`) });
    }
    await context.close();
    const guest = await visitor(chrome, { viewport, colorScheme });
    const door = await guest.newPage();
    await door.goto(url('/login'));
    await door.screenshot({ path: join(env.shots, `login-${size}-${colorScheme}.png`) });
    await guest.close();
  }
}
check('pictures were taken', true);
await chrome.close();
done();
