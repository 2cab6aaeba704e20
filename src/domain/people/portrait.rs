//! A person's picture, as colleagues see it beside the name.

use super::PeopleError;
use crate::domain::store::{ReadTx, Staged, WriteTx, forget_blob, put_blob};
use crate::kernel::id::{BlobId, PersonId};
use crate::kernel::text::EmailAddress;
use rusqlite::OptionalExtension;

/// Gives a person a picture in place of the one there was. `mark` names it to browsers.
///
/// # Errors
/// `NoPerson`; where the file cannot be written.
pub fn set_portrait(tx: &WriteTx<'_>, who: PersonId, bytes: &Staged, mark: &str) -> Result<(), PeopleError> {
    let blob = put_blob(tx, bytes)?;
    replace(tx, who, Some(blob), mark)
}

/// Takes a person's picture away. Without one nothing changes.
///
/// # Errors
/// `NoPerson`; where the file cannot be written.
pub fn remove_portrait(tx: &WriteTx<'_>, who: PersonId) -> Result<(), PeopleError> {
    replace(tx, who, None, "")
}

fn replace(tx: &WriteTx<'_>, who: PersonId, blob: Option<BlobId>, mark: &str) -> Result<(), PeopleError> {
    let mut found = tx.sql().prepare_cached("select portrait from people_person where id = ?1")?;
    let old: Option<Option<BlobId>> = found.query_row([who], |row| row.get(0)).optional()?;
    let old = old.ok_or(PeopleError::NoPerson)?;
    tx.sql()
        .prepare_cached("update people_person set portrait = ?2, portrait_mark = ?3 where id = ?1")?
        .execute((who, blob, mark))?;
    if let Some(old) = old {
        forget_blob(tx, old)?;
    }
    Ok(())
}

/// The picture that browsers know by this mark.
///
/// # Errors
/// Where the file cannot be read.
pub fn portrait(tx: &ReadTx<'_>, mark: &str) -> Result<Option<BlobId>, PeopleError> {
    let mut found = tx.sql().prepare_cached(
        "select portrait from people_person where portrait_mark = ?1 and portrait_mark <> '' limit 1",
    )?;
    Ok(found.query_row([mark], |row| row.get(0)).optional()?)
}

/// The mark of the picture of whom an address belongs to; empty for none.
///
/// # Errors
/// Where the file cannot be read.
pub fn portrait_at(tx: &ReadTx<'_>, address: &EmailAddress) -> Result<String, PeopleError> {
    let mut found = tx.sql().prepare_cached(
        "select p.portrait_mark from people_address a join people_person p on p.id = a.person where a.address = ?1",
    )?;
    Ok(found.query_row([address.key()], |row| row.get(0)).optional()?.unwrap_or_default())
}
