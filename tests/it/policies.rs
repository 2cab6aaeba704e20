//! Policies through every door: each rule is asked before and after it is set, and a change holds at once.

use crate::http::{Browser, post};
use crate::live::{Live, SECOND, Talker};
use crate::office::{ANNA, PASSWORD, TestOffice, smtp_send, wait_until};
use crate::program;
use crate::smtp_play::Program;
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hailstone::domain::calendar::{self, CalendarError, Level, Rights};
use hailstone::domain::chat::{self, ConversationKind, MessageKind, NewMessage, NewRoom};
use hailstone::domain::hours::{self, Away, HoursError};
use hailstone::domain::job::About;
use hailstone::domain::mail::{self, FolderRole};
use hailstone::domain::people::{self, NewPerson, Role};
use hailstone::domain::policy::{Act, Door};
use hailstone::domain::presence;
use hailstone::domain::store::{Store, count_jobs};
use hailstone::format::ical::{Draft, Kind, When};
use hailstone::kernel::clock::{Clock, Moment};
use hailstone::kernel::id::{ConversationId, PersonId};
use hailstone::services::calendar::{Deed, act};
use hailstone::services::outside::{Answer as Posted, FetchError, Fetcher, Later, Post};
use hailstone::services::push::{self, Call};
use hailstone::services::{factor, nudge, policy as rules};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const BEN: &str = "ben@example.org";
const OUTSIDE: &str = "carol@else.example";
/// More than a megabyte.
const LARGE: usize = 1024 * 1024 + 4096;

/// Counts notices that leave.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Fetcher for Counting {
    fn post<'a>(&'a self, _: &'a Post) -> Later<'a, Result<Posted, FetchError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(Posted { status: 201, retry_after: None, body: Vec::new() }) })
    }
}

/// An office in which rules are set for the group yard, in which Ben is and Anna is not.
struct Scene {
    office: TestOffice,
    notices: Arc<Counting>,
    anna: Talker,
    ben: Talker,
    group: String,
    talk: ConversationId,
    live: Live,
    program: Program,
    own: Program,
    annas: Program,
    event: i64,
    feed: String,
    asked: usize,
    /// How Ben looked last on the page that Anna has open.
    looked: String,
}

