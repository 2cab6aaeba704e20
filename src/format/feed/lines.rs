//! Lines of CSV under a head of names: one a symbol (`Symbol,Date,Time,Open,High,Low,Close,Volume`), or one a day.

use super::table::{self, Table};
use super::{Adapter, Answer, Asked, Bar, FeedError, Tick, complaint, day_bar, decimal, in_order, name, text, when};
use crate::kernel::clock::Moment;
use chrono_tz::Europe::Warsaw;
use rust_decimal::Decimal;

/// Reads them.
pub(super) struct Lines;

/// What stands where there is no number.
const NOTHING: [&str; 5] = ["", "N/D", "N/A", "-", "null"];

impl Adapter for Lines {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let table = headed(body, "symbol", asked)?;
        let symbol = table.column("symbol").unwrap_or(0);
        Ok(asked.each(
            &table.lines,
            |line| line.get(symbol).cloned(),
            |line, code| tick(&Line { table: &table, line }, code, asked),
        ))
    }

    fn bars(&self, body: &[u8], asked: &Asked<'_>) -> Result<Vec<Bar>, FeedError> {
        let table = headed(body, "date", asked)?;
        let bar = |line: &Vec<String>| -> Result<Option<Bar>, FeedError> {
            let line = Line { table: &table, line };
            let Some(day) = when::a_day(line.text("date").unwrap_or_default()) else { return Ok(None) };
            let (Some(open), Some(high), Some(low), Some(close)) =
                (line.number("open")?, line.number("high")?, line.number("low")?, line.number("close")?)
            else {
                return Ok(None);
            };
            Ok(Some(day_bar(when::begin(day), [open, high, low, close], line.number("volume")?)))
        };
        let bars = table.lines.iter().filter_map(|line| bar(line).transpose()).collect::<Result<Vec<_>, _>>()?;
        in_order(bars)
    }
}

/// A table whose head has a name; else why there is none: a provider says in a line of words that it does not go on.
fn headed(body: &[u8], column: &str, asked: &Asked<'_>) -> Result<Table, FeedError> {
    let table = table::read(body)?;
    if table.head.iter().any(|head| head.eq_ignore_ascii_case(column)) {
        return Ok(table);
    }
    let words = text(body)?;
    match complaint(words) {
        Some(FeedError::UnknownSymbol(_)) => Err(FeedError::UnknownSymbol(asked.only().to_owned())),
        Some(error) => Err(error),
        None => Err(FeedError::OtherKind("its first line names no columns")),
    }
}

struct Line<'a> {
    table: &'a Table,
    line: &'a [String],
}

impl Line<'_> {
    fn text(&self, column: &str) -> Option<&str> {
        let place = self.table.head.iter().position(|head| head.eq_ignore_ascii_case(column))?;
        self.line.get(place).map(|cell| cell.trim()).filter(|cell| !NOTHING.contains(cell))
    }

    fn number(&self, column: &str) -> Result<Option<Decimal>, FeedError> {
        let read = |text| decimal(text).ok_or_else(|| FeedError::NotANumber(column.to_owned()));
        self.text(column).map(read).transpose()
    }
}

fn tick(line: &Line<'_>, code: &str, asked: &Asked<'_>) -> Result<Tick, FeedError> {
    let price = match line.number("close")? {
        Some(price) => Some(price),
        None => line.number("last")?,
    };
    let tick = Tick {
        price: price.ok_or_else(|| FeedError::NoData(code.to_owned()))?,
        at: at(line, asked)?,
        open: line.number("open")?,
        high: line.number("high")?,
        low: line.number("low")?,
        previous: line.number("prev")?,
        volume: line.number("volume")?,
        name: name(line.text("name")),
        ..Tick::default()
    };
    let usual = Some(asked.options.currency.as_str());
    tick.in_currency(line.text("currency").or(usual))
}

fn at(line: &Line<'_>, asked: &Asked<'_>) -> Result<Option<Moment>, FeedError> {
    let zone = asked.options.zone_or(Warsaw);
    let Some(day) = line.text("date") else { return Ok(None) };
    let whole = match line.text("time") {
        Some(time) => [day, " ", time].concat(),
        None => day.to_owned(),
    };
    when::time(&whole, zone, asked.now).map(Some)
}
