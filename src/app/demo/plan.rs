//! What the demo's people have planned: the week round now, a calendar of the team, rooms and a van, a page on which strangers
//! book, a series, tasks, an invitation from outside that waits for an answer, and somebody in a meeting right now.

use super::super::build::StartError;
use super::DOMAIN;
use crate::domain::calendar::{
    self, CalendarError, CalendarKind, Desk, NewCalendar, NewResource, ResourceKind, Rights,
};
use crate::domain::hours::{self, Away};
use crate::domain::people;
use crate::domain::store::StoreError;
use crate::format::ical::{Answer, Draft, Guest, Kind, Organizer, Part, Privacy, Reminder, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::text::EmailAddress;
use crate::kernel::zone;
use crate::services::calendar::{ActError, Deed, act};
use crate::services::office::Office;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Europe::Berlin;
use lettre::message::header::ContentType;
use lettre::message::{Message, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

/// One event of the week: whose, the day from Monday, from and to in minutes of the day, and what it says.
struct Plan {
    who: &'static str,
    day: i64,
    from: i64,
    to: i64,
    title: &'static str,
    place: &'static str,
    rule: &'static str,
    guests: &'static [&'static str],
}

const fn plan_of(who: &'static str, day: i64, from: i64, to: i64, title: &'static str, place: &'static str) -> Plan {
    Plan { who, day, from, to, title, place, rule: "", guests: &[] }
}

/// The week. Some overlap, as they do.
const WEEK: &[Plan] = &[
    Plan {
        rule: "FREQ=WEEKLY",
        guests: &["bob", "carla", "yuki"],
        ..plan_of("alice", 0, 9 * 60, 10 * 60, "Jour fixe", ELBE)
    },
    plan_of("alice", 0, 13 * 60, 14 * 60 + 30, "Interview, second half", "Small room"),
    plan_of("alice", 1, 10 * 60, 11 * 60, "Façade grid with Carla", ELBE),
    plan_of("alice", 1, 10 * 60 + 30, 12 * 60, "Call: fire safety", "Phone"),
    plan_of("alice", 2, 14 * 60 + 30, 15 * 60 + 15, "Grundschulerweiterungsbau: Vorabstimmung", "Call"),
    plan_of("alice", 3, 9 * 60, 10 * 60 + 30, "Site meeting", "Hafenstraße 12, container"),
    plan_of("alice", 4, 16 * 60, 16 * 60 + 30, "Coffee with Tomás", "Café am Sandtorkai"),
    plan_of("bob", 0, 11 * 60, 12 * 60, "Steel: last two offers", ""),
    plan_of("bob", 2, 8 * 60, 9 * 60, "Delivery of bricks", "Courtyard"),
    plan_of("bob", 3, 9 * 60, 10 * 60 + 30, "Site meeting", "Hafenstraße 12, container"),
    plan_of("carla", 1, 10 * 60, 11 * 60, "Façade grid with Alice", ELBE),
    plan_of("carla", 3, 9 * 60, 10 * 60 + 30, "Site meeting", "Hafenstraße 12, container"),
    plan_of("dan", 1, 15 * 60, 16 * 60, "Backups: try one", ""),
    plan_of("eszter", 4, 12 * 60, 13 * 60, "Christmas party: tasting", "Kitchen"),
    plan_of("layla", 2, 10 * 60, 12 * 60, "Terracotta samples", "Sample room"),
    plan_of("priya", 2, 9 * 60, 17 * 60, "Competition", ""),
    plan_of("yuki", 4, 10 * 60, 11 * 60, "Railing: sample", "Workshop"),
];

/// Tasks: whose, days from today, what.
const TASKS: &[(&str, Option<i64>, &str)] = &[
    ("alice", Some(-1), "Send the fire-safety papers to the city"),
    ("alice", Some(0), "Check the offer for the new office"),
    ("alice", Some(2), "Slides for Copenhagen: cut the history"),
    ("alice", None, "Ask Tomás about the survey of the yard"),
    ("bob", Some(0), "Order the gutter"),
];

/// Rooms and things: the local part of the address, the name, what it is, seats, where, and the hue.
const ROOMS: &[(&str, &str, ResourceKind, i64, &str, i64)] = &[
    ("elbe", ELBE, ResourceKind::Room, 10, "Second floor, by the stairs", 4),
    ("alster", "Small room “Alster”", ResourceKind::Room, 4, "Second floor, courtyard side", 8),
    ("van", "Van HH-AT 2024", ResourceKind::Vehicle, 3, "Courtyard", 7),
    ("projector", "Projector", ResourceKind::Device, 0, "Dan’s cupboard", 1),
];

/// The room that most meetings are in.
const ELBE: &str = "Meeting room “Elbe”";

/// Makes the rooms, and opens a page on which strangers book Alice's time. Returns the address of the first room.
async fn rooms(office: &Office) -> Result<EmailAddress, ActError> {
    let made = office.store.write(|tx| {
        for (local, name, kind, seats, place, hue) in ROOMS {
            let new = NewResource {
                name: (*name).to_owned(),
                kind: *kind,
                seats: *seats,
                place: (*place).to_owned(),
                notes: String::new(),
                hue: *hue,
                group: None,
                takes_mail: true,
                zone: Berlin,
            };
            calendar::make_resource(tx, local, &new)?;
        }
        let alice = people::all(tx)?.into_iter().find(|person| person.name == "alice").map(|person| person.id);
        let desk = Desk {
            name: "alice".to_owned(),
            is_open: true,
            title: "A talk about your project".to_owned(),
            intro: "Half an hour is enough to find out whether we can help.".to_owned(),
            place: "Hafenstraße 12, or by phone".to_owned(),
            lengths: vec![30, 60],
            days_ahead: 21,
            notice: 4,
            buffer: 10,
            questions: vec!["What is it about?".to_owned()],
        };
        if let Some(alice) = alice {
            calendar::set_desk(tx, alice, &desk)?;
        }
        Ok::<_, ActError>(calendar::resources(tx)?)
    });
    let found = made.await?.into_iter().find(|room| room.is.name == ELBE);
    found.map(|room| room.address).ok_or_else(|| CalendarError::NoCalendar.into())
}

/// Puts what everybody has planned into their calendars.
pub(super) async fn plan(office: &Office) -> Result<(), ActError> {
    let now = office.clock.now();
    let here = office.store.write(|tx| {
        let everybody = people::all(tx)?;
        for person in &everybody {
            people::note_zone(tx, person.id, Berlin)?;
        }
        Ok::<_, ActError>(everybody)
    });
    let everybody: HashMap<String, people::Person> =
        here.await?.into_iter().map(|one| (one.name.clone(), one)).collect();
    let elbe = rooms(office).await?;
    let today = zone::shown(now, Berlin).date();
    let monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()));
    for one in WEEK {
        let Some(person) = everybody.get(one.who) else { continue };
        let day = monday + TimeDelta::days(one.day);
        let mut draft = event(one.title, one.place, at(day, one.from), at(day, one.to));
        draft.rule = Some(one.rule).filter(|rule| !rule.is_empty()).map(str::to_owned);
        let guests = one.guests.iter().filter_map(|name| everybody.get(*name));
        draft.guests = guests.map(guest).collect();
        if one.place == ELBE && one.who == "alice" {
            let (address, name) = (elbe.clone(), ELBE.to_owned());
            draft.guests.push(Guest { address, name, part: Part::Resource, answer: Answer::Accepted });
        }
        draft.organizer = (!draft.guests.is_empty()).then(|| Organizer {
            address: person.address.clone(),
            name: person.full_name.clone(),
            sent_by: None,
        });
        make(office, person.id, None, draft).await?;
    }
    round_now(office, &everybody, now).await?;
    for (who, days, title) in TASKS {
        let Some(person) = everybody.get(*who) else { continue };
        let due = days.map(|days| When::Day(today + TimeDelta::days(days)));
        let draft = Draft { title: (*title).to_owned(), ..Draft::at(Kind::Task, None, due) };
        make(office, person.id, None, draft).await?;
    }
    of_the_office(office, &everybody, today).await
}

