//! Acts on conversations: move, mark, star, erase. Each is one write and, where it can be, undone by another.

use super::folder::{self, FolderRole};
use super::model::Done;
use super::undo::{self, Before};
use super::{MailError, row};
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx, forget_blob};
use crate::kernel::id::{BlobId, FolderId, ItemId, MessageId, PersonId, ThreadId};
use crate::kernel::limits;
use rusqlite::{OptionalExtension, Row};
use std::collections::BTreeSet;

/// What can be done to messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Put away, kept.
    Archive,
    /// Put into Trash.
    Trash,
    /// Put into Junk.
    Junk,
    /// Take out of Junk, into the inbox.
    NotJunk,
    /// Put into a folder.
    Move(FolderId),
    /// Mark as read.
    Read,
    /// Mark as unread.
    Unread,
    /// Star the newest.
    Star,
    /// Unstar all.
    Unstar,
    /// Delete for good. Cannot be undone.
    Erase,
}

/// An item as far as acts need it.
pub(super) struct Touched {
    pub(super) id: ItemId,
    pub(super) thread: ThreadId,
    pub(super) folder: FolderId,
    pub(super) message: MessageId,
    pub(super) is_seen: bool,
    pub(super) is_starred: bool,
}

const TOUCHED: &str = "select id, thread, folder, message, is_seen, is_starred from mail_item";

impl Touched {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            thread: row.get(1)?,
            folder: row.get(2)?,
            message: row.get(3)?,
            is_seen: row.get(4)?,
            is_starred: row.get(5)?,
        })
    }
}

/// Acts on whole conversations, as far as they lie in the folder `from`. At most [`limits::BULK_ITEMS`] of them.
///
/// # Errors
/// `NoFolder` where a folder is not this person's.
pub fn act(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    from: FolderId,
    threads: &[ThreadId],
    act: Act,
) -> Result<Done, MailError> {
    folder::folder(tx, who, from)?;
    let mut items = Vec::new();
    for thread in threads.iter().take(limits::BULK_ITEMS) {
        let mut of_thread = in_folder(tx, who, from, *thread)?;
        if act == Act::Star {
            of_thread.drain(..of_thread.len().saturating_sub(1));
        }
        items.append(&mut of_thread);
    }
    apply(tx, who, items, act, "conversation")
}

/// Acts on one message.
///
/// # Errors
/// `NoItem`.
pub fn act_on_item(tx: &mut WriteTx<'_>, who: PersonId, id: ItemId, act: Act) -> Result<Done, MailError> {
    let items = vec![touched(tx, who, id)?.ok_or(MailError::NoItem)?];
    apply(tx, who, items, act, "message")
}

/// Marks a conversation as read wherever it lies. Returns how many messages that were.
///
/// # Errors
/// Where the file cannot be written.
pub fn mark_seen(tx: &mut WriteTx<'_>, who: PersonId, thread: ThreadId) -> Result<usize, MailError> {
    let sql = [TOUCHED, " where thread = ?1 and owner = ?2 and is_seen = 0 order by at, id"].concat();
    let items: Vec<Touched> = {
        let mut found = tx.sql().prepare_cached(&sql)?;
        let rows = found.query_map((thread, who), Touched::read)?;
        rows.collect::<Result<_, _>>()?
    };
    change(tx, who, &items, Act::Read)?;
    Ok(items.len())
}

/// Notes that a message was answered or passed on.
///
/// # Errors
/// Where the file cannot be written.
pub fn mark_answered(tx: &mut WriteTx<'_>, who: PersonId, id: ItemId, is_forward: bool) -> Result<(), MailError> {
    let Some(item) = touched(tx, who, id)? else { return Ok(()) };
    let sql = if is_forward {
        "update mail_item set is_forwarded = 1 where id = ?1"
    } else {
        "update mail_item set is_answered = 1 where id = ?1"
    };
    tx.sql().prepare_cached(sql)?.execute([id])?;
    retell(tx, who, &[item])
}

pub(super) fn touched(tx: &ReadTx<'_>, who: PersonId, id: ItemId) -> Result<Option<Touched>, MailError> {
    let sql = [TOUCHED, " where id = ?1 and owner = ?2"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row((id, who), Touched::read).optional()?)
}

