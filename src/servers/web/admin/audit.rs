//! The audit: who changed what, when and from where, with before and after.

use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, page, table, with, with_asked};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, When};
use super::log::{OptionView, people_of};
use super::{open_to, tabs};
use crate::domain::audit::{self, Entry, Wanted};
use crate::domain::people;
use crate::format::csv;
use crate::format::day::rfc3339;
use askama::Template;

/// Acts on one page.
const ROWS: usize = 50;
/// What acts may be narrowed to.
const FILTERS: [&str; 2] = ["act", "person"];
/// Acts in a table as text.
const TABLE_ROWS: usize = 10_000;

/// What an act is called.
const ACTS: [(&str, &str); 35] = [
    ("person.add", "added an account"),
    ("person.refuse", "turned away who asked for an account"),
    ("person.link", "made a link to set a password"),
    ("person.disable", "barred or allowed signing in"),
    ("person.sign_out", "signed out everywhere"),
    ("person.delete", "deleted or brought back an account"),
    ("person.role", "changed the role"),
    ("person.name", "changed the name"),
    ("person.alias", "changed an address"),
    ("person.groups", "changed the groups"),
    ("person.factor", "took a second factor off"),
    ("person.picture", "took a picture away"),
    ("person.password", "set a password"),
    ("group.add", "made a group"),
    ("group.change", "changed a group"),
    ("group.remove", "removed a group"),
    ("domain.add", "added a mail domain"),
    ("setting", "changed a setting"),
    ("policy", "changed a policy"),
    ("queue.retry", "tried a message again"),
    ("queue.drop", "dropped a message"),
    ("brand", "changed the brand"),
    ("backup.now", "asked for a backup"),
    ("chat.announce", "said something to everybody"),
    ("chat.export", "took a legal export"),
    ("domain.change", "changed a mail domain"),
    ("domain.remove", "removed a mail domain"),
    ("feed.add", "added a feed"),
    ("feed.change", "changed a feed"),
    ("feed.order", "changed the order of feeds"),
    ("feed.remove", "removed a feed"),
    ("feed.switch", "switched a feed on or off"),
    ("room.add", "made a room or a thing"),
    ("room.change", "changed a room or a thing"),
    ("room.remove", "removed a room or a thing"),
];

/// The words for a kind of act; the kind itself where it has none.
pub fn words(act: &str) -> &str {
    ACTS.iter().find(|(name, _)| *name == act).map_or(act, |(_, words)| words)
}

/// One act.
pub struct ActView {
    pub when: When,
    pub who: String,
    pub origin: String,
    pub what: String,
    pub subject: String,
    pub before: String,
    pub after: String,
}

impl ActView {
    /// An act as this reader sees it.
    pub fn new(entry: Entry, reader: Reader) -> Self {
        Self {
            when: reader.when(entry.at),
            what: words(&entry.act).to_owned(),
            who: entry.who,
            origin: entry.origin,
            subject: entry.subject,
            before: entry.before,
            after: entry.after,
        }
    }
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    shell: Shell,
    tabs: Vec<Tab>,
    acts: Vec<OptionView>,
    people: Vec<OptionView>,
    lines: Vec<ActView>,
    is_first: bool,
    here: String,
    older: String,
    csv: String,
}

fn wanted(asked: &Fields) -> Wanted {
    Wanted {
        act: asked.get("act").to_owned(),
        person: asked.get("person").parse().ok(),
        before: asked.get("before").parse().ok(),
    }
}

/// GET /admin/audit.csv?act=&person=: the newest.
pub async fn download(visit: Visit) -> PageResult {
    let wanted = wanted(&visit.query);
    let acts = visit.read(move |tx, session| {
        open_to(session)?;
        Ok(audit::entries(tx, &wanted, TABLE_ROWS)?)
    });
    let head = "time,who,from,act,subject,before,after\r\n".to_owned();
    let line = |entry: &Entry| {
        let texts = [&entry.who, &entry.origin, &entry.act, &entry.subject, &entry.before, &entry.after];
        csv::line(&std::iter::once(rfc3339(entry.at)).chain(texts.map(|text| csv::cell(text))).collect::<Vec<_>>())
    };
    Ok(table("audit", acts.await?.iter().fold(head, |text, entry| text + &line(entry))))
}

/// GET /admin/audit?act=&person=&before=
pub async fn show(visit: Visit) -> PageResult {
    let (asked, reader) = (visit.query.clone(), visit.reader());
    let wanted = wanted(&asked);
    let (act, person) = (wanted.act.clone(), asked.get("person").to_owned());
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let kinds = audit::acts(tx)?.into_iter().map(|kind| OptionView {
            words: words(&kind).to_owned(),
            is_on: kind == act,
            value: kind,
        });
        let people = people_of(&people::all(tx)?, &person);
        Ok((kinds.collect::<Vec<_>>(), people, audit::entries(tx, &wanted, ROWS + 1)?))
    });
    let (shell, (acts, people, mut entries)) = read.await?;
    let has_more = entries.len() > ROWS;
    entries.truncate(ROWS);
    let here = with_asked("/admin/audit", &asked, &FILTERS);
    let last = entries.last().map_or(0, |entry| entry.id);
    page(&AuditPage {
        shell,
        tabs: tabs("/admin/audit"),
        acts,
        people,
        lines: entries.into_iter().map(|entry| ActView::new(entry, reader)).collect(),
        csv: with_asked("/admin/audit.csv", &asked, &FILTERS),
        is_first: !asked.has("before"),
        older: if has_more { with(&here, "before", &last.to_string()) } else { String::new() },
        here,
    })
}
