//! Reminders: when whom to remind of what next, what rang and was not put away yet, and by which ways.

use super::CalendarError;
use super::model::unwalled;
use super::occurrence::{addresses_of, facts, own_answer};
use super::prepared::Prepared;
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::ical::{Answer, Facts, Item, Kind, Occurrence, Status};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId, ReminderId};
use crate::kernel::limits;
use chrono_tz::Tz;
use rusqlite::{OptionalExtension, Row};
use std::collections::HashSet;
use std::time::Duration;

/// Times of a series that are looked through for the next reminder.
const TIMES: usize = 200;
/// How far ahead they are looked for.
const AHEAD: Duration = Duration::from_secs(5 * 366 * 24 * 3600);
/// What a wall clock may differ from UTC, and more.
const ZONES: Duration = Duration::from_secs(24 * 3600);

/// The next reminder of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// When to remind.
    pub due_at: Moment,
    /// Of which instance, as `When::to_text` writes it; empty for a task.
    pub instance: String,
    /// When that begins, or the task is due.
    pub starts_at: Moment,
}

/// A reminder whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    row: i64,
    /// Of what.
    pub item: CalendarItemId,
    /// Whom.
    pub person: PersonId,
    /// Whether the person had put it off until now.
    pub is_snoozed: bool,
    /// When it came to be due.
    pub due_at: Moment,
    /// Of which instance.
    pub instance: String,
    /// When that begins.
    pub starts_at: Moment,
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// Its iCalendar text.
    pub text: String,
}

/// A reminder that rang and was not put away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// Which.
    pub id: ReminderId,
    /// Of what.
    pub item: CalendarItemId,
    /// Of which instance; empty for a task.
    pub instance: String,
    /// Whether it is of a task.
    pub is_task: bool,
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// When it begins, or the task is due.
    pub starts_at: Moment,
    /// Whether it takes whole days.
    pub is_all_day: bool,
    /// When it rang.
    pub rung_at: Moment,
    /// Whether it would have rung while the office was down, too long ago to ring still.
    pub is_late: bool,
}

/// By which ways a person is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// On every open page.
    pub by_page: bool,
    /// On the devices that may be woken.
    pub by_push: bool,
    /// By mail.
    pub by_mail: bool,
    /// Among the person's own notes in chat.
    pub by_chat: bool,
}

impl Default for Ways {
    fn default() -> Self {
        Self { by_page: true, by_push: true, by_mail: false, by_chat: false }
    }
}

/// The next reminder of `item` after `after`, where `zone` is the person's own and `addresses` are the person's.
#[must_use]
pub fn next_reminder(item: &Item, addresses: &HashSet<String>, after: Moment, zone: Tz) -> Option<Next> {
    if !has_reminders(item) {
        return None;
    }
    let minutes = |facts: &Facts| facts.reminders.iter().map(|one| one.minutes_before).min().unwrap_or(0);
    let least = item.overrides.iter().map(minutes).chain([minutes(&item.main)]).min().unwrap_or(0);
    let from = before(after, -least.min(0)).minus(ZONES);
    let times = item.occurrences(from, after.plus(AHEAD), TIMES).found;
    next(item, &times, addresses, after, zone)
}

fn has_reminders(item: &Item) -> bool {
    item.overrides.iter().chain([&item.main]).any(|facts| !facts.reminders.is_empty())
}

fn next(item: &Item, times: &[Occurrence], addresses: &HashSet<String>, after: Moment, zone: Tz) -> Option<Next> {
    if item.kind == Kind::Task {
        return of_task(&item.main, after, zone);
    }
    let mut found: Option<Next> = None;
    for time in times {
        let facts = facts(item, time);
        let starts_at = if time.is_floating { unwalled(time.starts_at, zone) } else { time.starts_at };
        for reminder in &facts.reminders {
            let due_at = before(starts_at, reminder.minutes_before);
            let is_sooner = due_at > after && found.as_ref().is_none_or(|found| due_at < found.due_at);
            if is_sooner && is_wanted(facts, addresses) {
                found = Some(Next { due_at, instance: time.instance.to_text(), starts_at });
            }
        }
    }
    found
}

/// Nobody is reminded of what does not take place, or what they declined.
fn is_wanted(facts: &Facts, addresses: &HashSet<String>) -> bool {
    facts.status != Status::Cancelled && own_answer(facts, addresses) != Some(Answer::Declined)
}

fn of_task(facts: &Facts, after: Moment, zone: Tz) -> Option<Next> {
    let is_open = facts.done_at.is_none() && facts.percent < 100 && facts.status != Status::Cancelled;
    let starts_at = facts.starts.or(facts.ends).filter(|_| is_open)?.instant(zone);
    let dues = facts.reminders.iter().map(|one| before(starts_at, one.minutes_before)).filter(|due_at| *due_at > after);
    dues.min().map(|due_at| Next { due_at, instance: String::new(), starts_at })
}

fn before(at: Moment, minutes: i64) -> Moment {
    Moment::from_millis(at.millis().saturating_sub(minutes.saturating_mul(60_000)))
}

