//! Meetings: whether a person is in one just now, and when that is next to be asked.

use super::CalendarError;
use super::brief::Brief;
use super::busy::{counted, each};
use super::model::{Window, unwalled};
use crate::domain::store::ReadTx;
use crate::format::ical::{Answer, Status};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
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
        each(tx, calendar, &window, |time| met.extend(attended(&time, zone)))?;
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

/// When a time is a meeting; nothing where it is none.
fn attended(entry: &Brief, zone: Tz) -> Option<(Moment, Moment)> {
    let is_attended = entry.is_busy
        && !entry.is_all_day
        && entry.status == Status::Confirmed
        && matches!(entry.answer, None | Some(Answer::Accepted));
    let instant = |at: Moment| if entry.is_floating { unwalled(at, zone) } else { at };
    let (starts_at, ends_at) = (instant(entry.starts_at), instant(entry.ends_at));
    (is_attended && starts_at < ends_at && ends_at.since(starts_at) < DAY).then_some((starts_at, ends_at))
}
