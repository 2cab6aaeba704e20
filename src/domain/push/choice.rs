//! What wakes a person, and when nothing does.

use super::PushError;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::PersonId;
use rusqlite::{OptionalExtension, Row};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// Which messages of conversations wake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatLevel {
    /// None.
    Nothing,
    /// Those said to the person: alone, or by name.
    Pings,
    /// All that ring by the conversation's own level.
    All,
}

/// Hours in which nothing wakes: from one minute of the day to another, over midnight where that is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    from: u16,
    to: u16,
}

impl Quiet {
    /// Quiet hours between two minutes of the day.
    ///
    /// # Errors
    /// `BadQuiet` where one of them is none.
    pub const fn new(from: u16, to: u16) -> Result<Self, PushError> {
        if from < DAY && to < DAY { Ok(Self { from, to }) } else { Err(PushError::BadQuiet) }
    }

    /// Whether they hold at a minute of the day.
    #[must_use]
    pub const fn holds_at(self, minute: u16) -> bool {
        if self.from <= self.to {
            self.from <= minute && minute < self.to
        } else {
            self.from <= minute || minute < self.to
        }
    }

    /// The minute of the day they begin at, and the one they end before.
    #[must_use]
    pub const fn bounds(self) -> (u16, u16) {
        (self.from, self.to)
    }
}

/// What wakes a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// Which messages of conversations.
    pub chat: ChatLevel,
    /// Whether new mail.
    pub is_mail: bool,
    /// Whether a notice shows who writes, and what; else only that something came.
    pub shows_text: bool,
    /// When nothing.
    pub quiet: Option<Quiet>,
    /// The time zone that quiet hours are in.
    pub zone: String,
    /// Whether unread messages of conversations come as mail after a while.
    pub is_mailed: bool,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            chat: ChatLevel::All,
            is_mail: false,
            shows_text: false,
            quiet: None,
            zone: String::new(),
            is_mailed: true,
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Choices> {
    let chat = match row.get(0)? {
        0 => ChatLevel::Nothing,
        1 => ChatLevel::Pings,
        _ => ChatLevel::All,
    };
    let quiet = row.get::<_, Option<u16>>(3)?.zip(row.get(4)?).and_then(|(from, to)| Quiet::new(from, to).ok());
    Ok(Choices {
        chat,
        is_mail: row.get(1)?,
        shows_text: row.get(2)?,
        quiet,
        zone: row.get(5)?,
        is_mailed: row.get(6)?,
    })
}

/// What wakes `who`.
///
/// # Errors
/// Where the file cannot be read.
pub fn choices(tx: &ReadTx<'_>, who: PersonId) -> Result<Choices, PushError> {
    let mut found = tx.sql().prepare_cached(
        "select chat, is_mail, shows_text, quiet_from, quiet_to, zone, is_mailed from push_choice where person = ?1",
    )?;
    Ok(found.query_row([who], read).optional()?.unwrap_or_default())
}

/// Sets what wakes `who`.
///
/// # Errors
/// Where the file cannot be written.
pub fn set_choices(tx: &WriteTx<'_>, who: PersonId, chosen: &Choices) -> Result<(), PushError> {
    let chat = match chosen.chat {
        ChatLevel::Nothing => 0,
        ChatLevel::Pings => 1,
        ChatLevel::All => 2,
    };
    let (from, to) = chosen.quiet.map(Quiet::bounds).unzip();
    tx.sql()
        .prepare_cached(
            "insert or replace into push_choice
               (person, chat, is_mail, shows_text, quiet_from, quiet_to, zone, is_mailed)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((who, chat, chosen.is_mail, chosen.shows_text, from, to, &chosen.zone, chosen.is_mailed))?;
    Ok(())
}
