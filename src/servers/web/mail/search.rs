//! Finding mail.

use super::super::filters;
use super::super::page::{PageResult, in_address, page};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::folders::FoldersView;
use super::list::{ListView, Shelf};
use askama::Template;

/// One thing that can be asked for, as it is typed.
pub struct Way {
    /// As typed.
    pub typed: &'static str,
    /// What it finds.
    pub words: &'static str,
    /// The search itself.
    pub href: String,
}

/// Every thing that can be asked for.
pub fn ways() -> Vec<Way> {
    let all = [
        ("offer hamburg", "mail with both words, anywhere"),
        ("\"final offer\"", "these words in this order"),
        ("from:bob", "mail that Bob wrote"),
        ("to:carla", "mail to Carla"),
        ("subject:invoice", "a word of the subject"),
        ("has:attachment", "mail with files"),
        ("is:unread", "unread mail; is:starred too"),
        ("in:archive", "mail in one folder"),
        ("after:2026-01-01", "mail since that day; before: too"),
        ("larger:1M", "large mail"),
    ];
    all.into_iter()
        .map(|(typed, words)| Way { typed, words, href: format!("/search?q={}", in_address(typed)) })
        .collect()
}

#[derive(Template)]
#[template(path = "mail/search.html")]
struct SearchPage<'a> {
    shell: &'a Shell,
    folders: FoldersView,
    list: ListView<'a>,
    ways: Vec<Way>,
}

/// GET /search
pub async fn found(visit: Visit) -> PageResult {
    let (shelf, number) = (Shelf::Found(visit.query.get("q").to_owned()), visit.query.page());
    let asked = shelf.clone();
    let (shell, found) = visit.page(Place::Mail, move |tx, session| asked.read(tx, session, number)).await?;
    let suffix = shelf.suffix(found.page);
    let list = ListView::new(&shelf, &found, &shell, visit.reader(), &suffix);
    page(&SearchPage { shell: &shell, folders: shell.folders_view(""), list, ways: ways() })
}
