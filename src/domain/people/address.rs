//! Addresses: whom mail for one reaches.

use super::thing::is_thing;
use super::{PeopleError, Route};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{GroupId, PersonId};
use crate::kernel::text::{EmailAddress, is_domain};
use rusqlite::OptionalExtension;

/// Names that every mail domain answers to. RFC 5321 §4.5.1, RFC 2142 §4.
const ROLE_NAMES: [&str; 2] = ["postmaster", "abuse"];

/// Makes `name` a domain of the office; the first one made is where new addresses lie.
///
/// # Errors
/// `NoDomain` where `name` is no domain.
pub fn add_domain(tx: &WriteTx<'_>, name: &str) -> Result<(), PeopleError> {
    let name = name.trim().trim_end_matches('.').to_lowercase();
    if !is_domain(&name) || name.starts_with('[') {
        return Err(PeopleError::NoDomain);
    }
    let is_primary = primary_domain(tx)?.is_none();
    tx.sql()
        .prepare_cached("insert or ignore into people_domain (name, is_primary) values (?1, ?2)")?
        .execute((name, is_primary))?;
    Ok(())
}

/// Makes a domain the one that new addresses lie in. Addresses that there are stay.
///
/// # Errors
/// `NoDomain` where it is none of the office's.
pub fn set_primary_domain(tx: &WriteTx<'_>, name: &str) -> Result<(), PeopleError> {
    if !is_our_domain(tx, name)? {
        return Err(PeopleError::NoDomain);
    }
    tx.sql().prepare_cached("update people_domain set is_primary = (name = ?1)")?.execute([name])?;
    Ok(())
}

/// Takes no more mail for a domain.
///
/// # Errors
/// `NoDomain`; `NotAllowed` where new addresses lie in it, or others still do.
pub fn remove_domain(tx: &WriteTx<'_>, name: &str) -> Result<(), PeopleError> {
    if !is_our_domain(tx, name)? {
        return Err(PeopleError::NoDomain);
    }
    if primary_domain(tx)?.as_deref() == Some(name) {
        return Err(PeopleError::NotAllowed("new addresses lie in this domain: make another the first one before"));
    }
    if addresses_in(tx, name)? > 0 {
        return Err(PeopleError::NotAllowed("addresses lie in this domain still: remove them first"));
    }
    tx.sql().prepare_cached("delete from people_domain where name = ?1")?.execute([name])?;
    Ok(())
}

/// Addresses that lie in a domain. Looks through all of them: a few for each person.
///
/// # Errors
/// Where the file cannot be read.
pub fn addresses_in(tx: &ReadTx<'_>, domain: &str) -> Result<i64, PeopleError> {
    let mut found = tx.sql().prepare_cached(
        "select (select count(*) from people_address where substr(address, instr(address, '@') + 1) = ?1)
              + (select count(*) from people_thing where substr(address, instr(address, '@') + 1) = ?1)",
    )?;
    Ok(found.query_row([domain], |row| row.get(0))?)
}

