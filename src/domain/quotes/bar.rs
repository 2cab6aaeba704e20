//! Bars: what a number did in a minute and on a day.

use super::decimal::{Dec, dec, kept};
use super::symbol::{DAY, Row, by_id};
use super::{QuotesError, Span};
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::feed::Bar;
use crate::kernel::clock::Moment;
use crate::kernel::id::SymbolId;
use crate::kernel::limits;
use rusqlite::OptionalExtension;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::time::Duration;

/// Milliseconds of a minute.
pub(super) const MINUTE: i64 = 60 * 1000;
/// 52 weeks.
pub(super) const YEAR: Duration = Duration::from_secs(364 * 24 * 3600);
/// Days of a small line.
const SPARK_DAYS: Duration = Duration::from_secs(30 * 24 * 3600);
/// Points of a small line.
const SPARK_POINTS: usize = 60;

/// What a small line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spark {
    /// The last day, minute by minute.
    Day,
    /// The last 30 days, day by day.
    Month,
}

impl Span {
    /// When the bar begins in which `at` lies.
    #[must_use]
    pub const fn begin(self, at: Moment) -> Moment {
        let length = match self {
            Self::Minute => MINUTE,
            Self::Day => DAY,
        };
        Moment::from_millis(at.millis().div_euclid(length) * length)
    }
}

pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Bar> {
    let number = |place| Ok::<_, rusqlite::Error>(row.get::<_, Dec>(place)?.0);
    Ok(Bar {
        at: row.get(0)?,
        open: number(1)?,
        high: number(2)?,
        low: number(3)?,
        close: number(4)?,
        volume: row.get::<_, Option<Dec>>(5)?.map(|one| one.0),
    })
}

/// One bar, where there is one.
pub(super) fn one(tx: &ReadTx<'_>, symbol: SymbolId, span: Span, at: Moment) -> Result<Option<Bar>, QuotesError> {
    let mut found = tx.sql().prepare_cached(match span {
        Span::Minute => "select at, open, high, low, close, volume from quote_minute where symbol = ?1 and at = ?2",
        Span::Day => "select at, open, high, low, close, volume from quote_day where symbol = ?1 and at = ?2",
    })?;
    Ok(found.query_row((symbol, at), read).optional()?)
}

