//! Mail departs: one leaving message is offered to the servers of one recipient domain.
//!
//! What the far side says is written down before anything else happens, together with the bounce it may cause. A crash
//! at any point leaves the recipient waiting: a message is never lost, and comes twice only where the line was cut
//! between the end of the message and its answer.

use crate::domain::mail::{self, FolderRole, Head, Key, MailError};
use crate::domain::outbound::{self, Departure, OutboundError, Recipient, State};
use crate::domain::settings::{self, Brand};
use crate::domain::store::{Staged, StoreError, WriteTx, blob_size, pack, packed};
use crate::domain::trace::{self, NewStep, Passage, StepKind};
use crate::format::mime::{self, Action, Bounce, Failure};
use crate::kernel::clock::Moment;
use crate::kernel::id::{BlobId, DepartureId, PassageId};
use crate::kernel::text::{EmailAddress, cut, one_line};
use crate::kernel::{limits, secret};
use crate::services::metrics::Counters;
use crate::services::office::Office;
use crate::services::outside::{LookupError, Parcel, Receipt};
use crate::services::trace::Unseen;
use std::time::Duration;

/// Recipients offered in one go: what every server takes. RFC 5321 §4.5.3.1.8.
const RECIPIENTS: usize = 100;
/// Exchangers tried in one go.
const EXCHANGERS: usize = 5;
/// The wait after the first try; it doubles up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(4 * 3600);
/// After how long the sender is told of a delay. RFC 5321 §4.5.4.1 leaves it to us.
const DELAY: Duration = Duration::from_secs(4 * 3600);
/// Nothing comes back before so many tries, whatever the clock says: it may have jumped, or the office been off.
const LEAST_TRIES: i64 = 8;
/// The wait until what was said is written again, where the disk is full or fails.
const DISK_WAIT: Duration = Duration::from_secs(10);
/// Characters kept of what a server said.
const WORDS: usize = 500;
/// Bytes of the original that a report is made from.
const ORIGINAL: usize = 128 * 1024;

/// What is left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// Nothing.
    Done,
    /// The same again after a wait.
    Again {
        /// How long to wait.
        wait: Duration,
        /// What was said last.
        why: String,
    },
}

/// Why a departure broke off.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DepartError {
    /// The bounce could not be filed.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<OutboundError> for DepartError {
    fn from(OutboundError::Store(error): OutboundError) -> Self {
        Self::Store(error)
    }
}

impl DepartError {
    /// Whether the same write may go through later.
    const fn is_passing(&self) -> bool {
        let (Self::Store(error) | Self::Mail(MailError::Store(error))) = self else { return false };
        matches!(error, StoreError::Full | StoreError::ReadOnly | StoreError::Busy | StoreError::Disk(_))
    }
}

/// A message about to be offered.
struct Leaving {
    departure: Departure,
    waiting: Vec<Recipient>,
    size: usize,
    brand: Brand,
    passage: Option<Passage>,
}

/// What the far side makes of a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    Later,
    Never,
}

/// What became of one recipient.
#[derive(Debug, Clone)]
struct Outcome {
    recipient: Recipient,
    fate: Fate,
    /// RFC 3463.
    status: String,
    words: String,
    host: Option<String>,
}

/// How far a message came.
enum Reached {
    /// No server gave an answer.
    Nobody { fate: Fate, status: &'static str, words: String },
    /// This one did.
    Server { host: String, receipts: Vec<Receipt> },
}

/// Offers a leaving message to the servers of one recipient domain, and writes down what they say. Safe to run twice.
///
/// # Errors
/// Where the file cannot be read or written; nothing is lost then.
pub async fn depart(office: &Office, message: DepartureId, domain: &str) -> Result<After, DepartError> {
    let Some(Leaving { departure, waiting, size, brand, passage }) = load(office, message, domain).await? else {
        return Ok(After::Done);
    };
    let megabytes = u32::try_from(size / 1_000_000 + 1).unwrap_or(u32::MAX).min(limits::DEPARTING_MEGABYTES);
    let _held = office.departing.acquire_many(megabytes).await.map_err(|_| StoreError::Closed)?;
    let bytes = bytes(office, departure.blob).await?;
    let mut parcel = Parcel {
        reverse_path: Some(departure.reverse_path.clone()).filter(|path| !path.is_empty()),
        recipients: waiting.iter().take(RECIPIENTS).map(|to| to.address.clone()).collect(),
        bytes: without_return_path(bytes),
    };
    let reached = offer(office, domain, &parcel).await;
    let now = office.clock.now();
    let outcomes = judge(&departure, &waiting, &parcel, reached, now);
    outcomes.iter().for_each(|outcome| count(&office.status.counters, outcome.fate));
    parcel.bytes.truncate(ORIGINAL);
    let house = House { hostname: &office.hostname, brand: &brand };
    let reports = reports(house, &departure, &outcomes, &parcel.bytes, now);
    let after = after(&departure, &waiting, &outcomes, now);
    let way = Way { passage, unseen: Unseen::of(&parcel.bytes, size) };
    outcomes.iter().for_each(|outcome| say(&way, message, outcome));
    write_down(office, departure, outcomes, reports, &way).await?;
    Ok(after)
}

/// What is noted of a message while it leaves.
#[derive(Clone)]
struct Way {
    passage: Option<Passage>,
    unseen: Unseen,
}

impl Way {
    fn name(&self) -> &str {
        self.passage.as_ref().map_or(&self.unseen.name, |passage| &passage.name)
    }

