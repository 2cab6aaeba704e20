//! The main job: a message arrives, is read, answered, filed, undone, and found again.

use crate::office::{ANNA, PASSWORD, TestOffice, smtp_send, wait_until};
use hailstone::domain::mail::FolderRole;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

const OFFER: &[u8] = b"From: Carol <carol@else.example>\r\nTo: anna@example.org\r\nSubject: Offer for the stair\r\n\
    Message-ID: <offer@else.example>\r\n\r\nThe oak version costs less than you think.\r\n";

#[test]
fn what_was_acknowledged_is_in_the_inbox_and_found_in_the_next_request() {
    let office = TestOffice::open();
    let mut browser = office.signed_in("anna");
    assert!(office.send(OFFER).starts_with("250"));
    let inbox = browser.get("/mail/inbox");
    assert!(inbox.body.contains("Offer for the stair"), "{}", inbox.body);
    for query in ["oak", "from%3Acarol", "subject%3Aoffer", "%22oak+version%22"] {
        let found = browser.get(&format!("/search?q={query}"));
        assert!(found.body.contains("Offer for the stair"), "{query}");
    }
    assert!(!browser.get("/search?q=beech").body.contains("Offer for the stair"));
}

#[test]
fn a_message_is_answered_inside_and_outside_and_both_have_it() {
    let office = TestOffice::open();
    office.send(OFFER);
    let mut browser = office.signed_in("anna");
    let item = office.list(office.anna, FolderRole::Inbox)[0].item;
    let form = browser.get(&format!("/mail/compose?reply={item}"));
    assert!(form.body.contains("Re: Offer for the stair"), "{}", form.body);
    assert!(form.body.contains("carol@else.example"));
    let answer = browser.post_parts(
        "/mail/compose",
        &[
            ("csrf", &form.csrf()),
            ("draft", &form.value_of("name=\"draft\" value=\"").unwrap_or_default()),
            ("answering", &form.value_of("name=\"answering\" value=\"").unwrap_or_default()),
            ("to", "Carol <carol@else.example>"),
            ("cc", "ben"),
            ("bcc", ""),
            ("subject", "Re: Offer for the stair"),
            ("body", "We take it.\r\n.\r\nAnna"),
            ("do", "send"),
        ],
    );
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(office.list(office.anna, FolderRole::Sent).len(), 1);
    assert!(office.list(office.anna, FolderRole::Drafts).is_empty());
    assert_eq!(office.list(office.ben, FolderRole::Inbox)[0].people, "Anna Arnold");
    wait_until("the answer has left", || !office.caught.0.lock().unwrap().is_empty());
    let caught = office.caught.0.lock().unwrap();
    let text = String::from_utf8_lossy(&caught[0].bytes).into_owned();
    assert_eq!(caught[0].recipients, ["carol@else.example"]);
    assert_eq!(caught[0].reverse_path.as_deref(), Some(ANNA));
    assert!(text.contains("In-Reply-To: <offer@else.example>"), "{text}");
    assert!(text.contains("We take it."), "{text}");
}

#[test]
fn mail_that_nobody_takes_comes_back_once() {
    let office = TestOffice::open();
    let mut browser = office.signed_in("anna");
    let form = browser.get("/mail/compose");
    let answer = browser.post_parts(
        "/mail/compose",
        &[
            ("csrf", &form.csrf()),
            ("to", "who@nowhere.example"),
            ("cc", ""),
            ("bcc", ""),
            ("subject", "Lost"),
            ("body", "Hello?"),
            ("do", "send"),
        ],
    );
    assert_eq!(answer.status, 303, "{}", answer.body);
    wait_until("the bounce is there", || !office.list(office.anna, FolderRole::Inbox).is_empty());
    let item = office.list(office.anna, FolderRole::Inbox)[0].item;
    let page = browser.get(&format!("/mail/message/{item}"));
    assert!(page.body.contains("who@nowhere.example"), "{}", page.body);
    assert_eq!(office.list(office.anna, FolderRole::Inbox).len(), 1);
}

