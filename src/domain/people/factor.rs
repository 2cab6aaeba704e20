//! The second factor: a secret that a person's own device has too, and words on paper for who has lost it.

use super::PeopleError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::totp::AHEAD;
use crate::kernel::id::PersonId;
use rusqlite::OptionalExtension;

/// A person's second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct Factor {
    /// What the device has too.
    pub secret: Vec<u8>,
    /// Whether the person has shown that the device makes the right digits; only then are they asked for.
    pub is_confirmed: bool,
    /// The last step whose digits were used.
    pub last_step: i64,
}

/// A person's second factor, where there is one.
///
/// # Errors
/// Where the file cannot be read.
pub fn factor(tx: &ReadTx<'_>, who: PersonId) -> Result<Option<Factor>, PeopleError> {
    let mut found = tx
        .sql()
        .prepare_cached("select secret, confirmed_at is not null, last_step from people_factor where person = ?1")?;
    let found = found
        .query_row([who], |row| Ok(Factor { secret: row.get(0)?, is_confirmed: row.get(1)?, last_step: row.get(2)? }));
    Ok(found.optional()?)
}

/// Whether a person's second factor is asked for.
///
/// # Errors
/// Where the file cannot be read.
pub fn has_factor(tx: &ReadTx<'_>, who: PersonId) -> Result<bool, PeopleError> {
    let mut found =
        tx.sql().prepare_cached("select 1 from people_factor where person = ?1 and confirmed_at is not null")?;
    Ok(found.exists([who])?)
}

/// Keeps a secret that is yet to be confirmed, in place of any that never was.
///
/// # Errors
/// Where the file cannot be written.
pub fn begin_factor(tx: &WriteTx<'_>, who: PersonId, secret: &[u8]) -> Result<(), PeopleError> {
    tx.sql()
        .prepare_cached(
            "insert into people_factor (person, secret, made_at) values (?1, ?2, ?3)
             on conflict (person) do update set secret = ?2, made_at = ?3 where confirmed_at is null",
        )?
        .execute((who, secret, tx.now()))?;
    Ok(())
}

/// Notes that the device makes the right digits, those of `step` being used; and keeps the hashes of the words on paper.
///
/// # Errors
/// Where the file cannot be written.
pub fn confirm_factor(tx: &WriteTx<'_>, who: PersonId, step: i64, words: &[[u8; 32]]) -> Result<(), PeopleError> {
    tx.sql()
        .prepare_cached("update people_factor set confirmed_at = ?2, last_step = ?3 where person = ?1")?
        .execute((who, tx.now(), step))?;
    keep_recovery(tx, who, words)
}

/// Keeps the hashes of these words on paper and of no others.
///
/// # Errors
/// Where the file cannot be written.
pub fn keep_recovery(tx: &WriteTx<'_>, who: PersonId, words: &[[u8; 32]]) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("delete from people_recovery where person = ?1")?.execute([who])?;
    for hash in words {
        tx.sql().prepare_cached("insert or ignore into people_recovery values (?1, ?2)")?.execute((who, hash))?;
    }
    Ok(())
}

/// Uses the digits of a step. Says whether nobody had used them, or later ones.
///
/// # Errors
/// Where the file cannot be written.
pub fn use_step(tx: &WriteTx<'_>, who: PersonId, step: i64) -> Result<bool, PeopleError> {
    let mut used = tx.sql().prepare_cached(
        "update people_factor set last_step = ?2 where person = ?1 and (last_step < ?2 or last_step > ?2 + ?3)",
    )?;
    Ok(used.execute((who, step, AHEAD))? > 0)
}

/// Uses a word on paper up. Says whether it was one.
///
/// # Errors
/// Where the file cannot be written.
pub fn use_recovery(tx: &WriteTx<'_>, who: PersonId, hash: &[u8; 32]) -> Result<bool, PeopleError> {
    let mut used = tx.sql().prepare_cached("delete from people_recovery where person = ?1 and hash = ?2")?;
    Ok(used.execute((who, hash))? > 0)
}

/// How many words on paper are left.
///
/// # Errors
/// Where the file cannot be read.
pub fn count_recovery(tx: &ReadTx<'_>, who: PersonId) -> Result<i64, PeopleError> {
    let mut found = tx.sql().prepare_cached("select count(*) from people_recovery where person = ?1")?;
    Ok(found.query_row([who], |row| row.get(0))?)
}

/// Asks a person for no second factor any more.
///
/// # Errors
/// Where the file cannot be written.
pub fn remove_factor(tx: &WriteTx<'_>, who: PersonId) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("delete from people_factor where person = ?1")?.execute([who])?;
    tx.sql().prepare_cached("delete from people_recovery where person = ?1")?.execute([who])?;
    Ok(())
}
