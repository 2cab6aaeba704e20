//! Desks: a page on which strangers book a person's time, and who has booked.

use super::CalendarError;
use crate::domain::people::{self, PeopleError};
use crate::domain::policy::{self, Act};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{DeskId, PersonId, VisitId};
use crate::kernel::text::{EmailAddress, cut, one_line};
use crate::kernel::{limits, secret};
use rusqlite::{OptionalExtension, Row};
use std::time::Duration;

/// Characters of a desk's name.
const NAME: std::ops::RangeInclusive<usize> = 3..=43;
/// The span in which bookings of one address are counted.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What a person says of their desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// What its address ends in.
    pub name: String,
    /// Whether it can be seen at all.
    pub is_open: bool,
    /// What is booked.
    pub title: String,
    /// A few words to the visitor.
    pub intro: String,
    /// Where to meet.
    pub place: String,
    /// Lengths to choose from, in minutes.
    pub lengths: Vec<i64>,
    /// Days ahead that can be booked.
    pub days_ahead: i64,
    /// Hours of notice.
    pub notice: i64,
    /// Minutes kept free before and after.
    pub buffer: i64,
    /// What a visitor is asked.
    pub questions: Vec<String>,
}

/// A desk of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDesk {
    /// Which.
    pub id: DeskId,
    /// Whose.
    pub person: PersonId,
    /// What it is like.
    pub is: Desk,
}

const COLUMNS: &str = "
    select id, person, name, is_open, title, intro, place, lengths, days_ahead, notice, buffer, questions
      from calendar_desk ";

fn read(row: &Row<'_>) -> rusqlite::Result<OpenDesk> {
    let (lengths, questions): (String, String) = (row.get(7)?, row.get(11)?);
    Ok(OpenDesk {
        id: row.get(0)?,
        person: row.get(1)?,
        is: Desk {
            name: row.get(2)?,
            is_open: row.get(3)?,
            title: row.get(4)?,
            intro: row.get(5)?,
            place: row.get(6)?,
            lengths: lengths.split(',').filter_map(|one| one.parse().ok()).collect(),
            days_ahead: row.get(8)?,
            notice: row.get(9)?,
            buffer: row.get(10)?,
            questions: questions.lines().filter(|one| !one.is_empty()).map(str::to_owned).collect(),
        },
    })
}

/// A person's desk; nothing until there is one.
///
/// # Errors
/// Where the file cannot be read.
pub fn desk(tx: &ReadTx<'_>, who: PersonId) -> Result<Option<OpenDesk>, CalendarError> {
    let sql = [COLUMNS, "where person = ?1"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row([who], read).optional()?)
}

/// The desk of this name, while it is open and its person works here.
///
/// # Errors
/// `NoCalendar` where there is none.
pub fn desk_called(tx: &ReadTx<'_>, name: &str) -> Result<OpenDesk, CalendarError> {
    let sql = [COLUMNS, "where name = ?1 and is_open = 1"].concat();
    let found = tx.sql().prepare_cached(&sql)?.query_row([name], read).optional()?;
    let desk = found.ok_or(CalendarError::NoCalendar)?;
    match people::person(tx, desk.person)? {
        Some(person) if !person.is_disabled && policy::of(tx, person.id, Act::Bookings)?.is_on() => Ok(desk),
        _ => Err(CalendarError::NoCalendar),
    }
}

/// The desk by its number, for who has booked there.
fn desk_of(tx: &ReadTx<'_>, id: DeskId) -> Result<OpenDesk, CalendarError> {
    let sql = [COLUMNS, "where id = ?1"].concat();
    tx.sql().prepare_cached(&sql)?.query_row([id], read).optional()?.ok_or(CalendarError::NoCalendar)
}

