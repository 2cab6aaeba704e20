//! The times that a rule gives, on a clock's face. RFC 5545 §3.3.10.
//!
//! Goes step by step through the rule's periods, from the one that the window begins in; only a rule that counts is
//! walked from its start. Work is counted, so that no rule takes long.

use crate::format::ical::rule::{Freq, Rule};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday};

/// The last year that is walked into. §3.3.4.
const LAST_YEAR: i32 = 9999;

/// Work of a period of an hour or less.
const CLOCK_STEP: u32 = 4;

/// Why a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The rule gives nothing more.
    Exhausted,
    /// The end of the window was reached, or whoever listened had enough.
    Reached,
    /// The work that may be done was done.
    Tired,
}

/// A walk through the times of a rule.
pub(super) struct Walk<'a> {
    rule: Rule,
    /// Whether the rule lists nothing, so that each step gives one time.
    is_bare: bool,
    start: NaiveDateTime,
    from: NaiveDateTime,
    to: NaiveDateTime,
    left: Option<u32>,
    times: Vec<NaiveTime>,
    steps: &'a mut u32,
}

/// What one period or one time did to the walk.
type Step = Result<(), End>;

impl<'a> Walk<'a> {
    /// A walk from the start of a series through a window of the clock's face. `steps` is the work that is left.
    pub(super) fn new(
        rule: &Rule,
        start: NaiveDateTime,
        window: (NaiveDateTime, NaiveDateTime),
        steps: &'a mut u32,
    ) -> Self {
        let is_bare = Rule { interval: 1, count: None, until: None, week_start: Weekday::Mon, ..rule.clone() }
            == Rule::every(rule.freq);
        let mut rule = rule.clone();
        fill(&mut rule, start);
        let times = times(&rule, start);
        let left = rule.count;
        Self { rule, is_bare, start, from: window.0, to: window.1, left, times, steps }
    }

    /// Tells each time in its order, the start always among them, until told to stop. `is_over` says whether a time lies
    /// behind the rule's end.
    pub(super) fn run(
        mut self,
        is_over: &dyn Fn(NaiveDateTime) -> bool,
        tell: &mut dyn FnMut(NaiveDateTime) -> bool,
    ) -> End {
        let first = self.start;
        let mut step = self.one(first, is_over, tell);
        let mut period = self.first_period();
        if let Some(left) = self.left.filter(|_| period > 0) {
            // The start was told already; each period before this one gave one time more.
            let passed = u32::try_from(period - 1).unwrap_or(u32::MAX);
            self.left = Some(left.saturating_sub(passed));
            if self.left == Some(0) {
                return End::Exhausted;
            }
        }
        while step.is_ok() {
            step = self.period(period, is_over, tell);
            period += 1;
        }
        step.err().unwrap_or(End::Reached)
    }

    /// Whether each period gives one time, so that counting them is counting periods.
    const fn is_even(&self) -> bool {
        self.is_bare && !matches!(self.rule.freq, Freq::Monthly | Freq::Yearly)
    }

    /// The first period that may lie in the window: that of the start, where the rule counts.
    fn first_period(&self) -> i64 {
        if self.left.is_some() && !self.is_even() || self.from <= self.start {
            return 0;
        }
        let (start, from) = (self.start, self.from);
        let passed = match self.rule.freq {
            Freq::Yearly => i64::from(from.year() - start.year()),
            Freq::Monthly => months(from) - months(start),
            Freq::Weekly => (from.date() - week_of(start.date(), self.rule.week_start)).num_days() / 7,
            Freq::Daily => (from.date() - start.date()).num_days(),
            Freq::Hourly => (from - start).num_hours(),
            Freq::Minutely => (from - start).num_minutes(),
            Freq::Secondly => (from - start).num_seconds(),
        };
        (passed / self.rule.interval - 1).max(0)
    }

    fn period(
        &mut self,
        index: i64,
        is_over: &dyn Fn(NaiveDateTime) -> bool,
        tell: &mut dyn FnMut(NaiveDateTime) -> bool,
    ) -> Step {
        self.spend(1)?;
        let offset = index.checked_mul(self.rule.interval).ok_or(End::Exhausted)?;
        if self.rule.freq < Freq::Daily {
            return self.clock_period(offset, is_over, tell);
        }
        let (first, length) = self.days_of(offset).ok_or(End::Exhausted)?;
        self.check(first.and_time(NaiveTime::MIN), is_over)?;
        self.spend(u32::try_from(length).unwrap_or(1))?;
        let days: Vec<NaiveDate> = first
            .iter_days()
            .take(length)
            .filter(|day| self.rule.has_day(*day) && (self.rule.weeks.is_empty() || self.has_week(*day)))
            .collect();
        self.set(&days, &self.times.clone(), is_over, tell)
    }

