//! What `outbound` promises.

use super::*;
use crate::domain::store::{Staged, Store, StoreError, due_jobs, pack, put_blob};
use crate::domain::{mail, people};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{ItemId, PersonId};

#[tokio::test]
async fn a_message_stays_until_every_recipient_is_settled() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("office.db"), Clock::hand(Moment::from_millis(1))).unwrap();
    let id = store
        .write(|tx| {
            people::add_domain(tx, "example.com").unwrap();
            let new = people::NewPerson {
                name: "alice".to_owned(),
                full_name: "Alice".to_owned(),
                role: people::Role::Admin,
                password: String::new(),
            };
            let alice = people::add_person(tx, &new).unwrap();
            mail::make_mailbox(tx, alice).unwrap();
            let blob = put_blob(tx, &Staged::Carried(pack(b"hello")))?;
            let to = ["a@one.example", "b@one.example", "c@two.example"].map(|address| address.parse().unwrap());
            let from = "alice@example.com".parse().unwrap();
            Ok::<_, StoreError>(queue(tx, PersonId::new(1), blob, Some(&from), ItemId::new(1), &to).unwrap())
        })
        .await
        .unwrap();
    assert_eq!(store.read_here(|tx| due_jobs(tx, 9)).unwrap().len(), 2);
    let settle_one = |address: &'static str, state| store.write(move |tx| settle(tx, id, address, state, "250 ok"));
    settle_one("a@one.example", State::Sent).await.unwrap();
    settle_one("b@one.example", State::Waiting).await.unwrap();
    settle_one("c@two.example", State::Failed).await.unwrap();
    let waiting = store.read_here(|tx| pending(tx, id, "one.example")).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].address.as_str(), waiting[0].tries), ("b@one.example", 1));
    settle_one("b@one.example", State::Sent).await.unwrap();
    assert!(store.read_here(|tx| departure(tx, id)).unwrap().is_none());
    assert_eq!(store.read_here(queue_length).unwrap(), 0);
}
