//! Folders: six that everybody has, and own ones.

use super::{MailError, act};
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{FolderId, PersonId, ThreadId};
use rusqlite::{OptionalExtension, Row};

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FolderRole {
    /// Where mail arrives.
    Inbox,
    /// Messages being written.
    Drafts,
    /// Messages sent.
    Sent,
    /// Messages done with and kept.
    Archive,
    /// Unwanted mail.
    Junk,
    /// Deleted messages.
    Trash,
    /// A folder that the person made.
    Own,
}

impl FolderRole {
    /// The folders that everybody has, in the order they are shown.
    pub const SPECIAL: [Self; 6] = [Self::Inbox, Self::Drafts, Self::Sent, Self::Archive, Self::Junk, Self::Trash];

    /// Its word in addresses; empty for own folders, which go by their id.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Drafts => "drafts",
            Self::Sent => "sent",
            Self::Archive => "archive",
            Self::Junk => "junk",
            Self::Trash => "trash",
            Self::Own => "",
        }
    }

    /// Its name on the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inbox => "Inbox",
            Self::Drafts => "Drafts",
            Self::Sent => "Sent",
            Self::Archive => "Archive",
            Self::Junk => "Junk",
            Self::Trash => "Trash",
            Self::Own => "",
        }
    }

    const fn to_row(self) -> i64 {
        match self {
            Self::Inbox => 0,
            Self::Drafts => 1,
            Self::Sent => 2,
            Self::Archive => 3,
            Self::Junk => 4,
            Self::Trash => 5,
            Self::Own => 6,
        }
    }

    fn from_row(row: i64) -> Self {
        Self::SPECIAL.into_iter().find(|role| role.to_row() == row).unwrap_or(Self::Own)
    }
}

/// A folder with its counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub id: FolderId,
    /// What it is for.
    pub role: FolderRole,
    /// Its name on the page.
    pub name: String,
    /// Conversations in it.
    pub total: i64,
    /// Unread messages in it.
    pub unread: i64,
}

impl Folder {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            role: FolderRole::from_row(row.get(1)?),
            name: row.get(2)?,
            total: row.get(3)?,
            unread: row.get(4)?,
        })
    }

    /// The word for it in addresses.
    #[must_use]
    pub fn slug(&self) -> String {
        if self.role == FolderRole::Own { self.id.to_string() } else { self.role.slug().to_owned() }
    }
}

/// Gives a new person the folders that everybody has.
///
/// # Errors
/// Where the file cannot be written.
pub fn make_mailbox(tx: &WriteTx<'_>, who: PersonId) -> Result<(), MailError> {
    for role in FolderRole::SPECIAL {
        insert(tx, who, role, role.name())?;
    }
    Ok(())
}

fn insert(tx: &WriteTx<'_>, who: PersonId, role: FolderRole, name: &str) -> Result<FolderId, MailError> {
    tx.sql().prepare_cached("insert into mail_folder (owner, role, name) values (?1, ?2, ?3)")?.execute((
        who,
        role.to_row(),
        name,
    ))?;
    Ok(FolderId::new(tx.sql().last_insert_rowid()))
}

