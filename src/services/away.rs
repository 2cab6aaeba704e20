//! Away: the automatic answer to mail while somebody is out of office. RFC 3834.
//!
//! The arrival owes a job in its own transaction; that one looks closer, and answers each sender once in a week. Never
//! answered: machines, lists, mail without a way back, mail that names the person nowhere, and what has come round already.

use crate::domain::hours::{self, HoursError};
use crate::domain::job::Job;
use crate::domain::mail::{self, FolderRole, Head, MailError};
use crate::domain::outbound::{self, OutboundError};
use crate::domain::people::{self, PeopleError, Person, Route};
use crate::domain::policy::{self, Act};
use crate::domain::settings;
use crate::domain::store::{ReadTx, Staged, StoreError, WriteTx, pack};
use crate::format::mime::{self, BuildError, Mailbox, NewMail, ParsedMail};
use crate::kernel::clock::Moment;
use crate::kernel::id::{ItemId, PersonId};
use crate::kernel::text::{EmailAddress, cut};
use crate::services::brand::signed;
use crate::services::depart::After;
use crate::services::office::Office;
use crate::services::read;
use std::collections::HashSet;
use std::time::Duration;

/// Characters of the subject that is answered.
const SUBJECT: usize = 200;
/// References that an answer repeats.
const REFERENCES: usize = 20;

/// Why an automatic answer broke off.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AwayError {
    /// The answer cannot be written.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<HoursError> for AwayError {
    fn from(error: HoursError) -> Self {
        Self::Store(error.into())
    }
}

impl From<PeopleError> for AwayError {
    fn from(error: PeopleError) -> Self {
        Self::Store(error.into())
    }
}

impl From<MailError> for AwayError {
    fn from(error: MailError) -> Self {
        Self::Store(error.into())
    }
}

impl From<OutboundError> for AwayError {
    fn from(OutboundError::Store(error): OutboundError) -> Self {
        Self::Store(error)
    }
}

/// Owes an automatic answer for mail that was delivered to a person who is out of office: for the transaction that
/// delivers it. `sender` is where a bounce would go, `is_inside` whether one of our own sent it.
///
/// # Errors
/// Where the file cannot be written.
pub fn owe(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    item: ItemId,
    sender: &EmailAddress,
    is_inside: bool,
) -> Result<(), StoreError> {
    let is_owed = hours::away(tx, who)?.is_some_and(|away| away.holds_at(tx.now()));
    if is_owed {
        tx.enqueue(&Job::AnswerAway { person: who, item, sender: sender.to_string(), is_inside }, Duration::ZERO)?;
    }
    Ok(())
}

/// What an answer is made from.
struct Case {
    person: Person,
    addresses: HashSet<String>,
    text: String,
    /// What ends the answer.
    closing: String,
}

/// Answers a message, where that is due. Safe to run twice: that a sender was answered is noted in the transaction that
/// answers.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn answer(
    office: &Office,
    who: PersonId,
    item: ItemId,
    sender: &str,
    is_inside: bool,
) -> Result<After, AwayError> {
    let Ok(sender) = sender.parse::<EmailAddress>() else { return Ok(After::Done) };
    let asked = sender.clone();
    let case = office.store.read(move |tx| case(tx, who, &asked, is_inside)).await?;
    let Some(case) = case.filter(|case| !is_machine(&sender, case)) else { return Ok(After::Done) };
    let raw = match read::source(office, who, item).await {
        Ok(raw) => raw,
        // It was deleted meanwhile.
        Err(MailError::NoItem | MailError::NoFolder | MailError::NoDraft) => return Ok(After::Done),
        Err(error) => return Err(error.into()),
    };
    let (hostname, to, now) = (office.hostname.clone(), sender.clone(), office.clock.now());
    let written = tokio::task::spawn_blocking(move || {
        let mail = mime::parse(&raw);
        is_answerable(&mail, &raw, &case.addresses).then(|| write(&case, &mail, item, &to, &hostname, now)).transpose()
    });
    let Some((head, raw)) = written.await.map_err(|_| StoreError::Panicked)?? else { return Ok(After::Done) };
    let bytes = office.store.stage(pack(&raw)).await?;
    office.store.write(move |tx| file(tx, who, &sender, &head, &bytes)).await?;
    Ok(After::Done)
}

