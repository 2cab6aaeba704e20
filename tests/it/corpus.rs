//! The corpus of odd and hostile mail, sent in by SMTP and opened page by page, where it is there.

use crate::http::Browser;
use crate::office::{TestOffice, wait_until};
use hailstone::domain::mail::FolderRole;
use hailstone::domain::store::count_jobs;
use hailstone::services::indexing;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The corpus lies beside the checkout, or where `HAILSTONE_CORPUS` says. It is no part of the package.
#[expect(clippy::disallowed_methods, reason = "where the corpus lies is told to tests alone")]
pub fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var("HAILSTONE_CORPUS").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no corpus here; set HAILSTONE_CORPUS to its folder");
    None
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn on_the_wire(raw: Vec<u8>, wire: &str) -> Vec<u8> {
    if wire != "lf-to-crlf" {
        return raw;
    }
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 20);
    let mut before = 0;
    for byte in raw {
        if byte == b'\n' && before != b'\r' {
            out.push(b'\r');
        }
        out.push(byte);
        before = byte;
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;").replace('\'', "&#39;")
}

fn unescaped(text: &str) -> String {
    let named = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    named.iter().fold(text.to_owned(), |text, (written, meant)| text.replace(written, meant))
}

/// White space folded, so that wrapping does not count.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_message_is_taken_or_refused_as_allowed_and_every_page_of_it_opens() {
    let Some(corpus) = corpus() else { return };
    let office = TestOffice::open();
    let mut browser = office.signed_in("anna");
    let mut wrong = Vec::new();
    for line in fs::read_to_string(corpus.join("eml/manifest.jsonl")).unwrap().lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let id = entry["id"].as_str().unwrap();
        let raw = fs::read(corpus.join("eml").join(entry["file"].as_str().unwrap())).unwrap();
        let before = office.list(office.anna, FolderRole::Inbox).first().map(|row| row.item);
        let reply = office.send(&on_the_wire(raw, entry["wire"].as_str().unwrap()));
        let is_taken = reply.starts_with("250");
        match entry["deliver"].as_str().unwrap() {
            "accept" if !is_taken => wrong.push(format!("{id}: refused: {reply}")),
            "reject" if is_taken => wrong.push(format!("{id}: taken")),
            _ if !is_taken && !reply.starts_with('5') => wrong.push(format!("{id}: {reply:?}")),
            _ => {}
        }
        if !is_taken {
            continue;
        }
        let newest = office.list(office.anna, FolderRole::Inbox)[0].clone();
        assert_ne!(Some(newest.item), before, "{id}: taken, but not in the inbox");
        wrong.extend(opened(&mut browser, id, &newest.item.to_string(), &entry["expect"]));
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    // Nothing answers by itself: no vacation, no receipt, whoever asks for one and whatever was opened.
    wait_until("all jobs are done", || office.office.store.read_here(count_jobs).unwrap() == 0);
    assert!(office.caught.0.lock().unwrap().is_empty(), "something left by itself");
    let inbox = browser.get("/mail/inbox");
    assert_eq!(inbox.status, 200);
    wait_until("everything is indexed", || office.runtime.block_on(indexing::next_batch(&office.office)).unwrap() == 0);
}

/// Opens every page of a message; returns what is wrong with them.
fn opened(browser: &mut Browser, id: &str, item: &str, expect: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut pages = String::new();
    let message = browser.get(&format!("/mail/message/{item}"));
    let paths = [
        format!("/mail/message/{item}/body"),
        format!("/mail/message/{item}/source"),
        format!("/mail/message/{item}/original.eml"),
        format!("/mail/compose?reply={item}"),
        format!("/mail/compose?forward={item}"),
        "/mail/inbox".to_owned(),
    ];
    if message.status != 200 {
        wrong.push(format!("{id}: the page answers {}", message.status));
    }
    pages.push_str(&message.body);
    for path in &paths {
        let answer = browser.get(path);
        // A message without HTML has no frame of its own.
        let is_fine = answer.status == 200 || answer.status == 303 || (answer.status == 404 && path.ends_with("/body"));
        if !is_fine {
            wrong.push(format!("{id}: {path} answers {}", answer.status));
        }
        if answer.header("content-type").starts_with("text/html") && !path.ends_with("/source") {
            pages.push_str(&answer.body);
        }
    }
    for raw in texts(&expect["view_not_contains"]) {
        if pages.contains(&raw) {
            wrong.push(format!("{id}: a page holds {raw:?}"));
        }
    }
    let seen = folded(&pages);
    for text in texts(&expect["must_show"]) {
        if !seen.contains(&folded(&text)) && !seen.contains(&escaped(&folded(&text))) {
            wrong.push(format!("{id}: no page shows {text:?}"));
        }
    }
    if expect["download_headers"].as_bool() == Some(true) {
        wrong.extend(downloads(browser, id, &message.body));
    }
    wrong.extend(said_the_same(browser, id, item, &message.body, expect));
    wrong
}

