//! Quotes whose numbers are texts, as JSON: one by itself, several each under its symbol; and prices by a stream.

use super::json::Json;
use super::{
    Adapter, Answer, Asked, Bar, FeedError, Tick, beside, currency, day_bar, in_order, json, name, number, said, when,
};
use chrono_tz::UTC;
use rust_decimal::Decimal;

/// Reads it.
pub(super) struct Twelve;

impl Adapter for Twelve {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let json = match json(body) {
            Err(FeedError::UnknownSymbol(_)) if asked.codes.len() == 1 => {
                let code = asked.only();
                return Answer::of(code, Err(FeedError::UnknownSymbol(code.to_owned())));
            }
            read => read?,
        };
        if json.get("symbol").is_some() || json.get("close").is_some() {
            let symbol = json.text_at("symbol").ok_or_else(|| FeedError::Missing("symbol".to_owned()))?.to_owned();
            return Ok(asked.each([&json], |_| Some(symbol.clone()), |one, code| tick(one, code, asked)));
        }
        let map = json.map().ok_or(FeedError::OtherKind("it is no map of symbols"))?;
        Ok(asked.each(map, |(symbol, _)| Some(symbol.to_string()), |(_, one), code| tick(one, code, asked)))
    }

    fn bars(&self, body: &[u8], asked: &Asked<'_>) -> Result<Vec<Bar>, FeedError> {
        let json = json(body).map_err(|error| match error {
            FeedError::UnknownSymbol(_) => FeedError::UnknownSymbol(asked.only().to_owned()),
            other => other,
        })?;
        let meta = json.get("meta");
        asked.is_told(meta.and_then(|meta| meta.text_at("symbol")))?;
        let told = meta.and_then(|meta| meta.text_at("currency"));
        let (_, worth) = told.map_or(Ok((String::new(), Decimal::ONE)), currency)?;
        let mut bars = Vec::new();
        for one in json.get("values").map_or(&[][..], Json::list) {
            let day = one.text_at("datetime").and_then(|text| when::a_day(text.get(..10).unwrap_or(text)));
            let number = |of| Ok::<_, FeedError>((number(one, of)? * worth).normalize());
            let numbers = [number("open")?, number("high")?, number("low")?, number("close")?];
            bars.push(day_bar(when::begin(day.ok_or(FeedError::BadTime)?), numbers, beside(one, "volume")));
        }
        in_order(bars)
    }

    fn subscribe(&self, codes: &[String]) -> Vec<String> {
        let symbols = codes.join(",");
        vec![serde_json::json!({ "action": "subscribe", "params": { "symbols": symbols } }).to_string()]
    }

    fn heartbeat(&self) -> Option<&'static str> {
        Some(r#"{"action":"heartbeat"}"#)
    }

    fn streamed(&self, message: &[u8], asked: &Asked<'_>) -> Result<Vec<Tick>, FeedError> {
        let json = json(message)?;
        if json.text_at("event") != Some("price") {
            return Ok(Vec::new());
        }
        let Some(code) = json.text_at("symbol").and_then(|told| asked.called(told)) else { return Ok(Vec::new()) };
        let at = json.text_at("timestamp").map(when::since_1970).transpose()?;
        let (price, volume) = (number(&json, "price")?, beside(&json, "day_volume"));
        let tick = Tick { symbol: code.to_owned(), price, at, volume, ..Tick::default() };
        let told = json.text_at("currency").or_else(|| json.text_at("currency_quote"));
        Ok(vec![tick.in_currency(told.filter(|told| told.len() <= 10 && !told.contains(' ')))?])
    }
}

fn tick(one: &Json<'_>, code: &str, asked: &Asked<'_>) -> Result<Tick, FeedError> {
    match said(one) {
        Some(FeedError::UnknownSymbol(_)) => return Err(FeedError::UnknownSymbol(code.to_owned())),
        Some(error) => return Err(error),
        None => {}
    }
    let at = match one.text_at("timestamp") {
        Some(text) => Some(when::since_1970(text)?),
        None => {
            one.text_at("datetime").map(|text| when::time(text, asked.options.zone_or(UTC), asked.now)).transpose()?
        }
    };
    let tick = Tick {
        price: number(one, "close")?,
        at,
        open: beside(one, "open"),
        high: beside(one, "high"),
        low: beside(one, "low"),
        previous: beside(one, "previous_close"),
        change: beside(one, "change"),
        percent: beside(one, "percent_change"),
        volume: beside(one, "volume"),
        name: name(one.text_at("name")),
        market: name(one.text_at("exchange")),
        ..Tick::default()
    };
    tick.in_currency(one.text_at("currency").or(Some(&asked.options.currency)))
}
