//! Items: keeping, delivering, reading and removing events and tasks, each with its iCalendar text.

use super::CalendarError;
use super::access::access;
use super::booking::{IfTaken, book, hold, tell_freed};
use super::calendar::{default_calendar, tell};
use super::model::{Before, CalendarKind, Rights, Stored, answer_from_row, answer_to_row, status_to_row};
use super::occurrence::{addresses_of, fill, own_answer};
use super::prepared::{Prepared, at};
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::ical::{Kind, Privacy, When};
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// What the item to be changed must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Not there yet.
    New,
    /// As it was at this revision.
    Revision(i64),
    /// As it may be.
    Any,
}

/// An item that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub id: CalendarItemId,
    /// The office's revision after it.
    pub revision: i64,
    /// How it was before.
    pub before: Before,
}

/// Keeps an item in a calendar, in place of the one of the same UID.
///
/// # Errors
/// `NoCalendar`, `NotAllowed`; `Changed` where it is not as expected; `TooMany`; `Taken` where a room it names is.
pub fn put(
    tx: &mut WriteTx<'_>,
    by: PersonId,
    calendar: CalendarId,
    new: &Prepared,
    expect: Expect,
) -> Result<Kept, CalendarError> {
    let access = access(tx, by, calendar)?.writer()?;
    let known = known(tx, calendar, &new.item.uid)?;
    // Who may not read it must not write over it either.
    if known.as_ref().is_some_and(|known| known.is_private) && !access.may_read(true) {
        return Err(CalendarError::NotAllowed("this event is private"));
    }
    let kept = keep_over(tx, Some(by), calendar, new, (known, expect))?;
    hold(tx, by, calendar, kept.id, new)?;
    Ok(kept)
}

/// Keeps an item that comes to a person: an invitation, its update, an answer. It goes where the person has it already,
/// or to the calendar that takes invitations.
///
/// # Errors
/// `NoCalendar` where the person has none; `Changed` where it is not as expected.
pub fn deliver(tx: &mut WriteTx<'_>, to: PersonId, new: &Prepared, expect: Expect) -> Result<Kept, CalendarError> {
    let calendar = match own_copy(tx, to, &new.item.uid)? {
        Some((_, calendar)) => calendar,
        None => default_calendar(tx, to)?,
    };
    keep(tx, None, calendar, new, expect)
}

/// Keeps news of an event in the place of a copy of it, wherever that is kept.
///
/// # Errors
/// `Changed` where the copy is not as it was.
pub fn amend(tx: &mut WriteTx<'_>, copy: &Copy, new: &Prepared) -> Result<Kept, CalendarError> {
    keep(tx, None, copy.calendar, new, Expect::Revision(copy.revision))
}

/// Keeps an item in a calendar that is filled by the office itself: a room's, one read from an address, holidays.
///
/// # Errors
/// `NoCalendar`, `NotAllowed` for a person's own calendar; `Changed` where it is not as expected.
pub fn fill_calendar(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    new: &Prepared,
    expect: Expect,
) -> Result<Kept, CalendarError> {
    let kind: Option<i64> = tx
        .sql()
        .prepare_cached("select kind from calendar_calendar where id = ?1")?
        .query_row([calendar], |row| row.get(0))
        .optional()?;
    match kind.map(CalendarKind::from_row) {
        None => Err(CalendarError::NoCalendar),
        Some(CalendarKind::Own | CalendarKind::Group) => {
            Err(CalendarError::NotAllowed("people fill this calendar themselves"))
        }
        Some(_) => keep(tx, None, calendar, new, expect),
    }
}

/// An item as far as keeping another in its place needs it.
pub(super) struct Known {
    pub(super) id: CalendarItemId,
    revision: i64,
    is_private: bool,
    pub(super) sequence: i64,
    pub(super) text: String,
}

pub(super) fn known(tx: &ReadTx<'_>, calendar: CalendarId, uid: &str) -> Result<Option<Known>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.id, i.revision, i.is_private, i.sequence, t.text
           from calendar_item i join calendar_text t on t.item = i.id where i.calendar = ?1 and i.uid = ?2",
    )?;
    let known = found.query_row((calendar, uid), |row| {
        Ok(Known {
            id: row.get(0)?,
            revision: row.get(1)?,
            is_private: row.get(2)?,
            sequence: row.get(3)?,
            text: row.get(4)?,
        })
    });
    Ok(known.optional()?)
}

