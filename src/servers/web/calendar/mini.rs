//! A small month: beside every view, and twelve times in a year's.

use super::super::words::month;
use super::view::{View, each, monday, weeks_of_month};
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
    /// Whether something takes place.
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
    /// Today.
    pub today: NaiveDate,
    /// Days on which something takes place.
    pub marked: &'m BTreeSet<NaiveDate>,
}

impl Mini<'_> {
    /// The month of `day`.
    pub fn of(self, day: NaiveDate) -> MiniView {
        let (first, end) = weeks_of_month(day);
        let mondays = each(first, end).step_by(7);
        let beside = |found: Option<NaiveDate>| found.map(|day| self.view.at(day)).unwrap_or_default();
        MiniView {
            title: format!("{} {}", month(day), day.year()),
            href: View::Month.at(day.with_day(1).unwrap_or(day)),
            previous: beside(View::Month.step(day, false)),
            next: beside(View::Month.step(day, true)),
            weeks: mondays.map(|monday| self.week(monday, day)).collect(),
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
        let (from, end) = self.view.days(self.picked);
        let is_of_days = matches!(self.view, View::Week | View::WorkWeek);
        let days = first.iter_days().take(7).map(|day| {
            let has = self.marked.contains(&day);
            MiniDay {
                number: day.day(),
                href: self.view.at(day),
                label: format!("{} {}{}", day.day(), month(day), if has { ", has events" } else { "" }),
                is_out: day.month() != of.month(),
                has,
                is_today: day == self.today,
                is_picked: day == self.picked,
            }
        });
        MiniWeek {
            number: first.iso_week().week(),
            href: View::Week.at(first),
            is_on: is_of_days && from == monday(first) && end > first,
            days: days.collect(),
        }
    }
}
