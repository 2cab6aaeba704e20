//! Finding a time: a form, everybody's times side by side, and the first times at which all are free, each a way to the form
//! of an event with all filled in. As blocks for the form of an event, too.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, fragment, in_address, page};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::rooms::OptionView;
use super::slots::{DayView, days};
use super::tabs;
use crate::domain::calendar;
use crate::domain::people::{self, Person};
use crate::domain::store::ReadTx;
use crate::format::formats::Formats;
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, GroupId, PersonId};
use crate::kernel::limits;
use crate::kernel::text::EmailAddress;
use crate::services::find::{Found, Slot, Wanted, Whose, find as look};
use askama::Template;
use chrono::{DateTime, NaiveDate, TimeDelta};
use chrono_tz::Tz;

/// Lengths that the form offers, in minutes.
const LENGTHS: [i64; 8] = [15, 30, 45, 60, 90, 120, 180, 240];
/// Days looked at where the form says nothing.
const USUAL: i64 = 7;
/// Days drawn side by side.
const DRAWN: i64 = 14;

/// A free time.
struct SlotView {
    words: String,
    room: String,
    href: String,
    /// For a script that fills a form in: the two ends, as the form writes them.
    starts: String,
    ends: String,
    room_address: String,
}

/// What was found, in words and lines.
struct FoundView {
    slots: Vec<SlotView>,
    days: Vec<DayView>,
    unknown: Vec<String>,
    zone: String,
}

#[derive(Template)]
#[template(path = "share/find.html")]
struct FindPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    people: Vec<OptionView>,
    groups: Vec<OptionView>,
    rooms: Vec<OptionView>,
    lengths: Vec<OptionView>,
    any_room: bool,
    seats: String,
    first: String,
    last: String,
    found: Option<FoundView>,
}

#[derive(Template)]
#[template(path = "share/_found.html")]
struct FoundBlock {
    found: Option<FoundView>,
}

/// What the address asks for.
struct Form {
    wanted: Wanted,
    groups: Vec<GroupId>,
    addresses: Vec<String>,
    title: String,
    errors: Vec<FieldError>,
}

/// GET /calendar/find: `who` (people), `guest` (addresses), `group`, `room`, `any_room` with `seats`, `minutes`, `first` and
/// `last` day.
pub async fn find(visit: Visit) -> PageResult {
    let (query, now) = (visit.query.clone(), visit.web.office.clock.now());
    let browser_zone = visit.look.zone;
    let work = move |tx: &ReadTx<'_>, me: PersonId| {
        let zone = people::zone(tx, me)?.or(browser_zone).unwrap_or(Tz::UTC);
        let form = Form::read(tx, me, &query, zone, now)?;
        let has_asked =
            query.has("who") || query.has("room") || query.has("any_room") || query.has("guest") || query.has("group");
        let found = if has_asked && form.errors.is_empty() { Some(look(tx, me, &form.wanted)?) } else { None };
        Ok::<_, WebError>((form, found))
    };
    let formats = visit.look.formats;
    if visit.wants_fragment {
        let (form, found) = visit.read(move |tx, session| work(tx, session.person.id)).await?;
        return fragment(&FoundBlock { found: found.map(|found| FoundView::new(&form, found, formats)) });
    }
    let read = visit.page(Place::Calendar, move |tx, session| {
        let me = session.person.id;
        let (form, found) = work(tx, me)?;
        Ok((people::all(tx)?, people::groups(tx)?, calendar::resources(tx)?, form, found))
    });
    let (shell, (people, groups, rooms, form, found)) = read.await?;
    let option = |value: String, words: String, is_on: bool| OptionView { value, words, is_on };
    let is_wanted = |person: &Person| form.wanted.people.contains(&person.id);
    // Who asks comes anyhow.
    let is_other = |person: &Person| !person.is_disabled && form.wanted.people.first() != Some(&person.id);
    let minutes = form.wanted.minutes;
    let last = form.wanted.end - TimeDelta::days(1);
    page(&FindPage {
        shell,
        tabs: tabs("/calendar/find"),
        people: people
            .iter()
            .filter(|one| is_other(one))
            .map(|one| option(one.id.to_string(), one.full_name.clone(), is_wanted(one)))
            .collect(),
        groups: groups
            .iter()
            .map(|one| option(one.id.to_string(), one.name.clone(), form.groups.contains(&one.id)))
            .collect(),
        rooms: rooms
            .iter()
            .map(|one| option(one.calendar.to_string(), one.is.name.clone(), form.wanted.rooms.contains(&one.calendar)))
            .collect(),
        lengths: lengths(minutes).map(|one| option(one.to_string(), length_words(one), one == minutes)).collect(),
        any_room: form.wanted.any_room.is_some(),
        seats: form.wanted.any_room.filter(|seats| *seats > 0).map(|seats| seats.to_string()).unwrap_or_default(),
        first: form.wanted.first.to_string(),
        last: last.to_string(),
        errors: form.errors.clone(),
        found: found.map(|found| FoundView::new(&form, found, formats)),
    })
}

fn lengths(chosen: i64) -> impl Iterator<Item = i64> {
    let mut all: Vec<i64> = LENGTHS.into_iter().chain([chosen]).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
}

