//! Invitations: what became of the calendar that came with a copy of a message.

use super::MailError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ItemId, PersonId};
use rusqlite::OptionalExtension;

/// Notes what became of the calendar in an item's message, in its reader's own words.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_invitation(tx: &WriteTx<'_>, item: ItemId, body: &str) -> Result<(), MailError> {
    tx.sql()
        .prepare_cached("insert into mail_invitation (item, body) values (?1, ?2) on conflict do update set body = ?2")?
        .execute((item, body))?;
    Ok(())
}

/// What became of the calendar in one of a person's items; nothing where none came.
///
/// # Errors
/// Where the file cannot be read.
pub fn invitation(tx: &ReadTx<'_>, who: PersonId, item: ItemId) -> Result<Option<String>, MailError> {
    let mut found = tx.sql().prepare_cached(
        "select v.body from mail_invitation v join mail_item i on i.id = v.item where v.item = ?1 and i.owner = ?2",
    )?;
    Ok(found.query_row((item, who), |row| row.get(0)).optional()?)
}

/// Takes back an item that nobody has opened yet. Returns whether it is gone.
///
/// # Errors
/// Where the file cannot be written.
pub fn take_back(tx: &mut WriteTx<'_>, who: PersonId, id: ItemId) -> Result<bool, MailError> {
    let item = match super::item::item(tx, who, id) {
        Ok(item) => item,
        Err(MailError::NoItem) => return Ok(true),
        Err(error) => return Err(error),
    };
    if item.is_seen {
        return Ok(false);
    }
    super::act::act_on_item(tx, who, id, super::Act::Erase)?;
    Ok(true)
}
