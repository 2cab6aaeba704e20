//! What the verbs of the mail queue and the audit do: the twins of their pages.

use super::cli::Queue;
use super::verbs::{VerbError, say};
use crate::domain::audit::{self, Actor, Wanted};
use crate::domain::outbound;
use crate::domain::store::StoreError;
use crate::kernel::clock::Moment;
use crate::kernel::id::DepartureId;
use crate::kernel::text::one_line;
use crate::services::office::Office;
use crate::services::queue::{self, Deed};
use chrono::{DateTime, SecondsFormat};

/// Messages that are printed.
const ROWS: usize = 10_000;

/// A moment as RFC 3339 has it.
fn written(at: Moment) -> String {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) async fn queue(office: &Office, verb: Queue) -> Result<(), VerbError> {
    match verb {
        Queue::List => list(office),
        Queue::Retry { message } => act(office, message, Deed::Retry).await,
        Queue::Drop { message } => act(office, message, Deed::Drop).await,
    }
}

fn list(office: &Office) -> Result<(), VerbError> {
    let waiting = office.store.read_here(|tx| outbound::waiting(tx, ROWS)).map_err(StoreError::from)?;
    for message in waiting {
        for to in message.recipients {
            let (since, reply) = (written(message.queued_at), one_line(&to.last_reply));
            say(&format!("{:>6} {since} {:<40} tried {:>3} {reply}", message.id, to.address, to.tries))?;
        }
    }
    Ok(())
}

async fn act(office: &Office, message: i64, deed: Deed) -> Result<(), VerbError> {
    let id = DepartureId::new(message);
    match office.store.write(move |tx| queue::act(tx, &Actor::console(), id, deed)).await? {
        true => Ok(()),
        false => Err(VerbError::Said(format!("no message {message} waits; see: hailstone queue list"))),
    }
}

pub(super) fn audit(office: &Office, act: String, most: usize) -> Result<(), VerbError> {
    let wanted = Wanted { act, ..Wanted::default() };
    for entry in office.store.read_here(|tx| audit::entries(tx, &wanted, most))? {
        let change = match (entry.before.as_str(), entry.after.as_str()) {
            ("", after) => after.to_owned(),
            (before, after) => format!("{before} → {after}"),
        };
        let (at, who, origin) = (written(entry.at), &entry.who, &entry.origin);
        say(&one_line(&format!("{at} {who} ({origin}) {} {} {change}", entry.act, entry.subject)))?;
    }
    Ok(())
}
