//! Exchange rates: a rate is a symbol like any other, `EURUSD` for what a euro costs in dollars.

use super::symbol::by_code;
use super::{QuotesError, symbol};
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use rust_decimal::Decimal;

/// Currencies that rates are told against, by which two others are compared.
const BRIDGES: [&str; 2] = ["EUR", "USD"];
/// Figures of a rate that was reckoned from another.
const FIGURES: u32 = 12;

/// What one unit of a currency costs in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So much.
    pub value: Decimal,
    /// When that was so; `None` where it is always so.
    pub at: Option<Moment>,
    /// Whether it is invented.
    pub is_simulated: bool,
}

impl Rate {
    const ONE: Self = Self { value: Decimal::ONE, at: None, is_simulated: false };

    fn times(self, other: Self) -> Option<Self> {
        Some(Self {
            value: self.value.checked_mul(other.value)?.round_dp(FIGURES).normalize(),
            // A chain is as old as its oldest part.
            at: match (self.at, other.at) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
            is_simulated: self.is_simulated || other.is_simulated,
        })
    }

    fn turned(self) -> Option<Self> {
        let value = Decimal::ONE.checked_div(self.value)?.round_dp(FIGURES).normalize();
        (!value.is_zero()).then_some(Self { value, ..self })
    }
}

/// A currency as it is compared: its code, and how many of the units that prices come in make one.
fn unit(currency: &str) -> Option<(String, Decimal)> {
    let currency = currency.trim();
    // Prices in London, Johannesburg and Tel Aviv come in hundredths, told apart by a small letter or a code of their own.
    let hundredth = match currency {
        "GBp" | "GBX" => Some("GBP"),
        "ZAc" | "ZAC" => Some("ZAR"),
        "ILA" | "ILa" => Some("ILS"),
        _ => None,
    };
    if let Some(whole) = hundredth {
        return Some((whole.to_owned(), Decimal::ONE_HUNDRED));
    }
    let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| (currency.to_ascii_uppercase(), Decimal::ONE))
}

/// A currency as it is kept.
///
/// # Errors
/// `BadCurrency`.
pub fn currency(typed: &str) -> Result<String, QuotesError> {
    let (code, parts) = unit(typed).ok_or(QuotesError::BadCurrency)?;
    Ok(if parts == Decimal::ONE { code } else { typed.trim().to_owned() })
}

/// What one unit of `from` costs in `to`: told directly, the other way round, or by way of the euro or the dollar. `None`
/// where no such rate is known.
///
/// # Errors
/// Where the file cannot be read.
pub fn rate(tx: &ReadTx<'_>, from: &str, to: &str) -> Result<Option<Rate>, QuotesError> {
    let (Some((from, from_parts)), Some((to, to_parts))) = (unit(from), unit(to)) else { return Ok(None) };
    let Some(whole) = between(tx, &from, &to)? else { return Ok(None) };
    let parts = to_parts.checked_div(from_parts).map(|value| Rate { value, ..Rate::ONE });
    Ok(parts.and_then(|parts| whole.times(parts)))
}

fn between(tx: &ReadTx<'_>, from: &str, to: &str) -> Result<Option<Rate>, QuotesError> {
    if from == to {
        return Ok(Some(Rate::ONE));
    }
    if let Some(direct) = told(tx, from, to)? {
        return Ok(Some(direct));
    }
    for bridge in BRIDGES.into_iter().filter(|bridge| *bridge != from && *bridge != to) {
        if let (Some(first), Some(second)) = (told(tx, from, bridge)?, told(tx, bridge, to)?) {
            return Ok(first.times(second));
        }
    }
    Ok(None)
}

/// A rate as a source tells it, this way or the other.
fn told(tx: &ReadTx<'_>, from: &str, to: &str) -> Result<Option<Rate>, QuotesError> {
    if let Some(rate) = pair(tx, from, to)? {
        return Ok(Some(rate));
    }
    Ok(pair(tx, to, from)?.and_then(Rate::turned))
}

fn pair(tx: &ReadTx<'_>, from: &str, to: &str) -> Result<Option<Rate>, QuotesError> {
    for tail in ["", "=X"] {
        let code = [from, to, tail].concat();
        let Some(row) = by_code(tx, &code)? else { continue };
        if let Some(value) = row.price.filter(|price| *price > Decimal::ZERO) {
            return Ok(Some(Rate { value, at: row.at, is_simulated: row.is_simulated }));
        }
    }
    Ok(None)
}

/// The rates that a person's holdings have to be compared by, as symbols that are not known yet or have no price: for
/// whoever makes them known.
///
/// # Errors
/// Where the file cannot be read.
pub fn missing_rates(tx: &ReadTx<'_>, into: &str) -> Result<Vec<String>, QuotesError> {
    let mut found = tx.sql().prepare_cached(
        "select distinct currency from quote_holding
         union select distinct s.currency from quote_symbol s join quote_holding h on h.symbol = s.id limit ?1",
    )?;
    let rows = found.query_map([limits::QUOTE_LISTED], |row| row.get(0))?;
    let mut missing = Vec::new();
    for currency in rows.collect::<Result<Vec<String>, _>>()? {
        let (Some((from, _)), Some((to, _))) = (unit(&currency), unit(into)) else { continue };
        let code = [from.as_str(), &to].concat();
        if between(tx, &from, &to)?.is_none() && symbol(tx, &code)?.is_none() && !missing.contains(&code) {
            missing.push(code);
        }
    }
    Ok(missing)
}
