//! Own groups: made, named, put in order, filled.

use super::RosterError;
use crate::domain::people;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{OwnGroupId, PersonId};
use crate::kernel::{limits, text};
use rusqlite::OptionalExtension;

/// A person's own group of colleagues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnGroup {
    /// The group.
    pub id: OwnGroupId,
    /// What its owner calls it.
    pub name: String,
    /// Who is in it.
    pub members: Vec<PersonId>,
}

/// A person's own groups, in their order. Walks `roster_group_by_name`.
///
/// # Errors
/// Where the file cannot be read.
pub fn groups(tx: &ReadTx<'_>, owner: PersonId) -> Result<Vec<OwnGroup>, RosterError> {
    let mut found = tx.sql().prepare_cached(
        "select g.id, g.name, m.person from roster_group g left join roster_member m on m.in_group = g.id
          where g.owner = ?1 order by g.place, g.id, m.person",
    )?;
    let mut rows = found.query([owner])?;
    let mut all: Vec<OwnGroup> = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, member): (OwnGroupId, Option<PersonId>) = (row.get(0)?, row.get(2)?);
        if all.last().is_none_or(|last| last.id != id) {
            all.push(OwnGroup { id, name: row.get(1)?, members: Vec::new() });
        }
        if let Some(last) = all.last_mut() {
            last.members.extend(member);
        }
    }
    Ok(all)
}

/// Makes a group, behind the others.
///
/// # Errors
/// `BadName`, `Taken`, `TooMany`.
pub fn make(tx: &WriteTx<'_>, owner: PersonId, name: &str) -> Result<OwnGroupId, RosterError> {
    let (name, key) = free_name(tx, owner, name, None)?;
    let mut ends =
        tx.sql().prepare_cached("select count(*), coalesce(max(place), 0) from roster_group where owner = ?1")?;
    let (count, last): (i64, i64) = ends.query_row([owner], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count >= limits::OWN_GROUPS {
        return Err(RosterError::TooMany);
    }
    let mut insert = tx.sql().prepare_cached(
        "insert into roster_group (owner, name, name_key, place) values (?1, ?2, ?3, ?4) returning id",
    )?;
    Ok(insert.query_row((owner, name, key, last + 1), |row| row.get(0))?)
}

/// A name as it is kept, and as names are compared, where no other group of the person has it.
fn free_name(
    tx: &ReadTx<'_>,
    owner: PersonId,
    typed: &str,
    own: Option<OwnGroupId>,
) -> Result<(String, String), RosterError> {
    let name = text::one_line(typed);
    if name.is_empty() || name.chars().count() > limits::OWN_GROUP_NAME {
        return Err(RosterError::BadName);
    }
    let key = name.to_lowercase();
    let mut found = tx.sql().prepare_cached("select id from roster_group where owner = ?1 and name_key = ?2")?;
    let taken: Option<OwnGroupId> = found.query_row((owner, &key), |row| row.get(0)).optional()?;
    if taken.is_some_and(|taken| Some(taken) != own) { Err(RosterError::Taken(name)) } else { Ok((name, key)) }
}

/// Lets nobody through to another's group.
fn owned(tx: &ReadTx<'_>, owner: PersonId, id: OwnGroupId) -> Result<(), RosterError> {
    let mut found = tx.sql().prepare_cached("select 1 from roster_group where id = ?1 and owner = ?2")?;
    if found.exists((id, owner))? { Ok(()) } else { Err(RosterError::NoGroup) }
}

/// Gives a group another name.
///
/// # Errors
/// `NoGroup`, `BadName`, `Taken`.
pub fn rename(tx: &WriteTx<'_>, owner: PersonId, id: OwnGroupId, name: &str) -> Result<(), RosterError> {
    owned(tx, owner, id)?;
    let (name, key) = free_name(tx, owner, name, Some(id))?;
    tx.sql()
        .prepare_cached("update roster_group set name = ?2, name_key = ?3 where id = ?1")?
        .execute((id, name, key))?;
    Ok(())
}

/// Removes a group; nobody in it is touched.
///
/// # Errors
/// `NoGroup`.
pub fn remove(tx: &WriteTx<'_>, owner: PersonId, id: OwnGroupId) -> Result<(), RosterError> {
    owned(tx, owner, id)?;
    tx.sql().prepare_cached("delete from roster_group where id = ?1")?.execute([id])?;
    Ok(())
}

/// Puts a group one place further up or down; at the end it stays.
///
/// # Errors
/// `NoGroup`.
pub fn shift(tx: &WriteTx<'_>, owner: PersonId, id: OwnGroupId, is_up: bool) -> Result<(), RosterError> {
    let mut order: Vec<_> = groups(tx, owner)?.into_iter().map(|group| group.id).collect();
    let at = order.iter().position(|one| *one == id).ok_or(RosterError::NoGroup)?;
    let other = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < order.len()) };
    let Some(other) = other else { return Ok(()) };
    order.swap(at, other);
    let mut update = tx.sql().prepare_cached("update roster_group set place = ?2 where id = ?1")?;
    for (id, place) in order.iter().zip(1_i64..) {
        update.execute((id, place))?;
    }
    Ok(())
}

/// Puts somebody into a group.
///
/// # Errors
/// `NoGroup`, `NoPerson`.
pub fn put(tx: &WriteTx<'_>, owner: PersonId, id: OwnGroupId, person: PersonId) -> Result<(), RosterError> {
    owned(tx, owner, id)?;
    people::person(tx, person).map_err(crate::domain::store::StoreError::from)?.ok_or(RosterError::NoPerson)?;
    tx.sql()
        .prepare_cached("insert or ignore into roster_member (in_group, person) values (?1, ?2)")?
        .execute((id, person))?;
    Ok(())
}

/// Takes somebody out of a group.
///
/// # Errors
/// `NoGroup`.
pub fn take_out(tx: &WriteTx<'_>, owner: PersonId, id: OwnGroupId, person: PersonId) -> Result<(), RosterError> {
    owned(tx, owner, id)?;
    tx.sql().prepare_cached("delete from roster_member where in_group = ?1 and person = ?2")?.execute((id, person))?;
    Ok(())
}
