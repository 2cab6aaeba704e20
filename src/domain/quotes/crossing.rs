//! Crossings: what alerts have to tell. Each is owed a job in the transaction in which it came about, and is told once.

use super::QuotesError;
use super::alert::{self, Alert, AlertState, Condition, Ways};
use super::decimal::{Dec, dec};
use super::symbol::Row;
use crate::domain::event::Event;
use crate::domain::job::Job;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{AlertId, CrossingId, PersonId};
use rusqlite::OptionalExtension;
use rust_decimal::Decimal;
use std::time::Duration;

/// One crossing of an alert, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    /// Which.
    pub id: CrossingId,
    /// Of which alert.
    pub alert: AlertId,
    /// Whose.
    pub owner: PersonId,
    /// What the symbol is called by.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// What it is counted in.
    pub currency: String,
    /// What was waited for, in words.
    pub words: String,
    /// The price that crossed; for a stale one, the last that is known.
    pub price: Option<Decimal>,
    /// When it was so.
    pub at: Option<Moment>,
    /// Who told it.
    pub source: String,
    /// Whether it is invented.
    pub is_simulated: bool,
    /// When the office noticed.
    pub crossed_at: Moment,
    /// When the person was told.
    pub told_at: Option<Moment>,
    /// By which ways the person is told.
    pub ways: Ways,
    /// Whether the source had fallen silent.
    pub is_stale: bool,
}

/// Keeps a crossing and owes telling of it.
pub(super) fn cross(
    tx: &mut WriteTx<'_>,
    row: &Row,
    alert: &Alert,
    price: Option<Decimal>,
    at: Option<Moment>,
) -> Result<(), QuotesError> {
    let mut insert = tx.sql().prepare_cached(
        "insert into quote_crossing (alert, owner, words, price, at, source, is_simulated, crossed_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id",
    )?;
    let words = alert.condition.words(&row.currency);
    let (source, is_simulated) = (&row.source, row.is_simulated);
    let values = (alert.id, alert.owner, words, dec(price), at, source, is_simulated, tx.now());
    let crossing: CrossingId = insert.query_row(values, |row| row.get(0))?;
    drop(insert);
    tx.enqueue(&Job::Alert { crossing }, Duration::ZERO)?;
    tx.emit(alert.owner, Event::QuotesChanged)?;
    Ok(())
}

/// Lets the alerts of a symbol that has grown stale be crossed. Returns how many were.
pub(super) fn grow_stale(tx: &mut WriteTx<'_>, row: &mut Row) -> Result<usize, QuotesError> {
    let mut alerts = alert::live(tx, row.id)?;
    let mut count = 0;
    for alert in &mut alerts {
        if alert.condition != Condition::Stale || alert.state != AlertState::Armed {
            continue;
        }
        alert.state = if alert.is_repeat { AlertState::Passed } else { AlertState::Done };
        (alert.side, alert.crossed_at) = (1, Some(tx.now()));
        alert::note(tx, alert)?;
        cross(tx, row, alert, row.price, row.at)?;
        count += 1;
    }
    alert::nearest(row, &alerts);
    Ok(count)
}

/// The columns of a [`Crossing`], in its order.
macro_rules! columns {
    () => {
        "c.id, c.alert, c.owner, s.code, s.name, s.currency, c.words, c.price, c.at, c.source, c.is_simulated,
         c.crossed_at, c.told_at, a.by_chat, a.by_mail, a.by_push, a.kind = 10"
    };
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Crossing> {
    Ok(Crossing {
        id: row.get(0)?,
        alert: row.get(1)?,
        owner: row.get(2)?,
        code: row.get(3)?,
        name: row.get(4)?,
        currency: row.get(5)?,
        words: row.get(6)?,
        price: row.get::<_, Option<Dec>>(7)?.map(|price| price.0),
        at: row.get(8)?,
        source: row.get(9)?,
        is_simulated: row.get(10)?,
        crossed_at: row.get(11)?,
        told_at: row.get(12)?,
        ways: Ways { by_chat: row.get(13)?, by_mail: row.get(14)?, by_push: row.get(15)? },
        is_stale: row.get(16)?,
    })
}

/// One crossing; `None` where its alert is no more.
///
/// # Errors
/// Where the file cannot be read.
pub fn crossing(tx: &ReadTx<'_>, id: CrossingId) -> Result<Option<Crossing>, QuotesError> {
    let mut found = tx.sql().prepare_cached(concat!(
        "select ",
        columns!(),
        " from quote_crossing c join quote_alert a on a.id = c.alert join quote_symbol s on s.id = a.symbol
          where c.id = ?1"
    ))?;
    Ok(found.query_row([id], read).optional()?)
}

/// Marks a crossing as told. Returns whether it had not been: who is told so tells it, in the same transaction.
///
/// # Errors
/// Where the file cannot be written.
pub fn take_crossing(tx: &WriteTx<'_>, id: CrossingId) -> Result<bool, QuotesError> {
    let mut update =
        tx.sql().prepare_cached("update quote_crossing set told_at = ?2 where id = ?1 and told_at is null")?;
    Ok(update.execute((id, tx.now()))? > 0)
}

/// What a person's alerts have told, newest first. Walks `quote_crossing_by_owner`.
///
/// # Errors
/// Where the file cannot be read.
pub fn history(tx: &ReadTx<'_>, owner: PersonId, most: usize) -> Result<Vec<Crossing>, QuotesError> {
    let mut found = tx.sql().prepare_cached(concat!(
        "select ",
        columns!(),
        " from quote_crossing c join quote_alert a on a.id = c.alert join quote_symbol s on s.id = a.symbol
          where c.owner = ?1 order by c.id desc limit ?2"
    ))?;
    let rows = found.query_map((owner, i64::try_from(most).unwrap_or(i64::MAX)), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets what was told before `before`, at most `most`. Returns how many went.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_crossings(tx: &WriteTx<'_>, before: Moment, most: usize) -> Result<usize, QuotesError> {
    let mut gone = tx.sql().prepare_cached(
        "delete from quote_crossing where id in
           (select id from quote_crossing where crossed_at < ?1 and told_at is not null order by crossed_at limit ?2)",
    )?;
    Ok(gone.execute((before, i64::try_from(most).unwrap_or(i64::MAX)))?)
}
