//! What stands beside every view: a small month, and the calendars with their ticks.

use super::entry::look_class;
use super::mini::MiniView;
use super::tasks::TaskView;
use crate::domain::calendar::{Calendar, CalendarKind, Rights};
use crate::domain::people::Person;
use crate::kernel::id::PersonId;
use chrono_tz::Tz;
use std::collections::HashMap;

/// What stands beside every view.
#[derive(Debug)]
pub struct SideView {
    /// The small month.
    pub mini: MiniView,
    /// Where something is made: an event on the day the page stands at.
    pub new: String,
    /// The page, to come back to.
    pub back: String,
    /// What every form carries.
    pub csrf: String,
    /// The calendars, by whose they are.
    pub groups: Vec<SideGroup>,
    /// The second zone's name; empty for none.
    pub second: String,
    /// Names of zones that are often wanted.
    pub zones: &'static [&'static str],
    /// Tasks without a date, and those that are overdue.
    pub tasks: Vec<TaskView>,
}

/// What the side of one page is made from.
pub struct Beside<'b> {
    /// The small month.
    pub mini: MiniView,
    /// The day the page stands at, as `2026-11-27`.
    pub day: &'b str,
    /// The page, to come back to.
    pub back: String,
    /// What every form carries.
    pub csrf: String,
    /// The second zone.
    pub second: Option<Tz>,
    /// Tasks without a date, and those that are overdue.
    pub tasks: Vec<TaskView>,
}

/// Calendars that belong together.
#[derive(Debug)]
pub struct SideGroup {
    /// Whose they are.
    pub name: &'static str,
    /// They.
    pub calendars: Vec<SideCalendar>,
}

/// One calendar with its tick.
#[derive(Debug)]
pub struct SideCalendar {
    /// Which.
    pub id: i64,
    /// Its name on the reader's list.
    pub name: String,
    /// Its colour and pattern.
    pub class: String,
    /// Whether it is ticked.
    pub is_shown: bool,
    /// What the reader may see of it, where that is not all; empty else.
    pub hint: &'static str,
    /// Whether the reader may take it off the list.
    pub may_go: bool,
}

const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "UTC",
];

impl SideView {
    /// The side of a page of `me`, whose calendars have these names.
    pub fn new(beside: Beside<'_>, me: PersonId, named: &[(Calendar, String)]) -> Self {
        let Beside { mini, day, back, csrf, second, tasks } = beside;
        let mut groups: Vec<SideGroup> = Vec::new();
        for (calendar, name) in named {
            let heading = heading(calendar, me);
            let one = SideCalendar {
                id: calendar.id.get(),
                name: name.clone(),
                class: look_class(calendar.hue, calendar.pattern),
                is_shown: calendar.is_shown,
                hint: if calendar.rights == Rights::Busy { "busy times only" } else { "" },
                may_go: calendar.owner != Some(me) && calendar.owner.is_some()
                    || calendar.kind == CalendarKind::Resource,
            };
            match groups.iter_mut().find(|group| group.name == heading) {
                Some(group) => group.calendars.push(one),
                None => groups.push(SideGroup { name: heading, calendars: vec![one] }),
            }
        }
        Self {
            mini,
            new: format!("/calendar/event/new?day={day}"),
            back,
            csrf,
            groups,
            second: second.map(|zone| zone.name().to_owned()).unwrap_or_default(),
            zones: &ZONES,
            tasks,
        }
    }
}

fn heading(calendar: &Calendar, me: PersonId) -> &'static str {
    match calendar.kind {
        CalendarKind::Own if calendar.owner == Some(me) => "My calendars",
        CalendarKind::Own => "Colleagues",
        CalendarKind::Group => "Groups",
        CalendarKind::Resource => "Rooms and things",
        CalendarKind::Subscribed | CalendarKind::Holidays => "Other calendars",
    }
}

/// The calendars with the names they have on the list of `me`: a colleague's is called after the colleague.
pub fn named(calendars: Vec<Calendar>, me: PersonId, people: &[Person]) -> Vec<(Calendar, String)> {
    let names: HashMap<PersonId, &str> = people.iter().map(|person| (person.id, person.full_name.as_str())).collect();
    let name = |calendar: &Calendar| {
        let owner = calendar.owner.filter(|owner| *owner != me && calendar.kind == CalendarKind::Own);
        match owner.and_then(|owner| names.get(&owner)) {
            Some(owner) if calendar.is_default => (*owner).to_owned(),
            Some(owner) => format!("{owner}: {}", calendar.name),
            None => calendar.name.clone(),
        }
    };
    calendars.into_iter().map(|calendar| (name(&calendar), calendar)).map(|(name, calendar)| (calendar, name)).collect()
}
