//! Prices through the doors of a whole office: on the stream, in chat, and as alerts that are told once.

use crate::http::encoded;
use crate::live::{FRAGMENT, Live, Talker, Told as Event, ask_for, read_head};
use crate::office::{TestOffice, wait_until};
use crate::program::{Serving, done, set_up};
use hailstone::app::build;
use hailstone::app::config::{Config, Origin};
use hailstone::domain::chat::{self, Window};
use hailstone::domain::mail::FolderRole;
use hailstone::domain::people;
use hailstone::domain::quotes::{self, Condition, NewAlert, Told, Ways};
use hailstone::domain::store::count_jobs;
use hailstone::format::feed::Tick;
use hailstone::kernel::id::{FeedId, PersonId};
use hailstone::services::office::Office;
use hailstone::services::quotes as prices;
use std::path::Path;
use std::time::Duration;

const FEED: FeedId = FeedId::new(1);
const QUIET: Duration = Duration::from_millis(500);

fn feed() -> Told {
    Told {
        source: "Invented".to_owned(),
        licence: "For trying out.".to_owned(),
        every: Duration::from_secs(60),
        is_simulated: true,
        ..Told::default()
    }
}

fn tick(code: &str, price: &str) -> Tick {
    let currency = Some("EUR".to_owned());
    Tick { symbol: code.to_owned(), price: price.parse().unwrap(), currency, ..Tick::default() }
}

/// Puts symbols on a list of somebody's.
fn watch(office: &TestOffice, who: PersonId, codes: &'static [&'static str]) {
    let made = office.office.store.write(move |tx| {
        let list = quotes::make_list(tx, who, "Mine", false)?;
        codes.iter().try_for_each(|code| quotes::add_symbol(tx, who, list, code).map(|_| ()))
    });
    office.runtime.block_on(made).unwrap();
}

/// Has the feed tell prices, one after the other.
fn tell(office: &TestOffice, code: &str, prices: &[&str]) {
    for price in prices {
        let how = feed();
        office.runtime.block_on(prices::record(&office.office, FEED, vec![tick(code, price)], &how)).unwrap();
    }
}

/// What stands among a person's own notes, oldest first.
fn notes(office: &Office, who: PersonId) -> Vec<String> {
    let read = office.store.read_here(|tx| {
        let all = chat::conversations(tx, who)?;
        let Some(own) = all.into_iter().find(|one| one.with == Some(who)) else { return Ok(Vec::new()) };
        Ok::<_, chat::ChatError>(chat::log(tx, who, own.id, Window::Newest)?.messages)
    });
    read.unwrap().into_iter().map(|message| message.text).collect()
}

/// What a command answers its sender alone.
fn answer(who: &mut Talker, at: i64, text: &str) -> String {
    let fields = format!("csrf={}&text={}", encoded(&who.csrf), encoded(text));
    let headers = [("Accept", FRAGMENT), ("Content-Type", "application/x-www-form-urlencoded")];
    who.browser.ask("POST", &format!("/chat/{at}/say"), &headers, fields.as_bytes()).body
}

