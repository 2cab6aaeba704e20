// What the browser itself does for the office: the count on the icon, voice notes, small pictures, notices while nobody
// looks, and what was seen last while there is no line.
import { browser, check, done, env, signIn, step, url, visitor, watch } from './lib.mjs';

const other = process.env.HS_OTHER || 'bob';
const chrome = await browser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
const own = await visitor(chrome, { permissions: ['notifications', 'microphone'] });
const theirs = await visitor(chrome);
const [page, there] = [await own.newPage(), await theirs.newPage()];
const complaints = [...[page, there].map((each) => watch(each))];
const ready = (at) => at.locator('html.ready').waitFor();
const said = (at, words) => at.locator('#says > .say', { hasText: words }).last();
const write = async (at, words) => {
  await at.locator('#say').fill(words);
  await at.locator('#say').press('Enter');
};

await signIn(page);
await signIn(there, other);
await there.goto(url('/people'));
const href = await there.locator('main .hit', { hasText: new RegExp(env.user, 'i') }).first().getAttribute('href');
await there.goto(url(href.replace('/people/', '/chat/with/')));
await ready(there);
const talk = new URL(there.url()).pathname;

await step('what is unread is counted beside the name of the tab and on its icon', async () => {
  await page.goto(url('/today'));
  await ready(page);
  const plain = await page.locator('link[rel=icon]').getAttribute('href');
  await write(there, 'One for the count');
  await page.waitForFunction(() => document.title.startsWith('(1)'));
  await page.locator('link[rel=icon][type="image/png"][href^="data:image/png"]').waitFor({ state: 'attached' });
  await page.goto(url(talk));
  await ready(page);
  await page.waitForFunction(() => !document.title.startsWith('('));
  await page.locator(`link[rel=icon][href="${plain}"]`).waitFor({ state: 'attached' });
});

await step('a voice note is recorded on a click, sent, and played by the other', async () => {
  await page.locator('[data-voice]').first().click();
  await page.locator('[data-voice][aria-pressed=true]').waitFor();
  await page.waitForFunction(() => document.querySelector('[data-voice-time]').textContent === '0:02');
  await page.locator('[data-voice]').first().click();
  await page.locator('#say-files input[name=kept]').waitFor({ state: 'attached' });
  await page.locator('#say').press('Enter');
  const sound = there.locator('#says .sound').last();
  await sound.waitFor();
  check('its length stands beside it', /0:0[1-4]/.test(await sound.innerText()), await sound.innerText());
  const played = await sound.locator('audio').evaluate(async (audio) => {
    audio.muted = true;
    await audio.play();
    await new Promise((end) => { audio.ontimeupdate = () => audio.currentTime > 0.2 && end(); });
    return audio.currentTime;
  });
  return played > 0.2;
});

await step('a large picture is shown small, and whole on a click', async () => {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(2000, 1500);
    const pen = canvas.getContext('2d');
    for (let at = 0; at < 400; at += 1) {
      pen.fillStyle = `hsl(${at} 80% 50%)`;
      pen.fillRect((at * 97) % 2000, (at * 61) % 1500, 120, 90);
    }
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer())];
  });
  await page.locator('#talk input[type=file]').setInputFiles({ name: 'site.png', mimeType: 'image/png', buffer: Buffer.from(bytes) });
  await page.locator('#say-files input[name=kept]').waitFor({ state: 'attached' });
  await page.locator('#say').press('Enter');
  const shot = there.locator('#says .shot').last();
  await shot.waitFor();
  const size = await shot.locator('img').evaluate(async (image) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight, new URL(image.src).pathname.startsWith('/chat/preview/')];
  });
  check('it is small', size[0] === 720 && size[1] === 540 && size[2], size.join(' '));
  await there.goto(url(`${talk}/files`));
  check('the gallery shows it small as well', await there.locator('.gallery img[src^="/chat/preview/"]').count() === 1);
  const whole = await there.request.get(url(await there.locator('.gallery a.shot').getAttribute('href')));
  await there.goto(url(talk));
  return whole.status() === 200 && (await whole.body()).length === bytes.length;
});

await step('a notice that is pushed is shown in the right words, and leads to its conversation', async () => {
  await page.goto(url('/today'));
  await ready(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  const worker = own.serviceWorkers()[0] ?? await own.waitForEvent('serviceworker');
  const session = await own.newCDPSession(page);
  const registered = new Promise((found) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && found(registrations[0]));
  });
  await session.send('ServiceWorker.enable');
  const { registrationId } = await registered;
  // Whoever looks at the office is told by the page itself: a notice is shown to nobody there, but for a test.
  const note = { title: 'Ben Bauer', body: 'The plans are here', href: `${talk}?at=1`, tag: 'test' };
  await session.send('ServiceWorker.deliverPushMessage', { origin: env.web, registrationId, data: JSON.stringify(note) });
  const value = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (let tries = 0; tries < 50; tries += 1) {
      const [first] = await registration.getNotifications();
      if (first) return { title: first.title, body: first.body, icon: new URL(first.icon, location.href).pathname };
      await new Promise((wait) => { setTimeout(wait, 100); });
    }
    return {};
  });
  check('its words', value.title === note.title && value.body === note.body, JSON.stringify(value));
  check('its icon is the company’s', value.icon.startsWith('/brand/icon-192.png'), value.icon);
  await worker.evaluate(async () => {
    const [first] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification: first }));
  });
  await page.waitForURL((at) => at.pathname === talk);
  await session.detach();
});

await step('without a line, what was seen last is shown, and says as of when', async () => {
  await page.goto(url('/mail/inbox'));
  await ready(page);
  await page.goto(url(talk));
  await ready(page);
  await page.evaluate(async (path) => {
    while (!(await caches.match(path))) await new Promise((wait) => { setTimeout(wait, 50); });
  }, talk);
  await own.setOffline(true);
  await page.goto(url(talk));
  await ready(page);
  check('the bar', /As of \d\d:\d\d/.test(await page.locator('#line').innerText()), await page.locator('#line').innerText());
  check('the words', await said(page, 'One for the count').isVisible());
  await page.goto(url('/mail/inbox'));
  check('the list', await page.locator('#line', { hasText: 'As of' }).isVisible() && await page.locator('main h1').first().isVisible());
  await page.goto(url('/settings/security')).catch(() => {});
  check('nothing else is kept', await page.locator('#line[data-as-of]').count() === 0);
  await page.goto(url(talk));
  await ready(page);
  await write(there, 'Said while one was away');
  await own.setOffline(false);
  await said(page, 'Said while one was away').waitFor({ timeout: 35_000 });
  return page.locator('#line').isHidden();
});

await step('signing out leaves nothing behind', async () => {
  await page.goto(url('/today'));
  await ready(page);
  await page.click('[popovertarget=account]');
  await page.click('form[action="/logout"] button');
  await page.waitForURL((at) => at.pathname === '/login');
  const kept = await page.evaluate(async () => (await caches.keys()).filter((name) => name === 'office-pages').length + localStorage.length);
  await own.setOffline(true);
  const gone = await page.goto(url(talk)).then(() => page.locator('#line[data-as-of]').count(), () => 0);
  return kept === 0 && gone === 0;
});

// What was asked for without a line failed, as it should.
const mine = complaints.flat().filter((line) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch|net::/.test(line));
check('no complaint of scripts, the content policy or requests to elsewhere', mine.length === 0, mine.join(' | '));
await chrome.close();
done();
