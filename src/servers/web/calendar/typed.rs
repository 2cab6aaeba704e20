//! What was typed into the form of an event or a task: field by field as it stands there, and what it says.

use super::super::form::{FieldError, Fields};
use super::super::page::with;
use super::clock::{Clock, FLOATING, clock_of, day, time};
use super::repeat::Repeat;
use crate::format::ical::{self, Draft, Guest, Kind, Part, Privacy, Reminder, Status, When};
use crate::format::mime::{self, Mailbox};
use crate::kernel::limits;
use crate::kernel::text::one_line;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;

/// Bytes of a list of guests for whom a time is found.
const FIND: usize = 4000;
/// What stands in the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Whether it is a task.
    pub is_task: bool,
    /// What it is called.
    pub title: String,
    /// Whether it takes whole days, or a task is due on a day.
    pub is_all_day: bool,
    /// The first day; a task has none.
    pub start_day: String,
    /// The hour it begins.
    pub start_time: String,
    /// Where that clock hangs.
    pub start_zone: String,
    /// The last day; of a task the day it is due.
    pub end_day: String,
    /// The hour it ends.
    pub end_time: String,
    /// Where that clock hangs; empty for the same.
    pub end_zone: String,
    /// How it comes back.
    pub repeat: Repeat,
    /// Where it is.
    pub place: String,
    /// The address of the meeting.
    pub link: String,
    /// Whom it invites, as addresses.
    pub guests: String,
    /// The calendar it goes into, as the form names it.
    pub calendar: String,
    /// Minutes before it to remind, each as the form says it.
    pub reminders: Vec<String>,
    /// Whether it is its owner's alone.
    pub is_private: bool,
    /// Whether the time stays free.
    pub is_free: bool,
    /// Words to find it by.
    pub categories: String,
    /// Plain text.
    pub notes: String,
    /// How far a task is.
    pub percent: String,
    /// How urgent it is.
    pub priority: String,
}

/// What the fields are read by.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    /// Where the reader's clock hangs.
    pub zone: Tz,
    /// The office's own domain, for guests that are named without one.
    pub domain: &'a str,
    /// What the event was before: what the form does not show stays.
    pub was: Option<&'a Draft>,
    /// Whether the rule may be changed.
    pub has_rule: bool,
    /// Whether the guests may be changed.
    pub has_guests: bool,
}

impl Typed {
    /// What a form, or an address, says.
    pub fn of(fields: &Fields) -> Self {
        let get = |name: &str| fields.get(name).to_owned();
        Self {
            is_task: fields.get("kind") == "task",
            title: get("title"),
            is_all_day: fields.has("all_day"),
            start_day: get("start_day"),
            start_time: get("start_time"),
            start_zone: get("start_zone"),
            end_day: get("end_day"),
            end_time: get("end_time"),
            end_zone: get("end_zone"),
            repeat: Repeat::of(fields),
            place: get("place"),
            link: get("link"),
            guests: get("guests"),
            calendar: get("calendar"),
            reminders: fields.all("reminder").take(limits::CALENDAR_REMINDERS).map(str::to_owned).collect(),
            is_private: fields.has("private"),
            is_free: fields.get("show") == "free",
            categories: get("categories"),
            notes: get("notes"),
            percent: get("percent"),
            priority: get("priority"),
        }
    }

    /// What the form of a draft shows to a reader in `zone`.
    pub fn show(draft: &Draft, calendar: &str, zone: Tz) -> Self {
        let starts = draft.starts.or(draft.ends);
        let ends = draft.ends.or(draft.starts);
        let is_all_day = starts.is_none_or(When::is_day);
        let is_task = draft.kind == Kind::Task;
        let last = |when: When| if when.is_day() && !is_task { when.date() - TimeDelta::days(1) } else { when.date() };
        let zone_of = |when: Option<When>| match when {
            Some(When::Floating(_)) => FLOATING.to_owned(),
            Some(When::Zoned { zone, .. }) => zone.name().to_owned(),
            Some(When::Utc(_)) => "UTC".to_owned(),
            Some(When::Day(_)) | None => zone.name().to_owned(),
        };
        let time = |when: Option<When>| {
            when.filter(|when| !when.is_day()).map(|when| when.local().format("%H:%M").to_string()).unwrap_or_default()
        };
        let (start_zone, end_zone) = (zone_of(starts), zone_of(ends));
        Self {
            is_task,
            title: draft.title.clone(),
            is_all_day,
            start_day: draft.starts.map(|when| when.date().to_string()).unwrap_or_default(),
            start_time: time(draft.starts),
            end_day: ends.map(|when| last(when).to_string()).unwrap_or_default(),
            end_time: time(ends),
            end_zone: if end_zone == start_zone { String::new() } else { end_zone },
            start_zone,
            repeat: Repeat::show(draft.rule.as_deref(), starts),
            place: draft.place.clone(),
            link: draft.link.clone(),
            guests: draft.guests.iter().map(written).collect::<Vec<_>>().join(", "),
            calendar: calendar.to_owned(),
            reminders: draft.reminders.iter().map(|reminder| reminder.minutes_before.to_string()).collect(),
            is_private: draft.privacy == Privacy::Private,
            is_free: !draft.is_busy,
            categories: draft.categories.join(", "),
            notes: draft.notes.clone(),
            percent: draft.percent.to_string(),
            priority: draft.priority.to_string(),
        }
    }

