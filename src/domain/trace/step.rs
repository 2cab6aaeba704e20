//! What became of a message, step by step.

use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ItemId, PassageId, PersonId};
use crate::kernel::limits;
use crate::kernel::text::{cut, one_line};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// The office took it over.
    Taken,
    /// It lies in somebody's folder.
    Filed,
    /// It went to a conversation or a room rather than into a folder.
    Said,
    /// It waits to leave.
    Queued,
    /// Another server has it.
    Delivered,
    /// Another server is asked again later.
    Deferred,
    /// It cannot be delivered.
    Failed,
    /// Its sender was told.
    Reported,
    /// An administrator took it out of the queue.
    Dropped,
}

impl StepKind {
    const ALL: [Self; 9] = [
        Self::Taken,
        Self::Filed,
        Self::Said,
        Self::Queued,
        Self::Delivered,
        Self::Deferred,
        Self::Failed,
        Self::Reported,
        Self::Dropped,
    ];

    const fn to_row(self) -> i64 {
        self as i64
    }

    fn from_row(row: i64) -> Self {
        usize::try_from(row).ok().and_then(|row| Self::ALL.get(row).copied()).unwrap_or(Self::Taken)
    }
}

/// A step to be noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewStep<'a> {
    /// What happened.
    pub kind: StepKind,
    /// For whom; empty where it is of the whole message.
    pub address: &'a str,
    /// What a server said, the folder, or how it came.
    pub words: &'a str,
    /// Whose folder it is.
    pub person: Option<PersonId>,
    /// That person's copy.
    pub item: Option<ItemId>,
}

impl<'a> NewStep<'a> {
    /// A step that is of nobody's folder.
    #[must_use]
    pub const fn new(kind: StepKind, address: &'a str, words: &'a str) -> Self {
        Self { kind, address, words, person: None, item: None }
    }

    /// A copy that was filed.
    #[must_use]
    pub const fn filed(person: PersonId, item: ItemId, address: &'a str, folder: &'a str) -> Self {
        Self { kind: StepKind::Filed, address, words: folder, person: Some(person), item: Some(item) }
    }
}

/// A step as it was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Moment,
    /// What happened.
    pub kind: StepKind,
    /// For whom.
    pub address: String,
    /// In whose words.
    pub words: String,
    /// Whose folder it is.
    pub person: Option<PersonId>,
    /// That person's copy.
    pub item: Option<ItemId>,
}

/// Notes a step.
///
/// # Errors
/// Where the file cannot be written.
pub fn note(tx: &WriteTx<'_>, passage: PassageId, step: NewStep<'_>) -> Result<(), StoreError> {
    tx.sql()
        .prepare_cached(
            "insert into trace_step (passage, number, at, kind, address, words, person, item)
             values (?1, (select coalesce(max(number), 0) + 1 from trace_step where passage = ?1),
                     ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            passage,
            tx.now(),
            step.kind.to_row(),
            step.address.to_lowercase(),
            cut(&one_line(step.words), limits::TRACE_WORDS),
            step.person,
            step.item,
        ))?;
    Ok(())
}

/// What became of a message, oldest first, at most [`limits::TRACE_STEPS`] steps.
///
/// # Errors
/// Where the file cannot be read.
pub fn steps(tx: &ReadTx<'_>, passage: PassageId) -> Result<Vec<Step>, StoreError> {
    let mut found = tx.sql().prepare_cached(
        "select at, kind, address, words, person, item from trace_step where passage = ?1 order by number limit ?2",
    )?;
    let rows = found.query_map((passage, limits::TRACE_STEPS), |row| {
        Ok(Step {
            at: row.get(0)?,
            kind: StepKind::from_row(row.get(1)?),
            address: row.get(2)?,
            words: row.get(3)?,
            person: row.get(4)?,
            item: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
