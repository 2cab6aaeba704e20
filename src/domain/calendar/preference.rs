//! Preferences: how one person likes new events to be, and on which day a week begins.

use super::CalendarError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::PersonId;
use chrono::Weekday;
use rusqlite::OptionalExtension;

/// Minutes that a new event may last at most: a day.
const LONGEST: i64 = 24 * 60;
/// Minutes before the start that a reminder may come at most: four weeks.
const EARLIEST: i64 = 28 * 24 * 60;

/// How one person likes new events to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// Minutes before the start at which a new event reminds; with none, it does not.
    pub reminder: Option<i64>,
    /// Minutes that a new event lasts.
    pub duration: i64,
    /// The first day of a week.
    pub week_start: Weekday,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { reminder: Some(10), duration: 60, week_start: Weekday::Mon }
    }
}

/// What a person prefers.
///
/// # Errors
/// Where the file cannot be read.
pub fn preferences(tx: &ReadTx<'_>, who: PersonId) -> Result<Preferences, CalendarError> {
    let mut found =
        tx.sql().prepare_cached("select reminder, duration, week_start from calendar_preference where person = ?1")?;
    let kept = found.query_row([who], |row| {
        let day: u8 = row.get(2)?;
        let week_start = Weekday::try_from(day).unwrap_or(Weekday::Mon);
        Ok(Preferences { reminder: row.get(0)?, duration: row.get(1)?, week_start })
    });
    Ok(kept.optional()?.unwrap_or_default())
}

/// Keeps what a person prefers; what is out of bounds is brought within.
///
/// # Errors
/// Where the file cannot be written.
pub fn set_preferences(tx: &WriteTx<'_>, who: PersonId, new: &Preferences) -> Result<(), CalendarError> {
    let reminder = new.reminder.map(|minutes| minutes.clamp(0, EARLIEST));
    tx.sql()
        .prepare_cached(
            "insert into calendar_preference (person, reminder, duration, week_start) values (?1, ?2, ?3, ?4)
             on conflict do update set reminder = ?2, duration = ?3, week_start = ?4",
        )?
        .execute((who, reminder, new.duration.clamp(1, LONGEST), new.week_start.num_days_from_monday()))?;
    Ok(())
}
