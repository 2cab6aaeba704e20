//! Accounts as those see them who run the office.

use super::person::{COLUMNS, FROM, read};
use super::{PeopleError, Person, Role, address, remove_portrait};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{GroupId, PersonId};
use crate::kernel::text::EmailAddress;
use rusqlite::{OptionalExtension, Row};
use std::time::Duration;

/// How long a deleted account can be brought back.
pub const GRACE: Duration = Duration::from_secs(30 * 24 * 3600);

/// How it stands with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In use.
    Active,
    /// Nobody has set a password yet.
    Invited,
    /// Signing in is barred.
    Disabled,
    /// It is erased at that moment.
    Leaving(Moment),
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub person: Person,
    /// How it stands.
    pub state: State,
    /// When it was made.
    pub made_at: Moment,
    /// When a browser of the person was last seen.
    pub seen_at: Option<Moment>,
    /// Browsers that are signed in.
    pub sessions: i64,
}

const ACCOUNT: &str = "p.password = '', p.leaves_at, p.made_at,
    (select max(s.seen_at) from people_session s where s.person = p.id),
    (select count(*) from people_session s where s.person = p.id and s.ends_at > ?1)";

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let person = read(row, 0)?;
    let (is_new, leaves_at): (bool, Option<Moment>) = (row.get(7)?, row.get(8)?);
    let state = match leaves_at {
        Some(at) => State::Leaving(at),
        None if person.is_disabled => State::Disabled,
        None if is_new => State::Invited,
        None => State::Active,
    };
    Ok(Account { person, state, made_at: row.get(9)?, seen_at: row.get(10)?, sessions: row.get(11)? })
}

/// Every account, by name.
///
/// # Errors
/// Where the file cannot be read.
pub fn accounts(tx: &ReadTx<'_>) -> Result<Vec<Account>, PeopleError> {
    let sql = ["select ", COLUMNS, ", ", ACCOUNT, " ", FROM, " where p.erased_at is null order by p.full_name, p.name"]
        .concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([tx.now()], account)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One account.
///
/// # Errors
/// `NoPerson`.
pub fn account_of(tx: &ReadTx<'_>, who: PersonId) -> Result<Account, PeopleError> {
    let sql = ["select ", COLUMNS, ", ", ACCOUNT, " ", FROM, " where p.id = ?2 and p.erased_at is null"].concat();
    let found = tx.sql().prepare_cached(&sql)?.query_row((tx.now(), who), account).optional()?;
    found.ok_or(PeopleError::NoPerson)
}

/// What is done to another's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Name, addresses, groups.
    Edit,
    /// Signing in: barred, allowed, by a new password, ended everywhere.
    SignIn,
    /// The account goes, or comes back.
    Delete,
    /// The person gets this role.
    Role(Role),
}

/// Whether `actor` may do this to `to`: the one place that says so.
///
/// # Errors
/// `NotAllowed`, with the reason.
pub fn may(tx: &ReadTx<'_>, actor: &Person, deed: Deed, to: &Person) -> Result<(), PeopleError> {
    let refuse = |why| Err(PeopleError::NotAllowed(why));
    if !actor.role.runs_office() {
        return refuse("only administrators do this");
    }
    if actor.role < to.role {
        return refuse("an owner's account is changed by owners alone");
    }
    let is_self = actor.id == to.id;
    match deed {
        Deed::Edit => Ok(()),
        Deed::SignIn | Deed::Delete if is_self => refuse("nobody does this to their own account"),
        Deed::SignIn | Deed::Delete if actor.role == to.role && actor.role == Role::Admin => {
            refuse("another administrator's account is changed by owners alone")
        }
        Deed::SignIn | Deed::Delete => Ok(()),
        Deed::Role(_) if actor.role != Role::Owner => refuse("owners alone say who runs the office"),
        Deed::Role(role) if role != Role::Owner && to.role == Role::Owner && owners(tx)? < 2 => {
            refuse("somebody must own the office: make another owner first")
        }
        Deed::Role(_) => Ok(()),
    }
}

/// Owners who may sign in.
fn owners(tx: &ReadTx<'_>) -> Result<i64, PeopleError> {
    let mut found = tx.sql().prepare_cached("select count(*) from people_person where role = 2 and is_disabled = 0")?;
    Ok(found.query_row([], |row| row.get(0))?)
}

/// Gives a person another role.
///
/// # Errors
/// `NoPerson`.
pub fn set_role(tx: &WriteTx<'_>, who: PersonId, role: Role) -> Result<(), PeopleError> {
    let mut update = tx.sql().prepare_cached("update people_person set role = ?2 where id = ?1")?;
    if update.execute((who, role.to_row()))? == 0 { Err(PeopleError::NoPerson) } else { Ok(()) }
}

