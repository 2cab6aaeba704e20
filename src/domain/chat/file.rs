//! Files in conversations: added first, then said with a message.

use super::access::access;
use super::log::{FILE, read_file, visible};
use super::model::ChatFile;
use super::reach::in_reach;
use super::{ChatError, text};
use crate::domain::policy;
use crate::domain::store::{ReadTx, WriteTx, forget_blob};
use crate::format::file_kind::FileKind;
use crate::kernel::clock::Moment;
use crate::kernel::id::{BlobId, ChatFileId, ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// A file to be added to a conversation.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its bytes, put down in the same transaction.
    pub blob: BlobId,
    /// Its name.
    pub name: String,
    /// Its media type, as looked at, not as claimed.
    pub media_type: String,
    /// Its bytes.
    pub size: i64,
    /// Its width in pixels; zero for what is no picture.
    pub width: i64,
    /// Its height in pixels; zero for what is no picture.
    pub height: i64,
    /// The picture made small, put down in the same transaction; nothing where it is small itself.
    pub preview: Option<BlobId>,
    /// How many seconds it sounds; zero for what does not, or does not say.
    pub seconds: i64,
    /// What sort of file it is, by its name and its bytes.
    pub kind: FileKind,
}

/// A file said in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidFile {
    /// The file.
    pub file: ChatFile,
    /// The message it came with.
    pub message: ChatMessageId,
    /// Who said it.
    pub said_by: Option<PersonId>,
    /// When it was added.
    pub added_at: Moment,
}

/// Files of one gallery.
const GALLERY: i64 = 200;

/// Adds a file to a conversation, for a message to bring.
///
/// # Errors
/// `NoConversation`, `NotAllowed`, `Barred`, `Muted`, `Archived`, `TooMany`.
pub fn attach(
    tx: &WriteTx<'_>,
    who: PersonId,
    conversation: ConversationId,
    new: &NewFile,
) -> Result<ChatFileId, ChatError> {
    let access = access(tx, who, conversation)?.changer()?;
    in_reach(tx, who, &access)?;
    policy::files(tx, who)?.check(&new.name, new.size, new.kind)?;
    let mut unsaid = tx.sql().prepare_cached(
        "select count(*) from chat_file where conversation = ?1 and added_by = ?2 and message is null
            and added_at > ?3",
    )?;
    let day = tx.now().minus(std::time::Duration::from_secs(24 * 3600));
    if unsaid.query_row((conversation, who, day), |row| row.get::<_, i64>(0))? >= limits::CHAT_FILES_UNSAID {
        return Err(ChatError::TooMany("files of a message", limits::CHAT_FILES));
    }
    let name = crate::kernel::text::cut_middle(&text::line(&new.name.replace(['/', '\\'], "_"), 255), 120);
    let mut insert = tx.sql().prepare_cached(
        "insert into chat_file (conversation, added_by, blob, name, media_type, size, width, height, preview, seconds,
                                added_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) returning id",
    )?;
    let name = if name.is_empty() { "file" } else { &name };
    let media_type = text::line(&new.media_type, 100);
    let values = rusqlite::params![
        conversation,
        who,
        new.blob,
        name,
        media_type,
        new.size,
        new.width,
        new.height,
        new.preview,
        new.seconds,
        tx.now(),
    ];
    Ok(insert.query_row(values, |row| row.get(0))?)
}

/// Lets a message bring files: those of its sayer, added to this conversation and not yet said.
pub(super) fn bring(
    tx: &WriteTx<'_>,
    who: PersonId,
    at: ConversationId,
    message: ChatMessageId,
    files: &[ChatFileId],
) -> Result<(), ChatError> {
    let mut update = tx.sql().prepare_cached(
        "update chat_file set message = ?4 where id = ?1 and conversation = ?2 and added_by = ?3 and message is null",
    )?;
    for file in files {
        if update.execute((file, at, who, message))? == 0 {
            return Err(ChatError::NoFile);
        }
    }
    Ok(())
}

/// A file and its bytes: one's own, or one of a message that one may see.
///
/// # Errors
/// `NoFile`.
pub fn file(tx: &ReadTx<'_>, who: PersonId, id: ChatFileId) -> Result<(ChatFile, BlobId), ChatError> {
    both(tx, who, id).map(|(file, blob, _)| (file, blob))
}

