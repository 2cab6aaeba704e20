// axe-core over one page: WCAG 2 A and AA; and the page does not scroll sideways.
import axe from 'axe-core';
import { check, url } from './lib.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** Opens a page and looks at it: at its colours alone in the dark, and where the rest of it was looked at before. */
export async function look(page, name, path, isKnown = false) {
  await page.goto(url(path));
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const rules = isDark || isKnown ? COLOURS : TAGS;
  await page.waitForTimeout(100);
  // Run by the inspector, which the page's content policy does not bind.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const run = `axe.run(document, { runOnly: ${JSON.stringify(rules)}, iframes: false }).then((r) => JSON.stringify([r.passes.length + r.incomplete.length, r.violations]))`;
  const { result } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true });
  const [looked, violations] = JSON.parse(result.value);
  const bad = violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`);
  check(name, (looked > 5 || rules === COLOURS) && bad.length === 0, `${looked} rules looked; ${bad.join('; ')}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(`${name} does not scroll sideways`, over <= 0, `${over}px`);
}