/// Gives a person another name to be read.
///
/// # Errors
/// `NoPerson`.
pub fn rename(tx: &WriteTx<'_>, who: PersonId, full_name: &str) -> Result<(), PeopleError> {
    let mut update = tx.sql().prepare_cached("update people_person set full_name = ?2 where id = ?1")?;
    if update.execute((who, full_name))? == 0 { Err(PeopleError::NoPerson) } else { Ok(()) }
}

/// Lets an account go after the grace, and bars it at once; or keeps it after all, and lets its owner sign in again.
///
/// # Errors
/// `NoPerson`.
pub fn set_leaving(tx: &WriteTx<'_>, who: PersonId, is_leaving: bool) -> Result<(), PeopleError> {
    super::set_disabled(tx, who, is_leaving)?;
    let at = is_leaving.then(|| tx.now().plus(GRACE));
    tx.sql().prepare_cached("update people_person set leaves_at = ?2 where id = ?1")?.execute((who, at))?;
    Ok(())
}

/// Ends the grace of a deleted account now.
///
/// # Errors
/// Where the file cannot be written.
pub fn hasten_leaving(tx: &WriteTx<'_>, who: PersonId) -> Result<(), PeopleError> {
    tx.sql()
        .prepare_cached("update people_person set leaves_at = ?2 where id = ?1 and leaves_at is not null")?
        .execute((who, tx.now()))?;
    Ok(())
}

/// Those whose grace is over.
///
/// # Errors
/// Where the file cannot be read.
pub fn due_to_erase(tx: &ReadTx<'_>) -> Result<Vec<PersonId>, PeopleError> {
    let mut found =
        tx.sql().prepare_cached("select id from people_person where leaves_at <= ?1 and erased_at is null")?;
    let rows = found.query_map([tx.now()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Erases a person's picture, and the names to sign in with and to write to, which are free again. The name that others
/// read stays with what the person said.
///
/// # Errors
/// Where the file cannot be written.
pub fn erase(tx: &WriteTx<'_>, who: PersonId) -> Result<(), PeopleError> {
    for gone in ["people_session", "people_link", "people_member", "people_address"] {
        tx.sql().prepare_cached(&["delete from ", gone, " where person = ?1"].concat())?.execute([who])?;
    }
    remove_portrait(tx, who)?;
    // No address of a domain that there is: RFC 6761 §6.4.
    address::keep(tx, &format!("{who}@erased.invalid"), Some(who), None, true)?;
    tx.sql()
        .prepare_cached(
            "update people_person set name = 'erased ' || id, password = '', role = 0, is_disabled = 1, erased_at = ?2
              where id = ?1",
        )?
        .execute((who, tx.now()))?;
    Ok(())
}

/// Ends all of a person's sessions. Returns how many there were.
///
/// # Errors
/// Where the file cannot be written.
pub fn end_sessions(tx: &WriteTx<'_>, who: PersonId) -> Result<usize, PeopleError> {
    Ok(tx.sql().prepare_cached("delete from people_session where person = ?1")?.execute([who])?)
}

/// Lets mail for an alias reach a person no more.
///
/// # Errors
/// `FirstAddress`, or `NoPerson` where the address is not that person's.
pub fn remove_alias(tx: &WriteTx<'_>, who: PersonId, alias: &EmailAddress) -> Result<(), PeopleError> {
    let key = alias.key();
    if address::addresses(tx, who)?.first().is_some_and(|first| first.key() == key) {
        return Err(PeopleError::FirstAddress(key));
    }
    let mut gone = tx.sql().prepare_cached("delete from people_address where address = ?1 and person = ?2")?;
    if gone.execute((key, who))? == 0 { Err(PeopleError::NoPerson) } else { Ok(()) }
}

/// Puts a person into these groups and no others.
///
/// # Errors
/// `NoGroup` where one is none.
pub fn set_groups(tx: &WriteTx<'_>, who: PersonId, groups: &[GroupId]) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("delete from people_member where person = ?1")?.execute([who])?;
    for group in groups {
        let mut known = tx.sql().prepare_cached("select 1 from people_group where id = ?1")?;
        if !known.exists([group])? {
            return Err(PeopleError::NoGroup);
        }
        tx.sql()
            .prepare_cached("insert or ignore into people_member (in_group, person) values (?1, ?2)")?
            .execute((group, who))?;
    }
    Ok(())
}

/// Accounts that may be signed in to.
///
/// # Errors
/// Where the file cannot be read.
pub fn count_active(tx: &ReadTx<'_>) -> Result<i64, PeopleError> {
    let mut found = tx.sql().prepare_cached("select count(*) from people_person where is_disabled = 0")?;
    Ok(found.query_row([], |row| row.get(0))?)
}

/// Browsers that are signed in, in the whole office.
///
/// # Errors
/// Where the file cannot be read.
pub fn count_sessions(tx: &ReadTx<'_>) -> Result<i64, PeopleError> {
    let mut found = tx.sql().prepare_cached("select count(*) from people_session where ends_at > ?1")?;
    Ok(found.query_row([tx.now()], |row| row.get(0))?)
}
