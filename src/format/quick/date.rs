//! Days in words: tomorrow, Friday, 3 August, 3.8.-14.8., every Tuesday.

use crate::format::quick::vocabulary::{bare, days as unit_days, month, step, weekday};
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

/// Words that stand before a day and say nothing of their own.
const BEFORE: [&str; 9] = ["on", "am", "the", "from", "vom", "den", "ab", "this", "diesen"];
/// Most days or weeks that may be counted from today.
const FAR: i64 = 1000;

/// How something repeats: its rule, the day of the week it names, and how many words said so.
pub(super) fn repeats(rest: &[&str]) -> Option<(String, Option<Weekday>, usize)> {
    let first = bare(rest.first()?);
    let plain = match first.as_str() {
        "daily" | "täglich" => Some("FREQ=DAILY"),
        "weekly" | "wöchentlich" => Some("FREQ=WEEKLY"),
        "monthly" | "monatlich" => Some("FREQ=MONTHLY"),
        "yearly" | "annually" | "jährlich" => Some("FREQ=YEARLY"),
        "weekdays" | "werktags" => Some("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        _ => None,
    };
    if let Some(rule) = plain {
        return Some((rule.to_owned(), None, 1));
    }
    if let Some(day) = first.strip_suffix('s').filter(|name| name.ends_with("tag") || *name == "mittwoch") {
        let day = weekday(day, true)?;
        return Some((weekly(day, 1), Some(day), 1));
    }
    if !matches!(first.as_str(), "every" | "each" | "jeden" | "jede" | "jedes" | "alle") {
        return None;
    }
    let second = bare(rest.get(1)?);
    let (interval, unit_at) = match second.as_str() {
        "other" | "second" | "zweite" | "zweiten" | "zweites" => (2, 2),
        other => match other
            .trim_end_matches("nd")
            .trim_end_matches("rd")
            .trim_end_matches("th")
            .trim_end_matches('.')
            .parse::<u32>()
        {
            Ok(number @ 1..=99) => (number, 2),
            _ => (1, 1),
        },
    };
    let unit = rest.get(unit_at)?;
    if let Some(day) = weekday(unit, true) {
        return Some((weekly(day, interval), Some(day), unit_at + 1));
    }
    let every = if interval > 1 { format!(";INTERVAL={interval}") } else { String::new() };
    match bare(unit).as_str() {
        "weekday" | "werktag" => Some(("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR".to_owned(), None, unit_at + 1)),
        unit => Some((format!("FREQ={}{every}", step(unit)?), None, unit_at + 1)),
    }
}

fn weekly(day: Weekday, interval: u32) -> String {
    let letters = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day.num_days_from_monday() as usize % 7];
    let every = if interval > 1 { format!(";INTERVAL={interval}") } else { String::new() };
    format!("FREQ=WEEKLY{every};BYDAY={letters}")
}

/// A day, or a first and a last one, and how many words said so.
pub(super) fn days(rest: &[&str], is_first: bool, today: NaiveDate) -> Option<(NaiveDate, Option<NaiveDate>, usize)> {
    let skipped = usize::from(BEFORE.contains(&bare(rest.first()?).as_str()));
    let words = &rest[skipped..];
    if let Some((first, last, taken)) = range(words, today) {
        return Some((first, Some(last), taken + skipped));
    }
    let (first, taken) = day(words, is_first && skipped == 0, today)?;
    let joins =
        words.get(taken).is_some_and(|word| matches!(bare(word).as_str(), "-" | "–" | "to" | "until" | "bis" | "till"));
    if joins && let Some((last, more)) = day(&words[taken + 1..], false, first) {
        return Some((first, Some(last), skipped + taken + 1 + more));
    }
    Some((first, None, taken + skipped))
}

/// `3.8.-14.8.`, `3.-14.8.`, `3-14 Aug`, `Aug 3-14`.
fn range(words: &[&str], today: NaiveDate) -> Option<(NaiveDate, NaiveDate, usize)> {
    let word = words.first()?.trim_end_matches(',');
    if let Some(month) = month(word) {
        let (first, last) = words.get(1)?.trim_end_matches(',').split_once(['-', '–'])?;
        let first = coming(None, month, ordinal(first)?, today)?;
        return Some((first, on_or_after(first, month, ordinal(last)?)?, 2));
    }
    let (first, last) = word.split_once(['-', '–'])?;
    if let Some((last_day, last_month, last_year)) = dotted(last) {
        let (day, month, year) = dotted(first).or_else(|| Some((ordinal(first)?, last_month, last_year)))?;
        let first = coming(year.or(last_year), month, day, today)?;
        return Some((first, on_or_after(first, last_month, last_day)?, 1));
    }
    let month = month(words.get(1)?)?;
    let first = coming(None, month, ordinal(first)?, today)?;
    Some((first, on_or_after(first, month, ordinal(last)?)?, 2))
}

