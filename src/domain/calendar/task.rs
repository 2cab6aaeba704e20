//! Tasks: what is to be done, in the calendars it belongs to.

use super::CalendarError;
use super::access::{Access, access};
use super::calendar::calendars;
use super::model::{CalendarKind, Entry, Rights, Task, Window};
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Status};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::limits;
use rusqlite::Row;
use std::time::Duration;

/// How long a task that is due on a day takes of it.
const DAY: Duration = Duration::from_secs(24 * 3600);

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

/// Open tasks that no day to come shows: those overdue at `now`, then those without a date; at most `most`, of those of
/// `calendars` that `who` may read and that are filled by hand. Walks `calendar_item_tasks`.
///
/// # Errors
/// Where the file cannot be read.
pub fn loose_tasks(
    tx: &ReadTx<'_>,
    who: PersonId,
    calendars: &[CalendarId],
    now: Moment,
    most: usize,
) -> Result<Vec<Task>, CalendarError> {
    let sql = [
        TASK,
        " and i.done_at is null and i.percent < 100
            and (i.ends_at is null or i.ends_at + case i.is_all_day when 1 then 86400000 else 0 end < ?3)
          order by i.ends_at is null, i.ends_at, i.priority = 0, i.priority, i.id limit ?4",
    ]
    .concat();
    let mut query = tx.sql().prepare_cached(&sql)?;
    let mut found = Vec::new();
    for calendar in calendars.iter().take(limits::CALENDARS_AT_ONCE) {
        let access = match access(tx, who, *calendar) {
            Ok(access) if access.may_read(false) && !access.kind.is_read_only() => access,
            Ok(_) | Err(CalendarError::NoCalendar) => continue,
            Err(error) => return Err(error),
        };
        let asked = (*calendar, access.may_read(true), now, i64::try_from(most).unwrap_or(i64::MAX));
        for task in query.query_map(asked, |row| read(row, *calendar))? {
            found.push(task?);
        }
    }
    found.sort_by_key(|task| (task.due_at.is_none(), task.due_at, task.priority == 0, task.priority));
    found.truncate(most);
    Ok(found)
}

/// The tasks that are due in `window`, open and done, in those of `calendars` that `who` may read: as entries of the day, or
/// of the minute, that they are due. Walks `calendar_item_tasks`.
///
/// # Errors
/// Where the file cannot be read.
pub fn due_tasks(
    tx: &ReadTx<'_>,
    who: PersonId,
    calendars: &[CalendarId],
    window: &Window,
) -> Result<Vec<Entry>, CalendarError> {
    let mut query = tx.sql().prepare_cached(
        "select id, ends_at, is_floating, is_all_day, title, place, is_private, is_series,
                done_at is not null or percent = 100
           from calendar_item
          where calendar = ?1 and kind = 1 and status <> 2 and (is_private = 0 or ?2)
            and ends_at >= case is_floating when 1 then ?3 else ?4 end
            and ends_at < case is_floating when 1 then ?5 else ?6 end
            and ends_at between min(?3, ?4) and max(?5, ?6)
          order by ends_at, id limit ?7",
    )?;
    let mut found = Vec::new();
    for calendar in calendars.iter().take(limits::CALENDARS_AT_ONCE) {
        let access = match access(tx, who, *calendar) {
            Ok(access) if access.may_read(false) => access,
            Ok(_) | Err(CalendarError::NoCalendar) => continue,
            Err(error) => return Err(error),
        };
        let room = i64::try_from(limits::CALENDAR_TASKS.saturating_sub(found.len())).unwrap_or(i64::MAX);
        let (wall, instants) = ((window.wall_from, window.wall_to), (window.from, window.to));
        let asked = (*calendar, access.may_read(true), wall.0, instants.0, wall.1, instants.1, room);
        for entry in query.query_map(asked, |row| entry(row, *calendar))? {
            found.push(entry?);
        }
    }
    Ok(found)
}

fn entry(row: &Row<'_>, calendar: CalendarId) -> rusqlite::Result<Entry> {
    let (due_at, is_all_day): (Moment, bool) = (row.get(1)?, row.get(3)?);
    Ok(Entry {
        item: row.get(0)?,
        calendar,
        instance: String::new(),
        starts_at: due_at,
        ends_at: if is_all_day { due_at.plus(DAY) } else { due_at },
        is_floating: row.get(2)?,
        is_all_day,
        title: row.get(4)?,
        place: row.get(5)?,
        status: Status::Confirmed,
        answer: None,
        is_busy: true,
        is_private: row.get(6)?,
        is_masked: false,
        is_series: row.get(7)?,
        guests: 0,
        done: Some(row.get(8)?),
    })
}
