//! Booking: an event that names a room takes it in the very transaction that keeps the event, or is not kept at all.
//!
//! Which times of the room's own calendar take it is written into `calendar_booking`, whose trigger refuses to give it twice,
//! whichever door the event came by. A series is booked as far ahead as its times are kept.

use super::CalendarError;
use super::access::access;
use super::calendar::tell;
use super::item::{Expect, keep, known};
use super::model::{CalendarKind, Rights, unwalled};
use super::occurrence::facts;
use super::prepared::Prepared;
use super::resource::{Resource, may_book, resource, resource_at};
use crate::domain::job::Job;
use crate::domain::people;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::ical::{Answer, Facts, Item, Kind, Occurrence, Status};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;
use std::collections::HashSet;
use std::time::Duration;

/// Bookings that ended longer ago than this are not written: nobody can be in anybody's way there any more.
const PAST: Duration = Duration::from_secs(24 * 3600);

/// What is done where a room is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IfTaken {
    /// Nothing is kept.
    Refuse,
    /// That time alone is not booked. Of those that begin at this moment or later, who calls people together is to be told:
    /// of those before it they were.
    Skip(i64),
}

/// Writes when an item of a room's calendar takes the room.
pub(super) fn book(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    id: CalendarItemId,
    new: &Prepared,
    if_taken: IfTaken,
) -> Result<(), CalendarError> {
    let mut kind = tx.sql().prepare_cached("select kind from calendar_calendar where id = ?1")?;
    let is_of = kind.query_row([calendar], |row| row.get(0)).optional()?.map(CalendarKind::from_row);
    if is_of != Some(CalendarKind::Resource) {
        return Ok(());
    }
    let room = resource(tx, calendar)?;
    tx.sql()
        .prepare_cached("delete from calendar_booking where calendar = ?1 and item = ?2")?
        .execute((calendar, id))?;
    let mut insert = tx.sql().prepare_cached(
        "insert into calendar_booking (calendar, item, instance, starts_at, ends_at) values (?1, ?2, ?3, ?4, ?5)",
    )?;
    let (past, mut missed) = (tx.now().minus(PAST), Vec::new());
    for (time, starts_at, ends_at) in wanted(&room, new).filter(|(_, _, ends_at)| *ends_at > past) {
        let booked = insert.execute((calendar, id, time.instance.to_text(), starts_at, ends_at));
        match booked.map_err(CalendarError::from) {
            Err(CalendarError::Taken) => match if_taken {
                IfTaken::Refuse => return Err(CalendarError::Taken),
                IfTaken::Skip(from) if starts_at.millis() >= from => {
                    missed.push(starts_at);
                }
                IfTaken::Skip(_) => {}
            },
            done => drop(done?),
        }
    }
    drop((kind, insert));
    for starts_at in missed {
        tx.enqueue(&Job::NoRoom { room: calendar, item: id, starts_at }, Duration::ZERO)?;
    }
    Ok(())
}

/// What a room's calendar holds of an event; nothing where that is gone.
///
/// # Errors
/// Where the file cannot be read.
pub fn room_text(tx: &ReadTx<'_>, room: CalendarId, id: CalendarItemId) -> Result<Option<String>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select t.text from calendar_item i join calendar_text t on t.item = i.id where i.id = ?1 and i.calendar = ?2",
    )?;
    Ok(found.query_row((id, room), |row| row.get(0)).optional()?)
}

/// The times for which an item wants a room.
fn wanted<'a>(room: &'a Resource, new: &'a Prepared) -> impl Iterator<Item = (&'a Occurrence, Moment, Moment)> {
    let key = room.address.key();
    let names_it = move |facts: &Facts| facts.guests.iter().any(|guest| guest.address.key() == key);
    // Who writes into the room's own calendar wants it without saying so.
    let is_named = names_it(&new.item.main) || new.item.overrides.iter().any(&names_it);
    let key = room.address.key();
    let wants = move |facts: &Facts| {
        let line = facts.guests.iter().find(|guest| guest.address.key() == key);
        facts.status != Status::Cancelled && line.map_or(!is_named, |guest| guest.answer != Answer::Declined)
    };
    let zone = room.is.zone;
    new.occurrences.iter().filter_map(move |time| {
        let instant = |at: Moment| if time.is_floating { unwalled(at, zone) } else { at };
        let (starts_at, ends_at) = (instant(time.starts_at), instant(time.ends_at));
        (starts_at < ends_at && wants(facts(&new.item, time))).then_some((time, starts_at, ends_at))
    })
}

