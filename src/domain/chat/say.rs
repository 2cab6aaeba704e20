//! Saying: the path that every message takes, kept to few statements.

use super::access::{Access, access};
use super::model::{ConversationKind, MessageKind, NewMessage, Said};
use super::reach::in_reach;
use super::{ChatError, TextProblem, direct, file, ping, text};
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx, revision};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// Says a message in a conversation. Saying the same client id twice returns the first message: clients retry.
///
/// # Errors
/// `NoConversation`, `NotAllowed`, `Barred`, `Muted`, `Archived`, `Slow`, `Text`; `NoMessage` and `NoFile` where what it
/// quotes, hangs under or brings is not of this conversation.
pub fn say(tx: &mut WriteTx<'_>, who: PersonId, new: &NewMessage) -> Result<Said, ChatError> {
    if matches!(new.kind, MessageKind::Notice | MessageKind::Poll) {
        return Err(ChatError::NotAllowed("this is not for saying"));
    }
    speak(tx, who, new)
}

/// Says a reminder among a person's own notes. It is unread and rings, though nobody else said it; said again under the
/// same client id, it is the first one.
///
/// # Errors
/// `Text`.
pub fn remind(tx: &mut WriteTx<'_>, who: PersonId, words: &str, client: &str) -> Result<Said, ChatError> {
    let at = direct(tx, who, who)?;
    if let Some(said) = said_before(tx, who, client)? {
        return Ok(said);
    }
    let text = text::clean(words)?;
    let pings = who.to_string();
    let row = NewRow {
        conversation: at,
        said_by: Some(who),
        kind: MessageKind::Text,
        text: &text,
        client_id: Some(client),
        pings: &pings,
        ..NewRow::default()
    };
    let (message, number) = put(tx, &row)?;
    Ok(Said { message, number, is_new: true })
}

/// Says something between two by a rule of one of them. That one has read nothing by it; said again under the same client
/// id, it is the first one.
///
/// # Errors
/// `NoConversation`, `NotAllowed`, `Barred`, `Muted`, `Archived`, `Text`.
pub fn say_by_rule(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    at: ConversationId,
    words: &str,
    client: &str,
) -> Result<Said, ChatError> {
    let access = access(tx, who, at)?;
    if let Some(said) = said_before(tx, who, client)? {
        return Ok(said);
    }
    if access.kind != ConversationKind::Direct {
        return Err(ChatError::NotAllowed("rules speak between two alone"));
    }
    access.speaker(tx.now())?;
    in_reach(tx, who, &access)?;
    let text = text::clean(words)?;
    let row =
        NewRow { conversation: at, said_by: Some(who), text: &text, client_id: Some(client), ..NewRow::default() };
    let (message, number) = put(tx, &row)?;
    Ok(Said { message, number, is_new: true })
}

/// The other one of two; nobody in a room, a group or one's own notes. Walks the primary key.
///
/// # Errors
/// Where the file cannot be read.
pub fn counterpart(tx: &ReadTx<'_>, who: PersonId, at: ConversationId) -> Result<Option<PersonId>, ChatError> {
    let mut found = tx
        .sql()
        .prepare_cached("select low, high from chat_conversation where id = ?1 and kind = 0 and low <> high")?;
    let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let pair: Option<(PersonId, PersonId)> = found.query_row([at], pair).optional()?;
    Ok(pair.map(|(low, high)| if low == who { high } else { low }))
}

/// Says a message of whatever kind.
pub(super) fn speak(tx: &mut WriteTx<'_>, who: PersonId, new: &NewMessage) -> Result<Said, ChatError> {
    let access = access(tx, who, new.to)?;
    let client_id = client_id(&new.client_id)?;
    if let Some(client_id) = client_id
        && let Some(said) = said_before(tx, who, client_id)?
    {
        return Ok(said);
    }
    let access = access.speaker(tx.now())?;
    in_reach(tx, who, &access)?;
    if let Some(answers) = new.answers {
        near(tx, &access, answers)?;
    }
    let root = new.thread.map(|root| thread_root(tx, &access, root)).transpose()?;
    let text = words(new)?;
    let found = ping::find(tx, who, &access, &text, root.as_ref().map(|root| root.id))?;
    let row = NewRow {
        conversation: new.to,
        said_by: Some(who),
        kind: new.kind,
        text: &text,
        client_id,
        answers: new.answers,
        thread: root.as_ref().map(|root| root.id),
        pings: &found.words(),
        pings_all: found.all,
        has_files: !new.files.is_empty(),
        speaks_as: "",
    };
    let (message, number) = put(tx, &row)?;
    tx.sql()
        .prepare_cached("update chat_member set read = ?3, said_at = ?4 where conversation = ?1 and person = ?2")?
        .execute((new.to, who, number, tx.now()))?;
    ping::keep(tx, new.to, number, &found.people)?;
    file::bring(tx, who, new.to, message, &new.files)?;
    if let Some(root) = root {
        grow(tx, new.to, root.id)?;
    }
    Ok(Said { message, number, is_new: true })
}

