//! Nudges: what lies unread in a conversation becomes one mail, and the answer to that mail is said in the conversation.
//!
//! The answer goes to an address that only this mail holds: it names the person and the conversation, and a mark over
//! both proves it. Whoever has it speaks as that person there, as with a link to reset a password; so it is never shown
//! to anybody else, and one of our own who is signed in as somebody else is refused. Automatic mail says nothing.

mod letter;
#[cfg(test)]
mod tests;

use crate::domain::chat::{self, ChatError, Conversation, Message, MessageKind, NewMessage, Waiting, Window};
use crate::domain::job::Job;
use crate::domain::mail::{self, FolderRole, Head, MailError};
use crate::domain::people::{self, PeopleError};
use crate::domain::push;
use crate::domain::settings::{self, SettingError};
use crate::domain::store::{ReadTx, Staged, StoreError, WriteTx};
use crate::format::mime::{BuildError, own_words};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, PersonId};
use crate::kernel::limits;
use crate::kernel::secret;
use crate::kernel::text::{EmailAddress, cut};
use crate::services::depart::After;
use crate::services::office::Office;
use crate::services::push as waking;
use letter::{House, Letter};
use std::time::Duration;

/// Signs of the mark that proves an address: 80 bits.
const MARK: usize = 20;
/// Messages of one mail.
const MESSAGES: usize = 50;
/// Bytes of an answer that are looked through for the sender's own words.
const ANSWER: usize = 256 * 1024;

/// Why a nudge broke off.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NudgeError {
    /// The mail cannot be written.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ChatError> for NudgeError {
    fn from(error: ChatError) -> Self {
        Self::Store(error.into())
    }
}

impl From<PeopleError> for NudgeError {
    fn from(error: PeopleError) -> Self {
        Self::Store(error.into())
    }
}

impl From<MailError> for NudgeError {
    fn from(error: MailError) -> Self {
        Self::Store(error.into())
    }
}

impl From<push::PushError> for NudgeError {
    fn from(error: push::PushError) -> Self {
        Self::Store(error.into())
    }
}

impl From<SettingError> for NudgeError {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Store(error) => Self::Store(error),
            SettingError::Value { .. } => Self::Store(StoreError::Sqlite(error.to_string())),
        }
    }
}

/// The address that answers as `who` into a conversation.
fn address(key: &str, domain: &str, who: PersonId, conversation: ConversationId) -> String {
    format!("chat+{conversation}.{who}.{}@{domain}", mark(key, who, conversation))
}

/// Mail programs may write addresses in lower case, so the mark is of digits alone.
fn mark(key: &str, who: PersonId, conversation: ConversationId) -> String {
    let words = format!("chat {conversation} {who}");
    secret::sha256_hex(secret::mark(key.as_bytes(), &words).as_bytes(), MARK)
}

/// What the addresses that take answers begin with.
const ANSWERS: &str = "chat+";

/// Whether an address looks like one that takes answers: mail for any other is spared reading what it answers.
#[must_use]
pub fn may_answer(to: &EmailAddress) -> bool {
    to.local().get(..ANSWERS.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(ANSWERS))
}

/// As whom, and where, an address lets its holder speak; `None` for any other address, and for a mark that is none.
///
/// # Errors
/// Where the file cannot be read.
pub fn answering(tx: &ReadTx<'_>, to: &EmailAddress) -> Result<Option<(PersonId, ConversationId)>, StoreError> {
    if !may_answer(to) {
        return Ok(None);
    }
    let local = to.local().to_ascii_lowercase();
    let mut parts = local.strip_prefix(ANSWERS).unwrap_or_default().split('.');
    let (Some(conversation), Some(who), Some(said), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let (Ok(conversation), Ok(who)) = (conversation.parse(), who.parse()) else { return Ok(None) };
    let key = settings::get(tx, settings::CHAT_MAIL_KEY)?;
    let is_ours = !key.is_empty() && people::domains(tx)?.iter().any(|domain| domain == to.domain());
    Ok((is_ours && secret::same(&mark(&key, who, conversation), said)).then_some((who, conversation)))
}

/// What an answer says, and the name that it is said by once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    text: String,
    client_id: String,
}

impl Answer {
    /// The sender's own words of a mail, without quotations and signature.
    #[must_use]
    pub fn new(text: &str, message_id: &str) -> Self {
        let whole = text.char_indices().nth(ANSWER).map_or(text, |(end, _)| &text[..end]);
        let name = if message_id.is_empty() { text } else { message_id };
        let client_id: String = secret::mark(b"mail", name).chars().take(40).collect();
        Self { text: cut(own_words(whole).trim(), limits::CHAT_TEXT), client_id: format!("mail-{client_id}") }
    }
}