/// What happens about now: somebody is in a meeting, and somebody is reminded of one in a few minutes.
async fn round_now(office: &Office, everybody: &HashMap<String, people::Person>, now: Moment) -> Result<(), ActError> {
    let minutes = |count: u64| Duration::from_secs(count * 60);
    let when = |moment: Moment| When::from_instant(Moment::from_millis(moment.millis() / 60_000 * 60_000), Berlin);
    if let Some(carla) = everybody.get("carla") {
        let (from, to) = (when(now.minus(minutes(25))), when(now.plus(minutes(65))));
        make(office, carla.id, None, event("Lift supplier", "Call", from, to)).await?;
    }
    if let Some(alice) = everybody.get("alice") {
        let (from, to) = (when(now.plus(minutes(13))), when(now.plus(minutes(43))));
        let mut draft = event("Call with the surveyor", "Phone", from, to);
        draft.reminders = vec![Reminder { minutes_before: 10 }];
        make(office, alice.id, None, draft).await?;
        let (from, to) = (when(now.plus(minutes(150))), when(now.plus(minutes(180))));
        let draft = Draft { privacy: Privacy::Private, ..event("Dentist", "", from, to) };
        make(office, alice.id, None, draft).await?;
    }
    Ok(())
}

/// The team's calendar, the room, and who is out of office.
async fn of_the_office(
    office: &Office,
    everybody: &HashMap<String, people::Person>,
    today: NaiveDate,
) -> Result<(), ActError> {
    let (Some(alice), Some(eszter)) = (everybody.get("alice"), everybody.get("eszter")) else { return Ok(()) };
    let (alice, eszter) = (alice.id, eszter.id);
    let made = office.store.write(move |tx| {
        let team = people::groups(tx)?.into_iter().find(|group| group.name == "team").map(|group| group.id);
        let new = |name: &str, kind, hue, open_to, group| NewCalendar {
            owner: None,
            group,
            kind,
            name: name.to_owned(),
            hue,
            pattern: 1,
            open_to,
        };
        let of_team = calendar::make_calendar(tx, &new("Team", CalendarKind::Group, 2, Rights::Read, team))?;
        let back = zone::instant((today + TimeDelta::days(1)).and_time(NaiveTime::MIN), Berlin);
        let away = Away {
            from_at: tx.now(),
            until_at: Some(back),
            inside: "I am out today and back tomorrow. Dan knows where everything is.".to_owned(),
            outside: "Thank you for your mail. I am out today and answer tomorrow.".to_owned(),
        };
        hours::set_away(tx, eszter, Some(&away)).map_err(|error| ActError::from(StoreError::from(error)))?;
        Ok::<_, ActError>(of_team)
    });
    let team = made.await?;
    let fair = (When::Day(today), When::Day(today + TimeDelta::days(2)));
    make(office, alice, Some(team), event("BAU trade fair, hall 4", "Munich", fair.0, fair.1)).await?;
    let friday = today + TimeDelta::days(i64::from(4 - today.weekday().num_days_from_monday().min(4)));
    let drinks = event("Drinks", "Kitchen", at(friday, 17 * 60), at(friday, 18 * 60));
    make(office, alice, Some(team), drinks).await
}

