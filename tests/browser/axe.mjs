// axe-core over every page: WCAG 2 A and AA, light and dark, desktop and phone; and no page scrolls sideways.
import axe from 'axe-core';
import { browser, check, done, url, visitor } from './lib.mjs';
import { pages } from './pages.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const chrome = await browser();
const setup = await visitor(chrome);
const first = await setup.newPage();
const all = await pages(first);
const storageState = await setup.storageState();

async function look(page, name, path) {
  await page.goto(url(path));
  await page.waitForTimeout(100);
  // Run by the inspector, which the page's content policy does not bind.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const run = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, iframes: false }).then((r) => JSON.stringify([r.passes.length, r.violations]))`;
  const { result } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true });
  const [looked, violations] = JSON.parse(result.value);
  const bad = violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`);
  check(name, looked > 5 && bad.length === 0, `${looked} rules looked; ${bad.join('; ')}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(`${name} does not scroll sideways`, over <= 0, `${over}px`);
}

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
