//! Calendars: making, naming, colouring, ticking and removing them, and the list that one person has.

use super::CalendarError;
use super::access::{access, at_most};
use super::model::{Calendar, CalendarKind, NewCalendar, Rights};
use crate::domain::event::Event;
use crate::domain::store::{Owner, ReadTx, WriteTx};
use crate::kernel::id::{CalendarId, CalendarItemId, GroupId, PersonId};
use crate::kernel::{limits, text};
use rusqlite::{OptionalExtension, Row};

/// Hues there are.
const HUES: i64 = 8;
/// Patterns there are.
const PATTERNS: i64 = 4;

/// Gives a new person the calendar that invitations go to.
///
/// # Errors
/// Where the file cannot be written.
pub fn open_calendar(tx: &mut WriteTx<'_>, who: PersonId) -> Result<CalendarId, CalendarError> {
    let new = NewCalendar {
        owner: Some(who),
        group: None,
        kind: CalendarKind::Own,
        name: "Calendar".to_owned(),
        hue: 6,
        pattern: 0,
        open_to: Rights::Busy,
    };
    insert(tx, &new, true)
}

/// Makes a calendar. One of a person's own is made by the person; the office's are made by those who run it, which who
/// calls this has made sure of.
///
/// # Errors
/// `BadName`, `TooMany`.
pub fn make_calendar(tx: &mut WriteTx<'_>, new: &NewCalendar) -> Result<CalendarId, CalendarError> {
    let mut counted = tx.sql().prepare_cached("select count(*) from calendar_calendar where owner is ?1")?;
    let count: i64 = counted.query_row([new.owner], |row| row.get(0))?;
    drop(counted);
    if usize::try_from(count).unwrap_or(usize::MAX) >= limits::CALENDARS {
        return Err(CalendarError::TooMany("calendars", limits::CALENDARS));
    }
    insert(tx, new, false)
}

/// Makes a calendar for a group: all in it write there. Whoever is in the group may, and administrators.
///
/// # Errors
/// `NotAllowed`, `BadName`, `TooMany`.
pub fn make_group_calendar(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    group: GroupId,
    name: &str,
    hue: i64,
    pattern: i64,
) -> Result<CalendarId, CalendarError> {
    if !is_in_group(tx, who, group)? && !is_admin(tx, who)? {
        return Err(CalendarError::NotAllowed("only who is in a group makes a calendar for it"));
    }
    let new = NewCalendar {
        owner: None,
        group: Some(group),
        kind: CalendarKind::Group,
        name: name.to_owned(),
        hue,
        pattern,
        open_to: Rights::Nothing,
    };
    make_calendar(tx, &new)
}

fn is_in_group(tx: &ReadTx<'_>, who: PersonId, group: GroupId) -> Result<bool, CalendarError> {
    let mut found = tx.sql().prepare_cached("select 1 from people_member where in_group = ?1 and person = ?2")?;
    Ok(found.exists((group, who))?)
}

/// Lets nobody through who may not name a calendar: it takes its owner, or, of a group's, somebody who is in the group.
fn keeper(tx: &ReadTx<'_>, who: PersonId, id: CalendarId) -> Result<(), CalendarError> {
    let access = access(tx, who, id)?;
    let mut found = tx.sql().prepare_cached("select in_group from calendar_calendar where id = ?1")?;
    let group: Option<GroupId> = found.query_row([id], |row| row.get(0))?;
    match group {
        Some(group) if is_in_group(tx, who, group)? => Ok(()),
        _ => access.owner().map(|_| ()),
    }
}

pub(super) fn insert(tx: &mut WriteTx<'_>, new: &NewCalendar, is_default: bool) -> Result<CalendarId, CalendarError> {
    let name = good_name(&new.name)?;
    tx.sql()
        .prepare_cached(
            "insert into calendar_calendar (owner, in_group, kind, name, hue, pattern, open_to, is_default, made_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            new.owner,
            new.group,
            new.kind.to_row(),
            name,
            new.hue.clamp(1, HUES),
            new.pattern.clamp(0, PATTERNS - 1),
            new.open_to.to_row(),
            is_default,
            tx.now(),
        ))?;
    let id = CalendarId::new(tx.sql().last_insert_rowid());
    tell_list(tx, id)?;
    Ok(id)
}

