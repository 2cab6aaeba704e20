//! Journeys in a real browser: headless Chromium, driven by the scripts in `tests/browser`.

use crate::calendar_views::furnish;
use crate::corpus::corpus;
use crate::office::{DOMAIN, PASSWORD, TestOffice};
use std::path::Path;
use std::process::Command;

fn walked(script: &str) {
    walked_in(&TestOffice::open(), script);
}

fn walked_in(office: &TestOffice, script: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let mut node = Command::new("node");
    if let Some(corpus) = corpus() {
        node.env("HS_PAYLOADS", corpus.join("xss/payloads.jsonl").canonicalize().unwrap());
    }
    let out = node
        .arg(folder.join(script))
        .current_dir(folder)
        .env("HS_WEB", format!("http://{}", office.door("http")))
        .env("HS_SMTP", office.door("smtp").port().to_string())
        .env("HS_USER", "anna")
        .env("HS_OTHER", "ben")
        .env("HS_PASSWORD", PASSWORD)
        .env("HS_DOMAIN", DOMAIN)
        .output()
        .expect("node is installed by tests/install.sh");
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{said}");
}

#[test]
fn the_main_journey_works_with_scripts() {
    walked("journey.mjs");
}

#[test]
fn the_main_journey_works_without_scripts() {
    let office = TestOffice::open();
    furnish(&office);
    walked_in(&office, "noscript.mjs");
}

#[test]
fn colleagues_see_each_other_at_once_and_no_more_than_each_wants() {
    walked("presence.mjs");
}

#[test]
fn two_people_talk_in_two_browsers() {
    walked("chat.mjs");
}

#[test]
fn a_calendar_is_read_moved_and_kept_up_to_date() {
    let office = TestOffice::open();
    furnish(&office);
    walked_in(&office, "calendar.mjs");
}

#[test]
fn plans_are_made_moved_and_taken_back_by_hand() {
    let office = TestOffice::open();
    furnish(&office);
    walked_in(&office, "calendar_drag.mjs");
}

#[test]
fn the_browser_itself_records_counts_notifies_and_keeps_what_was_seen_last() {
    walked("device.mjs");
}

#[test]
fn events_and_calendars_are_made_by_forms_with_scripts_and_without() {
    walked("calendar_forms.mjs");
}

#[test]
fn people_have_faces_and_times_as_they_like_them() {
    walked("profile.mjs");
}

#[test]
fn policies_are_set_by_hand_and_an_open_page_obeys() {
    walked("policies.mjs");
}

#[test]
fn no_page_shuts_anybody_out() {
    let office = TestOffice::open();
    furnish(&office);
    walked_in(&office, "axe.mjs");
}

#[test]
fn the_administration_shuts_nobody_out_in_any_brand() {
    let office = TestOffice::open();
    office.talk_in_the_log();
    walked_in(&office, "admin.mjs");
}

#[test]
fn hostile_html_does_nothing_even_without_a_content_policy() {
    walked("xss.mjs");
}