fn case(tx: &ReadTx<'_>, who: PersonId, sender: &EmailAddress, is_inside: bool) -> Result<Option<Case>, AwayError> {
    let person = people::person(tx, who)?.filter(|person| !person.is_disabled);
    let away = hours::away(tx, who)?.filter(|away| away.holds_at(tx.now()));
    let (Some(person), Some(away)) = (person, away) else { return Ok(None) };
    let is_ours = !matches!(people::route(tx, sender)?, Route::NotOurs);
    // Mail that only says it is from here: nobody here sent it.
    if is_ours && !is_inside {
        return Ok(None);
    }
    let text = if is_inside { away.inside } else { away.outside };
    let addresses = people::addresses(tx, who)?.iter().map(EmailAddress::key).collect();
    let closing = settings::brand(tx)?.closing();
    Ok((!text.trim().is_empty()).then_some(Case { person, addresses, text, closing }))
}

/// Addresses behind which no person reads, and the person's own. RFC 3834 §2, and the habit of list programs.
fn is_machine(sender: &EmailAddress, case: &Case) -> bool {
    let local = sender.local().to_ascii_lowercase();
    let is_list = local.starts_with("owner-") || local.ends_with("-request") || local.ends_with("-bounces");
    let bare: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    let names = ["mailerdaemon", "postmaster", "noreply", "donotreply", "bounce", "bounces", "listserv", "majordomo"];
    is_list || names.contains(&bare.as_str()) || case.addresses.contains(&sender.key())
}

/// Whether a message is from a person, and to this one by name.
fn is_answerable(mail: &ParsedMail, raw: &[u8], addresses: &HashSet<String>) -> bool {
    let has = |name: &str| mime::header_value(raw, name).is_some();
    let is_named = mail.to.iter().chain(&mail.cc).any(|to| {
        let address: Result<EmailAddress, _> = to.address.parse();
        address.is_ok_and(|address| addresses.contains(&address.key()))
    });
    // A mark of a mailbox that it lay in before: it goes round. A receipt is for the person alone to give.
    let is_marked = has("delivered-to") || has("x-loop") || has("disposition-notification-to");
    is_named && !mail.is_automatic && !mail.is_list && !is_marked
}

/// RFC 3834 §3.
fn write(
    case: &Case,
    mail: &ParsedMail,
    item: ItemId,
    to: &EmailAddress,
    hostname: &str,
    now: Moment,
) -> Result<(Head, Vec<u8>), BuildError> {
    let mut references: Vec<String> = mail.references.iter().rev().take(REFERENCES).rev().cloned().collect();
    references.extend(mail.message_id.clone());
    let Person { full_name, address, id, .. } = &case.person;
    let new = NewMail {
        from: Mailbox { name: full_name.clone(), address: address.to_string() },
        to: vec![Mailbox { name: String::new(), address: to.to_string() }],
        cc: Vec::new(),
        subject: format!("Auto: {}", cut(&mail.subject, SUBJECT)),
        text: signed(&case.text, &case.closing),
        in_reply_to: mail.message_id.clone(),
        references,
        files: Vec::new(),
        message_id: format!("away-{id}-{item}@{hostname}"),
        date: now,
    };
    let mut raw = b"Auto-Submitted: auto-replied\r\n".to_vec();
    raw.extend(mime::build(&new)?);
    let head = Head { is_inside: true, ..Head::of(&mime::parse(&raw), raw.len(), now) };
    Ok((head, raw))
}

/// The one transaction of answering. The answer lies in Sent, as all that goes out in the person's name.
fn file(tx: &mut WriteTx<'_>, who: PersonId, to: &EmailAddress, head: &Head, bytes: &Staged) -> Result<(), AwayError> {
    if !hours::answer_once(tx, who, &to.key())? {
        return Ok(());
    }
    let inside = match people::route(tx, to)? {
        Route::People(found) => found,
        Route::NotOurs if policy::of(tx, who, Act::MailOutside)?.is_on() => Vec::new(),
        // An automatic answer is mail of the person's: it stays inside as any other.
        Route::NotOurs => return Ok(()),
        Route::NoSuchAddress => return Ok(()),
    };
    let message = mail::file(tx, head, bytes)?;
    let item = mail::deliver(tx, who, FolderRole::Sent, message, head)?;
    for colleague in &inside {
        mail::deliver(tx, *colleague, FolderRole::Inbox, message, head)?;
    }
    if inside.is_empty() {
        let blob = mail::item(tx, who, item)?.blob.ok_or(MailError::NoItem)?;
        // RFC 3834 §3.3: what comes back of an answer by a machine goes to nobody.
        outbound::queue(tx, who, blob, None, item, std::slice::from_ref(to))?;
    }
    Ok(())
}
