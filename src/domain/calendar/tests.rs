//! What `calendar` promises.

use super::*;
use crate::domain::people::{self, NewPerson, Role};
use crate::domain::store::{Depth, Store, WriteTx, check_store};
use crate::format::ical::{self, Draft, Guest, Item, Kind, Organizer, Part, Privacy, Scope, Status, When};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Europe::Berlin;
use std::time::Duration;

pub(super) const ALICE: PersonId = PersonId::new(1);
pub(super) const BOB: PersonId = PersonId::new(2);
pub(super) const CARL: PersonId = PersonId::new(3);
/// 2026-03-02T08:00Z, a Monday.
pub(super) const NOW: Moment = Moment::from_millis(1_772_438_400_000);

pub(super) struct Office {
    _folder: tempfile::TempDir,
    pub(super) store: Store,
}

pub(super) fn local(month: u32, day: u32, hour: u32) -> NaiveDateTime {
    date(month, day).and_hms_opt(hour, 0, 0).unwrap()
}

fn date(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub(super) fn draft(title: &str, starts: NaiveDateTime, hours: i64) -> Draft {
    Draft {
        kind: Kind::Event,
        title: title.to_owned(),
        notes: String::new(),
        place: String::new(),
        link: String::new(),
        categories: Vec::new(),
        starts: Some(When::Zoned { local: starts, zone: Berlin }),
        ends: Some(When::Zoned { local: starts + chrono::TimeDelta::hours(hours), zone: Berlin }),
        status: Status::Confirmed,
        is_busy: true,
        privacy: Privacy::Public,
        rule: None,
        guests: Vec::new(),
        organizer: None,
        reminders: Vec::new(),
        percent: 0,
        priority: 0,
    }
}

fn event(uid: &str, draft: &Draft) -> Prepared {
    Prepared::new(ical::make(uid, draft, NOW), NOW)
}

pub(super) fn march() -> Window {
    Window::days(date(3, 1), date(4, 1), Berlin)
}

impl Office {
    /// An office of three, each with a calendar: Alice runs it.
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("office.db"), Clock::hand(NOW)).unwrap();
        let office = Self { _folder: folder, store };
        let people = |tx: &mut WriteTx<'_>| {
            people::add_domain(tx, "example.com")?;
            for name in ["alice", "bob", "carl"] {
                let role = if name == "alice" { Role::Admin } else { Role::Member };
                let new = NewPerson { name: name.into(), full_name: name.into(), role, password: String::new() };
                let id = people::add_person(tx, &new)?;
                open_calendar(tx, id)?;
            }
            Ok(())
        };
        office.write(people).await.unwrap();
        office
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T, CalendarError> + Send + 'static,
    ) -> Result<T, CalendarError> {
        self.store.write(work).await
    }

    pub(super) async fn put(&self, by: PersonId, into: CalendarId, new: Prepared) -> Result<Kept, CalendarError> {
        self.write(move |tx| put(tx, by, into, &new, Expect::Any)).await
    }

    pub(super) fn own(&self, who: PersonId) -> CalendarId {
        self.store.read_here(|tx| default_calendar(tx, who)).unwrap()
    }

    pub(super) fn seen(&self, who: PersonId, of: CalendarId, span: Window) -> Vec<Entry> {
        self.store.read_here(|tx| window(tx, who, &[of], &span)).unwrap().found
    }

    pub(super) fn titles(&self, who: PersonId, of: CalendarId) -> Vec<String> {
        self.seen(who, of, march()).into_iter().map(|entry| entry.title).collect()
    }

    async fn share(&self, of: PersonId, with: PersonId, rights: Rights) {
        let calendar = self.own(of);
        self.write(move |tx| share(tx, of, calendar, with, rights)).await.unwrap();
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let findings = self.store.read_here(|tx| {
            let mut all = check_store(tx, Depth::Deep)?;
            all.extend(check_calendar(tx)?);
            Ok::<_, CalendarError>(all)
        });
        if !std::thread::panicking() {
            assert_eq!(findings.unwrap(), Vec::new());
        }
    }
}

