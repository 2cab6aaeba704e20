//! Opening the file, and the two ways in: `read` and `write`.

use super::hub::Hub;
use super::others::Others;
use super::readers::{Readers, in_snapshot};
use super::tx::{ReadTx, WriteTx};
use super::writer::{Asked, Write, Writer};
use super::{Room, StoreError, migrate};
use crate::kernel::clock::{Clock, Stopwatch};
use crate::kernel::limits;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::future::Future;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Connections that read.
const READERS: usize = 4;

/// How long it is waited for a lock that another process holds.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Where writes wait for the writer.
type Queue = mpsc::Sender<Box<dyn Write>>;

/// The office's file. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    path: Arc<PathBuf>,
    clock: Clock,
    hub: Hub,
    readers: Arc<Readers>,
    queue: Arc<Mutex<Option<Queue>>>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the file at `path`, makes it where there is none, and brings it to the newest version.
    ///
    /// # Errors
    /// Where the file cannot be opened, is damaged, or was written by a newer version.
    pub fn open(path: &Path, clock: Clock) -> Result<Self, StoreError> {
        let mut sql = writing_connection(path)?;
        migrate::migrate(&mut sql, clock.now())?;
        let readers = (0..READERS).map(|_| reading_connection(path)).collect::<Result<Vec<_>, _>>()?;
        let hub = Hub::default();
        let (queue, waiting) = mpsc::channel(limits::WRITE_QUEUE);
        let others = Others::from_now(&ReadTx::new(&sql, clock.now()))?;
        let writer =
            Writer { path: path.to_owned(), sql: Some(sql), clock: clock.clone(), hub: hub.clone(), others, tried: 0 };
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(move || writer.run(waiting))?;
        Ok(Self {
            path: Arc::new(path.to_owned()),
            clock,
            hub,
            readers: Arc::new(Readers::new(readers)),
            queue: Arc::new(Mutex::new(Some(queue))),
            thread: Arc::new(Mutex::new(Some(thread))),
        })
    }

    /// Where committed changes are heard.
    #[must_use]
    pub const fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes that the file takes, with what is written beside it and not yet in it.
    #[must_use]
    pub fn size(&self) -> u64 {
        let mut journal = self.path.as_os_str().to_owned();
        journal.push("-wal");
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        length(&self.path) + length(Path::new(&journal))
    }

    /// The room on the file's disk.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn room(&self) -> Result<Room, StoreError> {
        Room::at(&self.path)
    }

    /// Runs `work` in a reading transaction, off the async threads.
    ///
    /// # Errors
    /// What `work` returns, or the store's own.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        let done = tokio::task::spawn_blocking(move || store.read_here(work)).await;
        done.unwrap_or_else(|_| Err(StoreError::Panicked.into()))
    }

    /// Runs a short look-up by key at once, where a connection is idle: a hop to another thread costs more than it does.
    ///
    /// # Errors
    /// What `work` returns, or the store's own.
    pub async fn look_up<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&ReadTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let now = self.clock.now();
        match self.readers.try_with(work, |sql, work| in_snapshot(sql, || work(&ReadTx::new(sql, now)))) {
            Ok(found) => found,
            Err(work) => self.read(work).await,
        }
    }

    /// Runs `work` in a reading transaction on this thread.
    ///
    /// # Errors
    /// What `work` returns, or the store's own.
    pub fn read_here<T, E>(&self, work: impl FnOnce(&ReadTx<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        self.readers.with(|sql| in_snapshot(sql, || work(&ReadTx::new(sql, self.clock.now()))))
    }

    /// Runs `work` in a reading transaction on a connection of its own, at a pace.
    ///
    /// # Errors
    /// What `work` returns, or the store's own.
    pub(super) fn read_afresh<T, E>(&self, pace: Pace, work: impl FnOnce(&ReadTx<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let mut sql = reading_connection(&self.path)?;
        pace.keep(&mut sql)?;
        in_snapshot(&sql, || work(&ReadTx::new(&sql, self.clock.now())))
    }

    /// Runs `work` in the writer's next transaction. The answer comes after it is on the disk.
    ///
    /// Nothing slow belongs in `work`: all other writes wait for it.
    ///
    /// # Errors
    /// What `work` returns, or the store's own; nothing was kept then.
    #[track_caller]
    pub fn write<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: FnOnce(&mut WriteTx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let place = Location::caller();
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        async move {
            let (to, answer) = oneshot::channel();
            let asked = Box::new(Asked { work: Some(work), result: None, to, place });
            let queue = queue.ok_or(StoreError::Closed)?;
            queue.send(asked).await.map_err(|_| StoreError::Closed)?;
            answer.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
        }
    }

    /// Says to the hub what other processes have committed, where this one has not written since and heard of it then.
    ///
    /// # Errors
    /// The store's own.
    pub async fn hear_others(&self) -> Result<(), StoreError> {
        self.write(|_| Ok(())).await
    }

    /// Takes no more writes, finishes those that wait, and ends the writer.
    pub fn close(&self) {
        self.hub.close();
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer had panicked");
        }
    }
}

