//! The company's look on every surface: pages signed out and in, of errors, for visitors; what browsers install; mail.

use crate::http::{Answer, Browser};
use crate::office::{TestOffice, smtp_send, wait_until};
use hailstone::domain::audit::Actor;
use hailstone::domain::calendar::{self, Ways};
use hailstone::domain::chat::{self, MessageKind, NewMessage};
use hailstone::domain::mail::FolderRole;
use hailstone::domain::settings;
use hailstone::format::ical::{Answer as Said, Draft, Guest, Kind, Part, Reminder, When};
use hailstone::format::mime;
use hailstone::kernel::id::PersonId;
use hailstone::services::brand::{self, Changes};
use hailstone::services::calendar::{Deed, act};
use hailstone::services::{nudge, read};
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const COMPANY: &str = "Kaltenbach Werke";
const PRODUCT: &str = "Werkbank";
const LEGAL: &str = "Kaltenbach Werke KG\nAm Kanal 7, 12345 Rüben";
/// The program's own name, which stands on one page alone.
const PROGRAM: &str = "hailstone";
const LOGO: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 60 20'><script>alert(1)</script>\
    <path d='M0 0h20v20H0z' fill='#0b2a5b'/><circle cx='45' cy='10' r='9' fill='#0b2a5b' onclick='x()'/></svg>";

impl TestOffice {
    fn branded(company: &str, product: &str, legal: &str) -> Self {
        let office = Self::open();
        office
            .brand(&[("company", company), ("product", product), ("legal", legal), ("colour", "#0b5fae")], Some(LOGO));
        office
    }

    fn brand(&self, values: &[(&str, &str)], logo: Option<&[u8]>) {
        let changes = Changes {
            values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            pictures: logo.map(|logo| ("logo".to_owned(), logo.to_vec())).into_iter().collect(),
            removed: Vec::new(),
        };
        self.runtime.block_on(brand::change(&self.office, &Actor::console(), changes)).unwrap();
    }

    /// Something of every kind, so that every kind of page is there; a reminder and two mails are on their way.
    fn furnish(&self) {
        let mut anna = self.signed_in("anna");
        let mut ben = self.signed_in("ben");
        let (now, who) = (self.office.clock.now(), self.anna);
        let ways = Ways { by_page: true, by_push: false, by_mail: true, by_chat: false };
        self.runtime.block_on(self.office.store.write(move |tx| calendar::set_ways(tx, who, ways))).unwrap();
        // A moment later than the reminder is before it: one that is over already does not ring.
        let at = |minutes| Some(When::Utc(now.plus(MINUTE * minutes + Duration::from_secs(3))));
        let guest = Guest {
            address: "carla@else.example".parse().unwrap(),
            name: "Carla".to_owned(),
            part: Part::Required,
            answer: Said::NeedsAction,
        };
        let draft = Draft {
            title: "Handover".to_owned(),
            guests: vec![guest],
            reminders: vec![Reminder { minutes_before: 10 }],
            ..Draft::at(Kind::Event, at(10), at(30))
        };
        let deed = Deed::Make { calendar: None, draft: Box::new(draft) };
        self.runtime.block_on(act(&self.office, self.anna, deed)).unwrap();
        form(&mut anna, "/calendar/tasks", &[("title", "Order bolts")]);
        let desk = [
            ("open", "on"),
            ("name", "ben"),
            ("title", "Visit"),
            ("length", "30"),
            ("days_ahead", "30"),
            ("notice", "2"),
            ("buffer", "0"),
        ];
        assert_eq!(form(&mut ben, "/calendar/booking", &desk).status, 303);
        let lost = [("to", "who@nowhere.example"), ("subject", "Lost"), ("body", "Hello?"), ("do", "send")];
        assert_eq!(form(&mut anna, "/mail/compose", &lost).status, 303);
        self.book();
        form(&mut ben, "/settings/hours/away", &[("outside", "Back on Monday."), ("do", "set")]);
        let letter = b"From: Carol <carol@else.example>\r\nTo: ben@example.org\r\nSubject: Plans\r\nMessage-ID: <p@x>\r\n\r\nHi\r\n";
        assert!(smtp_send(self.door("smtp"), "<carol@else.example>", &["ben@example.org"], letter).starts_with("250"));
        self.talk();
    }

