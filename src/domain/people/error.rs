//! What `people` refuses.

use crate::domain::store::StoreError;

/// Why `people` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PeopleError {
    /// No such person.
    #[error("there is no such person")]
    NoPerson,
    /// The name or address is taken.
    #[error("{0} is taken")]
    Taken(String),
    /// A name that cannot be a log-in name and mail address.
    #[error("a name has 1 to 64 letters, digits, dots, hyphens or underscores")]
    BadName,
    /// The office has no domain yet, or not this one.
    #[error("the office has no such domain")]
    NoDomain,
    /// Who asks may not do this to that person; says why.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// No such group.
    #[error("there is no such group")]
    NoGroup,
    /// The address is the person's first one, and cannot go.
    #[error("{0} is the first address, which stays")]
    FirstAddress(String),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for PeopleError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For those to whom only the file can fail: anything else is a fault of ours.
impl From<PeopleError> for StoreError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Store(error) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