#[tokio::test]
async fn an_event_is_seen_on_its_day_and_on_no_other() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    office.put(ALICE, own, event("a", &draft("Lunch", local(3, 9, 12), 1))).await.unwrap();
    let on = |day| office.seen(ALICE, own, Window::days(date(3, day), date(3, day + 1), Berlin)).len();
    assert_eq!((on(8), on(9), on(10)), (0, 1, 0));
    let entry = &office.seen(ALICE, own, march())[0];
    assert_eq!((entry.title.as_str(), entry.starts_at.millis()), ("Lunch", 1_773_054_000_000));
}

#[tokio::test]
async fn whole_days_are_the_readers_days_in_every_zone() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let day = Draft {
        starts: Some(When::Day(date(3, 9))),
        ends: Some(When::Day(date(3, 10))),
        ..draft("Fair", local(3, 9, 0), 1)
    };
    office.put(ALICE, own, event("d", &day)).await.unwrap();
    for zone in [Berlin, chrono_tz::America::New_York, chrono_tz::Asia::Tokyo, chrono_tz::Asia::Kathmandu] {
        let on = |day| office.seen(ALICE, own, Window::days(date(3, day), date(3, day + 1), zone)).len();
        assert_eq!((on(8), on(9), on(10)), (0, 1, 0), "{zone}");
    }
}

#[tokio::test]
async fn what_began_before_the_window_and_lasts_is_seen_in_it() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    office.put(ALICE, own, event("long", &draft("Expedition", local(1, 5, 9), 24 * 90))).await.unwrap();
    office.put(ALICE, own, event("night", &draft("Night shift", local(3, 8, 22), 8))).await.unwrap();
    let seen = office.seen(ALICE, own, Window::days(date(3, 9), date(3, 10), Berlin));
    assert_eq!(seen.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>(), ["Expedition", "Night shift"]);
}

#[tokio::test]
async fn a_series_keeps_its_hour_across_the_change_of_the_clocks_and_is_known_far_ahead() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let weekly = Draft { rule: Some("FREQ=WEEKLY".to_owned()), ..draft("Round", local(3, 23, 9), 1) };
    office.put(ALICE, own, event("s", &weekly)).await.unwrap();
    let seen = office.seen(ALICE, own, Window::days(date(3, 23), date(4, 1), Berlin));
    let starts: Vec<_> = seen.iter().map(|entry| entry.starts_at.millis()).collect();
    assert_eq!(starts, [1_774_252_800_000, 1_774_854_000_000], "8:00 UTC before the change, 7:00 after it");
    let far = NaiveDate::from_ymd_opt(2041, 3, 4).unwrap();
    let far = Window::days(far, far + chrono::TimeDelta::days(7), Berlin);
    assert_eq!(office.seen(ALICE, own, far).len(), 1, "what is not kept is reckoned");
}

#[tokio::test]
async fn a_series_is_reckoned_further_as_time_goes_on() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let daily = Draft { rule: Some("FREQ=DAILY".to_owned()), ..draft("Stretch", local(3, 2, 9), 1) };
    let kept = office.put(ALICE, own, event("s", &daily)).await.unwrap();
    let later = NOW.plus(Duration::from_secs(700 * 24 * 3600));
    let due = office
        .store
        .read_here(|tx| to_extend(tx, later.plus(Duration::from_secs(90 * 24 * 3600)), CalendarItemId::new(0), 10))
        .unwrap();
    assert_eq!(due.iter().map(|one| one.id).collect::<Vec<_>>(), [kept.id]);
    let further = Prepared::new(ical::item(&due[0].text).unwrap(), later);
    office.write(move |tx| extend(tx, kept.id, kept.revision, &further)).await.unwrap();
    let again = office
        .store
        .read_here(|tx| to_extend(tx, later.plus(Duration::from_secs(90 * 24 * 3600)), CalendarItemId::new(0), 10));
    assert!(again.unwrap().is_empty());
}

