//! Reminding: what is due rings on open pages, and by push, mail and chat as each person likes it.
//!
//! A round takes a batch and lets it ring in one write: so each rings once, also where the office stops in between. What
//! was due while the office was down rings at the start, unless that is too long ago: then it is only noted.

use crate::domain::calendar::{self, CalendarError, Due, Next, Ways};
use crate::domain::chat::{self, ChatError};
use crate::domain::mail::{self, FolderRole, Head, MailError};
use crate::domain::people::{self, PeopleError, Person};
use crate::domain::settings;
use crate::domain::store::{ReadTx, Staged, StoreError, WriteTx};
use crate::format::ical;
use crate::format::mime::{BuildError, Mailbox, NewMail};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::text::cut;
use crate::kernel::zone;
use crate::services::letter::{Letter, LetterError};
use crate::services::office::Office;
use crate::services::push;
use chrono_tz::Tz;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Reminders that ring in one write.
pub const BATCH: usize = 64;
/// Later than this, a reminder does not ring any more.
const LATE: Duration = Duration::from_secs(3600);
/// Characters of a title in words of a reminder.
const TITLE: usize = 200;

/// Why a round broke off.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RemindError {
    /// The mail cannot be written.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LetterError> for RemindError {
    fn from(error: LetterError) -> Self {
        match error {
            LetterError::Build(error) => Self::Build(error),
            LetterError::Store(error) => Self::Store(error),
        }
    }
}

impl From<CalendarError> for RemindError {
    fn from(error: CalendarError) -> Self {
        Self::Store(error.into())
    }
}

impl From<PeopleError> for RemindError {
    fn from(error: PeopleError) -> Self {
        Self::Store(error.into())
    }
}

impl From<ChatError> for RemindError {
    fn from(error: ChatError) -> Self {
        Self::Store(error.into())
    }
}

impl From<MailError> for RemindError {
    fn from(error: MailError) -> Self {
        Self::Store(error.into())
    }
}

/// Whom to remind, and how.
#[derive(Debug, Clone)]
struct Reader {
    person: Person,
    ways: Ways,
    zone: Tz,
    addresses: HashSet<String>,
}

/// What all reminders of a round share.
#[derive(Debug, Clone)]
struct House {
    domain: String,
    company: String,
    imprint: String,
    hostname: String,
}

/// A reminder about to ring.
struct Ringing {
    due: Due,
    reader: Option<Reader>,
    next: Option<Next>,
    is_late: bool,
    letter: Option<Letter>,
}

/// Lets a batch of what is due ring. Returns how many those were: fewer than [`BATCH`] where nothing else is due.
///
/// # Errors
/// Where the file cannot be read or written: nothing of the batch has rung then.
pub async fn round(office: &Office) -> Result<usize, RemindError> {
    let hostname = office.hostname.clone();
    let (due, readers, house) = office.store.read(move |tx| read(tx, hostname)).await?;
    let (count, now) = (due.len(), office.clock.now());
    if count == 0 {
        return Ok(0);
    }
    let reckoned = tokio::task::spawn_blocking(move || {
        let all = due.into_iter().map(|due| {
            let reader = readers.get(&due.person).cloned();
            reckon(due, reader, &house, now)
        });
        all.collect::<Result<Vec<_>, _>>()
    });
    let mut ready = Vec::with_capacity(count);
    for mut one in reckoned.await.map_err(|_| StoreError::Panicked)?? {
        let letter = match one.letter.take() {
            Some(letter) => Some(letter.stage(&office.store).await?),
            None => None,
        };
        ready.push((one, letter));
    }
    office.store.write(move |tx| ready.iter().try_for_each(|(one, letter)| ring(tx, one, letter.as_ref()))).await?;
    Ok(count)
}

/// What is due, who is to hear of it, and what all their mails share.
type Round = (Vec<Due>, HashMap<PersonId, Reader>, House);

