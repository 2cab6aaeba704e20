//! How a person has times and dates written, where that is not as the office has them.

use super::PeopleError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::formats::{Dates, Formats};
use crate::kernel::id::PersonId;
use crate::kernel::secret;
use rusqlite::{OptionalExtension, Row};

/// What a person chose of it; nothing is as the office has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Liked {
    /// Whether the clock has twice 12 hours.
    pub is_twelve: Option<bool>,
    /// How dates are written.
    pub dates: Option<Dates>,
}

impl Liked {
    /// What the names of a clock and of dates say.
    #[must_use]
    pub fn named(clock: &str, dates: &str) -> Self {
        let is_twelve = Formats::CLOCKS.contains(&clock).then(|| Formats::named(clock, "").is_twelve);
        Self { is_twelve, dates: Dates::named(dates) }
    }

    /// The name of the clock; empty for none.
    #[must_use]
    pub fn clock(self) -> &'static str {
        self.is_twelve.map_or("", |is_twelve| Formats { is_twelve, ..Formats::default() }.clock())
    }

    /// The name of the dates; empty for none.
    #[must_use]
    pub fn dates(self) -> &'static str {
        self.dates.map_or("", Dates::name)
    }

    /// These, over those of the office.
    #[must_use]
    pub fn over(self, office: Formats) -> Formats {
        Formats { is_twelve: self.is_twelve.unwrap_or(office.is_twelve), dates: self.dates.unwrap_or(office.dates) }
    }
}

/// What a person chose.
///
/// # Errors
/// Where the file cannot be read.
pub fn liked_formats(tx: &ReadTx<'_>, who: PersonId) -> Result<Liked, PeopleError> {
    let mut found = tx.sql().prepare_cached("select clock, dates from people_person where id = ?1")?;
    Ok(found.query_row([who], read).optional()?.unwrap_or_default())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Liked> {
    Ok(Liked::named(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?))
}

/// What the person chose whose session `token` opens.
///
/// # Errors
/// Where the file cannot be read.
pub fn liked_by_token(tx: &ReadTx<'_>, token: &str) -> Result<Liked, PeopleError> {
    let mut found = tx.sql().prepare_cached(
        "select p.clock, p.dates from people_session s join people_person p on p.id = s.person where s.token_hash = ?1",
    )?;
    Ok(found.query_row([secret::sha256(token.as_bytes())], read).optional()?.unwrap_or_default())
}

/// Keeps what a person chose.
///
/// # Errors
/// Where the file cannot be written.
pub fn like_formats(tx: &WriteTx<'_>, who: PersonId, liked: Liked) -> Result<(), PeopleError> {
    let mut update = tx.sql().prepare_cached("update people_person set clock = ?2, dates = ?3 where id = ?1")?;
    update.execute((who, liked.clock(), liked.dates()))?;
    Ok(())
}