#[tokio::test]
async fn colleagues_see_when_one_is_busy_and_nothing_else() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    office.put(ALICE, own, event("a", &draft("Salary talks", local(3, 9, 12), 1))).await.unwrap();
    let free = Draft { is_busy: false, ..draft("Reminder", local(3, 10, 12), 1) };
    let free = office.put(ALICE, own, event("f", &free)).await.unwrap();
    let seen = office.seen(BOB, own, march());
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].title.as_str(), seen[0].is_masked), ("", true));
    let read = office.store.read_here(|tx| item(tx, BOB, free.id));
    assert!(matches!(read, Err(CalendarError::NoItem)));
}

#[tokio::test]
async fn who_may_read_reads_all_but_what_is_private_and_who_may_act_reads_that_too() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let doctor = Draft { privacy: Privacy::Private, ..draft("Doctor", local(3, 9, 12), 1) };
    office.put(ALICE, own, event("p", &doctor)).await.unwrap();
    office.put(ALICE, own, event("a", &draft("Lunch", local(3, 10, 12), 1))).await.unwrap();
    office.share(ALICE, BOB, Rights::Read).await;
    assert_eq!(office.titles(BOB, own), ["", "Lunch"]);
    office.share(ALICE, BOB, Rights::Act).await;
    assert_eq!(office.titles(BOB, own), ["Doctor", "Lunch"]);
    office.share(ALICE, BOB, Rights::Nothing).await;
    assert_eq!(office.titles(BOB, own), ["", ""]);
}

#[tokio::test]
async fn only_who_may_write_writes() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let refused = office.put(BOB, own, event("b", &draft("Prank", local(3, 9, 12), 1))).await;
    assert!(matches!(refused, Err(CalendarError::NotAllowed(_))));
    office.share(ALICE, BOB, Rights::Write).await;
    let kept = office.put(BOB, own, event("b", &draft("Lunch", local(3, 9, 12), 1))).await.unwrap();
    assert_eq!(office.titles(ALICE, own), ["Lunch"]);
    let refused = office.write(move |tx| remove(tx, CARL, kept.id, Expect::Any)).await;
    assert!(matches!(refused, Err(CalendarError::NoItem)), "what one may not read does not exist");
}

#[tokio::test]
async fn a_calendar_closed_to_colleagues_is_not_known_to_them() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    office.put(ALICE, own, event("a", &draft("Lunch", local(3, 9, 12), 1))).await.unwrap();
    office.write(move |tx| set_calendar(tx, ALICE, own, "Calendar", Rights::Nothing, true)).await.unwrap();
    assert!(office.seen(BOB, own, march()).is_empty());
    assert!(!office.store.read_here(|tx| may_see_busy(tx, BOB, ALICE)).unwrap());
    assert!(matches!(office.store.read_here(|tx| calendar(tx, BOB, own)), Err(CalendarError::NoCalendar)));
}

#[tokio::test]
async fn what_a_group_was_given_its_people_have_as_long_as_they_are_in_it() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    office.put(ALICE, own, event("a", &draft("Lunch", local(3, 9, 12), 1))).await.unwrap();
    let group = office.write(|tx| Ok(people::add_group(tx, "team", &[BOB])?)).await.unwrap();
    office.write(move |tx| share_group(tx, ALICE, own, group, Rights::Read)).await.unwrap();
    assert_eq!((office.titles(BOB, own), office.titles(CARL, own)), (vec!["Lunch".to_owned()], vec![String::new()]));
    let listed = |who| office.store.read_here(|tx| calendars(tx, who)).unwrap().iter().any(|one| one.id == own);
    assert_eq!((listed(BOB), listed(CARL)), (true, false));
    let shared = office.store.read_here(|tx| group_shares(tx, ALICE, own)).unwrap();
    assert_eq!((shared[0].0.name.as_str(), shared[0].1), ("team", Rights::Read));
    assert!(matches!(office.store.read_here(|tx| group_shares(tx, BOB, own)), Err(CalendarError::NotAllowed(_))));
    office.write(move |tx| share_group(tx, ALICE, own, group, Rights::Nothing)).await.unwrap();
    assert_eq!((office.titles(BOB, own), listed(BOB)), (vec![String::new()], false));
}

