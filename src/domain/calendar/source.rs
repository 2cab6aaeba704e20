//! Subscribed calendars: where each is read from, when next, and how it went; and calendars of public holidays.

use super::CalendarError;
use super::access::access;
use super::calendar::{make_calendar, tell_list};
use super::model::{CalendarKind, NewCalendar, Rights};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::limits;
use crate::kernel::text::cut;
use rusqlite::{OptionalExtension, Row};
use std::collections::HashMap;
use std::time::Duration;

/// Characters kept of what went wrong.
const TROUBLE: usize = 200;

/// Where a calendar is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The calendar.
    pub calendar: CalendarId,
    /// Its address.
    pub url: String,
    /// How often it is read, in minutes.
    pub minutes: i64,
    /// When it is read next.
    pub next_at: Moment,
    /// What the server called the version that was read.
    pub etag: String,
    /// When that had changed.
    pub modified: String,
    /// When it was last read well.
    pub fetched_at: Option<Moment>,
    /// How often in a row it went wrong.
    pub fails: i64,
    /// What went wrong last; empty where it went well.
    pub trouble: String,
    /// Events it holds.
    pub items: i64,
}

const COLUMNS: &str =
    "select calendar, url, minutes, next_at, etag, modified, fetched_at, fails, trouble, items from calendar_source ";

fn read(row: &Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source {
        calendar: row.get(0)?,
        url: row.get(1)?,
        minutes: row.get(2)?,
        next_at: row.get(3)?,
        etag: row.get(4)?,
        modified: row.get(5)?,
        fetched_at: row.get(6)?,
        fails: row.get(7)?,
        trouble: row.get(8)?,
        items: row.get(9)?,
    })
}

/// What reading a calendar came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was read, and is this version.
    Read {
        /// What the server calls it.
        etag: String,
        /// When it changed.
        modified: String,
        /// Events it holds.
        items: usize,
    },
    /// It is as it was.
    Same,
    /// It could not be read, in words.
    Failed(String),
}

/// Makes a calendar that is read from an address every so many minutes; the office's own where `owner` is nobody. Who
/// calls this has made sure that who asks may.
///
/// # Errors
/// `BadName`, `TooMany`.
pub fn subscribe(
    tx: &mut WriteTx<'_>,
    owner: Option<PersonId>,
    name: &str,
    url: &str,
    hue: i64,
    minutes: i64,
) -> Result<CalendarId, CalendarError> {
    let mut counted = tx.sql().prepare_cached(
        "select count(*) from calendar_source s join calendar_calendar c on c.id = s.calendar where c.owner is ?1",
    )?;
    let count: i64 = counted.query_row([owner], |row| row.get(0))?;
    drop(counted);
    if usize::try_from(count).unwrap_or(usize::MAX) >= limits::SOURCES {
        return Err(CalendarError::TooMany("subscribed calendars", limits::SOURCES));
    }
    let new = filled(owner, CalendarKind::Subscribed, name, hue);
    let id = make_calendar(tx, &new)?;
    tx.sql()
        .prepare_cached("insert into calendar_source (calendar, url, minutes, next_at) values (?1, ?2, ?3, ?4)")?
        .execute((id, url, minutes, tx.now()))?;
    Ok(id)
}

/// A calendar that the office fills. What is one person's is closed to others; what is the office's all may read.
fn filled(owner: Option<PersonId>, kind: CalendarKind, name: &str, hue: i64) -> NewCalendar {
    let open_to = if owner.is_some() { Rights::Nothing } else { Rights::Read };
    NewCalendar { owner, group: None, kind, name: name.to_owned(), hue, pattern: 0, open_to }
}

