//! Finding a symbol by the beginning of its code, or of the words of its name.

use super::{Quote, QuotesError, quotes};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::SymbolId;
use std::collections::BTreeSet;

/// Words of a name that are looked at.
const WORDS: usize = 12;
/// Symbols that one word may bring before they are compared.
const EACH: i64 = 500;

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(WORDS).map(str::to_lowercase)
}

/// Keeps the words of a symbol's name, in place of those it had.
pub(super) fn index(tx: &WriteTx<'_>, symbol: SymbolId, name: &str) -> Result<(), QuotesError> {
    tx.sql().prepare_cached("delete from quote_word where symbol = ?1")?.execute([symbol])?;
    let mut insert = tx.sql().prepare_cached("insert or ignore into quote_word (word, symbol) values (?1, ?2)")?;
    for word in words(name) {
        insert.execute((word, symbol))?;
    }
    Ok(())
}

/// Symbols whose code begins with what was typed, and behind them those in whose names a word begins with each of its
/// words; at most `most`. Walks `quote_symbol`'s codes and the key of `quote_word`.
///
/// # Errors
/// Where the file cannot be read.
pub fn search(tx: &ReadTx<'_>, typed: &str, most: usize) -> Result<Vec<Quote>, QuotesError> {
    let code = typed.trim().to_ascii_uppercase();
    if code.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = by_code(tx, &code)?;
    let mut named: Option<BTreeSet<SymbolId>> = None;
    for word in words(typed) {
        let have = by_word(tx, &word)?;
        named = Some(named.map_or_else(|| have.clone(), |old| old.intersection(&have).copied().collect()));
    }
    for symbol in named.unwrap_or_default() {
        if !found.contains(&symbol) {
            found.push(symbol);
        }
    }
    found.truncate(most);
    quotes(tx, &found)
}

/// The end of all that begins with this.
fn end(start: &str) -> String {
    format!("{start}\u{10ffff}")
}

fn by_code(tx: &ReadTx<'_>, code: &str) -> Result<Vec<SymbolId>, QuotesError> {
    let mut found =
        tx.sql().prepare_cached("select id from quote_symbol where code >= ?1 and code < ?2 order by code limit ?3")?;
    let rows = found.query_map((code, end(code), EACH), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn by_word(tx: &ReadTx<'_>, word: &str) -> Result<BTreeSet<SymbolId>, QuotesError> {
    let mut found = tx
        .sql()
        .prepare_cached("select symbol from quote_word where word >= ?1 and word < ?2 order by word limit ?3")?;
    let rows = found.query_map((word, end(word), EACH), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
