//! A small month: beside every view, and twelve times in a year's.

use super::super::words::month;
use super::here::Here;
use super::view::{View, each, monday_in, week_of, weekdays, weeks_of_month};
use chrono::{Datelike, Months, NaiveDate};
use std::collections::BTreeSet;

/// A small month.
#[derive(Debug, Clone)]
pub struct MiniView {
    /// Its name.
    pub title: String,
    /// Where it is shown large.
    pub href: String,
    /// The month before; empty where time begins.
    pub previous: String,
    /// The month after; empty where time ends.
    pub next: String,
    /// The days of a week, as short as they are said and as a letter.
    pub weekdays: [(&'static str, &'static str); 7],
    /// Its weeks.
    pub weeks: Vec<MiniWeek>,
}

/// A week of it.
#[derive(Debug, Clone)]
pub struct MiniWeek {
    /// Its number, as ISO 8601 counts.
    pub number: u32,
    /// Where it is shown.
    pub href: String,
    /// Whether the page shows it.
    pub is_on: bool,
    /// Its days.
    pub days: Vec<MiniDay>,
}

/// A day of it.
#[derive(Debug, Clone)]
pub struct MiniDay {
    /// Its number.
    pub number: u32,
    /// Where it is shown.
    pub href: String,
    /// Its name, and whether it has something.
    pub label: String,
    /// Whether it is another month's.
    pub is_out: bool,
    /// Whether something takes place or is due.
    pub has: bool,
    /// Whether it is today.
    pub is_today: bool,
    /// Whether it is the one the page stands at.
    pub is_picked: bool,
}

/// What a small month is made from.
#[derive(Debug, Clone, Copy)]
pub struct Mini<'m> {
    /// The view that its days lead to.
    pub view: View,
    /// The day the page stands at.
    pub picked: NaiveDate,
    /// The reader's clock.
    pub here: Here,
    /// Days on which something takes place.
    pub marked: &'m BTreeSet<NaiveDate>,
    /// Days on which a task is due that is not done.
    pub due: &'m BTreeSet<NaiveDate>,
}

impl Mini<'_> {
    /// The month of `day`.
    pub fn of(self, day: NaiveDate) -> MiniView {
        let start = self.here.week_start;
        let (first, end) = weeks_of_month(day, start);
        let beside = |found: Option<NaiveDate>| found.map(|day| self.view.at(day)).unwrap_or_default();
        MiniView {
            title: format!("{} {}", month(day), day.year()),
            href: View::Month.at(day.with_day(1).unwrap_or(day)),
            previous: beside(View::Month.step(day, false)),
            next: beside(View::Month.step(day, true)),
            weekdays: weekdays(start),
            weeks: each(first, end).step_by(7).map(|first| self.week(first, day)).collect(),
        }
    }

    /// The twelve months of a year.
    pub fn year(self, day: NaiveDate) -> Vec<MiniView> {
        let january = day.with_day(1).and_then(|day| day.with_month(1)).unwrap_or(day);
        (0..12)
            .filter_map(|months| january.checked_add_months(Months::new(months)))
            .map(|month| self.of(month))
            .collect()
    }

    fn week(self, first: NaiveDate, of: NaiveDate) -> MiniWeek {
        let shown = week_of(self.picked, self.here.week_start);
        let is_of_days = matches!(self.view, View::Week | View::WorkWeek);
        let days = first.iter_days().take(7).map(|day| {
            let words = match (self.marked.contains(&day), self.due.contains(&day)) {
                (true, false) => ", has events",
                (false, true) => ", has tasks",
                (true, true) => ", has events and tasks",
                (false, false) => "",
            };
            MiniDay {
                number: day.day(),
                href: self.view.at(day),
                label: format!("{} {}{words}", day.day(), month(day)),
                is_out: day.month() != of.month(),
                has: !words.is_empty(),
                is_today: day == self.here.today(),
                is_picked: day == self.picked,
            }
        });
        MiniWeek {
            number: monday_in(first).iso_week().week(),
            href: View::Week.at(first),
            is_on: is_of_days && shown == first,
            days: days.collect(),
        }
    }
}
