//! Quotes beyond their own tables: telling the hub what moved, delivering alerts, and prices that are said elsewhere, as they
//! were at that moment.

mod alert;
mod frozen;
mod presence;

pub use alert::{deliver, facts, headline};
pub use frozen::{Frozen, in_path, priced};
pub use presence::{SymbolPresence, presence, presence_of};

use crate::domain::quotes::{self, QuotesError, Recorded, Span, Told};
use crate::domain::settings;
use crate::domain::store::{StoreError, WriteTx};
use crate::format::feed::Tick;
use crate::kernel::clock::Moment;
use crate::kernel::id::FeedId;
use crate::kernel::limits;
use crate::services::office::Office;
use std::time::Duration;

/// Symbols that turn in one write.
const TURNS: usize = 200;
/// How long crossings of alerts are kept.
const CROSSINGS: Duration = Duration::from_secs(366 * 24 * 3600);
/// How long a symbol is kept that nobody wants.
const UNWANTED: Duration = Duration::from_secs(30 * 24 * 3600);
/// Symbols that go in one transaction: each takes its history along.
const SYMBOLS: usize = 5;
/// A day.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Records what a feed told, in writes that stay short, and tells those who watch.
///
/// # Errors
/// Where the file cannot be written: what was recorded before stays.
pub async fn record(office: &Office, feed: FeedId, mut told: Vec<Tick>, how: &Told) -> Result<Recorded, QuotesError> {
    let mut all = Recorded::default();
    while !told.is_empty() {
        let rest = told.split_off(told.len().min(limits::QUOTE_TICKS));
        let (ticks, how) = (std::mem::replace(&mut told, rest), how.clone());
        let recorded = office.store.write(move |tx| quotes::record(tx, feed, &ticks, &how)).await?;
        office.store.hub().quotes(&recorded.changed);
        all.add(recorded);
    }
    Ok(all)
}

/// Lets prices grow stale, and markets open and close, whose time has come, and tells those who watch. Says when the next is.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn turn(office: &Office) -> Result<Option<Moment>, QuotesError> {
    loop {
        let next = office.store.read(quotes::next_turn).await?;
        if next.is_none_or(|at| at > office.clock.now()) {
            return Ok(next);
        }
        let turned = office.store.write(|tx| quotes::turn(tx, TURNS)).await?;
        office.store.hub().quotes(&turned);
    }
}

/// Forgets what is kept no longer: bars, crossings, and symbols that nobody wants. Returns how many bars went, at most `most`.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune(tx: &mut WriteTx<'_>, most: usize) -> Result<usize, StoreError> {
    let number = |setting| Ok::<_, StoreError>(settings::get(tx, setting)?.parse::<u32>().unwrap_or(0));
    let (minutes, years) = (number(settings::QUOTE_MINUTE_DAYS)?, number(settings::QUOTE_DAY_YEARS)?);
    let now = tx.now();
    let mut gone = quotes::prune_bars(tx, Span::Minute, now.minus(DAY * minutes.max(1)), most)?;
    if years > 0 && gone < most {
        gone += quotes::prune_bars(tx, Span::Day, now.minus(DAY * 366 * years), most - gone)?;
    }
    quotes::prune_crossings(tx, now.minus(CROSSINGS), most)?;
    quotes::prune_symbols(tx, now.minus(UNWANTED), SYMBOLS)?;
    Ok(gone)
}
