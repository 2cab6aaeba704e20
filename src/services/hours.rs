//! Working hours with what lies round them: the holidays that a person's calendar knows.

use crate::domain::calendar::{self, CalendarError, Window};
use crate::domain::hours::{self, Span, Standing};
use crate::domain::people;
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::zone;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::time::Duration;

/// How far ahead holidays matter to how somebody stands now.
const AHEAD: Duration = Duration::from_secs(16 * 24 * 3600);
/// The longest holiday, in days: a calendar that says otherwise is not believed.
const LONGEST: usize = 60;

/// When `who` works within `window`: the week's hours, without holidays and without what is out of office.
///
/// # Errors
/// Where the file cannot be read.
pub fn open(tx: &ReadTx<'_>, who: PersonId, window: &Window) -> Result<Vec<Span>, StoreError> {
    let off = holidays(tx, who, window)?;
    Ok(hours::open(tx, who, window.from, window.to, &off)?)
}

/// How `who` stands to the hours now.
///
/// # Errors
/// Where the file cannot be read.
pub fn standing(tx: &ReadTx<'_>, who: PersonId) -> Result<Standing, StoreError> {
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let off = holidays(tx, who, &Window::span(tx.now(), tx.now().plus(AHEAD), zone))?;
    Ok(hours::standing(tx, who, &off)?)
}

/// The days within `window` that the calendar whose holidays `who` keeps says are free.
fn holidays(tx: &ReadTx<'_>, who: PersonId, window: &Window) -> Result<Vec<NaiveDate>, StoreError> {
    let Some(calendar) = hours::hours(tx, who)?.holidays else { return Ok(Vec::new()) };
    let found = match calendar::window(tx, who, &[calendar], window) {
        Ok(found) => found.found,
        Err(CalendarError::Store(error)) => return Err(error),
        // The calendar was removed, or is not for this person any more: then there are no holidays.
        Err(_) => return Ok(Vec::new()),
    };
    let day = |at: Moment| zone::shown(at, Tz::UTC).date();
    let days = |entry: calendar::Entry| {
        let (first, end) = (day(entry.starts_at), day(entry.ends_at));
        first.iter_days().take(LONGEST).take_while(move |day| *day < end)
    };
    Ok(found.into_iter().filter(|entry| entry.is_all_day).flat_map(days).collect())
}
