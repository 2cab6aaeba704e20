//! What waits unread, and whether its reader was told by mail.

use super::ChatError;
use super::model::{ConversationKind, Level};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, PersonId};

/// A conversation with something unread that its reader was not told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The conversation.
    pub id: ConversationId,
    /// What it is.
    pub kind: ConversationKind,
    /// What the reader wants to be told of it.
    pub level: Level,
    /// Number of the last message read.
    pub read: i64,
}

/// The conversations of `who` in which something unread was said after `after`, but for those of which the reader was
/// told by mail and has read nothing since. Walks `chat_member_by_person`.
///
/// # Errors
/// Where the file cannot be read.
pub fn waiting(tx: &ReadTx<'_>, who: PersonId, after: Moment) -> Result<Vec<Waiting>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select c.id, c.kind, m.level, m.read
           from chat_member m join chat_conversation c on c.id = m.conversation
          where m.person = ?1 and c.last > m.read and m.told <= m.read and c.last_at > ?2
          order by c.id limit 200",
    )?;
    let rows = found.query_map((who, after), |row| {
        Ok(Waiting {
            id: row.get(0)?,
            kind: ConversationKind::from_row(row.get(1)?),
            level: Level::from_row(row.get(2)?),
            read: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that `who` was told of a conversation up to a message; `false` where that was so, or it has been read.
///
/// # Errors
/// Where the file cannot be written.
pub fn mark_told(tx: &WriteTx<'_>, who: PersonId, id: ConversationId, upto: i64) -> Result<bool, ChatError> {
    let told = tx
        .sql()
        .prepare_cached(
            "update chat_member set told = ?3
              where conversation = ?1 and person = ?2 and told <= read and read < ?3",
        )?
        .execute((id, who, upto))?;
    Ok(told > 0)
}
