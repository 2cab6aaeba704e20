//! The times an event takes place: its rule, dates of its own, what is taken out, what is moved. RFC 5545 §3.8.5.

use crate::format::ical::facts;
use crate::format::ical::read;
use crate::format::ical::rule::Rule;
use crate::format::ical::tree::Node;
use crate::format::ical::value::{self, Span};
use crate::format::ical::walk::{End, Walk};
use crate::format::ical::when;
use crate::format::ical::zone::Zones;
use crate::format::ical::{Item, Occurrence, Occurrences, When};
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Tz;
use std::collections::HashSet;

/// How far a clock may be set forth or back at once, in milliseconds.
const CLOCK_CHANGE: i64 = 3 * 3600 * 1000;
/// Times that a rule takes out, at the most.
const TAKEN_OUT: usize = 4 * limits::ICAL_INSTANCES;

/// What is known of a series before its times are looked for.
struct Series {
    starts: When,
    length: Length,
    rules: Vec<Rule>,
    not_rules: Vec<Rule>,
    dates: Vec<(When, Option<i64>)>,
    not: HashSet<i64>,
    not_days: HashSet<NaiveDate>,
    /// From which instance on all is otherwise: the instance, the override.
    onward: Vec<(i64, usize)>,
    is_floating: bool,
}

/// How long an instance lasts: so many milliseconds, or days on the clock's face and seconds.
#[derive(Clone, Copy)]
enum Length {
    Exact(i64),
    Nominal(Span),
}

/// The times as they are found.
struct Finding<'a> {
    item: &'a Item,
    series: &'a Series,
    from: i64,
    to: i64,
    most: usize,
    seen: HashSet<i64>,
    found: Vec<Occurrence>,
}

impl Item {
    /// The times it takes place in the window `[from, to)`: all that overlap it; of those that take no time, those within.
    ///
    /// What was called off (`Status::Cancelled`) is told of too. Days and times on the reader's clock
    /// (`Occurrence::is_floating`) are compared as if they were UTC: ask for a day more on both sides.
    /// At most `most` and `limits::ICAL_INSTANCES` are found, and `limits::ICAL_STEPS` of work done.
    #[must_use]
    pub fn occurrences(&self, from: Moment, to: Moment, most: usize) -> Occurrences {
        let most = most.min(limits::ICAL_INSTANCES);
        let Some(starts) = self.main.starts.or(self.main.ends) else {
            return Occurrences { is_ended: true, ..Occurrences::default() };
        };
        if !self.main.is_series {
            return self.singles(from, to, most);
        }
        let Some(series) = self.series(starts) else { return self.singles(from, to, most) };
        let mut finding = Finding {
            item: self,
            series: &series,
            from: from.millis(),
            to: to.millis(),
            most,
            seen: HashSet::new(),
            found: Vec::new(),
        };
        let (is_cut, is_ended) = finding.look();
        finish(finding.found, is_cut, is_ended, most)
    }

    /// An event that comes once, or single instances of a series that did not come itself.
    fn singles(&self, from: Moment, to: Moment, most: usize) -> Occurrences {
        let window = (from.millis(), to.millis());
        let all =
            std::iter::once((None, &self.main)).chain(self.overrides.iter().enumerate().map(|(at, it)| (Some(at), it)));
        let mut found = Vec::new();
        let mut is_ended = true;
        for (differs, it) in all {
            let Some(starts) = it.starts.or(it.ends) else { continue };
            let ends = it.ends.unwrap_or(starts);
            let one = occurrence(it.instance.unwrap_or(starts), starts, ends, differs);
            is_ended &= one.starts_at < to;
            if overlaps(&one, window) {
                found.push(one);
            }
        }
        finish(found, false, is_ended, most)
    }

