//! Search: the events and tasks whose words somebody may read. The calendars to look in are in the question itself, and so is
//! whether what is private there may be read: nothing else can be found.

use super::CalendarError;
use super::access::access;
use super::calendar::calendars;
use super::index::{open_word, private_word};
use super::model::{Entry, answer_from_row, status_from_row};
use crate::domain::store::ReadTx;
use crate::format::search::{quoted, spaced, words};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::limits;
use crate::kernel::text::cut;
use rusqlite::{OptionalExtension, Row};
use std::collections::HashSet;

/// Characters of a search that count.
const TYPED: usize = 500;
/// Words of a search that count.
const TERMS: usize = 20;
/// Items that are weighed by how near they are.
const WEIGHED: i64 = 50_000;
/// How far away a series counts that goes on, in milliseconds.
const SERIES_AWAY: i64 = 14 * 24 * 3600 * 1000;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Of each event or task its next time, or its last: the nearest first.
    pub entries: Vec<Entry>,
    /// Tasks without a date.
    pub undated: Vec<Entry>,
    /// Whether there are more.
    pub has_more: bool,
}

/// The events and tasks that say what was typed: all words, a part between quotes as it stands, none behind a minus. Where no
/// whole word matches, words are taken as beginnings. At most `most`, those nearest to now.
///
/// # Errors
/// Where the file cannot be read.
pub fn search(tx: &ReadTx<'_>, who: PersonId, typed: &str, most: usize) -> Result<Found, CalendarError> {
    let mut marks = Vec::new();
    for calendar in calendars(tx, who)?.iter().take(limits::CALENDARS_AT_ONCE) {
        let access = access(tx, who, calendar.id)?;
        if access.may_read(false) {
            marks.push(open_word(calendar.id));
        }
        if access.may_read(true) {
            marks.push(private_word(calendar.id));
        }
    }
    for is_widened in [false, true] {
        let Some(expression) = expression(typed, &marks, is_widened) else { break };
        let found = matching(tx, &expression, most)?;
        if !found.entries.is_empty() || !found.undated.is_empty() {
            return Ok(found);
        }
    }
    Ok(Found::default())
}

/// The full-text expression; nothing where no word counts.
fn expression(typed: &str, marks: &[String], is_widened: bool) -> Option<String> {
    let typed = cut(typed, TYPED);
    let terms = words(&typed).into_iter().filter(|word| word.text.chars().any(char::is_alphanumeric)).take(TERMS);
    let (without, with): (Vec<_>, Vec<_>) = terms.partition(|word| word.is_without);
    if with.is_empty() || marks.is_empty() {
        return None;
    }
    let term = |text: &str| {
        let is_prefix = is_widened && text.chars().nth(1).is_some();
        format!("words : {}{}", quoted(&spaced(text)), if is_prefix { "*" } else { "" })
    };
    let mut parts: Vec<String> = with.iter().map(|word| term(&word.text)).collect();
    let marks: Vec<String> = marks.iter().map(|mark| quoted(mark)).collect();
    parts.push(format!("place : ({})", marks.join(" OR ")));
    let all = parts.join(" AND ");
    Some(without.iter().fold(all, |all, word| format!("({all}) NOT {}", term(&word.text))))
}

fn matching(tx: &ReadTx<'_>, expression: &str, most: usize) -> Result<Found, CalendarError> {
    let mut query = tx.sql().prepare_cached(
        "select i.id, i.calendar, i.starts_at, i.ends_at, i.is_floating, i.is_all_day, i.title, i.place, i.status,
                i.answer, i.is_busy, i.is_private, i.is_series, i.guests, i.kind = 1,
                i.done_at is not null or i.percent = 100, i.uid,
                ifnull(i.ends_at, case when i.kind = 0 then i.starts_at end) is not null
           from (select rowid as id from calendar_index where calendar_index match ?1 limit ?2) x
           join calendar_item i on i.id = x.id
          order by case when i.is_series and i.known_until > ?3 then ?4
                        else abs(ifnull(i.starts_at, ifnull(i.ends_at, ?3)) - ?3) end, i.id
          limit ?5",
    )?;
    // One event may lie in several calendars: the copy met first is shown.
    let room = i64::try_from(most.saturating_mul(2) + 1).unwrap_or(i64::MAX);
    let rows = query.query_map((expression, WEIGHED, tx.now(), SERIES_AWAY, room), |row| {
        Ok((read(row)?, row.get::<_, String>(16)?, row.get::<_, bool>(17)?))
    })?;
    let (mut found, mut seen) = (Found::default(), HashSet::new());
    for row in rows {
        let (entry, uid, has_date) = row?;
        if !seen.insert(uid) {
            continue;
        }
        if found.entries.len() + found.undated.len() == most {
            found.has_more = true;
            break;
        }
        let is_instance = entry.is_series && entry.done.is_none();
        let among = if has_date { &mut found.entries } else { &mut found.undated };
        among.push(if is_instance { instance_of(tx, entry)? } else { entry });
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let (starts, ends): (Option<_>, Option<_>) = (row.get(2)?, row.get(3)?);
    let is_task: bool = row.get(14)?;
    // A task is where it is due.
    let starts_at = if is_task { ends } else { starts.or(ends) }.unwrap_or(Moment::from_millis(0));
    Ok(Entry {
        item: row.get(0)?,
        calendar: row.get(1)?,
        instance: String::new(),
        starts_at,
        ends_at: ends.unwrap_or(starts_at),
        is_floating: row.get(4)?,
        is_all_day: row.get(5)?,
        title: row.get(6)?,
        place: row.get(7)?,
        status: status_from_row(row.get(8)?),
        answer: answer_from_row(row.get(9)?),
        is_busy: row.get(10)?,
        is_private: row.get(11)?,
        is_masked: false,
        is_series: row.get(12)?,
        guests: row.get(13)?,
        done: if is_task { Some(row.get(15)?) } else { None },
    })
}

/// A series at its next time, or at its last where none follows. Walks `calendar_occurrence_by_item`.
fn instance_of(tx: &ReadTx<'_>, entry: Entry) -> Result<Entry, CalendarError> {
    let mut query = tx.sql().prepare_cached(
        "select instance, starts_at, ends_at, ifnull(title, ?3), ifnull(place, ?4) from calendar_occurrence
          where item = ?1 order by starts_at < ?2, abs(starts_at - ?2) limit 1",
    )?;
    let found = query.query_row((entry.item, tx.now(), &entry.title, &entry.place), |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    });
    Ok(match found.optional()? {
        Some((instance, starts_at, ends_at, title, place)) => {
            Entry { instance, starts_at, ends_at, title, place, ..entry }
        }
        None => entry,
    })
}
