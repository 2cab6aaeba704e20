//! Strangers who ask for an account, where the office lets them, and those who decide.

use crate::http::{Answer, Browser, post};
use crate::office::{PASSWORD, TestOffice};
use crate::program::{self, done};
use hailstone::domain::audit::{self, Wanted};
use hailstone::domain::people;
use hailstone::kernel::limits;

const ASKING: &str = "/admin/people/asking";

/// Fills in the form for strangers.
fn ask(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.get("/register").csrf();
    browser.post("/register", &[&[("csrf", csrf.as_str())], fields].concat())
}

fn wish<'a>(name: &'a str, full_name: &'a str) -> [(&'a str, &'a str); 4] {
    [("name", name), ("full_name", full_name), ("password", PASSWORD), ("words", "From the Graz branch")]
}

impl TestOffice {
    /// A stranger asks for an account.
    pub fn ask_for_account(&self, name: &str, full_name: &str) {
        let answer = ask(&mut self.browser(), &wish(name, full_name));
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    fn asking(&self) -> Vec<people::Registration> {
        self.office.store.read_here(people::registrations).unwrap()
    }

    fn sign_in(&self, name: &str) -> u16 {
        let mut browser = self.browser();
        let csrf = browser.get("/login").csrf();
        browser.post("/login", &[("username", name), ("password", PASSWORD), ("csrf", &csrf)]).status
    }
}

#[test]
fn nobody_asks_before_the_office_lets_them_nor_after() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let (mut stranger, mut late) = (office.browser(), office.browser());
    assert!(!stranger.get("/login").body.contains("/register"));
    assert_eq!(stranger.get("/register").status, 404);
    assert_eq!(post(&mut anna, ASKING, &[("open", "on")]).status, 303);
    assert!(stranger.get("/login").body.contains("href=\"/register\""));
    let csrf = late.get("/register").csrf();
    assert_eq!(post(&mut anna, ASKING, &[]).status, 303);
    let fields = [&[("csrf", csrf.as_str())][..], &wish("carl", "Carl Cohn")].concat();
    assert_eq!(late.post("/register", &fields).status, 404, "a form that was open still");
    assert!(office.asking().is_empty());
    assert_eq!(post(&mut office.signed_in("ben"), ASKING, &[("open", "on")]).status, 403);
}

#[test]
fn who_asks_has_no_account_until_somebody_lets_them_in() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    post(&mut anna, ASKING, &[("open", "on")]);
    office.ask_for_account("Carl", "Carl <b>Cohn</b>");
    office.ask_for_account("dora", "Dora Dorn");
    assert_eq!(office.sign_in("carl"), 422, "who waits cannot sign in");
    assert!(
        anna.get("/admin").body.contains(
            "2 people ask for an account</span><a class=\"btn small\" href=\"/admin/people/asking\">Decide</a>"
        )
    );
    let page = anna.get(ASKING).body;
    assert!(page.contains("Carl &#60;b&#62;Cohn") && page.contains("From the Graz branch"), "{page}");
    let [carl, dora] = office.asking().try_into().unwrap();
    assert!(carl.asked.password.starts_with("$argon2id$"), "the password itself is kept nowhere");
    let admitted = post(&mut anna, &format!("{ASKING}/{}/admit", carl.id), &[]);
    assert!(admitted.status == 303 && admitted.header("location").starts_with("/admin/people/"), "{}", admitted.body);
    assert_eq!(post(&mut anna, &format!("{ASKING}/{}/refuse", dora.id), &[]).status, 303);
    assert_eq!((office.sign_in("carl"), office.sign_in("dora")), (303, 422));
    let again = post(&mut anna, &format!("{ASKING}/{}/admit", carl.id), &[]);
    assert_eq!(again.status, 422, "another administrator was faster");
    let acts = office.office.store.read_here(|tx| audit::entries(tx, &Wanted::default(), 10)).unwrap();
    let acts: Vec<&str> = acts.iter().map(|entry| entry.act.as_str()).collect();
    assert_eq!(acts[..3], ["person.refuse", "person.add", "setting"]);
    assert!(!anna.get("/admin").body.contains("Decide</a>"));
}

#[test]
fn which_names_are_taken_is_told_to_those_who_decide_alone() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    post(&mut anna, ASKING, &[("open", "on")]);
    office.ask_for_account("ben", "Another Ben");
    let id = office.asking()[0].id;
    let refused = post(&mut anna, &format!("{ASKING}/{id}/admit"), &[]);
    assert!(refused.status == 422 && refused.body.contains("ben@example.org is taken"), "{}", refused.body);
    assert_eq!(office.asking().len(), 1, "whoever asks waits on");
    let mut stranger = office.browser();
    for (name, password, told) in [
        ("carl cohn", PASSWORD, "A name has 1 to 64 letters"),
        ("", PASSWORD, "A name has 1 to 64 letters"),
        ("carl", "short", "A password has at least"),
    ] {
        let answer = ask(&mut stranger, &[("name", name), ("full_name", "Carl"), ("password", password)]);
        assert!(answer.status == 422 && answer.body.contains(told), "{name}: {}", answer.body);
        assert!(!answer.body.contains(PASSWORD), "what was typed as a password is not shown again");
    }
    let foreign = stranger.post("/register", &wish("carl", "Carl"));
    assert_eq!(foreign.status, 403, "a form of somebody else's");
}

#[test]
fn a_flood_of_wishes_stops_where_it_comes_from() {
    let office = TestOffice::open();
    post(&mut office.signed_in("anna"), ASKING, &[("open", "on")]);
    for number in 0..limits::REGISTRATIONS_OF_ADDRESS {
        office.ask_for_account(&format!("carl{number}"), "Carl Cohn");
    }
    let answer = ask(&mut office.browser(), &wish("carl", "Carl Cohn"));
    assert!(answer.status == 422 && answer.body.contains("Many wait to be let in already"), "{}", answer.body);
    assert_eq!(i64::try_from(office.asking().len()).unwrap(), limits::REGISTRATIONS_OF_ADDRESS);
}

#[test]
fn the_command_line_decides_too() {
    let office = TestOffice::open();
    let file = office.office.store.path().to_owned();
    let data = file.parent().unwrap();
    done(data, &["setting", "set", "signin.registration", "ask"], "");
    office.ask_for_account("carl", "Carl Cohn");
    office.ask_for_account("dora", "Dora Dorn");
    let asking = done(data, &["user", "asking"], "");
    assert!(
        asking.lines().count() == 2 && asking.contains("carl Carl Cohn (127.0.0.1) From the Graz branch"),
        "{asking}"
    );
    done(data, &["user", "admit", "1"], "");
    done(data, &["user", "refuse", "2"], "");
    assert_eq!((office.sign_in("carl"), office.sign_in("dora")), (303, 422));
    assert!(!program::run(data, &["user", "admit", "2"], "").status.success());
}
