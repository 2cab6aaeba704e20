//! Any JSON: the number at a path that the administrator names.

use super::json::Json;
use super::{Adapter, Answer, Asked, FeedError, Path, Tick, bare, line, name, said, when, written};
use chrono_tz::UTC;
use rust_decimal::Decimal;

/// Reads it.
pub(super) struct AnyJson;

impl Adapter for AnyJson {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let json = bare(body)?;
        let answer = numbers(&json, asked);
        // Words count only where there is no number: what a program of the company's own says beside one is its own affair.
        match said(&json) {
            Some(error) if answer.as_ref().map_or(true, |answer| answer.ticks.is_empty()) => Err(error),
            _ => answer,
        }
    }
}

fn numbers(json: &Json<'_>, asked: &Asked<'_>) -> Result<Answer, FeedError> {
    let path: Path = asked.options.price.parse()?;
    if asked.codes.len() == 1 && !path.has_symbol() {
        return Answer::of(asked.only(), tick(json, asked.only(), asked));
    }
    let mut answer = Answer::default();
    for code in asked.codes {
        answer.add(code, tick(json, code, asked));
    }
    match answer.refused.first() {
        // Where every symbol fails alike, the answer is at fault and not the symbols.
        Some((_, error)) if answer.ticks.is_empty() && !error.is_of_symbol() => Err(error.clone()),
        _ => Ok(answer),
    }
}

/// What a path leads to, as text.
fn at<'a>(json: &'a Json<'a>, path: &str, code: &str) -> Result<Option<&'a str>, FeedError> {
    if path.is_empty() {
        return Ok(None);
    }
    Ok(path.parse::<Path>()?.walk(json, code).and_then(Json::text).map(str::trim).filter(|text| !text.is_empty()))
}

fn number(json: &Json<'_>, path: &str, code: &str, asked: &Asked<'_>) -> Result<Option<Decimal>, FeedError> {
    let Some(text) = at(json, path, code)? else { return Ok(None) };
    written(text, asked.options.marks).map(Some).ok_or_else(|| FeedError::NotANumber(place(path)))
}

/// A path as an error names it.
fn place(path: &str) -> String {
    ["number at ", &line(path, 80)].concat()
}

fn tick(json: &Json<'_>, code: &str, asked: &Asked<'_>) -> Result<Tick, FeedError> {
    let options = asked.options;
    let told = at(json, &options.symbol, code)?;
    if !options.symbol.is_empty() && !told.is_some_and(|told| told.eq_ignore_ascii_case(code)) {
        let told = told.ok_or_else(|| FeedError::Missing("symbol".to_owned()))?;
        return Err(FeedError::OtherSymbol { asked: code.to_owned(), told: line(told, 32) });
    }
    let path: Path = options.price.parse()?;
    let value = match path.walk(json, code) {
        None if path.has_symbol() => return Err(FeedError::UnknownSymbol(code.to_owned())),
        None => return Err(FeedError::Missing(place(&options.price))),
        Some(value) => value.text().ok_or_else(|| FeedError::NotANumber(place(&options.price)))?,
    };
    let worth = options.worth()?;
    let scaled = |number: Decimal| number.checked_mul(worth).map(|number| number.normalize());
    let price = written(value, options.marks).and_then(scaled);
    let tick = Tick {
        price: price.ok_or_else(|| FeedError::NotANumber(place(&options.price)))?,
        at: at(json, &options.time, code)?.map(|text| when::time(text, options.zone_or(UTC), asked.now)).transpose()?,
        previous: number(json, &options.previous, code, asked)?.and_then(scaled),
        percent: number(json, &options.percent, code, asked)?,
        volume: number(json, &options.volume, code, asked)?,
        name: name(at(json, &options.name, code)?),
        ..Tick::default()
    };
    tick.in_currency(at(json, &options.currency_at, code)?.or(Some(&options.currency)))
}