/// The rooms that an event names, those it no longer asks for left out.
///
/// # Errors
/// `TooMany`.
pub fn rooms_of(tx: &ReadTx<'_>, item: &Item) -> Result<Vec<Resource>, CalendarError> {
    let mut rooms: Vec<Resource> = Vec::new();
    let all = [&item.main].into_iter().chain(&item.overrides);
    let mut seen = HashSet::new();
    for guest in all.flat_map(|facts| &facts.guests).filter(|guest| guest.answer != Answer::Declined) {
        if !seen.insert(guest.address.key()) {
            continue;
        }
        rooms.extend(resource_at(tx, &guest.address)?);
        if rooms.len() > limits::RESOURCES_AT_ONCE {
            return Err(CalendarError::TooMany("rooms and things for one event", limits::RESOURCES_AT_ONCE));
        }
    }
    Ok(rooms)
}

/// Books the rooms that an event names, and frees those that it named before. Only the organizer's own copy books.
pub(super) fn hold(
    tx: &mut WriteTx<'_>,
    by: PersonId,
    calendar: CalendarId,
    id: CalendarItemId,
    new: &Prepared,
) -> Result<(), CalendarError> {
    let held = held(tx, id)?;
    let has_guests = !new.item.main.guests.is_empty() || new.item.overrides.iter().any(|one| !one.guests.is_empty());
    let wanted = if has_guests && new.item.kind == Kind::Event && is_organizers(tx, calendar, &new.item)? {
        rooms_of(tx, &new.item)?
    } else {
        Vec::new()
    };
    for (room, copy) in &held {
        if !wanted.iter().any(|one| one.calendar == *room) {
            free(tx, *room, *copy)?;
        }
    }
    for room in wanted {
        let is_held = held.iter().any(|(calendar, _)| *calendar == room.calendar);
        if !is_held && !may_book(tx, by, &room)? {
            return Err(CalendarError::NotAllowed("one of these rooms is not yours to book"));
        }
        if !is_held && known(tx, room.calendar, &new.item.uid)?.is_some() {
            return Err(CalendarError::Taken);
        }
        let copy = keep(tx, None, room.calendar, new, Expect::Any)?.id;
        tx.sql()
            .prepare_cached("insert or ignore into calendar_hold (room, item, copy) values (?1, ?2, ?3)")?
            .execute((room.calendar, id, copy))?;
    }
    Ok(())
}

/// Whether a calendar's copy of an event is that of who calls people together.
fn is_organizers(tx: &ReadTx<'_>, calendar: CalendarId, item: &Item) -> Result<bool, CalendarError> {
    let mut found = tx.sql().prepare_cached("select owner from calendar_calendar where id = ?1 and kind in (0, 1)")?;
    let owner: Option<Option<PersonId>> = found.query_row([calendar], |row| row.get(0)).optional()?;
    let (Some(owner), Some(organizer)) = (owner, &item.main.organizer) else { return Ok(owner.is_some()) };
    Ok(match owner {
        Some(owner) => people::is_own_address(tx, owner, &organizer.address)?,
        None => people::owner(tx, &organizer.address)?.is_some(),
    })
}

fn held(tx: &ReadTx<'_>, id: CalendarItemId) -> Result<Vec<(CalendarId, CalendarItemId)>, CalendarError> {
    let mut found = tx.sql().prepare_cached("select room, copy from calendar_hold where item = ?1")?;
    let rows = found.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn free(tx: &mut WriteTx<'_>, room: CalendarId, copy: CalendarItemId) -> Result<(), CalendarError> {
    tell(tx, room, copy)?;
    tx.sql().prepare_cached("delete from calendar_item where id = ?1")?.execute([copy])?;
    Ok(())
}

/// Tells of the rooms that become free because an event goes. The file frees them by itself.
pub(super) fn tell_freed(tx: &mut WriteTx<'_>, id: CalendarItemId) -> Result<(), CalendarError> {
    for (room, copy) in held(tx, id)? {
        tell(tx, room, copy)?;
    }
    Ok(())
}

/// Why a room cannot be had: when it is taken, and by whom as far as the reader may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The room.
    pub room: Resource,
    /// When it is taken.
    pub starts_at: Moment,
    /// Until when.
    pub ends_at: Moment,
    /// Who has it; empty where that is not the reader's to know.
    pub who: String,
    /// For what; empty likewise.
    pub title: String,
}

