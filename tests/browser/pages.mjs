// Every kind of page there is, for the tests that visit them all.
import { env, mail, signIn, url } from './lib.mjs';

const SAID = [
  'Good morning. The plotter is back, settings for the new paper:\n```\n[paper]\nroll   = 914 mm\nmargin = 5 mm\n```',
  'Please don’t feed the **old roll** any more, it tears.',
  'Terracotta samples: https://samples.example/terracotta and `sheet 4`',
  '- doors\n- lift\n- stairs',
  '> Who has the keys?\n\nI do. And a_very_long_word_without_any_place_to_break_it_in_two_which_must_not_push_the_page_aside_on_a_small_screen',
  '/me waves', '/poll Lunch? | Soup | Salad', '/topic Kitchen, keys, plotter', `/mail ${env.user} Minutes | Everything we agreed on.`,
];

/** Makes a room in which things were said, and returns its address and that of a message. */
async function talk(page) {
  await page.goto(url('/chat/new'));
  const csrf = await page.locator('main [name=csrf]').first().inputValue();
  const post = (path, form) => page.request.post(url(path), { form: { csrf, ...form }, maxRedirects: 0 });
  const made = await post('/chat/new', { kind: 'room', name: 'hafenstrasse-12', topic: '' });
  await post('/chat/new', { kind: 'room', name: 'partners', topic: 'Us alone', is_private: 'yes' });
  const jump = async () => { await page.goto(url('/chat/jump?name=hafen')); return page.locator('main .hit').first().getAttribute('href'); };
  const room = made.headers().location ?? (await jump());
  for (const text of SAID) await post(`${room}/say`, { text });
  await page.goto(url(room));
  const id = await page.locator('#says > .say[data-number]:not(.notice)').nth(-4).getAttribute('data-id');
  await post(`/chat/message/${id}/react`, { emoji: '🎉' });
  await post(`/chat/message/${id}/pin`, {});
  await post(`/chat/message/${id}/star`, {});
  await post(`${room}/say`, { text: 'What I meant.', answers: id });
  await post(`${room}/say`, { text: 'Beside it.', thread: id });
  return [room, id];
}

/** Signs in, makes sure there is a message and a draft, and names the pages. */
export async function pages(page) {
  await signIn(page);
  await mail({ subject: 'Agenda for Thursday', text: 'Fire doors\r\nLift supplier\r\n\r\n> older words\r\n> more of them\r\n\r\n-- \r\nMallory', headers: ['Cc: <bob@world.example>'] });
  const html = '<h1>Agenda</h1><p>we meet at <b>09:00</b></p><table><tr><td>Doors</td><td>20</td></tr></table><img src="https://canary.invalid/a.png">';
  await mail({ subject: 'With pictures', text: html, headers: ['MIME-Version: 1.0', 'Content-Type: text/html; charset=utf-8'] });
  await page.goto(url('/mail/inbox'));
  await page.locator('#rows > li', { hasText: 'With pictures' }).first().waitFor();
  const link = async (subject) => page.locator('#rows > li', { hasText: subject }).first().locator('.hit').getAttribute('href');
  const [plain, rich] = [await link('Agenda for Thursday'), await link('With pictures')];
  const id = plain.match(/\d+/)[0];
  await page.goto(url('/people'));
  const person = await page.locator('main .hit').first().getAttribute('href');
  const [room, said] = await talk(page);
  return {
    chat: room, thread: `${room}/thread/${said}`, 'chat-details': `${room}/details`, 'chat-files': `${room}/files`, 'chat-pins': `${room}/pins`,
    'chat-more': `/chat/message/${said}/more`, 'chat-delete': `/chat/message/${said}/delete`, 'chat-edit': `${room}?answers=${said}`, 'chat-new': '/chat/new',
    'chat-rooms': '/chat/rooms', 'chat-starred': '/chat/starred', 'chat-jump': '/chat/jump', 'chat-found': '/search?in=chat&q=plotter', 'chat-search': '/search?in=chat',
    today: '/today', inbox: '/mail/inbox', message: plain, html: rich, trash: '/mail/trash', starred: '/mail/starred',
    compose: '/mail/compose', reply: `/mail/compose?reply=${id}`, source: `/mail/message/${id}/source`, folders: '/mail/folders',
    search: '/search', found: '/search?q=agenda', people: '/people', person, look: '/settings/look', privacy: '/settings/presence', notifications: '/settings/notifications', offline: '/offline', security: '/settings/security',
    admin: '/admin/chat', 'admin-log': '/admin/chat/log', 'admin-export': '/admin/chat/export', 'admin-online': '/admin/online',
    day: '/calendar/day/2026-03-03', workweek: '/calendar/workweek/2026-03-03', week: '/calendar/week/2026-03-03', month: '/calendar/month/2026-03-03',
    agenda: '/calendar/agenda/2026-03-01', year: '/calendar/year/2026-03-03', zones: '/calendar/day/2026-03-29?zone2=Asia/Kathmandu', 'calendar-empty': '/calendar/agenda/2031-03-03',
    'calendar-add': '/calendar/add',
    'chat-rules': `${room}/rules`, help: '/help', missing: '/nowhere',
  };
}