/// Where the calendars that a person may know of are read from.
///
/// # Errors
/// Where the file cannot be read.
pub fn sources(tx: &ReadTx<'_>, who: PersonId) -> Result<HashMap<CalendarId, Source>, CalendarError> {
    let sql = [
        COLUMNS,
        "where calendar in (select id from calendar_calendar where owner = ?1
            union all select id from calendar_calendar where owner is null)",
    ]
    .concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([who], |row| read(row).map(|source| (source.calendar, source)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where one calendar is read from; nothing once it is gone.
///
/// # Errors
/// Where the file cannot be read.
pub fn source(tx: &ReadTx<'_>, id: CalendarId) -> Result<Option<Source>, CalendarError> {
    let sql = [COLUMNS, "where calendar = ?1"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row([id], read).optional()?)
}

/// Calendars that are to be read by now, those that wait longest first. Walks `calendar_source_by_next`.
///
/// # Errors
/// Where the file cannot be read.
pub fn due_sources(tx: &ReadTx<'_>, most: usize) -> Result<Vec<Source>, CalendarError> {
    let sql = [COLUMNS, "where next_at <= ?1 order by next_at limit ?2"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map((tx.now(), i64::try_from(most).unwrap_or(i64::MAX)), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Has a calendar read at the next round.
///
/// # Errors
/// `NoCalendar`, `NotAllowed`.
pub fn read_soon(tx: &WriteTx<'_>, who: PersonId, id: CalendarId) -> Result<(), CalendarError> {
    access(tx, who, id)?.owner()?;
    tx.sql().prepare_cached("update calendar_source set next_at = ?2 where calendar = ?1")?.execute((id, tx.now()))?;
    Ok(())
}

/// Writes down what reading a calendar came to, and that it is read again after `wait`.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_source(
    tx: &mut WriteTx<'_>,
    id: CalendarId,
    outcome: &Outcome,
    wait: Duration,
) -> Result<(), CalendarError> {
    let next_at = tx.now().plus(wait);
    let now = tx.now();
    match outcome {
        Outcome::Read { etag, modified, items } => {
            let items = i64::try_from(*items).unwrap_or(i64::MAX);
            tx.sql()
                .prepare_cached(
                    "update calendar_source set next_at = ?2, etag = ?3, modified = ?4, items = ?5, fetched_at = ?6,
                        fails = 0, trouble = '' where calendar = ?1",
                )?
                .execute((id, next_at, etag, modified, items, now))?;
        }
        Outcome::Same => {
            tx.sql()
                .prepare_cached(
                    "update calendar_source set next_at = ?2, fetched_at = ?3, fails = 0, trouble = ''
                      where calendar = ?1",
                )?
                .execute((id, next_at, now))?;
        }
        Outcome::Failed(why) => {
            tx.sql()
                .prepare_cached(
                    "update calendar_source set next_at = ?2, trouble = ?3, fails = fails + 1 where calendar = ?1",
                )?
                .execute((id, next_at, cut(why, TROUBLE)))?;
        }
    }
    tell_list(tx, id)
}

/// The names of all items in a calendar that the office fills.
///
/// # Errors
/// Where the file cannot be read.
pub fn uids(tx: &ReadTx<'_>, id: CalendarId) -> Result<Vec<String>, CalendarError> {
    let mut found = tx.sql().prepare_cached("select uid from calendar_item where calendar = ?1")?;
    let rows = found.query_map([id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether an item in a calendar has this very text.
///
/// # Errors
/// Where the file cannot be read.
pub fn has_text(tx: &ReadTx<'_>, id: CalendarId, uid: &str, text: &str) -> Result<bool, CalendarError> {
    Ok(super::item::known(tx, id, uid)?.is_some_and(|known| known.text == text))
}

/// Makes a calendar of a region's public holidays, yet empty; the office's own where `owner` is nobody. Who calls this has
/// made sure that who asks may.
///
/// # Errors
/// `NotAllowed` where there is one already; `BadName`, `TooMany`.
pub fn add_region(
    tx: &mut WriteTx<'_>,
    owner: Option<PersonId>,
    region: &str,
    name: &str,
) -> Result<CalendarId, CalendarError> {
    let mut known = tx.sql().prepare_cached(
        "select 1 from calendar_region r join calendar_calendar c on c.id = r.calendar
          where r.region = ?1 and (c.owner is ?2 or c.owner is null)",
    )?;
    let is_known = known.exists((region, owner))?;
    drop(known);
    if is_known {
        return Err(CalendarError::NotAllowed("these holidays are on the list already"));
    }
    let id = make_calendar(tx, &filled(owner, CalendarKind::Holidays, name, 1))?;
    tx.sql()
        .prepare_cached("insert into calendar_region (calendar, region, upto) values (?1, ?2, 0)")?
        .execute((id, region))?;
    Ok(id)
}

/// Calendars of holidays that are filled only to a year before `year`, each with its region. Walks
/// `calendar_region_by_year`.
///
/// # Errors
/// Where the file cannot be read.
pub fn regions_before(tx: &ReadTx<'_>, year: i32) -> Result<Vec<(CalendarId, String)>, CalendarError> {
    let mut found = tx.sql().prepare_cached("select calendar, region from calendar_region where upto < ?1")?;
    let rows = found.query_map([year], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes to which year a calendar of holidays is filled.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_region(tx: &WriteTx<'_>, id: CalendarId, upto: i32) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("update calendar_region set upto = ?2 where calendar = ?1")?.execute((id, upto))?;
    Ok(())
}
