//! Jobs as rows: owed in the transaction that causes them, tried again with growing waits.

use super::{ReadTx, StoreError, WriteTx};
use crate::domain::job::Job;
use crate::kernel::clock::Moment;
use crate::kernel::id::JobId;
use rusqlite::OptionalExtension;
use std::time::Duration;

/// A job whose time has come.
#[derive(Debug, Clone)]
pub struct DueJob {
    /// Its row.
    pub id: JobId,
    /// What to do.
    pub job: Job,
    /// How often it was tried before.
    pub tries: u32,
}

pub(super) fn insert(tx: &ReadTx<'_>, job: &Job, due_at: Moment) -> Result<JobId, StoreError> {
    let body = serde_json::to_string(job).map_err(|error| StoreError::Sqlite(error.to_string()))?;
    tx.sql().prepare_cached("insert into store_job (body, due_at) values (?1, ?2)")?.execute((body, due_at))?;
    Ok(JobId::new(tx.sql().last_insert_rowid()))
}

/// Jobs due now, at most `most`, longest due first. Walks `store_job_by_due`.
///
/// A row this version cannot read is left where it is.
///
/// # Errors
/// Where the file cannot be read.
pub fn due_jobs(tx: &ReadTx<'_>, most: usize) -> Result<Vec<DueJob>, StoreError> {
    due_jobs_where(tx, most, |_| true)
}

/// Jobs due now that are wanted, at most `most`, longest due first. Walks `store_job_by_due` past those unwanted, so
/// that work which has to wait for its like never hides other work.
///
/// # Errors
/// Where the file cannot be read.
pub fn due_jobs_where(
    tx: &ReadTx<'_>,
    most: usize,
    mut is_wanted: impl FnMut(&DueJob) -> bool,
) -> Result<Vec<DueJob>, StoreError> {
    let mut found =
        tx.sql().prepare_cached("select id, body, tries from store_job where due_at <= ?1 order by due_at, id")?;
    let mut rows = found.query([tx.now()])?;
    let mut due = Vec::new();
    while due.len() < most
        && let Some(row) = rows.next()?
    {
        let Ok(job) = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default()) else { continue };
        let job = DueJob { id: row.get(0)?, job, tries: row.get(2)? };
        if is_wanted(&job) {
            due.push(job);
        }
    }
    Ok(due)
}

/// When the next job is due.
///
/// # Errors
/// Where the file cannot be read.
pub fn next_due(tx: &ReadTx<'_>) -> Result<Option<Moment>, StoreError> {
    let mut found = tx.sql().prepare_cached("select due_at from store_job order by due_at limit 1")?;
    Ok(found.query_row([], |row| row.get(0)).optional()?)
}

/// When the next job is due of those that are not due yet.
///
/// # Errors
/// Where the file cannot be read.
pub fn next_due_later(tx: &ReadTx<'_>) -> Result<Option<Moment>, StoreError> {
    let mut found =
        tx.sql().prepare_cached("select due_at from store_job where due_at > ?1 order by due_at limit 1")?;
    Ok(found.query_row([tx.now()], |row| row.get(0)).optional()?)
}

/// Forgets a job that is done.
///
/// # Errors
/// Where the file cannot be written.
pub fn finish_job(tx: &WriteTx<'_>, id: JobId) -> Result<(), StoreError> {
    tx.sql().prepare_cached("delete from store_job where id = ?1")?.execute([id])?;
    Ok(())
}

/// Puts a job off until `due_at`, and keeps why.
///
/// # Errors
/// Where the file cannot be written.
pub fn retry_job(tx: &mut WriteTx<'_>, id: JobId, due_at: Moment, why: &str) -> Result<(), StoreError> {
    tx.owes_jobs = true;
    tx.sql()
        .prepare_cached("update store_job set due_at = ?2, tries = tries + 1, last_error = ?3 where id = ?1")?
        .execute((id, due_at, why))?;
    Ok(())
}

/// Lets a job run now that waits to be tried again. Says whether there is such a job.
///
/// # Errors
/// Where the file cannot be written.
pub fn hasten_job(tx: &mut WriteTx<'_>, job: &Job) -> Result<bool, StoreError> {
    tx.owes_jobs = true;
    let body = serde_json::to_string(job).map_err(|error| StoreError::Sqlite(error.to_string()))?;
    let mut update = tx.sql().prepare_cached("update store_job set due_at = ?2 where body = ?1 and due_at > ?2")?;
    Ok(update.execute((body, tx.now()))? > 0)
}

/// Brings what is owed later forward by so much: after the clock was set back, else all of it would come so much later.
///
/// # Errors
/// Where the file cannot be written.
pub fn bring_forward(tx: &mut WriteTx<'_>, by: Duration) -> Result<usize, StoreError> {
    tx.owes_jobs = true;
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    let mut update = tx.sql().prepare_cached("update store_job set due_at = due_at - ?2 where due_at > ?1")?;
    Ok(update.execute((tx.now(), millis))?)
}

/// How many jobs were due before `then` and are not done. Walks `store_job_by_due`.
///
/// # Errors
/// Where the file cannot be read.
pub fn late_jobs(tx: &ReadTx<'_>, then: Moment) -> Result<i64, StoreError> {
    let mut found = tx.sql().prepare_cached("select count(*) from store_job where due_at < ?1")?;
    Ok(found.query_row([then], |row| row.get(0))?)
}

/// How many jobs are owed.
///
/// # Errors
/// Where the file cannot be read.
pub fn count_jobs(tx: &ReadTx<'_>) -> Result<i64, StoreError> {
    Ok(tx.sql().prepare_cached("select count(*) from store_job")?.query_row([], |row| row.get(0))?)
}
