//! Sharing: what others were given to do with a calendar.

use super::CalendarError;
use super::access::access;
use super::calendar::{audience, tell_list};
use super::model::Rights;
use crate::domain::event::Event;
use crate::domain::people::{self, Group, PeopleError, Person};
use crate::domain::store::{Owner, ReadTx, WriteTx};
use crate::kernel::id::{CalendarId, GroupId, PersonId};
use crate::kernel::limits;
use std::collections::BTreeMap;

/// Gives a person rights to a calendar, or takes them away with [`Rights::Nothing`].
///
/// # Errors
/// `NoCalendar`, `NotAllowed`, `TooMany`.
pub fn share(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: CalendarId,
    with: PersonId,
    rights: Rights,
) -> Result<(), CalendarError> {
    access(tx, who, id)?.owner()?;
    people::person(tx, with)?.ok_or(PeopleError::NoPerson)?;
    let mut told = audience(tx, id)?;
    if rights == Rights::Nothing {
        tx.sql()
            .prepare_cached("delete from calendar_share where calendar = ?1 and person = ?2")?
            .execute((id, with))?;
        tx.sql()
            .prepare_cached("delete from calendar_look where calendar = ?1 and person = ?2")?
            .execute((id, with))?;
        told.retain(|owner| *owner == with.into());
        for owner in told {
            tx.emit(owner, Event::CalendarsChanged)?;
        }
        return tell_list(tx, id);
    }
    let mut counted = tx.sql().prepare_cached("select count(*) from calendar_share where calendar = ?1")?;
    let count: i64 = counted.query_row([id], |row| row.get(0))?;
    drop(counted);
    if usize::try_from(count).unwrap_or(usize::MAX) >= limits::CALENDAR_SHARES {
        return Err(CalendarError::TooMany("people", limits::CALENDAR_SHARES));
    }
    tx.sql()
        .prepare_cached(
            "insert into calendar_share (calendar, person, rights) values (?1, ?2, ?3)
             on conflict do update set rights = ?3",
        )?
        .execute((id, with, rights.min(Rights::Act).to_row()))?;
    tell_list(tx, id)
}

/// Gives everybody in a group rights to a calendar, for as long as they are in it, or takes them away with
/// [`Rights::Nothing`].
///
/// # Errors
/// `NoCalendar`, `NotAllowed`, `TooMany`.
pub fn share_group(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: CalendarId,
    with: GroupId,
    rights: Rights,
) -> Result<(), CalendarError> {
    access(tx, who, id)?.owner()?;
    let groups = people::groups(tx)?;
    if !groups.iter().any(|group| group.id == with) {
        return Err(CalendarError::NotAllowed("there is no such group"));
    }
    let before = audience(tx, id)?;
    if rights == Rights::Nothing {
        let mut delete =
            tx.sql().prepare_cached("delete from calendar_group_share where calendar = ?1 and in_group = ?2")?;
        delete.execute((id, with))?;
    } else {
        let mut counted = tx.sql().prepare_cached("select count(*) from calendar_group_share where calendar = ?1")?;
        let count: i64 = counted.query_row([id], |row| row.get(0))?;
        drop(counted);
        if usize::try_from(count).unwrap_or(usize::MAX) >= limits::CALENDAR_SHARES {
            return Err(CalendarError::TooMany("groups", limits::CALENDAR_SHARES));
        }
        tx.sql()
            .prepare_cached(
                "insert into calendar_group_share (calendar, in_group, rights) values (?1, ?2, ?3)
                 on conflict do update set rights = ?3",
            )?
            .execute((id, with, rights.min(Rights::Act).to_row()))?;
    }
    // Who may no longer know of it is told as well: it goes from their lists.
    let after = audience(tx, id)?;
    for owner in before.into_iter().filter(|owner| !after.contains(owner)).collect::<Vec<Owner>>() {
        tx.emit(owner, Event::CalendarsChanged)?;
    }
    tell_list(tx, id)
}

/// The groups a calendar is shared with, by name. Its owner alone may know.
///
/// # Errors
/// `NoCalendar`, `NotAllowed`.
pub fn group_shares(tx: &ReadTx<'_>, who: PersonId, id: CalendarId) -> Result<Vec<(Group, Rights)>, CalendarError> {
    access(tx, who, id)?.owner()?;
    let mut found = tx.sql().prepare_cached("select in_group, rights from calendar_group_share where calendar = ?1")?;
    let rows = found.query_map([id], |row| Ok((row.get(0)?, Rights::from_row(row.get(1)?))))?;
    let rights: BTreeMap<GroupId, Rights> = rows.collect::<Result<_, _>>()?;
    let groups = people::groups(tx)?;
    Ok(groups.into_iter().filter_map(|group| rights.get(&group.id).map(|rights| (group.clone(), *rights))).collect())
}

/// With whom a calendar is shared, by name. Its owner alone may know.
///
/// # Errors
/// `NoCalendar`, `NotAllowed`.
pub fn shares(tx: &ReadTx<'_>, who: PersonId, id: CalendarId) -> Result<Vec<(Person, Rights)>, CalendarError> {
    access(tx, who, id)?.owner()?;
    let mut found = tx.sql().prepare_cached("select person, rights from calendar_share where calendar = ?1")?;
    let rows = found.query_map([id], |row| Ok((row.get(0)?, Rights::from_row(row.get(1)?))))?;
    let rows: Vec<(PersonId, Rights)> = rows.collect::<Result<_, _>>()?;
    let mut all = Vec::with_capacity(rows.len());
    for (person, rights) in rows {
        all.extend(people::person(tx, person)?.map(|person| (person, rights)));
    }
    all.sort_by(|left, right| left.0.full_name.cmp(&right.0.full_name));
    Ok(all)
}
