//! Addresses of rooms and things: nobody's mailbox, and nobody else's to have.

use super::PeopleError;
use super::person::free_name;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::text::EmailAddress;

/// Keeps `name` at the office's first domain for a room or a thing.
///
/// # Errors
/// `BadName`, `Taken`, `NoDomain`.
pub fn add_thing(tx: &WriteTx<'_>, name: &str) -> Result<EmailAddress, PeopleError> {
    let (_, own) = free_name(tx, name)?;
    tx.sql().prepare_cached("insert into people_thing (address) values (?1)")?.execute([&own])?;
    own.parse().map_err(|_| PeopleError::BadName)
}

/// Gives the address of a room or a thing back.
///
/// # Errors
/// Where the file cannot be written.
pub fn remove_thing(tx: &WriteTx<'_>, address: &EmailAddress) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("delete from people_thing where address = ?1")?.execute([address.key()])?;
    Ok(())
}

/// Whether an address, as a key, is a room's or a thing's.
pub(super) fn is_thing(tx: &ReadTx<'_>, key: &str) -> Result<bool, StoreError> {
    Ok(tx.sql().prepare_cached("select 1 from people_thing where address = ?1")?.exists([key])?)
}
