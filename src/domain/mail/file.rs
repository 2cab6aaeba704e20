//! Filing: a message is kept once, and each person who has it gets an item in a folder and a place in a conversation.

use super::folder::{self, FolderRole};
use super::{MailError, row};
use crate::domain::event::Event;
use crate::domain::store::{Staged, WriteTx, put_blob};
use crate::format::mime::ParsedMail;
use crate::kernel::clock::Moment;
use crate::kernel::id::{BlobId, FolderId, ItemId, MessageId, PersonId, ThreadId};
use crate::kernel::{limits, secret, text};
use rusqlite::OptionalExtension;

/// A hash of a Message-ID, by which answers find what they answer. Zero where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(i64);

impl Key {
    /// The key of a Message-ID without its angle brackets.
    #[must_use]
    pub fn of(message_id: &str) -> Self {
        let hash = secret::sha256(message_id.trim().as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        Self(i64::from_le_bytes(first))
    }

    /// No key.
    pub const NONE: Self = Self(0);

    pub(super) const fn get(self) -> i64 {
        self.0
    }
}

/// What is kept of a message beside its bytes: what lists show and answers are found by.
#[derive(Debug, Clone)]
pub struct Head {
    /// The writer's name.
    pub from_name: String,
    /// The writer's address.
    pub from_address: String,
    /// Names of those it is to.
    pub to_line: String,
    /// Its subject.
    pub subject: String,
    /// Its first words.
    pub preview: String,
    /// When it says it was written.
    pub sent_at: Moment,
    /// Its bytes.
    pub size: usize,
    /// Whether files came with it.
    pub has_files: bool,
    /// Whether it was written inside the office.
    pub is_inside: bool,
    /// Its own key.
    pub key: Key,
    /// Keys of what it answers, nearest first.
    pub answers: Vec<Key>,
}

/// References looked up to find a conversation; the nearest count.
const ANSWERS: usize = 20;

impl Head {
    /// Reads off what is kept of a parsed message of `size` bytes that came at `now`.
    #[must_use]
    pub fn of(mail: &ParsedMail, size: usize, now: Moment) -> Self {
        let from = mail.from.as_ref();
        let nearest = mail.in_reply_to.iter().chain(mail.references.iter().rev());
        Self {
            from_name: from.map_or_else(String::new, |from| text::cut(&from.name, 120)),
            from_address: from.map_or_else(String::new, |from| text::cut(&from.address, limits::ADDRESS)),
            to_line: to_line(mail),
            subject: text::cut(&mail.subject, limits::SUBJECT),
            preview: crate::format::mime::preview(&mail.text),
            sent_at: mail.date.unwrap_or(now),
            size,
            has_files: mail.files.iter().any(|file| !file.is_inline),
            is_inside: false,
            key: mail.message_id.as_deref().map_or(Key::NONE, Key::of),
            answers: nearest.take(ANSWERS).map(|id| Key::of(id)).collect(),
        }
    }
}

fn to_line(mail: &ParsedMail) -> String {
    let names: Vec<&str> = mail.to.iter().chain(&mail.cc).chain(&mail.bcc).take(6).map(|to| to.shown()).collect();
    text::cut(&names.join(", "), 200)
}

/// Keeps a message, once for all who get it.
///
/// # Errors
/// Where the file cannot be written.
pub fn file(tx: &WriteTx<'_>, head: &Head, bytes: &Staged) -> Result<MessageId, MailError> {
    let blob = put_blob(tx, bytes)?;
    insert_message(tx, head, Some(blob))
}

pub(super) fn insert_message(tx: &WriteTx<'_>, head: &Head, blob: Option<BlobId>) -> Result<MessageId, MailError> {
    let size = i64::try_from(head.size).unwrap_or(i64::MAX);
    tx.sql()
        .prepare_cached(
            "insert into mail_message
               (blob, from_name, from_address, to_line, subject, preview, sent_at, size, has_files, is_inside)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            blob,
            &head.from_name,
            &head.from_address,
            &head.to_line,
            &head.subject,
            &head.preview,
            head.sent_at,
            size,
            head.has_files,
            head.is_inside,
        ))?;
    Ok(MessageId::new(tx.sql().last_insert_rowid()))
}

