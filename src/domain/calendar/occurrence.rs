//! The times that events take place: kept ahead of being asked for, and kept up as time goes on.

use super::CalendarError;
use super::booking::{IfTaken, book};
use super::model::{answer_to_row, status_to_row};
use super::prepared::Prepared;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::ical::{Answer, Facts, Item, Kind, Occurrence, Privacy, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use rusqlite::OptionalExtension;
use std::collections::HashSet;

/// Longer than this, an event is looked for by its end alone.
pub(super) const LONG: i64 = 2 * 24 * 3600 * 1000;

/// Where a time lies in the index: an instant or a wall clock's, short or long.
pub(super) const fn shape(time: &Occurrence) -> i64 {
    let is_long = time.ends_at.millis().saturating_sub(time.starts_at.millis()) > LONG;
    (time.is_floating as i64) * 2 + is_long as i64
}

/// What tells of one time: the override, or the whole.
pub(super) fn facts<'i>(item: &'i Item, time: &Occurrence) -> &'i Facts {
    time.differs.and_then(|at| item.overrides.get(at)).unwrap_or(&item.main)
}

/// Keeps the times of an event, in place of those kept before. A task has none: its row says when it is due.
pub(super) fn fill(
    tx: &WriteTx<'_>,
    calendar: CalendarId,
    id: CalendarItemId,
    new: &Prepared,
    addresses: &HashSet<String>,
) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("delete from calendar_occurrence where item = ?1")?.execute([id])?;
    if new.item.kind == Kind::Task {
        return Ok(());
    }
    let mut insert = tx.sql().prepare_cached(
        "insert or ignore into calendar_occurrence
           (calendar, shape, ends_at, item, instance, starts_at, is_all_day, status, is_busy, title, place, answer,
            is_private)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    let is_private = new.item.main.privacy == Privacy::Private;
    let answer = own_answer(&new.item.main, addresses);
    for time in &new.occurrences {
        let facts = facts(&new.item, time);
        let differs = time.differs.is_some();
        insert.execute((
            calendar,
            shape(time),
            time.ends_at,
            id,
            time.instance.to_text(),
            time.starts_at,
            matches!(facts.starts, Some(When::Day(_))),
            status_to_row(facts.status),
            facts.is_busy,
            differs.then_some(facts.title.as_str()),
            differs.then_some(facts.place.as_str()),
            answer_to_row(if differs { own_answer(facts, addresses) } else { answer }),
            is_private,
        ))?;
    }
    Ok(())
}

/// What somebody with these addresses answers, where somebody else invites.
pub(super) fn own_answer(facts: &Facts, addresses: &HashSet<String>) -> Option<Answer> {
    let organizer = facts.organizer.as_ref()?;
    if addresses.contains(&organizer.address.key()) {
        return None;
    }
    facts.guests.iter().find(|guest| addresses.contains(&guest.address.key())).map(|guest| guest.answer)
}

/// A series whose times are not kept far enough ahead.
#[derive(Debug, Clone)]
pub struct ToExtend {
    /// Which.
    pub id: CalendarItemId,
    /// The office's revision when it last changed.
    pub revision: i64,
    /// Its iCalendar text.
    pub text: String,
}

/// Series whose times are kept less far than `until`, at most `most`, after the item `after`. Walks
/// `calendar_item_to_extend`.
///
/// # Errors
/// Where the file cannot be read.
pub fn to_extend(
    tx: &ReadTx<'_>,
    until: Moment,
    after: CalendarItemId,
    most: usize,
) -> Result<Vec<ToExtend>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.id, i.revision, t.text from calendar_item i join calendar_text t on t.item = i.id
          where i.known_until < ?1 and i.known_until < 9223372036854775807 and i.id > ?2 order by i.id limit ?3",
    )?;
    let rows = found.query_map((until, after, i64::try_from(most).unwrap_or(i64::MAX)), |row| {
        Ok(ToExtend { id: row.get(0)?, revision: row.get(1)?, text: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps the times of a series further ahead, unless it was changed meanwhile. Nothing of the event itself changes.
///
/// # Errors
/// Where the file cannot be written.
pub fn extend(tx: &mut WriteTx<'_>, id: CalendarItemId, revision: i64, new: &Prepared) -> Result<(), CalendarError> {
    let mut known = tx.sql().prepare_cached("select known_until from calendar_item where id = ?1")?;
    let known_until: Option<i64> = known.query_row([id], |row| row.get(0)).optional()?;
    drop(known);
    let mut update = tx.sql().prepare_cached(
        "update calendar_item set known_from = ?3, known_until = ?4 where id = ?1 and revision = ?2
         returning calendar",
    )?;
    let mut rows = update.query((id, revision, new.known_from, new.known_until))?;
    let Some(row) = rows.next()? else { return Ok(()) };
    let calendar: CalendarId = row.get(0)?;
    drop(rows);
    drop(update);
    let addresses = addresses_of(tx, calendar)?;
    fill(tx, calendar, id, new, &addresses)?;
    book(tx, calendar, id, new, IfTaken::Skip(known_until.unwrap_or(i64::MAX)))
}

/// The addresses of a calendar's owner, or of the room it is, as keys.
pub(super) fn addresses_of(tx: &ReadTx<'_>, calendar: CalendarId) -> Result<HashSet<String>, CalendarError> {
    let mut found = tx.sql().prepare_cached("select owner from calendar_calendar where id = ?1")?;
    let owner: Option<PersonId> = found.query_row([calendar], |row| row.get(0))?;
    let Some(owner) = owner else {
        let mut found = tx.sql().prepare_cached("select address from calendar_resource where calendar = ?1")?;
        let rows = found.query_map([calendar], |row| row.get(0))?;
        return Ok(rows.collect::<Result<_, _>>()?);
    };
    let addresses = crate::domain::people::addresses(tx, owner)?;
    Ok(addresses.iter().map(crate::kernel::text::EmailAddress::key).collect())
}
