//! Days, times and zones as they are typed.

use super::super::form::FieldError;
use crate::format::ical::{self, When};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;

/// Years that an event may lie in.
const YEARS: std::ops::RangeInclusive<i32> = 1600..=2999;
/// Stands in the field of a zone where the time is that of the reader's own wall clock, wherever that hangs.
pub const FLOATING: &str = "floating";
/// What is typed for a time that cannot be one.
pub const NO_DAY: &str = "Say the day, such as 2026-03-09.";
const NO_TIME: &str = "Say the time, such as 14:30.";
const NO_ZONE: &str = "There is no such time zone. Zones are named like Europe/Berlin.";

/// Where a clock hangs.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// In a place.
    Zone(Tz),
    /// Wherever the reader is.
    Floating,
}

impl Clock {
    /// What it shows then.
    pub fn at(self, local: NaiveDateTime) -> When {
        match self {
            Self::Zone(zone) => When::Zoned { local, zone },
            Self::Floating => When::Floating(local),
        }
    }
}

/// The clock that a field names.
pub fn clock_of(text: &str, otherwise: Clock, field: &str, errors: &mut Vec<FieldError>) -> Clock {
    let text = text.trim();
    if text.is_empty() {
        return otherwise;
    }
    if text.eq_ignore_ascii_case(FLOATING) {
        return Clock::Floating;
    }
    match zone(text) {
        Some(zone) => Clock::Zone(zone),
        None => {
            errors.push(FieldError::new(field, NO_ZONE));
            otherwise
        }
    }
}

/// A zone by its name, blanks forgiven, or by the name that Windows has for it.
pub fn zone(text: &str) -> Option<Tz> {
    let name = text.trim().replace(' ', "_");
    name.parse().ok().or_else(|| ical::zone(text.trim()))
}

/// Whether a day lies in a year that events may lie in.
pub fn is_known_year(day: NaiveDate) -> bool {
    YEARS.contains(&day.year())
}

/// A day as browsers write it.
pub fn day(text: &str, field: &str, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    match NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d") {
        Ok(day) if is_known_year(day) => Some(day),
        Ok(_) => {
            let (first, last) = (YEARS.start(), YEARS.end());
            errors.push(FieldError::new(field, format!("Take a day of the years {first} to {last}.")));
            None
        }
        Err(_) => {
            errors.push(FieldError::new(field, NO_DAY));
            None
        }
    }
}

/// `14:30`, as browsers write it; `14`, `9.30` and `9:05` as people do.
pub fn time(text: &str, field: &str, errors: &mut Vec<FieldError>) -> Option<NaiveTime> {
    let found = clock_time(text);
    if found.is_none() {
        errors.push(FieldError::new(field, NO_TIME));
    }
    found
}

fn clock_time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.trim().split([':', '.']);
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next().map_or(Some(0), |minute| minute.parse().ok())?;
    NaiveTime::from_hms_opt(hour, minute, 0)
}
