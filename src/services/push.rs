//! Push: wakes closed browsers through the push services of their makers. RFC 8030, 8291, 8292.
//!
//! What was said owes one job in its own transaction; when that runs, it finds out whom it wakes, and owes each of them
//! one. That one asks again at the last moment: whoever is looking, does not want to be disturbed, has read it or may no
//! longer read it is left in peace. Safe to run twice: a notice takes the place of an older one of its conversation.

mod note;

use crate::domain::calendar::CalendarError;
use crate::domain::chat::{self, ChatError, NewMessage, Said};
use crate::domain::job::{About, Job};
use crate::domain::people::{self, PeopleError};
use crate::domain::policy::{self, Act};
use crate::domain::push::{self, Choices, NewSubscription, PushError, Subscription};
use crate::domain::settings::{self, SettingError};
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::format::push::{Keys, PushFormatError, Vapid, sealed};
use crate::kernel::clock::Moment;
use crate::kernel::id::{
    ChatMessageId, ConversationId, CrossingId, ItemId, PersonId, ReminderId, SessionId, SubscriptionId,
};
use crate::kernel::secret::Secret;
use crate::services::depart::After;
use crate::services::fetcher::origin;
use crate::services::filter;
use crate::services::office::Office;
use crate::services::outside::{FetchError, Post};
use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;
use futures_util::future::join_all;
use note::Note;
use std::time::Duration;

/// The wait before anybody is woken: who is looking has read it by then.
const GRACE: Duration = Duration::from_secs(4);
/// Wakings of one person in an hour.
const AN_HOUR: i64 = 60;
/// The first wait after a service did not answer; later ones are as long as the notice is old.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// The longest wait that a service may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// Why a device cannot be woken.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PushServiceError {
    /// A rule of the office bars it; the words say which.
    #[error("{0}")]
    Off(String),
    /// Not what a browser gives.
    #[error("this is no subscription of a browser")]
    BadSubscription,
    /// The keys.
    #[error(transparent)]
    Format(#[from] PushFormatError),
    /// What the module refuses.
    #[error(transparent)]
    Push(#[from] PushError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PeopleError> for PushServiceError {
    fn from(error: PeopleError) -> Self {
        Self::Store(error.into())
    }
}

impl From<CalendarError> for PushServiceError {
    fn from(error: CalendarError) -> Self {
        Self::Store(error.into())
    }
}

impl From<ChatError> for PushServiceError {
    fn from(error: ChatError) -> Self {
        Self::Store(error.into())
    }
}

/// Whether a person's devices may be woken.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_on(tx: &ReadTx<'_>, who: PersonId) -> Result<bool, StoreError> {
    Ok(policy::of(tx, who, Act::Push)?.is_on())
}

/// The office's key pair; made at the first need, and kept in the file, so that a restored office goes on waking.
async fn pair(office: &Office) -> Result<(Vapid, Secret), PushServiceError> {
    let kept = office.store.read(|tx| settings::get(tx, settings::PUSH_PAIR)).await?;
    let kept = if kept.is_empty() { make_pair(office).await? } else { Secret::new(kept) };
    Ok((Vapid::read(&kept)?, kept))
}

async fn make_pair(office: &Office) -> Result<Secret, PushServiceError> {
    let fresh = Vapid::fresh()?;
    let written = office.store.write(move |tx| {
        let kept = settings::get(tx, settings::PUSH_PAIR)?;
        if !kept.is_empty() {
            return Ok(Secret::new(kept));
        }
        settings::set(tx, settings::PUSH_PAIR, fresh.reveal()).map(|()| fresh)
    });
    written.await.map_err(|error: SettingError| match error {
        SettingError::Store(error) => error.into(),
        SettingError::Value { .. } => PushServiceError::Format(PushFormatError::Pair),
    })
}