fn length_words(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} minutes"),
        (1, 0) => "1 hour".to_owned(),
        (hours, 0) => format!("{hours} hours"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

impl Form {
    fn read(tx: &ReadTx<'_>, me: PersonId, query: &Fields, zone: Tz, now: Moment) -> Result<Self, WebError> {
        let mut errors = Vec::new();
        let mut people: Vec<PersonId> = query.all("who").filter_map(|id| id.parse().ok()).collect();
        let groups: Vec<GroupId> = query.all("group").filter_map(|id| id.parse().ok()).collect();
        for group in people::groups(tx)?.into_iter().filter(|group| groups.contains(&group.id)) {
            people.extend(group.members);
        }
        let mut rooms: Vec<CalendarId> = query.all("room").filter_map(|id| id.parse().ok()).collect();
        let typed = query.all("guest").flat_map(|typed| typed.split([',', ' ']));
        for address in typed.filter_map(|one| one.trim().parse::<EmailAddress>().ok()) {
            match calendar::resource_at(tx, &address)? {
                Some(room) => rooms.push(room.calendar),
                None => people.extend(people::owner(tx, &address)?),
            }
        }
        people.insert(0, me);
        let mut seen = std::collections::HashSet::new();
        people.retain(|one| seen.insert(*one));
        let known: Vec<CalendarId> = calendar::resources(tx)?.into_iter().map(|room| room.calendar).collect();
        rooms.retain(|room| known.contains(room));
        rooms.dedup();
        let today = DateTime::from_timestamp_millis(now.millis()).unwrap_or_default().with_timezone(&zone).date_naive();
        let day = |name: &str, usual: NaiveDate| match query.get(name).trim() {
            "" => Ok(usual),
            typed => typed.parse::<NaiveDate>().map_err(|_| FieldError::new(name, "A day is written like 2026-11-22.")),
        };
        let first = day("first", today).unwrap_or_else(|error| {
            errors.push(error);
            today
        });
        let last = day("last", first + TimeDelta::days(USUAL - 1)).unwrap_or_else(|error| {
            errors.push(error);
            first
        });
        if last < first {
            errors.push(FieldError::new("last", "The last day comes before the first."));
        }
        if people.len() + rooms.len() > limits::FIND_AT_ONCE {
            errors.push(FieldError::new("who", format!("At most {} people and rooms at once.", limits::FIND_AT_ONCE)));
        }
        let seats = query.get("seats").trim().parse().unwrap_or(0).clamp(0, limits::RESOURCE_SEATS);
        let addresses = addresses(tx, me, &people, &rooms)?;
        let wanted = Wanted {
            people,
            rooms,
            any_room: query.has("any_room").then_some(seats),
            minutes: query.get("minutes").parse().unwrap_or(60).clamp(5, 24 * 60),
            first,
            end: last.max(first) + TimeDelta::days(1),
            zone,
        };
        Ok(Self { wanted, groups, addresses, title: query.get("title").to_owned(), errors })
    }
}

/// The addresses of everybody but the asker, for the form of an event.
fn addresses(
    tx: &ReadTx<'_>,
    me: PersonId,
    people: &[PersonId],
    rooms: &[CalendarId],
) -> Result<Vec<String>, WebError> {
    let mut all = Vec::new();
    for person in people.iter().filter(|one| **one != me).take(limits::FIND_AT_ONCE) {
        all.extend(people::person(tx, *person)?.map(|person| person.address.to_string()));
    }
    for room in rooms.iter().take(limits::RESOURCES_AT_ONCE) {
        all.push(calendar::resource(tx, *room)?.address.to_string());
    }
    Ok(all)
}

impl FoundView {
    fn new(form: &Form, found: Found, formats: Formats) -> Self {
        let zone = form.wanted.zone;
        let drawn = form.wanted.end.min(form.wanted.first + TimeDelta::days(DRAWN));
        let unknown = found.lines.iter().filter(|line| !line.is_known).filter_map(|line| match &line.whose {
            Whose::Person(person) => Some(person.full_name.clone()),
            Whose::Room(_) => None,
        });
        Self {
            unknown: unknown.collect(),
            days: days(&found.lines, form.wanted.first, drawn, zone, formats),
            slots: found.slots.into_iter().map(|slot| SlotView::new(form, slot, formats)).collect(),
            zone: zone.name().to_owned(),
        }
    }
}

impl SlotView {
    fn new(form: &Form, slot: Slot, formats: Formats) -> Self {
        let zone = form.wanted.zone;
        let at =
            |moment: Moment| DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default().with_timezone(&zone);
        let (starts, ends) = (at(slot.starts_at), at(slot.ends_at));
        let (from, to) = (starts.format("%Y-%m-%dT%H:%M").to_string(), ends.format("%Y-%m-%dT%H:%M").to_string());
        let day = format!("{}, {}", starts.format("%A"), formats.day(starts.date_naive()));
        let mut guests = form.addresses.clone();
        guests.extend(slot.room.iter().map(|room| room.address.to_string()));
        let mut href = format!("/calendar/event/new?at={}&end={}", in_address(&from), in_address(&to));
        if !guests.is_empty() {
            href.push_str(&format!("&guests={}", in_address(&guests.join(", "))));
        }
        if let Some(room) = &slot.room {
            href.push_str(&format!("&place={}", in_address(&room.is.name)));
        }
        if !form.title.is_empty() {
            href.push_str(&format!("&title={}", in_address(&form.title)));
        }
        Self {
            words: format!("{day}, {}–{}", formats.time(starts), formats.time(ends)),
            room_address: slot.room.as_ref().map(|room| room.address.to_string()).unwrap_or_default(),
            room: slot.room.map(|room| room.is.name).unwrap_or_default(),
            href,
            starts: from,
            ends: to,
        }
    }
}
