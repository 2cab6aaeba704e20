//! Sessions: a random token in the browser, its hash here.

use super::person::{self, COLUMNS};
use super::{NewSession, PeopleError, Session};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{PersonId, SessionId};
use crate::kernel::{limits, secret};
use rusqlite::{OptionalExtension, Row};

const SESSION: &str = "s.id, s.csrf, s.device, s.address, s.made_at, s.seen_at";
const FROM: &str = "from people_session s join people_person p on p.id = s.person
    join people_address a on a.person = p.id and a.is_primary = 1";

fn read(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        csrf: row.get(1)?,
        device: row.get(2)?,
        address: row.get(3)?,
        made_at: row.get(4)?,
        seen_at: row.get(5)?,
        person: person::read(row, 6)?,
    })
}

/// The statement that reads sessions, with its condition.
fn select(condition: &str) -> String {
    ["select ", SESSION, ", ", COLUMNS, " ", FROM, condition].concat()
}

/// Opens a session.
///
/// # Errors
/// Where the file cannot be written.
pub fn open_session(tx: &WriteTx<'_>, new: &NewSession) -> Result<SessionId, PeopleError> {
    let hash = secret::sha256(new.token.as_bytes());
    let ends_at = tx.now().plus(limits::SESSION_LIFE);
    tx.sql()
        .prepare_cached("delete from people_session where person = ?1 and ends_at < ?2")?
        .execute((new.person, tx.now()))?;
    tx.sql()
        .prepare_cached(
            "insert into people_session (token_hash, person, csrf, device, address, made_at, seen_at, ends_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
        )?
        .execute((hash, new.person, &new.csrf, &new.device, &new.address, tx.now(), ends_at))?;
    Ok(SessionId::new(tx.sql().last_insert_rowid()))
}

/// The session that `token` opens, while it lasts and its person may sign in.
///
/// # Errors
/// Where the file cannot be read.
pub fn session_by_token(tx: &ReadTx<'_>, token: &str) -> Result<Option<Session>, PeopleError> {
    let sql = select(" where s.token_hash = ?1 and s.ends_at > ?2 and p.is_disabled = 0");
    let hash = secret::sha256(token.as_bytes());
    Ok(tx.sql().prepare_cached(&sql)?.query_row((hash, tx.now()), read).optional()?)
}

/// A person's sessions, the one seen last first.
///
/// # Errors
/// Where the file cannot be read.
pub fn sessions(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Session>, PeopleError> {
    let sql = select(" where s.person = ?1 and s.ends_at > ?2 order by s.seen_at desc limit 100");
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map((who, tx.now()), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that a session was used just now, from `address`; it lasts for another full life.
///
/// # Errors
/// Where the file cannot be written.
pub fn see_session(tx: &WriteTx<'_>, id: SessionId, address: &str) -> Result<(), PeopleError> {
    let ends_at = tx.now().plus(limits::SESSION_LIFE);
    tx.sql()
        .prepare_cached("update people_session set seen_at = ?2, ends_at = ?3, address = ?4 where id = ?1")?
        .execute((id, tx.now(), ends_at, address))?;
    Ok(())
}

/// Ends one of a person's sessions.
///
/// # Errors
/// Where the file cannot be written.
pub fn end_session(tx: &WriteTx<'_>, who: PersonId, id: SessionId) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("delete from people_session where id = ?1 and person = ?2")?.execute((id, who))?;
    Ok(())
}

/// Ends all of a person's sessions but one.
///
/// # Errors
/// Where the file cannot be written.
pub fn end_other_sessions(tx: &WriteTx<'_>, who: PersonId, keep: SessionId) -> Result<(), PeopleError> {
    tx.sql().prepare_cached("delete from people_session where person = ?1 and id <> ?2")?.execute((who, keep))?;
    Ok(())
}
