//! Who a person wishes to be seen by, and all that is loaded at the start.

use super::{Kept, PresenceError, Visibility, choice};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::PersonId;
use rusqlite::OptionalExtension;
use std::time::Duration;

/// Minutes of idleness that may be wished for.
const IDLE_MINUTES: std::ops::RangeInclusive<i64> = 1..=120;

/// A person's wishes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Privacy {
    /// Who may see the person.
    pub visible_to: Visibility,
    /// Who may not in any case.
    pub hidden_from: Vec<PersonId>,
    /// Minutes without a touch after which the person is away; as the office has it where there are none.
    pub idle_minutes: Option<i64>,
}

impl Privacy {
    /// The span of idleness wished for.
    #[must_use]
    pub fn idle(&self) -> Option<Duration> {
        self.idle_minutes.and_then(minutes)
    }
}

fn minutes(count: i64) -> Option<Duration> {
    u64::try_from(count).ok().map(|count| Duration::from_secs(count * 60))
}

/// A person's wishes.
///
/// # Errors
/// Where the file cannot be read.
pub fn privacy(tx: &ReadTx<'_>, who: PersonId) -> Result<Privacy, PresenceError> {
    let mut found =
        tx.sql().prepare_cached("select visible_to, idle_minutes from presence_privacy where person = ?1")?;
    let row: Option<(i64, Option<i64>)> = found.query_row([who], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (visible_to, idle_minutes) = row.unwrap_or_default();
    let mut hidden =
        tx.sql().prepare_cached("select hidden_from from presence_hidden where person = ?1 order by hidden_from")?;
    let hidden_from = hidden.query_map([who], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Privacy { visible_to: Visibility::from_row(visible_to), hidden_from, idle_minutes })
}

/// Keeps a person's wishes. A span out of bounds is brought within them; who is not in the office is passed over.
///
/// # Errors
/// Where the file cannot be written.
pub fn set_privacy(tx: &WriteTx<'_>, who: PersonId, wished: &Privacy) -> Result<Privacy, PresenceError> {
    let idle = wished.idle_minutes.map(|count| count.clamp(*IDLE_MINUTES.start(), *IDLE_MINUTES.end()));
    tx.sql()
        .prepare_cached(
            "insert or replace into presence_privacy (person, visible_to, idle_minutes) values (?1, ?2, ?3)",
        )?
        .execute((who, wished.visible_to.to_row(), idle))?;
    tx.sql().prepare_cached("delete from presence_hidden where person = ?1")?.execute([who])?;
    let mut hide = tx.sql().prepare_cached(
        "insert or ignore into presence_hidden (person, hidden_from)
         select ?1, id from people_person where id = ?2 and id <> ?1",
    )?;
    for other in &wished.hidden_from {
        hide.execute((who, other))?;
    }
    privacy(tx, who)
}

/// What is kept of everybody, for the board.
///
/// # Errors
/// Where the file cannot be read.
pub fn load(tx: &ReadTx<'_>) -> Result<Vec<Kept>, PresenceError> {
    let mut found = tx.sql().prepare_cached(
        "select p.id, s.seen_at, v.idle_minutes, c.show, c.show_until, c.note, c.note_until, c.chosen_at
           from people_person p
           left join presence_seen s on s.person = p.id
           left join presence_privacy v on v.person = p.id
           left join presence_choice c on c.person = p.id",
    )?;
    let rows = found.query_map([], |row| {
        let has_chosen = row.get::<_, Option<i64>>(3)?.is_some();
        Ok(Kept {
            person: row.get(0)?,
            seen_at: row.get(1)?,
            idle: row.get::<_, Option<i64>>(2)?.and_then(minutes),
            choice: if has_chosen { Some(choice::read(row, 3)?) } else { None },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
