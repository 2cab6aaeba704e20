//! Does jobs when they are due.

use crate::domain::store::{StoreError, bring_forward, due_jobs_where, next_due_later};
use crate::kernel::clock::Moment;
use crate::kernel::id::JobId;
use crate::servers::net::stop::Stop;
use crate::services::jobs::{self, Running, UNWRITTEN};
use crate::services::office::Office;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long jobs may go on after stop was said. What is cut off is done again at the next start.
const LAST: Duration = Duration::from_secs(7);
/// Steps back of a clock that is only kept right.
const JITTER: Duration = Duration::from_secs(60);
/// The wait after the file could not be read.
const UNREAD: Duration = Duration::from_secs(5);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    let mut running = Running::default();
    let mut tasks: JoinSet<JobId> = JoinSet::new();
    let mut seen = office.clock.now();
    loop {
        seen = set_back(&office, seen).await;
        let next = start(&office, &mut running, &mut tasks).await;
        tokio::select! {
            () = stop.said() => break,
            Some(ended) = tasks.join_next(), if !tasks.is_empty() => {
                ended.iter().for_each(|id| running.end(*id));
                while let Some(ended) = tasks.try_join_next() {
                    ended.iter().for_each(|id| running.end(*id));
                }
            }
            () = office.store.hub().jobs_changed() => {}
            () = until(&office, next) => {}
        }
    }
    let finished = async { while tasks.join_next().await.is_some() {} };
    if timeout(LAST, finished).await.is_err() {
        tracing::info!("jobs were cut off; they are done again at the next start");
    }
}

/// Looks whether the clock was set back since it was `seen`, and lets what is owed come as much earlier.
async fn set_back(office: &Office, seen: Moment) -> Moment {
    let now = office.clock.now();
    if now.plus(JITTER) >= seen {
        return now;
    }
    let by = seen.since(now);
    tracing::warn!(seconds = by.as_secs(), "the clock was set back; what is owed is brought forward");
    match office.store.write(move |tx| bring_forward(tx, by)).await {
        Ok(_) => now,
        Err(error) => {
            tracing::error!(%error, "what is owed could not be brought forward");
            seen
        }
    }
}

/// What to wait for when nothing else happens.
enum Next {
    /// This moment.
    Due(Moment),
    /// Nothing: no more work is owed.
    Never,
    /// A while, since the file could not be read.
    Unread,
}

async fn until(office: &Office, next: Next) {
    match next {
        // No longer than a minute, since the clock may be put right meanwhile.
        Next::Due(moment) => office.clock.sleep_until(moment.min(office.clock.now().plus(JITTER))).await,
        Next::Never => std::future::pending().await,
        Next::Unread => sleep(UNREAD).await,
    }
}

/// Starts what is due and may run. Says when the next of the rest is due.
async fn start(office: &Arc<Office>, running: &mut Running, tasks: &mut JoinSet<JobId>) -> Next {
    let (free, wanted) = (running.free(), running.wanted());
    let found = office.store.read(move |tx| {
        let due = if free > 0 { due_jobs_where(tx, free, wanted)? } else { Vec::new() };
        Ok::<_, StoreError>((due, next_due_later(tx)?))
    });
    let (due, next) = match found.await {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(%error, "what is owed cannot be read");
            return Next::Unread;
        }
    };
    for job in due {
        running.begin(&job);
        let office = office.clone();
        tasks.spawn(async move {
            let id = job.id;
            if let Err(error) = jobs::run(&office, job).await {
                tracing::error!(job = %id, %error, "the outcome of a job cannot be written down");
                sleep(UNWRITTEN).await;
            }
            id
        });
    }
    next.map_or(Next::Never, Next::Due)
}
