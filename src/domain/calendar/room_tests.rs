//! What rooms promise.

use super::tests::{ALICE, BOB, CARL, NOW, Office, draft, local};
use super::*;
use crate::domain::people::{self, Route};
use crate::format::ical::{self, Answer, Draft, Guest, Organizer, Part, Privacy};
use crate::kernel::id::CalendarId;
use chrono_tz::Europe::Berlin;

fn aquarium() -> NewResource {
    NewResource {
        name: "Aquarium".into(),
        kind: ResourceKind::Room,
        seats: 8,
        place: String::new(),
        notes: String::new(),
        hue: 3,
        group: None,
        takes_mail: true,
        zone: Berlin,
    }
}

async fn room(office: &Office) -> CalendarId {
    office.write(|tx| make_resource(tx, "aquarium", &aquarium())).await.unwrap()
}

/// An event of `who`, one hour long, that names the room.
fn meeting(who: &str, title: &str, day: u32, hour: u32) -> Draft {
    let guest = Guest {
        address: "aquarium@example.com".parse().unwrap(),
        name: String::new(),
        part: Part::Resource,
        answer: Answer::Accepted,
    };
    let address = format!("{who}@example.com").parse().unwrap();
    Draft {
        guests: vec![guest],
        organizer: Some(Organizer { address, name: String::new(), sent_by: None }),
        ..draft(title, local(3, day, hour), 1)
    }
}

fn event(uid: &str, draft: &Draft) -> Prepared {
    Prepared::new(ical::make(uid, draft, NOW), NOW)
}

fn taken(office: &Office, room: CalendarId) -> usize {
    let (from, to) = (NOW, NOW.plus(std::time::Duration::from_secs(800 * 24 * 3600)));
    office.store.read_here(|tx| bookings(tx, room, from, to)).unwrap().len()
}

#[tokio::test]
async fn a_room_is_never_given_twice() {
    let office = Office::open().await;
    let room = room(&office).await;
    office.put(ALICE, office.own(ALICE), event("a", &meeting("alice", "Plan", 9, 10))).await.unwrap();
    let refused = office.put(BOB, office.own(BOB), event("b", &meeting("bob", "Talk", 9, 10))).await;
    assert!(matches!(refused, Err(CalendarError::Taken)));
    assert!(office.titles(BOB, office.own(BOB)).is_empty(), "the event is not kept either");
    office.put(BOB, office.own(BOB), event("b", &meeting("bob", "Talk", 9, 11))).await.unwrap();
    assert_eq!(taken(&office, room), 2);
}

#[tokio::test]
async fn moving_and_deleting_an_event_frees_its_room() {
    let office = Office::open().await;
    let room = room(&office).await;
    let own = office.own(ALICE);
    let kept = office.put(ALICE, own, event("a", &meeting("alice", "Plan", 9, 10))).await.unwrap();
    office.put(ALICE, own, event("a", &meeting("alice", "Plan", 9, 14))).await.unwrap();
    office.put(BOB, office.own(BOB), event("b", &meeting("bob", "Talk", 9, 10))).await.unwrap();
    office.write(move |tx| remove(tx, ALICE, kept.id, Expect::Any)).await.unwrap();
    assert_eq!(taken(&office, room), 1);
    let without = Draft { guests: Vec::new(), organizer: None, ..meeting("bob", "Talk", 9, 10) };
    office.put(BOB, office.own(BOB), event("b", &without)).await.unwrap();
    assert_eq!(taken(&office, room), 0);
}

#[tokio::test]
async fn a_room_is_free_again_whatever_took_the_event_away() {
    let office = Office::open().await;
    let room = room(&office).await;
    let new = NewCalendar {
        owner: Some(ALICE),
        group: None,
        kind: CalendarKind::Own,
        name: "Choir".into(),
        hue: 2,
        pattern: 0,
        open_to: Rights::Nothing,
    };
    let choir = office.write(move |tx| make_calendar(tx, &new)).await.unwrap();
    office.put(ALICE, choir, event("a", &meeting("alice", "Sing", 9, 10))).await.unwrap();
    assert_eq!(taken(&office, room), 1);
    office.write(move |tx| remove_calendar(tx, ALICE, choir)).await.unwrap();
    assert_eq!(taken(&office, room), 0);
    assert!(office.seen(ALICE, room, super::tests::march()).is_empty());
}