impl Scene {
    fn open() -> Self {
        let notices = Arc::new(Counting::default());
        let office = TestOffice::open_with(notices.clone(), &[("limits.chat_per_second", "0")]);
        let (anna, ben) = (office.anna, office.ben);
        office.group("yard", vec![ben]);
        office.group("shop", vec![anna]);
        let group = office.office.store.read_here(people::groups).unwrap();
        let group = group.iter().find(|group| group.name == "yard").unwrap().id.to_string();
        let talk = office.runtime.block_on(office.office.store.write(move |tx| chat::direct(tx, anna, ben))).unwrap();
        let made = office.runtime.block_on(office.office.store.write(move |tx| factor::add_program(tx, ben, "Phone")));
        let at = office.door("submission");
        let (event, feed) = shared_event(&office);
        seen_before(&office);
        let (mut of_anna, of_ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
        let live = of_anna.live();
        let looked = look(&mut of_anna.browser, ben);
        Self {
            program: Program::signed_in(at, "ben", &made.unwrap()),
            own: Program::signed_in(at, "ben", PASSWORD),
            annas: Program::signed_in(at, "anna", PASSWORD),
            anna: of_anna,
            ben: of_ben,
            office,
            notices,
            group,
            talk,
            live,
            event,
            feed,
            asked: 0,
            looked,
        }
    }

    /// Sets a rule for the group, as an administrator does on its page.
    fn set(&mut self, act: Act, value: &str) {
        let group = if act.is_for_groups() { self.group.clone() } else { String::new() };
        let fields = [("value", value), ("group", group.as_str()), ("confirm", value)];
        let answer = self.anna.post(&format!("/admin/policies/{}", act.key()), &fields);
        assert_eq!(answer.status, 303, "{} {value}: {}", act.key(), answer.body);
    }

    /// What a person says to a mailbox of their own that is large.
    fn fill(&self) {
        let raw = [b"From: c@else.example\r\nSubject: large\r\n\r\n".to_vec(), b"x\r\n".repeat(LARGE / 3)].concat();
        let reply = smtp_send(self.office.door("smtp"), "<c@else.example>", &[BEN], &raw);
        assert!(reply.starts_with("250"), "{reply}");
    }
}

/// An event of Ben's, in a calendar that everybody may read and an address tells in full.
fn shared_event(office: &TestOffice) -> (i64, String) {
    let ben = office.ben;
    let own = office.office.store.read_here(|tx| calendar::default_calendar(tx, ben)).unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(2027, 3, 9).unwrap();
    let at = |hour| Some(When::Zoned { local: day.and_hms_opt(hour, 0, 0).unwrap(), zone: chrono_tz::UTC });
    let draft = Draft { title: "Secret plan".to_owned(), ..Draft::at(Kind::Event, at(10), at(11)) };
    let deed = Deed::Make { calendar: Some(own), draft: Box::new(draft) };
    let made = office.runtime.block_on(act(&office.office, ben, deed)).unwrap().item.unwrap();
    let shared = office.office.store.write(move |tx| {
        calendar::set_calendar(tx, ben, own, "Ben", Rights::Read, true)?;
        calendar::make_feed(tx, ben, Some(own), Level::Details, "Phone", "a-secret-of-the-feed")?;
        Ok::<_, CalendarError>(())
    });
    office.runtime.block_on(shared).unwrap();
    (made.get(), "/feed/a-secret-of-the-feed.ics".to_owned())
}

/// Ben was here a while ago, and is gone.
fn seen_before(office: &TestOffice) {
    let ben = office.ben;
    let before = office.office.clock.now().minus(Duration::from_secs(3600));
    office.runtime.block_on(office.office.store.write(move |tx| presence::keep_seen(tx, &[(ben, before)]))).unwrap();
    office.office.presence.load(office.office.store.read_here(presence::load).unwrap());
}

/// How somebody looks, in words.
fn look(browser: &mut Browser, who: PersonId) -> String {
    let answer = browser.get(&format!("/presence?of={who}"));
    let found: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    found["people"][0]["words"].as_str().unwrap().to_owned()
}

/// A message with a file.
fn with_file(name: &str, bytes: &str) -> Vec<u8> {
    format!(
        "From: {BEN}\r\nTo: {ANNA}\r\nSubject: file\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nHi\r\n--b\r\nContent-Type: application/octet-stream\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{bytes}\r\n--b--\r\n"
    )
    .into_bytes()
}

/// What came of asking: nothing where it was done, else the words of who refused it.
type Asked = Option<String>;

fn unless(is_done: bool, words: impl Into<String>) -> Asked {
    (!is_done).then(|| words.into())
}

impl Scene {
    /// Does what a rule is about at one of its doors. Whoever adds an act or a door adds its line here, or this fails.
    fn ask(&mut self, act: Act, door: Door) -> Asked {
        self.asked += 1;
        match (act, door) {
            (Act::ChatWith, Door::Web) => {
                let answer = self.ben.say(self.talk.get(), "Good morning");
                unless(answer.status == 303, answer.body)
            }
            (Act::Polls, Door::Web) => {
                let is_offered = self.ben.browser.get("/chat/commands?name=poll").body.contains("/poll");
                let answer = self.ben.say(self.talk.get(), "/poll Lunch? | Soup | Salad");
                assert_eq!(is_offered, answer.status == 303, "what is refused is not offered");
                unless(answer.status == 303, answer.body)
            }
            (Act::ChatWith, Door::MailAnswer) => self.answer_by_mail(),
            (Act::Files, Door::Web) => self.upload("plan.pdf", b"%PDF-1.7"),
            (Act::FileSize, Door::Web) => self.upload("plan.pdf", &[b'x'; LARGE]),
            (Act::FileKinds, Door::Web) => self.upload("setup.exe", b"MZ"),
            (Act::Files, Door::Submission) => self.submit(ANNA, &with_file("plan.pdf", "%PDF-1.7")),
            (Act::FileSize, Door::Submission) => self.submit(ANNA, &with_file("plan.pdf", &"x\r\n".repeat(LARGE / 3))),
            (Act::FileKinds, Door::Submission) => self.submit(ANNA, &with_file("setup.exe", "MZ")),
            (Act::MailOutside, Door::Web) => compose(&mut self.ben, OUTSIDE),
            (Act::MailOutside, Door::Submission) => {
                self.submit(OUTSIDE, format!("From: {BEN}\r\nTo: {OUTSIDE}\r\nSubject: x\r\n\r\nHi\r\n").as_bytes())
            }
            (Act::MailOutside, Door::Itself) => self.automatic_answer(),
            (Act::MailSize, Door::Arrival) => {
                let from = format!("<a{}@else.example>", self.asked);
                let reply = smtp_send(self.office.door("smtp"), &from, &[BEN], b"Subject: x\r\n\r\nHi\r\n");
                assert!(reply.starts_with("250") || reply.starts_with("452 4.2.2"), "{reply}");
                unless(reply.starts_with("250"), reply)
            }
            (Act::MailSize, Door::Submission) => {
                let reply =
                    self.annas.send(ANNA, BEN, format!("From: {ANNA}\r\nSubject: {}\r\n\r\nHi", self.asked).as_bytes());
                unless(reply.starts_with("250"), reply)
            }
            (Act::MailSize, Door::Web) => compose(&mut self.anna, BEN),
            _ => self.ask_more(act, door),
        }
    }

