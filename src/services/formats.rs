//! How times and dates are written for whoever reads: as the person chose, else as the office has them.

use crate::domain::store::{ReadTx, StoreError};
use crate::domain::{people, settings};
use crate::format::formats::Formats;
use crate::kernel::id::PersonId;

/// The formats of a person.
///
/// # Errors
/// Where the file cannot be read.
pub fn of(tx: &ReadTx<'_>, who: PersonId) -> Result<Formats, StoreError> {
    Ok(people::liked_formats(tx, who)?.over(settings::formats(tx)?))
}

/// The formats of whose session `token` opens; of a stranger, the office's.
///
/// # Errors
/// Where the file cannot be read.
pub fn of_session(tx: &ReadTx<'_>, token: Option<&str>) -> Result<Formats, StoreError> {
    let liked = token.map(|token| people::liked_by_token(tx, token)).transpose()?.unwrap_or_default();
    Ok(liked.over(settings::formats(tx)?))
}