fn on_or_after(first: NaiveDate, month: u32, day: u32) -> Option<NaiveDate> {
    let same = NaiveDate::from_ymd_opt(first.year(), month, day)?;
    if same >= first { Some(same) } else { NaiveDate::from_ymd_opt(first.year() + 1, month, day) }
}

/// A day and how many words said it.
pub(super) fn day(words: &[&str], is_first: bool, today: NaiveDate) -> Option<(NaiveDate, usize)> {
    let word = bare(words.first()?);
    let later = |days: i64, taken: usize| Some((today + TimeDelta::days(days), taken));
    match word.as_str() {
        "today" | "heute" => return later(0, 1),
        "tomorrow" | "tmrw" => return later(1, 1),
        "morgen" if words.get(1).is_none_or(|next| bare(next) != "früh") => return later(1, 1),
        "morgen" => return later(1, 2),
        "übermorgen" | "uebermorgen" => return later(2, 1),
        "next" | "nächsten" | "nächste" | "nächster" | "kommenden" | "coming" => {
            if let Some(day) = weekday(words.get(1)?, true) {
                return Some((following(today.succ_opt()?, day), 2));
            }
            return match bare(words.get(1)?).as_str() {
                "week" | "woche" => later(7, 2),
                _ => None,
            };
        }
        "in" => {
            let count: i64 = words.get(1)?.parse().ok().filter(|count| (0..=FAR).contains(count))?;
            return later(count * unit_days(&bare(words.get(2)?))?, 3);
        }
        _ => {}
    }
    if let Some(day) = weekday(words[0], !is_first) {
        return Some((following(today, day), 1));
    }
    if let Ok(day) = word.parse::<NaiveDate>()
        && (1..=9998).contains(&day.year())
    {
        return Some((day, 1));
    }
    if let Some((day, month, year)) = dotted(&word) {
        return Some((coming(year, month, day, today)?, 1));
    }
    named(words, today)
}

/// `3 August 2027`, `3. Aug`, `August 3rd`, with or without a year.
fn named(words: &[&str], today: NaiveDate) -> Option<(NaiveDate, usize)> {
    let (one, two) = (words.first()?, words.get(1)?);
    let (day, month) = match (month(one), month(two)) {
        (Some(month), _) => (ordinal(two)?, month),
        (None, Some(month)) => (ordinal(one)?, month),
        (None, None) => return None,
    };
    let year = words.get(2).and_then(|word| bare(word).parse::<i32>().ok()).filter(|year| (1900..2200).contains(year));
    Some((coming(year, month, day, today)?, if year.is_some() { 3 } else { 2 }))
}

/// `3`, `3.`, `3rd`.
fn ordinal(word: &str) -> Option<u32> {
    let word = bare(word);
    let digits = word.trim_end_matches('.').trim_end_matches("st").trim_end_matches("nd");
    digits.trim_end_matches("rd").trim_end_matches("th").parse().ok().filter(|day| (1..=31).contains(day))
}

/// `3.8.`, `3.8.2027`, `03.08.27`. `14.30` is a time: without a dot behind it or a year, it is no day.
fn dotted(word: &str) -> Option<(u32, u32, Option<i32>)> {
    let word = word.trim_end_matches(',');
    let mut parts = word.split('.');
    let day = parts.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let month = parts.next()?.parse().ok().filter(|month| (1..=12).contains(month))?;
    let year = parts.next()?;
    let year = match year.len() {
        0 => None,
        2 => Some(2000 + year.parse::<i32>().ok()?),
        4 => Some(year.parse().ok()?),
        _ => return None,
    };
    parts.next().is_none().then_some((day, month, year))
}

/// The next such day of the year, today among them.
fn coming(year: Option<i32>, month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let years = today.year()..=today.year() + 8;
    years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day)).find(|found| *found >= today)
}

fn following(from: NaiveDate, day: Weekday) -> NaiveDate {
    from + TimeDelta::days(i64::from(day.days_since(from.weekday())))
}
