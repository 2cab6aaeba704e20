//! Copies for the law, as JSON Lines: one message a line, in the order they were said.

use crate::domain::audit::{self, Actor};
use crate::domain::chat::{self, Act, ChatError, LegalFilter, LogEntry, Message, MessageKind};
use crate::domain::people;
use crate::domain::store::WriteTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ChatMessageId, PersonId};
use crate::services::office::Office;
use chrono::{DateTime, SecondsFormat};
use serde_json::{Value, json};

/// Messages of one part: each is one short write.
const PART: usize = 500;

/// The next part of a copy.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Messages.
    pub messages: Vec<Message>,
    /// With the first part of one conversation's copy: how changed messages were before.
    pub log: Vec<LogEntry>,
    /// The message to go on after; nothing where this was the last part.
    pub next: Option<ChatMessageId>,
}

/// Takes the next part of a copy. The first is written into the log of moderation and into the audit.
///
/// # Errors
/// `NotAllowed` for all but administrators.
pub async fn part(office: &Office, actor: &Actor, filter: LegalFilter) -> Result<Part, ChatError> {
    let actor = actor.clone();
    let part = office.store.write(move |tx| {
        let admin = actor.person.as_ref().map_or(PersonId::new(0), |person| person.id);
        let part = chat::legal_export(tx, admin, &filter, PART)?;
        if filter.after.is_none() {
            note(tx, &actor, &filter)?;
        }
        Ok::<_, ChatError>(part)
    });
    let part = part.await?;
    let next = if part.messages.len() < PART { None } else { part.messages.last().map(|message| message.id) };
    Ok(Part { messages: part.messages, log: part.log, next })
}

fn note(tx: &WriteTx<'_>, actor: &Actor, filter: &LegalFilter) -> Result<(), ChatError> {
    let mut what = Vec::new();
    if let Some(said_by) = filter.said_by {
        let person = people::person(tx, said_by)?;
        what.push(format!("said by {}", person.map_or_else(|| said_by.to_string(), |person| person.full_name)));
    }
    what.extend(filter.conversation.map(|conversation| format!("in conversation {conversation}")));
    what.extend(filter.from.and_then(at).map(|at| format!("from {at}")));
    what.extend(filter.until.and_then(at).map(|at| format!("until {at}")));
    let after = if what.is_empty() { "everything".to_owned() } else { what.join(", ") };
    audit::note(tx, actor, audit::Act { act: "chat.export", subject: "a legal export", before: "", after: &after })?;
    Ok(())
}

/// A part as lines of JSON.
#[must_use]
pub fn lines(part: &Part) -> String {
    let all = part.log.iter().rev().map(deed).chain(part.messages.iter().map(message));
    all.map(|line| format!("{line}\n")).collect()
}

fn at(moment: Moment) -> Option<String> {
    Some(DateTime::from_timestamp_millis(moment.millis())?.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn message(message: &Message) -> Value {
    json!({
        "message": message.id, "conversation": message.conversation, "number": message.number,
        "at": at(message.said_at), "person": message.said_by, "name": message.name, "address": message.address,
        "kind": kind(message.kind), "text": message.text, "is_deleted": message.is_deleted,
        "edited_at": message.edited_at.and_then(at), "thread": message.thread,
        "answers": message.answers.as_ref().map(|quoted| quoted.id),
        "files": message.files.iter().map(|file| json!({ "name": file.name, "size": file.size })).collect::<Vec<_>>(),
        "reactions": message.reactions.iter().map(|one| json!({ "emoji": one.emoji, "people": one.people }))
            .collect::<Vec<_>>(),
        "choices": message.choices.iter().map(|one| json!({ "text": one.text, "people": one.people }))
            .collect::<Vec<_>>(),
    })
}

/// What was done to keep order, and how it was before: an edited or deleted message's old words.
fn deed(entry: &LogEntry) -> Value {
    json!({
        "deed": word(entry.act), "conversation": entry.conversation, "at": at(entry.made_at),
        "person": entry.made_by, "whom": entry.whom, "of_message": entry.message, "before": entry.before,
    })
}

const fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Text => "text",
        MessageKind::Action => "action",
        MessageKind::Notice => "notice",
        MessageKind::Card => "card",
        MessageKind::Poll => "poll",
    }
}

/// A deed's name in copies, forms and addresses.
#[must_use]
pub const fn word(act: Act) -> &'static str {
    match act {
        Act::Edited => "edited",
        Act::Deleted => "deleted",
        Act::Kicked => "kicked",
        Act::Banned => "banned",
        Act::Unbanned => "unbanned",
        Act::Muted => "muted",
        Act::Unmuted => "unmuted",
        Act::RoleSet => "role-set",
        Act::Renamed => "renamed",
        Act::TopicSet => "topic-set",
        Act::Archived => "archived",
        Act::RulesSet => "rules-set",
        Act::Reported => "reported",
        Act::Exported => "exported",
        Act::HookMade => "hook-made",
        Act::HookRevoked => "hook-revoked",
        Act::Undeleted => "undeleted",
    }
}
