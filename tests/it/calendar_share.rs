//! Calendars in and out and shared with the world, through the doors: import, export, secret addresses, rooms, a time for
//! several, strangers who book, and calendars read from elsewhere.

use crate::corpus::corpus;
use crate::http::{Browser, post};
use crate::office::{TestOffice, smtp_send, wait_until};
use crate::program;
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use hailstone::domain::calendar::{self, NewResource, ResourceKind};
use hailstone::domain::job::Job;
use hailstone::domain::people;
use hailstone::format::ical::{self, Draft, Guest, Kind, Organizer, Part, When};
use hailstone::kernel::clock::Moment;
use hailstone::kernel::id::{CalendarId, CalendarItemId, PersonId};
use hailstone::services::calendar::{ActError, Deed, act};
use hailstone::services::outside::{Answer as Posted, FetchError, Fetcher, Get, Later, Page, Post};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn file(events: &[(&str, &str)]) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nX-WR-CALNAME:Club\r\n".to_owned();
    for (uid, title) in events {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=\"W. Europe Standard Time\":20270301T090000\r\n\
             DTEND;TZID=\"W. Europe Standard Time\":20270301T100000\r\nSUMMARY:{title}\r\nX-CLUB:7\r\nEND:VEVENT\r\n"
        ));
    }
    text + "END:VCALENDAR\r\n"
}

impl TestOffice {
    fn own_calendar(&self, who: PersonId) -> CalendarId {
        self.office.store.read_here(|tx| calendar::default_calendar(tx, who)).unwrap()
    }

    fn bookable(&self, name: &'static str, local: &'static str) -> CalendarId {
        let new = NewResource {
            name: name.into(),
            kind: ResourceKind::Room,
            seats: 6,
            place: String::new(),
            notes: String::new(),
            hue: 2,
            group: None,
            takes_mail: true,
            zone: chrono_tz::UTC,
        };
        self.runtime.block_on(self.office.store.write(move |tx| calendar::make_resource(tx, local, &new))).unwrap()
    }

    fn meet(&self, who: PersonId, title: &str, day: NaiveDate, hour: u32, room: Option<&str>) -> Result<(), ActError> {
        let at = |hour| Some(When::Zoned { local: day.and_hms_opt(hour, 0, 0).unwrap(), zone: chrono_tz::UTC });
        let person = self.office.store.read_here(|tx| people::person(tx, who)).unwrap().unwrap();
        let guest = room.map(|room| Guest {
            address: room.parse().unwrap(),
            name: String::new(),
            part: Part::Required,
            answer: ical::Answer::NeedsAction,
        });
        let organizer = Organizer { address: person.address, name: String::new(), sent_by: None };
        let draft = Draft {
            title: title.to_owned(),
            organizer: guest.is_some().then_some(organizer),
            guests: guest.into_iter().collect(),
            ..Draft::at(Kind::Event, at(hour), at(hour + 1))
        };
        let deed = Deed::Make { calendar: None, draft: Box::new(draft) };
        self.runtime.block_on(act(&self.office, who, deed)).map(drop)
    }
}

/// The next day but two that is a Tuesday.
fn tuesday() -> NaiveDate {
    let mut day = chrono::Utc::now().date_naive() + TimeDelta::days(3);
    while day.weekday() != Weekday::Tue {
        day += TimeDelta::days(1);
    }
    day
}

