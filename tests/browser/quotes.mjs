// Quotes with scripts: lists put in order by hand and by keys, prices that move by themselves, an alert told once, a feed
// that falls silent and comes back, an office that is killed and starts anew, and charts by pointer and by keys.
// Says `price CODE NUMBER`, `down`, `up`, `kill` and `start` on its own line when it wants one, and goes on when a line comes in.
// HS_FEED is the port of a feed that answers at /{symbol}.
import { createInterface } from 'node:readline';
import { browser, check, done, posted, signIn, step, url, visitor, watch } from './lib.mjs';
import { look } from './look.mjs';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const want = async (what) => {
  console.log(what);
  await lines.next();
};
const chrome = await browser();
const context = await visitor(chrome);
const page = await context.newPage();
const complaints = watch(page);
const open = async (path) => { await page.goto(url(path)); await page.locator('html.ready').waitFor(); };
const row = (code) => page.locator('#rows > tr', { has: page.locator('.hit', { hasText: new RegExp(`^${code}$`) }) });
const last = (code) => row(code).locator('[data-f=last]');
const order = () => page.locator('#rows .hit').allInnerTexts();
const same = () => page.evaluate(() => { globalThis.isSame = true; });
const isSame = () => page.evaluate(() => globalThis.isSame === true);
const shows = async (locator, words, timeout = 20_000) => locator.filter({ hasText: words }).waitFor({ timeout });
const post = (path, fields) => page.evaluate(async ([path, fields]) => {
  const csrf = document.querySelector('[name=csrf]').value;
  const answer = await fetch(path, { method: 'POST', body: new URLSearchParams([...fields, ['csrf', csrf]]) });
  return answer.status;
}, [path, fields]);

await signIn(page);

await step('an administrator sets up a feed, and one of invented numbers', async () => {
  await open('/today');
  const fields = [['do', 'save'], ['kind', 'json'], ['name', 'Test exchange'], ['url', `http://127.0.0.1:${process.env.HS_FEED}/{symbol}`], ['allowed_host', '127.0.0.1'],
    ['every', '1'], ['price', 'price'], ['previous', 'previous'], ['currency', 'EUR'], ['symbols', 'TESTA\nTESTB']];
  check('the feed is taken', (await post('/admin/feeds', fields)) === 200);
  check('so is the simulated one', (await post('/admin/feeds', [['do', 'save'], ['kind', 'simulated'], ['name', 'Simulated prices'], ['every', '1']])) === 200);
});

await step('a list is made, and symbols are added as they are typed', async () => {
  await open('/quotes');
  await page.getByRole('link', { name: 'Make a watchlist' }).click();
  await page.fill('#name', 'Watched');
  await page.getByRole('button', { name: 'Make the watchlist' }).click();
  await page.locator('html.ready').waitFor();
  await page.fill('#first', 'TESTA');
  await page.locator('.empty').getByRole('button', { name: 'Add' }).click();
  await row('TESTA').waitFor();
  for (const [typed, code] of [['Glas S', 'GLAS'], ['copper', 'KUPF']]) {
    await page.locator('html.ready').waitFor();
    await page.locator('body').press('a');
    await page.locator('#add').pressSequentially(typed);
    await page.getByRole('option', { name: code }).waitFor();
    await page.keyboard.press('Enter');
    check(`${code} is completed`, (await page.locator('#add').inputValue()) === code);
    await page.keyboard.press('Enter');
    await row(code).waitFor();
  }
  return check('in their order', (await order()).join() === 'TESTA,GLAS,KUPF', (await order()).join());
});

await step('a price that moves appears by itself, and nothing is read out for it', async () => {
  await open('/quotes');
  await shows(last('TESTA'), '100.00');
  await same();
  await want('price TESTA 101.5');
  await shows(last('TESTA'), '101.50');
  check('its change, too', (await row('TESTA').locator('[data-f=percent]').innerText()).includes('+1.50'), await row('TESTA').innerText());
  check('nothing is loaded anew', await isSame());
  return check('no live region', (await page.locator('#rows [aria-live], #rows [role=status]').count()) === 0);
});

await step('what is simulated says so, what is not does not', async () => {
  await shows(row('GLAS').locator('.sim'), 'simulated');
  return (await row('TESTA').locator('.sim').count()) === 0;
});

await step('rows are put in order by keys and by hand, and stay so', async () => {
  await open('/quotes');
  const moved = posted(page, /\/order$/);
  await row('TESTA').locator('.grip').focus();
  await page.keyboard.press('ArrowDown');
  check('one down', (await order()).join() === 'GLAS,TESTA,KUPF', (await order()).join());
  check('it is said', (await page.locator('#order-said').innerText()) === 'TESTA: place 2 of 3', await page.locator('#order-said').innerText());
  await moved;
  await open('/quotes');
  check('it is kept', (await order()).join() === 'GLAS,TESTA,KUPF', (await order()).join());
  const [from, to] = [await row('KUPF').locator('.grip').boundingBox(), await row('GLAS').boundingBox()];
  const kept = posted(page, /\/order$/);
  await page.mouse.move(from.x + 8, from.y + 8);
  await page.mouse.down();
  await page.mouse.move(to.x + 20, to.y + 4, { steps: 8 });
  await page.mouse.up();
  await kept;
  await open('/quotes');
  return check('by hand', (await order()).join() === 'KUPF,GLAS,TESTA', (await order()).join());
});

await step('a heading sorts, says so, and is remembered', async () => {
  await page.locator('.c-symbol .sort').click();
  await page.waitForURL(/sort=symbol/);
  check('sorted', (await order()).join() === 'GLAS,KUPF,TESTA', (await order()).join());
  check('said', (await page.locator('thead .c-symbol').getAttribute('aria-sort')) === 'ascending');
  await open('/quotes');
  check('remembered', (await order()).join() === 'GLAS,KUPF,TESTA');
  await open('/quotes?sort=own');
});

