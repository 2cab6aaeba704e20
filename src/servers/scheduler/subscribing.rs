//! Reads subscribed calendars when their time has come, and fills in holidays as years go by.

use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use crate::services::subscribe;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked for what is due.
const EVERY: Duration = Duration::from_secs(60);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    loop {
        let round = async {
            if let Err(error) = subscribe::fill_holidays(&office).await {
                tracing::error!(%error, "holidays could not be filled in");
            }
            if let Err(error) = subscribe::round(&office).await {
                tracing::error!(%error, "subscribed calendars could not be read");
            }
            office.clock.sleep_until(office.clock.now().plus(EVERY)).await;
        };
        tokio::select! {
            () = stop.said() => return,
            () = round => {}
        }
    }
}