#[test]
fn a_file_is_brought_in_once_however_often_and_taken_out_whole() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    let id = office.own_calendar(office.ben).to_string();
    let text = file(&[("a@club", "Regatta"), ("b@club", "Dinner, late")]);
    let csrf = ben.get("/calendar/import").csrf();
    let fields = [("csrf", csrf.as_str()), ("calendar", &id), ("text", &text)];
    let first = ben.post_parts("/calendar/import", &fields);
    assert_eq!(first.status, 200, "{}", first.body);
    assert!(first.body.contains("2 events added") && first.body.contains("W. Europe Standard Time: as Europe/Berlin"));
    assert!(first.body.contains("/calendar/undo"));
    let again = ben.post_parts("/calendar/import", &fields);
    assert!(again.body.contains("2 events were there already") && !again.body.contains("/calendar/undo"));
    let out = ben.get(&format!("/calendar/calendars/{id}.ics"));
    assert_eq!((out.status, out.header("content-type")), (200, "text/calendar; charset=utf-8"));
    assert!(out.body.contains("SUMMARY:Regatta") && out.body.contains("X-CLUB:7"), "what we do not understand stays");
    assert_eq!(out.body.matches("BEGIN:VCALENDAR").count(), 1);
    assert_eq!(ical::read_import(out.body.as_bytes()).unwrap().items.len(), 2);
    assert_eq!(office.signed_in("anna").get(&format!("/calendar/calendars/{id}.ics")).status, 403);
}

#[test]
fn a_file_that_is_none_gets_a_clear_answer_and_harms_nothing() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    let id = office.own_calendar(office.ben).to_string();
    let csrf = ben.get("/calendar/import").csrf();
    let mut bring =
        |text: &str| ben.post_parts("/calendar/import", &[("csrf", &csrf), ("calendar", &id), ("text", text)]);
    for (text, words) in
        [("hello", "not a calendar"), ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no event"), ("", "Choose a file")]
    {
        let answer = bring(text);
        assert_eq!(answer.status, 422, "{text}");
        assert!(answer.body.contains(words), "{text}: {}", answer.body);
    }
    let bomb = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:20260101T000000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(bring(bomb).status, 200);
    let long = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:y\r\nDTSTART:20260101T000000Z\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "x".repeat(1_900_000)
    );
    assert_eq!(bring(&long).status, 200);
    assert_eq!(ben.get(&format!("/calendar/calendars/{id}.ics")).status, 200);
}

#[test]
fn every_calendar_of_the_corpus_is_taken_or_refused_in_words() {
    let Some(folder) = corpus() else { return };
    let office = TestOffice::open();
    let into = office.own_calendar(office.ben);
    let ben = office.ben;
    let (mut taken, mut all) = (0, 0);
    for folder in [folder.join("ics"), folder.join("ics/thirdparty")] {
        for path in std::fs::read_dir(folder).unwrap().map(|one| one.unwrap().path()) {
            if path.extension().is_none_or(|end| end != "ics") {
                continue;
            }
            all += 1;
            let bytes = std::fs::read(&path).unwrap();
            match office.runtime.block_on(hailstone::services::calendar::import(&office.office, ben, into, bytes)) {
                Ok(report) => {
                    taken += 1;
                    assert!(report.left_out.iter().all(|one| !one.why.is_empty()), "{}", path.display());
                }
                Err(ActError::Ical(_)) => {}
                Err(error) => panic!("{}: {error}", path.display()),
            }
        }
    }
    assert!(all > 60 && taken > all / 2, "{taken} of {all}");
    // What is kept is proved when the office closes.
}

#[test]
fn ten_thousand_events_come_in_quickly_and_go_again_as_one() {
    let office = TestOffice::open();
    let into = office.own_calendar(office.ben);
    let mut text = String::from("BEGIN:VCALENDAR\r\n");
    for number in 0..10_000 {
        let (day, hour) = (number % 28 + 1, number % 24);
        let rule = if number % 10 == 0 { "RRULE:FREQ=WEEKLY;COUNT=20\r\n" } else { "" };
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{number}@load\r\nDTSTART:202601{day:02}T{hour:02}0000Z\r\nDURATION:PT30M\r\n{rule}SUMMARY:Event {number}\r\nEND:VEVENT\r\n"
        ));
    }
    text.push_str("END:VCALENDAR\r\n");
    let watch = hailstone::kernel::clock::Stopwatch::start();
    let report = office.runtime.block_on(hailstone::services::calendar::import(
        &office.office,
        office.ben,
        into,
        text.into_bytes(),
    ));
    let report = report.unwrap();
    eprintln!("10,000 events in {:?}", watch.elapsed());
    assert_eq!((report.added, report.left_out_count), (10_000, 0));
    // Ten times what a release build may take: this one is not optimised, and the machine is shared.
    assert!(watch.elapsed().as_secs() < 100, "{:?}", watch.elapsed());
    let undo = report.undo.unwrap();
    office.runtime.block_on(hailstone::services::calendar::undo(&office.office, office.ben, undo)).unwrap();
    assert!(office.office.store.read_here(|tx| calendar::uids(tx, into)).unwrap().is_empty());
}