/// What stands in the way of an event that names rooms, the first few. Walks `calendar_booking_by_end`.
///
/// # Errors
/// Where the file cannot be read.
pub fn clashes(tx: &ReadTx<'_>, reader: PersonId, new: &Prepared) -> Result<Vec<Clash>, CalendarError> {
    let mut all = Vec::new();
    let mut found = tx.sql().prepare_cached(
        "select b.item, b.starts_at, b.ends_at from calendar_booking b join calendar_item i on i.id = b.item
          where b.calendar = ?1 and b.ends_at > ?2 and b.starts_at < ?3 and i.uid <> ?4 order by b.ends_at limit 1",
    )?;
    for room in rooms_of(tx, &new.item)? {
        for (_, starts_at, ends_at) in wanted(&room, new) {
            if all.len() >= limits::CLASHES {
                return Ok(all);
            }
            let clash = found.query_row((room.calendar, starts_at, ends_at, &new.item.uid), |row| {
                Ok((row.get::<_, CalendarItemId>(0)?, row.get(1)?, row.get(2)?))
            });
            let Some((copy, starts_at, ends_at)) = clash.optional()? else { continue };
            let (who, title) = holder(tx, reader, copy)?;
            all.push(Clash { room: room.clone(), starts_at, ends_at, who, title });
        }
    }
    Ok(all)
}

/// Who holds a room by this copy, and for what, as far as the reader may know either.
fn holder(tx: &ReadTx<'_>, reader: PersonId, copy: CalendarItemId) -> Result<(String, String), CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.calendar, i.title, i.is_private, c.owner from calendar_hold h join calendar_item i on i.id = h.item
           join calendar_calendar c on c.id = i.calendar where h.copy = ?1",
    )?;
    let found = found.query_row([copy], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    let found: Option<(CalendarId, String, bool, Option<PersonId>)> = found.optional()?;
    let Some((calendar, title, is_private, owner)) = found else { return Ok(<_>::default()) };
    let access = match access(tx, reader, calendar) {
        Ok(access) if !is_private || access.rights >= Rights::Act => access,
        Ok(_) | Err(CalendarError::NoCalendar) => return Ok(<_>::default()),
        Err(error) => return Err(error),
    };
    let owner = owner.map(|owner| people::person(tx, owner)).transpose()?.flatten();
    let title = if access.may_read(is_private) { title } else { String::new() };
    Ok((owner.map(|owner| owner.full_name).unwrap_or_default(), title))
}

/// When a room is taken in a span, by its bookings. Walks `calendar_booking_by_end`.
///
/// # Errors
/// Where the file cannot be read.
pub fn bookings(
    tx: &ReadTx<'_>,
    room: CalendarId,
    from: Moment,
    to: Moment,
) -> Result<Vec<super::model::Span>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select starts_at, ends_at from calendar_booking where calendar = ?1 and ends_at > ?2 and starts_at < ?3
          order by ends_at limit ?4",
    )?;
    let most = i64::try_from(limits::CALENDAR_ENTRIES).unwrap_or(i64::MAX);
    let rows = found.query_map((room, from, to, most), |row| {
        Ok(super::model::Span { starts_at: row.get(0)?, ends_at: row.get(1)?, is_tentative: false })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a room's calendar holds under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomCopy {
    /// How new it is.
    pub sequence: i64,
    /// Who calls people together, as a key; empty for nobody.
    pub organizer: String,
    /// Whether it is there because of an event in a colleague's calendar.
    pub is_held: bool,
}

/// What a room's calendar holds under a name; nothing where it holds nothing.
///
/// # Errors
/// Where the file cannot be read.
pub fn room_copy(tx: &ReadTx<'_>, room: CalendarId, uid: &str) -> Result<Option<RoomCopy>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.sequence, i.organizer, exists (select 1 from calendar_hold h where h.copy = i.id)
           from calendar_item i where i.calendar = ?1 and i.uid = ?2",
    )?;
    let found = found.query_row((room, uid), |row| {
        Ok(RoomCopy { sequence: row.get(0)?, organizer: row.get(1)?, is_held: row.get(2)? })
    });
    Ok(found.optional()?)
}
