//! What `outbound` refuses.

use crate::domain::store::StoreError;

/// Why `outbound` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OutboundError {
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for OutboundError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For those to whom only the file can fail.
impl From<OutboundError> for StoreError {
    fn from(OutboundError::Store(error): OutboundError) -> Self {
        error
    }
}
