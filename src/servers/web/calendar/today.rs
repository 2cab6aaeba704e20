//! The day as the launch point shows it: what takes place, what is next, what is to be done, who waits for an answer.

use super::super::error::WebError;
use super::super::page::in_address;
use super::super::session::Visit;
use super::here::Here;
use super::tasks::{self, TaskView};
use crate::domain::calendar::{self, Calendar, CalendarKind, Entry, Unanswered, Window};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::ical::{Answer, Status};
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::text::EmailAddress;
use chrono::TimeDelta;

/// Invitations and tasks shown: the page is a glance.
const INVITED: usize = 5;
const TASKS: usize = 8;

/// One event of the day.
#[derive(Debug, Clone)]
pub struct EventView {
    /// When it is.
    pub lead: String,
    /// Its calendar's colour and pattern.
    pub class: String,
    /// Where it is opened; empty where the reader may not.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// Where, and with how many.
    pub words: String,
    /// How it stands to now; empty where that says nothing.
    pub badge: String,
    /// The badge's class.
    pub badge_class: &'static str,
    /// Whether it is over.
    pub is_over: bool,
    /// Whether now lies before it, and after what is above.
    pub is_after_now: bool,
}

/// An invitation that waits.
#[derive(Debug, Clone)]
pub struct InvitedView {
    /// What it is called.
    pub title: String,
    /// Who invites, and when it is.
    pub words: String,
    /// Where it is opened and answered.
    pub href: String,
}

/// The day.
#[derive(Debug, Clone)]
pub struct DayView {
    /// What takes place, in order; whole days first.
    pub events: Vec<EventView>,
    /// What the clock shows.
    pub now: String,
    /// Meetings today, in words; empty for none.
    pub summary: String,
    /// What is due, and what was due before.
    pub tasks: Vec<TaskView>,
    /// Invitations that wait for an answer.
    pub invited: Vec<InvitedView>,
}

impl DayView {
    /// Reads the day of `me`.
    pub fn read(tx: &ReadTx<'_>, visit: &Visit, me: PersonId) -> Result<Self, WebError> {
        let here = Here::read(tx, visit, me)?;
        let looks = tasks::looks(tx, me)?;
        let calendars = calendar::calendars(tx, me)?;
        // A colleague's day is not one's own, ticked or not.
        let own = |one: &&Calendar| one.is_shown && (one.owner == Some(me) || one.kind != CalendarKind::Own);
        let shown: Vec<CalendarId> = calendars.iter().filter(own).map(|one| one.id).collect();
        let window = Window::days(here.today(), here.today() + TimeDelta::days(1), here.zone);
        let mut found = calendar::window(tx, me, &shown, &window)?.found;
        found.retain(|entry| entry.answer != Some(Answer::Declined));
        found.sort_by_key(|entry| (!entry.is_all_day, here.wall(entry.starts_at, entry.is_floating), entry.ends_at));
        let count = found.iter().filter(|entry| !entry.is_all_day && entry.status != Status::Cancelled).count();
        let mut events: Vec<_> = found.into_iter().map(|entry| EventView::new(&entry, here, &looks)).collect();
        mark_now(&mut events);
        let hostname = &visit.web.office.hostname;
        let groups = tasks::grouped(calendar::all_tasks(tx, me, false)?, here, &looks, hostname);
        let due = groups.into_iter().filter(|group| matches!(group.name, "Overdue" | "Today"));
        let invited = calendar::unanswered(tx, me, INVITED)?;
        Ok(Self {
            events,
            now: here.formats.time(here.local).to_string(),
            summary: match count {
                0 => String::new(),
                1 => " · 1 meeting".to_owned(),
                count => format!(" · {count} meetings"),
            },
            tasks: due.flat_map(|group| group.tasks).take(TASKS).collect(),
            invited: invited.into_iter().map(|one| InvitedView::new(tx, one, here)).collect::<Result<_, _>>()?,
        })
    }
}