fn prices_of(told: &[Event], code: &str) -> Vec<String> {
    let value = |event: &Event| event.html.split("data-v=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    told.iter().filter(|event| event.topic == "quote" && event.head["code"] == code).map(value).collect()
}

#[test]
fn a_price_moves_on_the_screens_of_those_who_watch_it_and_on_no_other() {
    let office = TestOffice::open();
    watch(&office, office.anna, &["ACME"]);
    watch(&office, office.ben, &["BETN"]);
    let (anna, ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let (mut annas, mut bens) = (anna.live(), ben.live());
    tell(&office, "ACME", &["123.40"]);
    let told = annas.take("quote").expect("a price");
    assert!(told.html.starts_with("<tr id=\"q") && told.html.contains("123.40") && told.html.contains("simulated"));
    assert_eq!((told.id, &told.head["code"]), (None, &"ACME".into()));
    assert!(bens.all(QUIET).iter().all(|event| event.topic != "quote"), "a price that nobody asked for");
    // The same once more is no news.
    tell(&office, "ACME", &["123.40"]);
    assert_eq!(prices_of(&annas.all(QUIET), "ACME"), Vec::<String>::new());
}

#[test]
fn the_same_price_is_told_to_each_by_their_own_clock() {
    let office = TestOffice::open();
    watch(&office, office.anna, &["ACME"]);
    watch(&office, office.ben, &["ACME"]);
    let (who, liked) = (office.ben, people::Liked::named("12", "words"));
    office.runtime.block_on(office.office.store.write(move |tx| people::like_formats(tx, who, liked))).unwrap();
    let (anna, ben) = (Talker::of(&office, "anna"), Talker::of(&office, "ben"));
    let (mut annas, mut bens) = (anna.live(), ben.live());
    tell(&office, "ACME", &["123.40"]);
    let (annas, bens) = (annas.take("quote").expect("a price"), bens.take("quote").expect("a price"));
    let is_twelve = |told: &Event| told.html.contains("\u{a0}am") || told.html.contains("\u{a0}pm");
    assert!(!is_twelve(&annas) && is_twelve(&bens), "{}\n{}", annas.html, bens.html);
}

#[test]
fn however_often_a_price_moves_a_stream_says_it_four_times_a_second_and_ends_with_the_last() {
    let office = TestOffice::open();
    watch(&office, office.anna, &["ACME"]);
    let anna = Talker::of(&office, "anna");
    let mut live = anna.live();
    tell(&office, "ACME", &["100"]);
    let watch = hailstone::kernel::clock::Stopwatch::start();
    for step in 1..=100 {
        tell(&office, "ACME", &[&(100 + step).to_string()]);
        std::thread::yield_now();
    }
    let spent = watch.elapsed();
    let told = prices_of(&live.all(QUIET), "ACME");
    assert_eq!(told.last().map(String::as_str), Some("200"), "{told:?}");
    let most = spent.as_millis() / 250 + 3;
    assert!(told.len() as u128 <= most, "{} in {spent:?}", told.len());
}

#[test]
fn a_list_that_changes_is_told_and_followed_and_so_is_a_symbol_that_is_opened() {
    let office = TestOffice::open();
    watch(&office, office.anna, &["ACME"]);
    let mut anna = Talker::of(&office, "anna");
    let (mut live, mut bens) = (anna.live(), Talker::of(&office, "ben").live());
    tell(&office, "ACME", &["1"]);
    let who = office.anna;
    let added = office.office.store.write(move |tx| {
        let list = quotes::lists(tx, who)?[0].id;
        quotes::add_symbol(tx, who, list, "NEW")?;
        quotes::know(tx, "OTHER")
    });
    office.runtime.block_on(added).unwrap();
    assert!(live.take("quotes").is_some(), "the list is another");
    assert!(bens.all(QUIET).iter().all(|event| event.topic != "quotes"), "nobody else's business");
    tell(&office, "NEW", &["2"]);
    assert!(live.take_where(|event| event.head["code"] == "NEW").is_some());
    tell(&office, "OTHER", &["3"]);
    assert_eq!(prices_of(&live.all(QUIET), "OTHER"), Vec::<String>::new());
    assert_eq!(anna.get("/quotes/OTHER").status, 200);
    tell(&office, "OTHER", &["3.5"]);
    assert_eq!(prices_of(&live.all(QUIET), "OTHER"), ["3.5"]);
    assert_eq!(prices_of(&bens.all(QUIET), "OTHER"), Vec::<String>::new());
}

#[test]
fn a_price_that_grows_old_is_greyed_on_the_screen_by_itself() {
    let office = TestOffice::open();
    watch(&office, office.anna, &["ACME"]);
    let mut live = Talker::of(&office, "anna").live();
    let hasty = Told { every: Duration::from_millis(300), ..feed() };
    office.runtime.block_on(prices::record(&office.office, FEED, vec![tick("ACME", "5")], &hasty)).unwrap();
    let fresh = live.take("quote").unwrap();
    assert!(!fresh.html.contains("stale"));
    let old = (0..8).find_map(|_| live.take("quote")).expect("it grows old");
    assert!(old.html.contains("class=\"stale\"") && old.html.contains(" old"), "{}", old.html);
}

#[test]
fn a_price_said_in_chat_stays_as_it_was_and_shows_what_has_become_of_it() {
    let office = TestOffice::open();
    watch(&office, office.anna, &["ACME"]);
    let mut anna = Talker::of(&office, "anna");
    let mut ben = Talker::of(&office, "ben");
    let at = anna.with(office.ben.get());
    assert!(answer(&mut anna, at, "/quote NOPE").contains("No symbol “NOPE” is known here"));
    assert!(answer(&mut anna, at, "/quote ACME").contains("No price of “ACME” is known yet"));
    tell(&office, "ACME", &["100"]);
    let mut bens = ben.live();
    let card = anna.says(at, "/quote acme");
    let said = bens.said().unwrap();
    for words in ["100 EUR", "Invented", "simulated, not a real price", "For trying out."] {
        assert!(said.html.contains(words), "{words}: {}", said.html);
    }
    let ring = bens.take("ring").expect("it rings for Ben");
    assert_eq!(ring.head["body"], "ACME: 100 EUR (simulated)");
    tell(&office, "ACME", &["110"]);
    let page = ben.get(&format!("/chat/{at}")).body;
    assert!(page.contains("100 EUR") && page.contains("Now 110.00 EUR"), "{page}");
    assert!(page.contains("+10.00\u{a0}% since"), "{page}");
    // From now on Ben's stream follows it, so that his page knows when to compare again.
    tell(&office, "ACME", &["120"]);
    assert!(bens.take("quote").is_some());
    let fragment = ben.browser.ask("GET", &format!("/quotes/card/{card}"), &[("Accept", FRAGMENT)], b"").body;
    assert!(fragment.contains("100 EUR") && fragment.contains("Now 120.00 EUR"), "{fragment}");
    // Who is not in the conversation learns nothing of it.
    office.add("carl", "Carl Cramer");
    let mut carl = Talker::of(&office, "carl");
    assert_eq!(carl.get(&format!("/quotes/card/{card}")).status, 404);
}

#[test]
fn an_alert_is_made_in_words_and_told_once_each_crossing_by_chat_and_mail() {
    let office = TestOffice::open();
    watch(&office, office.anna, &["ACME"]);
    tell(&office, "ACME", &["440"]);
    let mut anna = Talker::of(&office, "anna");
    let at = anna.with(office.ben.get());
    assert!(answer(&mut anna, at, "/alert ACME soon").contains("It goes like this: /alert"));
    assert!(answer(&mut anna, at, "/alert NOPE > 1").contains("No symbol “NOPE”"));
    assert!(answer(&mut anna, at, "/alert ACME > 450 always").contains("ACME above 450 EUR."));
    assert!(answer(&mut anna, at, "/alert ACME < 445").contains("It is there already"));
    assert!(answer(&mut anna, at, "/alert").contains("ACME below 445, once the price has come back"));
    let who = office.anna;
    let by_mail = NewAlert {
        code: "ACME".to_owned(),
        condition: Condition::Rises("2".parse().unwrap()),
        margin: None,
        is_repeat: false,
        ways: Ways { by_chat: false, by_mail: true, by_push: false },
    };
    office.runtime.block_on(office.office.store.write(move |tx| quotes::set_alert(tx, who, &by_mail))).unwrap();
    let previous = Tick { previous: Some("441".parse().unwrap()), ..tick("ACME", "449") };
    office.runtime.block_on(prices::record(&office.office, FEED, vec![previous], &feed())).unwrap();
    let mut live = anna.live();
    tell(&office, "ACME", &["449.9", "450", "451", "449.5", "452", "447", "453"]);
    let rings: Vec<_> = live.all(QUIET * 2).into_iter().filter(|event| event.topic == "ring").collect();
    let titles: Vec<_> = rings.iter().map(|ring| ring.head["title"].as_str().unwrap()).collect();
    // What is told by chat rings as a word said there, and not once more.
    assert_eq!(titles, ["ACME rises by 2 %: 449.9 EUR", "Anna Arnold", "Anna Arnold"]);
    wait_until("all is told", || office.office.store.read_here(count_jobs).unwrap() == 0);
    let mut told = notes(&office.office, office.anna);
    // Each is a job of its own: on a busy machine the second may be told first.
    told.sort();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("🔔 ACME above 450 EUR: 450 EUR – "), "{told:?}");
    assert!(told[0].contains("Invented · simulated, not a real price") && told[1].contains(": 453 EUR"), "{told:?}");
    let mails = office.list(office.anna, FolderRole::Inbox);
    let subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["ACME rises by 2 %: 449.9 EUR"]);
    assert_eq!(notes(&office.office, office.ben), Vec::<String>::new());
    assert!(answer(&mut anna, at, "/alert acme off").contains("3 alerts removed"));
    tell(&office, "ACME", &["440", "460"]);
    assert_eq!(office.office.store.read_here(count_jobs).unwrap(), 0);
}

