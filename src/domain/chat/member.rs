//! Members: who is in a conversation, how they come in and how they go.

use super::ChatError;
use super::access::{Access, access};
use super::conversation::{changed, exists};
use super::keeper::is_admin;
use super::model::{ConversationKind, Level, Member, Role};
use super::notice::notice;
use crate::domain::event::Event;
use crate::domain::people;
use crate::domain::policy;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ConversationId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// From where on somebody who is invited may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryFrom {
    /// From the first message.
    Start,
    /// From the invitation.
    Now,
}

/// Puts somebody into a conversation, with everything before read. Messages up to `since` are not for them.
pub(super) fn put(
    tx: &mut WriteTx<'_>,
    id: ConversationId,
    who: PersonId,
    role: Role,
    level: Level,
    since: i64,
) -> Result<(), ChatError> {
    tx.sql()
        .prepare_cached(
            "insert into chat_member (conversation, person, role, level, read, delivered, since, told, joined_at)
             select id, ?2, ?3, ?4, last, last, ?5, last, ?6 from chat_conversation where id = ?1",
        )?
        .execute((id, who, role.to_row(), level.to_row(), since, tx.now()))?;
    tx.emit(who, Event::ConversationsChanged)?;
    changed(tx, id)
}

/// Takes somebody out of a conversation. Stars and drafts there go as well.
pub(super) fn remove(tx: &mut WriteTx<'_>, id: ConversationId, who: PersonId) -> Result<(), ChatError> {
    for sql in [
        "delete from chat_member where conversation = ?1 and person = ?2",
        "delete from chat_star where conversation = ?1 and person = ?2",
        "delete from chat_draft where conversation = ?1 and person = ?2",
        "delete from chat_ping where conversation = ?1 and person = ?2",
    ] {
        tx.sql().prepare_cached(sql)?.execute((id, who))?;
    }
    tx.emit(who, Event::ConversationsChanged)?;
    changed(tx, id)
}

/// The people in a conversation, by name.
///
/// # Errors
/// `NoConversation`.
pub fn members(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<Vec<Member>, ChatError> {
    access(tx, who, id)?;
    let now = tx.now().millis();
    let mut found = tx
        .sql()
        .prepare_cached("select person, role, muted_until, read, delivered from chat_member where conversation = ?1")?;
    let mut rows = found.query([id])?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(person) = people::person(tx, row.get(0)?)? else { continue };
        members.push(Member {
            person,
            role: Role::from_row(row.get(1)?),
            is_muted: row.get::<_, i64>(2)? > now,
            read: row.get(3)?,
            delivered: row.get(4)?,
        });
    }
    members.sort_by_cached_key(|member| (member.person.full_name.to_lowercase(), member.person.id));
    Ok(members)
}

