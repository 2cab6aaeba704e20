//! Who was answered by a machine, and when: once in a week is enough. RFC 3834 §2.

use super::HoursError;
use crate::domain::store::WriteTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use std::time::Duration;

/// How long nobody is answered a second time.
const ONCE_IN: Duration = Duration::from_secs(7 * 24 * 3600);

/// Notes that `sender` is answered for `who`. Returns whether that is due: not where it was done within a week.
///
/// # Errors
/// Where the file cannot be written.
pub fn answer_once(tx: &WriteTx<'_>, who: PersonId, sender: &str) -> Result<bool, HoursError> {
    let mut note = tx.sql().prepare_cached(
        "insert into hours_answered (person, sender, answered_at) values (?1, ?2, ?3)
         on conflict do update set answered_at = ?3 where answered_at <= ?4",
    )?;
    Ok(note.execute((who, sender, tx.now(), tx.now().minus(ONCE_IN)))? > 0)
}

/// Forgets answers that are long enough ago, at most `most`. Walks `hours_answered_by_age`. Returns how many went.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_answered(tx: &WriteTx<'_>, now: Moment, most: usize) -> Result<usize, HoursError> {
    let mut gone = tx.sql().prepare_cached(
        "delete from hours_answered where (person, sender) in
           (select person, sender from hours_answered where answered_at <= ?1 order by answered_at limit ?2)",
    )?;
    Ok(gone.execute((now.minus(ONCE_IN), i64::try_from(most).unwrap_or(i64::MAX)))?)
}
