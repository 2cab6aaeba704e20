//! Undo: what an act changed, kept for a day so that it can be taken back.

use super::act::{self, Act, Touched};
use super::model::Done;
use super::{MailError, folder};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{FolderId, ItemId, PersonId, UndoId};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};

/// How an item was before an act.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Before {
    item: ItemId,
    folder: FolderId,
    is_seen: bool,
    is_starred: bool,
}

impl Before {
    pub(super) const fn of(item: &Touched) -> Self {
        Self { item: item.id, folder: item.folder, is_seen: item.is_seen, is_starred: item.is_starred }
    }
}

/// What an act did, in words: "Archived 3 conversations".
pub(super) fn sentence(
    tx: &ReadTx<'_>,
    who: PersonId,
    act: Act,
    changed: usize,
    noun: &str,
) -> Result<String, MailError> {
    let things = if changed == 1 { noun.to_owned() } else { format!("{changed} {noun}s") };
    Ok(match act {
        Act::Archive => format!("Archived {things}"),
        Act::Trash => format!("Moved {things} to Trash"),
        Act::Junk => format!("Moved {things} to Junk"),
        Act::NotJunk => format!("Moved {things} to Inbox"),
        Act::Move(to) => format!("Moved {things} to {}", folder::folder(tx, who, to)?.name),
        Act::Read => format!("Marked {things} as read"),
        Act::Unread => format!("Marked {things} as unread"),
        Act::Star => format!("Starred {things}"),
        Act::Unstar => format!("Unstarred {things}"),
        Act::Erase => format!("Deleted {things} for good"),
    })
}

pub(super) fn keep(tx: &WriteTx<'_>, who: PersonId, sentence: &str, before: &[Before]) -> Result<UndoId, MailError> {
    let body =
        serde_json::to_string(before).map_err(|error| crate::domain::store::StoreError::Sqlite(error.to_string()))?;
    tx.sql()
        .prepare_cached("insert into mail_undo (owner, made_at, sentence, body) values (?1, ?2, ?3, ?4)")?
        .execute((who, tx.now(), sentence, body))?;
    Ok(UndoId::new(tx.sql().last_insert_rowid()))
}

/// What was done, in words, while it can still be undone.
///
/// # Errors
/// Where the file cannot be read.
pub fn notice(tx: &ReadTx<'_>, who: PersonId, id: UndoId) -> Result<Option<String>, MailError> {
    let mut found = tx.sql().prepare_cached("select sentence from mail_undo where id = ?1 and owner = ?2")?;
    Ok(found.query_row((id, who), |row| row.get(0)).optional()?)
}

/// Takes an act back, once. Messages deleted for good meanwhile stay gone.
///
/// # Errors
/// `NoUndo` where it was taken back already or is too long ago.
pub fn undo(tx: &mut WriteTx<'_>, who: PersonId, id: UndoId) -> Result<Done, MailError> {
    let body: Option<String> = tx
        .sql()
        .prepare_cached("delete from mail_undo where id = ?1 and owner = ?2 returning body")?
        .query_row((id, who), |row| row.get(0))
        .optional()?;
    let before: Vec<Before> = body.and_then(|body| serde_json::from_str(&body).ok()).ok_or(MailError::NoUndo)?;
    let mut changed = 0;
    for was in before {
        let Some(item) = act::touched(tx, who, was.item)? else { continue };
        restore(tx, &item, was)?;
        act::retell_into(tx, who, &[item], Some(was.folder))?;
        changed += 1;
    }
    Ok(Done { undo: None, changed })
}

fn restore(tx: &WriteTx<'_>, item: &Touched, was: Before) -> Result<(), MailError> {
    let exists = tx.sql().prepare_cached("select 1 from mail_folder where id = ?1")?.exists([was.folder])?;
    if exists && item.folder != was.folder {
        act::put_into(tx, item.id, was.folder)?;
    }
    tx.sql().prepare_cached("update mail_item set is_seen = ?2, is_starred = ?3 where id = ?1")?.execute((
        item.id,
        was.is_seen,
        was.is_starred,
    ))?;
    Ok(())
}

/// Forgets what was done before `before`. Returns how many acts.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_undo(tx: &WriteTx<'_>, before: Moment) -> Result<usize, MailError> {
    let mut gone = tx.sql().prepare_cached(
        "delete from mail_undo where id in (select id from mail_undo where made_at < ?1 order by id limit 1000)",
    )?;
    Ok(gone.execute([before])?)
}
