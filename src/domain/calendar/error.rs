//! What `calendar` refuses.

use crate::domain::people::PeopleError;
use crate::domain::policy::PolicyError;
use crate::domain::store::StoreError;
use crate::kernel::limits;

/// Why `calendar` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CalendarError {
    /// No such calendar, or not for this person to know of.
    #[error("there is no such calendar")]
    NoCalendar,
    /// No such event or task, or not for this person to know of.
    #[error("there is no such event")]
    NoItem,
    /// The person may see it, but not do this; the words say why.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// A rule of the office bars it; the words say which.
    #[error("{0}")]
    Barred(String),
    /// Somebody else changed it meanwhile: read it again.
    #[error("it was changed meanwhile")]
    Changed,
    /// A room or a thing is given to somebody else at that time.
    #[error("it is taken at that time")]
    Taken,
    /// Not a name.
    #[error("a name has 1 to {} characters", limits::CALENDAR_NAME)]
    BadName,
    /// Too many of something.
    #[error("at most {1} {0}")]
    TooMany(&'static str, usize),
    /// It was undone already, or is too long ago.
    #[error("this can no longer be undone")]
    NoUndo,
    /// The other person is unknown.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the trigger of `calendar_booking` says.
const TAKEN: &str = "the room is taken at that time";

impl From<rusqlite::Error> for CalendarError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(_, Some(words)) if words == TAKEN => Self::Taken,
            _ => Self::Store(error.into()),
        }
    }
}

impl From<PolicyError> for CalendarError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Barred(words) => Self::Barred(words),
            other => Self::Store(other.into()),
        }
    }
}

/// For those to whom only the file can fail: anything else is a fault of ours.
impl From<CalendarError> for StoreError {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::Store(error) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
