//! Keeps the certificate new: asks the authority for another one while a third of its life is left.
//!
//! A failure leaves the old one in use, and is told on the page that answers "is all well?". Tries come further and further
//! apart; a refusal is waited out longer than silence, since authorities count what they refuse.

use super::stop::Stop;
use super::tls::{Certificate, Validity};
use crate::kernel::clock::Moment;
use crate::services::acme::{self, AcmeError, Plan};
use crate::services::office::Office;
use crate::services::status::Renewal;
use std::sync::Arc;
use std::time::Duration;

/// The first wait after silence, and after a refusal.
const SILENT: Duration = Duration::from_secs(5);
/// See [`SILENT`].
const REFUSED: Duration = Duration::from_secs(15 * 60);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// The clock may jump, and files may change: so often it is looked whether it is time.
const LOOK: Duration = Duration::from_secs(3600);
/// No two orders follow each other faster.
const LEAST: Duration = Duration::from_secs(2);

/// Renews the certificate by `plan` until the office stops.
pub async fn keep(office: Arc<Office>, certificate: Arc<Certificate>, plan: Plan, mut stop: Stop) {
    let mut failures = 0;
    let mut wait = Duration::ZERO;
    loop {
        let round = async {
            office.clock.sleep_until(office.clock.now().plus(wait)).await;
            round(&office, &certificate, &plan, failures).await
        };
        (failures, wait) = tokio::select! {
            () = stop.said() => return,
            next = round => next,
        };
    }
}

/// Looks whether it is time, and asks where it is. Returns how many tries have failed in a row, and how long to wait.
async fn round(office: &Office, certificate: &Arc<Certificate>, plan: &Plan, failures: u32) -> (u32, Duration) {
    let now = office.clock.now();
    let due = due(certificate.validity().as_ref(), plan, now);
    if due > now {
        office.status.renewal(Renewal { failures: 0, trouble: String::new(), next_at: due });
        return (0, due.since(now).min(LOOK));
    }
    let obtained = obtained(office, certificate, plan).await.and_then(|()| {
        // Else it would be asked for another one at once, and again.
        if self::due(certificate.validity().as_ref(), plan, now) > now {
            return Ok(());
        }
        Err(AcmeError::Refused("what it gave is of another name, or at its end".to_owned()))
    });
    match obtained {
        Ok(()) => (0, LEAST),
        Err(error) => {
            let first = if matches!(error, AcmeError::Unreachable(_)) { SILENT } else { REFUSED };
            let wait = back_off(first, failures, seed(plan.hostname.as_bytes()));
            tracing::warn!(%error, again_in = wait.as_secs(), "the certificate was not renewed");
            let next_at = now.plus(wait);
            office.status.renewal(Renewal { failures: failures + 1, trouble: error.to_string(), next_at });
            (failures + 1, wait)
        }
    }
}

async fn obtained(office: &Office, certificate: &Arc<Certificate>, plan: &Plan) -> Result<(), AcmeError> {
    acme::obtain(plan, &office.status.proofs).await?;
    let taking = Arc::clone(certificate);
    let taken = tokio::task::spawn_blocking(move || taking.renew()).await;
    match taken {
        Ok(Ok(_)) => {
            tracing::info!(name = %plan.hostname, "the certificate was renewed");
            Ok(())
        }
        Ok(Err(error)) => Err(AcmeError::Refused(error.to_string())),
        Err(error) => Err(AcmeError::Refused(error.to_string())),
    }
}

/// When to ask: at once for a certificate of one's own making, of another name or of another authority, else with a third of
/// its life left and a little earlier, so that not all who were given theirs in one hour come back in one.
fn due(shown: Option<&Validity>, plan: &Plan, now: Moment) -> Moment {
    let Some(shown) = shown else { return now };
    if shown.is_own || !shown.names.contains(&plan.hostname.to_lowercase()) || plan.is_of_another() {
        return now;
    }
    let life = shown.to.since(shown.from);
    let early = life.mul_f64(f64::from(seed(shown.from.millis().to_string().as_bytes())) / 255.0 / 30.0);
    shown.to.minus(life / 3).minus(early)
}

/// Twice as long after each failure, and a tenth more or less, so that offices do not come in step.
fn back_off(first: Duration, failures: u32, seed: u8) -> Duration {
    let wait = first.saturating_mul(1 << failures.min(16)).min(LONGEST);
    wait.mul_f64(0.9 + f64::from(seed) / 255.0 / 5.0)
}

/// A number that differs from office to office, and is the same each time.
fn seed(of: &[u8]) -> u8 {
    crate::kernel::secret::sha256(of)[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::acme::Kind;

    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn plan(folder: &std::path::Path) -> Plan {
        std::fs::write(folder.join("account.json"), r#"{"directory":"https://ca.example/"}"#).unwrap();
        Plan {
            directory: "https://ca.example/".to_owned(),
            contact: String::new(),
            root: None,
            kind: Kind::Http,
            hostname: "Mail.example.org".to_owned(),
            account: folder.join("account.json"),
            file: folder.join("certificate.pem"),
        }
    }

    #[test]
    fn it_is_time_with_a_third_of_its_life_left() {
        let folder = tempfile::tempdir().unwrap();
        let plan = plan(folder.path());
        let from = Moment::from_millis(1_800_000_000_000);
        let names = vec!["mail.example.org".to_owned()];
        let good = Validity { from, to: from.plus(90 * DAY), is_own: false, names };
        let time = due(Some(&good), &plan, from);
        assert!(time <= from.plus(60 * DAY) && time >= from.plus(57 * DAY), "{time:?}");
        assert_eq!(due(Some(&Validity { is_own: true, ..good.clone() }), &plan, from), from);
        assert_eq!(
            due(Some(&Validity { names: vec!["other.example.org".to_owned()], ..good.clone() }), &plan, from),
            from
        );
        assert_eq!(due(Some(&good), &Plan { directory: "https://other.example/".to_owned(), ..plan }, from), from);
        assert_eq!(due(None, &self::plan(folder.path()), from), from);
    }

    #[test]
    fn tries_come_further_and_further_apart() {
        let waits: Vec<u64> = (0..40).map(|failures| back_off(SILENT, failures, 128).as_secs()).collect();
        assert!(waits.is_sorted() && waits[0] == 5 && waits[1] == 10, "{waits:?}");
        assert!(waits[39] <= LONGEST.as_secs() * 11 / 10);
        assert!(back_off(REFUSED, 0, 0) >= Duration::from_secs(13 * 60));
    }
}
