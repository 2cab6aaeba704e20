//! Accounts that strangers ask for. Until somebody lets them in they are no accounts: nobody signs in, no mail arrives.

use super::{PeopleError, is_login};
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::RegistrationId;
use crate::kernel::limits;
use rusqlite::{OptionalExtension, Row};
use std::time::Duration;

/// How long one waits to be let in; then it is forgotten.
const WAITS: Duration = Duration::from_secs(30 * 24 * 3600);

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRegistration {
    /// The name to sign in with. Whether it is taken is for those to see who let people in.
    pub name: String,
    /// The name that others read.
    pub full_name: String,
    /// The hash of the password.
    pub password: String,
    /// What the person says to who decides.
    pub words: String,
    /// Where the person asks from.
    pub origin: String,
}

/// Somebody who asks for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Its number.
    pub id: RegistrationId,
    /// What is asked for.
    pub asked: NewRegistration,
    /// Since when.
    pub at: Moment,
}

const COLUMNS: &str = "select id, name, full_name, password, words, origin, asked_at from people_registration";

fn read(row: &Row<'_>) -> rusqlite::Result<Registration> {
    let asked = NewRegistration {
        name: row.get(1)?,
        full_name: row.get(2)?,
        password: row.get(3)?,
        words: row.get(4)?,
        origin: row.get(5)?,
    };
    Ok(Registration { id: row.get(0)?, asked, at: row.get(6)? })
}

/// Whether somebody at `origin` may ask for an account by this name; returns the name as it is kept.
///
/// # Errors
/// `BadName`; `NotAllowed` where too many wait, in all or from one address.
pub fn may_register(tx: &ReadTx<'_>, name: &str, origin: &str) -> Result<String, PeopleError> {
    let name = name.trim().to_lowercase();
    if !is_login(&name) {
        return Err(PeopleError::BadName);
    }
    let from_there: i64 = tx
        .sql()
        .prepare_cached("select count(*) from people_registration where origin = ?1 and asked_at >= ?2")?
        .query_row((origin, tx.now().minus(WAITS)), |row| row.get(0))?;
    if from_there >= limits::REGISTRATIONS_OF_ADDRESS || count_registrations(tx)? >= limits::REGISTRATIONS {
        return Err(PeopleError::NotAllowed("many wait to be let in already; try again in some days"));
    }
    Ok(name)
}

/// Keeps what somebody asks for.
///
/// # Errors
/// Those of [`may_register`].
pub fn register(tx: &WriteTx<'_>, new: &NewRegistration) -> Result<RegistrationId, PeopleError> {
    forget_old(tx)?;
    let name = may_register(tx, &new.name, &new.origin)?;
    tx.sql()
        .prepare_cached(
            "insert into people_registration (name, full_name, password, words, origin, asked_at)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((name, &new.full_name, &new.password, &new.words, &new.origin, tx.now()))?;
    Ok(RegistrationId::new(tx.sql().last_insert_rowid()))
}

/// Those who wait, who came first at the beginning.
///
/// # Errors
/// Where the file cannot be read.
pub fn registrations(tx: &ReadTx<'_>) -> Result<Vec<Registration>, PeopleError> {
    let sql = [COLUMNS, " where asked_at >= ?1 order by id"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([tx.now().minus(WAITS)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many wait.
///
/// # Errors
/// Where the file cannot be read.
pub fn count_registrations(tx: &ReadTx<'_>) -> Result<i64, StoreError> {
    let mut found = tx.sql().prepare_cached("select count(*) from people_registration where asked_at >= ?1")?;
    Ok(found.query_row([tx.now().minus(WAITS)], |row| row.get(0))?)
}

/// Takes somebody from those who wait.
///
/// # Errors
/// `NoPerson` where nobody waits under this number.
pub fn take_registration(tx: &WriteTx<'_>, id: RegistrationId) -> Result<Registration, PeopleError> {
    forget_old(tx)?;
    let sql = [COLUMNS, " where id = ?1"].concat();
    let found = tx.sql().prepare_cached(&sql)?.query_row([id], read).optional()?;
    tx.sql().prepare_cached("delete from people_registration where id = ?1")?.execute([id])?;
    found.ok_or(PeopleError::NoPerson)
}

/// The table is short: no more than [`limits::REGISTRATIONS`].
fn forget_old(tx: &WriteTx<'_>) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("delete from people_registration where asked_at < ?1")?.execute([tx.now().minus(WAITS)])?;
    Ok(())
}