/// Keeps an item, whoever may; in a room's calendar it takes the room.
pub(super) fn keep(
    tx: &mut WriteTx<'_>,
    by: Option<PersonId>,
    calendar: CalendarId,
    new: &Prepared,
    expect: Expect,
) -> Result<Kept, CalendarError> {
    let known = known(tx, calendar, &new.item.uid)?;
    keep_over(tx, by, calendar, new, (known, expect))
}

/// Keeps an item in the place of what is known of it, where that is as expected.
fn keep_over(
    tx: &mut WriteTx<'_>,
    by: Option<PersonId>,
    calendar: CalendarId,
    new: &Prepared,
    (known, expect): (Option<Known>, Expect),
) -> Result<Kept, CalendarError> {
    match (expect, &known) {
        (Expect::New, Some(_)) | (Expect::Revision(_), None) => return Err(CalendarError::Changed),
        (Expect::Revision(revision), Some(known)) if known.revision != revision => return Err(CalendarError::Changed),
        _ => {}
    }
    let (id, text) = match known {
        Some(known) => (known.id, Some(known.text)),
        None => (insert(tx, by, calendar, new)?, None),
    };
    let addresses = addresses_of(tx, calendar)?;
    let revision = tell(tx, calendar, id)?;
    describe(tx, id, revision, new, own_answer(&new.item.main, &addresses))?;
    tx.sql()
        .prepare_cached("insert into calendar_text (item, text) values (?1, ?2) on conflict do update set text = ?2")?
        .execute((id, &new.item.text))?;
    fill(tx, calendar, id, new, &addresses)?;
    super::index::index(tx, calendar, id, new)?;
    super::reminder::fill(tx, calendar, id, new)?;
    super::card::tell_cards(tx, id)?;
    book(tx, calendar, id, new, IfTaken::Refuse)?;
    Ok(Kept { id, revision, before: Before { calendar, uid: new.item.uid.clone(), text } })
}

/// A row for an item, yet without what it says.
fn insert(
    tx: &WriteTx<'_>,
    by: Option<PersonId>,
    calendar: CalendarId,
    new: &Prepared,
) -> Result<CalendarItemId, CalendarError> {
    let mut counted = tx.sql().prepare_cached("select items from calendar_calendar where id = ?1")?;
    let count: i64 = counted.query_row([calendar], |row| row.get(0))?;
    if usize::try_from(count).unwrap_or(usize::MAX) >= limits::CALENDAR_ITEMS {
        return Err(CalendarError::TooMany("events in one calendar", limits::CALENDAR_ITEMS));
    }
    let kind = i64::from(new.item.kind == Kind::Task);
    tx.sql()
        .prepare_cached(
            "insert into calendar_item (calendar, kind, uid, revision, sequence, title, place, status, is_busy,
                is_private, is_series, organizer, answer, guests, is_floating, is_all_day, percent, priority,
                known_from, known_until, made_by, made_at)
             values (?1, ?2, ?3, 0, 0, '', '', 0, 0, 0, 0, '', -1, 0, 0, 0, 0, 0, 0, 0, ?4, ?5)",
        )?
        .execute((calendar, kind, &new.item.uid, by, tx.now()))?;
    Ok(CalendarItemId::new(tx.sql().last_insert_rowid()))
}