/// The text, which may be empty where files speak for themselves.
fn words(new: &NewMessage) -> Result<String, ChatError> {
    if new.files.len() > limits::CHAT_FILES {
        return Err(ChatError::TooMany("files of a message", limits::CHAT_FILES));
    }
    match text::clean(&new.text) {
        Err(TextProblem::Empty) if !new.files.is_empty() => Ok(String::new()),
        cleaned => Ok(cleaned?),
    }
}

fn client_id(typed: &str) -> Result<Option<&str>, ChatError> {
    match typed {
        "" => Ok(None),
        long if long.len() > limits::CHAT_CLIENT_ID => {
            Err(ChatError::TooMany("characters in a client's id", limits::CHAT_CLIENT_ID))
        }
        typed if typed.chars().any(text::is_unseen) => {
            Err(ChatError::NotAllowed("a client's id is of characters that are seen"))
        }
        typed => Ok(Some(typed)),
    }
}

/// Walks `chat_message_by_client`.
fn said_before(tx: &ReadTx<'_>, who: PersonId, client_id: &str) -> Result<Option<Said>, ChatError> {
    let mut found =
        tx.sql().prepare_cached("select id, number from chat_message where said_by = ?1 and client_id = ?2")?;
    let said = |row: &rusqlite::Row<'_>| Ok(Said { message: row.get(0)?, number: row.get(1)?, is_new: false });
    Ok(found.query_row((who, client_id), said).optional()?)
}

/// A message that another one refers to.
pub(super) struct Near {
    pub(super) id: ChatMessageId,
    pub(super) thread: Option<ChatMessageId>,
}

/// A message of this conversation that the person may see.
pub(super) fn near(tx: &ReadTx<'_>, access: &Access, id: ChatMessageId) -> Result<Near, ChatError> {
    let mut found = tx.sql().prepare_cached("select conversation, number, thread from chat_message where id = ?1")?;
    let near = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let (at, number, thread): (ConversationId, i64, _) =
        found.query_row([id], near).optional()?.ok_or(ChatError::NoMessage)?;
    if at == access.conversation && access.may_see(number) {
        Ok(Near { id, thread })
    } else {
        Err(ChatError::NoMessage)
    }
}

/// The message that a thread hangs under: a reply to a reply hangs beside it.
fn thread_root(tx: &ReadTx<'_>, access: &Access, id: ChatMessageId) -> Result<Near, ChatError> {
    let near_one = near(tx, access, id)?;
    match near_one.thread {
        Some(root) => near(tx, access, root),
        None => Ok(near_one),
    }
}

/// Counts a reply at the message it hangs under.
fn grow(tx: &mut WriteTx<'_>, at: ConversationId, root: ChatMessageId) -> Result<(), ChatError> {
    let revision = tx.emit(at, Event::ChatChanged { conversation: at, message: root })?;
    tx.sql()
        .prepare_cached(
            "update chat_message set replies = replies + 1, last_reply_at = ?2, revision = ?3 where id = ?1",
        )?
        .execute((root, tx.now(), revision))?;
    Ok(())
}

/// A message as it is written down.
pub(super) struct NewRow<'t> {
    pub(super) conversation: ConversationId,
    pub(super) said_by: Option<PersonId>,
    pub(super) kind: MessageKind,
    pub(super) text: &'t str,
    pub(super) client_id: Option<&'t str>,
    pub(super) answers: Option<ChatMessageId>,
    pub(super) thread: Option<ChatMessageId>,
    pub(super) pings: &'t str,
    pub(super) pings_all: bool,
    pub(super) has_files: bool,
    /// In whose name, where it is not the sayer's own; empty else.
    pub(super) speaks_as: &'t str,
}

impl Default for NewRow<'_> {
    fn default() -> Self {
        Self {
            conversation: ConversationId::new(0),
            said_by: None,
            kind: MessageKind::Text,
            text: "",
            client_id: None,
            answers: None,
            thread: None,
            pings: "",
            pings_all: false,
            has_files: false,
            speaks_as: "",
        }
    }
}

/// Writes a message down as the newest of its conversation. Its order comes from the single writer.
pub(super) fn put(tx: &mut WriteTx<'_>, new: &NewRow<'_>) -> Result<(ChatMessageId, i64), ChatError> {
    let number: i64 = tx
        .sql()
        .prepare_cached("update chat_conversation set last = last + 1, last_at = ?2 where id = ?1 returning last")?
        .query_row((new.conversation, tx.now()), |row| row.get(0))?;
    // The revision that the event below brings: there is one writer, so nobody takes it first.
    let revision = revision(tx)? + 1;
    tx.sql()
        .prepare_cached(
            "insert into chat_message (conversation, number, revision, said_by, kind, said_at, answers, thread,
                                       client_id, pings, pings_all, has_files, text, speaks_as)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute((
            new.conversation,
            number,
            revision,
            new.said_by,
            new.kind.to_row(),
            tx.now(),
            new.answers,
            new.thread,
            new.client_id,
            new.pings,
            new.pings_all,
            new.has_files,
            new.text,
            new.speaks_as,
        ))?;
    let message = ChatMessageId::new(tx.sql().last_insert_rowid());
    tx.emit(new.conversation, Event::ChatSaid { conversation: new.conversation, message })?;
    Ok((message, number))
}
