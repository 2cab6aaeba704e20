//! Feeds: secret addresses at which anybody who has one reads a calendar, or when a person is busy. Of the secret only the
//! hash is kept, so an address is shown once and can be revoked.

use super::CalendarError;
use super::access::access;
use crate::domain::people;
use crate::domain::policy::{self, Act};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarFeedId, CalendarId, CalendarItemId, PersonId};
use crate::kernel::text::one_line;
use crate::kernel::{limits, secret};
use rusqlite::{OptionalExtension, Row};
use std::time::Duration;

/// How old the note of a feed's last use may grow.
const USED: Duration = Duration::from_secs(3600);

/// How much a feed tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// When the time is taken.
    Busy,
    /// All but what is private.
    Details,
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Which.
    pub id: CalendarFeedId,
    /// Who made it, and whose busy times it tells where it is of no calendar.
    pub person: PersonId,
    /// The calendar it tells of.
    pub calendar: Option<CalendarId>,
    /// How much it tells.
    pub level: Level,
    /// Whom or what it is for.
    pub name: String,
    /// When it was made.
    pub made_at: Moment,
    /// When it was last read.
    pub used_at: Option<Moment>,
}

const COLUMNS: &str = "select id, person, calendar, level, name, made_at, used_at from calendar_feed ";

fn read(row: &Row<'_>) -> rusqlite::Result<Feed> {
    Ok(Feed {
        id: row.get(0)?,
        person: row.get(1)?,
        calendar: row.get(2)?,
        level: if row.get(3)? { Level::Details } else { Level::Busy },
        name: row.get(4)?,
        made_at: row.get(5)?,
        used_at: row.get(6)?,
    })
}

/// Makes a feed that opens to `secret`: of a calendar that is the person's own, or, with none, of when the person is busy.
///
/// # Errors
/// `NoCalendar`, `NotAllowed` for a calendar that is not the person's own; `BadName`, `TooMany`.
pub fn make_feed(
    tx: &WriteTx<'_>,
    who: PersonId,
    calendar: Option<CalendarId>,
    level: Level,
    name: &str,
    secret: &str,
) -> Result<CalendarFeedId, CalendarError> {
    if let Some(calendar) = calendar {
        access(tx, who, calendar)?.owner()?;
    }
    let name = one_line(name);
    if name.is_empty() || name.chars().count() > limits::CALENDAR_NAME {
        return Err(CalendarError::BadName);
    }
    if feeds(tx, who)?.len() >= limits::CALENDAR_FEEDS {
        return Err(CalendarError::TooMany("addresses", limits::CALENDAR_FEEDS));
    }
    let mut insert = tx.sql().prepare_cached(
        "insert into calendar_feed (person, calendar, level, name, secret_hash, made_at) values (?1, ?2, ?3, ?4, ?5, ?6)
         returning id",
    )?;
    let hash = secret::sha256(secret.as_bytes());
    let row = (who, calendar, level == Level::Details, &name, hash, tx.now());
    Ok(insert.query_row(row, |row| row.get(0))?)
}

/// A person's feeds, the oldest first. Walks `calendar_feed_by_person`.
///
/// # Errors
/// Where the file cannot be read.
pub fn feeds(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Feed>, CalendarError> {
    let sql = [COLUMNS, "where person = ?1 order by id"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([who], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Closes a feed for ever. One that is closed already stays closed.
///
/// # Errors
/// Where the file cannot be written.
pub fn revoke_feed(tx: &WriteTx<'_>, who: PersonId, id: CalendarFeedId) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("delete from calendar_feed where id = ?1 and person = ?2")?.execute((id, who))?;
    Ok(())
}

/// The feed that a secret opens, while who made it may still give it away.
///
/// # Errors
/// `NoCalendar` where the secret opens nothing.
pub fn open_feed(tx: &ReadTx<'_>, secret: &str) -> Result<Feed, CalendarError> {
    let sql = [COLUMNS, "where secret_hash = ?1"].concat();
    let found = tx.sql().prepare_cached(&sql)?.query_row([secret::sha256(secret.as_bytes())], read).optional()?;
    let feed = found.ok_or(CalendarError::NoCalendar)?;
    if people::person(tx, feed.person)?.is_none_or(|person| person.is_disabled) {
        return Err(CalendarError::NoCalendar);
    }
    match feed.calendar.map(|calendar| access(tx, feed.person, calendar)?.owner()).transpose() {
        Err(CalendarError::NotAllowed(_)) => Err(CalendarError::NoCalendar),
        Err(error) => Err(error),
        // What colleagues may not see, an address does not tell either.
        Ok(_) if policy::of(tx, feed.person, Act::CalendarDetail)?.value != "full" => {
            Ok(Feed { level: Level::Busy, ..feed })
        }
        Ok(_) => Ok(feed),
    }
}

/// Whether the note of when a feed was last read is worth writing anew.
#[must_use]
pub fn is_use_worth_noting(feed: &Feed, now: Moment) -> bool {
    feed.used_at.is_none_or(|at| now.since(at) > USED)
}

/// Notes that a feed was read.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_feed(tx: &WriteTx<'_>, id: CalendarFeedId) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("update calendar_feed set used_at = ?2 where id = ?1")?.execute((id, tx.now()))?;
    Ok(())
}

/// The texts of a calendar but for what is private, after the item `after`: a page of at most `most`. For whoever holds a
/// feed of it.
///
/// # Errors
/// `NoCalendar` where the feed is not of a calendar.
pub fn feed_texts(
    tx: &ReadTx<'_>,
    feed: &Feed,
    after: CalendarItemId,
    most: usize,
) -> Result<Vec<(CalendarItemId, String)>, CalendarError> {
    let calendar = feed.calendar.ok_or(CalendarError::NoCalendar)?;
    let mut found = tx.sql().prepare_cached(
        "select i.id, t.text from calendar_item i join calendar_text t on t.item = i.id
          where i.calendar = ?1 and i.id > ?2 and i.is_private = 0 order by i.id limit ?3",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = found.query_map((calendar, after, most), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A number that rises whenever something in a calendar changes or goes. Walks `calendar_item_by_revision` and the key of
/// `calendar_gone`.
///
/// # Errors
/// Where the file cannot be read.
pub fn calendar_revision(tx: &ReadTx<'_>, id: CalendarId) -> Result<i64, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select max(ifnull((select max(revision) from calendar_item where calendar = ?1), 0),
                    ifnull((select max(revision) from calendar_gone where calendar = ?1), 0))",
    )?;
    Ok(found.query_row([id], |row| row.get(0))?)
}

/// The same for all calendars that make a person busy.
///
/// # Errors
/// Where the file cannot be read.
pub fn busy_revision(tx: &ReadTx<'_>, who: PersonId) -> Result<i64, CalendarError> {
    let mut newest = 0;
    for calendar in super::busy::counted(tx, who)? {
        newest = calendar_revision(tx, calendar)?.max(newest);
    }
    Ok(newest)
}
