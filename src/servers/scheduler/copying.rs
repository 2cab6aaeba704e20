//! Lets the office copy itself at the time of day that is set, and soon where it slept through that.

use crate::domain::backup;
use crate::domain::store::StoreError;
use crate::servers::net::stop::Stop;
use crate::services::backup as service;
use crate::services::office::Office;
use std::sync::Arc;
use std::time::Duration;

/// How often the plan is looked at: a new time of day counts from then on.
const EVERY: Duration = Duration::from_secs(60);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    let mut since = office.clock.now();
    loop {
        let round = async {
            office.clock.sleep_until(office.clock.now().plus(EVERY)).await;
            let copied = async {
                let last = office.store.read(backup::newest).await?.map(|copy| copy.began_at);
                let plan = service::plan(&office).await?;
                let now = office.clock.now();
                // An office that never made a copy begins to count when it was opened. What lies ahead was written by
                // a clock that was set back since: nothing is missed for it, and counting begins anew.
                since = since.min(now);
                let due = service::next_due(&plan, Some(last.filter(|last| *last <= now).unwrap_or(since)), now);
                if due.is_some_and(|due| due <= now) {
                    service::run(&office).await?;
                }
                Ok::<_, StoreError>(())
            };
            if let Err(error) = copied.await {
                tracing::error!(%error, "a backup could not be written down");
            }
        };
        tokio::select! {
            () = stop.said() => return,
            () = round => {}
        }
    }
}
