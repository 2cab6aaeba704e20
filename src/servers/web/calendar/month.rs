//! A month by its weeks: a day has a few lines, and says how many more there are.

use super::super::words::{month, weekday};
use super::entry::{EntryView, Looks, Spot, how_much};
use super::here::Here;
use super::lanes::{Stretch, lanes};
use super::view::{View, each, later, monday_in, place, weekdays};
use super::week::{BarView, bar_class};
use chrono::{Datelike, NaiveDate};

/// Lines of a day; the last says how many more there are.
pub const LANES: usize = 4;
/// Dots of a day where lines have no room.
const DOTS: usize = 3;
/// Entries of the day that is listed below a narrow month.
const LISTED: usize = 30;

/// A month by its weeks.
#[derive(Debug)]
pub struct MonthView {
    /// What it is called.
    pub label: String,
    /// The days of a week: as short as a column has room for, and as a letter.
    pub weekdays: [(&'static str, &'static str); 7],
    /// Its weeks.
    pub weeks: Vec<MonthWeek>,
    /// The day that the page stands at, for narrow pages.
    pub picked: Listed,
}

/// A day's entries as a list.
#[derive(Debug)]
pub struct Listed {
    /// The day's name.
    pub title: String,
    /// Where it is shown alone.
    pub href: String,
    /// Where something is added to it.
    pub new: String,
    /// What takes place.
    pub entries: Vec<EntryView>,
    /// How many more there are; empty for none.
    pub more: String,
}

/// A week of it.
#[derive(Debug)]
pub struct MonthWeek {
    /// Its number, as ISO 8601 counts.
    pub number: u32,
    /// Where it is shown.
    pub href: String,
    /// Its days.
    pub days: Vec<MonthDay>,
}

/// A day of it.
#[derive(Debug)]
pub struct MonthDay {
    /// As `2026-11-27`.
    pub date: String,
    /// Its name and how much there is, for those who hear.
    pub label: String,
    /// Its number.
    pub number: u32,
    /// Its month, where that begins; empty else.
    pub month: &'static str,
    /// Where it is shown alone.
    pub href: String,
    /// This view, standing at it.
    pub pick: String,
    /// Its classes.
    pub class: String,
    /// Whether it is today.
    pub is_today: bool,
    /// Whether the page stands at it.
    pub is_picked: bool,
    /// What begins here, or goes on from the week before.
    pub bars: Vec<BarView>,
    /// How many more there are; empty for none.
    pub more: String,
    /// Colours and patterns of the first few.
    pub dots: Vec<String>,
}

/// What a month is made from.
pub struct Month<'m> {
    /// The day the page stands at.
    pub picked: NaiveDate,
    /// The reader's clock.
    pub here: Here,
    /// What there may be room for, what takes whole days first.
    pub spots: &'m [Spot<'m>],
    /// How many more there are of each day that is shown.
    pub left_out: &'m [usize],
    /// What the day that the page stands at has.
    pub listed: &'m [Spot<'m>],
    /// How calendars look.
    pub looks: &'m Looks,
}

