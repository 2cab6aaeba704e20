// The one place where text becomes HTML: everything it is given was rendered and escaped by the server.
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy('hailstone', { createHTML: (html) => html, createScriptURL: () => '/sw.js' })
  : { createHTML: (html) => html, createScriptURL: () => '/sw.js' };

/** The service worker, registered once. */
export async function worker() {
  await navigator.serviceWorker.register(policy.createScriptURL(''));
  return navigator.serviceWorker.ready;
}

/** What a script of ours accepts, so that the server answers with blocks rather than a page. */
export const FRAGMENT = 'text/vnd.hailstone.fragment+html';

/** The nodes of a fragment. */
export function nodes(html) {
  const holder = document.createElement('template');
  holder.innerHTML = policy.createHTML(html);
  return holder.content;
}

/** A whole page, to take blocks from. */
export function parse(html) {
  return new DOMParser().parseFromString(policy.createHTML(html), 'text/html');
}

/** The first element that matches. */
export const one = (selector, root = document) => root.querySelector(selector);

/** All elements that match. */
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Whether something is typed into. */
export const isField = (element) =>
  !!element?.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');

/** Asks the server for blocks. Signed out: goes to the sign-in page and comes back after. */
export async function ask(address, options = {}) {
  const headers = { accept: FRAGMENT, ...options.headers };
  const answer = await fetch(address, { credentials: 'same-origin', ...options, headers });
  if (answer.status === 401) signInAgain();
  return answer;
}

/** Goes to the sign-in page, and back here afterwards. */
export function signInAgain() {
  dispatchEvent(new Event('signed-out'));
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Fetches this page again and puts its blocks in place: nothing reloads, nothing scrolls. */
export async function refresh(ids) {
  const answer = await fetch(location.href, { credentials: 'same-origin' });
  if (!answer.ok || answer.redirected) return;
  const page = parse(await answer.text());
  document.body.dataset.live = page.body.dataset.live ?? '';
  for (const id of ids) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
  }
}
