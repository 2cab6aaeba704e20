//! What `push` refuses.

use crate::domain::store::StoreError;

/// Why `push` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PushError {
    /// No such device, or not this person's.
    #[error("there is no such device")]
    NoSubscription,
    /// Quiet hours that begin or end at no time of day.
    #[error("quiet hours begin and end at a time of day")]
    BadQuiet,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PushError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For those to whom only the file can fail: anything else is a fault of ours.
impl From<PushError> for StoreError {
    fn from(error: PushError) -> Self {
        match error {
            PushError::Store(error) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