/// The key that a person's browsers subscribe with.
///
/// # Errors
/// `Off`, with the reason.
pub async fn public_key(office: &Office, who: PersonId) -> Result<String, PushServiceError> {
    let verdict = office.store.read(move |tx| policy::of(tx, who, Act::Push)).await?;
    if !verdict.is_on() {
        return Err(PushServiceError::Off(verdict.refusal().to_string()));
    }
    Ok(pair(office).await?.0.public())
}

/// What a browser gives: `PushSubscription.toJSON()`.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Given {
    endpoint: String,
    keys: GivenKeys,
}

#[derive(Debug, Clone, serde::Deserialize)]
struct GivenKeys {
    p256dh: String,
    auth: String,
}

impl Given {
    /// What is kept of it.
    ///
    /// # Errors
    /// `BadSubscription` where its address is not https, or its keys are none.
    pub fn kept(self, person: PersonId, session: SessionId, device: &str) -> Result<NewSubscription, PushServiceError> {
        let keys = Keys::read(&self.keys.p256dh, &self.keys.auth).map_err(|_| PushServiceError::BadSubscription)?;
        origin(&self.endpoint).ok_or(PushServiceError::BadSubscription)?;
        Ok(NewSubscription { person, session, endpoint: self.endpoint, keys, device: device.to_owned() })
    }
}

/// Says a message in a conversation, and owes finding out whom it wakes and whose rules it concerns: how everything that people say is said.
///
/// # Errors
/// What [`chat::say`] refuses.
pub fn say(tx: &mut WriteTx<'_>, who: PersonId, new: &NewMessage) -> Result<Said, ChatError> {
    let said = chat::say(tx, who, new)?;
    if said.is_new {
        owe_ring(tx, new.to, said.message)?;
        filter::owe(tx, who, new.to, said.message)?;
    }
    Ok(said)
}

/// Owes finding out whom a message wakes: for the transaction that says it. Costs one look where nobody may be woken.
///
/// # Errors
/// Where the file cannot be written.
pub fn owe_ring(tx: &mut WriteTx<'_>, conversation: ConversationId, message: ChatMessageId) -> Result<(), StoreError> {
    if push::is_anybody(tx)? && policy::is_anywhere(tx, Act::Push, "on")? {
        tx.enqueue(&Job::Ring { conversation, message }, GRACE)?;
    }
    Ok(())
}

/// Owes waking a person for new mail, where the person wants it: for the transaction that delivers it.
///
/// # Errors
/// Where the file cannot be written.
pub fn owe_mail(tx: &mut WriteTx<'_>, who: PersonId, item: ItemId) -> Result<(), StoreError> {
    if push::choices(tx, who)?.is_mail && push::has_subscription(tx, who)? && is_on(tx, who)? {
        let job = Job::Push { person: who, device: None, about: About::Mail(item), owed_at: tx.now() };
        tx.enqueue(&job, GRACE)?;
    }
    Ok(())
}

/// Owes waking a person for what is planned, at once: for the transaction in which it rings.
///
/// # Errors
/// Where the file cannot be written.
pub fn owe_reminder(tx: &mut WriteTx<'_>, who: PersonId, reminder: ReminderId) -> Result<(), StoreError> {
    if push::has_subscription(tx, who)? && is_on(tx, who)? {
        let about = About::Reminder(reminder);
        tx.enqueue(&Job::Push { person: who, device: None, about, owed_at: tx.now() }, Duration::ZERO)?;
    }
    Ok(())
}

/// Owes waking a person for a price that has crossed an alert, at once: for the transaction that tells of it.
///
/// # Errors
/// Where the file cannot be written.
pub fn owe_alert(tx: &mut WriteTx<'_>, who: PersonId, crossing: CrossingId) -> Result<(), StoreError> {
    if push::has_subscription(tx, who)? && is_on(tx, who)? {
        let about = About::Alert(crossing);
        tx.enqueue(&Job::Push { person: who, device: None, about, owed_at: tx.now() }, Duration::ZERO)?;
    }
    Ok(())
}

