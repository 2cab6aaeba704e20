//! Meetings: whether a person is in one just now, and when that is next to be asked.

use super::CalendarError;
use super::busy::counted;
use super::model::{Entry, Window, unwalled};
use super::window::of_calendar;
use crate::domain::store::ReadTx;
use crate::format::ical::{Answer, Status};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::limits;
use chrono_tz::Tz;
use std::time::Duration;

/// How far ahead meetings are looked for. An event as long as a day or longer is no meeting.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Whether a person is in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// Until when, where the person is in one: one that follows at once is the same.
    pub until: Option<Moment>,
    /// When to ask again, unless something changes before.
    pub turns_at: Moment,
}

/// Whether `of` is in a meeting now: a busy event with an hour, in a calendar that counts, that takes place and that the
/// person takes part in. `zone` is where the person's own wall clock hangs.
///
/// # Errors
/// Where the file cannot be read.
pub fn meeting(tx: &ReadTx<'_>, of: PersonId, zone: Tz) -> Result<Meeting, CalendarError> {
    let (now, end) = (tx.now(), tx.now().plus(DAY));
    let window = Window::span(now, end, zone);
    let mut met = Vec::new();
    for calendar in counted(tx, of)? {
        let (found, _) = of_calendar(tx, calendar, &window, limits::CALENDAR_ENTRIES)?;
        for entry in &found {
            if let Some(span) = attended(entry, zone)
                && is_event(tx, entry)?
            {
                met.push(span);
            }
        }
    }
    met.sort_unstable();
    let mut until = None;
    for (starts_at, ends_at) in &met {
        if *starts_at <= until.unwrap_or(now) && *ends_at > now {
            until = until.max(Some(*ends_at));
        }
    }
    let next = met.iter().map(|(starts_at, _)| *starts_at).filter(|starts_at| *starts_at > now).min();
    Ok(Meeting { until, turns_at: until.or(next).unwrap_or(end).min(end) })
}

/// When an entry is a meeting; nothing where it is none.
fn attended(entry: &Entry, zone: Tz) -> Option<(Moment, Moment)> {
    let is_attended = entry.is_busy
        && !entry.is_all_day
        && entry.status == Status::Confirmed
        && matches!(entry.answer, None | Some(Answer::Accepted));
    let instant = |at: Moment| if entry.is_floating { unwalled(at, zone) } else { at };
    let (starts_at, ends_at) = (instant(entry.starts_at), instant(entry.ends_at));
    (is_attended && starts_at < ends_at && ends_at.since(starts_at) < DAY).then_some((starts_at, ends_at))
}

/// Whether an entry is of an event: what is to be done in some hours is no meeting.
fn is_event(tx: &ReadTx<'_>, entry: &Entry) -> Result<bool, CalendarError> {
    let mut found = tx.sql().prepare_cached("select kind = 0 from calendar_item where id = ?1")?;
    Ok(found.query_row([entry.item], |row| row.get(0))?)
}
