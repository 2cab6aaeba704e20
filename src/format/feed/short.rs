//! One quote under names of one letter as JSON (`c`, `d`, `dp`, `h`, `l`, `o`, `pc`, `t`), and trades by a stream.

use super::json::Json;
use super::{Adapter, Answer, Asked, Bar, FeedError, Tick, beside, day_bar, decimal, in_order, json, number, when};
use chrono::DateTime;

/// Reads it.
pub(super) struct Short;

impl Adapter for Short {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let json = json(body)?;
        Answer::of(asked.only(), tick(&json, asked))
    }

    fn bars(&self, body: &[u8], asked: &Asked<'_>) -> Result<Vec<Bar>, FeedError> {
        let json = json(body)?;
        if json.text_at("s") == Some("no_data") {
            return Err(FeedError::NoData(asked.only().to_owned()));
        }
        let list = |of: &str| json.get(of).map_or(&[][..], Json::list);
        let [open, high, low, close, volume] = ["o", "h", "l", "c", "v"].map(list);
        let mut bars = Vec::new();
        for (place, time) in list("t").iter().enumerate() {
            let at = when::since_1970(time.text().ok_or(FeedError::BadTime)?)?;
            let day = DateTime::from_timestamp(at.seconds(), 0).ok_or(FeedError::BadTime)?.date_naive();
            let told = |list: &[Json<'_>]| list.get(place).and_then(Json::text).and_then(decimal);
            let (Some(open), Some(high), Some(low), Some(close)) = (told(open), told(high), told(low), told(close))
            else {
                return Err(FeedError::Missing("numbers of a day".to_owned()));
            };
            bars.push(day_bar(when::begin(day), [open, high, low, close], told(volume)));
        }
        in_order(bars)
    }

    fn subscribe(&self, codes: &[String]) -> Vec<String> {
        codes.iter().map(|code| serde_json::json!({ "type": "subscribe", "symbol": code }).to_string()).collect()
    }

    fn streamed(&self, message: &[u8], asked: &Asked<'_>) -> Result<Vec<Tick>, FeedError> {
        let json = json(message)?;
        match json.text_at("type") {
            Some("trade") => {}
            Some("error") => return Err(FeedError::Refused),
            _ => return Ok(Vec::new()),
        }
        let mut ticks = Vec::new();
        for trade in json.get("data").map_or(&[][..], Json::list) {
            let Some(code) = trade.text_at("s").and_then(|told| asked.called(told)) else { continue };
            let at = trade.text_at("t").map(when::since_1970).transpose()?;
            let tick = Tick { symbol: code.to_owned(), price: number(trade, "p")?, at, ..Tick::default() };
            ticks.push(tick.in_currency(Some(&asked.options.currency))?);
        }
        Ok(ticks)
    }
}

fn tick(json: &Json<'_>, asked: &Asked<'_>) -> Result<Tick, FeedError> {
    let price = number(json, "c")?;
    // What it does not know it answers with zeros.
    let is_nothing = |name| beside(json, name).is_none_or(|number| number.is_zero());
    if price.is_zero() && ["h", "l", "o", "t"].into_iter().all(is_nothing) {
        return Err(FeedError::UnknownSymbol(asked.only().to_owned()));
    }
    let tick = Tick {
        price,
        at: json.text_at("t").map(when::since_1970).transpose()?,
        open: beside(json, "o"),
        high: beside(json, "h"),
        low: beside(json, "l"),
        previous: beside(json, "pc"),
        change: beside(json, "d"),
        percent: beside(json, "dp"),
        ..Tick::default()
    };
    tick.in_currency(Some(&asked.options.currency))
}
