//! A list of quotes as JSON: `quoteResponse.result[]`. Its past is told as a chart.

use super::chart::Chart;
use super::json::Json;
use super::{Adapter, Answer, Asked, Bar, FeedError, Tick, beside, json, name, number, when};

/// Reads it.
pub(super) struct Quotes;

impl Adapter for Quotes {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let json = json(body)?;
        let response = json.get("quoteResponse").ok_or_else(|| FeedError::Missing("quoteResponse".to_owned()))?;
        if response.get("error").is_some_and(|error| *error != Json::Null) {
            return Err(FeedError::Refused);
        }
        let result = response.get("result").ok_or_else(|| FeedError::Missing("result".to_owned()))?;
        Ok(asked.each(result.list(), |one| one.text_at("symbol").map(str::to_owned), |one, _| tick(one)))
    }

    fn bars(&self, body: &[u8], asked: &Asked<'_>) -> Result<Vec<Bar>, FeedError> {
        Chart.bars(body, asked)
    }
}

fn tick(one: &Json<'_>) -> Result<Tick, FeedError> {
    let tick = Tick {
        price: number(one, "regularMarketPrice")?,
        at: one.text_at("regularMarketTime").map(when::since_1970).transpose()?,
        open: beside(one, "regularMarketOpen"),
        high: beside(one, "regularMarketDayHigh"),
        low: beside(one, "regularMarketDayLow"),
        previous: beside(one, "regularMarketPreviousClose"),
        change: beside(one, "regularMarketChange"),
        percent: beside(one, "regularMarketChangePercent"),
        volume: beside(one, "regularMarketVolume"),
        name: name(one.text_at("longName").or_else(|| one.text_at("shortName"))),
        market: name(one.text_at("fullExchangeName").or_else(|| one.text_at("exchange"))),
        ..Tick::default()
    };
    tick.in_currency(one.text_at("currency"))
}
