//! What acts on calendars promise.

use super::*;
use crate::domain::calendar::{self, CalendarError, Window};
use crate::format::ical::{Draft, Kind, Privacy, Scope, Status, When};
use crate::kernel::id::{CalendarItemId, PersonId};
use crate::services::depart::tests::Scene;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use chrono_tz::Europe::Berlin;

const ALICE: PersonId = PersonId::new(1);

/// An office whose Alice has a calendar.
async fn scene() -> Scene {
    let scene = Scene::new(&[]).await;
    scene.office.store.write(|tx| calendar::open_calendar(tx, ALICE)).await.unwrap();
    scene
}

fn at(day: u32, hour: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(hour, 0, 0).unwrap()
}

fn zoned(local: NaiveDateTime) -> When {
    When::Zoned { local, zone: Berlin }
}

fn weekly(title: &str) -> Draft {
    Draft {
        kind: Kind::Event,
        title: title.to_owned(),
        notes: String::new(),
        place: String::new(),
        link: String::new(),
        categories: Vec::new(),
        starts: Some(zoned(at(2, 9))),
        ends: Some(zoned(at(2, 9) + TimeDelta::hours(1))),
        status: Status::Confirmed,
        is_busy: true,
        privacy: Privacy::Public,
        rule: Some("FREQ=WEEKLY;COUNT=4".to_owned()),
        guests: Vec::new(),
        organizer: None,
        reminders: Vec::new(),
        percent: 0,
        priority: 0,
    }
}

async fn made(scene: &Scene) -> CalendarItemId {
    let deed = Deed::Make { calendar: None, draft: Box::new(weekly("Round")) };
    act(&scene.office, ALICE, deed).await.unwrap().item.unwrap()
}

/// The days of March on which something takes place, and at which hour of UTC.
fn march(scene: &Scene) -> Vec<String> {
    let first = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    let window = Window::days(first, first + TimeDelta::days(31), Berlin);
    let found = scene.office.store.read_here(|tx| {
        let own = calendar::default_calendar(tx, ALICE)?;
        calendar::window(tx, ALICE, &[own], &window)
    });
    let written = |millis| chrono::DateTime::from_timestamp_millis(millis).unwrap().format("%d %H").to_string();
    found.unwrap().found.iter().map(|entry| written(entry.starts_at.millis())).collect()
}

#[tokio::test]
async fn one_of_a_series_is_moved_and_moved_back() {
    let scene = scene().await;
    let item = made(&scene).await;
    let (starts, ends) = (zoned(at(10, 15)), zoned(at(10, 16)));
    let done = act(&scene.office, ALICE, Deed::Move { item, scope: Scope::Only(zoned(at(9, 9))), starts, ends });
    let done = done.await.unwrap();
    assert_eq!(
        (march(&scene).join(", "), done.sentence.as_str()),
        ("02 08, 10 14, 16 08, 23 08".to_owned(), "Moved “Round”")
    );
    undo(&scene.office, ALICE, done.undo).await.unwrap();
    assert_eq!(march(&scene).join(", "), "02 08, 09 08, 16 08, 23 08");
}

#[tokio::test]
async fn the_rest_of_a_series_is_removed_and_comes_back_whole() {
    let scene = scene().await;
    let item = made(&scene).await;
    let done = act(&scene.office, ALICE, Deed::Remove { item, scope: Scope::From(zoned(at(16, 9))) }).await.unwrap();
    assert_eq!(march(&scene).join(", "), "02 08, 09 08");
    undo(&scene.office, ALICE, done.undo).await.unwrap();
    assert_eq!(march(&scene).len(), 4);
    let again = undo(&scene.office, ALICE, done.undo).await;
    assert!(matches!(again, Err(ActError::Calendar(CalendarError::NoUndo))));
}

#[tokio::test]
async fn a_split_series_is_two_and_taking_it_back_makes_it_one() {
    let scene = scene().await;
    let item = made(&scene).await;
    let later = Draft { starts: Some(zoned(at(16, 11))), ends: Some(zoned(at(16, 12))), ..weekly("Late round") };
    let scope = Scope::From(zoned(at(16, 9)));
    let deed = Deed::Change { item, revision: None, scope, draft: Box::new(later), to: None };
    let done = act(&scene.office, ALICE, deed).await.unwrap();
    assert_eq!(march(&scene).join(", "), "02 08, 09 08, 16 10, 23 10");
    undo(&scene.office, ALICE, done.undo).await.unwrap();
    assert_eq!(march(&scene).join(", "), "02 08, 09 08, 16 08, 23 08");
}
