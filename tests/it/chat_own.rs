//! What a person arranges for themselves, and what comes by itself: own rules, own groups, reports, words of the office;
//! and files by what they are.

use crate::live::{Talker, Told};
use crate::office::{TestOffice, wait_until};
use hailstone::domain::chat;
use hailstone::domain::mail::FolderRole;
use hailstone::domain::people;
use hailstone::domain::store::count_jobs;
use std::time::Duration;

const QUIET: Duration = Duration::from_millis(400);

fn settled(office: &TestOffice) {
    wait_until("all jobs are done", || office.office.store.read_here(count_jobs).unwrap() == 0);
}

#[test]
fn a_rule_answers_once_passes_on_and_mails_and_nothing_goes_round() {
    let office = TestOffice::open();
    let carla = office.add("carla", "Carla Costa");
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let mut carlas = Talker::of(&office, "carla");
    let rule = |talker: &mut Talker, fields: &[(&str, &str)]| talker.post("/settings/rules", fields);
    let (ben_id, carla_id) = (office.ben.get().to_string(), carla.to_string());
    assert_eq!(rule(&mut ben, &[("deed", "answer"), ("text", "I am on the roof.")]).status, 303);
    assert_eq!(rule(&mut ben, &[("deed", "forward"), ("to", &carla_id), ("words", "leak, flood")]).status, 303);
    assert_eq!(rule(&mut ben, &[("deed", "mail"), ("state", "offline"), ("words", "flood")]).status, 303);
    // Both answer everything: what is automatic is not answered.
    assert_eq!(rule(&mut anna, &[("deed", "answer"), ("text", "Back at two.")]).status, 303);
    assert_eq!(rule(&mut carlas, &[("deed", "forward"), ("to", &ben_id)]).status, 303);
    let at = anna.with(office.ben.get());
    anna.says(at, "a flood in the cellar");
    settled(&office);
    let page = anna.get(&format!("/chat/{at}")).body;
    assert_eq!(page.matches("I am on the roof.").count(), 1, "{page}");
    assert!(page.contains("<em>Automatic answer:</em>") && !page.contains("Back at two."));
    assert!(page.contains("data-last=\"2\""), "nothing goes round: {page}");
    let passed = carlas.with(office.ben.get());
    let page = carlas.get(&format!("/chat/{passed}")).body;
    assert!(page.contains("Passed on automatically.") && page.contains("a flood in the cellar"), "{page}");
    assert!(page.contains("data-last=\"1\""), "what was passed on is not passed back: {page}");
    assert_eq!(office.list(office.ben, FolderRole::Inbox).len(), 1);
    anna.says(at, "the pump is on its way");
    settled(&office);
    let page = anna.get(&format!("/chat/{at}")).body;
    assert_eq!(page.matches("I am on the roof.").count(), 1, "once in a while is enough");
    assert_eq!(office.list(office.ben, FolderRole::Inbox).len(), 1, "no flood, no mail");
    // Ben has read nothing of it.
    let unread = office.office.store.read_here(|tx| chat::unread(tx, office.ben)).unwrap();
    assert!(unread.iter().any(|(id, count, _)| id.get() == at && *count >= 2), "{unread:?}");
}

#[test]
fn rules_know_nothing_of_rooms_and_end_with_the_account() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    assert_eq!(ben.post("/settings/rules", &[("deed", "answer"), ("text", "canary answer")]).status, 303);
    let room = anna.room("Site", false, &[office.ben.get()]);
    anna.says(room, "hello @ben");
    let pair = anna.with(office.ben.get());
    let who = office.ben;
    office.runtime.block_on(office.office.store.write(move |tx| people::set_disabled(tx, who, true))).unwrap();
    anna.says(pair, "are you there?");
    settled(&office);
    for at in [room, pair] {
        assert!(!anna.get(&format!("/chat/{at}")).body.contains("canary answer"));
    }
}

#[test]
fn a_rule_that_cannot_be_is_refused_beside_its_field_and_anothers_is_not_there() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let (own, other) = (office.anna.get().to_string(), office.ben.get().to_string());
    for (fields, field) in [
        (vec![("deed", "answer"), ("text", " \n ")], "text-error"),
        (vec![("deed", "forward")], "to-error"),
        (vec![("deed", "forward"), ("to", own.as_str())], "to-error"),
        (vec![("deed", "forward"), ("to", "999")], "to-error"),
    ] {
        let answer = anna.post("/settings/rules", &fields);
        assert!(answer.status == 422 && answer.body.contains(field), "{fields:?}");
    }
    for _ in 0..20 {
        assert_eq!(anna.post("/settings/rules", &[("deed", "forward"), ("to", &other), ("words", "<b>")]).status, 303);
    }
    assert_eq!(anna.post("/settings/rules", &[("deed", "mail")]).status, 422);
    let page = anna.get("/settings/rules").body;
    assert!(page.contains("&lt;b&gt;") || page.contains("&#60;b&#62;"), "words are shown as words");
    let id = page.value("/settings/rules/");
    assert_eq!(ben.post(&format!("/settings/rules/{id}/remove"), &[]).status, 404);
    assert_eq!(anna.post(&format!("/settings/rules/{id}/remove"), &[]).status, 303);
}

/// The number behind a mark in a page.
trait Value {
    fn value(&self, mark: &str) -> String;
}

