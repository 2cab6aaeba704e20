//! One entry on the reader's calendar: which days and hours it takes there, and how it looks and reads.

use super::super::words::count;
use super::here::Here;
use super::view::{earlier, span};
use crate::domain::calendar::{Calendar, Entry};
use crate::format::ical::{Answer, Status};
use crate::kernel::id::CalendarId;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use std::collections::HashMap;

/// From this length on, what has hours is shown among what takes whole days.
const LONG: TimeDelta = TimeDelta::hours(24);

/// An entry, and where it lies by the reader's clock.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'e> {
    /// The entry.
    pub entry: &'e Entry,
    /// When it begins.
    pub starts: NaiveDateTime,
    /// When it ends; never before that.
    pub ends: NaiveDateTime,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

impl<'e> Spot<'e> {
    /// Where `entry` lies by the clock of `here`.
    pub fn new(entry: &'e Entry, here: Here) -> Self {
        let starts = here.wall(entry.starts_at, entry.is_floating);
        // A clock put back may show less at the end than at the beginning.
        let ends = here.wall(entry.ends_at, entry.is_floating).max(starts);
        let is_up_to_midnight = ends > starts && ends.time() == NaiveTime::MIN;
        let last = if is_up_to_midnight { earlier(ends.date(), 1) } else { ends.date() };
        Self { entry, starts, ends, first: starts.date(), last: last.max(starts.date()) }
    }

    /// Whether it is shown above the hours rather than among them.
    pub fn is_bar(&self) -> bool {
        self.entry.done.is_some() || self.entry.is_all_day || self.ends - self.starts >= LONG
    }

    /// Whether it has ended.
    pub fn is_past(&self, here: Here) -> bool {
        if self.entry.is_floating { self.ends <= here.local } else { self.entry.ends_at <= here.now }
    }

    /// Whether it is a task that was due and is not done.
    pub fn is_overdue(&self, here: Here) -> bool {
        self.entry.done == Some(false) && self.is_past(here)
    }

    /// Whether it takes something of a day.
    pub fn is_on(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }
}

/// Every entry at its place.
pub fn spots_of(entries: &[Entry], here: Here) -> Vec<Spot<'_>> {
    entries.iter().map(|entry| Spot::new(entry, here)).collect()
}

/// How the calendars that entries lie in look to the reader.
#[derive(Debug, Default)]
pub struct Looks(HashMap<CalendarId, CalendarLook>);

#[derive(Debug)]
struct CalendarLook {
    class: String,
    name: String,
    may_write: bool,
}

impl Looks {
    /// The looks of these calendars, by the names they have on the reader's list.
    pub fn new<'c>(calendars: impl Iterator<Item = (&'c Calendar, &'c str)>) -> Self {
        let look = |(calendar, name): (&Calendar, &str)| {
            let class = look_class(calendar.hue, calendar.pattern);
            (calendar.id, CalendarLook { class, name: name.to_owned(), may_write: calendar.may_write() })
        };
        Self(calendars.map(look).collect())
    }

    /// The classes of every calendar.
    pub fn classes(&self) -> HashMap<CalendarId, String> {
        self.0.iter().map(|(id, look)| (*id, look.class.clone())).collect()
    }

    /// The classes of colour and pattern of a calendar.
    pub fn class(&self, id: CalendarId) -> &str {
        self.0.get(&id).map_or("h6", |look| &look.class)
    }
}

/// The classes of a colour and a pattern.
pub fn look_class(hue: i64, pattern: i64) -> String {
    if pattern == 0 { format!("h{hue}") } else { format!("h{hue} p{pattern}") }
}

/// An entry, or as much of it as lies in one day or week, ready for the page.
#[derive(Debug, Clone)]
pub struct EntryView {
    /// Its name on the page.
    pub id: String,
    /// Where it is opened; empty where the reader may not.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// When it is, as short as the place allows.
    pub when: String,
    /// Where it is.
    pub place: String,
    /// Its classes: colour, pattern, what is special about it.
    pub class: String,
    /// When it begins, where a line has room for no more; empty for what takes whole days.
    pub begins: String,
    /// What is special about it, for those who hear; begins with a comma.
    pub words: String,
    /// The same, for lists that say it to everybody.
    pub note: String,
    /// Whether the reader may move it.
    pub may_move: bool,
    /// The event.
    pub item: i64,
    /// Which instance.
    pub instance: String,
    /// When it begins, for scripts.
    pub starts: String,
    /// When it ends, for scripts.
    pub ends: String,
    /// Whether it comes more than once.
    pub is_series: bool,
    /// People invited.
    pub guests: i64,
    /// Of a task, whether it is done.
    pub done: Option<bool>,
}

