//! What a hostile client says, brings and floods with.

use crate::http::Answer;
use crate::live::{FRAGMENT, SECOND, Talker};
use crate::office::TestOffice;
use crate::program::pause;
use hailstone::kernel::clock::Stopwatch;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn in_parts(talker: &mut Talker, path: &str, fields: &[(&str, &str)]) -> Answer {
    let csrf = talker.csrf.clone();
    let all: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
    talker.browser.post_parts(path, &all)
}

#[test]
fn a_text_of_any_length_is_said_or_refused_in_words() {
    let office = TestOffice::open();
    let mut anna = Talker::of(&office, "anna");
    let at = anna.with(office.ben.get());
    let say = format!("/chat/{at}/say");
    let too_long = "A message has 4,000 characters at most";
    for letter in ["x", "語", "e\u{301}"] {
        let count = |count: usize| letter.repeat(count / letter.chars().count());
        for (text, status, words) in [
            (String::new(), 422, "Write something"),
            (" \n\t\u{200B}\u{202E}\0".to_owned(), 422, "Write something"),
            (count(4000), 303, ""),
            (count(4000) + "1", 422, too_long),
            (count(100_000), 422, too_long),
            ("x".repeat(1_000_000), 422, too_long),
            (format!("/me {}", count(4000)), 303, ""),
            (format!("/me {}1", count(4000)), 422, too_long),
            (format!("/topic {}", "x".repeat(1_000_000)), 200, ""),
            (format!("/{}", "x".repeat(1_000_000)), 422, too_long),
        ] {
            for answer in [anna.post(&say, &[("text", &text)]), in_parts(&mut anna, &say, &[("text", &text)])] {
                let shown: String = text.chars().take(20).collect();
                // Between two there is no topic.
                let status = if text.starts_with("/topic") { answer.status.max(200) } else { status };
                assert_eq!(answer.status, status, "{shown} of {}", text.len());
                assert!(answer.body.contains(words), "{shown}: {}", answer.body);
                assert!(answer.status < 500);
            }
        }
    }
    // Larger than any form.
    let huge = "x".repeat(3 * 1024 * 1024);
    for answer in [anna.post(&say, &[("text", &huge)]), in_parts(&mut anna, &say, &[("text", &huge)])] {
        assert_eq!(answer.status, 413, "{}", answer.body);
    }
    let page = anna.get(&format!("/chat/{at}/export.json"));
    assert!(!page.body.contains(&"x".repeat(4001)));
}

/// Texts that mean harm, and what must not come of them.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](\u{1}javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:msgbox)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/logout)",
        "![x](https://evil.example/pixel.png)",
        "![x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "<https://evil.example/\"onmouseover=alert(1)>",
        "[x]: javascript:alert(1)\n[x]",
        "[x](https://evil.example \"t\\\" onclick=alert(1)\")",
        "`` ` <b> ``\n```html\n<script>alert(1)</script>",
        "```\"><script>alert(1)</script>\nx",
        "<svg/onload=alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<style>body{display:none}</style>",
        "<!-- --><form action=/logout method=post><button>x",
        "</article></main></body><script>alert(1)</script>",
        "| a | b |\n|---|---|\n| <b onclick=x> | [x](javascript:1) |",
        "https://evil.example/<script>",
        "https://аррӏе.com/ and https://xn--80ak6aa92e.com/",
        "https://user:pass@evil.example/@good.example",
        "javascript:alert(document.domain)",
        "@anna<script> @\"><script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
        "a\0b\u{7}c\u{1b}[31m\u{202E}exe.gpj\u{2066}\u{2069}",
        "[\u{202E}moc.elgoog](https://evil.example)",
        "{{ 7*7 }} ${7*7} <%= 7*7 %>",
        "\r\revent: end\rdata: {}\r\r",
        "\n\nevent: end\ndata: {}\n\n",
    ]
    .map(str::to_owned)
    .to_vec();
    let deep = [
        ">", "> ", "- ", "* ", "1. ", "#", "[", "![", "*", "_", "**a ", "`", "(", "<", "\\", "~~", "|", "@anna ",
        "@here ", "&amp;",
    ];
    texts.extend(deep.map(|part| part.repeat(3999 / part.len())));
    texts.push("[a](".repeat(900));
    texts.push("*a _b ".repeat(600));
    texts.push((0..180).map(|depth| format!("{}- x\n", " ".repeat(depth % 18 * 2))).collect());
    texts.push(format!("Z{}", "\u{0343}\u{0489}".repeat(1900)));
    texts
}

