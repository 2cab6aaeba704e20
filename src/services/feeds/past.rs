//! Brings the past of symbols, one after another, while nothing else is to be asked.

use super::ask::{ask_past, key, past_of};
use super::poll::Pace;
use super::simulated;
use crate::domain::quotes::{self, Ask, Round, SetUpError, Span};
use crate::format::feed::{Bar, Kind};
use crate::kernel::clock::Moment;
use crate::kernel::id::SymbolId;
use crate::services::office::Office;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// The pause between two questions for the past.
const PAUSE: Duration = Duration::from_millis(500);
/// Days that go in one write.
const PER_WRITE: usize = 200;
/// Years of invented past.
const YEARS: u32 = 10;

/// Brings the past of one symbol, or of all where one answer tells of all. Says whether there was any to bring. A question
/// that would come due meanwhile goes first.
pub(super) async fn step(office: &Office, round: &Round, pace: &mut Pace, due: Moment) -> Result<bool, SetUpError> {
    let feed = &round.feed;
    let waiting: Vec<&Ask> = round.asks.iter().filter(|ask| ask.wants_past && !ask.is_new).collect();
    let Some(first) = waiting.first() else { return Ok(false) };
    let left = due.since(office.clock.now());
    if timeout(left, pace.wait(office, feed)).await.is_err() {
        return Ok(true);
    }
    let is_of_all = feed.is.kind != Kind::Simulated && !feed.is.options.history.contains("{symbol");
    let asks: Vec<Ask> = if is_of_all { waiting.into_iter().cloned().collect() } else { vec![(*first).clone()] };
    let symbols: Vec<SymbolId> = asks.iter().map(|ask| ask.symbol).collect();
    let id = feed.id;
    // Noted first: what fails, or takes the process with it, is not asked for again and again.
    office.store.write(move |tx| quotes::note_past(tx, id, &symbols)).await?;
    bring(office, round, &asks).await?;
    sleep(PAUSE).await;
    Ok(true)
}

async fn bring(office: &Office, round: &Round, asks: &[Ask]) -> Result<(), SetUpError> {
    let feed = &round.feed;
    if feed.is.kind == Kind::Simulated {
        for ask in asks {
            let (code, now) = (ask.theirs.clone(), office.clock.now());
            let made =
                tokio::task::spawn_blocking(move || simulated::bars(&code, now, YEARS)).await.unwrap_or_default();
            keep(office, ask.symbol, made).await?;
        }
        return Ok(());
    }
    let codes: Vec<String> = asks.iter().map(|ask| ask.theirs.clone()).collect();
    let page = match ask_past(office, &feed.is, &codes).await {
        Ok(page) => page,
        Err(trouble) => {
            tracing::info!(feed = %feed.id, why = %trouble.sentence(key(&feed.is)), "no past was told");
            return Ok(());
        }
    };
    for ask in asks {
        match past_of(office, &feed.is, &ask.theirs, &page).await {
            Ok(bars) => keep(office, ask.symbol, bars).await?,
            Err(trouble) => {
                tracing::info!(feed = %feed.id, symbol = %ask.code, why = %trouble.sentence(key(&feed.is)), "no past was told");
            }
        }
    }
    Ok(())
}

async fn keep(office: &Office, symbol: SymbolId, bars: Vec<Bar>) -> Result<(), SetUpError> {
    for some in bars.chunks(PER_WRITE) {
        let some = some.to_vec();
        office.store.write(move |tx| quotes::keep_bars(tx, symbol, Span::Day, &some)).await?;
    }
    Ok(())
}
