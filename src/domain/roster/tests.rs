//! What `roster` promises.

use super::*;
use crate::domain::people::{self, NewPerson, Role};
use crate::domain::store::{Store, StoreError, WriteTx};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::PersonId;
use crate::kernel::limits;

const ALICE: PersonId = PersonId::new(1);
const BOB: PersonId = PersonId::new(2);
const CARL: PersonId = PersonId::new(3);

struct Office {
    _folder: tempfile::TempDir,
    store: Store,
}

impl Office {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hand(Moment::from_millis(1_700_000_000_000));
        let store = Store::open(&folder.path().join("office.db"), clock).unwrap();
        let people = |tx: &mut WriteTx<'_>| {
            people::add_domain(tx, "example.com").map_err(StoreError::from)?;
            for name in ["alice", "bob", "carl"] {
                let new = NewPerson {
                    name: name.to_owned(),
                    full_name: name.to_owned(),
                    role: Role::Member,
                    password: String::new(),
                };
                people::add_person(tx, &new).map_err(StoreError::from)?;
            }
            Ok::<_, StoreError>(())
        };
        store.write(people).await.unwrap();
        Self { _folder: folder, store }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, RosterError> + Send + 'static,
    ) -> Result<T, RosterError> {
        self.store.write(work).await
    }

    fn names(&self, owner: PersonId) -> Vec<String> {
        self.store.read_here(|tx| groups(tx, owner)).unwrap().into_iter().map(|group| group.name).collect()
    }
}

#[tokio::test]
async fn a_person_groups_colleagues_under_own_names_in_an_own_order() {
    let office = Office::open().await;
    let site = office.write(|tx| make(tx, ALICE, "  Site\n crew ")).await.unwrap();
    let lunch = office.write(|tx| make(tx, ALICE, "Lunch")).await.unwrap();
    for person in [BOB, CARL, BOB] {
        office.write(move |tx| put(tx, ALICE, site, person)).await.unwrap();
    }
    assert_eq!(office.names(ALICE), ["Site crew", "Lunch"]);
    assert_eq!(office.store.read_here(|tx| groups(tx, ALICE)).unwrap()[0].members, [BOB, CARL]);
    for _ in 0..3 {
        office.write(move |tx| shift(tx, ALICE, lunch, true)).await.unwrap();
    }
    assert_eq!(office.names(ALICE), ["Lunch", "Site crew"]);
    office.write(move |tx| shift(tx, ALICE, lunch, false)).await.unwrap();
    office.write(move |tx| rename(tx, ALICE, site, "SITE CREW")).await.unwrap();
    office.write(move |tx| take_out(tx, ALICE, site, BOB)).await.unwrap();
    assert_eq!(office.store.read_here(|tx| groups(tx, ALICE)).unwrap()[0].members, [CARL]);
    office.write(move |tx| remove(tx, ALICE, site)).await.unwrap();
    assert_eq!(office.names(ALICE), ["Lunch"]);
}

#[tokio::test]
async fn nobody_sees_or_changes_anothers_groups() {
    let office = Office::open().await;
    let id = office.write(|tx| make(tx, ALICE, "Mine")).await.unwrap();
    assert!(office.names(BOB).is_empty());
    let none = |result: Result<(), RosterError>| assert!(matches!(result, Err(RosterError::NoGroup)), "{result:?}");
    none(office.write(move |tx| rename(tx, BOB, id, "Yours")).await);
    none(office.write(move |tx| remove(tx, BOB, id)).await);
    none(office.write(move |tx| shift(tx, BOB, id, true)).await);
    none(office.write(move |tx| put(tx, BOB, id, CARL)).await);
    none(office.write(move |tx| take_out(tx, BOB, id, CARL)).await);
    office.write(|tx| make(tx, BOB, "Mine")).await.unwrap();
    let refused = office.write(move |tx| put(tx, ALICE, id, PersonId::new(99))).await;
    assert!(matches!(refused, Err(RosterError::NoPerson)));
}

#[tokio::test]
async fn names_are_names_once_and_there_is_an_end_to_them() {
    let office = Office::open().await;
    office.write(|tx| make(tx, ALICE, "Straße")).await.unwrap();
    assert!(matches!(office.write(|tx| make(tx, ALICE, "STRAßE")).await, Err(RosterError::Taken(_))));
    let long = "x".repeat(limits::OWN_GROUP_NAME + 1);
    for bad in ["", " \n ", long.as_str()] {
        let bad = bad.to_owned();
        assert!(matches!(office.write(move |tx| make(tx, ALICE, &bad)).await, Err(RosterError::BadName)));
    }
    for number in 1..limits::OWN_GROUPS {
        office.write(move |tx| make(tx, ALICE, &format!("group {number}"))).await.unwrap();
    }
    assert!(matches!(office.write(|tx| make(tx, ALICE, "one more")).await, Err(RosterError::TooMany)));
}
