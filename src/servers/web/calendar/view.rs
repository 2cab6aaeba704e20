//! The views there are: which days each shows, what it is called, and what comes before and after it.

use super::super::words::{month, weekday};
use crate::format::formats::{Dates, Formats};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use std::str::FromStr;

/// Days that a list shows at once.
const AGENDA: u64 = 28;
const WEEKDAYS: [(&str, &str); 7] =
    [("Mon", "M"), ("Tue", "T"), ("Wed", "W"), ("Thu", "T"), ("Fri", "F"), ("Sat", "S"), ("Sun", "S")];
/// The years that can be looked at.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9998;

/// One way to look at a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// One day, by its hours.
    Day,
    /// Monday to Friday.
    WorkWeek,
    /// Seven days, from the one that the reader's weeks begin with.
    Week,
    /// The weeks of a month.
    Month,
    /// A list of what comes.
    Agenda,
    /// Twelve months with the days that have something.
    Year,
}

impl View {
    /// All of them, in the order of their buttons.
    pub const ALL: [Self; 6] = [Self::Day, Self::WorkWeek, Self::Week, Self::Month, Self::Agenda, Self::Year];

    /// Its name in an address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::WorkWeek => "workweek",
            Self::Week => "week",
            Self::Month => "month",
            Self::Agenda => "agenda",
            Self::Year => "year",
        }
    }

    /// Its name for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::WorkWeek => "Work week",
            Self::Week => "Week",
            Self::Month => "Month",
            Self::Agenda => "Agenda",
            Self::Year => "Year",
        }
    }

    /// What it is a view of, for `Previous …`.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::WorkWeek | Self::Week => "week",
            Self::Month => "month",
            Self::Agenda => "four weeks",
            Self::Year => "year",
        }
    }

    /// The key that leads to it; empty for none.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Day => "d",
            Self::Week => "w",
            Self::Month => "m",
            Self::Agenda => "a",
            Self::WorkWeek | Self::Year => "",
        }
    }

    /// Its address at a day.
    pub fn at(self, day: NaiveDate) -> String {
        format!("/calendar/{}/{}", self.name(), day.format("%Y-%m-%d"))
    }

    /// The days it shows, where weeks begin with `start`: the first, and the first after them.
    pub fn days(self, day: NaiveDate, start: Weekday) -> (NaiveDate, NaiveDate) {
        match self {
            Self::Day => (day, later(day, 1)),
            Self::WorkWeek => (monday_in(week_of(day, start)), later(monday_in(week_of(day, start)), 5)),
            Self::Week => (week_of(day, start), later(week_of(day, start), 7)),
            Self::Month => weeks_of_month(day, start),
            Self::Agenda => (day, later(day, AGENDA)),
            Self::Year => (day.with_ordinal(1).unwrap_or(day), first_of_year(day.year() + 1, day)),
        }
    }

    /// The day at which the view before or after this one stands; nothing where time ends.
    pub fn step(self, day: NaiveDate, forward: bool) -> Option<NaiveDate> {
        let by_days = |days| {
            let days = Days::new(days);
            if forward { day.checked_add_days(days) } else { day.checked_sub_days(days) }
        };
        let by_months = |months| {
            let months = Months::new(months);
            if forward { day.checked_add_months(months) } else { day.checked_sub_months(months) }
        };
        let found = match self {
            Self::Day => by_days(1),
            Self::WorkWeek | Self::Week => by_days(7),
            Self::Month => by_months(1),
            Self::Agenda => by_days(AGENDA),
            Self::Year => by_months(12),
        };
        found.filter(|day| YEARS.contains(&day.year()))
    }

    /// What it shows, in words: `23–29 November 2026`.
    pub fn title(self, day: NaiveDate, start: Weekday, formats: Formats) -> String {
        let (first, end) = self.days(day, start);
        match self {
            Self::Day => format!("{}, {}", weekday(day), formats.long(day)),
            Self::Month => format!("{} {}", month(day), day.year()),
            Self::Year => day.year().to_string(),
            Self::WorkWeek | Self::Week => span(first, earlier(end, 1), formats),
            Self::Agenda => format!("{} – {}", formats.short(first), formats.date(earlier(end, 1))),
        }
    }
}

impl FromStr for View {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|view| view.name() == name).ok_or(())
    }
}

/// A day of an address, as `2026-11-27`.
pub fn day_of(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    YEARS.contains(&day.year()).then_some(day)
}

/// Days from the first to the last: `23–29 November 2026`.
pub fn span(first: NaiveDate, last: NaiveDate, formats: Formats) -> String {
    if first == last {
        formats.long(first).to_string()
    } else if first.year() != last.year() {
        format!("{} – {}", formats.long(first), formats.long(last))
    } else if first.month() != last.month() || formats.dates != Dates::Words {
        format!("{} – {}", formats.day(first), formats.long(last))
    } else {
        format!("{}–{}", first.day(), formats.long(last))
    }
}

