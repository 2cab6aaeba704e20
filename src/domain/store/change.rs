//! The change log: what happened to whose things, in order.

use super::{ReadTx, StoreError};
use crate::domain::event::Event;
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use rusqlite::OptionalExtension;

/// One event with the revision it brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The owner's revision after it.
    pub revision: i64,
    /// What happened.
    pub event: Event,
}

/// Changes handed out at once; who asks for more is too far behind.
const CHANGES_AT_ONCE: i64 = 500;

pub(super) fn append(tx: &ReadTx<'_>, owner: PersonId, event: Event) -> Result<i64, StoreError> {
    // Asked and then told: `returning` makes a table for its answer, which costs more than a second statement.
    let revision = revision(tx, owner)? + 1;
    tx.sql()
        .prepare_cached(
            "insert into store_owner (owner, revision) values (?1, ?2)
             on conflict (owner) do update set revision = ?2",
        )?
        .execute((owner, revision))?;
    let (kind, place, thing) = event.to_row();
    tx.sql()
        .prepare_cached(
            "insert into store_change (owner, revision, kind, place, thing, made_at) values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((owner, revision, kind, place, thing, tx.now()))?;
    Ok(revision)
}

/// The owner's revision: zero before anything happened.
///
/// # Errors
/// Where the file cannot be read.
pub fn revision(tx: &ReadTx<'_>, owner: PersonId) -> Result<i64, StoreError> {
    let mut found = tx.sql().prepare_cached("select revision from store_owner where owner = ?1")?;
    Ok(found.query_row([owner], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// What happened to the owner's things after `since`, oldest first; `None` where that is too long ago or too much to
/// tell, so that the asker must read everything again.
///
/// # Errors
/// Where the file cannot be read.
pub fn changes_since(tx: &ReadTx<'_>, owner: PersonId, since: i64) -> Result<Option<Vec<Change>>, StoreError> {
    let newest = revision(tx, owner)?;
    if since == newest {
        return Ok(Some(Vec::new()));
    }
    let mut found = tx.sql().prepare_cached(
        "select revision, kind, place, thing from store_change
          where owner = ?1 and revision > ?2 order by revision limit ?3",
    )?;
    let rows = found.query_map((owner, since, CHANGES_AT_ONCE + 1), |row| {
        Ok((row.get(0)?, Event::from_row(row.get(1)?, row.get(2)?, row.get(3)?)))
    })?;
    let rows = rows.collect::<Result<Vec<(i64, Option<Event>)>, _>>()?;
    let is_whole = rows.first().is_some_and(|(first, _)| *first == since + 1);
    let is_short = i64::try_from(rows.len()).unwrap_or(i64::MAX) <= CHANGES_AT_ONCE;
    if since > newest || !is_whole || !is_short {
        return Ok(None);
    }
    Ok(Some(rows.into_iter().filter_map(|(revision, event)| Some(Change { revision, event: event? })).collect()))
}

/// Forgets what happened before `before`, at most `most` rows. Returns how many.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_changes(tx: &super::WriteTx<'_>, before: Moment, most: usize) -> Result<usize, StoreError> {
    let mut gone = tx.sql().prepare_cached(
        "delete from store_change where (owner, revision) in
           (select owner, revision from store_change where made_at < ?1 limit ?2)",
    )?;
    Ok(gone.execute((before, i64::try_from(most).unwrap_or(i64::MAX)))?)
}