/// Owes saying an answer: for the transaction that takes its mail in.
///
/// # Errors
/// Where the file cannot be written.
pub fn owe_answer(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    conversation: ConversationId,
    answer: &Answer,
) -> Result<(), StoreError> {
    let Answer { text, client_id } = answer.clone();
    tx.enqueue(&Job::Answer { person: who, conversation, text, client_id }, Duration::ZERO)?;
    Ok(())
}

/// Says an answer that came by mail. What cannot be said comes back to the person as mail. Safe to run twice.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn answer(
    office: &Office,
    who: PersonId,
    conversation: ConversationId,
    text: &str,
    client_id: &str,
) -> Result<After, NudgeError> {
    let new = NewMessage {
        to: conversation,
        text: text.to_owned(),
        client_id: client_id.to_owned(),
        answers: None,
        thread: None,
        files: Vec::new(),
        kind: MessageKind::Text,
    };
    let said = office.store.write(move |tx| {
        if people::person(tx, who)?.is_none_or(|person| person.is_disabled) {
            return Ok(());
        }
        waking::say(tx, who, &new)?;
        Ok(())
    });
    match said.await {
        Ok(()) => Ok(After::Done),
        Err(ChatError::Store(error)) => Err(error.into()),
        Err(ChatError::Slow(wait)) => Ok(After::Again { wait, why: "the room is slowed down".to_owned() }),
        Err(refused) => {
            bring_back(office, who, conversation, text, client_id, &refused).await?;
            Ok(After::Done)
        }
    }
}

/// Tells a person by mail why an answer was not said.
async fn bring_back(
    office: &Office,
    who: PersonId,
    conversation: ConversationId,
    text: &str,
    client_id: &str,
    refused: &ChatError,
) -> Result<(), NudgeError> {
    let found = office.store.read(move |tx| {
        Ok::<_, NudgeError>((people::person(tx, who)?, people::primary_domain(tx)?, settings::brand(tx)?))
    });
    let (Some(person), Some(domain), brand) = found.await? else { return Ok(()) };
    let (company, imprint, hostname) = (&*brand.company, &*brand.imprint(), &*office.hostname);
    let house = House { key: "", domain: &domain, hostname, company, imprint };
    let letter = Letter::back(&house, &person, (client_id, text), &refused.to_string());
    let (head, packed) = letter.written(office.clock.now())?;
    let staged = office.store.stage(packed).await?;
    let filed = office
        .store
        .write(move |tx| if mail::has_message(tx, who, head.key)? { Ok(()) } else { file(tx, who, &head, &staged) });
    tracing::info!(person = %who, %conversation, why = %refused, "an answer by mail was not said");
    Ok(filed.await?)
}

/// Mails everybody who is away what has waited long enough. Returns how many mails were written. Safe to run twice:
/// what was told is marked in the transaction that delivers the mail.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn round(office: &Office) -> Result<usize, NudgeError> {
    let found = office.store.read(|tx| {
        let Some(patience) = after_minutes(tx)? else { return Ok(None) };
        Ok::<_, NudgeError>(Some((patience, chat::waiting(tx, tx.now().minus(patience))?)))
    });
    let Some((patience, waiting)) = found.await? else { return Ok(0) };
    let mut count = 0;
    for one in waiting {
        if office.presence.ring_target(one.person).is_none()
            && let Some(letter) = due(office, one, patience).await?
        {
            count += usize::from(deliver(office, one, letter).await?);
        }
    }
    Ok(count)
}

fn after_minutes(tx: &ReadTx<'_>) -> Result<Option<Duration>, StoreError> {
    let minutes: u64 = settings::get(tx, settings::MAIL_AFTER_MINUTES)?.parse().unwrap_or(0);
    Ok((minutes > 0).then(|| Duration::from_secs(minutes * 60)))
}

/// The key that marks are made with; made at the first need.
async fn key(office: &Office) -> Result<String, NudgeError> {
    let kept = office.store.read(|tx| settings::get(tx, settings::CHAT_MAIL_KEY)).await?;
    if !kept.is_empty() {
        return Ok(kept);
    }
    let made = office.store.write(|tx| {
        let kept = settings::get(tx, settings::CHAT_MAIL_KEY)?;
        if !kept.is_empty() {
            return Ok(kept);
        }
        let fresh = secret::token();
        settings::set(tx, settings::CHAT_MAIL_KEY, &fresh).map(|()| fresh)
    });
    Ok(made.await?)
}

