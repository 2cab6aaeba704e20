//! What other processes commit to the file: the command line does, beside the office that serves it.

use super::hub::Hub;
use super::{Change, ReadTx, StoreError, change};

/// Up to where changes were said here: what comes after is another process's.
#[derive(Debug)]
pub(super) struct Others {
    /// The file's version to the writing connection: another one with every commit of anybody else.
    version: i64,
    revision: i64,
}

impl Others {
    /// From what the file holds now.
    pub(super) fn from_now(tx: &ReadTx<'_>) -> Result<Self, StoreError> {
        Ok(Self { version: version(tx)?, revision: change::revision(tx)? })
    }

    /// Says what others have committed since this was last asked, and that there may be jobs.
    pub(super) fn hear(&mut self, tx: &ReadTx<'_>, hub: &Hub) -> Result<(), StoreError> {
        let version = version(tx)?;
        if version == self.version {
            return Ok(());
        }
        loop {
            let (changes, upto) = change::all_since(tx, self.revision)?;
            if upto == self.revision {
                break;
            }
            self.revision = upto;
            hub.publish(&changes);
        }
        self.version = version;
        hub.owe_jobs();
        Ok(())
    }

    /// Notes what this process has said itself.
    pub(super) fn pass_over(&mut self, own: &[Change]) {
        self.revision = own.last().map_or(self.revision, |last| last.revision);
    }
}

/// See SQLite's `data_version`: what this connection commits itself leaves it as it is.
fn version(tx: &ReadTx<'_>) -> Result<i64, StoreError> {
    Ok(tx.sql().prepare_cached("pragma data_version")?.query_row([], |row| row.get(0))?)
}