impl Value for String {
    fn value(&self, mark: &str) -> String {
        let behind = self.split(mark).nth(1).unwrap();
        behind.chars().take_while(char::is_ascii_digit).collect()
    }
}

#[test]
fn own_groups_are_made_filled_and_seen_by_their_owner_alone() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let made = anna.post("/people/groups", &[("name", "Roof crew")]);
    let id = made.header("location").rsplit('=').next().unwrap().to_owned();
    let person = office.ben.get().to_string();
    assert_eq!(anna.post(&format!("/people/groups/{id}/put"), &[("person", &person)]).status, 303);
    let page = anna.get(&format!("/people?own={id}")).body;
    assert!(
        page.contains("Roof crew")
            && page.contains("Ben Bauer")
            && page.contains(&format!("data-presence=\"{person}\""))
    );
    assert_eq!(anna.post("/people/groups", &[("name", "roof CREW")]).status, 422);
    assert!(!ben.get("/people").body.contains("Roof crew"));
    assert_eq!(ben.get(&format!("/people?own={id}")).status, 404);
    for deed in ["rename", "remove", "up", "down", "put", "take-out"] {
        let answer = ben.post(&format!("/people/groups/{id}/{deed}"), &[("name", "x"), ("person", &person)]);
        assert_eq!(answer.status, 404, "{deed}");
    }
    assert_eq!(anna.post(&format!("/people/{person}/groups"), &[]).status, 303, "out of all");
    assert!(anna.get(&format!("/people?own={id}")).body.contains("Nobody is in it yet"));
}

#[test]
fn a_report_reaches_the_moderators_notes_or_the_administrators_and_rings_once() {
    let office = TestOffice::open();
    office.add("carla", "Carla Costa");
    let (mut anna, mut ben, mut carla) =
        (Talker::of(&office, "anna"), Talker::of(&office, "ben"), Talker::of(&office, "carla"));
    let room = ben.room("Yard", false, &[]);
    carla.does(room, "join", 0);
    let said = carla.says(room, "canary insult");
    let mut annas = anna.live();
    let mut bens = ben.live();
    // Anna is no member: the owner is told, and nobody else.
    assert_eq!(anna.post(&format!("/chat/message/{said}/report"), &[("why", "rude")]).status, 303);
    let ring = bens.take("ring").expect("a ring");
    assert!(ring.head["body"].as_str().unwrap().contains("Anna Arnold reported a message in #Yard: rude"), "{ring:?}");
    assert_eq!(anna.post(&format!("/chat/message/{said}/report"), &[("why", "rude")]).status, 303);
    assert!(bens.all(QUIET).iter().all(|told| told.topic != "ring"), "said twice");
    let notes = ring.head["conversation"].as_i64().unwrap();
    let page = ben.get(&format!("/chat/{notes}")).body;
    assert!(page.contains("canary insult") && page.contains(&format!("/chat/message/{said}")), "{page}");
    // Between two, the administrators are told.
    let pair = carla.with(office.ben.get());
    let private = carla.says(pair, "between us");
    assert_eq!(ben.post(&format!("/chat/message/{private}/report"), &[("why", "")]).status, 303);
    assert!(annas.take("ring").is_some(), "the administrator hears of it");
}

#[test]
fn what_the_office_says_comes_onto_open_pages_and_the_first_announcement_rings() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let mut bens = ben.live();
    assert_eq!(anna.post("/admin/chat/announce", &[("text", "Fire drill at three")]).status, 303);
    let told: Vec<Told> = bens.all(QUIET * 2);
    assert!(told.iter().any(|told| told.topic == "office"), "{told:?}");
    let ring = told.iter().find(|told| told.topic == "ring").expect("the first one rings");
    assert!(ring.head["body"].as_str().unwrap().contains("Fire drill"), "{ring:?}");
    assert!(ben.get("/people").body.contains("data-conversation"), "the banner names its room");
    assert_eq!(anna.post("/admin/chat/words", &[("motd", "Cake"), ("welcome", "")]).status, 303);
    assert!(bens.take("office").is_some(), "the message of the day is news");
    assert!(ben.get("/today").body.contains("id=\"motd\""));
}

#[test]
fn a_sound_is_one_by_its_bytes_and_plays_in_parts() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    let mut wav =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\0\0\0\0".to_vec();
    wav.extend([0x80; 16_000]);
    let posted = anna.post_file(&format!("/chat/{at}/say"), &[("text", "")], ("note.wav", "text/plain", &wav));
    assert!(posted.body.contains("<audio") && posted.body.contains("0:02"), "{}", posted.body);
    let href = format!("/chat/file/{}", posted.value_of("src=\"/chat/file/").unwrap());
    let whole = ben.get(&href);
    assert_eq!(
        (whole.status, whole.header("content-type"), whole.header("accept-ranges")),
        (200, "audio/wav", "bytes")
    );
    assert!(whole.header("content-security-policy").starts_with("sandbox"));
    let part = ben.browser.ask("GET", &href, &[("Range", "bytes=0-3")], b"");
    assert_eq!((part.status, part.body.as_str()), (206, "RIFF"));
    assert_eq!(part.header("content-range"), format!("bytes 0-3/{}", wav.len()));
    let lie = anna.post_file(&format!("/chat/{at}/say"), &[("text", "")], ("lie.webm", "audio/webm", b"<script>"));
    assert!(!lie.body.contains("<audio"), "{}", lie.body);
}