    /// What its text says of the series.
    fn series(&self, starts: When) -> Option<Series> {
        let root = read::root(&self.text)?;
        let zones = Zones::of(root.parts.iter());
        let mut parts = root.parts.iter().filter(|part| read::is_content(part));
        let main = parts.next()?;
        let rules = |name: &str| main.all(name).filter_map(|line| Rule::parse(line.value())).collect::<Vec<_>>();
        let mut series = Series {
            starts,
            length: length(main, starts, self.main.ends),
            rules: rules("RRULE"),
            not_rules: rules("EXRULE"),
            dates: dates(main, &zones),
            not: HashSet::new(),
            not_days: HashSet::new(),
            onward: Vec::new(),
            is_floating: starts.is_floating(),
        };
        for when in facts::times(main, "EXDATE", &zones) {
            match when {
                When::Day(day) if !starts.is_day() => drop(series.not_days.insert(day)),
                when => drop(series.not.insert(series.key(when))),
            }
        }
        for (at, (part, it)) in parts.zip(&self.overrides).enumerate() {
            let Some(id) = it.instance else { continue };
            let key = series.key(id);
            let is_onward = part.line("RECURRENCE-ID").and_then(|line| line.param("RANGE"));
            if is_onward.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")) {
                series.onward.push((key, at));
            }
            match id {
                When::Day(day) if !starts.is_day() => drop(series.not_days.insert(day)),
                _ => drop(series.not.insert(key)),
            }
        }
        series.onward.sort_unstable();
        Some(series)
    }
}

impl Series {
    /// What an instance is told apart by: its moment, or what the clock's face says where it has no place.
    fn key(&self, when: When) -> i64 {
        match self.starts {
            When::Day(_) => when::wall(when.date().and_time(chrono::NaiveTime::MIN)).millis(),
            When::Floating(_) => when::wall(when.local()).millis(),
            When::Zoned { zone, .. } => when.instant(zone).millis(),
            When::Utc(_) => when.instant(Tz::UTC).millis(),
        }
    }

    /// A window of moments as the clock of the series shows it, wide enough for all that is moved into it.
    fn window(&self, from: i64, to: i64, longest: i64) -> (NaiveDateTime, NaiveDateTime) {
        let (zone, change) = match self.starts {
            When::Zoned { zone, .. } => (zone, CLOCK_CHANGE),
            _ => (Tz::UTC, 0),
        };
        let face = |millis: i64| {
            let is_a_time = DateTime::from_timestamp_millis(millis).is_some();
            is_a_time.then(|| when::local(Moment::from_millis(millis), zone))
        };
        let from = face(from.saturating_sub(longest).saturating_sub(change)).unwrap_or(NaiveDateTime::MIN);
        let to = face(to.saturating_add(longest).saturating_add(change)).unwrap_or(NaiveDateTime::MAX);
        (from, to)
    }

    /// Whether a time lies behind a rule's end. A day that ends it counts whole.
    fn is_over(&self, rule: &Rule, local: NaiveDateTime) -> bool {
        match rule.until {
            None => false,
            Some(When::Day(day)) => local.date() > day,
            Some(until) if self.starts.is_day() => local.date() > until.date(),
            // Far from the end the clocks of no two places disagree on which comes first.
            Some(until) if (local - until.local()).num_hours() < -48 => false,
            Some(until) => self.key(self.starts.with_local(local)) > self.key(until),
        }
    }

    fn is_out(&self, key: i64, local: NaiveDateTime) -> bool {
        self.not.contains(&key) || (!self.not_days.is_empty() && self.not_days.contains(&local.date()))
    }

    /// The end of an instance.
    fn ends(&self, starts: When, own: Option<i64>) -> When {
        match (own.map_or(self.length, Length::Exact), starts) {
            (Length::Nominal(span), _) => facts::after(starts, span),
            (Length::Exact(millis), When::Zoned { zone, .. }) => {
                When::from_instant(Moment::from_millis(starts.instant(zone).millis().saturating_add(millis)), zone)
            }
            (Length::Exact(millis), _) => {
                let later =
                    TimeDelta::try_milliseconds(millis).and_then(|span| starts.local().checked_add_signed(span));
                starts.with_local(later.unwrap_or_else(|| starts.local()))
            }
        }
    }

