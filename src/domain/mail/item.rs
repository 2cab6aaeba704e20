//! Items: one person's copies of messages.

use super::MailError;
use super::file::Key;
use super::folder::{self, Folder};
use crate::domain::store::{Packed, ReadTx, packed};
use crate::format::mime::Mailbox;
use crate::kernel::clock::Moment;
use crate::kernel::id::{BlobId, FolderId, ItemId, MessageId, PersonId, ThreadId};
use rusqlite::{OptionalExtension, Row};

/// One person's copy of a message.
#[derive(Debug, Clone)]
pub struct Item {
    /// The copy.
    pub id: ItemId,
    /// Its conversation.
    pub thread: ThreadId,
    /// Where it lies.
    pub folder: Folder,
    /// The message it is a copy of.
    pub message: MessageId,
    /// Who wrote it.
    pub from: Mailbox,
    /// Names of those it is to.
    pub to_line: String,
    /// Its subject.
    pub subject: String,
    /// Its first words.
    pub preview: String,
    /// When it came.
    pub at: Moment,
    /// Its bytes.
    pub size: i64,
    /// Whether it was read.
    pub is_seen: bool,
    /// Whether it is starred.
    pub is_starred: bool,
    /// Whether it was answered.
    pub is_answered: bool,
    /// Whether it was passed on.
    pub is_forwarded: bool,
    /// Whether it is still being written.
    pub is_draft: bool,
    /// Whether files came with it.
    pub has_files: bool,
    /// Whether it was written inside the office.
    pub is_inside: bool,
    /// Its bytes; none while it is a draft.
    pub blob: Option<BlobId>,
}

const COLUMNS: &str = "i.id, i.thread, i.folder, i.message, m.from_name, m.from_address, m.to_line, m.subject,
    m.preview, i.at, m.size, i.is_seen, i.is_starred, i.is_answered, i.is_forwarded, i.is_draft, m.has_files,
    m.is_inside, m.blob";
const FROM: &str = "from mail_item i join mail_message m on m.id = i.message";

fn read(row: &Row<'_>, folder: Folder) -> rusqlite::Result<Item> {
    Ok(Item {
        id: row.get(0)?,
        thread: row.get(1)?,
        folder,
        message: row.get(3)?,
        from: Mailbox { name: row.get(4)?, address: row.get(5)? },
        to_line: row.get(6)?,
        subject: row.get(7)?,
        preview: row.get(8)?,
        at: row.get(9)?,
        size: row.get(10)?,
        is_seen: row.get(11)?,
        is_starred: row.get(12)?,
        is_answered: row.get(13)?,
        is_forwarded: row.get(14)?,
        is_draft: row.get(15)?,
        has_files: row.get(16)?,
        is_inside: row.get(17)?,
        blob: row.get(18)?,
    })
}

/// One of a person's items.
///
/// # Errors
/// `NoItem`.
pub fn item(tx: &ReadTx<'_>, who: PersonId, id: ItemId) -> Result<Item, MailError> {
    let mut found = tx.sql().prepare_cached("select folder from mail_item where id = ?1 and owner = ?2")?;
    let at: FolderId = found.query_row((id, who), |row| row.get(0)).optional()?.ok_or(MailError::NoItem)?;
    let folder = folder::folder(tx, who, at)?;
    let sql = ["select ", COLUMNS, " ", FROM, " where i.id = ?1"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row([id], |row| read(row, folder))?)
}

/// The items of a conversation in all folders, oldest first. Walks `mail_item_by_thread`.
///
/// # Errors
/// Where the file cannot be read.
pub fn thread_items(tx: &ReadTx<'_>, who: PersonId, thread: ThreadId) -> Result<Vec<Item>, MailError> {
    let folders = folder::folders(tx, who)?;
    let sql = ["select ", COLUMNS, " ", FROM, " where i.thread = ?1 and i.owner = ?2 order by i.at, i.id"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let mut rows = found.query((thread, who))?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(read(row, in_folder(&folders, row.get(2)?)?)?);
    }
    Ok(items)
}

/// Whether a person has a message of this key. Walks `mail_item_by_key`.
///
/// # Errors
/// Where the file cannot be read.
pub fn has_message(tx: &ReadTx<'_>, who: PersonId, key: Key) -> Result<bool, MailError> {
    let mut found = tx.sql().prepare_cached("select 1 from mail_item where owner = ?1 and key = ?2 limit 1")?;
    Ok(key != Key::NONE && found.exists((who, key.get()))?)
}

/// A person's items after `after` in the order they came, but for drafts; at most `most`.
///
/// # Errors
/// Where the file cannot be read.
pub fn items_after(tx: &ReadTx<'_>, who: PersonId, after: ItemId, most: usize) -> Result<Vec<Item>, MailError> {
    let folders = folder::folders(tx, who)?;
    let sql = [
        "select ",
        COLUMNS,
        " ",
        FROM,
        " where +i.owner = ?1 and i.id > ?2 and m.blob is not null order by i.id limit ?3",
    ]
    .concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let mut rows = found.query((who, after, i64::try_from(most).unwrap_or(i64::MAX)))?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(read(row, in_folder(&folders, row.get(2)?)?)?);
    }
    Ok(items)
}

fn in_folder(folders: &[Folder], at: FolderId) -> Result<Folder, MailError> {
    folders.iter().find(|folder| folder.id == at).cloned().ok_or(MailError::NoFolder)
}

/// The bytes of an item as they are kept; unpack them outside the transaction.
///
/// # Errors
/// `NoItem`, also for a draft.
pub fn raw(tx: &ReadTx<'_>, who: PersonId, id: ItemId) -> Result<Packed, MailError> {
    let blob = item(tx, who, id)?.blob.ok_or(MailError::NoItem)?;
    Ok(packed(tx, blob)?)
}

/// What lies beside a conversation in its folder's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbours {
    /// Newest item of the next newer conversation.
    pub newer: Option<ItemId>,
    /// Newest item of the next older conversation.
    pub older: Option<ItemId>,
    /// Number of this conversation in the list, from 1.
    pub position: i64,
    /// Conversations in the list.
    pub total: i64,
}

/// What lies beside a conversation in its folder's list. Walks `mail_row_by_time`.
///
/// # Errors
/// `NoFolder`.
pub fn neighbours(tx: &ReadTx<'_>, who: PersonId, at: FolderId, thread: ThreadId) -> Result<Neighbours, MailError> {
    let total = folder::folder(tx, who, at)?.total;
    let mut when = tx.sql().prepare_cached("select at from mail_row where thread = ?1 and folder = ?2")?;
    let Some(when) = when.query_row((thread, at), |row| row.get::<_, Moment>(0)).optional()? else {
        return Ok(Neighbours { newer: None, older: None, position: 0, total });
    };
    let beside = |sql: &str| -> Result<Option<ItemId>, MailError> {
        Ok(tx.sql().prepare_cached(sql)?.query_row((at, when, thread), |row| row.get(0)).optional()?)
    };
    let position: i64 = tx
        .sql()
        .prepare_cached("select count(*) from mail_row where folder = ?1 and (at > ?2 or (at = ?2 and thread <= ?3))")?
        .query_row((at, when, thread), |row| row.get(0))?;
    Ok(Neighbours {
        newer: beside(
            "select item from mail_row where folder = ?1 and at >= ?2 and (at > ?2 or thread < ?3)
              order by at, thread desc limit 1",
        )?,
        older: beside(
            "select item from mail_row where folder = ?1 and at <= ?2 and (at < ?2 or thread > ?3)
              order by at desc, thread limit 1",
        )?,
        position,
        total,
    })
}
