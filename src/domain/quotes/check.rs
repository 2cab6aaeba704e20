//! Proves that what is kept for speed says what the rows say, and that every number is one.

use super::alert::{live, nearest};
use super::symbol::by_id;
use super::{QuotesError, bar};
use crate::domain::store::{Finding, ReadTx, broken_rules};
use crate::kernel::id::SymbolId;

/// What must have no rows, and what it means if it has.
const RULES: [(&str, &str); 5] = [
    (
        "select id from quote_symbol where (price is null) <> (at is null) or (price is null) <> (received_at is null)",
        "quote_symbol: a price has no time",
    ),
    ("select id from quote_symbol where code <> upper(code)", "quote_symbol: a symbol is not in upper case"),
    (
        "select symbol as id from quote_minute where at % 60000 <> 0",
        "quote_minute: a bar does not begin with its minute",
    ),
    ("select symbol as id from quote_day where at % 86400000 <> 0", "quote_day: a bar does not begin with its day"),
    (
        "select c.id from quote_crossing c join quote_alert a on a.id = c.alert where a.owner <> c.owner",
        "quote_crossing: somebody is told of another's alert",
    ),
];

/// Checks what `quotes` owns. An empty list means that all is well.
///
/// # Errors
/// Where the file cannot be read at all.
pub fn check_quotes(tx: &ReadTx<'_>) -> Result<Vec<Finding>, QuotesError> {
    let mut findings = broken_rules(tx, &RULES)?;
    let symbols = {
        let mut found = tx.sql().prepare_cached("select id from quote_symbol")?;
        let rows = found.query_map([], |row| row.get(0))?;
        rows.collect::<Result<Vec<SymbolId>, _>>()?
    };
    for symbol in symbols {
        match nearest_is_right(tx, symbol) {
            Ok(true) => {}
            Ok(false) => findings.push(Finding(format!("quote_symbol {symbol}: its nearest alerts are others"))),
            Err(error) => findings.push(Finding(format!("quote_symbol {symbol}: {error}"))),
        }
        if let Err(error) = bar::readable(tx, symbol) {
            findings.push(Finding(format!("bars of quote_symbol {symbol}: {error}")));
        }
    }
    Ok(findings)
}

fn nearest_is_right(tx: &ReadTx<'_>, symbol: SymbolId) -> Result<bool, QuotesError> {
    let Some(row) = by_id(tx, symbol)? else { return Ok(true) };
    let mut reckoned = row.clone();
    nearest(&mut reckoned, &live(tx, symbol)?);
    // A level that follows a high or a close may stand a little closer than it must: then alerts are asked once in vain.
    Ok(reckoned.alert_bits == row.alert_bits
        && (row.alert_bits != 0 || (reckoned.alert_up, reckoned.alert_down) == (row.alert_up, row.alert_down)))
}
