//! Events, tasks and calendars by their forms, as a browser without scripts sends them.

use crate::http::{Answer, Browser, post};
use crate::office::{ANNA, TestOffice};
use chrono::{DateTime, NaiveDate, TimeDelta};
use chrono_tz::Europe::Berlin;
use hailstone::domain::calendar::{self, CalendarError, Expect, Prepared, Rights, Window};
use hailstone::domain::people;
use hailstone::format::ical;
use hailstone::kernel::id::{CalendarId, CalendarItemId, PersonId};

/// What a form of an event carries, over what the page itself gave.
type Said<'a> = Vec<(&'a str, &'a str)>;

const LUNCH: [(&str, &str); 6] = [
    ("title", "Lunch with Ben"),
    ("start_day", "2027-03-09"),
    ("start_time", "12:00"),
    ("end_day", "2027-03-09"),
    ("end_time", "13:00"),
    ("start_zone", "Europe/Berlin"),
];

fn signed_in(office: &TestOffice, name: &str) -> Browser {
    let mut browser = office.signed_in(name);
    browser.cookies.insert("tz".to_owned(), "Europe/Berlin".to_owned());
    browser
}

/// The lunch with other values, and more.
fn lunch<'a>(others: &[(&'a str, &'a str)]) -> Said<'a> {
    let mut fields: Said<'a> = LUNCH.to_vec();
    for (name, value) in others {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

/// Makes an event and says which it is.
fn made(office: &TestOffice, browser: &mut Browser, fields: &[(&str, &str)]) -> i64 {
    let answer = post(browser, "/calendar/event", fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    newest(office)
}

/// The event that was made last.
fn newest(office: &TestOffice) -> i64 {
    let is_there = |id: &i64| office.store_has(*id);
    (1..500).rev().find(is_there).expect("an event was made")
}

trait Look {
    fn store_has(&self, id: i64) -> bool;
    fn text(&self, who: PersonId, id: i64) -> String;
    fn march(&self, who: PersonId) -> Vec<String>;
    fn own(&self, who: PersonId) -> CalendarId;
}

impl Look for TestOffice {
    fn store_has(&self, id: i64) -> bool {
        self.office.store.read_here(|tx| calendar::changed_at(tx, CalendarItemId::new(id))).unwrap().is_some()
    }

    /// The iCalendar text of an event, unfolded.
    fn text(&self, who: PersonId, id: i64) -> String {
        let stored = self.office.store.read_here(|tx| calendar::item(tx, who, CalendarItemId::new(id))).unwrap();
        stored.text.replace("\r\n ", "")
    }

    /// What takes place in March 2027 in a person's own calendar, as `09 12:00 Lunch`.
    fn march(&self, who: PersonId) -> Vec<String> {
        let first = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
        let window = Window::days(first, first + TimeDelta::days(31), Berlin);
        let found = self.office.store.read_here(|tx| {
            let own = calendar::default_calendar(tx, who)?;
            calendar::window(tx, who, &[own], &window)
        });
        let line = |entry: &calendar::Entry| {
            let at = DateTime::from_timestamp_millis(entry.starts_at.millis()).unwrap();
            let at = if entry.is_floating { at.naive_utc() } else { at.with_timezone(&Berlin).naive_local() };
            format!("{} {}", at.format("%d %H:%M"), entry.title)
        };
        found.unwrap().found.iter().map(line).collect()
    }

    fn own(&self, who: PersonId) -> CalendarId {
        self.office.store.read_here(|tx| calendar::default_calendar(tx, who)).unwrap()
    }
}

/// Presses the button of the toast that an answer leads to.
fn take_back(browser: &mut Browser, answer: &Answer) {
    let shown = follow(browser, answer);
    let page = browser.get(&shown);
    let undo = page.value_of("name=\"undo\" value=\"").expect("a toast with its button");
    assert!(page.body.contains("action=\"/calendar/undo\""), "{}", page.body);
    let csrf = page.csrf();
    let undone = browser.post("/calendar/undo", &[("csrf", &csrf), ("undo", &undo), ("back", "/calendar")]);
    assert_eq!(undone.status, 303, "{}", undone.body);
}

/// Where an answer leads, past the page that knows the view used last.
fn follow(browser: &mut Browser, answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    let to = answer.header("location").to_owned();
    if to.starts_with("/calendar?") { browser.get(&to).header("location").to_owned() } else { to }
}

fn weekly(office: &TestOffice, browser: &mut Browser) -> i64 {
    let rule = [("repeat", "weekly"), ("weekday", "TU"), ("repeat_ends", "count"), ("count", "4"), ("title", "Round")];
    made(office, browser, &lunch(&rule))
}

/// The names of the instances of a Tuesday's lunch in March 2027, in UTC.
const SECOND: &str = "20270316T110000Z";
const THIRD: &str = "20270323T110000Z";

#[test]
fn an_event_is_made_shown_changed_and_taken_back() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let page = anna.get("/calendar/event/new?at=2027-03-09T12:00");
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("value=\"2027-03-09\"") && page.body.contains("value=\"13:00\""), "{}", page.body);
    let more = [
        ("place", "Roma"),
        ("link", "https://meet.example.org/x?a=1&b=2"),
        ("notes", "See https://example.org/menu\n<b>bold</b>"),
        ("categories", "food, team"),
        ("reminder", "10"),
        ("private", "yes"),
    ];
    let id = made(&office, &mut anna, &lunch(&more));
    assert_eq!(office.march(office.anna), ["09 12:00 Lunch with Ben"]);
    let page = anna.get(&format!("/calendar/event/{id}"));
    assert_eq!(page.status, 200, "{}", page.body);
    for said in [
        "Lunch with Ben",
        "Tuesday, 9 March 2027, 12:00–13:00",
        "Roma",
        "href=\"https://example.org/menu\"",
        "&#60;b&#62;bold",
        "10 minutes before it begins",
        "food",
        "Others see only that the time is taken",
    ] {
        assert!(
            page.body.contains(said) || page.body.contains(&said.replace("&#60;", "&lt;").replace("&#62;", "&gt;")),
            "{said}: {}",
            page.body
        );
    }
    let form = anna.get(&format!("/calendar/event/{id}/edit"));
    let revision = form.value_of("name=\"revision\" value=\"").unwrap();
    let change = lunch(&[("title", "Dinner"), ("start_time", "19:00"), ("end_time", "21:00"), ("revision", &revision)]);
    let answer = post(&mut anna, &format!("/calendar/event/{id}/change"), &change);
    assert_eq!(office.march(office.anna), ["09 19:00 Dinner"]);
    take_back(&mut anna, &answer);
    assert_eq!(office.march(office.anna), ["09 12:00 Lunch with Ben"]);
    let answer = post(&mut anna, &format!("/calendar/event/{id}/delete"), &[]);
    assert!(office.march(office.anna).is_empty());
    take_back(&mut anna, &answer);
    assert_eq!(office.march(office.anna), ["09 12:00 Lunch with Ben"]);
}

#[test]
fn of_a_series_one_the_rest_or_all_are_changed() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let id = weekly(&office, &mut anna);
    assert_eq!(office.march(office.anna), ["09 12:00 Round", "16 12:00 Round", "23 12:00 Round", "30 12:00 Round"]);
    let asked = anna.get(&format!("/calendar/event/{id}/edit?instance={SECOND}"));
    assert!(asked.body.contains("comes more than once") && asked.body.contains("value=\"from\""), "{}", asked.body);
    let change = |anna: &mut Browser, scope: &str, fields: &[(&str, &str)]| {
        let form = anna.get(&format!("/calendar/event/{id}/edit?instance={SECOND}&scope={scope}"));
        let revision = form.value_of("name=\"revision\" value=\"").unwrap();
        let mut all = lunch(fields);
        all.extend([("scope", scope), ("instance", SECOND), ("revision", &revision)]);
        let csrf = form.csrf();
        all.push(("csrf", &csrf));
        anna.post(&format!("/calendar/event/{id}/change"), &all)
    };
    let on_16 =
        [("title", "Round, longer"), ("start_day", "2027-03-16"), ("end_day", "2027-03-16"), ("end_time", "15:00")];
    let answer = change(&mut anna, "only", &on_16);
    let marked = ["09 12:00 Round", "16 12:00 Round, longer", "23 12:00 Round", "30 12:00 Round"];
    assert_eq!(office.march(office.anna), marked);
    take_back(&mut anna, &answer);
    let rest = [
        ("title", "Late round"),
        ("start_day", "2027-03-16"),
        ("end_day", "2027-03-16"),
        ("start_time", "17:00"),
        ("end_time", "18:00"),
        ("repeat", "weekly"),
        ("weekday", "TU"),
        ("repeat_ends", "count"),
        ("count", "3"),
    ];
    let answer = change(&mut anna, "from", &rest);
    let late = ["09 12:00 Round", "16 17:00 Late round", "23 17:00 Late round", "30 17:00 Late round"];
    assert_eq!(office.march(office.anna), late);
    take_back(&mut anna, &answer);
    let all = [("title", "Circle"), ("repeat", "weekly"), ("weekday", "TU"), ("repeat_ends", "count"), ("count", "4")];
    change(&mut anna, "all", &all);
    assert!(office.march(office.anna).iter().all(|line| line.ends_with("12:00 Circle")));
}

