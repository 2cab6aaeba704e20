//! A list of what comes, day by day.

use super::super::words::{month, weekday};
use super::entry::{EntryView, Looks, Spot, how_much};
use super::here::Here;
use super::view::{View, each, earlier, span};
use chrono::{Datelike, NaiveDate};

/// Entries of a page: the day that would bring more begins the next one.
const MOST: usize = 300;

/// A list of what comes.
#[derive(Debug)]
pub struct AgendaView {
    /// The days that have something, and today.
    pub days: Vec<AgendaDay>,
    /// Which days were looked at, in words.
    pub span: String,
    /// Where the list goes on.
    pub later: String,
    /// Where it comes from; empty where time begins.
    pub earlier: String,
}

impl AgendaView {
    /// Whether nothing is planned on any of the days.
    pub fn is_empty(&self) -> bool {
        self.days.iter().all(|day| day.entries.is_empty())
    }
}

/// A day of it.
#[derive(Debug)]
pub struct AgendaDay {
    /// As `2026-11-27`.
    pub date: String,
    /// The first letters of its name.
    pub weekday: &'static str,
    /// Its number.
    pub number: u32,
    /// Its month.
    pub month: &'static str,
    /// Its name and how much there is, for those who hear.
    pub label: String,
    /// Where it is shown alone.
    pub href: String,
    /// Where something is added to it.
    pub new: String,
    /// Whether it is today.
    pub is_today: bool,
    /// What takes place.
    pub entries: Vec<EntryView>,
    /// How many more there are; empty for none.
    pub more: String,
}

/// The list from `first` on.
pub fn agenda(first: NaiveDate, spots: &[Spot<'_>], looks: &Looks, here: Here) -> AgendaView {
    let (first, mut end) = View::Agenda.days(first, here.week_start);
    let (mut days, mut shown) = (Vec::new(), 0);
    for day in each(first, end) {
        let on: Vec<&Spot<'_>> = spots.iter().filter(|spot| spot.is_on(day)).collect();
        if on.is_empty() && day != here.today() {
            continue;
        }
        if shown > 0 && shown + on.len() > MOST {
            end = day;
            break;
        }
        shown += on.len();
        days.push(one(day, &on, looks, here));
    }
    AgendaView {
        days,
        span: span(first, earlier(end, 1), here.formats),
        later: View::Agenda.at(end),
        earlier: View::Agenda.step(first, false).map(|day| View::Agenda.at(day)).unwrap_or_default(),
    }
}

fn one(day: NaiveDate, on: &[&Spot<'_>], looks: &Looks, here: Here) -> AgendaDay {
    let tasks = on.iter().filter(|spot| spot.entry.done.is_some()).count();
    let more = on.len().saturating_sub(MOST);
    AgendaDay {
        date: day.format("%Y-%m-%d").to_string(),
        weekday: &weekday(day)[..3],
        number: day.day(),
        month: &month(day)[..3],
        label: format!("{} {} {}, {}", weekday(day), day.day(), month(day), how_much(on.len() - tasks, tasks)),
        href: View::Day.at(day),
        new: format!("/calendar/event/new?day={}", day.format("%Y-%m-%d")),
        is_today: day == here.today(),
        entries: on.iter().take(MOST).map(|spot| EntryView::new(spot, day, looks, here)).collect(),
        more: if more > 0 { format!("+{more} more") } else { String::new() },
    }
}
