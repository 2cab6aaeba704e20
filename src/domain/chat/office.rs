//! The office itself speaks: to everybody at once, and to who comes new. And what its administrators look over: all
//! rooms' logs of moderation.

use super::conversation::{changed, direct, free_name};
use super::keeper::{Act, LogEntry, is_admin};
use super::model::{Level, MessageKind, Role, Said};
use super::say::{NewRow, put};
use super::{ChatError, member, text};
use crate::domain::people;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use rusqlite::OptionalExtension;
use std::time::Duration;

/// What the room for announcements is called, where nobody has taken the name.
const NAMES: [&str; 4] = ["announcements", "office announcements", "announcements of the office", "office news"];
/// What it is about.
const TOPIC: &str = "What the office tells everybody";
/// Lines of a page of the log.
const LINES: u32 = 100;

/// Says something to everybody in the name of the office, in the room for announcements, which is made where `room` is
/// none. Everybody with an account is in it; administrators own it and alone speak there.
///
/// # Errors
/// `Text`; `NotAllowed` where `by` is no administrator.
pub fn announce(
    tx: &mut WriteTx<'_>,
    by: Option<PersonId>,
    speaks_as: &str,
    room: Option<ConversationId>,
    typed: &str,
) -> Result<(ConversationId, Said), ChatError> {
    if let Some(by) = by
        && !is_admin(tx, by)?
    {
        return Err(ChatError::NotAllowed("only administrators do this"));
    }
    let text = text::clean(typed)?;
    let at = match room {
        Some(at) if is_there(tx, at)? => at,
        _ => make(tx, by)?,
    };
    for person in people::all(tx)?.iter().filter(|person| !person.is_disabled) {
        seat(tx, at, person.id)?;
    }
    let row = NewRow { conversation: at, said_by: by, text: &text, pings_all: true, speaks_as, ..NewRow::default() };
    let (message, number) = put(tx, &row)?;
    if let Some(by) = by {
        tx.sql()
            .prepare_cached("update chat_member set read = ?3 where conversation = ?1 and person = ?2")?
            .execute((at, by, number))?;
    }
    Ok((at, Said { message, number, is_new: true }))
}

fn is_there(tx: &ReadTx<'_>, at: ConversationId) -> Result<bool, ChatError> {
    Ok(tx.sql().prepare_cached("select 1 from chat_conversation where id = ?1 and kind = 2")?.exists([at])?)
}

/// Makes the room for announcements.
fn make(tx: &WriteTx<'_>, by: Option<PersonId>) -> Result<ConversationId, ChatError> {
    let free = NAMES.iter().find_map(|name| free_name(tx, name).ok());
    let (name, key) = free.ok_or(ChatError::Taken(NAMES[0].to_owned()))?;
    let mut insert = tx.sql().prepare_cached(
        "insert into chat_conversation (kind, name, name_key, topic, made_by, made_at, last_at, says)
         values (2, ?1, ?2, ?3, ?4, ?5, ?5, 1) returning id",
    )?;
    Ok(insert.query_row((name, key, TOPIC, by, tx.now()), |row| row.get(0))?)
}

/// Puts somebody into the room for announcements who is not in it yet, without a word.
///
/// # Errors
/// Where the file cannot be written.
pub fn seat(tx: &mut WriteTx<'_>, at: ConversationId, person: PersonId) -> Result<(), ChatError> {
    if !is_there(tx, at)? || member::role_of(tx, at, person)?.is_some() {
        return Ok(());
    }
    let role = if is_admin(tx, person)? { Role::Owner } else { Role::Member };
    member::put(tx, at, person, role, Level::All, 0)?;
    changed(tx, at)
}

/// Says the office's welcome to somebody new, as the first of the person's own notes.
///
/// # Errors
/// `Text`; `People` where there is no such person.
pub fn welcome(tx: &mut WriteTx<'_>, person: PersonId, speaks_as: &str, typed: &str) -> Result<(), ChatError> {
    let text = text::clean(typed)?;
    let at = direct(tx, person, person)?;
    put(tx, &NewRow { conversation: at, text: &text, speaks_as, ..NewRow::default() })?;
    Ok(())
}

/// What the office has said to everybody and a person has not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Where it stands.
    pub conversation: ConversationId,
    /// The message.
    pub message: ChatMessageId,
    /// Its number.
    pub number: i64,
    /// What was said.
    pub text: String,
    /// When.
    pub said_at: Moment,
}