#[test]
fn the_command_line_brings_in_takes_out_and_makes_rooms() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    program::set_up(&data);
    let path = folder.path().join("club.ics");
    std::fs::write(&path, file(&[("a@club", "Regatta")])).unwrap();
    let path = path.to_string_lossy().into_owned();
    let words = ["import", "ics", &path, "--user", "anna"];
    assert!(program::done(&data, &words, "").starts_with("added 1, updated 0, as they were 0, left out 0"));
    assert!(program::done(&data, &words, "").starts_with("added 0, updated 0, as they were 1, left out 0"));
    let out = program::done(&data, &["calendar", "export", "anna"], "");
    assert!(out.contains("SUMMARY:Regatta") && out.ends_with("END:VCALENDAR\r\n"));
    program::done(&data, &["room", "add", "Aquarium", "aquarium", "--seats", "8"], "");
    program::done(&data, &["room", "set", "aquarium", "--seats", "10"], "");
    let list = program::done(&data, &["room", "list"], "");
    assert!(list.contains("aquarium@example.org") && list.contains("10 seats"), "{list}");
    assert!(!program::run(&data, &["room", "add", "Other", "aquarium"], "").status.success());
    program::done(&data, &["room", "remove", "aquarium"], "");
    assert_eq!(program::done(&data, &["room", "list"], ""), "");
    assert_eq!(program::done(&data, &["check", "--deep"], ""), "all is well\n");
}

#[test]
fn a_secret_address_tells_what_it_was_made_for_until_it_is_revoked() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    office.meet(office.ben, "Secret plan", tuesday(), 10, None).unwrap();
    let id = office.own_calendar(office.ben).to_string();
    let make = |ben: &mut Browser, level: &str, calendar: &str| {
        let made = post(ben, "/calendar/addresses", &[("name", "Phone"), ("calendar", calendar), ("level", level)]);
        assert_eq!(made.status, 200, "{}", made.body);
        let door = made.value_of("id=\"door\" value=\"").unwrap();
        door[door.find("/f").unwrap()..].to_owned()
    };
    let (busy, whole, person) =
        (make(&mut ben, "busy", &id), make(&mut ben, "details", &id), make(&mut ben, "busy", ""));
    let read = |path: &str| office.browser().get(path);
    assert!(read(&busy).body.contains("SUMMARY:Busy") && !read(&busy).body.contains("Secret"));
    assert!(read(&whole).body.contains("SUMMARY:Secret plan"));
    let free_busy = read(&person).body;
    assert!(
        free_busy.contains("BEGIN:VFREEBUSY")
            && free_busy.contains("FREEBUSY;FBTYPE=BUSY:")
            && !free_busy.contains("Secret")
    );
    let etag = read(&whole).header("etag").to_owned();
    let asked = |etag: &str| office.browser().ask("GET", &whole, &[("If-None-Match", etag)], b"").status;
    assert_eq!(asked(&etag), 304);
    office.meet(office.ben, "More", tuesday(), 12, None).unwrap();
    assert_eq!(asked(&etag), 200, "the calendar is another now");
    assert!(!ben.get("/calendar/addresses").body.contains(&whole), "the secret is shown once");
    let page = ben.get("/calendar/addresses");
    let at = page.body.find("/revoke").unwrap();
    let start = page.body[..at].rfind("/calendar/addresses/").unwrap();
    let revoke = page.body[start..at + "/revoke".len()].to_owned();
    assert_eq!(post(&mut ben, &revoke, &[]).status, 303);
    assert_eq!(read(&busy).status, 404);
    assert_eq!(read("/feed/nothing.ics").status, 404);
}

