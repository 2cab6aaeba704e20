//! Tasks: what is to be done, in the calendars it belongs to.

use super::CalendarError;
use super::access::{Access, access};
use super::calendar::calendars;
use super::model::{CalendarKind, Rights, Task};
use crate::domain::store::ReadTx;
use crate::format::ical;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::limits;
use rusqlite::Row;

/// What a list shows of a task, in the order of [`read`]. The text comes along only where it may name an address.
const TASK: &str = "
    select i.id, i.title, i.ends_at, i.is_floating, i.is_all_day, i.done_at, i.percent, i.priority, i.is_series,
           case when instr(t.text, 'URL') > 0 then t.text end
      from calendar_item i join calendar_text t on t.item = i.id
     where i.calendar = ?1 and i.kind = 1 and i.status <> 2 and (i.is_private = 0 or ?2)";

/// The tasks of a calendar that are open, those due first, then those without a date; or those that are done, the last
/// first. Walks `calendar_item_tasks`.
///
/// # Errors
/// `NoCalendar`; `NotAllowed` where the person may not read it.
pub fn tasks(tx: &ReadTx<'_>, who: PersonId, calendar: CalendarId, are_done: bool) -> Result<Vec<Task>, CalendarError> {
    let access = access(tx, who, calendar)?;
    if !access.may_read(false) {
        return Err(CalendarError::NotAllowed("you may not read this calendar"));
    }
    of_calendar(tx, access, are_done)
}

fn of_calendar(tx: &ReadTx<'_>, access: Access, are_done: bool) -> Result<Vec<Task>, CalendarError> {
    let end = if are_done {
        " and (i.done_at is not null or i.percent = 100) order by i.done_at desc, i.id desc limit ?3"
    } else {
        " and i.done_at is null and i.percent < 100
          order by i.ends_at is null, i.ends_at, i.priority = 0, i.priority, i.id limit ?3"
    };
    let sql = [TASK, end].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let most = i64::try_from(limits::CALENDAR_TASKS).unwrap_or(i64::MAX);
    let rows = found.query_map((access.calendar, access.may_read(true), most), |row| read(row, access.calendar))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>, calendar: CalendarId) -> rusqlite::Result<Task> {
    let text: Option<String> = row.get(9)?;
    let link = text.and_then(|text| ical::item(&text)).map(|item| item.main.link);
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
        link: link.unwrap_or_default(),
    })
}

/// The tasks of all calendars that a person has ticked and fills with others or alone, as [`tasks`] gives those of one.
///
/// # Errors
/// Where the file cannot be read.
pub fn all_tasks(tx: &ReadTx<'_>, who: PersonId, are_done: bool) -> Result<Vec<Task>, CalendarError> {
    let mut all = Vec::new();
    for calendar in calendars(tx, who)? {
        let is_filled = matches!(calendar.kind, CalendarKind::Own | CalendarKind::Group);
        if !is_filled || !calendar.is_shown || calendar.rights < Rights::Read {
            continue;
        }
        all.extend(of_calendar(tx, access(tx, who, calendar.id)?, are_done)?);
        if all.len() >= limits::CALENDAR_TASKS {
            break;
        }
    }
    if are_done {
        all.sort_by_key(|task| std::cmp::Reverse(task.done_at));
    } else {
        all.sort_by_key(|task| (task.due_at.is_none(), task.due_at, task.priority == 0, task.priority));
    }
    all.truncate(limits::CALENDAR_TASKS);
    Ok(all)
}
