//! What `chat` refuses.

use crate::domain::people::PeopleError;
use crate::domain::store::StoreError;
use crate::kernel::limits;
use std::time::Duration;

/// Why `chat` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ChatError {
    /// No such conversation, or not for this person to know of.
    #[error("there is no such conversation")]
    NoConversation,
    /// No such message, or not for this person to know of.
    #[error("there is no such message")]
    NoMessage,
    /// No such file, or not for this person to know of.
    #[error("there is no such file")]
    NoFile,
    /// It cannot be undone any more.
    #[error("it is too late to undo this")]
    TooLate,
    /// The person may be here, but not do this; the words say why.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// A rule of the office bars it; the words say which.
    #[error("{0}")]
    Barred(String),
    /// The person may listen, but not speak.
    #[error("you are muted here")]
    Muted,
    /// The conversation is closed.
    #[error("this conversation is archived")]
    Archived,
    /// The conversation is slowed down; so long to wait.
    #[error("this room is slowed down; wait {} seconds", .0.as_secs() + 1)]
    Slow(Duration),
    /// The text cannot be said.
    #[error(transparent)]
    Text(#[from] TextProblem),
    /// The name is another room's.
    #[error("there is a room called {0} already")]
    Taken(String),
    /// Not a name.
    #[error("a name has 1 to {} characters", limits::CHAT_NAME)]
    BadName,
    /// Too many of something.
    #[error("at most {1} {0}")]
    TooMany(&'static str, usize),
    /// The other person is unknown.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a text cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// There is nothing in it.
    #[error("there is nothing to say")]
    Empty,
    /// There is too much in it.
    #[error("a message has at most {} characters", limits::CHAT_TEXT)]
    TooLong,
}

impl From<rusqlite::Error> for ChatError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For those to whom only the file can fail: anything else is a fault of ours.
impl From<ChatError> for StoreError {
    fn from(error: ChatError) -> Self {
        match error {
            ChatError::Store(error) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
