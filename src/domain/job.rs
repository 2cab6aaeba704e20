//! Work that is owed: a row written in the transaction that owes it, run later with back-off, safe to run twice.

use crate::kernel::id::DepartureId;
use serde::{Deserialize, Serialize};

/// One piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Send a message to its recipients in one domain.
    Depart {
        /// The leaving message.
        message: DepartureId,
        /// The domain its recipients are in.
        domain: String,
    },
}
