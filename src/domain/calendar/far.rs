//! What is known of people outside: when they last answered, and where their clocks hang.

use super::CalendarError;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::CalendarItemId;
use crate::kernel::limits;
use crate::kernel::text::EmailAddress;
use chrono_tz::Tz;
use rusqlite::OptionalExtension;

/// An answer by mail, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// To which event.
    pub item: CalendarItemId,
    /// Whose.
    pub guest: EmailAddress,
    /// To which instance; empty for all.
    pub instance: String,
    /// The version that it answers.
    pub sequence: i64,
    /// When it was written.
    pub stamp: Moment,
}

/// Whether a guest has given a newer answer to the same already. RFC 5546 §2.1.5: the later version counts, and of the same
/// version what was written later.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_overtaken(tx: &ReadTx<'_>, said: &Answered) -> Result<bool, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select 1 from calendar_reply
          where item = ?1 and guest = ?2 and instance = ?3 and (sequence, stamp) > (?4, ?5)",
    )?;
    let asked = (said.item, said.guest.key(), &said.instance, said.sequence, said.stamp);
    Ok(found.query_row(asked, |_| Ok(())).optional()?.is_some())
}

/// Notes a guest's answer, unless a newer one is known.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_answer(tx: &WriteTx<'_>, said: &Answered) -> Result<(), CalendarError> {
    tx.sql()
        .prepare_cached(
            "insert into calendar_reply (item, guest, instance, sequence, stamp) values (?1, ?2, ?3, ?4, ?5)
             on conflict do update set sequence = ?4, stamp = ?5 where (sequence, stamp) < (?4, ?5)",
        )?
        .execute((said.item, said.guest.key(), &said.instance, said.sequence, said.stamp))?;
    Ok(())
}

/// Where the clock of somebody outside hangs; nothing until an invitation of theirs has said it.
///
/// # Errors
/// Where the file cannot be read.
pub fn far_zone(tx: &ReadTx<'_>, address: &EmailAddress) -> Result<Option<Tz>, StoreError> {
    let mut found = tx.sql().prepare_cached("select zone from calendar_guest_zone where address = ?1")?;
    let zone: Option<String> = found.query_row([address.key()], |row| row.get(0)).optional()?;
    Ok(zone.and_then(|zone| zone.parse().ok()))
}

/// Notes where the clock of somebody outside hangs. Who was not heard of for longest is forgotten where there are too many.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_far_zone(tx: &WriteTx<'_>, address: &EmailAddress, zone: Tz) -> Result<(), CalendarError> {
    tx.sql()
        .prepare_cached(
            "insert into calendar_guest_zone (address, zone, seen_at) values (?1, ?2, ?3)
             on conflict do update set zone = ?2, seen_at = ?3",
        )?
        .execute((address.key(), zone.name(), tx.now()))?;
    tx.sql()
        .prepare_cached(
            "delete from calendar_guest_zone where address in
               (select address from calendar_guest_zone order by seen_at desc limit -1 offset ?1)",
        )?
        .execute([i64::try_from(limits::CALENDAR_FAR).unwrap_or(i64::MAX)])?;
    Ok(())
}