    /// What [`Scene::ask`] does of calendars, presence and signing in.
    fn ask_more(&mut self, act: Act, door: Door) -> Asked {
        match (act, door) {
            (Act::CalendarDetail, Door::Web) => {
                let answer = self.anna.get(&format!("/calendar/event/{}", self.event));
                unless(answer.body.contains("Secret plan"), "")
            }
            (Act::CalendarDetail, Door::Feed) => {
                let answer = self.office.browser().get(&self.feed);
                assert_eq!(answer.status, 200);
                unless(answer.body.contains("Secret plan"), "")
            }
            (Act::Guests, Door::Web) => self.invite(),
            (Act::Bookings, Door::Web) => {
                let answer = open_desk(&mut self.ben.browser);
                unless(answer.0 == 303, answer.1)
            }
            (Act::Bookings, Door::Visitors) => {
                let answer = self.office.browser().get("/book/ben");
                unless(answer.status == 200, "")
            }
            (Act::PresenceVisible | Act::LastSeen, Door::Web) => {
                let words = look(&mut self.anna.browser, self.office.ben);
                unless(words.contains("last seen"), "")
            }
            (Act::PresenceVisible | Act::LastSeen, Door::Live) => self.look_on(),
            (Act::Push, Door::Web) => self.subscribe(),
            (Act::Push, Door::Notices) => {
                let before = self.notices.0.load(Ordering::SeqCst);
                let (person, now) = (self.office.ben, self.office.office.clock.now());
                let call = Call { person, device: None, about: About::Test, owed_at: now };
                self.office.runtime.block_on(push::push(&self.office.office, call)).unwrap();
                unless(self.notices.0.load(Ordering::SeqCst) > before, "")
            }
            (Act::Programs, Door::Web) => {
                let answer = post(&mut self.ben.browser, "/settings/programs", &[("name", "Tablet")]);
                unless(answer.status == 200, answer.body)
            }
            (Act::Programs, Door::Submission) => begin(&mut self.program),
            (Act::SecondFactor, Door::Web) => {
                let answer = self.ben.get("/today");
                unless(answer.status == 200, answer.header("location"))
            }
            (Act::SecondFactor, Door::Submission) => begin(&mut self.own),
            (Act::BinDays | Act::ChatDays, _) => unreachable!("asked in a test of its own, by a clock that is wound"),
            other => panic!("nobody asks {other:?}"),
        }
    }