impl Month<'_> {
    /// The page's month.
    pub fn view(&self) -> MonthView {
        let start = self.here.week_start;
        let (first, end) = View::Month.days(self.picked, start);
        let more = |week: usize| std::array::from_fn(|day| self.left_out.get(week * 7 + day).copied().unwrap_or(0));
        MonthView {
            label: View::Month.title(self.picked, start, self.here.formats),
            weekdays: weekdays(start),
            weeks: each(first, end).step_by(7).enumerate().map(|(at, first)| self.week(first, more(at))).collect(),
            picked: listed(self.picked, self.listed, self.looks, self.here),
        }
    }

    /// The week from `first`, of whose days so many more entries are left out from the beginning.
    fn week(&self, first: NaiveDate, more: [usize; 7]) -> MonthWeek {
        let last = later(first, 6);
        let mut spots: Vec<&Spot<'_>> =
            self.spots.iter().filter(|spot| spot.first <= last && spot.last >= first).collect();
        // Bars first, the longest on top; then what takes hours, in its order.
        spots.sort_by_key(|spot| {
            let days = (spot.last - spot.first).num_days();
            (
                !spot.is_bar(),
                spot.entry.done.is_some(),
                spot.first.max(first),
                std::cmp::Reverse(if spot.is_bar() { days } else { 0 }),
                spot.starts,
            )
        });
        let index = |day: NaiveDate| usize::try_from(place(first, day)).unwrap_or(0);
        let stretch = |spot: &&Spot<'_>| {
            // What goes on past midnight for an hour or two is of the day it began.
            let until = if spot.is_bar() { spot.last } else { spot.first.max(first) };
            Stretch { first: index(spot.first.max(first)), last: index(until.min(last)) }
        };
        let stretches: Vec<Stretch> = spots.iter().map(stretch).collect();
        let found = lanes(&stretches, LANES, more);
        let mut days: Vec<MonthDay> = first.iter_days().take(7).map(|day| self.day(day)).collect();
        let (mut counts, mut tasks) = (more, [0; 7]);
        for ((spot, stretch), lane) in spots.iter().zip(&stretches).zip(&found.lane) {
            for day in stretch.first..=stretch.last {
                let count = if spot.entry.done.is_some() { &mut tasks } else { &mut counts };
                count[day] += 1;
                if days[day].dots.len() < DOTS {
                    days[day].dots.push(self.looks.class(spot.entry.calendar).to_owned());
                }
            }
            let Some(lane) = lane else { continue };
            let width = stretch.last - stretch.first + 1;
            let line = if spot.is_bar() { "whole" } else { "timed" };
            let at =
                format!("{line} {}", bar_class(*lane, width, spot.first < first, spot.is_bar() && spot.last > last));
            let entry = EntryView::new(spot, spot.first.max(first), self.looks, self.here);
            days[stretch.first].bars.push(BarView { at, entry });
        }
        for ((day, there), left_out) in days.iter_mut().zip(counts.into_iter().zip(tasks)).zip(found.left_out) {
            day.label = format!("{}, {}", day.label, how_much(there.0, there.1));
            if left_out > 0 {
                day.more = format!("+{left_out} more");
            }
        }
        MonthWeek { number: monday_in(first).iso_week().week(), href: View::Week.at(first), days }
    }

    fn day(&self, day: NaiveDate) -> MonthDay {
        let (is_today, is_picked) = (day == self.here.today(), day == self.picked);
        let mut class = String::from("cell");
        for (is, word) in [
            (day.month() != self.picked.month(), " out"),
            (is_today, " today"),
            (is_picked, " picked"),
            (day.weekday().num_days_from_monday() >= 5, " weekend"),
        ] {
            if is {
                class.push_str(word);
            }
        }
        MonthDay {
            date: day.format("%Y-%m-%d").to_string(),
            label: format!("{} {} {}", weekday(day), day.day(), month(day)),
            number: day.day(),
            month: if day.day() == 1 { month(day) } else { "" },
            href: View::Day.at(day),
            pick: View::Month.at(day),
            class,
            is_today,
            is_picked,
            bars: Vec::new(),
            more: String::new(),
            dots: Vec::new(),
        }
    }
}

/// The entries of one day as a list.
pub fn listed(day: NaiveDate, spots: &[Spot<'_>], looks: &Looks, here: Here) -> Listed {
    let on: Vec<&Spot<'_>> = spots.iter().filter(|spot| spot.is_on(day)).collect();
    let more = on.len().saturating_sub(LISTED);
    Listed {
        title: format!("{} {}", weekday(day), here.formats.day(day)),
        href: View::Day.at(day),
        new: format!("/calendar/event/new?day={}", day.format("%Y-%m-%d")),
        entries: on.into_iter().take(LISTED).map(|spot| EntryView::new(spot, day, looks, here)).collect(),
        more: if more > 0 { format!("+{more} more") } else { String::new() },
    }
}
