//! Every cap in one place. Each is there because something outside can be made to grow.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Longest SMTP command line, with its CR LF. RFC 5321 §4.5.3.1.4 asks for 512; parameters need more.
pub const SMTP_COMMAND_LINE: usize = 2048;
/// Longest line of an authentication exchange. RFC 4954 §4.
pub const SMTP_AUTH_LINE: usize = 12_288;
/// Longest line of message text taken in. RFC 5321 §4.5.3.1.6 asks for 1,000; real mail is worse.
pub const SMTP_TEXT_LINE: usize = 1024 * 1024 + 64 * 1024;
/// Largest message taken in or sent, in bytes.
pub const MESSAGE_BYTES: usize = 50 * 1024 * 1024;
/// Recipients of one message. RFC 5321 §4.5.3.1.8 asks for 100 at least.
pub const SMTP_RECIPIENTS: usize = 1000;
/// Commands refused in one session before it is closed, without and with TLS.
pub const SMTP_ERRORS_PLAIN: u32 = 20;
/// See [`SMTP_ERRORS_PLAIN`].
pub const SMTP_ERRORS_TLS: u32 = 100;
/// Longest wait for one command. RFC 5321 §4.5.3.2.7 asks for 5 minutes.
pub const SMTP_COMMAND_WAIT: Duration = Duration::from_secs(300);
/// Longest time from DATA to its final dot.
pub const SMTP_DATA_TOTAL: Duration = Duration::from_secs(600);
/// Longest session, whatever it does.
pub const SMTP_SESSION_TOTAL: Duration = Duration::from_secs(30 * 60);
/// Mail hops after which a message is taken for looping. RFC 5321 §6.3.
pub const RECEIVED_HOPS: usize = 100;
/// Longest local part and whole address. RFC 5321 §4.5.3.1.1 and .3.
pub const LOCAL_PART: usize = 64;
/// See [`LOCAL_PART`].
pub const ADDRESS: usize = 254;

/// Headers of a message that are read; the rest stay in the stored bytes.
pub const MIME_HEADERS: usize = 2000;
/// Header bytes of a message that are read.
pub const MIME_HEADER_BYTES: usize = 256 * 1024;
/// Depth of nested parts that is read.
pub const MIME_DEPTH: usize = 50;
/// Parts of a message that are read.
pub const MIME_PARTS: usize = 500;
/// Characters of readable text kept from a message for showing and searching.
pub const MAIL_TEXT: usize = 1024 * 1024;
/// Characters of a message's text that are indexed.
pub const INDEXED_TEXT: usize = 256 * 1024;
/// Bytes of foreign HTML that are cleaned; longer bodies are shown as text.
pub const HTML_BYTES: usize = 2 * 1024 * 1024;
/// Bytes of a message that are read as Markdown; longer ones are shown as they stand.
pub const MARKDOWN_BYTES: usize = 32 * 1024;
/// Characters of a subject kept for lists.
pub const SUBJECT: usize = 998;
/// Characters of the one-line preview in a list.
pub const PREVIEW: usize = 160;
/// Messages in one conversation; the next starts a new one.
pub const THREAD_MESSAGES: i64 = 200;

/// Rows of a page of a list.
pub const PAGE_ROWS: usize = 50;
/// Messages one bulk act may touch.
pub const BULK_ITEMS: usize = 1000;
/// Unindexed messages a search looks through itself.
pub const SEARCH_TAIL: usize = 1000;

/// Connections to the web at once. A browser keeps one open for what is new.
pub const WEB_CONNECTIONS: usize = 24_000;
/// Connections to the web from one address, where the configuration says nothing else: a company behind one address
/// is let in, a single machine does not take all.
pub const WEB_PER_ADDRESS: usize = 2000;
/// Bytes of a posted form without files.
pub const FORM_BYTES: usize = 2 * 1024 * 1024;
/// Bytes of one file attached to a draft.
pub const ATTACHMENT_BYTES: usize = 25 * 1024 * 1024;
/// Bytes of the company's logo and of its icon, as they come and as they are kept.
pub const LOGO_BYTES: usize = 512 * 1024;
/// Bytes of the picture behind the sign-in page, as it comes; it is kept smaller.
pub const BACKGROUND_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of a person's picture, as it comes; it is kept small.
pub const PORTRAIT_BYTES: usize = 10 * 1024 * 1024;
/// Elements of an SVG, with what it draws again.
pub const SVG_ELEMENTS: usize = 5000;
/// Depth of nested elements of an SVG.
pub const SVG_DEPTH: usize = 32;
/// Bytes of the style sheet in an SVG.
pub const SVG_STYLE: usize = 32 * 1024;
/// Files attached to a draft.
pub const ATTACHMENTS: usize = 50;