async fn make(office: &Office, who: PersonId, calendar: Option<CalendarId>, draft: Draft) -> Result<(), ActError> {
    act(office, who, Deed::Make { calendar, draft: Box::new(draft) }).await.map(drop)
}

fn at(day: NaiveDate, minute: i64) -> When {
    When::Zoned { local: day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minute), zone: Berlin }
}

fn event(title: &str, place: &str, from: When, to: When) -> Draft {
    Draft { title: title.to_owned(), place: place.to_owned(), ..Draft::at(Kind::Event, Some(from), Some(to)) }
}

fn guest(person: &people::Person) -> Guest {
    Guest {
        address: person.address.clone(),
        name: person.full_name.clone(),
        part: Part::Required,
        answer: Answer::NeedsAction,
    }
}

/// Sends an invitation in by the SMTP door, as any program outside would.
pub(super) async fn invite(door: SocketAddr, now: Moment) -> Result<(), StartError> {
    let message = invitation(now).map_err(std::io::Error::other)?;
    let mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(door.ip().to_string())
        .port(door.port())
        .timeout(Some(Duration::from_secs(10)))
        .build();
    mailer.send(message).await.map_err(std::io::Error::other)?;
    Ok(())
}

fn invitation(now: Moment) -> Result<Message, Box<dyn std::error::Error + Send + Sync>> {
    let day = zone::shown(now, Berlin).date() + TimeDelta::days(1);
    let local = |hour: i64| -> NaiveDateTime { day.and_time(NaiveTime::MIN) + TimeDelta::hours(hour) };
    let utc = |hour: i64| {
        let at = zone::instant(local(hour), Berlin);
        zone::shown(at, chrono_tz::UTC).format("%Y%m%dT%H%M%SZ").to_string()
    };
    let calendar = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//O Briain Surveying//Calendar//EN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:survey-4711@obriain-surveying.example",
        &format!("DTSTAMP:{}", zone::shown(now, chrono_tz::UTC).format("%Y%m%dT%H%M%SZ")),
        &format!("DTSTART:{}", utc(11)),
        &format!("DTEND:{}", utc(12)),
        "SUMMARY:Survey of the yard: results",
        "LOCATION:Hafenstraße 12",
        "SEQUENCE:0",
        "ORGANIZER;CN=Tomás Ó Briain:mailto:tomas@obriain-surveying.example",
        &format!("ATTENDEE;CN=Alice Bergmann;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@{DOMAIN}"),
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    .join("\r\n");
    let text =
        SinglePart::plain("Hello Alice,\r\n\r\nshall we go through the results on site?\r\n\r\nTomás".to_owned());
    let part = SinglePart::builder()
        .header(ContentType::parse("text/calendar; method=REQUEST; charset=utf-8")?)
        .body(calendar);
    Ok(Message::builder()
        .from("Tomás Ó Briain <tomas@obriain-surveying.example>".parse()?)
        .to(format!("Alice Bergmann <alice@{DOMAIN}>").parse()?)
        .subject("Invitation: Survey of the yard: results")
        .message_id(Some("<survey-4711-0@demo.obriain-surveying.example>".to_owned()))
        .date_now()
        .multipart(MultiPart::alternative().singlepart(text).singlepart(part))?)
}
