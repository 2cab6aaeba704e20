//! What a person has chosen, and when the person was last seen, as the file keeps it.

use super::{Choice, Chosen, PresenceError};
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::mime::tidy;
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use rusqlite::{OptionalExtension, Row};

/// Characters of a note.
pub(super) const NOTE: usize = 120;

/// A change to what is chosen; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct NewChoice {
    /// What to be, and until when.
    pub show: Option<(Chosen, Option<Moment>)>,
    /// The note, and until when.
    pub note: Option<(String, Option<Moment>)>,
}

/// Chooses what to be or what to say beside it. Returns all that is chosen now.
///
/// # Errors
/// `LongNote`.
pub fn choose(tx: &WriteTx<'_>, who: PersonId, new: &NewChoice) -> Result<Choice, PresenceError> {
    let mut all = choice(tx, who)?.unwrap_or_default();
    all.chosen_at = tx.now().max(all.chosen_at);
    if let Some((show, until)) = &new.show {
        (all.show, all.show_until) = (*show, *until);
    }
    if let Some((note, until)) = &new.note {
        let note = tidy(note);
        if note.chars().count() > NOTE {
            return Err(PresenceError::LongNote);
        }
        (all.note, all.note_until) = (note, *until);
    }
    let mut kept = tx.sql().prepare_cached(
        "insert or replace into presence_choice (person, show, show_until, note, note_until, chosen_at)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    kept.execute((who, all.show.to_row(), all.show_until, &all.note, all.note_until, all.chosen_at))?;
    Ok(all)
}

/// What a person has chosen, where it ever was something.
///
/// # Errors
/// Where the file cannot be read.
pub fn choice(tx: &ReadTx<'_>, who: PersonId) -> Result<Option<Choice>, PresenceError> {
    let mut found = tx.sql().prepare_cached(
        "select show, show_until, note, note_until, chosen_at from presence_choice where person = ?1",
    )?;
    Ok(found.query_row([who], |row| read(row, 0)).optional()?)
}

pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Choice> {
    Ok(Choice {
        show: Chosen::from_row(row.get(first)?),
        show_until: row.get(first + 1)?,
        note: row.get(first + 2)?,
        note_until: row.get(first + 3)?,
        chosen_at: row.get(first + 4)?,
    })
}

/// Writes down when people were last seen. Who has gone from the office meanwhile is passed over.
///
/// # Errors
/// Where the file cannot be written.
pub fn keep_seen(tx: &WriteTx<'_>, seen: &[(PersonId, Moment)]) -> Result<(), PresenceError> {
    let mut kept = tx.sql().prepare_cached(
        "insert into presence_seen (person, seen_at) select id, ?2 from people_person where id = ?1
         on conflict (person) do update set seen_at = max(seen_at, excluded.seen_at)",
    )?;
    for (person, at) in seen {
        kept.execute((person, at))?;
    }
    Ok(())
}
