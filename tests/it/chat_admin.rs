//! Chat as administrators run it, programs that speak in rooms, and polls: through the web door.

use crate::http::{Answer, Browser, post};
use crate::office::{PASSWORD, TestOffice, wait_until};
use crate::program;
use hailstone::domain::chat::{self, ConversationKind, MessageKind, NewMessage, NewRoom};
use hailstone::domain::people::Role;
use hailstone::kernel::id::{ChatMessageId, ConversationId, PersonId};
use hailstone::kernel::secret::Secret;
use hailstone::services::setup::{self, NewAccount};
use serde_json::Value;
use std::sync::mpsc::Receiver;
use std::time::Duration;

impl TestOffice {
    fn room(&self, name: &'static str, kind: ConversationKind) -> ConversationId {
        let (anna, ben) = (self.anna, self.ben);
        let made = self.office.store.write(move |tx| {
            let new = NewRoom { name: name.to_owned(), topic: String::new(), kind };
            let room = chat::make_room(tx, anna, &new)?;
            chat::invite(tx, anna, room, ben, chat::HistoryFrom::Start)?;
            Ok::<_, chat::ChatError>(room)
        });
        self.runtime.block_on(made).unwrap()
    }

    fn say(&self, who: PersonId, to: ConversationId, text: &str) -> ChatMessageId {
        let (text, client_id) = (text.to_owned(), String::new());
        let kind = MessageKind::Text;
        let new = NewMessage { to, text, client_id, answers: None, thread: None, files: Vec::new(), kind };
        self.runtime.block_on(self.office.store.write(move |tx| chat::say(tx, who, &new))).unwrap().message
    }

    fn newcomer(&self, name: &str) -> PersonId {
        let new = NewAccount {
            name: name.to_owned(),
            full_name: "Cleo Cramer".to_owned(),
            role: Role::Member,
            password: Secret::new(PASSWORD.to_owned()),
        };
        self.runtime.block_on(setup::add_account(&self.office, new)).unwrap()
    }
}

/// An open live stream that has said hello: nothing that happens from now on is missed.
fn live(office: &TestOffice, browser: &Browser) -> Receiver<(String, Value)> {
    let heard = crate::presence::live(office, browser);
    assert_eq!(heard.recv_timeout(Duration::from_secs(10)).unwrap().0, "hello");
    heard
}

/// As a program does: no cookies, no origin.
fn program(office: &TestOffice, path: &str, kind: &str, body: &str) -> Answer {
    office.browser().ask("POST", path, &[("Content-Type", kind)], body.as_bytes())
}

#[test]
fn whoever_runs_no_office_is_refused_at_every_address_of_its_administration() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let pages = ["/admin/chat", "/admin/chat/log", "/admin/chat/export", "/admin/online"];
    let posts = ["/admin/chat/announce", "/admin/chat/words", "/admin/chat/rules", "/admin/chat/export"];
    let fields = [("text", "I am the office"), ("motd", "mine"), ("days", "1"), ("confirm", "1")];
    for path in pages {
        assert_eq!(ben.get(path).status, 403, "{path}");
        assert_eq!(office.browser().get(path).status, 303, "{path}");
        assert_eq!(anna.get(path).status, 200, "{path}");
    }
    for path in posts {
        assert_eq!(post(&mut ben, path, &fields).status, 403, "{path}");
        assert_eq!(anna.post(path, &fields).status, 403, "{path}: without its token");
        assert_ne!(office.browser().post(path, &fields).status, 200, "{path}");
    }
    assert!(anna.get("/today").body.contains("href=\"/admin\""));
    let page = ben.get("/today").body;
    assert!(!page.contains("href=\"/admin\"") && !page.contains("mine") && !page.contains("office-note"));
}

