// axe-core over one page: WCAG 2 A and AA; and the page does not scroll sideways.
import axe from 'axe-core';
import { check, url } from './lib.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Opens a page and looks at it. */
export async function look(page, name, path) {
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
