//! Times as people type them: `in 10m`, `at 15:00`, `tomorrow`, `tomorrow at 9`.

use crate::kernel::clock::Moment;
use chrono::{DateTime, Days, Local, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::time::Duration;

/// Farthest into the future.
const FARTHEST: Duration = Duration::from_secs(366 * 24 * 3600);
/// When `tomorrow` begins, for who says no more.
const MORNING: (u32, u32) = (9, 0);

/// The moment that the words begin with, and what stands behind it. `None` for what is no time, or too far away.
pub fn read(words: &str, now: Moment, zone: Option<Tz>) -> Option<(Moment, &str)> {
    let (first, rest) = word(words);
    let found = match first.to_lowercase().as_str() {
        "in" => span(rest).map(|(span, rest)| (now.plus(span), rest)),
        "at" => clock(rest).and_then(|(time, rest)| Some((today_or_tomorrow(time, now, zone)?, rest))),
        "tomorrow" => {
            let (next, after) = word(rest);
            let (time, rest) = if next.eq_ignore_ascii_case("at") {
                clock(after)?
            } else {
                (NaiveTime::from_hms_opt(MORNING.0, MORNING.1, 0)?, rest)
            };
            let day = local(now, zone)?.date().checked_add_days(Days::new(1))?;
            Some((moment(day.and_time(time), zone)?, rest))
        }
        _ => None,
    };
    found.filter(|(at, _)| *at > now && at.since(now) <= FARTHEST)
}

/// The first word, and what stands behind it.
fn word(words: &str) -> (&str, &str) {
    let words = words.trim_start();
    words.split_once(char::is_whitespace).map_or((words, ""), |(first, rest)| (first, rest.trim_start()))
}

/// `10m`, `10 min`, `2 hours`, `3 days`.
fn span(words: &str) -> Option<(Duration, &str)> {
    let (first, rest) = word(words);
    let digits = first.find(|c: char| !c.is_ascii_digit()).unwrap_or(first.len());
    let count: u64 = first[..digits].parse().ok()?;
    let (unit, rest) = if digits < first.len() { (&first[digits..], rest) } else { word(rest) };
    let seconds = match unit.to_lowercase().as_str() {
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 24 * 3600,
        "w" | "week" | "weeks" => 7 * 24 * 3600,
        _ => return None,
    };
    Some((Duration::from_secs(count.checked_mul(seconds)?), rest))
}

/// `15:00`, `9`, `9.30`.
fn clock(words: &str) -> Option<(NaiveTime, &str)> {
    let (first, rest) = word(words);
    let (hour, minute) = first.split_once([':', '.']).unwrap_or((first, "0"));
    Some((NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)?, rest))
}

fn today_or_tomorrow(time: NaiveTime, now: Moment, zone: Option<Tz>) -> Option<Moment> {
    let here = local(now, zone)?;
    let day = if time > here.time() { here.date() } else { here.date().checked_add_days(Days::new(1))? };
    moment(day.and_time(time), zone)
}

fn local(now: Moment, zone: Option<Tz>) -> Option<NaiveDateTime> {
    let utc: DateTime<Utc> = DateTime::from_timestamp_millis(now.millis())?;
    Some(zone.map_or_else(|| utc.with_timezone(&Local).naive_local(), |zone| utc.with_timezone(&zone).naive_local()))
}

/// A clock's time that a change of clocks leaves out is an hour later.
fn moment(here: NaiveDateTime, zone: Option<Tz>) -> Option<Moment> {
    let at = |here: NaiveDateTime| match zone {
        Some(zone) => zone.from_local_datetime(&here).earliest().map(|at| at.timestamp_millis()),
        None => Local.from_local_datetime(&here).earliest().map(|at| at.timestamp_millis()),
    };
    at(here).or_else(|| at(here + chrono::TimeDelta::hours(1))).map(Moment::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Wednesday, 18 November 2026, 14:05 in Berlin.
    const NOW: Moment = Moment::from_millis(1_795_007_100_000);

    fn minutes(words: &str) -> Option<(i64, &str)> {
        let (at, rest) = read(words, NOW, Some(Tz::Europe__Berlin))?;
        Some(((at.millis() - NOW.millis()) / 60_000, rest))
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        assert_eq!(minutes("in 10m call Bob"), Some((10, "call Bob")));
        assert_eq!(minutes("in 2 hours tea"), Some((120, "tea")));
        assert_eq!(minutes("at 15:00 meeting"), Some((55, "meeting")));
        assert_eq!(minutes("at 14:00 too late today"), Some((24 * 60 - 5, "too late today")));
        assert_eq!(minutes("tomorrow water the plants"), Some((19 * 60 - 5, "water the plants")));
        assert_eq!(minutes("tomorrow at 8.30 x"), Some((18 * 60 + 25, "x")));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for odd in [
            "",
            "soon",
            "in",
            "in ten minutes",
            "in 5 parsecs x",
            "at 25:00 x",
            "at noon",
            "in 99999999999999999999m x",
            "in 9000d x",
            "in 0m x",
        ] {
            assert_eq!(minutes(odd), None, "{odd}");
        }
    }
}
