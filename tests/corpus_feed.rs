//! The corpus of feeds, held against `format::feed`, and a few of the project's own samples where the corpus is not.
//!
//! The corpus is not part of the package. It is looked for under `HAILSTONE_CORPUS`, then in `../shared/corpus`.

#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test over files stops at what it cannot read")]

use hailstone::format::feed::{Answer, Asked, FeedError, Kind, Options, Tick, adapter};
use hailstone::kernel::clock::{Moment, Stopwatch};
use hailstone::kernel::limits;
use hailstone::services::fetcher::unpacked;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// 13 January 2026, 16:00 UTC: the afternoon of the samples.
const NOW: Moment = Moment::from_millis(1_768_320_000_000);
/// The longest that one answer may take to read, in milliseconds, in a build for tests.
const LONGEST: u128 = 5000;

#[expect(clippy::disallowed_methods, reason = "where the corpus lies is the caller's to say")]
fn corpus() -> Option<PathBuf> {
    let named = std::env::var("HAILSTONE_CORPUS").map(PathBuf::from).ok();
    let beside =
        ["../shared/corpus", "../../shared/corpus"].map(|place| Path::new(env!("CARGO_MANIFEST_DIR")).join(place));
    let found = named.into_iter().chain(beside).find(|folder| folder.join("quotes/manifest.jsonl").exists());
    if found.is_none() {
        eprintln!("SKIPPED: no corpus here; set HAILSTONE_CORPUS to its folder");
    }
    found.map(|folder| folder.join("quotes"))
}

struct Case {
    id: String,
    expect: Value,
    status: u64,
    body: Vec<u8>,
}

fn cases(folder: &Path) -> Vec<Case> {
    let text = fs::read_to_string(folder.join("manifest.jsonl")).expect("the manifest is there");
    let case = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("a manifest line is JSON");
        let file = value["file"].as_str().expect("a case has a file");
        Case {
            id: value["id"].as_str().expect("a case has a name").to_owned(),
            expect: value["expect"].clone(),
            status: value["http_status"].as_u64().expect("a case has a status"),
            body: fs::read(folder.join(file)).expect("the file of a case is there"),
        }
    };
    text.lines().map(case).collect()
}

/// How each sample is asked for: a kind, its options, the symbols.
fn question(id: &str) -> (Kind, Options, Vec<&'static str>) {
    let json = |price: &str| Options { price: price.to_owned(), ..Options::default() };
    let named = || Options {
        symbol: "symbol".to_owned(),
        time: "t".to_owned(),
        currency_at: "currency".to_owned(),
        name: "name".to_owned(),
        ..json("price")
    };
    let csv = |price: &str| Options { symbol: "Symbol".to_owned(), ..json(price) };
    let hail = vec!["HAIL"];
    match id {
        "v01-chart" | "m02-trunc" | "m03-html" => (Kind::Chart, Options::of(Kind::Chart), hail),
        "v02-quote" => (Kind::Quotes, Options::of(Kind::Quotes), vec!["HAIL", "RAIN.L"]),
        "v03-globalquote" | "m16-ratelimit" => (Kind::Global, Options::of(Kind::Global), hail),
        "v04-stooq" | "v05-stooq-nd" => (Kind::Lines, Options::of(Kind::Lines), vec!["HAIL.US"]),
        "v06-short" | "v07-short-zero" => (Kind::Short, Options::of(Kind::Short), hail),
        "v08-twelve" => (Kind::Twelve, Options::of(Kind::Twelve), hail),
        "v09-coin" => {
            let time = "bitcoin.last_updated_at".to_owned();
            (
                Kind::Json,
                Options { percent: "bitcoin.usd_24h_change".to_owned(), time, ..json("bitcoin.usd") },
                vec!["BTC"],
            )
        }
        "v10-fx" => {
            (Kind::Json, Options { time: "date".to_owned(), ..json("rates.{symbol}") }, vec!["USD", "JPY", "IDR"])
        }
        "v11-ticks" => {
            let symbol = "[0].symbol".to_owned();
            (Kind::Json, Options { symbol, time: "[0].ts".to_owned(), ..json("[0].price") }, hail)
        }
        "v12-semicolon" => (Kind::Csv, csv("Kurs"), hail),
        "v13-quoted" | "m15-formula" | "m24-csv-long" | "m25-csv-unclosed" => (Kind::Csv, csv("Last"), hail),
        "v14-tiny" => (Kind::Json, named(), vec!["DUST"]),
        "v15-negative" => (Kind::Json, named(), vec!["CLK0"]),
        _ => (Kind::Json, named(), hail),
    }
}

fn read(case: &Case) -> Result<Answer, FeedError> {
    let (kind, options, codes) = question(&case.id);
    let codes: Vec<String> = codes.into_iter().map(str::to_owned).collect();
    let adapter = adapter(kind).expect("a kind that is told");
    adapter.ticks(&case.body, &Asked { codes: &codes, options: &options, now: NOW })
}