/// Writes a bar down in place of the one that was there.
pub(super) fn put(tx: &WriteTx<'_>, symbol: SymbolId, span: Span, bar: &Bar) -> Result<(), QuotesError> {
    let mut insert = tx.sql().prepare_cached(match span {
        Span::Minute => {
            "insert or replace into quote_minute (symbol, at, open, high, low, close, volume)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        }
        Span::Day => {
            "insert or replace into quote_day (symbol, at, open, high, low, close, volume)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        }
    })?;
    insert.execute((symbol, bar.at, Dec(bar.open), Dec(bar.high), Dec(bar.low), Dec(bar.close), dec(bar.volume)))?;
    Ok(())
}

/// A bar as it is kept; `None` for one that cannot be.
fn sound(span: Span, bar: &Bar, now: Moment) -> Option<Bar> {
    let (open, high, low, close) = (kept(bar.open)?, kept(bar.high)?, kept(bar.low)?, kept(bar.close)?);
    let is_past = bar.at.millis() >= -200 * 366 * DAY && bar.at <= now.plus(limits::QUOTE_AHEAD);
    let bar = Bar {
        at: span.begin(bar.at),
        open,
        // What a provider calls the highest is sometimes below its own last price.
        high: high.max(open).max(close),
        low: low.min(open).min(close),
        close,
        volume: bar.volume.and_then(kept).filter(|volume| !volume.is_sign_negative()),
    };
    is_past.then_some(bar)
}

/// Keeps bars that a provider knows of, in place of those the office made of single prices. The bar of the day that the
/// last price is of is not replaced, but widened. Bars that cannot be are left out. Returns how many were kept.
///
/// # Errors
/// `NoSymbol`.
pub fn keep_bars(tx: &WriteTx<'_>, symbol: SymbolId, span: Span, bars: &[Bar]) -> Result<usize, QuotesError> {
    let mut row = by_id(tx, symbol)?.ok_or(QuotesError::NoSymbol)?;
    let mut count = 0;
    for bar in bars.iter().take(limits::QUOTE_BARS).filter_map(|bar| sound(span, bar, tx.now())) {
        count += 1;
        if span == Span::Day && row.price.is_some() && bar.at.millis() == row.day * DAY {
            row.high = row.high.map(|high| high.max(bar.high));
            row.low = row.low.map(|low| low.min(bar.low));
        } else {
            put(tx, symbol, span, &bar)?;
        }
    }
    if span == Span::Day {
        find_year(tx, &mut row)?;
        if row.previous.is_none() && row.price.is_some() {
            row.previous = last_close(tx, symbol, row.day)?;
        }
        row.history_at = Some(tx.now());
        row.write(tx)?;
        tx.sql()
            .prepare_cached("update quote_symbol set history_at = ?2 where id = ?1")?
            .execute((symbol, row.history_at))?;
    }
    Ok(count)
}

/// The last close before a day. Walks the key of `quote_day`.
pub(super) fn last_close(tx: &ReadTx<'_>, symbol: SymbolId, day: i64) -> Result<Option<Decimal>, QuotesError> {
    let mut found = tx
        .sql()
        .prepare_cached("select close from quote_day where symbol = ?1 and at < ?2 order by at desc limit 1")?;
    let close: Option<Dec> = found.query_row((symbol, day * DAY), |row| row.get(0)).optional()?;
    Ok(close.map(|close| close.0))
}

/// Finds the highest and the lowest of 52 weeks anew.
pub(super) fn find_year(tx: &ReadTx<'_>, row: &mut Row) -> Result<(), QuotesError> {
    let now = tx.now();
    let mut found =
        tx.sql().prepare_cached("select at, high, low from quote_day where symbol = ?1 and at > ?2 order by at")?;
    let rows = found.query_map((row.id, now.minus(YEAR)), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let today = row.high.zip(row.low).map(|(high, low)| (Moment::from_millis(row.day * DAY), Dec(high), Dec(low)));
    let mut days = rows.collect::<Result<Vec<(Moment, Dec, Dec)>, _>>()?;
    days.extend(today);
    let top = days.iter().max_by_key(|(_, high, _)| *high);
    let bottom = days.iter().min_by_key(|(_, _, low)| *low);
    (row.year_high, row.year_high_at) = top.map(|(at, high, _)| (high.0, *at)).unzip();
    (row.year_low, row.year_low_at) = bottom.map(|(at, _, low)| (low.0, *at)).unzip();
    Ok(())
}

/// What a symbol did from one moment to another, oldest first; the newest `most` where there are more.
///
/// # Errors
/// Where the file cannot be read.
pub fn bars(
    tx: &ReadTx<'_>,
    symbol: SymbolId,
    span: Span,
    from: Moment,
    to: Moment,
    most: usize,
) -> Result<Vec<Bar>, QuotesError> {
    let mut found = tx.sql().prepare_cached(match span {
        Span::Minute => {
            "select at, open, high, low, close, volume from quote_minute
              where symbol = ?1 and at >= ?2 and at < ?3 order by at desc limit ?4"
        }
        Span::Day => {
            "select at, open, high, low, close, volume from quote_day
              where symbol = ?1 and at >= ?2 and at < ?3 order by at desc limit ?4"
        }
    })?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = found.query_map((symbol, from, to, most), read)?;
    let mut bars = rows.collect::<Result<Vec<_>, _>>()?;
    bars.reverse();
    if span == Span::Day
        && let Some(today) =
            by_id(tx, symbol)?.as_ref().and_then(Row::today).filter(|bar| bar.at >= from && bar.at < to)
    {
        bars.retain(|bar| bar.at != today.at);
        bars.push(today);
    }
    Ok(bars)
}

impl Row {
    /// The bar of the day that the last price is of. It is written down once a minute; the row knows it to the tick.
    pub fn today(&self) -> Option<Bar> {
        let close = self.price?;
        Some(Bar {
            at: Moment::from_millis(self.day * DAY),
            open: self.open.unwrap_or(close),
            high: self.high.unwrap_or(close),
            low: self.low.unwrap_or(close),
            close,
            volume: self.volume,
        })
    }
}

/// The points of small lines: closes, oldest first, with the last price at their end.
///
/// # Errors
/// Where the file cannot be read.
pub fn sparklines(
    tx: &ReadTx<'_>,
    symbols: &[SymbolId],
    of: Spark,
) -> Result<HashMap<SymbolId, Vec<Decimal>>, QuotesError> {
    let mut all = HashMap::with_capacity(symbols.len());
    for symbol in symbols {
        let Some(row) = by_id(tx, *symbol)? else { continue };
        let mut closes = match of {
            Spark::Day => {
                let from = row.at.unwrap_or(tx.now()).minus(Duration::from_secs(24 * 3600));
                thinned(closes(tx, *symbol, Span::Minute, from)?)
            }
            Spark::Month => {
                let before_today = |(at, _): &(Moment, Decimal)| at.millis() < row.day * DAY;
                let days = closes(tx, *symbol, Span::Day, tx.now().minus(SPARK_DAYS))?;
                days.into_iter().filter(before_today).map(|(_, close)| close).collect()
            }
        };
        closes.extend(row.price);
        all.insert(*symbol, closes);
    }
    Ok(all)
}

fn closes(tx: &ReadTx<'_>, symbol: SymbolId, span: Span, from: Moment) -> Result<Vec<(Moment, Decimal)>, QuotesError> {
    let mut found = tx.sql().prepare_cached(match span {
        Span::Minute => "select at, close from quote_minute where symbol = ?1 and at >= ?2 order by at",
        Span::Day => "select at, close from quote_day where symbol = ?1 and at >= ?2 order by at",
    })?;
    let rows = found.query_map((symbol, from), |row| Ok((row.get(0)?, row.get::<_, Dec>(1)?.0)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// So many points as a small line can show, the last among them.
fn thinned(closes: Vec<(Moment, Decimal)>) -> Vec<Decimal> {
    let step = closes.len().div_ceil(SPARK_POINTS).max(1);
    let skip = closes.len().checked_sub(1).map_or(0, |last| last % step);
    closes.into_iter().skip(skip).step_by(step).map(|(_, close)| close).collect()
}

/// Forgets what was before `before`, at most `most` bars. Returns how many went.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_bars(tx: &WriteTx<'_>, span: Span, before: Moment, most: usize) -> Result<usize, QuotesError> {
    let symbols = {
        let mut found = tx.sql().prepare_cached("select id from quote_symbol")?;
        let rows = found.query_map([], |row| row.get(0))?;
        rows.collect::<Result<Vec<SymbolId>, _>>()?
    };
    let mut gone = 0;
    for symbol in symbols {
        let mut delete = tx.sql().prepare_cached(match span {
            Span::Minute => {
                "delete from quote_minute where symbol = ?1 and at in
                   (select at from quote_minute where symbol = ?1 and at < ?2 order by at limit ?3)"
            }
            Span::Day => {
                "delete from quote_day where symbol = ?1 and at in
                   (select at from quote_day where symbol = ?1 and at < ?2 order by at limit ?3)"
            }
        })?;
        let left = i64::try_from(most.saturating_sub(gone)).unwrap_or(i64::MAX);
        gone += delete.execute((symbol, before, left))?;
        if gone >= most {
            break;
        }
    }
    Ok(gone)
}

/// Reads every bar of a symbol, to prove that it can be read.
pub(super) fn readable(tx: &ReadTx<'_>, symbol: SymbolId) -> Result<(), QuotesError> {
    for sql in [
        "select at, open, high, low, close, volume from quote_minute where symbol = ?1",
        "select at, open, high, low, close, volume from quote_day where symbol = ?1",
    ] {
        let mut found = tx.sql().prepare_cached(sql)?;
        let mut rows = found.query([symbol])?;
        while let Some(row) = rows.next()? {
            read(row)?;
        }
    }
    Ok(())
}