    fn id(&self, tx: &WriteTx<'_>, departure: &Departure) -> Result<PassageId, StoreError> {
        match &self.passage {
            Some(passage) => Ok(passage.id),
            // Another domain's part of the same message may have come first.
            None => match trace::of_departure(tx, departure.id)? {
                Some(passage) => Ok(passage.id),
                None => self.unseen.begin(tx, departure),
            },
        }
    }
}

/// Says in the log what another server made of a message.
fn say(way: &Way, departure: DepartureId, outcome: &Outcome) {
    let (mail, to, words) = (way.name(), &outcome.recipient.address, one_line(&outcome.words));
    let (tries, host) = (outcome.recipient.tries + 1, outcome.host.as_deref().unwrap_or_default());
    match outcome.fate {
        Fate::Taken => tracing::info!(door = "queue", mail, %departure, %to, host, tries, words, "mail was delivered"),
        Fate::Later => tracing::info!(door = "queue", mail, %departure, %to, host, tries, words, "mail was put off"),
        Fate::Never => tracing::warn!(door = "queue", mail, %departure, %to, host, tries, words, "mail came back"),
    }
}

fn count(counters: &Counters, fate: Fate) {
    Counters::count(match fate {
        Fate::Taken => &counters.mail_delivered,
        Fate::Later => &counters.mail_deferred,
        Fate::Never => &counters.mail_bounced,
    });
}

async fn load(office: &Office, message: DepartureId, domain: &str) -> Result<Option<Leaving>, DepartError> {
    let domain = domain.to_owned();
    let found = office.store.read(move |tx| {
        let Some(departure) = outbound::departure(tx, message)? else { return Ok(None) };
        let waiting = outbound::pending(tx, message, &domain)?;
        if waiting.is_empty() {
            return Ok(None);
        }
        let size = blob_size(tx, departure.blob)?;
        let passage = trace::of_departure(tx, message)?;
        Ok(Some(Leaving { departure, waiting, size, brand: settings::brand(tx)?, passage }))
    });
    found.await
}

async fn bytes(office: &Office, blob: BlobId) -> Result<Vec<u8>, DepartError> {
    let packed = office.store.read(move |tx| packed(tx, blob)).await?;
    Ok(tokio::task::spawn_blocking(move || packed.unpack()).await.map_err(|_| StoreError::Panicked)??)
}

/// RFC 5321 §4.4: what was written on final delivery, here the sender's own copy, does not go out.
fn without_return_path(mut bytes: Vec<u8>) -> Vec<u8> {
    const NAME: &[u8] = b"return-path:";
    if bytes.get(..NAME.len()).is_some_and(|head| head.eq_ignore_ascii_case(NAME)) {
        let lines = || bytes.split_inclusive(|b| *b == b'\n');
        let folded = lines().skip(1).take_while(|line| matches!(line.first(), Some(b' ' | b'\t')));
        let end: usize = lines().take(1).chain(folded).map(<[u8]>::len).sum();
        bytes.drain(..end);
    }
    bytes
}

/// Offers a message to one exchanger after the other until one answers.
async fn offer(office: &Office, domain: &str, parcel: &Parcel) -> Reached {
    let exchangers = match office.outside.resolver.mail_exchangers(domain).await {
        Ok(found) => found,
        Err(error) => {
            let (fate, status) = match error {
                LookupError::NoMail(_) => (Fate::Never, "5.1.2"),
                LookupError::Failed(_) => (Fate::Later, "4.4.3"),
            };
            return Reached::Nobody { fate, status, words: error.to_string() };
        }
    };
    let mut words = format!("{domain} has no mail server");
    for exchanger in exchangers.iter().take(EXCHANGERS) {
        match office.outside.courier.offer(exchanger, parcel).await {
            Ok(receipts) => return Reached::Server { host: exchanger.host.clone(), receipts },
            Err(error) => words = format!("{}: {error}", exchanger.host),
        }
    }
    Reached::Nobody { fate: Fate::Later, status: "4.4.1", words }
}

/// What became of each recipient. Those who were not offered yet have no outcome, unless nobody was reached at all.
fn judge(departure: &Departure, waiting: &[Recipient], parcel: &Parcel, reached: Reached, now: Moment) -> Vec<Outcome> {
    let said = match reached {
        Reached::Nobody { fate, status, words } => {
            let outcome = |recipient: &Recipient| Outcome {
                recipient: recipient.clone(),
                fate,
                status: status.to_owned(),
                words: words.clone(),
                host: None,
            };
            waiting.iter().map(outcome).collect::<Vec<_>>()
        }
        Reached::Server { host, receipts } => {
            let offered = waiting.iter().take(parcel.recipients.len());
            offered.map(|recipient| answered(recipient, &host, &receipts)).collect()
        }
    };
    said.into_iter().map(|outcome| given_up(departure, outcome, now)).collect()
}

fn answered(recipient: &Recipient, host: &str, receipts: &[Receipt]) -> Outcome {
    let receipt = receipts.iter().find(|receipt| receipt.address == recipient.address);
    let (code, words) = receipt.map_or((451, "no answer"), |receipt| (receipt.code, receipt.words.as_str()));
    let (fate, class) = match code {
        200..=299 => (Fate::Taken, '2'),
        500..=599 => (Fate::Never, '5'),
        _ => (Fate::Later, '4'),
    };
    let status = words.split([' ', '\n']).next().filter(|word| word.starts_with(class) && word.contains('.'));
    Outcome {
        recipient: recipient.clone(),
        fate,
        status: status.map_or_else(|| format!("{class}.0.0"), ToOwned::to_owned),
        words: cut(&one_line(&format!("{code} {words}")), WORDS),
        host: Some(host.to_owned()),
    }
}

/// A recipient who has waited too long fails. RFC 5321 §4.5.4.1.
fn given_up(departure: &Departure, outcome: Outcome, now: Moment) -> Outcome {
    let is_over = now >= departure.gives_up_at && outcome.recipient.tries + 1 >= LEAST_TRIES;
    if outcome.fate != Fate::Later || !is_over {
        return outcome;
    }
    Outcome { fate: Fate::Never, status: "4.4.7".to_owned(), ..outcome }
}

/// In whose name reports are written.
#[derive(Clone, Copy)]
struct House<'a> {
    hostname: &'a str,
    brand: &'a Brand,
}

