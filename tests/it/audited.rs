//! Everything an administrator changes is written down: every form of the administration that the router has is sent, and
//! each leaves its line with before and after. And every page names its twin on the command line, which exists.

use crate::addresses::{For, every, is_for};
use crate::http::{Browser, encoded, post};
use crate::office::{PASSWORD, TestOffice, wait_until};
use clap::CommandFactory as _;
use hailstone::app::cli::Cli;
use hailstone::domain::audit::{self, Entry, Wanted};
use hailstone::domain::backup;
use hailstone::domain::outbound;
use hailstone::domain::people;
use hailstone::domain::store::{Staged, pack};
use std::collections::BTreeSet;
use std::time::Duration;

/// Forms that change nothing.
const HARMLESS: [(&str, &str); 3] = [("/admin/dns/check", ""), ("/setup/check", ""), ("/setup/step", "")];
/// Acts that have neither a before nor an after: that they were done is all there is to say.
const BARE: [&str; 3] = ["backup.now", "group.add", "domain.add"];

struct Walk {
    office: TestOffice,
    anna: Browser,
    done: BTreeSet<(String, String)>,
}

impl Walk {
    fn newest(&self) -> Vec<Entry> {
        self.office.office.store.read_here(|tx| audit::entries(tx, &Wanted::default(), 10_000)).unwrap()
    }

    /// Sends a form, and expects at least one line of it.
    fn does(&mut self, pattern: &str, deed: &str, path: &str, fields: &[(&str, &str)]) {
        let before = self.newest().len();
        let answer = post(&mut self.anna, path, fields);
        assert!(matches!(answer.status, 200 | 303), "{path}: {} {}", answer.status, answer.body);
        let after = self.newest();
        assert!(after.len() > before, "{path} left no line: {}", answer.body);
        for entry in &after[..after.len() - before] {
            assert_eq!((entry.who.as_str(), entry.origin.as_str()), ("Anna Arnold", "127.0.0.1"), "{path}");
            let is_told = BARE.contains(&entry.act.as_str()) || entry.before != entry.after;
            assert!(is_told && !entry.subject.is_empty(), "{path}: {entry:?}");
            assert!(!format!("{entry:?}").contains(PASSWORD), "{path}: {entry:?}");
        }
        self.done.insert((pattern.to_owned(), deed.to_owned()));
    }

    /// A message that waits for a while.
    fn waiting(&self) -> String {
        let anna = self.office.anna;
        let queue = self.office.office.store.write(move |tx| {
            let bytes = Staged::Carried(pack(b"Subject: x\r\n\r\nx\r\n"));
            let to = ["x@else.example".parse().unwrap()];
            outbound::queue_held(tx, anna, &bytes, None, &to, Duration::from_secs(5))
        });
        self.office.runtime.block_on(queue).unwrap().to_string()
    }
}

