//! Drafts: messages being written, kept field by field until they are sent.

use super::file::{Head, Key, NewItem, insert_item, insert_message};
use super::folder::{self, FolderRole};
use super::model::Done;
use super::{MailError, act, row};
use crate::domain::event::Event;
use crate::domain::people;
use crate::domain::store::{ReadTx, Staged, WriteTx, forget_blob, put_blob};
use crate::format::mime::preview;
use crate::kernel::clock::Moment;
use crate::kernel::id::{BlobId, ItemId, PersonId};
use crate::kernel::{limits, text};
use rusqlite::OptionalExtension;

/// What the person typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftText {
    /// To whom, as typed.
    pub to: String,
    /// Copies to, as typed.
    pub cc: String,
    /// Unseen copies to, as typed.
    pub bcc: String,
    /// The subject.
    pub subject: String,
    /// The message.
    pub body: String,
}

/// What a draft answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answering {
    /// Nothing.
    New,
    /// The writer of a message.
    Reply(ItemId),
    /// Everybody on a message.
    ReplyAll(ItemId),
    /// Nobody; it passes a message on.
    Forward(ItemId),
}

impl Answering {
    const fn to_row(self) -> (i64, Option<ItemId>) {
        match self {
            Self::New => (0, None),
            Self::Reply(item) => (1, Some(item)),
            Self::ReplyAll(item) => (2, Some(item)),
            Self::Forward(item) => (3, Some(item)),
        }
    }

    const fn from_row(kind: i64, item: Option<ItemId>) -> Self {
        match (kind, item) {
            (1, Some(item)) => Self::Reply(item),
            (2, Some(item)) => Self::ReplyAll(item),
            (3, Some(item)) => Self::Forward(item),
            _ => Self::New,
        }
    }

    /// The message it is about.
    #[must_use]
    pub const fn item(self) -> Option<ItemId> {
        self.to_row().1
    }
}

/// A file attached to a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFile {
    /// Its place among the files, which names it.
    pub position: i64,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub size: i64,
}

/// A message being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its item, in Drafts.
    pub item: ItemId,
    /// What was typed.
    pub text: DraftText,
    /// What it answers.
    pub answering: Answering,
    /// Its files.
    pub files: Vec<DraftFile>,
    /// Rises with each change.
    pub version: i64,
    /// When it last changed.
    pub saved_at: Moment,
}

/// One of a person's drafts.
///
/// # Errors
/// `NoDraft`.
pub fn draft(tx: &ReadTx<'_>, who: PersonId, item: ItemId) -> Result<Draft, MailError> {
    let mut found = tx.sql().prepare_cached(
        "select d.to_text, d.cc_text, d.bcc_text, d.subject, d.body, d.answer_kind, d.answers, d.version, d.saved_at
           from mail_draft d join mail_item i on i.id = d.item where d.item = ?1 and i.owner = ?2",
    )?;
    let head = found
        .query_row((item, who), |row| {
            Ok(Draft {
                item,
                text: DraftText {
                    to: row.get(0)?,
                    cc: row.get(1)?,
                    bcc: row.get(2)?,
                    subject: row.get(3)?,
                    body: row.get(4)?,
                },
                answering: Answering::from_row(row.get(5)?, row.get(6)?),
                files: Vec::new(),
                version: row.get(7)?,
                saved_at: row.get(8)?,
            })
        })
        .optional()?
        .ok_or(MailError::NoDraft)?;
    Ok(Draft { files: files(tx, item)?, ..head })
}

