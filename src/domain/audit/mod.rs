//! The audit: what those did who run the office, on whom, from where, and how it was before.
//!
//! Owns `audit_entry`, which the file itself refuses to change. Written in the transaction of the act, so that neither is
//! without the other. Not here: who may do what, and what moderators of rooms do (`chat`).

#[cfg(test)]
mod tests;

use crate::domain::people::Person;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::text;
use rusqlite::Row;

/// Characters that are kept of what was before, and of what is after.
const CHARS: usize = 2000;

/// Who acts, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person; nobody for who works on the machine itself.
    pub person: Option<Person>,
    /// A network address, or `console`.
    pub origin: String,
}

impl Actor {
    /// Who works on the machine itself, by its command line.
    #[must_use]
    pub fn console() -> Self {
        Self { person: None, origin: "console".to_owned() }
    }

    fn name(&self) -> &str {
        self.person.as_ref().map_or("the command line", |person| &person.full_name)
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act<'a> {
    /// Its kind, such as `person.disable`.
    pub act: &'a str,
    /// On whom or what.
    pub subject: &'a str,
    /// How it was.
    pub before: &'a str,
    /// How it is.
    pub after: &'a str,
}

/// An act as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number; later ones have greater ones.
    pub id: i64,
    /// When.
    pub at: Moment,
    /// Who, as the person was called then.
    pub who: String,
    /// From where.
    pub origin: String,
    /// The act's kind.
    pub act: String,
    /// On whom or what.
    pub subject: String,
    /// How it was.
    pub before: String,
    /// How it became.
    pub after: String,
}

/// Writes an act down.
///
/// # Errors
/// Where the file cannot be written.
pub fn note(tx: &WriteTx<'_>, actor: &Actor, act: Act<'_>) -> Result<(), StoreError> {
    let (before, after) = (text::cut(act.before, CHARS), text::cut(act.after, CHARS));
    tx.sql()
        .prepare_cached(
            "insert into audit_entry (at, person, who, origin, act, subject, before, after)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            tx.now(),
            actor.person.as_ref().map(|person| person.id),
            actor.name(),
            &actor.origin,
            act.act,
            act.subject,
            before,
            after,
        ))?;
    Ok(())
}

/// Which acts are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this kind alone; of every kind where it is empty.
    pub act: String,
    /// By this person alone.
    pub person: Option<PersonId>,
    /// Before this one, which is not among them.
    pub before: Option<i64>,
}

/// Acts, newest first. Walks the index of what is asked for.
///
/// # Errors
/// Where the file cannot be read.
pub fn entries(tx: &ReadTx<'_>, wanted: &Wanted, most: usize) -> Result<Vec<Entry>, StoreError> {
    let condition = match (wanted.act.is_empty(), wanted.person) {
        (true, None) => "?2 = ?2 and ?3 is ?3",
        (false, None) => "act = ?2 and ?3 is ?3",
        (true, Some(_)) => "?2 = ?2 and person = ?3",
        (false, Some(_)) => "act = ?2 and person = ?3",
    };
    let sql = [
        "select id, at, who, origin, act, subject, before, after from audit_entry where id < ?1 and ",
        condition,
        " order by id desc limit ?4",
    ]
    .concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = found.query_map((wanted.before.unwrap_or(i64::MAX), &wanted.act, wanted.person, most), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        at: row.get(1)?,
        who: row.get(2)?,
        origin: row.get(3)?,
        act: row.get(4)?,
        subject: row.get(5)?,
        before: row.get(6)?,
        after: row.get(7)?,
    })
}

/// The kinds of acts that were ever written down.
///
/// # Errors
/// Where the file cannot be read.
pub fn acts(tx: &ReadTx<'_>) -> Result<Vec<String>, StoreError> {
    // One step a kind, however many acts there are.
    let mut found = tx.sql().prepare_cached(
        "with recursive kind (act) as (
           select min(act) from audit_entry
           union all select (select min(act) from audit_entry where act > kind.act) from kind where act is not null)
         select act from kind where act is not null",
    )?;
    let rows = found.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