    /// Where a time is found for those who are invited.
    pub fn find(&self) -> String {
        let guests = self.guests.get(..FIND.min(self.guests.len())).unwrap_or_default();
        let guests = mime::typed(guests, "").good;
        let mut address =
            with("/calendar/find", "title", &crate::kernel::text::cut(&self.title, limits::CALENDAR_TITLE));
        for guest in guests.iter().take(limits::CALENDAR_GUESTS) {
            address = with(&address, "guest", &guest.address);
        }
        if self.start_day.is_empty() { address } else { with(&address, "first", &self.start_day) }
    }

    /// What it says, or what is wrong with it, field by field.
    pub fn read(&self, by: &Reading<'_>) -> Result<Draft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let title = one_line(&self.title);
        let length = title.chars().count();
        if length == 0 || length > limits::CALENDAR_TITLE {
            let most = limits::CALENDAR_TITLE;
            errors.push(FieldError::new("title", format!("Give it a title of 1 to {most} characters.")));
        }
        let times = if self.is_task { self.due(by.zone) } else { self.times(by.zone) };
        let (starts, ends) = times.unwrap_or_else(|mut wrong| {
            errors.append(&mut wrong);
            (None, None)
        });
        // A rule is looked at beside times that are wrong: who corrects a form hears of all at once.
        let first = starts.or(ends).or_else(|| day(&self.start_day, "start_day", &mut Vec::new()).map(When::Day));
        let rule = self.rule(by, if self.is_task { starts.or(ends) } else { first }, &mut errors);
        let guests = self.invited(by, &mut errors);
        let mut draft = Draft {
            kind: if self.is_task { Kind::Task } else { Kind::Event },
            title,
            notes: self.text(&mut errors),
            place: self.line(&self.place, "place", &mut errors),
            link: self.web(&mut errors),
            categories: self.words(&mut errors),
            starts,
            ends,
            status: by.was.map_or(Status::Confirmed, |was| was.status),
            is_busy: !self.is_free,
            privacy: if self.is_private { Privacy::Private } else { Privacy::Public },
            rule,
            guests,
            organizer: by.was.and_then(|was| was.organizer.clone()),
            reminders: self.reminds(by, &mut errors),
            percent: self.number(&self.percent, "percent", 100, &mut errors),
            priority: self.number(&self.priority, "priority", 9, &mut errors),
        };
        if errors.is_empty() {
            self.repeat.fit(&mut draft);
            Ok(draft)
        } else {
            Err(errors)
        }
    }

    /// When an event begins and ends.
    fn times(&self, zone: Tz) -> Result<(Option<When>, Option<When>), Vec<FieldError>> {
        let mut errors = Vec::new();
        let start_day = day(&self.start_day, "start_day", &mut errors);
        let end_day =
            if self.end_day.trim().is_empty() { start_day } else { day(&self.end_day, "end_day", &mut errors) };
        let (starts, ends) = if self.is_all_day {
            (start_day.map(When::Day), end_day.map(|day| When::Day(day + TimeDelta::days(1))))
        } else {
            let start_zone = clock_of(&self.start_zone, Clock::Zone(zone), "start_zone", &mut errors);
            let end_zone = clock_of(&self.end_zone, start_zone, "end_zone", &mut errors);
            let start_time = time(&self.start_time, "start_time", &mut errors);
            let end_time = time(&self.end_time, "end_time", &mut errors);
            let at = |day: Option<NaiveDate>, time: Option<NaiveTime>, clock: Clock| {
                day.zip(time).map(|(day, time)| clock.at(day.and_time(time)))
            };
            (at(start_day, start_time, start_zone), at(end_day, end_time, end_zone))
        };
        if let (Some(starts), Some(ends)) = (starts, ends) {
            let (from, to) = (starts.instant(zone).millis(), ends.instant(zone).millis());
            let field = if starts.date() > ends.date() || self.is_all_day { "end_day" } else { "end_time" };
            if to < from || self.is_all_day && to == from {
                errors.push(FieldError::new(field, "The end lies before the start."));
            } else if to - from > limits::ICAL_DAYS * 86_400_000 {
                errors.push(FieldError::new(field, "An event lasts a hundred years at most."));
            }
        }
        if errors.is_empty() { Ok((starts, ends)) } else { Err(errors) }
    }

