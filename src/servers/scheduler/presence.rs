//! Tells changes of presence, turns people idle when their time has come, and follows the office's span of idleness.

use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use crate::services::presence;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// The shortest span between two tellings: what changes in between is told together.
const GATHER: Duration = Duration::from_millis(50);
/// How often the office's span of idleness is looked at.
const LOOK: Duration = Duration::from_secs(10);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    let mut idle = None;
    loop {
        tokio::select! {
            () = stop.said() => break,
            () = round(&office, &mut idle) => {}
        }
    }
    keep_seen(&office, true).await;
}

async fn round(office: &Office, idle: &mut Option<Duration>) {
    follow(office, idle).await;
    let follow_again = office.clock.now().plus(LOOK);
    while office.clock.now() < follow_again {
        presence::tell(office);
        keep_seen(office, false).await;
        sleep(GATHER).await;
        let turn = office.presence.next_turn().map_or(follow_again, |at| at.min(follow_again));
        let waited = async {
            tokio::select! {
                () = office.presence.stirred() => {}
                () = office.clock.sleep_until(turn) => {}
            }
        };
        // A clock wound by hand may stand still for ever: it is looked at in any case.
        if timeout(LOOK, waited).await.is_err() {
            return;
        }
    }
}

async fn follow(office: &Office, known: &mut Option<Duration>) {
    match office.store.read(presence::idle).await {
        Ok(idle) => {
            if known.replace(idle).is_some_and(|known| known != idle) {
                office.presence.set_idle(idle);
            }
        }
        Err(error) => tracing::error!(%error, "after how long people are away cannot be read"),
    }
}

async fn keep_seen(office: &Office, is_last: bool) {
    if let Err(error) = presence::keep_seen(office, is_last).await {
        tracing::error!(%error, "when people were last seen could not be written down");
    }
}