    fn answer_by_mail(&self) -> Asked {
        let (who, at) = (self.office.ben, self.talk);
        let last = || self.office.office.store.read_here(|tx| chat::conversation(tx, who, at)).unwrap().last;
        let before = last();
        let id = format!("answer {}", self.asked);
        let said = nudge::answer(&self.office.office, who, at, "By mail", &id);
        self.office.runtime.block_on(said).unwrap();
        unless(last() > before, "")
    }

    /// Sends a file in chat, and with mail: both or neither may be.
    fn upload(&mut self, name: &str, bytes: &[u8]) -> Asked {
        let file = (name, "application/octet-stream", bytes);
        let chat = self.ben.post_file(&format!("/chat/{}/file", self.talk), &[], file);
        let mail = self.ben.post_file("/mail/compose", &[("to", ANNA), ("subject", "x"), ("do", "save")], file);
        assert_eq!(chat.status < 400, mail.status < 400, "chat {}, mail {}: {}", chat.status, mail.status, mail.body);
        unless(chat.status < 400, chat.body)
    }

    fn submit(&mut self, to: &str, raw: &[u8]) -> Asked {
        let reply = self.own.send(BEN, to, raw);
        assert!(reply.starts_with("250") || reply.starts_with("550 5.7.1"), "{reply}");
        unless(reply.starts_with("250"), reply)
    }

    fn automatic_answer(&self) -> Asked {
        let (ben, office) = (self.office.ben, &self.office.office);
        let now = office.clock.now();
        let away = Away { from_at: now, until_at: None, inside: String::new(), outside: "Back soon.".to_owned() };
        let write = office.store.write(move |tx| hours::set_away(tx, ben, Some(&away)));
        self.office.runtime.block_on(async { write.await.map_err(|error: HoursError| error) }).unwrap();
        let count = || {
            let caught = self.office.caught.0.lock().unwrap();
            caught.iter().filter(|parcel| String::from_utf8_lossy(&parcel.bytes).contains("Auto:")).count()
        };
        let before = count();
        let from = format!("asks{}@else.example", self.asked);
        let raw = format!("From: {from}\r\nTo: {BEN}\r\nSubject: There?\r\n\r\nHi\r\n");
        let reply = smtp_send(self.office.door("smtp"), &format!("<{from}>"), &[BEN], raw.as_bytes());
        assert!(reply.starts_with("250"), "{reply}");
        wait_until("all jobs are done", || office.store.read_here(count_jobs).unwrap() == 0);
        unless(count() > before, "")
    }

    fn invite(&mut self) -> Asked {
        let title = format!("Lunch {}", self.asked);
        let fields = [
            ("title", title.as_str()),
            ("start_day", "2027-03-09"),
            ("start_time", "12:00"),
            ("end_day", "2027-03-09"),
            ("end_time", "13:00"),
            ("start_zone", "Europe/Berlin"),
            ("guests", OUTSIDE),
        ];
        let answer = post(&mut self.ben.browser, "/calendar/event", &fields);
        unless(answer.status == 303, answer.body)
    }

    /// What the page that Anna has open shows of Ben by now.
    fn look_on(&mut self) -> Asked {
        let ben = self.office.ben.get();
        for told in self.live.all(Duration::from_millis(500)) {
            if told.topic == "presence" && told.head["person"] == ben {
                told.head["words"].as_str().unwrap().clone_into(&mut self.looked);
            }
        }
        unless(self.looked.contains("last seen"), "")
    }

