//! The second factor and the passwords of programs: in a browser, and at the door for mail programs.

use crate::http::{Answer, Browser, post};
use crate::office::{PASSWORD, TestOffice};
use hailstone::domain::people::{self, Factor};
use hailstone::domain::policy::{self, Act};
use hailstone::format::totp;
use hailstone::kernel::clock::Moment;
use hailstone::kernel::id::PersonId;
use hailstone::kernel::secret::Secret;
use hailstone::services::signin::{self, SigninError};
use std::net::{IpAddr, Ipv4Addr};

const FROM: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

/// The digits of a step from now.
fn digits(factor: &Factor, step: i64) -> String {
    totp::digits(&factor.secret, office_step() + step)
}

fn office_step() -> i64 {
    hailstone::kernel::clock::Clock::Wall.now().millis().div_euclid(30_000)
}

impl TestOffice {
    pub fn factor(&self, who: PersonId) -> Factor {
        self.office.store.read_here(|tx| people::factor(tx, who)).unwrap().expect("a factor")
    }

    /// Sets a second factor up as its person does, and gives the words for paper.
    pub fn set_factor(&self, browser: &mut Browser, who: PersonId) -> Vec<String> {
        assert_eq!(post(browser, "/settings/factor/begin", &[]).status, 303);
        let step = self.office.clock.now().millis().div_euclid(30_000) - 1;
        let code = totp::digits(&self.factor(who).secret, step);
        let page = post(browser, "/settings/factor/confirm", &[("code", &code)]);
        assert_eq!(page.status, 200, "{}", page.body);
        let list = page.body.split("codes\">").nth(1).unwrap().split("</ul>").next().unwrap();
        list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect()
    }

    /// Shows the password, and gives the browser and the page that asks for more.
    pub fn with_password(&self, name: &str) -> (Browser, Answer) {
        let mut browser = self.browser();
        let page = browser.get("/login");
        let answer = browser.post("/login", &[("username", name), ("password", PASSWORD), ("csrf", &page.csrf())]);
        (browser, answer)
    }

    fn policy(&self, value: &'static str) {
        let write = self.office.store.write(move |tx| policy::set(tx, Act::SecondFactor, None, value));
        self.runtime.block_on(write).unwrap();
    }

    fn program(&self, password: &str) -> Result<(), SigninError> {
        let password = Secret::new(password.to_owned());
        self.runtime.block_on(signin::check_program(&self.office, "ben", password, FROM)).map(drop)
    }
}

pub fn second(browser: &mut Browser, asked: &Answer, code: &str) -> Answer {
    let hidden = |name: &str| asked.value_of(&format!("name=\"{name}\" value=\"")).unwrap();
    let names = ["csrf", "next", "who", "until", "proof"];
    let values: Vec<String> = names.iter().map(|name| hidden(name)).collect();
    let mut fields: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
    fields.push(("code", code));
    browser.post("/login/code", &fields)
}

#[test]
fn after_the_password_the_digits_are_asked_for_and_each_is_taken_once() {
    let office = TestOffice::open();
    office.set_factor(&mut office.signed_in("ben"), office.ben);
    let code = digits(&office.factor(office.ben), 0);
    let (mut browser, asked) = office.with_password("ben");
    assert_eq!(asked.status, 200);
    assert_eq!(browser.get("/today").status, 303, "the password alone opens nothing");
    assert_eq!(second(&mut browser, &asked, "000000").status, 422);
    assert_eq!(second(&mut browser, &asked, &code).status, 303);
    assert_eq!(browser.get("/today").status, 200);
    let (mut again, asked) = office.with_password("ben");
    assert_eq!(second(&mut again, &asked, &code).status, 422, "the same digits once more");
}

#[test]
fn a_word_on_paper_lets_in_once() {
    let office = TestOffice::open();
    let words = office.set_factor(&mut office.signed_in("ben"), office.ben);
    assert_eq!(words.len(), 10);
    let (mut browser, asked) = office.with_password("ben");
    let typed = words[3].to_uppercase().replace('-', " ");
    assert_eq!(second(&mut browser, &asked, &typed).status, 303);
    let (mut again, asked) = office.with_password("ben");
    assert_eq!(second(&mut again, &asked, &words[3]).status, 422);
    assert_eq!(second(&mut again, &asked, &words[4]).status, 303);
}

#[test]
fn nobody_gets_to_the_second_step_without_the_first() {
    let office = TestOffice::open();
    office.set_factor(&mut office.signed_in("ben"), office.ben);
    let (mut browser, asked) = office.with_password("ben");
    let anna = office.anna.to_string();
    let hidden = |name: &str| asked.value_of(&format!("name=\"{name}\" value=\"")).unwrap();
    let forged = [
        ("csrf", hidden("csrf")),
        ("who", anna),
        ("until", hidden("until")),
        ("proof", hidden("proof")),
        ("code", "000000".to_owned()),
    ];
    let forged: Vec<(&str, &str)> = forged.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post("/login/code", &forged).status, 403);
}

