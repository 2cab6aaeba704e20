//! What the scheduler promises.

use super::*;
use crate::domain::chat::{self, ChatError, ConversationKind, MessageKind, NewMessage, NewRoom, Role, Rules};
use crate::domain::mail;
use crate::domain::outbound;
use crate::domain::policy::{self, Act};
use crate::servers::net::stop::Stopper;
use crate::services::depart::tests::{Does, Scene, TEXT};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Waits until `is_so`, for ten seconds at the longest.
async fn until(is_so: impl Fn() -> bool) -> bool {
    timeout(Duration::from_secs(10), async {
        while !is_so() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .is_ok()
}

#[tokio::test]
async fn one_slow_domain_holds_nobody_else_and_a_cut_loses_nothing() {
    let scene = Scene::new(&[]).await;
    for _ in 0..40 {
        scene.send(TEXT, &["a@slow.example"]).await;
    }
    let (stopper, stop) = Stopper::new();
    let running = tokio::spawn(run(scene.office.clone(), stop));
    for n in 0..40 {
        scene.send(TEXT, &[format!("a@d{n}.example").as_str()]).await;
    }
    assert!(until(|| scene.jobs() == 40).await, "{} jobs", scene.jobs());
    assert_eq!(scene.offers_to("mx1.slow.example"), 2, "a domain has two lines at once, and no job runs twice");
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    drop(stopper);
    assert_eq!(scene.office.store.read_here(outbound::queue_length).unwrap(), 40);
}

#[tokio::test]
async fn a_job_runs_when_its_time_has_come() {
    let scene = Scene::new(&[Does::Says(450, "later")]).await;
    let (stopper, stop) = Stopper::new();
    let running = tokio::spawn(run(scene.office.clone(), stop));
    scene.send(TEXT, &["a@else.example"]).await;
    assert!(until(|| scene.offers_to("mx1.else.example") == 1).await);
    sleep(Duration::from_millis(50)).await;
    assert_eq!((scene.jobs(), scene.offers_to("mx1.else.example")), (1, 1));
    scene.office.clock.wind(Duration::from_secs(90));
    assert!(until(|| scene.jobs() == 0).await);
    assert_eq!(scene.offers_to("mx1.else.example"), 2);
    stopper.stop();
    running.await.unwrap();
}

#[tokio::test]
async fn mail_is_indexed_soon_after_it_was_filed() {
    let scene = Scene::new(&[]).await;
    scene.send(TEXT, &["a@else.example"]).await;
    let (stopper, stop) = Stopper::new();
    let running = tokio::spawn(run(scene.office.clone(), stop));
    let is_indexed = || scene.office.store.read_here(mail::lag).unwrap() == 0;
    assert!(until(is_indexed).await, "what waited at the start");
    for _ in 0..100 {
        scene.send(TEXT, &["a@else.example"]).await;
    }
    assert!(until(is_indexed).await, "what came later");
    stopper.stop();
    running.await.unwrap();
}

#[tokio::test]
async fn chat_is_kept_as_long_as_the_office_says_and_a_room_as_long_as_it_says_itself() {
    let scene = Scene::new(&[]).await;
    let made = scene.office.store.write(|tx| {
        let alice = crate::kernel::id::PersonId::new(1);
        let mut rooms = Vec::new();
        for (name, keeps_days) in [("desk", 0), ("brief", 2), ("book", 300)] {
            let new = NewRoom { name: name.to_owned(), topic: String::new(), kind: ConversationKind::Public };
            let room = chat::make_room(tx, alice, &new)?;
            chat::set_rules(tx, alice, room, Rules { says: Role::Member, slow: 0, keeps_days })?;
            for number in 0..450 {
                let (text, client_id) = (format!("word{number}"), String::new());
                let (answers, thread, files, kind) = (None, None, Vec::new(), MessageKind::Text);
                chat::say(tx, alice, &NewMessage { to: room, text, client_id, answers, thread, files, kind })?;
            }
            rooms.push((alice, room));
        }
        policy::set(tx, Act::ChatDays, None, "30")?;
        Ok::<_, ChatError>(rooms)
    });
    let rooms = made.await.unwrap();
    let left = || {
        let count = |(who, room): &(_, _)| {
            let talk = scene.office.store.read_here(|tx| chat::conversation(tx, *who, *room)).unwrap();
            talk.last - talk.first + 1
        };
        rooms.iter().map(count).collect::<Vec<_>>()
    };
    let outdated = |days| scene.office.store.read_here(|tx| chat::outdated(tx, days)).unwrap();
    let (stopper, stop) = Stopper::new();
    let running = tokio::spawn(run(scene.office.clone(), stop));
    assert_eq!(left(), [451, 451, 451]);
    scene.office.clock.wind(Duration::from_secs(3 * 24 * 3600));
    assert!(until(|| left() == [451, 0, 451]).await, "a room's own rule, in slices: {:?}", left());
    assert_eq!((outdated(30), outdated(2)), (0, 451), "what would go if the office kept less");
    scene.office.clock.wind(Duration::from_secs(28 * 24 * 3600));
    assert!(until(|| left() == [0, 0, 451]).await, "the office's rule, where a room has none: {:?}", left());
    stopper.stop();
    running.await.unwrap();
    let findings = scene.office.store.read_here(chat::check_chat).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}
