//! Prices that move: gathered for a moment on each stream, so that each says a price once, however often it has moved; and
//! written once for all who watch the same symbol.

use super::super::error::WebError;
use super::super::quotes::row::{RowFragment, RowView};
use super::super::session::Visit;
use super::patch::{Patches, render};
use super::streams::Looked;
use crate::domain::event::Signal;
use crate::domain::quotes::{self, Price, PriceState, Quote};
use crate::domain::store::{Hub, ReadTx};
use crate::format::formats::Formats;
use crate::kernel::clock::{Moment, Stopwatch};
use crate::kernel::id::{CrossingId, PersonId, SymbolId};
use crate::kernel::limits;
use crate::services::quotes::{facts, headline, in_path};
use actix_web::web::Bytes;
use chrono_tz::Tz;
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Alerts that ring at once.
const RINGS: usize = 3;
/// How often one waits for what somebody else writes, or writes. What has moved meanwhile once more will be told anyway.
const ROUNDS: usize = 3;
/// Rows kept for those who come for them late.
const MOST: usize = 20_000;

/// Prices that have moved and were not told yet on one stream. Each symbol has its own pause: what moves seldom is told at
/// once, however much else moves.
#[derive(Debug, Default)]
pub(super) struct Moved {
    waiting: BTreeSet<SymbolId>,
    /// When something was told last, and each symbol within its pause.
    last: Option<Stopwatch>,
    told: HashMap<SymbolId, Stopwatch>,
}

impl Moved {
    /// Takes a signal in, where it is of a price.
    pub fn takes(&mut self, signal: Signal) -> bool {
        let Signal::Quote(symbol) = signal else { return false };
        self.waiting.insert(symbol);
        true
    }

    /// Adds what a browser has missed.
    pub fn add(&mut self, symbols: impl IntoIterator<Item = SymbolId>) {
        self.waiting.extend(symbols);
    }

    /// How long until some are to be told; `None` where none has moved.
    pub fn until_told(&self) -> Option<Duration> {
        let first = self.waiting.iter().map(|symbol| self.pause_of(*symbol)).min()?;
        Some(first.max(left(self.last.as_ref(), limits::QUOTE_BREATH)))
    }

    /// Those to be told now.
    pub fn take(&mut self) -> Vec<SymbolId> {
        self.told.retain(|_, told| told.elapsed() < limits::QUOTE_PAUSE);
        let waiting = std::mem::take(&mut self.waiting);
        let (later, now): (BTreeSet<_>, BTreeSet<_>) =
            waiting.into_iter().partition(|symbol| self.told.contains_key(symbol));
        self.waiting = later;
        self.told.extend(now.iter().map(|symbol| (*symbol, Stopwatch::start())));
        self.last = Some(Stopwatch::start());
        now.into_iter().collect()
    }

    fn pause_of(&self, symbol: SymbolId) -> Duration {
        left(self.told.get(&symbol), limits::QUOTE_PAUSE)
    }
}

/// What is left of a pause that began when something was told.
fn left(told: Option<&Stopwatch>, pause: Duration) -> Duration {
    told.map_or(Duration::ZERO, |told| pause.saturating_sub(told.elapsed()))
}

/// Of these symbols, those whose price was told after `since`, or is not what it was by now.
pub(super) fn missed(tx: &ReadTx<'_>, symbols: &[SymbolId], since: Moment) -> Result<Vec<SymbolId>, WebError> {
    let is_news = |price: &Price| price.received_at > since || price.state != PriceState::Fresh;
    let all = quotes::quotes(tx, symbols)?.into_iter();
    Ok(all.filter(|quote| quote.price.as_ref().is_some_and(is_news)).map(|quote| quote.symbol).collect())
}

/// Of what pages show, the symbols that have a newer price.
pub(super) fn newer(tx: &ReadTx<'_>, looked: &[Looked]) -> Result<Vec<SymbolId>, WebError> {
    let shown: HashMap<SymbolId, Option<Moment>> = looked.iter().map(|one| (one.symbol, one.received_at)).collect();
    let symbols: Vec<SymbolId> = shown.keys().copied().collect();
    let is_news = |quote: &Quote| quote.price.as_ref().map(|price| price.received_at) > shown[&quote.symbol];
    Ok(quotes::quotes(tx, &symbols)?.iter().filter(|quote| is_news(quote)).map(|quote| quote.symbol).collect())
}

/// Rings for what a person's alerts have told after `since`, but for what is said in chat, which rings there. Returns the
/// last of them.
pub(super) fn ring(
    tx: &ReadTx<'_>,
    who: PersonId,
    visit: &Visit,
    since: CrossingId,
    to: &mut Patches,
) -> Result<CrossingId, WebError> {
    let zone = visit.look.zone.unwrap_or(Tz::UTC);
    let mut told = quotes::history(tx, who, RINGS)?;
    told.retain(|crossing| crossing.id > since);
    for crossing in told.iter().rev().filter(|crossing| !crossing.ways.by_chat) {
        let head = json!({
            "message": format!("alert-{}", crossing.id), "conversation": format!("alert-{}", crossing.alert),
            "title": headline(crossing), "body": facts(crossing, zone),
            "href": format!("/quotes/{}", in_path(&crossing.code)),
        });
        to.say(None, "ring", &head, "");
    }
    Ok(told.first().map_or(since, |newest| newest.id))
}

