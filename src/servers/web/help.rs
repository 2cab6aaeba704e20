//! Help: the keys, and the words that search understands.

use super::filters;
use super::mail::search::{Way, ways};
use super::page::{PageResult, fragment, page};
use super::session::Visit;
use super::shell::{Place, Shell};
use askama::Template;

/// One key and what it does. The script reads the same rows, so the sheet cannot lie.
struct Key {
    keys: &'static str,
    action: &'static str,
    words: &'static str,
    caps: Vec<&'static str>,
}

/// Keys as pressed (one after the other where a blank stands between), the script's word for the deed, ours.
const KEYS: [(&str, &str, &str); 22] = [
    ("j", "older", "Older conversation"),
    ("k", "newer", "Newer conversation"),
    ("Enter", "open", "Open the marked conversation"),
    ("u", "up", "Back to the list"),
    ("x", "select", "Select or unselect; with Shift a whole range"),
    ("c", "compose", "Write a message"),
    ("r", "reply", "Reply"),
    ("a", "reply-all", "Reply to all"),
    ("f", "forward", "Forward"),
    ("e", "archive", "Archive"),
    ("#", "trash", "Move to Trash"),
    ("!", "junk", "Junk, or not junk"),
    ("s", "star", "Star or unstar"),
    ("I", "read", "Mark as read"),
    ("U", "unread", "Mark as unread"),
    ("v", "move", "Move to a folder"),
    ("z", "undo", "Undo what was just done"),
    ("/", "search", "Search"),
    ("g i", "go-inbox", "Go to the Inbox; then s Sent, d Drafts, t Trash"),
    ("g m", "go-mail", "Go to mail; then k people"),
    ("?", "sheet", "Show the keys"),
    ("Ctrl+Enter", "send", "Send what is being written"),
];

/// What keys do in chat; the others stay as they are.
const CHAT_KEYS: [(&str, &str, &str); 14] = [
    ("j", "newer", "Next message"),
    ("k", "older", "Message before"),
    ("r", "reply", "Reply to the message"),
    ("t", "thread", "Reply in a thread"),
    ("e", "edit", "Edit your message; ArrowUp in the empty box edits the last"),
    ("s", "star", "Star or unstar"),
    ("#", "delete", "Delete the message"),
    ("i", "write", "Go to the box"),
    ("c", "compose", "New conversation"),
    ("n", "next-unread", "Next unread conversation"),
    ("p", "previous-unread", "Unread conversation before"),
    ("g h", "go-chat", "Go to chat, from any page"),
    ("Ctrl+K", "jump", "Jump to a person or room, from any page"),
    ("Shift+Escape", "all-read", "Mark everything as read"),
];

/// What keys do in the calendar; the others stay as they are.
const CALENDAR_KEYS: [(&str, &str, &str); 14] = [
    ("d", "day", "Day"),
    ("w", "week", "Week"),
    ("m", "month", "Month"),
    ("a", "agenda", "Agenda"),
    ("t", "today", "Today"),
    ("n", "next", "What comes after"),
    ("p", "previous", "What came before"),
    ("j", "next", "What comes after, too"),
    ("k", "previous", "What came before, too"),
    ("c", "new", "New event"),
    ("q", "quick", "New event in one line"),
    ("g c", "go-calendar", "Go to the calendar, from any page"),
    ("Enter", "open", "Open what is there, or make something"),
    ("Escape", "cancel", "Let go of what is being dragged"),
];

/// What keys do among quotes; the others stay as they are.
const QUOTE_KEYS: [(&str, &str, &str); 7] = [
    ("j", "next-row", "Next symbol; Enter opens it"),
    ("k", "previous-row", "Symbol before"),
    ("a", "add-symbol", "Add a symbol to the list"),
    ("u", "up", "Back to the list"),
    ("ArrowRight", "along", "Along the chart, where it has the focus; ArrowLeft back, Home and End to its ends"),
    ("+", "closer", "Closer into the chart; − out again"),
    ("g q", "go-quotes", "Go to quotes, from any page"),
];

fn rows(keys: &[(&'static str, &'static str, &'static str)]) -> Vec<Key> {
    let row = |&(keys, action, words): &(&'static str, &'static str, &'static str)| Key {
        keys,
        action,
        words,
        caps: keys.split([' ', '+']).collect(),
    };
    keys.iter().map(row).collect()
}

#[derive(Template)]
#[template(path = "help/help.html")]
struct HelpPage {
    shell: Shell,
    keys: Vec<Key>,
    chat: Vec<Key>,
    calendar: Vec<Key>,
    quotes: Vec<Key>,
    ways: Vec<Way>,
}

/// GET /help
pub async fn help(visit: Visit) -> PageResult {
    let (shell, ()) = visit.page(Place::Nowhere, |_, _| Ok(())).await?;
    page(&HelpPage {
        shell,
        keys: rows(&KEYS),
        chat: rows(&CHAT_KEYS),
        calendar: rows(&CALENDAR_KEYS),
        quotes: rows(&QUOTE_KEYS),
        ways: ways(),
    })
}

#[derive(Template)]
#[template(path = "help/about.html")]
struct AboutPage {
    shell: Shell,
    version: &'static str,
    license: &'static str,
}

/// GET /help/about: which program this is. Its name stands nowhere else.
pub async fn about(visit: Visit) -> PageResult {
    let (shell, ()) = visit.page(Place::Nowhere, |_, _| Ok(())).await?;
    page(&AboutPage { shell, version: env!("CARGO_PKG_VERSION"), license: env!("CARGO_PKG_LICENSE") })
}

#[derive(Template)]
#[template(path = "help/keys.html")]
struct KeySheet {
    keys: Vec<Key>,
    chat: Vec<Key>,
    calendar: Vec<Key>,
    quotes: Vec<Key>,
}

/// GET /help/keys: the sheet alone, for the script that shows it over a page.
pub async fn keys(visit: Visit) -> PageResult {
    visit.session().await?;
    let (keys, chat, calendar, quotes) = (rows(&KEYS), rows(&CHAT_KEYS), rows(&CALENDAR_KEYS), rows(&QUOTE_KEYS));
    fragment(&KeySheet { keys, chat, calendar, quotes })
}
