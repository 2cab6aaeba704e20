//! Marks: pins for all, stars for oneself.

use super::change::{at, touched};
use super::log::{dress, find};
use super::model::Message;
use super::{ChatError, access};
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits;

/// Stars shown at once.
const STARRED: i64 = 200;

/// Pins a message for all. Whoever may speak may pin.
///
/// # Errors
/// `NoMessage`, `NotAllowed`, `Muted`, `Archived`, `TooMany`.
pub fn pin(tx: &mut WriteTx<'_>, who: PersonId, id: ChatMessageId) -> Result<(), ChatError> {
    let (message, access) = at(tx, who, id)?;
    let access = access.changer()?;
    if message.is_deleted || access.role < access.says {
        return Err(ChatError::NotAllowed("this is not yours to pin"));
    }
    let mut count = tx.sql().prepare_cached("select count(*) from chat_pin where conversation = ?1")?;
    if count.query_row([message.conversation], |row| row.get::<_, i64>(0))? >= limits::CHAT_PINS {
        return Err(ChatError::TooMany("pinned messages", usize::try_from(limits::CHAT_PINS).unwrap_or(0)));
    }
    drop(count);
    let added = tx
        .sql()
        .prepare_cached(
            "insert or ignore into chat_pin (conversation, number, pinned_by, pinned_at) values (?1, ?2, ?3, ?4)",
        )?
        .execute((message.conversation, message.number, who, tx.now()))?;
    flag(tx, &message, added, true)
}

/// Takes a pin away.
///
/// # Errors
/// `NoMessage`, `NotAllowed`, `Muted`, `Archived`.
pub fn unpin(tx: &mut WriteTx<'_>, who: PersonId, id: ChatMessageId) -> Result<(), ChatError> {
    let (message, access) = at(tx, who, id)?;
    let access = access.changer()?;
    if access.role < access.says {
        return Err(ChatError::NotAllowed("this is not yours to unpin"));
    }
    let gone = tx
        .sql()
        .prepare_cached("delete from chat_pin where conversation = ?1 and number = ?2")?
        .execute((message.conversation, message.number))?;
    flag(tx, &message, gone, false)
}

fn flag(tx: &mut WriteTx<'_>, message: &Message, changed: usize, is_pinned: bool) -> Result<(), ChatError> {
    if changed > 0 {
        tx.sql()
            .prepare_cached("update chat_message set is_pinned = ?2 where id = ?1")?
            .execute((message.id, is_pinned))?;
        touched(tx, message)?;
    }
    Ok(())
}

/// The pinned messages of a conversation, newest first.
///
/// # Errors
/// `NoConversation`.
pub fn pins(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<Vec<Message>, ChatError> {
    let access = access(tx, who, id)?;
    let pinned = find(
        tx,
        "m.conversation = ?1 and m.number in (select number from chat_pin where conversation = ?1 and number >= ?2)
            and m.is_deleted = 0 order by m.number desc",
        (id, access.first),
    )?;
    dress(tx, who, pinned)
}

/// Stars a message for oneself. Returns whether that was news.
///
/// # Errors
/// `NoMessage`, `NotAllowed`.
pub fn star(tx: &mut WriteTx<'_>, who: PersonId, id: ChatMessageId) -> Result<bool, ChatError> {
    let (message, access) = at(tx, who, id)?;
    access.member()?;
    let added = tx
        .sql()
        .prepare_cached(
            "insert or ignore into chat_star (person, conversation, number, starred_at) values (?1, ?2, ?3, ?4)",
        )?
        .execute((who, message.conversation, message.number, tx.now()))?;
    tell(tx, who, added)
}

/// Takes one's own star away. Returns whether that was news.
///
/// # Errors
/// `NoMessage`.
pub fn unstar(tx: &mut WriteTx<'_>, who: PersonId, id: ChatMessageId) -> Result<bool, ChatError> {
    let (message, _) = at(tx, who, id)?;
    let gone = tx
        .sql()
        .prepare_cached("delete from chat_star where person = ?1 and conversation = ?2 and number = ?3")?
        .execute((who, message.conversation, message.number))?;
    tell(tx, who, gone)
}

fn tell(tx: &mut WriteTx<'_>, who: PersonId, changed: usize) -> Result<bool, ChatError> {
    if changed > 0 {
        tx.emit(who, Event::ConversationsChanged)?;
    }
    Ok(changed > 0)
}

/// The messages that a person starred, last starred first.
///
/// # Errors
/// Where the file cannot be read.
pub fn starred(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Message>, ChatError> {
    let found = find(
        tx,
        "m.id in (select n.id from chat_star s join chat_message n on n.conversation = s.conversation
                         and n.number = s.number where s.person = ?1 and n.is_deleted = 0 order by s.starred_at desc limit ?2)
          order by (select starred_at from chat_star s where s.person = ?1 and s.conversation = m.conversation
                       and s.number = m.number) desc",
        (who, STARRED),
    )?;
    let mut messages = Vec::with_capacity(found.len());
    for one in found {
        messages.extend(dress(tx, who, vec![one])?);
    }
    Ok(messages)
}
