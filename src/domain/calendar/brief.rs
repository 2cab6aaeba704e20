//! Times as they are kept, without what they are called: enough to count and to place them, and to say when somebody is busy.

use super::CalendarError;
use super::access::Access;
use super::model::{Entry, Rights, Window, answer_from_row, status_from_row};
use super::occurrence::LONG;
use crate::domain::store::ReadTx;
use crate::format::ical::{Answer, Status};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId};
use crate::kernel::limits;
use rusqlite::Row;

/// One time that an event takes place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brief {
    pub(super) item: CalendarItemId,
    pub(super) starts_at: Moment,
    pub(super) ends_at: Moment,
    pub(super) is_floating: bool,
    pub(super) is_all_day: bool,
    pub(super) status: Status,
    pub(super) answer: Option<Answer>,
    pub(super) is_busy: bool,
    pub(super) is_private: bool,
}

/// How much of an event somebody is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Not even that it is there.
    Nothing,
    /// That the time is taken.
    Taken,
    /// What it is.
    All,
}

impl Brief {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            item: entry.item,
            starts_at: entry.starts_at,
            ends_at: entry.ends_at,
            is_floating: entry.is_floating,
            is_all_day: entry.is_all_day,
            status: entry.status,
            answer: entry.answer,
            is_busy: entry.is_busy,
            is_private: entry.is_private,
        }
    }

    /// How much of it is shown to whoever may do so much. What the calendar's owner declined is the owner's alone; what may not
    /// be read is shown as taken, if it takes time.
    pub(super) fn sight(&self, access: Access) -> Sight {
        let is_taken = self.is_busy && self.status != Status::Cancelled;
        match access.may_read(self.is_private) {
            _ if access.rights < Rights::Own && self.answer == Some(Answer::Declined) => Sight::Nothing,
            true => Sight::All,
            false if is_taken => Sight::Taken,
            false => Sight::Nothing,
        }
    }
}

/// Where the name of the instance stands in a row of [`scan`].
pub(super) const INSTANCE: usize = 8;

/// Hands every time of a calendar that is kept and overlaps the window to `take`, with its shape and its row. Walks the primary
/// key of `calendar_occurrence` by the end: nothing short that overlaps the window ends later than two days after it. Returns
/// whether there are more than are looked at at once.
pub(super) fn scan(
    tx: &ReadTx<'_>,
    calendar: CalendarId,
    window: &Window,
    mut take: impl FnMut(Brief, i64, &Row<'_>) -> Result<(), CalendarError>,
) -> Result<bool, CalendarError> {
    let mut query = tx.sql().prepare_cached(
        "select item, starts_at, ends_at, is_all_day, status, answer, is_busy, is_private, instance
           from calendar_occurrence
          where calendar = ?1 and shape = ?2 and ends_at between ?3 and ?4 and starts_at < ?5
            and (ends_at > ?3 or starts_at = ?3)
          limit ?6",
    )?;
    let most = i64::try_from(limits::CALENDAR_TIMES).unwrap_or(i64::MAX);
    let mut count = 0;
    for shape in 0..4_i64 {
        let (is_floating, is_long) = (shape >= 2, shape % 2 == 1);
        let (from, to) = if is_floating { (window.wall_from, window.wall_to) } else { (window.from, window.to) };
        let last = if is_long { i64::MAX } else { to.millis().saturating_add(LONG) };
        let mut rows = query.query((calendar, shape, from, last, to, most - count))?;
        while let Some(row) = rows.next()? {
            count += 1;
            take(read(row, is_floating)?, shape, row)?;
        }
    }
    Ok(count >= most)
}

fn read(row: &Row<'_>, is_floating: bool) -> rusqlite::Result<Brief> {
    Ok(Brief {
        item: row.get(0)?,
        starts_at: row.get(1)?,
        ends_at: row.get(2)?,
        is_floating,
        is_all_day: row.get(3)?,
        status: status_from_row(row.get(4)?),
        answer: answer_from_row(row.get(5)?),
        is_busy: row.get(6)?,
        is_private: row.get(7)?,
    })
}