#[test]
fn a_room_says_yes_once_and_tells_the_next_who_has_it() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let fields = [
        ("name", "Aquarium"),
        ("local", "aquarium"),
        ("kind", "room"),
        ("seats", "8"),
        ("zone", "Europe/Berlin"),
        ("hue", "3"),
    ];
    assert_eq!(post(&mut anna, "/admin/rooms", &fields).status, 303);
    let again = post(&mut anna, "/admin/rooms", &fields);
    assert!(again.status == 422 && again.body.contains("aquarium@example.org is taken"));
    assert_eq!(office.signed_in("ben").get("/admin/rooms").status, 403);
    let day = tuesday();
    office.meet(office.anna, "Board", day, 10, Some("aquarium@example.org")).unwrap();
    let refused = office.meet(office.ben, "Talk", day, 10, Some("aquarium@example.org"));
    let Err(ActError::Field("guests", words)) = refused else { panic!("{refused:?}") };
    assert!(words.contains("Aquarium is taken by Anna Arnold") && words.contains("It is free again on"), "{words}");
    office.meet(office.ben, "Talk", day, 11, Some("aquarium@example.org")).unwrap();
    let list = office.signed_in("ben").get("/calendar/rooms").body;
    assert!(list.contains("Aquarium") && list.contains("8 seats"));
    let copy = office.own_calendar(office.ben);
    let text = office.office.store.read_here(|tx| calendar::texts(tx, office.ben, copy, CalendarItemId::new(0), 9));
    assert!(
        text.unwrap()[0].1.replace("\r\n ", "").contains("PARTSTAT=ACCEPTED"),
        "the room's answer stands on its line"
    );
}

#[test]
fn a_time_for_several_is_found_and_leads_to_a_form_with_all_filled_in() {
    let office = TestOffice::open();
    let room = office.bookable("Aquarium", "aquarium");
    let day = tuesday();
    for hour in 9..15 {
        office.meet(if hour % 2 == 0 { office.anna } else { office.ben }, "Taken", day, hour, None).unwrap();
    }
    office.meet(office.anna, "Room", day, 15, Some("aquarium@example.org")).unwrap();
    let mut ben = office.signed_in("ben");
    let path = format!("/calendar/find?who={}&room={room}&minutes=60&first={day}&last={day}", office.anna);
    let found = ben.get(&path).body;
    assert_eq!(found.matches("data-starts=").count(), 1, "{found}");
    assert!(found.contains(&format!("data-starts=\"{day}T16:00\"")));
    assert!(
        found.contains("/calendar/event/new?at=")
            && found.contains("anna%40example.org")
            && found.contains("aquarium%40example.org")
    );
    assert!(!found.contains("Taken"), "what people do is not told");
    let block = ben.ask("GET", &path, &[("Accept", "text/vnd.office.fragment+html")], b"").body;
    assert!(block.contains("id=\"found\"") && !block.contains("<html"));
}

/// What the visitor finds in the last mail that left.
fn link(office: &TestOffice, start: &str) -> String {
    let caught = office.caught.0.lock().unwrap();
    let text = hailstone::format::mime::parse(&caught.last().unwrap().bytes).text;
    let at = text.find(start).unwrap();
    text[at..].split(['\r', '\n', ' ']).next().unwrap().to_owned()
}

/// Opens a page at which strangers book a time with Ben.
fn open_desk(ben: &mut Browser) {
    let fields = [
        ("open", "on"),
        ("name", "ben"),
        ("title", "Consultation"),
        ("length", "30"),
        ("length", "60"),
        ("days_ahead", "30"),
        ("notice", "2"),
        ("buffer", "0"),
        ("questions", "What about?"),
    ];
    assert_eq!(post(ben, "/calendar/booking", &fields).status, 303);
}