await step('j and k go through the rows, Enter opens one beside the list', async () => {
  await open('/quotes');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  check('the second has the focus', (await page.locator(':focus').innerText()) === 'GLAS');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/quotes\/GLAS/);
  await page.locator('html.ready').waitFor();
  check('the list stands beside it', (await page.locator('#rows > tr.on').count()) === 1);
});

await step('ten years are drawn, and other spans without leaving the page', async () => {
  await page.waitForFunction(() => document.querySelectorAll('[data-points] tr').length > 5, null, { timeout: 20_000 }).catch(() => open('/quotes/GLAS'));
  await same();
  await page.getByRole('link', { name: 'Max, all there is' }).click();
  await page.waitForURL(/range=Max/);
  await page.waitForFunction(() => document.querySelectorAll('[data-points] tr').length > 300);
  check('the page stays', await isSame());
  await page.locator('#chart-look > summary').click();
  await page.getByLabel('Candles').check();
  await page.getByLabel('200 days').check();
  await page.getByRole('button', { name: 'Draw' }).click();
  await page.locator('.bar-up.candles').waitFor({ state: 'attached' });
  await page.locator('.plot .average.a200').waitFor({ state: 'attached' });
});

await step('the crosshair goes by arrow keys and says where it is', async () => {
  const plot = page.getByRole('slider');
  await plot.focus();
  await page.keyboard.press('Home');
  const first = await plot.getAttribute('aria-valuetext');
  await page.keyboard.press('ArrowRight');
  const second = await plot.getAttribute('aria-valuetext');
  check('it says prices', /open .*close/.test(first) && first !== second, `${first} | ${second}`);
  check('the caption says the same', (await page.locator('[data-readout]').innerText()) === second);
  await page.keyboard.press('Escape');
  return (await page.locator('.cross').count()) === 0;
});

await step('a wheel goes closer, and the server draws what is then seen', async () => {
  const plot = page.getByRole('slider');
  const before = await page.locator('[data-points] tr').count();
  await plot.focus();
  await plot.hover();
  for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, -100);
  await page.waitForURL(/from=\d+&to=\d+/);
  await page.waitForFunction((count) => document.querySelectorAll('[data-points] tr').length !== count, before);
  check('a part of its time', (await page.locator('.plot svg').getAttribute('aria-label')).includes('a part of its time'));
  await page.locator('.chart-table > summary').click();
  return page.locator('[data-points] tr').first().isVisible();
});

await step('an alert is told once, however often the price trembles', async () => {
  await open('/quotes/TESTA');
  await page.fill('#value', '105');
  await page.getByRole('button', { name: 'Add alert' }).click();
  await page.locator('#quote-alerts .badge', { hasText: 'watching' }).waitFor();
  await page.locator('html.ready').waitFor();
  for (const price of ['105.2', '104.9', '105.3', '104.95', '105.4']) {
    await want(`price TESTA ${price}`);
    await shows(page.locator('.quote-pane [data-f=last]'), Number(price).toFixed(2));
  }
  await shows(page.locator('#quote-alerts .badge'), 'told');
  await open('/quotes/alerts');
  const told = await page.locator('main tbody tr').count();
  return check('once', told === 1, `${told} times`);
});

await step('a feed that falls silent is told of, keeps its last prices, and comes back by itself', async () => {
  await open('/quotes');
  await same();
  await want('down');
  await shows(row('TESTA').locator('[data-f=note]'), 'old', 40_000);
  check('greyed', (await row('TESTA').getAttribute('class')).includes('stale'));
  check('its price stays', (await last('TESTA').innerText()) === '105.40');
  await shows(page.locator('#quotes-feeds'), 'Test exchange', 20_000);
  await want('price TESTA 103.25');
  await want('up');
  await shows(last('TESTA'), '103.25', 90_000);
  await page.locator('#quotes-feeds .banner').waitFor({ state: 'detached', timeout: 20_000 });
  return check('without a reload', await isSame());
});

await step('the office is killed and starts anew, and prices go on', async () => {
  await want('kill');
  await page.locator('#line:not([hidden])').waitFor({ timeout: 30_000 });
  await want('start');
  await want('price TESTA 104.5');
  await shows(last('TESTA'), '104.50', 60_000);
  return check('without a reload', await isSame());
});

await step('pages are for everybody, in four modes', async () => {
  await open('/quotes/TESTA');
  await page.fill('#amount', '10');
  await page.fill('#cost', '99.5');
  await page.getByRole('button', { name: 'Add holding' }).click();
  await page.locator('#quote-holdings .rows li').waitFor();
  const storageState = await context.storageState();
  const paths = { list: '/quotes', symbol: '/quotes/GLAS?range=1Y', compared: '/quotes/GLAS?range=1Y&with=KUPF', alerts: '/quotes/alerts', holdings: '/quotes/holdings', lists: '/quotes/lists', edit: '/quotes/lists/1', settings: '/settings/quotes' };
  for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    for (const colorScheme of ['light', 'dark']) {
      const other = await visitor(chrome, { viewport, colorScheme, storageState });
      const at = await other.newPage();
      for (const [name, path] of Object.entries(paths)) await look(at, `${name} ${viewport.width} ${colorScheme}`, path);
      await other.close();
    }
  }
});

const real = complaints.filter((line) => !/status of 40[34]|ERR_CONNECTION|ERR_INCOMPLETE|ERR_NETWORK|net::ERR/.test(line));
check('no script error, no breach of the content policy, nothing from elsewhere', real.length === 0, real.join('; '));
await chrome.close();
done();
