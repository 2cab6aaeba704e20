//! Invitations of a person that wait for an answer.

use super::CalendarError;
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarItemId, PersonId};

/// An invitation that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Which event.
    pub item: CalendarItemId,
    /// What it is called.
    pub title: String,
    /// Who invites: the address.
    pub organizer: String,
    /// When it begins; of a series, when that first does.
    pub starts_at: Option<Moment>,
    /// Whether that is what the reader's wall clock shows.
    pub is_floating: bool,
    /// Whether it takes whole days.
    pub is_all_day: bool,
    /// Whether it comes more than once.
    pub is_series: bool,
}

/// Invitations of a person that wait for an answer and are not over, at most `most`, the soonest first. Walks
/// `calendar_calendar_by_owner` and `calendar_item_unanswered`.
///
/// # Errors
/// Where the file cannot be read.
pub fn unanswered(tx: &ReadTx<'_>, who: PersonId, most: usize) -> Result<Vec<Unanswered>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select i.id, i.title, i.organizer, i.starts_at, i.is_floating, i.is_all_day, i.is_series
           from calendar_calendar c join calendar_item i on i.calendar = c.id and i.answer = 0
          where c.owner = ?1 and c.kind = 0 and i.kind = 0 and i.status <> 2
            and (i.ends_at > ?2 or (i.is_series = 1 and i.known_until > ?2))
          order by i.starts_at, i.id limit ?3",
    )?;
    let rows = found.query_map((who, tx.now(), i64::try_from(most).unwrap_or(i64::MAX)), |row| {
        Ok(Unanswered {
            item: row.get(0)?,
            title: row.get(1)?,
            organizer: row.get(2)?,
            starts_at: row.get(3)?,
            is_floating: row.get(4)?,
            is_all_day: row.get(5)?,
            is_series: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
