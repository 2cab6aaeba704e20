//! The corpora of difficult mail and hostile HTML, held against `format`.
//!
//! The corpora are not part of the package. They are looked for under `HAILSTONE_CORPUS`, then in `../shared/corpus`.

#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test over files stops at what it cannot read")]

use hailstone::format::html::{self, Images};
use hailstone::format::mime::{self, ParsedMail};
use hailstone::kernel::clock::Stopwatch;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

#[expect(clippy::disallowed_methods, reason = "where the corpus lies is the caller's to say")]
fn corpus() -> Option<PathBuf> {
    let named = std::env::var("HAILSTONE_CORPUS").map(PathBuf::from).ok();
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let found = named.into_iter().chain([beside]).find(|folder| folder.join("eml/manifest.jsonl").exists());
    if found.is_none() {
        eprintln!("SKIPPED: no corpus here; set HAILSTONE_CORPUS to its folder");
    }
    found
}

fn manifest(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("the manifest is there");
    text.lines().map(|line| serde_json::from_str(line).expect("a manifest line is JSON")).collect()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A message as it comes over the wire.
fn wire(raw: Vec<u8>, kind: &str) -> Vec<u8> {
    if kind != "lf-to-crlf" {
        return raw;
    }
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 32);
    for byte in raw {
        if byte == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(byte);
    }
    out
}

struct Case<'a> {
    raw: &'a [u8],
    mail: ParsedMail,
    shown: String,
}

impl Case<'_> {
    fn names(&self) -> Vec<&str> {
        self.mail.files.iter().map(|file| file.name.as_str()).collect()
    }

    fn text(&self) -> String {
        folded(&format!("{} {}", self.mail.text, html::text_of(&self.shown)))
    }

    fn from(&self) -> (&str, &str) {
        self.mail.from.as_ref().map_or(("", ""), |from| (from.name.as_str(), from.address.as_str()))
    }

    /// Whether what the manifest says of `key` holds; `None` where that is not for this layer to show.
    fn holds(&self, key: &str, value: &Value) -> Option<bool> {
        let subject = self.mail.subject.as_str();
        let text = || self.text();
        let word = value.as_str().unwrap_or_default();
        Some(match key {
            "subject" => folded(subject) == folded(word),
            "subject_any" => strings(value).contains(&subject),
            "subject_contains" => subject.contains(word),
            "subject_not_contains" => strings(value).iter().all(|part| !subject.contains(part)),
            "from_addr" => self.from().1 == word,
            "from_addr_any" => strings(value).contains(&self.from().1),
            "from_name" => self.from().0 == word,
            "to_addrs" => self.mail.to.iter().map(|to| to.address.as_str()).eq(strings(value)),
            "date_utc" => self.mail.date.is_some_and(|date| utc(date.seconds()) == word),
            "text_contains" => strings(value).iter().all(|part| text().contains(&folded(part))),
            "text_contains_any" => strings(value).iter().any(|part| text().contains(&folded(part))),
            "text_not_contains" => strings(value).iter().all(|part| !text().contains(&folded(part))),
            "attachments" => self.has_files(value),
            "attachment_name_any" => strings(value).iter().any(|name| self.names().contains(name)),
            "name_not_contains" => {
                self.names().iter().all(|name| strings(value).iter().all(|part| !name.contains(part)))
            }
            "body_exact" => self.raw.ends_with(format!("\r\n\r\n{word}").as_bytes()),
            "view_not_contains" => strings(value).iter().all(|part| !self.shown.contains(part)),
            "no_fetch" => strings(value).iter().all(|host| !fetches(&self.shown, host)),
            "no_auto_reply" => !value.as_bool().unwrap_or(true) || self.is_never_answered(),
            "on_reply_no_header" => !self.mail.subject.contains(['\r', '\n']) && !self.from().0.contains(['\r', '\n']),
            _ => return None,
        })
    }

    fn has_files(&self, wanted: &Value) -> bool {
        let wanted = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
        let is_same = |(file, want): (&mime::AttachedFile, &Value)| {
            let bytes = mime::file(self.raw, file.index).map(|(_, bytes)| bytes.len());
            file.name == want["name"] && Some(file.size as u64) == want["bytes"].as_u64() && bytes == Some(file.size)
        };
        wanted.len() == self.mail.files.len() && self.mail.files.iter().zip(wanted).all(is_same)
    }

    /// Receipts that are asked for, and own marks, are for the sender of answers to look at.
    fn is_never_answered(&self) -> bool {
        let has = |name: &str| mime::header_value(self.raw, name).is_some();
        self.mail.is_automatic || self.mail.is_list || has("disposition-notification-to") || has("delivered-to")
    }
}

