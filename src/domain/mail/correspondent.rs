//! Whom a person writes with, and whose pictures the person has asked to see.

use super::MailError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::mime::Mailbox;
use crate::kernel::id::PersonId;

/// Remembers that a person wrote to somebody.
///
/// # Errors
/// Where the file cannot be written.
pub fn remember(tx: &WriteTx<'_>, who: PersonId, other: &Mailbox) -> Result<(), MailError> {
    tx.sql()
        .prepare_cached(
            "insert into mail_correspondent (owner, address, name, last_at) values (?1, lower(?2), ?3, ?4)
             on conflict (owner, address) do update set
               last_at = ?4, name = case when ?3 = '' then name else ?3 end",
        )?
        .execute((who, &other.address, &other.name, tx.now()))?;
    Ok(())
}

/// Whom the beginning of a name or address may mean: colleagues first, then those written to last. At most ten.
///
/// # Errors
/// Where the file cannot be read.
pub fn completions(tx: &ReadTx<'_>, who: PersonId, beginning: &str) -> Result<Vec<Mailbox>, MailError> {
    let beginning = beginning.trim().to_lowercase();
    if beginning.is_empty() {
        return Ok(Vec::new());
    }
    let pattern = format!("{}%", escaped(&beginning));
    let inner = format!("% {}%", escaped(&beginning));
    let mut found = tx.sql().prepare_cached(
        "select name, address from (
           select p.full_name as name, a.address as address, 0 as kind, 0 as last_at
             from people_person p join people_address a on a.person = p.id and a.is_primary = 1
            where lower(p.full_name) like ?2 escape '\\' or lower(p.full_name) like ?3 escape '\\'
               or a.address like ?2 escape '\\'
           union all
           select name, address, 1, -last_at from mail_correspondent c
            where owner = ?1 and (lower(name) like ?2 escape '\\' or lower(name) like ?3 escape '\\'
                  or address like ?2 escape '\\')
              and not exists (select 1 from people_address a where a.address = c.address))
          order by kind, last_at, name limit 10",
    )?;
    let rows = found.query_map((who, pattern, inner), |row| Ok(Mailbox { name: row.get(0)?, address: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Whether pictures from elsewhere in mail of `address` are shown without asking.
///
/// # Errors
/// Where the file cannot be read.
pub fn trusts_images_of(tx: &ReadTx<'_>, who: PersonId, address: &str) -> Result<bool, MailError> {
    let mut found = tx.sql().prepare_cached("select 1 from mail_trusted where owner = ?1 and address = lower(?2)")?;
    Ok(found.exists((who, address))?)
}

/// Shows pictures from elsewhere in mail of `address` from now on.
///
/// # Errors
/// Where the file cannot be written.
pub fn trust_images_of(tx: &WriteTx<'_>, who: PersonId, address: &str) -> Result<(), MailError> {
    tx.sql()
        .prepare_cached("insert or ignore into mail_trusted (owner, address) values (?1, lower(?2))")?
        .execute((who, address))?;
    Ok(())
}
