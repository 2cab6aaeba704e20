//! A round: what follows from an act for others. It is reckoned before the transaction and carried out in it, so that an
//! event, everybody's copies of it and what is mailed of it are one.

use super::HOLD;
use super::note::Note;
use crate::domain::calendar::{self, Answered, CalendarError, Copy, Expect, Prepared};
use crate::domain::mail::{self, FolderRole, Head};
use crate::domain::outbound;
use crate::domain::store::{Packed, Staged, StoreError, WriteTx};
use crate::kernel::id::{CalendarId, DepartureId, ItemId, PersonId};
use crate::kernel::text::EmailAddress;
use crate::services::calendar::ActError;
use crate::services::office::Office;
use crate::services::push;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// What becomes of one copy of an event.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// It is put where the person has it, or to the person's other invitations.
    Deliver(PersonId, Prepared),
    /// It takes the place of this one, unless that was changed meanwhile.
    Amend(Copy, Prepared),
    /// It is gone, as if it had never been there.
    Withdraw(CalendarId, String),
    /// A guest outside has answered, by a mail that was written then.
    Answered(Answered),
    /// The clock of somebody outside hangs there.
    Learn(EmailAddress, Tz),
}

/// A mail about an event, written but not sent.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub head: Head,
    pub bytes: Packed,
    /// Colleagues who get it.
    pub inside: Vec<PersonId>,
    /// Others who get it.
    pub outside: Vec<EmailAddress>,
    /// Where a bounce goes: to nobody where no human act is behind it.
    pub reverse_path: Option<EmailAddress>,
    /// What its card says to colleagues.
    pub note: Note,
}

/// What follows from an act for others.
#[derive(Debug, Clone, Default)]
pub(super) struct Reckoned {
    pub deeds: Vec<Deed>,
    pub letters: Vec<Letter>,
}

/// The same, ready for the transaction.
#[derive(Debug, Clone, Default)]
pub struct Round {
    deeds: Vec<Deed>,
    letters: Vec<(Letter, Option<Staged>)>,
}

/// One letter that was sent, so that it can be taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sent {
    /// Copies in colleagues' inboxes.
    pub inside: Vec<(PersonId, ItemId)>,
    /// What waits to leave.
    pub departure: Option<DepartureId>,
    /// To whom that goes.
    pub to: Vec<String>,
}

impl Reckoned {
    /// Writes long letters to the disk, ahead of the transaction.
    pub(super) async fn staged(self, office: &Office) -> Result<Round, StoreError> {
        let mut letters = Vec::with_capacity(self.letters.len());
        for letter in self.letters {
            let staged = office.store.stage(letter.bytes.clone()).await?;
            letters.push((letter, Some(staged)));
        }
        Ok(Round { deeds: self.deeds, letters })
    }
}

impl Round {
    /// Carries it out, as `who`. What it returns takes the letters back, in words for [`calendar::note_sent`].
    ///
    /// # Errors
    /// `Changed` where a copy is not as it was; where the file cannot be written.
    pub fn carry_out(&self, tx: &mut WriteTx<'_>, who: PersonId) -> Result<String, ActError> {
        self.deeds.iter().try_for_each(|deed| deed.carry_out(tx))?;
        let mut sent = Vec::new();
        for (letter, staged) in &self.letters {
            if let Some(staged) = staged {
                sent.push(letter.send(tx, who, staged)?);
            }
        }
        if sent.is_empty() {
            return Ok(String::new());
        }
        serde_json::to_string(&sent).map_err(|error| StoreError::Sqlite(error.to_string()).into())
    }
}

impl Deed {
    fn carry_out(&self, tx: &mut WriteTx<'_>) -> Result<(), CalendarError> {
        let kept = match self {
            Self::Deliver(person, new) => calendar::deliver(tx, *person, new, Expect::Any).map(|_| ()),
            Self::Amend(copy, new) => calendar::amend(tx, copy, new).map(|_| ()),
            Self::Withdraw(calendar, uid) => calendar::withdraw(tx, *calendar, uid).map(|_| ()),
            Self::Answered(said) => calendar::note_answer(tx, said),
            Self::Learn(address, zone) => calendar::note_far_zone(tx, address, *zone),
        };
        match kept {
            // A colleague without a calendar, or with a full one, must not keep the others from theirs.
            Err(CalendarError::NoCalendar | CalendarError::TooMany(..)) => Ok(()),
            done => done,
        }
    }
}

impl Letter {
    fn send(&self, tx: &mut WriteTx<'_>, who: PersonId, bytes: &Staged) -> Result<Sent, StoreError> {
        let mut sent = Sent::default();
        if !self.inside.is_empty() {
            let message = mail::file(tx, &self.head, bytes)?;
            for person in &self.inside {
                let item = mail::deliver(tx, *person, FolderRole::Inbox, message, &self.head)?;
                self.note.keep(tx, item)?;
                push::owe_mail(tx, *person, item)?;
                sent.inside.push((*person, item));
            }
        }
        if !self.outside.is_empty() {
            let way = self.reverse_path.as_ref();
            sent.departure = Some(outbound::queue_held(tx, who, bytes, way, &self.outside, HOLD)?);
            sent.to = self.outside.iter().map(ToString::to_string).collect();
        }
        Ok(sent)
    }
}
