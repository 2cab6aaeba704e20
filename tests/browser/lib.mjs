// What the journeys share: a browser, an SMTP sender, signing in, and counting checks.
// Takes HS_WEB (http://127.0.0.1:8080), HS_SMTP (2525), HS_USER, HS_PASSWORD, HS_DOMAIN.
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { chromium } from 'playwright-core';

const said = (name, otherwise) => process.env[name] || otherwise;

export const env = {
  web: said('HS_WEB', 'http://127.0.0.1:8080').replace(/\/$/, ''),
  smtp: Number(said('HS_SMTP', '2525').split(':').at(-1)),
  user: said('HS_USER', 'alice'),
  password: said('HS_PASSWORD', 'alice-secret-1'),
  domain: said('HS_DOMAIN', 'office.test'),
  shots: said('HS_SHOTS', 'shots'),
};
export const me = `${env.user}@${env.domain}`;
export const url = (path) => env.web + path;

const PLACES = [process.env.HS_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts a browser. Nothing of it speaks to any other host. */
export async function browser(more = []) {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error('no Chromium found; install Debian’s package chromium, or set HS_CHROMIUM');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-features=LocalNetworkAccessChecks', ...more];
  return chromium.launch({ executablePath, headless: true, args });
}

/** A window of its own, with its own cookies. */
export async function visitor(from, more = {}) {
  const context = await from.newContext({
    locale: 'en-GB', timezoneId: 'Europe/Berlin', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...more,
  });
  context.setDefaultTimeout(30_000); // nothing passes by it; a busy machine is no defect
  return context;
}

/** Notes what a page complains of: scripts, the content policy, failed requests, requests to elsewhere. */
export function watch(page, home = env.web) {
  const complaints = [];
  page.on('console', (line) => line.type() === 'error' && complaints.push(`console: ${line.text()} ${line.location().url}`));
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (/^(http|ws)/.test(to.protocol) && to.host !== new URL(home).host) complaints.push(`elsewhere: ${request.url()}`);
  });
  return complaints;
}

/** The answer to the form that is posted to this address; what else a page posts of itself is not meant. */
export const posted = (page, to) => page.waitForResponse((answer) => {
  const { pathname } = new URL(answer.url());
  return answer.request().method() === 'POST' && (typeof to === 'string' ? pathname === to : to.test(pathname));
});

export async function signIn(page, user = env.user, password = env.password) {
  await page.goto(url('/login'));
  await page.fill('[name=username]', user);
  await page.fill('[name=password]', password);
  await Promise.all([page.waitForURL((at) => at.pathname !== '/login'), page.click('form[action="/login"] [type=submit]')]);
}

/** Sends a message from the world through the SMTP door. */
export function mail({ from = 'mallory@world.example', to = me, subject, text = 'Hello.', headers = [], raw }) {
  const message = raw ?? [`From: ${headers.find((h) => h.startsWith('From:'))?.slice(6) ?? `Mallory World <${from}>`}`, `To: <${to}>`,
    `Subject: ${subject}`, `Message-ID: <${Date.now()}.${Math.random().toString(36).slice(2)}@world.example>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`, ...headers.filter((h) => !h.startsWith('From:')), '', text].join('\r\n');
  const dotted = message.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  const lines = ['EHLO world.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA', `${dotted}\r\n.`, 'QUIT'];
  return new Promise((done, failed) => {
    const socket = connect(env.smtp, '127.0.0.1');
    let heard = '';
    socket.setTimeout(15_000, () => socket.destroy(new Error('SMTP timed out')));
    socket.on('error', failed);
    socket.on('close', done);
    socket.on('data', (bytes) => {
      heard += bytes;
      const replies = heard.match(/^\d{3} .*\r\n/gm);
      if (!replies) return;
      heard = '';
      if (/^[45]/.test(replies.at(-1))) return socket.destroy(new Error(replies.at(-1).trim()));
      const next = lines.shift();
      if (next === undefined) socket.end(); else socket.write(`${next}\r\n`);
    });
  });
}

let [passed, failed] = [0, 0];

export function check(name, is, detail = '') {
  if (is) passed += 1; else failed += 1;
  console.log(`${is ? 'ok  ' : 'FAIL'} ${name}${is || !detail ? '' : ` | ${String(detail).slice(0, 600)}`}`);
  return !!is;
}

export async function step(name, work) {
  try {
    check(name, (await work()) !== false);
  } catch (error) {
    check(name, false, error.message.split('\n').slice(0, 3).join(' '));
  }
}

export function done() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(passed > 0 && failed === 0 ? 0 : 1);
}
