//! The office speaks: to everybody and to who comes new. And programs speak in it.

use crate::domain::audit::{self, Act, Actor};
use crate::domain::chat::{self, Announcement, ChatError};
use crate::domain::event::Event;
use crate::domain::settings::{self, SettingError};
use crate::domain::store::{Owner, ReadTx, StoreError, WriteTx};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::services::{push, setting};

/// Says something to everybody: in the room for announcements, and over every page until it is read.
///
/// # Errors
/// `Text`; `NotAllowed` where the actor is no administrator.
pub fn say_to_all(tx: &mut WriteTx<'_>, actor: &Actor, text: &str) -> Result<ConversationId, ChatError> {
    let by = actor.person.as_ref().map(|person| person.id);
    let company = settings::get(tx, settings::COMPANY)?;
    let known = room(tx)?;
    let (at, said) = chat::announce(tx, by, &company, known, text)?;
    audit::note(tx, actor, Act { act: "chat.announce", subject: "everybody", before: "", after: text })?;
    push::owe_ring(tx, at, said.message)?;
    tx.emit(Owner::Office, Event::OfficeSaid)?;
    if known != Some(at) {
        settings::set(tx, settings::CHAT_ANNOUNCEMENTS, &at.to_string()).map_err(|error| match error {
            SettingError::Store(error) => error,
            SettingError::Value { .. } => StoreError::Corrupt(error.to_string()),
        })?;
    }
    Ok(at)
}

/// Points out a message to those who keep order, and rings for them.
///
/// # Errors
/// `NoMessage`.
pub fn report(tx: &mut WriteTx<'_>, who: PersonId, message: ChatMessageId, why: &str) -> Result<(), ChatError> {
    let company = settings::get(tx, settings::COMPANY)?;
    for (at, note) in chat::report(tx, who, message, why, &company)? {
        push::owe_ring(tx, at, note)?;
    }
    Ok(())
}

/// Says what a program says through its door into a room.
///
/// # Errors
/// `NoConversation` where the secret opens nothing; `Archived`, `Slow`, `Text`.
pub fn say_by_hook(tx: &mut WriteTx<'_>, secret: &str, text: &str) -> Result<(), ChatError> {
    let (at, said) = chat::say_by_hook(tx, secret, text)?;
    Ok(push::owe_ring(tx, at, said.message)?)
}

/// The room for announcements, once something was announced.
fn room(tx: &ReadTx<'_>) -> Result<Option<ConversationId>, StoreError> {
    Ok(settings::get(tx, settings::CHAT_ANNOUNCEMENTS)?.parse().ok())
}

/// What the office has said to everybody and this person has not read yet.
///
/// # Errors
/// Where the file cannot be read.
pub fn unread(tx: &ReadTx<'_>, who: PersonId) -> Result<Option<Announcement>, ChatError> {
    match room(tx)? {
        Some(room) => chat::announcement(tx, who, room),
        None => Ok(None),
    }
}

/// Sets what the office says on its first pages today, and tells those who look at one.
///
/// # Errors
/// `Value` where it is longer than it may be.
pub fn set_motd(tx: &mut WriteTx<'_>, actor: &Actor, words: &str) -> Result<(), SettingError> {
    setting::set(tx, actor, settings::CHAT_MOTD, words)?;
    tx.emit(Owner::Office, Event::OfficeSaid)?;
    Ok(())
}

/// Lets somebody new hear what the office says, and welcomes the person.
///
/// # Errors
/// Where the file cannot be written.
pub fn settle_in(tx: &mut WriteTx<'_>, person: PersonId) -> Result<(), ChatError> {
    if let Some(room) = room(tx)? {
        chat::seat(tx, room, person)?;
    }
    let welcome = settings::get(tx, settings::CHAT_WELCOME)?;
    if welcome.trim().is_empty() {
        return Ok(());
    }
    let company = settings::get(tx, settings::COMPANY)?;
    chat::welcome(tx, person, &company, &welcome)
}
