//! How times and dates are written for a reader: the clock of 24 or of twice 12 hours, and dates in the order that the reader
//! is used to.

use super::day::{month, weekday};
use chrono::{Datelike, NaiveDate, Timelike};
use std::fmt::{self, Display};

/// How dates are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Dates {
    /// `28 Nov 2026`.
    #[default]
    Words,
    /// `28.11.2026`.
    Dots,
    /// `11/28/2026`.
    Slashes,
    /// `2026-11-28`.
    Dashes,
}

impl Dates {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Words, Self::Dots, Self::Slashes, Self::Dashes];
    /// Their names.
    pub const NAMES: [&'static str; 4] = ["words", "dots", "slashes", "dashes"];

    /// Its name in forms and in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Dots => "dots",
            Self::Slashes => "slashes",
            Self::Dashes => "dashes",
        }
    }

    /// A date written so.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Words => "28 Nov 2026",
            Self::Dots => "28.11.2026",
            Self::Slashes => "11/28/2026",
            Self::Dashes => "2026-11-28",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// How times and dates are written for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Formats {
    /// Whether the clock has twice 12 hours.
    pub is_twelve: bool,
    /// How dates are written.
    pub dates: Dates,
}

impl Formats {
    /// The names of the clocks.
    pub const CLOCKS: [&'static str; 2] = ["24", "12"];

    /// The formats of these names; what is not known is as at the beginning.
    #[must_use]
    pub fn named(clock: &str, dates: &str) -> Self {
        Self { is_twelve: clock == Self::CLOCKS[1], dates: Dates::named(dates).unwrap_or_default() }
    }

    /// The clock's name in forms and in the file.
    #[must_use]
    pub const fn clock(self) -> &'static str {
        Self::CLOCKS[self.is_twelve as usize]
    }