/// The people in a conversation.
pub(super) fn member_ids(tx: &ReadTx<'_>, id: ConversationId) -> Result<Vec<PersonId>, ChatError> {
    let mut found = tx.sql().prepare_cached("select person from chat_member where conversation = ?1")?;
    let rows = found.query_map([id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The role of somebody in a conversation, if they are in it.
pub(super) fn role_of(tx: &ReadTx<'_>, id: ConversationId, who: PersonId) -> Result<Option<Role>, ChatError> {
    let mut found = tx.sql().prepare_cached("select role from chat_member where conversation = ?1 and person = ?2")?;
    Ok(found.query_row((id, who), |row| row.get(0).map(Role::from_row)).optional()?)
}

/// Joins a public room. Who is in it already stays.
///
/// # Errors
/// `NoConversation`, also for one who is banned; `Archived`.
pub fn join(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId) -> Result<(), ChatError> {
    let access = access(tx, who, id)?;
    if access.is_member {
        return Ok(());
    }
    if access.is_archived {
        return Err(ChatError::Archived);
    }
    // A room that everybody has left belongs to who comes next.
    let role = if is_empty(tx, id)? { Role::Owner } else { Role::Member };
    put(tx, id, who, role, Level::Mentions, 0)?;
    notice(tx, id, who, "joined")
}

fn is_empty(tx: &ReadTx<'_>, id: ConversationId) -> Result<bool, ChatError> {
    Ok(!tx.sql().prepare_cached("select 1 from chat_member where conversation = ?1 limit 1")?.exists([id])?)
}

/// Leaves a group or room. Where its only owner leaves, the eldest of the highest role owns it.
///
/// # Errors
/// `NoConversation`; `NotAllowed` between two.
pub fn leave(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId) -> Result<(), ChatError> {
    let access = access(tx, who, id)?.member()?;
    if access.kind == ConversationKind::Direct {
        return Err(ChatError::NotAllowed("a conversation of two cannot be left; put it away"));
    }
    notice(tx, id, who, "left")?;
    remove(tx, id, who)?;
    inherit(tx, &access)
}

/// Gives a room that has lost its last owner a new one.
pub(super) fn inherit(tx: &WriteTx<'_>, access: &Access) -> Result<(), ChatError> {
    if access.kind.is_room() && access.role == Role::Owner {
        tx.sql()
            .prepare_cached(
                "update chat_member set role = 2
                  where conversation = ?1
                    and not exists (select 1 from chat_member where conversation = ?1 and role = 2)
                    and person = (select person from chat_member where conversation = ?1
                                   order by role desc, joined_at, person limit 1)",
            )?
            .execute([access.conversation])?;
    }
    Ok(())
}

/// Brings somebody into a group or room. Whoever may speak there may invite; who is in it already stays.
///
/// # Errors
/// `NoConversation`, `NotAllowed`, `Barred`, `Muted`, `Archived`, `TooMany`; `People` where there is no such person.
pub fn invite(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: ConversationId,
    person: PersonId,
    history: HistoryFrom,
) -> Result<(), ChatError> {
    let access = access(tx, who, id)?.changer()?;
    if access.kind == ConversationKind::Direct {
        return Err(ChatError::NotAllowed("two stay two; make a group"));
    }
    exists(tx, person)?;
    if access.kind != ConversationKind::Public {
        policy::talk(tx, who, [person])?;
    }
    if role_of(tx, id, person)?.is_some() {
        return Ok(());
    }
    if tx
        .sql()
        .prepare_cached("select 1 from chat_ban where conversation = ?1 and person = ?2")?
        .exists((id, person))?
    {
        return Err(ChatError::NotAllowed("this person is banned here"));
    }
    if access.kind == ConversationKind::Group && member_ids(tx, id)?.len() >= limits::CHAT_GROUP {
        return Err(ChatError::TooMany("people in a group; make a room", limits::CHAT_GROUP));
    }
    let level = if access.kind.is_room() { Level::Mentions } else { Level::All };
    let since = if history == HistoryFrom::Now { access.last } else { 0 };
    put(tx, id, person, Role::Member, level, since)?;
    let deed = ["brought in ", &super::conversation::full_name(tx, person)?].concat();
    notice(tx, id, who, &deed)
}

/// Brings everybody with an account into a public room, but for those banned there: for what the office has to say to
/// all. Administrators alone do this. Returns how many came in.
///
/// # Errors
/// `NoConversation`, `NotAllowed`, `Archived`.
pub fn invite_everybody(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId) -> Result<usize, ChatError> {
    let access = access(tx, who, id)?.changer()?;
    if access.kind != ConversationKind::Public || !is_admin(tx, who)? {
        return Err(ChatError::NotAllowed("only administrators bring everybody, and into a public room"));
    }
    let absent: Vec<PersonId> = {
        let mut found = tx.sql().prepare_cached(
            "select p.id from people_person p where p.is_disabled = 0
                and not exists (select 1 from chat_member m where m.conversation = ?1 and m.person = p.id)
                and not exists (select 1 from chat_ban b where b.conversation = ?1 and b.person = p.id)",
        )?;
        let rows = found.query_map([id], |row| row.get(0))?;
        rows.collect::<Result<_, _>>()?
    };
    for person in &absent {
        put(tx, id, *person, Role::Member, Level::Mentions, 0)?;
    }
    if !absent.is_empty() {
        notice(tx, id, who, "brought in everybody")?;
    }
    Ok(absent.len())
}
