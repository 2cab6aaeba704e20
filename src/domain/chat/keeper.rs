//! Keeping order: who may stay and speak, what a conversation is called, and the log of all that.

use super::access::{Access, access};
use super::conversation::{changed, free_name, full_name};
use super::member::{inherit, remove, role_of};
use super::model::{ConversationKind, Role};
use super::notice::notice;
use super::{ChatError, text};
use crate::domain::people;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits;
use rusqlite::Row;

/// What was done to keep order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Somebody's own words were changed.
    Edited,
    /// A message was taken back.
    Deleted,
    /// Somebody was sent out.
    Kicked,
    /// Somebody was sent out for good.
    Banned,
    /// Somebody may come again.
    Unbanned,
    /// Somebody may not speak for a while.
    Muted,
    /// Somebody may speak again.
    Unmuted,
    /// Somebody has another role.
    RoleSet,
    /// The name is another.
    Renamed,
    /// The topic is another.
    TopicSet,
    /// It was closed or opened.
    Archived,
    /// Its rules are others: who speaks, how fast, how long it is kept.
    RulesSet,
    /// Somebody pointed out a message to those who keep order.
    Reported,
    /// An administrator took a copy.
    Exported,
    /// A door for a program was made.
    HookMade,
    /// A door for a program was closed.
    HookRevoked,
    /// A message that was taken back is there again.
    Undeleted,
}

const ACTS: [Act; 17] = [
    Act::Edited,
    Act::Deleted,
    Act::Kicked,
    Act::Banned,
    Act::Unbanned,
    Act::Muted,
    Act::Unmuted,
    Act::RoleSet,
    Act::Renamed,
    Act::TopicSet,
    Act::Archived,
    Act::RulesSet,
    Act::Reported,
    Act::Exported,
    Act::HookMade,
    Act::HookRevoked,
    Act::Undeleted,
];

impl Act {
    pub(super) fn to_row(self) -> i64 {
        ACTS.iter().zip(0..).find(|(act, _)| **act == self).map_or(0, |(_, row)| row)
    }

    pub(super) fn from_row(row: i64) -> Self {
        usize::try_from(row).ok().and_then(|row| ACTS.get(row).copied()).unwrap_or(Self::RulesSet)
    }
}

/// One line of the log of moderation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Where.
    pub conversation: ConversationId,
    /// When.
    pub made_at: Moment,
    /// Who did it.
    pub made_by: PersonId,
    /// What.
    pub act: Act,
    /// To whom.
    pub whom: Option<PersonId>,
    /// To which message.
    pub message: Option<ChatMessageId>,
    /// How it was before, or why.
    pub before: String,
}

/// Writes down what was done. Nothing changes it afterwards.
pub(super) fn record(
    tx: &WriteTx<'_>,
    access: &Access,
    who: PersonId,
    act: Act,
    whom: Option<PersonId>,
    message: Option<ChatMessageId>,
    before: &str,
) -> Result<(), ChatError> {
    tx.sql()
        .prepare_cached(
            "insert into chat_log (conversation, made_at, made_by, act, whom, message, before)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((access.conversation, tx.now(), who, act.to_row(), whom, message, before))?;
    Ok(())
}

/// The log of moderation of a room, newest first, for those who keep order there.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn log_of(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<Vec<LogEntry>, ChatError> {
    let access = access(tx, who, id)?;
    keeper(tx, who, &access)?;
    entries(tx, id)
}

impl LogEntry {
    /// The first seven columns: `conversation, made_at, made_by, act, whom, message, before`.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            conversation: row.get(0)?,
            made_at: row.get(1)?,
            made_by: row.get(2)?,
            act: Act::from_row(row.get(3)?),
            whom: row.get(4)?,
            message: row.get(5)?,
            before: row.get(6)?,
        })
    }
}