    /// A time written so.
    #[must_use]
    pub const fn clock_words(self) -> &'static str {
        if self.is_twelve { "2:05 pm" } else { "14:05" }
    }

    /// A time: `14:05` or `2:05 pm`.
    #[must_use]
    pub fn time(self, at: impl Timelike) -> impl Display {
        let (hour, minute) = (at.hour(), at.minute());
        let ((is_late, twelfth), is_twelve) = (at.hour12(), self.is_twelve);
        fmt::from_fn(move |out| match (is_twelve, is_late) {
            (false, _) => write!(out, "{hour:02}:{minute:02}"),
            (true, false) => write!(out, "{twelfth}:{minute:02}\u{a0}am"),
            (true, true) => write!(out, "{twelfth}:{minute:02}\u{a0}pm"),
        })
    }

    /// A full hour, for where many stand in a column: `14:00` or `2 pm`.
    #[must_use]
    pub fn hour(self, hour: u32) -> String {
        match (self.is_twelve, hour % 24) {
            (false, hour) => format!("{hour:02}:00"),
            (true, 0) => "12\u{a0}am".to_owned(),
            (true, hour @ 1..12) => format!("{hour}\u{a0}am"),
            (true, 12) => "12\u{a0}pm".to_owned(),
            (true, hour) => format!("{}\u{a0}pm", hour - 12),
        }
    }

    /// A date with its year: `28 Nov 2026`, `28.11.2026`, `11/28/2026`, `2026-11-28`.
    #[must_use]
    pub fn date(self, date: NaiveDate) -> impl Display {
        fmt::from_fn(move |out| self.write(out, date, &month(date)[..3], true))
    }

    /// A date of this year: `28 Nov`, `28.11.`, `11/28`, `2026-11-28`.
    #[must_use]
    pub fn short(self, date: NaiveDate) -> impl Display {
        fmt::from_fn(move |out| self.write(out, date, &month(date)[..3], false))
    }

    /// A date with its year where there is room: `28 November 2026`, else as [`Formats::date`].
    #[must_use]
    pub fn long(self, date: NaiveDate) -> impl Display {
        fmt::from_fn(move |out| self.write(out, date, month(date), true))
    }

    /// A date of this year where there is room: `28 November`, else as [`Formats::short`].
    #[must_use]
    pub fn day(self, date: NaiveDate) -> impl Display {
        fmt::from_fn(move |out| self.write(out, date, month(date), false))
    }

    /// A date with the name of its day, and with its year where that is not the one of `today`: `Saturday, 28 November`.
    #[must_use]
    pub fn named_day(self, date: NaiveDate, today: NaiveDate) -> String {
        if date.year() == today.year() {
            format!("{}, {}", weekday(date), self.day(date))
        } else {
            format!("{}, {}", weekday(date), self.long(date))
        }
    }

    fn write(self, out: &mut fmt::Formatter<'_>, date: NaiveDate, name: &str, has_year: bool) -> fmt::Result {
        let (day, month, year) = (date.day(), date.month(), date.year());
        match (self.dates, has_year) {
            (Dates::Words, true) => write!(out, "{day} {name} {year}"),
            (Dates::Words, false) => write!(out, "{day} {name}"),
            (Dates::Dots, true) => write!(out, "{day}.{month}.{year}"),
            (Dates::Dots, false) => write!(out, "{day}.{month}."),
            (Dates::Slashes, true) => write!(out, "{month}/{day}/{year}"),
            (Dates::Slashes, false) => write!(out, "{month}/{day}"),
            // Without its year it would be no such date any more.
            (Dates::Dashes, _) => write!(out, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveTime;

    const fn with(is_twelve: bool, dates: Dates) -> Formats {
        Formats { is_twelve, dates }
    }

    #[test]
    fn a_clock_of_twelve_hours_says_which_half_of_the_day() {
        let times = [(0, 0), (0, 5), (9, 30), (12, 0), (12, 1), (23, 59)];
        let said = |formats: Formats| {
            times.map(|(hour, minute)| {
                formats.time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap()).to_string().replace('\u{a0}', " ")
            })
        };
        assert_eq!(said(with(false, Dates::Words)), ["00:00", "00:05", "09:30", "12:00", "12:01", "23:59"]);
        let twelve = ["12:00 am", "12:05 am", "9:30 am", "12:00 pm", "12:01 pm", "11:59 pm"];
        assert_eq!(said(with(true, Dates::Words)), twelve);
        let hours = [0, 1, 11, 12, 13, 23].map(|hour| with(true, Dates::Words).hour(hour).replace('\u{a0}', " "));
        assert_eq!(hours, ["12 am", "1 am", "11 am", "12 pm", "1 pm", "11 pm"]);
        assert_eq!([0, 13].map(|hour| with(false, Dates::Words).hour(hour)), ["00:00", "13:00"]);
    }

    #[test]
    fn dates_come_in_the_order_that_the_reader_is_used_to() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        let said = Dates::ALL.map(|dates| {
            let formats = with(false, dates);
            [
                formats.date(date).to_string(),
                formats.short(date).to_string(),
                formats.long(date).to_string(),
                formats.named_day(date, date),
            ]
        });
        assert_eq!(said[0], ["3 Nov 2026", "3 Nov", "3 November 2026", "Tuesday, 3 November"]);
        assert_eq!(said[1], ["3.11.2026", "3.11.", "3.11.2026", "Tuesday, 3.11."]);
        assert_eq!(said[2], ["11/3/2026", "11/3", "11/3/2026", "Tuesday, 11/3"]);
        assert_eq!(said[3], ["2026-11-03", "2026-11-03", "2026-11-03", "Tuesday, 2026-11-03"]);
    }

    #[test]
    fn formats_have_names_and_what_is_not_known_is_as_at_the_beginning() {
        for dates in Dates::ALL {
            assert_eq!(Formats::named("12", dates.name()), with(true, dates));
            assert!(Dates::NAMES.contains(&dates.name()));
        }
        assert_eq!(Formats::named("13", "<b>"), Formats::default());
        assert_eq!([with(true, Dates::Words).clock(), Formats::default().clock()], ["12", "24"]);
    }
}
