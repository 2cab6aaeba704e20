//! What booking by strangers promises.

use super::*;
use crate::domain::calendar::Desk;
use crate::services::depart::tests::Scene;

const LINK: &str = "https://office.test/book/visit/";

/// An office whose Alice has an open desk.
async fn scene() -> (Scene, OpenDesk) {
    let scene = Scene::new(&[]).await;
    let desk = Desk {
        name: "alice".into(),
        is_open: true,
        title: "Meeting".into(),
        intro: String::new(),
        place: String::new(),
        lengths: vec![30, 60],
        days_ahead: 14,
        notice: 1,
        buffer: 0,
        questions: vec!["What about?".into()],
    };
    let alice = crate::kernel::id::PersonId::new(1);
    let write = scene.office.store.write(move |tx| {
        if calendar::default_calendar(tx, alice).is_err() {
            calendar::open_calendar(tx, alice)?;
        }
        calendar::set_desk(tx, alice, &desk)
    });
    write.await.unwrap();
    let desk = scene.office.store.read_here(|tx| calendar::desk_called(tx, "alice")).unwrap();
    (scene, desk)
}

fn free_times(scene: &Scene, desk: &OpenDesk) -> Vec<Moment> {
    scene.office.store.read_here(|tx| slots(tx, desk, 60, None, 1000)).unwrap()
}

fn asked(at: Moment, address: &str) -> Asked {
    Asked {
        at: at.millis(),
        minutes: 60,
        name: "Vera Visitor".into(),
        address: address.into(),
        answers: vec!["The offer".into()],
        zone: Some(Tz::Europe__Berlin),
    }
}

#[tokio::test]
async fn a_held_time_is_nobody_elses_until_it_runs_out() {
    let (scene, desk) = scene().await;
    let first = free_times(&scene, &desk)[0];
    hold(&scene.office, desk.clone(), &asked(first, "vera@else.example"), LINK).await.unwrap();
    assert!(!free_times(&scene, &desk).contains(&first));
    let refused = hold(&scene.office, desk.clone(), &asked(first, "mallory@else.example"), LINK).await;
    assert!(matches!(refused, Err(VisitError::Field("at", _))));
    scene.office.clock.wind(limits::VISIT_HELD + Duration::from_secs(1));
    assert!(free_times(&scene, &desk).contains(&first), "never confirmed: it is free again");
}

#[tokio::test]
async fn a_time_outside_the_hours_or_already_over_is_not_booked() {
    let (scene, desk) = scene().await;
    let first = free_times(&scene, &desk)[0];
    let night = Moment::from_millis(first.millis() - 8 * 3_600_000);
    let refused = hold(&scene.office, desk.clone(), &asked(night, "vera@else.example"), LINK).await;
    assert!(matches!(refused, Err(VisitError::Field("at", _))));
    let strange = Asked { minutes: 600, ..asked(first, "vera@else.example") };
    assert!(matches!(hold(&scene.office, desk, &strange, LINK).await, Err(VisitError::Field("at", _))));
}

#[tokio::test]
async fn one_address_books_only_so_often() {
    let (scene, desk) = scene().await;
    let times = free_times(&scene, &desk);
    for at in times.iter().step_by(2).take(5) {
        hold(&scene.office, desk.clone(), &asked(*at, "vera+x@else.example"), LINK).await.unwrap();
    }
    let refused = hold(&scene.office, desk, &asked(times[20], "VERA@else.example"), LINK).await;
    assert!(matches!(refused, Err(VisitError::Field("address", _))));
}