    /// When a task is due.
    fn due(&self, zone: Tz) -> Result<(Option<When>, Option<When>), Vec<FieldError>> {
        let mut errors = Vec::new();
        if self.end_day.trim().is_empty() && self.end_time.trim().is_empty() {
            return Ok((None, None));
        }
        let on = day(&self.end_day, "end_day", &mut errors);
        let due = if self.is_all_day || self.end_time.trim().is_empty() {
            on.map(When::Day)
        } else {
            let clock = clock_of(&self.start_zone, Clock::Zone(zone), "start_zone", &mut errors);
            on.zip(time(&self.end_time, "end_time", &mut errors)).map(|(on, time)| clock.at(on.and_time(time)))
        };
        if errors.is_empty() { Ok((None, due)) } else { Err(errors) }
    }

    fn rule(&self, by: &Reading<'_>, starts: Option<When>, errors: &mut Vec<FieldError>) -> Option<String> {
        if !by.has_rule {
            return by.was.and_then(|was| was.rule.clone());
        }
        match (self.repeat.rule(starts), starts) {
            (Ok(Some(_)), None) if self.is_task && errors.is_empty() => {
                errors.push(FieldError::new("end_day", "What comes back needs a day on which it is due."));
                None
            }
            // A rule that says the same as before stays as it was written.
            (Ok(rule), _) => match by.was {
                Some(was) if same_rule(was) == rule => was.rule.clone(),
                _ => rule,
            },
            (Err(error), _) => {
                errors.push(error);
                None
            }
        }
    }

    fn invited(&self, by: &Reading<'_>, errors: &mut Vec<FieldError>) -> Vec<Guest> {
        let was = by.was.map_or(&[][..], |was| &was.guests);
        if !by.has_guests {
            return was.to_vec();
        }
        let most = limits::CALENDAR_GUESTS;
        let too_many = || FieldError::new("guests", format!("An event has {most} guests at most."));
        if self.guests.bytes().filter(|byte| matches!(byte, b',' | b';' | b'\n')).count() > most * 2 {
            errors.push(too_many());
            return Vec::new();
        }
        let typed = mime::typed(&self.guests, by.domain);
        for bad in typed.bad.iter().take(5) {
            let bad = crate::kernel::text::cut(bad, 80);
            errors.push(FieldError::new("guests", format!("“{bad}” isn’t a full address, such as name@example.com.")));
        }
        if typed.good.len() > most {
            errors.push(too_many());
        }
        let guest = |box_: Mailbox| {
            let address = box_.address.parse().ok()?;
            let known = was.iter().find(|guest| guest.address == address);
            Some(known.cloned().unwrap_or(Guest {
                address,
                name: box_.name,
                part: Part::Required,
                answer: ical::Answer::NeedsAction,
            }))
        };
        typed.good.into_iter().filter_map(guest).collect()
    }

    fn text(&self, errors: &mut Vec<FieldError>) -> String {
        if self.notes.len() > limits::ICAL_NOTES {
            errors.push(FieldError::new(
                "notes",
                "The notes are too long: 64 kB at most. Keep a file elsewhere and link it.",
            ));
            return String::new();
        }
        // Line ends are the only controls that a text needs.
        let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
        self.notes.replace("\r\n", "\n").replace('\r', "\n").chars().filter(kept).collect()
    }

    fn line(&self, text: &str, field: &str, errors: &mut Vec<FieldError>) -> String {
        let line = one_line(text);
        if line.chars().count() > limits::CALENDAR_LINE {
            let most = limits::CALENDAR_LINE;
            errors.push(FieldError::new(field, format!("At most {most} characters.")));
        }
        line
    }

