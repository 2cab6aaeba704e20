//! What `trace` promises.

use super::*;
use crate::domain::store::{Store, StoreError};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{DepartureId, ItemId, PassageId};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const DAY: Duration = Duration::from_secs(24 * 3600);

struct Scene {
    store: Store,
    clock: Clock,
    runtime: Runtime,
    _folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::hand(Moment::from_millis(1_768_314_600_000));
        let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
        Self { store, clock, runtime: Runtime::new().unwrap(), _folder: folder }
    }

    /// A message from `carol`, with a step for each of `to`.
    fn message(&self, name: &'static str, subject: &'static str, to: &'static [&'static str]) -> PassageId {
        let write = self.store.write(move |tx| {
            let (message_id, sender) = (format!("<{name}@else.example>"), "Carol@Else.example");
            let (door, origin) = ("smtp", "mx.else.example [192.0.2.1]");
            let new =
                NewPassage { name, message_id: &message_id, sender, subject, size: 9, door, origin, person: None };
            let id = begin(tx, &new)?;
            note(tx, id, NewStep::new(StepKind::Taken, sender, "ESMTP"))?;
            for address in to {
                note(tx, id, NewStep::new(StepKind::Queued, address, ""))?;
            }
            Ok::<_, StoreError>(id)
        });
        self.runtime.block_on(write).unwrap()
    }

    fn names(&self, words: &str) -> Vec<String> {
        let found = self.store.read_here(|tx| find(tx, words, 10)).unwrap();
        found.into_iter().map(|passage| passage.name).collect()
    }
}

#[test]
fn a_message_is_found_by_name_by_id_by_address_and_by_subject() {
    let scene = Scene::new();
    scene.message("first", "Offer for the lift", &["anna@example.org"]);
    scene.message("second", "Re: offer", &["ben@example.org", "anna@example.org"]);
    assert_eq!(scene.names("first"), ["first"]);
    assert_eq!(scene.names(" <second@else.example> "), ["second"]);
    assert_eq!(scene.names("second@else.example"), ["second"]);
    assert_eq!(scene.names("ANNA@example.org"), ["second", "first"]);
    assert_eq!(scene.names("carol@else.example"), ["second", "first"]);
    assert_eq!(scene.names("OFFER"), ["second", "first"]);
    assert_eq!(scene.names("lift"), ["first"]);
    assert_eq!(scene.names("100%_nothing"), [""; 0]);
    assert_eq!(scene.names(""), [""; 0]);
}

#[test]
fn steps_stand_in_their_order_and_lead_back_to_the_message() {
    let scene = Scene::new();
    let id = scene.message("first", "Offer", &["anna@example.org"]);
    let write = scene.store.write(move |tx| {
        departs(tx, id, DepartureId::new(7))?;
        note(
            tx,
            id,
            NewStep { item: Some(ItemId::new(5)), ..NewStep::new(StepKind::Filed, "anna@example.org", "Inbox") },
        )?;
        note(tx, id, NewStep::new(StepKind::Failed, "x@y.example", "550 5.1.1\r\nno such user"))
    });
    scene.runtime.block_on(write).unwrap();
    let steps = scene.store.read_here(|tx| steps(tx, id)).unwrap();
    let kinds: Vec<_> = steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, [StepKind::Taken, StepKind::Queued, StepKind::Filed, StepKind::Failed]);
    assert_eq!(steps[3].words, "550 5.1.1 no such user");
    let name = |found: Option<Passage>| found.unwrap().name;
    assert_eq!(name(scene.store.read_here(|tx| of_departure(tx, DepartureId::new(7))).unwrap()), "first");
    assert_eq!(name(scene.store.read_here(|tx| of_item(tx, ItemId::new(5))).unwrap()), "first");
    assert_eq!(scene.store.read_here(|tx| of_item(tx, ItemId::new(6))).unwrap(), None);
}

#[test]
fn what_is_old_is_forgotten_slice_by_slice_with_its_steps() {
    let scene = Scene::new();
    for name in ["a", "b", "c"] {
        scene.message(name, "x", &["anna@example.org"]);
    }
    scene.clock.wind(DAY * 2);
    let young = scene.message("young", "x", &["anna@example.org"]);
    let before = scene.clock.now().minus(DAY);
    let prune = |most| scene.runtime.block_on(scene.store.write(move |tx| prune(tx, before, most))).unwrap();
    assert_eq!((prune(2), prune(2), prune(2)), (2, 1, 0));
    assert_eq!(scene.names("anna@example.org"), ["young"]);
    assert_eq!(scene.store.read_here(|tx| steps(tx, young)).unwrap().len(), 2);
    let left: i64 = scene
        .store
        .read_here(|tx| {
            Ok::<_, StoreError>(tx.sql().query_row("select count(*) from trace_step", [], |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!(left, 2);
}
