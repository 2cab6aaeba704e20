//! The logs of moderation of all rooms.

use super::super::error::WebError;
use super::super::filters;
use super::super::page::{PageResult, page, with, with_asked};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, When};
use super::{open_to, tabs};
use crate::domain::chat::{self, Act, OfficeLine, OfficeLogFilter};
use crate::domain::people::{self, Person};
use crate::domain::store::ReadTx;
use crate::kernel::id::PersonId;
use crate::kernel::text::{cut, one_line};
use crate::services::legal;
use askama::Template;

/// Characters shown of how something was before.
const BEFORE: usize = 300;

/// Everything that can be looked for, with its words.
const ACTS: [(Act, &str); 17] = [
    (Act::Reported, "reported a message"),
    (Act::Edited, "edited a message"),
    (Act::Deleted, "deleted a message"),
    (Act::Undeleted, "brought back a deleted message"),
    (Act::Muted, "muted"),
    (Act::Unmuted, "let speak again"),
    (Act::Kicked, "sent out"),
    (Act::Banned, "banned"),
    (Act::Unbanned, "lifted the ban of"),
    (Act::RoleSet, "set the role of"),
    (Act::Renamed, "renamed the room"),
    (Act::TopicSet, "set the topic"),
    (Act::Archived, "archived or reopened the room"),
    (Act::RulesSet, "set the rules"),
    (Act::HookMade, "let a program in"),
    (Act::HookRevoked, "shut a program out"),
    (Act::Exported, "took a legal export"),
];

/// One thing to choose.
pub struct OptionView {
    pub value: String,
    pub words: String,
    pub is_on: bool,
}

/// One line of a log.
pub struct LineView {
    pub when: When,
    pub room: String,
    pub who: String,
    pub what: String,
    pub href: String,
    pub before: String,
}

impl LineView {
    /// A line as this reader sees it.
    pub fn new(line: &OfficeLine, everybody: &[Person], reader: Reader) -> Self {
        let entry = &line.entry;
        let name = |id: PersonId| {
            everybody.iter().find(|one| one.id == id).map_or_else(|| "Somebody".to_owned(), |one| one.full_name.clone())
        };
        let deed = ACTS.iter().find(|(act, _)| *act == entry.act).map_or("did something", |(_, words)| words);
        let whom = match (entry.whom, entry.act) {
            (Some(whom), Act::Edited | Act::Deleted | Act::Undeleted) if whom == entry.made_by => String::new(),
            (Some(whom), Act::Edited | Act::Deleted | Act::Undeleted | Act::Reported | Act::Exported) => {
                format!(" of {}", name(whom))
            }
            (Some(whom), _) => format!(" {}", name(whom)),
            (None, _) => String::new(),
        };
        Self {
            when: reader.when(entry.made_at),
            room: line.room.clone(),
            who: name(entry.made_by),
            what: format!("{deed}{whom}"),
            href: entry.message.map(|message| format!("/chat/message/{message}")).unwrap_or_default(),
            before: cut(&one_line(&entry.before), BEFORE),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/log.html")]
struct LogPage {
    shell: Shell,
    tabs: Vec<Tab>,
    rooms: Vec<OptionView>,
    people: Vec<OptionView>,
    acts: Vec<OptionView>,
    lines: Vec<LineView>,
    newer: String,
    older: String,
}

/// The rooms of the office, to choose one.
pub fn rooms(tx: &ReadTx<'_>, me: PersonId, on: &str) -> Result<Vec<OptionView>, WebError> {
    let view = |room: chat::OfficeRoom| {
        let value = room.id.to_string();
        OptionView { is_on: value == on, value, words: format!("#{}", room.name) }
    };
    Ok(chat::rooms_of_office(tx, me)?.into_iter().map(view).collect())
}

/// The people of the office, to choose one: those as well who have left it.
pub fn people_of(everybody: &[Person], on: &str) -> Vec<OptionView> {
    let view = |person: &Person| {
        let value = person.id.to_string();
        OptionView { is_on: value == on, value, words: person.full_name.clone() }
    };
    everybody.iter().map(view).collect()
}

/// GET /admin/chat/log?room=&person=&act=&page=
pub async fn log(visit: Visit) -> PageResult {
    let (asked, reader) = (visit.query.clone(), visit.reader());
    let filter = OfficeLogFilter {
        room: asked.get("room").parse().ok(),
        person: asked.get("person").parse().ok(),
        act: ACTS.iter().find(|(act, _)| legal::word(*act) == asked.get("act")).map(|(act, _)| *act),
    };
    let number = asked.page();
    let (room, person) = (asked.get("room").to_owned(), asked.get("person").to_owned());
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let everybody = people::all(tx)?;
        let (lines, has_more) = chat::log_of_office(tx, session.person.id, &filter, number)?;
        let lines: Vec<_> = lines.iter().map(|line| LineView::new(line, &everybody, reader)).collect();
        Ok((rooms(tx, session.person.id, &room)?, people_of(&everybody, &person), lines, has_more))
    });
    let (shell, (rooms, people, lines, has_more)) = read.await?;
    let here = with_asked("/admin/chat/log", &asked, &["room", "person", "act"]);
    let to = |number: u32| with(&here, "page", &number.to_string());
    let act = |(act, words): (Act, &str)| OptionView {
        value: legal::word(act).to_owned(),
        words: words.to_owned(),
        is_on: asked.get("act") == legal::word(act),
    };
    page(&LogPage {
        shell,
        tabs: tabs("/admin/chat/log"),
        rooms,
        people,
        acts: ACTS.into_iter().map(act).collect(),
        lines,
        newer: if number > 1 { to(number - 1) } else { String::new() },
        older: if has_more { to(number + 1) } else { String::new() },
    })
}
