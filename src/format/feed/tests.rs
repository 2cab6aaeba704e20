//! What `feed` promises, held against small samples of each provider's way of speaking.

use super::*;
use proptest::prelude::*;

const NOW: Moment = Moment::from_millis(1_768_320_000_000); // 2026-01-13T16:00Z

/// Asks a kind for symbols.
fn ask(kind: Kind, codes: &[&str], body: &str) -> Result<Answer, FeedError> {
    ask_with(kind, &Options::of(kind), codes, body)
}

fn ask_with(kind: Kind, options: &Options, codes: &[&str], body: &str) -> Result<Answer, FeedError> {
    let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    ticks(kind, body.as_bytes(), &Asked { codes: &codes, options, now: NOW })
}

fn past(kind: Kind, code: &str, body: &str) -> Result<Vec<Bar>, FeedError> {
    let (codes, options) = ([code.to_owned()], Options::of(kind));
    adapter(kind).unwrap().bars(body.as_bytes(), &Asked { codes: &codes, options: &options, now: NOW })
}

fn said_by_stream(kind: Kind, codes: &[&str], message: &str) -> Result<Vec<Tick>, FeedError> {
    let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    let options = Options::of(kind);
    adapter(kind).unwrap().streamed(message.as_bytes(), &Asked { codes: &codes, options: &options, now: NOW })
}

fn prices(answer: Result<Answer, FeedError>) -> Vec<(String, String)> {
    answer.unwrap().ticks.into_iter().map(|tick| (tick.symbol, tick.price.to_string())).collect()
}

fn price(kind: Kind, code: &str, body: &str) -> String {
    prices(ask(kind, &[code], body)).remove(0).1
}

fn text_of(value: Option<Decimal>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The days of a past: first day, how many, last close.
fn told(bars: &[Bar]) -> (i64, usize, String) {
    (bars[0].at.millis(), bars.len(), bars[bars.len() - 1].close.to_string())
}

const CHART: &str = r#"{"chart":{"result":[{"meta":{"currency":"GBp","symbol":"RAIN.L","regularMarketPrice":4210.5,
    "previousClose":4200,"regularMarketTime":1768314600,"gmtoffset":0,"longName":"Rain <b>plc</b>","exchangeName":"LSE"},
    "timestamp":[1768204800,1768291200,1768314600],"indicators":{"quote":[{"open":[4100,null,4190],"high":[4220,null,4215],
    "low":[4090,null,4188.5],"close":[4200,null,4210.5],"volume":[12,null,9]}]}}],"error":null}}"#;

#[test]
fn a_chart_tells_a_price_in_pounds_and_its_past() {
    let tick = ask(Kind::Chart, &["RAIN.L"], CHART).unwrap().ticks.remove(0);
    assert_eq!((tick.price.to_string(), tick.currency.as_deref()), ("42.105".to_owned(), Some("GBP")));
    assert_eq!((text_of(tick.change), text_of(tick.percent)), ("0.105".to_owned(), "0.25".to_owned()));
    assert_eq!(tick.at.unwrap().millis(), 1_768_314_600_000);
    assert_eq!(tick.name.as_deref(), Some("Rain <b>plc</b>"), "text stays text; pages escape it");
    let bars = past(Kind::Chart, "RAIN.L", CHART).unwrap();
    assert_eq!(told(&bars), (1_768_176_000_000, 2, "42.105".to_owned()), "a day of nothing is none");
    let unknown = r#"{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found"}}}"#;
    assert_eq!(
        ask(Kind::Chart, &["X"], unknown).unwrap().refused,
        [("X".to_owned(), FeedError::UnknownSymbol("X".into()))]
    );
}