#[test]
fn of_a_series_one_the_rest_or_all_are_deleted_and_come_back() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let id = weekly(&office, &mut anna);
    let delete = format!("/calendar/event/{id}/delete");
    let asked = post(&mut anna, &delete, &[("instance", SECOND)]);
    assert!(asked.status == 200 && asked.body.contains("Which do you want to delete?"), "{}", asked.body);
    for (scope, left) in [("only", vec!["09", "23", "30"]), ("from", vec!["09"]), ("all", vec![])] {
        let answer = post(&mut anna, &delete, &[("instance", SECOND), ("scope", scope)]);
        let days: Vec<String> = office.march(office.anna).iter().map(|line| line[..2].to_owned()).collect();
        assert_eq!(days, left, "{scope}");
        take_back(&mut anna, &answer);
        assert_eq!(office.march(office.anna).len(), 4, "{scope}");
    }
}

#[test]
fn a_dragged_event_keeps_the_zone_it_was_made_in() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let id = made(&office, &mut anna, &lunch(&[("start_zone", "America/New_York")]));
    assert_eq!(office.march(office.anna), ["09 18:00 Lunch with Ben"]);
    let to = [("starts", "2027-03-10T20:30"), ("ends", "2027-03-10T22:00"), ("scope", "only"), ("instance", "")];
    let answer = post(&mut anna, &format!("/calendar/event/{id}/move"), &to);
    assert_eq!(office.march(office.anna), ["10 20:30 Lunch with Ben"]);
    let text = office.text(office.anna, id);
    assert!(text.contains("DTSTART;TZID=America/New_York:20270310T143000"), "{text}");
    assert!(text.contains("DTEND;TZID=America/New_York:20270310T160000"), "{text}");
    take_back(&mut anna, &answer);
    assert_eq!(office.march(office.anna), ["09 18:00 Lunch with Ben"]);
    let days = [("starts", "2027-03-12"), ("ends", "2027-03-14")];
    post(&mut anna, &format!("/calendar/event/{id}/move"), &days);
    assert!(office.text(office.anna, id).contains("DTEND;VALUE=DATE:20270314"));
    let back = [("starts", "2027-03-12T09:00"), ("ends", "2027-03-12T10:00")];
    post(&mut anna, &format!("/calendar/event/{id}/move"), &back);
    assert_eq!(office.march(office.anna), ["12 09:00 Lunch with Ben"]);
}