#[test]
fn a_stranger_books_confirms_moves_and_calls_off_and_sees_nothing_else() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    office.meet(office.ben, "Secret plan", tuesday(), 10, None).unwrap();
    open_desk(&mut ben);
    let mut visitor = office.browser();
    assert_eq!(visitor.get("/book/anna").status, 404);
    let page = visitor.get("/book/ben?minutes=60&zone=UTC");
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(
        page.body.contains("Consultation") && page.body.contains("Example &#38; Sons") && !page.body.contains("Secret")
    );
    let taken = tuesday().and_hms_opt(10, 0, 0).unwrap().and_utc().timestamp_millis().to_string();
    assert!(!page.body.contains(&format!("value=\"{taken}\"")), "what is taken is not offered");
    let at = page.value_of("name=\"at\" value=\"").unwrap();
    let csrf = page.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("minutes", "60"),
        ("zone", "UTC"),
        ("at", &at),
        ("name", "Vera Visitor"),
        ("address", "vera@else.example"),
        ("answer0", "The offer"),
        ("website", ""),
    ];
    let held = visitor.post("/book/ben", &fields);
    assert!(held.status == 200 && held.body.contains("Look into your mail"), "{}", held.body);
    let twice = visitor.post("/book/ben", &fields);
    assert!(twice.status == 422 && twice.body.contains("has just been taken"));
    wait_until("the mail to confirm has left", || office.caught.0.lock().unwrap().len() == 1);
    let path = link(&office, "/book/visit/");
    let mut elsewhere = office.browser();
    let page = elsewhere.get(&path);
    assert!(page.body.contains("Confirm your booking"));
    assert_eq!(elsewhere.post(&format!("{path}/confirm"), &[("csrf", &page.csrf())]).status, 303);
    assert!(elsewhere.get(&path).body.contains("<h1>Booked</h1>"));
    wait_until("the confirmation has left", || office.caught.0.lock().unwrap().len() == 2);
    let sent = String::from_utf8_lossy(&office.caught.0.lock().unwrap()[1].bytes).into_owned();
    assert!(sent.contains("method=REQUEST") && sent.contains("Auto-Submitted: auto-generated"), "{sent}");
    let own = office.own_calendar(office.ben);
    let texts = || {
        let read = office.office.store.read_here(|tx| calendar::texts(tx, office.ben, own, CalendarItemId::new(0), 9));
        read.unwrap().into_iter().map(|(_, text)| text.replace("\r\n ", "")).collect::<Vec<_>>()
    };
    assert!(
        texts().iter().any(|text| text.contains("SUMMARY:Consultation – Vera Visitor") && text.contains("The offer"))
    );
    let page = elsewhere.get(&format!("{path}?move=1&zone=UTC"));
    let other = page.body.split("name=\"at\" value=\"").nth(4).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(elsewhere.post(&format!("{path}/move"), &[("csrf", &page.csrf()), ("at", &other)]).status, 303);
    assert_eq!(elsewhere.post(&format!("{path}/cancel"), &[("csrf", &page.csrf())]).status, 303);
    assert!(elsewhere.get(&path).body.contains("Called off"));
    assert!(!texts().iter().any(|text| text.contains("Vera")));
    assert_eq!(office.browser().get("/book/visit/nothing").status, 404);
}

/// A server on the Internet that answers as it is told, and remembers what it was asked.
#[derive(Default)]
struct Elsewhere {
    answers: Mutex<Vec<Result<Page, FetchError>>>,
    asked: Mutex<Vec<Get>>,
}

impl Fetcher for Elsewhere {
    fn post<'a>(&'a self, _: &'a Post) -> Later<'a, Result<Posted, FetchError>> {
        Box::pin(async { Err(FetchError::Forbidden("nobody is there".into())) })
    }

    fn get<'a>(&'a self, get: &'a Get) -> Later<'a, Result<Page, FetchError>> {
        self.asked.lock().unwrap().push(get.clone());
        let next = self.answers.lock().unwrap().remove(0);
        Box::pin(async move { next })
    }
}

