//! Holdings: what a person has of a symbol, what it cost, and what it is worth in a currency of choice.

use super::decimal::{Dec, kept};
use super::rate::{self, currency};
use super::symbol::share;
use super::{Quote, QuotesError, know, quote_of};
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{HoldingId, PersonId, SymbolId};
use crate::kernel::{limits, text};
use chrono::{DateTime, NaiveDate, TimeDelta};
use rusqlite::OptionalExtension;
use rust_decimal::Decimal;

/// The largest amount.
const MOST: i64 = 1_000_000_000;

/// A holding as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHolding {
    /// Of which symbol, as it was typed.
    pub code: String,
    /// How many; below zero for what was sold without having it.
    pub amount: Decimal,
    /// What one of them cost.
    pub cost: Decimal,
    /// What that is counted in.
    pub currency: String,
    /// The day it was bought.
    pub day: Option<NaiveDate>,
    /// A note.
    pub note: String,
}

/// What a person has of a symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Which.
    pub id: HoldingId,
    /// Of which symbol.
    pub symbol: SymbolId,
    /// How many.
    pub amount: Decimal,
    /// What one of them cost.
    pub cost: Decimal,
    /// What that is counted in.
    pub currency: String,
    /// The day it was bought.
    pub day: Option<NaiveDate>,
    /// A note.
    pub note: String,
}

/// What a holding is worth. A number is missing where a price or a rate is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worth {
    /// The holding.
    pub holding: Holding,
    /// What is known of its symbol.
    pub quote: Quote,
    /// What it cost, in the chosen currency at today's rate.
    pub cost: Option<Decimal>,
    /// What it is worth.
    pub value: Option<Decimal>,
    /// What it has gained since the last of the day before.
    pub day_gain: Option<Decimal>,
    /// What it has gained since it was bought.
    pub gain: Option<Decimal>,
    /// The same as a part of its cost, in percent.
    pub gain_percent: Option<Decimal>,
}

/// What all holdings together are worth, as far as that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Total {
    /// What they cost.
    pub cost: Decimal,
    /// What they are worth.
    pub value: Decimal,
    /// What they have gained since the last of the day before.
    pub day_gain: Decimal,
    /// What they have gained since they were bought.
    pub gain: Decimal,
    /// The same as a part of their cost, in percent.
    pub gain_percent: Option<Decimal>,
    /// How many are left out, since a price or a rate is missing.
    pub missing: usize,
    /// Whether an invented number is among them.
    pub is_simulated: bool,
}

fn first_day() -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive()
}

fn checked(tx: &ReadTx<'_>, new: &NewHolding) -> Result<(Decimal, Decimal, String, Option<i64>), QuotesError> {
    let amount = kept(new.amount).filter(|amount| !amount.is_zero() && amount.abs() < Decimal::from(MOST));
    let amount = amount.ok_or(QuotesError::BadAmount)?;
    let cost = kept(new.cost).filter(|cost| !cost.is_sign_negative() || cost.is_zero()).ok_or(QuotesError::BadCost)?;
    let today = DateTime::from_timestamp_millis(tx.now().millis()).unwrap_or_default().date_naive();
    // East of Greenwich the day has come earlier.
    let last = today.checked_add_signed(TimeDelta::days(1)).unwrap_or(today);
    if new.day.is_some_and(|day| day > last) {
        return Err(QuotesError::BadDay);
    }
    if new.note.chars().count() > limits::QUOTE_NOTE {
        return Err(QuotesError::LongNote);
    }
    let day = new.day.map(|day| day.signed_duration_since(first_day()).num_days());
    Ok((amount, cost, currency(&new.currency)?, day))
}

/// Adds a holding.
///
/// # Errors
/// `BadCode`, `TooManySymbols`, `BadAmount`, `BadCost`, `BadCurrency`, `BadDay`, `LongNote`, `TooManyHoldings`.
pub fn add_holding(tx: &mut WriteTx<'_>, owner: PersonId, new: &NewHolding) -> Result<HoldingId, QuotesError> {
    let (amount, cost, currency, day) = checked(tx, new)?;
    let mut counted = tx.sql().prepare_cached("select count(*) from quote_holding where owner = ?1")?;
    let count: i64 = counted.query_row([owner], |row| row.get(0))?;
    drop(counted);
    if count >= limits::QUOTE_HOLDINGS {
        return Err(QuotesError::TooManyHoldings);
    }
    let symbol = know(tx, &new.code)?;
    let mut insert = tx.sql().prepare_cached(
        "insert into quote_holding (owner, symbol, amount, cost, currency, day, note)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7) returning id",
    )?;
    let values = (owner, symbol, Dec(amount), Dec(cost), currency, day, text::one_line(&new.note));
    let id = insert.query_row(values, |row| row.get(0))?;
    drop(insert);
    tx.emit(owner, Event::QuotesChanged)?;
    Ok(id)
}