pub(super) fn entries(tx: &ReadTx<'_>, id: ConversationId) -> Result<Vec<LogEntry>, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select conversation, made_at, made_by, act, whom, message, before from chat_log
          where conversation = ?1 order by id desc limit 1000",
    )?;
    let rows = found.query_map([id], LogEntry::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn is_admin(tx: &ReadTx<'_>, who: PersonId) -> Result<bool, ChatError> {
    Ok(people::person(tx, who)?.is_some_and(|person| person.role.runs_office() && !person.is_disabled))
}

/// The role that a person keeps order with: administrators of the office own every room that they may see.
pub(super) fn rank(tx: &ReadTx<'_>, who: PersonId, access: &Access) -> Result<Role, ChatError> {
    if access.kind.is_room() && access.role < Role::Owner && is_admin(tx, who)? {
        return Ok(Role::Owner);
    }
    Ok(if access.is_member { access.role } else { Role::Member })
}

/// Whether a person keeps order here.
pub(super) fn is_keeper(tx: &ReadTx<'_>, who: PersonId, access: &Access) -> Result<bool, ChatError> {
    Ok(rank(tx, who, access)? >= Role::Moderator)
}

fn keeper(tx: &ReadTx<'_>, who: PersonId, access: &Access) -> Result<Role, ChatError> {
    let rank = rank(tx, who, access)?;
    if rank >= Role::Moderator { Ok(rank) } else { Err(ChatError::NotAllowed("only moderators do this")) }
}

/// Lets one through who keeps order and stands over the other.
fn over(tx: &ReadTx<'_>, who: PersonId, id: ConversationId, whom: PersonId) -> Result<(Access, bool), ChatError> {
    let access = access(tx, who, id)?;
    let rank = keeper(tx, who, &access)?;
    let other = role_of(tx, id, whom)?;
    if whom == who || other.is_some_and(|other| other >= rank) {
        return Err(ChatError::NotAllowed("this person stands as high as you"));
    }
    Ok((access, other.is_some()))
}

fn told(tx: &mut WriteTx<'_>, id: ConversationId, who: PersonId, deed: &str, whom: PersonId) -> Result<(), ChatError> {
    let deed = [deed, " ", &full_name(tx, whom)?].concat();
    notice(tx, id, who, &deed)
}

/// Sends somebody out of a room.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn kick(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, whom: PersonId) -> Result<(), ChatError> {
    let (access, is_in) = over(tx, who, id, whom)?;
    if !is_in {
        return Ok(());
    }
    record(tx, &access, who, Act::Kicked, Some(whom), None, "")?;
    remove(tx, id, whom)?;
    inherit(tx, &access)?;
    told(tx, id, who, "sent out", whom)
}

/// Sends somebody out of a room for good: they can neither look in nor be invited.
///
/// # Errors
/// `NoConversation`, `NotAllowed`; `People` where there is no such person.
pub fn ban(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, whom: PersonId) -> Result<(), ChatError> {
    let (access, is_in) = over(tx, who, id, whom)?;
    super::conversation::exists(tx, whom)?;
    let added = tx
        .sql()
        .prepare_cached(
            "insert or ignore into chat_ban (conversation, person, banned_by, banned_at) values (?1, ?2, ?3, ?4)",
        )?
        .execute((id, whom, who, tx.now()))?;
    if added == 0 {
        return Ok(());
    }
    record(tx, &access, who, Act::Banned, Some(whom), None, "")?;
    if is_in {
        remove(tx, id, whom)?;
        told(tx, id, who, "sent out", whom)?;
    }
    Ok(())
}

/// Lets somebody come again.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn unban(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, whom: PersonId) -> Result<(), ChatError> {
    let (access, _) = over(tx, who, id, whom)?;
    let gone =
        tx.sql().prepare_cached("delete from chat_ban where conversation = ?1 and person = ?2")?.execute((id, whom))?;
    if gone > 0 {
        record(tx, &access, who, Act::Unbanned, Some(whom), None, "")?;
    }
    Ok(())
}

