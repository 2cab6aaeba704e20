//! What plans do by themselves: presence, reminders, automatic answers, tasks and cards, through the doors of a whole office.

use crate::corpus::corpus;
use crate::http::post;
use crate::office::{Caught, TestOffice, smtp_send, wait_until};
use hailstone::domain::calendar::{self, Expect, Prepared, Ways};
use hailstone::domain::mail::FolderRole;
use hailstone::domain::people;
use hailstone::domain::presence::{Device, Show};
use hailstone::domain::store::{StoreError, count_jobs};
use hailstone::format::ical::{self, Draft, Kind, Privacy, Reminder, When};
use hailstone::format::mime;
use hailstone::kernel::clock::{Clock, Moment, Stopwatch};
use hailstone::kernel::id::{CalendarItemId, PersonId};
use hailstone::services::calendar::{Deed, act};
use hailstone::services::office::{Office, Outside};
use hailstone::services::reminding::{self, BATCH};
use hailstone::services::{presence, reminding as rings};
use std::sync::Arc;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn event(title: &str, from: Moment, to: Moment) -> Draft {
    Draft { title: title.to_owned(), ..Draft::at(Kind::Event, Some(When::Utc(from)), Some(When::Utc(to))) }
}

fn make(office: &TestOffice, who: PersonId, draft: Draft) -> CalendarItemId {
    let deed = Deed::Make { calendar: None, draft: Box::new(draft) };
    office.runtime.block_on(act(&office.office, who, deed)).unwrap().item.unwrap()
}

/// How a person looks to Anna.
fn seen(office: &TestOffice, person: PersonId) -> (Show, String, Option<Moment>) {
    let eyes = office.office.store.read_here(|tx| presence::eyes(tx, office.anna)).unwrap();
    let seen = eyes.see(&office.office.presence, person);
    (seen.show, seen.reason, seen.until)
}

#[test]
fn who_is_in_a_meeting_shows_so_until_it_ends_and_nobody_learns_which() {
    let office = TestOffice::open();
    let _here = office.office.presence.connect(office.ben, Device { is_phone: false, session: None });
    let now = office.office.clock.now();
    let until = Moment::from_millis(now.plus(MINUTE * 30).seconds() * 1000);
    let day = When::day_of(now, chrono_tz::UTC);
    let whole = Draft { title: "Fair".to_owned(), is_busy: true, ..Draft::at(Kind::Event, Some(day), None) };
    make(&office, office.ben, whole);
    let later = event("Soon", now.plus(SECOND * 3), until);
    make(&office, office.ben, Draft { privacy: Privacy::Private, ..later });
    assert_eq!(seen(&office, office.ben).0, Show::Available, "a whole day is no meeting, and the next has not begun");
    wait_until("the meeting has begun", || seen(&office, office.ben).0 == Show::Meeting);
    assert_eq!(seen(&office, office.ben), (Show::Meeting, String::new(), Some(until)));
    let page = office.signed_in("anna").get("/people");
    assert!(page.body.contains("In a meeting until ") && !page.body.contains("Soon"), "{}", page.body);
    let short = make(&office, office.anna, event("Talk", now.minus(MINUTE), now.plus(MINUTE)));
    let _there = office.office.presence.connect(office.anna, Device { is_phone: false, session: None });
    wait_until("the other is in a meeting too", || seen(&office, office.anna).0 == Show::Meeting);
    let gone = Deed::Remove { item: short, scope: ical::Scope::All };
    office.runtime.block_on(act(&office.office, office.anna, gone)).unwrap();
    wait_until("what is deleted is no meeting", || seen(&office, office.anna).0 == Show::Available);
}