    fn longest(&self, item: &Item) -> i64 {
        let own = match self.length {
            Length::Exact(millis) => millis,
            Length::Nominal(span) => span.total() * 1000,
        };
        let dates = self.dates.iter().filter_map(|(_, own)| *own).max().unwrap_or(0);
        let onward = self.onward.iter().filter_map(|(key, at)| {
            let it = &item.overrides[*at];
            let (starts, ends) = (self.key(it.starts?), self.key(it.ends.or(it.starts)?));
            Some(ends.saturating_sub(starts).saturating_add((starts - key).abs()))
        });
        onward.max().unwrap_or(0).max(own).max(dates)
    }
}

impl Finding<'_> {
    /// Looks for them. Says whether some may be missing, and whether none comes after the window.
    fn look(&mut self) -> (bool, bool) {
        let mut steps = limits::ICAL_STEPS;
        let longest = self.series.longest(self.item);
        let window = self.series.window(self.from, self.to, longest);
        let (out, out_end) = self.taken_out(window, &mut steps);
        let (mut is_cut, mut is_ended) = (false, true);
        let mut window = window;
        if let Some(end) = out_end {
            window.1 = window.1.min(end);
            (is_cut, is_ended) = (true, false);
        }
        let series = self.series;
        let start = series.starts.local();
        for rule in &series.rules {
            let mut count = 0;
            let most = self.most;
            let mut found = Vec::new();
            let end =
                Walk::new(rule, start, window, &mut steps).run(&|local| series.is_over(rule, local), &mut |local| {
                    let key = series.key(series.starts.with_local(local));
                    let may_be_in = key >= self.from || key.saturating_add(longest) > self.from;
                    if may_be_in && !series.is_out(key, local) && !out.contains(&key) {
                        found.push((local, key));
                        count += usize::from(key < self.to);
                    }
                    count <= most
                });
            for (local, key) in found {
                self.instance(series.starts.with_local(local), key, None);
            }
            is_cut |= end == End::Tired || count > most;
            is_ended &= end == End::Exhausted;
        }
        let first = series.key(series.starts);
        if series.rules.is_empty() && !series.is_out(first, start) {
            self.instance(series.starts, first, None);
        }
        is_ended &= self.dated() & self.moved();
        (is_cut, is_ended && !is_cut)
    }

    /// What old rules take out, and, where that was too much to look through, up to where it is known.
    fn taken_out(
        &self,
        window: (NaiveDateTime, NaiveDateTime),
        steps: &mut u32,
    ) -> (HashSet<i64>, Option<NaiveDateTime>) {
        let series = self.series;
        let mut out = HashSet::new();
        let mut known: Option<NaiveDateTime> = None;
        for rule in &series.not_rules {
            let mut last = window.0;
            let mut half = *steps / 2;
            *steps -= half;
            let end = Walk::new(rule, series.starts.local(), window, &mut half).run(
                &|local| series.is_over(rule, local),
                &mut |local| {
                    out.insert(series.key(series.starts.with_local(local)));
                    last = local;
                    out.len() < TAKEN_OUT
                },
            );
            if end == End::Tired || out.len() >= TAKEN_OUT {
                known = Some(known.map_or(last, |known| known.min(last)));
            }
        }
        (out, known)
    }

    /// The dates that a series has of its own. Says whether none comes after the window.
    fn dated(&mut self) -> bool {
        let series = self.series;
        let mut is_ended = true;
        for (when, own) in &series.dates {
            let when = match (series.starts, when) {
                (When::Day(_), when) => When::Day(when.date()),
                (starts, When::Day(day)) => starts.with_local(day.and_time(starts.local().time())),
                (_, when) => *when,
            };
            let key = series.key(when);
            is_ended &= key < self.to;
            if !series.is_out(key, when.local()) {
                self.instance(when, key, *own);
            }
        }
        is_ended
    }

    /// The instances that differ. Says whether none comes after the window.
    fn moved(&mut self) -> bool {
        let mut is_ended = true;
        for (at, it) in self.item.overrides.iter().enumerate() {
            let Some(id) = it.instance else { continue };
            let starts = it.starts.unwrap_or(id);
            let ends = it.ends.unwrap_or_else(|| self.series.ends(starts, None));
            let one = occurrence(id, starts, ends, Some(at));
            is_ended &= one.starts_at.millis() < self.to;
            if overlaps(&one, (self.from, self.to)) {
                self.found.push(one);
            }
        }
        is_ended
    }

    /// One instance of the series, or, from some instance on, what that one says.
    fn instance(&mut self, when: When, key: i64, own: Option<i64>) {
        let series = self.series;
        if !self.seen.insert(key) {
            return;
        }
        let onward = series.onward.iter().rfind(|(from, _)| *from <= key).map(|(from, at)| (*from, *at));
        let one = match onward.and_then(|(from, at)| Some((from, at, self.item.overrides[at].starts?))) {
            Some((from, at, starts)) => {
                let it = &self.item.overrides[at];
                let by = TimeDelta::try_milliseconds(series.key(starts).saturating_sub(from)).unwrap_or_default();
                let moved = when.with_local(when.local().checked_add_signed(by).unwrap_or_else(|| when.local()));
                let length = series.key(it.ends.unwrap_or(starts)).saturating_sub(series.key(starts));
                occurrence(when, moved, series.ends(moved, Some(length)), Some(at))
            }
            None => {
                let starts_at = Moment::from_millis(key);
                let ends_at = match own.map_or(series.length, Length::Exact) {
                    Length::Exact(millis) => Moment::from_millis(key.saturating_add(millis)),
                    Length::Nominal(span) => facts::after(when, span).instant(Tz::UTC).max(starts_at),
                };
                Occurrence { instance: when, starts_at, ends_at, is_floating: false, differs: None }
            }
        };
        if overlaps(&one, (self.from, self.to)) {
            self.found.push(Occurrence { is_floating: series.is_floating, ..one });
        }
    }
}