/// Gives `owner` a copy of a kept message in a special folder, as part of the conversation it belongs to.
///
/// # Errors
/// `NoFolder` where the owner has no mailbox.
pub fn deliver(
    tx: &mut WriteTx<'_>,
    owner: PersonId,
    role: FolderRole,
    message: MessageId,
    head: &Head,
) -> Result<ItemId, MailError> {
    let at = folder::folder_by_role(tx, owner, role)?.id;
    let is_seen = role != FolderRole::Inbox && role != FolderRole::Junk;
    let thread = thread_of(tx, owner, head)?;
    let is_new = thread.is_none();
    let new = NewItem { owner, folder: at, message, key: head.key, thread, is_seen, is_draft: false };
    let (item, thread, revision) = insert_item(tx, &new, true)?;
    if is_new {
        row::begin(tx, owner, &row::Place { at, role, thread, revision }, item, head, is_seen)?;
    } else {
        row::refresh(tx, owner, at, thread, revision)?;
    }
    Ok(item)
}

pub(super) struct NewItem {
    pub(super) owner: PersonId,
    pub(super) folder: FolderId,
    pub(super) message: MessageId,
    pub(super) key: Key,
    pub(super) thread: Option<ThreadId>,
    pub(super) is_seen: bool,
    pub(super) is_draft: bool,
}

/// Inserts an item; one that belongs to no conversation begins its own.
pub(super) fn insert_item(
    tx: &mut WriteTx<'_>,
    new: &NewItem,
    has_arrived: bool,
) -> Result<(ItemId, ThreadId, i64), MailError> {
    let id = next_item(tx)?;
    let thread = new.thread.unwrap_or_else(|| ThreadId::new(id.get()));
    let folder = new.folder;
    let event = if has_arrived { Event::MailArrived { folder, thread } } else { Event::MailChanged { folder, thread } };
    let revision = tx.emit(new.owner, event)?;
    let uid = folder::next_uid(tx, folder)?;
    tx.sql()
        .prepare_cached(
            "insert into mail_item
               (id, owner, message, folder, thread, key, uid, at, revision, is_seen, is_draft, binned_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
                     (select ?8 from mail_folder where id = ?4 and role in (4, 5)))",
        )?
        .execute((
            id,
            new.owner,
            new.message,
            folder,
            thread,
            new.key.get(),
            uid,
            tx.now(),
            revision,
            new.is_seen,
            new.is_draft,
        ))?;
    Ok((id, thread, revision))
}

fn next_item(tx: &WriteTx<'_>) -> Result<ItemId, MailError> {
    let mut found = tx.sql().prepare_cached("select seq from sqlite_sequence where name = 'mail_item'")?;
    let last: Option<i64> = found.query_row([], |row| row.get(0)).optional()?;
    Ok(ItemId::new(last.unwrap_or(0) + 1))
}

/// The conversation that a message belongs to. Walks `mail_item_by_key`.
fn thread_of(tx: &WriteTx<'_>, owner: PersonId, head: &Head) -> Result<Option<ThreadId>, MailError> {
    let mut found = tx
        .sql()
        .prepare_cached("select thread from mail_item where owner = ?1 and key = ?2 order by thread desc limit 1")?;
    for key in std::iter::once(&head.key).chain(&head.answers).filter(|key| **key != Key::NONE) {
        let thread: Option<ThreadId> = found.query_row((owner, key.get()), |row| row.get(0)).optional()?;
        if let Some(thread) = thread {
            return Ok(if is_full(tx, thread)? { None } else { Some(thread) });
        }
    }
    Ok(None)
}

/// Whether a conversation has grown so long that the next message begins a new one.
fn is_full(tx: &WriteTx<'_>, thread: ThreadId) -> Result<bool, MailError> {
    let mut found = tx.sql().prepare_cached("select count(*) from mail_item where thread = ?1")?;
    let count: i64 = found.query_row([thread], |row| row.get(0))?;
    Ok(count >= limits::THREAD_MESSAGES)
}
