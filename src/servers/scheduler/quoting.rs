//! Lets prices grow stale, and markets open and close, at the second that is so.

use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use crate::services::quotes;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The longest wait between two looks: each new price puts its own turn off.
const WAIT: Duration = Duration::from_secs(5);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    tokio::select! {
        () = stop.said() => {}
        () = follow(&office) => {}
    }
}

async fn follow(office: &Office) {
    loop {
        let again = office.clock.now().plus(WAIT);
        let next = match quotes::turn(office).await {
            Ok(next) => next.map_or(again, |next| next.min(again)),
            Err(error) => {
                tracing::error!(%error, "it could not be told which prices are old");
                again
            }
        };
        // A clock wound by hand may stand still for ever: it is looked at in any case.
        let _ = timeout(WAIT, office.clock.sleep_until(next)).await;
    }
}
