//! Invitations through the doors: with a far server and a calendar library that others wrote, and by the corpus.

use crate::corpus::corpus;
use crate::far::{Far, library, read};
use crate::office::{ANNA, Caught, TestOffice, smtp_send, wait_until};
use hailstone::domain::calendar;
use hailstone::domain::mail::FolderRole;
use hailstone::domain::people;
use hailstone::domain::store::count_jobs;
use hailstone::format::ical::{self, Answer, Draft, Guest, Item, Kind, Part, Status, When};
use hailstone::kernel::id::{CalendarItemId, PersonId};
use hailstone::services::calendar::{self as acts, Deed};
use serde_json::Value;
use std::fs;
use std::sync::Arc;

const CARLA: &str = "carla@else.example";

fn copy_of(office: &TestOffice, who: PersonId, uid: &str) -> Option<(CalendarItemId, Item)> {
    let copy = office.office.store.read_here(|tx| calendar::invited(tx, who, uid)).unwrap()?;
    Some((copy.id, ical::item(&copy.text).unwrap()))
}

fn answer_in(item: &Item, address: &str) -> Option<Answer> {
    item.main.guests.iter().find(|guest| guest.address.as_str() == address).map(|guest| guest.answer)
}

fn abroad() -> (TestOffice, Far) {
    let far = Far::open();
    (TestOffice::open_to(far.outside(), Arc::new(Caught::default()), &[]), far)
}

