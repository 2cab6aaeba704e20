//! Pings: whom a message speaks to, and whether it rings for them.

use super::ChatError;
use super::access::Access;
use super::model::{ConversationKind, Level};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;
use std::collections::BTreeSet;

/// Words that speak to everybody.
const ALL: [&str; 5] = ["here", "all", "room", "channel", "everyone"];

/// Whom a message speaks to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pings {
    pub(super) people: BTreeSet<PersonId>,
    pub(super) all: bool,
}

impl Pings {
    /// As the message keeps them.
    pub(super) fn words(&self) -> String {
        self.people.iter().map(PersonId::to_string).collect::<Vec<_>>().join(" ")
    }

    /// As the message kept them.
    pub(super) fn people_of(words: &str) -> Vec<PersonId> {
        words.split(' ').filter_map(|word| word.parse().ok()).collect()
    }
}

/// Whether a message rings for a person: the one place that decides it. Quiet hours and presence come on top.
#[must_use]
pub fn rings(
    level: Level,
    kind: ConversationKind,
    who: PersonId,
    pings: &[PersonId],
    pings_all: bool,
    said_by: Option<PersonId>,
) -> bool {
    let is_to_me = kind == ConversationKind::Direct || pings_all || pings.contains(&who);
    let is_wanted = match level {
        Level::All => true,
        Level::Mentions => is_to_me,
        Level::Nothing => false,
    };
    // Own words ring only where they were meant to: a reminder.
    is_wanted && (said_by != Some(who) || pings.contains(&who))
}

/// Whom a text speaks to, of those in the conversation; and, for a reply, who talks in its thread.
pub(super) fn find(
    tx: &ReadTx<'_>,
    who: PersonId,
    access: &Access,
    text: &str,
    thread: Option<ChatMessageId>,
) -> Result<Pings, ChatError> {
    let mut found = Pings::default();
    if text.contains('@') {
        named(tx, access.conversation, text, &mut found)?;
    }
    if let Some(root) = thread {
        let mut talking = tx.sql().prepare_cached(
            "select distinct said_by from (select said_by from chat_message where id = ?1
               union all select said_by from (select said_by from chat_message where thread = ?1
                                               order by number desc limit 200))
              where said_by in (select person from chat_member where conversation = ?2) limit 50",
        )?;
        let rows = talking.query_map((root, access.conversation), |row| row.get(0))?;
        for person in rows {
            found.people.insert(person?);
        }
    }
    found.people.remove(&who);
    while found.people.len() > limits::CHAT_PINGS {
        found.people.pop_last();
    }
    Ok(found)
}