#[test]
fn a_crossing_is_told_once_however_many_tell_it() {
    let mut office = TestOffice::open();
    watch(&office, office.anna, &["ACME"]);
    tell(&office, "ACME", &["440"]);
    let who = office.anna;
    let new = NewAlert {
        code: "ACME".to_owned(),
        condition: Condition::Above("450".parse().unwrap()),
        margin: None,
        is_repeat: true,
        ways: Ways { by_chat: true, by_mail: true, by_push: true },
    };
    office.runtime.block_on(office.office.store.write(move |tx| quotes::set_alert(tx, who, &new))).unwrap();
    // Nobody works now: two try to tell it at once.
    office.stop_doors();
    tell(&office, "ACME", &["451"]);
    let id = office.office.store.read_here(|tx| quotes::history(tx, who, 1)).unwrap()[0].id;
    let both = async { tokio::join!(prices::deliver(&office.office, id), prices::deliver(&office.office, id)) };
    let (one, other) = office.runtime.block_on(both);
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(notes(&office.office, who).len(), 1);
    assert_eq!(office.list(who, FolderRole::Inbox).len(), 1);
    // The job is owed still: whoever does it finds it done.
    let due = office.office.store.read_here(|tx| hailstone::domain::store::due_jobs(tx, 10)).unwrap();
    for job in due {
        office.runtime.block_on(hailstone::services::jobs::run(&office.office, job)).unwrap();
    }
    assert_eq!(notes(&office.office, who).len(), 1);
}

