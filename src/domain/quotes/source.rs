//! Which feed is asked for which symbol, and what it calls it.
//!
//! A symbol is asked of the first feed that may tell it; of the next ones only while the ones before do not know it or do
//! not answer. What is invented never stands in for what is real.

use super::feed::{Feed, SetUpError, feeds};
use super::record::renew;
use super::symbol::by_id;
use super::{QuotesError, Told, code, describe, keep, know, symbol, wanted};
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::feed::Kind;
use crate::kernel::clock::Moment;
use crate::kernel::id::{FeedId, SymbolId};
use crate::kernel::limits;
use std::collections::HashMap;
use std::time::Duration;

/// How long a feed is not asked for what it did not know.
const UNKNOWN: Duration = Duration::from_secs(24 * 3600);
/// How old the past may be before it is asked for again: days on which the office did not run are filled in.
const PAST: Duration = Duration::from_secs(7 * 24 * 3600);

/// A symbol that is asked of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The symbol.
    pub symbol: SymbolId,
    /// What the office calls it.
    pub code: String,
    /// What the feed calls it.
    pub theirs: String,
    /// Whether it was never asked of this feed before.
    pub is_new: bool,
    /// Whether its past is to be asked for.
    pub wants_past: bool,
}

/// A feed and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The feed.
    pub feed: Feed,
    /// What is asked of it now.
    pub asks: Vec<Ask>,
}

/// What a feed calls a symbol, and whether it knows it.
struct Source {
    code: String,
    is_listed: bool,
    is_asked: bool,
    unknown_until: Option<Moment>,
    past_at: Option<Moment>,
}

type Sources = HashMap<(FeedId, SymbolId), Source>;

