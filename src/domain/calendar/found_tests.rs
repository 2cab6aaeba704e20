//! What `calendar` promises of days and searches: an outline counts what it leaves out, and nothing is found that may not be
//! read.

use super::tests::{ALICE, BOB, NOW, Office, draft, local};
use super::*;
use crate::format::ical::{self, Draft, Kind, Privacy, When};
use crate::kernel::id::PersonId;
use chrono::{Days, NaiveDate};
use chrono_tz::Europe::Berlin;

fn event(uid: &str, draft: &Draft) -> Prepared {
    Prepared::new(ical::make(uid, draft, NOW), NOW)
}

fn days(count: u64) -> Vec<Window> {
    let first = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
    (0..count).map(|at| Window::days(first + Days::new(at), first + Days::new(at + 1), Berlin)).collect()
}

fn whole(title: &str, from: u32, upto: u32) -> Draft {
    let day = |day| Some(When::Day(local(3, day, 0).date()));
    Draft { starts: day(from), ends: day(upto), ..draft(title, local(3, from, 0), 1) }
}

#[tokio::test]
async fn an_outline_has_the_first_of_each_day_and_counts_the_rest() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    for (at, hour) in (8..15).rev().enumerate() {
        office
            .put(ALICE, own, event(&format!("t{at}"), &draft(&format!("At {hour}"), local(3, 10, hour), 1)))
            .await
            .unwrap();
    }
    office.put(ALICE, own, event("fair", &whole("Fair", 9, 12))).await.unwrap();
    office.put(ALICE, own, event("leave", &whole("Leave", 10, 11))).await.unwrap();
    office.put(ALICE, own, event("night", &draft("Night", local(3, 12, 22), 8))).await.unwrap();
    let found = office.store.read_here(|tx| outline(tx, ALICE, &[own], &days(7), 4)).unwrap();
    let titles: Vec<_> = found.entries.found.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["Fair", "Leave", "At 8", "At 9", "At 10", "Night"]);
    assert_eq!(found.left_out, [0, 4, 0, 0, 0, 0, 0]);
    assert_eq!(found.is_on, [true, true, true, true, true, false, false]);
}

#[tokio::test]
async fn an_outline_with_room_for_all_is_the_window() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let again = Draft { rule: Some("FREQ=DAILY;COUNT=4".to_owned()), ..draft("Again", local(3, 10, 9), 1) };
    let secret = Draft { privacy: Privacy::Private, ..draft("Secret", local(3, 11, 9), 2) };
    let floating = Draft {
        starts: Some(When::Floating(local(3, 12, 7))),
        ends: Some(When::Floating(local(3, 12, 8))),
        ..draft("By any clock", local(3, 12, 7), 1)
    };
    for (uid, new) in [("a", again), ("b", secret), ("c", floating), ("d", whole("Fair", 10, 14))] {
        office.put(ALICE, own, event(uid, &new)).await.unwrap();
    }
    let all = Window::days(
        NaiveDate::from_ymd_opt(2026, 3, 9).unwrap(),
        NaiveDate::from_ymd_opt(2026, 3, 16).unwrap(),
        Berlin,
    );
    for who in [ALICE, BOB] {
        let outlined = office.store.read_here(|tx| outline(tx, who, &[own], &days(7), 9)).unwrap();
        assert_eq!(outlined.entries.found, office.seen(who, own, all), "{who}");
        assert_eq!(outlined.left_out, [0; 7]);
    }
}

async fn found(office: &Office, who: PersonId, typed: &str) -> Vec<String> {
    let found = office.store.read_here(|tx| search(tx, who, typed, 10)).unwrap();
    found.entries.into_iter().chain(found.undated).map(|entry| entry.title).collect()
}