#[test]
fn what_the_office_says_to_all_stands_over_every_page_until_it_is_read() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let heard = live(&office, &ben);
    assert_eq!(post(&mut anna, "/admin/chat/announce", &[("text", " \n ")]).status, 422);
    let long = "x".repeat(4001);
    let refused = post(&mut anna, "/admin/chat/announce", &[("text", &long)]);
    assert!(refused.status == 422 && refused.body.contains("id=\"text-hint\"") && refused.body.contains(&long));
    let answer = post(&mut anna, "/admin/chat/announce", &[("text", "The **lift** is out of <order>")]);
    assert_eq!((answer.status, answer.header("location")), (303, "/admin/chat?done=announced"));
    let words = "The lift is out of &#60;order&#62;";
    for path in ["/today", "/mail/inbox", "/people", "/settings/look"] {
        let page = ben.get(path).body;
        assert!(page.contains("office-note") && page.contains(words) && page.contains("Example &#38; Sons"), "{path}");
    }
    assert!(!anna.get("/today").body.contains("office-note"), "who says it has read it");
    // To be brought into the room is many changes at once, which come but do not ring.
    while heard.recv_timeout(Duration::from_secs(5)).unwrap().0 != "chat" {}
    let page = ben.get("/mail/inbox");
    let value = |name: &str| page.value_of(&format!("name=\"{name}\" value=\"")).unwrap();
    let (room, upto) = (value("conversation"), value("upto"));
    let read = [("conversation", room.as_str()), ("upto", upto.as_str()), ("back", "/mail/inbox")];
    let answer = post(&mut ben, "/announcement/read", &read);
    assert_eq!((answer.status, answer.header("location")), (303, "/mail/inbox"));
    assert!(!ben.get("/mail/inbox").body.contains("office-note"));
    let page = ben.get(&format!("/chat/{room}")).body;
    assert!(
        page.contains("#announcements") && page.contains("<strong>lift</strong>") && page.contains(">office</span>")
    );
    let said = post(&mut ben, &format!("/chat/{room}/say"), &[("text", "And the stairs?")]);
    assert_eq!(said.status, 422, "administrators alone speak there");
    office.newcomer("cleo");
    post(&mut anna, "/admin/chat/announce", &[("text", "It works again")]);
    while heard.recv_timeout(Duration::from_secs(5)).unwrap().0 != "ring" {}
    let mut cleo = office.signed_in("cleo");
    let page = cleo.get("/today").body;
    assert!(page.contains("It works again") && !page.contains("lift"));
    let room: ConversationId = room.parse().unwrap();
    let talk = office.office.store.read_here(|tx| chat::conversation(tx, office.ben, room)).unwrap();
    assert_eq!(talk.last, 2, "the second stands in the same room");
}

#[test]
fn the_message_of_the_day_and_the_welcome_are_set_and_cleared() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let room = office.room("desk", ConversationKind::Public);
    let words = [("motd", "Cake at **three**\r\nin the kitchen"), ("welcome", "Hello, and ask [Ben](/people)")];
    assert_eq!(post(&mut anna, "/admin/chat/words", &words).status, 303);
    for path in ["/today".to_owned(), format!("/chat/{room}")] {
        let page = ben.get(&path).body;
        assert!(page.contains("Message of the day") && page.contains("<strong>three</strong>"), "{path}: {page}");
    }
    assert!(!ben.get("/people").body.contains("Message of the day"));
    let long = "x".repeat(2001);
    let refused = post(&mut anna, "/admin/chat/words", &[("motd", ""), ("welcome", &long)]);
    assert!(refused.status == 422 && refused.body.contains("href=\"#welcome\""), "{}", refused.body);
    assert!(ben.get("/today").body.contains("Message of the day"), "nothing of a refused form is kept");
    office.newcomer("cleo");
    let mut cleo = office.signed_in("cleo");
    let notes = cleo.get("/chat").header("location").to_owned();
    let page = cleo.get(&notes).body;
    assert!(page.contains("Hello, and ask") && page.contains("Example &#38; Sons"), "{page}");
    assert_eq!(post(&mut anna, "/admin/chat/words", &[("motd", ""), ("welcome", "")]).status, 303);
    assert!(!ben.get("/today").body.contains("Message of the day"));
}

