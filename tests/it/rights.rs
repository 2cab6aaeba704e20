//! Who may do what at every address that the router has: nobody signed in, a member, an administrator, an owner; with the
//! form's token, without it, and with another's.

use crate::addresses::{Ask, For, every, is_for};
use crate::http::{Answer, Browser, post};
use crate::office::{PASSWORD, TestOffice};
use hailstone::domain::audit::{self, Actor, Wanted};
use hailstone::domain::people::Role;
use hailstone::kernel::id::PersonId;
use hailstone::services::{accounts, setup};

impl TestOffice {
    fn acts_noted(&self) -> usize {
        self.office.store.read_here(|tx| audit::entries(tx, &Wanted::default(), 10_000)).unwrap().len()
    }

    fn admin(&self, name: &str) -> PersonId {
        let id = PersonId::new(self.add(name, name));
        let write = self.office.store.write(move |tx| accounts::set_role(tx, &Actor::console(), id, Role::Admin));
        self.runtime.block_on(write).unwrap();
        id
    }
}

fn asked(browser: &mut Browser, ask: &Ask, csrf: Option<&str>) -> Answer {
    match (ask.method, csrf) {
        ("GET", _) => browser.get(&ask.path),
        (_, Some(csrf)) => browser.post(&ask.path, &[("csrf", csrf)]),
        (_, None) => browser.post(&ask.path, &[]),
    }
}

fn is_sent_to_sign_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location").starts_with("/login")
}