#[test]
fn a_reminder_rings_at_its_second_once_by_every_way_that_is_liked() {
    let office = TestOffice::open();
    let ways = Ways { by_page: true, by_push: true, by_mail: true, by_chat: true };
    office
        .runtime
        .block_on(office.office.store.write(move |tx| calendar::set_ways(tx, PersonId::new(1), ways)))
        .unwrap();
    let mut anna = office.signed_in("anna");
    let due = Moment::from_millis(office.office.clock.now().plus(SECOND * 3).seconds() * 1000);
    let draft = event("Design <review>", due.plus(MINUTE * 10), due.plus(MINUTE * 40));
    let reminders = vec![Reminder { minutes_before: 10 }];
    let item = make(&office, office.anna, Draft { reminders: reminders.clone(), place: "Elbe".to_owned(), ..draft });
    assert!(!anna.get("/today").body.contains("data-reminder"), "nothing rings before its time");
    let rung = || office.office.store.read_here(|tx| calendar::rung(tx, office.anna)).unwrap();
    wait_until("it rings", || rung().len() == 1);
    let late = rung()[0].rung_at.since(due);
    assert!(rung()[0].rung_at >= due && late < SECOND, "it rang {late:?} after its time");
    let page = anna.get("/today").body;
    assert!(
        page.contains("data-reminder") && page.contains("Design &#60;review&#62;") && page.contains("Elbe"),
        "{page}"
    );
    let mails = || office.list(office.anna, FolderRole::Inbox);
    assert!(mails()[0].subject.starts_with("Design <review>: "), "{}", mails()[0].subject);
    assert_eq!(mails().len(), 1);
    assert!(anna.get(&format!("/chat/with/{}", office.anna)).status == 303);
    let notes = anna.get("/chat").header("location").to_owned();
    assert!(anna.get(&notes).body.contains("⏰ Design"), "a note in chat");
    // Put off, it comes back later and not before; put away, it is gone.
    let id = rung()[0].id.to_string();
    let answer = post(&mut anna, &format!("/calendar/reminder/{id}"), &[("minutes", "5"), ("back", "/people")]);
    assert_eq!((answer.status, answer.header("location")), (303, "/people"));
    let next = office.office.store.read_here(calendar::next_due).unwrap().unwrap();
    assert!(rung().is_empty() && next > office.office.clock.now().plus(MINUTE * 4));
    // What is moved takes its reminder along; what is deleted takes it away.
    let starts = When::Utc(due.plus(MINUTE * 100));
    let ends = When::Utc(due.plus(MINUTE * 110));
    let moved = Deed::Move { item, scope: ical::Scope::All, starts, ends };
    office.runtime.block_on(act(&office.office, office.anna, moved)).unwrap();
    assert_eq!(office.office.store.read_here(calendar::next_due).unwrap(), Some(due.plus(MINUTE * 90)));
    let gone = Deed::Remove { item, scope: ical::Scope::All };
    office.runtime.block_on(act(&office.office, office.anna, gone)).unwrap();
    assert_eq!(office.office.store.read_here(calendar::next_due).unwrap(), None);
}

/// An office on a clock that is wound by hand, with one person, and nobody at work in it.
fn still_office(folder: &std::path::Path) -> (Arc<Office>, Clock) {
    let clock = Clock::hand(Moment::from_millis(1_800_000_000_000));
    let caught = Arc::new(Caught::default());
    let outside = Outside { resolver: caught.clone(), courier: caught, fetcher: Arc::new(crate::office::Nobody) };
    (Arc::new(Office::open(&folder.join("office.db"), clock.clone(), "mail.example.org", outside).unwrap()), clock)
}

async fn settle(office: &Office) -> PersonId {
    let made = office.store.write(|tx| {
        people::add_domain(tx, "example.org")?;
        let (name, full_name) = ("anna".to_owned(), "Anna".to_owned());
        let new = people::NewPerson { name, full_name, role: people::Role::Member, password: String::new() };
        let anna = people::add_person(tx, &new)?;
        hailstone::domain::mail::make_mailbox(tx, anna).map_err(StoreError::from)?;
        calendar::open_calendar(tx, anna).map_err(StoreError::from)?;
        Ok::<_, people::PeopleError>(anna)
    });
    made.await.unwrap()
}

async fn fill(office: &Office, who: PersonId, count: usize, starts: Moment) {
    let now = office.clock.now();
    for part in (0..count).collect::<Vec<_>>().chunks(200) {
        let make = |n: &usize| {
            let draft = event(&format!("Event {n}"), starts, starts.plus(MINUTE * 30));
            let draft = Draft { reminders: vec![Reminder { minutes_before: 10 }], ..draft };
            Prepared::new(ical::make(&format!("{n}@x"), &draft, now), now)
        };
        let items: Vec<_> = part.iter().map(make).collect();
        let put = office.store.write(move |tx| {
            let own = calendar::default_calendar(tx, who)?;
            items.iter().try_for_each(|item| calendar::put(tx, who, own, item, Expect::New).map(drop))
        });
        put.await.unwrap();
    }
}

