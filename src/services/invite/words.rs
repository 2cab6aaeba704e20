//! When an event takes place, in the words of a mail: whoever reads it may be anywhere, so the zone is always said, and
//! nothing is written in a way that means another day elsewhere.

use crate::format::day::weekday;
use crate::format::formats::Formats;
use crate::format::ical::{Facts, When};
use chrono::{DateTime, NaiveDate, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// When `facts` take place, as a clock of `zone` shows it: `Thursday, 19 November 2026, 09:00–10:30 (Europe/Berlin,
/// UTC+01:00)`. Empty for a task without a time.
pub(super) fn when(facts: &Facts, zone: Tz) -> String {
    span(facts.starts, facts.ends, zone)
}

/// As [`when`], for a reader who knows in which zone the own clock hangs, and has times and dates written as they like.
#[must_use]
pub fn here(starts: Option<When>, ends: Option<When>, zone: Tz, formats: Formats) -> String {
    let words = told(starts, ends, zone, formats);
    match words.rsplit_once(" (") {
        Some((bare, _)) => bare.to_owned(),
        None => words,
    }
}

/// As [`when`], for any two times.
pub(super) fn span(starts: Option<When>, ends: Option<When>, zone: Tz) -> String {
    told(starts, ends, zone, Formats::default())
}

fn told(starts: Option<When>, ends: Option<When>, zone: Tz, formats: Formats) -> String {
    let day = |date| day(date, formats);
    let Some(starts) = starts else { return String::new() };
    match starts {
        When::Day(first) => days(first, ends, formats),
        When::Floating(at) => {
            let end = ends.map_or(at, When::local);
            format!("{}, {}", day(at.date()), times(at, end, formats))
        }
        _ => {
            let at = local(starts, zone);
            let end = ends.map_or(at, |ends| local(ends, zone));
            let words = times(at.naive_local(), end.naive_local(), formats);
            format!("{}, {words} ({}, {})", day(at.date_naive()), zone.name(), offset(at))
        }
    }
}

/// As [`when`], as short as a subject is: `Thu 19 Nov 2026, 09:00`.
pub(super) fn short(facts: &Facts, zone: Tz) -> String {
    match facts.starts {
        None => String::new(),
        Some(When::Day(first)) => first.format("%a %-d %b %Y").to_string(),
        Some(When::Floating(at)) => at.format("%a %-d %b %Y, %H:%M").to_string(),
        Some(starts) => local(starts, zone).format("%a %-d %b %Y, %H:%M").to_string(),
    }
}

fn local(when: When, zone: Tz) -> DateTime<Tz> {
    let millis = when.instant(zone).millis();
    zone.from_utc_datetime(&DateTime::from_timestamp_millis(millis).unwrap_or_default().naive_utc())
}

fn offset(at: DateTime<Tz>) -> String {
    let offset = at.offset().fix();
    if offset.local_minus_utc() == 0 { "UTC".to_owned() } else { format!("UTC{offset}") }
}

/// Days from `first` up to the day before `ends`.
fn days(first: NaiveDate, ends: Option<When>, formats: Formats) -> String {
    let day = |date| day(date, formats);
    let last = ends.map_or(first, |ends| ends.date() - TimeDelta::days(1)).max(first);
    if last == first { format!("{}, all day", day(first)) } else { format!("{} – {}", day(first), day(last)) }
}

fn times(at: chrono::NaiveDateTime, end: chrono::NaiveDateTime, formats: Formats) -> String {
    let (from, to) = (formats.time(at), formats.time(end));
    if end <= at {
        from.to_string()
    } else if end.date() == at.date() {
        format!("{from}–{to}")
    } else {
        format!("{from} – {}, {to}", day(end.date(), formats))
    }
}

fn day(date: NaiveDate, formats: Formats) -> String {
    format!("{}, {}", weekday(date), formats.long(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> When {
        let local = NaiveDate::from_ymd_opt(2026, 11, 19).unwrap().and_hms_opt(hour, 30, 0).unwrap();
        When::Zoned { local, zone: Tz::Europe__Berlin }
    }

    #[test]
    fn a_time_is_told_with_the_zone_it_is_read_in() {
        let words = span(Some(at(9)), Some(at(11)), Tz::Europe__Berlin);
        assert_eq!(words, "Thursday, 19 November 2026, 09:30–11:30 (Europe/Berlin, UTC+01:00)");
        let words = span(Some(at(9)), Some(at(11)), Tz::Asia__Kathmandu);
        assert_eq!(words, "Thursday, 19 November 2026, 14:15–16:15 (Asia/Kathmandu, UTC+05:45)");
        let words = span(Some(at(9)), Some(at(9)), Tz::America__Los_Angeles);
        assert_eq!(words, "Thursday, 19 November 2026, 00:30 (America/Los_Angeles, UTC-08:00)");
    }

    #[test]
    fn days_have_no_zone() {
        let day = |day| Some(When::Day(NaiveDate::from_ymd_opt(2026, 11, day).unwrap()));
        assert_eq!(span(day(19), day(20), Tz::UTC), "Thursday, 19 November 2026, all day");
        assert_eq!(span(day(19), day(22), Tz::UTC), "Thursday, 19 November 2026 – Saturday, 21 November 2026");
        assert_eq!(span(None, None, Tz::UTC), "");
    }
}
