//! What `hours` refuses.

use crate::domain::people::PeopleError;
use crate::domain::store::StoreError;
use crate::kernel::limits;

/// Why `hours` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HoursError {
    /// The hours of a day do not follow each other, or end before they begin.
    #[error("hours end after they begin, and those of one day do not overlap")]
    BadSpell,
    /// More spans on one day than are kept.
    #[error("a day has at most {} spans of work", limits::HOURS_SPELLS)]
    TooMany,
    /// It ends before it begins.
    #[error("the end comes after the beginning")]
    BadEnd,
    /// The answer is longer than is kept.
    #[error("an answer has at most {} characters", limits::AWAY_TEXT)]
    LongText,
    /// People.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for HoursError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For those to whom only the file can fail: anything else is a fault of ours.
impl From<HoursError> for StoreError {
    fn from(error: HoursError) -> Self {
        match error {
            HoursError::Store(error) | HoursError::People(PeopleError::Store(error)) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