fn occurrence(instance: When, starts: When, ends: When, differs: Option<usize>) -> Occurrence {
    let (starts_at, ends_at) = (starts.instant(Tz::UTC), ends.instant(Tz::UTC));
    Occurrence { instance, starts_at, ends_at: ends_at.max(starts_at), is_floating: starts.is_floating(), differs }
}

fn overlaps(one: &Occurrence, (from, to): (i64, i64)) -> bool {
    let (starts, ends) = (one.starts_at.millis(), one.ends_at.millis());
    starts < to && (ends > from || starts == ends && starts >= from)
}

fn finish(mut found: Vec<Occurrence>, is_cut: bool, is_ended: bool, most: usize) -> Occurrences {
    found.sort_by_key(|one| (one.starts_at, one.ends_at));
    let is_cut = is_cut || found.len() > most;
    found.truncate(most);
    Occurrences { found, is_cut, is_ended: is_ended && !is_cut }
}

/// How long each instance lasts: as long as the first where an end is written, else as the span says. §3.8.5.3.
fn length(main: &Node, starts: When, ends: Option<When>) -> Length {
    let is_ended = main.line("DTEND").is_some() || main.line("DUE").is_some();
    match main.value("DURATION").and_then(value::span).filter(|span| !is_ended && span.total() >= 0) {
        Some(span) if !starts.is_day() => Length::Nominal(span),
        _ => {
            let ends = ends.unwrap_or(starts);
            Length::Exact(ends.instant(Tz::UTC).millis().saturating_sub(starts.instant(Tz::UTC).millis()).max(0))
        }
    }
}

/// `RDATE`, with the length of those that are periods. §3.8.5.2.
fn dates(main: &Node, zones: &Zones) -> Vec<(When, Option<i64>)> {
    let mut found = Vec::new();
    for line in main.all("RDATE") {
        let zone = line.param("TZID").and_then(|name| zones.find(name.trim()));
        for text in line.value().split(',') {
            let (starts, period) = text.split_once('/').map_or((text, None), |(starts, rest)| (starts, Some(rest)));
            let Some(when) = facts::when_from(starts, zone) else { continue };
            let ends = period.and_then(|rest| match value::span(rest) {
                Some(span) => Some(facts::after(when, span)),
                None => facts::when_from(rest, zone),
            });
            let length = ends.map(|ends| ends.instant(Tz::UTC).millis().saturating_sub(when.instant(Tz::UTC).millis()));
            found.push((when, length.map(|length| length.clamp(0, limits::ICAL_DAYS * 86_400_000))));
        }
    }
    found
}
