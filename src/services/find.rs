//! Finding a time: when people, groups and rooms are taken, side by side, and when all of them are free.

mod open;
pub mod spans;
#[cfg(test)]
mod tests;

use crate::domain::calendar::{self, CalendarError, Resource, ResourceKind, Span, Window};
use crate::domain::people::{self, Person};
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::limits;
use chrono::NaiveDate;
use chrono_tz::Tz;
use spans::{Piece, both, starts, union, without};

pub use open::open;

/// A quarter of an hour: what short meetings begin at.
const QUARTER: i64 = 15 * 60 * 1000;
/// Half an hour: what others begin at.
const HALF: i64 = 2 * QUARTER;

/// Whom and what a time is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// People who are to come.
    pub people: Vec<PersonId>,
    /// Rooms and things that are needed.
    pub rooms: Vec<CalendarId>,
    /// Whether any one room will do, and how many it must seat.
    pub any_room: Option<i64>,
    /// How long, in minutes.
    pub minutes: i64,
    /// The first day.
    pub first: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    /// Where the asker's days are.
    pub zone: Tz,
}

/// Whose time a line shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// A person's.
    Person(Box<Person>),
    /// A room's or a thing's.
    Room(Box<Resource>),
}

/// When one of them is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose time it is.
    pub whose: Whose,
    /// When it is taken.
    pub busy: Vec<Span>,
    /// When it can be had at all: a person's hours of work.
    pub open: Vec<Piece>,
    /// Whether the asker may know; otherwise nothing is shown and every time is taken for free.
    pub is_known: bool,
}

/// A time at which all are free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// From.
    pub starts_at: Moment,
    /// Until.
    pub ends_at: Moment,
    /// The room that is free then, where any will do.
    pub room: Option<Resource>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Everybody and everything asked for, side by side.
    pub lines: Vec<Line>,
    /// The first times at which all are free.
    pub slots: Vec<Slot>,
}

/// Lays times side by side and looks for the first that suit all, from now on.
///
/// # Errors
/// Where the file cannot be read; `TooMany`.
pub fn find(tx: &ReadTx<'_>, who: PersonId, wanted: &Wanted) -> Result<Found, CalendarError> {
    if wanted.people.len() + wanted.rooms.len() > limits::FIND_AT_ONCE {
        return Err(CalendarError::TooMany("people and rooms at once", limits::FIND_AT_ONCE));
    }
    let last = wanted.first + chrono::TimeDelta::days(limits::FIND_DAYS);
    let window = Window::days(wanted.first, wanted.end.min(last), wanted.zone);
    let mut lines = Vec::with_capacity(wanted.people.len() + wanted.rooms.len());
    for person in &wanted.people {
        lines.extend(of_person(tx, who, *person, &window)?);
    }
    for room in &wanted.rooms {
        lines.push(of_room(tx, *room, &window)?);
    }
    let slots = slots(tx, who, wanted, &window, &lines)?;
    Ok(Found { lines, slots })
}

fn of_person(tx: &ReadTx<'_>, who: PersonId, of: PersonId, window: &Window) -> Result<Option<Line>, CalendarError> {
    let Some(person) = people::person(tx, of)?.filter(|person| !person.is_disabled) else { return Ok(None) };
    let zone = people::zone(tx, of)?.unwrap_or(Tz::UTC);
    let is_known = calendar::may_see_busy(tx, who, of)?;
    let busy = if is_known { calendar::busy(tx, of, window, zone)? } else { Vec::new() };
    let open = open(tx, of, window.from, window.to)?;
    Ok(Some(Line { whose: Whose::Person(Box::new(person)), busy, open, is_known }))
}

fn of_room(tx: &ReadTx<'_>, id: CalendarId, window: &Window) -> Result<Line, CalendarError> {
    let room = calendar::resource(tx, id)?;
    let busy = calendar::bookings(tx, id, window.from, window.to)?;
    let open = vec![(window.from.millis(), window.to.millis())];
    Ok(Line { whose: Whose::Room(Box::new(room)), busy, open, is_known: true })
}

fn taken(busy: &[Span]) -> Vec<Piece> {
    union(busy.iter().map(|span| (span.starts_at.millis(), span.ends_at.millis())).collect())
}

/// The times within the window at which nobody and nothing is taken.
fn free(lines: &[Line], from: Moment, to: Moment) -> Vec<Piece> {
    let open = lines.iter().fold(vec![(from.millis(), to.millis())], |open, line| both(&open, &line.open));
    let busy = union(lines.iter().flat_map(|line| taken(&line.busy)).collect());
    without(&open, &busy)
}

fn slots(
    tx: &ReadTx<'_>,
    who: PersonId,
    wanted: &Wanted,
    window: &Window,
    lines: &[Line],
) -> Result<Vec<Slot>, CalendarError> {
    let length = wanted.minutes.clamp(5, 24 * 60) * 60_000;
    let step = if length <= HALF { QUARTER } else { HALF };
    let free = free(lines, window.from.max(tx.now()), window.to);
    let rooms = match wanted.any_room {
        Some(seats) => Some(any_rooms(tx, who, seats, window)?),
        None => None,
    };
    let mut slots = Vec::new();
    for at in starts(&free, length, step) {
        let (starts_at, ends_at) = (Moment::from_millis(at), Moment::from_millis(at + length));
        let is_free = |busy: &Vec<Piece>| !busy.iter().any(|(from, to)| *from < at + length && *to > at);
        let room = match &rooms {
            None => None,
            Some(rooms) => match rooms.iter().find(|(_, busy)| is_free(busy)) {
                Some((room, _)) => Some(room.clone()),
                None => continue,
            },
        };
        slots.push(Slot { starts_at, ends_at, room });
        if slots.len() >= limits::FIND_SLOTS {
            break;
        }
    }
    Ok(slots)
}

/// The rooms that would do, the smallest first: a large one is left to those who need it.
fn any_rooms(
    tx: &ReadTx<'_>,
    who: PersonId,
    seats: i64,
    window: &Window,
) -> Result<Vec<(Resource, Vec<Piece>)>, CalendarError> {
    let mut rooms = Vec::new();
    for room in calendar::resources(tx)? {
        if room.is.kind == ResourceKind::Room && room.is.seats >= seats && calendar::may_book(tx, who, &room)? {
            let busy = taken(&calendar::bookings(tx, room.calendar, window.from, window.to)?);
            rooms.push((room, busy));
        }
    }
    rooms.sort_by_key(|(room, _)| room.is.seats);
    Ok(rooms)
}

/// The next times from `from` on at which a room is free for so long, within the hours of the day in its place.
///
/// # Errors
/// Where the file cannot be read.
pub fn next_free(
    tx: &ReadTx<'_>,
    room: &Resource,
    from: Moment,
    length: i64,
    most: usize,
) -> Result<Vec<Moment>, CalendarError> {
    let to = from.plus(std::time::Duration::from_secs(7 * 24 * 3600));
    let busy = taken(&calendar::bookings(tx, room.calendar, from, to)?);
    let day = open::daytime(from, to, room.is.zone);
    let free = without(&both(&day, &[(from.max(tx.now()).millis(), to.millis())]), &busy);
    Ok(starts(&free, length.max(1), HALF).take(most).map(Moment::from_millis).collect())
}
