//! What `presence` refuses.

use super::choice::NOTE;
use crate::domain::people::PeopleError;
use crate::domain::store::StoreError;

/// Why `presence` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PresenceError {
    /// The note is longer than is kept.
    #[error("a note has at most {NOTE} characters")]
    LongNote,
    /// People.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PresenceError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For those to whom only the file can fail: anything else is a fault of ours.
impl From<PresenceError> for StoreError {
    fn from(error: PresenceError) -> Self {
        match error {
            PresenceError::Store(error) | PresenceError::People(PeopleError::Store(error)) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