#[test]
fn to_keep_less_is_named_once_more_and_a_room_may_be_slowed_down() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let room = office.room("desk", ConversationKind::Public);
    let rules = format!("/chat/{room}/rules");
    assert_eq!(ben.get(&rules).status, 403);
    assert_eq!(post(&mut ben, &rules, &[("slow", "0")]).status, 403, "a member sets no rules");
    assert!(anna.get(&format!("/chat/{room}/details")).body.contains(&rules));
    for wrong in [[("slow", "x"), ("days", "1")], [("slow", "0"), ("days", "-3")], [("slow", "0"), ("days", "1e9")]] {
        assert_eq!(post(&mut anna, &rules, &wrong).status, 422, "{wrong:?}");
    }
    let asked = post(&mut anna, &rules, &[("slow", "60"), ("days", "30")]);
    assert!(asked.status == 422 && asked.body.contains("Type desk here"), "{}", asked.body);
    let named = post(&mut anna, &rules, &[("slow", "60"), ("days", "30"), ("confirm", "#desk")]);
    assert_eq!(named.status, 303, "{}", named.body);
    let talk = office.office.store.read_here(|tx| chat::conversation(tx, office.anna, room)).unwrap();
    assert_eq!((talk.slow, talk.keeps_days), (60, 30));
    assert!(anna.get("/admin/chat").body.contains("30 days"));
    let say = format!("/chat/{room}/say");
    assert_eq!(post(&mut ben, &say, &[("text", "one")]).status, 303);
    let second = post(&mut ben, &say, &[("text", "two")]);
    assert!(second.status == 422 && second.body.contains("Not so fast"), "{}", second.body);
    assert_eq!(post(&mut anna, &rules, &[("slow", "0"), ("days", "30"), ("only_moderators", "yes")]).status, 303);
    assert_eq!(post(&mut ben, &say, &[("text", "three")]).status, 422);
    for wrong in ["-1", "soon", "40000", ""] {
        let refused = post(&mut anna, "/admin/chat/rules", &[("days", wrong)]);
        assert!(refused.status == 422 && refused.body.contains("href=\"#days\""), "{wrong}");
    }
    assert_eq!(post(&mut anna, "/admin/chat/rules", &[("days", "30")]).status, 303, "nothing is that old");
}

#[test]
fn who_writes_and_who_has_read_is_told_only_where_the_office_lets_it() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let room = office.room("desk", ConversationKind::Public);
    let message = office.say(office.anna, room, "hello");
    ben.get(&format!("/chat/{room}"));
    let heard = live(&office, &anna);
    let is_told = |ben: &mut Browser| {
        assert_eq!(post(ben, &format!("/chat/{room}/typing"), &[]).status, 204);
        std::iter::from_fn(|| heard.recv_timeout(Duration::from_secs(1)).ok()).any(|(topic, _)| topic == "typing")
    };
    let more = format!("/chat/message/{message}/more");
    assert!(is_told(&mut ben));
    assert!(anna.get(&format!("/chat/{room}")).body.contains("Read by Ben"));
    assert!(anna.get(&more).body.contains("Read by Ben"));
    assert_eq!(post(&mut anna, "/admin/chat/rules", &[("days", "0")]).status, 303);
    assert!(!is_told(&mut ben));
    assert!(!anna.get(&format!("/chat/{room}")).body.contains("Read by Ben"));
    assert!(!anna.get(&more).body.contains("Read by"));
    let on = [("days", "0"), ("typing", "on"), ("read_marks", "on")];
    assert_eq!(post(&mut anna, "/admin/chat/rules", &on).status, 303);
    assert!(is_told(&mut ben) && anna.get(&more).body.contains("Read by Ben"));
}