    /// The days of a period: the first, and how many.
    fn days_of(&self, offset: i64) -> Option<(NaiveDate, usize)> {
        let start = self.start.date();
        match self.rule.freq {
            Freq::Yearly => {
                let year = i32::try_from(i64::from(start.year()) + offset).ok().filter(|year| *year <= LAST_YEAR)?;
                let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
                Some((first, if first.leap_year() { 366 } else { 365 }))
            }
            Freq::Monthly => {
                let month = months(self.start) + offset;
                let year = i32::try_from(month.div_euclid(12)).ok().filter(|year| *year <= LAST_YEAR)?;
                let first = NaiveDate::from_ymd_opt(year, u32::try_from(month.rem_euclid(12)).ok()? + 1, 1)?;
                Some((first, usize::from(first.num_days_in_month())))
            }
            Freq::Weekly => Some((later(week_of(start, self.rule.week_start), offset.checked_mul(7)?)?, 7)),
            _ => Some((later(start, offset)?, 1)),
        }
    }

    /// A period of an hour or less. One on a day, or in an hour, that the rule does not have is passed over.
    fn clock_period(
        &mut self,
        offset: i64,
        is_over: &dyn Fn(NaiveDateTime) -> bool,
        tell: &mut dyn FnMut(NaiveDateTime) -> bool,
    ) -> Step {
        self.spend(CLOCK_STEP)?;
        let span = match self.rule.freq {
            Freq::Hourly => offset.checked_mul(3600),
            Freq::Minutely => offset.checked_mul(60),
            _ => Some(offset),
        };
        let span = span.and_then(TimeDelta::try_seconds).ok_or(End::Exhausted)?;
        let at = self.start.checked_add_signed(span).filter(|at| at.year() <= LAST_YEAR).ok_or(End::Exhausted)?;
        self.check(at.with_second(0).and_then(|at| at.with_minute(0)).unwrap_or(at), is_over)?;
        let has = |list: &[u32], value: u32| list.is_empty() || list.contains(&value);
        let rule = &self.rule;
        if !rule.has_day(at.date()) || !has(&rule.hours, at.hour()) {
            return Ok(());
        }
        let minutes = if rule.freq == Freq::Hourly { rule.minutes.clone() } else { vec![at.minute()] };
        let seconds = if rule.freq == Freq::Secondly { vec![at.second()] } else { rule.seconds.clone() };
        let is_listed = has(&rule.minutes, at.minute()) || rule.freq == Freq::Hourly;
        if !is_listed || rule.freq == Freq::Secondly && !has(&rule.seconds, at.second()) {
            return Ok(());
        }
        let times = product(&[at.hour()], &minutes, &seconds);
        self.set(&[at.date()], &times, is_over, tell)
    }

    /// Stops the walk behind the window or behind the rule's end.
    fn check(&self, at: NaiveDateTime, is_over: &dyn Fn(NaiveDateTime) -> bool) -> Step {
        if at.year() > LAST_YEAR || is_over(at) && at > self.start {
            return Err(End::Exhausted);
        }
        if at >= self.to { Err(End::Reached) } else { Ok(()) }
    }

    fn spend(&mut self, steps: u32) -> Step {
        *self.steps = self.steps.checked_sub(steps).ok_or(End::Tired)?;
        Ok(())
    }

    /// Tells the times of one period: all of them, or those at the rule's positions.
    fn set(
        &mut self,
        days: &[NaiveDate],
        times: &[NaiveTime],
        is_over: &dyn Fn(NaiveDateTime) -> bool,
        tell: &mut dyn FnMut(NaiveDateTime) -> bool,
    ) -> Step {
        if self.rule.positions.is_empty() {
            for day in days {
                if self.left.is_none() && *day < self.from.date() {
                    continue;
                }
                for time in times {
                    self.later_one(day.and_time(*time), is_over, tell)?;
                }
            }
            return Ok(());
        }
        let total = i64::try_from(days.len() * times.len()).unwrap_or(0);
        let places =
            self.rule.positions.iter().map(|at| i64::from(*at)).map(|at| if at > 0 { at - 1 } else { total + at });
        let mut places: Vec<usize> =
            places.filter(|at| (0..total).contains(at)).filter_map(|at| usize::try_from(at).ok()).collect();
        places.sort_unstable();
        places.dedup();
        for at in places {
            self.later_one(days[at / times.len()].and_time(times[at % times.len()]), is_over, tell)?;
        }
        Ok(())
    }

