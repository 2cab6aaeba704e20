//! The transaction handed to every verb: SQL for the domain, the time, events and jobs.

use super::change::{self, Change, Owner};
use super::{StoreError, jobs};
use crate::domain::event::Event;
use crate::domain::job::Job;
use crate::kernel::clock::Moment;
use crate::kernel::id::JobId;
use rusqlite::Connection;
use std::ops::Deref;
use std::time::Duration;

/// A reading transaction: everything in it is seen as of one moment.
#[derive(Debug)]
pub struct ReadTx<'c> {
    sql: &'c Connection,
    now: Moment,
}

impl<'c> ReadTx<'c> {
    pub(super) const fn new(sql: &'c Connection, now: Moment) -> Self {
        Self { sql, now }
    }

    /// The connection, for the domain alone.
    pub(in crate::domain) const fn sql(&self) -> &'c Connection {
        self.sql
    }

    /// The time of this transaction.
    #[must_use]
    pub const fn now(&self) -> Moment {
        self.now
    }
}

/// A writing transaction. It is kept whole or not at all, and its events are heard only once it is on the disk.
#[derive(Debug)]
pub struct WriteTx<'c> {
    read: ReadTx<'c>,
    pub(super) said: Vec<Change>,
    pub(super) owes_jobs: bool,
}

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;

    fn deref(&self) -> &Self::Target {
        &self.read
    }
}

impl<'c> WriteTx<'c> {
    pub(super) const fn new(sql: &'c Connection, now: Moment) -> Self {
        Self { read: ReadTx::new(sql, now), said: Vec::new(), owes_jobs: false }
    }

    /// Notes that something happened to `owner`'s things, and returns the office's new revision.
    ///
    /// # Errors
    /// Where the change log cannot be written.
    pub fn emit(&mut self, owner: impl Into<Owner>, event: Event) -> Result<i64, StoreError> {
        let change = change::append(self, owner.into(), event)?;
        self.said.push(change);
        Ok(change.revision)
    }

    /// Owes `job`, due after `wait`.
    ///
    /// # Errors
    /// Where the row cannot be written.
    pub fn enqueue(&mut self, job: &Job, wait: Duration) -> Result<JobId, StoreError> {
        self.owes_jobs = true;
        jobs::insert(self, job, self.now().plus(wait))
    }
}
