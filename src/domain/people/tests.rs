//! What `people` promises.

use super::*;
use crate::domain::store::Store;
use crate::kernel::clock::{Clock, Moment};
use std::time::Duration;

fn open() -> (tempfile::TempDir, Store, Clock) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::hand(Moment::from_millis(1_000_000));
    let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
    (folder, store, clock)
}

fn new(name: &str, role: Role) -> NewPerson {
    NewPerson { name: name.to_owned(), full_name: name.to_uppercase(), role, password: "hash".to_owned() }
}

async fn staffed() -> (tempfile::TempDir, Store, Clock) {
    let (folder, store, clock) = open();
    store
        .write(|tx| {
            add_domain(tx, "Example.com.")?;
            let alice = add_person(tx, &new("Alice", Role::Admin))?;
            let bob = add_person(tx, &new("bob", Role::Member))?;
            add_alias(tx, alice, &"ceo@example.com".parse().unwrap())?;
            add_group(tx, "sales", &[alice, bob])?;
            Ok::<_, PeopleError>(())
        })
        .await
        .unwrap();
    (folder, store, clock)
}

#[tokio::test]
async fn mail_finds_people_by_name_alias_tag_and_group_and_nobody_else() {
    let (_folder, store, _) = staffed().await;
    let route = |address: &str| store.read_here(|tx| route(tx, &address.parse().unwrap())).unwrap();
    let alice = Route::People(vec![crate::kernel::id::PersonId::new(1)]);
    assert_eq!(route("alice@example.com"), alice);
    assert_eq!(route("ALICE+news@EXAMPLE.com"), alice);
    assert_eq!(route("ceo@example.com"), alice);
    assert_eq!(route("Postmaster@example.com"), alice);
    assert!(matches!(route("sales@example.com"), Route::People(people) if people.len() == 2));
    assert_eq!(route("nobody@example.com"), Route::NoSuchAddress);
    assert_eq!(route("alice@elsewhere.com"), Route::NotOurs);
}

#[tokio::test]
async fn a_name_is_taken_once_and_must_be_one() {
    let (_folder, store, _) = staffed().await;
    let add = |name: &'static str| store.write(move |tx| add_person(tx, &new(name, Role::Member)));
    assert!(matches!(add("BOB").await, Err(PeopleError::Taken(_))));
    assert!(matches!(add("sales").await, Err(PeopleError::Taken(_))));
    assert!(matches!(add("a b").await, Err(PeopleError::BadName)));
    assert!(matches!(add("").await, Err(PeopleError::BadName)));
}

#[tokio::test]
async fn one_signs_in_by_name_or_address_in_any_case() {
    let (_folder, store, _) = staffed().await;
    for login in [" Alice ", "alice@example.com", "CEO@example.com"] {
        let found = store.read_here(|tx| by_login(tx, login)).unwrap();
        assert_eq!(found.unwrap().0.name, "alice", "{login}");
    }
}

#[tokio::test]
async fn a_session_ends_by_time_by_hand_and_with_its_password() {
    let (_folder, store, clock) = staffed().await;
    let alice = crate::kernel::id::PersonId::new(1);
    let open = |token: &'static str| {
        let new = NewSession {
            person: alice,
            token: token.to_owned(),
            csrf: "c".to_owned(),
            device: "Firefox".to_owned(),
            address: "127.0.0.1".to_owned(),
        };
        store.write(move |tx| open_session(tx, &new))
    };
    let found = |token: &str| store.read_here(|tx| session_by_token(tx, token)).unwrap();
    let first = open("one").await.unwrap();
    open("two").await.unwrap();
    assert_eq!(found("one").unwrap().person.name, "alice");
    store.write(move |tx| end_session(tx, alice, first)).await.unwrap();
    assert!(found("one").is_none());
    store.write(move |tx| change_password(tx, alice, "other")).await.unwrap();
    assert!(found("two").is_none());
    open("three").await.unwrap();
    clock.wind(Duration::from_secs(31 * 24 * 3600));
    assert!(found("three").is_none());
}