/// Gives a calendar another name, and says what everybody in the office may do with it. Of a group's, all in it may.
///
/// # Errors
/// `NoCalendar`, `NotAllowed`, `BadName`.
pub fn set_calendar(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: CalendarId,
    name: &str,
    open_to: Rights,
    is_counted: bool,
) -> Result<(), CalendarError> {
    keeper(tx, who, id)?;
    let name = good_name(name)?;
    // Nobody but the owner names, shares or acts for it, whatever everybody may.
    let open_to = open_to.min(Rights::Write);
    tx.sql()
        .prepare_cached("update calendar_calendar set name = ?2, open_to = ?3, is_counted = ?4 where id = ?1")?
        .execute((id, name, open_to.to_row(), is_counted))?;
    tell_list(tx, id)
}

/// Removes a calendar and all that is in it. The one that invitations go to stays.
///
/// # Errors
/// `NoCalendar`, `NotAllowed`.
pub fn remove_calendar(tx: &mut WriteTx<'_>, who: PersonId, id: CalendarId) -> Result<(), CalendarError> {
    access(tx, who, id)?.owner()?;
    let is_default: bool = tx
        .sql()
        .prepare_cached("select is_default from calendar_calendar where id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if is_default {
        return Err(CalendarError::NotAllowed("invitations go to this calendar; choose another one for them first"));
    }
    let told = audience(tx, id)?;
    tx.sql().prepare_cached("delete from calendar_calendar where id = ?1")?.execute([id])?;
    for owner in told {
        tx.emit(owner, Event::CalendarsChanged)?;
    }
    Ok(())
}

/// Says where new events and invitations of a person go.
///
/// # Errors
/// `NoCalendar`, `NotAllowed` for one that is not the person's own.
pub fn set_default(tx: &mut WriteTx<'_>, who: PersonId, id: CalendarId) -> Result<(), CalendarError> {
    let access = access(tx, who, id)?.owner()?.writer()?;
    if access.owner != Some(who) {
        return Err(CalendarError::NotAllowed("only a calendar of your own takes your invitations"));
    }
    tx.sql().prepare_cached("update calendar_calendar set is_default = 0 where owner = ?1")?.execute([who])?;
    tx.sql().prepare_cached("update calendar_calendar set is_default = 1 where id = ?1")?.execute([id])?;
    tx.emit(who, Event::CalendarsChanged)?;
    Ok(())
}

/// Says how a person likes to see a calendar: ticked or not, in which colour (0: its own) and pattern. To say it of a
/// colleague's calendar puts that on the person's list.
///
/// # Errors
/// `NoCalendar`.
pub fn set_look(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: CalendarId,
    is_shown: bool,
    hue: i64,
    pattern: i64,
) -> Result<(), CalendarError> {
    access(tx, who, id)?;
    tx.sql()
        .prepare_cached(
            "insert into calendar_look (person, calendar, is_shown, hue, pattern) values (?1, ?2, ?3, ?4, ?5)
             on conflict do update set is_shown = ?3, hue = ?4, pattern = ?5",
        )?
        .execute((who, id, is_shown, hue.clamp(0, HUES), pattern.clamp(0, PATTERNS - 1)))?;
    tx.emit(who, Event::CalendarsChanged)?;
    Ok(())
}

/// Ticks a calendar, or does not; its colour and pattern stay as the person has them.
///
/// # Errors
/// `NoCalendar`.
pub fn set_shown(tx: &mut WriteTx<'_>, who: PersonId, id: CalendarId, is_shown: bool) -> Result<(), CalendarError> {
    access(tx, who, id)?;
    tx.sql()
        .prepare_cached(
            "insert into calendar_look (person, calendar, is_shown, hue, pattern)
             select ?1, id, ?3, 0, pattern from calendar_calendar where id = ?2
             on conflict do update set is_shown = ?3",
        )?
        .execute((who, id, is_shown))?;
    tx.emit(who, Event::CalendarsChanged)?;
    Ok(())
}

