//! The set-up once the office is there: each step taken, passed over, left and come back to, by administrators alone.

use crate::http::{Browser, post};
use crate::office::TestOffice;
use hailstone::domain::settings;
use hailstone::services::setup::{self, Step};

fn left(office: &TestOffice) -> Vec<Step> {
    office.office.store.read_here(setup::left).unwrap()
}

fn take(browser: &mut Browser, step: &str) -> String {
    post(browser, "/setup/step", &[("step", step)]).header("location").to_owned()
}

#[test]
fn each_step_is_taken_or_passed_over_until_none_is_left() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");
    assert_eq!(left(&office), Step::ALL);
    let overview = anna.get("/admin").body;
    assert!(overview.contains("The set-up can go on") && overview.contains("href=\"/setup/look\""));

    let look = anna.get("/setup/look").body;
    assert!(look.contains("aria-current=\"step\"") && look.contains("id=\"preview\""));
    let refused = post(&mut anna, "/setup/look", &[("colour", "mauve")]);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("id=\"colour-hint\"") && refused.body.contains("value=\"mauve\""));
    assert_eq!(left(&office).len(), 4, "nothing was taken");
    assert_eq!(post(&mut anna, "/setup/look", &[("colour", "#8b2a5b")]).header("location"), "/setup/doors");
    let accent = office.office.store.read_here(settings::brand).unwrap().accent;
    assert_ne!(accent.hue, 245);

    let doors = anna.get("/setup/doors").body;
    for words in ["mail.example.org", "tls.acme.directory", "tls.certificate", "web.trusted_proxies"] {
        assert!(doors.contains(words), "{words}");
    }
    // Out of their order, and twice.
    assert_eq!([take(&mut anna, "people"), take(&mut anna, "people")], ["/setup/check", "/setup/check"]);
    assert_eq!(left(&office), [Step::Doors, Step::Names]);
    assert_eq!([take(&mut anna, "doors"), take(&mut anna, "names")], ["/setup/people", "/today"]);
    assert!(left(&office).is_empty() && !anna.get("/admin").body.contains("The set-up can go on"));
    // What is done can be looked at again.
    assert_eq!(anna.get("/setup/people").status, 200);
}

#[test]
fn the_first_people_come_by_the_list_and_the_set_up_goes_on() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");
    let list = [("text", "dora, Dora Dorn\nemil@example.org, Emil Ernst"), ("sure", "yes")];
    let report = post(&mut anna, "/admin/people/import", &list).body;
    assert!(report.contains("/welcome/") && report.contains("Go on with the set-up"));
    take(&mut anna, "people");
    let later = post(&mut anna, "/admin/people/import", &[("text", "fritz"), ("sure", "yes")]).body;
    assert!(later.contains("Show everybody") && !later.contains("Go on with the set-up"));
}

#[test]
fn the_list_of_records_tells_how_each_stands() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");
    let list = anna.get("/setup/check").body;
    assert!(list.contains("data-state=\"not looked yet\"") && list.contains("v=spf1") && list.contains("data-copy="));
    assert_eq!(post(&mut anna, "/setup/check", &[]).header("location"), "/setup/check?done=looked");
    assert!(anna.get("/setup/check").body.contains("Check again"));
}

#[test]
fn nobody_else_takes_a_step() {
    let office = TestOffice::unhurried();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    for path in ["/setup/look", "/setup/doors", "/setup/people", "/setup/check"] {
        assert_eq!(ben.get(path).status, 403, "{path}");
    }
    assert_eq!(post(&mut ben, "/setup/step", &[("step", "look")]).status, 403);
    assert_eq!(post(&mut ben, "/setup/look", &[("colour", "#ff0000")]).status, 403);
    for step in ["", "office", "look doors", "<b>"] {
        assert_eq!(post(&mut anna, "/setup/step", &[("step", step)]).status, 404, "{step}");
    }
    assert_eq!(left(&office), Step::ALL);
    assert!(matches!(office.browser().get("/setup?code=0123456789abcdef").status, 403 | 404), "the link is dead");
}