/// Adds whom a text names of those in a conversation.
pub(super) fn named(tx: &ReadTx<'_>, at: ConversationId, text: &str, found: &mut Pings) -> Result<(), ChatError> {
    let mut by_login = tx.sql().prepare_cached(
        "select m.person from people_person p join chat_member m on m.conversation = ?1 and m.person = p.id
          where p.name = ?2",
    )?;
    let mut unknown = BTreeSet::new();
    for name in names(text) {
        if ALL.contains(&name.as_str()) {
            found.all = true;
        } else if let Some(person) = by_login.query_row((at, &name), |row| row.get(0)).optional()? {
            found.people.insert(person);
        } else {
            unknown.insert(name);
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let mut members = tx.sql().prepare_cached(
        "select m.person, p.full_name from chat_member m join people_person p on p.id = m.person
          where m.conversation = ?1 limit 2000",
    )?;
    let mut rows = members.query([at])?;
    while let Some(row) = rows.next()? {
        let full_name = row.get_ref(1)?.as_str().unwrap_or_default();
        let first = full_name.split_whitespace().next().unwrap_or_default().to_lowercase();
        if unknown.contains(&first) {
            found.people.insert(row.get(0)?);
        }
    }
    Ok(())
}

/// The names behind an `@`, in lower case, each once, but for those in code.
fn names(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for run in outside_code(text) {
        let mut before = ' ';
        let mut rest = run;
        while let Some(at) = rest.find('@') {
            let is_start = !rest[..at].chars().next_back().unwrap_or(before).is_alphanumeric();
            let behind = &rest[at + 1..];
            let end = behind.find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_'));
            let word = &behind[..end.unwrap_or(behind.len())];
            let name = word.trim_end_matches(['.', '-', '_']);
            if is_start && !name.is_empty() && name.len() <= limits::LOCAL_PART {
                names.insert(name.to_lowercase());
            }
            if names.len() >= limits::CHAT_PINGS {
                return names;
            }
            before = word.chars().next_back().unwrap_or('@');
            rest = &behind[word.len()..];
        }
    }
    names
}

/// The runs of a text that stand in no code: between backticks is code, as many behind as before.
fn outside_code(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('`') {
        let ticks = rest[open..].bytes().take_while(|byte| *byte == b'`').count();
        let behind = &rest[open + ticks..];
        let fence = &rest[open..open + ticks];
        runs.push(&rest[..open]);
        rest = behind.find(fence).map_or(behind, |close| &behind[close + ticks..]);
    }
    runs.push(rest);
    runs
}

/// Writes down for each of the people that a message speaks to them.
pub(super) fn keep(
    tx: &WriteTx<'_>,
    at: ConversationId,
    number: i64,
    people: &BTreeSet<PersonId>,
) -> Result<(), ChatError> {
    for person in people {
        tx.sql()
            .prepare_cached("insert or ignore into chat_ping (person, conversation, number) values (?1, ?2, ?3)")?
            .execute((person, at, number))?;
    }
    Ok(())
}

/// Forgets whom a message spoke to.
pub(super) fn forget(tx: &WriteTx<'_>, at: ConversationId, number: i64) -> Result<(), ChatError> {
    tx.sql().prepare_cached("delete from chat_ping where conversation = ?1 and number = ?2")?.execute((at, number))?;
    Ok(())
}

/// How many unread messages speak to a person, counted up to 100. Walks `chat_ping` and `chat_message_to_all`.
pub(super) fn count(tx: &ReadTx<'_>, who: PersonId, at: ConversationId, read: i64) -> Result<i64, ChatError> {
    let mut count = tx.sql().prepare_cached(
        "select count(*) from (
           select number from chat_ping where person = ?1 and conversation = ?2 and number > ?3
           union
           select number from (select number from chat_message indexed by chat_message_to_all
             where conversation = ?2 and number > ?3 and pings_all = 1 and said_by is not ?1 limit 100)
           limit 100)",
    )?;
    Ok(count.query_row((who, at, read), |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_what_stands_behind_an_at_sign_and_in_no_code() {
        for (text, expected) in [
            ("@bob", vec!["bob"]),
            ("hi @Bob, and (@carl.b).", vec!["bob", "carl.b"]),
            ("@bob@carl", vec!["bob"]),
            ("mail bob@example.com", vec![]),
            ("`@bob` and ```\n@carl\n``` but @dora", vec!["dora"]),
            ("an open ` tick @bob", vec!["bob"]),
            ("@", vec![]),
            ("@@bob", vec!["bob"]),
            ("@Émile!", vec!["émile"]),
        ] {
            assert_eq!(names(text).into_iter().collect::<Vec<_>>(), expected, "{text}");
        }
        let many: String = (0..10_000).map(|number| format!("@n{number} ")).collect();
        assert_eq!(names(&many).len(), limits::CHAT_PINGS);
    }

    #[test]
    fn what_rings_is_decided_by_a_table() {
        use ConversationKind::{Direct, Group, Private, Public};
        let (me, other) = (PersonId::new(1), PersonId::new(2));
        for kind in [Direct, Group, Public, Private] {
            for (level, pings, all, rung) in [
                (Level::All, vec![], false, true),
                (Level::Mentions, vec![], false, kind == Direct),
                (Level::Mentions, vec![other], false, kind == Direct),
                (Level::Mentions, vec![me], false, true),
                (Level::Mentions, vec![], true, true),
                (Level::Nothing, vec![me], true, false),
            ] {
                assert_eq!(
                    rings(level, kind, me, &pings, all, Some(other)),
                    rung,
                    "{kind:?} {level:?} {pings:?} {all}"
                );
                let is_reminder = pings.contains(&me) && level != Level::Nothing;
                assert_eq!(rings(level, kind, me, &pings, all, Some(me)), is_reminder, "own words ring to remind");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_has_names(text in "(@|`|\\.|[a-zé]|\\PC){0,60}") {
            names(&text);
        }
    }
}
