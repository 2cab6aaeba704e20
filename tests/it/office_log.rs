//! The log as administrators read it: one message followed through all doors, new lines told of, and no secret in any.

use crate::http::{Browser, encoded, post};
use crate::live::Live;
use crate::office::{ANNA, TestOffice, smtp_send, wait_until};
use crate::program::{Serving, command, done, message, set_up};
use hailstone::kernel::clock::Moment;
use std::cell::RefCell;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use tracing::Level;

const PASSWORD: &str = "right and long";

impl TestOffice {
    /// Fills the log, as a day would: an office of a test has none of its own.
    pub fn talk_in_the_log(&self) {
        let journal = self.office.status.journal();
        let say = |level, text: &str, fields: &[(&'static str, &str)]| {
            let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            journal.push(self.office.clock.now(), level, text.to_owned(), fields);
        };
        for _ in 0..80 {
            let mail = [
                ("door", "smtp"),
                ("session", "0f3a9c11"),
                ("mail", "Qm9yZWQtdG8tdGVz"),
                ("from", ANNA),
                ("size", "2211"),
            ];
            say(Level::INFO, "mail was taken", &mail);
            say(Level::WARN, "slow write", &[("place", "src/services/arrive.rs:301"), ("ms", "71")]);
            let words = "450 4.7.1 <anna@example.org>: Recipient address rejected: Greylisted, see https://else.example/postgrey/help.html";
            say(
                Level::INFO,
                "mail was put off",
                &[("door", "queue"), ("mail", "Qm9yZWQtdG8tdGVz"), ("departure", "17"), ("words", words)],
            );
            say(
                Level::ERROR,
                "there is no backup",
                &[("file", "/a/very/long/folder/without/any/blank/in/its/name/office-2026-11-27.db")],
            );
        }
    }
}

/// A serving office that says all it has to say, to a file of the test's.
fn talkative(data: &Path, log: &Path) -> Serving {
    let log = std::fs::File::create(log).unwrap();
    let mut serve = command(data, &["serve"]);
    Serving::begin(serve.env("HAILSTONE_LOG_LEVEL", "trace").stderr(Stdio::from(log))).unwrap()
}

fn signed_in(serving: &Serving, password: &str) -> (Browser, u16) {
    let mut browser = Browser::new(serving.doors["http"]);
    let csrf = browser.get("/login").csrf();
    let answer = browser.post("/login", &[("username", "anna"), ("password", password), ("csrf", &csrf)]);
    (browser, answer.status)
}

#[test]
fn one_message_is_followed_from_the_door_to_the_far_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    let serving = talkative(&data, &folder.path().join("log"));
    let (mut anna, _) = signed_in(&serving, PASSWORD);
    let reply = smtp_send(serving.smtp(), "<carol@else.example>", &[ANNA], &message("one@load.example", 100));
    let name = reply.trim().rsplit(' ').next().unwrap().to_owned();
    let page = anna.get(&format!("/admin/log?id={name}"));
    assert!(page.body.contains("mail was taken") && page.body.contains("carol@else.example"), "{}", page.body);
    // The session that brought it is a link, and shows its other lines.
    let session = page.value_of("session=<a href=\"/admin/log?id=").expect("a session");
    let anna = RefCell::new(anna);
    let of_session = || anna.borrow_mut().get(&format!("/admin/log?id={session}")).body;
    wait_until("the session is over", || of_session().contains("session ended"));
    assert!(of_session().contains("mail was taken"), "{}", of_session());
    let mut anna = anna.into_inner();
    // Who was refused at the door is found by the address.
    smtp_send(serving.smtp(), "<carol@else.example>", &["nobody@example.org"], b"x");
    let page = anna.get(&format!("/admin/log?q={}", encoded("nobody@example.org")));
    assert!(page.body.contains("a recipient was refused"), "{}", page.body);
    assert!(anna.get("/admin/log?level=error").body.contains("No line of the log is like this"));
    let file = anna.get("/admin/log/download?door=smtp");
    assert!(file.header("content-disposition").contains("attachment"));
    let lines: Vec<serde_json::Value> = file.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["door"] == "smtp") && lines.iter().any(|line| line["mail"] == name.as_str()));
    serving.terminate();
}

#[test]
fn a_message_keeps_its_name_from_the_page_to_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    let log = folder.path().join("log");
    let mut serve = command(&data, &["serve"]);
    // Nobody answers there: it is put off, and that is noted.
    serve.env("HAILSTONE_RELAY_URL", "smtp://127.0.0.1:9").stderr(Stdio::from(std::fs::File::create(&log).unwrap()));
    let serving = Serving::begin(&mut serve).unwrap();
    let (mut anna, _) = signed_in(&serving, PASSWORD);
    let form = anna.get("/mail/compose");
    let draft = form.value_of("name=\"draft\" value=\"").unwrap_or_default();
    let answering = form.value_of("name=\"answering\" value=\"").unwrap_or_default();
    let fields = [
        ("csrf", form.csrf()),
        ("draft", draft),
        ("answering", answering),
        ("to", "carol@else.example".to_owned()),
        ("subject", "Out".to_owned()),
        ("body", "x".to_owned()),
        ("do", "send".to_owned()),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(anna.post_parts("/mail/compose", &fields).status, 303);
    let said = || std::fs::read_to_string(&log).unwrap();
    wait_until("it was tried", || said().contains("mail was put off"));
    let page = anna.get("/admin/log?q=written");
    let name = page.value_of("mail=<a href=\"/admin/log?id=").expect("a name");
    let page = anna.get(&format!("/admin/log?id={name}"));
    assert!(page.body.contains("mail was written") && page.body.contains("mail was put off"), "{}", page.body);
    assert!(anna.get("/admin/trace?q=carol%40else.example").body.contains(&name), "the trace names it too");
    serving.terminate();
}

