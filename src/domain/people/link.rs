//! Links that open once: at the address, a person sets a password. Only the hash of the secret is kept.

use super::person::{COLUMNS, FROM, read};
use super::{PeopleError, Person};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::secret::sha256;
use rusqlite::OptionalExtension;
use std::time::Duration;

/// Makes the link that `token` opens, in place of any the person has.
///
/// # Errors
/// Where the file cannot be written.
pub fn keep_link(tx: &WriteTx<'_>, who: PersonId, token: &str, life: Duration) -> Result<Moment, PeopleError> {
    drop_links(tx, who)?;
    let ends_at = tx.now().plus(life);
    tx.sql()
        .prepare_cached("insert into people_link (token_hash, person, made_at, ends_at) values (?1, ?2, ?3, ?4)")?
        .execute((sha256(token.as_bytes()), who, tx.now(), ends_at))?;
    Ok(ends_at)
}

/// Whose link `token` opens, while it does. One of a barred account opens nothing.
///
/// # Errors
/// Where the file cannot be read.
pub fn link(tx: &ReadTx<'_>, token: &str) -> Result<Option<Person>, PeopleError> {
    let condition = " where p.is_disabled = 0
        and p.id = (select person from people_link where token_hash = ?1 and ends_at > ?2)";
    let sql = ["select ", COLUMNS, " ", FROM, condition].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    Ok(found.query_row((sha256(token.as_bytes()), tx.now()), |row| read(row, 0)).optional()?)
}

/// When a person's link ends, where there is one that still opens.
///
/// # Errors
/// Where the file cannot be read.
pub fn link_ends(tx: &ReadTx<'_>, who: PersonId) -> Result<Option<Moment>, PeopleError> {
    let mut found = tx.sql().prepare_cached("select ends_at from people_link where person = ?1 and ends_at > ?2")?;
    Ok(found.query_row((who, tx.now()), |row| row.get(0)).optional()?)
}

/// Shuts a person's link.
///
/// # Errors
/// Where the file cannot be written.
pub fn drop_links(tx: &WriteTx<'_>, who: PersonId) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("delete from people_link where person = ?1")?.execute([who])?;
    Ok(())
}