/// Lets all ring that is due. Returns how many rounds and how long that took.
async fn ring_all(office: &Office) -> (usize, Duration) {
    let (watch, mut rounds) = (Stopwatch::start(), 1);
    while reminding::round(office).await.unwrap() >= BATCH {
        rounds += 1;
    }
    (rounds, watch.elapsed())
}

fn many(count: usize, ways: Ways) -> (usize, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let (office, clock) = still_office(folder.path());
    let runtime = hailstone::app::build::runtime().unwrap();
    let took = runtime.block_on(async {
        let who = settle(&office).await;
        office.store.write(move |tx| calendar::set_ways(tx, who, ways)).await.unwrap();
        fill(&office, who, count, clock.now().plus(MINUTE * 60)).await;
        clock.wind(MINUTE * 50);
        let took = ring_all(&office).await;
        assert_eq!(office.store.read_here(calendar::next_due).unwrap(), None);
        let again = reminding::round(&office).await.unwrap();
        assert_eq!(again, 0, "none rings twice");
        took
    });
    office.store.close();
    took
}

#[test]
fn a_thousand_reminders_of_one_minute_ring_within_it() {
    let (rounds, took) = many(1000, Ways { by_page: true, by_push: true, by_mail: false, by_chat: false });
    assert_eq!(rounds, 1000 / BATCH + 1);
    assert!(took < MINUTE, "{took:?}");
}

#[test]
#[ignore = "takes a while; run by name for the figures"]
fn ten_thousand_reminders_of_one_minute_ring_within_it_by_every_way() {
    for (name, ways) in [
        ("page and push", Ways { by_page: true, by_push: true, by_mail: false, by_chat: false }),
        ("page, push, mail and chat", Ways { by_page: true, by_push: true, by_mail: true, by_chat: true }),
    ] {
        let (rounds, took) = many(10_000, ways);
        println!("10,000 reminders by {name}: {took:?} in {rounds} writes");
        assert!(took < MINUTE, "{took:?}");
    }
}

#[test]
fn what_was_due_while_the_office_was_down_rings_if_it_is_not_too_late() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = hailstone::app::build::runtime().unwrap();
    let (office, clock) = still_office(folder.path());
    let who = runtime.block_on(async {
        let who = settle(&office).await;
        fill(&office, who, 1, clock.now().plus(MINUTE * 20)).await;
        who
    });
    let rung = || office.store.read_here(|tx| calendar::rung(tx, who)).unwrap();
    clock.wind(MINUTE * 60);
    runtime.block_on(async { assert_eq!(rings::round(&office).await.unwrap(), 1) });
    assert!(!rung()[0].is_late, "50 minutes are not too late");
    runtime.block_on(async {
        let draft = event("Later", clock.now().plus(MINUTE * 20), clock.now().plus(MINUTE * 30));
        let draft = Draft { reminders: vec![Reminder { minutes_before: 10 }], ..draft };
        act(&office, who, Deed::Make { calendar: None, draft: Box::new(draft) }).await.unwrap();
        clock.wind(MINUTE * 80);
        assert_eq!(rings::round(&office).await.unwrap(), 1);
    });
    assert!(rung()[0].is_late && rung().len() == 2, "70 minutes are: it is only noted");
    office.store.close();
}

fn letter(from: &str, more: &str) -> Vec<u8> {
    format!(
        "From: Carol <{from}>\r\nTo: ben@example.org\r\nSubject: Plans\r\nMessage-ID: <p-{from}>\r\n{more}\r\nHi\r\n"
    )
    .into_bytes()
}

