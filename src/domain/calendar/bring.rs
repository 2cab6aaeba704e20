//! Bringing items in from elsewhere: what is there already in the same words is left as it is, so that a file can be
//! brought in again.

use super::CalendarError;
use super::item::{Expect, known, put};
use super::model::Before;
use super::prepared::Prepared;
use crate::domain::store::WriteTx;
use crate::kernel::id::{CalendarId, PersonId};

/// What became of an item that was brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Brought {
    /// It is new.
    Added(Before),
    /// It was there and is another now.
    Updated(Before),
    /// It was there in the same words.
    Same,
    /// What is there is newer.
    Older,
}

/// Brings an item into a calendar, in place of an older one of the same UID.
///
/// # Errors
/// As [`put`].
pub fn bring(
    tx: &mut WriteTx<'_>,
    by: PersonId,
    calendar: CalendarId,
    new: &Prepared,
) -> Result<Brought, CalendarError> {
    if let Some(known) = known(tx, calendar, &new.item.uid)? {
        if known.text == new.item.text {
            return Ok(Brought::Same);
        }
        if known.sequence > new.item.main.sequence {
            return Ok(Brought::Older);
        }
    }
    let kept = put(tx, by, calendar, new, Expect::Any)?;
    Ok(if kept.before.text.is_some() { Brought::Updated(kept.before) } else { Brought::Added(kept.before) })
}
