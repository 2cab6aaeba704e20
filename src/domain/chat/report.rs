//! Reports: somebody points out a message to those who keep order, who hear of it among their own notes.

use super::access::Access;
use super::conversation::direct;
use super::keeper::{Act, record};
use super::member::members;
use super::model::{Message, Role};
use super::say::{NewRow, put};
use super::{ChatError, text};
use crate::domain::people;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits;

/// Points out a message to those who keep order: the room's moderators, or the office's administrators where there are
/// none. Each is told once in the name of the office, however often the same person points it out. Returns where.
///
/// # Errors
/// `NoMessage`.
pub fn report(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: ChatMessageId,
    why: &str,
    speaks_as: &str,
) -> Result<Vec<(ConversationId, ChatMessageId)>, ChatError> {
    let (message, access) = super::change::at(tx, who, id)?;
    let is_known = is_reported(tx, who, &message)?;
    let why = text::line(why, limits::CHAT_TOPIC);
    let before = [why.as_str(), "\n", &message.text].concat();
    record(tx, &access, who, Act::Reported, message.said_by, Some(id), &before)?;
    if is_known {
        return Ok(Vec::new());
    }
    let words = words(tx, who, &access, &why)?;
    let mut told = Vec::new();
    for keeper in keepers(tx, who, &access, &message)? {
        let notes = direct(tx, keeper, keeper)?;
        // The message itself stands over the note as what is answered, and leads to its place.
        let row = NewRow { conversation: notes, text: &words, answers: Some(id), speaks_as, ..NewRow::default() };
        told.push((notes, put(tx, &row)?.0));
    }
    Ok(told)
}

/// Walks `chat_log_by_conversation`.
fn is_reported(tx: &ReadTx<'_>, who: PersonId, message: &Message) -> Result<bool, ChatError> {
    let mut found = tx.sql().prepare_cached(
        "select 1 from chat_log where conversation = ?1 and message = ?2 and made_by = ?3 and act = ?4",
    )?;
    Ok(found.exists((message.conversation, message.id, who, Act::Reported.to_row()))?)
}

fn words(tx: &ReadTx<'_>, who: PersonId, access: &Access, why: &str) -> Result<String, ChatError> {
    let name = people::person(tx, who)?.map(|person| person.full_name).unwrap_or_default();
    let place = if access.kind.is_room() {
        let mut found = tx.sql().prepare_cached("select name from chat_conversation where id = ?1")?;
        let room: String = found.query_row([access.conversation], |row| row.get(0))?;
        format!("in #{room}")
    } else {
        "in a conversation".to_owned()
    };
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    Ok(format!("{name} reported a message {place}{why}"))
}

/// Who keeps order there, but for who reports and who is reported.
fn keepers(tx: &ReadTx<'_>, who: PersonId, access: &Access, message: &Message) -> Result<Vec<PersonId>, ChatError> {
    let is_apart =
        |person: &people::Person| !person.is_disabled && person.id != who && Some(person.id) != message.said_by;
    let mut found = Vec::new();
    if access.kind.is_room() {
        let members = members(tx, who, access.conversation)?.into_iter();
        found.extend(members.filter(|one| one.role >= Role::Moderator).map(|one| one.person).filter(is_apart));
    }
    if found.is_empty() {
        found.extend(people::all(tx)?.into_iter().filter(|one| one.role.runs_office()).filter(is_apart));
    }
    Ok(found.into_iter().map(|person| person.id).take(limits::CHAT_KEEPERS).collect())
}