#[tokio::test]
async fn a_series_takes_each_of_its_times_and_a_single_clash_refuses_it() {
    let office = Office::open().await;
    let room = room(&office).await;
    office.put(BOB, office.own(BOB), event("b", &meeting("bob", "Talk", 23, 10))).await.unwrap();
    let weekly = |hour| Draft { rule: Some("FREQ=WEEKLY".into()), ..meeting("alice", "Round", 9, hour) };
    let clashing = event("a", &weekly(10));
    let refused = office.put(ALICE, office.own(ALICE), clashing.clone()).await;
    assert!(matches!(refused, Err(CalendarError::Taken)));
    let found = office.store.read_here(|tx| clashes(tx, ALICE, &clashing)).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].who.as_str(), found[0].title.as_str()), ("bob", ""), "when he is busy may be known, not why");
    office.put(ALICE, office.own(ALICE), event("a", &weekly(11))).await.unwrap();
    assert!(taken(&office, room) > 100, "booked as far as its times are kept");
}

#[tokio::test]
async fn what_is_private_stays_so_in_the_calendar_of_a_room() {
    let office = Office::open().await;
    let room = room(&office).await;
    let secret = Draft { privacy: Privacy::Private, ..meeting("bob", "Surprise", 9, 10) };
    office.put(BOB, office.own(BOB), event("b", &secret)).await.unwrap();
    office.put(BOB, office.own(BOB), event("c", &meeting("bob", "Talk", 9, 12))).await.unwrap();
    assert_eq!(office.titles(ALICE, room), ["", "Talk"], "Alice runs the office");
    assert_eq!(office.titles(CARL, room), ["", ""], "everybody sees when it is busy");
}

#[tokio::test]
async fn whoever_is_invited_does_not_book_again() {
    let office = Office::open().await;
    let room = room(&office).await;
    let new = event("a", &meeting("alice", "Plan", 9, 10));
    office.put(ALICE, office.own(ALICE), new.clone()).await.unwrap();
    let invited = new.clone();
    let copy = office.write(move |tx| deliver(tx, BOB, &invited, Expect::New)).await.unwrap();
    assert_eq!(taken(&office, room), 1);
    office.write(move |tx| remove(tx, BOB, copy.id, Expect::Any)).await.unwrap();
    assert_eq!(taken(&office, room), 1, "the organizer still has it");
}

#[tokio::test]
async fn a_room_for_a_group_is_booked_by_the_group_alone() {
    let office = Office::open().await;
    let group = office.write(|tx| Ok(people::add_group(tx, "board", &[BOB])?)).await.unwrap();
    let new = NewResource { group: Some(group), ..aquarium() };
    office.write(move |tx| make_resource(tx, "aquarium", &new)).await.unwrap();
    let refused = office.put(CARL, office.own(CARL), event("c", &meeting("carl", "Talk", 9, 10))).await;
    assert!(matches!(refused, Err(CalendarError::NotAllowed(_))));
    office.put(BOB, office.own(BOB), event("b", &meeting("bob", "Talk", 9, 10))).await.unwrap();
}

#[tokio::test]
async fn mail_for_a_room_is_known_and_its_address_is_nobody_elses() {
    let office = Office::open().await;
    let id = room(&office).await;
    let route =
        |office: &Office| office.store.read_here(|tx| people::route(tx, &"aquarium@example.com".parse().unwrap()));
    assert_eq!(route(&office).unwrap(), Route::People(Vec::new()));
    let taken = office.write(|tx| Ok(people::add_group(tx, "aquarium", &[BOB])?)).await;
    assert!(matches!(taken, Err(CalendarError::People(people::PeopleError::Taken(_)))));
    office.write(move |tx| remove_resource(tx, id)).await.unwrap();
    assert_eq!(route(&office).unwrap(), Route::NoSuchAddress);
}

