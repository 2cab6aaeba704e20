//! Making conversations, and looking at one.

use super::access::access;
use super::model::{Conversation, ConversationKind, Level, NewRoom, Role};
use super::notice::notice;
use super::{ChatError, member, text};
use crate::domain::event::Event;
use crate::domain::people::{self, PeopleError};
use crate::domain::policy;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// The conversation of a person with one other, or with themselves ("Notes"). Made where there is none yet.
///
/// # Errors
/// `People` where there is no such person; `Barred` where there is none yet and the office's rules let none be.
pub fn direct(tx: &mut WriteTx<'_>, who: PersonId, with: PersonId) -> Result<ConversationId, ChatError> {
    let pair = (who.min(with), who.max(with));
    let found: Option<ConversationId> = tx
        .sql()
        .prepare_cached("select id from chat_conversation where low = ?1 and high = ?2")?
        .query_row(pair, |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    exists(tx, with)?;
    policy::talk(tx, who, [with])?;
    let id: ConversationId = tx
        .sql()
        .prepare_cached(
            "insert into chat_conversation (kind, low, high, made_by, made_at, last_at)
             values (0, ?1, ?2, ?3, ?4, ?4) returning id",
        )?
        .query_row((pair.0, pair.1, who, tx.now()), |row| row.get(0))?;
    member::put(tx, id, who, Role::Member, Level::All, 0)?;
    if with != who {
        member::put(tx, id, with, Role::Member, Level::All, 0)?;
    }
    Ok(id)
}

/// Makes a group of a person and some others.
///
/// # Errors
/// `TooMany`, `Barred`; `People` where one of them is unknown; `NotAllowed` where there is nobody else.
pub fn make_group(tx: &mut WriteTx<'_>, who: PersonId, others: &[PersonId]) -> Result<ConversationId, ChatError> {
    let mut others: Vec<PersonId> = others.iter().copied().filter(|other| *other != who).collect();
    others.sort_unstable();
    others.dedup();
    if others.is_empty() {
        return Err(ChatError::NotAllowed("a group needs somebody else"));
    }
    if others.len() >= limits::CHAT_GROUP {
        return Err(ChatError::TooMany("people in a group; make a room", limits::CHAT_GROUP));
    }
    policy::talk(tx, who, others.iter().copied())?;
    let id = insert(tx, who, ConversationKind::Group, "", None, "")?;
    member::put(tx, id, who, Role::Member, Level::All, 0)?;
    for other in others {
        exists(tx, other)?;
        member::put(tx, id, other, Role::Member, Level::All, 0)?;
    }
    Ok(id)
}

/// Makes a room, and its maker its owner.
///
/// # Errors
/// `BadName`, `Taken`.
pub fn make_room(tx: &mut WriteTx<'_>, who: PersonId, new: &NewRoom) -> Result<ConversationId, ChatError> {
    if !new.kind.is_room() {
        return Err(ChatError::NotAllowed("a room is public or private"));
    }
    let (name, key) = free_name(tx, &new.name)?;
    let topic = text::line(&new.topic, limits::CHAT_TOPIC);
    let id = insert(tx, who, new.kind, &name, Some(&key), &topic)?;
    member::put(tx, id, who, Role::Owner, Level::Mentions, 0)?;
    notice(tx, id, who, "made this room")?;
    Ok(id)
}

fn insert(
    tx: &WriteTx<'_>,
    who: PersonId,
    kind: ConversationKind,
    name: &str,
    key: Option<&str>,
    topic: &str,
) -> Result<ConversationId, ChatError> {
    let mut insert = tx.sql().prepare_cached(
        "insert into chat_conversation (kind, name, name_key, topic, made_by, made_at, last_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?6) returning id",
    )?;
    Ok(insert.query_row((kind.to_row(), name, key, topic, who, tx.now()), |row| row.get(0))?)
}

/// A room's name as it is kept and the key it is known by, where no other room has it.
pub(super) fn free_name(tx: &ReadTx<'_>, wanted: &str) -> Result<(String, String), ChatError> {
    let name = text::line(wanted, limits::CHAT_NAME + 1);
    let name = name.trim_start_matches('#').trim_start().to_owned();
    if !name.chars().any(char::is_alphanumeric) || name.chars().count() > limits::CHAT_NAME {
        return Err(ChatError::BadName);
    }
    let key = name.to_lowercase();
    if tx.sql().prepare_cached("select 1 from chat_conversation where name_key = ?1")?.exists([&key])? {
        return Err(ChatError::Taken(name));
    }
    Ok((name, key))
}

pub(super) fn exists(tx: &ReadTx<'_>, who: PersonId) -> Result<(), ChatError> {
    people::person(tx, who)?.map(|_| ()).ok_or(ChatError::People(PeopleError::NoPerson))
}

/// A conversation as a person sees it.
///
/// # Errors
/// `NoConversation`.
pub fn conversation(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<Conversation, ChatError> {
    let access = access(tx, who, id)?;
    let mut found = tx.sql().prepare_cached(
        "select c.name, c.topic, c.low, c.high, c.made_by, c.made_at, c.last_at, c.slow, c.keeps_days, m.level,
                m.is_favourite
           from chat_conversation c left join chat_member m on m.conversation = c.id and m.person = ?2
          where c.id = ?1",
    )?;
    let mut conversation = found.query_row((id, who), |row| {
        let pair = (row.get(2)?, row.get(3)?);
        let last_at: Moment = row.get(6)?;
        Ok(Conversation {
            id,
            kind: access.kind,
            title: String::new(),
            name: row.get(0)?,
            with: other_of(who, pair),
            topic: row.get(1)?,
            made_by: row.get(4)?,
            made_at: row.get(5)?,
            first: access.first,
            last: access.last,
            last_at: (access.last > 0).then_some(last_at),
            read: access.read,
            unread: if access.is_member { (access.last - access.read).max(0) } else { 0 },
            is_member: access.is_member,
            role: access.role,
            may_say: access.may_say(),
            is_muted: access.is_muted,
            is_archived: access.is_archived,
            level: Level::from_row(row.get::<_, Option<i64>>(9)?.unwrap_or(1)),
            is_favourite: row.get::<_, Option<bool>>(10)?.unwrap_or(false),
            slow: row.get(7)?,
            says: access.says,
            keeps_days: row.get(8)?,
        })
    })?;
    conversation.title = title(tx, who, id, &conversation.name, conversation.with)?;
    Ok(conversation)
}

/// The other one of two; oneself in one's own notes.
pub(super) fn other_of(who: PersonId, pair: (Option<PersonId>, Option<PersonId>)) -> Option<PersonId> {
    let (low, high) = (pair.0?, pair.1?);
    Some(if low == who { high } else { low })
}

/// People named in the title of a group without a name.
const NAMED: usize = 3;

/// What a person calls a conversation: its name, the other one's name, or the names of those in it.
pub(super) fn title(
    tx: &ReadTx<'_>,
    who: PersonId,
    id: ConversationId,
    name: &str,
    with: Option<PersonId>,
) -> Result<String, ChatError> {
    if !name.is_empty() {
        return Ok(name.to_owned());
    }
    match with {
        Some(with) if with == who => Ok("Notes".to_owned()),
        Some(with) => full_name(tx, with),
        None => {
            let mut found = tx.sql().prepare_cached(
                "select p.full_name from chat_member m join people_person p on p.id = m.person
                  where m.conversation = ?1 and m.person <> ?2 order by p.full_name limit 50",
            )?;
            let rows = found.query_map((id, who), |row| row.get::<_, String>(0))?;
            let names = rows.collect::<Result<Vec<_>, _>>()?;
            let first = |name: &String| name.split_whitespace().next().unwrap_or_default().to_owned();
            let mut title = names.iter().take(NAMED).map(first).collect::<Vec<_>>().join(", ");
            if names.len() > NAMED {
                title.push_str(&format!(" +{}", names.len() - NAMED));
            }
            Ok(if title.is_empty() { "Only you".to_owned() } else { title })
        }
    }
}

pub(super) fn full_name(tx: &ReadTx<'_>, who: PersonId) -> Result<String, ChatError> {
    let mut found = tx.sql().prepare_cached("select full_name from people_person where id = ?1")?;
    Ok(found.query_row([who], |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Tells everybody in a conversation that it looks different.
pub(super) fn changed(tx: &mut WriteTx<'_>, id: ConversationId) -> Result<(), ChatError> {
    tx.emit(id, Event::ConversationChanged { conversation: id })?;
    Ok(())
}
