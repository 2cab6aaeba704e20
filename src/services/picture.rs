//! Pictures made small off the async threads, one at a time: each may need much memory for a moment.

use crate::format::preview::{Preview, preview};
use crate::services::office::Office;
use std::sync::Arc;
use std::time::Duration;

/// How long one waits for a preview, the pictures before it included.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// As a picture.
    Small(Preview),
    /// It is no picture, whatever its first bytes say, or too large a one.
    Broken,
    /// Not looked at: too many others wait.
    Unknown,
}

/// Makes a picture small.
pub async fn small(office: &Office, bytes: Arc<Vec<u8>>) -> Shown {
    let picturing = office.picturing.clone();
    let work = async {
        let Ok(permit) = picturing.acquire_owned().await else { return Shown::Unknown };
        let made = tokio::task::spawn_blocking(move || {
            let made = preview(&bytes);
            // The next one begins when this one has ended, whoever still waits for it.
            drop(permit);
            made
        });
        match made.await {
            Ok(Some(made)) => Shown::Small(made),
            Ok(None) | Err(_) => Shown::Broken,
        }
    };
    tokio::time::timeout(PATIENCE, work).await.unwrap_or(Shown::Unknown)
}
