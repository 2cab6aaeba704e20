//! How much the office is used: by the pages, by the command line, and as tables that are safe to open.

use crate::http::{Browser, post};
use crate::live::Talker;
use crate::office::{PASSWORD, TestOffice, wait_until};
use crate::program::done;
use chrono::NaiveDate;
use hailstone::domain::chat;
use hailstone::domain::usage::{self, Amounts, Measure};
use hailstone::kernel::clock::{Clock, Moment};
use std::time::Duration;

/// 28 November 2026, 12:00 UTC.
const NOON: Moment = Moment::from_millis(1_795_867_200_000);

impl TestOffice {
    fn noted(&self, measure: Measure) -> i64 {
        self.office.store.read_here(|tx| usage::this_hour(tx, measure)).unwrap()
    }
}

fn fail(browser: &mut Browser) {
    let csrf = browser.get("/login").csrf();
    let answer = browser.post("/login", &[("username", "ben"), ("password", "a wrong one"), ("csrf", &csrf)]);
    assert_eq!(answer.status, 422);
}

#[test]
fn a_day_s_use_is_written_down_and_shown() {
    let clock = Clock::hand(NOON);
    let office = TestOffice::open_at(clock.clone());
    let (one, other) = (office.anna, office.ben);
    let talk = office.runtime.block_on(office.office.store.write(move |tx| chat::direct(tx, one, other))).unwrap();
    let mut anna = Talker::of(&office, "anna");
    let live = anna.live();
    fail(&mut office.browser());
    anna.says(talk.get(), "Good morning");
    clock.wind(Duration::from_secs(61));
    wait_until("it is written down", || office.noted(Measure::SignIns) == 1);
    assert_eq!((office.noted(Measure::SignInFailures), office.noted(Measure::ChatMessages)), (1, 1));
    assert!(office.noted(Measure::Requests) >= 4 && office.noted(Measure::PeopleHere) == 1);
    assert!(office.noted(Measure::FileBytes) >= 1_000_000);
    drop(live);
    let page = anna.get("/admin/usage").body;
    assert!(page.contains("<h1>Usage</h1>") && page.contains("<dt>Devices signed in</dt><dd>1</dd>"), "{page}");
    assert!(page.contains("Saturday, 28 November: 1</title>"), "a bar with its words: {page}");
    let csv = anna.get("/admin/usage.csv?days=7");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = csv.body.lines().collect();
    assert_eq!(lines.len(), 8, "a head, and each of seven days: {}", csv.body);
    assert!(
        lines[0].starts_with("day,people_here,sign_ins,sign_in_failures,") && lines[7].starts_with("2026-11-28,1,1,1,")
    );
    assert_eq!(office.signed_in("ben").get("/admin/usage.csv").status, 403);
    // A hundred that fail within the hour are told of on the overview.
    let many: Amounts = [(Measure::SignInFailures, 100)].into();
    office.runtime.block_on(office.office.store.write(move |tx| usage::note(tx, &many))).unwrap();
    assert!(anna.get("/admin").body.contains("Somebody may be guessing passwords"));
}

#[test]
fn days_are_those_of_the_reader_and_an_office_without_any_says_so() {
    let office = TestOffice::open();
    let page = office.signed_in("anna").get("/admin/usage?days=9&of=nothing").body;
    assert!(page.contains("Nothing is noted yet") && page.contains("People at once, day by day"), "{page}");
    let file = office.office.store.path().to_owned();
    let many: Amounts = [(Measure::MailReceived, 42)].into();
    office.runtime.block_on(office.office.store.write(move |tx| usage::note(tx, &many))).unwrap();
    let told = done(file.parent().unwrap(), &["usage", "--days", "2"], "");
    assert_eq!(told.lines().count(), 3, "{told}");
    let (day, _) = told.lines().last().unwrap().split_once(',').unwrap();
    assert!(day.parse::<NaiveDate>().is_ok() && told.contains(",42,"), "{told}");
}

#[test]
fn what_people_call_themselves_is_no_formula_in_a_table() {
    let office = TestOffice::open();
    office.add("mallory", "=HYPERLINK(\"https://evil.example\")");
    let mut anna = office.signed_in("anna");
    let people = anna.get("/admin/people.csv?find=mallory");
    assert!(people.header("content-disposition").contains("filename=\"people.csv\""));
    let line = people.body.lines().nth(1).unwrap();
    let cell = "\"'=HYPERLINK(\"\"https://evil.example\"\")\"";
    assert!(line.starts_with(&format!("mallory,{cell},mallory@example.org,member,active,")), "{line}");
    let at = format!("/admin/people/{}/name", office.ben);
    assert_eq!(post(&mut anna, &at, &[("full_name", "@SUM(1+1)")]).status, 303);
    let audit = anna.get("/admin/audit.csv?act=person.name");
    let line = audit.body.lines().nth(1).unwrap();
    assert!(line.contains(",person.name,") && line.ends_with("Ben Bauer,\"'@SUM(1+1)\""), "{line}");
    for path in ["/admin/people.csv", "/admin/audit.csv"] {
        assert_eq!(office.signed_in("ben").get(path).status, 403, "{path}");
    }
    assert!(!people.body.contains(PASSWORD));
}
