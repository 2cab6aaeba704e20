//! The full-text index of what events and tasks say: kept with the item, in its transaction.

use super::CalendarError;
use super::prepared::Prepared;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::ical::{Facts, Item, Privacy};
use crate::format::search::spaced;
use crate::kernel::id::{CalendarId, CalendarItemId};
use crate::kernel::limits;
use crate::kernel::text::cut;

/// The word that marks what all readers of a calendar may read.
pub(super) fn open_word(calendar: CalendarId) -> String {
    format!("c{calendar}")
}

/// The word that marks what is private in a calendar.
pub(super) fn private_word(calendar: CalendarId) -> String {
    format!("p{calendar}")
}

/// All that an item can be found by: title, place, people, notes, words of its own.
pub(super) fn words_of(item: &Item) -> String {
    let mut words = String::new();
    for facts in item.overrides.iter().chain([&item.main]) {
        add(&mut words, facts);
    }
    spaced(&cut(&words, limits::CALENDAR_INDEXED))
}

fn add(words: &mut String, facts: &Facts) {
    let mut say = |text: &str| {
        words.push_str(text);
        words.push('\n');
    };
    say(&facts.title);
    say(&facts.place);
    if let Some(organizer) = &facts.organizer {
        say(&organizer.name);
        say(organizer.address.as_str());
    }
    for guest in &facts.guests {
        say(&guest.name);
        say(guest.address.as_str());
    }
    for category in &facts.categories {
        say(category);
    }
    say(&facts.notes);
}

/// Writes what an item says into the index, in place of what stood there.
pub(super) fn index(
    tx: &WriteTx<'_>,
    calendar: CalendarId,
    id: CalendarItemId,
    new: &Prepared,
) -> Result<(), CalendarError> {
    let is_private = new.item.main.privacy == Privacy::Private;
    let place = if is_private { private_word(calendar) } else { open_word(calendar) };
    tx.sql()
        .prepare_cached("insert or replace into calendar_index (rowid, words, place) values (?1, ?2, ?3)")?
        .execute((id, &new.words, place))?;
    tx.sql().prepare_cached("delete from calendar_index_due where item = ?1")?.execute([id])?;
    Ok(())
}

/// An item that is not indexed yet: which, where it is, and its text.
pub type Unindexed = (CalendarItemId, CalendarId, String);

/// Items that an older office kept without an index, at most `most`.
///
/// # Errors
/// Where the file cannot be read.
pub fn unindexed(tx: &ReadTx<'_>, most: usize) -> Result<Vec<Unindexed>, CalendarError> {
    let mut found = tx.sql().prepare_cached(
        "select d.item, i.calendar, t.text from calendar_index_due d join calendar_item i on i.id = d.item
           join calendar_text t on t.item = d.item order by d.item limit ?1",
    )?;
    let rows = found
        .query_map([i64::try_from(most).unwrap_or(i64::MAX)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Indexes what [`unindexed`] found, unless it was kept anew or went meanwhile. With nothing prepared, the text cannot be read
/// and is found by nothing.
///
/// # Errors
/// Where the file cannot be written.
pub fn index_late(
    tx: &WriteTx<'_>,
    id: CalendarItemId,
    calendar: CalendarId,
    new: Option<&Prepared>,
) -> Result<(), CalendarError> {
    let mut due = tx.sql().prepare_cached("delete from calendar_index_due where item = ?1")?;
    match new {
        Some(new) if due.execute([id])? > 0 => index(tx, calendar, id, new),
        Some(_) => Ok(()),
        None => due.execute([id]).map(drop).map_err(CalendarError::from),
    }
}
