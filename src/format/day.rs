//! The names of days and months, and a moment as programs read it.

use crate::kernel::clock::Moment;
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Weekday};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment in universal time, to the second. RFC 3339 §5.6.
#[must_use]
pub fn rfc3339(at: Moment) -> String {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The name of a day of the week.
#[must_use]
pub const fn named(day: Weekday) -> &'static str {
    DAYS[day.num_days_from_monday() as usize]
}

/// The name of a day's day of the week.
#[must_use]
pub fn weekday(date: NaiveDate) -> &'static str {
    named(date.weekday())
}

/// The name of a day's month.
#[must_use]
pub fn month(date: NaiveDate) -> &'static str {
    MONTHS[date.month0() as usize]
}

/// The name of a month by its number, from 1; nothing where there is none.
#[must_use]
pub fn month_named(number: usize) -> Option<&'static str> {
    MONTHS.get(number.checked_sub(1)?).copied()
}
