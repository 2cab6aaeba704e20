//! One quote under numbered names as JSON: `Global Quote` with `05. price`; its past as `Time Series (Daily)`.

use super::json::Json;
use super::{Adapter, Answer, Asked, Bar, FeedError, Tick, day_bar, decimal, in_order, json, when};
use chrono_tz::America::New_York;
use rust_decimal::Decimal;

/// Reads it.
pub(super) struct Global;

impl Adapter for Global {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let json = json(body).map_err(|error| of_symbol(error, asked))?;
        let quote = json.get("Global Quote").ok_or_else(|| FeedError::Missing("Global Quote".to_owned()))?;
        Answer::of(asked.only(), tick(quote, asked))
    }

    fn bars(&self, body: &[u8], asked: &Asked<'_>) -> Result<Vec<Bar>, FeedError> {
        let json = json(body).map_err(|error| of_symbol(error, asked))?;
        asked.is_told(json.get("Meta Data").and_then(|meta| at(meta, "Symbol")).and_then(Json::text))?;
        let days = json.get("Time Series (Daily)").and_then(Json::map);
        let days = days.ok_or_else(|| FeedError::Missing("Time Series (Daily)".to_owned()))?;
        let mut bars = Vec::new();
        for (day, told) in days {
            let day = when::a_day(day).ok_or(FeedError::BadTime)?;
            let number = |of| number(told, of)?.ok_or_else(|| FeedError::Missing(of.to_owned()));
            let numbers = [number("open")?, number("high")?, number("low")?, number("close")?];
            bars.push(day_bar(when::begin(day), numbers, self::number(told, "volume")?));
        }
        in_order(bars)
    }
}

/// Names the symbol that a complaint is about.
fn of_symbol(error: FeedError, asked: &Asked<'_>) -> FeedError {
    match error {
        FeedError::UnknownSymbol(_) => FeedError::UnknownSymbol(asked.only().to_owned()),
        other => other,
    }
}

/// What stands under a name, whatever number is before it.
fn at<'a>(json: &'a Json<'a>, named: &str) -> Option<&'a Json<'a>> {
    let bare = |key: &str| key.split_once(". ").is_some_and(|(_, name)| name.eq_ignore_ascii_case(named));
    json.map()?.iter().find(|(key, _)| bare(key)).map(|(_, value)| value)
}

fn number(json: &Json<'_>, named: &str) -> Result<Option<Decimal>, FeedError> {
    let Some(text) = at(json, named).and_then(Json::text).map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    decimal(text.trim_end_matches('%')).map(Some).ok_or_else(|| FeedError::NotANumber(named.to_owned()))
}

fn tick(quote: &Json<'_>, asked: &Asked<'_>) -> Result<Tick, FeedError> {
    if quote.map().is_none_or(std::collections::BTreeMap::is_empty) {
        return Err(FeedError::UnknownSymbol(asked.only().to_owned()));
    }
    let symbol = at(quote, "symbol").and_then(Json::text).ok_or_else(|| FeedError::Missing("symbol".to_owned()))?;
    asked.is_told(Some(symbol))?;
    let zone = asked.options.zone_or(New_York);
    let day = at(quote, "latest trading day").and_then(Json::text);
    let tick = Tick {
        price: number(quote, "price")?.ok_or_else(|| FeedError::Missing("price".to_owned()))?,
        at: day.map(|day| when::time(day, zone, asked.now)).transpose()?,
        open: number(quote, "open")?,
        high: number(quote, "high")?,
        low: number(quote, "low")?,
        previous: number(quote, "previous close")?,
        change: number(quote, "change")?,
        percent: number(quote, "change percent")?,
        volume: number(quote, "volume")?,
        ..Tick::default()
    };
    tick.in_currency(Some(&asked.options.currency))
}
