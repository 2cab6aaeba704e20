//! Writes down each minute how much the office was used.

use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use crate::services::usage::Meter;
use std::sync::Arc;
use std::time::Duration;

/// How often.
const EVERY: Duration = Duration::from_secs(60);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    let mut meter = match Meter::start(&office).await {
        Ok(meter) => meter,
        Err(error) => return tracing::error!(%error, "how much the office is used cannot be counted"),
    };
    loop {
        let again = office.clock.now().plus(EVERY);
        let is_over = tokio::select! {
            () = stop.said() => true,
            () = office.clock.sleep_until(again) => false,
        };
        if let Err(error) = meter.note(&office).await {
            tracing::warn!(%error, "how much the office was used could not be written down");
        }
        if is_over {
            return;
        }
    }
}