#[test]
fn a_dragged_series_moves_one_the_rest_or_all_by_as_much() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let id = weekly(&office, &mut anna);
    let (path, to) =
        (format!("/calendar/event/{id}/move"), [("starts", "2027-03-17T14:00"), ("ends", "2027-03-17T15:00")]);
    let asked = post(&mut anna, &path, &[&to[..], &[("instance", SECOND)]].concat());
    assert!(asked.status == 200 && asked.body.contains("Which do you want to move?"), "{}", asked.body);
    let moved =
        |anna: &mut Browser, scope| post(anna, &path, &[&to[..], &[("instance", SECOND), ("scope", scope)]].concat());
    let answer = moved(&mut anna, "only");
    assert_eq!(office.march(office.anna), ["09 12:00 Round", "17 14:00 Round", "23 12:00 Round", "30 12:00 Round"]);
    take_back(&mut anna, &answer);
    let answer = moved(&mut anna, "from");
    assert_eq!(office.march(office.anna), ["09 12:00 Round", "17 14:00 Round", "24 14:00 Round", "31 14:00 Round"]);
    take_back(&mut anna, &answer);
    moved(&mut anna, "all");
    assert_eq!(office.march(office.anna), ["10 14:00 Round", "17 14:00 Round", "24 14:00 Round", "31 14:00 Round"]);
}

