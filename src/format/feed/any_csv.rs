//! Any CSV: the number in a column that the administrator names, in the line of the symbol, the first, the last, or by number.

use super::table::{self, Table};
use super::{Adapter, Answer, Asked, FeedError, Marks, Tick, line, name, when, written};
use crate::kernel::limits;
use chrono_tz::UTC;
use rust_decimal::Decimal;

/// Reads it.
pub(super) struct AnyCsv;

/// Which line of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    First,
    Last,
    /// From 1, below the head.
    Number(usize),
}

/// Which line a text names.
pub(super) fn row(text: &str) -> Result<Row, FeedError> {
    match text.trim() {
        "" | "last" => Ok(Row::Last),
        "first" => Ok(Row::First),
        number => {
            let number = number.parse().ok().filter(|number| (1..=limits::FEED_BARS).contains(number));
            number
                .map(Row::Number)
                .ok_or_else(|| FeedError::BadPlace("a line is first, last, or its number".to_owned()))
        }
    }
}

impl Adapter for AnyCsv {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let table = table::read(body)?;
        let options = asked.options;
        if options.symbol.is_empty() {
            let line = match row(&options.row)? {
                Row::First => table.lines.first(),
                Row::Last => table.lines.last(),
                Row::Number(number) => table.lines.get(number - 1),
            };
            let line = line.ok_or_else(|| FeedError::Missing("such line".to_owned()))?;
            return Answer::of(asked.only(), tick(&table, line, asked));
        }
        let symbol = column(&table, &options.symbol)?;
        Ok(asked.each(&table.lines, |line| line.get(symbol).cloned(), |line, _| tick(&table, line, asked)))
    }
}

fn column(table: &Table, named: &str) -> Result<usize, FeedError> {
    table.column(named).ok_or_else(|| FeedError::Missing(["column ", &line(named, 60)].concat()))
}

fn cell<'a>(table: &Table, line: &'a [String], named: &str) -> Result<Option<&'a str>, FeedError> {
    if named.is_empty() {
        return Ok(None);
    }
    let place = column(table, named)?;
    Ok(line.get(place).map(|cell| cell.trim()).filter(|cell| !cell.is_empty()))
}

fn tick(table: &Table, line: &[String], asked: &Asked<'_>) -> Result<Tick, FeedError> {
    let options = asked.options;
    let marks = if options.marks == Marks::Guess && table.is_semicolon { Marks::Comma } else { options.marks };
    let number = |named: &str| -> Result<Option<Decimal>, FeedError> {
        let Some(text) = cell(table, line, named)? else { return Ok(None) };
        let value =
            written(text, marks).or_else(|| written(text, Marks::Guess).filter(|_| options.marks == Marks::Guess));
        value.map(Some).ok_or_else(|| FeedError::NotANumber(["cell in column ", &super::line(named, 60)].concat()))
    };
    let worth = options.worth()?;
    let scaled = |value: Decimal| value.checked_mul(worth).map(|value| value.normalize());
    let price = number(&options.price)?.and_then(scaled);
    let tick = Tick {
        price: price
            .ok_or_else(|| FeedError::Missing(["number in column ", &super::line(&options.price, 60)].concat()))?,
        at: cell(table, line, &options.time)?
            .map(|text| when::time(text, options.zone_or(UTC), asked.now))
            .transpose()?,
        previous: number(&options.previous)?.and_then(scaled),
        percent: number(&options.percent)?,
        volume: number(&options.volume)?,
        name: name(cell(table, line, &options.name)?),
        ..Tick::default()
    };
    tick.in_currency(cell(table, line, &options.currency_at)?.or(Some(&options.currency)))
}