fn files(tx: &ReadTx<'_>, item: ItemId) -> Result<Vec<DraftFile>, MailError> {
    let mut found = tx.sql().prepare_cached(
        "select position, name, media_type, size from mail_draft_file where draft = ?1 order by position",
    )?;
    let rows = found.query_map([item], |row| {
        Ok(DraftFile { position: row.get(0)?, name: row.get(1)?, media_type: row.get(2)?, size: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The blobs of a draft's files, in their order.
///
/// # Errors
/// Where the file cannot be read.
pub fn draft_blobs(tx: &ReadTx<'_>, item: ItemId) -> Result<Vec<(BlobId, DraftFile)>, MailError> {
    let mut found = tx.sql().prepare_cached(
        "select blob, position, name, media_type, size from mail_draft_file where draft = ?1 order by position",
    )?;
    let rows = found.query_map([item], |row| {
        let file = DraftFile { position: row.get(1)?, name: row.get(2)?, media_type: row.get(3)?, size: row.get(4)? };
        Ok((row.get(0)?, file))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Saves what was typed, into a new draft or into `existing`; a draft that is gone meanwhile is begun anew.
///
/// # Errors
/// Where the file cannot be written.
pub fn save_draft(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    existing: Option<ItemId>,
    typed: &DraftText,
    answering: Answering,
) -> Result<ItemId, MailError> {
    let item = match existing.map(|item| draft(tx, who, item)) {
        Some(Ok(old)) if old.text == *typed => return Ok(old.item),
        Some(Ok(old)) => old.item,
        Some(Err(MailError::NoDraft)) | None => begin(tx, who, answering)?,
        Some(Err(error)) => return Err(error),
    };
    let body = typed.body.replace("\r\n", "\n");
    tx.sql()
        .prepare_cached(
            "update mail_draft set to_text = ?2, cc_text = ?3, bcc_text = ?4, subject = ?5, body = ?6 where item = ?1",
        )?
        .execute((item, &typed.to, &typed.cc, &typed.bcc, text::one_line(&typed.subject), body))?;
    retell(tx, who, item)?;
    Ok(item)
}

fn begin(tx: &mut WriteTx<'_>, who: PersonId, answering: Answering) -> Result<ItemId, MailError> {
    let person = people::person(tx, who)?.ok_or(people::PeopleError::NoPerson)?;
    let head = Head {
        from_name: person.full_name,
        from_address: person.address.to_string(),
        to_line: String::new(),
        subject: String::new(),
        preview: String::new(),
        sent_at: tx.now(),
        size: 0,
        has_files: false,
        is_inside: true,
        key: Key::NONE,
        answers: Vec::new(),
    };
    let message = insert_message(tx, &head, None)?;
    let folder = folder::folder_by_role(tx, who, FolderRole::Drafts)?.id;
    let thread = match answering {
        Answering::Reply(item) | Answering::ReplyAll(item) => act::touched(tx, who, item)?.map(|item| item.thread),
        Answering::New | Answering::Forward(_) => None,
    };
    let new = NewItem { owner: who, folder, message, key: Key::NONE, thread, is_seen: true, is_draft: true };
    let (item, ..) = insert_item(tx, &new, false)?;
    let (kind, answers) = answering.to_row();
    tx.sql()
        .prepare_cached(
            "insert into mail_draft
               (item, to_text, cc_text, bcc_text, subject, body, answer_kind, answers, version, saved_at)
             values (?1, '', '', '', '', '', ?2, ?3, 0, ?4)",
        )?
        .execute((item, kind, answers, tx.now()))?;
    Ok(item)
}

/// After a change to a draft: raises its version, and brings its row in Drafts up to date.
fn retell(tx: &mut WriteTx<'_>, who: PersonId, item: ItemId) -> Result<(), MailError> {
    tx.sql()
        .prepare_cached("update mail_draft set version = version + 1, saved_at = ?2 where item = ?1")?
        .execute((item, tx.now()))?;
    let draft = draft(tx, who, item)?;
    let size = draft.files.iter().map(|file| file.size).sum::<i64>() + as_i64(draft.text.body.len());
    let to_line = text::cut(&text::one_line(&draft.text.to), 200);
    let touched = act::touched(tx, who, item)?.ok_or(MailError::NoDraft)?;
    tx.sql()
        .prepare_cached(
            "update mail_message set to_line = ?2, subject = ?3, preview = ?4, size = ?5, has_files = ?6, sent_at = ?7
              where id = ?1",
        )?
        .execute((
            touched.message,
            to_line,
            text::cut(&draft.text.subject, limits::SUBJECT),
            preview(&draft.text.body),
            size,
            !draft.files.is_empty(),
            tx.now(),
        ))?;
    tx.sql().prepare_cached("update mail_item set at = ?2 where id = ?1")?.execute((item, tx.now()))?;
    let (folder, thread) = (touched.folder, touched.thread);
    let revision = tx.emit(who, Event::MailChanged { folder, thread })?;
    tx.sql().prepare_cached("update mail_item set revision = ?2 where id = ?1")?.execute((item, revision))?;
    row::refresh(tx, who, folder, thread, revision)
}

/// Attaches a staged file to a draft.
///
/// # Errors
/// `NoDraft`, `TooManyFiles`.
pub fn attach(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    item: ItemId,
    file: &DraftFile,
    bytes: &Staged,
) -> Result<i64, MailError> {
    let files = draft(tx, who, item)?.files;
    if files.len() >= limits::ATTACHMENTS {
        return Err(MailError::TooManyFiles(limits::ATTACHMENTS));
    }
    let position = files.last().map_or(1, |last| last.position + 1);
    let blob = put_blob(tx, bytes)?;
    tx.sql()
        .prepare_cached(
            "insert into mail_draft_file (draft, position, blob, name, media_type, size)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((item, position, blob, &file.name, &file.media_type, file.size))?;
    retell(tx, who, item)?;
    Ok(position)
}

/// Takes a file off a draft.
///
/// # Errors
/// `NoDraft`.
pub fn detach(tx: &mut WriteTx<'_>, who: PersonId, item: ItemId, position: i64) -> Result<(), MailError> {
    draft(tx, who, item)?;
    let blob: Option<BlobId> = tx
        .sql()
        .prepare_cached("delete from mail_draft_file where draft = ?1 and position = ?2 returning blob")?
        .query_row((item, position), |row| row.get(0))
        .optional()?;
    if let Some(blob) = blob {
        forget_blob(tx, blob)?;
    }
    retell(tx, who, item)
}

/// Puts a draft into Trash.
///
/// # Errors
/// `NoDraft`.
pub fn drop_draft(tx: &mut WriteTx<'_>, who: PersonId, item: ItemId) -> Result<Done, MailError> {
    draft(tx, who, item)?;
    act::act_on_item(tx, who, item, act::Act::Trash)
}

/// Ends a draft whose message has been sent, unless it changed after `version`.
///
/// # Errors
/// `NoDraft` where it is gone or has changed.
pub fn take_draft(tx: &mut WriteTx<'_>, who: PersonId, item: ItemId, version: i64) -> Result<(), MailError> {
    let touched = act::touched(tx, who, item)?.ok_or(MailError::NoDraft)?;
    if draft(tx, who, item)?.version != version {
        return Err(MailError::NoDraft);
    }
    act::erase(tx, who, &[touched])
}

/// Forgets the files of a draft that is about to go. No draft, no files.
pub(super) fn forget_files(tx: &WriteTx<'_>, item: ItemId) -> Result<(), MailError> {
    let blobs: Vec<BlobId> = {
        let mut gone = tx.sql().prepare_cached("delete from mail_draft_file where draft = ?1 returning blob")?;
        let rows = gone.query_map([item], |row| row.get(0))?;
        rows.collect::<Result<_, _>>()?
    };
    for blob in blobs {
        forget_blob(tx, blob)?;
    }
    Ok(())
}

fn as_i64(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