    fn subscribe(&mut self) -> Asked {
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        let p256dh = URL_SAFE_NO_PAD.encode(key.compute_public_key().unwrap());
        let keys = json!({ "p256dh": p256dh, "auth": URL_SAFE_NO_PAD.encode([9; 16]) });
        let endpoint = format!("https://push.test/{}", self.asked);
        let given = json!({ "endpoint": endpoint, "keys": keys }).to_string();
        let answer = self.ben.post("/push/subscribe", &[("subscription", &given)]);
        unless(answer.status == 303, answer.body)
    }
}

fn compose(who: &mut Talker, to: &str) -> Asked {
    let fields = [("to", to), ("subject", "Hi"), ("body", "there"), ("do", "send")];
    let answer = who.post("/mail/compose", &fields);
    unless(answer.status == 303, answer.body)
}

fn begin(program: &mut Program) -> Asked {
    let reply = program.say(&format!("MAIL FROM:<{BEN}>"));
    assert!(program.say("RSET").starts_with("250"));
    unless(reply.starts_with("250"), reply)
}

fn open_desk(ben: &mut Browser) -> (u16, String) {
    let fields = [("open", "on"), ("name", "ben"), ("title", "Consultation"), ("length", "30"), ("days_ahead", "30")];
    let answer = post(ben, "/calendar/booking", &fields);
    (answer.status, answer.body)
}

/// A value of a rule that bars what [`Scene::ask`] does.
fn barring(act: Act) -> &'static str {
    match act {
        Act::ChatWith | Act::PresenceVisible => "nobody",
        Act::Polls
        | Act::Files
        | Act::MailOutside
        | Act::Guests
        | Act::Bookings
        | Act::LastSeen
        | Act::Push
        | Act::Programs => "off",
        Act::FileSize | Act::MailSize => "1",
        Act::FileKinds => "documents",
        Act::CalendarDetail => "busy",
        Act::SecondFactor => "everyone",
        Act::BinDays | Act::ChatDays => "7",
    }
}

/// Where who is refused reads no words: what is asked for is simply not there, or nobody is there to read.
const WORDLESS: [(Act, Door); 11] = [
    (Act::ChatWith, Door::MailAnswer),
    (Act::MailOutside, Door::Itself),
    (Act::CalendarDetail, Door::Web),
    (Act::CalendarDetail, Door::Feed),
    (Act::Bookings, Door::Visitors),
    (Act::PresenceVisible, Door::Web),
    (Act::PresenceVisible, Door::Live),
    (Act::LastSeen, Door::Web),
    (Act::LastSeen, Door::Live),
    (Act::Push, Door::Notices),
    (Act::SecondFactor, Door::Web),
];

#[test]
fn every_rule_is_kept_at_every_door_it_names_and_lifted_again() {
    let mut scene = Scene::open();
    scene.fill();
    for act in Act::ALL.into_iter().filter(|act| !matches!(act, Act::BinDays | Act::ChatDays)) {
        for door in act.doors().iter().copied() {
            assert_eq!(scene.ask(act, door), None, "{act:?} at {door:?} before there is a rule");
        }
        scene.set(act, barring(act));
        for door in act.doors().iter().copied() {
            let words = scene.ask(act, door).unwrap_or_else(|| panic!("{act:?} is not kept at {door:?}"));
            let is_full = act == Act::MailSize && words.contains("full");
            let is_told = words.contains("by the rule of the group yard") || is_full;
            assert!(is_told || WORDLESS.contains(&(act, door)), "{act:?} at {door:?} says no reason: {words}");
        }
        scene.set(act, "");
        for door in act.doors().iter().copied() {
            assert_eq!(scene.ask(act, door), None, "{act:?} at {door:?} once the rule is gone");
        }
    }
    let ben = scene.office.ben;
    let office = scene.office.office.clone();
    scene.office.runtime.block_on(office.store.write(move |tx| hours::set_away(tx, ben, None))).unwrap();
}

#[tokio::test]
async fn chat_is_forgotten_after_as_many_days_as_the_rule_says() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::hand(Moment::from_millis(1_700_000_000_000));
    let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
    let made = store.write(|tx| {
        people::add_domain(tx, "example.org")?;
        let (name, password) = ("anna".to_owned(), "hash".to_owned());
        let anna = people::add_person(tx, &NewPerson { full_name: name.clone(), name, role: Role::Admin, password })?;
        let new = NewRoom { name: "desk".to_owned(), topic: String::new(), kind: ConversationKind::Public };
        let room = chat::make_room(tx, anna, &new)?;
        let (text, client_id, answers, thread) = ("old".to_owned(), String::new(), None, None);
        let new = NewMessage { to: room, text, client_id, answers, thread, files: Vec::new(), kind: MessageKind::Text };
        chat::say(tx, anna, &new)?;
        Ok::<_, chat::ChatError>(anna)
    });
    made.await.unwrap();
    clock.wind(Duration::from_secs(8 * 24 * 3600));
    let forgotten = || store.write(|tx| rules::forget_chat(tx, 100));
    assert_eq!(forgotten().await.unwrap(), 0, "kept for ever where there is no rule");
    let actor = hailstone::domain::audit::Actor::console();
    store.write(move |tx| rules::set(tx, &actor, Act::ChatDays, None, Some("7"))).await.unwrap();
    assert!(forgotten().await.unwrap() > 0);
    store.close();
}

