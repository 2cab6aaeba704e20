//! The queue. A recipient is waiting, then sent or failed; a message whose recipients all are one of these is gone.

use super::OutboundError;
use crate::domain::job::Job;
use crate::domain::store::{ReadTx, Staged, WriteTx, forget_blob, hasten_job, put_blob};
use crate::kernel::clock::Moment;
use crate::kernel::id::{BlobId, DepartureId, ItemId, PersonId};
use crate::kernel::text::EmailAddress;
use rusqlite::OptionalExtension;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long a message is tried before it comes back. RFC 5321 §4.5.4.1.
const GIVES_UP: Duration = Duration::from_secs(5 * 24 * 3600);

/// How far a message has come for one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be sent.
    Waiting,
    /// The recipient's server has it.
    Sent,
    /// It came back.
    Failed,
}

impl State {
    const fn to_row(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Sent => 1,
            Self::Failed => 2,
        }
    }
}

/// A message on its way out.
#[derive(Debug, Clone)]
pub struct Departure {
    /// The message.
    pub id: DepartureId,
    /// Who sent it.
    pub sender: PersonId,
    /// Its bytes.
    pub blob: BlobId,
    /// Where a bounce goes. Empty for a bounce itself.
    pub reverse_path: String,
    /// The sender's copy in Sent; nothing where there is none.
    pub item: Option<ItemId>,
    /// When it was sent.
    pub queued_at: Moment,
    /// When it comes back at the latest.
    pub gives_up_at: Moment,
}

/// One recipient of a message on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// How often it was tried.
    pub tries: i64,
    /// What the far server last said.
    pub last_reply: String,
    /// When it was last tried, or queued.
    pub changed_at: Moment,
}

/// Queues a kept message for recipients outside, and owes one job for each of their domains. Without a reverse path,
/// nothing of it comes back.
///
/// # Errors
/// Where the file cannot be written.
pub fn queue(
    tx: &mut WriteTx<'_>,
    sender: PersonId,
    blob: BlobId,
    reverse_path: Option<&EmailAddress>,
    item: ItemId,
    to: &[EmailAddress],
) -> Result<DepartureId, OutboundError> {
    insert(tx, sender, blob, reverse_path, item.get(), to, Duration::ZERO)
}

/// Queues a message that nobody keeps a copy of, to leave after `hold` unless it is recalled before. With no reverse path
/// nothing comes back, whatever becomes of it.
///
/// # Errors
/// Where the file cannot be written.
pub fn queue_held(
    tx: &mut WriteTx<'_>,
    sender: PersonId,
    bytes: &Staged,
    reverse_path: Option<&EmailAddress>,
    to: &[EmailAddress],
    hold: Duration,
) -> Result<DepartureId, OutboundError> {
    let blob = put_blob(tx, bytes)?;
    insert(tx, sender, blob, reverse_path, NO_COPY, to, hold)
}

/// Takes back a message that was to leave after `hold`, while it has not. Returns whether it stays.
///
/// # Errors
/// Where the file cannot be written.
pub fn recall(tx: &WriteTx<'_>, sender: PersonId, id: DepartureId, hold: Duration) -> Result<bool, OutboundError> {
    let mut gone = tx.sql().prepare_cached(
        "delete from outbound_message where id = ?1 and sender = ?2 and queued_at > ?3 returning blob",
    )?;
    let blob: Option<BlobId> = gone.query_row((id, sender, tx.now().minus(hold)), |row| row.get(0)).optional()?;
    drop(gone);
    if let Some(blob) = blob {
        forget_blob(tx, blob)?;
    }
    Ok(blob.is_some())
}

/// In the place of the sender's copy, where there is none.
const NO_COPY: i64 = 0;