#[test]
fn guessing_digits_is_slowed_down() {
    let office = TestOffice::open();
    office.set_factor(&mut office.signed_in("ben"), office.ben);
    let (mut browser, asked) = office.with_password("ben");
    let tries: Vec<u16> = (0..15).map(|_| second(&mut browser, &asked, "000000").status).collect();
    assert_eq!(tries.first(), Some(&422));
    assert_eq!(tries.last(), Some(&429), "{tries:?}");
}

#[test]
fn a_policy_leads_to_the_page_that_sets_it_up_and_nowhere_else() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    office.policy("admins");
    assert_eq!(ben.get("/today").status, 200);
    let led = anna.get("/mail/inbox");
    assert_eq!((led.status, led.header("location")), (303, "/settings/factor"));
    assert!(anna.get("/settings/factor").body.contains("asks you for a second factor"));
    let csrf = anna.get("/settings/factor").csrf();
    assert_eq!(anna.post("/presence", &[("csrf", &csrf), ("show", "busy")]).header("location"), "/settings/factor");
    office.set_factor(&mut anna, office.anna);
    assert_eq!(anna.get("/mail/inbox").status, 200);
    office.policy("everyone");
    assert_eq!(ben.get("/today").status, 303);
    let (_, answer) = office.with_password("ben");
    assert_eq!(answer.status, 303, "who has none yet gets in to set it up");
}

#[test]
fn taking_it_off_asks_for_the_password_and_an_administrator_may_for_who_lost_it() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    office.set_factor(&mut ben, office.ben);
    assert_eq!(post(&mut ben, "/settings/factor/remove", &[("password", "a wrong one")]).status, 422);
    assert_eq!(post(&mut ben, "/settings/factor/remove", &[("password", PASSWORD)]).status, 303);
    office.set_factor(&mut ben, office.ben);
    let off = post(&mut anna, &format!("/admin/people/{}/factor-off", office.ben), &[("password", PASSWORD)]);
    assert_eq!(off.status, 303, "{}", off.body);
    assert_eq!(office.with_password("ben").1.status, 303);
}

#[test]
fn a_secret_that_is_confirmed_is_shown_to_nobody_again() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    office.set_factor(&mut ben, office.ben);
    let spelled = totp::base32(&office.factor(office.ben).secret);
    assert_eq!(post(&mut ben, "/settings/factor/begin", &[]).status, 403);
    let page = ben.get("/settings/factor").body;
    assert!(!page.replace(' ', "").contains(&spelled));
}

#[test]
fn programs_have_passwords_of_their_own_which_are_revoked_alone() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    let made = |page: &Answer| page.value_of("id=\"made\" value=\"").expect("a password");
    let phone = made(&post(&mut ben, "/settings/programs", &[("name", "Phone")]));
    let desk = made(&post(&mut ben, "/settings/programs", &[("name", "Desk <b>")]));
    assert_eq!(post(&mut ben, "/settings/programs", &[("name", " ")]).status, 422);
    for password in [phone.as_str(), desk.as_str(), PASSWORD] {
        office.program(password).unwrap();
    }
    office.set_factor(&mut ben, office.ben);
    assert!(matches!(office.program(PASSWORD), Err(SigninError::Wrong)), "a program cannot give a second factor");
    let page = ben.get("/settings/programs").body;
    assert!(page.contains("198.51.100.7") && !page.contains("Desk <b>"));
    let id = page.split("/settings/programs/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(post(&mut ben, &format!("/settings/programs/{id}/revoke"), &[]).status, 303);
    assert!(office.program(&desk).is_err(), "the newest stands first");
    office.program(&phone).unwrap();
    let (_, answer) = office.with_password("ben");
    assert_eq!(answer.status, 200);
    let mut browser = office.browser();
    let login = browser.get("/login").csrf();
    let refused = browser.post("/login", &[("username", "ben"), ("password", &phone), ("csrf", &login)]);
    assert_eq!(refused.status, 422, "it opens no page");
}

#[test]
fn the_moment_of_a_step_is_the_clock_s() {
    assert_eq!(totp::step_of(&[1; 20], &totp::digits(&[1; 20], 100), Moment::from_millis(3_000_000), 0), Some(100));
}

#[test]
fn the_picture_for_the_app_is_there_until_it_is_confirmed() {
    let office = TestOffice::open();
    let mut ben = office.signed_in("ben");
    assert_eq!(ben.get("/settings/factor/picture.svg").status, 404);
    post(&mut ben, "/settings/factor/begin", &[]);
    let picture = ben.get("/settings/factor/picture.svg");
    assert!(picture.status == 200 && picture.body.contains("<svg"));
    assert_eq!(office.signed_in("anna").get("/settings/factor/picture.svg").status, 404);
    office.set_factor(&mut ben, office.ben);
    assert_eq!(ben.get("/settings/factor/picture.svg").status, 404);
}
