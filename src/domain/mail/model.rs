//! The shapes of lists.

use crate::kernel::clock::Moment;
use crate::kernel::id::{FolderId, ItemId, ThreadId, UndoId};
use rusqlite::Row as SqlRow;

/// One row of a list: a conversation as far as it lies in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The conversation.
    pub thread: ThreadId,
    /// The folder.
    pub folder: FolderId,
    /// Its newest message here.
    pub item: ItemId,
    /// The owner's revision when it last changed.
    pub revision: i64,
    /// Messages in it.
    pub count: i64,
    /// Unread ones of them.
    pub unread: i64,
    /// Whether one of them is starred.
    pub is_starred: bool,
    /// Whether one of them has files.
    pub has_files: bool,
    /// Whether the newest is a draft.
    pub is_draft: bool,
    /// Who wrote, or to whom.
    pub people: String,
    /// Subject of the newest.
    pub subject: String,
    /// First words of the newest.
    pub preview: String,
    /// When the newest came.
    pub at: Moment,
}

/// Columns of a row, in the order of [`Row::read`].
pub(super) const ROW: &str = "r.thread, r.folder, r.item, r.revision, r.count, r.unread, r.is_starred, r.has_files,
    r.is_draft, r.people, r.subject, r.preview, r.at";

impl Row {
    pub(super) fn read(row: &SqlRow<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            thread: row.get(0)?,
            folder: row.get(1)?,
            item: row.get(2)?,
            revision: row.get(3)?,
            count: row.get(4)?,
            unread: row.get(5)?,
            is_starred: row.get(6)?,
            has_files: row.get(7)?,
            is_draft: row.get(8)?,
            people: row.get(9)?,
            subject: row.get(10)?,
            preview: row.get(11)?,
            at: row.get(12)?,
        })
    }
}

/// One page of a list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its rows.
    pub rows: Vec<Row>,
    /// Rows of the whole list, where that is known without counting them.
    pub total: Option<i64>,
    /// Number of the first row, from 1.
    pub first: i64,
    /// Number of this page, from 1.
    pub page: u32,
    /// Whether there are older rows.
    pub has_older: bool,
}

/// What an act did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// How to take it back, where it can be.
    pub undo: Option<UndoId>,
    /// How many conversations (or messages) it touched.
    pub changed: usize,
}