#[test]
fn what_is_not_ones_own_is_not_there_and_no_form_from_elsewhere_is_taken() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (signed_in(&office, "anna"), signed_in(&office, "ben"));
    let id = made(&office, &mut anna, &LUNCH);
    let at = format!("/calendar/event/{id}");
    for path in
        [at.clone(), format!("{at}/edit"), format!("{at}/duplicate"), format!("{at}/event.ics"), format!("{at}/file/0")]
    {
        assert_eq!(ben.get(&path).status, 404, "{path}");
    }
    for (deed, fields) in
        [("delete", vec![]), ("move", vec![("starts", "2027-03-12"), ("ends", "2027-03-13")]), ("done", vec![])]
    {
        assert_eq!(post(&mut ben, &format!("{at}/{deed}"), &fields).status, 404, "{deed}");
    }
    // What is not there is offered to be made anew, in one's own calendar.
    assert_eq!(post(&mut ben, &format!("{at}/change"), &LUNCH).status, 422);
    let into_annas = office.own(office.anna).to_string();
    let refused = post(&mut ben, "/calendar/event", &lunch(&[("calendar", &into_annas)]));
    assert!(refused.status == 422 && refused.body.contains("that you may write to"), "{}", refused.body);
    for deed in ["change", "move", "delete", "done"] {
        assert_eq!(anna.post(&format!("{at}/{deed}"), &LUNCH).status, 403, "{deed}");
    }
    for path in ["/calendar/event", "/calendar/undo", "/calendar/calendars", "/settings/calendar"] {
        assert_eq!(anna.post(path, &LUNCH).status, 403, "{path}");
    }
    let share = format!("/calendar/calendars/{into_annas}/share");
    let fields = [("with", format!("p{}", office.ben)), ("rights", "write".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(post(&mut ben, &share, &fields).status, 403, "nobody gives himself rights");
    assert_eq!(office.march(office.anna), ["09 12:00 Lunch with Ben"]);
    let undo = post(&mut anna, &format!("{at}/delete"), &[]);
    let undo = undo.header("location").split("undo=").nth(1).unwrap().to_owned();
    assert_eq!(post(&mut ben, "/calendar/undo", &[("undo", &undo)]).status, 409, "not his to take back");
}

#[test]
fn a_form_that_cannot_be_taken_comes_back_with_all_that_was_typed() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let typed = [
        ("title", ""),
        ("end_time", "11:00"),
        ("place", "Room <3>"),
        ("notes", "Do not lose me."),
        ("guests", "ben, carla@"),
        ("repeat", "daily"),
        ("repeat_ends", "until"),
        ("until", "2026-01-01"),
        ("reminder", "60"),
        ("private", "yes"),
    ];
    let answer = post(&mut anna, "/calendar/event", &lunch(&typed));
    assert_eq!(answer.status, 422);
    for kept in [
        "id=\"errors\"",
        "Do not lose me.",
        "Room &#60;3&#62;",
        "ben, carla@",
        "value=\"11:00\"",
        "value=\"2026-01-01\"",
        "id=\"title-error\"",
        "id=\"end_time-error\"",
        "id=\"guests-error\"",
        "id=\"until-error\"",
        "value=\"60\" selected",
        "name=\"private\" value=\"yes\" checked",
    ] {
        let other = kept.replace("&#60;", "&lt;").replace("&#62;", "&gt;");
        assert!(answer.body.contains(kept) || answer.body.contains(&other), "{kept}: {}", answer.body);
    }
    assert!(office.march(office.anna).is_empty());
}

