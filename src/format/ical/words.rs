//! A rule in words, and as the fields of a form. RFC 5545 §3.3.10.

use crate::format::day::{month_named, named};
use crate::format::formats::Formats;
use crate::format::ical::When;
use crate::format::ical::rule::{Freq, Rule, letters};
use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;

/// From Monday to Friday.
const WORKDAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

/// The step of a rule that a form knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Each day.
    Day,
    /// Each week.
    Week,
    /// Each month.
    Month,
    /// Each year.
    Year,
}

/// Which day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthDay {
    /// The day the series begins on.
    AsStart,
    /// A day by its number; from the end where negative, -1 the last.
    Day(i32),
    /// The first, second… or, from the end, last day of a name.
    Nth(i32, Weekday),
}

/// When a series ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleEnd {
    /// Never.
    Never,
    /// After this day.
    Until(NaiveDate),
    /// After so many times.
    Count(u32),
}

/// The fields of a form that shows a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFields {
    /// Its step.
    pub every: Every,
    /// Every which of them.
    pub interval: u32,
    /// On which days of a week, from Monday; none for the day it begins on. Of weeks alone.
    pub weekdays: Vec<Weekday>,
    /// On which day of a month. Of months and years.
    pub on: MonthDay,
    /// When it ends.
    pub end: RuleEnd,
}

/// A rule as a form shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleForm {
    /// It does not repeat.
    Once,
    /// By these fields.
    Fields(RuleFields),
    /// By a rule that has no fields, kept as it is written.
    Other(String),
}

/// Why a rule is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// It cannot be read.
    #[error("this is not a rule that a series can follow")]
    Shape,
    /// It comes more than once an hour.
    #[error("a series cannot come more often than every hour")]
    TooOften,
}

/// Whether a person may make a series of this rule.
///
/// # Errors
/// When it says nothing that can be followed, or comes more often than every hour.
pub fn check_rule(rule: &str) -> Result<(), RuleError> {
    let rule = Rule::parse(rule).ok_or(RuleError::Shape)?;
    let is_dense = rule.minutes.len().max(1) * rule.seconds.len().max(1) > 1 && rule.positions.is_empty();
    if rule.freq < Freq::Hourly || is_dense { Err(RuleError::TooOften) } else { Ok(()) }
}

impl RuleForm {
    /// Reads the rule of a series that begins at `starts`.
    #[must_use]
    pub fn parse(rule: Option<&str>, starts: Option<When>) -> Self {
        match rule {
            None => Self::Once,
            Some(text) => {
                let rule = Rule::parse(text);
                rule.and_then(|rule| fields(rule, starts)).map_or_else(|| Self::Other(text.to_owned()), Self::Fields)
            }
        }
    }

    /// The rule that it says of a series that begins at `starts`.
    #[must_use]
    pub fn to_rule(&self, starts: Option<When>) -> Option<String> {
        match self {
            Self::Once => None,
            Self::Other(text) => Some(text.clone()),
            Self::Fields(fields) => Some(written(fields, starts)),
        }
    }
}

/// The fields of a rule, where it has no more than a form shows.
fn fields(rule: Rule, starts: Option<When>) -> Option<RuleFields> {
    let is_plain = rule.hours.is_empty()
        && rule.minutes.is_empty()
        && rule.seconds.is_empty()
        && rule.year_days.is_empty()
        && rule.weeks.is_empty();
    if !is_plain || rule.freq < Freq::Daily || rule.week_start != Weekday::Mon && rule.interval > 1 {
        return None;
    }
    let mut rule = rule;
    if rule.freq == Freq::Daily && rule.interval == 1 && !rule.days.is_empty() {
        rule.freq = Freq::Weekly;
    }
    let end = match (rule.until, rule.count) {
        (None, None) => RuleEnd::Never,
        (None, Some(count)) => RuleEnd::Count(count),
        (Some(until), _) => RuleEnd::Until(last_day(until, starts)),
    };
    let interval = u32::try_from(rule.interval).ok()?;
    let fields = |every, weekdays, on| Some(RuleFields { every, interval, weekdays, on, end });
    let is_bare = rule.months.is_empty() && rule.positions.is_empty();
    match rule.freq {
        Freq::Daily if is_bare && rule.days.is_empty() && rule.month_days.is_empty() => {
            fields(Every::Day, Vec::new(), MonthDay::AsStart)
        }
        Freq::Weekly if is_bare && rule.month_days.is_empty() => {
            let mut days: Vec<Weekday> = rule.days.iter().map(|(_, day)| *day).collect();
            days.sort_by_key(Weekday::num_days_from_monday);
            fields(Every::Week, days, MonthDay::AsStart)
        }
        Freq::Monthly if rule.months.is_empty() => fields(Every::Month, Vec::new(), month_day(&rule)?),
        Freq::Yearly => {
            let on = month_day(&rule)?;
            let own = starts.map(|starts| starts.date().month());
            let is_own =
                rule.months.is_empty() && on == MonthDay::AsStart || own.is_some_and(|own| rule.months == [own]);
            if is_own { fields(Every::Year, Vec::new(), on) } else { None }
        }
        _ => None,
    }
}

fn month_day(rule: &Rule) -> Option<MonthDay> {
    match (rule.days.as_slice(), rule.month_days.as_slice(), rule.positions.as_slice()) {
        ([], [], []) => Some(MonthDay::AsStart),
        ([], [day], []) => Some(MonthDay::Day(*day)),
        ([(nth, day)], [], []) if *nth != 0 => Some(MonthDay::Nth(*nth, *day)),
        ([(0, day)], [], [nth]) => Some(MonthDay::Nth(*nth, *day)),
        _ => None,
    }
}