/// Owes a notice to one device, to try it.
///
/// # Errors
/// `NoSubscription` where it is not this person's.
pub fn owe_test(tx: &mut WriteTx<'_>, who: PersonId, device: SubscriptionId) -> Result<(), PushError> {
    if !push::subscriptions(tx, who)?.iter().any(|one| one.id == device) {
        return Err(PushError::NoSubscription);
    }
    let job = Job::Push { person: who, device: Some(device), about: About::Test, owed_at: tx.now() };
    tx.enqueue(&job, Duration::ZERO)?;
    Ok(())
}

/// Owes waking each of those whom a message wakes.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn ring(
    office: &Office,
    conversation: ConversationId,
    message: ChatMessageId,
) -> Result<After, PushServiceError> {
    let found = office.store.read(move |tx| {
        let mut woken = Vec::new();
        for person in push::people(tx)? {
            if is_on(tx, person)? && note::is_rung(tx, person, conversation, message)? {
                woken.push(person);
            }
        }
        Ok::<_, PushServiceError>(woken)
    });
    let woken = found.await?;
    if !woken.is_empty() {
        let owed = office.store.write(move |tx| {
            for person in woken {
                let job = Job::Push { person, device: None, about: About::Message(message), owed_at: tx.now() };
                tx.enqueue(&job, Duration::ZERO)?;
            }
            Ok::<_, StoreError>(())
        });
        owed.await?;
    }
    Ok(After::Done)
}

/// One waking.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// Whom.
    pub person: PersonId,
    /// On this device alone.
    pub device: Option<SubscriptionId>,
    /// What for.
    pub about: About,
    /// When it came to be owed.
    pub owed_at: Moment,
}

/// What became of one device.
enum Fate {
    /// Its service took the notice.
    Taken,
    /// It is no more.
    Gone,
    /// Its service will not have this notice.
    Refused(String),
    /// To be tried again.
    Later(Duration, String),
}

/// Wakes a person, where that is still wanted.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn push(office: &Office, call: Call) -> Result<After, PushServiceError> {
    if call.about != About::Test && (office.presence.is_in_use(call.person) || office.presence.is_busy(call.person)) {
        return Ok(After::Done);
    }
    let Some(Ready { note, devices, contact }) = office.store.read(move |tx| ready(tx, call)).await? else {
        return Ok(After::Done);
    };
    let counted = office.store.write(move |tx| push::count(tx, call.person, AN_HOUR)).await?;
    if !counted {
        return Ok(After::Done);
    }
    let (vapid, kept) = pair(office).await?;
    let send = Send { office, vapid: &vapid, topic: note.topic(&kept), note: &note, contact: &contact, call };
    let fates = join_all(devices.iter().map(|device| send.to(device))).await;
    let outcomes: Vec<_> = devices.iter().map(|device| device.id).zip(fates).collect();
    office.store.write(move |tx| settle(tx, call, &outcomes)).await.map_err(PushServiceError::from)
}

/// All that sending needs.
struct Ready {
    note: Note,
    devices: Vec<Subscription>,
    /// Whom a push service may write to.
    contact: String,
}

/// What is to be said, and to which devices; `None` where nothing is any more.
fn ready(tx: &ReadTx<'_>, call: Call) -> Result<Option<Ready>, PushServiceError> {
    if !is_on(tx, call.person)? {
        return Ok(None);
    }
    let chosen = push::choices(tx, call.person)?;
    if call.about != About::Test && is_quiet(&chosen, tx.now()) {
        return Ok(None);
    }
    let Some(note) = note::read(tx, call.person, call.about, &chosen)? else { return Ok(None) };
    if tx.now().since(call.owed_at) > note.life {
        return Ok(None);
    }
    let mut devices = push::subscriptions(tx, call.person)?;
    devices.retain(|device| call.device.is_none_or(|only| only == device.id));
    let domain = people::primary_domain(tx)?.unwrap_or_else(|| "localhost".to_owned());
    let contact = format!("mailto:postmaster@{domain}");
    Ok((!devices.is_empty()).then_some(Ready { note, devices, contact }))
}