/// Writes down when to remind the owner of a calendar of an item next, in place of what stood there. What rang or was put
/// off goes with the time that it was of.
pub(super) fn fill(
    tx: &mut WriteTx<'_>,
    calendar: CalendarId,
    id: CalendarItemId,
    new: &Prepared,
) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("delete from calendar_reminder where item = ?1 and is_snoozed = 0")?.execute([id])?;
    let mut found = tx
        .sql()
        .prepare_cached("select owner from calendar_calendar where id = ?1 and kind = 0 and owner is not null")?;
    let Some(owner) = found.query_row([calendar], |row| row.get::<_, PersonId>(0)).optional()? else { return Ok(()) };
    let zone = crate::domain::people::zone(tx, owner)?.unwrap_or(Tz::UTC);
    forget_moved(tx, owner, id, new, zone)?;
    if has_reminders(&new.item) {
        let addresses = addresses_of(tx, calendar)?;
        if let Some(next) = next(&new.item, &new.occurrences, &addresses, tx.now(), zone) {
            insert(tx, owner, id, false, &next)?;
        }
    }
    Ok(())
}

/// Forgets what rang, or was put off, of times that are others now. Costs one look where there is nothing of it.
fn forget_moved(
    tx: &mut WriteTx<'_>,
    owner: PersonId,
    id: CalendarItemId,
    new: &Prepared,
    zone: Tz,
) -> Result<(), CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select instance, starts_at from calendar_rung where item = ?1
         union select instance, starts_at from calendar_reminder where item = ?1 and is_snoozed = 1",
    )?;
    let rows = found.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known = rows.collect::<Result<Vec<(String, Moment)>, _>>()?;
    drop(found);
    let mut is_told = false;
    for (instance, starts_at) in known {
        let is_there = if new.item.kind == Kind::Task {
            of_task(&new.item.main, Moment::from_millis(i64::MIN), zone).is_some_and(|next| next.starts_at == starts_at)
        } else {
            let at = |time: &Occurrence| if time.is_floating { unwalled(time.starts_at, zone) } else { time.starts_at };
            new.occurrences.iter().any(|time| at(time) == starts_at && time.instance.to_text() == instance)
        };
        if !is_there {
            for sql in [
                "delete from calendar_rung where item = ?1 and instance = ?2",
                "delete from calendar_reminder where item = ?1 and instance = ?2 and is_snoozed = 1",
            ] {
                tx.sql().prepare_cached(sql)?.execute((id, &instance))?;
            }
            is_told = true;
        }
    }
    if is_told {
        tx.emit(owner, Event::RemindersChanged)?;
    }
    Ok(())
}