/// A picture made small, for whom its file is: the picture itself where it is small.
///
/// # Errors
/// `NoFile`.
pub fn preview(tx: &ReadTx<'_>, who: PersonId, id: ChatFileId) -> Result<(ChatFile, BlobId), ChatError> {
    both(tx, who, id).map(|(file, blob, preview)| (file, preview.unwrap_or(blob)))
}

fn both(tx: &ReadTx<'_>, who: PersonId, id: ChatFileId) -> Result<(ChatFile, BlobId, Option<BlobId>), ChatError> {
    let sql =
        ["select ", FILE, ", blob, message, added_by, conversation, preview from chat_file where id = ?1"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let found = found.query_row([id], |row| {
        let owner: (Option<ChatMessageId>, Option<PersonId>, ConversationId) =
            (row.get(9)?, row.get(10)?, row.get(11)?);
        Ok((read_file(row)?, row.get(8)?, row.get(12)?, owner))
    });
    let (file, blob, preview, (message, added_by, conversation)) = found.optional()?.ok_or(ChatError::NoFile)?;
    let seen = match message {
        Some(message) => match visible(tx, who, message) {
            Ok(bare) if bare.message.is_deleted => Err(ChatError::NoFile),
            seen => seen.map(drop),
        },
        None if added_by == Some(who) => access(tx, who, conversation).map(|_| ()),
        None => Err(ChatError::NoFile),
    };
    match seen {
        Ok(()) => Ok((file, blob, preview)),
        Err(ChatError::Store(error)) => Err(ChatError::Store(error)),
        Err(_) => Err(ChatError::NoFile),
    }
}

/// The files said in a conversation, newest first. Walks `chat_file_by_conversation`.
///
/// # Errors
/// `NoConversation`.
pub fn files(tx: &ReadTx<'_>, who: PersonId, conversation: ConversationId) -> Result<Vec<SaidFile>, ChatError> {
    let access = access(tx, who, conversation)?;
    let mut found = tx.sql().prepare_cached(
        "select f.id, f.name, f.media_type, f.size, f.width, f.height, f.preview is not null, f.seconds,
                f.message, m.said_by, f.added_at
           from chat_file f join chat_message m on m.id = f.message
          where f.conversation = ?1 and m.number >= ?2 and m.is_deleted = 0 order by f.id desc limit ?3",
    )?;
    let rows = found.query_map((conversation, access.first, GALLERY), |row| {
        Ok(SaidFile { file: read_file(row)?, message: row.get(8)?, said_by: row.get(9)?, added_at: row.get(10)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes away a file that was added but not said.
///
/// # Errors
/// `NoFile`.
pub fn detach(tx: &WriteTx<'_>, who: PersonId, id: ChatFileId) -> Result<(), ChatError> {
    let gone = gone(
        tx,
        "delete from chat_file where id = ?1 and added_by = ?2 and message is null returning blob, preview",
        (id, who),
    )?;
    if gone == 0 { Err(ChatError::NoFile) } else { Ok(()) }
}

/// Forgets the files of a message.
pub(super) fn forget_of(tx: &WriteTx<'_>, message: ChatMessageId) -> Result<(), ChatError> {
    gone(tx, "delete from chat_file where message = ?1 returning blob, preview", [message])?;
    Ok(())
}

/// Forgets what a statement takes away, and the bytes that nothing else refers to. Returns how many files.
fn gone(tx: &WriteTx<'_>, sql: &'static str, values: impl rusqlite::Params) -> Result<usize, ChatError> {
    let blobs: Vec<(BlobId, Option<BlobId>)> = {
        let mut gone = tx.sql().prepare_cached(sql)?;
        let rows = gone.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    for (blob, preview) in &blobs {
        forget_blob(tx, *blob)?;
        if let Some(preview) = preview {
            forget_blob(tx, *preview)?;
        }
    }
    Ok(blobs.len())
}

/// Forgets files added before a moment and never said, at most `most`. Walks `chat_file_unsaid`. Returns how many.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_files(tx: &WriteTx<'_>, before: Moment, most: usize) -> Result<usize, ChatError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    gone(
        tx,
        "delete from chat_file where id in
           (select id from chat_file where message is null and added_at < ?1 order by added_at limit ?2)
         returning blob, preview",
        (before, most),
    )
}