#[test]
fn junk_and_trash_keep_mail_as_long_as_the_rule_says_and_say_so() {
    let office = TestOffice::open_at(Clock::hand(Moment::from_millis(1_700_000_000_000)));
    let mut anna = Talker::of(&office, "anna");
    let in_trash = || office.list(office.anna, FolderRole::Trash).len();
    let put_away = |subject: &str| {
        office.send(format!("From: carl@else.example\r\nSubject: {subject}\r\n\r\nHello.\r\n").as_bytes());
        wait_until("it has come", || office.list(office.anna, FolderRole::Inbox).len() == 1);
        let (who, thread) = (office.anna, office.list(office.anna, FolderRole::Inbox)[0].thread);
        let acted = office.office.store.write(move |tx| {
            let inbox = mail::folder_by_role(tx, who, FolderRole::Inbox)?.id;
            mail::act(tx, who, inbox, &[thread], mail::Act::Trash)
        });
        office.runtime.block_on(acted).unwrap();
    };
    put_away("First");
    office.office.clock.wind(Duration::from_secs(8 * 24 * 3600));
    put_away("Second");
    assert!(!anna.get("/mail/trash").body.contains("is deleted for good"));
    let asked = anna.post("/admin/policies/mail.bin_days", &[("value", "7")]);
    assert_eq!((asked.status, in_trash()), (422, 2));
    assert!(asked.body.contains("1 message older than 7 days would go within the hour"), "{}", asked.body);
    assert_eq!(anna.post("/admin/policies/mail.bin_days", &[("value", "7"), ("confirm", "7")]).status, 303);
    let words = "What has lain in Junk or Trash for 7 days is deleted for good.";
    for path in ["/mail/trash", "/mail/junk"] {
        assert!(anna.get(path).body.contains(words), "{path}");
    }
    assert!(!anna.get("/mail/inbox").body.contains(words));
    office.office.clock.wind(Duration::from_secs(3601));
    wait_until("the older one is gone", || in_trash() == 1);
    assert_eq!(office.list(office.anna, FolderRole::Trash)[0].subject, "Second");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is the wall clock that is measured")]
fn a_change_holds_on_open_pages_and_sessions_within_a_second() {
    let mut scene = Scene::open();
    assert!(scene.looked.contains("last seen"));
    let ben = scene.office.ben.get();
    for (act, value, is_seen) in [
        (Act::PresenceVisible, "nobody", false),
        (Act::PresenceVisible, "", true),
        (Act::LastSeen, "off", false),
        (Act::LastSeen, "", true),
    ] {
        scene.live.all(Duration::from_millis(200));
        let start = Instant::now();
        scene.set(act, value);
        let told = scene.live.take_where(|told| told.topic == "presence" && told.head["person"] == ben);
        let told = told.unwrap_or_else(|| panic!("nothing is told of {act:?}"));
        assert!(start.elapsed() < SECOND, "{act:?}: {:?}", start.elapsed());
        assert_eq!(told.head["words"].as_str().unwrap().contains("last seen"), is_seen, "{act:?}");
        println!("{} {value:?}: told on an open page after {:?}", act.key(), start.elapsed());
    }
    // A page that stands open in chat is told to look again, and its box gives way to the reason.
    let mut bens = scene.ben.live();
    scene.set(Act::ChatWith, "nobody");
    assert!(bens.take("policies").is_some());
    let page = scene.ben.get(&format!("/chat/{}", scene.talk)).body;
    assert!(page.contains("Chatting with Anna Arnold is not allowed, by the rule of the group yard."), "{page}");
    let refused = scene.ben.say(scene.talk.get(), "Hello");
    assert!(refused.status == 422 && refused.body.contains("by the rule of the group yard"), "{}", refused.body);
    // Who leaves the group is free of its rule at once.
    let id = scene.group.clone();
    assert_eq!(scene.anna.post(&format!("/admin/groups/{id}/members"), &[]).status, 303);
    assert!(bens.take("policies").is_some());
    assert_eq!(scene.ben.say(scene.talk.get(), "Hello").status, 303);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is the wall clock that is measured")]
fn what_the_command_line_changes_is_told_on_open_pages_within_a_second() {
    let mut scene = Scene::open();
    let (ben, file) = (scene.office.ben.get(), scene.office.office.store.path().to_owned());
    let data = file.parent().unwrap();
    for (value, is_seen) in [("off", false), ("on", true)] {
        scene.live.all(Duration::from_millis(200));
        program::done(data, &["policy", "set", "presence.last_seen", value, "--group", "yard"], "");
        let start = Instant::now();
        let told = scene.live.take_where(|told| told.topic == "presence" && told.head["person"] == ben);
        let told = told.expect("what another process has set is told");
        assert!(start.elapsed() < SECOND, "{value}: {:?}", start.elapsed());
        assert_eq!(told.head["words"].as_str().unwrap().contains("last seen"), is_seen, "{value}");
    }
}

#[test]
fn a_full_mailbox_shows_how_full_it_is_and_takes_mail_once_it_may_hold_more() {
    let mut scene = Scene::open();
    scene.fill();
    let (anna, ben) = (scene.office.anna, scene.office.ben);
    scene.office.group("crew", vec![anna, ben]);
    scene.set(Act::MailSize, "1");
    let own = scene.ben.get("/settings/allowed").body;
    assert!(own.contains("of 1 MB") && own.contains("Full") && own.contains("the rule of the group yard"), "{own}");
    let account = scene.anna.get(&format!("/admin/people/{ben}")).body;
    assert!(account.contains("of 1 MB") && account.contains("Full"));
    let refused = compose(&mut scene.anna, BEN).unwrap();
    assert!(refused.contains("The mailbox of Ben Bauer is full."), "{refused}");
    let raw = format!("From: {ANNA}\r\nSubject: x\r\n\r\nHi");
    assert!(scene.annas.send(ANNA, BEN, raw.as_bytes()).starts_with("452 4.2.2"));
    // What is announced larger than all that it may hold is refused for good.
    assert!(scene.annas.say(&format!("MAIL FROM:<{ANNA}> SIZE={}", 3 * LARGE)).starts_with("250"));
    let reply = scene.annas.say(&format!("RCPT TO:<{BEN}>"));
    assert!(reply.starts_with("552 5.2.2"), "{reply}");
    assert!(scene.annas.say("RSET").starts_with("250"));
    // Mail to several reaches him all the same: nobody is to miss it.
    let before = scene.office.list(ben, FolderRole::Inbox).len();
    let reply = scene.annas.send(ANNA, "crew@example.org", raw.as_bytes());
    assert!(reply.starts_with("250"), "{reply}");
    assert_eq!(scene.office.list(ben, FolderRole::Inbox).len(), before + 1);
    scene.set(Act::MailSize, "2");
    let reply = scene.annas.send(ANNA, BEN, raw.as_bytes());
    assert!(reply.starts_with("250"), "{reply}");
}

#[test]
fn the_sheet_shows_what_holds_for_whom_and_the_audit_how_it_was() {
    let mut scene = Scene::open();
    scene.set(Act::MailOutside, "off");
    let sheet = scene.anna.get("/admin/policies").body;
    assert!(sheet.contains("Mail to people outside for yard: Not allowed"));
    assert!(sheet.contains("Mail to people outside for everybody: Allowed"));
    assert!(sheet.contains("keeps to the strictest"));
    for act in Act::ALL {
        let page = scene.anna.get(&format!("/admin/policies/{}", act.key()));
        assert_eq!(page.status, 200, "{}", act.key());
        assert!(page.body.contains(&format!("policy set {}", act.key())), "{}", act.key());
    }
    let (anna, ben) = (scene.office.anna, scene.office.ben);
    let shown = scene.anna.get(&format!("/admin/policies/as/{ben}?by={anna}")).body;
    assert!(
        shown.contains("The rule of the group yard.") && shown.contains("Sees whether Ben Bauer is here."),
        "{shown}"
    );
    scene.set(Act::PresenceVisible, "nobody");
    let shown = scene.anna.get(&format!("/admin/policies/as/{ben}?by={anna}")).body;
    assert!(shown.contains("Does not see whether Ben Bauer is here"), "{shown}");
    assert!(scene.anna.get("/admin/policies").body.contains("For the people in yard another rule holds."));
    let own = scene.ben.get("/settings/allowed").body;
    assert!(own.contains("inside the company alone") && own.contains("The rule of the group yard."));
    let privacy = scene.ben.get("/settings/presence").body;
    assert!(privacy.contains("By the rule of the group yard: to everyone else you always look offline."), "{privacy}");
    let audit = scene.anna.get("/admin/audit").body;
    assert!(audit.contains("changed a policy") && audit.contains("mail.outside for the group yard"));
    // The same value once more is no change.
    let count = |scene: &mut Scene| scene.anna.get("/admin/audit?act=policy").body.matches("<tr><td").count();
    let before = count(&mut scene);
    scene.set(Act::MailOutside, "off");
    assert_eq!(count(&mut scene), before);
    // What is no rule, no value and no group is refused in words.
    let wrong = [("value", "maybe")];
    let answer = scene.anna.post("/admin/policies/mail.outside", &wrong);
    assert!(answer.status == 422 && answer.body.contains("This takes one of: on, off."), "{}", answer.body);
    assert_eq!(scene.anna.post("/admin/policies/no.such", &wrong).status, 404);
    let nobodys = [("value", "off"), ("group", "999")];
    assert_eq!(scene.anna.post("/admin/policies/mail.outside", &nobodys).status, 404);
    let all_alike = [("value", "7"), ("group", scene.group.as_str())].map(|(name, value)| (name, value.to_owned()));
    let fields: Vec<(&str, &str)> = all_alike.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(scene.anna.post("/admin/policies/chat.days", &fields).status, 422);
}

#[test]
fn the_command_line_lists_sets_and_takes_away_rules_also_by_their_old_names() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    program::set_up(data);
    program::done(data, &["user", "add", "ben", "--password-stdin"], program::PASSWORD);
    program::done(data, &["user", "group", "yard", "ben"], "");
    program::done(data, &["policy", "set", "mail.outside", "off", "--group", "yard"], "");
    program::done(data, &["setting", "set", "presence.visible", "groups"], "");
    let list = program::done(data, &["policy", "list"], "");
    assert!(list.lines().any(|line| line.contains("mail.outside") && line.contains("yard") && line.contains("off")));
    assert!(list.lines().any(|line| line.starts_with("presence.visible") && line.contains("groups")), "{list}");
    let of = program::done(data, &["policy", "of", "ben"], "");
    assert!(of.contains("the rule of the group yard: Mail can be written"), "{of}");
    assert_eq!(program::done(data, &["setting", "get", "presence.visible"], "").trim(), "groups");
    program::done(data, &["policy", "unset", "mail.outside", "--group", "yard"], "");
    assert!(!program::done(data, &["policy", "of", "ben"], "").contains("the rule of the group"));
    let audit = program::done(data, &["audit", "--act", "policy"], "");
    assert!(audit.contains("mail.outside for the group yard"), "{audit}");
    for wrong in [
        vec!["policy", "set", "no.such", "off"],
        vec!["policy", "set", "mail.outside", "maybe"],
        vec!["policy", "set", "mail.outside", "off", "--group", "nobody"],
        vec!["policy", "set", "chat.days", "7", "--group", "yard"],
    ] {
        let output = program::run(data, &wrong, "");
        assert!(!output.status.success() && !output.stderr.is_empty(), "{wrong:?}");
    }
}
