// axe-core over every page: WCAG 2 A and AA, light and dark, desktop and phone; and no page scrolls sideways.
import { browser, done, visitor } from './lib.mjs';
import { look } from './look.mjs';
import { pages } from './pages.mjs';

const chrome = await browser();
const setup = await visitor(chrome);
const first = await setup.newPage();
const all = await pages(first);
const storageState = await setup.storageState();

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 }, small: { width: 320, height: 640 } };
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of size === 'small' ? ['light'] : ['light', 'dark']) {
    const context = await visitor(chrome, { viewport, colorScheme, storageState });
    const page = await context.newPage();
    for (const [name, path] of Object.entries(all)) await look(page, `${name} ${size} ${colorScheme}`, path);
    await context.close();
    const guest = await visitor(chrome, { viewport, colorScheme });
    await look(await guest.newPage(), `login ${size} ${colorScheme}`, '/login');
    await guest.close();
  }
}
await chrome.close();
done();
