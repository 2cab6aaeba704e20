//! Promises of the calendar grammar as a whole.

use super::*;
use crate::kernel::clock::Moment;
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

pub(super) fn at(text: &str) -> Moment {
    match When::parse(text).unwrap() {
        when @ (When::Utc(_) | When::Day(_)) => when.instant(Tz::UTC),
        when => panic!("{when:?} is no moment"),
    }
}

pub(super) fn now() -> Moment {
    at("20261127T120000Z")
}

pub(super) fn berlin(text: &str) -> When {
    When::Zoned { local: NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").unwrap(), zone: Tz::Europe__Berlin }
}

pub(super) fn day(text: &str) -> When {
    When::Day(NaiveDate::parse_from_str(text, "%Y%m%d").unwrap())
}

/// A calendar of one event with these lines.
pub(super) fn event(lines: &str) -> Item {
    let lines: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let text =
        format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:one@test\n{}\nEND:VEVENT\nEND:VCALENDAR\n", lines.join("\n"));
    read(text.as_bytes()).unwrap().items.remove(0)
}

/// The names of the instances in a window.
pub(super) fn names(item: &Item, from: &str, to: &str) -> Vec<String> {
    item.occurrences(at(from), at(to), 1000).found.iter().map(|one| one.instance.to_text()).collect()
}

/// The times in a window as a clock in Berlin shows them.
pub(super) fn shown(item: &Item, from: &str, to: &str) -> Vec<String> {
    let face = |one: &Occurrence| {
        let zone = if one.is_floating { Tz::UTC } else { Tz::Europe__Berlin };
        When::from_instant(one.starts_at, zone).local().format("%m-%d %H:%M").to_string()
    };
    item.occurrences(at(from), at(to), 1000).found.iter().map(face).collect()
}

fn weekly() -> Item {
    let draft = Draft {
        title: "Standup".to_owned(),
        rule: Some("FREQ=WEEKLY;BYDAY=TU".to_owned()),
        ..Draft::at(Kind::Event, Some(berlin("20261201T100000")), Some(berlin("20261201T103000")))
    };
    make("weekly@test", &draft, now())
}

const DECEMBER: (&str, &str) = ("20261201", "20270101");

fn december(item: &Item) -> Vec<String> {
    shown(item, DECEMBER.0, DECEMBER.1)
}

fn tenth() -> When {
    When::parse("20261208T090000Z").unwrap()
}

#[test]
fn what_is_made_is_read_the_same_again() {
    let item = weekly();
    assert_eq!(super::item(&item.text).unwrap(), item);
    assert!(item.text.contains("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"), "{}", item.text);
    assert_eq!(december(&item), ["12-01 10:00", "12-08 10:00", "12-15 10:00", "12-22 10:00", "12-29 10:00"]);
    assert!(!item.occurrences(at("20261201"), at("20270101"), 1000).is_ended);
}

#[test]
fn a_series_that_is_moved_takes_its_exceptions_along() {
    let item = weekly();
    let item = cut(&item, Scope::Only(When::parse("20261215T090000Z").unwrap()), now()).item.unwrap();
    let item =
        moved(&item, Scope::Only(tenth()), berlin("20261209T150000"), berlin("20261209T160000"), now()).item.unwrap();
    assert_eq!(december(&item), ["12-01 10:00", "12-09 15:00", "12-22 10:00", "12-29 10:00"]);
    let item = moved(&item, Scope::All, berlin("20261201T110000"), berlin("20261201T113000"), now()).item.unwrap();
    assert_eq!(december(&item), ["12-01 11:00", "12-09 15:00", "12-22 11:00", "12-29 11:00"]);
    assert_eq!(item.overrides[0].instance.unwrap().to_text(), "20261208T100000Z");
    assert!(item.main.sequence > 0);
}

#[test]
fn a_series_is_split_where_the_rest_changes() {
    let item = moved(
        &weekly(),
        Scope::Only(When::parse("20261222T090000Z").unwrap()),
        berlin("20261223T090000"),
        berlin("20261223T093000"),
        now(),
    );
    let edited = moved(
        &item.item.unwrap(),
        Scope::From(When::parse("20261215T090000Z").unwrap()),
        berlin("20261216T140000"),
        berlin("20261216T143000"),
        now(),
    );
    let (old, new) = (edited.item.unwrap(), edited.split.unwrap());
    assert_eq!(december(&old), ["12-01 10:00", "12-08 10:00"]);
    assert!(old.occurrences(at("20261201"), at("20270101"), 1000).is_ended);
    assert_ne!(old.uid, new.uid);
    assert_eq!(december(&new)[0], "12-16 14:00");
    assert!(december(&new).contains(&"12-23 09:00".to_owned()), "{:?}", december(&new));
}

#[test]
fn a_count_is_divided_where_a_series_is_split() {
    let item = event("DTSTART:20261201T100000Z\nDTEND:20261201T110000Z\nRRULE:FREQ=DAILY;COUNT=10\nSUMMARY:x");
    let draft = Draft { title: "y".to_owned(), ..item.draft_at(Some(at("20261204T100000Z").into_utc())) };
    let edited = edit(&item, Scope::From(at("20261204T100000Z").into_utc()), &draft, now());
    assert_eq!(names(&edited.item.unwrap(), "20261101", "20270101").len(), 3);
    let rest = edited.split.unwrap();
    assert_eq!(names(&rest, "20261101", "20270101").len(), 7);
    assert_eq!(rest.main.title, "y");
}

trait IntoUtc {
    fn into_utc(self) -> When;
}

impl IntoUtc for Moment {
    fn into_utc(self) -> When {
        When::Utc(self)
    }
}