/// Changes a holding.
///
/// # Errors
/// `NoHolding`, and those of [`add_holding`].
pub fn change_holding(
    tx: &mut WriteTx<'_>,
    owner: PersonId,
    id: HoldingId,
    new: &NewHolding,
) -> Result<(), QuotesError> {
    let (amount, cost, currency, day) = checked(tx, new)?;
    holding(tx, owner, id)?;
    let symbol = know(tx, &new.code)?;
    let mut update = tx.sql().prepare_cached(
        "update quote_holding set symbol = ?2, amount = ?3, cost = ?4, currency = ?5, day = ?6, note = ?7 where id = ?1",
    )?;
    update.execute((id, symbol, Dec(amount), Dec(cost), currency, day, text::one_line(&new.note)))?;
    drop(update);
    tx.emit(owner, Event::QuotesChanged)?;
    Ok(())
}

/// Removes a holding.
///
/// # Errors
/// `NoHolding`.
pub fn remove_holding(tx: &mut WriteTx<'_>, owner: PersonId, id: HoldingId) -> Result<(), QuotesError> {
    holding(tx, owner, id)?;
    tx.sql().prepare_cached("delete from quote_holding where id = ?1")?.execute([id])?;
    tx.emit(owner, Event::QuotesChanged)?;
    Ok(())
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Holding> {
    let day: Option<i64> = row.get(5)?;
    Ok(Holding {
        id: row.get(0)?,
        symbol: row.get(1)?,
        amount: row.get::<_, Dec>(2)?.0,
        cost: row.get::<_, Dec>(3)?.0,
        currency: row.get(4)?,
        day: day.and_then(|day| first_day().checked_add_signed(TimeDelta::try_days(day)?)),
        note: row.get(6)?,
    })
}

/// One holding of a person's.
///
/// # Errors
/// `NoHolding`.
pub fn holding(tx: &ReadTx<'_>, owner: PersonId, id: HoldingId) -> Result<Holding, QuotesError> {
    let mut found = tx.sql().prepare_cached(
        "select id, symbol, amount, cost, currency, day, note from quote_holding where id = ?1 and owner = ?2",
    )?;
    found.query_row((id, owner), read).optional()?.ok_or(QuotesError::NoHolding)
}

/// A person's holdings by symbol, with what each is worth in the currency `into`, and all together. Walks
/// `quote_holding_by_owner`.
///
/// # Errors
/// `BadCurrency`.
pub fn holdings(tx: &ReadTx<'_>, owner: PersonId, into: &str) -> Result<(Vec<Worth>, Total), QuotesError> {
    currency(into)?;
    let mut found = tx.sql().prepare_cached(
        "select h.id, h.symbol, h.amount, h.cost, h.currency, h.day, h.note from quote_holding h
           join quote_symbol s on s.id = h.symbol where h.owner = ?1 order by s.code, h.day, h.id",
    )?;
    let rows = found.query_map([owner], read)?;
    let (mut all, mut total) = (Vec::new(), Total::default());
    for holding in rows.collect::<Result<Vec<_>, _>>()? {
        let Some(quote) = quote_of(tx, holding.symbol)? else { continue };
        let rate = |from: &str| rate::rate(tx, from, into);
        // What is counted in nothing that is known is counted in what it cost.
        let price_in = if quote.currency.is_empty() { &holding.currency } else { &quote.currency };
        let (price_rate, cost_rate) = (rate(price_in)?, rate(&holding.currency)?);
        let is_simulated = price_rate.into_iter().chain(cost_rate).any(|rate| rate.is_simulated)
            || quote.price.as_ref().is_some_and(|price| price.is_simulated);
        let worth = worth(holding, quote, price_rate.map(|rate| rate.value), cost_rate.map(|rate| rate.value));
        total.add(&worth, is_simulated);
        all.push(worth);
    }
    total.gain_percent = share(total.gain, total.cost);
    Ok((all, total))
}

/// What a holding is worth, where `price_rate` turns its price into the chosen currency and `cost_rate` its cost.
#[must_use]
pub fn worth(holding: Holding, quote: Quote, price_rate: Option<Decimal>, cost_rate: Option<Decimal>) -> Worth {
    let in_all = |each: Option<Decimal>, rate: Option<Decimal>| {
        Some(each?.checked_mul(holding.amount)?.checked_mul(rate?)?.round_dp(6).normalize())
    };
    let cost = in_all(Some(holding.cost), cost_rate);
    let value = in_all(quote.price.as_ref().map(|price| price.value), price_rate);
    let day_gain = in_all(quote.price.as_ref().and_then(|price| price.change), price_rate);
    let gain = value.zip(cost).and_then(|(value, cost)| value.checked_sub(cost));
    let gain_percent = gain.zip(cost).and_then(|(gain, cost)| share(gain, cost));
    Worth { holding, quote, cost, value, day_gain, gain, gain_percent }
}

impl Total {
    /// Adds one that is known whole; any other is counted as missing.
    fn add(&mut self, one: &Worth, is_simulated: bool) {
        let sums = one.cost.zip(one.value).and_then(|(cost, value)| {
            let gain = self.gain.checked_add(one.gain?)?;
            let day_gain = self.day_gain.checked_add(one.day_gain.unwrap_or_default())?;
            Some((self.cost.checked_add(cost)?, self.value.checked_add(value)?, day_gain, gain))
        });
        match sums {
            Some((cost, value, day_gain, gain)) => {
                (self.cost, self.value, self.day_gain, self.gain) = (cost, value, day_gain, gain);
                self.is_simulated |= is_simulated;
            }
            None => self.missing += 1,
        }
    }
}
