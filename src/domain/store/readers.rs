//! The readers: a few connections that may only read, lent out one at a time.

use super::StoreError;
use rusqlite::Connection;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Connections that wait to be used.
#[derive(Debug)]
pub struct Readers {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Readers {
    pub(super) const fn new(connections: Vec<Connection>) -> Self {
        Self { idle: Mutex::new(connections), returned: Condvar::new() }
    }

    /// Runs `work` with a connection, waiting for one where all are lent.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Connection) -> T) -> T {
        let lent = Lent { of: self, connection: Some(self.take()) };
        match &lent.connection {
            Some(connection) => work(connection),
            None => unreachable!("a lent connection is there until it is given back"),
        }
    }

    /// Runs `work` with a connection where one is idle; else gives `input` back.
    pub(super) fn try_with<I, T>(&self, input: I, work: impl FnOnce(&Connection, I) -> T) -> Result<T, I> {
        let connection = self.lock().pop();
        let lent = Lent { of: self, connection };
        match &lent.connection {
            Some(connection) => Ok(work(connection, input)),
            None => Err(input),
        }
    }

    fn take(&self) -> Connection {
        let mut idle = self.lock();
        loop {
            if let Some(connection) = idle.pop() {
                return connection;
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back when it is dropped, also after a panic.
struct Lent<'r> {
    of: &'r Readers,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.of.lock().push(connection);
            self.of.returned.notify_one();
        }
    }
}

/// Runs `work` in a reading transaction on `connection`.
pub(super) fn in_snapshot<T, E>(connection: &Connection, work: impl FnOnce() -> Result<T, E>) -> Result<T, E>
where
    E: From<StoreError>,
{
    let tx = connection.unchecked_transaction().map_err(StoreError::from)?;
    let result = work();
    drop(tx);
    result
}
