//! The hours a person works, by the days of the week.

use super::HoursError;
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// Days of a week.
pub const DAYS: usize = 7;
/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// What everybody works until they say something else: Monday to Friday, nine to five.
const USUAL: (usize, Spell) = (5, Spell { starts: 9 * 60, ends: 17 * 60 });

/// One span of work on a day, in minutes from midnight on the person's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// Its first minute.
    pub starts: u16,
    /// The first minute after it; 1440 at midnight.
    pub ends: u16,
}

/// When a person works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// The spans of each day, Monday first.
    pub days: [Vec<Spell>; DAYS],
    /// The calendar whose whole days are free.
    pub holidays: Option<CalendarId>,
    /// Whether colleagues see the person as away outside these hours.
    pub is_shown: bool,
    /// Whether the person has said so; otherwise it is what everybody begins with.
    pub is_chosen: bool,
}

impl Default for Hours {
    fn default() -> Self {
        let (last, spell) = USUAL;
        let days = std::array::from_fn(|day| if day < last { vec![spell] } else { Vec::new() });
        Self { days, holidays: None, is_shown: false, is_chosen: false }
    }
}

/// When a person works.
///
/// # Errors
/// Where the file cannot be read.
pub fn hours(tx: &ReadTx<'_>, who: PersonId) -> Result<Hours, HoursError> {
    let mut found = tx.sql().prepare_cached("select holidays, is_shown from hours_choice where person = ?1")?;
    let chosen = found.query_row([who], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((holidays, is_shown)) = chosen else { return Ok(Hours::default()) };
    let mut hours = Hours { days: Default::default(), holidays, is_shown, is_chosen: true };
    let mut found = tx
        .sql()
        .prepare_cached("select weekday, starts, ends from hours_spell where person = ?1 order by weekday, starts")?;
    let mut rows = found.query([who])?;
    while let Some(row) = rows.next()? {
        let weekday = usize::from(row.get::<_, u8>(0)?);
        if let Some(day) = hours.days.get_mut(weekday) {
            day.push(Spell { starts: row.get(1)?, ends: row.get(2)? });
        }
    }
    Ok(hours)
}

/// Keeps when a person works.
///
/// # Errors
/// `BadSpell`, `TooMany`.
pub fn set_hours(tx: &mut WriteTx<'_>, who: PersonId, new: &Hours) -> Result<(), HoursError> {
    new.days.iter().try_for_each(|day| checked(day))?;
    tx.sql()
        .prepare_cached("insert or replace into hours_choice (person, holidays, is_shown) values (?1, ?2, ?3)")?
        .execute((who, new.holidays, new.is_shown))?;
    tx.sql().prepare_cached("delete from hours_spell where person = ?1")?.execute([who])?;
    let mut insert =
        tx.sql().prepare_cached("insert into hours_spell (person, weekday, starts, ends) values (?1, ?2, ?3, ?4)")?;
    for (weekday, day) in (0_u8..).zip(&new.days) {
        for spell in day {
            insert.execute((who, weekday, spell.starts, spell.ends))?;
        }
    }
    drop(insert);
    tx.emit(who, Event::HoursChanged)?;
    Ok(())
}

fn checked(day: &[Spell]) -> Result<(), HoursError> {
    if day.len() > limits::HOURS_SPELLS {
        return Err(HoursError::TooMany);
    }
    let is_ordered = day.windows(2).all(|pair| pair[0].ends <= pair[1].starts);
    let is_span = day.iter().all(|spell| spell.starts < spell.ends && spell.ends <= DAY);
    if is_ordered && is_span { Ok(()) } else { Err(HoursError::BadSpell) }
}
