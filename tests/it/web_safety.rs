//! What a hostile browser may not do.

use crate::office::{PASSWORD, TestOffice, smtp_send};
use hailstone::domain::mail::FolderRole;
use std::time::Instant;

const PAGES: [&str; 10] = [
    "/login",
    "/today",
    "/mail/inbox",
    "/mail/compose",
    "/people",
    "/settings/look",
    "/settings/presence",
    "/settings/security",
    "/help",
    "/no/such/page",
];

#[test]
fn every_page_carries_the_headers_that_keep_it_safe() {
    let office = TestOffice::open();
    let mut browser = office.signed_in("anna");
    for path in PAGES {
        let page = browser.get(path);
        let policy = page.header("content-security-policy");
        for words in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(words), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline"), "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert!(page.header("cache-control").contains("no-store"), "{path}");
        assert!(
            !page.body.contains("<script>") && !page.body.contains(" style=\"") && !page.body.contains(" onclick="),
            "{path}"
        );
    }
}

#[test]
fn a_session_cookie_is_kept_from_scripts_and_from_other_sites() {
    let office = TestOffice::open();
    let mut browser = office.browser();
    let form = browser.get("/login");
    let answer = browser.post("/login", &[("username", " Anna "), ("password", PASSWORD), ("csrf", &form.csrf())]);
    assert_eq!(answer.status, 303);
    let cookie = answer.headers.iter().find(|(name, value)| name == "set-cookie" && value.contains("HttpOnly"));
    let cookie = &cookie.expect("a session cookie").1;
    assert!(cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
}

#[test]
fn no_form_is_taken_without_its_token_or_from_another_site() {
    let office = TestOffice::open();
    smtp_send(office.door("smtp"), "<>", &["anna@example.org"], b"Subject: x\r\n\r\nx\r\n");
    let mut browser = office.signed_in("anna");
    let inbox = browser.get("/mail/inbox");
    let (csrf, key) = (inbox.csrf(), inbox.value_of("name=\"m\" value=\"").unwrap());
    let fields = |csrf: &'static str| [("csrf", csrf), ("do", "trash")];
    let own = format!("http://{}", office.door("http"));
    for (path, fields) in [("/mail/act", fields("")), ("/mail/act", fields("forged")), ("/logout", fields("forged"))] {
        assert_eq!(browser.post(path, &fields).status, 403, "{path}");
    }
    let mut whole: Vec<(&str, &str)> = vec![("csrf", &csrf), ("m", &key), ("do", "trash")];
    for origin in ["http://evil.example", "null", &format!("{own}.evil.example")] {
        assert_eq!(browser.post_from("/mail/act", &whole, &[("Origin", origin)]).status, 403, "{origin}");
        assert_eq!(browser.ask("GET", "/live", &[("Origin", origin)], b"").status, 403, "{origin}");
    }
    assert_eq!(office.list(office.anna, FolderRole::Inbox).len(), 1);
    whole[2].1 = "archive";
    assert_eq!(browser.post("/mail/act", &whole).status, 303);
}

#[test]
fn an_unknown_name_and_a_wrong_password_look_alike() {
    let office = TestOffice::open();
    let mut browser = office.browser();
    let csrf = browser.get("/login").csrf();
    let mut times = [Vec::new(), Vec::new()];
    let mut bodies = Vec::new();
    for _ in 0..5 {
        for (place, name) in ["anna", "nobody"].into_iter().enumerate() {
            let start = now();
            let answer = browser.post("/login", &[("username", name), ("password", "wrong"), ("csrf", &csrf)]);
            times[place].push(start.elapsed());
            assert_eq!(answer.status, 422, "{}", answer.body);
            bodies.push(answer.body.replace(name, "NAME").replace(&answer.csrf(), "TOKEN"));
        }
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    // The shortest of each: what else the machine does only makes them longer.
    let [known, unknown] = times.map(|all| all.into_iter().min().unwrap());
    // Without the work of a hash an unknown name would be answered some fifty times faster.
    assert!(known < unknown * 3 && unknown < known * 3, "{known:?} {unknown:?}");
}

#[expect(clippy::disallowed_methods, reason = "the office under test runs on the wall clock")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn guessing_is_slowed_down_and_says_for_how_long() {
    let office = TestOffice::open();
    let mut browser = office.browser();
    let csrf = browser.get("/login").csrf();
    let mut guess = || browser.post("/login", &[("username", "anna"), ("password", "wrong"), ("csrf", &csrf)]);
    let answers: Vec<_> = (0..14).map(|_| guess()).collect();
    let slowed = answers.iter().find(|answer| answer.status == 429).expect("a slow-down within 14 guesses");
    assert!(slowed.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[test]
fn nobody_gets_out_of_the_static_folder_or_into_anothers_mail() {
    let office = TestOffice::open();
    smtp_send(office.door("smtp"), "<>", &["anna@example.org"], b"Subject: secret\r\n\r\nx\r\n");
    let item = office.list(office.anna, FolderRole::Inbox)[0].item;
    let mut ben = office.signed_in("ben");
    for path in ["", "/body", "/source", "/original.eml", "/file/0/x"] {
        let answer = ben.get(&format!("/mail/message/{item}{path}"));
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.body.contains("secret"));
    }
    for path in [
        "/static/x/../../Cargo.toml",
        "/static/x/%2e%2e/%2e%2e/Cargo.toml",
        "/static/x/..%2f..%2fCargo.toml",
        "/static/x//etc/passwd",
    ] {
        let answer = ben.get(path);
        assert!(answer.status >= 400 && answer.status < 500, "{path}: {}", answer.status);
    }
    let mut nobody = office.browser();
    for path in ["/mail/inbox", "/today", "/settings/security", "/people", &format!("/mail/message/{item}")] {
        assert_eq!(nobody.get(path).status, 303, "{path}");
    }
}

#[test]
fn signing_in_leads_nowhere_outside() {
    let office = TestOffice::open();
    for next in ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"] {
        let mut browser = office.browser();
        let csrf = browser.get("/login").csrf();
        let fields = [("username", "anna"), ("password", PASSWORD), ("csrf", csrf.as_str()), ("next", next)];
        let answer = browser.post("/login", &fields);
        assert_eq!(answer.status, 303, "{next}");
        let to = answer.header("location");
        assert!(to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\"), "{next}: {to}");
    }
}

#[test]
fn after_the_set_up_its_page_is_gone() {
    let office = TestOffice::open();
    assert!(matches!(office.browser().get("/setup").status, 404 | 403));
}
