//! The writer: one thread that runs all waiting writes in one transaction and answers after it is on the disk.
//!
//! Each write has its own savepoint, so one that fails leaves the others whole. An idle writer adds no wait.

use super::hub::Hub;
use super::open::{LOCK_WAIT, writing_connection};
use super::others::Others;
use super::tx::WriteTx;
use super::{Room, StoreError, blob};
use crate::kernel::clock::{Clock, Stopwatch};
use crate::kernel::limits;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long a transaction may go on taking in writes that arrive while it runs.
const GATHER: Duration = Duration::from_millis(8);
/// Pages of the write-ahead log that are worth moving into the file.
const CHECKPOINT_PAGES: i64 = 1000;
/// Pages of the write-ahead log after which the writer itself brings it back to its beginning.
const LOG_PAGES: i64 = 12_000;

/// One write: what to do, and whom to tell.
pub(super) trait Write: Send {
    /// Runs the work. Returns whether it is to be kept.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    /// Tells the asker how it went.
    fn answer(self: Box<Self>, kept: Result<(), StoreError>);
    /// Where in the code the write was asked for.
    fn place(&self) -> &'static Location<'static>;
}

pub(super) struct Asked<F, T, E> {
    pub(super) work: Option<F>,
    pub(super) result: Option<Result<T, E>>,
    pub(super) to: oneshot::Sender<Result<T, E>>,
    pub(super) place: &'static Location<'static>,
}

impl<F, T, E> Write for Asked<F, T, E>
where
    F: FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        let result = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let is_kept = result.is_ok();
        self.result = Some(result);
        is_kept
    }

    fn answer(self: Box<Self>, kept: Result<(), StoreError>) {
        let result = match (self.result, kept) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            (None, Ok(())) => Err(StoreError::Closed.into()),
        };
        // An asker that went away needs no answer.
        let _ = self.to.send(result);
    }

    fn place(&self) -> &'static Location<'static> {
        self.place
    }
}

/// The writer's thread and what it needs.
pub(super) struct Writer {
    pub(super) path: PathBuf,
    pub(super) sql: Option<Connection>,
    pub(super) clock: Clock,
    pub(super) hub: Hub,
    pub(super) others: Others,
    /// Pages of the write-ahead log when it was last moved into the file, as far as readers let it.
    pub(super) tried: i64,
}

