//! Accounts and groups.

use super::{NewPerson, PeopleError, Person, Role, address};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{GroupId, PersonId};
use crate::kernel::{limits, text::EmailAddress};
use rusqlite::{OptionalExtension, Row};

/// Columns of a person, in the order of [`read`].
pub(super) const COLUMNS: &str = "p.id, p.name, p.full_name, p.role, p.is_disabled, a.address, p.portrait_mark";
pub(super) const FROM: &str = "from people_person p join people_address a on a.person = p.id and a.is_primary = 1";

pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Person> {
    let address: String = row.get(first + 5)?;
    let address = address.parse::<EmailAddress>().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(first + 5, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(Person {
        id: row.get(first)?,
        name: row.get(first + 1)?,
        full_name: row.get(first + 2)?,
        role: Role::from_row(row.get(first + 3)?),
        is_disabled: row.get(first + 4)?,
        address,
        portrait: row.get(first + 6)?,
    })
}

/// Makes an account with its first address, `name` at the office's first domain.
///
/// # Errors
/// `BadName`, `Taken`, `NoDomain`.
pub fn add_person(tx: &WriteTx<'_>, new: &NewPerson) -> Result<PersonId, PeopleError> {
    let (name, own) = free_name(tx, &new.name)?;
    tx.sql()
        .prepare_cached(
            "insert into people_person (name, full_name, role, password, made_at) values (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((&name, new.full_name.trim(), new.role.to_row(), &new.password, tx.now()))?;
    let id = PersonId::new(tx.sql().last_insert_rowid());
    address::keep(tx, &own, Some(id), None, true)?;
    Ok(id)
}

/// Makes a group that receives mail at `name` of the office's first domain.
///
/// # Errors
/// `BadName`, `Taken`, `NoDomain`.
pub fn add_group(tx: &WriteTx<'_>, name: &str, members: &[PersonId]) -> Result<GroupId, PeopleError> {
    let (name, own) = free_name(tx, name)?;
    tx.sql().prepare_cached("insert into people_group (name) values (?1)")?.execute([&name])?;
    let id = GroupId::new(tx.sql().last_insert_rowid());
    address::keep(tx, &own, None, Some(id), true)?;
    for person in members {
        tx.sql()
            .prepare_cached("insert or ignore into people_member (in_group, person) values (?1, ?2)")?
            .execute((id, person))?;
    }
    Ok(id)
}

/// A name in the form it is kept, with its address at the office's first domain, where both are free.
pub(super) fn free_name(tx: &ReadTx<'_>, wanted: &str) -> Result<(String, String), PeopleError> {
    let name = wanted.trim().to_lowercase();
    if !is_login(&name) {
        return Err(PeopleError::BadName);
    }
    let domain = address::primary_domain(tx)?.ok_or(PeopleError::NoDomain)?;
    let own = format!("{name}@{domain}");
    if address::is_taken(tx, &own)? { Err(PeopleError::Taken(own)) } else { Ok((name, own)) }
}

/// Whether somebody may sign in with a name, in the form it is kept.
#[must_use]
pub fn is_login(name: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty()
        && name.len() <= limits::LOCAL_PART
        && name.chars().all(is_letter)
        && !name.contains("..")
        && !name.starts_with('.')
        && !name.ends_with('.')
}

/// Whether anybody may run the office yet. Until then it is not set up.
///
/// # Errors
/// Where the file cannot be read.
pub fn any_admin(tx: &ReadTx<'_>) -> Result<bool, PeopleError> {
    Ok(tx.sql().prepare_cached("select 1 from people_person where role >= 1 limit 1")?.exists([])?)
}

/// Everybody, by name.
///
/// # Errors
/// Where the file cannot be read.
pub fn all(tx: &ReadTx<'_>) -> Result<Vec<Person>, PeopleError> {
    let sql = ["select ", COLUMNS, " ", FROM, " order by p.full_name, p.name"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([], |row| read(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One person.
///
/// # Errors
/// Where the file cannot be read.
pub fn person(tx: &ReadTx<'_>, id: PersonId) -> Result<Option<Person>, PeopleError> {
    let sql = ["select ", COLUMNS, " ", FROM, " where p.id = ?1"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row([id], |row| read(row, 0)).optional()?)
}

/// The person who signs in as `login`, a name or any of the person's addresses, with the password's hash.
///
/// # Errors
/// Where the file cannot be read.
pub fn by_login(tx: &ReadTx<'_>, login: &str) -> Result<Option<(Person, String)>, PeopleError> {
    let login = login.trim().to_lowercase();
    let condition = if login.contains('@') {
        "where p.id = (select person from people_address where address = ?1)"
    } else {
        "where p.name = ?1"
    };
    let sql = ["select ", COLUMNS, ", p.password ", FROM, " ", condition].concat();
    let found = tx.sql().prepare_cached(&sql)?.query_row([login], |row| Ok((read(row, 0)?, row.get(7)?))).optional()?;
    Ok(found)
}

/// Gives a person another password hash, and ends all of the person's sessions.
///
/// # Errors
/// `NoPerson`.
pub fn change_password(tx: &WriteTx<'_>, who: PersonId, hash: &str) -> Result<(), PeopleError> {
    let changed =
        tx.sql().prepare_cached("update people_person set password = ?2 where id = ?1")?.execute((who, hash))?;
    if changed == 0 {
        return Err(PeopleError::NoPerson);
    }
    tx.sql().prepare_cached("delete from people_session where person = ?1")?.execute([who])?;
    Ok(())
}

/// Bars a person from signing in and ends all sessions, or allows it again. Mail still arrives.
///
/// # Errors
/// `NoPerson`.
pub fn set_disabled(tx: &WriteTx<'_>, who: PersonId, is_disabled: bool) -> Result<(), PeopleError> {
    let mut update = tx.sql().prepare_cached("update people_person set is_disabled = ?2 where id = ?1")?;
    if update.execute((who, is_disabled))? == 0 {
        return Err(PeopleError::NoPerson);
    }
    if is_disabled {
        tx.sql().prepare_cached("delete from people_session where person = ?1")?.execute([who])?;
    }
    Ok(())
}
