//! A chart of one symbol as JSON: `chart.result[0]` with `meta`, `timestamp` and `indicators`.

use super::json::Json;
use super::{
    Adapter, Answer, Asked, Bar, FeedError, Tick, beside, day_bar, decimal, in_order, json, name, number, when,
};
use chrono::DateTime;
use rust_decimal::Decimal;

/// Reads it.
pub(super) struct Chart;

impl Adapter for Chart {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let json = json(body)?;
        Answer::of(asked.only(), result(&json, asked).and_then(tick))
    }

    fn bars(&self, body: &[u8], asked: &Asked<'_>) -> Result<Vec<Bar>, FeedError> {
        let json = json(body)?;
        let result = result(&json, asked)?;
        in_order(bars(result)?)
    }
}

fn missing(what: &str) -> FeedError {
    FeedError::Missing(what.to_owned())
}

/// The result of an answer, of the symbol that was asked for.
fn result<'a>(json: &'a Json<'a>, asked: &Asked<'_>) -> Result<&'a Json<'a>, FeedError> {
    let chart = json.get("chart").ok_or_else(|| missing("chart"))?;
    if let Some(error) = chart.get("error").filter(|error| **error != Json::Null) {
        return Err(match error.text_at("code") {
            Some("Not Found") => FeedError::UnknownSymbol(asked.only().to_owned()),
            Some("Unauthorized") => FeedError::BadKey,
            Some("Too Many Requests") => FeedError::RateLimited { wait: None },
            _ => FeedError::Refused,
        });
    }
    let result = chart.get("result").and_then(|result| result.list().first());
    let result = result.ok_or_else(|| FeedError::UnknownSymbol(asked.only().to_owned()))?;
    let meta = result.get("meta").ok_or_else(|| missing("meta"))?;
    asked.is_told(Some(meta.text_at("symbol").ok_or_else(|| missing("symbol"))?))?;
    Ok(result)
}

fn tick(result: &Json<'_>) -> Result<Tick, FeedError> {
    let meta = result.get("meta").ok_or_else(|| missing("meta"))?;
    let at = meta.text_at("regularMarketTime").map(when::since_1970).transpose()?;
    let opens = series(result, "open");
    let tick = Tick {
        price: number(meta, "regularMarketPrice")?,
        at,
        open: beside(meta, "regularMarketOpen").or_else(|| opens.iter().find_map(value)),
        high: beside(meta, "regularMarketDayHigh"),
        low: beside(meta, "regularMarketDayLow"),
        previous: beside(meta, "previousClose").or_else(|| beside(meta, "chartPreviousClose")),
        volume: beside(meta, "regularMarketVolume"),
        name: name(meta.text_at("longName").or_else(|| meta.text_at("shortName"))),
        market: name(meta.text_at("fullExchangeName").or_else(|| meta.text_at("exchangeName"))),
        ..Tick::default()
    };
    tick.in_currency(meta.text_at("currency"))
}

fn series<'a>(result: &'a Json<'a>, of: &str) -> &'a [Json<'a>] {
    let quote = result.get("indicators").and_then(|all| all.get("quote")).and_then(|quote| quote.list().first());
    quote.and_then(|quote| quote.get(of)).map_or(&[], Json::list)
}

fn value(json: &Json<'_>) -> Option<Decimal> {
    json.text().and_then(decimal)
}

fn bars(result: &Json<'_>) -> Result<Vec<Bar>, FeedError> {
    let meta = result.get("meta").ok_or_else(|| missing("meta"))?;
    let shift: i64 = meta.text_at("gmtoffset").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (_, worth) = meta.text_at("currency").map_or(Ok((String::new(), Decimal::ONE)), super::currency)?;
    let [open, high, low, close, volume] = ["open", "high", "low", "close", "volume"].map(|of| series(result, of));
    let times = result.get("timestamp").map_or(&[][..], Json::list);
    let mut bars = Vec::new();
    for (place, time) in times.iter().enumerate() {
        let at = when::since_1970(time.text().ok_or(FeedError::BadTime)?)?;
        let local = at.seconds().saturating_add(shift.clamp(-86_400, 86_400));
        let day = DateTime::from_timestamp(local, 0).ok_or(FeedError::BadTime)?.date_naive();
        let at = |list: &[Json<'_>]| list.get(place).and_then(value).and_then(|number| number.checked_mul(worth));
        // Days on which nothing was traded are told as null.
        if let (Some(open), Some(high), Some(low), Some(close)) = (at(open), at(high), at(low), at(close)) {
            let volume = volume.get(place).and_then(value);
            let numbers = [open, high, low, close].map(|number| number.normalize());
            bars.push(day_bar(when::begin(day), numbers, volume));
        }
    }
    Ok(bars)
}