/// A person's folders: the special ones first, then own ones by name.
///
/// # Errors
/// Where the file cannot be read.
pub fn folders(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Folder>, MailError> {
    let mut found = tx.sql().prepare_cached(
        "select id, role, name, total, unread from mail_folder where owner = ?1 order by role, name collate nocase",
    )?;
    let rows = found.query_map([who], Folder::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of a person's folders.
///
/// # Errors
/// `NoFolder`.
pub fn folder(tx: &ReadTx<'_>, who: PersonId, id: FolderId) -> Result<Folder, MailError> {
    let mut found = tx
        .sql()
        .prepare_cached("select id, role, name, total, unread from mail_folder where id = ?1 and owner = ?2")?;
    found.query_row((id, who), Folder::read).optional()?.ok_or(MailError::NoFolder)
}

/// A person's folder of a special role.
///
/// # Errors
/// `NoFolder`.
pub fn folder_by_role(tx: &ReadTx<'_>, who: PersonId, role: FolderRole) -> Result<Folder, MailError> {
    let mut found = tx.sql().prepare_cached(
        "select id, role, name, total, unread from mail_folder where owner = ?1 and role = ?2 and name = ?3",
    )?;
    found.query_row((who, role.to_row(), role.name()), Folder::read).optional()?.ok_or(MailError::NoFolder)
}

/// The folder that an address names: a role's word, or an own folder's id.
///
/// # Errors
/// `NoFolder`.
pub fn folder_at(tx: &ReadTx<'_>, who: PersonId, slug: &str) -> Result<Folder, MailError> {
    if let Some(role) = FolderRole::SPECIAL.into_iter().find(|role| role.slug() == slug) {
        return folder_by_role(tx, who, role);
    }
    folder(tx, who, slug.parse().map_err(|_| MailError::NoFolder)?)
}

/// Makes an own folder.
///
/// # Errors
/// `BadFolderName`.
pub fn make_folder(tx: &mut WriteTx<'_>, who: PersonId, name: &str) -> Result<FolderId, MailError> {
    let name = free_name(tx, who, name)?;
    let id = insert(tx, who, FolderRole::Own, &name)?;
    tx.emit(who, Event::FoldersChanged)?;
    Ok(id)
}

/// Renames an own folder.
///
/// # Errors
/// `BadFolderName`, `FixedFolder`, `NoFolder`.
pub fn rename_folder(tx: &mut WriteTx<'_>, who: PersonId, id: FolderId, name: &str) -> Result<(), MailError> {
    if folder(tx, who, id)?.role != FolderRole::Own {
        return Err(MailError::FixedFolder);
    }
    let name = free_name(tx, who, name)?;
    tx.sql().prepare_cached("update mail_folder set name = ?2 where id = ?1")?.execute((id, name))?;
    tx.emit(who, Event::FoldersChanged)?;
    Ok(())
}

fn free_name(tx: &ReadTx<'_>, who: PersonId, name: &str) -> Result<String, MailError> {
    let name = crate::kernel::text::one_line(name);
    let is_taken = || -> Result<bool, MailError> {
        Ok(folders(tx, who)?.iter().any(|folder| folder.name.to_lowercase() == name.to_lowercase()))
    };
    if name.is_empty() || name.chars().count() > 60 || is_taken()? {
        return Err(MailError::BadFolderName);
    }
    Ok(name)
}

/// Removes an own folder; what is in it goes to the archive.
///
/// # Errors
/// `FixedFolder`, `NoFolder`.
pub fn remove_folder(tx: &mut WriteTx<'_>, who: PersonId, id: FolderId) -> Result<(), MailError> {
    if folder(tx, who, id)?.role != FolderRole::Own {
        return Err(MailError::FixedFolder);
    }
    let threads: Vec<ThreadId> = {
        let mut found = tx.sql().prepare_cached("select thread from mail_row where folder = ?1")?;
        let rows = found.query_map([id], |row| row.get(0))?;
        rows.collect::<Result<_, _>>()?
    };
    act::act(tx, who, id, &threads, act::Act::Archive)?;
    tx.sql().prepare_cached("delete from mail_folder where id = ?1")?.execute([id])?;
    tx.emit(who, Event::FoldersChanged)?;
    Ok(())
}

/// The next number of a message in a folder. Never given twice (RFC 9051 §2.3.1.1).
pub(super) fn next_uid(tx: &WriteTx<'_>, id: FolderId) -> Result<i64, MailError> {
    let mut next = tx.sql().prepare_cached("select next_uid from mail_folder where id = ?1")?;
    let uid: i64 = next.query_row([id], |row| row.get(0))?;
    tx.sql().prepare_cached("update mail_folder set next_uid = ?2 where id = ?1")?.execute((id, uid + 1))?;
    Ok(uid)
}

/// Counts conversations and unread messages that came or went.
pub(super) fn count(tx: &WriteTx<'_>, id: FolderId, total: i64, unread: i64) -> Result<(), MailError> {
    if total != 0 || unread != 0 {
        tx.sql()
            .prepare_cached("update mail_folder set total = total + ?2, unread = unread + ?3 where id = ?1")?
            .execute((id, total, unread))?;
    }
    Ok(())
}
