//! What can go wrong with the file.

use rusqlite::ErrorCode;

/// Why the store could not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The disk has no room left.
    #[error("the disk is full")]
    Full,
    /// The file or its disk may not be written.
    #[error("the office's file may only be read")]
    ReadOnly,
    /// Another process holds the file, or too many writes wait.
    #[error("the office's file is busy")]
    Busy,
    /// The work panicked; nothing of it was kept.
    #[error("the work on the office's file was broken off")]
    Panicked,
    /// The office is stopping.
    #[error("the office is stopping")]
    Closed,
    /// What was read is not what was written.
    #[error("the office's file is damaged: {0}")]
    Corrupt(String),
    /// The file was written by a newer version.
    #[error("the office's file has version {found}, this program knows up to {known}; use the newer program")]
    Newer {
        /// Version of the file.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The file is of an older version and could not be brought up.
    #[error(
        "it could not be brought from version {from} to {to}: {why}. Nothing was changed: the program that served it \
         before still does"
    )]
    Upgrade {
        /// Version of the file.
        from: i64,
        /// Newest version that this program knows.
        to: i64,
        /// What went wrong on the copy.
        why: String,
    },
    /// The disk failed.
    #[error("the disk failed: {0}")]
    Disk(String),
    /// Anything else SQLite says.
    #[error("{0}")]
    Sqlite(String),
}

impl StoreError {
    /// Whether it would go with more room.
    #[must_use]
    pub const fn is_no_room(&self) -> bool {
        matches!(self, Self::Full | Self::ReadOnly)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error.to_string()),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Disk(error.to_string()),
            _ => Self::Sqlite(error.to_string()),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::Full,
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Disk(error.to_string()),
        }
    }
}