/// Keeps what a person says of their desk.
///
/// # Errors
/// `BadName`; `Barred` where the person may have no open one; `People` with `Taken` where somebody else's desk has that name.
pub fn set_desk(tx: &WriteTx<'_>, who: PersonId, new: &Desk) -> Result<(), CalendarError> {
    if new.is_open {
        policy::allow(tx, who, Act::Bookings)?;
    }
    let is_sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c) || c.is_ascii_uppercase();
    if !NAME.contains(&new.name.len()) || !new.name.chars().all(is_sign) || new.title.trim().is_empty() {
        return Err(CalendarError::BadName);
    }
    let mut taken = tx.sql().prepare_cached("select 1 from calendar_desk where name = ?1 and person <> ?2")?;
    if taken.exists((&new.name, who))? {
        return Err(PeopleError::Taken(new.name.clone()).into());
    }
    let lengths: Vec<String> = new.lengths.iter().map(|one| one.clamp(&5, &480).to_string()).collect();
    let questions: Vec<String> =
        new.questions.iter().take(limits::VISIT_QUESTIONS).map(|one| cut(&one_line(one), 200)).collect();
    tx.sql()
        .prepare_cached(
            "insert into calendar_desk (person, name, is_open, title, intro, place, lengths, days_ahead, notice, buffer,
                questions, made_at)
             values (:person, :name, :is_open, :title, :intro, :place, :lengths, :days_ahead, :notice, :buffer,
                :questions, :now)
             on conflict (person) do update set name = :name, is_open = :is_open, title = :title, intro = :intro,
                place = :place, lengths = :lengths, days_ahead = :days_ahead, notice = :notice, buffer = :buffer,
                questions = :questions",
        )?
        .execute(rusqlite::named_params! {
            ":person": who,
            ":name": new.name,
            ":is_open": new.is_open,
            ":title": cut(&one_line(&new.title), limits::CALENDAR_NAME),
            ":intro": cut(new.intro.trim(), limits::RESOURCE_NOTES),
            ":place": cut(&one_line(&new.place), limits::RESOURCE_PLACE),
            ":lengths": lengths.join(","),
            ":days_ahead": new.days_ahead.clamp(1, limits::VISIT_DAYS),
            ":notice": new.notice.clamp(0, 24 * 30),
            ":buffer": new.buffer.clamp(0, 240),
            ":questions": questions.join("\n"),
            ":now": tx.now(),
        })?;
    Ok(())
}

/// How far a booking has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitState {
    /// The time is held until the visitor confirms.
    Held,
    /// It takes place.
    Booked,
    /// It was called off.
    Gone,
}

impl VisitState {
    const fn to_row(self) -> i64 {
        match self {
            Self::Held => 0,
            Self::Booked => 1,
            Self::Gone => 2,
        }
    }

    const fn from_row(row: i64) -> Self {
        match row {
            0 => Self::Held,
            1 => Self::Booked,
            _ => Self::Gone,
        }
    }
}

/// What a visitor says who books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVisit {
    /// The visitor's name.
    pub name: String,
    /// Where mail reaches the visitor.
    pub address: EmailAddress,
    /// What was asked, and what the visitor answers.
    pub answers: String,
    /// The name of the visitor's zone.
    pub zone: String,
    /// From.
    pub starts_at: Moment,
    /// Until.
    pub ends_at: Moment,
    /// Names its event.
    pub uid: String,
}

/// A booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Which.
    pub id: VisitId,
    /// Where.
    pub desk: OpenDesk,
    /// What the visitor said.
    pub is: NewVisit,
    /// How far it has come.
    pub state: VisitState,
    /// Until when the time is held.
    pub until_at: Moment,
}