#[test]
fn who_was_overtaken_is_told_so_and_may_save_again() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let id = made(&office, &mut anna, &LUNCH);
    let path = format!("/calendar/event/{id}/change");
    let revision = anna.get(&format!("/calendar/event/{id}/edit")).value_of("name=\"revision\" value=\"").unwrap();
    let first = lunch(&[("title", "Brunch"), ("revision", &revision)]);
    assert_eq!(post(&mut anna, &path, &first).status, 303);
    let late = lunch(&[("title", "Supper"), ("revision", &revision)]);
    let answer = post(&mut anna, &path, &late);
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("changed this meanwhile") && answer.body.contains("Brunch"), "{}", answer.body);
    assert!(answer.body.contains("value=\"Supper\""), "{}", answer.body);
    let now = answer.value_of("name=\"revision\" value=\"").unwrap();
    assert_eq!(post(&mut anna, &path, &lunch(&[("title", "Supper"), ("revision", &now)])).status, 303);
    assert_eq!(office.march(office.anna), ["09 12:00 Supper"]);
}

#[test]
fn hostile_values_are_refused_or_made_harmless() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let crowd: Vec<String> = (0..10_000).map(|number| format!("g{number}@example.com")).collect();
    let (crowd, novel) = (crowd.join(","), "x".repeat(1024 * 1024));
    let refused = [
        ("start_day", "0001-01-01"),
        ("end_day", "9999-12-31"),
        ("end_day", "2027-03-08"),
        ("start_day", "2027-02-30"),
        ("start_time", "99:99"),
        ("start_zone", "Mars/Olympus"),
        ("guests", &crowd),
        ("notes", &novel),
        ("link", "javascript:alert(1)"),
        ("reminder", "-5"),
        ("repeat", "secondly"),
        ("calendar", "999999"),
    ];
    for (name, value) in refused {
        let answer = post(&mut anna, "/calendar/event", &lunch(&[(name, value)]));
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.body.contains("id=\"errors\""), "{name}");
    }
    let forged = [("repeat", "custom"), ("rule", "FREQ=DAILY\r\nATTENDEE:mailto:x@example.com")];
    assert_eq!(post(&mut anna, "/calendar/event", &lunch(&forged)).status, 303);
    let id = newest(&office);
    let text = office.text(office.anna, id);
    let event = text.split("BEGIN:VEVENT").last().unwrap();
    assert!(!event.contains("ATTENDEE") && !event.contains("RRULE"), "{text}");
    let odd = [
        ("title", "a\0b\r\nX-EVIL:1 \u{202e}gnp.exe"),
        ("notes", "\0\u{7}END:VEVENT\nBEGIN:VALARM"),
        ("place", "x\ny"),
    ];
    let id = made(&office, &mut anna, &lunch(&odd));
    let text = office.text(office.anna, id);
    assert!(!text.contains('\0') && !text.contains("\r\nX-EVIL") && text.matches("END:VEVENT").count() == 2, "{text}");
    let page = anna.get(&format!("/calendar/event/{id}"));
    assert!(
        page.body.contains("<h1 id=\"event-title\" dir=\"auto\">"),
        "a title cannot turn the words around it: {}",
        page.body
    );
    for path in [
        "/calendar/event/1?instance=%00",
        "/calendar/event/99999999999999999999",
        "/calendar/event/new?at=9999-99-99T99:99&end=x",
    ] {
        assert!([200, 404].contains(&anna.get(path).status), "{path}");
    }
}