/// Who is banned from a room, for those who keep order there.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn banned(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<Vec<PersonId>, ChatError> {
    let access = access(tx, who, id)?;
    keeper(tx, who, &access)?;
    let mut found = tx.sql().prepare_cached("select person from chat_ban where conversation = ?1")?;
    let rows = found.query_map([id], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Lets somebody only listen: until a moment, or until unmuted.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn mute(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: ConversationId,
    whom: PersonId,
    until: Option<Moment>,
) -> Result<(), ChatError> {
    quieten(tx, who, id, whom, Act::Muted, until.map_or(i64::MAX, Moment::millis))
}

/// Lets somebody speak again.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn unmute(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, whom: PersonId) -> Result<(), ChatError> {
    quieten(tx, who, id, whom, Act::Unmuted, 0)
}

fn quieten(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: ConversationId,
    whom: PersonId,
    act: Act,
    until: i64,
) -> Result<(), ChatError> {
    let (access, _) = over(tx, who, id, whom)?;
    let changed_rows = tx
        .sql()
        .prepare_cached("update chat_member set muted_until = ?3 where conversation = ?1 and person = ?2")?
        .execute((id, whom, until))?;
    if changed_rows > 0 {
        record(tx, &access, who, act, Some(whom), None, "")?;
        changed(tx, id)?;
    }
    Ok(())
}

/// Gives a member of a room a role. The last owner stays one.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn set_role(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: ConversationId,
    whom: PersonId,
    role: Role,
) -> Result<(), ChatError> {
    let access = access(tx, who, id)?;
    if rank(tx, who, &access)? < Role::Owner || !access.kind.is_room() {
        return Err(ChatError::NotAllowed("only owners give roles"));
    }
    let before = role_of(tx, id, whom)?.ok_or(ChatError::NotAllowed("this person is not in the room"))?;
    if before == role {
        return Ok(());
    }
    let mut owners =
        tx.sql().prepare_cached("select count(*) from chat_member where conversation = ?1 and role = 2")?;
    if before == Role::Owner && owners.query_row([id], |row| row.get::<_, i64>(0))? < 2 {
        return Err(ChatError::NotAllowed("a room keeps one owner at least"));
    }
    drop(owners);
    tx.sql().prepare_cached("update chat_member set role = ?3 where conversation = ?1 and person = ?2")?.execute((
        id,
        whom,
        role.to_row(),
    ))?;
    let (was, is) = (role_word(before), role_word(role));
    record(tx, &access, who, Act::RoleSet, Some(whom), None, was)?;
    changed(tx, id)?;
    let deed = ["made ", &full_name(tx, whom)?, " ", is].concat();
    notice(tx, id, who, &deed)
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Member => "a member",
        Role::Moderator => "a moderator",
        Role::Owner => "an owner",
    }
}

/// Says what a group or room is about. In a room that only moderators speak in, they alone do.
///
/// # Errors
/// `NoConversation`, `NotAllowed`, `Muted`, `Archived`.
pub fn set_topic(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, topic: &str) -> Result<(), ChatError> {
    let access = access(tx, who, id)?.changer()?;
    if access.role < access.says || access.kind == ConversationKind::Direct {
        return Err(ChatError::NotAllowed("the topic is not yours to set"));
    }
    let topic = text::line(topic, limits::CHAT_TOPIC);
    let before: String = tx
        .sql()
        .prepare_cached("select topic from chat_conversation where id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if before == topic {
        return Ok(());
    }
    tx.sql().prepare_cached("update chat_conversation set topic = ?2 where id = ?1")?.execute((id, &topic))?;
    record(tx, &access, who, Act::TopicSet, None, None, &before)?;
    changed(tx, id)?;
    let deed = if topic.is_empty() { "took the topic away".to_owned() } else { ["set the topic: ", &topic].concat() };
    notice(tx, id, who, &deed)
}

