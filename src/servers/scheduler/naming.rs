//! Looks once a day whether the Domain Name System says what it must say of the office.

use crate::domain::settings;
use crate::domain::store::StoreError;
use crate::servers::net::stop::Stop;
use crate::services::dns;
use crate::services::office::Office;
use std::sync::Arc;
use std::time::Duration;

/// How often.
const EVERY: Duration = Duration::from_secs(24 * 3600);
/// How long after the start for the first time: a server that has just been started may not be connected yet.
const FIRST: Duration = Duration::from_secs(5 * 60);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    let mut next = office.clock.now().plus(FIRST);
    loop {
        let round = async {
            office.clock.sleep_until(next).await;
            if let Err(error) = look(&office).await {
                tracing::error!(%error, "it could not be read which records are wanted");
            }
        };
        tokio::select! {
            () = stop.said() => return,
            () = round => {}
        }
        next = office.clock.now().plus(EVERY);
    }
}

async fn look(office: &Office) -> Result<(), StoreError> {
    if office.store.read(|tx| settings::get(tx, settings::DNS_WATCH)).await? == "on" {
        dns::look(office).await?;
    }
    Ok(())
}