/// The newest announcement that a person has not read.
///
/// # Errors
/// Where the file cannot be read.
pub fn announcement(tx: &ReadTx<'_>, who: PersonId, at: ConversationId) -> Result<Option<Announcement>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select c.id, c.number, c.text, c.said_at from chat_member m
           join chat_message c on c.conversation = m.conversation and c.number > m.read
          where m.conversation = ?1 and m.person = ?2 and c.thread is null and c.kind = ?3 and c.speaks_as <> ''
            and c.is_deleted = 0 order by c.number desc limit 1",
    )?;
    let found = found.query_row((at, who, MessageKind::Text.to_row()), |row| {
        Ok(Announcement {
            conversation: at,
            message: row.get(0)?,
            number: row.get(1)?,
            text: row.get(2)?,
            said_at: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}

/// How many messages are older than they are kept, if the office keeps them for `days`.
///
/// # Errors
/// Where the file cannot be read.
pub fn outdated(tx: &ReadTx<'_>, days: i64) -> Result<i64, ChatError> {
    let day = Duration::from_secs(24 * 3600).as_millis();
    let day = i64::try_from(day).unwrap_or(i64::MAX);
    let mut count = tx.sql().prepare_cached(
        "select count(*) from chat_message m join chat_conversation c on c.id = m.conversation
          where iif(c.keeps_days > 0, c.keeps_days, ?1) > 0
            and m.said_at < ?2 - iif(c.keeps_days > 0, c.keeps_days, ?1) * ?3",
    )?;
    Ok(count.query_row((days, tx.now(), day), |row| row.get(0))?)
}

/// A room as administrators see it in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeRoom {
    /// The room.
    pub id: ConversationId,
    /// Its name.
    pub name: String,
    /// Days that messages are kept; zero for as long as the office keeps them.
    pub keeps_days: i64,
}

/// Every room, by name, for administrators.
///
/// # Errors
/// `NotAllowed` for all others.
pub fn rooms_of_office(tx: &ReadTx<'_>, admin: PersonId) -> Result<Vec<OfficeRoom>, ChatError> {
    admin_only(tx, admin)?;
    let mut found = tx
        .sql()
        .prepare_cached("select id, name, keeps_days from chat_conversation where kind >= 2 order by name_key")?;
    let rows =
        found.query_map([], |row| Ok(OfficeRoom { id: row.get(0)?, name: row.get(1)?, keeps_days: row.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn admin_only(tx: &ReadTx<'_>, admin: PersonId) -> Result<(), ChatError> {
    if is_admin(tx, admin)? { Ok(()) } else { Err(ChatError::NotAllowed("only administrators do this")) }
}

/// Which lines of all logs of moderation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfficeLogFilter {
    /// Only of this room.
    pub room: Option<ConversationId>,
    /// Only what this person did, or what was done to the person.
    pub person: Option<PersonId>,
    /// Only these deeds.
    pub act: Option<Act>,
}

/// A line of all logs, with what its place is called; empty for what concerns no one room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeLine {
    /// The room's name.
    pub room: String,
    /// What was done.
    pub entry: LogEntry,
}

/// A page of all rooms' logs of moderation, newest first, for administrators, and whether there is another behind it.
///
/// What was said in private rooms is left out, and conversations without roles are left out whole but for what somebody
/// in them has reported: to read those, a copy for the law is taken, which is itself written down.
///
/// # Errors
/// `NotAllowed` for all others.
pub fn log_of_office(
    tx: &ReadTx<'_>,
    admin: PersonId,
    filter: &OfficeLogFilter,
    page: u32,
) -> Result<(Vec<OfficeLine>, bool), ChatError> {
    admin_only(tx, admin)?;
    let mut found = tx.sql().prepare_cached(
        "select l.conversation, l.made_at, l.made_by, l.act, l.whom, l.message,
                iif(l.act in (?4, ?5) and c.kind <> 2, '', l.before), coalesce(c.name, '')
           from chat_log l left join chat_conversation c on c.id = l.conversation
          where (c.id is null or c.kind >= 2 or l.act in (?6, ?7))
            and (?1 is null or l.conversation = ?1) and (?2 is null or l.made_by = ?2 or l.whom = ?2)
            and (?3 is null or l.act = ?3)
          order by l.id desc limit ?8 offset ?9",
    )?;
    let values = rusqlite::params![
        filter.room,
        filter.person,
        filter.act.map(Act::to_row),
        Act::Edited.to_row(),
        Act::Deleted.to_row(),
        Act::Reported.to_row(),
        Act::Exported.to_row(),
        LINES + 1,
        page.saturating_sub(1).saturating_mul(LINES),
    ];
    let rows = found.query_map(values, |row| Ok(OfficeLine { room: row.get(7)?, entry: LogEntry::read(row)? }))?;
    let mut lines = rows.collect::<Result<Vec<_>, _>>()?;
    let most = LINES as usize;
    let has_more = lines.len() > most;
    lines.truncate(most);
    Ok((lines, has_more))
}