    /// A link leads to the web and nowhere else.
    fn web(&self, errors: &mut Vec<FieldError>) -> String {
        let link = self.link.trim();
        let head = link.get(..8).unwrap_or(link).to_ascii_lowercase();
        let is_web = head.starts_with("https://") || head.starts_with("http://");
        let is_plain = !link.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'));
        if !link.is_empty() && (!is_web || !is_plain || link.len() > limits::CALENDAR_LINK) {
            errors.push(FieldError::new("link", "A link begins with https:// and has no blanks."));
        }
        link.to_owned()
    }

    fn words(&self, errors: &mut Vec<FieldError>) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for word in self.categories.split(',').map(one_line).filter(|word| !word.is_empty()) {
            if word.chars().count() > limits::CALENDAR_CATEGORY || words.len() >= limits::CALENDAR_CATEGORIES {
                let (most, length) = (limits::CALENDAR_CATEGORIES, limits::CALENDAR_CATEGORY);
                let sentence = format!("At most {most} words of {length} characters, with commas between.");
                errors.push(FieldError::new("categories", sentence));
                return Vec::new();
            }
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    fn reminds(&self, by: &Reading<'_>, errors: &mut Vec<FieldError>) -> Vec<Reminder> {
        let known: Vec<Reminder> = by.was.map(|was| was.reminders.clone()).unwrap_or_default();
        let mut wanted: Vec<Reminder> = Vec::new();
        for text in self.reminders.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
            let reminder = text.parse().map(|minutes_before| Reminder { minutes_before });
            let is_good = |one: &Reminder| known.contains(one) || (0..=40_320).contains(&one.minutes_before);
            match reminder.ok().filter(is_good) {
                Some(reminder) if wanted.contains(&reminder) => {}
                Some(reminder) => wanted.push(reminder),
                None => errors.push(FieldError::new("reminder", "Choose one of these reminders.")),
            }
        }
        wanted.sort_by_key(|reminder| std::cmp::Reverse(reminder.minutes_before));
        if wanted.len() == known.len() && wanted.iter().all(|one| known.contains(one)) { known } else { wanted }
    }

    fn number(&self, text: &str, field: &str, most: u8, errors: &mut Vec<FieldError>) -> u8 {
        match text.trim() {
            "" => 0,
            text => text.parse().ok().filter(|number| *number <= most).unwrap_or_else(|| {
                errors.push(FieldError::new(field, format!("A number from 0 to {most}.")));
                0
            }),
        }
    }
}

/// The rule of a draft as the form would write it.
fn same_rule(was: &Draft) -> Option<String> {
    let starts = was.starts.or(was.ends);
    Repeat::show(was.rule.as_deref(), starts).rule(starts).ok().flatten()
}