#[tokio::test]
async fn a_groups_calendar_is_made_and_named_by_its_people_and_removed_by_who_runs_the_office() {
    let office = Office::open().await;
    let group = office.write(|tx| Ok(people::add_group(tx, "team", &[BOB])?)).await.unwrap();
    let refused = office.write(move |tx| make_group_calendar(tx, CARL, group, "Ours", 3, 0)).await;
    assert!(matches!(refused, Err(CalendarError::NotAllowed(_))));
    let made = office.write(move |tx| make_group_calendar(tx, BOB, group, "Ours", 3, 0)).await.unwrap();
    office.put(BOB, made, event("t", &draft("Stand-up", local(3, 9, 9), 1))).await.unwrap();
    office.write(move |tx| set_calendar(tx, BOB, made, "Team", Rights::Nothing, false)).await.unwrap();
    assert_eq!(office.store.read_here(|tx| calendar(tx, BOB, made)).unwrap().name, "Team");
    assert!(matches!(office.store.read_here(|tx| calendar(tx, CARL, made)), Err(CalendarError::NoCalendar)));
    let refused = office.write(move |tx| remove_calendar(tx, BOB, made)).await;
    assert!(matches!(refused, Err(CalendarError::NotAllowed(_))));
    office.write(move |tx| remove_calendar(tx, ALICE, made)).await.unwrap();
}

#[tokio::test]
async fn what_a_person_prefers_is_kept_within_bounds() {
    let office = Office::open().await;
    assert_eq!(office.store.read_here(|tx| preferences(tx, BOB)).unwrap(), Preferences::default());
    let wild = Preferences { reminder: Some(-5), duration: 100_000, week_start: chrono::Weekday::Sun };
    office.write(move |tx| set_preferences(tx, BOB, &wild)).await.unwrap();
    let kept = office.store.read_here(|tx| preferences(tx, BOB)).unwrap();
    assert_eq!(kept, Preferences { reminder: Some(0), duration: 1440, week_start: chrono::Weekday::Sun });
}

#[tokio::test]
async fn who_changes_what_somebody_else_has_changed_is_told_so() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let kept = office.put(ALICE, own, event("a", &draft("Lunch", local(3, 9, 12), 1))).await.unwrap();
    office.put(ALICE, own, event("a", &draft("Dinner", local(3, 9, 19), 1))).await.unwrap();
    let late = event("a", &draft("Brunch", local(3, 9, 10), 1));
    let refused = office.write(move |tx| put(tx, ALICE, own, &late, Expect::Revision(kept.revision))).await;
    assert!(matches!(refused, Err(CalendarError::Changed)));
    assert_eq!(office.titles(ALICE, own), ["Dinner"]);
}

#[tokio::test]
async fn an_act_is_taken_back_once() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let kept = office.put(ALICE, own, event("a", &draft("Lunch", local(3, 9, 12), 1))).await.unwrap();
    let id = office
        .write(move |tx| {
            let before = remove(tx, ALICE, kept.id, Expect::Any)?;
            keep_undo(tx, ALICE, "Deleted “Lunch”", &[before])
        })
        .await
        .unwrap();
    assert!(office.titles(ALICE, own).is_empty());
    assert!(office.store.read_here(|tx| undoable(tx, BOB, id)).unwrap().is_none(), "not one's own");
    let (_, before) = office.store.read_here(|tx| undoable(tx, ALICE, id)).unwrap().unwrap();
    let items: Vec<_> = before
        .into_iter()
        .map(|was| (was.text.as_deref().and_then(ical::item).map(|item| Prepared::new(item, NOW)), was))
        .map(|(new, was)| (was, new))
        .collect();
    let again = items.clone();
    office.write(move |tx| undo(tx, ALICE, id, &items)).await.unwrap();
    assert_eq!(office.titles(ALICE, own), ["Lunch"]);
    let refused = office.write(move |tx| undo(tx, ALICE, id, &again)).await;
    assert!(matches!(refused, Err(CalendarError::NoUndo)));
}

fn guest(address: &str, answer: ical::Answer) -> Guest {
    Guest { address: address.parse().unwrap(), name: String::new(), part: Part::Required, answer }
}