/// Megabytes of leaving mail held in memory at once; more waits. One message of the largest size fits.
pub const DEPARTING_MEGABYTES: u32 = 128;

/// Writes that may wait for the writer.
pub const WRITE_QUEUE: usize = 4096;
/// Writes in one transaction.
pub const WRITE_BATCH: usize = 256;
/// Writes running longer than this are logged.
pub const SLOW_WRITE: Duration = Duration::from_millis(50);
/// Bytes of a blob kept in its row; longer ones are cut into parts written before.
pub const BLOB_INLINE: usize = 256 * 1024;
/// Changes that may wait for one listener.
pub const LISTENER_QUEUE: usize = 512;
/// Signals that may wait for one listener, each once.
pub const LISTENER_SIGNALS: usize = 2048;

/// People who may wait to be let in.
pub const REGISTRATIONS: i64 = 100;
/// People who may wait to be let in and asked from one address.
pub const REGISTRATIONS_OF_ADDRESS: i64 = 5;

/// Password hashes computed at once: as many as there are processors, within these bounds. Each takes 19 MiB meanwhile.
pub const HASHES_AT_ONCE: RangeInclusive<usize> = 2..=8;
/// Sign-ins that may wait for a hash; more are told to come back.
pub const HASHES_WAITING: usize = 32;
/// Failed sign-ins of one name before it is slowed down, and of one address.
pub const FAILURES_PER_NAME: u32 = 10;
/// See [`FAILURES_PER_NAME`].
pub const FAILURES_PER_ADDRESS: u32 = 30;
/// How long a failed sign-in counts.
pub const FAILURE_WINDOW: Duration = Duration::from_secs(15 * 60);
/// How long a browser stays signed in without use.
pub const SESSION_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);

/// Own rules that a person has for what is said to them.
pub const FILTER_RULES: i64 = 20;
/// Characters of the words that such a rule looks for.
pub const FILTER_WORDS: usize = 200;
/// Characters of an automatic answer.
pub const FILTER_TEXT: usize = 1000;
/// The pause between two automatic answers to the same person.
pub const FILTER_PAUSE: Duration = Duration::from_secs(4 * 3600);
/// Own groups of colleagues that a person has.
pub const OWN_GROUPS: i64 = 50;
/// Characters of such a group's name.
pub const OWN_GROUP_NAME: usize = 40;

/// Deeds a person may do in chat each second in the long run, where the configuration says nothing else: saying,
/// reading, typing, reacting. Ten times as many pass at once.
pub const CHAT_PER_SECOND: u32 = 20;
/// People whose deeds in chat are counted at once.
pub const CHAT_COUNTED: usize = 10_000;
/// Characters of a chat message.
pub const CHAT_TEXT: usize = 4000;
/// People one chat message speaks to by name.
pub const CHAT_PINGS: usize = 50;
/// Combining marks in a row in a chat message; more are left out.
pub const CHAT_MARKS: usize = 8;
/// Characters of a client's own name for a chat message.
pub const CHAT_CLIENT_ID: usize = 64;
/// Files of one chat message.
pub const CHAT_FILES: usize = 10;
/// Files a person may have added to a conversation without having said them yet.
pub const CHAT_FILES_UNSAID: i64 = 50;
/// Characters of a room's name.
pub const CHAT_NAME: usize = 60;
/// Characters of a topic.
pub const CHAT_TOPIC: usize = 250;
/// People in a group, which has no roles.
pub const CHAT_GROUP: usize = 50;
/// Different emoji under one chat message.
pub const CHAT_REACTIONS: i64 = 20;
/// Messages pinned in one conversation.
pub const CHAT_PINS: i64 = 100;
/// How long a deleted message can be brought back.
pub const CHAT_UNDO: Duration = Duration::from_secs(5 * 60);
/// Replies shown of one thread.
pub const CHAT_REPLIES: usize = 500;
/// Messages of one page of a chat log.
pub const CHAT_PAGE: usize = 50;
/// People told of one reported message.
pub const CHAT_KEEPERS: usize = 20;
/// Pixels of the largest picture that is drawn by itself: a small file can unpack to more than there is memory.
pub const PICTURE_PIXELS: u64 = 50_000_000;
/// Bytes of memory that unpacking a picture may take.
pub const PICTURE_MEMORY: u64 = 256 * 1024 * 1024;
/// Pictures unpacked at once.
pub const PICTURES_AT_ONCE: usize = 1;
/// Choices of a poll.
pub const CHAT_CHOICES: usize = 10;
/// Doors for programs into one room.
pub const CHAT_HOOKS: i64 = 10;
/// Characters of a door's name.
pub const CHAT_HOOK_NAME: usize = 40;
/// Messages that a program says through one door in a minute.
pub const CHAT_HOOK_RATE: i64 = 30;
/// Bytes that a program posts at once.
pub const CHAT_HOOK_BYTES: usize = 32 * 1024;