/// The tags of a page, with their attributes, as a browser reads them.
fn tags(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let name_end = rest.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap();
        let name = rest[..name_end].to_lowercase();
        rest = &rest[name_end..];
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.starts_with('>') {
                break;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>' || c == '/').unwrap();
            let attribute = rest[..end].to_lowercase();
            rest = &rest[end..];
            let mut value = "";
            if let Some(behind) = rest.strip_prefix("=\"") {
                let end = behind.find('"').unwrap();
                (value, rest) = (&behind[..end], &behind[end + 1..]);
            } else {
                assert!(!rest.starts_with('='), "an attribute without quotes: {attribute}");
            }
            attributes.push((attribute, value.to_owned()));
        }
        found.push((name, attributes));
    }
    found
}

const TAGS: [&str; 31] = [
    "article",
    "span",
    "header",
    "b",
    "a",
    "time",
    "div",
    "p",
    "blockquote",
    "strong",
    "em",
    "code",
    "pre",
    "del",
    "s",
    "ul",
    "ol",
    "li",
    "br",
    "button",
    "svg",
    "use",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "path",
    "i",
];

/// What is wrong with the HTML of messages.
fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, attributes) in tags(html) {
        if !TAGS.contains(&name.as_str()) {
            faults.push(format!("<{name}>"));
        }
        for (attribute, value) in attributes {
            let is_address = matches!(attribute.as_str(), "href" | "src" | "action" | "formaction" | "xlink:href");
            let is_own = value.starts_with("/chat/") || value.starts_with("/people/") || value.starts_with("/static/");
            let is_outside = ["https://", "http://", "mailto:"].iter().any(|scheme| value.starts_with(scheme));
            if attribute.starts_with("on") || attribute == "style" || (is_address && !is_own && !is_outside) {
                faults.push(format!("<{name} {attribute}={value}>"));
            }
            if is_outside && name == "img" {
                faults.push(format!("a picture from elsewhere: {value}"));
            }
        }
    }
    let is_hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    faults.extend(html.chars().find(|c| is_hidden(*c)).map(|c| format!("{c:?}")));
    faults
}