/// The mail that a person who is away is due of a conversation; `None` where nothing has waited long enough, or an
/// earlier mail tells of it and nothing was read since.
async fn due(office: &Office, waiting: Waiting, patience: Duration) -> Result<Option<Letter>, NudgeError> {
    let since = office.presence.seen_at(waiting.person).unwrap_or(Moment::from_millis(0));
    let (key, hostname) = (key(office).await?, office.hostname.clone());
    let found = office.store.read(move |tx| {
        let Waiting { person: who, conversation, .. } = waiting;
        let person = people::person(tx, who)?.filter(|person| !person.is_disabled);
        let (Some(person), Some(domain)) = (person, people::primary_domain(tx)?) else { return Ok(None) };
        let (chosen, here) = (push::choices(tx, who)?, chat::conversation(tx, who, conversation)?);
        if !chosen.is_mailed || here.read < waiting.after {
            return Ok(None);
        }
        let said = ringing(tx, &here, who, since)?;
        let has_waited = said.first().is_some_and(|first| first.said_at.plus(patience) <= tx.now());
        let brand = settings::brand(tx)?;
        let (company, imprint) = (&*brand.company, &*brand.imprint());
        let house = House { key: &key, domain: &domain, hostname: &hostname, company, imprint };
        Ok::<_, NudgeError>(has_waited.then(|| Letter::unread(&house, &person, &here, &said, &chosen.zone)))
    });
    found.await
}

/// The unread messages that ring for a person and came after the person was last here, oldest first.
fn ringing(tx: &ReadTx<'_>, here: &Conversation, who: PersonId, since: Moment) -> Result<Vec<Message>, ChatError> {
    let mut said = chat::log(tx, who, here.id, Window::After(here.read))?.messages;
    said.retain(|message| {
        let Message { pings, pings_all, said_by, .. } = message;
        let rings = chat::rings(here.level, here.kind, who, pings, *pings_all, *said_by);
        rings && !message.is_deleted && message.kind != MessageKind::Notice && message.said_at > since
    });
    said.truncate(MESSAGES);
    Ok(said)
}

/// Delivers a mail, unless it was delivered before or its conversation has been read meanwhile.
async fn deliver(office: &Office, waiting: Waiting, letter: Letter) -> Result<bool, NudgeError> {
    let (head, packed) = letter.written(office.clock.now())?;
    let staged = office.store.stage(packed).await?;
    let (who, upto) = (waiting.person, letter.upto);
    let delivered = office.store.write(move |tx| {
        let here = chat::conversation(tx, who, waiting.conversation)?;
        let is_due = here.read < upto && !mail::has_message(tx, who, head.key)?;
        if is_due {
            file(tx, who, &head, &staged)?;
            chat::mark_told(tx, &Waiting { last: upto, ..waiting })?;
        }
        Ok::<_, NudgeError>(is_due)
    });
    delivered.await
}

/// Mails one message to whom it was said, by that person's own rule, with an address that answers into the conversation.
/// Safe to run twice: the mail is named by the message.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn mail_one(office: &Office, who: PersonId, message: Message) -> Result<(), NudgeError> {
    let (key, hostname, at, upto) = (key(office).await?, office.hostname.clone(), message.conversation, message.number);
    let found = office.store.read(move |tx| {
        let (Some(person), Some(domain)) = (people::person(tx, who)?, people::primary_domain(tx)?) else {
            return Ok(None);
        };
        let (chosen, here) = (push::choices(tx, who)?, chat::conversation(tx, who, message.conversation)?);
        let brand = settings::brand(tx)?;
        let (company, imprint) = (&*brand.company, &*brand.imprint());
        let house = House { key: &key, domain: &domain, hostname: &hostname, company, imprint };
        Ok::<_, NudgeError>(Some(Letter::unread(&house, &person, &here, &[message], &chosen.zone)))
    });
    let Some(letter) = found.await? else { return Ok(()) };
    let (head, packed) = letter.written(office.clock.now())?;
    let staged = office.store.stage(packed).await?;
    let filed = office.store.write(move |tx| {
        if !mail::has_message(tx, who, head.key)? {
            file(tx, who, &head, &staged)?;
            chat::mark_told(tx, &Waiting { person: who, conversation: at, after: 0, last: upto })?;
        }
        Ok::<_, NudgeError>(())
    });
    filed.await
}

fn file(tx: &mut WriteTx<'_>, who: PersonId, head: &Head, bytes: &Staged) -> Result<(), MailError> {
    let message = mail::file(tx, head, bytes)?;
    mail::deliver(tx, who, FolderRole::Inbox, message, head)?;
    Ok(())
}
