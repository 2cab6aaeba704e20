//! Taking back what was said, and changing one's mind about it.

use super::change::{at, touched};
use super::keeper::{Act, is_keeper, record};
use super::model::MessageKind;
use super::ping::{self, Pings};
use super::{ChatError, file, index};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatMessageId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// Takes a message back: its place stays, its words and files go. One's own, or, for who keeps order in a room,
/// anybody's. How it was is kept in the log of moderation. Whoever did it may undo it for a while.
///
/// # Errors
/// `NoMessage`, `NotAllowed`, `Archived`.
pub fn delete(tx: &mut WriteTx<'_>, who: PersonId, id: ChatMessageId) -> Result<(), ChatError> {
    let (message, access) = at(tx, who, id)?;
    if message.is_deleted {
        return Ok(());
    }
    let is_own = message.said_by == Some(who) && access.is_member;
    if message.kind == MessageKind::Notice || !(is_own || is_keeper(tx, who, &access)?) {
        return Err(ChatError::NotAllowed("one deletes one's own words"));
    }
    if access.is_archived {
        return Err(ChatError::Archived);
    }
    record(tx, &access, who, Act::Deleted, message.said_by, Some(id), &message.text)?;
    tx.sql()
        .prepare_cached(
            "insert into chat_deleted (message, deleted_by, deleted_at, answers, pings, pings_all, text)
             select id, ?2, ?3, answers, pings, pings_all, text from chat_message where id = ?1",
        )?
        .execute((id, who, tx.now()))?;
    tx.sql()
        .prepare_cached(
            "update chat_message set text = '', is_deleted = 1, pings = '', pings_all = 0, answers = null where id = ?1",
        )?
        .execute([id])?;
    ping::forget(tx, message.conversation, message.number)?;
    index::forget(tx, id)?;
    touched(tx, &message)?;
    Ok(())
}

/// Whether a person may still undo taking a message back.
///
/// # Errors
/// Where the file cannot be read.
pub fn may_undelete(tx: &ReadTx<'_>, who: PersonId, id: ChatMessageId) -> Result<bool, ChatError> {
    let since = tx.now().minus(limits::CHAT_UNDO);
    let mut found = tx
        .sql()
        .prepare_cached("select 1 from chat_deleted where message = ?1 and deleted_by = ?2 and deleted_at > ?3")?;
    Ok(found.exists((id, who, since))?)
}

/// Undoes that a message was taken back: it is as it was. That it was gone stays in the log of moderation, and that it
/// came back. Done twice, it is done.
///
/// # Errors
/// `NoMessage`; `TooLate` where somebody else took it back, or too long ago; `NotAllowed`, `Muted`, `Archived`.
pub fn undelete(tx: &mut WriteTx<'_>, who: PersonId, id: ChatMessageId) -> Result<(), ChatError> {
    let (message, access) = at(tx, who, id)?;
    if !message.is_deleted {
        return Ok(());
    }
    if !may_undelete(tx, who, id)? {
        return Err(ChatError::TooLate);
    }
    if !is_keeper(tx, who, &access)? {
        access.changer()?;
    } else if access.is_archived {
        return Err(ChatError::Archived);
    }
    let pings: String = tx
        .sql()
        .prepare_cached(
            "update chat_message set (text, answers, pings, pings_all, is_deleted) =
               (select text, answers, pings, pings_all, 0 from chat_deleted where message = ?1)
              where id = ?1 returning pings",
        )?
        .query_row([id], |row| row.get(0))?;
    tx.sql().prepare_cached("delete from chat_deleted where message = ?1")?.execute([id])?;
    ping::keep(tx, message.conversation, message.number, &Pings::people_of(&pings).into_iter().collect())?;
    record(tx, &access, who, Act::Undeleted, message.said_by, Some(id), "")?;
    index::renew(tx, id)?;
    touched(tx, &message)?;
    Ok(())
}

/// Empties messages for good whose being taken back cannot be undone any more, at most `most`. Walks
/// `chat_deleted_by_time`. Returns how many.
///
/// # Errors
/// Where the file cannot be written.
pub fn empty_deleted(tx: &WriteTx<'_>, most: usize) -> Result<usize, ChatError> {
    let before = tx.now().minus(limits::CHAT_UNDO);
    let due = due(tx, before, most)?;
    for id in &due {
        empty(tx, *id)?;
    }
    Ok(due.len())
}

fn due(tx: &ReadTx<'_>, before: Moment, most: usize) -> Result<Vec<ChatMessageId>, ChatError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut found = tx.sql().prepare_cached(
        "select message from chat_deleted where deleted_at <= ?1 order by deleted_at, message limit ?2",
    )?;
    let rows = found.query_map((before, most), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes out of a deleted message all that was in it.
fn empty(tx: &WriteTx<'_>, id: ChatMessageId) -> Result<(), ChatError> {
    let mut update = tx.sql().prepare_cached(
        "update chat_message set is_pinned = 0, has_reactions = 0, has_files = 0 where id = ?1
         returning conversation, number",
    )?;
    let place: Option<(i64, i64)> = update.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    for sql in [
        "delete from chat_deleted where message = ?1",
        "delete from chat_reaction where message = ?1",
        "delete from chat_vote where message = ?1",
        "delete from chat_choice where message = ?1",
    ] {
        tx.sql().prepare_cached(sql)?.execute([id])?;
    }
    for sql in [
        "delete from chat_pin where conversation = ?1 and number = ?2",
        "delete from chat_star where conversation = ?1 and number = ?2",
    ] {
        if let Some(place) = place {
            tx.sql().prepare_cached(sql)?.execute(place)?;
        }
    }
    file::forget_of(tx, id)
}