fn answered(status: u16, text: &str) -> Result<Page, FetchError> {
    Ok(Page {
        status,
        etag: "\"v1\"".into(),
        modified: String::new(),
        retry_after: None,
        body: text.as_bytes().to_vec(),
    })
}

#[test]
fn a_calendar_from_elsewhere_is_read_kept_as_it_is_there_and_says_how_it_went() {
    let far = Arc::new(Elsewhere::default());
    let office = TestOffice::open_with(far.clone(), &[]);
    let mut ben = office.signed_in("ben");
    let say = |answer| far.answers.lock().unwrap().push(answer);
    let open = post(&mut ben, "/calendar/sources", &[("url", "http://club.example/a.ics")]);
    assert!(open.status == 422 && open.body.contains("Only https"));
    say(answered(200, &file(&[("a@club", "Regatta"), ("b@club", "Dinner")])));
    let fields = [("url", "webcal://club.example/a.ics"), ("name", "Club"), ("minutes", "60")];
    assert_eq!(post(&mut ben, "/calendar/sources", &fields).status, 303);
    assert_eq!(far.asked.lock().unwrap()[0].url, "https://club.example/a.ics");
    let page = ben.get("/calendar/sources").body;
    assert!(page.contains("Club") && page.contains("2 events, last read"));
    let id = office.office.store.read_here(|tx| calendar::sources(tx, office.ben)).unwrap().into_keys().next().unwrap();
    let titles = || office.office.store.read_here(|tx| calendar::uids(tx, id)).unwrap();
    let read = format!("/calendar/sources/{id}/read");
    say(answered(200, &file(&[("b@club", "Dinner"), ("c@club", "Race")])));
    post(&mut ben, &read, &[]);
    assert_eq!(titles(), ["b@club", "c@club"], "what is gone there is gone here");
    assert!(far.asked.lock().unwrap()[1].headers.contains(&("if-none-match", "\"v1\"".to_owned())));
    say(answered(304, ""));
    post(&mut ben, &read, &[]);
    assert_eq!(titles().len(), 2);
    say(answered(404, ""));
    post(&mut ben, &read, &[]);
    assert!(ben.get("/calendar/sources").body.contains("there is nothing at this address any more"));
    assert_eq!(titles().len(), 2, "what was read stays");
    say(answered(200, "<html>sign in</html>"));
    post(&mut ben, &read, &[]);
    assert!(ben.get("/calendar/sources").body.contains("this is not a calendar"));
    assert!(!office.signed_in("anna").get("/calendar/sources").body.contains("Club"), "it is Ben's alone");
    assert_eq!(post(&mut office.signed_in("anna"), &read, &[]).status, 404);
    assert_eq!(post(&mut ben, &format!("/calendar/sources/{id}/remove"), &[]).status, 303);
    assert!(titles().is_empty());
}

#[test]
fn holidays_are_for_everybody_where_an_administrator_says_so() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let refused = post(&mut ben, "/calendar/sources/holidays", &[("region", "de-be"), ("all", "on")]);
    assert_eq!(refused.status, 403);
    assert_eq!(post(&mut anna, "/calendar/sources/holidays", &[("region", "de-be"), ("all", "on")]).status, 303);
    assert!(ben.get("/calendar/sources").body.contains("Germany: Berlin"));
    let twice = post(&mut ben, "/calendar/sources/holidays", &[("region", "de-be")]);
    assert!(twice.status == 422 && twice.body.contains("on the list already"));
    assert_eq!(post(&mut ben, "/calendar/sources/holidays", &[("region", "fr")]).status, 303);
    let all = office.office.store.read_here(|tx| calendar::calendars(tx, office.ben)).unwrap();
    let holidays: Vec<_> = all.iter().filter(|one| one.kind == calendar::CalendarKind::Holidays).collect();
    assert_eq!(holidays.len(), 2);
    for one in holidays {
        let count = office.office.store.read_here(|tx| calendar::uids(tx, one.id)).unwrap().len();
        assert!(count >= 5 * 9, "{}: {count}", one.name);
    }
}

