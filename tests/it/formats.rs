//! Times and dates as each reader has them written: everywhere, at once, and nowhere else.

use crate::http::{Answer, Browser, post};
use crate::office::{ANNA, TestOffice, smtp_send};
use hailstone::domain::audit::Actor;
use hailstone::services::brand::{self, Changes};

/// Blanks that do not break are blanks here.
fn page(browser: &mut Browser, path: &str) -> String {
    let page = browser.get(path);
    assert_eq!(page.status, 200, "{path}");
    page.body.replace('\u{a0}', " ")
}

fn like(browser: &mut Browser, clock: &str, dates: &str) -> Answer {
    let look = [("keys", "on"), ("zone", "Europe/Berlin"), ("clock", clock), ("dates", dates)];
    post(browser, "/settings/look", &look)
}

fn of_the_office(office: &TestOffice, clock: &str, dates: &str) {
    let values = vec![("clock".to_owned(), clock.to_owned()), ("dates".to_owned(), dates.to_owned())];
    let changes = Changes { values, ..Changes::default() };
    office.runtime.block_on(brand::change(&office.office, &Actor::console(), changes)).unwrap();
}

const VISIT: [(&str, &str); 6] = [
    ("title", "Visit of the council"),
    ("start_day", "2027-03-09"),
    ("start_time", "14:30"),
    ("end_day", "2027-03-09"),
    ("end_time", "16:00"),
    ("start_zone", "Europe/Berlin"),
];

#[test]
fn each_reader_has_times_and_dates_as_they_like_them() {
    let office = TestOffice::unhurried();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    for browser in [&mut anna, &mut ben] {
        browser.cookies.insert("tz".to_owned(), "Europe/Berlin".to_owned());
    }
    let guests: Vec<_> = VISIT.into_iter().chain([("guests", "ben@example.org")]).collect();
    assert_eq!(post(&mut anna, "/calendar/event", &guests).status, 303);
    assert_eq!(like(&mut anna, "12", "slashes").status, 303);

    let own = page(&mut anna, "/calendar/day/2027-03-09");
    for words in ["Tuesday, 3/9/2027", "2:30 pm", ">9 am<", ">12 pm<"] {
        assert!(own.contains(words), "{words}");
    }
    assert!(page(&mut anna, "/calendar/week/2027-03-09").contains("3/8 – 3/14/2027"));
    assert!(page(&mut anna, "/calendar/agenda/2027-03-09").contains("2:30 pm–4:00 pm"));
    let event = page(&mut anna, "/search?in=calendar&q=council");
    assert!(event.contains("Tuesday, 3/9/2027"), "{event}");
    // The same for whoever chose nothing is as the office has it.
    let others = page(&mut ben, "/calendar/day/2027-03-09");
    assert!(others.contains("Tuesday, 9 March 2027") && others.contains("14:30") && others.contains(">09:00<"));

    // A choice goes with the person into every browser, and is gone for nobody else.
    let mut elsewhere = office.signed_in("anna");
    assert!(page(&mut elsewhere, "/calendar/day/2027-03-09").contains("2:30"), "no zone, but the clock");
    assert!(page(&mut elsewhere, "/settings/look").contains("<option value=\"12\" selected>"));

    // Forms speak as browsers do, whatever the reader likes.
    let href = event.split("href=\"").find(|rest| rest.starts_with("/calendar/event/")).unwrap();
    let id = href["/calendar/event/".len()..].split(['?', '"']).next().unwrap();
    let form = page(&mut anna, &format!("/calendar/event/{id}/edit"));
    assert!(form.contains("value=\"2027-03-09\"") && form.contains("value=\"14:30\""));
    let ics = anna.get(&format!("/calendar/event/{id}/event.ics"));
    assert!(ics.body.contains("20270309T143000"), "{}", ics.body);
}

#[test]
fn the_office_says_how_for_those_who_chose_nothing() {
    let office = TestOffice::unhurried();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    like(&mut anna, "24", "dashes");
    ben.cookies.insert("tz".to_owned(), "Europe/Berlin".to_owned());
    let old = b"From: c@else.example\r\nTo: anna@example.org, ben@example.org\r\nSubject: Old\r\nMessage-ID: <o@x>\r\n\r\nHi\r\n";
    assert!(smtp_send(office.door("smtp"), "<c@else.example>", &[ANNA, "ben@example.org"], old).starts_with("250"));
    of_the_office(&office, "12", "dots");
    let title = |browser: &mut Browser| page(browser, "/calendar/day/2027-12-24");
    assert!(title(&mut ben).contains("Friday, 24.12.2027") && title(&mut ben).contains(">1 pm<"));
    assert!(title(&mut anna).contains("Friday, 2027-12-24") && title(&mut anna).contains(">13:00<"));
    let inbox = page(&mut ben, "/mail/inbox");
    assert!(inbox.contains(" am</time>") || inbox.contains(" pm</time>"), "{inbox}");
    assert!(page(&mut ben, "/settings/look").contains("The office writes 2:05 pm and 28.11.2026"));
    // Back to what the office has.
    like(&mut anna, "", "");
    assert!(title(&mut anna).contains("Friday, 24.12.2027"));
    let form = page(&mut anna, "/admin/brand");
    assert!(form.contains("<option value=\"dots\" selected>") && form.contains("<option value=\"12\" selected>"));
}

#[test]
fn ways_of_writing_that_there_are_not_change_nothing() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");
    like(&mut anna, "12", "dots");
    for (clock, dates) in [("13", "%d"), ("<b>", "words'"), ("24 ", "DOTS")] {
        assert_eq!(like(&mut anna, clock, dates).status, 303);
        let shown = page(&mut anna, "/settings/look");
        assert!(shown.contains("As the office has it") && !shown.contains("value=\"12\" selected"), "{clock} {dates}");
    }
    let brand = [("company", "Example & Sons"), ("clock", "25"), ("dates", "stars")];
    let refused = post(&mut anna, "/admin/brand", &brand);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("This takes one of: 24, 12"), "{}", refused.body);
    assert!(page(&mut anna, "/calendar/day/2027-12-24").contains("24 December 2027"));
}