/// A report to the sender, ready to be filed.
struct Report {
    head: Head,
    raw: Vec<u8>,
}

/// The bounce, and the warning of a delay. A message with an empty reverse path has neither. RFC 5321 §4.5.5.
fn reports(house: House<'_>, departure: &Departure, outcomes: &[Outcome], original: &[u8], now: Moment) -> Vec<Report> {
    let Ok(to) = departure.reverse_path.parse::<EmailAddress>() else { return Vec::new() };
    let warns_at = departure.queued_at.plus(DELAY);
    let failed = outcomes.iter().filter(|outcome| outcome.fate == Fate::Never);
    // The one try that passes the hour warns: the one before was earlier.
    let delayed = outcomes
        .iter()
        .filter(|outcome| outcome.fate == Fate::Later && outcome.recipient.changed_at < warns_at && now >= warns_at);
    let made = [
        report(house, Action::Failed, departure, &to, failed, original, now),
        report(house, Action::Delayed, departure, &to, delayed, original, now),
    ];
    made.into_iter().flatten().collect()
}

fn report<'o>(
    house: House<'_>,
    action: Action,
    departure: &Departure,
    to: &EmailAddress,
    outcomes: impl Iterator<Item = &'o Outcome>,
    original: &[u8],
    now: Moment,
) -> Option<Report> {
    let failures: Vec<Failure> = outcomes.filter_map(failure).collect();
    if failures.is_empty() {
        return None;
    }
    let from = format!("postmaster@{}", to.domain()).parse().ok()?;
    let message_id = format!("{}@{}", &secret::token()[..22], house.hostname);
    let raw = mime::bounce(&Bounce {
        action,
        reporting_host: house.hostname,
        company: &house.brand.company,
        imprint: &house.brand.imprint(),
        from: &from,
        to,
        failures: &failures,
        original,
        arrived_at: departure.queued_at,
        message_id: &message_id,
        date: now,
    });
    let mut head = Head::of(&mime::parse(&raw), raw.len(), now);
    head.is_inside = true;
    head.answers = mime::header_value(original, "message-id")
        .map(|id| Key::of(id.trim().trim_start_matches('<').trim_end_matches('>')))
        .into_iter()
        .collect();
    Some(Report { head, raw })
}