#[test]
fn nobody_comes_anywhere_that_is_not_open() {
    let office = TestOffice::unhurried();
    let mut nobody = office.browser();
    let mut wrong = Vec::new();
    for ask in every() {
        let answer = asked(&mut nobody, &ask, Some("forged"));
        let is_right = match is_for(&ask.pattern) {
            For::Anybody => !is_sent_to_sign_in(&answer) && answer.status < 500,
            For::Onward => answer.status == 303,
            For::People | For::Admins => is_sent_to_sign_in(&answer),
        };
        if !is_right {
            wrong.push(format!("{} {} {} {}", ask.method, ask.path, answer.status, answer.header("location")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(office.acts_noted(), 0);
}

#[test]
fn a_member_is_refused_at_every_address_of_the_administration() {
    let office = TestOffice::unhurried();
    let mut ben = office.signed_in("ben");
    let csrf = ben.get("/settings/factor").csrf();
    let all: Vec<_> = every().into_iter().filter(|ask| is_for(&ask.pattern) == For::Admins).collect();
    assert!(all.len() > 50, "{}", all.len());
    let refused = |ask: &Ask, ben: &mut Browser| asked(ben, ask, Some(&csrf)).status;
    let wrong: Vec<_> = all
        .iter()
        .map(|ask| (ask.method, &ask.path, refused(ask, &mut ben)))
        .filter(|(.., status)| !matches!(status, 403 | 404))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(office.acts_noted(), 0, "nothing was done");
}

#[test]
fn no_form_is_taken_without_the_token_of_whoever_sends_it() {
    let office = TestOffice::unhurried();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let foreign = ben.get("/settings/factor").csrf();
    let own = anna.get("/settings/factor").csrf();
    let mut wrong = Vec::new();
    // A browser renews a subscription while no page is open: it has no token, and shows the old address instead.
    let by_worker = ["/push/renew"];
    let forms = every().into_iter().filter(|ask| ask.method == "POST" && is_for(&ask.pattern) != For::Anybody);
    for ask in forms {
        for csrf in [None, Some(foreign.as_str()), Some("")] {
            let answer = asked(&mut anna, &ask, csrf);
            if answer.status != 403 && !by_worker.contains(&ask.path.as_str()) {
                wrong.push(format!("{} with {csrf:?}: {}", ask.path, answer.status));
            }
        }
        for origin in ["http://evil.example", "null"] {
            let answer = anna.post_from(&ask.path, &[("csrf", own.as_str())], &[("Origin", origin)]);
            if answer.status != 403 {
                wrong.push(format!("{} from {origin}: {}", ask.path, answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(office.acts_noted(), 0, "nothing was done");
    assert!(is_signed_in(&mut anna), "nobody was signed out");
}

#[test]
fn every_page_of_the_administration_opens_to_those_who_run_the_office() {
    let office = TestOffice::unhurried();
    office.admin("cleo");
    let mut anna = office.signed_in("anna");
    post(&mut anna, "/admin/groups", &[("name", "sales")]);
    let room = [("name", "Aquarium"), ("local", "aquarium"), ("kind", "room"), ("hue", "3"), ("zone", "Europe/Berlin")];
    assert_eq!(post(&mut anna, "/admin/rooms", &room).status, 303);
    let room = anna.get("/admin/rooms").value_of("href=\"/admin/rooms/").unwrap();
    let feed = [("kind", "simulated"), ("name", "Ticks"), ("every", "60")];
    assert_eq!(post(&mut anna, "/admin/feeds", &feed).status, 303);
    let pages = every().into_iter().filter(|ask| ask.method == "GET" && is_for(&ask.pattern) == For::Admins);
    for name in ["anna", "cleo"] {
        let mut browser = office.signed_in(name);
        for ask in pages.clone() {
            let path = match ask.pattern.as_str() {
                "/admin/rooms/{id}" => format!("/admin/rooms/{room}"),
                "/admin/feeds/new" => "/admin/feeds/new?kind=json".to_owned(),
                _ => ask.path,
            };
            let page = browser.get(&path);
            // Who has chosen a person is led to what that person sees; who has not, nowhere.
            let wanted = if ask.pattern == "/admin/policies/as" { 404 } else { 200 };
            assert_eq!(page.status, wanted, "{name} at {path}");
        }
    }
    assert_eq!(post(&mut anna, "/admin/feeds/1/remove", &[]).status, 303);
}

#[test]
fn what_owners_alone_do_is_refused_to_administrators() {
    let office = TestOffice::unhurried();
    let (cleo, dora) = (office.admin("cleo"), office.admin("dora"));
    let mut browser = office.signed_in("cleo");
    let before = office.acts_noted();
    let proof = [
        ("password", PASSWORD),
        ("role", "owner"),
        ("full_name", "Another"),
        ("alias", "another@example.org"),
        ("confirm", "anna"),
    ];
    // On an owner everything; on another administrator all that is of signing in; the role of anybody.
    let all = [
        "link",
        "name",
        "alias",
        "groups",
        "picture-remove",
        "disable",
        "enable",
        "sign-out",
        "factor-off",
        "role",
        "delete",
        "keep",
    ];
    let on_admin = ["link", "disable", "enable", "sign-out", "factor-off", "role", "delete", "keep"];
    let asked = all.map(|deed| (office.anna, deed)).into_iter();
    let asked = asked.chain(on_admin.map(|deed| (dora, deed)));
    for (who, deed) in asked.chain([(office.ben, "role"), (cleo, "role")]) {
        let mut fields = proof.to_vec();
        if who == dora {
            fields[4].1 = "dora";
        }
        let answer = post(&mut browser, &format!("/admin/people/{who}/{deed}"), &fields);
        let is_told = answer.body.contains("wners alone") || answer.body.contains("wner’s account");
        assert!(answer.status == 403 || answer.status == 422 && is_told, "{deed} on {who}: {}", answer.status);
    }
    assert_eq!(office.acts_noted(), before, "nothing was done");
}

fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/today").status == 200
}

/// Asks every address with a cookie that is dead.
fn is_dead_everywhere(office: &TestOffice, cookies: &Browser) -> bool {
    let mut dead = office.browser();
    dead.cookies = cookies.cookies.clone();
    let kept = dead.cookies.clone();
    let shut = every().into_iter().filter(|ask| matches!(is_for(&ask.pattern), For::People | For::Admins));
    let mut is_dead = true;
    for ask in shut {
        dead.cookies = kept.clone();
        let answer = asked(&mut dead, &ask, Some("forged"));
        if !is_sent_to_sign_in(&answer) {
            eprintln!("{} {} {}", ask.method, ask.path, answer.status);
            is_dead = false;
        }
    }
    is_dead
}

#[test]
fn a_cookie_is_dead_everywhere_once_its_session_is_ended() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");

    let mut ben = office.signed_in("ben");
    let mut kept = office.browser();
    kept.cookies = ben.cookies.clone();
    assert!(is_signed_in(&mut kept));
    assert_eq!(post(&mut ben, "/logout", &[]).status, 303);
    assert!(is_dead_everywhere(&office, &kept), "after signing out");

    let ended = office.signed_in("ben");
    assert_eq!(post(&mut anna, &format!("/admin/people/{}/sign-out", office.ben), &[]).status, 303);
    assert!(is_dead_everywhere(&office, &ended), "after an administrator ended all sessions");

    let (other, mut own) = (office.signed_in("ben"), office.signed_in("ben"));
    assert_eq!(post(&mut own, "/settings/sessions/others", &[]).status, 303);
    assert!(is_dead_everywhere(&office, &other), "after its owner ended the others");
    assert!(is_signed_in(&mut own));
    assert_eq!(post(&mut anna, &format!("/admin/people/{}/disable", office.ben), &[]).status, 303);
    assert!(is_dead_everywhere(&office, &own), "after the account was barred");
}

#[test]
fn addresses_that_open_once_are_dead_afterwards() {
    let office = TestOffice::unhurried();
    // The set-up is over: neither its page nor a code opens anything.
    assert!(office.runtime.block_on(setup::code(&office.office)).unwrap_or(None).is_none());
    let mut stranger = office.browser();
    for path in ["/setup", "/setup?code=0123456789abcdef", "/setup?code="] {
        assert_eq!(stranger.get(path).status, 404, "{path}");
    }
    let csrf = stranger.get("/login").csrf();
    let again = [
        ("csrf", csrf.as_str()),
        ("code", ""),
        ("company", "Evil"),
        ("domain", "evil.example"),
        ("admin", "eve"),
        ("password", "long enough to hold"),
    ];
    assert!(matches!(stranger.post("/setup", &again).status, 403 | 404));

    let mut anna = office.signed_in("anna");
    let page = post(&mut anna, "/admin/people/new", &[("name", "emil")]);
    let link = page.value_of("id=\"link\" value=\"").unwrap();
    let path = format!("/welcome/{}", link.rsplit('/').next().unwrap());
    let mut emil = office.browser();
    let csrf = emil.get(&path).csrf();
    let enter = [("csrf", csrf.as_str()), ("password", "long enough to hold")];
    let (cookies, entered) = (emil.cookies.clone(), emil.post(&path, &enter));
    assert_eq!(entered.status, 303);
    // The same request once more, from the same browser and from another.
    for mut replayed in [office.browser(), office.browser()] {
        replayed.cookies = cookies.clone();
        assert_eq!(replayed.get(&path).status, 404);
        assert_eq!(replayed.post(&path, &[enter[0], ("password", "another one entirely")]).status, 404);
        assert!(!is_signed_in(&mut replayed));
    }
    assert!(is_signed_in(&mut emil), "and nothing of it harmed who was let in");
}
