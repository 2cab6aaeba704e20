//! What is said in a conversation is its members' alone, and only while they are members; and who may open the stream.

use crate::http::{Answer, Browser};
use crate::live::{FRAGMENT, SECOND, Talker, Told, ask, read_head};
use crate::office::{PASSWORD, TestOffice};
use crate::program::pause;
use hailstone::domain::people;
use std::time::Duration;

const QUIET: Duration = Duration::from_millis(300);

/// A private room of Anna's and Ben's with everything in it that a conversation can have.
struct Room {
    at: i64,
    message: i64,
    reply: i64,
    poll: i64,
    file: i64,
}

fn furnished(anna: &mut Talker, ben: i64) -> Room {
    let at = anna.room("Secretroom", true, &[ben]);
    let message = anna.says(at, "canary word");
    let reply = anna.says_with(at, "canary reply", &[("thread", &message.to_string())]);
    let posted =
        anna.post_file(&format!("/chat/{at}/say"), &[("text", "canary plan")], ("canary.txt", "text/plain", b"canary"));
    assert_eq!(posted.status, 200, "{}", posted.body);
    let file = posted.value_of("href=\"/chat/file/").unwrap().split('/').next().unwrap().parse().unwrap();
    for deed in ["pin", "star"] {
        assert_eq!(anna.post(&format!("/chat/message/{message}/{deed}"), &[]).status, 303, "{deed}");
    }
    assert_eq!(anna.post(&format!("/chat/message/{message}/react"), &[("emoji", "👍")]).status, 303);
    Room { at, message, reply, poll: message, file }
}

const READS: [&str; 15] = [
    "/chat/{at}",
    "/chat/{at}?before=99",
    "/chat/{at}?at=1",
    "/chat/{at}?answers={message}",
    "/chat/{at}/thread/{message}",
    "/chat/{at}/people?name=a",
    "/chat/{at}/pins",
    "/chat/{at}/files",
    "/chat/{at}/details",
    "/chat/{at}/export.json",
    "/chat/{at}/export.html",
    "/chat/message/{message}",
    "/chat/message/{message}/text",
    "/chat/message/{reply}/more",
    "/chat/file/{file}/canary.txt",
];

/// Addresses that take a form, with a field each needs.
const DEEDS: [(&str, &str, &str); 32] = [
    ("/chat/{at}/say", "text", "x"),
    ("/chat/{at}/say", "text", "/me waves"),
    ("/chat/{at}/say", "text", "/topic x"),
    ("/chat/{at}/say", "text", "/invite carla"),
    ("/chat/{at}/say", "text", "/leave"),
    ("/chat/{at}/say", "text", "/mail ben x | y"),
    ("/chat/{at}/read", "upto", "1"),
    ("/chat/{at}/typing", "", ""),
    ("/chat/{at}/draft", "text", "x"),
    ("/chat/{at}/join", "", ""),
    ("/chat/{at}/leave", "", ""),
    ("/chat/{at}/hide", "", ""),
    ("/chat/{at}/rename", "name", "x"),
    ("/chat/{at}/topic", "topic", "x"),
    ("/chat/{at}/archive", "", ""),
    ("/chat/{at}/favourite", "", ""),
    ("/chat/{at}/level", "level", "all"),
    ("/chat/{at}/invite", "person", "{me}"),
    ("/chat/{at}/kick", "person", "1"),
    ("/chat/{at}/ban", "person", "1"),
    ("/chat/{at}/unban", "person", "{me}"),
    ("/chat/{at}/mute", "person", "1"),
    ("/chat/{at}/role", "role", "owner"),
    ("/chat/message/{message}/edit", "text", "x"),
    ("/chat/message/{message}/delete", "", ""),
    ("/chat/message/{message}/undelete", "", ""),
    ("/chat/message/{message}/react", "emoji", "👍"),
    ("/chat/message/{message}/pin", "", ""),
    ("/chat/message/{message}/unpin", "", ""),
    ("/chat/message/{message}/star", "", ""),
    ("/chat/message/{message}/report", "why", "x"),
    ("/chat/message/{poll}/vote", "position", "1"),
];

impl Room {
    /// An address of this room, or of one that nobody has.
    fn address(&self, pattern: &str, is_real: bool) -> String {
        let id = |id: i64| if is_real { id } else { id + 7_000_000 };
        [
            ("{at}", self.at),
            ("{message}", self.message),
            ("{reply}", self.reply),
            ("{poll}", self.poll),
            ("{file}", self.file),
        ]
        .iter()
        .fold(pattern.to_owned(), |address, (name, value)| address.replace(name, &id(*value).to_string()))
    }
}