fn insert(
    tx: &mut WriteTx<'_>,
    sender: PersonId,
    blob: BlobId,
    reverse_path: Option<&EmailAddress>,
    item: i64,
    to: &[EmailAddress],
    hold: Duration,
) -> Result<DepartureId, OutboundError> {
    let (reverse_path, gives_up_at) = (reverse_path.map_or("", EmailAddress::as_str), tx.now().plus(GIVES_UP));
    tx.sql()
        .prepare_cached(
            "insert into outbound_message (sender, blob, reverse_path, item, queued_at, gives_up_at)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((sender, blob, reverse_path, item, tx.now(), gives_up_at))?;
    let id = DepartureId::new(tx.sql().last_insert_rowid());
    for address in to {
        tx.sql()
            .prepare_cached(
                "insert or ignore into outbound_recipient (message, address, domain, state, changed_at)
                 values (?1, ?2, ?3, 0, ?4)",
            )?
            .execute((id, address.as_str(), address.domain(), tx.now()))?;
    }
    for domain in to.iter().map(|address| address.domain().to_owned()).collect::<BTreeSet<_>>() {
        tx.enqueue(&Job::Depart { message: id, domain }, hold)?;
    }
    Ok(id)
}

/// A message on its way out; `None` once it is gone.
///
/// # Errors
/// Where the file cannot be read.
pub fn departure(tx: &ReadTx<'_>, id: DepartureId) -> Result<Option<Departure>, OutboundError> {
    let mut found = tx.sql().prepare_cached(
        "select id, sender, blob, reverse_path, item, queued_at, gives_up_at from outbound_message where id = ?1",
    )?;
    let found = found.query_row([id], |row| {
        Ok(Departure {
            id: row.get(0)?,
            sender: row.get(1)?,
            blob: row.get(2)?,
            reverse_path: row.get(3)?,
            item: row.get::<_, Option<ItemId>>(4)?.filter(|item| item.get() != NO_COPY),
            queued_at: row.get(5)?,
            gives_up_at: row.get(6)?,
        })
    });
    Ok(found.optional()?)
}

/// Recipients in one domain who wait for a message, least often tried first.
///
/// # Errors
/// Where the file cannot be read.
pub fn pending(tx: &ReadTx<'_>, id: DepartureId, domain: &str) -> Result<Vec<Recipient>, OutboundError> {
    let mut found = tx.sql().prepare_cached(
        "select address, tries, last_reply, changed_at from outbound_recipient
          where message = ?1 and domain = ?2 and state = 0 order by tries, address",
    )?;
    let rows = found.query_map((id, domain), |row| {
        Ok(Recipient { address: row.get(0)?, tries: row.get(1)?, last_reply: row.get(2)?, changed_at: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes how far a message has come for one recipient. Once nobody waits for it, the message leaves the queue.
///
/// # Errors
/// Where the file cannot be written.
pub fn settle(
    tx: &WriteTx<'_>,
    id: DepartureId,
    address: &str,
    state: State,
    reply: &str,
) -> Result<(), OutboundError> {
    tx.sql()
        .prepare_cached(
            "update outbound_recipient set state = ?3, last_reply = ?4, tries = tries + 1, changed_at = ?5
              where message = ?1 and address = ?2",
        )?
        .execute((id, address, state.to_row(), reply, tx.now()))?;
    let mut waits =
        tx.sql().prepare_cached("select 1 from outbound_recipient where message = ?1 and state = 0 limit 1")?;
    if !waits.exists([id])? {
        let mut gone = tx.sql().prepare_cached("delete from outbound_message where id = ?1 returning blob")?;
        let blob: Option<BlobId> = gone.query_row([id], |row| row.get(0)).optional()?;
        drop(gone);
        if let Some(blob) = blob {
            forget_blob(tx, blob)?;
        }
    }
    Ok(())
}

/// A message that waits, as those see it who run the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The message.
    pub id: DepartureId,
    /// Who sent it.
    pub sender: PersonId,
    /// When it was sent.
    pub queued_at: Moment,
    /// When it comes back at the latest.
    pub gives_up_at: Moment,
    /// Its recipients who wait, with what their servers last said.
    pub recipients: Vec<Recipient>,
}

/// Messages that wait, oldest first, at most `most`.
///
/// # Errors
/// Where the file cannot be read.
pub fn waiting(tx: &ReadTx<'_>, most: usize) -> Result<Vec<Waiting>, OutboundError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut found = tx
        .sql()
        .prepare_cached("select id, sender, queued_at, gives_up_at from outbound_message order by id limit ?1")?;
    let rows = found.query_map([most], |row| {
        Ok(Waiting {
            id: row.get(0)?,
            sender: row.get(1)?,
            queued_at: row.get(2)?,
            gives_up_at: row.get(3)?,
            recipients: Vec::new(),
        })
    })?;
    let mut all = rows.collect::<Result<Vec<_>, _>>()?;
    for message in &mut all {
        message.recipients = recipients(tx, message.id)?;
    }
    Ok(all)
}

/// Recipients who wait for a message, whatever their domain; none once it is gone.
///
/// # Errors
/// Where the file cannot be read.
pub fn recipients(tx: &ReadTx<'_>, id: DepartureId) -> Result<Vec<Recipient>, OutboundError> {
    let mut found = tx.sql().prepare_cached(
        "select address, tries, last_reply, changed_at from outbound_recipient
          where message = ?1 and state = 0 order by address",
    )?;
    let rows = found.query_map([id], |row| {
        Ok(Recipient { address: row.get(0)?, tries: row.get(1)?, last_reply: row.get(2)?, changed_at: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the message was sent that waits longest.
///
/// # Errors
/// Where the file cannot be read.
pub fn oldest(tx: &ReadTx<'_>) -> Result<Option<Moment>, OutboundError> {
    let mut found = tx.sql().prepare_cached("select queued_at from outbound_message order by id limit 1")?;
    Ok(found.query_row([], |row| row.get(0)).optional()?)
}

/// Lets a message be tried again at once for all who wait for it.
///
/// # Errors
/// Where the file cannot be written.
pub fn retry(tx: &mut WriteTx<'_>, id: DepartureId) -> Result<bool, OutboundError> {
    let domains: BTreeSet<String> = recipients(tx, id)?
        .into_iter()
        .filter_map(|to| to.address.rsplit_once('@').map(|(_, domain)| domain.to_owned()))
        .collect();
    let mut any = false;
    for domain in domains {
        any |= hasten_job(tx, &Job::Depart { message: id, domain })?;
    }
    Ok(any)
}

/// Takes a message out of the queue for good: nobody gets it who has not, and nothing comes back. Says whether it was
/// there.
///
/// # Errors
/// Where the file cannot be written.
pub fn drop_message(tx: &WriteTx<'_>, id: DepartureId) -> Result<bool, OutboundError> {
    let mut gone = tx.sql().prepare_cached("delete from outbound_message where id = ?1 returning blob")?;
    let blob: Option<BlobId> = gone.query_row([id], |row| row.get(0)).optional()?;
    drop(gone);
    if let Some(blob) = blob {
        forget_blob(tx, blob)?;
    }
    Ok(blob.is_some())
}

/// How many messages are on their way out.
///
/// # Errors
/// Where the file cannot be read.
pub fn queue_length(tx: &ReadTx<'_>) -> Result<i64, OutboundError> {
    Ok(tx.sql().prepare_cached("select count(*) from outbound_message")?.query_row([], |row| row.get(0))?)
}
