//! Subscriptions: the address at a push service and the keys that one browser gave.

use super::PushError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::push::Keys;
use crate::kernel::clock::Moment;
use crate::kernel::id::{PersonId, SessionId, SubscriptionId};
use crate::kernel::text::cut;
use rusqlite::Row;

/// Devices of one person; the one made first makes room.
const DEVICES: i64 = 20;
/// Characters kept of what went wrong last.
const WHY: usize = 200;
/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// A browser that gives leave to wake its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// Whom.
    pub person: PersonId,
    /// In which session: it ends with that.
    pub session: SessionId,
    /// Where its push service takes messages for it.
    pub endpoint: String,
    /// What messages are sealed with.
    pub keys: Keys,
    /// The browser in words.
    pub device: String,
}

/// A browser that may be woken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// The session it was made in.
    pub session: SessionId,
    /// Where its push service takes messages for it.
    pub endpoint: String,
    /// What messages are sealed with.
    pub keys: Keys,
    /// The browser in words.
    pub device: String,
    /// Since when.
    pub made_at: Moment,
    /// When a message was taken last.
    pub sent_at: Option<Moment>,
    /// What the service said last, where it took none since.
    pub last_error: String,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    Ok(Subscription {
        id: row.get(0)?,
        session: row.get(1)?,
        endpoint: row.get(2)?,
        keys: Keys { p256dh: row.get(3)?, auth: row.get(4)? },
        device: row.get(5)?,
        made_at: row.get(6)?,
        sent_at: row.get(7)?,
        last_error: row.get(8)?,
    })
}

/// Keeps a subscription. The same browser again, or another person in it, takes the place of what was kept of it.
///
/// # Errors
/// Where the file cannot be written.
pub fn subscribe(tx: &WriteTx<'_>, new: &NewSubscription) -> Result<SubscriptionId, PushError> {
    tx.sql().prepare_cached("delete from push_subscription where endpoint = ?1")?.execute([&new.endpoint])?;
    tx.sql()
        .prepare_cached(
            "delete from push_subscription where person = ?1 and id not in
               (select id from push_subscription where person = ?1 order by id desc limit ?2)",
        )?
        .execute((new.person, DEVICES - 1))?;
    tx.sql()
        .prepare_cached(
            "insert into push_subscription (person, session, endpoint, p256dh, auth, device, made_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((new.person, new.session, &new.endpoint, &new.keys.p256dh, &new.keys.auth, &new.device, tx.now()))?;
    Ok(SubscriptionId::new(tx.sql().last_insert_rowid()))
}

/// The devices on which a person is signed in and may be woken, the newest first.
///
/// # Errors
/// Where the file cannot be read.
pub fn subscriptions(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Subscription>, PushError> {
    let mut found = tx.sql().prepare_cached(
        "select u.id, u.session, u.endpoint, u.p256dh, u.auth, u.device, u.made_at, u.sent_at, u.last_error
           from push_subscription u
           join people_session s on s.id = u.session and s.ends_at > ?2
           join people_person p on p.id = u.person and p.is_disabled = 0
          where u.person = ?1 order by u.id desc",
    )?;
    let rows = found.query_map((who, tx.now()), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a person has a device that may be woken.
///
/// # Errors
/// Where the file cannot be read.
pub fn has_subscription(tx: &ReadTx<'_>, who: PersonId) -> Result<bool, PushError> {
    Ok(tx.sql().prepare_cached("select 1 from push_subscription where person = ?1")?.exists([who])?)
}

/// Whether anybody has a device that may be woken.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_anybody(tx: &ReadTx<'_>) -> Result<bool, PushError> {
    Ok(tx.sql().prepare_cached("select 1 from push_subscription limit 1")?.exists([])?)
}

/// Everybody who has a device that may be woken.
///
/// # Errors
/// Where the file cannot be read.
pub fn people(tx: &ReadTx<'_>) -> Result<Vec<PersonId>, PushError> {
    let mut found = tx.sql().prepare_cached("select distinct person from push_subscription order by person")?;
    let rows = found.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes leave back, as the browser says it: by its address at the push service.
///
/// # Errors
/// Where the file cannot be written.
pub fn unsubscribe(tx: &WriteTx<'_>, who: PersonId, endpoint: &str) -> Result<(), PushError> {
    tx.sql()
        .prepare_cached("delete from push_subscription where person = ?1 and endpoint = ?2")?
        .execute((who, endpoint))?;
    Ok(())
}

/// Removes one of a person's devices.
///
/// # Errors
/// `NoSubscription`.
pub fn remove(tx: &WriteTx<'_>, who: PersonId, id: SubscriptionId) -> Result<(), PushError> {
    let count =
        tx.sql().prepare_cached("delete from push_subscription where id = ?1 and person = ?2")?.execute((id, who))?;
    if count == 0 { Err(PushError::NoSubscription) } else { Ok(()) }
}

/// Forgets a device that its push service no longer knows. RFC 8030 §7.3.
///
/// # Errors
/// Where the file cannot be written.
pub fn forget(tx: &WriteTx<'_>, id: SubscriptionId) -> Result<(), PushError> {
    tx.sql().prepare_cached("delete from push_subscription where id = ?1")?.execute([id])?;
    Ok(())
}

/// Notes that a message was taken.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_sent(tx: &WriteTx<'_>, id: SubscriptionId) -> Result<(), PushError> {
    tx.sql()
        .prepare_cached("update push_subscription set sent_at = ?2, last_error = '' where id = ?1")?
        .execute((id, tx.now()))?;
    Ok(())
}

/// Notes why a message was not taken.
///
/// # Errors
/// Where the file cannot be written.
pub fn note_failure(tx: &WriteTx<'_>, id: SubscriptionId, why: &str) -> Result<(), PushError> {
    tx.sql()
        .prepare_cached("update push_subscription set last_error = ?2 where id = ?1")?
        .execute((id, cut(why, WHY)))?;
    Ok(())
}

/// Counts one more waking of a person, or says `false` where `most` in this hour were enough.
///
/// # Errors
/// Where the file cannot be written.
pub fn count(tx: &WriteTx<'_>, who: PersonId, most: i64) -> Result<bool, PushError> {
    let hour_at = tx.now().millis() / HOUR * HOUR;
    let counted = tx
        .sql()
        .prepare_cached(
            "insert into push_count (person, hour_at, count) values (?1, ?2, 1) on conflict (person) do update
               set count = case when hour_at = ?2 then count + 1 else 1 end, hour_at = ?2
               where hour_at <> ?2 or count < ?3",
        )?
        .execute((who, hour_at, most))?;
    Ok(counted > 0)
}
