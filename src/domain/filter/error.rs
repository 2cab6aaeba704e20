//! What `filter` refuses.

use crate::domain::store::StoreError;
use crate::kernel::limits;

/// Why `filter` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FilterError {
    /// No such rule, or another's.
    #[error("there is no such rule")]
    NoRule,
    /// Nobody to pass it on to, or oneself, or somebody who has left.
    #[error("choose a colleague to pass it on to")]
    NoColleague,
    /// An answer without words.
    #[error("write what is to be answered, in {} characters at most", limits::FILTER_TEXT)]
    NoText,
    /// As many rules as one may have.
    #[error("at most {} rules", limits::FILTER_RULES)]
    TooMany,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for FilterError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