/// The first day of a day's week, where weeks begin with `start`.
pub fn week_of(day: NaiveDate, start: Weekday) -> NaiveDate {
    earlier(day, u64::from(day.weekday().days_since(start)))
}

/// The Monday of the week that begins with `first`. It tells the week's number, as ISO 8601 counts, whatever day that is.
pub fn monday_in(first: NaiveDate) -> NaiveDate {
    later(first, u64::from(Weekday::Mon.days_since(first.weekday())))
}

/// The days of a week that begins with `start`, as short as a column has room for, and as a letter.
pub fn weekdays(start: Weekday) -> [(&'static str, &'static str); 7] {
    let mut days = WEEKDAYS;
    days.rotate_left(start.num_days_from_monday() as usize);
    days
}

/// The whole weeks that a month lies in: the first day, and the first after them.
pub fn weeks_of_month(day: NaiveDate, start: Weekday) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day);
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let end = if next.weekday() == start { next } else { later(week_of(next, start), 7) };
    (week_of(first, start), end)
}

/// So many days later, as far as there are any.
pub fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// So many days earlier, as far as there are any.
pub fn earlier(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// The days from `first` up to, not including, `end`.
pub fn each(first: NaiveDate, end: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take(usize::try_from((end - first).num_days()).unwrap_or(0))
}

/// How many days after `first` a day is, where that is one of `count`.
pub fn place(first: NaiveDate, day: NaiveDate) -> i64 {
    (day - first).num_days()
}

fn first_of_year(year: i32, otherwise: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        day_of(text).unwrap()
    }

    #[test]
    fn a_title_says_no_more_than_it_must() {
        let title = |view: View, at: &str| view.title(day(at), Weekday::Mon, Formats::default());
        assert_eq!(title(View::Day, "2026-11-27"), "Friday, 27 November 2026");
        assert_eq!(title(View::Week, "2026-11-27"), "23–29 November 2026");
        assert_eq!(title(View::WorkWeek, "2026-11-27"), "23–27 November 2026");
        assert_eq!(title(View::Week, "2026-12-01"), "30 November – 6 December 2026");
        assert_eq!(title(View::Week, "2026-12-31"), "28 December 2026 – 3 January 2027");
        assert_eq!([title(View::Month, "2026-02-03"), title(View::Year, "2026-02-03")], ["February 2026", "2026"]);
        let other = |view: View, at: &str| view.title(day(at), Weekday::Mon, Formats::named("12", "dots"));
        assert_eq!(other(View::Day, "2026-11-27"), "Friday, 27.11.2026");
        assert_eq!(other(View::Week, "2026-11-27"), "23.11. – 29.11.2026");
        assert_eq!(other(View::Week, "2026-12-31"), "28.12.2026 – 3.1.2027");
    }

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        let weeks = |at: &str| weeks_of_month(day(at), Weekday::Mon);
        assert_eq!(weeks("2026-11-27"), (day("2026-10-26"), day("2026-12-07")));
        // Monday the first to Sunday the last: four weeks and nothing more.
        assert_eq!(weeks("2021-02-14"), (day("2021-02-01"), day("2021-03-01")));
    }

    #[test]
    fn weeks_begin_with_the_day_that_is_liked_and_have_one_number_all_the_same() {
        let days = |view: View, start| view.days(day("2026-11-27"), start);
        assert_eq!(days(View::Week, Weekday::Sun), (day("2026-11-22"), day("2026-11-29")));
        assert_eq!(days(View::Week, Weekday::Sat), (day("2026-11-21"), day("2026-11-28")));
        assert_eq!(days(View::WorkWeek, Weekday::Sun), (day("2026-11-23"), day("2026-11-28")));
        assert_eq!(days(View::Month, Weekday::Sun), (day("2026-11-01"), day("2026-12-06")));
        for start in [Weekday::Mon, Weekday::Sat, Weekday::Sun] {
            assert_eq!(monday_in(week_of(day("2026-11-27"), start)), day("2026-11-23"), "{start}");
        }
        assert_eq!(weekdays(Weekday::Sun)[0].0, "Sun");
    }

    #[test]
    fn a_month_on_from_the_last_of_january_is_the_last_of_february() {
        assert_eq!(View::Month.step(day("2026-01-31"), true), Some(day("2026-02-28")));
        assert_eq!(View::Year.step(day("2024-02-29"), true), Some(day("2025-02-28")));
        assert_eq!(View::Day.step(day("2026-03-01"), false), Some(day("2026-02-28")));
    }

    #[test]
    fn time_has_two_ends() {
        assert_eq!([day_of("0000-12-31"), day_of("9999-01-01"), day_of("2026-02-30"), day_of("tomorrow")], [None; 4]);
        assert_eq!(View::Year.step(day("0001-06-01"), false), None);
        assert_eq!(View::Agenda.step(day("9998-12-31"), true), None);
        for view in View::ALL {
            let (first, end) = view.days(day("0001-01-01"), Weekday::Mon);
            assert!(first < end, "{view:?}");
        }
    }
}
