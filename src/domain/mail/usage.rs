//! How much a person's mailbox holds, and how much it may. `mail_usage` is kept by triggers: nothing is counted here.

use crate::domain::policy::{self, Act, Verdict};
use crate::domain::store::{ReadTx, StoreError};
use crate::kernel::id::PersonId;
use rusqlite::OptionalExtension;

/// Bytes of a megabyte.
const MEGABYTE: i64 = 1024 * 1024;

/// How much a mailbox holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Bytes of all its messages.
    pub bytes: i64,
    /// How much it may hold, in megabytes, and why.
    pub limit: Verdict,
}

/// Whether a mailbox takes a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// It does.
    Yes,
    /// It is full for now.
    Full,
    /// The message is larger than all that the mailbox may hold.
    Never,
}

/// How much a person's mailbox holds, and may hold. Walks the primary key of `mail_usage`.
///
/// # Errors
/// Where the file cannot be read.
pub fn usage(tx: &ReadTx<'_>, who: PersonId) -> Result<Usage, StoreError> {
    let mut found = tx.sql().prepare_cached("select bytes from mail_usage where owner = ?1")?;
    let bytes = found.query_row([who], |row| row.get(0)).optional()?.unwrap_or(0);
    Ok(Usage { bytes, limit: policy::of(tx, who, Act::MailSize)? })
}

impl Usage {
    /// Bytes it may hold; 0 for any number.
    #[must_use]
    pub fn most(&self) -> i64 {
        self.limit.number().saturating_mul(MEGABYTE)
    }

    /// Whether it takes a message of so many bytes, 0 where that is not known yet.
    #[must_use]
    pub fn takes(&self, size: usize) -> Takes {
        let (most, size) = (self.most(), i64::try_from(size).unwrap_or(i64::MAX));
        if most == 0 {
            Takes::Yes
        } else if size > most {
            Takes::Never
        } else if self.bytes >= most || self.bytes.saturating_add(size) > most {
            Takes::Full
        } else {
            Takes::Yes
        }
    }
}