impl Writer {
    /// Runs writes until the last sender is gone.
    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Write>>) {
        self.tidy();
        while let Some(first) = queue.blocking_recv() {
            self.group(first, &mut queue);
            if queue.is_empty() {
                self.checkpoint();
            }
        }
    }

    /// Runs `first` and whatever else waits in one transaction.
    fn group(&mut self, first: Box<dyn Write>, queue: &mut mpsc::Receiver<Box<dyn Write>>) {
        let mut asked = Vec::with_capacity(16);
        let mut outcome = self.begin().and_then(|()| self.hear_others());
        let mut said = Vec::new();
        let mut owes_jobs = false;
        let watch = Stopwatch::start();
        let mut next = Some(first);
        while let Some(mut write) = next {
            if let (Ok(()), Some(sql)) = (&outcome, &self.sql) {
                match run_one(&self.path, sql, &self.clock, write.as_mut()) {
                    Ok(tx) => {
                        said.extend(tx.0);
                        owes_jobs |= tx.1;
                    }
                    Err(error) => outcome = Err(error),
                }
            }
            asked.push(write);
            let may_gather = asked.len() < limits::WRITE_BATCH && watch.elapsed() < GATHER;
            next = if may_gather { queue.try_recv().ok() } else { None };
        }
        let outcome = outcome.and_then(|()| self.commit());
        if let Err(error) = &outcome {
            self.recover(error);
        } else {
            self.others.pass_over(&said);
            self.hub.publish(&said);
            if owes_jobs {
                self.hub.owe_jobs();
            }
        }
        for write in asked {
            write.answer(outcome.clone());
        }
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        if self.sql.is_none() {
            self.sql = Some(writing_connection(&self.path)?);
        }
        self.batch("begin immediate")
    }

    /// Says what other processes have committed meanwhile, before anything of this one comes after it.
    fn hear_others(&mut self) -> Result<(), StoreError> {
        let sql = self.sql.as_ref().ok_or(StoreError::Closed)?;
        self.others.hear(&WriteTx::new(sql, self.clock.now()), &self.hub)
    }

    fn commit(&self) -> Result<(), StoreError> {
        self.batch("commit")
    }

    fn batch(&self, sql: &str) -> Result<(), StoreError> {
        let connection = self.sql.as_ref().ok_or(StoreError::Closed)?;
        Ok(connection.prepare_cached(sql)?.execute([]).map(|_| ())?)
    }

    /// After a failed transaction: nothing of it may be left, and after a failed disk the file is opened anew, since
    /// what a failed sync left behind cannot be known.
    fn recover(&mut self, error: &StoreError) {
        tracing::error!(%error, "a transaction was not kept");
        let is_open = self.sql.as_ref().is_some_and(|sql| !sql.is_autocommit());
        if is_open && let Err(error) = self.batch("rollback") {
            tracing::error!(%error, "could not roll back");
            self.sql = None;
        }
        if matches!(error, StoreError::Disk(_) | StoreError::Corrupt(_)) {
            self.sql = None;
        }
    }

    /// Forgets what a crash left half written.
    fn tidy(&self) {
        let Some(sql) = &self.sql else { return };
        let tx = WriteTx::new(sql, self.clock.now());
        let before = tx.now().minus(Duration::from_secs(3600));
        if let Err(error) = blob::forget_unfinished(&tx, before) {
            tracing::warn!(%error, "could not tidy up");
        }
    }

    /// While nobody waits: moves what is in the write-ahead log into the file. Who reads for long, as a backup does, keeps
    /// the log from starting over; it is not waited for.
    fn checkpoint(&mut self) {
        let Some(sql) = &self.sql else { return };
        let passive = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
        let Ok((log, done)) = sql.query_row("pragma wal_checkpoint(noop)", [], passive) else { return };
        // A log that has started over is shorter than it was.
        let is_new = log < self.tried || log - self.tried >= CHECKPOINT_PAGES;
        if log - done < CHECKPOINT_PAGES || !is_new {
            return;
        }
        self.tried = log;
        let mode = if log > LOG_PAGES { "pragma wal_checkpoint(truncate)" } else { "pragma wal_checkpoint(passive)" };
        let moved = sql.busy_timeout(Duration::ZERO).and_then(|()| sql.query_row(mode, [], |_| Ok(())));
        if let Err(error) = sql.busy_timeout(LOCK_WAIT).and(moved) {
            tracing::warn!(%error, "could not bring the write-ahead log into the file");
        }
    }
}

type Said = (Vec<super::Change>, bool);

/// Runs one write in its savepoint. An error means that the whole transaction is lost.
fn run_one(path: &Path, sql: &Connection, clock: &Clock, write: &mut dyn Write) -> Result<Said, StoreError> {
    let watch = Stopwatch::start();
    sql.prepare_cached("savepoint one")?.execute([])?;
    let mut tx = WriteTx::new(sql, clock.now());
    let is_kept = write.run(&mut tx);
    let (said, owes_jobs) = (std::mem::take(&mut tx.said), tx.owes_jobs);
    // SQLite ends the whole transaction by itself on a full disk or a failed read.
    if sql.is_autocommit() {
        return Err(broken_off(path));
    }
    if !is_kept {
        sql.prepare_cached("rollback to one")?.execute([])?;
    }
    sql.prepare_cached("release one")?.execute([])?;
    if watch.elapsed() > limits::SLOW_WRITE {
        tracing::warn!(place = %write.place(), ms = watch.elapsed().as_millis(), "slow write");
    }
    Ok(if is_kept { (said, owes_jobs) } else { (Vec::new(), false) })
}

/// Why SQLite ended a transaction by itself: no room, if there is none; else the disk.
fn broken_off(path: &Path) -> StoreError {
    match Room::at(path) {
        Ok(room) if !room.has_room_for(0) => StoreError::Full,
        _ => StoreError::Disk("the transaction was broken off".to_owned()),
    }
}