fn insert(
    tx: &WriteTx<'_>,
    person: PersonId,
    item: CalendarItemId,
    is_snoozed: bool,
    next: &Next,
) -> Result<(), CalendarError> {
    tx.sql()
        .prepare_cached(
            "insert or replace into calendar_reminder (item, person, is_snoozed, due_at, instance, starts_at)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((item, person, is_snoozed, next.due_at, &next.instance, next.starts_at))?;
    Ok(())
}

/// When the next reminder is due. Walks `calendar_reminder_by_due`.
///
/// # Errors
/// Where the file cannot be read.
pub fn next_due(tx: &ReadTx<'_>) -> Result<Option<Moment>, CalendarError> {
    let mut found = tx.sql().prepare_cached("select due_at from calendar_reminder order by due_at limit 1")?;
    Ok(found.query_row([], |row| row.get(0)).optional()?)
}

/// Reminders due now, at most `most`, the longest due first. Walks `calendar_reminder_by_due`.
///
/// # Errors
/// Where the file cannot be read.
pub fn due_reminders(tx: &ReadTx<'_>, most: usize) -> Result<Vec<Due>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select r.id, r.item, r.person, r.is_snoozed, r.due_at, r.instance, r.starts_at,
                ifnull(o.title, i.title), ifnull(o.place, i.place), t.text
           from calendar_reminder r join calendar_item i on i.id = r.item join calendar_text t on t.item = r.item
           left join calendar_occurrence o on o.item = r.item and o.instance = r.instance
          where r.due_at <= ?1 order by r.due_at, r.id limit ?2",
    )?;
    let rows = found.query_map((tx.now(), i64::try_from(most).unwrap_or(i64::MAX)), |row| {
        Ok(Due {
            row: row.get(0)?,
            item: row.get(1)?,
            person: row.get(2)?,
            is_snoozed: row.get(3)?,
            due_at: row.get(4)?,
            instance: row.get(5)?,
            starts_at: row.get(6)?,
            title: row.get(7)?,
            place: row.get(8)?,
            text: row.get(9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The addresses of the owner of the calendar that an item is in, as keys.
///
/// # Errors
/// Where the file cannot be read.
pub fn own_addresses(tx: &ReadTx<'_>, who: PersonId) -> Result<HashSet<String>, CalendarError> {
    let addresses = crate::domain::people::addresses(tx, who)?;
    Ok(addresses.iter().map(crate::kernel::text::EmailAddress::key).collect())
}

/// Lets a due reminder ring, and puts the next of its item in its place. Nothing where it was moved, or rang, meanwhile:
/// so it rings once. One that is late is only noted.
///
/// # Errors
/// Where the file cannot be written.
pub fn ring(
    tx: &mut WriteTx<'_>,
    due: &Due,
    next: Option<&Next>,
    is_late: bool,
) -> Result<Option<ReminderId>, CalendarError> {
    let mut gone = tx.sql().prepare_cached("delete from calendar_reminder where id = ?1 and due_at = ?2")?;
    let was_there = gone.execute((due.row, due.due_at))? > 0;
    drop(gone);
    if !was_there {
        return Ok(None);
    }
    if let Some(next) = next {
        insert(tx, due.person, due.item, false, next)?;
    }
    tx.sql()
        .prepare_cached(
            "insert or replace into calendar_rung (person, item, instance, starts_at, rung_at, is_late)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((due.person, due.item, &due.instance, due.starts_at, tx.now(), is_late))?;
    let id = ReminderId::new(tx.sql().last_insert_rowid());
    tx.emit(due.person, Event::RemindersChanged)?;
    Ok(Some(id))
}

/// The columns of what rang, in the order of [`rung_row`].
const RUNG: &str = "
    select r.id, r.item, r.instance, i.kind = 1, ifnull(o.title, i.title), ifnull(o.place, i.place), r.starts_at,
           i.is_all_day, r.rung_at, r.is_late
      from calendar_rung r join calendar_item i on i.id = r.item
      left join calendar_occurrence o on o.item = r.item and o.instance = r.instance";

fn rung_row(row: &Row<'_>) -> rusqlite::Result<Rung> {
    Ok(Rung {
        id: row.get(0)?,
        item: row.get(1)?,
        instance: row.get(2)?,
        is_task: row.get(3)?,
        title: row.get(4)?,
        place: row.get(5)?,
        starts_at: row.get(6)?,
        is_all_day: row.get(7)?,
        rung_at: row.get(8)?,
        is_late: row.get(9)?,
    })
}

/// What rang for a person and was not put away, the newest first. Walks `calendar_rung_by_person`.
///
/// # Errors
/// Where the file cannot be read.
pub fn rung(tx: &ReadTx<'_>, who: PersonId) -> Result<Vec<Rung>, CalendarError> {
    let sql = [RUNG, " where r.person = ?1 order by r.id desc limit ?2"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map((who, i64::try_from(limits::CALENDAR_RUNG).unwrap_or(i64::MAX)), rung_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One that rang for a person; nothing where it was put away.
///
/// # Errors
/// Where the file cannot be read.
pub fn rung_one(tx: &ReadTx<'_>, who: PersonId, id: ReminderId) -> Result<Option<Rung>, CalendarError> {
    let sql = [RUNG, " where r.person = ?1 and r.id = ?2"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    Ok(found.query_row((who, id), rung_row).optional()?)
}

/// Puts away what rang; with a span, until that has passed.
///
/// # Errors
/// `NoItem` where it was put away already.
pub fn put_away(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: ReminderId,
    snooze: Option<Duration>,
) -> Result<(), CalendarError> {
    let one = rung_one(tx, who, id)?.ok_or(CalendarError::NoItem)?;
    tx.sql().prepare_cached("delete from calendar_rung where id = ?1")?.execute([id])?;
    if let Some(span) = snooze {
        let due_at = tx.now().plus(span);
        insert(tx, who, one.item, true, &Next { due_at, instance: one.instance, starts_at: one.starts_at })?;
    }
    tx.emit(who, Event::RemindersChanged)?;
    Ok(())
}

/// Forgets what rang before `before` and was never put away. Walks `calendar_rung_by_age`.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune_rung(tx: &WriteTx<'_>, before: Moment) -> Result<(), CalendarError> {
    tx.sql().prepare_cached("delete from calendar_rung where rung_at < ?1")?.execute([before])?;
    Ok(())
}

/// By which ways a person is reminded.
///
/// # Errors
/// Where the file cannot be read.
pub fn ways(tx: &ReadTx<'_>, who: PersonId) -> Result<Ways, CalendarError> {
    let mut found =
        tx.sql().prepare_cached("select by_page, by_push, by_mail, by_chat from calendar_way where person = ?1")?;
    let found = found.query_row([who], |row| {
        Ok(Ways { by_page: row.get(0)?, by_push: row.get(1)?, by_mail: row.get(2)?, by_chat: row.get(3)? })
    });
    Ok(found.optional()?.unwrap_or_default())
}

/// Keeps by which ways a person is reminded.
///
/// # Errors
/// Where the file cannot be written.
pub fn set_ways(tx: &WriteTx<'_>, who: PersonId, ways: Ways) -> Result<(), CalendarError> {
    tx.sql()
        .prepare_cached(
            "insert or replace into calendar_way (person, by_page, by_push, by_mail, by_chat)
             values (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((who, ways.by_page, ways.by_push, ways.by_mail, ways.by_chat))?;
    Ok(())
}