fn failure(outcome: &Outcome) -> Option<Failure> {
    Some(Failure {
        address: outcome.recipient.address.parse().ok()?,
        status: outcome.status.clone(),
        diagnostic: outcome.words.clone(),
        remote_host: outcome.host.clone(),
    })
}

/// When to go on: at once while some were not offered yet or a server took as many as it takes at once, else later.
/// It is over only where nobody waits any more.
fn after(departure: &Departure, waiting: &[Recipient], outcomes: &[Outcome], now: Moment) -> After {
    let later: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.fate == Fate::Later).collect();
    let why = later.first().map_or_else(String::new, |outcome| outcome.words.clone());
    let has_taken = outcomes.iter().any(|outcome| outcome.fate == Fate::Taken);
    // RFC 5321 §4.5.3.1.10: 452 after some recipients means "send me these, then come again".
    let is_full = has_taken && later.iter().any(|outcome| outcome.words.starts_with("452"));
    // Those tried least stand first: the rest goes at once while it was tried no more often than they.
    let rest = &waiting[outcomes.len().min(waiting.len())..];
    let has_more = rest.first().is_some_and(|next| later.is_empty() || next.tries == waiting[0].tries);
    if has_more || is_full {
        return After::Again { wait: Duration::ZERO, why };
    }
    let Some(tries) = later.iter().map(|outcome| outcome.recipient.tries).min() else { return After::Done };
    let left = departure.gives_up_at.since(now);
    let wait = back_off(tries);
    let wait = if left.is_zero() { wait } else { wait.min(left) };
    After::Again { wait, why }
}

/// One minute, doubling up to four hours; a fifth more or less, so that not all come back at the same moment.
pub(super) fn back_off(tries: i64) -> Duration {
    let doublings = u32::try_from(tries.clamp(0, 16)).unwrap_or(0);
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    let chance = u32::from(secret::random::<1>()[0]);
    wait * (800 + chance * 400 / 255) / 1000
}

/// Writes down what was said. A message that was taken must not go out again because the disk was full for a while: so
/// this waits for the disk.
async fn write_down(
    office: &Office,
    departure: Departure,
    outcomes: Vec<Outcome>,
    reports: Vec<Report>,
    way: &Way,
) -> Result<(), DepartError> {
    let id = departure.id;
    loop {
        match write_once(office, &departure, &outcomes, &reports, way).await {
            Err(error) if error.is_passing() => {
                tracing::error!(departure = %id, %error, "what another server said cannot be written down yet");
                office.clock.sleep_until(office.clock.now().plus(DISK_WAIT)).await;
            }
            done => return done,
        }
    }
}

async fn write_once(
    office: &Office,
    departure: &Departure,
    outcomes: &[Outcome],
    reports: &[Report],
    way: &Way,
) -> Result<(), DepartError> {
    let mut staged = Vec::new();
    for report in reports {
        staged.push((report.head.clone(), office.store.stage(pack(&report.raw)).await?));
    }
    let (departure, outcomes, way) = (departure.clone(), outcomes.to_vec(), way.clone());
    office.store.write(move |tx| settle(tx, &departure, &outcomes, &staged, &way)).await
}

/// What was said and the bounce it causes are one act.
fn settle(
    tx: &mut WriteTx<'_>,
    departure: &Departure,
    outcomes: &[Outcome],
    reports: &[(Head, Staged)],
    way: &Way,
) -> Result<(), DepartError> {
    let passage = way.id(tx, departure)?;
    for outcome in outcomes {
        let (state, kind) = match outcome.fate {
            Fate::Taken => (State::Sent, StepKind::Delivered),
            Fate::Later => (State::Waiting, StepKind::Deferred),
            Fate::Never => (State::Failed, StepKind::Failed),
        };
        let address = &outcome.recipient.address;
        outbound::settle(tx, departure.id, address, state, &outcome.words)?;
        let words = match &outcome.host {
            Some(host) => format!("{host}: {}", outcome.words),
            None => outcome.words.clone(),
        };
        trace::note(tx, passage, NewStep::new(kind, address, &words))?;
    }
    for (head, bytes) in reports {
        let message = mail::file(tx, head, bytes)?;
        let item = mail::deliver(tx, departure.sender, FolderRole::Inbox, message, head)?;
        let (to, words) = (departure.reverse_path.as_str(), head.subject.as_str());
        let step = NewStep { kind: StepKind::Reported, ..NewStep::filed(departure.sender, item, to, words) };
        trace::note(tx, passage, step)?;
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
