//! `/remind`: a note to oneself that comes when it is wanted.

use super::time;
use super::{Answer, Command, CommandError, Told};
use crate::domain::chat::{self, ChatError};
use crate::domain::job::Job;
use crate::kernel::id::PersonId;
use crate::kernel::{limits, secret};
use crate::services::office::Office;
use crate::services::push;

const USAGE: &str = "/remind in 10m Call the printer, or at 15:00, or tomorrow";

/// See [`super::all`].
pub(super) const COMMANDS: &[Command] = &[Command {
    name: "remind",
    usage: "/remind in 10m Words",
    help: "Be told later; also at 15:00, or tomorrow",
    run: |office, told, words| Box::pin(later(office, told, words)),
}];

async fn later(office: &Office, told: &Told, words: &str) -> Result<Answer, CommandError> {
    let now = office.clock.now();
    let (at, text) = time::read(words, now, told.zone).ok_or(CommandError::Usage(USAGE))?;
    if text.is_empty() {
        return Err(CommandError::Usage(USAGE));
    }
    if text.chars().count() + 20 > limits::CHAT_TEXT {
        return Err(CommandError::Refused("That is too long for a reminder.".to_owned()));
    }
    let job = Job::Remind { person: told.who.id, text: text.to_owned(), once: secret::token() };
    let wait = at.since(now);
    office.store.write(move |tx| tx.enqueue(&job, wait).map_err(CommandError::from)).await?;
    Ok(Answer::Note(format!("You will be reminded in {}.", in_words(wait.as_secs()))))
}

/// `10 minutes`, `2 hours 5 minutes`, `3 days`.
fn in_words(seconds: u64) -> String {
    let some = |count: u64, what: &str| match count {
        0 => String::new(),
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    };
    let minutes = seconds.div_ceil(60);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    let parts = [some(days, "day"), some(hours, "hour"), some(minutes, "minute")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Says a reminder among a person's own notes; however often it is tried, once.
///
/// # Errors
/// What `chat` refuses.
pub async fn remind(office: &Office, person: PersonId, text: &str, once: &str) -> Result<(), ChatError> {
    let (text, once) = (format!("⏰ Reminder: {text}"), once.to_owned());
    let said = office.store.write(move |tx| {
        let said = chat::remind(tx, person, &text, &once)?;
        if said.is_new {
            let notes = chat::direct(tx, person, person)?;
            push::owe_ring(tx, notes, said.message)?;
        }
        Ok(())
    });
    said.await
}
