//! What the verbs of the mail queue, the audit and the usage do: the twins of their pages.

use super::cli::Queue;
use super::verbs::{VerbError, say};
use crate::domain::audit::{self, Actor, Wanted};
use crate::domain::outbound;
use crate::domain::store::StoreError;
use crate::domain::trace::StepKind;
use crate::domain::usage;
use crate::kernel::clock::Moment;
use crate::kernel::id::DepartureId;
use crate::kernel::text::one_line;
use crate::services::dns::{self, State};
use crate::services::office::Office;
use crate::services::queue::{self, Deed};
use crate::services::trace::{self, Told};
use chrono::{DateTime, Days, Local};

pub(super) use crate::format::day::rfc3339 as written;

/// Messages that are printed.
const ROWS: usize = 10_000;

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

/// Prints the days up to today, each as the machine's clock has it.
pub(super) fn usage(office: &Office, span: u64) -> Result<(), VerbError> {
    let date_of = |at: Moment| {
        DateTime::from_timestamp_millis(at.millis()).unwrap_or_default().with_timezone(&Local).date_naive()
    };
    let first = date_of(office.clock.now()) - Days::new(span - 1);
    let days = office.store.read_here(|tx| usage::days(tx, date_of, first))?;
    crate::services::usage::csv(&days).lines().try_for_each(say)?;
    Ok(())
}

/// Prints each message that the words may mean, newest first, with a line for each step.
pub(super) fn trace(office: &Office, words: &str) -> Result<(), VerbError> {
    let found = office.store.read_here(|tx| trace::find(tx, words))?;
    if found.is_empty() {
        return Err(VerbError::Said(format!("no message that came in or went out is {words}, or from or to it")));
    }
    for story in found {
        let (it, from) = (&story.passage, if story.passage.sender.is_empty() { "<>" } else { &story.passage.sender });
        let line = format!("{} {} {from} {} {} <{}>", it.name, written(it.at), it.door, it.origin, it.message_id);
        say(&one_line(&format!("{line} {}", it.subject)))?;
        for told in &story.steps {
            let (at, what) = (written(told.step.at), step(told));
            say(one_line(&format!("  {at} {what} {} {}", told.step.address, told.now)).trim_end())?;
        }
        for wait in &story.waits {
            let (tries, until) = (wait.tries, written(wait.until));
            say(&one_line(&format!("  waits for {} tried {tries} until {until} {}", wait.address, wait.said)))?;
        }
    }
    Ok(())
}

fn step(told: &Told) -> String {
    let words = &told.step.words;
    match told.step.kind {
        StepKind::Taken => format!("taken by {words}"),
        StepKind::Filed => format!("filed in {words} of {}", told.whose),
        StepKind::Said => "taken by a room or a conversation".to_owned(),
        StepKind::Queued => "queued".to_owned(),
        StepKind::Delivered => format!("delivered: {words}"),
        StepKind::Deferred => format!("put off: {words}"),
        StepKind::Failed => format!("failed: {words}"),
        StepKind::Reported => format!("sender told: {words}"),
        StepKind::Dropped => "dropped by an administrator".to_owned(),
    }
}

/// Asks the Domain Name System, and prints a line for each record.
pub(super) async fn dns(office: &Office) -> Result<(), VerbError> {
    let report = dns::look(office).await?;
    for one in &report.records {
        let state = match one.state {
            State::Good => "found",
            State::Missing => "missing",
            State::Other => "another one",
            State::Unknown => "no answer",
        };
        let (name, kind, value) = (&one.wanted.name, one.wanted.kind.name(), &one.wanted.value);
        say(one_line(&format!("{state:<12} {name} {kind} {value} {}", one.found.join(", "))).trim_end())?;
    }
    match report.broken() {
        0 => Ok(()),
        many => Err(VerbError::Said(format!("{many} of {} records are not as they must be", report.records.len()))),
    }
}