/// The last that a person's alerts have told.
pub(super) fn last_told(tx: &ReadTx<'_>, who: PersonId) -> Result<CrossingId, WebError> {
    Ok(quotes::history(tx, who, 1)?.first().map_or(CrossingId::new(0), |newest| newest.id))
}

/// What two readers share who read the same row: their zone, and how times are written for them.
type Way = (Option<Tz>, Formats);

/// Rows written lately: of each symbol the last, for each way that its readers have. Whoever needs one that is old has all
/// written that have moved, in one reading; whoever comes meanwhile waits for that.
#[derive(Debug, Default)]
pub struct Rows {
    kept: Mutex<Kept>,
    /// Said when somebody has written, or could not.
    written: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    /// Each with how often its price had moved when it was written.
    rows: HashMap<(SymbolId, Way), (u64, Bytes)>,
    /// The ways for which somebody writes.
    writing: HashSet<Way>,
}

/// Says that nobody writes any more, also where the one who did gave up.
struct Pen<'r> {
    of: &'r Rows,
    way: Way,
}

impl Drop for Pen<'_> {
    fn drop(&mut self) {
        self.of.kept().writing.remove(&self.way);
        self.of.written.notify_waiters();
    }
}

fn way(visit: &Visit) -> Way {
    (visit.look.zone, visit.look.formats)
}

impl Rows {
    /// The events of these symbols as they are now, for readers of the way of `visit`.
    pub(super) async fn of(&self, visit: &Visit, symbols: &[SymbolId]) -> Result<Bytes, WebError> {
        let (hub, way) = (visit.web.office.store.hub(), way(visit));
        let mut events = Vec::with_capacity(symbols.len() * 1024);
        let mut missing = self.gather(hub, way, symbols, &mut events);
        for _ in 0..ROUNDS {
            if missing.is_empty() {
                break;
            }
            let mut written = pin!(self.written.notified());
            // From here on nothing that is said is missed.
            written.as_mut().enable();
            if self.kept().writing.insert(way) {
                let _pen = Pen { of: self, way };
                self.write(visit, &missing).await?;
            } else {
                written.await;
            }
            missing = self.gather(hub, way, &missing, &mut events);
        }
        Ok(events.into())
    }

    /// Adds what is written already, and says what is not.
    fn gather(&self, hub: &Hub, way: Way, symbols: &[SymbolId], to: &mut Vec<u8>) -> Vec<SymbolId> {
        let moves = hub.moves(symbols);
        let kept = self.kept();
        let mut missing = Vec::new();
        for (symbol, now) in symbols.iter().zip(moves) {
            match kept.rows.get(&(*symbol, way)) {
                Some((then, event)) if *then >= now => to.extend_from_slice(event),
                _ => missing.push(*symbol),
            }
        }
        missing
    }

    /// Writes the rows of these symbols, and of all others that are followed and have moved since theirs were written.
    async fn write(&self, visit: &Visit, asked: &[SymbolId]) -> Result<(), WebError> {
        let (store, reader, way) = (&visit.web.office.store, visit.reader(), way(visit));
        // Asked before the rows are read: what moves meanwhile is written again.
        let mut moves: HashMap<SymbolId, u64> = store.hub().moved().into_iter().collect();
        {
            let kept = self.kept();
            moves.retain(|symbol, now| kept.rows.get(&(*symbol, way)).is_none_or(|(then, _)| then < now));
        }
        for symbol in asked {
            moves.entry(*symbol).or_default();
        }
        let wanted: Vec<SymbolId> = moves.keys().copied().collect();
        let found = store.read(move |tx| quotes::quotes(tx, &wanted)).await?;
        let mut written: HashMap<SymbolId, Bytes> = HashMap::with_capacity(found.len());
        for quote in found {
            let at = quote.price.as_ref().map(|price| price.received_at.millis());
            let head = json!({ "symbol": quote.symbol, "code": quote.code, "at": at });
            let row = RowView::new(&quote, String::new(), reader, "");
            let mut event = Patches::default();
            event.say(None, "quote", &head, &render(&RowFragment { row })?);
            written.insert(quote.symbol, event.into_bytes());
        }
        let mut kept = self.kept();
        if kept.rows.len() + moves.len() > MOST {
            kept.rows.clear();
        }
        for (symbol, moves) in moves {
            // Of a symbol that is no more, nothing is said.
            kept.rows.insert((symbol, way), (moves, written.remove(&symbol).unwrap_or_default()));
        }
        Ok(())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
