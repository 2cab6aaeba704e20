//! What became of a calendar that came by mail: kept beside each copy of the message, and told on its card.

use crate::domain::mail::{self, MailError};
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::ical::{Answer, Facts, When};
use crate::kernel::id::{ItemId, PersonId};
use serde::{Deserialize, Serialize};

/// What became of a calendar that came by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Note {
    /// A new invitation, put into the calendar.
    Invited,
    /// A newer version of one, put in its place.
    Updated {
        /// What it said before, where that is another now.
        before: Option<Was>,
    },
    /// It says what the calendar says already, or less than it.
    Old,
    /// It was called off, as a whole or one instance of it.
    Cancelled,
    /// A guest answered.
    Answered {
        /// Who, as the event names the guest.
        guest: String,
        /// What, as [`word`] writes it.
        answer: String,
    },
    /// A guest proposes another time; nothing changed yet.
    Proposed {
        /// Who.
        guest: String,
        /// What became of it, once somebody decided: whether it was taken.
        taken: Option<bool>,
    },
    /// The organiser does not take a proposed time.
    Declined,
    /// A guest asked for the newest version.
    Asked,
    /// Somebody who may know asked when the reader is free, and was told.
    BusyTold,
    /// Nothing changed, and nothing will by itself.
    Refused {
        /// Why.
        why: Why,
    },
}

/// When and where an event was, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Was {
    /// When it began, as a calendar writes it; empty for a time without a beginning.
    pub starts: String,
    /// When it ended.
    pub ends: String,
    /// Where it was.
    pub place: String,
}

/// Why a calendar changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its parts contradict each other, or it cannot be read.
    Broken,
    /// It came as a file that asks for nothing.
    File,
    /// It asks for something that is not done by mail here.
    Unknown,
    /// Its sender is not who organises the event.
    Sender,
    /// The event is known, and somebody else organises it.
    Organizer,
    /// The reader is not among the guests.
    NotInvited,
    /// Its sender is not among the guests.
    NotAGuest,
    /// There is no such event in the calendar.
    NoEvent,
    /// It answers an earlier version.
    Earlier,
    /// It would come every minute or every second.
    TooOften,
    /// The calendar takes no more.
    Full,
}

impl Was {
    pub(super) fn of(facts: &Facts) -> Self {
        let written = |when: Option<When>| when.map_or_else(String::new, When::to_text);
        Self { starts: written(facts.starts), ends: written(facts.ends), place: facts.place.clone() }
    }
}

impl Note {
    pub(super) const fn refused(why: Why) -> Self {
        Self::Refused { why }
    }

    /// What the card of one of a person's messages has to go by; nothing where none was noted.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read(tx: &ReadTx<'_>, who: PersonId, item: ItemId) -> Result<Option<Self>, MailError> {
        let body = mail::invitation(tx, who, item)?;
        Ok(body.and_then(|body| serde_json::from_str(&body).ok()))
    }

    pub(super) fn keep(&self, tx: &WriteTx<'_>, item: ItemId) -> Result<(), MailError> {
        mail::note_invitation(tx, item, &serde_json::to_string(self).unwrap_or_default())
    }
}

/// An answer as a note keeps it.
#[must_use]
pub const fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::NeedsAction => "open",
        Answer::Accepted => "yes",
        Answer::Declined => "no",
        Answer::Tentative => "maybe",
        Answer::Delegated => "delegated",
    }
}

/// The answer that a form or a note names.
#[must_use]
pub fn answer_of(word: &str) -> Option<Answer> {
    Some(match word {
        "yes" => Answer::Accepted,
        "no" => Answer::Declined,
        "maybe" => Answer::Tentative,
        "delegated" => Answer::Delegated,
        "open" => Answer::NeedsAction,
        _ => return None,
    })
}
