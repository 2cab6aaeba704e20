//! Commands of the conversation itself.

use super::{Answer, Command, CommandError, Told};
use crate::domain::chat::{self, HistoryFrom, MessageKind, NewMessage};
use crate::domain::people::{self, Person};
use crate::domain::store::ReadTx;
use crate::services::office::Office;
use crate::services::push;

/// See [`super::all`].
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "me",
        usage: "/me waves",
        help: "Say what you do",
        run: |office, told, words| Box::pin(say(office, told, words, MessageKind::Action, "/me waves")),
    },
    Command {
        name: "shrug",
        usage: "/shrug",
        help: "Shrug, with words before it or none",
        run: |office, told, words| Box::pin(shrug(office, told, words)),
    },
    Command {
        name: "topic",
        usage: "/topic Words",
        help: "Say what this conversation is about",
        run: |office, told, words| Box::pin(topic(office, told, words)),
    },
    Command {
        name: "invite",
        usage: "/invite bob",
        help: "Bring somebody in",
        run: |office, told, words| Box::pin(invite(office, told, words)),
    },
    Command {
        name: "leave",
        usage: "/leave",
        help: "Leave this conversation",
        run: |office, told, _| Box::pin(leave(office, told)),
    },
];

/// Says something in the conversation that a command was typed in.
pub(super) async fn say(
    office: &Office,
    told: &Told,
    words: &str,
    kind: MessageKind,
    usage: &'static str,
) -> Result<Answer, CommandError> {
    if words.is_empty() {
        return Err(CommandError::Usage(usage));
    }
    let new = NewMessage {
        to: told.at,
        text: words.to_owned(),
        client_id: told.client_id.clone(),
        answers: None,
        thread: told.thread,
        files: Vec::new(),
        kind,
    };
    let who = told.who.id;
    let said = office.store.write(move |tx| push::say(tx, who, &new)).await?;
    Ok(Answer::Said(said.message))
}

async fn shrug(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let words = format!("{words} ¯\\\\\\_(ツ)\\_/¯");
    say(office, told, words.trim(), MessageKind::Text, "/shrug").await
}

async fn topic(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let (who, at, words) = (told.who.id, told.at, words.to_owned());
    office.store.write(move |tx| chat::set_topic(tx, who, at, &words)).await?;
    Ok(Answer::Note("The topic is set.".to_owned()))
}

async fn invite(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let (who, at, words) = (told.who.id, told.at, words.trim_start_matches('@').to_owned());
    if words.is_empty() {
        return Err(CommandError::Usage("/invite bob"));
    }
    let invited = office.store.write(move |tx| {
        let person = named(tx, &words)?;
        chat::invite(tx, who, at, person.id, HistoryFrom::Start)?;
        Ok::<_, CommandError>(person)
    });
    Ok(Answer::Note(format!("{} is in this conversation now.", invited.await?.full_name)))
}

async fn leave(office: &Office, told: &Told) -> Result<Answer, CommandError> {
    let (who, at) = (told.who.id, told.at);
    office.store.write(move |tx| chat::leave(tx, who, at)).await?;
    Ok(Answer::Left)
}

/// The one person that a name means: the name to sign in with, the whole name, or a part of it that only one has.
pub(super) fn named(tx: &ReadTx<'_>, name: &str) -> Result<Person, CommandError> {
    let wanted = name.to_lowercase();
    let everybody: Vec<_> = people::all(tx)?.into_iter().filter(|one| !one.is_disabled).collect();
    if let Some(one) = everybody.iter().find(|one| one.name == wanted || one.full_name.to_lowercase() == wanted) {
        return Ok(one.clone());
    }
    let mut meant = everybody.into_iter().filter(|one| {
        one.full_name.to_lowercase().split_whitespace().any(|word| word == wanted) || one.address.as_str() == wanted
    });
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => {
            Err(CommandError::Refused(format!("Several people are called “{name}”. Say the whole name.")))
        }
        (None, _) => Err(CommandError::Refused(format!("Nobody here is called “{name}”."))),
    }
}
