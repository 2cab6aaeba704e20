//! Symbols: known by their code, wanted by who watches them, and looked at with their last price.

use super::decimal::{Dec, dec};
use super::{Price, PriceState, Quote, QuotesError, Wanted, search};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{FeedId, SymbolId};
use crate::kernel::{limits, text};
use rusqlite::OptionalExtension;
use rust_decimal::Decimal;
use std::time::Duration;

/// Milliseconds of a day.
pub(super) const DAY: i64 = 24 * 3600 * 1000;
/// A price is stale after so many times the interval of its source.
const PATIENCE: u32 = 3;

/// The columns of a [`Row`], in its order.
macro_rules! columns {
    () => {
        "id, code, name, currency, market, history_at, feed, source, licence, delay, is_simulated, every, price, at,
         received_at, closes_at, opens_at, day, open, high, low, last_high, last_low, previous, volume, year_high,
         year_high_at, year_low, year_low_at, held, held_at, held_since, alert_up, alert_down, alert_bits"
    };
}

/// A symbol as the file keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub id: SymbolId,
    pub code: String,
    pub name: String,
    pub currency: String,
    pub market: String,
    pub history_at: Option<Moment>,
    pub feed: Option<FeedId>,
    pub source: String,
    pub licence: String,
    pub delay: i64,
    pub is_simulated: bool,
    pub every: i64,
    pub price: Option<Decimal>,
    pub at: Option<Moment>,
    pub received_at: Option<Moment>,
    pub closes_at: Option<Moment>,
    pub opens_at: Option<Moment>,
    pub day: i64,
    pub open: Option<Decimal>,
    pub high: Option<Decimal>,
    pub low: Option<Decimal>,
    pub last_high: Option<Decimal>,
    pub last_low: Option<Decimal>,
    pub previous: Option<Decimal>,
    pub volume: Option<Decimal>,
    pub year_high: Option<Decimal>,
    pub year_high_at: Option<Moment>,
    pub year_low: Option<Decimal>,
    pub year_low_at: Option<Moment>,
    pub held: Option<Decimal>,
    pub held_at: Option<Moment>,
    pub held_since: Option<Moment>,
    pub alert_up: Option<Decimal>,
    pub alert_down: Option<Decimal>,
    pub alert_bits: i64,
}

