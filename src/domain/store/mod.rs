//! The store: one SQLite file, many readers, one writer that commits in groups.
//!
//! Owns `store_*`: blobs, the change log with one revision for the whole office, and jobs. An answer to a write means that it is
//! on the disk. Not here: what the rows of other modules mean.

mod blob;
mod change;
mod check;
mod error;
mod hub;
mod jobs;
mod migrate;
mod open;
mod others;
mod readers;
mod room;
#[cfg(test)]
mod tests;
mod tx;
mod upgrade;
mod writer;

pub use blob::{Packed, Staged, blob_size, forget_blob, forget_unfinished, pack, packed, put_blob};
pub use change::{Change, Owner, changes_since, prune_changes, revision};
pub use check::{Depth, Finding, Part, STORE_PARTS, broken_rules, check_store};
pub use error::StoreError;
pub use hub::{Heard, Hub, Listener, News};
pub use jobs::{
    DueJob, bring_forward, count_jobs, due_jobs, due_jobs_where, finish_job, hasten_job, late_jobs, next_due,
    next_due_later, retry_job,
};
pub use open::{Pace, Store, backup_to};
pub use room::Room;
pub use tx::{ReadTx, WriteTx};
pub use upgrade::{Upgrade, pending, upgrade, version};
