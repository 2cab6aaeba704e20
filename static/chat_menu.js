// What can be done with a message: the bar over it, its menu, its keys.
import { all, ask, FRAGMENT, nodes, one } from './dom.js';
import { change, toEnd } from './chat_log.js';
import { current } from './chat_box.js';
import { beside, open as emoji } from './chat_emoji.js';
import { put, say as toast } from './toast.js';

const main = () => one('main[data-chat]');
const sayOf = (element) => element?.closest?.('.say[data-number]');
let menu;
let meant; // the message that the open menu speaks of

const post = (path, fields = {}) => fetch(path, { method: 'POST', credentials: 'same-origin', headers: { accept: FRAGMENT }, body: new URLSearchParams({ csrf: main().dataset.csrf, ...fields }) });

/** Does something with a message and shows what came of it. */
async function act(say, deed, fields) {
  const answer = await post(`/chat/message/${say.dataset.id}/${deed}`, fields).catch(() => null);
  if (!answer) return void toast('Not connected. Nothing was changed; try again in a moment.');
  const text = await answer.text();
  if (!answer.ok) return void toast(text);
  const answered = nodes(text);
  const came = one('.say', answered);
  put(one('.toast', answered));
  for (const mark of ['m', 't']) document.getElementById(mark + say.dataset.id)?.classList.toggle('starred', came.classList.contains('starred'));
  change(came);
  return true;
}

async function more(say, opener) {
  const answer = await ask(`/chat/message/${say.dataset.id}/more`).catch(() => null);
  if (!answer?.ok) return void toast('Not connected. Try again in a moment.');
  menu ??= document.body.appendChild(Object.assign(document.createElement('div'), { className: 'menu beside', popover: 'auto', id: 'say-menu' }));
  menu.replaceChildren(nodes(await answer.text()));
  meant = say;
  menu.showPopover();
  beside(menu, opener);
  one('a, button', menu)?.focus();
}

async function link(say) {
  await navigator.clipboard?.writeText(new URL(`/chat/message/${say.dataset.id}`, location.href).href).catch(() => {});
  toast('Link copied');
}

const DEEDS = {
  answer: (say) => current(say)?.answer(say),
  edit: (say) => say.classList.contains('mine') && current(say)?.edit(say),
  thread: (say) => say.closest('#thread') || location.assign(`/chat/${main().dataset.chat}/thread/${say.dataset.id}`),
  star: (say) => act(say, say.classList.contains('starred') ? 'unstar' : 'star'),
  unstar: (say) => act(say, 'unstar'),
  pin: (say) => act(say, 'pin'),
  unpin: (say) => act(say, 'unpin'),
  link,
  report: async (say) => (await act(say, 'report')) && toast('Reported to those who keep order here'),
  react: (say, opener) => emoji(opener, (letter) => act(say, 'react', { emoji: letter })),
  more: (say, opener) => more(say, opener),
  // By its key one deletes one's own words; another's only by the menu, which knows who may.
  delete: (say, opener) => (say.classList.contains('mine') || menu?.contains(opener)) && act(say, 'delete'),
};

/** Does a deed with the message that has the focus, or the newest. */
export function withCurrent(deed) {
  const say = sayOf(document.activeElement) ?? sayOf(one('.say:hover'));
  if (say && !say.classList.contains('gone')) DEEDS[deed](say, say);
}

/** Moves the focus to the next message, or the one before. */
export function step(by) {
  const list = document.activeElement?.closest('#thread') ? one('#thread-says') : one('#says');
  const says = all('.say[data-number]', list);
  const at = says.indexOf(sayOf(document.activeElement));
  const next = at < 0 ? says.at(-1) : says[Math.max(0, Math.min(says.length - 1, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  if (next && next === says.at(-1) && list.id === 'says' && !main().dataset.newer) toEnd();
}

/** The bar goes to the message under the pointer or with the focus. */
function tools(event) {
  const say = sayOf(event.target);
  const bar = one('#tools');
  if (!bar || !say || say.classList.contains('gone') || say.classList.contains('notice') || bar.parentElement === say) return;
  if (event.type === 'pointerover' && bar.contains(document.activeElement)) return;
  say.append(bar);
  bar.hidden = false;
  one('[data-do=star]', bar).setAttribute('aria-pressed', String(say.classList.contains('starred')));
}

function clicked(event) {
  const react = event.target.closest('button.react');
  if (react && main().contains(react)) {
    event.preventDefault();
    return void act(sayOf(react), 'react', { emoji: react.value });
  }
  if (react && menu?.contains(react)) {
    event.preventDefault();
    menu.hidePopover();
    return void act(meant, 'react', { emoji: react.value });
  }
  const choice = event.target.closest('button.choice');
  if (choice && main().contains(choice)) {
    event.preventDefault();
    return void act(sayOf(choice), 'vote', { position: choice.value });
  }
  const button = event.target.closest('[data-do]');
  const say = button && (menu?.contains(button) ? meant : sayOf(button));
  if (!say || !DEEDS[button.dataset.do]) return;
  if (menu?.contains(button)) menu.hidePopover();
  event.preventDefault();
  DEEDS[button.dataset.do](say, button);
}

/** Watches the messages of this page. */
export function begin() {
  document.addEventListener('click', clicked);
  for (const kind of ['pointerover', 'focusin']) main().addEventListener(kind, tools);
}
