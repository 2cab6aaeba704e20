// Hostile HTML in a real browser, with the content policy switched off: what is left of a message must not run, load or
// post anything by itself. Each message's document is opened in the sandbox it has in the office, and then without policy
// or sandbox, with and without pictures from elsewhere. Many at once, each in a frame of its own.
// Takes HS_PAYLOADS, more payloads as JSON lines with `id` and `html`; its own stand in payloads.jsonl.
import { readFileSync } from 'node:fs';
import { browser, check, done, env, mail, me, signIn, step, url, visitor } from './lib.mjs';

const BARE = 'http://bare.example';
const AT_ONCE = 48;
/** What payloads with a timer, a refresh or an animation get. */
const WAIT = 250;

const read = (path) => readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const payloads = read('payloads.jsonl');
if (process.env.HS_PAYLOADS) payloads.push(...read(process.env.HS_PAYLOADS));
else console.log('SKIPPED: no corpus here; the own payloads alone');

const chrome = await browser();

/** A page without policies that notes what happens in it. */
async function canary() {
  const context = await visitor(chrome, { bypassCSP: true });
  const sung = [];
  await context.exposeBinding('canarySings', ({ frame }, what) => sung.push(`${what} ${frame.url()}`));
  await context.addInitScript(() => {
    const sing = window.canarySings;
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = () => sing(name);
  });
  const documents = new Map();
  const ours = [BARE, env.web, 'about:'];
  await context.route('**/*', (route) => {
    const to = route.request().url();
    if (documents.has(to)) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: documents.get(to) });
    if (to.startsWith(env.web)) return route.continue();
    // A picture of the bare document's own house is nothing that the sender hears of.
    if (!to.startsWith(`${BARE}/`) && /^(http|ws)/.test(to)) sung.push(`load ${to}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('dialog', (dialog) => { sung.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  context.on('page', (other) => { sung.push('window'); other.close(); });
  page.on('framenavigated', (frame) => {
    const to = frame.url();
    if (!ours.some((known) => to.startsWith(known))) sung.push(`goes to ${to}`);
  });
  // Scripts are seen when they are compiled, whatever they do: the browser's own word, which no page can prevent.
  const protocol = await context.newCDPSession(page);
  await protocol.send('Debugger.enable');
  protocol.on('Debugger.scriptParsed', (script) => { if (script.url.startsWith(BARE) || script.url.includes('/body')) sung.push(`script ${script.url}`); });
  return { context, page, documents, heard: () => sung.splice(0) };
}

/** Touches everything in a document as a reader might. Returns what should not be there. */
function touch(follows) {
  const found = [];
  // Where scripts may not run this does nothing either, so links are clicked in bare documents only, and lead nowhere.
  addEventListener('click', (event) => event.preventDefault(), true);
  for (const element of document.querySelectorAll('*')) {
    const name = element.localName;
    const ours = ['html', 'head', 'meta', 'base', 'title', 'style', 'body'].includes(name) && !element.closest('body *');
    if (!ours && /^(script|style|base|meta|link|form|input|button|iframe|object|embed|svg|math|template)$/.test(name)) found.push(`<${name}>`);
    for (const { name: key, value } of element.attributes) {
      if (/^on/i.test(key)) found.push(`${name} ${key}`);
      if (/^(href|src|action|formaction|xlink:href)$/i.test(key) && /^[\u0000-\u0020]*(javascript|vbscript|file):/i.test(value)) found.push(`${name} ${key}=${value}`);
    }
    if (name === 'a' && element.href && !/^(https?|mailto|tel):$/.test(element.protocol)) found.push(`link ${element.href}`);
    for (const kind of ['mouseover', 'mouseenter', 'pointerdown', 'focus', 'focusin', 'toggle', 'animationend', 'wheel', ...follows]) {
      element.dispatchEvent(new MouseEvent(kind, { bubbles: true, cancelable: true }));
    }
  }
  return found;
}

/** Opens a page that holds `inner` and nothing else, and touches what is in its frames; says what sang. */
async function open(bird, at, inner, follows) {
  bird.heard();
  bird.documents.set(at, `<!doctype html><title>frames</title>${inner}`);
  await bird.page.goto(at, { waitUntil: 'load' });
  await bird.page.waitForTimeout(WAIT);
  const found = await Promise.all(bird.page.frames().slice(1).map(async (frame) => {
    const touched = await frame.evaluate(touch, follows).catch((error) => [`gone: ${error.message.split('\n')[0]}`]);
    return touched.map((what) => `${what} ${frame.url()}`);
  }));
  await bird.page.waitForTimeout(30);
  return [...bird.heard(), ...found.flat()];
}

/** Opens documents by themselves, with no policy and no sandbox round them; each has an id to be known by. */
function bare(bird, all) {
  for (const { id, html } of all) bird.documents.set(`${BARE}/${id}`, html);
  return open(bird, `${BARE}/`, all.map(({ id }) => `<iframe src="/${id}"></iframe>`).join(''), ['click']);
}

/** Opens documents where the office has them, in the sandbox in which it shows them. */
function boxed(bird, sandbox, all) {
  return open(bird, url('/frames'), all.map(({ at }) => `<iframe sandbox="${sandbox}" src="${at}/body"></iframe>`).join(''), []);
}

await step('the canaries sing where nothing is cleaned', async () => {
  const bird = await canary();
  for (const [html, song] of [
    ['<img src=x onerror=alert(1)>', 'alert'], ['<script>1</script>', 'script'], ['<a href="javascript:alert(1)">x</a>', 'a href='],
    ['<img src=http://canary.invalid/i>', 'load http'], ['<meta http-equiv=refresh content="0;url=http://canary.invalid/">', 'load http'],
    ['<p onclick=alert(1)>x</p>', 'alert'], ['<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>', 'alert'],
  ]) {
    const songs = await bare(bird, [{ id: 'canary', html }]);
    check(`canary: ${html}`, songs.some((sung) => sung.includes(song)), songs.join(' | '));
  }
  await bird.context.close();
});

const subject = (payload) => `Payload ${payload.id}`;
await step('all are taken in', async () => {
  for (const payload of payloads) {
    const text = Buffer.from(payload.html).toString('base64').replace(/.{76}/g, '$&\r\n');
    const head = [`From: Mallory <mallory@world.example>`, `To: <${me}>`, `Subject: ${subject(payload)}`, `Message-ID: <${payload.id}@world.example>`,
      'MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64'];
    await mail({ raw: [...head, '', text, ''].join('\r\n') });
  }
});

const addresses = new Map();
await step('all are in the list', async () => {
  const context = await visitor(chrome);
  const page = await context.newPage();
  await signIn(page);
  for (let number = 1; addresses.size < payloads.length && number < 20; number += 1) {
    await page.goto(url(`/mail/inbox?page=${number}`));
    const rows = await page.$$eval('#rows > li .hit', (all) => all.map((row) => [row.querySelector('.subj').textContent, row.getAttribute('href')]));
    for (const [words, href] of rows) addresses.set(words.match(/Payload \S+/)[0], href.match(/\/mail\/message\/[^/?]+/)[0]);
  }
  await context.close();
  return addresses.size === payloads.length;
});

const bird = await canary();
await signIn(bird.page);
let sandbox = '';
await step('a message is shown in a sandbox without scripts and without our origin', async () => {
  await bird.page.goto(url(addresses.get(subject(payloads[0]))), { waitUntil: 'load' });
  sandbox = await bird.page.locator('iframe').first().getAttribute('sandbox');
  return sandbox !== null && !/allow-(scripts|same-origin|forms|top|modals)/.test(sandbox);
});

const wrong = [];
const note = (how, songs) => wrong.push(...new Set(songs.map((song) => `${how}: ${song}`)));
let opened = 0;
for (let from = 0; from < payloads.length; from += AT_ONCE) {
  const some = payloads.slice(from, from + AT_ONCE).map((payload) => ({ ...payload, at: addresses.get(subject(payload)) }));
  note('in the sandbox', await boxed(bird, sandbox, some));
  // Asked again where the office has just closed a connection that was idle for too long.
  const texts = async (more) => Promise.all(some.map(async ({ id, at }) => {
    const html = await (await bird.context.request.get(url(`${at}/body${more}`), { maxRetries: 3 })).text();
    opened += html.includes('Text of the message') ? 1 : 0;
    return { id, html };
  }));
  note('bare', await bare(bird, await texts('')));
  note('with pictures', (await bare(bird, await texts('?pictures=once'))).filter((song) => !song.startsWith('load')));
}
check(`${payloads.length} payloads are opened`, opened === 2 * payloads.length, opened);
check('nothing runs, loads or posts', wrong.length === 0);
if (wrong.length) console.log(wrong.join('\n'));
await chrome.close();
done();
