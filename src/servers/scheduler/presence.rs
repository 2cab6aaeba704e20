//! Tells changes of presence, turns people idle when their time has come, and follows the office's policy.

use crate::domain::presence::Policy;
use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use crate::services::presence;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// The shortest span between two tellings: what changes in between is told together.
const GATHER: Duration = Duration::from_millis(50);
/// How often the policy is looked at, which another process may have changed.
const POLICY: Duration = Duration::from_secs(10);

pub(super) async fn run(office: Arc<Office>, mut stop: Stop) {
    let mut policy = None;
    loop {
        tokio::select! {
            () = stop.said() => break,
            () = round(&office, &mut policy) => {}
        }
    }
    keep_seen(&office, true).await;
}

async fn round(office: &Office, policy: &mut Option<Policy>) {
    follow(office, policy).await;
    let follow_again = office.clock.now().plus(POLICY);
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
        // A clock wound by hand may stand still for ever: the policy is looked at in any case.
        if timeout(POLICY, waited).await.is_err() {
            return;
        }
    }
}

async fn follow(office: &Office, known: &mut Option<Policy>) {
    match office.store.read(presence::policy).await {
        Ok(policy) => {
            let old = known.replace(policy.clone()).filter(|old| *old != policy);
            if let Some(old) = old {
                let is_anew = (&old.visible, &old.last_seen) != (&policy.visible, &policy.last_seen);
                office.presence.policy_changed(policy.idle, is_anew);
            }
        }
        Err(error) => tracing::error!(%error, "the policy of presence cannot be read"),
    }
}

async fn keep_seen(office: &Office, is_last: bool) {
    if let Err(error) = presence::keep_seen(office, is_last).await {
        tracing::error!(%error, "when people were last seen could not be written down");
    }
}
