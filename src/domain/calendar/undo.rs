//! Undo: how items were before an act, kept for a day so that it can be taken back.

use super::CalendarError;
use super::item::{Expect, Kept, put, withdraw};
use super::model::Before;
use super::prepared::Prepared;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarUndoId, PersonId};
use rusqlite::OptionalExtension;

/// Keeps how items were, so that `who` can take back what was done to them.
///
/// # Errors
/// Where the file cannot be written.
pub fn keep_undo(
    tx: &WriteTx<'_>,
    who: PersonId,
    sentence: &str,
    before: &[Before],
) -> Result<CalendarUndoId, CalendarError> {
    let body = serde_json::to_string(before).map_err(|error| StoreError::Sqlite(error.to_string()))?;
    tx.sql()
        .prepare_cached("insert into calendar_undo (person, made_at, sentence, body) values (?1, ?2, ?3, ?4)")?
        .execute((who, tx.now(), sentence, body))?;
    Ok(CalendarUndoId::new(tx.sql().last_insert_rowid()))
}

/// What was done, in words, and how the items were, while it can still be undone.
///
/// # Errors
/// Where the file cannot be read.
pub fn undoable(
    tx: &ReadTx<'_>,
    who: PersonId,
    id: CalendarUndoId,
) -> Result<Option<(String, Vec<Before>)>, CalendarError> {
    let mut found =
        tx.sql().prepare_cached("select sentence, body from calendar_undo where id = ?1 and person = ?2")?;
    let found: Option<(String, String)> =
        found.query_row((id, who), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.and_then(|(sentence, body)| Some((sentence, serde_json::from_str(&body).ok()?))))
}

/// Notes what an act told others by mail, in the words of whoever told it.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_sent(tx: &WriteTx<'_>, id: CalendarUndoId, sent: &str) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("update calendar_undo set sent = ?2 where id = ?1")?.execute((id, sent))?;
    Ok(())
}

/// What was told by mail of an act that can still be undone; empty for nothing.
///
/// # Errors
/// Where the file cannot be read.
pub fn undo_sent(tx: &ReadTx<'_>, who: PersonId, id: CalendarUndoId) -> Result<String, CalendarError> {
    let mut found = tx.sql().prepare_cached("select sent from calendar_undo where id = ?1 and person = ?2")?;
    Ok(found.query_row((id, who), |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Puts items back as they were, once. Each comes with what it was, prepared; nothing where it was not there.
///
/// # Errors
/// `NoUndo` where it was taken back already or is too long ago; and as [`put`].
pub fn undo(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: CalendarUndoId,
    items: &[(Before, Option<Prepared>)],
) -> Result<Vec<Kept>, CalendarError> {
    let mut delete = tx.sql().prepare_cached("delete from calendar_undo where id = ?1 and person = ?2")?;
    let deleted = delete.execute((id, who))?;
    drop(delete);
    if deleted == 0 {
        return Err(CalendarError::NoUndo);
    }
    let mut kept = Vec::new();
    put_back(tx, who, items, &mut kept)?;
    Ok(kept)
}

/// Puts some of many items back, as [`undo`] does with all; [`undo`] with the last of them ends it.
///
/// # Errors
/// `NoUndo` where it was taken back already or is too long ago; and as [`put`].
pub fn undo_some(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: CalendarUndoId,
    items: &[(Before, Option<Prepared>)],
) -> Result<(), CalendarError> {
    let mut known = tx.sql().prepare_cached("select 1 from calendar_undo where id = ?1 and person = ?2")?;
    let is_known = known.exists((id, who))?;
    drop(known);
    if !is_known {
        return Err(CalendarError::NoUndo);
    }
    put_back(tx, who, items, &mut Vec::new())
}

fn put_back(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    items: &[(Before, Option<Prepared>)],
    kept: &mut Vec<Kept>,
) -> Result<(), CalendarError> {
    for (before, prepared) in items {
        match prepared {
            Some(prepared) => kept.push(put(tx, who, before.calendar, prepared, Expect::Any)?),
            None => {
                super::access::access(tx, who, before.calendar)?.writer()?;
                withdraw(tx, before.calendar, &before.uid)?;
            }
        }
    }
    Ok(())
}

/// Forgets what can no longer be undone. Walks `calendar_undo_by_age`.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_undo(tx: &WriteTx<'_>, before: Moment) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("delete from calendar_undo where made_at < ?1")?.execute([before])?;
    Ok(())
}
