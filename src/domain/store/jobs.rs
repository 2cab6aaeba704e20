//! Jobs as rows: owed in the transaction that causes them, tried again with growing waits.

use super::{ReadTx, StoreError, WriteTx};
use crate::domain::job::Job;
use crate::kernel::clock::Moment;
use crate::kernel::id::JobId;
use rusqlite::OptionalExtension;

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
    let mut found =
        tx.sql().prepare_cached("select id, body, tries from store_job where due_at <= ?1 order by due_at limit ?2")?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = found
        .query_map((tx.now(), most), |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, body, tries)| Some(DueJob { id, job: serde_json::from_str(&body).ok()?, tries }))
        .collect())
}

/// When the next job is due.
///
/// # Errors
/// Where the file cannot be read.
pub fn next_due(tx: &ReadTx<'_>) -> Result<Option<Moment>, StoreError> {
    let mut found = tx.sql().prepare_cached("select due_at from store_job order by due_at limit 1")?;
    Ok(found.query_row([], |row| row.get(0)).optional()?)
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

/// How many jobs are owed.
///
/// # Errors
/// Where the file cannot be read.
pub fn count_jobs(tx: &ReadTx<'_>) -> Result<i64, StoreError> {
    Ok(tx.sql().prepare_cached("select count(*) from store_job")?.query_row([], |row| row.get(0))?)
}
