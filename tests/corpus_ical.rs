//! The corpus of calendars, held against `format::ical`.
//!
//! The corpus is not part of the package. It is looked for under `HAILSTONE_CORPUS`, then in `../shared/corpus`.

#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test over files stops at what it cannot read")]

use chrono::{NaiveDate, NaiveDateTime};
use hailstone::format::ical::{self, Calendar, IcalError, Item, Occurrence};
use hailstone::kernel::clock::{Moment, Stopwatch};
use hailstone::kernel::limits;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// How much slower a build for tests is than the one that is shipped, together with a machine that does other things.
const SLOWNESS: u128 = 10;

#[expect(clippy::disallowed_methods, reason = "where the corpus lies is the caller's to say")]
fn corpus() -> Option<PathBuf> {
    let named = std::env::var("HAILSTONE_CORPUS").map(PathBuf::from).ok();
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let found = named.into_iter().chain([beside]).find(|folder| folder.join("ics/manifest.jsonl").exists());
    if found.is_none() {
        eprintln!("SKIPPED: no corpus here; set HAILSTONE_CORPUS to its folder");
    }
    found.map(|folder| folder.join("ics"))
}

fn cases(folder: &Path) -> Vec<(String, Value, Vec<u8>)> {
    let text = fs::read_to_string(folder.join("manifest.jsonl")).expect("the manifest is there");
    let case = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("a manifest line is JSON");
        let file = value["file"].as_str().expect("a case has a file");
        let bytes = fs::read(folder.join(file)).expect("the file of a case is there");
        (value["id"].as_str().expect("a case has a name").to_owned(), value["expect"].clone(), bytes)
    };
    text.lines().map(case).collect()
}