#[test]
fn all_logs_are_looked_over_but_what_was_said_in_private_is_not() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let open = office.room("desk", ConversationKind::Public);
    let private = office.room("board", ConversationKind::Private);
    for (room, words) in [(open, "openly wrong"), (private, "privately wrong")] {
        let message = office.say(office.ben, room, words);
        assert_eq!(post(&mut ben, &format!("/chat/message/{message}/edit"), &[("text", "right")]).status, 303);
    }
    let bad = office.say(office.anna, private, "something bad");
    let report = [("why", "this hurts")];
    assert_eq!(post(&mut ben, &format!("/chat/message/{bad}/report"), &report).status, 303);
    let page = anna.get("/admin/chat/log").body;
    for (words, is_there) in
        [("openly wrong", true), ("privately wrong", false), ("this hurts", true), ("something bad", true)]
    {
        assert_eq!(page.contains(words), is_there, "{words}");
    }
    let reported = anna.get("/admin/chat/log?act=reported").body;
    assert!(reported.contains("something bad") && !reported.contains("openly wrong"));
    let one = anna.get(&format!("/admin/chat/log?room={open}&person={}", office.ben)).body;
    assert!(one.contains("openly wrong") && !one.contains("something bad"));
    assert!(anna.get("/admin/chat/log?room=x&person=9999&act=nonsense&page=99").body.contains("Nothing here"));
    let own = anna.get(&format!("/chat/{private}/rules")).body;
    assert!(own.contains("privately wrong") && own.contains("this hurts"), "those in the room see its own log");
}

#[test]
fn a_copy_for_the_law_holds_what_was_asked_for_and_is_written_down() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let room = office.room("desk", ConversationKind::Public);
    let pair = {
        let (a, b) = (office.anna, office.ben);
        office.runtime.block_on(office.office.store.write(move |tx| chat::direct(tx, b, a))).unwrap()
    };
    office.say(office.ben, pair, "between two <b>");
    office.say(office.anna, room, "in the open");
    for number in 0..1100 {
        office.say(office.ben, room, &format!("line {number}"));
    }
    let take = |anna: &mut Browser, fields: &[(&str, &str)]| post(anna, "/admin/chat/export", fields);
    let all = take(&mut anna, &[("form", "jsonl")]);
    assert_eq!((all.status, all.header("content-type")), (200, "application/jsonl"));
    assert!(all.header("content-disposition").starts_with("attachment; filename=\"legal-export-"));
    let lines: Vec<Value> = all.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let texts: Vec<_> = lines.iter().filter(|line| line["kind"] == "text").map(|line| &line["text"]).collect();
    assert_eq!((texts.len(), texts[0], texts[1101]), (1102, &"between two <b>".into(), &"line 1099".into()));
    let (ben, here) = (office.ben.to_string(), room.to_string());
    let some = take(&mut anna, &[("form", "jsonl"), ("person", &ben), ("room", &here)]).body;
    assert!(!some.contains("between two") && !some.contains("in the open") && some.contains("line 7"));
    let html = take(&mut anna, &[("form", "html")]);
    assert!(html.header("content-security-policy").starts_with("sandbox"));
    assert!(html.body.contains("between two &lt;b&gt;") && html.body.trim_end().ends_with("</html>"), "{}", html.body);
    assert_eq!(take(&mut anna, &[("form", "jsonl"), ("to", "2001-01-01")]).body, "");
    let wrong = take(&mut anna, &[("from", "2026-11-31")]);
    assert!(wrong.status == 422 && wrong.body.contains("id=\"from-error\""));
    let wrong = take(&mut anna, &[("from", "2026-11-03"), ("to", "2026-11-01")]);
    assert!(wrong.status == 422 && wrong.body.contains("id=\"to-error\""));
    let log = anna.get("/admin/chat/log?act=exported").body;
    assert_eq!(log.matches("took a legal export").count() - 1, 4, "each once, however many parts it had");
}