#[test]
fn who_is_out_of_office_answers_people_once_and_machines_never() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    let away = [("inside", "Ask Anna."), ("outside", "Back on Monday."), ("do", "set")];
    let answer = post(&mut ben, "/settings/hours/away", &away);
    assert_eq!((answer.status, answer.header("location")), (303, "/settings/hours?done=away"), "{}", answer.body);
    assert!(ben.get("/settings/hours").body.contains("You are out of office"));
    let door = office.door("smtp");
    let caught = || office.caught.0.lock().unwrap().clone();
    let quiet = || wait_until("all is done", || office.office.store.read_here(count_jobs).unwrap() == 0);
    let send = |from: &str, raw: &[u8]| {
        assert!(smtp_send(door, from, &["ben@example.org"], raw).starts_with("250"));
        quiet();
    };
    send("<carol@else.example>", &letter("carol@else.example", ""));
    let first = caught();
    assert_eq!((first.len(), first[0].reverse_path.clone()), (1, None), "an answer with a way back for nobody");
    assert_eq!(first[0].recipients, ["carol@else.example"]);
    let mail = mime::parse(&first[0].bytes);
    let from = mail.from.clone().unwrap();
    assert_eq!((from.address.as_str(), mail.subject.as_str()), ("ben@example.org", "Auto: Plans"));
    assert_eq!(
        (mail.text.trim(), mail.in_reply_to),
        ("Back on Monday.\n\n-- \nExample & Sons", vec!["p-carol@else.example".to_owned()])
    );
    assert_eq!(mime::header_value(&first[0].bytes, "auto-submitted").as_deref(), Some("auto-replied"));
    send("<carol@else.example>", &letter("carol@else.example", ""));
    assert_eq!(caught().len(), 1, "once in seven days");
    for (from, raw) in [
        ("<>", letter("dave@else.example", "")),
        ("<list-bounces@else.example>", letter("dave@else.example", "")),
        ("<noreply@else.example>", letter("noreply@else.example", "")),
        ("<dave@else.example>", letter("dave@else.example", "Precedence: bulk\r\n")),
        ("<dave@else.example>", letter("dave@else.example", "List-Id: <x.else.example>\r\n")),
        ("<dave@else.example>", letter("dave@else.example", "Auto-Submitted: auto-generated\r\n")),
        ("<ben@example.org>", letter("ben@example.org", "")),
        ("<anna@example.org>", letter("anna@example.org", "")),
        (
            "<dave@else.example>",
            b"From: dave@else.example\r\nTo: team@else.example\r\nSubject: x\r\n\r\nHi\r\n".to_vec(),
        ),
    ] {
        send(from, &raw);
        assert_eq!(caught().len(), 1, "{from} {}", String::from_utf8_lossy(&raw));
    }
    assert!(office.list(office.anna, FolderRole::Inbox).is_empty(), "mail that only says it is from inside");
    let mut anna = office.signed_in("anna");
    let page = anna.get("/mail/compose?to=ben@example.org");
    let fields = [("csrf", page.csrf()), ("to", "ben@example.org".to_owned()), ("subject", "Hi".to_owned())];
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend([("body", "there"), ("do", "send")]);
    let answer = anna.post("/mail/compose", &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    quiet();
    let inbox = office.list(office.anna, FolderRole::Inbox);
    assert_eq!(inbox.len(), 1, "a colleague is answered inside");
    assert_eq!(inbox[0].subject, "Auto: Hi");
    let open = anna.get(&format!("/mail/message/{}", inbox[0].item)).body;
    assert!(open.contains("Ask Anna.") && !open.contains("Back on Monday."), "{open}");
}

#[test]
fn nothing_of_the_corpus_that_must_not_be_answered_is() {
    let Some(corpus) = corpus() else { return };
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    post(&mut ben, "/settings/hours/away", &[("inside", "in"), ("outside", "out"), ("do", "set")]);
    let manifest = std::fs::read_to_string(corpus.join("eml/manifest.jsonl")).unwrap();
    let mut tried = 0;
    for line in manifest.lines().filter(|line| line.contains("\"no_auto_reply\": true")) {
        let fact: serde_json::Value = serde_json::from_str(line).unwrap();
        let raw = std::fs::read(corpus.join("eml").join(fact["file"].as_str().unwrap())).unwrap();
        let raw = String::from_utf8_lossy(&raw).replace("alice@hs.test", "ben@example.org");
        let from = format!("<sender{tried}@else.example>");
        assert!(smtp_send(office.door("smtp"), &from, &["ben@example.org"], raw.as_bytes()).starts_with("250"));
        tried += 1;
    }
    wait_until("all is done", || office.office.store.read_here(count_jobs).unwrap() == 0);
    assert!(tried >= 6 && office.caught.0.lock().unwrap().is_empty(), "{tried} tried");
}

