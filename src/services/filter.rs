//! Own rules, done: what is said between two is passed on, answered or mailed as the one it is said to wishes.
//!
//! What is said owes one job in its own transaction. What a rule says is said past that, so that no rule answers it and
//! nothing goes round; it bears a name made from the message, so that it is said once, however often the job runs.
//! Rooms and groups know nothing of rules.

use crate::domain::chat::{self, ChatError, ConversationKind, Message, MessageKind};
use crate::domain::filter::{self, Deed, FilterError, Rule, Said, State};
use crate::domain::job::Job;
use crate::domain::people;
use crate::domain::presence::{Eyes, Show};
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::kernel::text::cut;
use crate::services::depart::After;
use crate::services::office::Office;
use crate::services::{nudge, push};
use std::time::Duration;

/// Characters of a message that are passed on; the rest is told to be there.
const PASSED: usize = 3000;

/// Owes looking at the rules of the one whom something is said to: for the transaction that says it.
///
/// # Errors
/// Where the file cannot be read or written.
pub fn owe(tx: &mut WriteTx<'_>, who: PersonId, at: ConversationId, message: ChatMessageId) -> Result<(), ChatError> {
    let Some(other) = chat::counterpart(tx, who, at)? else { return Ok(()) };
    if filter::has_any(tx, other)? {
        tx.enqueue(&Job::Filter { person: other, message }, Duration::ZERO)?;
    }
    Ok(())
}

/// What is to be done about a message.
struct Case {
    message: Message,
    sayer: PersonId,
    rules: Vec<Rule>,
}

/// Does what a person's rules say of a message. Safe to run twice.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn run(office: &Office, owner: PersonId, message: ChatMessageId) -> Result<After, String> {
    let state = state(office, owner);
    let found = office.store.read(move |tx| case(tx, owner, message, state));
    let Some(Case { message, sayer, rules }) = found.await.map_err(|error| error.to_string())? else {
        return Ok(After::Done);
    };
    // Each kind of deed once: several rules that hold say no more than the first of them.
    let first = |is_kind: fn(&Deed) -> bool| rules.iter().map(|rule| rule.deed.clone()).find(is_kind);
    let answer = first(|deed| matches!(deed, Deed::Answer(_)));
    let forward = first(|deed| matches!(deed, Deed::Forward(_)));
    if rules.iter().any(|rule| rule.deed == Deed::Mail) {
        nudge::mail_one(office, owner, message.clone()).await.map_err(|error| error.to_string())?;
    }
    let done = office.store.write(move |tx| {
        if let Some(Deed::Answer(text)) = answer {
            answered(tx, owner, sayer, &message, &text)?;
        }
        if let Some(Deed::Forward(colleague)) = forward {
            forwarded(tx, owner, colleague, &message)?;
        }
        Ok::<_, ChatError>(())
    });
    done.await.map(|()| After::Done).map_err(|error| error.to_string())
}

/// How the person is in their own eyes, as rules name it.
fn state(office: &Office, owner: PersonId) -> State {
    let presence = Eyes::own(owner).see(&office.presence, owner);
    match presence.show {
        _ if presence.is_invisible => State::Offline,
        Show::Available => State::Any,
        Show::Away | Show::ExtendedAway => State::Away,
        Show::Busy | Show::Meeting => State::Busy,
        Show::Offline => State::Offline,
    }
}

/// The message and the rules that hold for it; nothing where it is gone, or its reader has left the office.
fn case(tx: &ReadTx<'_>, owner: PersonId, id: ChatMessageId, state: State) -> Result<Option<Case>, StoreError> {
    let is_here = people::person(tx, owner)?.is_some_and(|person| !person.is_disabled);
    let message = match chat::message(tx, owner, id) {
        Ok(message) if is_here && !message.is_deleted && message.kind != MessageKind::Notice => message,
        Ok(_) | Err(ChatError::NoMessage | ChatError::NoConversation) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let is_direct = chat::conversation(tx, owner, message.conversation)?.kind == ConversationKind::Direct;
    let Some(sayer) = message.said_by.filter(|sayer| is_direct && *sayer != owner) else { return Ok(None) };
    let mut rules = filter::rules(tx, owner).map_err(of_filter)?;
    rules.retain(|rule| rule.holds(&Said { sayer, text: &message.text, state }));
    Ok((!rules.is_empty()).then_some(Case { message, sayer, rules }))
}

fn of_filter(error: FilterError) -> StoreError {
    match error {
        FilterError::Store(error) => error,
        other => StoreError::Sqlite(other.to_string()),
    }
}

/// Answers, unless the sayer was answered a short while ago.
fn answered(
    tx: &mut WriteTx<'_>,
    owner: PersonId,
    sayer: PersonId,
    message: &Message,
    text: &str,
) -> Result<(), ChatError> {
    if !filter::may_answer(tx, owner, sayer)? {
        return Ok(());
    }
    let words = format!("*Automatic answer:* {text}");
    said(tx, owner, message.conversation, &words, &format!("auto-answer-{}", message.id))?;
    Ok(filter::note_answered(tx, owner, sayer)?)
}

/// Passes a message on to a colleague who still has an account and did not say it.
fn forwarded(tx: &mut WriteTx<'_>, owner: PersonId, to: PersonId, message: &Message) -> Result<(), ChatError> {
    let is_open = people::person(tx, to)?.is_some_and(|person| !person.is_disabled);
    if !is_open || message.said_by == Some(to) || to == owner {
        return Ok(());
    }
    let files = match message.files.len() {
        0 => String::new(),
        1 => "\n(with a file)".to_owned(),
        count => format!("\n(with {count} files)"),
    };
    let quote = cut(&message.text, PASSED).replace('\n', "\n> ");
    let words = format!("*Passed on automatically.* {} wrote:\n> {quote}{files}", message.name);
    let at = chat::direct(tx, owner, to)?;
    said(tx, owner, at, &words, &format!("auto-forward-{}", message.id))
}

/// Says something by a rule, once, and rings for whom it is said to. What may not be said there is left unsaid.
fn said(tx: &mut WriteTx<'_>, owner: PersonId, at: ConversationId, words: &str, once: &str) -> Result<(), ChatError> {
    match chat::say_by_rule(tx, owner, at, words, once) {
        Ok(said) if said.is_new => Ok(push::owe_ring(tx, at, said.message)?),
        Err(ChatError::Store(error)) => Err(error.into()),
        Ok(_) | Err(_) => Ok(()),
    }
}
