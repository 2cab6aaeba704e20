//! What a person wrote in a form, put into a component. Changes what differs and leaves the rest as it was written.

use crate::format::ical::line::Line;
use crate::format::ical::read::PRODUCT;
use crate::format::ical::tree::Node;
use crate::format::ical::value::escape;
use crate::format::ical::zone::{self, Zones};
use crate::format::ical::{Answer, Draft, Facts, Guest, Item, Kind, Organizer, Part, Privacy, Reminder, Status, When};
use crate::format::ical::{facts, read};
use crate::kernel::clock::Moment;
use crate::kernel::text::one_line;

impl Draft {
    /// What a form shows of a component.
    #[must_use]
    pub fn of(facts: &Facts, kind: Kind) -> Self {
        Self {
            kind,
            title: facts.title.clone(),
            notes: facts.notes.clone(),
            place: facts.place.clone(),
            link: facts.link.clone(),
            categories: facts.categories.clone(),
            starts: facts.starts,
            ends: facts.ends,
            status: facts.status,
            is_busy: facts.is_busy,
            privacy: facts.privacy,
            rule: facts.rule.clone(),
            guests: facts.guests.clone(),
            organizer: facts.organizer.clone(),
            reminders: facts.reminders.clone(),
            percent: facts.percent,
            priority: facts.priority,
        }
    }

    /// A form with nothing in it but when.
    #[must_use]
    pub fn at(kind: Kind, starts: Option<When>, ends: Option<When>) -> Self {
        Self {
            kind,
            title: String::new(),
            notes: String::new(),
            place: String::new(),
            link: String::new(),
            categories: Vec::new(),
            starts,
            ends,
            status: Status::Confirmed,
            is_busy: !starts.is_some_and(When::is_day),
            privacy: Privacy::Public,
            rule: None,
            guests: Vec::new(),
            organizer: None,
            reminders: Vec::new(),
            percent: 0,
            priority: 0,
        }
    }
}

/// A new event or task.
///
/// The `uid` is the caller's to make up; one line, as all that is written.
#[must_use]
pub fn make(uid: &str, draft: &Draft, now: Moment) -> Item {
    let mut root = Node::new("VCALENDAR");
    root.lines = vec![Line::new("VERSION", "2.0"), Line::new("PRODID", PRODUCT), Line::new("CALSCALE", "GREGORIAN")];
    let mut node = Node::new(if draft.kind == Kind::Task { "VTODO" } else { "VEVENT" });
    node.put("UID", &one_line(uid));
    node.put("CREATED", &When::Utc(now).written());
    let nothing = facts::facts(&node, draft.kind, &Zones::default());
    apply(&mut node, &nothing, draft, now);
    node.put("SEQUENCE", "0");
    root.parts.push(node);
    add_zones(&mut root);
    sealed(root, draft.kind, uid)
}

/// The item of a tree we made ourselves. What cannot be one after all is told without its components.
pub(super) fn sealed(mut root: Node, kind: Kind, uid: &str) -> Item {
    let zones = Zones::of(root.parts.iter());
    let order = |part: &Node| {
        let id = part.line("RECURRENCE-ID").and_then(|line| facts::when_of(line, &zones));
        (part.name != "VTIMEZONE", id.map(|id| id.instant(chrono_tz::Tz::UTC)))
    };
    root.parts.sort_by_cached_key(order);
    let mut text = String::new();
    root.write(&mut text);
    read::build(root).unwrap_or_else(|| {
        let main = facts::facts(&Node::new("VEVENT"), kind, &Zones::default());
        Item { uid: uid.to_owned(), kind, text, main, overrides: Vec::new() }
    })
}

/// Adds the zones that are named and not told of.
pub(super) fn add_zones(root: &mut Node) {
    let named = read::names(&root.parts);
    let mut missing: Vec<String> = named
        .into_iter()
        .filter(|name| {
            !root
                .parts
                .iter()
                .any(|part| part.name == "VTIMEZONE" && part.value("TZID").is_some_and(|own| own.trim() == name))
        })
        .collect();
    missing.sort_unstable();
    let year = root.parts.iter().filter_map(|part| part.value("DTSTART")?.get(..4)?.parse().ok()).min().unwrap_or(2026);
    for name in missing {
        let Some(mut told) = zone::zone(&name).and_then(|zone| zone::component(zone, year)) else { continue };
        told.put("TZID", &name);
        root.parts.insert(0, told);
    }
}

/// A line that says a time.
pub(super) fn time_line(name: &str, when: When) -> Line {
    let line = Line::new(name, &when.written());
    match when {
        When::Day(_) => line.with_param("VALUE", Some("DATE")),
        When::Zoned { zone, .. } => line.with_param("TZID", Some(zone.name())),
        When::Utc(_) | When::Floating(_) => line,
    }
}

