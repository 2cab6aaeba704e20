//! When people can be met at all.

use super::spans::Piece;
use crate::domain::calendar::{CalendarError, Window};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::services::hours;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// Hours in which a room is offered.
const DAYTIME: (u32, u32) = (7, 19);
/// Days that are looked through at the most.
const DAYS: i64 = 400;

/// When a person works between two moments.
///
/// # Errors
/// Where the file cannot be read.
pub fn open(tx: &ReadTx<'_>, who: PersonId, from: Moment, to: Moment) -> Result<Vec<Piece>, CalendarError> {
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let open = hours::open(tx, who, &Window::span(from, to, zone))?;
    Ok(open.into_iter().map(|span| (span.starts_at.millis(), span.ends_at.millis())).collect())
}

/// The hours of each day in which a room is offered.
pub(super) fn daytime(from: Moment, to: Moment, zone: Tz) -> Vec<Piece> {
    of_days(from, to, zone, DAYTIME)
}

fn of_days(from: Moment, to: Moment, zone: Tz, span: (u32, u32)) -> Vec<Piece> {
    let first = DateTime::from_timestamp_millis(from.millis()).unwrap_or_default().with_timezone(&zone).date_naive();
    let days = (0..DAYS).map_while(|day| first.checked_add_signed(TimeDelta::days(day)));
    days.map(|day| (instant(day, span.0, zone), instant(day, span.1, zone)))
        .take_while(|(opens, _)| *opens < to.millis())
        .map(|(opens, closes)| (opens.max(from.millis()), closes.min(to.millis())))
        .filter(|(opens, closes)| opens < closes)
        .collect()
}

fn instant(day: NaiveDate, hour: u32, zone: Tz) -> i64 {
    let local: NaiveDateTime = day.and_hms_opt(hour, 0, 0).unwrap_or_default();
    let at = zone.from_local_datetime(&local).earliest();
    at.map_or_else(|| local.and_utc().timestamp_millis(), |at| at.timestamp_millis())
}