/// Whether what was read is what the case expects, where it tells a number.
fn is_told(expect: &Value, ticks: &[Tick]) -> bool {
    let text = |value: Option<rust_decimal::Decimal>| value.map(|value| value.to_string());
    let first = &ticks[0];
    let is =
        |name: &str, told: Option<String>| expect[name].as_str().is_none_or(|wanted| told.as_deref() == Some(wanted));
    let at = first.at.map(|at| chrono::DateTime::from_timestamp_millis(at.millis()).expect("a time"));
    let wanted = expect["time"].as_str().map(|time| chrono::DateTime::parse_from_rfc3339(time).expect("a time"));
    let prices: Vec<String> = ticks
        .iter()
        // What is told in pence is kept in pounds.
        .map(|tick| if tick.symbol == "RAIN.L" { tick.price * rust_decimal::Decimal::ONE_HUNDRED } else { tick.price })
        .map(|price| price.normalize().to_string())
        .collect();
    let all = |name: &str, told: Vec<String>| expect[name].as_array().is_none_or(|wanted| *wanted == told);
    is("price", text(Some(first.price)))
        && is("change", text(first.change))
        && is("change_pct", text(first.percent))
        && is("currency", first.currency.clone())
        && is("symbol", Some(first.symbol.clone()))
        && wanted.is_none_or(|wanted| at.is_some_and(|at| at == wanted))
        && all("prices", prices)
        && all("symbols", ticks.iter().map(|tick| tick.symbol.clone()).collect())
}

/// What is odd in a case, if anything.
fn finding(case: &Case) -> Option<String> {
    let watch = Stopwatch::start();
    let read = if case.id == "m22-gzipbomb" {
        match unpacked(&case.body, limits::FEED_BYTES_READ) {
            Err(_) => return None,
            Ok(_) => return Some("the bomb was unpacked".to_owned()),
        }
    } else {
        read(case)
    };
    let took = watch.elapsed().as_millis();
    if took > LONGEST {
        return Some(format!("took {took} ms"));
    }
    let tells = read.as_ref().is_ok_and(|answer| !answer.ticks.is_empty());
    match case.id.as_str() {
        // A jump and an old number are told as they are; what is kept of them is the domain's to say.
        "m26-jump" | "m28-old" => (!tells).then(|| format!("{read:?}")),
        // The body is in order: its status, its header or its length tell that it does not count.
        "m23-lying-length" => (!tells).then(|| format!("{read:?}")),
        _ if case.expect["error"].is_string() => tells.then(|| format!("told {read:?}")),
        _ => match read {
            Ok(answer) if tells && is_told(&case.expect, &answer.ticks) => None,
            other => Some(format!("{other:?}")),
        },
    }
}

#[test]
fn every_file_of_the_corpus_tells_its_number_or_none() {
    let Some(folder) = corpus() else { return };
    let cases = cases(&folder);
    assert_eq!(cases.len(), 43);
    let found: Vec<String> =
        cases.iter().filter_map(|case| finding(case).map(|odd| format!("{}: {odd}", case.id))).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(
        cases.iter().filter(|case| case.status != 200).count(),
        5,
        "statuses are held by the feed server's tests"
    );
}

#[test]
fn the_errors_that_a_rule_names_are_the_ones_that_are_told() {
    let Some(folder) = corpus() else { return };
    let cases = cases(&folder);
    let why = |id: &str| {
        let case = cases.iter().find(|case| case.id == id).expect("a case");
        read(case).map_or_else(|error| error, |answer| answer.refused[0].1.clone())
    };
    assert_eq!(why("v05-stooq-nd"), FeedError::NoData("HAIL.US".to_owned()));
    assert_eq!(why("v07-short-zero"), FeedError::UnknownSymbol("HAIL".to_owned()));
    assert_eq!(why("m01-empty"), FeedError::Empty);
    assert_eq!(why("m02-trunc"), FeedError::Cut);
    assert_eq!(why("m03-html"), FeedError::WebPage);
    assert_eq!(why("m08-wrongsymbol"), FeedError::OtherSymbol { asked: "HAIL".to_owned(), told: "EVIL".to_owned() });
    assert_eq!(why("m09-depth"), FeedError::TooMuch("levels"));
    assert_eq!(why("m10-bigkeys"), FeedError::TooMuch("values"));
    assert_eq!(why("m11-dupkeys"), FeedError::Twice);
    assert_eq!(why("m12-utf16"), FeedError::NotText);
    assert_eq!(why("m14-xss"), FeedError::BadCurrency);
    assert_eq!(why("m16-ratelimit"), FeedError::RateLimited { wait: None });
    assert_eq!(why("m25-csv-unclosed"), FeedError::Cut);
    assert_eq!(why("m27-future"), FeedError::BadTime);
}

#[test]
fn a_bomb_of_gzip_is_cut_and_a_small_answer_is_unpacked() {
    // "hail\n", packed by gzip.
    let small = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 72, 204, 204, 225, 2, 0, 237, 102, 97, 130, 5, 0, 0, 0];
    assert_eq!(unpacked(&small, 5), Ok(b"hail\n".to_vec()));
    assert!(unpacked(&small, 4).is_err());
    assert!(unpacked(&small[..12], 100).is_err());
    assert!(unpacked(b"not packed at all", 100).is_err());
}
