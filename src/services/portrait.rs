//! People's pictures: judged and made small first, then kept in one write.

use crate::domain::people::{self, PeopleError};
use crate::domain::store::{Staged, StoreError, WriteTx, pack};
use crate::format::portrait::{PortraitError, portrait};
use crate::kernel::id::PersonId;
use crate::kernel::text::sentence;
use crate::kernel::{limits, secret};
use crate::services::office::Office;
use crate::services::picture::{Turn, in_turn};
use std::time::Duration;

/// How long one waits for a picture, those of others before it included.
const PATIENCE: Duration = Duration::from_secs(30);
/// Digits of the hash that a picture is named by: so many that no two pictures share one.
const MARK: usize = 24;

/// Why a picture was not kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PictureError {
    /// What whoever gave it can put right.
    #[error("{0}")]
    Wrong(String),
    /// Too many pictures are being made small.
    #[error("many pictures are being drawn just now; try again in a moment")]
    Busy,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A picture that was judged and made small.
#[derive(Debug, Clone)]
pub struct Ready {
    bytes: Staged,
    mark: String,
}

/// Judges a picture and makes it small, outside any transaction.
///
/// # Errors
/// `Wrong` with a sentence for who gave it, `Busy`.
pub async fn prepare(office: &Office, bytes: Vec<u8>) -> Result<Ready, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Wrong("There is nothing in this file.".to_owned()));
    }
    if bytes.len() > limits::PORTRAIT_BYTES {
        let (most, has) = (limits::PORTRAIT_BYTES / 1_048_576, bytes.len().div_ceil(1_048_576));
        return Err(PictureError::Wrong(format!("At most {most} MB; this has {has}.")));
    }
    let wrong = |why: PortraitError| PictureError::Wrong(sentence(&why.to_string()));
    let made = match in_turn(office, PATIENCE, move || portrait(&bytes)).await {
        Turn::Made(made) => made.map_err(wrong)?,
        Turn::Failed => return Err(wrong(PortraitError::Broken)),
        Turn::Waiting => return Err(PictureError::Busy),
    };
    let mark = secret::sha256_hex(&made, MARK);
    Ok(Ready { bytes: office.store.stage(pack(&made)).await?, mark })
}

/// Gives a person the picture that is ready.
///
/// # Errors
/// `NoPerson`; where the file cannot be written.
pub fn keep(tx: &WriteTx<'_>, who: PersonId, ready: &Ready) -> Result<(), PeopleError> {
    people::set_portrait(tx, who, &ready.bytes, &ready.mark)
}