/// Calendars of one person, or of the office.
pub const CALENDARS: usize = 100;
/// Characters of a calendar's name.
pub const CALENDAR_NAME: usize = 60;
/// People a calendar is shared with one by one.
pub const CALENDAR_SHARES: usize = 200;
/// Events and tasks in one calendar.
pub const CALENDAR_ITEMS: usize = 200_000;
/// Calendars of others that are offered at once.
pub const CALENDARS_OFFERED: usize = 1000;
/// Calendars that are looked at together.
pub const CALENDARS_AT_ONCE: usize = 100;
/// Entries of one view; more are not shown at once.
pub const CALENDAR_ENTRIES: usize = 5000;
/// Times of one calendar that are counted at once.
pub const CALENDAR_TIMES: usize = 100_000;
/// Series of one calendar that are reckoned anew for a window far away.
pub const CALENDAR_SERIES_AT_ONCE: usize = 500;
/// Characters of one event that it can be found by.
pub const CALENDAR_INDEXED: usize = 20_000;
/// People outside of whom it is known where their clocks hang.
pub const CALENDAR_FAR: usize = 20_000;
/// How far back, and how far ahead, who asks by mail when somebody is free is answered.
pub const BUSY_BACK: Duration = Duration::from_secs(7 * 24 * 3600);
/// See [`BUSY_BACK`].
pub const BUSY_AHEAD: Duration = Duration::from_secs(92 * 24 * 3600);
/// Tasks of one list.
pub const CALENDAR_TASKS: usize = 500;
/// Cards of one event that are told of its changes.
pub const CALENDAR_CARDS: usize = 50;
/// Reminders that rang and are shown at once.
pub const CALENDAR_RUNG: usize = 20;

