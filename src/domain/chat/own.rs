//! What a person keeps of a conversation for themselves: how far they have read, and how it is listed.

use super::ChatError;
use super::access::access;
use super::log::visible;
use super::member::members;
use super::model::Level;
use crate::domain::event::Event;
use crate::domain::people::Person;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::{limits, text};
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

/// Says what a person wants to be told of a conversation.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn set_level(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, level: Level) -> Result<(), ChatError> {
    set(tx, who, id, "update chat_member set level = ?3 where conversation = ?1 and person = ?2", level.to_row())
}

/// Puts a conversation first in a person's list, or back into its row.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn set_favourite(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: ConversationId,
    is_favourite: bool,
) -> Result<(), ChatError> {
    let sql = "update chat_member set is_favourite = ?3 where conversation = ?1 and person = ?2";
    set(tx, who, id, sql, i64::from(is_favourite))
}

/// Puts a conversation away until something is said in it. It counts as read.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn hide(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId) -> Result<(), ChatError> {
    let last = access(tx, who, id)?.last;
    mark_read(tx, who, id, last)?;
    set(tx, who, id, "update chat_member set hidden = ?3 where conversation = ?1 and person = ?2", last)
}

fn set(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, sql: &str, value: i64) -> Result<(), ChatError> {
    access(tx, who, id)?.member()?;
    tx.sql().prepare_cached(sql)?.execute((id, who, value))?;
    tx.emit(who, Event::ConversationsChanged)?;
    Ok(())
}

/// Keeps what a person is writing in a conversation; nothing, where the text is empty.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn save_draft(tx: &WriteTx<'_>, who: PersonId, id: ConversationId, typed: &str) -> Result<(), ChatError> {
    access(tx, who, id)?.member()?;
    if typed.trim().is_empty() {
        tx.sql()
            .prepare_cached("delete from chat_draft where person = ?1 and conversation = ?2")?
            .execute((who, id))?;
        return Ok(());
    }
    let typed = text::cut(&typed.replace('\0', ""), limits::CHAT_TEXT * 2);
    tx.sql()
        .prepare_cached(
            "insert or replace into chat_draft (person, conversation, text, saved_at) values (?1, ?2, ?3, ?4)",
        )?
        .execute((who, id, typed, tx.now()))?;
    Ok(())
}

/// What a person was writing in a conversation; empty where nothing.
///
/// # Errors
/// `NoConversation`.
pub fn draft(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<String, ChatError> {
    access(tx, who, id)?;
    let mut found = tx.sql().prepare_cached("select text from chat_draft where person = ?1 and conversation = ?2")?;
    Ok(found.query_row((who, id), |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Something unread that rings for somebody, for a mail about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Whom it waits for.
    pub person: PersonId,
    /// Where.
    pub conversation: ConversationId,
    /// Number of the last message that person has read or was told of.
    pub after: i64,
    /// Number of the newest message.
    pub last: i64,
}

/// What has waited unread since before a moment and rings for somebody who was not told of it by mail yet: everything
/// between two and at level `All`, elsewhere what pings them. At level `Nothing`, nothing waits.
///
/// # Errors
/// Where the file cannot be read.
pub fn waiting(tx: &ReadTx<'_>, before: Moment) -> Result<Vec<Waiting>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select m.person, c.id, max(m.read, m.told), c.last
           from chat_conversation c join chat_member m on m.conversation = c.id
          where c.last > m.read and c.last > m.told and m.level <> 2
            and (select said_at from chat_message n where n.conversation = c.id and n.number > max(m.read, m.told)
                    and n.kind <> 2 order by n.number limit 1) <= ?1
            and (c.kind = 0 or m.level = 0
              or exists (select 1 from chat_ping p where p.person = m.person and p.conversation = c.id
                            and p.number > max(m.read, m.told))
              or exists (select 1 from chat_message n indexed by chat_message_to_all where n.conversation = c.id
                            and n.number > max(m.read, m.told) and n.pings_all = 1))",
    )?;
    let rows = found.query_map([before], |row| {
        Ok(Waiting { person: row.get(0)?, conversation: row.get(1)?, after: row.get(2)?, last: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that a person was told by mail of what waited.
///
/// # Errors
/// Where the file cannot be written.
pub fn mark_told(tx: &WriteTx<'_>, told: &Waiting) -> Result<(), ChatError> {
    tx.sql()
        .prepare_cached("update chat_member set told = max(told, ?3) where conversation = ?1 and person = ?2")?
        .execute((told.conversation, told.person, told.last))?;
    Ok(())
}

/// Who has read a message, by name, but for who said it.
///
/// # Errors
/// `NoMessage`.
pub fn readers(tx: &ReadTx<'_>, who: PersonId, id: ChatMessageId) -> Result<Vec<Person>, ChatError> {
    let message = visible(tx, who, id)?.message;
    let mut readers = members(tx, who, message.conversation)?;
    readers.retain(|member| member.read >= message.number && message.said_by != Some(member.person.id));
    Ok(readers.into_iter().map(|member| member.person).collect())
}