#[test]
fn every_form_of_the_administration_leaves_a_line_in_the_audit() {
    let office = TestOffice::unhurried();
    let anna = office.signed_in("anna");
    let mut walk = Walk { office, anna, done: BTreeSet::new() };
    people(&mut walk);
    groups_and_domains(&mut walk);
    feeds_and_rooms(&mut walk);
    the_rest(&mut walk);
    let all: BTreeSet<(String, String)> = every()
        .into_iter()
        .filter(|ask| ask.method == "POST" && is_for(&ask.pattern) == For::Admins)
        .map(|ask| (ask.pattern, ask.deed.to_owned()))
        .collect();
    let harmless = HARMLESS.map(|(pattern, deed)| (pattern.to_owned(), deed.to_owned()));
    let forgotten: Vec<_> = all.iter().filter(|one| !walk.done.contains(one) && !harmless.contains(one)).collect();
    assert!(forgotten.is_empty(), "nothing is known of what these leave: {forgotten:?}");
    let unknown: Vec<_> = walk.done.difference(&all).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

fn people(walk: &mut Walk) {
    walk.does("/admin/people/new", "", "/admin/people/new", &[("name", "emil"), ("full_name", "Emil Ernst")]);
    walk.does("/admin/people/import", "", "/admin/people/import", &[("text", "dora,Dora Dorn,,"), ("sure", "yes")]);
    walk.does("/admin/people/asking", "", "/admin/people/asking", &[("open", "on")]);
    for deed in ["admit", "refuse"] {
        walk.office.ask_for_account("frieda", "Frieda Frey");
        let asking = walk.anna.get("/admin/people/asking");
        let at = format!("/admin/people/asking/{}", asking.value_of("action=\"/admin/people/asking/").unwrap());
        let at = at.rsplit_once('/').map_or(at.clone(), |(at, _)| at.to_owned());
        walk.does("/admin/people/asking/{registration}/{deed}", deed, &format!("{at}/{deed}"), &[]);
    }
    let at = format!("/admin/people/{}", walk.office.ben);
    walk.does("/admin/people/{id}/link", "", &format!("{at}/link"), &[]);
    post(&mut walk.anna, "/admin/groups", &[("name", "yard")]);
    let group = walk.anna.get("/admin/groups").value_of("id=\"group-").unwrap();
    let deeds: [(&str, &[(&str, &str)]); 12] = [
        ("name", &[("full_name", "Ben B. Bauer")]),
        ("alias", &[("alias", "info@example.org")]),
        ("alias-remove", &[("alias", "info@example.org")]),
        ("groups", &[("group", &group)]),
        ("disable", &[]),
        ("enable", &[]),
        ("sign-out", &[]),
        ("factor-off", &[("password", PASSWORD)]),
        ("picture-remove", &[]),
        ("role", &[("role", "admin"), ("password", PASSWORD)]),
        ("delete", &[("confirm", "ben"), ("password", PASSWORD)]),
        ("keep", &[]),
    ];
    let ben = walk.office.ben;
    let face = Staged::Carried(pack(b"a face"));
    let given = walk.office.office.store.write(move |tx| people::set_portrait(tx, ben, &face, "0a1b"));
    walk.office.runtime.block_on(given).unwrap();
    for (deed, fields) in deeds {
        walk.does("/admin/people/{id}/{deed}", deed, &format!("{at}/{deed}"), fields);
    }
}

fn groups_and_domains(walk: &mut Walk) {
    walk.does("/setup/look", "", "/setup/look", &[("colour", "#aa2200")]);
    walk.does("/admin/groups", "", "/admin/groups", &[("name", "sales")]);
    let all = walk.anna.get("/admin/groups").body;
    let id = all.split("id=\"group-").skip(1).find(|rest| rest.contains("<h2>sales</h2>")).unwrap();
    let at = format!("/admin/groups/{}", id.split('"').next().unwrap());
    let ben = walk.office.ben.to_string();
    walk.does("/admin/groups/{id}/{deed}", "members", &format!("{at}/members"), &[("person", &ben)]);
    walk.does("/admin/groups/{id}/{deed}", "remove", &format!("{at}/remove"), &[("confirm", "sales")]);
    walk.does("/admin/domains", "", "/admin/domains", &[("name", "example.net")]);
    let pattern = "/admin/domains/{name}/{deed}";
    walk.does(pattern, "footer", "/admin/domains/example.net/footer", &[("footer", "Example Net KG")]);
    walk.does(pattern, "first", "/admin/domains/example.net/first", &[]);
    walk.does(pattern, "first", "/admin/domains/example.org/first", &[]);
    walk.does(pattern, "remove", "/admin/domains/example.net/remove", &[("confirm", "example.net")]);
}

fn feeds_and_rooms(walk: &mut Walk) {
    for name in ["Ticks", "Tocks"] {
        let feed = [("kind", "simulated"), ("name", name), ("every", "60")];
        walk.does("/admin/feeds", "", "/admin/feeds", &feed);
    }
    let id = walk.anna.get("/admin/feeds").value_of("href=\"/admin/feeds/").unwrap();
    let at = format!("/admin/feeds/{id}");
    walk.does("/admin/feeds/{id}", "", &at, &[("kind", "simulated"), ("name", "Ticks"), ("every", "120")]);
    for deed in ["down", "up", "off", "on", "remove"] {
        walk.does("/admin/feeds/{id}/{deed}", deed, &format!("{at}/{deed}"), &[]);
    }
    let room = [("name", "Aquarium"), ("local", "aquarium"), ("kind", "room"), ("hue", "3"), ("zone", "Europe/Berlin")];
    walk.does("/admin/rooms", "", "/admin/rooms", &room);
    let at = format!("/admin/rooms/{}", walk.anna.get("/admin/rooms").value_of("href=\"/admin/rooms/").unwrap());
    let larger: Vec<_> = room.into_iter().chain([("seats", "12")]).collect();
    walk.does("/admin/rooms/{id}", "", &at, &larger);
    walk.does("/admin/rooms/{id}/remove", "", &format!("{at}/remove"), &[]);
}

fn the_rest(walk: &mut Walk) {
    walk.does("/admin/backups", "", "/admin/backups", &[("at", "04:00"), ("keep", "9"), ("folder", "")]);
    walk.does("/admin/backups/now", "", "/admin/backups/now", &[]);
    let store = &walk.office.office.store;
    wait_until("the copy is made", || store.read_here(backup::newest).unwrap().is_some());
    walk.does("/admin/brand", "", "/admin/brand", &[("product", "Werkbank")]);
    walk.does("/admin/brand/reset", "", "/admin/brand/reset", &[]);
    walk.does("/admin/chat/announce", "", "/admin/chat/announce", &[("text", "The lift is out of order")]);
    walk.does("/admin/chat/words", "", "/admin/chat/words", &[("motd", "Cake at three"), ("welcome", "")]);
    walk.does("/admin/chat/rules", "", "/admin/chat/rules", &[("days", "400")]);
    walk.does("/admin/chat/export", "", "/admin/chat/export", &[("form", "jsonl")]);
    walk.does("/admin/policies/{key}", "", "/admin/policies/mail.outside", &[("value", "off")]);
    let pattern = "/admin/queue/{message}/{deed}";
    for deed in ["retry", "drop"] {
        let path = format!("/admin/queue/{}/{deed}", walk.waiting());
        walk.does(pattern, deed, &path, &[]);
    }
}

/// Addresses of administrators that are none of their pages: what these load, files, and numbers for programs.
const NO_PAGES: [&str; 8] = [
    "/admin/policies/as",
    "/admin/brand/preview",
    "/admin/brand/preview.css",
    "/admin/log/download",
    "/admin/people.csv",
    "/admin/audit.csv",
    "/admin/usage.csv",
    "/metrics",
];

#[test]
fn every_page_names_its_twin_on_the_command_line_which_exists() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");
    let feed = [("kind", "simulated"), ("name", "Ticks"), ("every", "60")];
    assert_eq!(post(&mut anna, "/admin/feeds", &feed).status, 303);
    let room = [("name", "Aquarium"), ("local", "aquarium"), ("kind", "room"), ("hue", "3"), ("zone", "Europe/Berlin")];
    assert_eq!(post(&mut anna, "/admin/rooms", &room).status, 303);
    let room = anna.get("/admin/rooms").value_of("href=\"/admin/rooms/").unwrap();
    let verbs = Cli::command();
    let mut wrong = Vec::new();
    let pages = every().into_iter().filter(|ask| ask.method == "GET" && is_for(&ask.pattern) == For::Admins);
    for ask in pages.filter(|ask| !NO_PAGES.contains(&ask.pattern.as_str())) {
        let path = match ask.pattern.as_str() {
            "/admin/rooms/{id}" => format!("/admin/rooms/{room}"),
            "/admin/feeds/new" => format!("/admin/feeds/new?kind={}", encoded("json")),
            _ => ask.path,
        };
        let page = anna.get(&path).body;
        let named: Vec<&str> =
            page.split("Same by: <code>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
        if named.is_empty() {
            wrong.push(format!("{path} names none"));
        }
        wrong.extend(named.iter().filter(|line| !is_verb(&verbs, line)).map(|line| format!("{path}: {line}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(post(&mut anna, "/admin/feeds/1/remove", &[]).status, 303);
}

/// Whether a line begins with a verb of ours, and of those that have verbs of their own with one of these. The system's own
/// reader of logs is no verb of ours.
fn is_verb(verbs: &clap::Command, line: &str) -> bool {
    let mut words = line.split(' ');
    match words.next() {
        Some("journalctl") => true,
        Some(first) => verbs.find_subcommand(first).is_some_and(|verb| {
            !verb.has_subcommands() || words.next().is_some_and(|second| verb.find_subcommand(second).is_some())
        }),
        None => false,
    }
}
