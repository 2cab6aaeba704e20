//! What finding a time promises.

use super::*;
use crate::domain::calendar::{Expect, NewResource, Prepared, put};
use crate::domain::people::{NewPerson, Role};
use crate::domain::store::{Store, WriteTx};
use crate::format::ical::{self, Draft, Kind, When};
use crate::kernel::clock::{Clock, Stopwatch};
use chrono_tz::Europe::Berlin;

/// 2026-03-02T05:00Z, a Monday, six in the morning in Berlin.
const NOW: Moment = Moment::from_millis(1_772_427_600_000);

struct Scene {
    _folder: tempfile::TempDir,
    store: Store,
    people: Vec<PersonId>,
}

impl Scene {
    async fn of(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("office.db"), Clock::hand(NOW)).unwrap();
        let write = store.write(move |tx: &mut WriteTx<'_>| {
            people::add_domain(tx, "example.com")?;
            let mut all = Vec::new();
            for number in 0..count {
                let name = format!("p{number}");
                let new = NewPerson { full_name: name.clone(), name, role: Role::Member, password: String::new() };
                let id = people::add_person(tx, &new)?;
                people::choose_zone(tx, id, Some(Berlin))?;
                calendar::open_calendar(tx, id)?;
                all.push(id);
            }
            Ok::<_, CalendarError>(all)
        });
        let people = write.await.unwrap();
        Self { _folder: folder, store, people }
    }

    async fn busy(&self, who: usize, day: u32, from: u32, to: u32) {
        let at = |hour| Some(When::Zoned { local: date(day).and_hms_opt(hour, 0, 0).unwrap(), zone: Berlin });
        let draft = Draft { title: "x".into(), ..Draft::at(Kind::Event, at(from), at(to)) };
        let new = Prepared::new(ical::make(&format!("{who}-{day}-{from}"), &draft, NOW), NOW);
        let who = self.people[who];
        let write = self.store.write(move |tx| {
            let own = calendar::default_calendar(tx, who)?;
            put(tx, who, own, &new, Expect::New)
        });
        write.await.unwrap();
    }

    fn find(&self, wanted: Wanted) -> Found {
        self.store.read_here(|tx| find(tx, self.people[0], &wanted)).unwrap()
    }

    fn wanted(&self, minutes: i64) -> Wanted {
        let (first, end) = (date(2), date(3));
        Wanted { people: self.people.clone(), rooms: Vec::new(), any_room: None, minutes, first, end, zone: Berlin }
    }
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

fn clocks(found: &Found) -> Vec<String> {
    let clock = |slot: &Slot| {
        let at = chrono::DateTime::from_timestamp_millis(slot.starts_at.millis()).unwrap().with_timezone(&Berlin);
        at.format("%H:%M").to_string()
    };
    found.slots.iter().map(clock).collect()
}

#[tokio::test]
async fn the_first_time_is_one_at_which_all_are_free_and_at_work() {
    let scene = Scene::of(3).await;
    scene.busy(0, 2, 9, 11).await;
    scene.busy(1, 2, 12, 14).await;
    scene.busy(2, 2, 14, 16).await;
    let found = scene.find(scene.wanted(60));
    assert_eq!(clocks(&found), ["11:00", "16:00"]);
    assert_eq!(found.lines.len(), 3);
}

#[tokio::test]
async fn any_room_that_is_large_enough_will_do_and_the_smallest_is_taken() {
    let scene = Scene::of(1).await;
    let room = |seats| NewResource {
        name: format!("Room of {seats}"),
        kind: ResourceKind::Room,
        seats,
        place: String::new(),
        notes: String::new(),
        hue: 1,
        group: None,
        takes_mail: true,
        zone: Berlin,
    };
    for seats in [20, 4, 8] {
        let new = room(seats);
        let local = format!("room{seats}");
        scene.store.write(move |tx| calendar::make_resource(tx, &local, &new)).await.unwrap();
    }
    let found = scene.find(Wanted { any_room: Some(6), ..scene.wanted(60) });
    assert_eq!(found.slots[0].room.as_ref().unwrap().is.seats, 8);
    let found = scene.find(Wanted { any_room: Some(30), ..scene.wanted(60) });
    assert!(found.slots.is_empty());
}

#[tokio::test]
async fn fifty_people_over_two_weeks_are_laid_side_by_side_at_once() {
    let scene = Scene::of(50).await;
    for who in 0..50 {
        for day in 2..14 {
            scene.busy(who, day, 9 + (u32::try_from(who).unwrap() % 6), 10 + (u32::try_from(who).unwrap() % 6)).await;
        }
    }
    let wanted = Wanted { end: date(16), ..scene.wanted(60) };
    scene.find(wanted.clone());
    let watch = Stopwatch::start();
    let found = scene.find(wanted);
    assert_eq!(found.lines.len(), 50);
    // Twenty times what a release build needs on a quiet machine: this machine may be neither.
    assert!(watch.elapsed() < std::time::Duration::from_secs(1), "{:?}", watch.elapsed());
}