/// Spans of work on one day.
pub const HOURS_SPELLS: usize = 4;
/// Days of working hours that are reckoned at once.
pub const HOURS_DAYS: usize = 800;
/// Characters of an automatic answer.
pub const AWAY_TEXT: usize = 4000;
/// Bytes of a calendar that comes by mail or is put as one object.
pub const ICAL_BYTES: usize = 1024 * 1024;
/// Bytes of a calendar file of many events that is brought in.
pub const ICAL_IMPORT_BYTES: usize = 20 * 1024 * 1024;
/// Depth of nested components of a calendar; RFC 5545 needs three.
pub const ICAL_DEPTH: usize = 8;
/// Components of a calendar.
pub const ICAL_COMPONENTS: usize = 100_000;
/// Events and tasks of a calendar that are read; what comes behind is left out.
pub const ICAL_ITEMS: usize = 20_000;
/// Times of one series that are looked for at once.
pub const ICAL_INSTANCES: usize = 5000;
/// Days and times of a series' rules that are tried at once: some 20 ms.
pub const ICAL_STEPS: u32 = 250_000;
/// Guests of one event that are shown; the rest stay in its text.
pub const ICAL_GUESTS: usize = 1000;
/// Bytes of an event's description that are shown; the rest stays in its text.
pub const ICAL_NOTES: usize = 64 * 1024;
/// Reminders, categories and attachments of an event that are shown, of each.
pub const ICAL_EXTRAS: usize = 100;
/// Longest name of an event, `UID`, in bytes. RFC 7986 §5.3 asks for fewer than 255 where we make one.
pub const ICAL_UID: usize = 1000;
/// Days an event may last; longer ones are taken to end there.
pub const ICAL_DAYS: i64 = 36_525;
/// Characters of an event's title.
pub const CALENDAR_TITLE: usize = 300;
/// Characters of an event's place.
pub const CALENDAR_LINE: usize = 500;
/// Bytes of an event's link.
pub const CALENDAR_LINK: usize = 2000;
/// Words an event is found by.
pub const CALENDAR_CATEGORIES: usize = 20;
/// Characters of such a word.
pub const CALENDAR_CATEGORY: usize = 60;
/// Reminders of one event that a form takes.
pub const CALENDAR_REMINDERS: usize = 20;
/// Guests of one event that a form takes.
pub const CALENDAR_GUESTS: usize = 500;
/// What a report of an import names one by one.
pub const IMPORT_REPORTED: usize = 200;
/// Bytes of a zone's name in a calendar file.
pub const ICAL_ZONE_NAME: usize = 200;
/// Addresses at which others read a person's calendars.
pub const CALENDAR_FEEDS: usize = 50;
/// Events that one such address tells of.
pub const FEED_ITEMS: usize = 20_000;
/// Bytes that one such address tells.
pub const FEED_BYTES: usize = 20 * 1024 * 1024;
/// Rooms and things.
pub const RESOURCES: usize = 500;
/// Seats of a room.
pub const RESOURCE_SEATS: i64 = 10_000;
/// Characters of a place.
pub const RESOURCE_PLACE: usize = 200;
/// Characters of notes on a room, of an introduction, of an answer.
pub const RESOURCE_NOTES: usize = 2000;
/// Rooms that one event books.
pub const RESOURCES_AT_ONCE: usize = 20;
/// Conflicts that are told by name.
pub const CLASHES: usize = 5;
/// People and rooms whose times are laid side by side.
pub const FIND_AT_ONCE: usize = 100;
/// Days that are looked through for a free time.
pub const FIND_DAYS: i64 = 62;
/// Times that are proposed.
pub const FIND_SLOTS: usize = 20;
/// Questions a visitor is asked.
pub const VISIT_QUESTIONS: usize = 5;
/// Days ahead that visitors may book.
pub const VISIT_DAYS: i64 = 180;
/// Times that a booking page shows at once.
pub const VISIT_SLOTS: usize = 400;
/// Minutes that a time is held for a visitor who has yet to confirm.
pub const VISIT_HELD: Duration = Duration::from_secs(15 * 60);
/// Bookings that one mail address may begin in a day, anywhere in the office.
pub const VISITS_PER_ADDRESS: i64 = 5;
/// Times that may be held at one desk at once.
pub const VISITS_HELD: i64 = 20;
/// Bookings begun from one network address in an hour.
pub const VISITS_PER_HOUR: u32 = 20;
/// Calendars of one person that are read from an address.
pub const SOURCES: usize = 20;
/// Bytes of a calendar that is read from an address.
pub const SOURCE_BYTES: usize = 10 * 1024 * 1024;
/// Events of a calendar that is read from an address.
pub const SOURCE_ITEMS: usize = 10_000;
/// Characters of an address that a calendar is read from.
pub const SOURCE_URL: usize = 2000;
/// Bytes of a feed's answer, after unpacking.
pub const FEED_BYTES_READ: usize = 2 * 1024 * 1024;
/// Depth of nested values in a feed's answer.
pub const FEED_DEPTH: usize = 32;
/// Values, or elements, in a feed's answer. Twenty years of days take some 35,000.
pub const FEED_VALUES: usize = 50_000;
/// Lines of a feed's table, and days of the past that are taken from one answer.
pub const FEED_BARS: usize = 20_000;
/// Columns of a feed's table.
pub const FEED_COLUMNS: usize = 200;
/// Bytes of one cell of a feed's table.
pub const FEED_CELL: usize = 1000;
/// No number of a feed is as large as this.
pub const FEED_MOST: i64 = 1_000_000_000_000_000;
/// Feeds of an office.
pub const FEEDS: usize = 32;
/// Characters of a feed's address.
pub const FEED_URL: usize = 1000;
/// Characters of a feed's key.
pub const FEED_KEY: usize = 200;
/// Symbols that are listed for one feed.
pub const FEED_LISTED: usize = 500;
/// Seconds between two questions: the fewest and the most.
pub const FEED_EVERY: (i64, i64) = (1, 86_400);
/// The longest that one answer may take.
pub const FEED_WITHIN: Duration = Duration::from_secs(15);
/// How often an address may send on to another.
pub const FEED_SENT_ON: usize = 3;
/// The longest wait that a provider may ask for.
pub const FEED_WAIT: Duration = Duration::from_secs(3600);
/// Bytes of one message of a stream.
pub const FEED_MESSAGE: usize = 64 * 1024;
/// Messages of a stream in a second; what comes faster waits at the provider.
pub const FEED_MESSAGES: usize = 2000;
/// Bytes of a form that a visitor fills in.
pub const VISIT_FORM: usize = 64 * 1024;
/// Network addresses whose bookings are counted at once.
pub const VISITORS_COUNTED: usize = 10_000;
/// Bytes of a calendar that a room answers.
pub const ROOM_ASKED: usize = 64 * 1024;