impl Row {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let number = |place| Ok::<_, rusqlite::Error>(row.get::<_, Option<Dec>>(place)?.map(|one| one.0));
        Ok(Self {
            id: row.get(0)?,
            code: row.get(1)?,
            name: row.get(2)?,
            currency: row.get(3)?,
            market: row.get(4)?,
            history_at: row.get(5)?,
            feed: row.get(6)?,
            source: row.get(7)?,
            licence: row.get(8)?,
            delay: row.get(9)?,
            is_simulated: row.get(10)?,
            every: row.get(11)?,
            price: number(12)?,
            at: row.get(13)?,
            received_at: row.get(14)?,
            closes_at: row.get(15)?,
            opens_at: row.get(16)?,
            day: row.get(17)?,
            open: number(18)?,
            high: number(19)?,
            low: number(20)?,
            last_high: number(21)?,
            last_low: number(22)?,
            previous: number(23)?,
            volume: number(24)?,
            year_high: number(25)?,
            year_high_at: row.get(26)?,
            year_low: number(27)?,
            year_low_at: row.get(28)?,
            held: number(29)?,
            held_at: row.get(30)?,
            held_since: row.get(31)?,
            alert_up: number(32)?,
            alert_down: number(33)?,
            alert_bits: row.get(34)?,
        })
    }

    /// Writes down what a feed's telling changes.
    pub fn write(&self, tx: &WriteTx<'_>) -> Result<(), QuotesError> {
        let mut update = tx.sql().prepare_cached(
            "update quote_symbol set name = ?2, currency = ?3, market = ?4, feed = ?5, source = ?6, licence = ?7,
                    delay = ?8, is_simulated = ?9, every = ?10, price = ?11, at = ?12, received_at = ?13, closes_at = ?14,
                    opens_at = ?15, turns_at = ?16, day = ?17, open = ?18, high = ?19, low = ?20, last_high = ?21,
                    last_low = ?22, previous = ?23, volume = ?24, year_high = ?25, year_high_at = ?26, year_low = ?27,
                    year_low_at = ?28, held = ?29, held_at = ?30, held_since = ?31, alert_up = ?32, alert_down = ?33,
                    alert_bits = ?34
              where id = ?1",
        )?;
        update.execute(rusqlite::params![
            self.id,
            self.name,
            self.currency,
            self.market,
            self.feed,
            self.source,
            self.licence,
            self.delay,
            self.is_simulated,
            self.every,
            dec(self.price),
            self.at,
            self.received_at,
            self.closes_at,
            self.opens_at,
            self.turns_at(tx.now()),
            self.day,
            dec(self.open),
            dec(self.high),
            dec(self.low),
            dec(self.last_high),
            dec(self.last_low),
            dec(self.previous),
            dec(self.volume),
            dec(self.year_high),
            self.year_high_at,
            dec(self.year_low),
            self.year_low_at,
            dec(self.held),
            self.held_at,
            self.held_since,
            dec(self.alert_up),
            dec(self.alert_down),
            self.alert_bits,
        ])?;
        Ok(())
    }

    /// Whether the market is closed.
    fn is_closed(&self, now: Moment) -> bool {
        self.closes_at.is_some_and(|closes| now >= closes) && self.opens_at.is_none_or(|opens| now < opens)
    }

    /// From when on the price is stale, if nothing is told until then; `None` where it never is.
    fn stale_from(&self, now: Moment) -> Option<Moment> {
        let patience = Duration::from_millis(u64::try_from(self.every).ok().filter(|every| *every > 0)?) * PATIENCE;
        let told = self.received_at?;
        let opened = self.opens_at.filter(|opens| *opens <= now);
        Some(opened.map_or(told, |opened| told.max(opened)).plus(patience))
    }

    /// How far the price is to be trusted.
    pub fn state(&self, now: Moment) -> PriceState {
        if self.feed.is_none() {
            PriceState::Unknown
        } else if self.is_closed(now) {
            PriceState::Closed
        } else if self.stale_from(now).is_some_and(|from| now >= from) {
            PriceState::Stale { age: now.since(self.at.unwrap_or(now)) }
        } else if self.held.is_some() {
            PriceState::Held
        } else {
            PriceState::Fresh
        }
    }

    /// When the price looks different by itself.
    pub fn turns_at(&self, now: Moment) -> Option<Moment> {
        self.price.zip(self.feed)?;
        let stale = if self.is_closed(now) { None } else { self.stale_from(now) };
        [self.closes_at, self.opens_at, stale].into_iter().flatten().filter(|at| *at > now).min()
    }

    pub fn quote(self, now: Moment) -> Quote {
        let state = self.state(now);
        let change = self.price.zip(self.previous).and_then(|(price, before)| price.checked_sub(before));
        let percent = change.zip(self.previous).and_then(|(change, before)| share(change, before));
        let price = self.price.zip(self.at).zip(self.received_at).map(|((value, at), received_at)| Price {
            value,
            at,
            received_at,
            change,
            percent,
            feed: self.feed.unwrap_or(FeedId::new(0)),
            source: self.source,
            licence: self.licence,
            delay: Duration::from_secs(u64::try_from(self.delay).unwrap_or(0)),
            is_simulated: self.is_simulated,
            state,
        });
        Quote {
            symbol: self.id,
            code: self.code,
            name: self.name,
            market: self.market,
            currency: self.currency,
            price,
            held: self.held,
            open: self.open,
            high: self.high,
            low: self.low,
            previous: self.previous,
            volume: self.volume,
            year_high: self.year_high,
            year_low: self.year_low,
            history_at: self.history_at,
        }
    }
}

/// What part of `whole` this is, in percent, with four figures; `None` where there is no whole.
#[must_use]
pub fn share(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let hundred = part.checked_mul(Decimal::ONE_HUNDRED)?;
    Some(hundred.checked_div(whole.abs())?.round_dp(4).normalize())
}

