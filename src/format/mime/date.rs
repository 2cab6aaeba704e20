//! The `Date` field, also in its obsolete and its careless forms. RFC 5322 §3.3 and §4.3.

use crate::kernel::clock::Moment;
use chrono::{NaiveDate, NaiveTime};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Years that are believed; anything else would stand first or last in every list for ever.
const YEARS: std::ops::Range<i32> = 1970..2200;

/// Reads `Tue, 13 Jan 2026 09:30:00 +0100 (comment)`; the day's name and the seconds may be missing.
pub(super) fn read(field: &str) -> Option<Moment> {
    let plain = without_comments(field);
    let words = plain.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let mut words = words.skip_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    let first = words.next()?;
    let (day, month, year) = match first.split_once('-') {
        Some((day, rest)) => rest.split_once('-').map(|(month, year)| (day, month, year))?,
        None => (first, words.next()?, words.next()?),
    };
    let date = NaiveDate::from_ymd_opt(full_year(year)?, month_number(month)?, day.parse().ok()?)?;
    let time = time(words.next().unwrap_or("0:00"))?;
    let offset = words.next().map_or(0, offset_minutes);
    let local = date.and_time(time).and_utc().timestamp();
    Some(Moment::from_millis((local - offset * 60) * 1000))
}

fn without_comments(field: &str) -> String {
    let mut depth = 0_usize;
    let outside = field.chars().filter(|c| {
        match c {
            '(' => depth += 1,
            ')' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    });
    outside.collect()
}

/// RFC 5322 §4.3: two digits are of 1950 to 2049, three count from 1900.
fn full_year(year: &str) -> Option<i32> {
    let number: i32 = year.parse().ok()?;
    let full = match (year.len(), number) {
        (1..=2, 0..=49) => number + 2000,
        (1..=3, _) => number + 1900,
        _ => number,
    };
    YEARS.contains(&full).then_some(full)
}

fn month_number(month: &str) -> Option<u32> {
    let short = month.get(..3)?.to_ascii_lowercase();
    let index = MONTHS.iter().position(|known| *known == short)?;
    u32::try_from(index + 1).ok()
}

/// `hh:mm` or `hh:mm:ss`; a leap second counts as the one before it.
fn time(clock: &str) -> Option<NaiveTime> {
    let mut numbers = clock.split([':', '.']).map(|number| number.parse::<u32>().ok());
    let hour = numbers.next()??;
    let minute = numbers.next()??;
    let second = numbers.next().flatten().unwrap_or(0);
    NaiveTime::from_hms_opt(hour, minute, second.min(59))
}

/// Minutes east of Greenwich. RFC 5322 §4.3: an unknown name counts as `-0000`.
fn offset_minutes(zone: &str) -> i64 {
    let numeric = |digits: &str| -> Option<i64> {
        let digits = digits.replace(':', "");
        let number: i64 = digits.get(..4)?.parse().ok()?;
        Some(number / 100 * 60 + number % 100)
    };
    match zone.to_ascii_uppercase().as_str() {
        "EDT" => -4 * 60,
        "EST" | "CDT" => -5 * 60,
        "CST" | "MDT" => -6 * 60,
        "MST" | "PDT" => -7 * 60,
        "PST" => -8 * 60,
        "BST" | "CET" => 60,
        "CEST" | "EET" => 2 * 60,
        other => match other.split_at_checked(1) {
            Some(("+", digits)) => numeric(digits).unwrap_or(0),
            Some(("-", digits)) => -numeric(digits).unwrap_or(0),
            _ => 0,
        },
    }
}
