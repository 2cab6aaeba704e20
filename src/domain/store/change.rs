//! The change log: what happened to whose things, in order. One revision counts for the whole office.

use super::{ReadTx, StoreError, WriteTx};
use crate::domain::event::Event;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, PersonId};
use rusqlite::ToSql;
use rusqlite::types::ToSqlOutput;

/// Whose things something happened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// One person's.
    Person(PersonId),
    /// Those of everybody in a conversation.
    Conversation(ConversationId),
    /// Everybody's.
    Office,
}

impl From<PersonId> for Owner {
    fn from(person: PersonId) -> Self {
        Self::Person(person)
    }
}

impl From<ConversationId> for Owner {
    fn from(conversation: ConversationId) -> Self {
        Self::Conversation(conversation)
    }
}

impl Owner {
    const fn from_row(row: i64) -> Self {
        match row {
            0 => Self::Office,
            1.. => Self::Person(PersonId::new(row)),
            _ => Self::Conversation(ConversationId::new(-row)),
        }
    }
}

impl ToSql for Owner {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(match self {
            Self::Person(person) => person.get(),
            Self::Conversation(conversation) => -conversation.get(),
            Self::Office => 0,
        }))
    }
}

/// One event with the revision it brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Whose things it happened to.
    pub owner: Owner,
    /// The office's revision after it.
    pub revision: i64,
    /// What happened.
    pub event: Event,
}

/// Changes handed out at once; who asks for more is too far behind.
const CHANGES_AT_ONCE: usize = 500;

pub(super) fn append(tx: &ReadTx<'_>, owner: Owner, event: Event) -> Result<Change, StoreError> {
    let (kind, place, thing) = event.to_row();
    tx.sql()
        .prepare_cached("insert into store_change (owner, kind, place, thing, made_at) values (?1, ?2, ?3, ?4, ?5)")?
        .execute((owner, kind, place, thing, tx.now()))?;
    Ok(Change { owner, revision: tx.sql().last_insert_rowid(), event })
}

/// The office's revision: zero before anything happened.
///
/// # Errors
/// Where the file cannot be read.
pub fn revision(tx: &ReadTx<'_>) -> Result<i64, StoreError> {
    let mut found = tx.sql().prepare_cached("select ifnull(max(revision), 0) from store_change")?;
    Ok(found.query_row([], |row| row.get(0))?)
}

/// What happened to the owners' things after `since`, oldest first; `None` where that is too long ago or too much to
/// tell, so that the asker must read everything again. Walks `store_change_by_owner`.
///
/// # Errors
/// Where the file cannot be read.
pub fn changes_since(tx: &ReadTx<'_>, owners: &[Owner], since: i64) -> Result<Option<Vec<Change>>, StoreError> {
    let newest = revision(tx)?;
    if since == newest {
        return Ok(Some(Vec::new()));
    }
    if since > newest || since + 1 < oldest(tx)? {
        return Ok(None);
    }
    let mut changes = Vec::new();
    for owner in owners {
        changes.extend(of_owner(tx, *owner, since)?);
        if changes.len() > CHANGES_AT_ONCE {
            return Ok(None);
        }
    }
    changes.sort_unstable_by_key(|change| change.revision);
    Ok(Some(changes))
}

fn oldest(tx: &ReadTx<'_>) -> Result<i64, StoreError> {
    let mut found = tx.sql().prepare_cached("select ifnull(min(revision), 0) from store_change")?;
    Ok(found.query_row([], |row| row.get(0))?)
}

fn of_owner(tx: &ReadTx<'_>, owner: Owner, since: i64) -> Result<Vec<Change>, StoreError> {
    let mut found = tx.sql().prepare_cached(
        "select revision, kind, place, thing from store_change
          where owner = ?1 and revision > ?2 order by revision limit ?3",
    )?;
    let most = i64::try_from(CHANGES_AT_ONCE + 1).unwrap_or(i64::MAX);
    let rows = found.query_map((owner, since, most), |row| {
        let event = Event::from_row(row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(event.map(|event| (row.get(0), event)))
    })?;
    let mut changes = Vec::new();
    for row in rows {
        // An event of a newer version says nothing here.
        if let Some((revision, event)) = row? {
            changes.push(Change { owner, revision: revision?, event });
        }
    }
    Ok(changes)
}

/// The next that happened to anybody's things after `since`, oldest first, and up to which revision that is: `since` itself
/// where nothing did.
pub(super) fn all_since(tx: &ReadTx<'_>, since: i64) -> Result<(Vec<Change>, i64), StoreError> {
    let mut found = tx.sql().prepare_cached(
        "select revision, kind, place, thing, owner from store_change where revision > ?1 order by revision limit ?2",
    )?;
    let mut rows = found.query((since, i64::try_from(CHANGES_AT_ONCE).unwrap_or(i64::MAX)))?;
    let (mut changes, mut upto) = (Vec::new(), since);
    while let Some(row) = rows.next()? {
        upto = row.get(0)?;
        let owner = Owner::from_row(row.get(4)?);
        let event = Event::from_row(row.get(1)?, row.get(2)?, row.get(3)?);
        changes.extend(event.map(|event| Change { owner, revision: upto, event }));
    }
    Ok((changes, upto))
}

/// Forgets what happened before `before`, at most `most` rows, oldest first. The newest row stays, since numbers go on
/// from it. Returns how many went.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_changes(tx: &WriteTx<'_>, before: Moment, most: usize) -> Result<usize, StoreError> {
    let mut gone = tx.sql().prepare_cached(
        "delete from store_change
          where revision <= (select max(revision) from (select revision, made_at from store_change
                                                         order by revision limit ?2) where made_at < ?1)
            and revision < (select max(revision) from store_change)",
    )?;
    Ok(gone.execute((before, i64::try_from(most).unwrap_or(i64::MAX)))?)
}
