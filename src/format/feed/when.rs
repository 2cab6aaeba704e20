//! Times as providers write them: seconds and finer since 1970, ISO, and days as they are written in Europe and America.

use super::FeedError;
use crate::kernel::clock::Moment;
use crate::kernel::zone::{instant, shown};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

/// The first and the last year of times that are believed.
const YEARS: (i32, i32) = (1850, 2100);
/// How a day with a time may be written.
const WALL: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
];
/// How a day may be written.
const DAYS: [&str; 5] = ["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%Y/%m/%d"];

/// A time since 1970, in seconds or in thousandths, millionths or billionths of them: its length tells.
///
/// # Errors
/// `BadTime` where it is none, or of another age.
pub fn since_1970(text: &str) -> Result<Moment, FeedError> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let number: i128 = whole.parse().map_err(|_| FeedError::BadTime)?;
    let digits = whole.trim_start_matches('-').len();
    let millis = match digits {
        0..=11 => number * 1000 + i128::from(thousandths(part)?),
        12..=14 => number,
        15..=17 => number / 1000,
        _ => number / 1_000_000,
    };
    believed(i64::try_from(millis).map_err(|_| FeedError::BadTime)?)
}

fn thousandths(part: &str) -> Result<u16, FeedError> {
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FeedError::BadTime);
    }
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    digits.parse().map_err(|_| FeedError::BadTime)
}

fn believed(millis: i64) -> Result<Moment, FeedError> {
    let year = DateTime::from_timestamp_millis(millis).map(|at| chrono::Datelike::year(&at));
    if year.is_some_and(|year| (YEARS.0..=YEARS.1).contains(&year)) {
        Ok(Moment::from_millis(millis))
    } else {
        Err(FeedError::BadTime)
    }
}

/// A time in any of the usual ways. What names no zone is of `zone`; what names a day alone is of its end, or of now while
/// it lasts.
///
/// # Errors
/// `BadTime` where it is none.
pub fn time(text: &str, zone: Tz, now: Moment) -> Result<Moment, FeedError> {
    let text = text.trim();
    if let Some(day) = a_day(text) {
        return of_day(day, zone, now);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-') {
        return since_1970(text);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return believed(at.timestamp_millis());
    }
    let local = WALL.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    believed(instant(local.ok_or(FeedError::BadTime)?, zone).millis())
}

/// A day in any of the usual ways.
#[must_use]
pub fn a_day(text: &str) -> Option<NaiveDate> {
    let day = DAYS.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())?;
    let is_whole = text.len() >= 8 && (YEARS.0..=YEARS.1).contains(&chrono::Datelike::year(&day));
    is_whole.then_some(day)
}

/// The time of a number that is told of a day: its end, or now while it lasts.
///
/// # Errors
/// `BadTime` where the day is yet to come.
pub fn of_day(day: NaiveDate, zone: Tz, now: Moment) -> Result<Moment, FeedError> {
    let today = shown(now, zone).date();
    // A provider east of the zone may have tomorrow already.
    if day > today + TimeDelta::days(1) {
        return Err(FeedError::BadTime);
    }
    let end = day.and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::seconds(1);
    Ok(instant(end, zone).min(now))
}

/// The begin of a day, as bars of days have it.
#[must_use]
pub fn begin(day: NaiveDate) -> Moment {
    Moment::from_millis(day.and_time(NaiveTime::MIN).and_utc().timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Warsaw;
    use chrono_tz::UTC;

    const NOON: Moment = Moment::from_millis(1_768_305_600_000); // 2026-01-13T12:00Z

    #[test]
    fn times_are_read_as_providers_write_them() {
        let half_past_two = 1_768_314_600_000;
        for text in ["1768314600", "1768314600000", "1768314600000000", "1768314600000000000", "1768314600.000"] {
            assert_eq!(since_1970(text).unwrap().millis(), half_past_two, "{text}");
        }
        assert_eq!(since_1970("1768314600.1239").unwrap().millis(), half_past_two + 123);
        for text in [
            "2026-01-13 15:30:00",
            "2026-01-13T15:30:00",
            "13.01.2026 15:30",
            "2026-01-13T14:30:00Z",
            "01/13/2026 15:30:00",
        ] {
            assert_eq!(time(text, Warsaw, NOON).unwrap().millis(), half_past_two, "{text}");
        }
    }

    #[test]
    fn a_day_alone_is_its_end_or_now() {
        assert_eq!(time("2026-01-13", UTC, NOON).unwrap(), NOON);
        assert_eq!(time("20260112", UTC, NOON).unwrap().millis(), 1_768_262_399_000);
        assert_eq!(time("2026-02-13", UTC, NOON), Err(FeedError::BadTime));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for no in ["99999999999999999", "9223372036854775807", "", "now", "2026-13-01", "N/D", "1e9", "-", "1.2.3"] {
            assert_eq!(time(no, UTC, NOON), Err(FeedError::BadTime), "{no}");
        }
    }
}
