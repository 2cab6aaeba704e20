//! Marks: on which days something takes place at all, for small months that show no more than that.

use super::CalendarError;
use super::access::{Access, access};
use super::brief::{Brief, Sight};
use super::model::{Entry, Rights, Window};
use super::occurrence::LONG;
use super::window::beyond;
use crate::domain::store::ReadTx;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// For each of `days`, which follow one another, whether something takes place that `who` may know of. What is left out
/// of a window marks nothing here.
///
/// # Errors
/// Where the file cannot be read.
pub fn marks(
    tx: &ReadTx<'_>,
    who: PersonId,
    calendars: &[CalendarId],
    days: &[Window],
) -> Result<Vec<bool>, CalendarError> {
    let mut marked = vec![false; days.len()];
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(marked) };
    let whole = Window { from: first.from, to: last.to, wall_from: first.wall_from, wall_to: last.wall_to };
    for calendar in calendars.iter().take(limits::CALENDARS_AT_ONCE) {
        let access = match access(tx, who, *calendar) {
            Ok(access) => access,
            Err(CalendarError::NoCalendar) => continue,
            Err(error) => return Err(error),
        };
        for shape in 0..4 {
            of_shape(tx, access, shape, days, &mut marked)?;
        }
        let mut reckoned = Vec::new();
        beyond(tx, *calendar, &whole, limits::CALENDAR_ENTRIES, &mut reckoned)?;
        for entry in reckoned.iter().filter(|entry| Brief::of(entry).sight(access) != Sight::Nothing) {
            for (day, marked) in days.iter().zip(&mut marked) {
                *marked |= is_in(entry, day);
            }
        }
    }
    Ok(marked)
}

/// Marks the days on which something of one shape takes place. Walks `calendar_occurrence` by its key, from one day that
/// may have something to the next.
fn of_shape(
    tx: &ReadTx<'_>,
    access: Access,
    shape: i64,
    days: &[Window],
    marked: &mut [bool],
) -> Result<(), CalendarError> {
    let (is_floating, is_long) = (shape >= 2, shape % 2 == 1);
    let mut next = tx.sql().prepare_cached(
        "select ends_at from calendar_occurrence where calendar = ?1 and shape = ?2 and ends_at >= ?3
          order by ends_at limit 1",
    )?;
    let mut taken = tx.sql().prepare_cached(
        "select 1 from calendar_occurrence
          where calendar = ?1 and shape = ?2 and ends_at between ?3 and ?4 and starts_at < ?5
            and (ends_at > ?3 or starts_at = ?3)
            and (?6 or is_private = 0 or (is_busy = 1 and status <> 2))
            and (?7 or (is_busy = 1 and status <> 2))
            and (?8 or answer <> 2)
          limit 1",
    )?;
    let (reads_private, reads, is_own) = (access.may_read(true), access.may_read(false), access.rights >= Rights::Own);
    let mut skip_to = i64::MIN;
    for (day, marked) in days.iter().zip(marked) {
        let (from, to) = if is_floating { (day.wall_from, day.wall_to) } else { (day.from, day.to) };
        if *marked || to.millis() <= skip_to {
            continue;
        }
        let found: Option<i64> = next.query_row((access.calendar, shape, from), |row| row.get(0)).optional()?;
        let Some(ends_at) = found else { return Ok(()) };
        if !is_long && ends_at.saturating_sub(LONG) >= to.millis() {
            skip_to = ends_at.saturating_sub(LONG);
            continue;
        }
        let last = if is_long { i64::MAX } else { to.millis().saturating_add(LONG) };
        let asked = (access.calendar, shape, from, last, to, reads_private, reads, is_own);
        *marked = taken.query_row(asked, |_| Ok(())).optional()?.is_some();
    }
    Ok(())
}

fn is_in(entry: &Entry, day: &Window) -> bool {
    let (from, to) = if entry.is_floating { (day.wall_from, day.wall_to) } else { (day.from, day.to) };
    entry.starts_at < to && (entry.ends_at > from || entry.starts_at == from)
}
