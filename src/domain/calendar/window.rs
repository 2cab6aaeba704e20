//! The window: what takes place in a span of time, in the calendars that are asked for.

use super::CalendarError;
use super::access::access;
use super::brief::{Brief, Sight};
use super::model::{Entries, Entry, Window, answer_from_row, status_from_row};
use super::occurrence::{LONG, addresses_of, facts, own_answer};
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Item, Occurrence, Privacy, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use crate::kernel::limits;
use rusqlite::Row;

/// What takes place in `window` (events, not tasks), in those of `calendars` that `who` may know of. What the person may not read is masked;
/// what the calendar's owner declined is left out unless it is the person's own.
///
/// # Errors
/// Where the file cannot be read.
pub fn window(
    tx: &ReadTx<'_>,
    who: PersonId,
    calendars: &[CalendarId],
    window: &Window,
) -> Result<Entries, CalendarError> {
    let mut all = Entries::default();
    for calendar in calendars.iter().take(limits::CALENDARS_AT_ONCE) {
        let access = match access(tx, who, *calendar) {
            Ok(access) => access,
            Err(CalendarError::NoCalendar) => continue,
            Err(error) => return Err(error),
        };
        let room = limits::CALENDAR_ENTRIES.saturating_sub(all.found.len());
        if room == 0 {
            all.is_cut = true;
            break;
        }
        let (kept, is_cut) = of_calendar(tx, *calendar, window, room)?;
        all.is_cut |= is_cut;
        for mut entry in kept {
            match Brief::of(&entry).sight(access) {
                Sight::Nothing => continue,
                Sight::Taken => mask(&mut entry),
                Sight::All => {}
            }
            all.found.push(entry);
        }
    }
    in_order(&mut all.found);
    Ok(all)
}

/// Puts entries in the order of days: what takes all of one first, then by the hour.
pub(super) fn in_order(entries: &mut [Entry]) {
    entries.sort_by(|left, right| {
        let key = |entry: &Entry| (!entry.is_all_day, entry.starts_at, entry.ends_at, entry.item);
        key(left).cmp(&key(right))
    });
}

/// Leaves of an entry only that the time is taken.
pub(super) fn mask(entry: &mut Entry) {
    entry.title.clear();
    entry.place.clear();
    entry.guests = 0;
    entry.answer = None;
    entry.is_series = false;
    entry.is_masked = true;
}

/// The times of one calendar, whoever asks.
fn of_calendar(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    window: &Window,
    most: usize,
) -> Result<(Vec<Entry>, bool), CalendarError> {
    let mut found = Vec::new();
    for is_floating in [false, true] {
        for is_long in [false, true] {
            kept(tx, calendar, window, is_floating, is_long, most, &mut found)?;
        }
    }
    beyond(tx, calendar, window, most, &mut found)?;
    let is_cut = found.len() >= most;
    found.truncate(most);
    Ok((found, is_cut))
}

/// Columns of an entry, in the order of [`read`].
const ENTRY: &str = "
    select o.item, o.instance, o.starts_at, o.ends_at, o.is_all_day, ifnull(o.title, i.title), ifnull(o.place, i.place),
           o.status, o.answer, o.is_busy, o.is_private, i.is_series, i.guests
      from calendar_occurrence o join calendar_item i on i.id = o.item
     where o.calendar = ?1 and o.shape = ?2";

/// One time that is kept, by its key.
pub(super) fn one(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    shape: i64,
    key: (Moment, CalendarItemId, &str),
) -> Result<Entry, CalendarError> {
    let sql = [ENTRY, " and o.ends_at = ?3 and o.item = ?4 and o.instance = ?5"].concat();
    let mut query = tx.sql().prepare_cached(&sql)?;
    Ok(query.query_row((calendar, shape, key.0, key.1, key.2), |row| read(row, calendar, shape >= 2))?)
}

