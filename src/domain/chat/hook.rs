//! Hooks: doors that programs speak through into a room, each opened by a secret of its own. Only its hash is kept.

use super::access::{Access, access};
use super::keeper::{Act, rank, record};
use super::model::{Role, Said};
use super::say::{NewRow, put};
use super::{ChatError, ping, text};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, HookId, PersonId};
use crate::kernel::{limits, secret};
use rusqlite::OptionalExtension;
use std::time::Duration;

/// How long what was said through a door counts against it.
const WINDOW: Duration = Duration::from_secs(60);

/// A door for a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The door.
    pub id: HookId,
    /// What the program is called in the room.
    pub name: String,
    /// Who made it.
    pub made_by: Option<PersonId>,
    /// When it was made.
    pub made_at: Moment,
    /// When something was last said through it.
    pub used_at: Option<Moment>,
}

/// Lets nobody through who does not own the room.
fn owned(tx: &ReadTx<'_>, who: PersonId, id: ConversationId) -> Result<Access, ChatError> {
    let access = access(tx, who, id)?;
    if rank(tx, who, &access)? < Role::Owner || !access.kind.is_room() {
        return Err(ChatError::NotAllowed("only owners of a room let programs in"));
    }
    Ok(access)
}

/// Makes a door into a room for a program that shows `secret`.
///
/// # Errors
/// `NoConversation`, `NotAllowed` for all but owners, `BadName`, `Taken`, `TooMany`.
pub fn make_hook(
    tx: &WriteTx<'_>,
    who: PersonId,
    at: ConversationId,
    name: &str,
    secret: &str,
) -> Result<HookId, ChatError> {
    let access = owned(tx, who, at)?;
    let name = text::line(name, limits::CHAT_HOOK_NAME);
    if !name.chars().any(char::is_alphanumeric) {
        return Err(ChatError::BadName);
    }
    let known = hooks(tx, who, at)?;
    if known.iter().any(|hook| hook.name == name) {
        return Err(ChatError::Taken(name));
    }
    if known.len() >= usize::try_from(limits::CHAT_HOOKS).unwrap_or(0) {
        return Err(ChatError::TooMany("programs in a room", known.len()));
    }
    let mut insert = tx.sql().prepare_cached(
        "insert into chat_hook (conversation, name, secret_hash, made_by, made_at) values (?1, ?2, ?3, ?4, ?5)
         returning id",
    )?;
    let hash = secret::sha256(secret.as_bytes());
    let id = insert.query_row((at, &name, hash, who, tx.now()), |row| row.get(0))?;
    record(tx, &access, who, Act::HookMade, None, None, &name)?;
    Ok(id)
}

/// The doors into a room, by name.
///
/// # Errors
/// `NoConversation`, `NotAllowed` for all but owners.
pub fn hooks(tx: &ReadTx<'_>, who: PersonId, at: ConversationId) -> Result<Vec<Hook>, ChatError> {
    owned(tx, who, at)?;
    let mut found = tx.sql().prepare_cached(
        "select id, name, made_by, made_at, used_at from chat_hook where conversation = ?1 order by name",
    )?;
    let rows = found.query_map([at], |row| {
        Ok(Hook {
            id: row.get(0)?,
            name: row.get(1)?,
            made_by: row.get(2)?,
            made_at: row.get(3)?,
            used_at: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Closes a door for ever. One that is closed already stays closed.
///
/// # Errors
/// `NoConversation`, `NotAllowed` for all but owners.
pub fn revoke_hook(tx: &WriteTx<'_>, who: PersonId, at: ConversationId, id: HookId) -> Result<(), ChatError> {
    let access = owned(tx, who, at)?;
    let gone: Option<String> = tx
        .sql()
        .prepare_cached("delete from chat_hook where id = ?1 and conversation = ?2 returning name")?
        .query_row((id, at), |row| row.get(0))
        .optional()?;
    if let Some(name) = gone {
        record(tx, &access, who, Act::HookRevoked, None, None, &name)?;
    }
    Ok(())
}

/// Says what a program says through its door, under the door's name. Nobody is the sayer. Returns where it was said.
///
/// # Errors
/// `NoConversation` where the secret opens nothing; `Archived`, `Slow`, `Text`.
pub fn say_by_hook(tx: &mut WriteTx<'_>, secret: &str, typed: &str) -> Result<(ConversationId, Said), ChatError> {
    let found = tx
        .sql()
        .prepare_cached(
            "select h.id, h.conversation, h.name, h.window_at, h.window_count, c.is_archived
               from chat_hook h join chat_conversation c on c.id = h.conversation where h.secret_hash = ?1",
        )?
        .query_row([secret::sha256(secret.as_bytes())], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .optional()?;
    let (id, at, name, window_at, said, is_archived): (HookId, ConversationId, String, Moment, i64, bool) =
        found.ok_or(ChatError::NoConversation)?;
    if is_archived {
        return Err(ChatError::Archived);
    }
    let text = text::clean(typed)?;
    let window_ends = window_at.plus(WINDOW);
    let is_over = window_ends <= tx.now();
    if !is_over && said >= limits::CHAT_HOOK_RATE {
        return Err(ChatError::Slow(window_ends.since(tx.now())));
    }
    let (window_at, said) = if is_over { (tx.now(), 1) } else { (window_at, said + 1) };
    tx.sql()
        .prepare_cached("update chat_hook set used_at = ?2, window_at = ?3, window_count = ?4 where id = ?1")?
        .execute((id, tx.now(), window_at, said))?;
    let mut pings = ping::Pings::default();
    if text.contains('@') {
        ping::named(tx, at, &text, &mut pings)?;
    }
    let words = pings.words();
    let row = NewRow {
        conversation: at,
        text: &text,
        pings: &words,
        pings_all: pings.all,
        speaks_as: &name,
        ..NewRow::default()
    };
    let (message, number) = put(tx, &row)?;
    ping::keep(tx, at, number, &pings.people)?;
    Ok((at, Said { message, number, is_new: true }))
}
