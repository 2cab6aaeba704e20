//! One row of a list, in words. The page and the live stream make it alike.

use super::super::words::{Reader, When, unless_none};
use crate::domain::mail::Row;
use crate::kernel::id::{ItemId, ThreadId};
use crate::kernel::text::clip;
use std::borrow::Cow;
use std::fmt::{self, Display};

/// Characters of a subject said by the row's buttons.
const SHORT: usize = 60;
/// Characters of a preview: what fits the widest row. More only makes the page heavier.
const PREVIEW: usize = 110;

/// A conversation as a row shows it.
#[derive(Debug, Clone)]
pub struct RowView<'a> {
    /// The conversation.
    pub thread: ThreadId,
    /// Folder and conversation, as forms say them.
    pub key: String,
    /// Rises with every change; an older row never replaces a newer one.
    pub version: i64,
    /// Milliseconds, by which rows are ordered.
    pub at: i64,
    /// Classes of the row.
    pub class: &'static str,
    /// The subject as its buttons say it.
    pub short: Cow<'a, str>,
    /// Where it opens.
    pub href: Href<'a>,
    /// Whether it stands open beside the list.
    pub is_open: bool,
    /// Who wrote, or to whom.
    pub people: &'a str,
    /// Messages in it, where there are several.
    pub count: String,
    /// Whether something in it is unread.
    pub is_unread: bool,
    /// When the newest came.
    pub when: When,
    /// The subject.
    pub subject: &'a str,
    /// The first words.
    pub preview: Cow<'a, str>,
    /// The folder's name, in lists over several folders.
    pub folder: &'a str,
    /// Whether files came with it.
    pub has_files: bool,
    /// Whether it is starred.
    pub is_starred: bool,
}

impl<'a> RowView<'a> {
    /// A row whose link carries `suffix`, which says what list it stands in.
    pub fn new(row: &'a Row, reader: Reader, suffix: &'a str) -> Self {
        let subject = subject(&row.subject);
        let is_unread = row.unread > 0;
        Self {
            thread: row.thread,
            key: format!("{}-{}", row.folder, row.thread),
            version: row.revision,
            at: row.at.millis(),
            class: if is_unread { "unread" } else { "" },
            short: clip(subject, SHORT),
            href: Href { item: row.item, is_being_written: row.is_draft && row.count == 1, suffix },
            is_open: false,
            people: if row.people.is_empty() { "(nobody yet)" } else { &row.people },
            count: if row.count > 1 { unless_none(row.count) } else { String::new() },
            is_unread,
            when: reader.when(row.at),
            subject,
            preview: clip(&row.preview, PREVIEW),
            folder: "",
            has_files: row.has_files,
            is_starred: row.is_starred,
        }
    }

    /// Marks it as the one that stands open.
    pub fn open(&mut self) {
        self.is_open = true;
        self.class = if self.is_unread { "unread on" } else { "on" };
    }
}

/// Where a row opens: what is still being written opens where it is written.
#[derive(Debug, Clone, Copy)]
pub struct Href<'a> {
    item: ItemId,
    is_being_written: bool,
    suffix: &'a str,
}

impl Display for Href<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_being_written {
            write!(out, "/mail/compose?draft={}", self.item)
        } else {
            write!(out, "/mail/message/{}{}", self.item, self.suffix)
        }
    }
}

/// A subject, or words for none.
pub fn subject(subject: &str) -> &str {
    if subject.trim().is_empty() { "(no subject)" } else { subject }
}