/// Writes what lists need of an item into its row.
fn describe(
    tx: &WriteTx<'_>,
    id: CalendarItemId,
    revision: i64,
    new: &Prepared,
    answer: Option<crate::format::ical::Answer>,
) -> Result<(), CalendarError> {
    let facts = &new.item.main;
    let ((starts_at, starts_floating), (ends_at, ends_floating)) = (at(facts.starts), at(facts.ends));
    let is_floating = if starts_at.is_some() { starts_floating } else { ends_floating };
    tx.sql()
        .prepare_cached(
            "update calendar_item set revision = :revision, sequence = :sequence, title = :title, place = :place,
                status = :status, is_busy = :is_busy, is_private = :is_private, is_series = :is_series,
                organizer = :organizer, answer = :answer, guests = :guests, starts_at = :starts_at, ends_at = :ends_at,
                is_floating = :is_floating, is_all_day = :is_all_day, done_at = :done_at, percent = :percent,
                priority = :priority, known_from = :known_from, known_until = :known_until
              where id = :id",
        )?
        .execute(rusqlite::named_params! {
            ":id": id,
            ":revision": revision,
            ":sequence": facts.sequence,
            ":title": facts.title,
            ":place": facts.place,
            ":status": status_to_row(facts.status),
            ":is_busy": facts.is_busy,
            ":is_private": facts.privacy == Privacy::Private,
            ":is_series": facts.is_series,
            ":organizer": facts.organizer.as_ref().map_or_else(String::new, |organizer| organizer.address.key()),
            ":answer": answer_to_row(answer),
            ":guests": i64::try_from(facts.guests.len()).unwrap_or(i64::MAX),
            ":starts_at": starts_at,
            ":ends_at": ends_at,
            ":is_floating": is_floating,
            ":is_all_day": matches!(facts.starts.or(facts.ends), Some(When::Day(_))),
            ":done_at": facts.done_at,
            ":percent": facts.percent,
            ":priority": facts.priority,
            ":known_from": new.known_from,
            ":known_until": new.known_until,
        })?;
    Ok(())
}

/// An event or a task, for whoever may read it.
///
/// # Errors
/// `NoItem`.
pub fn item(tx: &ReadTx<'_>, who: PersonId, id: CalendarItemId) -> Result<Stored, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.calendar, i.uid, i.revision, i.answer, i.is_private, t.text
           from calendar_item i join calendar_text t on t.item = i.id where i.id = ?1",
    )?;
    let found = found.query_row([id], |row| {
        let stored = Stored {
            id,
            calendar: row.get(0)?,
            uid: row.get(1)?,
            revision: row.get(2)?,
            rights: Rights::Nothing,
            kind: CalendarKind::Own,
            owner: None,
            answer: answer_from_row(row.get(3)?),
            text: row.get(5)?,
        };
        Ok((stored, row.get::<_, bool>(4)?))
    });
    let (mut stored, is_private) = found.optional()?.ok_or(CalendarError::NoItem)?;
    let access = access(tx, who, stored.calendar).map_err(|error| match error {
        CalendarError::NoCalendar => CalendarError::NoItem,
        other => other,
    })?;
    if !access.may_read(is_private) {
        return Err(CalendarError::NoItem);
    }
    (stored.rights, stored.kind, stored.owner) = (access.rights, access.kind, access.owner);
    Ok(stored)
}

/// A person's own copy of what has this UID: where it is kept. Walks `calendar_item_of_uid`.
///
/// # Errors
/// Where the file cannot be read.
pub fn own_copy(
    tx: &ReadTx<'_>,
    who: PersonId,
    uid: &str,
) -> Result<Option<(CalendarItemId, CalendarId)>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.id, i.calendar from calendar_item i join calendar_calendar c on c.id = i.calendar
          where i.uid = ?1 and c.owner = ?2 and c.kind = 0 order by c.is_default desc, i.id limit 1",
    )?;
    Ok(found.query_row((uid, who), |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// What a person has of an event that others have too: where it is kept, at which revision, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Which.
    pub id: CalendarItemId,
    /// Where it is kept.
    pub calendar: CalendarId,
    /// The office's revision when it last changed.
    pub revision: i64,
    /// Its iCalendar text.
    pub text: String,
}

/// A person's own copy of what has this UID, whatever it says. Walks `calendar_item_of_uid`.
///
/// # Errors
/// Where the file cannot be read.
pub fn invited(tx: &ReadTx<'_>, who: PersonId, uid: &str) -> Result<Option<Copy>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.id, i.calendar, i.revision, t.text
           from calendar_item i join calendar_calendar c on c.id = i.calendar join calendar_text t on t.item = i.id
          where i.uid = ?1 and c.owner = ?2 and c.kind = 0 order by c.is_default desc, i.id limit 1",
    )?;
    Ok(found.query_row((uid, who), Copy::read).optional()?)
}

