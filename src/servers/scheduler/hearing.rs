//! Hears what other processes do to the file: what the command line changes shows on open pages as if it were done here.

use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How often it is listened, where nothing is written here.
const LISTEN: Duration = Duration::from_millis(250);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    loop {
        tokio::select! {
            () = stop.said() => return,
            () = sleep(LISTEN) => {}
        }
        if let Err(error) = office.store.hear_others().await {
            tracing::warn!(%error, "what other processes have changed could not be heard");
        }
    }
}