#[test]
fn working_hours_are_kept_shown_and_refused_where_they_make_no_sense() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let answer = post(&mut anna, "/settings/hours", &[("d0from0", "09:00"), ("d0to0", "12:30"), ("shown", "on")]);
    assert_eq!((answer.status, answer.header("location")), (303, "/settings/hours?done=hours"), "{}", answer.body);
    let page = anna.get("/settings/hours").body;
    assert!(page.contains("name=\"d0to0\" value=\"12:30\"") && page.contains("name=\"d1from0\" value=\"\""), "{page}");
    let answer = post(&mut anna, "/settings/hours", &[("d0from0", "12:00"), ("d0to0", "09:00")]);
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("value=\"12:00\""), "what was typed is there again");
    let answer =
        post(&mut anna, "/settings/hours/away", &[("until", "2020-01-01T00:00"), ("outside", "x"), ("do", "set")]);
    assert_eq!(answer.status, 422, "{}", answer.body);
}

#[test]
fn a_task_is_made_from_a_line_a_mail_and_a_message() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let answer = post(&mut anna, "/calendar/tasks", &[("text", "Call the surveyor tomorrow at 10")]);
    assert!(answer.status == 303 && answer.header("location").starts_with("/calendar/tasks?undo=c"), "{answer:?}");
    office.send(b"From: carol@else.example\r\nTo: anna@example.org\r\nSubject: Offer <b>\r\n\r\nHi\r\n");
    let mail = office.list(office.anna, FolderRole::Inbox)[0].item;
    let answer = post(&mut anna, "/calendar/tasks", &[("mail", &mail.to_string())]);
    assert!(answer.header("location").starts_with(&format!("/mail/message/{mail}?undo=c")), "{answer:?}");
    let page = anna.get("/calendar/tasks").body;
    assert!(page.contains("Call the surveyor") && page.contains("tomorrow, 10:00"), "{page}");
    assert!(page.contains("Offer &#60;b&#62;") && page.contains(&format!("href=\"/mail/message/{mail}\"")), "{page}");
    let ben = post(&mut office.signed_in("ben"), "/calendar/tasks", &[("mail", &mail.to_string())]);
    assert_eq!(ben.status, 404, "another's mail is nobody's task");
    assert!(anna.get("/today").body.contains("Nothing is due today."));
    post(&mut anna, "/calendar/tasks", &[("text", "Water the plants today")]);
    assert!(anna.get("/today").body.contains("Water the plants"));
}

#[test]
fn an_event_planned_in_chat_leaves_a_card_that_shows_each_what_they_may_know() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let talk = anna.get(&format!("/chat/with/{}", office.ben)).header("location").to_owned();
    let answer = post(&mut anna, &format!("{talk}/say"), &[("text", "/event Secret lunch tomorrow 12-13 at Roma")]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let mine = anna.get(&talk).body;
    assert!(mine.contains("Secret lunch") && mine.contains("12:00–13:00") && mine.contains("Roma"), "{mine}");
    let theirs = ben.get(&talk).body;
    assert!(theirs.contains("An event") && !theirs.contains("Secret lunch"), "{theirs}");
    let card = anna.get(&talk).value_of("data-card=\"").unwrap();
    assert!(!ben.get(&card).body.contains("Secret lunch"));
    let answer = post(&mut anna, &format!("{talk}/say"), &[("text", "/task Buy bread tomorrow")]);
    assert!(answer.status == 200 || answer.status == 303, "{}", answer.body);
    assert!(anna.get("/calendar/tasks").body.contains("Buy bread"));
    // Moved, the card shows the new time.
    let item: CalendarItemId = card["/calendar/card/".len()..].split('?').next().unwrap().parse().unwrap();
    let day = office.office.clock.now().plus(MINUTE * 60 * 48);
    let moved =
        Deed::Move { item, scope: ical::Scope::All, starts: When::Utc(day), ends: When::Utc(day.plus(MINUTE * 45)) };
    office.runtime.block_on(act(&office.office, office.anna, moved)).unwrap();
    assert!(!anna.get(&talk).body.contains("12:00–13:00"));
}

#[test]
fn today_shows_the_day_with_what_is_next() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    assert!(anna.get("/today").body.contains("Nothing planned"));
    let now = office.office.clock.now();
    make(&office, office.anna, event("Round table", now.minus(MINUTE), now.plus(MINUTE)));
    let page = anna.get("/today").body;
    assert!(page.contains("Round table") && page.contains(">now</span>"), "{page}");
}