fn read(tx: &ReadTx<'_>, hostname: String) -> Result<Round, RemindError> {
    let due = calendar::due_reminders(tx, BATCH)?;
    let mut readers = HashMap::new();
    for who in due.iter().map(|due| due.person).collect::<HashSet<_>>() {
        // Of who has left the office nothing rings.
        let Some(person) = people::person(tx, who)?.filter(|person| !person.is_disabled) else { continue };
        let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
        let (ways, addresses) = (calendar::ways(tx, who)?, calendar::own_addresses(tx, who)?);
        readers.insert(who, Reader { person, ways, zone, addresses });
    }
    let domain = people::primary_domain(tx)?.unwrap_or_else(|| "localhost".to_owned());
    let brand = settings::brand(tx)?;
    Ok((due, readers, House { domain, imprint: brand.imprint(), company: brand.company, hostname }))
}

/// What a due reminder comes to: the next of its item, and the mail, reckoned outside the transaction.
fn reckon(due: Due, reader: Option<Reader>, house: &House, now: Moment) -> Result<Ringing, RemindError> {
    let is_late = now.since(due.due_at) > LATE;
    let mut ringing = Ringing { next: None, is_late, letter: None, reader: None, due };
    let Some(reader) = reader else { return Ok(ringing) };
    let due = &ringing.due;
    if !due.is_snoozed
        && let Some(item) = ical::item(&due.text)
    {
        // Of a series that missed several times, those of the last hour still ring.
        let after = due.due_at.max(now.minus(LATE));
        ringing.next = calendar::next_reminder(&item, &reader.addresses, after, reader.zone);
    }
    if reader.ways.by_mail && !is_late {
        ringing.letter = Some(Letter::write(&written(due, &reader, house, now))?);
    }
    ringing.reader = Some(reader);
    Ok(ringing)
}

/// Lets one ring, by every way that its person likes.
fn ring(tx: &mut WriteTx<'_>, one: &Ringing, letter: Option<&(Head, Staged)>) -> Result<(), RemindError> {
    let Ringing { due, reader, next, is_late, .. } = one;
    let Some(id) = calendar::ring(tx, due, next.as_ref(), *is_late || reader.is_none())? else { return Ok(()) };
    let Some(reader) = reader.as_ref().filter(|_| !is_late) else { return Ok(()) };
    if reader.ways.by_push {
        push::owe_reminder(tx, due.person, id)?;
    }
    if reader.ways.by_chat {
        chat::remind(tx, due.person, &note(due, reader), &format!("reminder-{id}"))?;
    }
    if let Some((head, bytes)) = letter {
        let message = mail::file(tx, head, bytes)?;
        mail::deliver(tx, due.person, FolderRole::Inbox, message, head)?;
    }
    Ok(())
}

/// What a note in chat says.
fn note(due: &Due, reader: &Reader) -> String {
    let place = if due.place.is_empty() { String::new() } else { format!(", {}", cut(&due.place, TITLE)) };
    format!("⏰ {} – {}{place}", cut(&due.title, TITLE), when(due, reader.zone))
}

/// When it begins, on the person's clock.
fn when(due: &Due, zone: Tz) -> String {
    zone::shown(due.starts_at, zone).format("%A, %-d %B, %H:%M").to_string()
}

fn written(due: &Due, reader: &Reader, house: &House, now: Moment) -> NewMail {
    let (title, when) = (cut(&due.title, TITLE), when(due, reader.zone));
    let mut text = format!("{title}\n{when}\n");
    if !due.place.is_empty() {
        text.push_str(&due.place);
        text.push('\n');
    }
    text.push_str("\n-- \nYou are reminded by mail because you chose so in the settings, under Notifications.\n\n");
    text.push_str(&house.imprint);
    text.push('\n');
    let Person { full_name, address, .. } = &reader.person;
    NewMail {
        from: Mailbox { name: format!("{} calendar", house.company), address: format!("postmaster@{}", house.domain) },
        to: vec![Mailbox { name: full_name.clone(), address: address.to_string() }],
        cc: Vec::new(),
        subject: format!("{title}: {when}"),
        text,
        in_reply_to: None,
        references: vec![format!("reminder-{}-{}@{}", due.person, due.item, house.hostname)],
        files: Vec::new(),
        message_id: format!("reminder-{}-{}-{}@{}", due.person, due.item, due.due_at.millis(), house.hostname),
        date: now,
    }
}

/// When the next is due.
///
/// # Errors
/// Where the file cannot be read.
pub async fn next_due(office: &Office) -> Result<Option<Moment>, RemindError> {
    Ok(office.store.read(calendar::next_due).await?)
}
