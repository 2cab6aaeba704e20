//! Where a person's clock hangs: what is due at an hour of a person's own goes by it, with no browser open.

use super::PeopleError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::PersonId;
use chrono_tz::Tz;
use rusqlite::OptionalExtension;

/// A person's zone; nothing until it is known.
///
/// # Errors
/// Where the file cannot be read.
pub fn zone(tx: &ReadTx<'_>, who: PersonId) -> Result<Option<Tz>, PeopleError> {
    let mut found = tx.sql().prepare_cached("select zone from people_person where id = ?1")?;
    let name: Option<String> = found.query_row([who], |row| row.get(0)).optional()?;
    Ok(name.and_then(|name| name.parse().ok()))
}

/// Keeps the zone that a person chose; with none, it is what the browser says again.
///
/// # Errors
/// Where the file cannot be written.
pub fn choose_zone(tx: &WriteTx<'_>, who: PersonId, zone: Option<Tz>) -> Result<(), PeopleError> {
    let mut update = tx.sql().prepare_cached(
        "update people_person set is_zone_chosen = ?2, zone = case when ?2 then ?3 else zone end where id = ?1",
    )?;
    update.execute((who, zone.is_some(), zone.map_or("", |zone| zone.name())))?;
    Ok(())
}

/// Keeps the zone that a person's browser says, unless the person chose one.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_zone(tx: &WriteTx<'_>, who: PersonId, zone: Tz) -> Result<(), PeopleError> {
    let mut update = tx
        .sql()
        .prepare_cached("update people_person set zone = ?2 where id = ?1 and is_zone_chosen = 0 and zone <> ?2")?;
    update.execute((who, zone.name()))?;
    Ok(())
}