/// The last day on which a rule may give a time, where the series takes place.
fn last_day(until: When, starts: Option<When>) -> NaiveDate {
    match (until, starts) {
        (When::Utc(moment), Some(When::Zoned { zone, .. })) => When::from_instant(moment, zone).date(),
        _ => until.date(),
    }
}

fn written(fields: &RuleFields, starts: Option<When>) -> String {
    let step = match fields.every {
        Every::Day => "DAILY",
        Every::Week => "WEEKLY",
        Every::Month => "MONTHLY",
        Every::Year => "YEARLY",
    };
    let mut parts = vec![format!("FREQ={step}")];
    if fields.interval > 1 {
        parts.push(format!("INTERVAL={}", fields.interval));
    }
    if fields.every == Every::Week && !fields.weekdays.is_empty() {
        let days: Vec<&str> = fields.weekdays.iter().map(|day| letters(*day)).collect();
        parts.push(format!("BYDAY={}", days.join(",")));
    }
    if matches!(fields.every, Every::Month | Every::Year) && fields.on != MonthDay::AsStart {
        if fields.every == Every::Year
            && let Some(starts) = starts
        {
            parts.push(format!("BYMONTH={}", starts.date().month()));
        }
        match fields.on {
            MonthDay::AsStart => {}
            MonthDay::Day(day) => parts.push(format!("BYMONTHDAY={day}")),
            MonthDay::Nth(nth, day) => parts.push(format!("BYDAY={nth}{}", letters(day))),
        }
    }
    match fields.end {
        RuleEnd::Never => {}
        RuleEnd::Count(count) => parts.push(format!("COUNT={count}")),
        RuleEnd::Until(day) => parts.push(format!("UNTIL={}", until(day, starts).written())),
    }
    parts.join(";")
}

/// The end of a last day, in the form that the start asks for. §3.3.10.
fn until(day: NaiveDate, starts: Option<When>) -> When {
    let end = day.and_hms_opt(23, 59, 59).unwrap_or_default();
    match starts {
        None | Some(When::Day(_)) => When::Day(day),
        Some(When::Floating(_)) => When::Floating(end),
        Some(starts) => When::Utc(starts.with_local(end).instant(Tz::UTC)),
    }
}

/// A rule in words: `every 2nd Tuesday until 3 March 2026`. Nothing for one that cannot be read.
#[must_use]
pub fn rule_words(rule: &str, formats: Formats) -> String {
    let Some(rule) = Rule::parse(rule) else { return String::new() };
    let end = match (rule.until, rule.count) {
        (None, None) => String::new(),
        (None, Some(1)) => ", once".to_owned(),
        (None, Some(count)) => format!(", {count} times"),
        (Some(until), _) => format!(" until {}", formats.long(until.date())),
    };
    format!("{}{end}", steps(&rule))
}

fn steps(rule: &Rule) -> String {
    let unit = match rule.freq {
        Freq::Secondly => "second",
        Freq::Minutely => "minute",
        Freq::Hourly => "hour",
        Freq::Daily => "day",
        Freq::Weekly => "week",
        Freq::Monthly => "month",
        Freq::Yearly => "year",
    };
    let each = if rule.interval == 1 { format!("every {unit}") } else { format!("every {} {unit}s", rule.interval) };
    let odd = !rule.positions.is_empty() && month_day(rule).is_none()
        || !(rule.year_days.is_empty() && rule.weeks.is_empty() && rule.hours.is_empty());
    if odd {
        return format!("{each} by a rule of its own");
    }
    let days: Vec<Weekday> = rule.days.iter().map(|(_, day)| *day).collect();
    match (rule.freq, days.as_slice()) {
        (Freq::Weekly | Freq::Daily, [day]) => match rule.interval {
            1 => format!("every {}", named(*day)),
            other => format!("every {} {}", ordinal(other), named(*day)),
        },
        (Freq::Weekly | Freq::Daily, all) if all.len() == 5 && WORKDAYS.iter().all(|day| all.contains(day)) => {
            if rule.interval == 1 { "every weekday".to_owned() } else { format!("{each} on weekdays") }
        }
        (Freq::Weekly | Freq::Daily, [_, ..]) => {
            let names: Vec<&str> = days.iter().map(|day| &named(*day)[..3]).collect();
            let each = if rule.freq == Freq::Daily && rule.interval == 1 { "every week".to_owned() } else { each };
            format!("{each} on {}", names.join(", "))
        }
        _ => format!("{each}{}{}", months(rule), in_month(rule)),
    }
}

fn months(rule: &Rule) -> String {
    let names: Vec<&str> = rule.months.iter().filter_map(|month| month_named(*month as usize)).collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(", ")) }
}

fn in_month(rule: &Rule) -> String {
    if rule.freq < Freq::Monthly {
        return String::new();
    }
    match month_day(rule) {
        Some(MonthDay::AsStart) => String::new(),
        Some(MonthDay::Day(-1)) => " on the last day".to_owned(),
        Some(MonthDay::Day(day)) if day > 0 => format!(" on day {day}"),
        Some(MonthDay::Day(day)) => format!(" on the {} to last day", ordinal(i64::from(-day))),
        Some(MonthDay::Nth(-1, day)) => format!(" on the last {}", named(day)),
        Some(MonthDay::Nth(nth, day)) if nth > 0 => format!(" on the {} {}", ordinal(i64::from(nth)), named(day)),
        Some(MonthDay::Nth(nth, day)) => format!(" on the {} to last {}", ordinal(i64::from(-nth)), named(day)),
        None if !rule.month_days.is_empty() && rule.days.is_empty() => {
            let days: Vec<String> = rule.month_days.iter().map(ToString::to_string).collect();
            format!(" on days {}", days.join(", "))
        }
        None => " by a rule of its own".to_owned(),
    }
}

fn ordinal(number: i64) -> String {
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}