/// The office's domains, the first one first.
///
/// # Errors
/// Where the file cannot be read.
pub fn domains(tx: &ReadTx<'_>) -> Result<Vec<String>, PeopleError> {
    let mut found = tx.sql().prepare_cached("select name from people_domain order by is_primary desc, name")?;
    let rows = found.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The domain that new addresses lie in.
///
/// # Errors
/// Where the file cannot be read.
pub fn primary_domain(tx: &ReadTx<'_>) -> Result<Option<String>, PeopleError> {
    let mut found = tx.sql().prepare_cached("select name from people_domain where is_primary = 1")?;
    Ok(found.query_row([], |row| row.get(0)).optional()?)
}

/// Whom mail for `address` reaches: a person, the members of a group, or the administrators for `postmaster` and
/// `abuse`. Mail for a room or a thing is taken and reaches nobody. A `+tag` is looked through.
///
/// # Errors
/// Where the file cannot be read.
pub fn route(tx: &ReadTx<'_>, address: &EmailAddress) -> Result<Route, PeopleError> {
    let key = address.key();
    let mut found = tx.sql().prepare_cached("select person, in_group from people_address where address = ?1")?;
    let to: Option<(Option<PersonId>, Option<GroupId>)> =
        found.query_row([&key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match to {
        Some((Some(person), _)) => Ok(Route::People(vec![person])),
        Some((None, Some(group))) => Ok(Route::People(members(tx, group)?)),
        _ if !is_our_domain(tx, address.domain())? => Ok(Route::NotOurs),
        _ if key.split('@').next().is_some_and(|local| ROLE_NAMES.contains(&local)) => Ok(Route::People(admins(tx)?)),
        _ if is_thing(tx, &key)? => Ok(Route::People(Vec::new())),
        _ => Ok(Route::NoSuchAddress),
    }
}

fn is_our_domain(tx: &ReadTx<'_>, domain: &str) -> Result<bool, PeopleError> {
    Ok(tx.sql().prepare_cached("select 1 from people_domain where name = ?1")?.exists([domain])?)
}

fn members(tx: &ReadTx<'_>, group: GroupId) -> Result<Vec<PersonId>, PeopleError> {
    let mut found = tx.sql().prepare_cached("select person from people_member where in_group = ?1 order by person")?;
    let rows = found.query_map([group], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn admins(tx: &ReadTx<'_>) -> Result<Vec<PersonId>, PeopleError> {
    let mut found =
        tx.sql().prepare_cached("select id from people_person where role >= 1 and is_disabled = 0 order by id")?;
    let rows = found.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A person's addresses, the first one first.
///
/// # Errors
/// Where the file cannot be read.
pub fn addresses(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<EmailAddress>, PeopleError> {
    let mut found = tx
        .sql()
        .prepare_cached("select address from people_address where person = ?1 order by is_primary desc, address")?;
    let rows = found.query_map([who], |row| row.get::<_, String>(0))?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.iter().filter_map(|address| address.parse().ok()).collect())
}

/// Whose own address it is; a group's is nobody's.
///
/// # Errors
/// Where the file cannot be read.
pub fn owner(tx: &ReadTx<'_>, address: &EmailAddress) -> Result<Option<PersonId>, PeopleError> {
    let mut found =
        tx.sql().prepare_cached("select person from people_address where address = ?1 and person is not null")?;
    Ok(found.query_row([address.key()], |row| row.get(0)).optional()?)
}

/// Whether `who` may write as `address`: one of the person's own, tagged or not.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_own_address(tx: &ReadTx<'_>, who: PersonId, address: &EmailAddress) -> Result<bool, PeopleError> {
    let mut found = tx.sql().prepare_cached("select 1 from people_address where address = ?1 and person = ?2")?;
    Ok(found.exists((address.key(), who))?)
}

/// Lets mail for `alias` reach a person.
///
/// # Errors
/// `Taken`, or `NoDomain` where its domain is not the office's.
pub fn add_alias(tx: &WriteTx<'_>, who: PersonId, alias: &EmailAddress) -> Result<(), PeopleError> {
    if !is_our_domain(tx, alias.domain())? {
        return Err(PeopleError::NoDomain);
    }
    let key = alias.key();
    if is_taken(tx, &key)? {
        return Err(PeopleError::Taken(key));
    }
    keep(tx, &key, Some(who), None, false)
}

pub(super) fn is_taken(tx: &ReadTx<'_>, address: &str) -> Result<bool, PeopleError> {
    let mut found = tx.sql().prepare_cached("select 1 from people_address where address = ?1")?;
    Ok(found.exists([address])? || is_thing(tx, address)?)
}

pub(super) fn keep(
    tx: &WriteTx<'_>,
    address: &str,
    person: Option<PersonId>,
    group: Option<GroupId>,
    is_primary: bool,
) -> Result<(), PeopleError> {
    tx.sql()
        .prepare_cached("insert into people_address (address, person, in_group, is_primary) values (?1, ?2, ?3, ?4)")?
        .execute((address, person, group, is_primary))?;
    Ok(())
}
