//! Free and busy: when people and rooms are taken, and nothing else of them.

use super::CalendarError;
use super::brief::{Brief, scan};
use super::model::{CalendarKind, Span, Window};
use super::window::beyond;
use crate::domain::store::ReadTx;
use crate::format::ical::{Answer, Status};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::limits;
use chrono_tz::Tz;

/// When a person is taken in `window`, as the calendars that count say. `zone` is where the person's own wall clock hangs:
/// what takes whole days takes that person's days.
///
/// Asked of oneself, or by whom [`may_see_busy`] lets.
///
/// # Errors
/// Where the file cannot be read.
pub fn busy(tx: &ReadTx<'_>, of: PersonId, window: &Window, zone: Tz) -> Result<Vec<Span>, CalendarError> {
    let mut spans = Vec::new();
    for calendar in counted(tx, of)? {
        each(tx, calendar, window, |time| spans.extend(taken(&time, zone)))?;
    }
    Ok(merged(spans))
}

/// When a room or a thing is taken.
///
/// # Errors
/// Where the file cannot be read.
pub fn busy_calendar(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    window: &Window,
    zone: Tz,
) -> Result<Vec<Span>, CalendarError> {
    let mut spans = Vec::new();
    each(tx, calendar, window, |time| spans.extend(taken(&time, zone)))?;
    Ok(merged(spans))
}

/// Every time of a calendar in `window`, whoever asks: those that are kept, and those that are reckoned.
pub(super) fn each(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    window: &Window,
    mut take: impl FnMut(Brief),
) -> Result<(), CalendarError> {
    scan(tx, calendar, window, |time, _, _| {
        take(time);
        Ok(())
    })?;
    let mut reckoned = Vec::new();
    beyond(tx, calendar, window, limits::CALENDAR_ENTRIES, &mut reckoned)?;
    for entry in &reckoned {
        take(Brief::of(entry));
    }
    Ok(())
}

/// Whether `who` may know when `of` is taken: a calendar of that person that counts is open to `who` at least so far.
///
/// # Errors
/// Where the file cannot be read.
pub fn may_see_busy(tx: &ReadTx<'_>, who: PersonId, of: PersonId) -> Result<bool, CalendarError> {
    if who == of {
        return Ok(true);
    }
    for calendar in counted(tx, of)? {
        match super::access::access(tx, who, calendar) {
            Ok(_) => return Ok(true),
            Err(CalendarError::NoCalendar) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// The calendars that make their owner busy. Walks `calendar_calendar_by_owner`.
pub(super) fn counted(tx: &ReadTx<'_>, of: PersonId) -> Result<Vec<CalendarId>, CalendarError> {
    let mut found = tx
        .sql()
        .prepare_cached("select id from calendar_calendar where owner = ?1 and is_counted = 1 and kind = ?2")?;
    let rows = found.query_map((of, CalendarKind::Own.to_row()), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The time an event takes; nothing where it takes none.
fn taken(entry: &Brief, zone: Tz) -> Option<Span> {
    let is_taken = entry.is_busy && entry.status != Status::Cancelled && entry.answer != Some(Answer::Declined);
    if !is_taken || entry.starts_at >= entry.ends_at {
        return None;
    }
    let instant = |at: Moment| if entry.is_floating { super::model::unwalled(at, zone) } else { at };
    let is_tentative = entry.status == Status::Tentative
        || matches!(entry.answer, Some(Answer::NeedsAction | Answer::Tentative | Answer::Delegated));
    Some(Span { starts_at: instant(entry.starts_at), ends_at: instant(entry.ends_at), is_tentative })
}

/// Spans by their start, those of one kind that touch each other made one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.is_tentative, span.starts_at));
    let mut all: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match all.last_mut() {
            Some(last) if last.is_tentative == span.is_tentative && span.starts_at <= last.ends_at => {
                last.ends_at = last.ends_at.max(span.ends_at);
            }
            _ => all.push(span),
        }
    }
    all.sort_by_key(|span| span.starts_at);
    all
}