fn in_folder(tx: &ReadTx<'_>, who: PersonId, at: FolderId, thread: ThreadId) -> Result<Vec<Touched>, MailError> {
    let sql = [TOUCHED, " where thread = ?1 and folder = ?2 and owner = ?3 order by at, id"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map((thread, at, who), Touched::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn apply(tx: &mut WriteTx<'_>, who: PersonId, items: Vec<Touched>, act: Act, noun: &str) -> Result<Done, MailError> {
    let items: Vec<Touched> = items.into_iter().filter(|item| changes(item, act)).collect();
    let changed = match noun {
        "conversation" => items.iter().map(|item| item.thread).collect::<BTreeSet<_>>().len(),
        _ => items.len(),
    };
    if changed == 0 {
        return Ok(Done { undo: None, changed });
    }
    if act == Act::Erase {
        erase(tx, who, &items)?;
        return Ok(Done { undo: None, changed });
    }
    let sentence = undo::sentence(tx, who, act, changed, noun)?;
    let before: Vec<Before> = items.iter().map(Before::of).collect();
    change(tx, who, &items, act)?;
    let undo = undo::keep(tx, who, &sentence, &before)?;
    Ok(Done { undo: Some(undo), changed })
}

fn changes(item: &Touched, act: Act) -> bool {
    match act {
        Act::Read => !item.is_seen,
        Act::Unread => item.is_seen,
        Act::Star => !item.is_starred,
        Act::Unstar => item.is_starred,
        Act::Move(to) => item.folder != to,
        Act::Archive | Act::Trash | Act::Junk | Act::NotJunk | Act::Erase => true,
    }
}

fn change(tx: &mut WriteTx<'_>, who: PersonId, items: &[Touched], act: Act) -> Result<(), MailError> {
    let to_role = |tx: &WriteTx<'_>, role| folder::folder_by_role(tx, who, role).map(|folder| folder.id);
    let to = match act {
        Act::Archive => to_role(tx, FolderRole::Archive)?,
        Act::Trash => to_role(tx, FolderRole::Trash)?,
        Act::Junk => to_role(tx, FolderRole::Junk)?,
        Act::NotJunk => to_role(tx, FolderRole::Inbox)?,
        Act::Move(to) => folder::folder(tx, who, to)?.id,
        Act::Read => return mark(tx, who, items, "update mail_item set is_seen = 1 where id = ?1"),
        Act::Unread => return mark(tx, who, items, "update mail_item set is_seen = 0 where id = ?1"),
        Act::Star => return mark(tx, who, items, "update mail_item set is_starred = 1 where id = ?1"),
        Act::Unstar => return mark(tx, who, items, "update mail_item set is_starred = 0 where id = ?1"),
        Act::Erase => return erase(tx, who, items),
    };
    for item in items {
        put_into(tx, item.id, to)?;
    }
    retell_into(tx, who, items, Some(to))
}

fn mark(tx: &mut WriteTx<'_>, who: PersonId, items: &[Touched], sql: &str) -> Result<(), MailError> {
    for item in items {
        tx.sql().prepare_cached(sql)?.execute([item.id])?;
    }
    retell(tx, who, items)
}

pub(super) fn put_into(tx: &WriteTx<'_>, id: ItemId, to: FolderId) -> Result<(), MailError> {
    let uid = folder::next_uid(tx, to)?;
    tx.sql()
        .prepare_cached(
            "update mail_item set folder = ?2, uid = ?3,
                    binned_at = (select ?4 from mail_folder where id = ?2 and role in (4, 5)) where id = ?1",
        )?
        .execute((id, to, uid, tx.now()))?;
    Ok(())
}

fn retell(tx: &mut WriteTx<'_>, who: PersonId, items: &[Touched]) -> Result<(), MailError> {
    retell_into(tx, who, items, None)
}

/// After a change: brings each row behind the items up to date, and tells of it.
pub(super) fn retell_into(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    items: &[Touched],
    to: Option<FolderId>,
) -> Result<(), MailError> {
    let from = items.iter().map(|item| (item.folder, item.thread));
    let into = items.iter().filter_map(|item| Some((to?, item.thread)));
    let places: BTreeSet<(FolderId, ThreadId)> = from.chain(into).collect();
    for (folder, thread) in places {
        let revision = tx.emit(who, Event::MailChanged { folder, thread })?;
        tx.sql()
            .prepare_cached("update mail_item set revision = ?3 where thread = ?1 and folder = ?2")?
            .execute((thread, folder, revision))?;
        row::refresh(tx, who, folder, thread, revision)?;
    }
    Ok(())
}

/// Deletes the first `most` of a person's items for good, wherever they lie. Returns how many there were.
///
/// # Errors
/// Where the file cannot be written.
pub fn erase_some(tx: &mut WriteTx<'_>, who: PersonId, most: usize) -> Result<usize, MailError> {
    let some = {
        let sql = [TOUCHED, " where owner = ?1 limit ?2"].concat();
        let mut found = tx.sql().prepare_cached(&sql)?;
        let rows = found.query_map((who, i64::try_from(most).unwrap_or(i64::MAX)), Touched::read)?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    erase(tx, who, &some)?;
    Ok(some.len())
}

/// Deletes items for good, and each message that nobody has any more.
pub(super) fn erase(tx: &mut WriteTx<'_>, who: PersonId, items: &[Touched]) -> Result<(), MailError> {
    for item in items {
        super::draft::forget_files(tx, item.id)?;
        tx.sql().prepare_cached("delete from mail_item where id = ?1")?.execute([item.id])?;
        forget_message(tx, item.message)?;
    }
    retell(tx, who, items)
}

fn forget_message(tx: &WriteTx<'_>, id: MessageId) -> Result<(), MailError> {
    if tx.sql().prepare_cached("select 1 from mail_item where message = ?1 limit 1")?.exists([id])? {
        return Ok(());
    }
    let mut found = tx.sql().prepare_cached("delete from mail_message where id = ?1 returning blob")?;
    let blob: Option<BlobId> = found.query_row([id], |row| row.get(0))?;
    tx.sql().prepare_cached("delete from mail_index where rowid = ?1")?.execute([id])?;
    if let Some(blob) = blob {
        forget_blob(tx, blob)?;
    }
    Ok(())
}