/// Times of one shape. Walks the primary key of `calendar_occurrence` by the end: nothing short that overlaps the window
/// ends later than two days after it.
fn kept(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    window: &Window,
    is_floating: bool,
    is_long: bool,
    most: usize,
    found: &mut Vec<Entry>,
) -> Result<(), CalendarError> {
    let (from, to) = if is_floating { (window.wall_from, window.wall_to) } else { (window.from, window.to) };
    let last = if is_long { i64::MAX } else { to.millis().saturating_add(LONG) };
    let shape = i64::from(is_floating) * 2 + i64::from(is_long);
    let sql = [
        ENTRY,
        " and o.ends_at between ?3 and ?4 and o.starts_at < ?5 and (o.ends_at > ?3 or o.starts_at = ?3) limit ?6",
    ]
    .concat();
    let mut query = tx.sql().prepare_cached(&sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = query.query_map((calendar, shape, from, last, to, most), |row| read(row, calendar, is_floating))?;
    for row in rows {
        found.push(row?);
    }
    Ok(())
}

fn read(row: &Row<'_>, calendar: CalendarId, is_floating: bool) -> rusqlite::Result<Entry> {
    Ok(Entry {
        item: row.get(0)?,
        calendar,
        instance: row.get(1)?,
        starts_at: row.get(2)?,
        ends_at: row.get(3)?,
        is_floating,
        is_all_day: row.get(4)?,
        title: row.get(5)?,
        place: row.get(6)?,
        status: status_from_row(row.get(7)?),
        answer: answer_from_row(row.get(8)?),
        is_busy: row.get(9)?,
        is_private: row.get(10)?,
        is_masked: false,
        is_series: row.get(11)?,
        guests: row.get(12)?,
        done: None,
    })
}

/// Times before or after those that are kept, reckoned anew. Walks `calendar_item_goes_on` and `calendar_item_came_before`:
/// where the window lies within what is kept, nothing is found and nothing reckoned.
pub(super) fn beyond(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    window: &Window,
    most: usize,
    found: &mut Vec<Entry>,
) -> Result<(), CalendarError> {
    let mut query = tx.sql().prepare_cached(
        "select i.id, i.known_from, i.known_until, t.text from calendar_item i join calendar_text t on t.item = i.id
          where i.calendar = ?1 and i.kind = 0 and i.known_until < ?2 and i.known_until < 9223372036854775807
         union
         select i.id, i.known_from, i.known_until, t.text from calendar_item i join calendar_text t on t.item = i.id
          where i.calendar = ?1 and i.kind = 0 and i.known_from > ?3 and i.known_from > -9223372036854775808
          limit ?4",
    )?;
    let at_once = i64::try_from(limits::CALENDAR_SERIES_AT_ONCE).unwrap_or(i64::MAX);
    let rows = query
        .query_map((calendar, window.to.max(window.wall_to), window.from.min(window.wall_from), at_once), {
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
        })?;
    let rows: Vec<(CalendarItemId, i64, i64, String)> = rows.collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    let addresses = addresses_of(tx, calendar)?;
    for (id, known_from, known_until, text) in rows {
        let Some(item) = ical::item(&text) else { continue };
        let (from, to) = (window.from.min(window.wall_from), window.to.max(window.wall_to));
        for time in item.occurrences(from, to, most.saturating_sub(found.len())).found {
            let starts_at = time.starts_at.millis();
            if (known_from..known_until).contains(&starts_at) || !overlaps(&time, window) {
                continue;
            }
            found.push(reckoned(&item, &time, id, calendar, own_answer(facts(&item, &time), &addresses)));
        }
    }
    Ok(())
}

fn overlaps(time: &Occurrence, window: &Window) -> bool {
    let (from, to) = if time.is_floating { (window.wall_from, window.wall_to) } else { (window.from, window.to) };
    time.starts_at < to && (time.ends_at > from || time.starts_at == from)
}

/// A time that is not kept, as an entry.
fn reckoned(
    item: &Item,
    time: &Occurrence,
    id: CalendarItemId,
    calendar: CalendarId,
    answer: Option<ical::Answer>,
) -> Entry {
    let facts = facts(item, time);
    Entry {
        item: id,
        calendar,
        instance: time.instance.to_text(),
        starts_at: time.starts_at,
        ends_at: time.ends_at,
        is_floating: time.is_floating,
        is_all_day: matches!(facts.starts, Some(When::Day(_))),
        title: facts.title.clone(),
        place: facts.place.clone(),
        status: facts.status,
        answer,
        is_busy: facts.is_busy,
        is_private: item.main.privacy == Privacy::Private,
        is_masked: false,
        is_series: item.main.is_series,
        guests: i64::try_from(facts.guests.len()).unwrap_or(i64::MAX),
        done: None,
    }
}
