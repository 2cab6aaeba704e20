//! One line for each feed: a task that asks it, and beside it one that listens to its stream. A feed that is set up otherwise
//! gets a new line; one that is off or gone has none.

use super::{poll, stream};
use crate::domain::quotes::{self, Ask, NewFeed, Round};
use crate::domain::store::{StoreError, revision};
use crate::kernel::clock::Moment;
use crate::kernel::id::FeedId;
use crate::services::office::Office;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How often it is looked whether something else is wanted.
const EVERY: Duration = Duration::from_secs(1);
/// After so many looks all is read again, whether something is said to have changed or not.
const LOOKS: u32 = 10;
/// The wait after the file could not be read or written.
pub(super) const UNREAD: Duration = Duration::from_secs(5);

/// What the two tasks of a feed share.
#[derive(Debug)]
pub(super) struct Line {
    pub id: FeedId,
    /// Said when other symbols are wanted of the feed: to who asks, and to who listens.
    pub ask: Notify,
    pub listen: Notify,
    /// When the stream told something last, in milliseconds.
    heard: AtomicI64,
    /// What is wrong with the stream.
    trouble: Mutex<String>,
}

impl Line {
    pub(super) const fn new(id: FeedId) -> Self {
        let (ask, listen) = (Notify::const_new(), Notify::const_new());
        Self { id, ask, listen, heard: AtomicI64::new(0), trouble: Mutex::new(String::new()) }
    }

    pub(super) fn hear(&self, now: Moment) {
        self.heard.store(now.millis(), Ordering::Relaxed);
    }

    /// When the stream told something last, or was alive in any other way.
    pub(super) fn heard_at(&self) -> Moment {
        Moment::from_millis(self.heard.load(Ordering::Relaxed))
    }

    pub(super) fn trouble(&self) -> String {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_trouble(&self, words: String) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }
}

/// A line that runs; it ends when this is dropped.
struct Running {
    is: NewFeed,
    asks: Vec<Ask>,
    line: Arc<Line>,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Keeps a line for each feed that is on, for ever.
pub async fn run(office: Arc<Office>) {
    let mut running: HashMap<FeedId, Running> = HashMap::new();
    let (mut seen, mut looks) = (None, 0);
    loop {
        let now_at = office.store.read(revision).await.ok();
        if seen.is_none() || now_at != seen || looks >= LOOKS {
            match look(&office, &mut running).await {
                Ok(()) => (seen, looks) = (now_at, 0),
                Err(error) => {
                    tracing::error!(%error, "it cannot be read what is asked of feeds");
                    sleep(UNREAD).await;
                }
            }
        }
        looks += 1;
        if timeout(EVERY, office.feeds.changed.notified()).await.is_ok() {
            seen = None;
        }
    }
}

async fn look(office: &Arc<Office>, running: &mut HashMap<FeedId, Running>) -> Result<(), StoreError> {
    let rounds = office.store.read(quotes::rounds).await.map_err(|error| match error {
        quotes::SetUpError::Store(error) => error,
        error => StoreError::Sqlite(error.to_string()),
    })?;
    running.retain(|id, one| rounds.iter().any(|round| round.feed.id == *id && round.feed.is == one.is));
    for Round { feed, asks } in rounds {
        match running.get_mut(&feed.id) {
            Some(one) if one.asks == asks => {}
            Some(one) => {
                one.asks = asks;
                one.line.ask.notify_one();
                one.line.listen.notify_one();
            }
            None => {
                let line = Arc::new(Line::new(feed.id));
                let task = tokio::spawn(attend(office.clone(), line.clone()));
                running.insert(feed.id, Running { is: feed.is, asks, line, task });
            }
        }
    }
    Ok(())
}

async fn attend(office: Arc<Office>, line: Arc<Line>) {
    let asking = poll::run(&office, &line);
    let listening = stream::run(&office, &line);
    tokio::join!(asking, listening);
}
