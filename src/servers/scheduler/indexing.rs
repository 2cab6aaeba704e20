//! Keeps the index up: at full speed while nothing arrives, else in steps, so that receiving is not slowed down.

use crate::domain::store::StoreError;
use crate::kernel::clock::Stopwatch;
use crate::servers::net::stop::Stop;
use crate::services::indexing::{lag, next_batch};
use crate::services::office::Office;
use futures_util::FutureExt;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// The pause after mail was filed: what came together is indexed together.
const GATHER: Duration = Duration::from_millis(20);
/// The longest pause between two batches while mail keeps arriving.
const LONGEST: Duration = Duration::from_millis(500);
/// How far the index may fall behind: there the pauses end.
const LAG: Duration = Duration::from_secs(9);
/// The wait after the file could not be read or written.
const AFTER_ERROR: Duration = Duration::from_secs(5);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    let mut progress = Progress::default();
    loop {
        let wait = match step(&office, &mut progress).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "mail and chat cannot be indexed");
                Some(AFTER_ERROR)
            }
        };
        let waited = async {
            match wait {
                Some(wait) => sleep(wait).await,
                None => {
                    office.store.hub().filed().await;
                    sleep(GATHER).await;
                }
            }
        };
        tokio::select! {
            () = stop.said() => return,
            () = waited => {}
        }
    }
}

/// Indexes one batch. Says how long to wait for the next; `None` until more mail is filed.
async fn step(office: &Office, progress: &mut Progress) -> Result<Option<Duration>, StoreError> {
    let count = next_batch(office).await?;
    if count == 0 {
        *progress = Progress::default();
        return Ok(None);
    }
    // Asking takes the word back, but the next batch is looked for in any case.
    let is_busy = office.store.hub().filed().now_or_never().is_some();
    progress.note(count, lag(office).await?);
    Ok(Some(if is_busy { pause(progress.lag()) } else { Duration::ZERO }))
}

/// The further behind, the shorter.
fn pause(lag: Duration) -> Duration {
    LONGEST.mul_f64(1.0 - (lag.as_secs_f64() / LAG.as_secs_f64()).min(1.0)).max(Duration::from_millis(1))
}

/// How far the index is behind: when the oldest message that waits for it was first seen waiting.
#[derive(Default)]
struct Progress {
    indexed: usize,
    /// How many messages had been seen in all, and since when.
    seen: VecDeque<(usize, Stopwatch)>,
}

impl Progress {
    fn note(&mut self, indexed: usize, left: usize) {
        self.indexed += indexed;
        let total = self.indexed + left;
        if self.seen.back().is_none_or(|(known, _)| *known < total) {
            self.seen.push_back((total, Stopwatch::start()));
        }
        while self.seen.front().is_some_and(|(known, _)| *known <= self.indexed) {
            self.seen.pop_front();
        }
    }

    fn lag(&self) -> Duration {
        self.seen.front().map_or(Duration::ZERO, |(_, since)| since.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_end_where_the_index_is_far_behind() {
        assert_eq!(pause(Duration::ZERO), LONGEST);
        assert!(pause(LAG / 2) < LONGEST && pause(LAG / 2) > LONGEST / 3);
        assert_eq!(pause(LAG * 2), Duration::from_millis(1));
    }

    #[test]
    fn the_oldest_that_waits_tells_the_lag() {
        let mut progress = Progress::default();
        progress.note(32, 100);
        assert_eq!(progress.seen.len(), 1);
        progress.note(32, 100);
        progress.note(68, 32);
        assert_eq!(progress.seen.len(), 1, "all that were seen first are indexed");
        progress.note(32, 0);
        assert_eq!(progress.lag(), Duration::ZERO);
    }
}