/// Whether cleaned HTML names `host` anywhere but in a link to click.
fn fetches(html: &str, host: &str) -> bool {
    tags(html).iter().any(|(name, attributes)| {
        attributes.iter().any(|(key, value)| value.contains(host) && !(name == "a" && key == "href"))
    })
}

fn utc(seconds: i64) -> String {
    let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn shown(mail: &ParsedMail) -> String {
    match &mail.html {
        Some(foreign) => {
            html::clean(foreign, Images::Blocked, &|id| Some(format!("/part/{}", id.len()))).html.to_string()
        }
        None => html::from_plain(&mail.text).to_string(),
    }
}

#[test]
fn every_message_of_the_corpus_is_read_as_its_manifest_says() {
    let Some(corpus) = corpus() else { return };
    let (mut held, mut elsewhere, mut failed) = (0, 0, Vec::new());
    let lines = manifest(&corpus.join("eml/manifest.jsonl"));
    for line in &lines {
        let id = line["id"].as_str().unwrap_or_default();
        let file = fs::read(corpus.join("eml").join(line["file"].as_str().unwrap_or_default())).expect("the message");
        let raw = wire(file, line["wire"].as_str().unwrap_or_default());
        let watch = Stopwatch::start();
        let mail = mime::parse(&raw);
        let parsed = watch.elapsed().as_millis();
        let shown = shown(&mail);
        let spent = watch.elapsed().as_millis();
        if spent > 200 {
            eprintln!("slow: {id} parsed in {parsed} ms, cleaned in {} ms", spent - parsed);
        }
        if spent > u128::from(line["expect"]["max_ms"].as_u64().unwrap_or(2000)) {
            failed.push(format!("{id}: {spent} ms"));
        }
        failed.extend(broken_promises(&mail).into_iter().map(|promise| format!("{id}: {promise}")));
        let case = Case { raw: &raw, mail, shown };
        for (key, value) in line["expect"].as_object().into_iter().flatten() {
            match case.holds(key, value) {
                Some(true) => held += 1,
                None => elsewhere += 1,
                Some(false) => failed.push(format!(
                    "{id}: {key} {value} but {:?} {:?} {:?} {:?} {:?} {:.200?}",
                    case.mail.subject,
                    case.mail.from,
                    case.mail.date,
                    case.mail.to.first(),
                    case.mail.files,
                    case.mail.text
                )),
            }
        }
    }
    eprintln!("{} messages: {held} facts hold, {elsewhere} are other layers' to show", lines.len());
    assert!(failed.is_empty(), "{} do not hold:\n{}", failed.len(), failed.join("\n"));
}

/// What holds for every message, whatever it is.
fn broken_promises(mail: &ParsedMail) -> Vec<String> {
    let is_line = |text: &str| !text.chars().any(|c| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}'));
    let people = mail.to.iter().chain(&mail.cc).chain(&mail.from).chain(&mail.reply_to);
    let mut values: Vec<&str> = people.flat_map(|person| [person.name.as_str(), person.address.as_str()]).collect();
    values.push(&mail.subject);
    values.extend(mail.message_id.as_deref());
    values.extend(mail.files.iter().map(|file| file.name.as_str()));
    let mut broken: Vec<String> =
        values.iter().filter(|value| !is_line(value)).map(|value| format!("not one line: {value:?}")).collect();
    for file in &mail.files {
        let name = &file.name;
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) || name.chars().count() > 120 {
            broken.push(format!("file name {name:?}"));
        }
    }
    broken
}