#[test]
fn an_invitation_from_outside_is_answered_on_its_card_and_another_library_reads_the_answer() {
    let (office, far) = abroad();
    let (host, port) = (office.door("smtp").ip().to_string(), office.door("smtp").port().to_string());
    let (uid, start, end) = ("trip-1@else.example", "2026-12-03T09:00", "2026-12-03T10:30");
    library(&["invite", &host, &port, CARLA, ANNA, uid, start, end], b"");
    let (_, item) = copy_of(&office, office.anna, uid).unwrap();
    assert_eq!(answer_in(&item, ANNA), Some(Answer::NeedsAction));
    let row = office.list(office.anna, FolderRole::Inbox)[0].clone();
    let mut browser = office.signed_in("anna");
    let page = browser.get(&format!("/mail/message/{}", row.item));
    assert!(page.body.contains("Baubesprechung: Träger, Fassade; Größen"), "{}", page.body);
    assert!(page.body.contains("You have not answered.") && page.body.contains("You are free then."));
    let action = page.value_of("class=\"actions\" method=\"post\" action=\"").unwrap();
    let fields = [("csrf", page.csrf()), ("answer", "yes".to_owned()), ("note", "With pleasure".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = browser.post(&action, &[&fields[..], &[("back", &format!("/mail/message/{}", row.item))]].concat());
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(browser.get(&format!("/mail/message/{}", row.item)).body.contains("You said yes."));
    wait_until("the answer has left", || far.kept.lock().unwrap().len() == 1);
    let kept = far.kept.lock().unwrap()[0].clone();
    assert_eq!((kept.from.as_str(), kept.to.as_slice()), (ANNA, &[CARLA.to_owned()][..]));
    let said = read(&kept.bytes);
    assert_eq!((said["method"].as_str(), said["part_method"].as_str()), (Some("REPLY"), Some("REPLY")));
    assert_eq!((said["uid"].as_str(), said["organizer"].as_str()), (Some(uid), Some(CARLA)));
    assert_eq!(said["guests"], serde_json::json!({ ANNA: "ACCEPTED" }));
    assert_eq!((said["comment"].as_str(), said["auto"].as_str()), (Some("With pleasure"), None));
}

#[test]
fn an_outsider_is_invited_by_a_mail_that_another_library_reads_and_its_answer_shows_on_the_event() {
    let (office, far) = abroad();
    let at = |hour| {
        let local = chrono::NaiveDate::from_ymd_opt(2026, 12, 4).unwrap().and_hms_opt(hour, 0, 0).unwrap();
        Some(When::Zoned { local, zone: chrono_tz::Europe::Berlin })
    };
    let guest = Guest {
        address: CARLA.parse().unwrap(),
        name: "Carla".to_owned(),
        part: Part::Required,
        answer: Answer::NeedsAction,
    };
    let draft =
        Draft { title: "Träger, Fassade".to_owned(), guests: vec![guest], ..Draft::at(Kind::Event, at(9), at(10)) };
    let deed = Deed::Make { calendar: None, draft: Box::new(draft) };
    let done = office.runtime.block_on(acts::act(&office.office, office.anna, deed)).unwrap();
    wait_until("the invitation has left", || far.kept.lock().unwrap().len() == 1);
    let kept = far.kept.lock().unwrap()[0].clone();
    let said = read(&kept.bytes);
    assert_eq!((said["method"].as_str(), said["summary"].as_str()), (Some("REQUEST"), Some("Träger, Fassade")));
    assert_eq!((said["start"].as_str(), said["sequence"].as_i64()), (Some("2026-12-04T08:00:00+00:00"), Some(0)));
    assert_eq!((said["organizer"].as_str(), said["from"].as_str()), (Some(ANNA), Some(ANNA)));
    assert_eq!(said["guests"], serde_json::json!({ CARLA: "NEEDS-ACTION" }));
    assert_eq!(said["zones"], serde_json::json!(["Europe/Berlin"]));
    let types = ["multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics"];
    assert_eq!(said["types"], serde_json::json!(types));
    let (host, port) = (office.door("smtp").ip().to_string(), office.door("smtp").port().to_string());
    library(&["reply", &host, &port, CARLA, "ACCEPTED"], &kept.bytes);
    let uid = said["uid"].as_str().unwrap();
    let (id, item) = copy_of(&office, office.anna, uid).unwrap();
    assert_eq!((Some(id), answer_in(&item, CARLA)), (done.item, Some(Answer::Accepted)));
    let row = office.list(office.anna, FolderRole::Inbox)[0].item;
    let page = office.signed_in("anna").get(&format!("/mail/message/{row}")).body;
    assert!(page.contains("Carla accepted."), "{page}");
}

/// The event that the corpus expects to be there before each of its messages.
fn before(entry: &Value) -> String {
    let is_own = entry["expect"]["state_before"].as_str().unwrap().contains("with attendee");
    let (organizer, guest) =
        if is_own { ("alice@hs.test", "bob@example.net") } else { ("boss@example.net", "alice@hs.test") };
    let rule = if entry["expect"]["result"] == "instance-cancelled" { "RRULE:FREQ=DAILY;COUNT=3\r\n" } else { "" };
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:meet-1@example.net\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:20260120T140000Z\r\nDTEND:20260120T150000Z\r\nSUMMARY:Planning\r\n{rule}\
         ORGANIZER:mailto:{organizer}\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{guest}\r\nSEQUENCE:1\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// An office whose Anna has the address of the corpus.
fn corpus_office() -> TestOffice {
    let office = TestOffice::open();
    let anna = office.anna;
    let named = office.office.store.write(move |tx| {
        people::add_domain(tx, "hs.test")?;
        people::add_alias(tx, anna, &"alice@hs.test".parse().unwrap())
    });
    office.runtime.block_on(named).unwrap();
    office
}

fn put_before(office: &TestOffice, text: &str) {
    let (who, item) = (office.anna, ical::item(text).unwrap());
    let kept = office.office.store.write(move |tx| {
        let new = calendar::Prepared::new(item, tx.now());
        calendar::deliver(tx, who, &new, calendar::Expect::Any)
    });
    office.runtime.block_on(kept).unwrap();
}

#[test]
fn every_message_about_an_event_of_the_corpus_changes_what_it_may() {
    let Some(corpus) = corpus() else { return };
    let mut count = 0;
    for line in fs::read_to_string(corpus.join("ics/manifest.jsonl")).unwrap().lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let Some(result) = entry["expect"]["result"].as_str() else { continue };
        let (id, from) = (entry["id"].as_str().unwrap(), entry["expect"]["envelope_from"].as_str().unwrap());
        let office = corpus_office();
        put_before(&office, &before(&entry));
        let (_, was) = copy_of(&office, office.anna, "meet-1@example.net").unwrap();
        let text = fs::read_to_string(corpus.join("ics").join(entry["file"].as_str().unwrap())).unwrap();
        let method = text.lines().find_map(|line| line.strip_prefix("METHOD:")).unwrap().trim();
        let raw = format!(
            "From: {from}\r\nTo: alice@hs.test\r\nSubject: {id}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n{}",
            text.replace("\r\n", "\n").replace('\n', "\r\n")
        );
        let reply = smtp_send(office.door("smtp"), &format!("<{from}>"), &["alice@hs.test"], raw.as_bytes());
        assert!(reply.starts_with("250"), "{id}: {reply}");
        let (_, is) = copy_of(&office, office.anna, "meet-1@example.net").unwrap();
        let is_one_off = is.overrides.iter().any(|facts| facts.status == Status::Cancelled);
        let found = match () {
            () if is.is_cancelled() => "cancelled",
            () if is_one_off => "instance-cancelled",
            () if answer_in(&is, "bob@example.net") == Some(Answer::Accepted) => "partstat-accepted",
            () if is.text != was.text => "updated",
            () => "unchanged",
        };
        let expected = if result == "shown" { "unchanged" } else { result };
        assert_eq!(found, expected, "{id}");
        let row = office.list(office.anna, FolderRole::Inbox)[0].item;
        let page = office.signed_in("anna").get(&format!("/mail/message/{row}")).body;
        assert!(page.contains("class=\"invite\""), "{id}: {page}");
        let is_warned = page.contains("Nothing was changed by");
        assert_eq!(is_warned, ["t03-hijack", "t04-org-swap", "t08-reply-forged"].contains(&id), "{id}");
        assert_eq!(page.contains("proposes this time"), result == "shown", "{id}");
        assert_eq!(office.office.store.read_here(count_jobs).unwrap(), 0, "{id}: nothing answers by itself");
        count += 1;
    }
    assert_eq!(count, 11);
}

#[test]
fn forged_and_broken_calendars_of_the_corpus_change_nothing_and_say_so() {
    let Some(corpus) = corpus() else { return };
    let office = corpus_office();
    let mut browser = office.signed_in("anna");
    let mut count = 0;
    for line in fs::read_to_string(corpus.join("eml/manifest.jsonl")).unwrap().lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let Some(imip) = entry["expect"]["imip"].as_str() else { continue };
        let raw = fs::read_to_string(corpus.join("eml").join(entry["file"].as_str().unwrap())).unwrap();
        let from = raw.lines().find_map(|line| line.strip_prefix("From: ")).unwrap();
        let reply = smtp_send(office.door("smtp"), &format!("<{}>", from.trim()), &["alice@hs.test"], raw.as_bytes());
        assert!(reply.starts_with("250"), "{entry}: {reply}");
        assert!(copy_of(&office, office.anna, "u1@example.net").is_none(), "{entry}");
        let row = office.list(office.anna, FolderRole::Inbox)[0].item;
        let page = browser.get(&format!("/mail/message/{row}")).body;
        assert!(page.contains("Nothing was changed by"), "{imip}: {page}");
        assert!(!page.contains("name=\"answer\""), "{imip}: there is nothing to answer");
        count += 1;
    }
    assert_eq!(count, 4);
}