/// Marks where now lies: before the first event that is yet to begin.
fn mark_now(events: &mut [EventView]) {
    let next = events.iter().position(|event| event.badge_class == NEXT || event.badge_class == LATER);
    if let Some(next) = next.and_then(|next| events.get_mut(next)) {
        next.is_after_now = true;
    }
}

const NEXT: &str = "badge info";
const LATER: &str = "later";

impl EventView {
    fn new(entry: &Entry, here: Here, looks: &std::collections::HashMap<CalendarId, String>) -> Self {
        let clock = |at| here.clock(at, entry.is_floating);
        let (starts, ends) =
            (here.wall(entry.starts_at, entry.is_floating), here.wall(entry.ends_at, entry.is_floating));
        let (badge, badge_class) = if entry.status == Status::Cancelled {
            ("called off".to_owned(), "badge bad")
        } else if entry.is_all_day {
            (String::new(), "")
        } else if ends <= here.local && starts < here.local {
            ("over".to_owned(), "badge")
        } else if starts <= here.local {
            ("now".to_owned(), "badge good")
        } else {
            (countdown(starts - here.local), NEXT)
        };
        let guests = match entry.guests {
            0 => String::new(),
            1 => "1 guest".to_owned(),
            count => format!("{count} guests"),
        };
        let waits = if entry.answer == Some(Answer::NeedsAction) { "not answered yet" } else { "" };
        let parts = [entry.place.as_str(), guests.as_str(), waits];
        Self {
            lead: if entry.is_all_day {
                "all day".to_owned()
            } else {
                format!("{}–{}", clock(entry.starts_at), clock(entry.ends_at))
            },
            class: looks.get(&entry.calendar).cloned().unwrap_or_else(|| "h6".to_owned()),
            href: if entry.is_masked {
                String::new()
            } else {
                format!("/calendar/event/{}?instance={}", entry.item, in_address(&entry.instance))
            },
            title: match entry.title.as_str() {
                _ if entry.is_masked => "Busy".to_owned(),
                "" => "Untitled".to_owned(),
                title => title.to_owned(),
            },
            words: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
            is_over: badge == "over",
            badge,
            badge_class,
            is_after_now: false,
        }
    }
}

/// `in 20 min`, `in 3 h`.
fn countdown(span: TimeDelta) -> String {
    match (span.num_seconds() + 59) / 60 {
        minutes @ 0..=90 => format!("in {minutes} min"),
        minutes => format!("in {} h", (minutes + 30) / 60),
    }
}

impl InvitedView {
    fn new(tx: &ReadTx<'_>, one: Unanswered, here: Here) -> Result<Self, WebError> {
        let organizer = one.organizer.parse::<EmailAddress>().ok();
        let colleague = match &organizer {
            Some(address) => match people::route(tx, address)? {
                people::Route::People(found) if found.len() == 1 => people::person(tx, found[0])?,
                _ => None,
            },
            None => None,
        };
        let who = colleague.map_or(one.organizer, |person| person.full_name);
        let when = one.starts_at.map(|at| {
            let at = here.wall(at, one.is_floating);
            let day = format!("{}, {}", at.format("%a"), here.formats.short(at.date()));
            if one.is_all_day { day } else { format!("{day}, {}", here.formats.time(at)) }
        });
        let parts = [Some(who), when, one.is_series.then(|| "repeats".to_owned())];
        Ok(Self {
            title: if one.title.is_empty() { "Untitled".to_owned() } else { one.title },
            words: parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
            href: format!("/calendar/event/{}", one.item),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_grows_coarser_with_distance() {
        let words = |seconds| countdown(TimeDelta::seconds(seconds));
        assert_eq!([words(1), words(60), words(61), words(5400)], ["in 1 min", "in 1 min", "in 2 min", "in 90 min"]);
        assert_eq!([words(5401), words(3 * 3600)], ["in 2 h", "in 3 h"]);
    }
}
