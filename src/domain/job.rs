//! Work that is owed: a row written in the transaction that owes it, run later with back-off, safe to run twice.

use crate::kernel::id::{DepartureId, PersonId};
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
    /// Say a reminder among a person's own notes.
    Remind {
        /// Who wants to be reminded.
        person: PersonId,
        /// Of what.
        text: String,
        /// Names the reminder, so that it is said once.
        once: String,
    },
}
