//! Tasks: what is to be done, in the calendars it belongs to.

use super::CalendarError;
use super::access::access;
use super::model::Task;
use crate::domain::store::ReadTx;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::limits;

/// The tasks of a calendar that are open, or that are done: those due first, then those without a date. Walks
/// `calendar_item_tasks`.
///
/// # Errors
/// `NoCalendar`; `NotAllowed` where the person may not read it.
pub fn tasks(tx: &ReadTx<'_>, who: PersonId, calendar: CalendarId, are_done: bool) -> Result<Vec<Task>, CalendarError> {
    let access = access(tx, who, calendar)?;
    if !access.may_read(false) {
        return Err(CalendarError::NotAllowed("you may not read this calendar"));
    }
    let mut found = tx.sql().prepare_cached(
        "select id, title, ends_at, is_floating, is_all_day, done_at, percent, priority, is_series
           from calendar_item where calendar = ?1 and kind = 1 and status <> 2
            and (done_at is not null or percent = 100) = ?2 and (is_private = 0 or ?3)
          order by ends_at is null, ends_at, priority = 0, priority, id limit ?4",
    )?;
    let most = i64::try_from(limits::CALENDAR_TASKS).unwrap_or(i64::MAX);
    let rows = found.query_map((calendar, are_done, access.may_read(true), most), |row| {
        Ok(Task {
            id: row.get(0)?,
            calendar,
            title: row.get(1)?,
            due_at: row.get(2)?,
            is_floating: row.get(3)?,
            is_all_day: row.get(4)?,
            done_at: row.get(5)?,
            percent: row.get(6)?,
            priority: row.get(7)?,
            is_series: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