/// The office in `data`, with nobody at work in it.
fn still(data: &Path) -> Office {
    let mut config = Config::defaults();
    config.put("data", data.to_string_lossy().into_owned(), Origin::Flag);
    build::office(&config).unwrap()
}

#[test]
fn what_crossed_while_the_office_was_stopped_in_between_is_told_after_it_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    let runtime = build::runtime().unwrap();
    let office = still(&data);
    let anna = office.store.read_here(people::all).unwrap()[0].id;
    runtime.block_on(async {
        let new = NewAlert {
            code: "ACME".to_owned(),
            condition: Condition::Above("450".parse().unwrap()),
            margin: None,
            is_repeat: false,
            ways: Ways { by_chat: true, by_mail: false, by_push: false },
        };
        office.store.write(move |tx| quotes::set_alert(tx, anna, &new)).await.unwrap();
        for price in ["440", "451"] {
            prices::record(&office, FEED, vec![tick("ACME", price)], &feed()).await.unwrap();
        }
    });
    office.store.close();
    drop(office);
    for _ in 0..2 {
        let serving = Serving::start(&data);
        let office = still(&data);
        wait_until("it is told", || notes(&office, anna).len() == 1);
        wait_until("nothing is owed", || office.store.read_here(count_jobs).unwrap() == 0);
        office.store.close();
        serving.kill();
    }
    let office = still(&data);
    assert_eq!(notes(&office, anna).len(), 1);
    office.store.close();
    assert_eq!(done(&data, &["check"], "").trim(), "all is well");
}

#[test]
fn a_stream_that_comes_back_is_told_the_prices_it_has_missed_and_no_other() {
    let office = TestOffice::open();
    watch(&office, office.anna, &["ACME", "BETN", "HLZ"]);
    let anna = Talker::of(&office, "anna");
    tell(&office, "ACME", &["1"]);
    tell(&office, "BETN", &["2"]);
    let mut live = anna.live();
    tell(&office, "ACME", &["1.1"]);
    let known = live.take("quote").unwrap().head["at"].as_i64().unwrap();
    let last = live.close();
    tell(&office, "ACME", &["1.2"]);
    let (socket, mut answer) = ask_for(anna.at, &anna.browser, &format!("/live?prices={known}"), last);
    assert_eq!(read_head(&mut answer), 200);
    let told = Live::behind(socket, answer).all(QUIET);
    assert_eq!((prices_of(&told, "ACME"), prices_of(&told, "BETN")), (vec!["1.2".to_owned()], vec![]));
    // A page that shows no prices asks for none.
    let told = Live::open(anna.at, &anna.browser, last).all(QUIET);
    assert_eq!(prices_of(&told, "ACME"), Vec::<String>::new());
}