/// Holds a time for a visitor who shows `secret` later. Who calls this has made sure that the time is free.
///
/// # Errors
/// `TooMany` where the address, or everybody together, books too much.
pub fn hold_visit(
    tx: &WriteTx<'_>,
    desk: DeskId,
    new: &NewVisit,
    secret: &str,
    until_at: Moment,
) -> Result<VisitId, CalendarError> {
    let key = new.address.key();
    let since = tx.now().minus(DAY);
    let mut counted =
        tx.sql().prepare_cached("select count(*) from calendar_visit where address = ?1 and made_at > ?2")?;
    if counted.query_row((&key, since), |row| row.get::<_, i64>(0))? >= limits::VISITS_PER_ADDRESS {
        return Err(CalendarError::TooMany("bookings a day from one address", 5));
    }
    let mut counted = tx
        .sql()
        .prepare_cached("select count(*) from calendar_visit where desk = ?1 and state = 0 and until_at > ?2")?;
    if counted.query_row((desk, tx.now()), |row| row.get::<_, i64>(0))? >= limits::VISITS_HELD {
        return Err(CalendarError::TooMany("bookings that wait to be confirmed", 20));
    }
    let mut insert = tx.sql().prepare_cached(
        "insert into calendar_visit (desk, secret_hash, name, address, answers, zone, starts_at, ends_at, state, until_at,
            uid, made_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10, ?11) returning id",
    )?;
    let hash = secret::sha256(secret.as_bytes());
    let row = rusqlite::params![
        desk,
        hash,
        new.name,
        key,
        new.answers,
        new.zone,
        new.starts_at,
        new.ends_at,
        until_at,
        new.uid,
        tx.now()
    ];
    Ok(insert.query_row(row, |row| row.get(0))?)
}

/// The booking that a secret opens.
///
/// # Errors
/// `NoItem` where it opens nothing.
pub fn visit(tx: &ReadTx<'_>, secret: &str) -> Result<Visit, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select id, desk, name, address, answers, zone, starts_at, ends_at, state, until_at, uid
           from calendar_visit where secret_hash = ?1",
    )?;
    let found = found.query_row([secret::sha256(secret.as_bytes())], |row| {
        let address: String = row.get(3)?;
        let address = address.parse().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, Box::new(error))
        })?;
        let new = NewVisit {
            name: row.get(2)?,
            address,
            answers: row.get(4)?,
            zone: row.get(5)?,
            starts_at: row.get(6)?,
            ends_at: row.get(7)?,
            uid: row.get(10)?,
        };
        Ok((row.get(0)?, row.get(1)?, new, VisitState::from_row(row.get(8)?), row.get(9)?))
    });
    let (id, desk, is, state, until_at) = found.optional()?.ok_or(CalendarError::NoItem)?;
    Ok(Visit { id, desk: desk_of(tx, desk)?, is, state, until_at })
}

/// Notes how far a booking has come, and when it is.
///
/// # Errors
/// Where the file cannot be written.
pub fn set_visit(
    tx: &WriteTx<'_>,
    id: VisitId,
    state: VisitState,
    starts_at: Moment,
    ends_at: Moment,
) -> Result<(), CalendarError> {
    tx.sql()
        .prepare_cached("update calendar_visit set state = ?2, starts_at = ?3, ends_at = ?4 where id = ?1")?
        .execute((id, state.to_row(), starts_at, ends_at))?;
    Ok(())
}

/// The times at a desk that are held for others who have yet to confirm. Walks `calendar_visit_by_desk`.
///
/// # Errors
/// Where the file cannot be read.
pub fn held_visits(
    tx: &ReadTx<'_>,
    desk: DeskId,
    but: Option<VisitId>,
    from: Moment,
) -> Result<Vec<(Moment, Moment)>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select starts_at, ends_at from calendar_visit
          where desk = ?1 and ends_at > ?2 and state = 0 and until_at > ?3 and id is not ?4 limit ?5",
    )?;
    let most = i64::try_from(limits::VISIT_SLOTS).unwrap_or(i64::MAX);
    let rows = found.query_map((desk, from, tx.now(), but, most), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets bookings that are over: what was never confirmed after a day, all others after a month.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_visits(tx: &WriteTx<'_>) -> Result<(), CalendarError> {
    let (day, month) = (tx.now().minus(DAY), tx.now().minus(DAY * 31));
    tx.sql()
        .prepare_cached(
            "delete from calendar_visit where (state <> 1 and made_at < ?1 and until_at < ?1) or ends_at < ?2",
        )?
        .execute((day, month))?;
    Ok(())
}