#[test]
fn a_list_of_quotes_tells_many_and_names_the_unknown() {
    let body = r#"{"quoteResponse":{"result":[{"symbol":"hail","regularMarketPrice":101.25,"currency":"USD"},
        {"symbol":"RAIN.L","regularMarketPrice":4210.5,"regularMarketChange":-10.5,"currency":"GBp"},
        {"symbol":"BAD","regularMarketPrice":"many"}],"error":null}}"#;
    let answer = ask(Kind::Quotes, &["HAIL", "RAIN.L", "BAD", "GONE"], body).unwrap();
    assert_eq!(answer.ticks[1].change, Some(Decimal::new(-105, 3)));
    let why: Vec<_> = answer.refused.iter().map(|(code, why)| (code.as_str(), why.clone())).collect();
    let wrong = FeedError::NotANumber("regularMarketPrice".into());
    assert_eq!(why, [("BAD", wrong), ("GONE", FeedError::UnknownSymbol("GONE".into()))]);
    assert_eq!(prices(Ok(answer)), [("HAIL".into(), "101.25".into()), ("RAIN.L".into(), "42.105".into())]);
}

#[test]
fn lines_of_csv_tell_prices_and_days() {
    let body = "Symbol,Date,Time,Open,High,Low,Close,Volume\r\nHAIL.US,2026-01-13,15:30:00,100.5,101.5,100.1,101.25,2100\r\n\
        RAIN.US,N/D,N/D,N/D,N/D,N/D,N/D,N/D\r\n";
    let answer = ask(Kind::Lines, &["hail.us", "rain.us", "snow.us"], body).unwrap();
    assert_eq!((answer.ticks[0].symbol.as_str(), answer.ticks[0].at.unwrap().millis()), ("hail.us", 1_768_314_600_000));
    let no_data = ("rain.us".to_owned(), FeedError::NoData("rain.us".into()));
    assert_eq!(answer.refused, [no_data, ("snow.us".into(), FeedError::UnknownSymbol("snow.us".into()))]);
    let days = "Date,Open,High,Low,Close,Volume\n2026-01-13,1,2,0.5,1.5,100\n2026-01-12,1,1,1,1.25,\n2026-01-13,1,3,0.5,1.75,7\n";
    let bars = past(Kind::Lines, "HAIL", days).unwrap();
    assert_eq!(told(&bars), (1_768_176_000_000, 2, "1.75".to_owned()), "in order, the last word of a day counts");
    assert_eq!(ask(Kind::Lines, &["X"], "Exceeded the daily hits limit"), Err(FeedError::RateLimited { wait: None }));
    assert_eq!(past(Kind::Lines, "X", "No data"), Err(FeedError::UnknownSymbol("X".into())));
}

#[test]
fn a_global_quote_tells_numbers_under_numbered_names() {
    let body = r#"{"Global Quote":{"01. symbol":"HAIL","05. price":"101.2500","07. latest trading day":"2026-01-12",
        "08. previous close":"100.0000","09. change":"1.2500","10. change percent":"1.2500%"}}"#;
    let tick = ask(Kind::Global, &["HAIL"], body).unwrap().ticks.remove(0);
    assert_eq!((tick.price.to_string(), text_of(tick.percent)), ("101.25".into(), "1.25".into()));
    assert!(tick.at.unwrap() < NOW);
    let other = FeedError::OtherSymbol { asked: "RAIN".into(), told: "HAIL".into() };
    assert_eq!(ask(Kind::Global, &["RAIN"], body).unwrap().refused[0].1, other);
    assert!(matches!(
        ask(Kind::Global, &["X"], r#"{"Global Quote":{}}"#).unwrap().refused[0].1,
        FeedError::UnknownSymbol(_)
    ));
    let days = r#"{"Meta Data":{"2. Symbol":"HAIL"},"Time Series (Daily)":{
        "2026-01-13":{"1. open":"1","2. high":"2","3. low":"0.5","4. close":"1.5","5. volume":"3"},
        "2026-01-12":{"1. open":"1","2. high":"2","3. low":"0.5","4. close":"1.25","5. volume":"3"}}}"#;
    assert_eq!(told(&past(Kind::Global, "HAIL", days).unwrap()), (1_768_176_000_000, 2, "1.5".into()));
}

