//! What `hours` promises.

use super::*;
use crate::domain::people::{self, NewPerson, Role};
use crate::domain::store::Store;
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::PersonId;
use crate::kernel::zone::instant;
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Europe::Berlin;
use std::time::Duration;

const ANNA: PersonId = PersonId::new(1);

fn local(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(hour, minute, 0).unwrap()
}

fn at(day: u32, hour: u32, minute: u32) -> Moment {
    instant(local(day, hour, minute), Berlin)
}

/// An office in which Anna, in Berlin, works. It is Wednesday, 25 March 2026, noon there.
async fn office() -> (tempfile::TempDir, Store, Clock) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::hand(at(25, 12, 0));
    let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
    let made = store.write(|tx| {
        people::add_domain(tx, "example.org")?;
        let (name, full_name) = ("anna".to_owned(), "Anna".to_owned());
        people::add_person(tx, &NewPerson { name, full_name, role: Role::Member, password: String::new() })?;
        people::choose_zone(tx, ANNA, Some(Berlin))
    });
    made.await.unwrap();
    (folder, store, clock)
}

async fn set(store: &Store, spells: &[(usize, u16, u16)], is_shown: bool) -> Result<(), HoursError> {
    let mut hours = Hours { days: Default::default(), holidays: None, is_shown, is_chosen: true };
    for (day, starts, ends) in spells {
        hours.days[*day].push(Spell { starts: starts * 60, ends: ends * 60 });
    }
    store.write(move |tx| set_hours(tx, ANNA, &hours)).await
}

/// When Anna works, as day and hour in Berlin.
fn worked(store: &Store, from: Moment, to: Moment, off: &[NaiveDate]) -> Vec<String> {
    let spans = store.read_here(|tx| open(tx, ANNA, from, to, off)).unwrap();
    let words = |at: Moment| crate::kernel::zone::shown(at, Berlin).format("%d %H:%M").to_string();
    spans.into_iter().map(|span| format!("{}–{}", words(span.starts_at), words(span.ends_at))).collect()
}

fn away_for(from: Moment, until: Option<Moment>) -> Away {
    Away { from_at: from, until_at: until, inside: "Back soon".to_owned(), outside: String::new() }
}

#[tokio::test]
async fn who_has_said_nothing_works_from_monday_to_friday_and_is_never_shown_away_for_it() {
    let (_folder, store, clock) = office().await;
    assert_eq!(worked(&store, at(27, 0, 0), at(31, 0, 0), &[]), ["27 09:00–27 17:00", "30 09:00–30 17:00"]);
    clock.wind(Duration::from_secs(10 * 3600));
    let standing = store.read_here(|tx| standing(tx, ANNA, &[])).unwrap();
    assert_eq!(standing, Standing { away: None, outside: None, turns_at: None });
}

#[tokio::test]
async fn hours_are_those_of_the_persons_own_clock_also_when_it_is_put_forward() {
    let (_folder, store, _) = office().await;
    // Until midnight and on from it is one span; the night of 29 March has an hour less.
    set(&store, &[(5, 22, 24), (6, 0, 4), (6, 20, 22)], false).await.unwrap();
    assert_eq!(worked(&store, at(27, 0, 0), at(31, 0, 0), &[]), ["28 22:00–29 04:00", "29 20:00–29 22:00"]);
    let spans = store.read_here(|tx| open(tx, ANNA, at(28, 23, 0), at(29, 21, 0), &[])).unwrap();
    let lengths: Vec<_> = spans.iter().map(|span| span.ends_at.since(span.starts_at).as_secs() / 3600).collect();
    assert_eq!(lengths, [4, 1], "cut to the window, and an hour short");
}

#[tokio::test]
async fn holidays_and_being_out_of_office_take_time_off() {
    let (_folder, store, _) = office().await;
    set(&store, &[(2, 9, 12), (2, 13, 17), (3, 9, 17), (4, 9, 17)], false).await.unwrap();
    let away = away_for(at(25, 10, 0), Some(at(25, 14, 0)));
    store.write(move |tx| set_away(tx, ANNA, Some(&away))).await.unwrap();
    let off = [NaiveDate::from_ymd_opt(2026, 3, 26).unwrap()];
    assert_eq!(
        worked(&store, at(25, 0, 0), at(28, 0, 0), &off),
        ["25 09:00–25 10:00", "25 14:00–25 17:00", "27 09:00–27 17:00"]
    );
}

#[tokio::test]
async fn the_next_turn_of_somebodys_standing_is_known() {
    let (_folder, store, clock) = office().await;
    set(&store, &[(2, 9, 17), (3, 9, 17)], true).await.unwrap();
    let read = || store.read_here(|tx| standing(tx, ANNA, &[])).unwrap();
    assert_eq!(read(), Standing { away: None, outside: None, turns_at: Some(at(25, 17, 0)) });
    clock.wind(Duration::from_secs(5 * 3600));
    assert_eq!(read(), Standing { away: None, outside: Some(Some(at(26, 9, 0))), turns_at: Some(at(26, 9, 0)) });
    let away = away_for(at(25, 20, 0), Some(at(27, 8, 0)));
    store.write(move |tx| set_away(tx, ANNA, Some(&away))).await.unwrap();
    assert_eq!(read().turns_at, Some(at(25, 20, 0)));
    clock.wind(Duration::from_secs(3 * 3600));
    assert_eq!(read().away, Some(Some(at(27, 8, 0))));
    clock.wind(Duration::from_secs(3 * 24 * 3600));
    assert_eq!(read().away, None, "it ends by itself");
}

#[tokio::test]
async fn hours_that_make_no_sense_are_refused() {
    let (_folder, store, _) = office().await;
    for odd in [&[(0, 9, 9)][..], &[(0, 9, 25)], &[(0, 9, 12), (0, 11, 13)], &[(0, 14, 15), (0, 9, 10)]] {
        assert!(matches!(set(&store, odd, false).await, Err(HoursError::BadSpell)), "{odd:?}");
    }
    let away = away_for(at(25, 10, 0), Some(at(25, 10, 0)));
    let refused = store.write(move |tx| set_away(tx, ANNA, Some(&away))).await;
    assert!(matches!(refused, Err(HoursError::BadEnd)));
}

#[tokio::test]
async fn a_sender_is_answered_once_in_seven_days() {
    let (_folder, store, clock) = office().await;
    let answer = || store.write(|tx| answer_once(tx, ANNA, "carol@else.example"));
    assert!(answer().await.unwrap());
    clock.wind(Duration::from_secs(6 * 24 * 3600));
    assert!(!answer().await.unwrap());
    clock.wind(Duration::from_secs(24 * 3600));
    assert!(answer().await.unwrap());
    let away = away_for(at(25, 10, 0), None);
    store.write(move |tx| set_away(tx, ANNA, Some(&away))).await.unwrap();
    assert!(answer().await.unwrap(), "who is away anew answers anew");
    clock.wind(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(store.write(|tx| prune_answered(tx, tx.now(), 10)).await.unwrap(), 1);
}