#[test]
fn a_delegate_invites_in_the_owners_name_and_says_so() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (signed_in(&office, "anna"), signed_in(&office, "ben"));
    let annas = office.own(office.anna);
    let (share, with) = (format!("/calendar/calendars/{annas}/share"), format!("p{}", office.ben));
    assert_eq!(post(&mut anna, &share, &[("with", &with), ("rights", "write")]).status, 303);
    let into = annas.to_string();
    let invited = lunch(&[("calendar", &into), ("guests", "carol@else.example")]);
    let refused = post(&mut ben, "/calendar/event", &invited);
    assert!(
        refused.status == 422 && refused.body.contains("You may not invite people in the name of Anna Arnold."),
        "{}",
        refused.body
    );
    let plain = made(&office, &mut ben, &lunch(&[("calendar", &into)]));
    assert_eq!(office.march(office.anna), ["09 12:00 Lunch with Ben"]);
    assert!(anna.get(&format!("/calendar/event/{plain}")).body.contains("Ben Bauer,"), "who made it is told");
    assert_eq!(post(&mut anna, &share, &[("with", &with), ("rights", "act")]).status, 303);
    let answer = post(&mut ben, "/calendar/event", &invited);
    let text = office.text(office.anna, newest(&office));
    assert!(text.contains(&format!("mailto:{ANNA}")) && text.contains("SENT-BY=\"mailto:ben@example.org\""), "{text}");
    // Taken back in time, the invitation never leaves.
    take_back(&mut ben, &answer);
}

#[test]
fn calendars_are_made_named_shared_preferred_and_removed() {
    let office = TestOffice::open();
    office.group("team", vec![office.ben]);
    let (mut anna, mut ben) = (signed_in(&office, "anna"), signed_in(&office, "ben"));
    assert_eq!(post(&mut anna, "/calendar/calendars", &[("name", " ")]).status, 422);
    let made = post(&mut anna, "/calendar/calendars", &[("name", "Projects"), ("hue", "2"), ("pattern", "1")]);
    let at = made.header("location").split('?').next().unwrap().to_owned();
    assert!(anna.get(&at).body.contains("Projects"));
    let id = CalendarId::new(at.rsplit('/').next().unwrap().parse().unwrap());
    let rights = |who: PersonId| match office.office.store.read_here(|tx| calendar::access(tx, who, id)) {
        Ok(access) => access.rights,
        Err(CalendarError::NoCalendar) => Rights::Nothing,
        Err(error) => panic!("{error}"),
    };
    assert_eq!(rights(office.ben), Rights::Busy);
    assert_eq!(post(&mut anna, &at, &[("name", "Secret"), ("open", "nothing")]).status, 303);
    assert_eq!((rights(office.ben), ben.get(&at).status), (Rights::Nothing, 404));
    let group = office.office.store.read_here(people::groups).unwrap()[0].id;
    assert_eq!(
        post(&mut anna, &format!("{at}/share"), &[("with", &format!("g{group}")), ("rights", "read")]).status,
        303
    );
    assert_eq!(rights(office.ben), Rights::Read);
    assert!(anna.get(&at).body.contains("team (group)"));
    assert_eq!(post(&mut ben, &at, &[("name", "Mine now"), ("open", "write")]).status, 403);
    assert_eq!(post(&mut ben, &format!("{at}/remove"), &[]).status, 403);
    assert_eq!(post(&mut anna, &format!("{at}/look"), &[("hue", "8"), ("pattern", "3")]).status, 303);
    assert!(anna.get(&at).body.contains("value=\"8\" checked"));
    assert_eq!(post(&mut anna, &format!("{at}/default"), &[]).status, 303);
    assert_eq!(office.own(office.anna), id);
    assert_eq!(post(&mut anna, &format!("{at}/remove"), &[]).status, 403, "invitations go there");
    let liked = [("duration", "30"), ("reminder", ""), ("week_start", "sun"), ("calendar", "1")];
    assert_eq!(post(&mut anna, "/settings/calendar", &liked).status, 303);
    assert_eq!(office.own(office.anna), CalendarId::new(1));
    let form = anna.get("/calendar/event/new?at=2027-03-09T12:00");
    assert!(form.body.contains("value=\"12:30\""), "{}", form.body);
    let asked = anna.get(&format!("{at}/remove"));
    assert!(
        asked.body.contains("Remove the calendar “Secret”?") && asked.body.contains(".ics\" download"),
        "{}",
        asked.body
    );
    assert_eq!(post(&mut anna, &format!("{at}/remove"), &[]).status, 303);
    assert_eq!(anna.get(&at).status, 404);
    let made = post(&mut ben, "/calendar/calendars", &[("name", "Ours"), ("group", &group.to_string())]);
    assert_eq!(made.status, 303, "{}", made.body);
}