#[tokio::test]
async fn what_may_not_be_read_is_not_found_by_any_of_its_words() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let open = Draft {
        place: "Elbe".to_owned(),
        notes: "About the Köhlbrand bridge".to_owned(),
        ..draft("Review", local(3, 10, 9), 1)
    };
    let secret = Draft {
        privacy: Privacy::Private,
        notes: "About the merger".to_owned(),
        ..draft("Review of pay", local(3, 11, 9), 1)
    };
    office.put(ALICE, own, event("open", &open)).await.unwrap();
    office.put(ALICE, own, event("secret", &secret)).await.unwrap();
    assert_eq!(found(&office, ALICE, "review").await, ["Review", "Review of pay"]);
    assert_eq!(found(&office, ALICE, "elbe kohlbrand").await, ["Review"]);
    assert_eq!(found(&office, ALICE, "rev -pay").await, ["Review"], "a beginning, and what is not wanted");
    assert!(found(&office, BOB, "review").await.is_empty(), "busy times alone have no words");
    for (rights, seen) in [(Rights::Read, 1), (Rights::Write, 1), (Rights::Act, 2)] {
        office.write(move |tx| share(tx, ALICE, own, BOB, rights)).await.unwrap();
        office.write(move |tx| set_look(tx, BOB, own, true, 1, 0)).await.unwrap();
        assert_eq!(found(&office, BOB, "review").await.len(), seen, "{rights:?}");
    }
    for odd in ["", "\"", "-review", "place : (c1)", "*", "NEAR(", "p1"] {
        assert!(found(&office, ALICE, odd).await.is_empty(), "{odd}");
    }
}

#[tokio::test]
async fn what_is_changed_or_gone_is_found_as_it_is() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let kept = office.put(ALICE, own, event("a", &draft("Bridge", local(3, 10, 9), 1))).await.unwrap();
    office.put(ALICE, own, event("a", &draft("Tunnel", local(3, 10, 9), 1))).await.unwrap();
    assert_eq!((found(&office, ALICE, "bridge").await.len(), found(&office, ALICE, "tunnel").await.len()), (0, 1));
    office.write(move |tx| remove(tx, ALICE, kept.id, Expect::Any)).await.unwrap();
    assert!(found(&office, ALICE, "tunnel").await.is_empty());
    let task = Draft { kind: Kind::Task, starts: None, ends: None, ..draft("Paint the bridge", local(3, 1, 0), 0) };
    office.put(ALICE, own, event("b", &task)).await.unwrap();
    assert_eq!(found(&office, ALICE, "bridge").await, ["Paint the bridge"]);
}

#[tokio::test]
async fn a_series_is_found_at_its_next_time() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let weekly = Draft { rule: Some("FREQ=WEEKLY".to_owned()), ..draft("Round", local(2, 2, 9), 1) };
    office.put(ALICE, own, event("a", &weekly)).await.unwrap();
    let hits = office.store.read_here(|tx| search(tx, ALICE, "round", 10)).unwrap().entries;
    // Now is 2 March, 9:00 in Berlin: that one begins now.
    assert_eq!(hits[0].instance, "20260302T080000Z");
}

#[tokio::test]
async fn a_due_task_is_shown_to_whoever_may_read_it_and_never_as_taken() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let due = |title: &str, privacy| Draft {
        kind: Kind::Task,
        starts: None,
        ends: Some(When::Day(local(3, 10, 0).date())),
        privacy,
        ..draft(title, local(3, 1, 0), 0)
    };
    office.put(ALICE, own, event("a", &due("Open", Privacy::Public))).await.unwrap();
    office.put(ALICE, own, event("b", &due("Secret", Privacy::Private))).await.unwrap();
    let seen = |who| office.store.read_here(|tx| due_tasks(tx, who, &[own], &tests::march())).unwrap().len();
    assert_eq!((seen(ALICE), seen(BOB)), (2, 0));
    office.write(move |tx| share(tx, ALICE, own, BOB, Rights::Read)).await.unwrap();
    assert_eq!(seen(BOB), 1);
    let taken = office.store.read_here(|tx| busy(tx, ALICE, &tests::march(), Berlin)).unwrap();
    assert_eq!(taken, Vec::new());
}