/// The event of this UID that the person with these addresses, as keys, organises: in a calendar of the person's own or a
/// group's. Walks `calendar_item_of_uid`.
///
/// # Errors
/// Where the file cannot be read.
pub fn organised(tx: &ReadTx<'_>, who: PersonId, uid: &str) -> Result<Option<Copy>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.id, i.calendar, i.revision, t.text
           from calendar_item i join calendar_calendar c on c.id = i.calendar join calendar_text t on t.item = i.id
          where i.uid = ?1 and (c.owner = ?2 and c.kind = 0 or c.kind = 1)
            and exists (select 1 from people_address a where a.address = i.organizer and a.person = ?2)
          order by c.kind, c.is_default desc, i.id limit 1",
    )?;
    Ok(found.query_row((uid, who), Copy::read).optional()?)
}

/// The text of what has this UID in a calendar, for whoever may read it; nothing where it is not there.
///
/// # Errors
/// `NoCalendar`; `NoItem` where it is not this person's to read.
pub fn by_uid(tx: &ReadTx<'_>, who: PersonId, at: CalendarId, uid: &str) -> Result<Option<String>, CalendarError> {
    let access = access(tx, who, at)?;
    let Some(known) = known(tx, at, uid)? else { return Ok(None) };
    if access.may_read(known.is_private) { Ok(Some(known.text)) } else { Err(CalendarError::NoItem) }
}

impl Copy {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, calendar: row.get(1)?, revision: row.get(2)?, text: row.get(3)? })
    }
}

/// Removes an item. Returns how it was.
///
/// # Errors
/// `NoItem`, `NotAllowed`; `Changed` where it is not as expected.
pub fn remove(tx: &mut WriteTx<'_>, by: PersonId, id: CalendarItemId, expect: Expect) -> Result<Before, CalendarError> {
    let stored = item(tx, by, id)?;
    access(tx, by, stored.calendar)?.writer()?;
    if matches!(expect, Expect::Revision(revision) if revision != stored.revision) {
        return Err(CalendarError::Changed);
    }
    forget(tx, stored.calendar, id, &stored.uid)?;
    Ok(Before { calendar: stored.calendar, uid: stored.uid, text: Some(stored.text) })
}

/// Removes what was delivered to a person, or put into a calendar that the office fills itself.
///
/// # Errors
/// Where the file cannot be written.
pub fn withdraw(tx: &mut WriteTx<'_>, calendar: CalendarId, uid: &str) -> Result<Option<Before>, CalendarError> {
    let Some(known) = known(tx, calendar, uid)? else { return Ok(None) };
    forget(tx, calendar, known.id, uid)?;
    Ok(Some(Before { calendar, uid: uid.to_owned(), text: Some(known.text) }))
}

fn forget(tx: &mut WriteTx<'_>, calendar: CalendarId, id: CalendarItemId, uid: &str) -> Result<(), CalendarError> {
    let revision = tell(tx, calendar, id)?;
    super::card::tell_cards(tx, id)?;
    tell_freed(tx, id)?;
    tx.sql().prepare_cached("delete from calendar_item where id = ?1")?.execute([id])?;
    tx.sql()
        .prepare_cached("insert or ignore into calendar_gone (calendar, revision, uid) values (?1, ?2, ?3)")?
        .execute((calendar, revision, uid))?;
    Ok(())
}

/// Every text of a calendar, for whoever may read it all, after the item `after`: a page of at most `most`.
///
/// # Errors
/// `NoCalendar`; `NotAllowed` where the person may not read it.
pub fn texts(
    tx: &ReadTx<'_>,
    who: PersonId,
    calendar: CalendarId,
    after: CalendarItemId,
    most: usize,
) -> Result<Vec<(CalendarItemId, String)>, CalendarError> {
    let access = access(tx, who, calendar)?;
    if !access.may_read(false) {
        return Err(CalendarError::NotAllowed("you may not read this calendar"));
    }
    let mut found = tx.sql().prepare_cached(
        "select i.id, t.text from calendar_item i join calendar_text t on t.item = i.id
          where i.calendar = ?1 and i.id > ?2 and (i.is_private = 0 or ?3) order by i.id limit ?4",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = found.query_map((calendar, after, access.may_read(true), most), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When an item was last changed, for whoever may know of it; nothing where it is gone.
///
/// # Errors
/// Where the file cannot be read.
pub fn changed_at(tx: &ReadTx<'_>, id: CalendarItemId) -> Result<Option<(CalendarId, i64)>, CalendarError> {
    let mut found = tx.sql().prepare_cached("select calendar, revision from calendar_item where id = ?1")?;
    Ok(found.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}
