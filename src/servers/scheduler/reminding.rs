//! Lets reminders ring at the second they are due: it sleeps until the next, and looks again when somebody plans anew.

use crate::domain::store::Heard;
use crate::kernel::clock::Moment;
use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use crate::services::reminding::{self, BATCH, RemindError};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// The wait after the file could not be read or written.
const FAILED: Duration = Duration::from_secs(5);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    tokio::select! {
        () = stop.said() => {}
        () = follow(&office) => {}
    }
}

async fn follow(office: &Office) {
    let mut listener = office.store.hub().listen();
    listener.follow_plans();
    loop {
        let next = match catch_up(office).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "reminders could not ring");
                sleep(FAILED).await;
                continue;
            }
        };
        let due = async {
            match next {
                Some(at) => office.clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            heard = listener.next() => if heard == Heard::Closed { return },
            () = due => {}
        }
    }
}

/// Lets ring what is due. Says when the next is.
async fn catch_up(office: &Office) -> Result<Option<Moment>, RemindError> {
    while reminding::round(office).await? >= BATCH {}
    reminding::next_due(office).await
}