#[test]
fn an_act_is_undone_without_scripts() {
    let office = TestOffice::open();
    office.send(OFFER);
    let mut browser = office.signed_in("anna");
    let list = browser.get("/mail/inbox");
    let key = list.value_of("name=\"m\" value=\"").unwrap();
    let csrf = list.csrf();
    let done = browser.post("/mail/act", &[("csrf", &csrf), ("m", &key), ("do", "archive")]);
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(office.list(office.anna, FolderRole::Inbox).is_empty());
    let after = browser.get(done.header("location"));
    assert!(after.body.contains("Archived"), "{}", after.body);
    let undo = after.value_of("name=\"undo\" value=\"").expect("a way back");
    let undone = browser.post("/mail/undo", &[("csrf", &csrf), ("undo", &undo)]);
    assert_eq!(undone.status, 303, "{}", undone.body);
    assert_eq!(office.list(office.anna, FolderRole::Inbox).len(), 1);
}

#[test]
fn the_open_page_hears_of_a_new_message_within_a_second() {
    let office = TestOffice::open();
    let browser = office.signed_in("anna");
    let mut stream = TcpStream::connect(office.door("http")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let at = office.door("http");
    let head = format!(
        "GET /live HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\n\r\n",
        cookies.join("; ")
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.contains("200"), "{line}");
    office.send(OFFER);
    let heard = reader.lines().map_while(Result::ok).find(|line| line.contains("Offer for the stair"));
    assert!(heard.is_some());
}

#[test]
fn a_group_gets_one_copy_each_and_an_unknown_name_is_refused() {
    let office = TestOffice::open();
    office.group("all", vec![office.anna, office.ben]);
    let door = office.door("smtp");
    assert!(smtp_send(door, "<>", &["all@example.org", "Anna+x@EXAMPLE.org"], OFFER).starts_with("250"));
    assert_eq!(office.list(office.anna, FolderRole::Inbox).len(), 1);
    assert_eq!(office.list(office.ben, FolderRole::Inbox).len(), 1);
    assert!(smtp_send(door, "<>", &["nobody@example.org"], OFFER).starts_with("550"));
    assert!(smtp_send(door, "<>", &["who@else.example"], OFFER).starts_with("550"));
}

#[test]
fn a_changed_password_ends_every_session() {
    let office = TestOffice::open();
    let mut first = office.signed_in("anna");
    let mut second = office.signed_in("anna");
    let form = first.get("/settings/security");
    let fields = [("csrf", form.csrf()), ("old", PASSWORD.to_owned()), ("new", "another long one".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = first.post("/settings/password", &fields);
    assert!(answer.status == 303 || answer.status == 200, "{}", answer.body);
    assert_eq!(second.get("/mail/inbox").status, 303);
}

#[test]
fn a_message_is_passed_on_with_its_files() {
    let office = TestOffice::open();
    office.send(
        b"Subject: Plan\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nsee file\r\n--B\r\n\
          Content-Type: text/csv\r\nContent-Disposition: attachment; filename=plan.csv\r\n\r\na,b\r\n--B--\r\n",
    );
    let mut browser = office.signed_in("anna");
    let item = office.list(office.anna, FolderRole::Inbox)[0].item;
    let form = browser.get(&format!("/mail/compose?forward={item}"));
    assert!(form.body.contains("Its file goes with it"), "{}", form.body);
    let answering = form.value_of("name=\"answering\" value=\"").unwrap();
    let fields = [
        ("csrf", form.csrf()),
        ("answering", answering),
        ("to", "ben".to_owned()),
        ("subject", "Fwd: Plan".to_owned()),
        ("do", "send".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post_parts("/mail/compose", &fields).status, 303);
    let row = office.list(office.ben, FolderRole::Inbox)[0].clone();
    assert!(row.has_files);
    let mut ben = office.signed_in("ben");
    let page = ben.get(&format!("/mail/message/{}", row.item));
    assert!(page.body.contains("plan.csv"), "{}", page.body);
}

#[test]
fn a_form_that_comes_in_twice_sends_once_and_loses_nothing() {
    let office = TestOffice::open();
    let mut browser = office.signed_in("anna");
    let form = browser.get("/mail/compose");
    let (csrf, once) = (form.csrf(), form.value_of("name=\"once\" value=\"").unwrap());
    let mut send = |body: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("once", &once),
            ("to", "ben"),
            ("subject", "Hello"),
            ("body", body),
            ("do", "send"),
        ];
        browser.post_parts("/mail/compose", &fields).status
    };
    assert_eq!((send("first"), send("first"), send("changed")), (303, 422, 422));
    assert_eq!(office.list(office.ben, FolderRole::Inbox).len(), 1);
    assert_eq!(office.list(office.anna, FolderRole::Sent).len(), 1);
    assert_eq!(office.list(office.anna, FolderRole::Drafts).len(), 2);
}