/// Takes a calendar that is not the person's own off the person's list.
///
/// # Errors
/// Where the file cannot be written.
pub fn forget_look(tx: &mut WriteTx<'_>, who: PersonId, id: CalendarId) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("delete from calendar_look where person = ?1 and calendar = ?2")?.execute((who, id))?;
    tx.emit(who, Event::CalendarsChanged)?;
    Ok(())
}

/// The columns of a list, in the order of [`listed`]. Walks the indexes by owner, by group, by person of shares and looks.
const LIST: &str = "
    select c.id, c.kind, c.owner, c.in_group, c.name, c.hue, c.pattern, c.open_to, c.is_default, c.is_counted,
           ifnull(l.is_shown, 1), ifnull(l.hue, 0), ifnull(l.pattern, c.pattern),
           max(c.open_to,
               ifnull((select s.rights from calendar_share s where s.calendar = c.id and s.person = ?1), 0),
               ifnull((select max(g.rights) from calendar_group_share g
                         join people_member m on m.in_group = g.in_group and m.person = ?1
                        where g.calendar = c.id), 0),
               case when exists (select 1 from people_member m where m.in_group = c.in_group and m.person = ?1)
                    then 3 else 0 end,
               case when c.owner = ?1 then 5 else 0 end,
               case when c.owner is null and ?2 then 5 else 0 end)
      from calendar_calendar c left join calendar_look l on l.calendar = c.id and l.person = ?1";

/// The calendars a person has on the list: own ones first, then those of groups, of others, and of the office.
///
/// # Errors
/// Where the file cannot be read.
pub fn calendars(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Calendar>, CalendarError> {
    let is_admin = is_admin(tx, who)?;
    let sql = [
        LIST,
        " where c.id in (select id from calendar_calendar where owner = ?1
                  union all select calendar from calendar_share where person = ?1
                  union all select calendar from calendar_look where person = ?1
                  union all select s.calendar from people_member m join calendar_group_share s on s.in_group = m.in_group
                             where m.person = ?1
                  union all select g.id from people_member m join calendar_calendar g on g.in_group = m.in_group
                             where m.person = ?1
                  union all select id from calendar_calendar where owner is null and kind in (3, 4))
          order by c.owner is not ?1, c.is_default desc, c.kind, c.name, c.id",
    ]
    .concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map((who, is_admin), listed)?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.retain(|calendar| calendar.rights > Rights::Nothing);
    for calendar in &mut rows {
        calendar.rights = at_most(tx, who, calendar.owner, calendar.rights)?;
    }
    Ok(rows)
}