fn day(text: &str) -> Moment {
    let day: NaiveDate = text.parse().expect("a day of the manifest");
    Moment::from_millis(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
}

fn face(text: &str) -> i64 {
    let bare = text.trim_end_matches('Z');
    let parsed = bare.parse::<NaiveDateTime>().map(|local| local.and_utc().timestamp_millis());
    parsed.unwrap_or_else(|_| day(bare).millis())
}

/// The window of a case; without one, the years in which its files take place.
fn window(expect: &Value) -> (Moment, Moment) {
    let at = |index: usize, other: &str| day(expect["window"][index].as_str().unwrap_or(other));
    (at(0, "2020-01-01"), at(1, "2031-01-01"))
}

fn found(calendar: &Calendar, expect: &Value) -> Vec<Occurrence> {
    let (from, to) = window(expect);
    let all = calendar.items.iter().flat_map(|item| item.occurrences(from, to, usize::MAX).found);
    let mut all: Vec<Occurrence> = all.collect();
    all.sort_by_key(|one| one.starts_at);
    all
}

/// What does not hold of a case whose times are known.
fn wrong(calendar: &Calendar, expect: &Value) -> Option<String> {
    let found = found(calendar, expect);
    let starts: Vec<i64> = found.iter().map(|one| one.starts_at.millis()).collect();
    let listed = expect["starts"].as_array().map(|all| all.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    let listed = listed.unwrap_or_default();
    let wanted: Vec<i64> = listed.iter().map(|text| face(text)).collect();
    let shown = |all: &[i64]| {
        all.iter()
            .filter_map(|at| chrono::DateTime::from_timestamp_millis(*at))
            .map(|at| at.to_string())
            .collect::<Vec<_>>()
    };
    let is_floating = listed.first().map(|text| !text.ends_with('Z'));
    let is_first_only = expect["starts_are_first"].as_bool() == Some(true);
    let seen = if is_first_only { &starts[..wanted.len().min(starts.len())] } else { &starts[..] };
    let counts = expect["count_any"].as_array();
    if let Some(counts) = counts {
        let is_one = counts.iter().any(|count| count.as_u64() == Some(starts.len() as u64));
        return (!is_one).then(|| format!("{} times", starts.len()));
    }
    if !wanted.is_empty() && seen != wanted {
        return Some(format!("wanted {:?}, found {:?}", shown(&wanted), shown(seen)));
    }
    if let Some(count) = expect["count"].as_u64().filter(|count| *count != starts.len() as u64) {
        return Some(format!("wanted {count}, found {} times", starts.len()));
    }
    if is_floating.is_some_and(|wanted| found.iter().any(|one| one.is_floating != wanted)) {
        return Some("an instant and a clock's face are mixed up".to_owned());
    }
    let title = expect["summary"].as_str().map(|title| title.replace('\n', " "));
    title.filter(|title| calendar.items[0].main.title != *title).map(|_| calendar.items[0].main.title.clone())
}

#[test]
fn the_expected_times_of_the_corpus_hold() {
    let Some(folder) = corpus() else { return };
    let mut broken = Vec::new();
    let mut seen = 0;
    for (id, expect, bytes) in cases(&folder).iter().filter(|(id, _, _)| id.starts_with('r')) {
        seen += 1;
        match ical::read(bytes) {
            Ok(calendar) => broken.extend(wrong(&calendar, expect).map(|why| format!("{id}: {why}"))),
            Err(why) => broken.push(format!("{id}: {why}")),
        }
    }
    assert!(seen >= 43, "only {seen} cases were found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_calendar_of_the_corpus_takes_long_or_many() {
    let Some(folder) = corpus() else { return };
    let mut broken = Vec::new();
    for (id, expect, bytes) in &cases(&folder) {
        let watch = Stopwatch::start();
        let (from, to) = window(expect);
        let read = ical::read(bytes);
        for item in read.iter().flat_map(|calendar| &calendar.items) {
            let watch = Stopwatch::start();
            let times = item.occurrences(from, to, usize::MAX);
            let again = item.occurrences(day("1900-01-01"), day("9999-01-01"), usize::MAX);
            let most = times.found.len().max(again.found.len());
            if most > limits::ICAL_INSTANCES || watch.elapsed().as_millis() > 50 * SLOWNESS {
                broken.push(format!("{id}: {most} times in {:?}", watch.elapsed()));
            }
        }
        if watch.elapsed().as_millis() > 500 * SLOWNESS / 2 {
            broken.push(format!("{id}: {:?}", watch.elapsed()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn what_is_read_of_the_corpus_is_read_the_same_again() {
    let Some(folder) = corpus() else { return };
    for (id, _, bytes) in &cases(&folder) {
        match ical::read(bytes) {
            Ok(calendar) => {
                for item in &calendar.items {
                    assert_eq!(ical::item(&item.text).as_ref(), Some(item), "{id}");
                    assert!(item.text.lines().all(|line| line.len() <= 75), "{id}: a line is not folded");
                }
            }
            Err(IcalError::NotACalendar | IcalError::TooLarge | IcalError::Empty) => {}
        }
    }
}

fn one(calendar: &Calendar) -> &Item {
    calendar.items.first().expect("the calendar holds an item")
}

#[test]
fn a_cancelled_instance_leaves_the_rest_of_the_series() {
    let Some(folder) = corpus() else { return };
    let all = cases(&folder);
    let bytes =
        |name: &str| all.iter().find(|(id, _, _)| id == name).map(|(_, _, bytes)| bytes.as_slice()).unwrap_or_default();
    let news = ical::read(bytes("t06-cancel-one")).expect("t06 is read");
    let update = ical::read(bytes("t01-update")).expect("t01 is read");
    assert_eq!(news.method, Some(ical::Method::Cancel));
    assert!(one(&news).main.instance.is_some());
    assert_eq!(one(&news).main.status, ical::Status::Cancelled);
    let merged = ical::merged(one(&update), one(&news));
    assert_eq!(merged.main.status, ical::Status::Confirmed, "the series itself stays");
    assert_eq!(merged.overrides.len(), one(&update).overrides.len() + 1);
}
