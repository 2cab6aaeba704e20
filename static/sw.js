// The service worker: shows notices while no tab is open, and a calm page where the office is not reached.
// The server writes four lines before this: `ROOT`, the folder of this build's files, `SHELL`, the files in it, `NAME`, what the
// office calls itself, and `BRAND`, which changes whenever its look does.
const CACHE = `office-${ROOT}-${BRAND}`;
const OFFLINE = '/offline';
const PAGES = 'office-pages'; // what its reader saw last: wiped at each signing in and out
const KEPT = /^\/(today|mail\/(?!compose|folders|act|undo)[^/]+(\/\d+)?|mail\/message\/\d+|chat(\/\d+|\/starred)?|people(\/\d+)?)$/;
const MOST = 60; // pages kept
const PATIENCE = 3000; // how long the office may take before what was seen last is shown
const ICON = `/brand/icon-192.png?v=${BRAND}`;

/** Whether an address is of the company's look. */
const isLook = (pathname) => pathname === '/brand.css' || pathname.startsWith('/brand/');

self.addEventListener('install', (event) => {
  const files = [OFFLINE, `/brand.css?v=${BRAND}`, ICON, ...SHELL.map((name) => `${ROOT}/${name}`)];
  // Each by itself: one that is missing must not keep the rest away.
  const kept = caches.open(CACHE).then((cache) => Promise.allSettled(files.map((file) => cache.add(file))));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE && name !== PAGES).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

/** Whether an address shows a list or something opened, as it is and not as what was just done to it. */
function isKept({ pathname, searchParams }) {
  return KEPT.test(pathname) && !['undo', 'done', 'item', 'said', 'edit', 'answers'].some((name) => searchParams.has(name));
}

/** Keeps a page as it was seen. */
async function keep(address, answer) {
  if (new URL(answer.url).pathname === '/login') return void (await caches.delete(PAGES));
  if (!answer.ok || !isKept(address)) return;
  const pages = await caches.open(PAGES);
  const page = new Response(await answer.text(), { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': answer.headers.get('content-security-policy') ?? '', 'x-seen': String(Date.now()) } });
  const key = address.pathname + address.search;
  await pages.delete(key);
  await pages.put(key, page);
  const keys = await pages.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST)).map((old) => pages.delete(old)));
}

/** What was seen last at an address, with a bar that says when. */
async function seen(address) {
  const page = await (await caches.open(PAGES)).match(address.pathname + address.search);
  if (!page) return null;
  const at = new Date(Number(page.headers.get('x-seen')));
  const day = at.toDateString() === new Date().toDateString() ? '' : `${at.toLocaleDateString()}, `;
  const words = `As of ${day}${at.toTimeString().slice(0, 5)}. Not connected – trying again. What you write is kept.`;
  const html = (await page.text())
    .replace(/(<p class="banner warn line-down" id="line" role="status") hidden>/, '$1 data-as-of>')
    .replace('Not connected – trying again. What you write is kept.', words);
  return new Response(html, { headers: page.headers });
}

/** A page from the office; where that takes too long or is not reached, as it was seen last. */
async function page(event, address) {
  const coming = fetch(event.request);
  const waited = new Promise((done) => { setTimeout(done, PATIENCE); });
  // Kept beside the page: nobody waits for it.
  event.waitUntil(coming.then((answer) => keep(address, answer.clone())).catch(() => {}));
  const first = await Promise.race([coming, waited]).catch(() => null);
  return first ?? (await seen(address)) ?? coming.catch(async () => (await caches.match(OFFLINE)) ?? Response.error());
}

/** The company's look, as it was last. */
async function look(request) {
  const pages = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await pages.put(request, answer.clone());
    return answer;
  } catch {
    return (await pages.match(request, { ignoreSearch: true })) ?? Response.error();
  }
}

/** Files of this build never change; pages come from the office, for what they show does. */
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const { origin, pathname } = address;
  if (origin !== location.origin) return;
  if (request.method === 'POST' && ['/logout', '/login'].includes(pathname)) event.waitUntil(caches.delete(PAGES));
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    event.respondWith(page(event, address));
  } else if (isLook(pathname)) {
    event.respondWith(look(request));
  } else if (pathname.startsWith(`${ROOT}/`)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});

/** Whether somebody looks at the office in this browser: then the page itself tells. */
async function isLooking() {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return windows.some((window) => window.focused && window.visibilityState === 'visible');
}

async function tell(event) {
  let note = {};
  try {
    note = event.data?.json() ?? {};
  } catch {
    // Not of ours, or not whole: still something came, and browsers want every push shown.
  }
  if (note.tag !== 'test' && (await isLooking())) return;
  await self.registration.showNotification(note.title || NAME, {
    body: note.body || (note.title ? '' : 'New message'),
    tag: note.tag || 'note',
    renotify: true,
    timestamp: note.at || Date.now(),
    icon: ICON,
    badge: ICON,
    data: { href: note.href || '/' },
  });
}

self.addEventListener('push', (event) => event.waitUntil(tell(event)));

/** Goes to the conversation: in the tab that is open, or in a new one. */
async function open(href) {
  const address = new URL(href, location.origin);
  if (address.origin !== location.origin) return;
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const window = windows.find((one) => one.url === address.href) ?? windows[0];
  if (!window) return void (await self.clients.openWindow(address.href));
  await window.focus().catch(() => {}); // some browsers let no worker do that
  if (window.url !== address.href) {
    await window.navigate(address.href).catch(() => self.clients.openWindow(address.href));
  }
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.href ?? '/'));
});

/** The browser's maker gave it another address: the office must know, though no page is open. */
async function renew(event) {
  const old = event.oldSubscription;
  if (!old) return;
  const fresh = event.newSubscription ?? (await self.registration.pushManager.subscribe(old.options));
  const body = new URLSearchParams({ old: old.endpoint, subscription: JSON.stringify(fresh) });
  await fetch('/push/renew', { method: 'POST', body, credentials: 'same-origin' });
}

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(renew(event)));