#[test]
fn what_is_said_in_words_instead_of_numbers_is_understood() {
    for (words, is) in [
        (
            r#"{"Note":"Thank you! Our standard rate limit is 25 requests per day."}"#,
            FeedError::RateLimited { wait: None },
        ),
        (
            r#"{"Information":"We have detected your API key as SECRET and our rate limit ..."}"#,
            FeedError::RateLimited { wait: None },
        ),
        (
            r#"{"code":429,"message":"You have run out of API credits","status":"error"}"#,
            FeedError::RateLimited { wait: None },
        ),
        (r#"{"code":401,"message":"**apikey** parameter is incorrect","status":"error"}"#, FeedError::BadKey),
        (r#"{"error":"Invalid API key"}"#, FeedError::BadKey),
        (r#"{"error":"You don't have access to this resource."}"#, FeedError::BadKey),
        (r#"{"error":"internal"}"#, FeedError::Refused),
        ("<html><body>Please solve the captcha</body></html>", FeedError::WebPage),
        ("<!doctype html><title>Consent</title>", FeedError::WebPage),
        ("Too Many Requests\r\n", FeedError::RateLimited { wait: None }),
        ("", FeedError::Empty),
        (" \n", FeedError::Empty),
    ] {
        for kind in [Kind::Chart, Kind::Quotes, Kind::Global, Kind::Short, Kind::Twelve, Kind::Json] {
            let error = ask(kind, &["HAIL"], words).unwrap_err();
            assert_eq!(error, is, "{words}");
            assert!(!error.to_string().contains("SECRET"));
        }
    }
}

#[test]
fn words_beside_a_number_are_the_companys_own_affair() {
    for body in [r#"{"price":21.5,"error":"","message":"not found in the cache"}"#, r#"{"price":21.5,"error":"none"}"#]
    {
        assert_eq!(price(Kind::Json, "TEMP", body), "21.5", "{body}");
    }
    let unknown = r#"{"Error Message":"Invalid API call. Please retry"}"#;
    assert!(matches!(ask(Kind::Global, &["X"], unknown).unwrap().refused[0].1, FeedError::UnknownSymbol(_)));
}

#[test]
fn short_names_tell_a_price_and_zeros_tell_that_it_is_unknown() {
    let body = r#"{"c":101.25,"d":1.25,"dp":1.25,"h":101.5,"l":100.1,"o":100.5,"pc":100.0,"t":1768314600}"#;
    assert_eq!(price(Kind::Short, "HAIL", body), "101.25");
    let zeros = r#"{"c":0,"d":null,"dp":null,"h":0,"l":0,"o":0,"pc":0,"t":0}"#;
    assert!(matches!(ask(Kind::Short, &["X"], zeros).unwrap().refused[0].1, FeedError::UnknownSymbol(_)));
    let trades =
        r#"{"type":"trade","data":[{"s":"HAIL","p":1.0125e2,"t":1768314600123,"v":1},{"s":"EVIL","p":1,"t":1}]}"#;
    let ticks = said_by_stream(Kind::Short, &["HAIL"], trades).unwrap();
    assert_eq!(
        (ticks.len(), ticks[0].price.to_string(), ticks[0].at.unwrap().millis()),
        (1, "101.25".into(), 1_768_314_600_123)
    );
    assert_eq!(said_by_stream(Kind::Short, &["HAIL"], r#"{"type":"ping"}"#), Ok(Vec::new()));
    assert!(said_by_stream(Kind::Short, &["HAIL"], r#"{"type":"error","msg":"Invalid API key"}"#).is_err());
    let days = r#"{"s":"ok","t":[1768262400],"o":[1],"h":[2],"l":[0.5],"c":[1.5],"v":[3]}"#;
    assert_eq!(told(&past(Kind::Short, "HAIL", days).unwrap()), (1_768_262_400_000, 1, "1.5".into()));
}

#[test]
fn texts_tell_one_price_or_several() {
    let one = r#"{"symbol":"HAIL","currency":"USD","timestamp":1768314600,"close":"101.25","previous_close":"100.00"}"#;
    assert_eq!(price(Kind::Twelve, "HAIL", one), "101.25");
    let several = r#"{"HAIL":{"symbol":"HAIL","close":"101.25","currency":"USD"},
        "GONE":{"code":404,"message":"**symbol** not found","status":"error"}}"#;
    let answer = ask(Kind::Twelve, &["HAIL", "GONE"], several).unwrap();
    assert_eq!(answer.refused, [("GONE".to_owned(), FeedError::UnknownSymbol("GONE".into()))]);
    assert_eq!(prices(Ok(answer)), [("HAIL".to_owned(), "101.25".to_owned())]);
    let unknown = r#"{"code":404,"message":"**symbol** not found: X","status":"error"}"#;
    assert_eq!(
        ask(Kind::Twelve, &["X"], unknown).unwrap().refused,
        [("X".to_owned(), FeedError::UnknownSymbol("X".into()))]
    );
    let event =
        r#"{"event":"price","symbol":"HAIL","currency":"USD","timestamp":1768314600,"price":101.25,"day_volume":9}"#;
    assert_eq!(said_by_stream(Kind::Twelve, &["HAIL"], event).unwrap()[0].volume, Some(Decimal::from(9)));
    let days = r#"{"meta":{"symbol":"HAIL"},"values":[{"datetime":"2026-01-13","open":"1","high":"2","low":"0.5","close":"1.5"}],"status":"ok"}"#;
    assert_eq!(told(&past(Kind::Twelve, "HAIL", days).unwrap()), (1_768_262_400_000, 1, "1.5".into()));
}

const RATES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time="2026-01-13"><Cube currency="USD" rate="1.0845"/><Cube currency="JPY" rate="158.21"/></Cube>
<Cube time='2026-01-12'><Cube currency='USD' rate='1.0800'/></Cube></Cube></gesmes:Envelope>"#;

#[test]
fn the_central_bank_tells_rates_of_a_day_and_of_those_before() {
    let answer = ask(Kind::Ecb, &["EURUSD", "EURJPY", "EURXXX"], RATES).unwrap();
    assert_eq!(text_of(answer.ticks[0].change), "0.0045");
    assert_eq!(answer.ticks[0].at.unwrap().millis(), 1_768_310_100_000, "14:15 in Frankfurt");
    assert_eq!(answer.refused, [("EURXXX".to_owned(), FeedError::UnknownSymbol("EURXXX".into()))]);
    assert_eq!(prices(Ok(answer)), [("EURUSD".into(), "1.0845".into()), ("EURJPY".into(), "158.21".into())]);
    assert_eq!(told(&past(Kind::Ecb, "EURUSD", RATES).unwrap()), (1_768_176_000_000, 2, "1.0845".into()));
}

#[test]
fn xml_that_declares_more_than_it_should_is_refused() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Cube>&b;</Cube>"#;
    let deep = format!("{}{}", "<Cube>".repeat(5000), "</Cube>".repeat(5000));
    let many = format!("<Cube>{}</Cube>", "<Cube/>".repeat(limits::FEED_VALUES));
    for (body, is) in [
        (bomb, FeedError::Declares),
        (r#"<?xml-stylesheet href="x"?><Cube/>"#, FeedError::Declares),
        ("<Cube>&b;</Cube>", FeedError::Declares),
        (&deep, FeedError::TooMuch("levels")),
        (&many, FeedError::TooMuch("elements")),
        ("<Cube><Cube time=\"2026-01-13\">", FeedError::Cut),
        ("<rss></rss>", FeedError::OtherKind("it holds no rates")),
        ("<html><body>moved</body></html>", FeedError::WebPage),
        (&RATES.replace("1.0845", "1.08e"), FeedError::NotANumber("rate".into())),
        (&RATES.replace("1.0845", "-1"), FeedError::NotANumber("rate".into())),
        (&RATES.replace("1.0845", "&a;"), FeedError::OtherKind("it is no XML")),
        (&RATES.replace("2026-01-13", "tomorrow"), FeedError::BadTime),
        (&RATES.replace("USD", "<b>"), FeedError::BadCurrency),
    ] {
        let refusal = ask(Kind::Ecb, &["EURUSD"], body);
        assert!(
            refusal == Err(is.clone()) || matches!(refusal, Err(FeedError::OtherKind(_))),
            "{body:.60}: {refusal:?}"
        );
        assert!(body.contains("<b>") || body.contains("&a;") || refusal == Err(is), "{body:.60}: {refusal:?}");
    }
}

fn paths(price: &str) -> Options {
    Options { price: price.to_owned(), ..Options::default() }
}

#[test]
fn any_json_tells_the_number_at_a_path() {
    let rates = r#"{"amount":1.0,"date":"2026-01-13","rates":{"USD":1.0845,"JPY":158.21,"IDR":17654.0}}"#;
    let options = Options { time: "date".into(), ..paths("rates.{symbol}") };
    let answer = ask_with(Kind::Json, &options, &["USD", "JPY", "IDR", "XXX"], rates).unwrap();
    assert_eq!(answer.refused, [("XXX".to_owned(), FeedError::UnknownSymbol("XXX".into()))]);
    let all: Vec<_> = prices(Ok(answer)).into_iter().map(|(_, price)| price).collect();
    assert_eq!(all, ["1.0845", "158.21", "17654"]);
    let fuel = r#"{"stations":[{"id":7,"diesel":"1,719 €","at":"13.01.2026 15:30"}]}"#;
    let options = Options {
        time: "stations[id=7].at".into(),
        zone: "Europe/Berlin".into(),
        currency: "eur".into(),
        ..paths("stations[id=7].diesel")
    };
    let tick =
        ask_with(Kind::Json, &Options { marks: Marks::Comma, ..options }, &["DIESEL"], fuel).unwrap().ticks.remove(0);
    assert_eq!(
        (tick.price.to_string(), tick.at.unwrap().millis(), tick.currency.as_deref()),
        ("1.719".into(), 1_768_314_600_000, Some("EUR"))
    );
    let cents = Options { factor: "0.01".into(), ..paths("a") };
    assert_eq!(prices(ask_with(Kind::Json, &cents, &["X"], r#"{"a":1719}"#))[0].1, "17.19");
}

#[test]
fn any_json_never_makes_a_number_of_what_is_none() {
    let options = Options { symbol: "symbol".into(), time: "t".into(), ..paths("price") };
    let refusal = |body: &str| match ask_with(Kind::Json, &options, &["HAIL"], body) {
        Err(error) => error,
        Ok(answer) => answer.refused.first().unwrap_or_else(|| panic!("{body} told a number")).1.clone(),
    };
    for body in [
        r#"{"symbol":"HAIL","price":NaN}"#,
        r#"{"symbol":"HAIL","price":1e999}"#,
        r#"{"symbol":"HAIL","price":"one hundred"}"#,
        r#"{"symbol":"HAIL","price":null}"#,
        r#"{"symbol":"HAIL","price":true}"#,
        r#"{"symbol":"HAIL","price":{}}"#,
        r#"{"symbol":"HAIL"}"#,
        r#"{"price":1}"#,
        r#"{"price":1,"price":2,"symbol":"HAIL"}"#,
        r#"{"symbol":"HAIL","price":101.25,"t":99999999999999999}"#,
    ] {
        assert!(!refusal(body).is_of_symbol(), "{body}");
    }
    assert_eq!(
        refusal(r#"{"symbol":"EVIL","price":1}"#),
        FeedError::OtherSymbol { asked: "HAIL".into(), told: "EVIL".into() }
    );
}

#[test]
fn any_csv_tells_the_number_in_a_column() {
    let options =
        |symbol: &str, price: &str, row: &str| Options { symbol: symbol.into(), row: row.into(), ..paths(price) };
    let german = "\u{FEFF}Symbol;Kurs;Zeit\r\nHAIL;101,25;13.01.2026 15:30\r\nRAIN;1.101,5;13.01.2026 15:31\r\n";
    let zoned = Options { time: "Zeit".into(), zone: "Europe/Berlin".into(), ..options("Symbol", "Kurs", "") };
    let answer = ask_with(Kind::Csv, &zoned, &["RAIN", "HAIL"], german).unwrap();
    assert_eq!(answer.ticks[0].at.unwrap().millis(), 1_768_314_600_000);
    assert_eq!(prices(Ok(answer)), [("HAIL".into(), "101.25".into()), ("RAIN".into(), "1101.5".into())]);
    let quoted = "\"Symbol\",\"Name\",\"Last\"\n\"HAIL\",\"Hail, \"\"The\"\" Stone\nInc\",\"1,101.25\"\n";
    let named = Options { name: "Name".into(), ..options("Symbol", "last", "") };
    let tick = ask_with(Kind::Csv, &named, &["HAIL"], quoted).unwrap().ticks.remove(0);
    assert_eq!((tick.price.to_string(), tick.name.as_deref()), ("1101.25".into(), Some("Hail, \"The\" Stone Inc")));
    let log = "day\torders\n2026-01-12\t17\n2026-01-13\t4\n";
    for (row, is) in [("last", "4"), ("first", "17"), ("1", "17"), ("", "4")] {
        assert_eq!(prices(ask_with(Kind::Csv, &options("", "2", row), &["ORDERS"], log))[0].1, is, "{row}");
    }
    for (body, price) in [
        ("Symbol,Last\nHAIL,=HYPERLINK(\"\"x\"\")\n", "Last"),
        ("Symbol,Last\n\"HAIL,101.25\n", "Last"),
        ("Symbol,Last\nHAIL,\n", "Last"),
        ("Symbol,Last\nHAIL,1\n", "Close"),
        (&format!("Symbol,Last\n{},1\n", "A".repeat(1_000_000)), "Last"),
    ] {
        let told = ask_with(Kind::Csv, &options("Symbol", price, ""), &["HAIL"], body);
        assert!(told.as_ref().map_or(true, |answer| answer.ticks.is_empty()), "{body:.40}: {told:?}");
    }
}

#[test]
fn every_kind_is_known_by_its_word_and_sound_as_it_is_filled_in() {
    for kind in Kind::ALL {
        let facts = kind.facts();
        assert_eq!(facts.word.parse(), Ok(kind));
        assert_eq!(Options::of(kind).check(kind), Ok(()), "{}", facts.word);
        assert!(facts.at_once > 0 && !facts.title.is_empty() && !facts.sentence.is_empty());
        assert_eq!(
            facts.address.contains("{symbols}"),
            kind.has_address() && facts.at_once > 1 && !matches!(kind, Kind::Ecb | Kind::Json | Kind::Csv)
        );
        assert_eq!(kind.has_stream(), !facts.stream.is_empty());
        let kept = serde_json::to_string(&Options::of(kind)).unwrap();
        assert_eq!(serde_json::from_str::<Options>(&kept).unwrap(), Options::of(kind));
    }
    assert_eq!(Options { pattern: "{symbol}.us".into(), ..Options::default() }.code_of("HAIL"), "hail.us");
    assert_eq!(Options { pattern: "{symbol}.DE".into(), ..Options::default() }.code_of("HAIL"), "HAIL.DE");
    let bad = Options { price: "a..b".into(), ..Options::default() };
    assert_eq!(bad.check(Kind::Json).unwrap_err().0, "price");
}

proptest! {
    #[test]
    fn nothing_that_comes_makes_a_reader_panic(body in prop::collection::vec(any::<u8>(), 0..300), at in 0_usize..600) {
        let samples = [CHART, RATES, "Symbol,Close\nHAIL,1\n"];
        for sample in samples {
            let mut changed = sample.as_bytes().to_vec();
            let at = at.min(changed.len());
            changed.splice(at..(at + 3).min(changed.len()), body.iter().copied().take(4));
            for kind in Kind::ALL {
                let (codes, options) = (["HAIL".to_owned(), "RAIN.L".to_owned()], Options::of(kind));
                let asked = Asked { codes: &codes, options: &options, now: NOW };
                let Some(adapter) = adapter(kind) else { continue };
                for body in [&changed, &body] {
                    let _ = (adapter.ticks(body, &asked), adapter.bars(body, &asked), adapter.streamed(body, &asked));
                }
            }
        }
    }
}