#[tokio::test]
async fn what_one_was_invited_to_shows_ones_own_answer_and_what_was_declined_takes_no_time() {
    let office = Office::open().await;
    let invited = |answer| Draft {
        organizer: Some(Organizer { address: "boss@example.net".parse().unwrap(), name: String::new(), sent_by: None }),
        guests: vec![guest("alice@example.com", answer), guest("zoe@example.net", ical::Answer::Accepted)],
        ..draft("Kick-off", local(3, 9, 12), 1)
    };
    let new = event("k", &invited(ical::Answer::NeedsAction));
    office.write(move |tx| deliver(tx, ALICE, &new, Expect::New)).await.unwrap();
    let entry = office.seen(ALICE, office.own(ALICE), march()).remove(0);
    assert_eq!((entry.answer, entry.guests), (Some(ical::Answer::NeedsAction), 2));
    let spans = |office: &Office| office.store.read_here(|tx| busy(tx, ALICE, &march(), Berlin)).unwrap();
    assert!(spans(&office)[0].is_tentative);
    let new = event("k", &invited(ical::Answer::Declined));
    office.write(move |tx| deliver(tx, ALICE, &new, Expect::Any)).await.unwrap();
    assert!(spans(&office).is_empty());
    assert!(office.titles(BOB, office.own(ALICE)).is_empty(), "nobody else is shown it");
}

#[tokio::test]
async fn a_part_of_a_series_differs_and_the_rest_stays() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let weekly = Draft { rule: Some("FREQ=WEEKLY;COUNT=4".to_owned()), ..draft("Round", local(3, 2, 9), 1) };
    let whole: Item = ical::make("s", &weekly, NOW);
    let second = When::Zoned { local: local(3, 9, 9), zone: Berlin };
    let differs = Draft { title: "Round with cake".to_owned(), ..draft("", local(3, 9, 15), 1) };
    let edited = ical::edit(&whole, Scope::Only(second), &differs, NOW).item.unwrap();
    office.put(ALICE, own, Prepared::new(edited, NOW)).await.unwrap();
    assert_eq!(office.titles(ALICE, own), ["Round", "Round with cake", "Round", "Round"]);
}

#[tokio::test]
async fn tasks_are_listed_by_when_they_are_due() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let task = |title: &str, due: Option<NaiveDateTime>| Draft {
        kind: Kind::Task,
        starts: None,
        ends: due.map(|local| When::Zoned { local, zone: Berlin }),
        ..draft(title, local(3, 1, 0), 0)
    };
    for (uid, new) in [
        ("x", task("Some day", None)),
        ("y", task("Later", Some(local(3, 20, 9)))),
        ("z", task("Soon", Some(local(3, 3, 9)))),
    ] {
        office.put(ALICE, own, event(uid, &new)).await.unwrap();
    }
    let done = Draft { percent: 100, ..task("Done", Some(local(3, 1, 9))) };
    office.put(ALICE, own, event("w", &done)).await.unwrap();
    let titles = |are_done| -> Vec<String> {
        let found = office.store.read_here(|tx| tasks(tx, ALICE, own, are_done)).unwrap();
        found.into_iter().map(|task| task.title).collect()
    };
    assert_eq!(titles(false), ["Soon", "Later", "Some day"]);
    assert_eq!(titles(true), ["Done"]);
}

#[tokio::test]
async fn the_calendar_that_takes_invitations_is_not_removed() {
    let office = Office::open().await;
    let own = office.own(ALICE);
    let refused = office.write(move |tx| remove_calendar(tx, ALICE, own)).await;
    assert!(matches!(refused, Err(CalendarError::NotAllowed(_))));
    let new = NewCalendar {
        owner: Some(ALICE),
        group: None,
        kind: CalendarKind::Own,
        name: "Choir".into(),
        hue: 2,
        pattern: 0,
        open_to: Rights::Nothing,
    };
    let choir = office.write(move |tx| make_calendar(tx, &new)).await.unwrap();
    office.write(move |tx| set_default(tx, ALICE, choir)).await.unwrap();
    office.write(move |tx| remove_calendar(tx, ALICE, own)).await.unwrap();
    assert_eq!(office.own(ALICE), choir);
}