    /// A stranger books a time with Ben and confirms it.
    fn book(&self) {
        let mut visitor = self.browser();
        let page = visitor.get("/book/ben?minutes=30&zone=UTC");
        let (csrf, at) = (page.csrf(), page.value_of("name=\"at\" value=\"").expect("a free time"));
        let fields = [
            ("csrf", &*csrf),
            ("minutes", "30"),
            ("zone", "UTC"),
            ("at", &at),
            ("name", "Vera"),
            ("address", "vera@else.example"),
            ("website", ""),
        ];
        assert_eq!(visitor.post("/book/ben", &fields).status, 200);
        let asked = || {
            self.caught.0.lock().unwrap().iter().map(|parcel| mime::parse(&parcel.bytes).text).find_map(|text| {
                let at = text.find("/book/visit/")?;
                Some(text[at..].split_whitespace().next()?.to_owned())
            })
        };
        wait_until("the mail to confirm has left", || asked().is_some());
        let path = asked().unwrap();
        let page = visitor.get(&path);
        assert_eq!(visitor.post(&format!("{path}/confirm"), &[("csrf", &page.csrf())]).status, 303);
        let company = self.office.store.read_here(settings::brand).unwrap().company;
        assert_branded(&path, &visitor.get(&path), &[&company, PRODUCT]);
    }

    /// Anna says something to Ben, and he gets it as mail.
    fn talk(&self) {
        let mut anna = self.signed_in("anna");
        let talk = anna.get(&format!("/chat/with/{}", self.ben)).header("location").to_owned();
        let to = talk.trim_start_matches("/chat/").parse().unwrap();
        let (anna, ben) = (self.anna, self.ben);
        let new = NewMessage {
            to,
            text: "The lathe is here".to_owned(),
            client_id: String::new(),
            answers: None,
            thread: None,
            files: Vec::new(),
            kind: MessageKind::Text,
        };
        let said = self.office.store.write(move |tx| {
            let said = chat::say(tx, anna, &new)?;
            chat::message(tx, ben, said.message)
        });
        let message = self.runtime.block_on(said).unwrap();
        self.runtime.block_on(nudge::mail_one(&self.office, ben, message)).unwrap();
    }

    fn mails(&self, who: PersonId, role: FolderRole) -> Vec<Vec<u8>> {
        let rows = self.list(who, role);
        let raw = |row: &hailstone::domain::mail::Row| {
            self.runtime.block_on(read::source(&self.office, who, row.item)).unwrap()
        };
        rows.iter().map(raw).collect()
    }
}

fn form(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.get("/settings/look").csrf();
    let all: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
    browser.post(path, &all)
}

