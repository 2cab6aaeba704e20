//! Passwords of programs: each for one program on one device, and revoked alone. Only their hashes are kept.

use super::PeopleError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{AppPasswordId, PersonId};
use rusqlite::OptionalExtension;

/// The password of one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppPassword {
    /// Which.
    pub id: AppPasswordId,
    /// What the person calls the program or the device.
    pub name: String,
    /// When it was made.
    pub made_at: Moment,
    /// When it was last used.
    pub used_at: Option<Moment>,
    /// From where.
    pub used_from: String,
}

/// A person's, newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn app_passwords(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<AppPassword>, PeopleError> {
    let mut found = tx.sql().prepare_cached(
        "select id, name, made_at, used_at, used_from from people_app_password where person = ?1 order by id desc",
    )?;
    let rows = found.query_map([who], |row| {
        Ok(AppPassword {
            id: row.get(0)?,
            name: row.get(1)?,
            made_at: row.get(2)?,
            used_at: row.get(3)?,
            used_from: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps the hash of one more.
///
/// # Errors
/// Where the file cannot be written.
pub fn add_app_password(tx: &WriteTx<'_>, who: PersonId, name: &str, hash: &[u8; 32]) -> Result<(), PeopleError> {
    tx.sql()
        .prepare_cached("insert into people_app_password (person, name, hash, made_at) values (?1, ?2, ?3, ?4)")?
        .execute((who, name, hash, tx.now()))?;
    Ok(())
}

/// Revokes one of a person's. Says whether there was one.
///
/// # Errors
/// Where the file cannot be written.
pub fn remove_app_password(tx: &WriteTx<'_>, who: PersonId, id: AppPasswordId) -> Result<bool, PeopleError> {
    let mut gone = tx.sql().prepare_cached("delete from people_app_password where id = ?1 and person = ?2")?;
    Ok(gone.execute((id, who))? > 0)
}

/// Which of a person's it is that has this hash.
///
/// # Errors
/// Where the file cannot be read.
pub fn app_password(tx: &ReadTx<'_>, who: PersonId, hash: &[u8; 32]) -> Result<Option<AppPasswordId>, PeopleError> {
    let mut found = tx.sql().prepare_cached("select id from people_app_password where hash = ?1 and person = ?2")?;
    Ok(found.query_row((hash, who), |row| row.get(0)).optional()?)
}

/// Notes that one was used just now, from there.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_app_password(tx: &WriteTx<'_>, id: AppPasswordId, from: &str) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("update people_app_password set used_at = ?2, used_from = ?3 where id = ?1")?.execute((
        id,
        tx.now(),
        from,
    ))?;
    Ok(())
}
