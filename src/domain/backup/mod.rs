//! Copies that the office makes of itself: when each was made, where it lies, and whether it was proven to restore.
//!
//! Owns `backup_copy`. Not here: the copying and the proving (`services::backup`), and when it is time (`settings`).

use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use rusqlite::{OptionalExtension, Row};
use std::time::Duration;

/// Copies that are remembered, those that are long gone among them.
const REMEMBERED: i64 = 1000;

/// One copy, or a try that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Its number.
    pub id: i64,
    /// When it was begun: the moment whose state it holds.
    pub began_at: Moment,
    /// How long it took, its proof included.
    pub took: Duration,
    /// Where it lies.
    pub file: String,
    /// How large it is.
    pub bytes: u64,
    /// Why there is none, or why it does not restore; empty where all is well.
    pub trouble: String,
    /// When it was proven to restore.
    pub proven_at: Option<Moment>,
    /// Whether it still lies there; the oldest ones go.
    pub is_there: bool,
}

const COLUMNS: &str = "select id, began_at, took, file, bytes, trouble, proven_at, is_there from backup_copy";

fn read(row: &Row<'_>) -> rusqlite::Result<Copy> {
    let (took, bytes): (i64, i64) = (row.get(2)?, row.get(4)?);
    Ok(Copy {
        id: row.get(0)?,
        began_at: row.get(1)?,
        took: Duration::from_millis(u64::try_from(took).unwrap_or(0)),
        file: row.get(3)?,
        bytes: u64::try_from(bytes).unwrap_or(0),
        trouble: row.get(5)?,
        proven_at: row.get(6)?,
        is_there: row.get(7)?,
    })
}

/// Writes down what became of a copy. Returns its number.
///
/// # Errors
/// Where the file cannot be written.
pub fn note(tx: &WriteTx<'_>, copy: &Copy) -> Result<i64, StoreError> {
    let number = |value: u128| i64::try_from(value).unwrap_or(i64::MAX);
    tx.sql()
        .prepare_cached(
            "insert into backup_copy (began_at, took, file, bytes, trouble, proven_at, is_there)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            copy.began_at,
            number(copy.took.as_millis()),
            &copy.file,
            number(u128::from(copy.bytes)),
            &copy.trouble,
            copy.proven_at,
            copy.is_there,
        ))?;
    let id = tx.sql().last_insert_rowid();
    tx.sql().prepare_cached("delete from backup_copy where id <= ?1")?.execute([id - REMEMBERED])?;
    Ok(id)
}

/// Copies, newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn copies(tx: &ReadTx<'_>, most: usize) -> Result<Vec<Copy>, StoreError> {
    let sql = [COLUMNS, " order by id desc limit ?1"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([i64::try_from(most).unwrap_or(i64::MAX)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest copy that was proven to restore.
///
/// # Errors
/// Where the file cannot be read.
pub fn newest_proven(tx: &ReadTx<'_>) -> Result<Option<Copy>, StoreError> {
    let sql = [COLUMNS, " where proven_at is not null order by id desc limit 1"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row([], read).optional()?)
}

/// When the newest copy or try was begun.
///
/// # Errors
/// Where the file cannot be read.
pub fn newest(tx: &ReadTx<'_>) -> Result<Option<Copy>, StoreError> {
    let sql = [COLUMNS, " order by id desc limit 1"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row([], read).optional()?)
}

/// Copies that lie there beyond the newest `keep` proven ones, oldest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn surplus(tx: &ReadTx<'_>, keep: usize) -> Result<Vec<Copy>, StoreError> {
    let sql = [
        COLUMNS,
        " where is_there = 1 and id < (select min(id) from
            (select id from backup_copy where is_there = 1 and proven_at is not null order by id desc limit ?1))
          order by id",
    ]
    .concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([i64::try_from(keep.max(1)).unwrap_or(i64::MAX)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that a copy does not lie there any more.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_gone(tx: &WriteTx<'_>, id: i64) -> Result<(), StoreError> {
    tx.sql().prepare_cached("update backup_copy set is_there = 0 where id = ?1")?.execute([id])?;
    Ok(())
}
