//! What `roster` refuses.

use crate::domain::store::StoreError;
use crate::kernel::limits;

/// Why `roster` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RosterError {
    /// No such group, or another's.
    #[error("there is no such group")]
    NoGroup,
    /// No such person.
    #[error("there is no such person")]
    NoPerson,
    /// Not a name.
    #[error("a group's name has 1 to {} characters", limits::OWN_GROUP_NAME)]
    BadName,
    /// The person has a group of this name.
    #[error("you have a group called {0} already")]
    Taken(String),
    /// The person has as many groups as one may have.
    #[error("at most {} groups", limits::OWN_GROUPS)]
    TooMany,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for RosterError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