#[test]
fn who_is_here_is_listed_with_devices_but_for_those_who_appear_offline() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let _bens = live(&office, &ben);
    let main = |page: &Answer| page.body.split("<main").nth(1).unwrap().to_owned();
    let asked = std::cell::RefCell::new(&mut anna);
    wait_until("Ben is here", || main(&asked.borrow_mut().get("/admin/online")).contains("Ben Bauer"));
    let page = main(&anna.get("/admin/online"));
    assert!(page.contains("1 person, 1 connection") && page.contains("since <time"), "{page}");
    assert_eq!(post(&mut ben, "/presence", &[("show", "invisible"), ("back", "/today")]).status, 303);
    assert!(!main(&anna.get("/admin/online")).contains("Ben Bauer"));
}

#[test]
fn a_program_speaks_in_a_room_by_its_own_door_and_by_nothing_else() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let room = office.room("desk", ConversationKind::Public);
    let (rules, hooks) = (format!("/chat/{room}/rules"), format!("/chat/{room}/hooks"));
    assert_eq!(post(&mut ben, &hooks, &[("hook", "Mine")]).status, 403, "members let nobody in");
    for wrong in ["", "  ", "…"] {
        let refused = post(&mut anna, &hooks, &[("hook", wrong)]);
        assert!(refused.status == 422 && refused.body.contains("href=\"#hook\""), "{wrong:?}");
    }
    let made = post(&mut anna, &hooks, &[("hook", "Backup")]);
    let door = made.value_of("id=\"door\" value=\"").unwrap();
    let path = &door[door.find("/hook/").unwrap()..];
    assert!(made.body.contains(&format!("curl -d 'Hello from a script' {door}")), "{}", made.body);
    assert!(!anna.get(&rules).body.contains(path), "it is shown once");
    assert_eq!(post(&mut anna, &hooks, &[("hook", "Backup")]).status, 422, "a name is given once");
    let heard = live(&office, &ben);
    let form = "application/x-www-form-urlencoded";
    for (kind, body) in [(form, "Backup **done** @ben"), ("application/json", "{\"text\":\"4 GB <written>\"}")] {
        let answer = program(&office, path, kind, body);
        assert_eq!((answer.status, answer.body.as_str()), (200, "said\n"), "{kind}");
    }
    while heard.recv_timeout(Duration::from_secs(5)).unwrap().0 != "ring" {}
    let page = ben.get(&format!("/chat/{room}")).body;
    for words in ["<b>Backup</b>", "class=\"badge\">bot<", "<strong>done</strong>", "4 GB &lt;written&gt;"] {
        assert!(page.contains(words), "{words}");
    }
    for (kind, body, status) in [
        ("application/json", "{\"words\":1}", 422),
        ("application/json", "[", 422),
        ("text/plain", "", 422),
        ("text/plain", &"x".repeat(4001), 422),
        ("text/plain", &"x".repeat(40_000), 413),
    ] {
        assert_eq!(program(&office, path, kind, body).status, status, "{kind} {}", &body[..body.len().min(20)]);
    }
    assert_eq!(program(&office, "/hook/wrong", form, "hello").status, 404);
    assert_eq!(office.browser().get(path).status, 404, "a look says nothing");
    assert_eq!(anna.ask("POST", path, &[("Content-Type", form)], b"as Anna").status, 403, "cookies are refused");
    let foreign = office.browser().ask("POST", path, &[("Origin", "https://evil.test")], b"from a page");
    assert_eq!(foreign.status, 403);
    let statuses: Vec<_> = (0..30).map(|_| program(&office, path, form, "flood").status).collect();
    assert!(statuses[..28].iter().all(|status| *status == 200) && statuses[28..] == [429, 429], "{statuses:?}");
    let page = anna.get(&rules);
    let revoke = page.value_of(&format!("action=\"{hooks}/")).unwrap();
    assert_eq!(post(&mut ben, &format!("{hooks}/{revoke}"), &[]).status, 403);
    assert_eq!(post(&mut anna, &format!("{hooks}/{revoke}"), &[]).status, 303);
    assert_eq!(program(&office, path, form, "still here?").status, 404);
    let log = anna.get("/admin/chat/log").body;
    assert!(log.contains("let a program in") && log.contains("shut a program out"));
}