/// An answer as far as it does not say what was asked for.
fn words(answer: &Answer) -> (u16, String) {
    let mut words = String::new();
    // Ids and times differ; nothing else may.
    for c in answer.body.chars().filter(|c| !c.is_ascii_digit()) {
        words.push(c);
    }
    (answer.status, words)
}

#[test]
fn what_is_others_alone_cannot_be_told_from_what_is_not_there() {
    let office = TestOffice::unhurried();
    let carla_id = office.add("carla", "Carla Costa").to_string();
    let (mut anna, mut carla) = (Talker::of(&office, "anna"), Talker::of(&office, "carla"));
    let room = furnished(&mut anna, office.ben.get());
    let mut wrong = Vec::new();
    for pattern in READS {
        for accept in ["text/html", FRAGMENT] {
            let [real, none] = [true, false].map(|is_real| {
                words(&carla.browser.ask("GET", &room.address(pattern, is_real), &[("Accept", accept)], b""))
            });
            if real.0 != 404 || real != none {
                wrong.push(format!("GET {pattern} {accept}: {} and {}", real.0, none.0));
            }
        }
    }
    for (pattern, name, value) in DEEDS {
        let value = value.replace("{me}", &carla_id);
        let [real, none] = [true, false].map(|is_real| {
            let fields = [(name, value.as_str()), ("person", carla_id.as_str())];
            words(&carla.post(&room.address(pattern, is_real), &fields[..if name == "person" { 1 } else { 2 }]))
        });
        if real.0 != 404 || real != none {
            wrong.push(format!("POST {pattern} {name}={value}: {} and {}", real.0, none.0));
        }
    }
    for is_real in [true, false] {
        let file = ("x.txt", "text/plain", b"x".as_slice());
        for address in ["/chat/{at}/file", "/chat/{at}/say"] {
            let answer = carla.post_file(&room.address(address, is_real), &[], file);
            if answer.status != 404 {
                wrong.push(format!("a file to {address}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Nothing of all that was done, and no mail sent.
    let page = anna.get(&format!("/chat/{}", room.at)).body;
    assert!(page.contains("canary word") && !page.contains("Carla") && page.contains("Secretroom"), "{page}");
    assert!(office.caught.0.lock().unwrap().is_empty());
}

#[test]
fn a_private_room_is_nowhere_told_to_others() {
    let office = TestOffice::open();
    office.add("carla", "Carla Costa");
    let (mut anna, mut carla) = (Talker::of(&office, "anna"), Talker::of(&office, "carla"));
    let mut live = carla.live();
    let room = furnished(&mut anna, office.ben.get());
    anna.says(room.at, "canary for @carla and @here");
    anna.post(&format!("/chat/{}/typing", room.at), &[]);
    anna.post(&format!("/chat/{}/topic", room.at), &[("topic", "canary topic")]);
    anna.post(&format!("/chat/{}/level", room.at), &[("level", "all")]);
    let told = live.all(SECOND);
    let is_of_it = |told: &Told| {
        matches!(told.topic.as_str(), "chat" | "typing" | "read" | "counts" | "rooms" | "conversation" | "ring")
            || told.head.to_string().contains("anary")
            || told.id.is_some()
    };
    assert!(!told.iter().any(is_of_it), "{told:?}");
    let pages = [
        "/chat",
        "/chat/rooms",
        "/chat/jump?name=secret",
        "/chat/starred",
        "/search?in=chat&q=canary",
        "/search?in=chat&q=in%3ASecretroom",
        "/search?in=chat&q=from%3Aanna",
        "/search?in=chat&q=has%3Afile",
        "/search?in=chat&q=can",
        &format!("/search?in=chat&q=in%3A%23{}%20canary", room.at),
        "/search?q=canary",
        "/today",
        "/people",
        &format!("/people/{}", office.anna),
        "/presence?of=1,2,3",
    ];
    for path in pages {
        let mut body = carla.get(path).body;
        // What was asked for may be repeated in the box.
        for asked in ["value=\"canary\"", "“canary”", "?q=canary", "q=canary", "value=\"can\"", "q=can"] {
            body = body.replace(asked, "");
        }
        body = body.replace("%20canary", "").replace(" canary\"", "\"").replace(" canary”", "");
        assert!(
            !body.contains("anary w") && !body.contains("anary p") && !body.contains("canary.txt"),
            "{path}: {body}"
        );
        assert!(!body.contains("anary t") && !body.contains("data-conversation"), "{path}: {body}");
        let name = body.replace("in:Secretroom", "").replace("in%3ASecretroom", "");
        assert!(!name.contains("Secretroom"), "{path}: {name}");
    }
    // A name that is taken is told, since rooms share their names; nothing else of it is.
    let taken = carla.post("/chat/new", &[("kind", "room"), ("name", "Secretroom")]);
    assert_eq!(taken.status, 422);
}

#[test]
fn who_is_sent_away_hears_nothing_more_and_may_do_nothing() {
    let office = TestOffice::unhurried();
    let (anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let me = office.ben.get();
    for (round, deed) in ["kick", "ban", "leave"].into_iter().cycle().take(9).enumerate() {
        let mut owner = anna.tab(anna.at);
        let at = owner.room(&format!("away {round}"), true, &[me]);
        let message = owner.says(at, "before");
        let mut live = ben.live();
        let is_over = std::sync::atomic::AtomicBool::new(false);
        let gone = std::thread::scope(|scope| {
            for _ in 0..4 {
                let (mut own, is_over) = (anna.tab(anna.at), &is_over);
                scope.spawn(move || {
                    while !is_over.load(std::sync::atomic::Ordering::SeqCst) {
                        own.says(at, "flood");
                        own.post(&format!("/chat/message/{message}/react"), &[("emoji", "👍")]);
                        own.post(&format!("/chat/{at}/typing"), &[]);
                    }
                });
            }
            pause(Duration::from_millis(60));
            if deed == "leave" {
                ben.does(at, deed, me)
            } else {
                owner.does(at, deed, me)
            }
            let gone = owner.says(at, "gone");
            pause(Duration::from_millis(60));
            is_over.store(true, std::sync::atomic::Ordering::SeqCst);
            gone
        });
        owner.post(&format!("/chat/{at}/rename"), &[("name", &format!("other {round}"))]);
        let told = live.all(QUIET);
        let list = told.iter().rposition(|told| told.topic == "rooms").expect("the list without the room");
        assert!(!told[list].html.contains(&format!("away {round}")));
        let late: Vec<_> = told.iter().filter(|told| told.head["message"].as_i64() >= Some(gone)).collect();
        assert!(late.is_empty(), "{deed}: {late:?}");
        let late: Vec<_> = told[list..].iter().filter(|told| told.head["conversation"] == at).collect();
        assert!(late.is_empty(), "{deed}: {late:?}");
        assert!(ben.live_since(Some(0)).all(QUIET).iter().all(|told| told.head["conversation"] != at), "{deed}");
        let room = Room { at, message, reply: message, poll: message, file: 7_000_000 };
        for pattern in READS {
            assert_eq!(ben.get(&room.address(pattern, true)).status, 404, "{deed}: {pattern}");
        }
        for (pattern, name, value) in DEEDS {
            let own = me.to_string();
            let fields = [(name, value.replace("{me}", &own)), ("person", own.clone())];
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            let answer = ben.post(&room.address(pattern, true), &fields);
            assert_eq!(answer.status, 404, "{deed}: {pattern} {value}");
        }
    }
}

#[test]
fn whoever_is_banned_from_a_public_room_does_not_find_it_any_more() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.room("Publicroom", false, &[]);
    let message = anna.says(at, "canary word");
    assert_eq!(ben.get(&format!("/chat/{at}")).status, 200);
    assert!(ben.get("/chat/rooms").body.contains("Publicroom"));
    ben.does(at, "join", office.ben.get());
    anna.does(at, "ban", office.ben.get());
    for path in [format!("/chat/{at}"), format!("/chat/message/{message}"), format!("/chat/{at}/export.txt")] {
        assert_eq!(ben.get(&path).status, 404, "{path}");
    }
    assert_eq!(ben.post(&format!("/chat/{at}/join"), &[]).status, 404);
    assert!(!ben.get("/chat/rooms").body.contains("Publicroom"));
    assert!(!ben.get("/search?in=chat&q=canary").body.contains("canary word"));
    anna.does(at, "unban", office.ben.get());
    ben.does(at, "join", office.ben.get());
}

#[test]
fn who_comes_later_sees_nothing_older() {
    let office = TestOffice::open();
    office.add("carla", "Carla Costa");
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let carla = Talker::of(&office, "carla");
    let at = anna.room("Ancientroom", true, &[3]);
    let old = anna.says(at, "ancient root");
    let reply = anna.says_with(at, "ancient reply", &[("thread", &old.to_string())]);
    let posted = anna.post_file(&format!("/chat/{at}/say"), &[], ("ancient.txt", "text/plain", b"ancient"));
    let file: i64 = posted.value_of("href=\"/chat/file/").unwrap().split('/').next().unwrap().parse().unwrap();
    let (mut bens, mut carlas) = (ben.live(), carla.live());
    let invited = anna.post(&format!("/chat/{at}/invite"), &[("person", &office.ben.to_string()), ("history", "now")]);
    assert_eq!(invited.status, 303, "{}", invited.body);
    // What happens to what is old, and new words that lead back to it.
    for number in 0..8 {
        anna.says_with(at, &format!("quoting {number}"), &[("answers", &old.to_string())]);
    }
    let new = anna.says_with(at, "newer reply", &[("thread", &old.to_string())]);
    for (deed, name, value) in
        [("react", "emoji", "👍"), ("pin", "", ""), ("edit", "text", "ancient edit"), ("star", "", "")]
    {
        let answer = anna.post(&format!("/chat/message/{old}/{deed}"), &[(name, value)]);
        assert_eq!(answer.status, 303, "{deed}: {}", answer.body);
    }
    let told = bens.all(SECOND);
    let everything = format!("{told:?}");
    assert!(told.iter().filter(|told| told.topic == "chat").count() >= 9, "{everything}");
    assert!(!everything.contains("ancient"), "{everything}");
    assert!(told.iter().all(|told| told.head["message"] != old && told.head["message"] != reply), "{everything}");
    // Who was there before sees what is quoted.
    assert!(
        carlas.all(SECOND).iter().any(|told| told.html.contains("quoting 7") && told.html.contains("ancient root"))
    );
    let missed = format!("{:?}", ben.live_since(Some(1)).all(QUIET));
    assert!(!missed.contains("ancient"), "{missed}");
    finds_nothing_older(&mut ben, at, old, reply, new, file);
}

/// No address leads somebody to what was said before they came.
fn finds_nothing_older(ben: &mut Talker, at: i64, old: i64, reply: i64, new: i64, file: i64) {
    for path in [
        format!("/chat/{at}"),
        format!("/chat/{at}?at=1"),
        format!("/chat/{at}?after=0"),
        format!("/chat/{at}/thread/{new}"),
        format!("/chat/{at}/pins"),
        format!("/chat/{at}/files"),
        format!("/chat/{at}/details"),
        format!("/chat/{at}/export.json"),
        format!("/chat/{at}/export.html"),
        format!("/chat/{at}/export.txt"),
        format!("/chat/message/{new}/more"),
        "/search?in=chat&q=in%3AAncientroom".to_owned(),
        "/search?in=chat&q=has%3Afile".to_owned(),
        "/search?in=chat&q=root".to_owned(),
        "/chat/starred".to_owned(),
    ] {
        let answer = ben.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.contains("ancient"), "{path}: {}", answer.body);
    }
    for path in [
        format!("/chat/message/{old}"),
        format!("/chat/message/{reply}/text"),
        format!("/chat/{at}/thread/{old}"),
        format!("/chat/{at}?answers={old}"),
        format!("/chat/file/{file}/ancient.txt"),
    ] {
        assert_eq!(ben.get(&path).status, 404, "{path}");
    }
    for (field, value) in [("answers", old), ("thread", old), ("thread", reply)] {
        let answer = ben.post(&format!("/chat/{at}/say"), &[("text", "probing"), (field, &value.to_string())]);
        assert_eq!(answer.status, 404, "{field}: {}", answer.body);
    }
    for deed in ["react", "star", "pin", "edit", "delete", "undelete", "report"] {
        let answer = ben.post(&format!("/chat/message/{old}/{deed}"), &[("emoji", "👍"), ("text", "x"), ("why", "x")]);
        assert_eq!(answer.status, 404, "{deed}");
    }
}

#[test]
fn a_closed_account_hears_and_says_no_more() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let at = anna.with(office.ben.get());
    anna.says(at, "before");
    let (mut live, carla) = (ben.live(), Talker::of(&office, "anna").live());
    let who = office.ben;
    office.runtime.block_on(office.office.store.write(move |tx| people::set_disabled(tx, who, true))).unwrap();
    // A stream that was just looked at may hear on for a second; then it ends, whoever wrote the words for others.
    pause(SECOND + QUIET);
    for _ in 0..3 {
        anna.says(at, "after the end");
        pause(QUIET);
    }
    let told = live.all(SECOND);
    assert!(!format!("{told:?}").contains("after the end"), "{told:?}");
    assert!(told.iter().any(|told| told.topic == "end"), "{told:?}");
    drop(carla);
    for (path, field) in
        [(format!("/chat/{at}/say"), "x"), (format!("/chat/{at}/typing"), ""), ("/chat/new".into(), "x")]
    {
        let answer = ben.post(&path, &[("text", field), ("person", "1")]);
        assert!(answer.status == 303 && answer.header("location").starts_with("/login"), "{path}: {}", answer.status);
    }
    let (_, mut answer) = ask(ben.at, &ben.browser, None);
    assert_eq!(read_head(&mut answer), 401);
}

#[test]
fn the_stream_opens_to_own_pages_of_who_is_signed_in_and_not_without_end() {
    let office = TestOffice::open();
    let (ben, nobody) = (Talker::of(&office, "ben"), Browser::new(office.door("http")));
    let (_, mut answer) = ask(ben.at, &nobody, None);
    assert_eq!(read_head(&mut answer), 401);
    for headers in [
        [("Origin", "http://evil.example")],
        [("Origin", "null")],
        [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
    ] {
        let answer = ben.tab(ben.at).browser.ask("GET", "/live", &headers, b"");
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    // One more than a person may have ends that person's oldest, and nobody else's.
    let mut annas = Talker::of(&office, "anna").live();
    let mut streams: Vec<_> = (0..21).map(|_| ben.live()).collect();
    assert!(streams.remove(0).ends(SECOND));
    assert!(!streams.iter_mut().any(|live| live.ends(Duration::ZERO)) && !annas.ends(QUIET));
}

#[test]
fn a_stream_ends_with_its_session() {
    let office = TestOffice::open();
    let (mut here, mut there) = (Talker::of(&office, "ben"), Talker::of(&office, "ben"));
    let (mut first, mut second) = (here.live(), there.live());
    assert_eq!(there.post("/logout", &[]).status, 303);
    assert!(second.ends(SECOND * 2), "after signing out");
    assert!(!first.ends(QUIET), "the other session goes on");
    let mut third = Talker::of(&office, "ben").live();
    assert_eq!(here.post("/settings/sessions/others", &[]).status, 303);
    assert!(third.ends(SECOND * 2), "after the others were ended");
    let mut fourth = Talker::of(&office, "ben").live();
    let fields = [("old", PASSWORD), ("new", "another and long")];
    let answer = here.post("/settings/password", &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(fourth.ends(SECOND * 2), "after the password was changed");
}

#[test]
fn nothing_is_done_without_the_forms_token_or_from_elsewhere() {
    let office = TestOffice::open();
    let mut anna = Talker::of(&office, "anna");
    let room = furnished(&mut anna, office.ben.get());
    let before = anna.get(&format!("/chat/{}/export.json", room.at)).body;
    let csrf = anna.csrf.clone();
    let others = [("/chat/new", "person", "2"), ("/chat/read", "", ""), ("/presence", "show", "busy")];
    for (pattern, name, value) in DEEDS.into_iter().chain(others) {
        let path = room.address(pattern, true);
        for token in ["", "forged"] {
            let answer = anna.browser.post(&path, &[("csrf", token), (name, value)]);
            assert_eq!(answer.status, 403, "{path}");
        }
        for headers in [[("Origin", "http://evil.example")], [("Sec-Fetch-Site", "cross-site")]] {
            let answer = anna.browser.post_from(&path, &[("csrf", &csrf), (name, value)], &headers);
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
    }
    for path in ["/chat/{at}/say", "/chat/{at}/file"] {
        let mut forged = anna.tab(anna.at);
        forged.csrf = "forged".to_owned();
        let answer = forged.post_file(&room.address(path, true), &[("text", "x")], ("x.txt", "text/plain", b"x"));
        assert_eq!(answer.status, 403, "{path}");
    }
    assert_eq!(anna.get(&format!("/chat/{}/export.json", room.at)).body, before);
}
