//! Opening a message: its bytes are read, unpacked and parsed off the async threads.

use crate::domain::mail::{self, Item, MailError};
use crate::domain::store::{Packed, StoreError};
use crate::format::mime::{self, AttachedFile, ParsedMail};
use crate::kernel::id::{ItemId, PersonId};
use crate::services::office::Office;

/// A message, opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The person's copy.
    pub item: Item,
    /// What it says.
    pub mail: ParsedMail,
}

/// Opens one of a person's messages.
///
/// # Errors
/// `NoItem`, also for a draft; `Corrupt` where its bytes are not what was written.
pub async fn message(office: &Office, who: PersonId, id: ItemId) -> Result<Opened, MailError> {
    let read = office.store.read(move |tx| Ok::<_, MailError>((mail::item(tx, who, id)?, mail::raw(tx, who, id)?)));
    let (item, packed) = read.await?;
    let mail = unpacked(packed, mime::parse).await?;
    Ok(Opened { item, mail })
}

/// The bytes of one of a person's messages.
///
/// # Errors
/// As [`message`].
pub async fn source(office: &Office, who: PersonId, id: ItemId) -> Result<Vec<u8>, MailError> {
    let packed = office.store.read(move |tx| mail::raw(tx, who, id)).await?;
    unpacked(packed, <[u8]>::to_vec).await
}

/// A file that came with a message.
///
/// # Errors
/// As [`message`], and `NoItem` where there is no such file.
pub async fn file(
    office: &Office,
    who: PersonId,
    id: ItemId,
    index: usize,
) -> Result<(AttachedFile, Vec<u8>), MailError> {
    let packed = office.store.read(move |tx| mail::raw(tx, who, id)).await?;
    unpacked(packed, move |raw| mime::file(raw, index)).await?.ok_or(MailError::NoItem)
}

async fn unpacked<T: Send + 'static>(
    packed: Packed,
    work: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> Result<T, MailError> {
    let done = tokio::task::spawn_blocking(move || Ok(work(&packed.unpack()?))).await;
    done.unwrap_or(Err(MailError::Store(StoreError::Panicked)))
}