type Tag = (String, Vec<(String, String)>);

/// The tags of cleaned HTML, which quotes every attribute: names, and attributes with their values.
fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    for piece in html.split('<').skip(1) {
        let (mut rest, name_end) = (piece, piece.find([' ', '>']).unwrap_or(piece.len()));
        let name = rest[..name_end].to_owned();
        rest = &rest[name_end..];
        let mut attributes = Vec::new();
        while let Some((key, behind)) = rest.split_once("=\"").filter(|(key, _)| !key.contains('>')) {
            let (value, behind) = behind.split_once('"').unwrap_or((behind, ""));
            attributes.push((key.trim().to_owned(), value.to_owned()));
            rest = behind;
        }
        assert!(rest.starts_with('>'), "a tag of known shape: <{piece}");
        found.push((name, attributes));
    }
    found
}

const FORBIDDEN: [&str; 24] = [
    "script", "style", "svg", "math", "iframe", "frame", "frameset", "object", "embed", "form", "input", "button",
    "select", "textarea", "base", "meta", "link", "template", "dialog", "video", "audio", "body", "title", "noscript",
];

/// What of R1 to R5 a page would break.
fn breaks(html: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, attributes) in tags(html) {
        if FORBIDDEN.contains(&name.trim_start_matches('/')) || name.starts_with('!') {
            broken.push(format!("R1/R3: <{name}>"));
        }
        for (key, value) in attributes {
            let plain = value.to_ascii_lowercase();
            let is_link = ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| plain.starts_with(scheme));
            let is_bad_style = ["url", "expression", "position", "z-index", "@", "\\", "behavior", "-moz", "transform"];
            let rule = match key.as_str() {
                key if key.starts_with("on") => "R1",
                "src" if !plain.starts_with("data:image/") => "R2",
                "srcset" | "background" | "poster" | "ping" | "action" | "formaction" => "R2",
                "id" | "name" | "class" => "R4",
                "style" if is_bad_style.iter().any(|word| plain.contains(word)) || plain.contains(":-") => "R4",
                "href" if !is_link || name != "a" => "R5",
                "target" if plain != "_blank" => "R4",
                "rel" if plain != "noopener noreferrer" => "R4",
                _ => continue,
            };
            broken.push(format!("{rule}: {key}={value:?}"));
        }
    }
    broken
}

#[test]
fn no_payload_of_the_corpus_keeps_anything_active() {
    let Some(corpus) = corpus() else { return };
    let payloads = manifest(&corpus.join("xss/payloads.jsonl"));
    let mut failed = Vec::new();
    for payload in &payloads {
        let (id, foreign) = (payload["id"].as_str().unwrap_or_default(), payload["html"].as_str().unwrap_or_default());
        let cleaned = html::clean(foreign, Images::Blocked, &|_| None).html.to_string();
        failed.extend(breaks(&cleaned).iter().map(|broken| format!("{id}: {broken} in {cleaned}")));
        let again = html::clean(&cleaned, Images::Blocked, &|_| None).html.to_string();
        if again != cleaned {
            failed.push(format!("{id}: cleaned twice: {again} not {cleaned}"));
        }
        let text = html::text_of(&cleaned);
        let lost = strings(&payload["must_keep_text"]).into_iter().filter(|kept| !text.contains(kept));
        failed.extend(lost.map(|kept| format!("{id}: R6: lost {kept:?}")));
        let shown = html::clean(foreign, Images::Shown, &|_| None).html.to_string();
        let others = breaks(&shown).into_iter().filter(|broken| !broken.starts_with("R2: src=\"http"));
        failed.extend(others.map(|broken| format!("{id}: with pictures: {broken}")));
    }
    eprintln!("{} payloads", payloads.len());
    assert!(failed.is_empty(), "{} broken:\n{}", failed.len(), failed.join("\n"));
}