/// Whether a person's quiet hours hold, in the person's own zone.
fn is_quiet(chosen: &Choices, now: Moment) -> bool {
    let Some(quiet) = chosen.quiet else { return false };
    let utc: DateTime<Utc> = DateTime::from_timestamp_millis(now.millis()).unwrap_or_default();
    let there = utc.with_timezone(&chosen.zone.parse().unwrap_or(Tz::UTC));
    quiet.holds_at(u16::try_from(there.hour() * 60 + there.minute()).unwrap_or(0))
}

/// One notice on its way to several devices.
struct Send<'a> {
    office: &'a Office,
    vapid: &'a Vapid,
    topic: String,
    note: &'a Note,
    contact: &'a str,
    call: Call,
}

impl Send<'_> {
    async fn to(&self, device: &Subscription) -> Fate {
        let now = self.office.clock.now();
        let Some(audience) = origin(&device.endpoint) else { return Fate::Gone };
        let sealed = sealed(self.note.payload(now).as_bytes(), &device.keys);
        let signed = self.vapid.authorization(&audience, self.contact, now);
        let (body, authorization) = match (sealed, signed) {
            (Ok(body), Ok(authorization)) => (body, authorization),
            (Err(error), _) | (_, Err(error)) => return Fate::Refused(error.to_string()),
        };
        let headers = vec![
            ("authorization", authorization),
            ("content-encoding", "aes128gcm".to_owned()),
            ("content-type", "application/octet-stream".to_owned()),
            ("ttl", self.note.life.as_secs().to_string()),
            ("urgency", self.note.urgency.to_owned()),
            ("topic", self.topic.clone()),
        ];
        let post = Post { url: device.endpoint.clone(), headers, body };
        let age = now.since(self.call.owed_at).clamp(FIRST_WAIT, LONGEST_WAIT);
        match self.office.outside.fetcher.post(&post).await {
            Ok(answer) => match answer.status {
                200..=299 => Fate::Taken,
                // RFC 8030 §7.3: it has run out; or the service has never heard of it.
                404 | 410 => Fate::Gone,
                429 | 500..=599 => {
                    let wait = answer.retry_after.unwrap_or(age).clamp(FIRST_WAIT, LONGEST_WAIT);
                    Fate::Later(wait, format!("the push service answers {}", answer.status))
                }
                status => Fate::Refused(format!("the push service answers {status}")),
            },
            Err(error @ (FetchError::Forbidden(_) | FetchError::NoHost(_))) => Fate::Refused(error.to_string()),
            Err(FetchError::Later(why)) => Fate::Later(age, why),
        }
    }
}

/// Writes down what became of each device. One that is to be tried again is owed a job of its own.
fn settle(tx: &mut WriteTx<'_>, call: Call, outcomes: &[(SubscriptionId, Fate)]) -> Result<After, PushError> {
    let mut after = After::Done;
    for (device, fate) in outcomes {
        match fate {
            Fate::Taken => push::note_sent(tx, *device)?,
            Fate::Gone => push::forget(tx, *device)?,
            Fate::Refused(why) => push::note_failure(tx, *device, why)?,
            Fate::Later(wait, why) => {
                push::note_failure(tx, *device, why)?;
                if call.device.is_some() {
                    after = After::Again { wait: *wait, why: why.clone() };
                } else {
                    let Call { person, about, owed_at, .. } = call;
                    tx.enqueue(&Job::Push { person, device: Some(*device), about, owed_at }, *wait)?;
                }
            }
        }
    }
    Ok(after)
}

#[cfg(test)]
mod tests;
