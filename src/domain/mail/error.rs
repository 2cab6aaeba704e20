//! What `mail` refuses.

use crate::domain::people::PeopleError;
use crate::domain::store::StoreError;

/// Why `mail` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MailError {
    /// No such folder, or not this person's.
    #[error("there is no such folder")]
    NoFolder,
    /// No such message, or not this person's.
    #[error("there is no such message")]
    NoItem,
    /// No such draft, or it was sent or deleted meanwhile.
    #[error("there is no such draft")]
    NoDraft,
    /// It was undone already, or is too long ago.
    #[error("this can no longer be undone")]
    NoUndo,
    /// The folder has its place and name for good.
    #[error("this folder cannot be changed")]
    FixedFolder,
    /// A folder's name must be there, be short, and be free.
    #[error("a folder's name has 1 to 60 characters and is not taken")]
    BadFolderName,
    /// Too many files on one draft.
    #[error("a message holds at most {0} files")]
    TooManyFiles(usize),
    /// The asking person is unknown.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for MailError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// For those to whom only the file can fail: anything else is a fault of ours.
impl From<MailError> for StoreError {
    fn from(error: MailError) -> Self {
        match error {
            MailError::Store(error) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
