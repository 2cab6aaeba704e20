//! What `push` promises.

use super::*;
use crate::domain::people::{self, NewPerson, NewSession, Role};
use crate::domain::store::Store;
use crate::format::push::Keys;
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{PersonId, SessionId};
use std::time::Duration;

async fn open() -> (tempfile::TempDir, Store, Clock, Vec<(PersonId, SessionId)>) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::hand(Moment::from_millis(1_000_000));
    let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
    let made = store.write(|tx| {
        people::add_domain(tx, "example.com")?;
        let mut all = Vec::new();
        for name in ["anna", "ben"] {
            let text = || name.to_owned();
            let new = NewPerson { name: text(), full_name: text(), role: Role::Member, password: String::new() };
            let person = people::add_person(tx, &new)?;
            let new = NewSession { person, token: text(), csrf: text(), device: text(), address: text() };
            all.push((person, people::open_session(tx, &new)?));
        }
        Ok::<_, people::PeopleError>(all)
    });
    let people = made.await.unwrap();
    (folder, store, clock, people)
}

fn new((person, session): (PersonId, SessionId), endpoint: &str) -> NewSubscription {
    let keys = Keys { p256dh: vec![4; 65], auth: vec![1; 16] };
    NewSubscription { person, session, endpoint: endpoint.to_owned(), keys, device: "Firefox".to_owned() }
}

#[tokio::test]
async fn a_browser_wakes_one_person_and_only_while_its_session_lasts() {
    let (_folder, store, _, people) = open().await;
    let (anna, ben) = (people[0], people[1]);
    let count = |who: PersonId| store.read_here(move |tx| Ok::<_, PushError>(subscriptions(tx, who)?.len())).unwrap();
    store.write(move |tx| subscribe(tx, &new(anna, "https://push.test/1"))).await.unwrap();
    store.write(move |tx| subscribe(tx, &new(anna, "https://push.test/1"))).await.unwrap();
    assert_eq!((count(anna.0), count(ben.0)), (1, 0), "the same browser is one device");
    let id = store.write(move |tx| subscribe(tx, &new(ben, "https://push.test/1"))).await.unwrap();
    assert_eq!((count(anna.0), count(ben.0)), (0, 1), "another person signed in there");
    let stolen = store.write(move |tx| remove(tx, anna.0, id)).await;
    assert!(matches!(stolen, Err(PushError::NoSubscription)), "nobody removes another's device");
    store.write(move |tx| people::end_session(tx, ben.0, ben.1)).await.unwrap();
    assert_eq!(count(ben.0), 0, "signed out there");
}

#[tokio::test]
async fn devices_are_bounded_and_the_oldest_makes_room() {
    let (_folder, store, _, people) = open().await;
    let anna = people[0];
    for number in 0..30 {
        store.write(move |tx| subscribe(tx, &new(anna, &format!("https://push.test/{number}")))).await.unwrap();
    }
    let kept = store.read_here(|tx| subscriptions(tx, anna.0)).unwrap();
    assert_eq!(kept.len(), 20);
    assert_eq!(kept[0].endpoint, "https://push.test/29");
    assert_eq!(store.read_here(people_of).unwrap(), vec![anna.0]);
}

fn people_of(tx: &crate::domain::store::ReadTx<'_>) -> Result<Vec<PersonId>, PushError> {
    super::people(tx)
}

#[tokio::test]
async fn an_hour_has_so_many_wakings_and_the_next_has_its_own() {
    let (_folder, store, clock, people) = open().await;
    let anna = people[0].0;
    let mut woken = Vec::new();
    for _ in 0..4 {
        woken.push(store.write(move |tx| count(tx, anna, 3)).await.unwrap());
    }
    assert_eq!(woken, [true, true, true, false]);
    clock.wind(Duration::from_secs(3600));
    assert!(store.write(move |tx| count(tx, anna, 3)).await.unwrap());
}

#[tokio::test]
async fn choices_are_kept_and_begin_discreet() {
    let (_folder, store, _, people) = open().await;
    let anna = people[0].0;
    let usual = store.read_here(|tx| choices(tx, anna)).unwrap();
    assert_eq!(usual, Choices::default());
    assert!(!usual.shows_text && !usual.is_mail && usual.is_mailed);
    let chosen = Choices {
        chat: ChatLevel::Pings,
        is_mail: true,
        shows_text: true,
        quiet: Some(Quiet::new(1320, 420).unwrap()),
        zone: "Europe/Berlin".to_owned(),
        is_mailed: false,
    };
    let wished = chosen.clone();
    store.write(move |tx| set_choices(tx, anna, &wished)).await.unwrap();
    assert_eq!(store.read_here(|tx| choices(tx, anna)).unwrap(), chosen);
}

#[test]
fn quiet_hours_go_over_midnight() {
    let night = Quiet::new(22 * 60, 7 * 60).unwrap();
    let noon = Quiet::new(12 * 60, 13 * 60).unwrap();
    for (quiet, minute, holds) in [
        (night, 22 * 60, true),
        (night, 23 * 60, true),
        (night, 0, true),
        (night, 7 * 60 - 1, true),
        (night, 7 * 60, false),
        (night, 12 * 60, false),
        (noon, 12 * 60, true),
        (noon, 13 * 60, false),
        (noon, 11 * 60, false),
        (Quiet::new(60, 60).unwrap(), 60, false),
    ] {
        assert_eq!(quiet.holds_at(minute), holds, "{quiet:?} {minute}");
    }
    assert!(Quiet::new(1440, 0).is_err());
}
