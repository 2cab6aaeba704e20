// The one place where text becomes HTML: everything it is given was rendered and escaped by the server.
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy('office', { createHTML: (html) => html, createScriptURL: () => '/sw.js' })
  : { createHTML: (html) => html, createScriptURL: () => '/sw.js' };

/** The service worker, registered once. */
export async function worker() {
  await navigator.serviceWorker.register(policy.createScriptURL(''));
  return navigator.serviceWorker.ready;
}

/** What a script of ours accepts, so that the server answers with blocks rather than a page. */
export const FRAGMENT = 'text/vnd.office.fragment+html';

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

/** Makes `old` what `fresh` is and keeps what is the same: focus, scroll and what is open stay. Things are known by ids. */
export function morph(old, fresh) {
  attributes(old, fresh);
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const known = next.id ? [...old.children].find((child) => child.id === next.id) : at;
    const same = known && known.nodeName === next.nodeName && (known.id ?? '') === (next.id ?? '') ? known : null;
    if (!same) {
      old.insertBefore(next, at);
      continue;
    }
    if (same === at) at = at.nextSibling; else old.insertBefore(same, at);
    if (same.nodeType === Node.ELEMENT_NODE) morph(same, next);
    else if (same.data !== next.data) same.data = next.data;
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/** What the reader opened stays open, what is being typed stays as it is. */
function attributes(old, fresh) {
  const isOpened = (name) => name === 'open' && /^(DETAILS|DIALOG)$/.test(old.nodeName);
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !isOpened(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !isOpened(name)) old.setAttribute(name, value);
  }
  if (old.type === 'checkbox') old.checked = fresh.checked;
}