#[test]
fn a_poll_is_asked_by_a_command_and_voted_on_without_a_script() {
    let office = TestOffice::open();
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    let room = office.room("desk", ConversationKind::Public);
    let say = format!("/chat/{room}/say");
    for wrong in ["/poll", "/poll \"Lunch?\"", "/poll \"Lunch?\" \"Yes\""] {
        let refused = post(&mut anna, &say, &[("text", wrong)]);
        assert!(refused.status == 422 && refused.body.contains("It goes like this: /poll"), "{wrong}");
    }
    let asked = post(&mut anna, &say, &[("text", "/poll \"Lunch at noon?\" \"Yes, please\" No")]);
    assert_eq!(asked.status, 303, "{}", asked.body);
    let heard = live(&office, &anna);
    let page = ben.get(&format!("/chat/{room}"));
    assert!(page.body.contains("Lunch at noon?") && page.body.contains("<span>Yes, please</span>"));
    let vote = page.body.split("formaction=\"").filter_map(|rest| rest.split('"').next());
    let vote = vote.into_iter().find(|action| action.ends_with("/vote")).unwrap().to_owned();
    assert_eq!(post(&mut ben, &vote, &[("position", "1")]).status, 303);
    let told = std::iter::from_fn(|| heard.recv_timeout(Duration::from_secs(5)).ok());
    assert!(told.into_iter().any(|(topic, head)| topic == "chat" && head["op"] == "changed"));
    let id: ChatMessageId = vote.split('/').nth(3).unwrap().parse().unwrap();
    let votes = || {
        let message = office.office.store.read_here(|tx| chat::message(tx, office.anna, id)).unwrap();
        message.choices.into_iter().map(|choice| choice.people).collect::<Vec<_>>()
    };
    assert_eq!(votes(), [vec![office.ben], vec![]]);
    assert_eq!(post(&mut ben, &vote, &[("position", "2")]).status, 303);
    assert_eq!(votes(), [vec![], vec![office.ben]], "a second vote replaces the first");
    assert_eq!(post(&mut ben, &vote, &[("position", "2")]).status, 303);
    assert_eq!(votes(), [vec![], vec![]], "the same again takes it back");
    assert_eq!(post(&mut ben, &vote, &[("position", "7")]).status, 400);
}

#[test]
fn the_command_line_does_what_the_page_does() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    program::set_up(data);
    program::done(data, &["chat", "motd", "Cake at **three**"], "");
    assert_eq!(program::done(data, &["chat", "motd"], ""), "Cake at **three**\n");
    program::done(data, &["chat", "broadcast", "The lift is out of order"], "");
    program::done(data, &["chat", "broadcast", "It works again", "--admin", "anna"], "");
    let copy = program::done(data, &["chat", "export", "--admin", "anna", "--room", "#announcements"], "");
    let lines: Vec<Value> = copy.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let texts: Vec<_> = lines.iter().filter(|line| line["kind"] == "text").map(|line| &line["text"]).collect();
    assert_eq!(texts, [&Value::from("The lift is out of order"), &"It works again".into()]);
    assert!(!program::run(data, &["chat", "export", "--admin", "nobody"], "").status.success());
    assert!(!program::run(data, &["chat", "export", "--admin", "anna", "--from", "soon"], "").status.success());
    assert!(program::done(data, &["setting", "list"], "").contains("chat.welcome"));
    assert_eq!(program::done(data, &["check", "--deep"], ""), "all is well\n");
}