/// A guest as an address field shows one.
fn written(guest: &Guest) -> String {
    if guest.name.is_empty() {
        return guest.address.to_string();
    }
    let is_plain = !guest.name.contains([',', '<', '>', '@', ';', ':', '"', '(', ')', '.']);
    let name = if is_plain { guest.name.clone() } else { format!("\"{}\"", guest.name.replace(['"', '\\'], "")) };
    format!("{name} <{}>", guest.address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::New_York;
    use chrono_tz::Europe::Berlin;

    fn reading() -> Reading<'static> {
        Reading { zone: Berlin, domain: "example.org", was: None, has_rule: true, has_guests: true }
    }

    fn lunch() -> Typed {
        let text = str::to_owned;
        Typed {
            title: text(" Lunch\twith Bob "),
            start_day: text("2026-03-09"),
            start_time: text("12:00"),
            end_day: text("2026-03-09"),
            end_time: text("13:30"),
            ..Typed::default()
        }
    }

    fn wrong(typed: &Typed) -> Vec<String> {
        let errors = typed.read(&reading()).err().unwrap_or_default();
        errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_was_typed_is_an_event_in_the_readers_zone() {
        let draft = lunch().read(&reading()).unwrap();
        let at = |hour, minute| NaiveDate::from_ymd_opt(2026, 3, 9).unwrap().and_hms_opt(hour, minute, 0).unwrap();
        assert_eq!(draft.title, "Lunch with Bob");
        assert_eq!(draft.starts, Some(When::Zoned { local: at(12, 0), zone: Berlin }));
        assert_eq!(draft.ends, Some(When::Zoned { local: at(13, 30), zone: Berlin }));
        assert!(draft.is_busy && draft.privacy == Privacy::Public && draft.rule.is_none());
    }

    #[test]
    fn each_end_may_have_a_clock_of_its_own() {
        let text = str::to_owned;
        let flight = Typed { end_zone: text("America/New York"), end_time: text("9.05"), ..lunch() };
        let draft = flight.read(&reading()).unwrap();
        assert_eq!(draft.ends.unwrap().zone(), Some(New_York));
        let back = Typed::show(&draft, "3", Berlin);
        assert_eq!((back.start_zone.as_str(), back.end_zone.as_str()), ("Europe/Berlin", "America/New_York"));
        assert_eq!((back.end_day.as_str(), back.end_time.as_str()), ("2026-03-09", "09:05"));
        assert_eq!(back.read(&reading()).unwrap(), draft);
        let floating = Typed { start_zone: text("Floating"), ..lunch() };
        assert!(matches!(floating.read(&reading()).unwrap().ends, Some(When::Floating(_))));
    }

    #[test]
    fn whole_days_end_with_the_day_that_was_typed() {
        let fair = Typed { is_all_day: true, end_day: "2026-03-11".to_owned(), ..lunch() };
        let draft = fair.read(&reading()).unwrap();
        assert_eq!(draft.ends, Some(When::Day(NaiveDate::from_ymd_opt(2026, 3, 12).unwrap())));
        assert_eq!(Typed::show(&draft, "3", Berlin).end_day, "2026-03-11");
    }

    #[test]
    fn what_is_wrong_is_told_beside_its_field() {
        let text = str::to_owned;
        assert_eq!(wrong(&Typed { title: text("  "), ..lunch() }), ["title"]);
        assert_eq!(wrong(&Typed { start_day: text("9 March"), ..lunch() }), ["start_day"]);
        assert_eq!(wrong(&Typed { start_day: text("0001-01-01"), ..lunch() }), ["start_day"]);
        assert_eq!(wrong(&Typed { end_day: text("9999-12-31"), ..lunch() }), ["end_day"]);
        assert_eq!(
            wrong(&Typed { start_time: text("25:00"), end_time: text(""), ..lunch() }),
            ["start_time", "end_time"]
        );
        assert_eq!(wrong(&Typed { end_time: text("11:59"), ..lunch() }), ["end_time"]);
        assert_eq!(wrong(&Typed { end_day: text("2026-03-08"), ..lunch() }), ["end_day"]);
        assert_eq!(wrong(&Typed { end_zone: text("Mars/Base"), ..lunch() }), ["end_zone"]);
        assert_eq!(wrong(&Typed { link: text("javascript:alert(1)"), ..lunch() }), ["link"]);
        assert_eq!(wrong(&Typed { guests: text("bob, carla@"), ..lunch() }), ["guests"]);
        assert_eq!(wrong(&Typed { notes: "x".repeat(70_000), ..lunch() }), ["notes"]);
        assert_eq!(wrong(&Typed { reminders: vec![text("-1"), text("soon")], ..lunch() }), ["reminder", "reminder"]);
        let crowd: Vec<_> = (0..10_000).map(|number| format!("g{number}@example.com")).collect();
        assert_eq!(wrong(&Typed { guests: crowd.join(","), ..lunch() }), ["guests"]);
    }

    #[test]
    fn guests_who_stay_keep_their_answers() {
        let typed = Typed { guests: "Bob <bob@example.com>, carl".to_owned(), ..lunch() };
        let mut was = typed.read(&reading()).unwrap();
        was.guests[0].answer = ical::Answer::Accepted;
        let again = typed.read(&Reading { was: Some(&was), ..reading() }).unwrap();
        assert_eq!(
            (again.guests[0].answer, again.guests[1].address.as_str()),
            (ical::Answer::Accepted, "carl@example.org")
        );
    }

    #[test]
    fn controls_never_reach_the_event() {
        let typed = Typed { notes: "one\r\ntwo\0\u{7}".to_owned(), place: "Room\r\n3".to_owned(), ..lunch() };
        let draft = typed.read(&reading()).unwrap();
        assert_eq!((draft.notes.as_str(), draft.place.as_str()), ("one\ntwo", "Room 3"));
    }

    #[test]
    fn a_task_is_due_on_a_day_at_an_hour_or_never() {
        let task = Typed { is_task: true, end_time: String::new(), ..lunch() };
        assert!(matches!(task.read(&reading()).unwrap().ends, Some(When::Day(_))));
        assert_eq!(Typed { end_day: String::new(), ..task.clone() }.read(&reading()).unwrap().ends, None);
        let weekly = Repeat { how: "daily".to_owned(), ..Repeat::default() };
        assert_eq!(wrong(&Typed { end_day: String::new(), repeat: weekly, ..task }), ["end_day"]);
    }
}
