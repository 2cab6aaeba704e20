//! The hub: tells listeners what was committed, each with a bounded queue.

use super::Change;
use crate::kernel::id::PersonId;
use crate::kernel::limits;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, broadcast};

/// Where committed changes are said.
#[derive(Debug, Clone, Default)]
pub struct Hub {
    owners: Arc<Mutex<HashMap<PersonId, broadcast::Sender<Change>>>>,
    jobs: Arc<Notify>,
    mail: Arc<Notify>,
}

/// Hears what happens to one person's things.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<Change>);

/// What a listener hears next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Something happened.
    Change(Change),
    /// Too much happened at once; read again from your revision.
    Lagged,
    /// The office is stopping.
    Closed,
}

impl Hub {
    /// Starts to listen to what happens to `owner`'s things.
    #[must_use]
    pub fn subscribe(&self, owner: PersonId) -> Listener {
        let mut owners = self.owners();
        owners.retain(|_, line| line.receiver_count() > 0);
        Listener(owners.entry(owner).or_insert_with(|| broadcast::channel(limits::LISTENER_QUEUE).0).subscribe())
    }

    /// Waits until a job was owed or put off.
    pub async fn jobs_changed(&self) {
        self.jobs.notified().await;
    }

    /// Waits until mail was filed.
    pub async fn mail_filed(&self) {
        self.mail.notified().await;
    }

    /// Ends every listener: the office is stopping.
    pub fn close(&self) {
        self.owners().clear();
    }

    pub(super) fn publish(&self, said: &[(PersonId, Change)]) {
        if said.is_empty() {
            return;
        }
        {
            let owners = self.owners();
            for (owner, change) in said {
                if let Some(line) = owners.get(owner) {
                    // Nobody listening any more is no error.
                    let _ = line.send(*change);
                }
            }
        }
        self.mail.notify_one();
    }

    pub(super) fn owe_jobs(&self) {
        self.jobs.notify_one();
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<PersonId, broadcast::Sender<Change>>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// The next thing that happened.
    pub async fn next(&mut self) -> Heard {
        match self.0.recv().await {
            Ok(change) => Heard::Change(change),
            Err(broadcast::error::RecvError::Lagged(_)) => Heard::Lagged,
            Err(broadcast::error::RecvError::Closed) => Heard::Closed,
        }
    }
}
