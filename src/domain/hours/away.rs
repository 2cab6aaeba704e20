//! Out of office: from when, until when, and what is answered to mail meanwhile.

use super::HoursError;
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::limits;
use rusqlite::OptionalExtension;

/// When a person is out of office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// From when.
    pub from_at: Moment,
    /// Until when; until further notice where there is none.
    pub until_at: Option<Moment>,
    /// What colleagues are answered; empty for no answer.
    pub inside: String,
    /// What others are answered; empty for no answer.
    pub outside: String,
}

impl Away {
    /// Whether it is so at `now`.
    #[must_use]
    pub fn holds_at(&self, now: Moment) -> bool {
        self.from_at <= now && self.until_at.is_none_or(|until| now < until)
    }
}

/// When a person is out of office; nothing where that is over, or was never said.
///
/// # Errors
/// Where the file cannot be read.
pub fn away(tx: &ReadTx<'_>, who: PersonId) -> Result<Option<Away>, HoursError> {
    let mut found =
        tx.sql().prepare_cached("select from_at, until_at, inside, outside from hours_away where person = ?1")?;
    let found = found.query_row([who], |row| {
        Ok(Away { from_at: row.get(0)?, until_at: row.get(1)?, inside: row.get(2)?, outside: row.get(3)? })
    });
    Ok(found.optional()?.filter(|away| away.until_at.is_none_or(|until| tx.now() < until)))
}

/// Says when a person is out of office; with nothing, that the person is back. Whoever was answered before is answered
/// again.
///
/// # Errors
/// `BadEnd`, `LongText`.
pub fn set_away(tx: &mut WriteTx<'_>, who: PersonId, new: Option<&Away>) -> Result<(), HoursError> {
    tx.sql().prepare_cached("delete from hours_away where person = ?1")?.execute([who])?;
    tx.sql().prepare_cached("delete from hours_answered where person = ?1")?.execute([who])?;
    if let Some(new) = new {
        if new.until_at.is_some_and(|until| until <= new.from_at) {
            return Err(HoursError::BadEnd);
        }
        if [&new.inside, &new.outside].iter().any(|text| text.chars().count() > limits::AWAY_TEXT) {
            return Err(HoursError::LongText);
        }
        tx.sql()
            .prepare_cached(
                "insert into hours_away (person, from_at, until_at, inside, outside) values (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((who, new.from_at, new.until_at, &new.inside, &new.outside))?;
    }
    tx.emit(who, Event::HoursChanged)?;
    Ok(())
}