impl EntryView {
    /// What `spot` looks like in the part of the page that begins with `day`.
    pub fn new(spot: &Spot<'_>, day: NaiveDate, looks: &Looks, here: Here) -> Self {
        let entry = spot.entry;
        let look = looks.0.get(&entry.calendar);
        let (mut classes, mut words) = special(entry);
        if spot.is_overdue(here) {
            classes.push_str(" overdue");
            words.push("overdue");
        }
        if entry.is_series {
            words.push("repeats");
        }
        let name = look.map_or("", |look| look.name.as_str());
        // Who has one calendar knows which.
        let named = if looks.0.len() > 1 { name } else { "" };
        let note = match (words.is_empty(), named.is_empty()) {
            (true, _) => named.to_owned(),
            (false, true) => words.join(", "),
            (false, false) => format!("{} · {named}", words.join(", ")),
        };
        let mut words: String = words.iter().flat_map(|word| [", ", word]).collect();
        words.extend([", in ", name]);
        if spot.first != spot.last && spot.is_bar() {
            words.extend([", ", &span(spot.first, spot.last, here.formats)]);
        }
        let is_over = entry.done.is_none() && spot.is_past(here);
        let instance: String =
            entry.instance.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let written = |at: NaiveDateTime| at.format(if entry.is_all_day { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M" });
        Self {
            id: format!("e{}-{instance}-{}", entry.item, day.format("%m%d")),
            href: if entry.is_masked { String::new() } else { address(entry) },
            title: title(entry),
            when: when(spot, day, here),
            place: entry.place.clone(),
            begins: if spot.is_bar() { due(spot, here) } else { here.clock(entry.starts_at, entry.is_floating) },
            note,
            class: [look.map_or("h6", |look| &look.class), &classes, if is_over { " past" } else { "" }].concat(),
            words,
            may_move: !entry.is_masked && look.is_some_and(|look| look.may_write),
            item: entry.item.get(),
            instance: entry.instance.clone(),
            starts: written(spot.starts).to_string(),
            ends: written(spot.ends).to_string(),
            is_series: entry.is_series,
            guests: entry.guests,
            done: entry.done,
        }
    }
}

/// How much there is of a day, for those who hear.
pub fn how_much(events: usize, tasks: usize) -> String {
    let said = |number: usize, what: &str| count(i64::try_from(number).unwrap_or(i64::MAX), what);
    match tasks {
        0 => said(events, "event"),
        _ => format!("{}, {}", said(events, "event"), said(tasks, "task")),
    }
}

/// At which minute a task is due; empty for one that is due on a day, and for all that is no task.
fn due(spot: &Spot<'_>, here: Here) -> String {
    let has_hour = spot.entry.done.is_some() && !spot.entry.is_all_day;
    if has_hour { here.clock(spot.entry.starts_at, spot.entry.is_floating) } else { String::new() }
}

/// Where an entry is opened.
fn address(entry: &Entry) -> String {
    if entry.instance.is_empty() {
        return format!("/calendar/event/{}", entry.item);
    }
    let instance = super::super::page::in_address(&entry.instance);
    format!("/calendar/event/{}?instance={instance}", entry.item)
}

fn title(entry: &Entry) -> String {
    match entry.title.as_str() {
        _ if entry.is_masked => "Busy".to_owned(),
        "" => "Untitled".to_owned(),
        title => title.to_owned(),
    }
}

/// What is special about an entry, as classes (each with a blank before it) and in words.
fn special(entry: &Entry) -> (String, Vec<&'static str>) {
    let (mut classes, mut words) = (String::new(), Vec::new());
    let mut is = |is: bool, class: &str, word: &'static str| {
        if is {
            classes.push_str(class);
            words.push(word);
        }
    };
    is(entry.is_masked, " masked", "details are private");
    is(entry.status == Status::Cancelled, " gone", "cancelled");
    is(entry.status == Status::Tentative, " maybe", "tentative");
    is(entry.answer == Some(Answer::NeedsAction), " unanswered", "not answered yet");
    is(entry.answer == Some(Answer::Tentative), " maybe", "answered maybe");
    is(entry.answer == Some(Answer::Declined), " declined", "declined");
    is(!entry.is_busy && entry.status != Status::Cancelled, " free-time", "shown as free");
    is(entry.is_private && !entry.is_masked, "", "private");
    is(entry.done == Some(false), " task", "task");
    is(entry.done == Some(true), " task done", "task, done");
    (classes, words)
}

/// When it is, as far as the part of the page that begins with `day` has to say it.
fn when(spot: &Spot<'_>, day: NaiveDate, here: Here) -> String {
    let entry = spot.entry;
    let clock = |at| here.clock(at, entry.is_floating);
    if entry.done.is_some() {
        due(spot, here)
    } else if entry.is_all_day {
        String::new()
    } else if spot.is_bar() {
        if spot.first < day { String::new() } else { clock(entry.starts_at) }
    } else if spot.first < day {
        format!("until {}", clock(entry.ends_at))
    } else if entry.starts_at == entry.ends_at {
        clock(entry.starts_at)
    } else {
        format!("{}–{}", clock(entry.starts_at), clock(entry.ends_at))
    }
}