#[test]
fn no_secret_is_ever_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("office"), folder.path().join("log"));
    set_up(&data);
    let serving = talkative(&data, &log);
    let wrong = "a wrong one that is long";
    assert_eq!(signed_in(&serving, wrong).1, 422);
    let (mut anna, status) = signed_in(&serving, PASSWORD);
    assert_eq!(status, 303);
    let mut secrets = vec![PASSWORD.to_owned(), wrong.to_owned()];
    secrets.extend(anna.cookies.values().filter(|value| value.len() > 20).cloned());
    secrets.push(anna.get("/settings/factor").csrf());
    // A link that opens once, opened with a password that will not do; a hook; a booking; secret calendars.
    let page = post(&mut anna, "/admin/people/new", &[("name", "emil")]);
    let link = page.value_of("id=\"link\" value=\"").unwrap();
    let token = link.rsplit('/').next().unwrap().to_owned();
    let mut stranger = Browser::new(serving.doors["http"]);
    let csrf = stranger.get(&format!("/welcome/{token}")).csrf();
    stranger.post(&format!("/welcome/{token}"), &[("csrf", &csrf), ("password", "tiny-one")]);
    stranger.get(&format!("/welcome/{token}0123456789"));
    secrets.extend([token, "tiny-one".to_owned(), csrf]);
    for door in ["hook", "feed", "freebusy", "book/visit"] {
        let secret = format!("secret-of-{}-0123456789", door.replace('/', "-"));
        let end = match door {
            "feed" => ".ics",
            "freebusy" => ".ifb",
            _ => "",
        };
        stranger.get(&format!("/{door}/{secret}{end}"));
        stranger.post(&format!("/{door}/{secret}"), &[("text", "x")]);
        secrets.push(secret);
    }
    anna.get("/setup?code=secret-of-the-setup-0123456789");
    secrets.push("secret-of-the-setup-0123456789".to_owned());
    // A mail program that signs in with the wrong and with the right password.
    let at = serving.doors["submission"];
    for password in ["a-wrong-program-password", PASSWORD] {
        let mut swaks = Command::new("swaks");
        swaks.args(["--server", &at.ip().to_string(), "--port", &at.port().to_string(), "--to", ANNA, "--from", ANNA]);
        swaks.args(["--tls", "--auth", "PLAIN", "--auth-user", "anna", "--auth-password", password]);
        assert_eq!(swaks.output().unwrap().status.success(), password == PASSWORD);
    }
    secrets.push("a-wrong-program-password".to_owned());
    secrets.extend(["AGFubmEAcmlnaHQgYW5kIGxvbmc=".to_owned(), "right+and+long".to_owned()]);
    let page = anna.get("/admin/log/download").body;
    serving.terminate();
    let mut said = String::new();
    std::fs::File::open(&log).unwrap().read_to_string(&mut said).unwrap();
    assert!(page.lines().count() > 20 && said.lines().count() > 20, "it had nothing to say");
    for secret in &secrets {
        assert!(!secret.is_empty());
        assert!(!page.contains(secret.as_str()), "{secret} is on the page");
        assert!(!said.contains(secret.as_str()), "{secret} is in the log");
    }
    drop(done(&data, &["check"], ""));
}

#[test]
fn new_lines_are_told_of_to_who_looks_and_what_they_say_is_text() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let mut live = Live::open(office.door("http"), &anna, None);
    let journal = office.office.status.journal();
    let say = |text: &str| {
        let fields = vec![("door", "smtp".to_owned()), ("session", "<i>0</i>".to_owned())];
        journal.push(Moment::from_millis(1), Level::WARN, text.to_owned(), fields);
    };
    say("one");
    assert_eq!(live.take("log"), None, "nobody looks");
    assert_eq!(anna.get("/admin/log").status, 200);
    say("<script>alert(1)</script>\u{202e}two");
    // A line that comes before the stream follows is on the page by the next one at the latest.
    let told = live.take("log").or_else(|| {
        say("three");
        live.take("log")
    });
    assert!(told.expect("it is told").head["newest"].as_u64().unwrap() >= 2);
    let page = anna.get("/admin/log?q=TWO").body;
    assert!(
        page.contains("&#60;script&#62;alert(1)") && !page.contains("<script>alert") && !page.contains("<i>0"),
        "{page}"
    );
    assert!(page.contains("dir=\"auto\"") && page.contains("warn"));
}