fn sources(tx: &ReadTx<'_>) -> Result<Sources, SetUpError> {
    let mut found = tx
        .sql()
        .prepare_cached("select feed, symbol, code, is_listed, is_asked, unknown_until, past_at from quote_source")?;
    let rows = found.query_map([], |row| {
        let source = Source {
            code: row.get(2)?,
            is_listed: row.get(3)?,
            is_asked: row.get(4)?,
            unknown_until: row.get(5)?,
            past_at: row.get(6)?,
        };
        Ok(((row.get(0)?, row.get(1)?), source))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every feed that is on, in order, with what is asked of it.
///
/// # Errors
/// Where the file cannot be read.
pub fn rounds(tx: &ReadTx<'_>) -> Result<Vec<Round>, SetUpError> {
    let (wanted, sources, now) = (wanted(tx)?, sources(tx)?, tx.now());
    let on = feeds(tx)?.into_iter().filter(|feed| feed.is_on);
    let mut rounds: Vec<Round> = on.map(|feed| Round { feed, asks: Vec::new() }).collect();
    for one in wanted {
        let (mut is_told, mut is_real) = (false, false);
        for round in &mut rounds {
            let feed = &round.feed;
            let source = sources.get(&(feed.id, one.symbol));
            if is_told || feed.is.kind == Kind::Simulated && is_real || !may_tell(feed, &one.code, source, now) {
                continue;
            }
            let is_past = source.and_then(|source| source.past_at).is_some_and(|at| now.since(at) < PAST);
            let theirs = source.filter(|source| source.is_listed).map(|source| source.code.clone());
            round.asks.push(Ask {
                symbol: one.symbol,
                theirs: theirs.unwrap_or_else(|| feed.is.options.code_of(&one.code)),
                code: one.code.clone(),
                is_new: source.is_none_or(|source| !source.is_asked),
                wants_past: !is_past && has_past(feed),
            });
            is_told = feed.is_well();
            is_real |= feed.is.kind != Kind::Simulated;
        }
    }
    Ok(rounds)
}

fn has_past(feed: &Feed) -> bool {
    feed.is.kind == Kind::Simulated || !feed.is.options.history.is_empty()
}

fn may_tell(feed: &Feed, code: &str, source: Option<&Source>, now: Moment) -> bool {
    let is_listed = source.is_some_and(|source| source.is_listed);
    let is_unknown = source.and_then(|source| source.unknown_until).is_some_and(|until| until > now);
    let is_open = !feed.is.options.is_listed_only && feed.is.kind.may_tell(code);
    !is_unknown && (is_listed || is_open)
}

/// What is asked of one feed; nothing where it is off or gone.
///
/// # Errors
/// Where the file cannot be read.
pub fn round(tx: &ReadTx<'_>, id: FeedId) -> Result<Option<Round>, SetUpError> {
    Ok(rounds(tx)?.into_iter().find(|round| round.feed.id == id))
}

/// The symbols that are listed for a feed, each with what the feed calls it.
///
/// # Errors
/// Where the file cannot be read.
pub fn listed(tx: &ReadTx<'_>, feed: FeedId) -> Result<Vec<(String, String)>, SetUpError> {
    let mut found = tx.sql().prepare_cached(
        "select y.code, s.code from quote_source s join quote_symbol y on y.id = s.symbol
          where s.feed = ?1 and s.is_listed = 1 order by y.code",
    )?;
    Ok(found.query_map([feed], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// Lists symbols for a feed, each with what the feed calls it; those that were listed before are no more.
///
/// # Errors
/// `Field` where a symbol cannot be, or they are too many.
pub fn list_for(tx: &WriteTx<'_>, feed: FeedId, symbols: &[(String, String)]) -> Result<(), SetUpError> {
    if symbols.len() > limits::FEED_LISTED {
        let words = format!("at most {} symbols are listed for one feed", limits::FEED_LISTED);
        return Err(SetUpError::Field("symbols", words));
    }
    tx.sql().prepare_cached("delete from quote_source where feed = ?1 and is_listed = 1")?.execute([feed])?;
    for (ours, theirs) in symbols {
        let ours = code(ours).map_err(|error| SetUpError::Field("symbols", format!("{ours}: {error}")))?;
        let symbol = know(tx, &ours)?;
        let mut insert = tx.sql().prepare_cached(
            "insert into quote_source (feed, symbol, code, is_listed) values (?1, ?2, ?3, 1)
             on conflict (feed, symbol) do update set code = excluded.code, is_listed = 1, unknown_until = null",
        )?;
        insert.execute((feed, symbol, if theirs.is_empty() { &ours } else { theirs }))?;
    }
    Ok(())
}

/// Makes symbols known that a feed tells of by itself: what they are called, counted in and traded at. They are asked for
/// though nobody watches them.
///
/// # Errors
/// `Field` where there are too many.
pub fn know_of(tx: &WriteTx<'_>, known: &[(&str, &str, &str, &str)]) -> Result<(), SetUpError> {
    for (code, name, currency, market) in known {
        let symbol = know(tx, code)?;
        describe(tx, symbol, name, currency, market)?;
        keep(tx, symbol, true)?;
    }
    Ok(())
}

/// Notes of which symbols a feed told, and which it does not know.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_sources(tx: &WriteTx<'_>, feed: FeedId, told: &[SymbolId], unknown: &[SymbolId]) -> Result<(), SetUpError> {
    let until = tx.now().plus(UNKNOWN);
    // Nothing is written for what is known already: this runs at each answer.
    let mut note = tx.sql().prepare_cached(
        "insert into quote_source (feed, symbol, code, is_listed, is_asked, unknown_until)
         select ?1, ?2, '', 0, 1, ?3 where exists (select 1 from quote_symbol where id = ?2)
             and exists (select 1 from quote_feed where id = ?1)
         on conflict (feed, symbol) do update set unknown_until = excluded.unknown_until, is_asked = 1
          where unknown_until is not excluded.unknown_until or is_asked = 0",
    )?;
    for symbol in told {
        note.execute((feed, symbol, None::<Moment>))?;
    }
    for symbol in unknown {
        note.execute((feed, symbol, Some(until)))?;
    }
    Ok(())
}

/// Notes that the past of a symbol was asked for.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_past(tx: &WriteTx<'_>, feed: FeedId, symbols: &[SymbolId]) -> Result<(), SetUpError> {
    let mut note = tx.sql().prepare_cached("update quote_source set past_at = ?3 where feed = ?1 and symbol = ?2")?;
    for symbol in symbols {
        note.execute((feed, symbol, tx.now()))?;
    }
    Ok(())
}

/// Notes that what a feed told last still holds. Returns the symbols that look different by that.
///
/// # Errors
/// Where the file cannot be written.
pub fn still(tx: &WriteTx<'_>, feed: FeedId, how: &Told) -> Result<Vec<SymbolId>, QuotesError> {
    let mut found = tx.sql().prepare_cached("select symbol from quote_source where feed = ?1")?;
    let symbols: Vec<SymbolId> = found.query_map([feed], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut changed = Vec::new();
    for symbol in symbols {
        let Some(row) = by_id(tx, symbol)?.filter(|row| row.feed == Some(feed)) else { continue };
        changed.extend(renew(tx, row, how)?.then_some(symbol));
    }
    Ok(changed)
}

/// Symbols by their codes; those that are not known are left out.
///
/// # Errors
/// Where the file cannot be read.
pub fn symbols_of(tx: &ReadTx<'_>, codes: &[String]) -> Result<Vec<SymbolId>, QuotesError> {
    let mut found = Vec::new();
    for code in codes {
        found.extend(symbol(tx, code)?);
    }
    Ok(found)
}
