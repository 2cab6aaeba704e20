//! Junk and Trash: since when something lies there, and what has lain there long enough.

use super::MailError;
use super::act::{erase, touched};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ItemId, PersonId};
use std::collections::BTreeMap;

/// How many messages have lain in anybody's Junk or Trash since before `before`.
///
/// # Errors
/// Where the file cannot be read.
pub fn binned_before(tx: &ReadTx<'_>, before: Moment) -> Result<i64, MailError> {
    let mut count = tx.sql().prepare_cached("select count(*) from mail_item where binned_at < ?1")?;
    Ok(count.query_row([before], |row| row.get(0))?)
}

/// Deletes for good what has lain in anybody's Junk or Trash since before `before`: the oldest first, at most `most`
/// messages. Returns how many.
///
/// # Errors
/// Where the file cannot be written.
pub fn erase_binned(tx: &mut WriteTx<'_>, before: Moment, most: usize) -> Result<usize, MailError> {
    let due = due(tx, before, most)?;
    let mut gone = 0;
    for (owner, items) in due {
        let items: Vec<_> =
            items.into_iter().filter_map(|id| touched(tx, owner, id).transpose()).collect::<Result<_, _>>()?;
        erase(tx, owner, &items)?;
        gone += items.len();
    }
    Ok(gone)
}

fn due(tx: &ReadTx<'_>, before: Moment, most: usize) -> Result<BTreeMap<PersonId, Vec<ItemId>>, MailError> {
    let mut found =
        tx.sql().prepare_cached("select owner, id from mail_item where binned_at < ?1 order by binned_at limit ?2")?;
    let rows =
        found.query_map((before, i64::try_from(most).unwrap_or(i64::MAX)), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut due: BTreeMap<PersonId, Vec<ItemId>> = BTreeMap::new();
    for row in rows {
        let (owner, id) = row?;
        due.entry(owner).or_default().push(id);
    }
    Ok(due)
}
