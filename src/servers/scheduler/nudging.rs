//! Looks every minute whether something has waited unread for long enough to become mail.

use crate::servers::net::stop::Stop;
use crate::services::nudge;
use crate::services::office::Office;
use std::sync::Arc;
use std::time::Duration;

/// How often.
const EVERY: Duration = Duration::from_secs(60);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    loop {
        let round = async {
            office.clock.sleep_until(office.clock.now().plus(EVERY)).await;
            if let Err(error) = nudge::round(&office).await {
                tracing::error!(%error, "could not mail what lies unread");
            }
        };
        tokio::select! {
            () = stop.said() => return,
            () = round => {}
        }
    }
}
