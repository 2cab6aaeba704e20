//! The rule of a series, read from its text. RFC 5545 §3.3.10.

use crate::format::ical::{When, facts};
use chrono::{Datelike, NaiveDate, Weekday};

/// How often, at the most, a rule counts.
const MOST_VALUES: usize = 400;

/// The step of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Freq {
    /// Each second.
    Secondly,
    /// Each minute.
    Minutely,
    /// Each hour.
    Hourly,
    /// Each day.
    Daily,
    /// Each week.
    Weekly,
    /// Each month.
    Monthly,
    /// Each year.
    Yearly,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// Its step.
    pub(super) freq: Freq,
    /// Every which of them; 1 at least.
    pub(super) interval: i64,
    /// How often in all.
    pub(super) count: Option<u32>,
    /// Until when, that included.
    pub(super) until: Option<When>,
    /// The first day of a week.
    pub(super) week_start: Weekday,
    /// Seconds of a minute.
    pub(super) seconds: Vec<u32>,
    /// Minutes of an hour.
    pub(super) minutes: Vec<u32>,
    /// Hours of a day.
    pub(super) hours: Vec<u32>,
    /// Days of the week, each with which of them in the month or year; 0 for every.
    pub(super) days: Vec<(i32, Weekday)>,
    /// Days of the month, from its end where negative.
    pub(super) month_days: Vec<i32>,
    /// Days of the year, likewise.
    pub(super) year_days: Vec<i32>,
    /// Weeks of the year, likewise.
    pub(super) weeks: Vec<i32>,
    /// Months.
    pub(super) months: Vec<u32>,
    /// Which of the times of one step, from their end where negative.
    pub(super) positions: Vec<i32>,
}

/// The two letters of a day of the week.
pub(super) const fn letters(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}

/// The day of the week of two letters.
pub(super) fn weekday(text: &str) -> Option<Weekday> {
    Some(match text.trim().to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

/// A rule whose first day moves from one date to another: weekly, its days of the week turn by as many; monthly, a lone day of the
/// month that was the first one's becomes the new one's. Every other rule stays.
pub(super) fn turned(text: &str, from: NaiveDate, to: NaiveDate) -> String {
    let is = |freq: &str| text.split(';').any(|part| part.trim().eq_ignore_ascii_case(&format!("FREQ={freq}")));
    let (is_weekly, is_monthly) = (is("WEEKLY"), is("MONTHLY"));
    let by = (to - from).num_days().rem_euclid(7);
    let turn = |part: &str| -> Option<String> {
        let (key, value) = part.split_once('=')?;
        match key.trim().to_ascii_uppercase().as_str() {
            "BYDAY" if is_weekly => {
                let days: Option<Vec<Weekday>> = value.split(',').map(weekday).collect();
                let turned = days?.into_iter().map(|day| letters((0..by).fold(day, |day, _| day.succ())));
                Some(format!("BYDAY={}", turned.collect::<Vec<_>>().join(",")))
            }
            "BYMONTHDAY" if is_monthly && value.trim() == from.day().to_string() => {
                Some(format!("BYMONTHDAY={}", to.day()))
            }
            _ => None,
        }
    };
    text.split(';').map(|part| turn(part).unwrap_or_else(|| part.to_owned())).collect::<Vec<_>>().join(";")
}

/// The step of a name.
fn freq(text: &str) -> Option<Freq> {
    Some(match text.to_ascii_uppercase().as_str() {
        "SECONDLY" => Freq::Secondly,
        "MINUTELY" => Freq::Minutely,
        "HOURLY" => Freq::Hourly,
        "DAILY" => Freq::Daily,
        "WEEKLY" => Freq::Weekly,
        "MONTHLY" => Freq::Monthly,
        "YEARLY" => Freq::Yearly,
        _ => return None,
    })
}

impl Rule {
    /// Reads a rule. Values out of range are dropped; a part with none left, as one that says nothing we know of, makes
    /// the whole nothing: a series that comes too often is worse than one that does not repeat.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("RRULE:").unwrap_or(text);
        let parts = || text.split(';').filter_map(|part| part.trim().split_once('='));
        let step = parts().find(|(key, _)| key.trim().eq_ignore_ascii_case("FREQ"))?.1;
        let mut rule = Self::every(freq(step.trim())?);
        for (key, value) in parts() {
            rule.take(&key.trim().to_ascii_uppercase(), value.trim())?;
        }
        Some(rule)
    }

    /// A rule of a step and nothing more.
    pub(super) const fn every(freq: Freq) -> Self {
        Self {
            freq,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Mon,
            seconds: Vec::new(),
            minutes: Vec::new(),
            hours: Vec::new(),
            days: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            weeks: Vec::new(),
            months: Vec::new(),
            positions: Vec::new(),
        }
    }

    fn take(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "INTERVAL" => self.interval = value.parse().ok().filter(|n| (1..=1_000_000).contains(n))?,
            "COUNT" => self.count = Some(value.parse().ok().filter(|n| *n > 0)?),
            "UNTIL" => self.until = Some(facts::when_from(value, None)?),
            "WKST" => self.week_start = weekday(value)?,
            "BYSECOND" => self.seconds = unsigned(value, 0, 59)?,
            "BYMINUTE" => self.minutes = unsigned(value, 0, 59)?,
            "BYHOUR" => self.hours = unsigned(value, 0, 23)?,
            "BYDAY" => self.days = days(value)?,
            "BYMONTHDAY" => self.month_days = signed(value, 31)?,
            "BYYEARDAY" => self.year_days = signed(value, 366)?,
            "BYWEEKNO" => self.weeks = signed(value, 53)?,
            "BYMONTH" => self.months = unsigned(value, 1, 12)?,
            "BYSETPOS" => self.positions = signed(value, 366)?,
            _ => {}
        }
        Some(())
    }

    /// Whether a day may be one of the rule's, whatever step brings it there; weeks are not looked at here.
    pub(super) fn has_day(&self, day: NaiveDate) -> bool {
        if !self.months.is_empty() && !self.months.contains(&day.month()) {
            return false;
        }
        if !self.month_days.is_empty() {
            let (at, length) = (day.day().cast_signed(), days_in_month(day));
            if !self.month_days.iter().any(|wanted| *wanted == at || *wanted == at - length - 1) {
                return false;
            }
        }
        if !self.year_days.is_empty() {
            let (at, length) = (day.ordinal().cast_signed(), days_in_year(day));
            if !self.year_days.iter().any(|wanted| *wanted == at || *wanted == at - length - 1) {
                return false;
            }
        }
        self.days.is_empty() || self.has_weekday(day)
    }

    /// Whether the day of the week is one of the rule's, and, in a month or year, the right one of them.
    fn has_weekday(&self, day: NaiveDate) -> bool {
        let (at, length) = match (self.freq, self.months.is_empty()) {
            (Freq::Yearly, true) => (day.ordinal().cast_signed(), days_in_year(day)),
            _ => (day.day().cast_signed(), days_in_month(day)),
        };
        let is_counted = matches!(self.freq, Freq::Yearly | Freq::Monthly) && self.weeks.is_empty();
        self.days.iter().any(|(nth, weekday)| {
            let is_nth = *nth == 0 || !is_counted || *nth == (at - 1) / 7 + 1 || *nth == -((length - at) / 7 + 1);
            *weekday == day.weekday() && is_nth
        })
    }
}

