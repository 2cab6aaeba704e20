// The service worker: shows notices while no tab is open, and a calm page where the office is not reached.
// The server writes two lines before this: `ROOT`, the folder of this build's files, and `SHELL`, the files in it.
const CACHE = `hailstone-${ROOT}`;
const OFFLINE = '/offline';

self.addEventListener('install', (event) => {
  const files = [OFFLINE, ...SHELL.map((name) => `${ROOT}/${name}`)];
  // Each by itself: one that is missing must not keep the rest away.
  const kept = caches.open(CACHE).then((cache) => Promise.allSettled(files.map((file) => cache.add(file))));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

/** Files of this build never change; pages always come from the office, for what they show does. */
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(async () => (await caches.match(OFFLINE)) ?? Response.error()));
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
  await self.registration.showNotification(note.title || 'New message', {
    body: note.body || '',
    tag: note.tag || 'note',
    renotify: true,
    timestamp: note.at || Date.now(),
    icon: '/brand/icon-192.png',
    badge: '/brand/icon-192.png',
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
  await window.focus();
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
