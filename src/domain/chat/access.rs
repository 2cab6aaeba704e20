//! Access: the one function that decides what a person may do in a conversation.

use super::ChatError;
use super::model::{ConversationKind, Role};
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, PersonId};
use rusqlite::OptionalExtension;

/// What a person may do in a conversation, and what deciding it has read anyway. Whoever has one may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// The conversation.
    pub conversation: ConversationId,
    /// What it is.
    pub kind: ConversationKind,
    /// Whether the person is in it.
    pub is_member: bool,
    /// What the person may do in it; `Member` also for one who only looks in.
    pub role: Role,
    /// Whether the person may not speak for a while.
    pub is_muted: bool,
    /// Whether it is closed.
    pub is_archived: bool,
    /// Least role that may speak.
    pub says: Role,
    /// Number of the oldest message the person may see.
    pub first: i64,
    /// Number of the newest message.
    pub last: i64,
    /// Number of the last message read.
    pub read: i64,
    /// Until when the person must wait to speak again.
    pub slow_until: Moment,
}

/// What a person may do in a conversation.
///
/// # Errors
/// `NoConversation` for all that is not this person's to know of.
pub fn access(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<Access, ChatError> {
    let now = tx.now().millis();
    let mut found = tx.sql().prepare_cached(
        "select c.kind, c.is_archived, c.says, c.first, c.last, c.slow,
                m.role, m.muted_until, m.since, m.read, m.said_at,
                m.role is null and exists (select 1 from chat_ban b where b.conversation = c.id and b.person = ?2)
           from chat_conversation c left join chat_member m on m.conversation = c.id and m.person = ?2
          where c.id = ?1",
    )?;
    let found = found.query_row((id, who), |row| {
        let role: Option<i64> = row.get(6)?;
        let role_held = Role::from_row(role.unwrap_or(0));
        let since = row.get::<_, Option<i64>>(8)?.unwrap_or(0);
        let slow: i64 = if role_held == Role::Member { row.get(5)? } else { 0 };
        let said_at = row.get::<_, Option<i64>>(10)?.unwrap_or(0);
        let access = Access {
            conversation: id,
            kind: ConversationKind::from_row(row.get(0)?),
            is_member: role.is_some(),
            role: role_held,
            is_muted: row.get::<_, Option<i64>>(7)?.unwrap_or(0) > now,
            is_archived: row.get(1)?,
            says: Role::from_row(row.get(2)?),
            first: row.get::<_, i64>(3)?.max(since.saturating_add(1)),
            last: row.get(4)?,
            read: row.get::<_, Option<i64>>(9)?.unwrap_or(0),
            slow_until: Moment::from_millis(if slow > 0 {
                said_at.saturating_add(slow.saturating_mul(1000))
            } else {
                0
            }),
        };
        Ok((access, row.get::<_, bool>(11)?))
    });
    let (access, is_banned) = found.optional()?.ok_or(ChatError::NoConversation)?;
    let may_read = access.is_member || (access.kind == ConversationKind::Public && !is_banned);
    if may_read { Ok(access) } else { Err(ChatError::NoConversation) }
}

impl Access {
    /// Whether the person may speak, but for having to wait a little.
    #[must_use]
    pub fn may_say(&self) -> bool {
        self.may_change() && self.role >= self.says
    }

    /// Whether the person may change what stands here already: their own words, reactions.
    #[must_use]
    pub const fn may_change(&self) -> bool {
        self.is_member && !self.is_muted && !self.is_archived
    }

    /// Whether the person keeps order here.
    #[must_use]
    pub fn is_moderator(&self) -> bool {
        self.is_member && self.role >= Role::Moderator
    }

    /// Whether the person may see the message of this number.
    #[must_use]
    pub const fn may_see(&self, number: i64) -> bool {
        number >= self.first && number <= self.last
    }

    /// Lets nobody through who is not in the conversation.
    pub(super) const fn member(self) -> Result<Self, ChatError> {
        if self.is_member { Ok(self) } else { Err(ChatError::NotAllowed("join the room first")) }
    }

    /// Lets nobody through who may not change what stands here.
    pub(super) fn changer(self) -> Result<Self, ChatError> {
        let access = self.member()?;
        match (access.is_archived, access.is_muted) {
            (true, _) => Err(ChatError::Archived),
            (_, true) => Err(ChatError::Muted),
            _ => Ok(access),
        }
    }

    /// Lets nobody through who may not speak now.
    pub(super) fn speaker(self, now: Moment) -> Result<Self, ChatError> {
        let access = self.changer()?;
        if access.role < access.says {
            return Err(ChatError::NotAllowed("only moderators speak here"));
        }
        if access.slow_until > now {
            return Err(ChatError::Slow(access.slow_until.since(now)));
        }
        Ok(access)
    }
}