/// Days of the month that a day lies in.
pub(super) fn days_in_month(day: NaiveDate) -> i32 {
    i32::from(day.num_days_in_month())
}

/// Days of the year that a day lies in.
pub(super) fn days_in_year(day: NaiveDate) -> i32 {
    if day.leap_year() { 366 } else { 365 }
}

/// The numbers of a list that are within bounds; nothing where none is.
fn unsigned(value: &str, least: u32, most: u32) -> Option<Vec<u32>> {
    let numbers = value.split(',').filter_map(|text| text.trim().parse::<u32>().ok());
    finished(numbers.filter(|number| (least..=most).contains(number)).collect())
}

/// The numbers of a list up to `most` from either end, without 0; nothing where none is.
fn signed(value: &str, most: i32) -> Option<Vec<i32>> {
    let numbers = value.split(',').filter_map(|text| text.trim().parse::<i32>().ok());
    finished(numbers.filter(|number| *number != 0 && (-most..=most).contains(number)).collect())
}

fn days(value: &str) -> Option<Vec<(i32, Weekday)>> {
    let days = value.split(',').filter_map(|text| {
        let text = text.trim();
        let (nth, letters) = text.split_at_checked(text.len().checked_sub(2)?)?;
        let nth = if nth.is_empty() { 0 } else { nth.trim_start_matches('+').parse::<i32>().ok()? };
        Some((nth, weekday(letters)?)).filter(|(nth, _)| (-53..=53).contains(nth))
    });
    let mut found: Vec<(i32, Weekday)> = Vec::new();
    for day in days.take(MOST_VALUES) {
        if !found.contains(&day) {
            found.push(day);
        }
    }
    (!found.is_empty()).then_some(found)
}

fn finished<T: Ord>(mut numbers: Vec<T>) -> Option<Vec<T>> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers.truncate(MOST_VALUES);
    (!numbers.is_empty()).then_some(numbers)
}
