//! Presence through the web door: what is told, how fast, and to whom nothing is.

use crate::http::Browser;
use crate::office::{TestOffice, wait_until};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// An open live stream: every piece of data with its topic.
pub fn live(office: &TestOffice, browser: &Browser) -> Receiver<(String, Value)> {
    let at = office.door("http");
    let mut stream = TcpStream::connect(at).unwrap();
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookies = cookies.join("; ");
    let head = format!(
        "GET /live HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookies}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let (told, heard) = channel();
    std::thread::spawn(move || {
        let mut topic = String::new();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some(name) = line.strip_prefix("event: ") {
                topic = name.to_owned();
            } else if let Some(head) = line.strip_prefix("data: ").and_then(|data| serde_json::from_str(data).ok())
                && told.send((topic.clone(), head)).is_err()
            {
                return;
            }
        }
    });
    heard
}

/// The next thing told of a person, within a second.
fn next(heard: &Receiver<(String, Value)>, person: i64) -> Option<Value> {
    while let Ok((topic, head)) = heard.recv_timeout(Duration::from_secs(1)) {
        if topic == "presence" && head["person"] == person {
            return Some(head);
        }
    }
    None
}

fn choose(browser: &mut Browser, fields: &[(&str, &str)]) {
    let csrf = browser.get("/today").csrf();
    let all: Vec<_> =
        [("csrf", csrf.as_str()), ("back", "/people")].into_iter().chain(fields.iter().copied()).collect();
    let answer = browser.post("/presence", &all);
    assert_eq!((answer.status, answer.header("location")), (303, "/people?done=presence"), "{}", answer.body);
}

/// How a person looks at this moment to who asks.
fn look(browser: &mut Browser, person: i64) -> Value {
    let answer = browser.get(&format!("/presence?of={person},x,999"));
    let mut found: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(found["people"].as_array().unwrap().len(), 2);
    found["people"][0].take()
}

#[test]
fn a_change_is_told_in_less_than_a_second_with_its_note_and_end() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let me = office.anna.get();
    let bens = live(&office, &ben);
    assert_eq!(look(&mut ben, me)["words"], "Offline");
    let annas = live(&office, &anna);
    assert_eq!(next(&bens, me).unwrap()["words"], "Free");
    choose(&mut anna, &[("show", "busy"), ("note", "drawing <b>"), ("until", "60")]);
    let told = next(&bens, me).unwrap();
    assert_eq!((&told["show"], &told["label"]), (&"busy".into(), &"Do not disturb".into()));
    let words = told["words"].as_str().unwrap();
    assert!(words.starts_with("Do not disturb until ") && words.ends_with(" · drawing <b>"), "{words}");
    let page = ben.get("/people");
    assert!(page.body.contains("class=\"dot busy\"") && page.body.contains("drawing &#60;b&#62;"), "{}", page.body);
    choose(&mut anna, &[("show", "invisible")]);
    let told = next(&bens, me).unwrap();
    assert_eq!(told["label"], "Offline");
    let own = std::iter::from_fn(|| next(&annas, me)).find(|told| told["label"] == "Appear offline");
    assert!(own.is_some());
    let long = "x".repeat(121);
    let csrf = anna.get("/today").csrf();
    assert_eq!(anna.post("/presence", &[("csrf", &csrf), ("note", &long)]).status, 400);
    assert_eq!(anna.post("/presence", &[("csrf", &csrf), ("show", "nonsense")]).status, 400);
    assert_eq!(anna.post("/presence", &[("csrf", "forged"), ("show", "free")]).status, 403);
    assert_eq!(anna.post("/presence", &[("csrf", &csrf), ("note", ""), ("back", "//evil.example")]).status, 303);
}

#[test]
fn nothing_is_told_of_who_hides_not_even_that_something_happened() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let (me, other) = (office.anna.get(), office.ben.get().to_string());
    let _annas = live(&office, &anna);
    wait_until("Anna is here", || look(&mut office.signed_in("ben"), me)["show"] == "free");
    let bens = live(&office, &ben);
    choose(&mut anna, &[("note", "secret")]);
    // That she came may be told first.
    assert!(std::iter::from_fn(|| next(&bens, me)).any(|told| told["note"] == "secret"));
    let csrf = anna.get("/today").csrf();
    let fields = [("csrf", csrf.as_str()), ("visible", "everyone"), ("hide", &other), ("idle", "")];
    assert_eq!(anna.post("/settings/presence", &fields).status, 303);
    let told = next(&bens, me).unwrap();
    assert_eq!((&told["words"], &told["note"]), (&"Offline".into(), &"".into()));
    for show in ["busy", "free", "away"] {
        choose(&mut anna, &[("show", show)]);
    }
    assert_eq!(next(&bens, me), None);
    let never = look(&mut ben, 999);
    let mut seen = look(&mut ben, me);
    seen["person"] = never["person"].clone();
    assert_eq!(seen, never);
    for path in ["/people", "/today", &format!("/people/{me}")] {
        assert!(!ben.get(path).body.contains("secret"), "{path}");
    }
}

#[test]
fn a_browser_left_alone_tells_it_of_its_own_stream_only() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let me = office.anna.get();
    let annas = live(&office, &anna);
    let (_, hello) = annas.recv_timeout(Duration::from_secs(5)).unwrap();
    let stream = hello["stream"].as_i64().unwrap().to_string();
    let idle = |browser: &mut Browser, seconds: &str| {
        let csrf = browser.get("/today").csrf();
        let fields = [("csrf", csrf.as_str()), ("stream", &stream), ("idle", "1"), ("seconds", seconds)];
        browser.post("/presence/idle", &fields).status
    };
    assert_eq!(idle(&mut ben, "3600"), 204);
    assert_eq!(look(&mut ben, me)["label"], "Free");
    assert_eq!(idle(&mut anna, "360"), 204);
    let words = look(&mut ben, me)["words"].as_str().unwrap().to_owned();
    assert!(words.starts_with("Away since "), "{words}");
    assert_eq!(idle(&mut anna, "99999999999999999999"), 204);
}

#[test]
fn groups_stand_beside_the_people_of_everybody_and_the_directory_is_searched() {
    let office = TestOffice::open();
    office.group("sales", vec![office.anna]);
    let mut ben = office.signed_in("ben");
    let page = ben.get("/people");
    assert!(page.body.contains("sales") && page.body.contains("Ben Bauer"), "{}", page.body);
    let group = page.value_of("href=\"/people?group=").unwrap();
    let main = |body: &str| body.split("<main").nth(1).unwrap().split("</main>").next().unwrap().to_owned();
    let members = main(&ben.get(&format!("/people?group={group}")).body);
    assert!(members.contains("Anna Arnold") && !members.contains("Ben Bauer"), "{members}");
    let found = main(&ben.get("/people?find=baUER+ben").body);
    assert!(found.contains("Ben Bauer") && !found.contains("Anna Arnold"), "{found}");
    assert!(main(&ben.get("/people?find=%3Cb%3E").body).contains("Nobody found"));
    assert_eq!(ben.get("/people?group=99").status, 404);
}
