//! Polls: a question with choices, said like a message.

use super::change::{at, touched};
use super::model::{Choice, MessageKind, NewMessage, Said};
use super::say::speak;
use super::{ChatError, text};
use crate::domain::policy::{self, Act};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::limits;

/// A poll to be made.
#[derive(Debug, Clone)]
pub struct NewPoll {
    /// Where.
    pub to: ConversationId,
    /// The question.
    pub question: String,
    /// Two choices at least.
    pub choices: Vec<String>,
    /// The sayer's program's own name for it. Empty for none.
    pub client_id: String,
}

/// Asks a question in a conversation.
///
/// # Errors
/// Those of saying; `NotAllowed` for fewer than two choices, `TooMany`; `Barred` by the office's rules.
pub fn ask(tx: &mut WriteTx<'_>, who: PersonId, new: &NewPoll) -> Result<Said, ChatError> {
    policy::allow(tx, who, Act::Polls)?;
    let choices: Vec<String> = new.choices.iter().map(|choice| text::line(choice, limits::CHAT_TOPIC)).collect();
    let choices: Vec<String> = choices.into_iter().filter(|choice| !choice.is_empty()).collect();
    if choices.len() < 2 {
        return Err(ChatError::NotAllowed("a poll has two choices at least"));
    }
    if choices.len() > limits::CHAT_CHOICES {
        return Err(ChatError::TooMany("choices of a poll", limits::CHAT_CHOICES));
    }
    let message = NewMessage {
        to: new.to,
        text: new.question.clone(),
        client_id: new.client_id.clone(),
        answers: None,
        thread: None,
        files: Vec::new(),
        kind: MessageKind::Poll,
    };
    let said = speak(tx, who, &message)?;
    if said.is_new {
        let mut insert =
            tx.sql().prepare_cached("insert into chat_choice (message, position, text) values (?1, ?2, ?3)")?;
        for (position, choice) in (1..).zip(&choices) {
            insert.execute((said.message, i64::from(position), choice))?;
        }
    }
    Ok(said)
}

/// Votes for a choice by its position, or takes one's vote back. A second vote replaces the first.
///
/// # Errors
/// `NoMessage`, `NotAllowed`, `Muted`, `Archived`.
pub fn vote(tx: &mut WriteTx<'_>, who: PersonId, id: ChatMessageId, position: Option<i64>) -> Result<(), ChatError> {
    let (message, access) = at(tx, who, id)?;
    access.changer()?;
    if message.is_deleted {
        return Err(ChatError::NotAllowed("there is no such choice"));
    }
    let changed = match position {
        Some(position) => {
            let known = tx
                .sql()
                .prepare_cached("select 1 from chat_choice where message = ?1 and position = ?2")?
                .exists((id, position))?;
            if !known {
                return Err(ChatError::NotAllowed("there is no such choice"));
            }
            tx.sql()
                .prepare_cached("insert or replace into chat_vote (message, person, position) values (?1, ?2, ?3)")?
                .execute((id, who, position))?
        }
        None => {
            tx.sql().prepare_cached("delete from chat_vote where message = ?1 and person = ?2")?.execute((id, who))?
        }
    };
    if changed > 0 {
        touched(tx, &message)?;
    }
    Ok(())
}

/// The choices of a poll and who is for each.
pub(super) fn choices(tx: &ReadTx<'_>, id: ChatMessageId) -> Result<Vec<Choice>, ChatError> {
    let mut found = tx.sql().prepare_cached("select position, text from chat_choice where message = ?1")?;
    let rows =
        found.query_map([id], |row| Ok(Choice { position: row.get(0)?, text: row.get(1)?, people: Vec::new() }))?;
    let mut choices = rows.collect::<Result<Vec<_>, _>>()?;
    let mut votes =
        tx.sql().prepare_cached("select position, person from chat_vote where message = ?1 order by person")?;
    let mut rows = votes.query([id])?;
    while let Some(row) = rows.next()? {
        let position: i64 = row.get(0)?;
        if let Some(choice) = choices.iter_mut().find(|choice| choice.position == position) {
            choice.people.push(row.get(1)?);
        }
    }
    Ok(choices)
}
