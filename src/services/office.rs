//! The office: one value that owns the file, the clock and the ways out. Servers are given it; there is no global.

use crate::domain::presence::Board;
use crate::domain::store::{Store, StoreError};
use crate::kernel::clock::Clock;
use crate::kernel::limits;
use crate::services::feeds::Desk;
use crate::services::hashing::Hashing;
use crate::services::outside::{Courier, Fetcher, Resolver};
use crate::services::presence;
use crate::services::signin::Gate;
use crate::services::status::Status;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// One company's office. Two may live in one process.
pub struct Office {
    /// The file.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The name in banners, certificates, links and Message-IDs.
    pub hostname: String,
    /// The ways out.
    pub outside: Outside,
    /// Who failed to sign in, and must wait.
    pub gate: Gate,
    /// Reckons hashes of passwords, a few at a time.
    pub hashing: Hashing,
    /// Megabytes of leaving mail that may still be taken into memory.
    pub departing: Semaphore,
    /// Pictures being made small, which takes much memory.
    pub picturing: Arc<Semaphore>,
    /// Who is here.
    pub presence: Arc<Board>,
    /// How the process stands.
    pub status: Status,
    /// What is known of feeds in memory.
    pub feeds: Desk,
}

/// What an office needs from outside.
#[derive(Clone)]
pub struct Outside {
    /// Asks the Domain Name System.
    pub resolver: Arc<dyn Resolver>,
    /// Hands messages to other servers.
    pub courier: Arc<dyn Courier>,
    /// Speaks HTTPS.
    pub fetcher: Arc<dyn Fetcher>,
}

impl Office {
    /// Opens the office whose file is at `path`.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub fn open(path: &Path, clock: Clock, hostname: &str, outside: Outside) -> Result<Self, StoreError> {
        let store = Store::open(path, clock.clone())?;
        Ok(Self {
            presence: Arc::new(presence::board(&store, clock.clone())?),
            store,
            gate: Gate::new(clock.clone()),
            hashing: Hashing::default(),
            clock,
            departing: Semaphore::new(limits::DEPARTING_MEGABYTES as usize),
            picturing: Arc::new(Semaphore::new(limits::PICTURES_AT_ONCE)),
            hostname: hostname.to_owned(),
            feeds: Desk::default(),
            outside,
            status: Status::default(),
        })
    }
}

impl std::fmt::Debug for Office {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Office").field("hostname", &self.hostname).finish_non_exhaustive()
    }
}