/// What one page says of a message, the others say too, and nobody but the office speaks for the office.
fn said_the_same(browser: &mut Browser, id: &str, item: &str, page: &str, expect: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let form = Form::of(&browser.get(&format!("/mail/compose?reply={item}")).body);
    for text in texts(&expect["must_show_on_reply"]) {
        if !form.to.contains(&text) {
            wrong.push(format!("{id}: the answer goes to {:?} without saying {text:?}", form.to));
        }
    }
    if expect["consistent"].as_bool() == Some(true) {
        let shown = texts(&expect["subject_any"]).into_iter().find(|subject| page.contains(&format!("<h1>{subject}<")));
        let subject = shown.unwrap_or_else(|| "none of those allowed".to_owned());
        let listed = browser.get("/mail/inbox").body;
        if form.subject != format!("Re: {subject}") || !listed.contains(&format!("<span class=\"subj\">{subject} <")) {
            wrong.push(format!("{id}: not everywhere {subject:?}, to answer {:?}", form.subject));
        }
    }
    if let Some(name) = expect["header_removed"].as_str() {
        let original = browser.get(&format!("/mail/message/{item}/original.eml")).body;
        let is_there = original.lines().take_while(|line| !line.is_empty()).any(|line| line.starts_with(name));
        if original.is_empty() || is_there {
            wrong.push(format!("{id}: kept a foreign {name}"));
        }
    }
    wrong
}

/// The fields of a message being written, as a browser has them.
struct Form {
    to: String,
    cc: String,
    bcc: String,
    subject: String,
    body: String,
}

impl Form {
    fn of(page: &str) -> Self {
        let between = |start: &str, end: &str| {
            let found =
                page.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(found, _)| found);
            unescaped(found)
        };
        let field = |name: &str| between(&format!(" name=\"{name}\" value=\""), "\"");
        let body = between("<textarea class=\"bare\" id=\"body\"", "</textarea>");
        let body = body.split_once('>').map_or("", |(_, body)| body).to_owned();
        Self { to: field("to"), cc: field("cc"), bcc: field("bcc"), subject: field("subject"), body }
    }
}

#[test]
fn no_answer_carries_a_field_that_the_answered_message_smuggled_in() {
    let Some(corpus) = corpus() else { return };
    let office = TestOffice::open();
    let mut browser = office.signed_in("anna");
    let mut sent = 0;
    for line in fs::read_to_string(corpus.join("eml/manifest.jsonl")).unwrap().lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let Some(smuggled) = entry["expect"]["on_reply_no_header"].as_str() else { continue };
        let raw = fs::read(corpus.join("eml").join(entry["file"].as_str().unwrap())).unwrap();
        assert!(office.send(&on_the_wire(raw, entry["wire"].as_str().unwrap())).starts_with("250"), "{entry}");
        let item = office.list(office.anna, FolderRole::Inbox)[0].item;
        answered(&mut browser, &format!("/mail/compose?reply={item}"));
        sent += 1;
        wait_until("the answer has left", || office.caught.0.lock().unwrap().len() == sent);
        let left = office.caught.0.lock().unwrap()[sent - 1].clone();
        assert_eq!(left.recipients, ["bob@example.net"], "{entry}");
        let text = String::from_utf8(left.bytes.to_vec()).unwrap();
        let head = text.split_once("\r\n\r\n").unwrap().0;
        let has = |line: &str| line.to_lowercase().starts_with(&format!("{}:", smuggled.to_lowercase()));
        assert!(head.contains("\r\nSubject: ") && !head.lines().any(has), "{entry}: {head}");
        assert!(text.contains("> Hello."), "{entry}: the answer's text is in its text: {text}");
    }
    assert!(sent > 1, "the corpus has such messages");
}

/// Sends an answer just as its form is offered.
fn answered(browser: &mut Browser, path: &str) {
    let page = browser.get(path);
    let (csrf, answering) = (page.csrf(), page.value_of("name=\"answering\" value=\"").unwrap());
    let Form { to, cc, bcc, subject, body } = Form::of(&page.body);
    let mut fields = vec![("csrf", csrf.as_str()), ("answering", &answering), ("draft", ""), ("do", "send")];
    fields.extend([("to", to.as_str()), ("cc", &cc), ("bcc", &bcc), ("subject", &subject), ("body", &body)]);
    let answer = browser.post_parts("/mail/compose", &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// Files that came with a message never run in our pages.
fn downloads(browser: &mut Browser, id: &str, page: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let files: Vec<String> = links
        .filter(|link| link.contains("/file/"))
        .map(|link| link.replace("&#38;", "&").replace("&amp;", "&"))
        .collect();
    if files.is_empty() {
        wrong.push(format!("{id}: no file to download"));
    }
    for link in files {
        let file = browser.get(&link);
        let is_safe = file.header("content-disposition").starts_with("attachment")
            && file.header("x-content-type-options") == "nosniff"
            && file.header("content-security-policy").contains("sandbox");
        if file.status != 200 || !is_safe {
            wrong.push(format!("{id}: {link} answers {} {:?}", file.status, file.headers));
        }
    }
    wrong
}