/// Symbols that the office knows.
pub const QUOTE_SYMBOLS: i64 = 5000;
/// Characters of a symbol.
pub const QUOTE_CODE: usize = 32;
/// Characters of a symbol's name, and of its market.
pub const QUOTE_NAME: usize = 80;
/// Characters of what a number is counted in.
pub const QUOTE_CURRENCY: usize = 8;
/// Characters of a source's name.
pub const QUOTE_SOURCE: usize = 60;
/// Characters of a licence note.
pub const QUOTE_LICENCE: usize = 300;
/// The largest price, below and above zero: beyond it, products would leave what a decimal holds.
pub const QUOTE_PRICE: i64 = 1_000_000_000_000;
/// Figures behind the point of a price.
pub const QUOTE_FIGURES: u32 = 15;
/// Ticks recorded in one transaction, so that it stays short.
pub const QUOTE_TICKS: usize = 500;
/// How far a feed's clock may be ahead: such a time counts as now, a later one is refused.
pub const QUOTE_AHEAD: Duration = Duration::from_secs(10 * 60);
/// Bars kept at once, as a provider's history brings them.
pub const QUOTE_BARS: usize = 20_000;
/// Watchlists of one person, and of the office.
pub const QUOTE_LISTS: i64 = 20;
/// Characters of a watchlist's name.
pub const QUOTE_LIST_NAME: usize = 40;
/// Symbols of one watchlist.
pub const QUOTE_LISTED: i64 = 200;
/// Alerts of one person.
pub const QUOTE_ALERTS: i64 = 200;
/// Crossings that are shown at once.
pub const QUOTE_CROSSINGS: usize = 100;
/// Holdings of one person.
pub const QUOTE_HOLDINGS: i64 = 500;
/// Characters of a note on a holding.
pub const QUOTE_NOTE: usize = 200;
/// Symbols that one stream follows.
pub const QUOTE_FOLLOWED: usize = 600;
/// Symbols beyond their lists that a person has looked at lately, and whose prices move on their pages.
pub const QUOTE_LOOKED_AT: usize = 30;
/// The pause between two tellings of one price on one stream.
pub const QUOTE_PAUSE: Duration = Duration::from_millis(250);
/// The pause between two tellings of whatever prices on one stream.
pub const QUOTE_BREATH: Duration = Duration::from_millis(40);
/// Symbols that are suggested while one is typed.
pub const QUOTE_SUGGESTIONS: usize = 8;
/// Symbols that a search finds at the most.
pub const QUOTE_FOUND: usize = 50;

/// Messages whose subjects are looked through when it is asked where one is.
pub const TRACE_LOOKED: i64 = 20_000;
/// Messages that are found at once.
pub const TRACE_FOUND: usize = 50;
/// Steps of one message that are read.
pub const TRACE_STEPS: i64 = 1000;
/// Characters kept of what was said at a step.
pub const TRACE_WORDS: usize = 500;
/// Lines of the log that are kept in memory.
pub const LOG_LINES: usize = 5000;
/// Characters kept of one value in such a line.
pub const LOG_VALUE: usize = 1000;
