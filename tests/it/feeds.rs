//! Feeds with a provider of the test's own: every format, every fault, fall-back, streams, and what nobody may learn.

use crate::feed_server::{Fault, FeedServer};
use crate::office::{Caught, TestOffice, wait_until};
use crate::program::{done, run, set_up};
use hailstone::app::build;
use hailstone::domain::quotes::{self, Feed, NewFeed, PriceState, SetUpError, Span};
use hailstone::format::feed::{Auth, Hours, Kind, Options};
use hailstone::kernel::clock::{Clock, Moment};
use hailstone::kernel::id::FeedId;
use hailstone::kernel::secret::Secret;
use hailstone::services::feeds;
use hailstone::services::fetcher::HttpsFetcher;
use hailstone::services::office::{Office, Outside};
use hailstone::services::resolver::DnsResolver;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

const KEY: &str = "very-secret-key";
/// 13 January 2026, 14:30 UTC: a Tuesday.
const START: Moment = Moment::from_millis(1_768_314_600_000);
const MINUTE: Duration = Duration::from_secs(60);

/// An office whose feeds are asked by a clock that the test winds.
struct Stage {
    runtime: Runtime,
    office: Arc<Office>,
    server: FeedServer,
    running: JoinHandle<()>,
    _folder: TempDir,
}

impl Stage {
    fn open(prices: &[(&str, &str)]) -> Self {
        let runtime = build::runtime().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (clock, caught) = (Clock::hand(START), Arc::new(Caught::default()));
        let fetcher = Arc::new(HttpsFetcher::new(Arc::new(DnsResolver::new("").unwrap())));
        let outside = Outside { resolver: caught.clone(), courier: caught, fetcher };
        let office =
            Office::open(&folder.path().join("office.db"), clock.clone(), "mail.example.org", outside).unwrap();
        let office = Arc::new(office);
        let server = FeedServer::open(clock, prices);
        let running = runtime.spawn(feeds::run(office.clone()));
        Self { runtime, office, server, running, _folder: folder }
    }

    /// A feed that is asked once a minute at a path of the server.
    fn feed(&self, kind: Kind, path: &str) -> NewFeed {
        let options = Options { history: String::new(), stream: String::new(), per_minute: 0, ..Options::of(kind) };
        NewFeed {
            name: kind.facts().title.to_owned(),
            kind,
            url: self.server.url(path),
            key: Some(Secret::new(KEY.to_owned())),
            options,
            every: 60,
            delay: 0,
            licence: String::new(),
            allowed_host: "127.0.0.1".to_owned(),
        }
    }

    /// Adds a feed; where symbols are listed, it is asked for those alone.
    fn add(&self, mut feed: NewFeed, symbols: &[(&str, &str)]) -> FeedId {
        feed.options.is_listed_only = !symbols.is_empty();
        let symbols: Vec<(String, String)> = symbols.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let write = self.office.store.write(move |tx| feeds::keep(tx, None, &feed, &symbols));
        let id = self.runtime.block_on(write).unwrap();
        self.office.feeds.stir();
        id
    }

    fn want(&self, codes: &'static [&'static str]) {
        let write = self.office.store.write(move |tx| {
            codes
                .iter()
                .try_for_each(|code| quotes::know(tx, code).and_then(|symbol| quotes::keep(tx, symbol, true)))?;
            Ok::<_, quotes::QuotesError>(())
        });
        self.runtime.block_on(write).unwrap();
        self.office.feeds.stir();
    }

    fn feed_of(&self, id: FeedId) -> Feed {
        self.office.store.read_here(|tx| quotes::feed(tx, id)).unwrap().unwrap()
    }

    fn price(&self, code: &str) -> String {
        let quote = self.office.store.read_here(|tx| quotes::quote(tx, code)).ok();
        quote.and_then(|quote| quote.price).map_or_else(String::new, |price| price.value.to_string())
    }

    fn state(&self, code: &str) -> PriceState {
        self.office.store.read_here(|tx| quotes::quote(tx, code)).unwrap().price.unwrap().state
    }

    fn wind(&self, span: Duration) {
        self.office.clock.wind(span);
    }

    fn until_price(&self, code: &str, price: &str) {
        wait_until(&format!("{code} is {price}"), || self.price(code) == price);
    }

    fn until_trouble(&self, id: FeedId, cause: &str) -> Feed {
        wait_until(&format!("a trouble of the kind {cause}"), || self.feed_of(id).cause == cause);
        self.feed_of(id)
    }

    /// Winds on until a feed is due that failed, and it is well again.
    fn until_well(&self, id: FeedId) {
        self.wind(Duration::from_secs(3600));
        wait_until("it is well again", || self.feed_of(id).fails == 0);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.running.abort();
        self.office.store.close();
    }
}

