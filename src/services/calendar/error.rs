//! Why an act on a calendar was refused.

use crate::domain::calendar::CalendarError;
use crate::domain::people::PeopleError;
use crate::domain::store::StoreError;
use crate::format::ical::IcalError;

/// Why an act on a calendar was refused. Nothing was changed then.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ActError {
    /// Something in the form is wrong: which field, and what would be right.
    #[error("{1}")]
    Field(&'static str, String),
    /// The calendar that came cannot be read.
    #[error(transparent)]
    Ical(#[from] IcalError),
    /// What `calendar` refuses.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        Self::Calendar(error.into())
    }
}

impl From<PeopleError> for ActError {
    fn from(error: PeopleError) -> Self {
        Self::Calendar(error.into())
    }
}