/// Puts what a form says into a component that said `was`. Says whether guests must be told.
pub(super) fn apply(node: &mut Node, was: &Facts, draft: &Draft, now: Moment) -> bool {
    let title = one_line(&draft.title);
    let place = one_line(&draft.place);
    let mut matters = place != was.place;
    text(node, "SUMMARY", &title, &was.title);
    text(node, "DESCRIPTION", draft.notes.trim_end(), &was.notes);
    if draft.notes.trim_end() != was.notes {
        node.remove("X-ALT-DESC");
    }
    text(node, "LOCATION", &place, &was.place);
    if draft.link != was.link {
        plain(node, "URL", &draft.link);
    }
    if draft.categories != was.categories {
        let words: Vec<String> = draft.categories.iter().map(|word| escape(&one_line(word))).collect();
        plain(node, "CATEGORIES", &words.join(","));
    }
    if draft.is_busy != was.is_busy && draft.kind == Kind::Event {
        node.put("TRANSP", if draft.is_busy { "OPAQUE" } else { "TRANSPARENT" });
    }
    if draft.privacy != was.privacy {
        node.put("CLASS", if draft.privacy == Privacy::Public { "PUBLIC" } else { "PRIVATE" });
    }
    matters |= times(node, was, draft);
    if was.instance.is_none() && draft.rule != was.rule {
        plain(node, "RRULE", draft.rule.as_deref().unwrap_or_default());
        matters = true;
    }
    matters |= people(node, was, draft);
    state(node, was, draft, now);
    reminders(node, was, draft, &title);
    node.put("DTSTAMP", &When::Utc(now).written());
    node.put("LAST-MODIFIED", &When::Utc(now).written());
    matters
}

fn text(node: &mut Node, name: &str, new: &str, old: &str) {
    if new != old {
        plain(node, name, &escape(new));
    }
}

fn plain(node: &mut Node, name: &str, value: &str) {
    if value.is_empty() { node.remove(name) } else { node.put(name, value) }
}

/// The start and the end. An end that is the start's own goes unsaid.
fn times(node: &mut Node, was: &Facts, draft: &Draft) -> bool {
    let is_task = draft.kind == Kind::Task;
    let end_name = if is_task { "DUE" } else { "DTEND" };
    let starts = begins(was, draft);
    let ends = match (starts, draft.ends) {
        (Some(starts), Some(ends)) => Some(facts::no_earlier(draft.kind, starts, ends)),
        (_, ends) => ends,
    };
    let is_new = starts != was.starts || ends != was.ends;
    if starts != was.starts {
        match starts {
            Some(starts) => node.set(time_line("DTSTART", starts)),
            None => node.remove("DTSTART"),
        }
    }
    if is_new {
        node.remove("DURATION");
        match ends.filter(|ends| is_task || Some(*ends) != starts) {
            Some(ends) => node.set(time_line(end_name, ends)),
            None => node.remove(end_name),
        }
    }
    is_new
}

/// When it begins. A rule counts from DTSTART (RFC 5545 §3.8.5.3), so a task that comes back begins, if nothing else is said,
/// when it is due, as long as it comes back.
fn begins(was: &Facts, draft: &Draft) -> Option<When> {
    if draft.kind != Kind::Task {
        return draft.starts;
    }
    let is_put_there = |starts: &When| draft.starts == was.starts && was.ends == Some(*starts);
    draft.starts.filter(|starts| !is_put_there(starts)).or_else(|| draft.ends.filter(|_| draft.rule.is_some()))
}

/// Who is invited, and by whom. A guest who stays keeps what else is said of them.
fn people(node: &mut Node, was: &Facts, draft: &Draft) -> bool {
    let organizer = draft.organizer.as_ref().filter(|_| !draft.guests.is_empty());
    if organizer != was.organizer.as_ref() {
        match organizer {
            Some(organizer) => node.set(organizer_line(organizer)),
            None => node.remove("ORGANIZER"),
        }
    }
    if draft.guests == was.guests {
        return false;
    }
    let is_same = |guest: &Guest, other: &Guest| is_same_person(guest.address.as_str(), other.address.as_str());
    let mut seen: Vec<Guest> = Vec::new();
    let mut lines = Vec::with_capacity(node.lines.len());
    for line in node.lines.drain(..) {
        let Some(old) = line.is("ATTENDEE").then(|| facts::guest(&line)).flatten() else {
            lines.push(line);
            continue;
        };
        match draft.guests.iter().find(|guest| is_same(guest, &old)) {
            Some(guest) if !seen.iter().any(|one| is_same(one, guest)) => {
                seen.push(guest.clone());
                lines.push(if *guest == old { line } else { guest_params(&line, guest) });
            }
            None if !was.guests.iter().any(|guest| is_same(guest, &old)) => lines.push(line),
            _ => {}
        }
    }
    for guest in &draft.guests {
        if !seen.iter().any(|one| is_same(one, guest)) {
            seen.push(guest.clone());
            lines.push(guest_line(guest));
        }
    }
    node.lines = lines;
    let who = |guests: &[Guest]| {
        let mut all: Vec<String> = guests.iter().map(|guest| guest.address.as_str().to_lowercase()).collect();
        all.sort_unstable();
        all
    };
    who(&draft.guests) != who(&was.guests)
}

