//! One row of a list, in words. The page and the live stream make it alike.

use super::super::words::{Reader, unless_none};
use crate::domain::mail::Row;
use crate::kernel::text::cut;

/// Characters of a subject said by the row's buttons.
const SHORT: usize = 60;
/// Characters of a preview: what fits the widest row. More only makes the page heavier.
const PREVIEW: usize = 110;

/// A conversation as a row shows it.
#[derive(Debug, Clone)]
pub struct RowView {
    /// Folder and conversation, as forms say them.
    pub key: String,
    /// Rises with every change; an older row never replaces a newer one.
    pub version: i64,
    /// Milliseconds, by which rows are ordered.
    pub at: i64,
    /// Classes of the row.
    pub class: &'static str,
    /// The subject as its buttons say it.
    pub short: String,
    /// Where it opens.
    pub href: String,
    /// Whether it stands open beside the list.
    pub is_open: bool,
    /// Who wrote, or to whom.
    pub people: String,
    /// Messages in it, where there are several.
    pub count: String,
    /// Whether something in it is unread.
    pub is_unread: bool,
    /// When, for machines.
    pub iso: String,
    /// When, in full.
    pub full: String,
    /// When, as short as its age allows.
    pub when: String,
    /// The subject.
    pub subject: String,
    /// The first words.
    pub preview: String,
    /// The folder's name, in lists over several folders.
    pub folder: String,
    /// Whether files came with it.
    pub has_files: bool,
    /// Whether it is starred.
    pub is_starred: bool,
}

impl RowView {
    /// A row whose link carries `suffix`, which says what list it stands in.
    pub fn new(row: &Row, reader: Reader, suffix: &str) -> Self {
        let when = reader.when(row.at);
        let subject = subject(&row.subject);
        let is_unread = row.unread > 0;
        Self {
            key: format!("{}-{}", row.folder, row.thread),
            version: row.revision,
            at: row.at.millis(),
            class: if is_unread { "unread" } else { "" },
            short: cut(&subject, SHORT),
            href: href(row, suffix),
            is_open: false,
            people: if row.people.is_empty() { "(nobody yet)".to_owned() } else { row.people.clone() },
            count: if row.count > 1 { unless_none(row.count) } else { String::new() },
            is_unread,
            iso: when.iso,
            full: when.full,
            when: when.short,
            subject,
            preview: cut(&row.preview, PREVIEW),
            folder: String::new(),
            has_files: row.has_files,
            is_starred: row.is_starred,
        }
    }

    /// The same row, marked as the one that stands open.
    pub fn opened(self) -> Self {
        let class = if self.is_unread { "unread on" } else { "on" };
        Self { is_open: true, class, ..self }
    }
}

/// Where a row opens: what is still being written opens where it is written.
fn href(row: &Row, suffix: &str) -> String {
    if row.is_draft && row.count == 1 {
        format!("/mail/compose?draft={}", row.item)
    } else {
        format!("/mail/message/{}{suffix}", row.item)
    }
}

/// A subject, or words for none.
pub fn subject(subject: &str) -> String {
    if subject.trim().is_empty() { "(no subject)".to_owned() } else { subject.to_owned() }
}
