//! Letters that the office itself writes: of machines, to one person, inside or outside. Nobody has a copy in Sent.

use crate::domain::mail::{self, FolderRole, Head, MailError};
use crate::domain::outbound::{self, OutboundError};
use crate::domain::people::{self, PeopleError, Route};
use crate::domain::store::{Packed, Staged, StoreError, WriteTx, pack};
use crate::format::mime::{self, BuildError, NewInvitation, NewMail};
use crate::kernel::id::PersonId;
use crate::kernel::text::EmailAddress;
use crate::services::push;
use std::time::Duration;

/// Why a letter was not written or not posted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LetterError {
    /// It cannot be written as a message.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MailError> for LetterError {
    fn from(error: MailError) -> Self {
        Self::Store(error.into())
    }
}

impl From<PeopleError> for LetterError {
    fn from(error: PeopleError) -> Self {
        Self::Store(error.into())
    }
}

impl From<OutboundError> for LetterError {
    fn from(OutboundError::Store(error): OutboundError) -> Self {
        Self::Store(error)
    }
}

/// A letter ready to be posted.
#[derive(Debug, Clone)]
pub struct Letter {
    head: Head,
    packed: Packed,
}

impl Letter {
    /// Writes a letter, outside any transaction. Machines are asked not to answer it (RFC 3834 §5).
    ///
    /// # Errors
    /// `Build`.
    pub fn write(mail: &NewMail) -> Result<Self, LetterError> {
        Self::of(mail, mime::build(mail)?)
    }

    /// Writes a letter about an event: its words, and the calendar for the reader's program. RFC 6047.
    ///
    /// # Errors
    /// `Build`.
    pub fn with_calendar(mail: &NewMail, calendar: &NewInvitation) -> Result<Self, LetterError> {
        Self::of(mail, mime::build_invitation(mail, calendar)?)
    }

    fn of(mail: &NewMail, written: Vec<u8>) -> Result<Self, LetterError> {
        let mut raw = b"Auto-Submitted: auto-generated\r\n".to_vec();
        raw.extend(written);
        let head = Head { is_inside: true, ..Head::of(&mime::parse(&raw), raw.len(), mail.date) };
        Ok(Self { packed: pack(&raw), head })
    }

    /// Stages its bytes.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub async fn stage(self, store: &crate::domain::store::Store) -> Result<(Head, Staged), LetterError> {
        Ok((self.head, store.stage(self.packed).await?))
    }
}

/// Posts a letter to one address on behalf of a person, in the transaction that is the reason for it.
///
/// # Errors
/// Where the file cannot be written.
pub fn post(
    tx: &mut WriteTx<'_>,
    on_behalf_of: PersonId,
    (head, bytes): &(Head, Staged),
    to: &EmailAddress,
) -> Result<(), LetterError> {
    match people::route(tx, to)? {
        Route::People(found) if !found.is_empty() => {
            let message = mail::file(tx, head, bytes)?;
            for person in found {
                let item = mail::deliver(tx, person, FolderRole::Inbox, message, head)?;
                push::owe_mail(tx, person, item)?;
            }
        }
        Route::People(_) | Route::NoSuchAddress => {}
        Route::NotOurs => {
            // RFC 3834 §3.3: nothing comes back of what a machine writes.
            outbound::queue_held(tx, on_behalf_of, bytes, None, std::slice::from_ref(to), Duration::ZERO)?;
        }
    }
    Ok(())
}