#[test]
fn a_task_is_made_and_done_and_one_that_comes_back_moves_on() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let task =
        [("kind", "task"), ("title", "Pay rent"), ("end_day", "2027-03-01"), ("all_day", "yes"), ("priority", "1")];
    let id = made(&office, &mut anna, &task);
    let page = anna.get(&format!("/calendar/event/{id}"));
    assert!(page.body.contains("Due Monday, 1 March 2027") && page.body.contains("urgent"), "{}", page.body);
    let done = post(&mut anna, &format!("/calendar/event/{id}/done"), &[("done", "yes")]);
    assert!(office.text(office.anna, id).contains("STATUS:COMPLETED"));
    take_back(&mut anna, &done);
    assert!(!office.text(office.anna, id).contains("STATUS:COMPLETED"));
    let monthly = [&task[..], &[("repeat", "monthly")]].concat();
    let id = made(&office, &mut anna, &monthly);
    post(&mut anna, &format!("/calendar/event/{id}/done"), &[("done", "yes")]);
    let text = office.text(office.anna, id);
    assert!(text.contains("DUE;VALUE=DATE:20270401") && !text.contains("COMPLETED"), "{text}");
}

#[test]
fn files_in_an_event_are_saved_and_never_shown() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:f@x\r\nDTSTAMP:20260101T000000Z\r\n\
        DTSTART:20270309T110000Z\r\nSUMMARY:Files\r\nATTACH:https://example.org/plan\r\n\
        ATTACH;ENCODING=BASE64;VALUE=BINARY;FILENAME=\"../a.html\":PHNjcmlwdD4=\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let item = ical::item(text).unwrap();
    let now = office.office.clock.now();
    let (who, own) = (office.anna, office.own(office.anna));
    let kept = office.office.store.write(move |tx| calendar::put(tx, who, own, &Prepared::new(item, now), Expect::New));
    let id = office.runtime.block_on(kept).unwrap().id;
    let page = anna.get(&format!("/calendar/event/{id}"));
    assert!(page.body.contains("href=\"https://example.org/plan\"") && page.body.contains("a.html"), "{}", page.body);
    let file = anna.get(&format!("/calendar/event/{id}/file/1"));
    assert_eq!((file.status, file.body.as_str()), (200, "<script>"));
    assert!(file.header("content-disposition").starts_with("attachment"), "{:?}", file.headers);
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-security-policy").contains("sandbox"), "{:?}", file.headers);
    let ics = anna.get(&format!("/calendar/event/{id}/event.ics"));
    assert!(
        ics.header("content-disposition").starts_with("attachment") && ics.body.contains("UID:f@x"),
        "{}",
        ics.body
    );
    assert_eq!(anna.get(&format!("/calendar/event/{id}/file/0")).status, 404, "a link is not fetched");
}

#[test]
fn the_pages_of_a_series_lead_from_one_to_the_next() {
    let office = TestOffice::open();
    let mut anna = signed_in(&office, "anna");
    let id = weekly(&office, &mut anna);
    let page = anna.get(&format!("/calendar/event/{id}?instance={SECOND}"));
    assert!(page.body.contains("Tuesday, 16 March 2027, 12:00–13:00"), "{}", page.body);
    assert!(page.body.contains("rel=\"prev\"") && page.body.contains(&format!("instance={THIRD}")), "{}", page.body);
    assert_eq!(anna.get(&format!("/calendar/event/{id}?instance=20270317T110000Z")).status, 404);
}