/// Opens the file for writing. WAL with `synchronous=full`: what was answered outlives a power cut.
#[expect(clippy::disallowed_methods, reason = "the one place that opens the file")]
pub(super) fn writing_connection(path: &Path) -> Result<Connection, StoreError> {
    let sql = Connection::open(path)?;
    sql.busy_timeout(LOCK_WAIT)?;
    sql.execute_batch(
        "pragma page_size = 4096; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
         pragma trusted_schema = off; pragma wal_autocheckpoint = 4000; pragma cache_size = -32000;
         pragma journal_size_limit = 67108864; pragma temp_store = memory;",
    )?;
    keep_plans(&sql)?;
    sql.set_prepared_statement_cache_capacity(256);
    Ok(sql)
}

/// Opens a file as it is, and sets nothing.
#[expect(clippy::disallowed_methods, reason = "the one place that opens the file")]
pub(super) fn bare_connection(path: &Path) -> Result<Connection, StoreError> {
    Ok(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

#[expect(clippy::disallowed_methods, reason = "the one place that opens the file")]
pub(super) fn reading_connection(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let sql = Connection::open_with_flags(path, flags)?;
    sql.busy_timeout(Duration::from_secs(5))?;
    sql.execute_batch(
        "pragma query_only = on; pragma foreign_keys = on; pragma trusted_schema = off; pragma cache_size = -8000;
         pragma temp_store = memory;",
    )?;
    keep_plans(&sql)?;
    sql.set_prepared_statement_cache_capacity(128);
    Ok(sql)
}

/// Keeps a statement's plan whatever values it is given: without this, SQLite plans many of them anew at each use.
fn keep_plans(sql: &Connection) -> Result<(), StoreError> {
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// How fast a copy is made, or proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As fast as the machine can.
    Full,
    /// Resting four times as long as it works, so that whoever is served hardly notices.
    Gentle,
}

/// Steps of SQLite's machine between two rests.
const STEPS: i32 = 500;

impl Pace {
    #[expect(
        clippy::disallowed_methods,
        reason = "a copy is made and proven on threads of their own, which have nothing to wait on"
    )]
    fn keep(self, sql: &mut Connection) -> Result<(), StoreError> {
        if self == Self::Full {
            return Ok(());
        }
        let mut worked = Stopwatch::start();
        let rest = move || {
            std::thread::sleep(worked.elapsed() * 4);
            worked = Stopwatch::start();
            false
        };
        Ok(sql.progress_handler(STEPS, Some(rest))?)
    }
}

/// Copies the file at `from` to `to` as of one moment, also while an office serves it.
///
/// # Errors
/// Where either cannot be opened, or `to` cannot be written.
#[expect(clippy::disallowed_methods, reason = "the one place that opens the file")]
pub fn backup_to(from: &Path, to: &Path, pace: Pace) -> Result<(), StoreError> {
    let mut source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    source.busy_timeout(Duration::from_secs(30))?;
    pace.keep(&mut source)?;
    let target = to.to_string_lossy().into_owned();
    source.execute("vacuum into ?1", [target])?;
    Ok(())
}