#[test]
fn every_kind_of_feed_is_asked_and_its_numbers_are_kept() {
    let prices = [
        ("A.US", "1.5"),
        ("B", "102.5"),
        ("C", "3.5"),
        ("D", "4.5"),
        ("E", "105.5"),
        ("F", "6.5"),
        ("EURUSD", "1.0845"),
        ("DIESEL", "1.719"),
        ("ORDERS", "1.204"),
    ];
    let stage = Stage::open(&prices);
    let any = |kind, path, price: &str| {
        let feed = stage.feed(kind, path);
        let options = Options { price: price.to_owned(), ..feed.options.clone() };
        NewFeed { options, ..feed }
    };
    stage.add(stage.feed(Kind::Lines, "/lines?s={symbols}"), &[("A", "a.us")]);
    stage.add(stage.feed(Kind::Chart, "/chart/{symbol}"), &[("B", "B")]);
    stage.add(stage.feed(Kind::Quotes, "/quotes?symbols={symbols}"), &[("C", "C")]);
    stage.add(stage.feed(Kind::Global, "/global?symbol={symbol}&apikey={key}"), &[("D", "D")]);
    stage.add(stage.feed(Kind::Short, "/short?symbol={symbol}&token={key}"), &[("E", "E")]);
    stage.add(stage.feed(Kind::Twelve, "/twelve?symbol={symbols}&apikey={key}"), &[("F", "F")]);
    stage.add(stage.feed(Kind::Ecb, "/ecb.xml"), &[]);
    stage.add(any(Kind::Json, "/now.json", "stations[id=7].diesel"), &[("DIESEL", "DIESEL")]);
    stage.add(any(Kind::Csv, "/log.csv", "Orders"), &[("ORDERS", "ORDERS")]);
    stage.want(&["A", "B", "C", "D", "E", "F", "DIESEL", "ORDERS"]);
    for (code, price) in [
        ("A", "1.5"),
        ("B", "102.5"),
        ("C", "3.5"),
        ("D", "4.5"),
        ("E", "105.5"),
        ("F", "6.5"),
        ("EURUSD", "1.0845"),
        ("DIESEL", "1.719"),
        ("ORDERS", "1204"),
    ] {
        stage.until_price(code, price);
    }
    let at = stage.office.store.read_here(|tx| quotes::quote(tx, "A")).unwrap().price.unwrap();
    assert_eq!((at.at, at.source.as_str()), (START, Kind::Lines.facts().title));
}

#[test]
fn one_question_serves_many_symbols_and_the_past_is_brought_once() {
    let stage = Stage::open(&[("HAIL", "101.25"), ("RAIN", "7")]);
    let mut feed = stage.feed(Kind::Quotes, "/quotes?symbols={symbols}");
    feed.options.history = stage.server.url("/chart/{symbol}?past");
    let id = stage.add(feed, &[]);
    stage.want(&["HAIL", "RAIN", "GONE"]);
    stage.until_price("RAIN", "7");
    assert_eq!(stage.server.asked("/quotes"), 1);
    wait_until("the past is there", || stage.server.asked("/chart/RAIN?past") == 1);
    stage.wind(MINUTE);
    wait_until("it is asked again", || stage.server.asked("/quotes") >= 2);
    assert_eq!((stage.server.asked("/chart/HAIL?past"), stage.server.asked("GONE?past")), (1, 0));
    let bars = stage.office.store.read_here(|tx| {
        let hail = quotes::symbol(tx, "HAIL")?.unwrap();
        quotes::bars(tx, hail, Span::Day, Moment::from_millis(0), START, 10)
    });
    assert_eq!(bars.unwrap()[0].close.to_string(), "100");
    wait_until("what it does not know is asked no more", || {
        !stage.server.desk.asked.lock().unwrap().last().unwrap().contains("GONE")
    });
    assert_eq!(stage.feed_of(id).fails, 0);
}