/// Whether two addresses are one person's. Mail systems that tell cases apart are not met.
pub(super) fn is_same_person(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn organizer_line(organizer: &Organizer) -> Line {
    let line = Line::new("ORGANIZER", &format!("mailto:{}", organizer.address));
    let line = line.with_param("CN", Some(organizer.name.as_str()).filter(|name| !name.is_empty()));
    let sent_by = organizer.sent_by.as_ref().map(|address| format!("mailto:{address}"));
    line.with_param("SENT-BY", sent_by.as_deref())
}

/// A line that says a guest.
pub(super) fn guest_line(guest: &Guest) -> Line {
    let line = Line::new("ATTENDEE", &format!("mailto:{}", guest.address));
    let line = line.with_param("CUTYPE", (guest.part == Part::Resource).then_some("RESOURCE"));
    guest_params(&line, guest)
}

fn guest_params(line: &Line, guest: &Guest) -> Line {
    let role = match guest.part {
        Part::Required => "REQ-PARTICIPANT",
        Part::Optional => "OPT-PARTICIPANT",
        Part::Resource => "NON-PARTICIPANT",
    };
    let line = line.with_param("ROLE", Some(role));
    let line = line.with_param("CN", Some(guest.name.as_str()).filter(|name| !name.is_empty()));
    answered(&line, guest.answer)
}

/// The same guest with an answer; who has answered is not asked again.
pub(super) fn answered(line: &Line, answer: Answer) -> Line {
    let line = line.with_param("PARTSTAT", Some(answer_word(answer)));
    line.with_param("RSVP", (answer == Answer::NeedsAction).then_some("TRUE"))
}

/// `PARTSTAT`. RFC 5545 §3.2.12.
pub(super) const fn answer_word(answer: Answer) -> &'static str {
    match answer {
        Answer::NeedsAction => "NEEDS-ACTION",
        Answer::Accepted => "ACCEPTED",
        Answer::Declined => "DECLINED",
        Answer::Tentative => "TENTATIVE",
        Answer::Delegated => "DELEGATED",
    }
}

/// How an event or task stands.
fn state(node: &mut Node, was: &Facts, draft: &Draft, now: Moment) {
    if draft.priority != was.priority {
        plain(node, "PRIORITY", &if draft.priority == 0 { String::new() } else { draft.priority.to_string() });
    }
    if draft.kind == Kind::Task {
        return task_state(node, was, draft, now);
    }
    if draft.status != was.status {
        node.put("STATUS", event_status(draft.status));
    }
}

const fn event_status(status: Status) -> &'static str {
    match status {
        Status::Confirmed => "CONFIRMED",
        Status::Tentative => "TENTATIVE",
        Status::Cancelled => "CANCELLED",
    }
}

fn task_state(node: &mut Node, was: &Facts, draft: &Draft, now: Moment) {
    let percent = draft.percent.min(100);
    if percent == was.percent && draft.status == was.status {
        return;
    }
    let status = match (draft.status, percent) {
        (Status::Cancelled, _) => "CANCELLED",
        (_, 100) => "COMPLETED",
        (_, 0) => "NEEDS-ACTION",
        _ => "IN-PROCESS",
    };
    node.put("STATUS", status);
    plain(node, "PERCENT-COMPLETE", &if percent == 0 { String::new() } else { percent.to_string() });
    if status != "COMPLETED" {
        node.remove("COMPLETED");
    } else if was.done_at.is_none() {
        node.put("COMPLETED", &When::Utc(now).written());
    }
}

/// The reminders we understand become those of the form; others stay.
fn reminders(node: &mut Node, was: &Facts, draft: &Draft, title: &str) {
    if draft.reminders == was.reminders {
        return;
    }
    let mut wanted: Vec<Reminder> = draft.reminders.clone();
    node.parts.retain(|part| {
        let old = (part.name == "VALARM").then(|| facts::reminder(part, was.starts, was.ends)).flatten();
        let Some(old) = old.filter(|old| was.reminders.contains(old)) else { return true };
        let place = wanted.iter().position(|new| *new == old);
        place.map(|at| wanted.remove(at)).is_some()
    });
    for reminder in wanted {
        let mut alarm = Node::new("VALARM");
        let sign = if reminder.minutes_before >= 0 { "-" } else { "" };
        alarm.put("ACTION", "DISPLAY");
        alarm.put("DESCRIPTION", &escape(if title.is_empty() { "Reminder" } else { title }));
        let trigger = Line::new("TRIGGER", &format!("{sign}PT{}M", reminder.minutes_before.unsigned_abs()));
        let is_from_due = draft.starts.is_none() && draft.kind == Kind::Task;
        alarm.set(trigger.with_param("RELATED", is_from_due.then_some("END")));
        node.parts.push(alarm);
    }
}