/// A symbol as it is kept: in upper case, of letters, figures and a few signs.
///
/// # Errors
/// `BadCode`.
pub fn code(typed: &str) -> Result<String, QuotesError> {
    let code = typed.trim().to_ascii_uppercase();
    let is_sign = |c: char| matches!(c, '.' | '^' | '=' | ':' | '_' | '-');
    let is_code = !code.is_empty()
        && code.len() <= limits::QUOTE_CODE
        && code.chars().all(|c| c.is_ascii_alphanumeric() || is_sign(c))
        && code.chars().any(|c| c.is_ascii_alphanumeric());
    if is_code { Ok(code) } else { Err(QuotesError::BadCode) }
}

pub(super) fn by_code(tx: &ReadTx<'_>, code: &str) -> Result<Option<Row>, QuotesError> {
    let mut found = tx.sql().prepare_cached(concat!("select ", columns!(), " from quote_symbol where code = ?1"))?;
    Ok(found.query_row([code], Row::read).optional()?)
}

pub(super) fn by_id(tx: &ReadTx<'_>, id: SymbolId) -> Result<Option<Row>, QuotesError> {
    let mut found = tx.sql().prepare_cached(concat!("select ", columns!(), " from quote_symbol where id = ?1"))?;
    Ok(found.query_row([id], Row::read).optional()?)
}

/// The symbol of this code; it is made known where it was not.
///
/// # Errors
/// `BadCode`, `TooManySymbols`.
pub fn know(tx: &WriteTx<'_>, typed: &str) -> Result<SymbolId, QuotesError> {
    let code = code(typed)?;
    if let Some(known) = symbol(tx, &code)? {
        return Ok(known);
    }
    let count: i64 = tx.sql().prepare_cached("select count(*) from quote_symbol")?.query_row([], |row| row.get(0))?;
    if count >= limits::QUOTE_SYMBOLS {
        return Err(QuotesError::TooManySymbols);
    }
    let mut insert = tx.sql().prepare_cached(
        "insert into quote_symbol (code, name, currency, market, made_at, is_kept, source, licence, delay,
                is_simulated, every, day, alert_bits)
         values (?1, '', '', '', ?2, 0, '', '', 0, 0, 0, 0, 0) returning id",
    )?;
    Ok(insert.query_row((code, tx.now()), |row| row.get(0))?)
}

/// The symbol of this code, where it is known.
///
/// # Errors
/// Where the file cannot be read.
pub fn symbol(tx: &ReadTx<'_>, typed: &str) -> Result<Option<SymbolId>, QuotesError> {
    let Ok(code) = code(typed) else { return Ok(None) };
    let mut found = tx.sql().prepare_cached("select id from quote_symbol where code = ?1")?;
    Ok(found.query_row([code], |row| row.get(0)).optional()?)
}

/// Keeps asking for a symbol though nobody watches it, such as an exchange rate; or no more.
///
/// # Errors
/// `NoSymbol`.
pub fn keep(tx: &WriteTx<'_>, symbol: SymbolId, is_kept: bool) -> Result<(), QuotesError> {
    let mut update = tx.sql().prepare_cached("update quote_symbol set is_kept = ?2 where id = ?1")?;
    if update.execute((symbol, is_kept))? == 0 { Err(QuotesError::NoSymbol) } else { Ok(()) }
}

/// Says what a symbol is called, what it is counted in and where it is traded; what is empty stays as it is.
///
/// # Errors
/// `NoSymbol`.
pub fn describe(
    tx: &WriteTx<'_>,
    symbol: SymbolId,
    name: &str,
    currency: &str,
    market: &str,
) -> Result<(), QuotesError> {
    let mut row = by_id(tx, symbol)?.ok_or(QuotesError::NoSymbol)?;
    if row.describe(Some(name), Some(currency), Some(market)) {
        search::index(tx, symbol, &row.name)?;
    }
    let mut update =
        tx.sql().prepare_cached("update quote_symbol set name = ?2, currency = ?3, market = ?4 where id = ?1")?;
    update.execute((symbol, row.name, row.currency, row.market))?;
    Ok(())
}

