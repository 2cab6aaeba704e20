//! Groups: who is in them, and who shares one.

use super::PeopleError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{GroupId, PersonId};
use rusqlite::OptionalExtension;
use std::collections::BTreeSet;

/// A group of people. Administrators make them; everybody sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Who is in it.
    pub members: Vec<PersonId>,
}

/// Every group, by name.
///
/// # Errors
/// Where the file cannot be read.
pub fn groups(tx: &ReadTx<'_>) -> Result<Vec<Group>, PeopleError> {
    let mut found = tx.sql().prepare_cached(
        "select g.id, g.name, m.person from people_group g left join people_member m on m.in_group = g.id
          order by g.name, g.id, m.person",
    )?;
    let mut rows = found.query([])?;
    let mut all: Vec<Group> = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, member): (GroupId, Option<PersonId>) = (row.get(0)?, row.get(2)?);
        if all.last().is_none_or(|last| last.id != id) {
            all.push(Group { id, name: row.get(1)?, members: Vec::new() });
        }
        if let Some(last) = all.last_mut() {
            last.members.extend(member);
        }
    }
    Ok(all)
}

/// Those who share a group with `who`. Walks `people_member_by_person`.
///
/// # Errors
/// Where the file cannot be read.
pub fn mates(tx: &ReadTx<'_>, who: PersonId) -> Result<BTreeSet<PersonId>, PeopleError> {
    let mut found = tx.sql().prepare_cached(
        "select other.person from people_member own join people_member other on other.in_group = own.in_group
          where own.person = ?1 and other.person <> ?1",
    )?;
    let rows = found.query_map([who], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those whose account is closed.
///
/// # Errors
/// Where the file cannot be read.
pub fn disabled(tx: &ReadTx<'_>) -> Result<BTreeSet<PersonId>, PeopleError> {
    let mut found = tx.sql().prepare_cached("select id from people_person where is_disabled = 1")?;
    let rows = found.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts these people into a group and no others.
///
/// # Errors
/// `NoGroup`, `NoPerson`.
pub fn set_members(tx: &WriteTx<'_>, group: GroupId, members: &[PersonId]) -> Result<(), PeopleError> {
    known(tx, group)?;
    tx.sql().prepare_cached("delete from people_member where in_group = ?1")?.execute([group])?;
    for person in members {
        if super::person(tx, *person)?.is_none() {
            return Err(PeopleError::NoPerson);
        }
        tx.sql()
            .prepare_cached("insert or ignore into people_member (in_group, person) values (?1, ?2)")?
            .execute((group, person))?;
    }
    Ok(())
}

/// Removes a group with its address, and what is the group's alone.
///
/// # Errors
/// `NoGroup`.
pub fn remove_group(tx: &WriteTx<'_>, group: GroupId) -> Result<(), PeopleError> {
    known(tx, group)?;
    tx.sql().prepare_cached("delete from people_group where id = ?1")?.execute([group])?;
    Ok(())
}

fn known(tx: &ReadTx<'_>, group: GroupId) -> Result<(), PeopleError> {
    let mut found = tx.sql().prepare_cached("select 1 from people_group where id = ?1")?;
    if found.exists([group])? { Ok(()) } else { Err(PeopleError::NoGroup) }
}

/// The address of a group.
///
/// # Errors
/// Where the file cannot be read.
pub fn group_address(tx: &ReadTx<'_>, group: GroupId) -> Result<String, PeopleError> {
    let mut found =
        tx.sql().prepare_cached("select address from people_address where in_group = ?1 order by is_primary desc")?;
    Ok(found.query_row([group], |row| row.get(0)).optional()?.unwrap_or_default())
}
