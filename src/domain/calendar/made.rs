//! Where an event comes from: who put it there, and when; and how many there are.

use super::CalendarError;
use super::access::access;
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use rusqlite::OptionalExtension;

/// Who made an item, where that was a person, and when it came. For whoever may read it, which who calls this has made sure
/// of.
///
/// # Errors
/// Where the file cannot be read.
pub fn made(tx: &ReadTx<'_>, id: CalendarItemId) -> Result<Option<(Option<PersonId>, Moment)>, CalendarError> {
    let mut found = tx.sql().prepare_cached("select made_by, made_at from calendar_item where id = ?1")?;
    Ok(found.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// How many events and tasks a calendar has, for its owner alone. Walks `calendar_item_by_uid`.
///
/// # Errors
/// `NoCalendar`, `NotAllowed`.
pub fn items_in(tx: &ReadTx<'_>, who: PersonId, id: CalendarId) -> Result<i64, CalendarError> {
    access(tx, who, id)?.owner()?;
    let mut counted = tx.sql().prepare_cached("select count(*) from calendar_item where calendar = ?1")?;
    Ok(counted.query_row([id], |row| row.get(0))?)
}
