//! Keeping: how long messages are kept, and taking copies of them.

use super::access::access;
use super::keeper::{Act, LogEntry, entries, is_admin};
use super::log::{dress, dress_for_office, find};
use super::model::Message;
use super::{ChatError, file, index, ping};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use std::time::Duration;

/// Forgets what is kept long enough: messages older than their room's days, or the office's (zero: for ever), at most
/// `most` of them, oldest first. Returns how many; call again until none is left.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune(tx: &WriteTx<'_>, office_days: i64, most: usize) -> Result<usize, ChatError> {
    let mut left = most;
    for (id, days) in limited(tx, office_days)? {
        let days = u64::try_from(days).unwrap_or(0);
        let before = tx.now().minus(Duration::from_secs(days.saturating_mul(24 * 3600)));
        left -= prune_one(tx, id, before, left)?;
        tx.sql()
            .prepare_cached("delete from chat_log where conversation = ?1 and made_at < ?2")?
            .execute((id, before))?;
        if left == 0 {
            break;
        }
    }
    Ok(most - left)
}

/// The conversations whose messages are not kept for ever, with their days.
fn limited(tx: &ReadTx<'_>, office_days: i64) -> Result<Vec<(ConversationId, i64)>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select id, iif(keeps_days > 0, keeps_days, ?1) from chat_conversation where keeps_days > 0 or ?1 > 0",
    )?;
    let rows = found.query_map([office_days], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Walks `chat_message_by_number` from the oldest on.
fn prune_one(tx: &WriteTx<'_>, id: ConversationId, before: Moment, most: usize) -> Result<usize, ChatError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let old: Vec<(ChatMessageId, i64, bool)> = {
        let mut found = tx.sql().prepare_cached(
            "select id, number, has_files, said_at from chat_message where conversation = ?1 order by number limit ?2",
        )?;
        let mut rows = found.query((id, most))?;
        let mut old = Vec::new();
        while let Some(row) = rows.next()? {
            if row.get::<_, Moment>(3)? >= before {
                break;
            }
            old.push((row.get(0)?, row.get(1)?, row.get(2)?));
        }
        old
    };
    let Some((_, last, _)) = old.last() else { return Ok(0) };
    for (message, number, has_files) in &old {
        if *has_files {
            file::forget_of(tx, *message)?;
        }
        index::forget(tx, *message)?;
        ping::forget(tx, id, *number)?;
        tx.sql().prepare_cached("delete from chat_message where id = ?1")?.execute([message])?;
    }
    for sql in [
        "delete from chat_pin where conversation = ?1 and number <= ?2",
        "delete from chat_star where conversation = ?1 and number <= ?2",
        "update chat_conversation set first = ?2 + 1 where id = ?1",
    ] {
        tx.sql().prepare_cached(sql)?.execute((id, last))?;
    }
    Ok(old.len())
}

/// A part of a conversation for taking a copy: all messages after a number, with the replies in threads, at most
/// `most`, oldest first.
///
/// # Errors
/// `NoConversation`.
pub fn export(
    tx: &ReadTx<'_>,
    who: PersonId,
    id: ConversationId,
    after: i64,
    most: usize,
) -> Result<Vec<Message>, ChatError> {
    let access = access(tx, who, id)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let after = after.max(access.first - 1);
    let found = find(tx, "m.conversation = ?1 and m.number > ?2 order by m.number limit ?3", (id, after, most))?;
    dress(tx, who, found)
}

/// What an administrator takes a copy of for the law.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LegalFilter {
    /// Only what this person said.
    pub said_by: Option<PersonId>,
    /// Only what was said here.
    pub conversation: Option<ConversationId>,
    /// Only what was said from then on.
    pub from: Option<Moment>,
    /// Only what was said before.
    pub until: Option<Moment>,
    /// Only what comes after this message: the last one of the part before.
    pub after: Option<ChatMessageId>,
}

/// A part of a copy for the law.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LegalPart {
    /// Messages in the order they were said, of all conversations.
    pub messages: Vec<Message>,
    /// With the first part, of one conversation: how edited and deleted messages were before.
    pub log: Vec<LogEntry>,
}

/// Takes a part of a copy for the law, at most `most` messages, oldest first. Whoever is not in a conversation sees it
/// by this alone, and each beginning is written into the log of moderation.
///
/// # Errors
/// `NotAllowed` for all but administrators.
pub fn legal_export(
    tx: &WriteTx<'_>,
    admin: PersonId,
    filter: &LegalFilter,
    most: usize,
) -> Result<LegalPart, ChatError> {
    if !is_admin(tx, admin)? {
        return Err(ChatError::NotAllowed("only administrators do this"));
    }
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let after = filter.after.unwrap_or(ChatMessageId::new(0));
    let found = find(
        tx,
        "m.id > ?1 and (?2 is null or m.said_by = ?2) and (?3 is null or m.conversation = ?3)
            and (?4 is null or m.said_at >= ?4) and (?5 is null or m.said_at < ?5) order by m.id limit ?6",
        (after, filter.said_by, filter.conversation, filter.from, filter.until, most),
    )?;
    let mut part = LegalPart { messages: dress_for_office(tx, found)?, log: Vec::new() };
    if filter.after.is_none() {
        let at = filter.conversation.unwrap_or(ConversationId::new(0));
        tx.sql()
            .prepare_cached(
                "insert into chat_log (conversation, made_at, made_by, act, whom, before)
                 values (?1, ?2, ?3, ?4, ?5, '')",
            )?
            .execute((at, tx.now(), admin, Act::Exported.to_row(), filter.said_by))?;
        if let Some(conversation) = filter.conversation {
            part.log = entries(tx, conversation)?;
        }
    }
    Ok(part)
}
