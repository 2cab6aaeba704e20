//! Indexing follows storing: in batches of its own, when the writer has time.

use crate::domain::chat;
use crate::domain::mail::{self, IndexWords, MailError};
use crate::domain::store::StoreError;
use crate::format::mime;
use crate::services::office::Office;

/// Messages indexed in one transaction, so that it stays short.
const BATCH: usize = 64;
/// What was said in chat is shorter by far.
const CHAT_BATCH: usize = 500;

/// Indexes the next batch of mail and of what was said. Returns how many messages that were; zero where none is left.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn next_batch(office: &Office) -> Result<usize, StoreError> {
    let mail = next_mail(office).await?;
    let is_behind = office.store.read(chat::lag).await? > 0;
    let said = if is_behind { office.store.write(|tx| chat::index(tx, CHAT_BATCH)).await? } else { 0 };
    Ok(mail + said)
}

/// How many messages are not indexed yet, counted up to some thousands.
///
/// # Errors
/// Where the file cannot be read.
pub async fn lag(office: &Office) -> Result<usize, StoreError> {
    let left = office.store.read(|tx| Ok::<_, StoreError>(mail::lag(tx)? + chat::lag(tx)?)).await?;
    Ok(usize::try_from(left).unwrap_or(0))
}

/// A message whose bytes are damaged is indexed as empty: it must not hold up the others.
async fn next_mail(office: &Office) -> Result<usize, MailError> {
    let found = office.store.read(|tx| mail::unindexed(tx, BATCH)).await?;
    if found.is_empty() {
        return Ok(0);
    }
    let count = found.len();
    let parsed = tokio::task::spawn_blocking(move || {
        let words = |raw: Vec<u8>| IndexWords::of(&mime::parse(&raw));
        found.into_iter().map(|one| (one.message, words(one.bytes.unpack().unwrap_or_default()))).collect::<Vec<_>>()
    });
    let words = parsed.await.map_err(|_| StoreError::Panicked)?;
    office.store.write(move |tx| mail::index(tx, &words)).await?;
    Ok(count)
}