#[test]
fn whatever_goes_wrong_the_last_price_stays_and_the_trouble_is_told() {
    let stage = Stage::open(&[("HAIL", "101.25")]);
    let id = stage.add(stage.feed(Kind::Chart, "/chart/{symbol}?k={key}"), &[]);
    stage.want(&["HAIL"]);
    stage.until_price("HAIL", "101.25");
    let nowhere = TcpListener::bind("127.0.0.2:0").unwrap();
    nowhere.set_nonblocking(true).unwrap();
    let other = format!("http://{}/", nowhere.local_addr().unwrap());
    let faults = [
        (Fault::Status(403, "", "{}"), "key"),
        (Fault::Status(401, "", r#"{"error":"Invalid API key very-secret-key"}"#), "key"),
        (Fault::Status(404, "", "gone"), "address"),
        (Fault::Status(429, "Retry-After: 120\r\n", "{}"), "rate"),
        (Fault::Status(500, "", "oops"), "provider"),
        (Fault::Half, "unreachable"),
        (Fault::Page, "format"),
        (Fault::Huge, "unreachable"),
        (Fault::Bomb, "unreachable"),
        (Fault::To(other), "forbidden"),
        (Fault::To("http://169.254.169.254/latest/meta-data/".to_owned()), "forbidden"),
        (Fault::To("http://localhost/".to_owned()), "forbidden"),
        (Fault::To("https://10.0.0.1/".to_owned()), "forbidden"),
        (Fault::To("file:///etc/passwd".to_owned()), "forbidden"),
        (Fault::To("/chart/HAIL".to_owned()), "unreachable"),
        (Fault::Other, "symbol"),
        (Fault::Text(r#"{"Note":"Our standard rate limit is 25 requests per day, very-secret-key."}"#), "rate"),
        (Fault::Text(r#"{"chart":{"result":[{"meta":{"symbol":"HAIL","regularMarketPrice":NaN}}]}}"#), "format"),
        (Fault::Text(r#"{"chart":{"result":[{"meta":{"symbol":"HAIL"}}]}}"#), "format"),
        (Fault::Text(""), "format"),
    ];
    for (fault, cause) in faults {
        let what = format!("{fault:?}");
        stage.server.fail("/chart", fault);
        stage.wind(Duration::from_secs(61));
        let feed = stage.until_trouble(id, cause);
        assert!(!feed.trouble.is_empty() && !feed.trouble.contains(KEY), "{what}: {}", feed.trouble);
        let is_large = what == "Huge" || what == "Bomb";
        assert!(!is_large || feed.trouble.contains("larger than 2 MB"), "{what}: {}", feed.trouble);
        assert_eq!(stage.price("HAIL"), "101.25", "{what}");
        let wait = feed.next_at.since(stage.office.clock.now());
        assert!(wait >= MINUTE && wait <= Duration::from_secs(3600), "{what}: {wait:?}");
        if cause == "rate" {
            assert!(wait >= 2 * MINUTE, "{what}: {wait:?}");
        }
        stage.server.mend("/chart");
        stage.until_well(id);
    }
    assert!(nowhere.accept().is_err(), "nobody came");
}

#[test]
fn a_provider_that_says_nothing_holds_nobody_else() {
    let stage = Stage::open(&[("HAIL", "101.25"), ("RAIN", "7")]);
    stage.server.fail("/chart", Fault::Silent);
    stage.server.fail("/short", Fault::Lying);
    let silent = stage.add(stage.feed(Kind::Chart, "/chart/{symbol}"), &[("HAIL", "HAIL")]);
    let lying = stage.add(stage.feed(Kind::Short, "/short?symbol={symbol}"), &[("SNOW", "SNOW")]);
    stage.add(stage.feed(Kind::Quotes, "/quotes?symbols={symbols}"), &[("RAIN", "RAIN")]);
    stage.want(&["HAIL", "RAIN", "SNOW"]);
    for price in ["7", "8", "9"] {
        stage.server.price("RAIN", price);
        stage.wind(MINUTE);
        stage.until_price("RAIN", price);
    }
    assert_eq!(stage.feed_of(silent).tried_at, None, "it is still waited for");
    wait_until("it is given up after fifteen seconds", || stage.feed_of(silent).cause == "unreachable");
    wait_until("so is what never ends", || stage.feed_of(lying).cause == "unreachable");
    assert_eq!(stage.price("SNOW"), "");
}

#[test]
fn the_next_feed_tells_while_the_first_does_not_and_no_longer() {
    let stage = Stage::open(&[("HAIL", "101.25")]);
    let first = stage.add(stage.feed(Kind::Chart, "/chart/{symbol}"), &[]);
    stage.add(stage.feed(Kind::Quotes, "/quotes?symbols={symbols}"), &[]);
    stage.want(&["HAIL"]);
    stage.until_price("HAIL", "101.25");
    assert_eq!(stage.server.asked("/quotes"), 0);
    stage.server.fail("/chart", Fault::Status(500, "", ""));
    stage.server.price("HAIL", "102");
    stage.wind(Duration::from_secs(61));
    stage.until_price("HAIL", "102");
    assert!(stage.server.asked("/quotes") > 0);
    for _ in 0..3 {
        let fails = stage.feed_of(first).fails;
        stage.wind(Duration::from_secs(3600));
        wait_until("it fails again", || stage.feed_of(first).fails > fails);
    }
    assert!(stage.feed_of(first).open_until.is_some(), "it rests after failing so often");
    stage.server.mend("/chart");
    stage.until_well(first);
    let asked = stage.server.asked("/quotes");
    stage.server.price("HAIL", "103");
    stage.wind(Duration::from_secs(61));
    stage.until_price("HAIL", "103");
    assert!(stage.server.asked("/quotes") <= asked + 1, "the second is asked no more");
}

#[test]
fn what_has_not_changed_is_not_stale() {
    let stage = Stage::open(&[("DIESEL", "1.719")]);
    let feed = stage.feed(Kind::Json, "/now.json");
    let options = Options { price: "stations[0].diesel".to_owned(), ..feed.options.clone() };
    let id = stage.add(NewFeed { options, ..feed }, &[("DIESEL", "DIESEL")]);
    stage.want(&["DIESEL"]);
    stage.until_price("DIESEL", "1.719");
    stage.wind(MINUTE);
    wait_until("a version is known", || stage.feed_of(id).etag == "\"v1\"");
    for _ in 0..6 {
        let tried = stage.feed_of(id).tried_at;
        stage.wind(MINUTE);
        wait_until("it is asked", || stage.feed_of(id).tried_at > tried);
    }
    let asked = stage.server.desk.asked.lock().unwrap().clone();
    assert!(asked.last().unwrap().to_lowercase().contains("if-none-match: \"v1\""), "{asked:?}");
    assert_eq!(stage.state("DIESEL"), PriceState::Fresh);
}

#[test]
fn a_clock_that_goes_wrong_and_a_small_answer_that_is_packed() {
    let stage = Stage::open(&[("HAIL", "101.25")]);
    let id = stage.add(stage.feed(Kind::Chart, "/chart/{symbol}"), &[]);
    stage.server.fail("/chart", Fault::Packed);
    stage.want(&["HAIL"]);
    stage.until_price("HAIL", "101.25");
    stage.server.mend("/chart");
    stage.server.set_ahead(3 * 3600 * 1000);
    stage.server.price("HAIL", "102");
    stage.wind(Duration::from_secs(61));
    let feed = stage.until_trouble(id, "clock");
    assert!(feed.trouble.contains("clock is ahead") && stage.price("HAIL") == "101.25", "{}", feed.trouble);
    stage.server.set_ahead(-3 * 3600 * 1000);
    stage.until_well(id);
    assert_eq!(stage.price("HAIL"), "101.25", "older than what is known");
}

#[test]
fn a_market_that_is_closed_is_hardly_asked() {
    let stage = Stage::open(&[("HAIL", "101.25")]);
    let mut feed = stage.feed(Kind::Chart, "/chart/{symbol}");
    feed.options.hours = Some(Hours::weekdays(15 * 60, 16 * 60, "UTC", ""));
    let id = stage.add(feed, &[]);
    stage.want(&["HAIL"]);
    stage.until_price("HAIL", "101.25");
    let noted = || stage.feed_of(id).answered_at.is_some();
    wait_until("it is noted", noted);
    assert_eq!(stage.feed_of(id).next_at, Moment::from_millis(START.millis() + 30 * 60_000), "when it opens");
    assert_eq!(stage.state("HAIL"), PriceState::Closed);
    stage.wind(31 * MINUTE);
    wait_until("it is asked when it has opened", || stage.server.asked("/chart") == 2);
    wait_until("it is noted", || stage.feed_of(id).next_at > stage.office.clock.now());
    assert!(stage.feed_of(id).next_at.since(stage.office.clock.now()) <= MINUTE);
}

#[test]
fn a_key_is_told_to_the_provider_alone() {
    let stage = Stage::open(&[("HAIL", "101.25")]);
    let mut feed = stage.feed(Kind::Chart, "/chart/{symbol}");
    feed.options.auth = Auth::Bearer;
    stage.add(feed, &[]);
    stage.want(&["HAIL"]);
    stage.until_price("HAIL", "101.25");
    let asked = stage.server.desk.asked.lock().unwrap().clone();
    assert!(asked[0].to_lowercase().contains(&format!("authorization: bearer {KEY}")), "{asked:?}");
    let elsewhere = FeedServer::open(Clock::hand(START), &[]);
    stage.server.fail("/chart", Fault::To(elsewhere.url("/chart/HAIL")));
    stage.wind(Duration::from_secs(61));
    wait_until("it is sent on", || elsewhere.asked("/chart") > 0);
    let sent_on = elsewhere.desk.asked.lock().unwrap().clone();
    assert!(!sent_on[0].contains(KEY), "another port is another place: {sent_on:?}");
}

#[test]
fn a_stream_tells_as_it_happens_and_comes_back() {
    let stage = Stage::open(&[("HAIL", "100"), ("RAIN", "7")]);
    let mut feed = stage.feed(Kind::Short, "/short?symbol={symbol}&token={key}");
    feed.options.stream = format!("ws://{}/ws?token={{key}}", stage.server.at);
    let id = stage.add(feed, &[]);
    stage.want(&["HAIL"]);
    stage.until_price("HAIL", "100");
    wait_until("it is listened", || stage.server.desk.heard.lock().unwrap().iter().any(|word| word.contains("HAIL")));
    let trade = |price: &str, at: Moment| {
        format!(r#"{{"type":"trade","data":[{{"s":"HAIL","p":{price},"t":{},"v":1}}]}}"#, at.millis())
    };
    stage.wind(Duration::from_secs(10));
    let now = stage.office.clock.now();
    stage.server.say(&trade("1.0125e2", now));
    stage.until_price("HAIL", "101.25");
    // The same once more, one from before, one that is none, one of a symbol nobody asked for: nothing changes.
    stage.server.say(&trade("101.25", now));
    stage.server.say(&trade("99", Moment::from_millis(now.millis() - 5000)));
    stage.server.say(r#"{"type":"trade","data":[{"s":"HAIL","p":NaN}]}"#);
    stage.server.say(r#"{"type":"trade","data":[{"s":"EVIL","p":1,"t":1}]}"#);
    stage.wind(Duration::from_secs(1));
    stage.server.say(&trade("101.5", stage.office.clock.now()));
    stage.until_price("HAIL", "101.5");
    stage.want(&["RAIN"]);
    wait_until("what is new is asked for", || {
        stage.server.desk.heard.lock().unwrap().iter().any(|word| word.contains("RAIN"))
    });
    stage.server.end_streams();
    wait_until("it is opened again", || stage.server.streams() == 2);
    stage.wind(Duration::from_secs(1));
    stage.server.say(&trade("102", stage.office.clock.now()));
    stage.until_price("HAIL", "102");
    stage.server.say(&"x".repeat(100 * 1024));
    wait_until("what says too much at once is left", || stage.server.streams() == 3);
    assert_eq!(stage.feed_of(id).fails, 0);
}

#[test]
fn addresses_of_an_own_network_are_asked_only_where_their_host_is_allowed() {
    let stage = Stage::open(&[("HAIL", "101.25")]);
    let listed = [("HAIL".to_owned(), "HAIL".to_owned())];
    for host in ["", "localhost", "127.0.0.2", "example.com"] {
        let feed = NewFeed { allowed_host: host.to_owned(), ..stage.feed(Kind::Chart, "/chart/{symbol}") };
        let asked = stage.runtime.block_on(feeds::ask_now(&stage.office, &feed, None, &listed, ""));
        assert!(asked.is_err(), "{host}: {asked:?}");
    }
    assert_eq!(stage.server.asked("/"), 0, "nobody came");
    let feed = stage.feed(Kind::Chart, "/chart/{symbol}");
    let asked = stage.runtime.block_on(feeds::ask_now(&stage.office, &feed, None, &listed, "")).unwrap();
    assert_eq!(asked.ticks[0].price.to_string(), "101.25");
    assert_eq!(stage.price("HAIL"), "", "nothing of a question on trial is kept");
}

#[test]
fn invented_numbers_say_that_they_are() {
    let stage = Stage::open(&[]);
    let write = stage.office.store.write(|tx| {
        feeds::add_simulated(tx).map(drop).map_err(|error| match error {
            SetUpError::Store(error) => error,
            error => hailstone::domain::store::StoreError::Sqlite(error.to_string()),
        })
    });
    stage.runtime.block_on(write).unwrap();
    stage.office.feeds.stir();
    wait_until("ACME has a price", || !stage.price("ACME").is_empty());
    let price = || stage.office.store.read_here(|tx| quotes::quote(tx, "ACME")).unwrap();
    assert!(price().price.unwrap().is_simulated && price().name == "Acme Baustoffe AG");
    wait_until("it has a past", || price().year_high.is_some());
    let before = stage.price("ACME");
    wait_until("it moves", || {
        stage.wind(Duration::from_secs(5));
        stage.price("ACME") != before
    });
}

/// The fields of a form of a feed that is asked at a path of the server.
fn fields<'a>(url: &'a str, csrf: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("csrf", csrf),
        ("kind", "chart"),
        ("name", "Charts"),
        ("url", url),
        ("key", KEY),
        ("allowed_host", "127.0.0.1"),
        ("symbols", "HAIL"),
        ("every", "60"),
        ("delay", "0"),
    ]
}

#[test]
fn administrators_set_feeds_up_try_them_and_never_see_a_key_again() {
    let caught = Arc::new(Caught::default());
    let fetcher = Arc::new(HttpsFetcher::new(Arc::new(DnsResolver::new("").unwrap())));
    let outside = Outside { resolver: caught.clone(), courier: caught.clone(), fetcher };
    let office = TestOffice::open_to(outside, caught, &[]);
    let server = FeedServer::open(Clock::Wall, &[("HAIL", "101.25")]);
    let (mut anna, mut ben) = (office.signed_in("anna"), office.signed_in("ben"));
    for path in ["/admin/feeds", "/admin/feeds/new?kind=chart"] {
        assert_eq!(ben.get(path).status, 403, "{path}");
    }
    let list = anna.get("/admin/feeds");
    assert!(list.body.contains("No feed yet") && list.body.contains("Any JSON address"), "{}", list.body);
    let form = anna.get("/admin/feeds/new?kind=chart");
    assert!(form.body.contains("query1.finance.yahoo.com"), "{}", form.body);
    let (csrf, url) = (form.csrf(), server.url("/chart/{symbol}?k={key}"));
    let with = |more: &[(&'static str, &'static str)]| {
        let mut all = fields(&url, &csrf);
        all.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        all.extend(more.iter().copied());
        all
    };
    let wrong = anna.post("/admin/feeds", &with(&[("every", "0")]));
    assert!(wrong.status == 422 && wrong.body.contains("asked every") && !wrong.body.contains(KEY), "{}", wrong.body);
    let tried = anna.post("/admin/feeds", &with(&[("do", "ask")]));
    assert!(tried.status == 200 && tried.body.contains("101.25 USD") && !tried.body.contains(KEY), "{}", tried.body);
    assert!(anna.get("/admin/feeds").body.contains("No feed yet"), "a trial keeps nothing");
    assert_eq!(anna.post("/admin/feeds", &with(&[])).status, 303);
    let id = office.office.store.read_here(quotes::feeds).unwrap()[0].id;
    let page = anna.get(&format!("/admin/feeds/{id}"));
    assert!(page.body.contains("One is kept") && !page.body.contains(KEY), "{}", page.body);
    let at = format!("/admin/feeds/{id}");
    // Without a key typed, the one that is kept goes on; but to no other host.
    assert_eq!(anna.post(&at, &with(&[("key", ""), ("name", "Renamed")])).status, 303);
    let stolen = anna.post(&at, &with(&[("key", ""), ("url", "https://evil.example/{symbol}?k={key}")]));
    assert!(stolen.status == 422 && stolen.body.contains("type the key again"), "{}", stolen.body);
    server.fail("/chart", Fault::Status(500, "", KEY));
    let failed = anna.post(&at, &with(&[("do", "ask"), ("key", "")]));
    assert!(failed.body.contains("trouble of its own") && !failed.body.contains(KEY), "{}", failed.body);
    assert_eq!(ben.post(&at, &with(&[])).status, 403);
    assert_eq!(anna.post(&format!("{at}/off"), &[("csrf", &csrf)]).status, 303);
    assert!(anna.get("/admin/feeds").body.contains(">Off<"));
    assert_eq!(anna.post(&format!("{at}/remove"), &[("csrf", &csrf)]).status, 303);
    assert!(anna.get("/admin/feeds").body.contains("No feed yet"));
}

#[test]
fn feeds_are_set_up_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    let server = FeedServer::open(Clock::Wall, &[("HAIL", "101.25")]);
    let url = format!("url={}", server.url("/chart/{symbol}?k={key}"));
    done(&data, &["quotes", "add", "ecb", "ECB rates"], "");
    let fields = ["--set", &url, "--set", "allowed_host=127.0.0.1", "--set", "history=", "--key-stdin"];
    done(&data, &[&["quotes", "add", "chart", "Charts"][..], &fields[..]].concat(), KEY);
    assert!(done(&data, &["quotes", "ask", "Charts", "HAIL"], "").contains("101.25 USD"));
    done(&data, &["quotes", "up", "Charts"], "");
    let list = done(&data, &["quotes", "feeds", "--json"], "");
    assert!(list.starts_with(r#"{"answered_at":null,"#) && list.find("Charts") < list.find("ECB"), "{list}");
    assert!(!list.contains(KEY));
    for (words, said) in [
        ("set|Charts|--set|url=https://evil.example/{symbol}?k={key}", "type the key again"),
        ("set|Charts|--set|key=x", "there is no field key"),
        ("set|Charts|--set|every=0", "asked every"),
        ("add|gopher|Holes", "a kind is one of"),
        ("ask|Nobody", "there is no feed Nobody"),
        ("ask|Charts|GONE", "no number was told"),
    ] {
        let words: Vec<&str> = ["quotes"].into_iter().chain(words.split('|')).collect();
        let output = run(&data, &words, "");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && error.contains(said) && !error.contains(KEY), "{words:?}: {error}");
    }
    done(&data, &["quotes", "off", "Charts"], "");
    assert!(done(&data, &["quotes", "feeds"], "").contains(" off "));
    done(&data, &["quotes", "remove", "Charts"], "");
    assert_eq!(done(&data, &["quotes", "feeds"], "").lines().count(), 1);
}

#[test]
fn nobody_is_asked_late_while_mail_pours_in() {
    let caught = Arc::new(Caught::default());
    let fetcher = Arc::new(HttpsFetcher::new(Arc::new(DnsResolver::new("").unwrap())));
    let outside = Outside { resolver: caught.clone(), courier: caught.clone(), fetcher };
    let office = TestOffice::open_to(outside, caught, &[]);
    let server = FeedServer::open(Clock::Wall, &[("HAIL", "101.25")]);
    let (url, every) = (server.url("/chart/{symbol}"), 2);
    let feed = NewFeed {
        name: "Charts".to_owned(),
        kind: Kind::Chart,
        url,
        key: None,
        options: Options { per_minute: 0, history: String::new(), is_listed_only: true, ..Options::of(Kind::Chart) },
        every,
        delay: 0,
        licence: String::new(),
        allowed_host: "127.0.0.1".to_owned(),
    };
    let write = office.office.store.write(move |tx| {
        feeds::add_simulated(tx)?;
        let id = feeds::keep(tx, None, &feed, &[("HAIL".to_owned(), "HAIL".to_owned())])?;
        quotes::move_feed(tx, id, true)
    });
    office.runtime.block_on(write).unwrap();
    office.office.feeds.stir();
    let begun = server.asked("/chart");
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for sender in 0..4 {
            let (smtp, is_over) = (office.door("smtp"), &is_over);
            scope.spawn(move || {
                while !is_over.load(std::sync::atomic::Ordering::SeqCst) {
                    let raw = format!("Subject: {sender}\r\n\r\n{}", "All is well. ".repeat(500));
                    crate::office::smtp_send(smtp, "<>", &["anna@example.org"], raw.as_bytes());
                }
            });
        }
        wait_until("it was asked again and again", || server.asked("/chart") >= begun + 6);
        is_over.store(true, std::sync::atomic::Ordering::SeqCst);
    });
    let late = office.office.feeds.late();
    eprintln!("the longest that a question came behind its time: {late:?}");
    assert!(late < Duration::from_secs(2), "{late:?}");
}