    /// A time behind the start.
    fn later_one(
        &mut self,
        at: NaiveDateTime,
        is_over: &dyn Fn(NaiveDateTime) -> bool,
        tell: &mut dyn FnMut(NaiveDateTime) -> bool,
    ) -> Step {
        self.spend(1)?;
        if at <= self.start { Ok(()) } else { self.one(at, is_over, tell) }
    }

    fn one(
        &mut self,
        at: NaiveDateTime,
        is_over: &dyn Fn(NaiveDateTime) -> bool,
        tell: &mut dyn FnMut(NaiveDateTime) -> bool,
    ) -> Step {
        if at > self.start && is_over(at) {
            return Err(End::Exhausted);
        }
        match &mut self.left {
            Some(0) => return Err(End::Exhausted),
            Some(left) => *left -= 1,
            None => {}
        }
        if at >= self.to || at >= self.from && !tell(at) {
            return Err(End::Reached);
        }
        if self.left == Some(0) { Err(End::Exhausted) } else { Ok(()) }
    }

    /// Whether a day lies in a week of the rule. Week 1 is the first with four days in the year.
    fn has_week(&self, day: NaiveDate) -> bool {
        let (year, week) = week_number(day, self.rule.week_start);
        let weeks = weeks_in(year, self.rule.week_start);
        self.rule.weeks.iter().any(|wanted| *wanted == week || *wanted == week - weeks - 1)
    }
}

/// What a rule leaves open is as in its start.
fn fill(rule: &mut Rule, start: NaiveDateTime) {
    let no_days = rule.days.is_empty() && rule.month_days.is_empty() && rule.year_days.is_empty();
    if no_days && !rule.weeks.is_empty() && rule.freq == Freq::Yearly {
        rule.days.push((0, start.weekday()));
    } else if no_days {
        match rule.freq {
            Freq::Yearly => {
                if rule.months.is_empty() {
                    rule.months.push(start.month());
                }
                rule.month_days.push(start.day().cast_signed());
            }
            Freq::Monthly => rule.month_days.push(start.day().cast_signed()),
            Freq::Weekly => rule.days.push((0, start.weekday())),
            _ => {}
        }
    }
    if rule.freq != Freq::Yearly {
        rule.weeks.clear();
    }
    if rule.freq >= Freq::Daily && rule.hours.is_empty() {
        rule.hours.push(start.hour());
    }
    if rule.freq >= Freq::Hourly && rule.minutes.is_empty() {
        rule.minutes.push(start.minute());
    }
    if rule.freq >= Freq::Minutely && rule.seconds.is_empty() {
        rule.seconds.push(start.second());
    }
}

fn times(rule: &Rule, start: NaiveDateTime) -> Vec<NaiveTime> {
    if rule.freq < Freq::Daily {
        return vec![start.time()];
    }
    product(&rule.hours, &rule.minutes, &rule.seconds)
}

fn product(hours: &[u32], minutes: &[u32], seconds: &[u32]) -> Vec<NaiveTime> {
    let mut found = Vec::with_capacity(hours.len() * minutes.len() * seconds.len());
    for hour in hours {
        for minute in minutes {
            found.extend(seconds.iter().filter_map(|second| NaiveTime::from_hms_opt(*hour, *minute, *second)));
        }
    }
    found
}

fn months(at: NaiveDateTime) -> i64 {
    i64::from(at.year()) * 12 + i64::from(at.month0())
}

fn later(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_add_signed(TimeDelta::try_days(days)?).filter(|day| day.year() <= LAST_YEAR)
}

/// The first day of the week of a day.
fn week_of(day: NaiveDate, starts: Weekday) -> NaiveDate {
    day - TimeDelta::days(i64::from(day.weekday().days_since(starts)))
}

/// The first day of week 1 of a year: of the week that holds 4 January.
fn first_week(year: i32, starts: Weekday) -> NaiveDate {
    week_of(NaiveDate::from_ymd_opt(year, 1, 4).unwrap_or_default(), starts)
}

/// The year and the number of a day's week.
fn week_number(day: NaiveDate, starts: Weekday) -> (i32, i32) {
    let year = [day.year() + 1, day.year()].into_iter().find(|year| first_week(*year, starts) <= day);
    let year = year.unwrap_or(day.year() - 1);
    let days = (day - first_week(year, starts)).num_days();
    (year, i32::try_from(days / 7).unwrap_or(0) + 1)
}

fn weeks_in(year: i32, starts: Weekday) -> i32 {
    let days = (first_week(year + 1, starts) - first_week(year, starts)).num_days();
    i32::try_from(days / 7).unwrap_or(52)
}