/// Posts the brand's form with files, as a browser does.
fn post_brand(browser: &mut Browser, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
    let csrf = browser.get("/settings/look").csrf();
    let mut body = Vec::new();
    for (name, value) in [("csrf", csrf.as_str())].iter().chain(fields) {
        let part = format!("--PART\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--PART\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--PART--\r\n");
    browser.ask("POST", "/admin/brand", &[("Content-Type", "multipart/form-data; boundary=PART")], &body)
}

/// An address without what numbers and names in it: pages of one kind are one.
fn shape(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut digits = String::new();
    for letter in path.chars() {
        let letter = if letter.is_ascii_digit() { '0' } else { letter };
        if !(letter == '0' && digits.ends_with('0')) {
            digits.push(letter);
        }
    }
    let names: BTreeSet<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{digits}?{}", names.into_iter().collect::<Vec<_>>().join("&"))
}

/// The addresses of our own that a page leads to or loads.
fn links(body: &str) -> Vec<String> {
    let marks = [" href=\"/", " src=\"/", " srcset=\"/"];
    let found = marks.iter().flat_map(|mark| body.split(mark).skip(1).filter_map(|rest| rest.split('"').next()));
    let own = found.filter(|path| !path.starts_with('/'));
    own.map(|path| format!("/{}", path.split('#').next().unwrap().replace("&amp;", "&").replace("&#38;", "&")))
        .collect()
}

/// Visits every kind of page that can be reached from `roots`. Returns address, status and body of each.
fn crawl(browser: &mut Browser, roots: &[&str]) -> Vec<(String, Answer)> {
    let mut waiting: VecDeque<String> = roots.iter().map(|root| (*root).to_owned()).collect();
    let (mut known, mut visited) = (BTreeSet::new(), Vec::new());
    while let Some(path) = waiting.pop_front() {
        if !known.insert(shape(&path)) || known.len() > 400 {
            continue;
        }
        let answer = browser.get(&path);
        let onward = answer.header("location").to_owned();
        if onward.starts_with('/') {
            waiting.push_back(onward);
        }
        if answer.header("content-type").starts_with("text/html") {
            waiting.extend(links(&answer.body));
        }
        visited.push((path, answer));
    }
    visited
}

/// A whole page bears the name the office goes by; nothing bears the program's.
fn assert_branded(path: &str, answer: &Answer, names: &[&str]) {
    let is_page = answer.header("content-type").starts_with("text/html") && answer.body.contains("<title>");
    // The frame of a message's foreign text is no page of ours.
    if is_page && !path.ends_with("/body") {
        let title = answer.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
        assert!(names.iter().any(|name| title.contains(name)), "{path}: {title}");
        let seen = answer.body.split("<body").nth(1).unwrap_or_default();
        assert!(names.iter().any(|name| seen.contains(name)), "{path} shows no name: {seen}");
    }
    assert_neutral(path, answer);
}

fn assert_neutral(path: &str, answer: &Answer) {
    let head = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>();
    let lower = (head + &answer.body).to_lowercase();
    if shape(path) == shape("/help/about") && answer.status == 200 {
        assert!(lower.contains(PROGRAM), "the one page that says which program this is");
    } else if let Some(at) = lower.find(PROGRAM) {
        let around: String = lower.chars().skip(lower[..at].chars().count().saturating_sub(80)).take(200).collect();
        panic!("{path}: {around}");
    }
}

#[test]
fn every_page_bears_the_brand_and_none_but_one_the_program_s_name() {
    let office = TestOffice::branded(COMPANY, PRODUCT, LEGAL);
    let other = TestOffice::branded("Zweitfirma", "", "Zweitfirma KG");
    office.furnish();
    wait_until("a reminder has come", || !office.mails(office.anna, FolderRole::Inbox).is_empty());
    let everybody = [
        "/login",
        "/offline",
        "/setup",
        "/book/ben",
        "/manifest.webmanifest",
        "/favicon.ico",
        "/sw.js",
        "/brand/icon-mask.png",
        "/brand/icon.svg",
        "/nothing/here",
    ];
    let signed_out = crawl(&mut office.browser(), &everybody);
    let member = crawl(&mut office.signed_in("ben"), &["/today", "/admin", "/chat", "/mail/sent", "/nothing/here"]);
    let admin =
        crawl(&mut office.signed_in("anna"), &["/today", "/admin", "/admin/brand", "/mail/sent", "/setup/check"]);
    for (kind, visited, least) in [("signed out", &signed_out, 15), ("member", &member, 80), ("admin", &admin, 80)] {
        assert!(visited.len() >= least, "{kind}: {}", visited.len());
        for (path, answer) in visited {
            assert!(answer.status < 500, "{path}: {}", answer.status);
            assert_branded(path, answer, &[PRODUCT, COMPANY]);
            assert!(!answer.body.contains("Zweitfirma"), "{path}: another company's name");
        }
    }
    for path in ["/help/about", "/settings/look", "/calendar", "/chat/new", "/people"] {
        assert!(member.iter().any(|(visited, _)| visited == path), "{path} was not found");
    }
    let sheet = other.browser().get("/brand.css").body;
    assert_eq!(sheet, office.browser().get("/brand.css").body, "the same colour is the same sheet");
    let there = crawl(&mut other.signed_in("anna"), &["/today"]);
    assert!(there.iter().all(|(_, answer)| !answer.body.contains(PRODUCT) && !answer.body.contains(COMPANY)));
    there.iter().for_each(|(path, answer)| assert_branded(path, answer, &["Zweitfirma"]));
}

#[test]
fn pages_of_errors_bear_the_brand() {
    let office = TestOffice::branded(COMPANY, PRODUCT, LEGAL);
    let (mut nobody, mut ben) = (office.browser(), office.signed_in("ben"));
    let csrf = nobody.get("/login").csrf();
    let large = "x".repeat(3 << 20);
    let wrong = [("username", "ben"), ("password", "wrong and long"), ("csrf", csrf.as_str())];
    let mut answers = vec![
        (404, nobody.get("/nothing")),
        (404, ben.get("/mail/message/999999")),
        (403, ben.get("/admin/brand")),
        (403, nobody.post_from("/login", &wrong, &[("Origin", "https://evil.example")])),
        (403, ben.post("/presence", &[("csrf", "stale"), ("show", "busy")])),
        (405, nobody.ask("PUT", "/login", &[], b"")),
        (413, nobody.post("/login", &[("csrf", &csrf), ("username", &large)])),
        (422, nobody.post("/login", &wrong)),
        (400, nobody.ask("POST", "/login", &[("Content-Encoding", "gzip")], b"x")),
    ];
    let refused = (0..12).map(|_| nobody.post("/login", &wrong)).find(|answer| answer.status == 429);
    answers.push((429, refused.expect("too many tries")));
    for (status, answer) in &answers {
        assert_eq!(answer.status, *status, "{}", answer.body);
        assert_branded(&format!("{status}"), answer, &[PRODUCT]);
        let is_bare = answer.body.contains("<body class=\"login\"");
        assert_eq!(answer.body.contains("Am Kanal 7, 12345 Rüben"), is_bare, "{status}: the imprint");
    }
    assert!(answers.iter().filter(|(_, answer)| answer.body.contains("Am Kanal 7")).count() >= 6);
}

#[test]
fn what_a_browser_installs_bears_the_brand() {
    let office = TestOffice::branded(COMPANY, PRODUCT, LEGAL);
    let mut browser = office.browser();
    let manifest = browser.get("/manifest.webmanifest").body;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!((manifest["name"].as_str(), manifest["short_name"].as_str()), (Some(PRODUCT), Some(PRODUCT)));
    let before = browser.get("/brand/icon-192.png");
    for icon in manifest["icons"].as_array().unwrap() {
        let answer = browser.get(icon["src"].as_str().unwrap());
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"), "made of the logo: {icon}");
    }
    let worker = browser.get("/sw.js").body;
    assert!(worker.contains("const NAME = \"Werkbank\";"), "{worker:.300}");
    let mark = |worker: &str| worker.lines().find(|line| line.starts_with("const BRAND")).unwrap().to_owned();
    office.brand(
        &[("product", "Andere")],
        Some(b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><circle cx='4' cy='4' r='4'/></svg>"),
    );
    assert_ne!(mark(&worker), mark(&browser.get("/sw.js").body), "a new brand is a new worker");
    assert_ne!(before.body, browser.get("/brand/icon-192.png").body, "and a new logo new icons");
    assert!(browser.get("/offline").body.contains("Andere"));
}

#[test]
fn mail_of_every_kind_bears_the_brand() {
    let office = TestOffice::branded(COMPANY, PRODUCT, LEGAL);
    office.brand(&[("footer", "Kaltenbach Werke\nHRB 7 Rüben")], None);
    office.furnish();
    // To confirm, booked; the invitation, and the answer of who is away.
    wait_until("all has left", || office.caught.0.lock().unwrap().len() >= 4);
    wait_until("bounce and reminder are there", || office.mails(office.anna, FolderRole::Inbox).len() >= 2);
    let outside = office.caught.0.lock().unwrap().iter().map(|parcel| parcel.bytes.clone()).collect::<Vec<_>>();
    let inside = [office.mails(office.anna, FolderRole::Inbox), office.mails(office.ben, FolderRole::Inbox)].concat();
    let sent = office.mails(office.anna, FolderRole::Sent);
    let mut subjects = BTreeSet::new();
    for raw in outside.iter().chain(&inside).chain(&sent) {
        let mail = mime::parse(raw);
        if mail.subject == "Plans" {
            continue; // came from outside
        }
        subjects.insert(mail.subject.split([':', ' ']).next().unwrap().to_owned());
        assert!(mail.text.contains(COMPANY), "{}: {}", mail.subject, mail.text);
        let files: Vec<u8> =
            (0..mail.files.len()).filter_map(|index| mime::file(raw, index)).flat_map(|(_, bytes)| bytes).collect();
        let all = [raw.clone(), files, mail.text.clone().into_bytes()].concat();
        assert!(!String::from_utf8_lossy(&all).to_lowercase().contains(PROGRAM), "{}", mail.subject);
    }
    for wanted in ["Invitation", "Please", "Booked", "Auto", "Your", "Handover", "Lost", "An"] {
        assert!(subjects.contains(wanted), "{wanted}: {subjects:?}");
    }
    let of = |start: &str| {
        let mut found = outside.iter().chain(&inside).chain(&sent).map(|raw| mime::parse(raw));
        found.find(|mail| mail.subject.starts_with(start)).unwrap()
    };
    assert_eq!(of("Your message could not").from.unwrap().name, "Kaltenbach Werke mail delivery");
    assert!(of("Please confirm").text.contains("Am Kanal 7, 12345 Rüben"), "the office's own letters have the imprint");
    assert!(
        of("Lost").text.trim_end().ends_with("\n-- \nKaltenbach Werke\nHRB 7 Rüben"),
        "a person's the footer: {}",
        of("Lost").text
    );
    assert!(of("Auto: Plans").text.trim_end().ends_with("HRB 7 Rüben"));
}

#[test]
fn a_footer_stands_above_the_quote_when_one_writes_and_in_sent() {
    let office = TestOffice::open();
    office.brand(&[("footer", "Kaltenbach Werke\nHRB 7")], None);
    office.send(b"From: Carol <carol@else.example>\r\nTo: anna@example.org\r\nSubject: Bolts\r\nMessage-ID: <b@x>\r\n\r\nHow many?\r\n");
    let mut anna = office.signed_in("anna");
    let item = office.list(office.anna, FolderRole::Inbox)[0].item;
    let page = anna.get(&format!("/mail/compose?reply={item}")).body;
    let area = page.split("<textarea").nth(1).unwrap().split("</textarea>").next().unwrap();
    let (footer, quote) = (area.find("Kaltenbach Werke\nHRB 7").unwrap(), area.find("wrote:").unwrap());
    assert!(footer < quote, "{area}");
    assert!(anna.get("/mail/compose").body.contains("-- \nKaltenbach Werke\nHRB 7"));
    let body = "Seven.\r\n\r\nOn 3 May, Carol wrote:\r\n> How many?\r\n";
    let fields = [("to", "carol@else.example"), ("subject", "Re: Bolts"), ("body", body), ("do", "send")];
    assert_eq!(form(&mut anna, "/mail/compose", &fields).status, 303);
    let sent = mime::parse(&office.mails(office.anna, FolderRole::Sent)[0]).text;
    assert_eq!(sent.trim_end(), "Seven.\n\n-- \nKaltenbach Werke\nHRB 7\n\nOn 3 May, Carol wrote:\n> How many?");
    wait_until("it has left", || office.caught.0.lock().unwrap().len() == 1);
    assert_eq!(mime::parse(&office.caught.0.lock().unwrap()[0].bytes).text, sent);
}

#[test]
fn the_brand_is_set_on_its_page_and_what_is_wrong_stands_beside_its_field() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let good = [
        ("company", "Bär & Söhne"),
        ("product", "Höhle"),
        ("colour", "#ffd500"),
        ("hue", "1"),
        ("chroma", "2"),
        ("tone", "deep"),
        ("ground", "strong"),
        ("footer", "Bär"),
        ("legal", "HRB 9"),
    ];
    let answer = post_brand(&mut anna, &good, &[("logo", LOGO), ("background", LOGO)]);
    assert_eq!((answer.status, answer.header("location")), (303, "/admin/brand?done=brand"), "{}", answer.body);
    let page = anna.get("/admin/brand").body;
    for seen in [
        "value=\"Höhle\"",
        "value=\"94\"",
        "/brand/logo?v=",
        " × 342",
        "The logo is dark",
        "AAA",
        "Same by: <code>brand set",
    ] {
        assert!(page.contains(seen), "{seen}: {page}");
    }
    let login = office.browser().get("/login").body;
    assert!(
        login.contains("data-ground=\"picture\"") && login.contains("plate-dark") && login.contains("HRB 9"),
        "{login}"
    );
    let logo = office.browser().get("/brand/logo");
    assert_eq!(
        (logo.header("content-type"), logo.header("content-security-policy")),
        ("image/png", "default-src 'none'; sandbox")
    );
    let wrong = [
        ("company", " "),
        ("colour", "blue"),
        ("hue", "400"),
        ("product", &"x".repeat(41)),
        ("footer", "kept as typed"),
    ];
    let broken: &[u8] = b"\x89PNG\r\n\x1a\nno";
    let large = vec![0; 600 * 1024];
    let text = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><text>A</text></svg>";
    let answer = post_brand(&mut anna, &wrong, &[("logo", broken), ("icon", &large), ("logo_dark", text)]);
    assert_eq!(answer.status, 422);
    for field in ["company", "colour", "hue", "product", "logo", "icon", "logo_dark"] {
        assert!(answer.body.contains(&format!("class=\"error\" id=\"{field}-")), "{field}: {}", answer.body);
    }
    assert!(answer.body.contains("kept as typed") && answer.body.contains("turn the text into paths"));
    assert!(anna.get("/admin/brand").body.contains("value=\"Höhle\""), "nothing of it was kept");
    post_brand(&mut anna, &[("remove", "logo"), ("remove", "background"), ("remove", "hat")], &[]);
    assert_eq!((anna.get("/brand/logo").status, anna.get("/brand/background").status), (404, 404));
    assert!(anna.get("/manifest.webmanifest").body.contains("icon.svg"), "icons of the logo went with it");
    assert_eq!(form(&mut anna, "/admin/brand/reset", &[]).status, 303);
    let brand = office.office.store.read_here(settings::brand).unwrap();
    assert_eq!((brand.name(), brand.accent.hue, brand.legal.as_str()), ("Bär & Söhne", 245, ""));
}

#[test]
fn a_preview_shows_what_is_typed_and_only_to_administrators() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let path = "/admin/brand/preview?company=Neu&product=&colour=%23ffd500&footer=Fu%C3%9F&legal=%3Cb%3E";
    let shown = anna.ask("GET", path, &[("Accept", "text/vnd.office.fragment+html")], b"").body;
    for seen in [
        "Neu",
        "Fuß",
        "&#60;b&#62;",
        "data-hue=\"94\"",
        "data-tone=\"bright\"",
        "preview.css?hue=94&#38;chroma=181&#38;tone=bright",
    ] {
        assert!(shown.contains(seen), "{seen}: {shown}");
    }
    let sheet = anna.get("/admin/brand/preview.css?hue=94&chroma=181&tone=bright");
    assert!(sheet.header("content-type").starts_with("text/css") && sheet.body.starts_with(".preview{--brand-h:94;"));
    let hostile = anna.get("/admin/brand/preview.css?hue=%7D*%7Bcolor:red&chroma=-1&tone=%22");
    assert_eq!(hostile.body, anna.get("/admin/brand/preview.css").body, "what is none is passed over");
    let mut ben = office.signed_in("ben");
    for path in ["/admin/brand", "/admin/brand/preview", "/admin/brand/preview.css"] {
        assert_eq!(ben.get(path).status, 403, "{path}");
        assert_eq!(office.browser().get(path).status, 303, "{path}");
    }
    assert_eq!(post_brand(&mut ben, &[("company", "Mine")], &[]).status, 403);
    assert_eq!(form(&mut ben, "/admin/brand/reset", &[]).status, 403);
    assert!(anna.get("/today").body.contains("Example &#38; Sons"));
}
