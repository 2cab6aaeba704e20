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
    match in_turn(office, PATIENCE, move || preview(&bytes)).await {
        Turn::Made(Some(made)) => Shown::Small(made),
        Turn::Made(None) | Turn::Failed => Shown::Broken,
        Turn::Waiting => Shown::Unknown,
    }
}

/// What came of work on a picture.
pub(super) enum Turn<T> {
    /// It was done.
    Made(T),
    /// It broke off.
    Failed,
    /// Too many others wait.
    Waiting,
}

/// Works on pictures when it is their turn.
pub(super) async fn in_turn<T: Send + 'static>(
    office: &Office,
    patience: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Turn<T> {
    let picturing = office.picturing.clone();
    let turn = async {
        let Ok(permit) = picturing.acquire_owned().await else { return Turn::Waiting };
        let made = tokio::task::spawn_blocking(move || {
            let made = work();
            // The next one begins when this one has ended, whoever still waits for it.
            drop(permit);
            made
        });
        made.await.map_or(Turn::Failed, Turn::Made)
    };
    tokio::time::timeout(patience, turn).await.unwrap_or(Turn::Waiting)
}
