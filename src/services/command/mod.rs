//! Commands: what begins with a stroke is done rather than said, from any conversation.
//!
//! A small registry: a module adds its commands as one more line of [`all`]. A command says something in the
//! conversation, leaves a card there, or answers the sender alone.

mod mail;
mod plan;
mod poll;
mod presence;
mod quotes;
mod remind;
mod talk;
#[cfg(test)]
mod tests;
mod time;

use crate::domain::chat::ChatError;
use crate::domain::people::{PeopleError, Person};
use crate::domain::policy::{self, Act};
use crate::domain::presence::PresenceError;
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::id::{ChatMessageId, ConversationId, PersonId};
use crate::services::office::Office;
use crate::services::outside::Later;
use chrono_tz::Tz;

pub use remind::remind;

/// What was typed, by whom and where.
#[derive(Debug, Clone)]
pub struct Told {
    /// Who typed it.
    pub who: Person,
    /// The conversation it was typed in.
    pub at: ConversationId,
    /// All of it, with its stroke.
    pub text: String,
    /// Names this typing: what comes in twice is done once, as far as it says something.
    pub client_id: String,
    /// The thread it was typed in.
    pub thread: Option<ChatMessageId>,
    /// Where the sender's clock stands.
    pub zone: Option<Tz>,
}

/// What a command answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It said this.
    Said(ChatMessageId),
    /// Words for the sender alone, in lines.
    Note(String),
    /// The sender is not in the conversation any more.
    Left,
}

/// Why a command was not done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommandError {
    /// There is no such command.
    #[error("no command /{0}")]
    Unknown(String),
    /// It was not understood; this is how it goes.
    #[error("it goes {0}")]
    Usage(&'static str),
    /// It cannot be done; the words say why, for the sender.
    #[error("{0}")]
    Refused(String),
    /// The conversation's rules.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PeopleError> for CommandError {
    fn from(error: PeopleError) -> Self {
        Self::Chat(error.into())
    }
}

impl From<PresenceError> for CommandError {
    fn from(error: PresenceError) -> Self {
        match error {
            PresenceError::LongNote => Self::Refused("That is too long for a note.".to_owned()),
            PresenceError::People(error) => error.into(),
            PresenceError::Store(error) => Self::Store(error),
        }
    }
}

/// What a command does with the words behind its name.
type Run = for<'a> fn(&'a Office, &'a Told, &'a str) -> Later<'a, Result<Answer, CommandError>>;

/// A command.
#[derive(Clone, Copy)]
pub struct Command {
    /// What stands behind the stroke.
    pub name: &'static str,
    /// How it goes.
    pub usage: &'static str,
    /// What it does.
    pub help: &'static str,
    run: Run,
}

/// Every command there is, in the order they are offered.
#[must_use]
pub fn all() -> Vec<Command> {
    let own = &[HELP][..];
    let (quotes, mail) = (quotes::COMMANDS, mail::COMMANDS);
    [talk::COMMANDS, poll::COMMANDS, presence::COMMANDS, remind::COMMANDS, plan::COMMANDS, quotes, mail, own].concat()
}

/// The commands that a person is offered: all but those of tools that the office's rules take away.
///
/// # Errors
/// Where the file cannot be read.
pub fn offered(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Command>, StoreError> {
    let has_polls = policy::of(tx, who, Act::Polls)?.is_on();
    Ok(all().into_iter().filter(|one| has_polls || one.name != poll::NAME).collect())
}

const HELP: Command = Command {
    name: "help",
    usage: "/help",
    help: "Show what there is",
    run: |office, told, _| Box::pin(help(office, told.who.id)),
};

async fn help(office: &Office, who: PersonId) -> Result<Answer, CommandError> {
    let offered = office.store.read(move |tx| offered(tx, who)).await?;
    Ok(Answer::Note(explained(&offered)))
}

fn explained(commands: &[Command]) -> String {
    let lines: Vec<_> = commands.iter().map(|one| format!("{} – {}", one.usage, one.help)).collect();
    format!("Commands\n{}", lines.join("\n"))
}

/// Whether a text is a command: a stroke and a word of letters. A path, such as `/usr/bin`, is none.
#[must_use]
pub fn is_one(text: &str) -> bool {
    parts(text).is_some()
}

/// A command's name and the words behind it.
fn parts(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim().strip_prefix('/')?;
    let (name, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let is_word = !name.is_empty() && name.len() <= 20 && name.chars().all(|c| c.is_ascii_alphabetic());
    is_word.then(|| (name, words.trim()))
}

/// Does what was typed.
///
/// # Errors
/// See [`CommandError`]; nothing was done then.
pub async fn run(office: &Office, told: Told) -> Result<Answer, CommandError> {
    let Some((name, words)) = parts(&told.text) else { return Err(CommandError::Unknown(told.text)) };
    let name = name.to_ascii_lowercase();
    let Some(command) = all().into_iter().find(|one| one.name == name) else {
        return Err(CommandError::Unknown(name));
    };
    (command.run)(office, &told, words).await
}
