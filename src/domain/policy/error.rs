//! What `policy` refuses.

use crate::domain::store::StoreError;

/// Why `policy` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PolicyError {
    /// A rule bars it; the words say which.
    #[error("{0}")]
    Barred(String),
    /// No such act.
    #[error("there is no rule {0}")]
    NoAct(String),
    /// No such group.
    #[error("there is no such group")]
    NoGroup,
    /// The rule is one for all.
    #[error("{0} is one rule for everybody")]
    ForEverybody(&'static str),
    /// Not of the rule's kind.
    #[error("{key} takes {wanted}")]
    Value {
        /// The rule.
        key: &'static str,
        /// What it takes.
        wanted: String,
    },
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PolicyError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For those to whom only the file can fail: anything else is a fault of ours.
impl From<PolicyError> for StoreError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Store(error) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
