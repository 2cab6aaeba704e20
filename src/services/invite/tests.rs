//! What invitations promise, with far servers that keep what they are sent.

mod far;
mod incoming;
mod outgoing;

use super::*;
use crate::domain::calendar::{self, Copy};
use crate::domain::mail::{self, FolderRole, MailError};
use crate::domain::people::{self, NewPerson, Role};
use crate::format::ical::{self, Answer, Draft, Guest, Item, Kind, Part, Scope, When};
use crate::format::mime::{self, ParsedMail};
use crate::kernel::id::{CalendarItemId, ItemId, PersonId};
use crate::services::arrive::{Envelope, Peer, arrive};
use crate::services::calendar::{self as acts, Deed, Done};
use crate::services::depart::tests::Scene;
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Europe::Berlin;
use std::time::Duration;

const ALICE: PersonId = PersonId::new(1);
const BEN: PersonId = PersonId::new(2);
const BOB: &str = "bob@else.example";
const LATER: Duration = Duration::from_secs(13);

/// An office with Alice and her colleague Ben, who have calendars.
async fn office() -> Scene {
    let scene = Scene::new(&[]).await;
    let made = scene.office.store.write(|tx| {
        let (name, full_name) = ("ben".to_owned(), "Ben".to_owned());
        let ben = people::add_person(tx, &NewPerson { name, full_name, role: Role::Member, password: String::new() })?;
        mail::make_mailbox(tx, ben)?;
        calendar::open_calendar(tx, ALICE)?;
        calendar::open_calendar(tx, ben)?;
        people::choose_zone(tx, ALICE, Some(Berlin))?;
        people::choose_zone(tx, ben, Some(chrono_tz::Asia::Tokyo))?;
        Ok::<_, crate::domain::store::StoreError>(())
    });
    made.await.unwrap();
    scene
}

fn at(day: u32, hour: u32) -> When {
    let local = NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(hour, 0, 0).unwrap();
    When::Zoned { local, zone: Berlin }
}

fn guest(address: &str) -> Guest {
    Guest { address: address.parse().unwrap(), name: String::new(), part: Part::Required, answer: Answer::NeedsAction }
}

/// A meeting of an hour.
fn meeting(guests: &[&str]) -> Draft {
    let guests = guests.iter().map(|address| guest(address)).collect();
    Draft { title: "Planning".to_owned(), guests, ..Draft::at(Kind::Event, Some(at(3, 9)), Some(at(3, 10))) }
}

fn weekly(guests: &[&str]) -> Draft {
    Draft { rule: Some("FREQ=WEEKLY;COUNT=4".to_owned()), ..meeting(guests) }
}

async fn make(scene: &Scene, draft: Draft) -> Done {
    acts::act(&scene.office, ALICE, Deed::Make { calendar: None, draft: Box::new(draft) }).await.unwrap()
}

async fn change(scene: &Scene, item: CalendarItemId, draft: Draft) -> Done {
    let deed = Deed::Change { item, revision: None, scope: Scope::All, draft: Box::new(draft), to: None };
    acts::act(&scene.office, ALICE, deed).await.unwrap()
}

async fn shift(scene: &Scene, item: CalendarItemId, scope: Scope, starts: When) -> Done {
    let ends = starts.with_local(starts.local() + TimeDelta::hours(1));
    acts::act(&scene.office, ALICE, Deed::Move { item, scope, starts, ends }).await.unwrap()
}

/// What somebody has of an event.
fn copy_of(scene: &Scene, who: PersonId, uid: &str) -> Option<(Copy, Item)> {
    let copy = scene.office.store.read_here(|tx| calendar::invited(tx, who, uid)).unwrap()?;
    let item = ical::item(&copy.text).unwrap();
    Some((copy, item))
}

/// The one event that Alice has.
fn own(scene: &Scene, id: CalendarItemId) -> Item {
    let stored = scene.office.store.read_here(|tx| calendar::item(tx, ALICE, id)).unwrap();
    ical::item(&stored.text).unwrap()
}

fn answer_in(item: &Item, instance: Option<When>, address: &str) -> Option<Answer> {
    let facts = item.facts_at(instance);
    facts.guests.iter().find(|guest| guest.address.as_str() == address).map(|guest| guest.answer)
}

/// The mails that have left, in their order.
fn left(scene: &Scene) -> Vec<ParsedMail> {
    scene.offers().iter().map(|(_, parcel)| mime::parse(&parcel.bytes)).collect()
}

/// The calendar of a mail.
fn calendar_of(mail: &ParsedMail) -> (String, Item) {
    let part = mail.calendar.as_ref().unwrap();
    let item = ical::read(part.text.as_bytes()).unwrap().items.remove(0);
    (part.method.clone().unwrap(), item)
}

/// Somebody's inbox: an item of each conversation, the newest first, with its subject.
fn inbox(scene: &Scene, who: PersonId) -> Vec<(ItemId, String)> {
    let list = scene.office.store.read_here(|tx| {
        let inbox = mail::folder_by_role(tx, who, FolderRole::Inbox)?.id;
        Ok::<_, MailError>(mail::list(tx, who, inbox, 1)?.rows)
    });
    let mut rows: Vec<_> = list.unwrap().into_iter().map(|row| (row.item, row.subject)).collect();
    rows.sort_by_key(|(item, _)| std::cmp::Reverse(*item));
    rows
}

fn noted(scene: &Scene, who: PersonId) -> Option<Note> {
    let (item, _) = inbox(scene, who).into_iter().next()?;
    scene.office.store.read_here(|tx| Note::read(tx, who, item)).unwrap()
}

/// A calendar as a message from elsewhere.
fn letter(from: &str, method: &str, text: &str) -> Vec<u8> {
    format!(
        "From: {from}\r\nTo: alice@example.com\r\nSubject: Planning\r\nMessage-ID: <{}@x>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n{text}",
        crate::kernel::secret::token()
    )
    .into_bytes()
}

/// Takes a message from elsewhere, to these people.
async fn receive(scene: &Scene, from: &str, to: &[&str], raw: Vec<u8>) {
    let peer =
        Peer { ip: [192, 0, 2, 7].into(), helo: "else.example".to_owned(), is_tls: false, session: String::new() };
    let recipients = to.iter().map(|to| to.parse().unwrap()).collect();
    let envelope = Envelope { peer, with: "ESMTP", reverse_path: from.parse().ok(), recipients, by: None };
    arrive(&scene.office, envelope, raw).await.unwrap();
}

/// Takes a calendar from elsewhere, to Alice.
async fn told(scene: &Scene, from: &str, text: &str) -> Option<Note> {
    let method = text.lines().find_map(|line| line.strip_prefix("METHOD:")).unwrap().trim().to_owned();
    receive(scene, from, &["alice@example.com"], letter(from, &method, text)).await;
    noted(scene, ALICE)
}
