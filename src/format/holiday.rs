//! Public holidays by rule: fixed days, days counted from Easter, weekdays of a month. Names in the language of the country.
//!
//! What governments decide from year to year (a single extra day, an observance moved by decree) is not here.

mod region;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

pub use region::{REGIONS, Region, region};

/// When a holiday is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The same day each year.
    Fixed(u32, u32),
    /// So many days after Easter Sunday.
    Easter(i64),
    /// The so-many-th weekday of a month; the last where it is 0.
    Nth(u32, u8, Weekday),
    /// The last such weekday before a day.
    Before(u32, u32, Weekday),
    /// Fixed, but on a weekend it is kept on the next Monday that is no holiday itself, as in the United Kingdom.
    Substituted(u32, u32),
    /// Fixed, but kept on Friday for Saturday and on Monday for Sunday, as in the United States.
    Observed(u32, u32),
}

/// A holiday of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holiday {
    /// What it is called there.
    pub name: &'static str,
    /// When it is.
    pub rule: Rule,
    /// The first year it is kept.
    pub since: i32,
}

/// The holidays of a region in a year, in their order.
#[must_use]
pub fn holidays(region: &Region, year: i32) -> Vec<(NaiveDate, &'static str)> {
    let mut all: Vec<(NaiveDate, &'static str)> = Vec::new();
    let rules = region.country.iter().chain(region.own).filter(|one| one.since <= year);
    for one in rules.clone() {
        if let Some(day) = day(one.rule, year, &all) {
            all.push((day, one.name));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn day(rule: Rule, year: i32, before: &[(NaiveDate, &'static str)]) -> Option<NaiveDate> {
    let shift = |day: NaiveDate, days| day.checked_add_signed(TimeDelta::days(days));
    match rule {
        Rule::Fixed(month, day) => NaiveDate::from_ymd_opt(year, month, day),
        Rule::Easter(days) => shift(easter(year)?, days),
        Rule::Nth(month, 0, weekday) => {
            let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            last_before(NaiveDate::from_ymd_opt(next.0, next.1, 1)?, weekday)
        }
        Rule::Nth(month, nth, weekday) => NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth),
        Rule::Before(month, day, weekday) => last_before(NaiveDate::from_ymd_opt(year, month, day)?, weekday),
        Rule::Substituted(month, day) => {
            let mut kept = NaiveDate::from_ymd_opt(year, month, day)?;
            let is_taken = |day: NaiveDate| before.iter().any(|(other, _)| *other == day);
            if is_weekend(kept) || is_taken(kept) {
                while is_weekend(kept) || is_taken(kept) {
                    kept = kept.succ_opt()?;
                }
            }
            Some(kept)
        }
        Rule::Observed(month, day) => {
            let day = NaiveDate::from_ymd_opt(year, month, day)?;
            match day.weekday() {
                Weekday::Sat => day.pred_opt(),
                Weekday::Sun => day.succ_opt(),
                _ => Some(day),
            }
        }
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn last_before(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let mut found = day.pred_opt()?;
    while found.weekday() != weekday {
        found = found.pred_opt()?;
    }
    Some(found)
}

/// Easter Sunday of the Gregorian calendar: Meeus, Jones and Butcher.
#[must_use]
pub fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}