fn is_admin(tx: &ReadTx<'_>, who: PersonId) -> Result<bool, CalendarError> {
    let mut found = tx.sql().prepare_cached("select role >= 1 and is_disabled = 0 from people_person where id = ?1")?;
    Ok(found.query_row([who], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// Calendars of others that a person may know of and does not have on the list, those of people by whose they are.
///
/// # Errors
/// Where the file cannot be read.
pub fn offered(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Calendar>, CalendarError> {
    let sql = [
        LIST,
        " where c.owner is not ?1 and c.kind <= 2 and c.open_to > 0 and l.person is null
            and not exists (select 1 from calendar_share s where s.calendar = c.id and s.person = ?1)
            and not exists (select 1 from people_member m where m.in_group = c.in_group and m.person = ?1)
            and not exists (select 1 from calendar_group_share s join people_member m on m.in_group = s.in_group
                             where s.calendar = c.id and m.person = ?1)
            and not exists (select 1 from people_person p where p.id = c.owner and p.is_disabled = 1)
          order by c.kind, c.owner, c.is_default desc, c.name, c.id limit ?3",
    ]
    .concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let most = i64::try_from(limits::CALENDARS_OFFERED).unwrap_or(i64::MAX);
    let rows = found.query_map((who, false, most), listed)?;
    let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
    for calendar in &mut rows {
        calendar.rights = at_most(tx, who, calendar.owner, calendar.rights)?;
    }
    Ok(rows)
}

/// One calendar as a person has it.
///
/// # Errors
/// `NoCalendar`.
pub fn calendar(tx: &ReadTx<'_>, who: PersonId, id: CalendarId) -> Result<Calendar, CalendarError> {
    let access = access(tx, who, id)?;
    let sql = [LIST, " where c.id = ?3"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let calendar = found.query_row((who, access.owner.is_none() && access.rights == Rights::Own, id), listed)?;
    Ok(Calendar { rights: access.rights, ..calendar })
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Calendar> {
    let (own_hue, liked_hue): (i64, i64) = (row.get(5)?, row.get(11)?);
    Ok(Calendar {
        id: row.get(0)?,
        kind: CalendarKind::from_row(row.get(1)?),
        owner: row.get(2)?,
        group: row.get(3)?,
        name: row.get(4)?,
        hue: if liked_hue > 0 { liked_hue } else { own_hue },
        pattern: row.get(12)?,
        open_to: Rights::from_row(row.get(7)?),
        is_default: row.get(8)?,
        is_counted: row.get(9)?,
        is_shown: row.get(10)?,
        rights: Rights::from_row(row.get(13)?),
    })
}

/// Where a person's new events and invitations go. Walks `calendar_calendar_default`.
///
/// # Errors
/// `NoCalendar` where the person has none.
pub fn default_calendar(tx: &ReadTx<'_>, who: PersonId) -> Result<CalendarId, CalendarError> {
    let mut found = tx.sql().prepare_cached("select id from calendar_calendar where owner = ?1 and is_default = 1")?;
    found.query_row([who], |row| row.get(0)).optional()?.ok_or(CalendarError::NoCalendar)
}

/// Who is to hear that something in a calendar changed: its owner, its group, those it is shared with, and those who have
/// it on their list; everybody where it is the office's.
pub(super) fn audience(tx: &ReadTx<'_>, id: CalendarId) -> Result<Vec<Owner>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select owner from calendar_calendar where id = ?1
         union select person from calendar_share where calendar = ?1
         union select person from calendar_look where calendar = ?1
         union select m.person from calendar_calendar c join people_member m on m.in_group = c.in_group where c.id = ?1
         union select m.person from calendar_group_share s join people_member m on m.in_group = s.in_group
                where s.calendar = ?1",
    )?;
    let rows = found.query_map([id], |row| row.get::<_, Option<PersonId>>(0))?;
    let people = rows.collect::<Result<Vec<_>, _>>()?;
    let is_office = people.contains(&None) && people.len() == 1;
    if is_office {
        return Ok(vec![Owner::Office]);
    }
    Ok(people.into_iter().flatten().map(Owner::Person).collect())
}

/// Tells everybody concerned that an item changed. Returns the office's revision after it.
pub(super) fn tell(tx: &mut WriteTx<'_>, calendar: CalendarId, item: CalendarItemId) -> Result<i64, CalendarError> {
    let mut revision = 0;
    for owner in audience(tx, calendar)? {
        revision = tx.emit(owner, Event::CalendarChanged { calendar, item })?;
    }
    Ok(revision)
}

/// Tells everybody concerned that their list is another.
pub(super) fn tell_list(tx: &mut WriteTx<'_>, id: CalendarId) -> Result<(), CalendarError> {
    for owner in audience(tx, id)? {
        tx.emit(owner, Event::CalendarsChanged)?;
    }
    Ok(())
}

pub(super) fn good_name(name: &str) -> Result<String, CalendarError> {
    let name = text::one_line(name);
    let length = name.chars().count();
    if length == 0 || length > limits::CALENDAR_NAME { Err(CalendarError::BadName) } else { Ok(name) }
}