/// An invitation of somebody outside to the room, by mail.
fn invitation(uid: &str, day: NaiveDate, method: &str) -> Vec<u8> {
    let day = day.format("%Y%m%d");
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:{day}T130000Z\r\nDTEND:{day}T140000Z\r\nSUMMARY:Visit\r\nSEQUENCE:0\r\n\
         ORGANIZER:mailto:carol@else.example\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:aquarium@example.org\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    format!(
        "From: Carol <carol@else.example>\r\nTo: aquarium@example.org\r\nSubject: Visit\r\nMessage-ID: <{uid}.{method}@else>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/calendar; charset=utf-8; method={method}\r\n\r\n{calendar}"
    )
    .into_bytes()
}

#[test]
fn a_room_invited_by_mail_says_yes_where_it_is_free_and_no_where_it_is_taken() {
    let office = TestOffice::open();
    let room = office.bookable("Aquarium", "aquarium");
    let send = |raw: &[u8]| smtp_send(office.door("smtp"), "<carol@else.example>", &["aquarium@example.org"], raw);
    let said = |count: usize| {
        wait_until("the room has answered", || office.caught.0.lock().unwrap().len() == count);
        let bytes = office.caught.0.lock().unwrap()[count - 1].bytes.clone();
        let mail = hailstone::format::mime::parse(&bytes);
        let (file, text) = hailstone::format::mime::file(&bytes, 0).unwrap();
        assert_eq!(file.media_type, "text/calendar");
        (mail.subject, String::from_utf8(text).unwrap().replace("\r\n ", ""))
    };
    assert!(send(&invitation("one", tuesday(), "REQUEST")).starts_with("250"));
    let (subject, text) = said(1);
    assert!(
        subject == "Accepted: Visit" && text.contains("METHOD:REPLY") && text.contains("PARTSTAT=ACCEPTED"),
        "{text}"
    );
    assert!(send(&invitation("two", tuesday(), "REQUEST")).starts_with("250"));
    let (subject, text) = said(2);
    assert!(subject == "Declined: Visit" && text.contains("PARTSTAT=DECLINED"), "{text}");
    assert!(send(&invitation("one", tuesday(), "CANCEL")).starts_with("250"));
    let uids = || office.office.store.read_here(|tx| calendar::uids(tx, room)).unwrap();
    wait_until("the room is free again", || uids().is_empty());
    office.meet(office.ben, "Talk", tuesday(), 13, Some("aquarium@example.org")).unwrap();
    assert!(
        send(b"From: carol@else.example\r\nSubject: Hello room\r\n\r\nHow are you?\r\n").starts_with("250"),
        "it does not bounce"
    );
}

#[test]
fn who_plans_a_series_is_told_which_later_time_has_no_room() {
    let office = TestOffice::open();
    let room = office.bookable("Aquarium", "aquarium");
    let day = tuesday();
    office.meet(office.anna, "Board", day, 10, Some("aquarium@example.org")).unwrap();
    // The copy that the room has of it came after Anna's own.
    let item = CalendarItemId::new(2);
    assert!(office.office.store.read_here(|tx| calendar::room_text(tx, room, item)).unwrap().is_some());
    let starts_at = Moment::from_millis(day.and_hms_opt(10, 0, 0).unwrap().and_utc().timestamp_millis());
    let owed = Job::NoRoom { room, item, starts_at };
    office.runtime.block_on(office.office.store.write(move |tx| tx.enqueue(&owed, Duration::ZERO))).unwrap();
    let inbox = || office.signed_in("anna").get("/mail/inbox").body;
    wait_until("the letter has come", || inbox().contains("No room: Board"));
    let list = inbox();
    let when = day.format("%A, %-d %B %Y, 10:00").to_string();
    assert!(list.contains(&format!("No room: Board – {when}")), "{list}");
    assert!(list.contains("Your series “Board” goes on, and Aquarium is booked for it"), "{list}");
}
