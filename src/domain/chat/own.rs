//! What a person keeps of a conversation for themselves: how far they have read, and how it is listed.

use super::ChatError;
use super::access::access;
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ConversationId, PersonId};
use rusqlite::OptionalExtension;

/// Marks a conversation as read up to a message, and past the replies in threads that come right behind it, since a
/// log does not show them. Returns whether that was news.
///
/// # Errors
/// `NoConversation`.
pub fn mark_read(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, upto: i64) -> Result<bool, ChatError> {
    let access = access(tx, who, id)?;
    if !access.is_member || upto.min(access.last) <= access.read {
        return Ok(false);
    }
    let upto = past_replies(tx, id, upto)?.unwrap_or(access.last).min(access.last);
    tx.sql()
        .prepare_cached(
            "update chat_member set read = ?3, delivered = max(delivered, ?3) where conversation = ?1 and person = ?2",
        )?
        .execute((id, who, upto))?;
    tx.emit(who, Event::ChatRead { conversation: id })?;
    Ok(true)
}

/// The number before the next message that a log shows; nothing where there is none. Walks `chat_message_by_number`.
fn past_replies(tx: &ReadTx<'_>, id: ConversationId, upto: i64) -> Result<Option<i64>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select number - 1 from chat_message where conversation = ?1 and number > ?2 and thread is null
          order by number limit 1",
    )?;
    Ok(found.query_row((id, upto), |row| row.get(0)).optional()?)
}

/// Marks everything as read. Returns the conversations in which that was news, each with its last number.
///
/// # Errors
/// Where the file cannot be written.
pub fn mark_all_read(tx: &mut WriteTx<'_>, who: PersonId) -> Result<Vec<(ConversationId, i64)>, ChatError> {
    let unread: Vec<(ConversationId, i64)> = {
        let mut found = tx.sql().prepare_cached(
            "select c.id, c.last from chat_member m join chat_conversation c on c.id = m.conversation
              where m.person = ?1 and c.last > m.read",
        )?;
        let rows = found.query_map([who], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    for (id, last) in &unread {
        mark_read(tx, who, *id, *last)?;
    }
    Ok(unread)
}

/// Notes that messages up to a number have reached a device of a person. Returns whether that was news.
///
/// # Errors
/// `NoConversation`.
pub fn mark_delivered(tx: &WriteTx<'_>, who: PersonId, id: ConversationId, upto: i64) -> Result<bool, ChatError> {
    let last = access(tx, who, id)?.last;
    let mut update = tx.sql().prepare_cached(
        "update chat_member set delivered = ?3 where conversation = ?1 and person = ?2 and delivered < ?3",
    )?;
    Ok(update.execute((id, who, upto.min(last)))? > 0)
}