impl Row {
    /// Takes over what a source says of the symbol itself. Returns whether its name is another.
    pub fn describe(&mut self, name: Option<&str>, currency: Option<&str>, market: Option<&str>) -> bool {
        let is_other = |new: Option<&str>, old: &str| new.is_some_and(|new| !new.is_empty() && new != old);
        if is_other(currency, &self.currency) {
            self.currency = cut(currency, limits::QUOTE_CURRENCY);
        }
        if is_other(market, &self.market) {
            self.market = cut(market, limits::QUOTE_NAME);
        }
        if !is_other(name, &self.name) {
            return false;
        }
        let name = cut(name, limits::QUOTE_NAME);
        let is_new = !name.is_empty() && name != self.name;
        if is_new {
            self.name = name;
        }
        is_new
    }
}

fn cut(typed: Option<&str>, most: usize) -> String {
    text::one_line(typed.unwrap_or_default()).chars().take(most).collect()
}

/// Every symbol that somebody watches, waits for or has, and the rates that are kept.
///
/// # Errors
/// Where the file cannot be read.
pub fn wanted(tx: &ReadTx<'_>) -> Result<Vec<Wanted>, QuotesError> {
    let mut found = tx.sql().prepare_cached(
        "select id, code, history_at is not null from quote_symbol s
          where is_kept = 1 or exists (select 1 from quote_listed where symbol = s.id)
             or exists (select 1 from quote_alert where symbol = s.id and state < 2)
             or exists (select 1 from quote_holding where symbol = s.id)
          order by id",
    )?;
    let rows =
        found.query_map([], |row| Ok(Wanted { symbol: row.get(0)?, code: row.get(1)?, has_history: row.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is known of the symbol of this code.
///
/// # Errors
/// `NoSymbol`.
pub fn quote(tx: &ReadTx<'_>, typed: &str) -> Result<Quote, QuotesError> {
    let code = code(typed).map_err(|_| QuotesError::NoSymbol)?;
    Ok(by_code(tx, &code)?.ok_or(QuotesError::NoSymbol)?.quote(tx.now()))
}

/// What is known of a symbol; `None` where it is no more.
///
/// # Errors
/// Where the file cannot be read.
pub fn quote_of(tx: &ReadTx<'_>, symbol: SymbolId) -> Result<Option<Quote>, QuotesError> {
    Ok(by_id(tx, symbol)?.map(|row| row.quote(tx.now())))
}

/// What is known of these symbols, in their order; those that are no more are left out.
///
/// # Errors
/// Where the file cannot be read.
pub fn quotes(tx: &ReadTx<'_>, symbols: &[SymbolId]) -> Result<Vec<Quote>, QuotesError> {
    let mut all = Vec::with_capacity(symbols.len());
    for symbol in symbols {
        all.extend(quote_of(tx, *symbol)?);
    }
    Ok(all)
}

/// Notes that a source is no more: what it told last stays, and is asked of nobody.
///
/// # Errors
/// Where the file cannot be written.
pub fn forget_feed(tx: &WriteTx<'_>, feed: FeedId) -> Result<(), QuotesError> {
    let sql = "update quote_symbol set feed = null, turns_at = null where feed = ?1";
    tx.sql().prepare_cached(sql)?.execute([feed])?;
    Ok(())
}

/// Removes symbols that nobody wants and nothing was told of since `before`, with their history; at most `most`. Returns
/// how many went.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_symbols(tx: &WriteTx<'_>, before: Moment, most: usize) -> Result<usize, QuotesError> {
    let mut gone = tx.sql().prepare_cached(
        "delete from quote_symbol where id in
           (select id from quote_symbol s where is_kept = 0 and ifnull(received_at, made_at) < ?1
               and not exists (select 1 from quote_listed where symbol = s.id)
               and not exists (select 1 from quote_alert where symbol = s.id)
               and not exists (select 1 from quote_holding where symbol = s.id) limit ?2)",
    )?;
    Ok(gone.execute((before, i64::try_from(most).unwrap_or(i64::MAX)))?)
}