#[tokio::test]
async fn a_feed_tells_no_more_than_it_was_made_for() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let secret = Draft { privacy: Privacy::Private, ..draft("Doctor", local(3, 9, 10), 1) };
    office.put(ALICE, own, event("p", &secret)).await.unwrap();
    office.put(ALICE, own, event("o", &draft("Lunch", local(3, 10, 10), 1))).await.unwrap();
    let refused = office.write(move |tx| make_feed(tx, BOB, Some(own), Level::Details, "x", "s")).await;
    assert!(matches!(refused, Err(CalendarError::NotAllowed(_))), "not one's own");
    let id = office.write(move |tx| make_feed(tx, ALICE, Some(own), Level::Details, "x", "s")).await.unwrap();
    let feed = office.store.read_here(|tx| open_feed(tx, "s")).unwrap();
    let texts =
        office.store.read_here(|tx| feed_texts(tx, &feed, crate::kernel::id::CalendarItemId::new(0), 10)).unwrap();
    assert_eq!(texts.len(), 1);
    assert!(texts[0].1.contains("SUMMARY:Lunch"));
    office.write(move |tx| revoke_feed(tx, BOB, id)).await.unwrap();
    assert!(office.store.read_here(|tx| open_feed(tx, "s")).is_ok(), "only who made it revokes it");
    office.write(move |tx| revoke_feed(tx, ALICE, id)).await.unwrap();
    assert!(matches!(office.store.read_here(|tx| open_feed(tx, "s")), Err(CalendarError::NoCalendar)));
}

#[tokio::test]
async fn bringing_the_same_in_again_changes_nothing() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let new = event("a", &draft("Lunch", local(3, 9, 12), 1));
    let bring_it = |new: Prepared| office.write(move |tx| bring(tx, ALICE, own, &new));
    assert!(matches!(bring_it(new.clone()).await.unwrap(), Brought::Added(_)));
    assert!(matches!(bring_it(new).await.unwrap(), Brought::Same));
    let other = event("a", &draft("Dinner", local(3, 9, 19), 1));
    assert!(matches!(bring_it(other).await.unwrap(), Brought::Updated(_)));
    assert_eq!(office.titles(ALICE, own), ["Dinner"]);
}

#[tokio::test]
async fn a_series_that_finds_its_room_taken_as_it_goes_on_owes_word_of_it_once() {
    let office = Office::open().await;
    room(&office).await;
    let series = Draft { rule: Some("FREQ=WEEKLY".to_owned()), ..meeting("alice", "Round", 9, 10) };
    office.put(ALICE, office.own(ALICE), event("a", &series)).await.unwrap();
    // Far beyond what is known of the series, somebody takes the room at one of its times.
    let far = NOW.plus(std::time::Duration::from_secs(2 * 366 * 24 * 3600 + 60));
    let until = |office: &Office| {
        let known = office.store.read_here(|tx| to_extend(tx, far, crate::kernel::id::CalendarItemId::new(0), 10));
        known.unwrap()
    };
    let later = NOW.plus(std::time::Duration::from_secs(60 * 24 * 3600));
    let item = ical::make("a", &series, NOW);
    let beyond = Prepared::new(item, later).occurrences().last().copied().unwrap();
    let other = Draft {
        starts: Some(ical::When::Utc(beyond.starts_at)),
        ends: Some(ical::When::Utc(beyond.ends_at)),
        ..meeting("bob", "Talk", 9, 10)
    };
    office.put(BOB, office.own(BOB), event("b", &other)).await.unwrap();
    let extended = |office: &Office| {
        let found = until(office)
            .into_iter()
            .map(|one| (one.id, one.revision, Prepared::new(ical::item(&one.text).unwrap(), later)));
        let found: Vec<_> = found.collect();
        office.store.write(move |tx| found.iter().try_for_each(|(id, revision, new)| extend(tx, *id, *revision, new)))
    };
    extended(&office).await.unwrap();
    let jobs = |office: &Office| office.store.read_here(crate::domain::store::count_jobs).unwrap();
    assert_eq!(jobs(&office), 1);
    extended(&office).await.unwrap();
    assert_eq!(jobs(&office), 1, "once");
}
