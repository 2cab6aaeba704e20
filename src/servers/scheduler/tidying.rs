//! Tidies every hour: what was kept for a day goes.

use crate::domain::mail::prune_undo;
use crate::domain::store::{StoreError, WriteTx, forget_unfinished, prune_changes};
use crate::domain::{calendar, chat, hours, settings, trace, usage};
use crate::servers::net::stop::Stop;
use crate::services::accounts::erase_due;
use crate::services::calendar::{keep_ahead, keep_found};
use crate::services::office::Office;
use crate::services::policy::{empty_bins, forget_chat};
use crate::services::quotes;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often.
const EVERY: Duration = Duration::from_secs(3600);
/// How long changes can be asked for, and acts be taken back.
const KEPT: Duration = Duration::from_secs(24 * 3600);
/// Rows that go in one transaction, so that it stays short.
const SLICE: usize = 1000;
/// Messages out of Junk and Trash that go in one transaction, each with its bytes and out of the index.
const MAIL_SLICE: usize = 100;
/// Chat messages that go in one transaction: each takes its words out of the index as well.
const CHAT_SLICE: usize = 200;
/// Bars that go in one transaction.
const QUOTE_SLICE: usize = 2000;
/// The pause between two slices.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    loop {
        let again = office.clock.now().plus(EVERY);
        let round = async {
            if let Err(error) = tidy(&office).await {
                tracing::error!(%error, "could not tidy up");
            }
            office.clock.sleep_until(again).await;
        };
        tokio::select! {
            () = stop.said() => return,
            () = round => {}
        }
    }
}

async fn tidy(office: &Office) -> Result<(), StoreError> {
    let before = office.clock.now().minus(KEPT);
    while office.store.write(move |tx| prune_changes(tx, before, SLICE)).await? >= SLICE {
        sleep(PAUSE).await;
    }
    while office.store.write(move |tx| prune_undo(tx, before)).await? >= SLICE {
        sleep(PAUSE).await;
    }
    while office.store.write(move |tx| chat::prune_files(tx, before, SLICE)).await? >= SLICE {
        sleep(PAUSE).await;
    }
    office.store.write(move |tx| calendar::prune_undo(tx, before)).await?;
    office.store.write(move |tx| calendar::prune_rung(tx, before)).await?;
    while office.store.write(|tx| hours::prune_answered(tx, tx.now(), SLICE)).await? >= SLICE {
        sleep(PAUSE).await;
    }
    office.store.write(|tx| calendar::prune_visits(tx)).await?;
    if let Err(error) = keep_found(office).await {
        tracing::error!(%error, "what an older office kept of calendars could not be indexed");
    }
    if let Err(error) = keep_ahead(office).await {
        tracing::error!(%error, "the times of series could not be reckoned further");
    }
    while office.store.write(|tx| chat::empty_deleted(tx, CHAT_SLICE)).await? >= CHAT_SLICE {
        sleep(PAUSE).await;
    }
    while office.store.write(|tx| empty_bins(tx, MAIL_SLICE)).await? >= MAIL_SLICE {
        sleep(PAUSE).await;
    }
    while office.store.write(|tx| forget_chat(tx, CHAT_SLICE)).await? >= CHAT_SLICE {
        sleep(PAUSE).await;
    }
    while office.store.write(|tx| quotes::prune(tx, QUOTE_SLICE)).await? >= QUOTE_SLICE {
        sleep(PAUSE).await;
    }
    while office.store.write(|tx| forget_traces(tx)).await? >= SLICE {
        sleep(PAUSE).await;
    }
    while office.store.write(|tx| usage::prune(tx, SLICE)).await? >= SLICE {
        sleep(PAUSE).await;
    }
    office.store.write(move |tx| forget_unfinished(tx, before)).await?;
    erase_due(office).await?;
    Ok(())
}

/// Forgets what became of messages longer ago than that is kept.
fn forget_traces(tx: &WriteTx<'_>) -> Result<usize, StoreError> {
    let days: u64 = settings::get(tx, settings::TRACE_DAYS)?.parse().unwrap_or(30);
    trace::prune(tx, tx.now().minus(Duration::from_secs(days * 24 * 3600)), SLICE)
}
