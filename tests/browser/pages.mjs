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

/** Makes a series with guests and all else that an event may have. Returns its pages and those of calendars. */
async function planned(page) {
  const post = (path, fields) => page.evaluate(async ([path, fields]) => {
    const csrf = document.querySelector('[name=csrf]').value;
    const answer = await fetch(path, { method: 'POST', body: new URLSearchParams([...fields, ['csrf', csrf]]), headers: { accept: 'text/vnd.office.fragment+html' } });
    return answer.text();
  }, [path, fields]);
  await page.goto(url('/calendar/event/new'));
  const said = await post('/calendar/event', [['title', 'Jour fixe Hafenstraße 12'], ['start_day', '2027-03-09'], ['start_time', '09:00'],
    ['end_day', '2027-03-09'], ['end_time', '10:30'], ['start_zone', 'America/New_York'], ['place', 'Container 2'], ['link', 'https://meet.example.org/hafen'],
    ['repeat', 'weekly'], ['weekday', 'TU'], ['every', '2'], ['guests', 'Carla Conti <carla@world.example>, "Novák, Jan" <jan@world.example>'], ['reminder', '10'], ['reminder', '1440'],
    ['private', 'yes'], ['categories', 'site, façade'], ['notes', 'Lots 3–5, see https://example.org/lots']]);
  const event = said.match(/\/calendar\/event\/\d+/)[0];
  const task = (await post('/calendar/event', [['kind', 'task'], ['title', 'Send the drawings'], ['end_day', '2027-03-12'], ['all_day', 'yes'], ['priority', '1']])).match(/\/calendar\/event\/\d+/)[0];
  await post('/calendar/calendars', [['name', 'Wettbewerb'], ['hue', '8'], ['pattern', '1']]);
  await page.goto(url('/calendar/calendars'));
  const own = await page.locator('main .hit', { hasText: 'Wettbewerb' }).first().getAttribute('href');
  return {
    event, task, 'event-new': '/calendar/event/new?at=2027-03-09T12:00', 'event-edit': `${event}/edit?scope=all`, 'event-only': `${event}/edit?scope=only`,
    'event-scope': `${event}/edit`, 'task-edit': `${task}/edit`, calendars: '/calendar/calendars', 'calendar-own': own, 'calendar-remove': `${own}/remove`, 'settings-calendar': '/settings/calendar',
  };
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
  const calendar = await planned(page);
  return {
    chat: room, thread: `${room}/thread/${said}`, 'chat-details': `${room}/details`, 'chat-files': `${room}/files`, 'chat-pins': `${room}/pins`,
    'chat-more': `/chat/message/${said}/more`, 'chat-edit': `${room}?answers=${said}`, 'chat-new': '/chat/new',
    'chat-rooms': '/chat/rooms', 'chat-starred': '/chat/starred', 'chat-jump': '/chat/jump', 'chat-found': '/search?in=chat&q=plotter', 'chat-search': '/search?in=chat',
    today: '/today', inbox: '/mail/inbox', message: plain, html: rich, trash: '/mail/trash', starred: '/mail/starred',
    compose: '/mail/compose', reply: `/mail/compose?reply=${id}`, source: `/mail/message/${id}/source`, folders: '/mail/folders',
    search: '/search', found: '/search?q=agenda', people: '/people', person, look: '/settings/look', profile: '/settings/profile', privacy: '/settings/presence', notifications: '/settings/notifications', rules: '/settings/rules', offline: '/offline', security: '/settings/security',
    admin: '/admin', 'admin-chat': '/admin/chat', 'admin-brand': '/admin/brand', about: '/help/about', 'admin-log': '/admin/chat/log', 'admin-export': '/admin/chat/export', 'admin-online': '/admin/online',
    'admin-people': '/admin/people', 'admin-invite': '/admin/people/new', 'admin-import': '/admin/people/import', 'admin-groups': '/admin/groups', 'admin-queue': '/admin/queue', 'admin-policies': '/admin/policies', 'admin-policy': '/admin/policies/chat.with', 'admin-policy-size': '/admin/policies/files.size', 'admin-policy-as': '/admin/policies/as/1', allowed: '/settings/allowed', 'admin-backups': '/admin/backups', 'admin-audit': '/admin/audit',
    'admin-trace': '/admin/trace?q=agenda', 'admin-office-log': '/admin/log', 'admin-dns': '/admin/dns', 'admin-domains': '/admin/domains', trace: `/mail/message/${id}/trace`,
    'admin-feeds': '/admin/feeds', 'admin-feed': '/admin/feeds/new?kind=twelve', 'admin-feed-any': '/admin/feeds/new?kind=json', factor: '/settings/factor', programs: '/settings/programs',
    day: '/calendar/day/2026-03-03', workweek: '/calendar/workweek/2026-03-03', week: '/calendar/week/2026-03-03', month: '/calendar/month/2026-03-03',
    agenda: '/calendar/agenda/2026-03-01', year: '/calendar/year/2026-03-03', zones: '/calendar/day/2026-03-29?zone2=Asia/Kathmandu', 'calendar-empty': '/calendar/agenda/2031-03-03',
    'calendar-add': '/calendar/add', 'calendar-found': '/search?in=calendar&q=hafenstrasse', 'calendar-search': '/search?in=calendar', tasks: '/calendar/tasks',
    'find-time': '/calendar/find', 'calendar-rooms': '/calendar/rooms', sources: '/calendar/sources', addresses: '/calendar/addresses',
    ...calendar, 'chat-rules': `${room}/rules`, help: '/help', missing: '/nowhere',
  };
}