/// Gives a room or group another name; a group may go without.
///
/// # Errors
/// `NoConversation`, `NotAllowed`, `BadName`, `Taken`.
pub fn rename(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, name: &str) -> Result<(), ChatError> {
    let access = access(tx, who, id)?;
    let (name, key) = match access.kind {
        ConversationKind::Direct => return Err(ChatError::NotAllowed("a conversation of two has no name")),
        ConversationKind::Group => {
            access.changer()?;
            (text::line(name, limits::CHAT_NAME), None)
        }
        ConversationKind::Public | ConversationKind::Private => {
            keeper(tx, who, &access)?;
            renamed(tx, id, name)?
        }
    };
    let before: String = tx
        .sql()
        .prepare_cached("select name from chat_conversation where id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if before == name {
        return Ok(());
    }
    tx.sql()
        .prepare_cached("update chat_conversation set name = ?2, name_key = ?3 where id = ?1")?
        .execute((id, &name, key))?;
    record(tx, &access, who, Act::Renamed, None, None, &before)?;
    changed(tx, id)?;
    let deed = if name.is_empty() { "took the name away".to_owned() } else { ["named this ", &name].concat() };
    notice(tx, id, who, &deed)
}

/// A free name for a room, which may be its own in other letters.
fn renamed(tx: &WriteTx<'_>, id: ConversationId, name: &str) -> Result<(String, Option<String>), ChatError> {
    let mut own = tx.sql().prepare_cached("select name_key from chat_conversation where id = ?1")?;
    let own: Option<String> = own.query_row([id], |row| row.get(0))?;
    let wanted = text::line(name, limits::CHAT_NAME);
    let wanted = wanted.trim_start_matches('#').trim_start();
    if Some(wanted.to_lowercase()) == own {
        return Ok((wanted.to_owned(), own));
    }
    let (name, key) = free_name(tx, name)?;
    Ok((name, Some(key)))
}

/// Closes a room or group, or opens it again. It can be read, but nothing is said in it.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn archive(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, is_archived: bool) -> Result<(), ChatError> {
    let access = access(tx, who, id)?;
    match access.kind {
        ConversationKind::Direct => return Err(ChatError::NotAllowed("put it away instead")),
        ConversationKind::Group => {
            access.member()?;
        }
        ConversationKind::Public | ConversationKind::Private => {
            keeper(tx, who, &access)?;
        }
    }
    if access.is_archived == is_archived {
        return Ok(());
    }
    tx.sql()
        .prepare_cached("update chat_conversation set is_archived = ?2 where id = ?1")?
        .execute((id, is_archived))?;
    record(tx, &access, who, Act::Archived, None, None, if is_archived { "open" } else { "archived" })?;
    changed(tx, id)?;
    notice(tx, id, who, if is_archived { "put this into the archive" } else { "opened this again" })
}

/// A room's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Least role that may speak.
    pub says: Role,
    /// Seconds a member waits between two messages; zero for none.
    pub slow: i64,
    /// Days that messages are kept; zero for as long as the office keeps them. Owners alone set it.
    pub keeps_days: i64,
}

/// Sets a room's rules.
///
/// # Errors
/// `NoConversation`, `NotAllowed`.
pub fn set_rules(tx: &mut WriteTx<'_>, who: PersonId, id: ConversationId, rules: Rules) -> Result<(), ChatError> {
    let access = access(tx, who, id)?;
    let rank = keeper(tx, who, &access)?;
    let (slow, keeps_days) = (rules.slow.clamp(0, 24 * 3600), rules.keeps_days.clamp(0, 36_500));
    let before: (i64, i64, i64) = tx
        .sql()
        .prepare_cached("select says, slow, keeps_days from chat_conversation where id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    if before == (rules.says.to_row(), slow, keeps_days) {
        return Ok(());
    }
    if before.2 != keeps_days && rank < Role::Owner {
        return Err(ChatError::NotAllowed("only owners set how long a room is kept"));
    }
    tx.sql()
        .prepare_cached("update chat_conversation set says = ?2, slow = ?3, keeps_days = ?4 where id = ?1")?
        .execute((id, rules.says.to_row(), slow, keeps_days))?;
    let words =
        format!("speaks: {}; slow: {} s; kept: {} days", role_word(Role::from_row(before.0)), before.1, before.2);
    record(tx, &access, who, Act::RulesSet, None, None, &words)?;
    changed(tx, id)
}
