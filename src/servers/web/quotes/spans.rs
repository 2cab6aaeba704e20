//! Spans of time on a chart: how bars are put together, and where the axis says what time it is.

use crate::format::feed::Bar;
use crate::format::formats::Formats;
use crate::kernel::clock::Moment;
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};
use chrono_tz::Tz;

/// Marks on an axis, at the most.
const MARKS: usize = 8;

/// What time it is on the axis. Days are the market's own and begin at midnight UTC; hours are the reader's.
#[derive(Debug, Clone, Copy)]
pub struct Clock(pub Tz, pub Formats);

impl Clock {
    /// `moment` on this clock.
    pub fn at(self, moment: Moment) -> NaiveDateTime {
        let utc = DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default();
        utc.with_timezone(&self.0).naive_local()
    }
}

/// What one point of a chart stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// So many minutes.
    Minutes(u32),
    /// A day.
    #[default]
    Day,
    /// A week from Monday on.
    Week,
    /// So many months.
    Months(u32),
}

const COARSER: [Unit; 11] = [
    Unit::Minutes(1),
    Unit::Minutes(5),
    Unit::Minutes(15),
    Unit::Minutes(30),
    Unit::Minutes(60),
    Unit::Day,
    Unit::Week,
    Unit::Months(1),
    Unit::Months(3),
    Unit::Months(12),
    Unit::Months(60),
];

impl Unit {
    /// The finest unit, from `finest` on, in which `bars` come to no more than `most` points.
    pub fn fitting(finest: Self, bars: &[Bar], clock: Clock, most: usize) -> Self {
        let fits = |unit: &Self| bars.len() <= most && *unit == finest || unit.count(bars, clock) <= most;
        COARSER.into_iter().skip_while(|unit| *unit != finest).find(fits).unwrap_or(Self::Months(60))
    }

    fn count(self, bars: &[Bar], clock: Clock) -> usize {
        let mut last = None;
        let mut changes = 0;
        for bar in bars {
            let key = Some(self.key(clock.at(bar.at)));
            changes += usize::from(last != key);
            last = key;
        }
        changes
    }

    /// What all times of one unit have in common.
    pub fn key(self, at: NaiveDateTime) -> i64 {
        let days = i64::from(at.date().num_days_from_ce());
        match self {
            Self::Minutes(every) => days * 1440 + i64::from(at.num_seconds_from_midnight() / 60 / every * every),
            Self::Day => days,
            // Day 1 of the common era was a Monday.
            Self::Week => (days - 1).div_euclid(7),
            Self::Months(every) => {
                i64::from(at.year()) * 12 / i64::from(every) + i64::from(at.month0() / every.min(12))
            }
        }
    }

    /// In words, for one point: `a day`, `5 minutes`.
    pub fn words(self) -> String {
        match self {
            Self::Minutes(1) => "a minute".to_owned(),
            Self::Minutes(60) => "an hour".to_owned(),
            Self::Minutes(count) => format!("{count} minutes"),
            Self::Day => "a day".to_owned(),
            Self::Week => "a week".to_owned(),
            Self::Months(1) => "a month".to_owned(),
            Self::Months(3) => "a quarter".to_owned(),
            Self::Months(12) => "a year".to_owned(),
            Self::Months(count) => format!("{} years", count / 12),
        }
    }

    /// When a point is, in words.
    pub fn time(self, at: NaiveDateTime, formats: Formats) -> String {
        match self {
            Self::Minutes(_) => format!("{}, {}", formats.short(at.date()), formats.time(at)),
            Self::Day => formats.date(at.date()).to_string(),
            Self::Week => format!("Week of {}", formats.date(at.date())),
            Self::Months(12 | 60) => at.format("%Y").to_string(),
            Self::Months(_) => at.format("%b %Y").to_string(),
        }
    }
}

/// How far marks stand apart.
#[derive(Debug, Clone, Copy)]
enum Gap {
    Minutes(u32),
    Days(i32),
    Months(u32),
    Years(i32),
}

const GAPS: [Gap; 17] = [
    Gap::Minutes(15),
    Gap::Minutes(30),
    Gap::Minutes(60),
    Gap::Minutes(120),
    Gap::Minutes(240),
    Gap::Minutes(360),
    Gap::Days(1),
    Gap::Days(2),
    Gap::Days(7),
    Gap::Days(14),
    Gap::Months(1),
    Gap::Months(2),
    Gap::Months(3),
    Gap::Months(6),
    Gap::Years(1),
    Gap::Years(2),
    Gap::Years(5),
];

impl Gap {
    fn key(self, at: NaiveDateTime) -> i64 {
        let days = at.date().num_days_from_ce();
        match self {
            Self::Minutes(every) => {
                i64::from(days) * 1440 + i64::from(at.num_seconds_from_midnight() / 60 / every * every)
            }
            Self::Days(every) => i64::from((days - 1).div_euclid(every)),
            Self::Months(every) => i64::from(at.year()) * 12 + i64::from(at.month0() / every),
            Self::Years(every) => i64::from(at.year().div_euclid(every)),
        }
    }

    fn words(self, at: NaiveDateTime, formats: Formats) -> String {
        let words = match self {
            Self::Minutes(_) if at.minute() == 0 => return formats.hour(at.hour()),
            Self::Minutes(_) => return formats.time(at).to_string(),
            Self::Days(_) => return formats.short(at.date()).to_string(),
            Self::Months(_) if at.month() == 1 => "%Y",
            Self::Months(_) => "%b",
            Self::Years(_) => "%Y",
        };
        at.format(words).to_string()
    }
}

/// Where marks stand among these times, and what they say.
pub fn marks(times: &[NaiveDateTime], formats: Formats) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for gap in GAPS {
        let news = times.windows(2).enumerate().filter(|(_, two)| gap.key(two[0]) != gap.key(two[1]));
        found = news.map(|(at, two)| (at + 1, gap.words(two[1], formats))).collect();
        if found.len() <= MARKS {
            break;
        }
    }
    found.truncate(MARKS * 2);
    found
}