#[test]
fn whatever_is_typed_is_shown_as_words_soon() {
    let office = TestOffice::unhurried();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    let mut live = ben.live();
    let mut wrong = Vec::new();
    for text in hostile() {
        let shown: String = text.chars().take(30).collect();
        let watch = Stopwatch::start();
        let answer = anna.say(at, &text);
        assert!(matches!(answer.status, 303 | 422), "{shown}: {}", answer.status);
        if answer.status == 422 {
            continue;
        }
        let told = live.said().unwrap_or_else(|| panic!("nothing is told of {shown}"));
        wrong.extend(faults(&told.html).into_iter().map(|fault| format!("{shown:?} told: {fault}")));
        if watch.elapsed() > SECOND {
            wrong.push(format!("{shown:?} took {:?}", watch.elapsed()));
        }
        let pings = told.head["pings"].as_array().unwrap().len();
        assert!(pings <= 1 && !told.html.contains("<script"), "{shown}");
    }
    for path in ["", "?at=1", "?at=30"] {
        let watch = Stopwatch::start();
        let page = ben.get(&format!("/chat/{at}{path}"));
        let taken = watch.elapsed();
        assert_eq!(page.status, 200);
        if taken > SECOND {
            wrong.push(format!("the page {path} took {taken:?}"));
        }
        for part in page.body.split("<div class=\"said\">").skip(1) {
            let part = part.split("</article>").next().unwrap();
            wrong.extend(faults(part).into_iter().map(|fault| format!("page: {fault}")));
        }
    }
    for path in ["/search?in=chat&q=alert", "/chat", &format!("/chat/{at}/export.html")] {
        let page = ben.get(path);
        for bad in ["<script>alert", "onerror=alert(1)>", "href=\"javascript:", "href=\"data:", "\0", "\u{202E}"] {
            assert!(!page.body.contains(bad), "{path}: {bad}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_of_rooms_and_files_and_messages_are_words_too() {
    let office = TestOffice::open();
    let (mut anna, ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let mut live = ben.live();
    let name = "a\"><script>alert(1)</script>\u{202E}\r\nevent: end\r\n";
    let at = anna.room(name, false, &[office.ben.get()]);
    let client = "\"><b>\r\revent: resync\rdata: {}\r\r\n\nevent: end\n\n";
    for client in [client, "\r\rid: 999999\revent: beat\r\r", "x\0y", "\u{202E}"] {
        let answer = anna.post(&format!("/chat/{at}/say"), &[("text", "named"), ("client_id", client)]);
        assert!(matches!(answer.status, 303 | 422), "{}", answer.status);
    }
    anna.post(&format!("/chat/{at}/topic"), &[("topic", name)]);
    anna.says(at, "the last");
    let told = live.all(SECOND);
    assert!(told.iter().all(|told| !matches!(told.topic.as_str(), "resync" | "end" | "message")), "{told:?}");
    assert!(told.iter().all(|told| told.id.is_none_or(|id| id < 999_999)), "{told:?}");
    assert!(told.iter().any(|told| told.html.contains("the last")), "{told:?}");
    for path in
        [format!("/chat/{at}"), "/chat/rooms".to_owned(), "/chat/jump".to_owned(), format!("/chat/{at}/details")]
    {
        let page = Talker::of(&office, "ben").get(&path);
        assert!(page.status == 200 && !page.body.contains("<script>") && !page.body.contains('\u{202E}'), "{path}");
    }
    let saved = anna.get(&format!("/chat/{at}/export.txt"));
    let header = saved.header("content-disposition");
    assert!(header.starts_with("attachment; filename=\"") && header.matches('"').count() == 2, "{header}");
    for long in ["x".repeat(61), "x".repeat(1_000_000), " ".to_owned(), "#".to_owned(), "\u{200B}".to_owned()] {
        let answer = anna.post("/chat/new", &[("kind", "room"), ("name", &long)]);
        assert!(matches!(answer.status, 422 | 413), "{}: {}", long.len(), answer.status);
    }
}

#[test]
fn what_belongs_to_another_conversation_cannot_be_brought_in() {
    let office = TestOffice::open();
    let mut anna = Talker::of(&office, "anna");
    let (here, there) = (anna.with(office.ben.get()), anna.with(office.anna.get()));
    let foreign = anna.says(there, "canary of another place");
    let uploaded = anna.post_file(&format!("/chat/{there}/file"), &[], ("x.txt", "text/plain", b"x"));
    let file = uploaded.value_of(KEPT).unwrap();
    let (foreign, say) = (foreign.to_string(), format!("/chat/{here}/say"));
    for (field, value) in [
        ("answers", foreign.as_str()),
        ("thread", &foreign),
        ("kept", &file),
        ("kept", "999999"),
        ("answers", "999999"),
    ] {
        let answer = anna.post(&say, &[("text", "probing"), (field, value)]);
        assert_eq!(answer.status, 404, "{field} {value}");
    }
    // What is no id at all is nothing.
    for (field, value) in [("answers", "x"), ("thread", "-1"), ("kept", "99999999999999999999")] {
        let answer = anna.post(&say, &[("text", "odd"), (field, value)]);
        assert!(matches!(answer.status, 303 | 404), "{field} {value}: {}", answer.status);
    }
    for path in
        [format!("/chat/{here}/thread/{foreign}"), format!("/chat/{here}?answers={foreign}"), format!("/chat/{here}")]
    {
        let page = anna.get(&path);
        assert!(page.status == 404 || !page.body.contains("canary of"), "{path}: {}", page.status);
    }
    // A file is said once.
    let own = anna.post_file(&format!("/chat/{here}/file"), &[], ("y.txt", "text/plain", b"y"));
    let own = own.value_of(KEPT).unwrap();
    assert_eq!(anna.post(&say, &[("text", "once"), ("kept", &own)]).status, 303);
    assert_eq!(anna.post(&say, &[("text", "twice"), ("kept", &own)]).status, 404);
    assert!(!anna.get(&format!("/chat/{here}")).body.contains("probing"));
}

/// What stands before the id of a file that was uploaded.
const KEPT: &str = "name=\"kept\" value=\"";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x06\0\0\0<script>alert(1)</script>";

#[test]
fn a_file_never_acts_in_the_offices_name() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    let html: &[u8] = b"<html><script>alert(1)</script>";
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let lies: [(&str, &str, &[u8]); 11] = [
        ("a.png", "image/png", html),
        ("a.html", "text/html", html),
        ("a.svg", "image/svg+xml", svg),
        ("a.png", "image/png", svg),
        ("a.html", "text/html", PNG),
        ("a.pdf", "application/pdf", b"%PDF-1.4"),
        ("../../etc/passwd", "text/html", html),
        ("C:\\\\x\\\\a.exe", "text/plain", b"MZ"),
        ("gpj\u{202E}exe.html", "x\u{202E}/y", html),
        ("a%0d%0aSet-Cookie: x=y.html", "text/html; x=\"y", html),
        ("", "image/gif", b"GIF89a\0\0\0\0<script>"),
    ];
    for (name, kind, bytes) in lies {
        let posted = anna.post_file(&format!("/chat/{at}/say"), &[("text", "")], (name, kind, bytes));
        assert_eq!(posted.status, 200, "{name}: {}", posted.body);
        assert!(!posted.body.contains('\u{202E}') && !posted.body.contains("\"../"), "{name}: {}", posted.body);
        let href = format!("/chat/file/{}", posted.value_of("\"/chat/file/").unwrap());
        let file = ben.get(&href);
        assert_eq!(file.status, 200, "{href}");
        let (kind, how) = (file.header("content-type"), file.header("content-disposition"));
        let is_picture = bytes.starts_with(b"\x89PNG") || bytes.starts_with(b"GIF8");
        assert_eq!(kind.starts_with("image/"), is_picture, "{name}: {kind}");
        assert!(
            is_picture || (kind == "application/octet-stream" && how.starts_with("attachment")),
            "{name}: {kind} {how}"
        );
        assert!(matches!(kind, "application/octet-stream" | "image/png" | "image/gif"), "{name}: {kind}");
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{name}");
        assert!(file.header("content-security-policy").starts_with("sandbox"), "{name}");
        assert!(how.is_ascii() && how.matches('"').count() == 2 && !how.contains(".."), "{name}: {how}");
        assert_eq!(file.header("set-cookie"), "", "{name}");
    }
    // Whatever name the address says, the file is the same.
    let posted = anna.post_file(&format!("/chat/{at}/say"), &[], ("a.txt", "text/plain", html));
    let id = posted.value_of("\"/chat/file/").unwrap().split('/').next().unwrap().to_owned();
    let file = ben.get(&format!("/chat/file/{id}/evil.html"));
    assert_eq!(
        (file.header("content-type"), file.header("content-disposition").contains("evil")),
        ("application/octet-stream", false)
    );
}

#[test]
fn a_file_over_the_limit_is_refused_in_words_and_leaves_nothing() {
    let office = TestOffice::open();
    let mut anna = Talker::of(&office, "anna");
    let at = anna.with(office.ben.get());
    let large = vec![b'x'; 25 * 1024 * 1024 + 1];
    for path in [format!("/chat/{at}/say"), format!("/chat/{at}/file")] {
        let answer = anna.post_file(&path, &[("text", "with it")], ("large.bin", "application/octet-stream", &large));
        assert_eq!(answer.status, 413, "{}", answer.body);
        assert!(answer.body.contains(' '), "no words");
    }
    assert!(!anna.get(&format!("/chat/{at}")).body.contains("with it"));
    // More files than a message holds.
    let kept: Vec<String> = (0..11)
        .map(|_| {
            let posted = anna.post_file(&format!("/chat/{at}/file"), &[], ("x.txt", "text/plain", b"x"));
            posted.value_of(KEPT).unwrap()
        })
        .collect();
    let fields: Vec<_> = kept.iter().map(|file| ("kept", file.as_str())).collect();
    assert_eq!(anna.post(&format!("/chat/{at}/say"), &fields).status, 422);
    assert_eq!(anna.post(&format!("/chat/{at}/say"), &fields[..10]).status, 303);
    // A file for nowhere is not even written down.
    let half = vec![b'y'; 1024 * 1024];
    let answer = anna.post_file("/chat/7000000/file", &[], ("half.bin", "application/octet-stream", &half));
    assert_eq!(answer.status, 404);
}

/// How long saying something takes, with a little rest behind it.
fn timed(talker: &mut Talker, at: i64, text: &str) -> Duration {
    let watch = Stopwatch::start();
    talker.says(at, text);
    let span = watch.elapsed();
    pause(Duration::from_millis(20));
    span
}

fn median(spans: impl Iterator<Item = Duration>) -> Duration {
    let mut spans: Vec<_> = spans.collect();
    spans.sort_unstable();
    spans[spans.len() / 2]
}

#[test]
fn a_flood_is_slowed_and_nobody_else_waits_for_it() {
    let office = TestOffice::open();
    let (mut anna, ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    let message = anna.says(at, "before");
    let calm = median((0..20).map(|number| timed(&mut anna, at, &format!("at first {number}"))));
    let (is_over, whole) = (AtomicBool::new(false), Stopwatch::start());
    let floods: Vec<(String, (&str, &str))> = vec![
        (format!("/chat/{at}/say"), ("text", "flood")),
        (format!("/chat/{at}/typing"), ("", "")),
        (format!("/chat/{at}/read"), ("upto", "1")),
        (format!("/chat/message/{message}/react"), ("emoji", "👍")),
        (format!("/chat/{at}/draft"), ("text", "x")),
        ("/chat/new".to_owned(), ("kind", "room")),
    ];
    let (spans, statuses) = std::thread::scope(|scope| {
        let flooders: Vec<_> = floods
            .iter()
            .map(|(path, (name, value))| {
                let (mut own, is_over) = (ben.tab(ben.at), &is_over);
                scope.spawn(move || {
                    let mut statuses = Vec::new();
                    for number in 0.. {
                        if is_over.load(Ordering::SeqCst) {
                            break;
                        }
                        let room = format!("flood {number}");
                        let answer = own.post(path, &[(*name, *value), ("name", &room)]);
                        statuses.push((answer.status, answer.header("retry-after").to_owned()));
                    }
                    statuses
                })
            })
            .collect();
        let spans = median((0..60).map(|number| timed(&mut anna, at, &format!("calm {number}"))));
        is_over.store(true, Ordering::SeqCst);
        (spans, flooders.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>())
    });
    // Where the machine has other work, calm is slow as well.
    assert!(spans < Duration::from_millis(100).max(calm * 5), "{spans:?}, in calm {calm:?}");
    let taken: usize = statuses.iter().flatten().filter(|(status, _)| *status < 400).count();
    for (statuses, (path, _)) in statuses.iter().zip(&floods) {
        let slowed =
            statuses.iter().find(|(status, _)| *status == 429).unwrap_or_else(|| panic!("{path} is not slowed"));
        assert!(slowed.1.parse::<u64>().unwrap() > 0, "{path}: {}", slowed.1);
    }
    // A burst of 200, and 20 a second.
    let most = 210 + 20 * usize::try_from(whole.elapsed().as_secs() + 1).unwrap();
    assert!(taken <= most, "{taken} passed");
    // Who waits is heard again, and a script is told as well.
    pause(Duration::from_millis(500));
    let mut ben = ben;
    let fields = format!("csrf={}&text=calm+again", ben.csrf);
    let headers = [("Accept", FRAGMENT), ("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(ben.browser.ask("POST", &format!("/chat/{at}/say"), &headers, fields.as_bytes()).status, 200);
}
