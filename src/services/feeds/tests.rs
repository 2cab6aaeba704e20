//! What feeds promise by themselves; what they do with a provider is tried in `tests/it/feeds.rs`.

use super::*;
use crate::domain::quotes::NewFeed;
use crate::format::feed::Hours;
use std::collections::HashMap;

/// A form as it was typed.
struct Form(HashMap<&'static str, &'static str>);

impl Typed for Form {
    fn text(&self, field: &str) -> &str {
        self.0.get(field).copied().unwrap_or_default()
    }

    fn is_on(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }
}

const GOOD: [(&str, &str); 5] = [
    ("kind", "short"),
    ("name", "Ticks"),
    ("url", "https://x.test/quote?symbol={symbol}&token={key}"),
    ("key", "hush"),
    ("stream", "wss://x.test/?token={key}"),
];

fn form(more: &[(&'static str, &'static str)]) -> Form {
    Form(GOOD.into_iter().chain(more.iter().copied()).collect())
}

#[test]
fn what_was_typed_becomes_a_feed() {
    let typed = form(&[
        ("mon", "on"),
        ("fri", "on"),
        ("opens", "09:30"),
        ("closes", "16:00"),
        ("hours_zone", "America/New_York"),
        ("holidays", "US"),
        ("symbols", "HAIL, RAIN.L = LSE:RAIN\nEURUSD=X"),
    ]);
    let (feed, symbols) = read(&typed).unwrap();
    let hours = Hours {
        days: [true, false, false, false, true, false, false],
        opens: 570,
        closes: 960,
        zone: "America/New_York".to_owned(),
        region: "us".to_owned(),
    };
    assert_eq!((feed.every, feed.options.hours.clone()), (60, Some(hours)));
    let listed = [("HAIL", "HAIL"), ("RAIN.L", "LSE:RAIN"), ("EURUSD=X", "EURUSD=X")];
    assert_eq!(symbols, listed.map(|(ours, theirs)| (ours.to_owned(), theirs.to_owned())));
    assert_eq!(lines_of(&symbols), "HAIL\nRAIN.L = LSE:RAIN\nEURUSD=X");
    assert_eq!(read(&form(&[("key", "")])).unwrap().0.key, None, "a key that is not typed stays as it was");
    let NewFeed { allowed_host, url, .. } =
        read(&form(&[("url", "http://Meter.lan:8080/{symbol}"), ("allowed_host", "meter.LAN")])).unwrap().0;
    assert_eq!((allowed_host.as_str(), url.as_str()), ("meter.lan", "http://Meter.lan:8080/{symbol}"));
}

#[test]
fn what_cannot_be_is_told_by_its_field() {
    for (field, value, is) in [
        ("kind", "gopher", "kind"),
        ("url", "", "url"),
        ("url", "https://x.test/", "url"),
        ("url", "http://x.test/{symbol}", "url"),
        ("url", "https://u:p@x.test/{symbol}", "url"),
        ("url", "file:///etc/{symbol}", "url"),
        ("url", "https://x.test/{symbols}", "url"),
        ("url", "javascript:alert(1)", "url"),
        ("stream", "ws://x.test/", "stream"),
        ("stream", "https://x.test/", "stream"),
        ("history", "nowhere", "history"),
        ("every", "soon", "every"),
        ("per_minute", "-1", "per_minute"),
        ("allowed_host", "http://x.test", "allowed_host"),
        ("symbols", "a b c", "symbols"),
        ("symbols", "HAIL\nhail", "symbols"),
    ] {
        assert_eq!(read(&form(&[(field, value)])).unwrap_err().0, is, "{field} {value}");
    }
    assert_eq!(read(&form(&[("mon", "on"), ("opens", "25:00")])).unwrap_err().0, "opens");
    assert_eq!(read(&form(&[("mon", "on"), ("opens", "10:00"), ("closes", "09:00")])).unwrap_err().0, "closes");
    assert_eq!(read(&form(&[("mon", "on"), ("hours_zone", "Mars")])).unwrap_err().0, "hours_zone");
    assert_eq!(read(&form(&[("mon", "on"), ("holidays", "XX")])).unwrap_err().0, "holidays");
    let json = [("kind", "json"), ("url", "https://x.test/now"), ("price", "a.b")];
    assert_eq!(read(&form(&json)).unwrap_err().0, "symbols");
    assert_eq!(read(&form(&[json[0], json[1], json[2], ("symbols", "A, B")])).unwrap_err().0, "symbols");
    assert!(read(&form(&[json[0], json[1], json[2], ("symbols", "ORDERS")])).is_ok());
}
