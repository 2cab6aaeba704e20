//! What somebody may type who means harm: names, lists, passwords, and names that are guessed by time.

use crate::http::post;
use crate::office::{PASSWORD, TestOffice};
use crate::program::{done, set_up};
use hailstone::domain::people::{self, State};
use hailstone::kernel::clock::Stopwatch;
use std::time::Duration;

/// Markup, a formula, a text that turns round what stands beside it, and letters that nobody sees.
const NAMES: [(&str, &str); 5] = [
    ("markup", "<img src=x onerror=alert(1)><script>alert(1)</script>"),
    ("formula", "=cmd|'/c calc'!A1"),
    ("turned", "Anna\u{202e}nimda\u{2066}\u{202d}"),
    ("hidden", "An\u{200b}na\u{feff} Ar\u{2060}nold"),
    ("lines", "Two\u{2028}Lines\tand\u{7}a bell"),
];

#[test]
fn names_are_text_and_turn_nothing_round() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");
    for (login, name) in NAMES {
        let made = post(&mut anna, "/admin/people/new", &[("name", login), ("full_name", name)]);
        assert_eq!(made.status, 200, "{login}: {}", made.body);
    }
    let kept = office.office.store.read_here(people::all).unwrap();
    let name = |login: &str| kept.iter().find(|one| one.name == login).unwrap().full_name.clone();
    assert_eq!(name("turned"), "Annanimda");
    assert_eq!(name("hidden"), "Anna Arnold");
    assert_eq!(name("lines"), "Two Lines and a bell");
    let id = kept.iter().find(|one| one.name == "markup").unwrap().id;
    for path in [
        "/admin/people",
        &format!("/admin/people/{id}"),
        "/admin/audit",
        "/admin",
        "/admin/groups",
        "/people",
        &format!("/people/{id}"),
        "/chat/new",
        "/mail/people?q=mar",
        "/admin/chat/log",
        "/admin/chat/export",
        "/calendar/find",
    ] {
        let page = anna.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<img src=x") && !page.body.contains("<script>alert"), "{path}");
        assert!(!page.body.contains(['\u{202e}', '\u{202d}', '\u{2066}']), "{path}");
    }
}

#[test]
fn a_hostile_list_adds_nobody_it_should_not_and_breaks_nothing() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");
    let long = "x".repeat(300_000);
    let lists: [(&str, &str); 8] = [
        ("=1+1,Formula,,\n@sum,At,,", "0 of 2 lines can be added"),
        ("eve,Eve,,owner", ""),
        ("../../etc,Path,,\n<b>,Bold,,", "0 of 2"),
        ("\"unclosed,Quote,,", ""),
        ("\u{feff}fay,Fay <b>bold</b>,,", "1 of 1"),
        ("gil,Gil,no such group,", "0 of 1"),
        (&long, ""),
        ("\0\0\0,\0,,", ""),
    ];
    for (list, words) in lists {
        let page = post(&mut anna, "/admin/people/import", &[("text", list)]);
        assert!(matches!(page.status, 200 | 422), "{}: {}", &list[..list.len().min(20)], page.status);
        assert!(page.body.contains(words), "{}: {}", &list[..list.len().min(20)], page.body);
        assert!(!page.body.contains("<b>bold"), "names are text in the preview too");
    }
    assert_eq!(office.office.store.read_here(people::all).unwrap().len(), 2, "nothing is done by a preview");
    let huge = "y".repeat(10 * 1024 * 1024);
    assert_eq!(post(&mut anna, "/admin/people/import", &[("text", &huge)]).status, 413);
}

#[test]
fn a_password_of_ten_megabytes_is_refused_before_anybody_hashes_it() {
    let office = TestOffice::unhurried();
    let mut anna = office.signed_in("anna");
    let page = post(&mut anna, "/admin/people/new", &[("name", "emil")]);
    let link = page.value_of("id=\"link\" value=\"").unwrap();
    let welcome = format!("/welcome/{}", link.rsplit('/').next().unwrap());
    let csrf = anna.get("/settings/factor").csrf();
    let mut stranger = office.browser();
    let login = stranger.get("/login").csrf();
    let huge = "p".repeat(10 * 1024 * 1024);
    let delete = format!("/admin/people/{}/delete", office.ben);
    // Written before the time is taken: a letter each takes longer than all of the office's answer.
    let asked = [
        (false, "/login", format!("csrf={login}&username=anna&password={huge}")),
        (false, "/login", format!("csrf={login}&username={huge}&password=x")),
        (false, &welcome, format!("csrf={login}&password={huge}")),
        (true, "/settings/password", format!("csrf={csrf}&old={huge}&new={huge}")),
        (true, &delete, format!("csrf={csrf}&confirm=ben&password={huge}")),
    ];
    let origin = format!("http://{}", office.door("http"));
    let headers = [("Origin", origin.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    for (is_anna, path, body) in asked {
        let browser = if is_anna { &mut anna } else { &mut stranger };
        let watch = Stopwatch::start();
        let answer = browser.ask("POST", path, &headers, body.as_bytes());
        assert_eq!(answer.status, 413, "{path}");
        assert!(watch.elapsed() < Duration::from_secs(2), "{path} took {:?}", watch.elapsed());
    }
    assert_eq!(office.office.gate.tried().1, 0, "nobody looked at them");
    let state = office.office.store.read_here(|tx| people::account_of(tx, office.ben)).unwrap().state;
    assert_eq!(state, State::Active);
    assert_eq!(anna.get("/today").status, 200);
}

#[test]
fn a_known_name_and_an_unknown_one_take_as_long() {
    const TRIES: usize = 20;
    let office = TestOffice::unhurried();
    for number in 0..TRIES {
        office.add(&format!("known{number}"), "Known");
    }
    let mut browser = office.browser();
    let csrf = browser.get("/login").csrf();
    let mut times = [Vec::new(), Vec::new()];
    // Each name once, so that nobody is slowed down for guessing; in turns, so that both meet the same machine.
    for number in 0..TRIES {
        for (place, kind) in ["known", "unknown"].into_iter().enumerate() {
            let name = format!("{kind}{number}");
            let watch = Stopwatch::start();
            let answer = browser.post("/login", &[("username", &name), ("password", "wrong"), ("csrf", &csrf)]);
            // From one place only so many tries are taken, known or not; the rest is refused unlooked at.
            assert!(matches!(answer.status, 422 | 429), "{}", answer.status);
            if answer.status == 422 {
                times[place].push(watch.elapsed());
            }
        }
    }
    let [known, unknown] = times.map(|mut all| {
        assert!(all.len() >= TRIES / 2, "too few tries were taken: {}", all.len());
        all.sort();
        all[all.len() / 2]
    });
    println!("medians of {TRIES}: known {known:?}, unknown {unknown:?}");
    // Without the work of a hash an unknown name would be answered some fifty times faster.
    assert!(known < unknown * 2 && unknown < known * 2, "{known:?} {unknown:?}");
}

#[test]
fn what_the_command_line_prints_is_a_line_each() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let name = "Two\nLines\u{202e}\u{1b}[31m";
    done(folder.path(), &["user", "add", "ben", "--name", name, "--password-stdin"], &format!("{PASSWORD}\n"));
    let said = done(folder.path(), &["user", "list"], "");
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(!said.contains(['\u{202e}', '\u{1b}']), "{said:?}");
    done(folder.path(), &["user", "sessions"], "");
}
