//! A message arrives: it is parsed and packed outside the transaction, then filed for everybody it is for in one.

use crate::domain::calendar::{self, CalendarError};
use crate::domain::mail::{self, FolderRole, Head, MailError, Takes};
use crate::domain::outbound::{self, OutboundError};
use crate::domain::people::{self, PeopleError, Route};
use crate::domain::policy::{self, Act, Files, PolicyError};
use crate::domain::store::{Packed, ReadTx, Staged, StoreError, WriteTx, pack};
use crate::domain::trace::{self, NewPassage, NewStep, StepKind};
use crate::format::file_kind::FileKind;
use crate::format::mime;
use crate::kernel::clock::Moment;
use crate::kernel::id::{PassageId, PersonId};
use crate::kernel::text::{EmailAddress, one_line};
use crate::kernel::{limits, secret};
use crate::services::away;
use crate::services::calendar::ActError;
use crate::services::invite::{self, Incoming, Weighed};
use crate::services::metrics::Counters;
use crate::services::nudge::{self, Answer};
use crate::services::office::Office;
use crate::services::push;
use crate::services::rooms::{self, Invitation};
use chrono::DateTime;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

/// Who is at the other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The address it speaks from.
    pub ip: IpAddr,
    /// What it called itself.
    pub helo: String,
    /// Whether the connection is encrypted.
    pub is_tls: bool,
    /// What the log calls the session.
    pub session: String,
}

/// What came before the message.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Who sends it.
    pub peer: Peer,
    /// The protocol, for the trace (RFC 5321 §4.4): `SMTP`, `ESMTP`, `ESMTPS`, `ESMTPSA`, `UTF8SMTP` …
    pub with: &'static str,
    /// Where a bounce goes; `None` for a bounce itself.
    pub reverse_path: Option<EmailAddress>,
    /// To whom.
    pub recipients: Vec<EmailAddress>,
    /// Who is signed in, where it is the mail of one of our own.
    pub by: Option<PersonId>,
}

/// Whether mail for an address is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientAnswer {
    /// It is.
    Ok,
    /// The domain is ours, the name is nobody's.
    NoSuchUser,
    /// The domain is not ours, and who asks is not one of us.
    NotOurs,
    /// A rule of the office bars it; the words say which.
    Barred(String),
    /// The mailbox is full for now.
    Full,
    /// The message is larger than the mailbox may ever hold.
    TooLarge,
}

/// Names a message that was taken, for logs and the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRef(String);

impl fmt::Display for MessageRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Why a message was not taken.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ArriveError {
    /// The disk has no room; to be tried again.
    #[error("there is no room for mail")]
    NoRoom,
    /// It has gone round too often. RFC 5321 §6.3.
    #[error("the message loops")]
    TooManyHops,
    /// A signed-in person wrote under another's name.
    #[error("the message is not from an address of yours")]
    NotYourAddress,
    /// A rule of the office bars it; the words say which.
    #[error("{0}")]
    Barred(String),
    /// It is larger than the mailbox it is for may ever hold.
    #[error("the message is larger than the mailbox")]
    TooLargeForMailbox,
    /// A calendar that it is about changed meanwhile; to be tried again.
    #[error("the calendar was changed meanwhile")]
    Changed,
    /// Nobody was left to give it to.
    #[error("there is nobody to take the message")]
    NoRecipient,
    /// Anything else; to be tried again.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ArriveError {
    fn from(error: StoreError) -> Self {
        if error.is_no_room() { Self::NoRoom } else { Self::Store(error) }
    }
}

impl From<MailError> for ArriveError {
    fn from(error: MailError) -> Self {
        StoreError::from(error).into()
    }
}

impl From<PeopleError> for ArriveError {
    fn from(error: PeopleError) -> Self {
        StoreError::from(error).into()
    }
}

impl From<PolicyError> for ArriveError {
    fn from(error: PolicyError) -> Self {
        match error {
            PolicyError::Barred(words) => Self::Barred(words),
            other => StoreError::from(other).into(),
        }
    }
}

impl From<OutboundError> for ArriveError {
    fn from(OutboundError::Store(error): OutboundError) -> Self {
        error.into()
    }
}

impl From<ActError> for ArriveError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Calendar(CalendarError::Changed) => Self::Changed,
            ActError::Calendar(error) => StoreError::from(error).into(),
            other => Self::Store(StoreError::Sqlite(other.to_string())),
        }
    }
}

/// Whether mail for `address` is taken from somebody who is signed in as `by`, or from anybody. `announced` is how many
/// bytes the message is said to have, 0 where that was not said.
///
/// # Errors
/// Where the file cannot be read.
pub async fn recipient(
    office: &Office,
    by: Option<PersonId>,
    address: &EmailAddress,
    announced: usize,
) -> Result<RecipientAnswer, StoreError> {
    let address = address.clone();
    office.store.look_up(move |tx| answer_to(tx, by, &address, announced)).await
}

fn answer_to(
    tx: &ReadTx<'_>,
    by: Option<PersonId>,
    address: &EmailAddress,
    announced: usize,
) -> Result<RecipientAnswer, StoreError> {
    if let Some((who, _)) = nudge::answering(tx, address)? {
        let is_own = by.is_none_or(|by| by == who);
        return Ok(if is_own { RecipientAnswer::Ok } else { RecipientAnswer::NoSuchUser });
    }
    Ok(match (people::route(tx, address)?, by) {
        // What is to several is taken: of those who have room, nobody is to miss it.
        (Route::People(found), _) => match found.as_slice() {
            [one] => match mail::usage(tx, *one)?.takes(announced) {
                Takes::Yes => RecipientAnswer::Ok,
                Takes::Full => RecipientAnswer::Full,
                Takes::Never => RecipientAnswer::TooLarge,
            },
            _ => RecipientAnswer::Ok,
        },
        (Route::NotOurs, Some(by)) => match policy::allow(tx, by, Act::MailOutside) {
            Ok(()) => RecipientAnswer::Ok,
            Err(PolicyError::Barred(words)) => RecipientAnswer::Barred(words),
            Err(error) => return Err(error.into()),
        },
        (Route::NotOurs, None) => RecipientAnswer::NotOurs,
        (Route::NoSuchAddress, _) => RecipientAnswer::NoSuchUser,
    })
}

/// Whether `by` may send under `from`.
///
/// # Errors
/// Where the file cannot be read.
pub async fn may_send_as(office: &Office, by: PersonId, from: &EmailAddress) -> Result<bool, StoreError> {
    let from = from.clone();
    office.store.look_up(move |tx| people::is_own_address(tx, by, &from)).await.map_err(StoreError::from)
}

/// Messages longer than this are parsed and packed off the async threads.
const LONG: usize = 128 * 1024;

/// Takes a message. Once this returns, it is on the disk and in everybody's inbox.
///
/// # Errors
/// Nothing was kept then; see [`ArriveError`] for what may be tried again.
pub async fn arrive(office: &Office, envelope: Envelope, raw: Vec<u8>) -> Result<MessageRef, ArriveError> {
    if !office.store.room()?.has_room_for(raw.len() as u64) {
        return Err(ArriveError::NoRoom);
    }
    let now = office.clock.now();
    let name = MessageRef(new_name());
    let raw = mime::without_fields(raw, unwanted(&envelope));
    let traced = with_trace(office, &envelope, &name, now, &raw);
    drop(raw);
    let is_answer = envelope.recipients.iter().any(nudge::may_answer);
    let files = match envelope.by {
        Some(by) => Some(office.store.look_up(move |tx| policy::files(tx, by)).await?),
        None => None,
    };
    let files = files.filter(|files| !files.is_every());
    let Digest { head, packed, from, message_id, answer, invitation, calendar, is_by_hand } = if traced.len() > LONG {
        let envelope = envelope.clone();
        let done =
            tokio::task::spawn_blocking(move || digest(&traced, now, is_answer, &envelope, files.as_ref())).await;
        done.map_err(|_| StoreError::Panicked)??
    } else {
        digest(&traced, now, is_answer, &envelope, files.as_ref())?
    };
    if let Some(by) = envelope.by {
        may_write_as(office, by, from).await?;
    }
    let bytes = office.store.stage(packed).await?;
    let line = Line::new(&envelope, &name, head.size);
    let arrived = Arrived { name: name.0.clone(), message_id, envelope, head, bytes, answer, invitation, is_by_hand };
    match file(office, arrived, calendar.as_ref()).await {
        Ok(()) => line.taken(),
        Err(error) => {
            line.refused(&error);
            return Err(error);
        }
    }
    Counters::count(&office.status.counters.mail_received);
    Ok(name)
}

/// A name that no message had before: in its trace, in the log, and in the reply to who brought it.
#[must_use]
pub fn new_name() -> String {
    secret::token()[..16].to_owned()
}

/// What the log says of a message.
struct Line {
    door: &'static str,
    session: String,
    mail: String,
    from: String,
    recipients: usize,
    size: usize,
}

impl Line {
    fn new(envelope: &Envelope, name: &MessageRef, size: usize) -> Self {
        Self {
            door: envelope.door(),
            session: envelope.peer.session.clone(),
            mail: name.0.clone(),
            from: envelope.sender().to_owned(),
            recipients: envelope.recipients.len(),
            size,
        }
    }

    fn taken(self) {
        let Self { door, session, mail, from, recipients, size } = self;
        tracing::info!(door, %session, %mail, %from, recipients, size, "mail was taken");
    }

    fn refused(self, why: &ArriveError) {
        let Self { door, session, mail, from, recipients, size } = self;
        tracing::info!(door, %session, %mail, %from, recipients, size, %why, "mail was not taken");
    }
}

impl Envelope {
    /// The door it came in by, as the log names it.
    const fn door(&self) -> &'static str {
        if self.by.is_some() { "submission" } else { "smtp" }
    }

    /// Where a bounce goes; empty for a bounce itself.
    fn sender(&self) -> &str {
        self.reverse_path.as_ref().map_or("", EmailAddress::as_str)
    }
}

/// How often a message is filed anew when a calendar that it is about changes meanwhile.
const TRIES: usize = 3;

/// Files a message together with what its calendar comes to: both or neither.
async fn file(office: &Office, arrived: Arrived, calendar: Option<&Incoming>) -> Result<(), ArriveError> {
    let Some(calendar) = calendar else {
        return office.store.write(move |tx| deliver(tx, arrived, &Weighed::default())).await;
    };
    for tries in 1..=TRIES {
        let weighed = invite::weigh(office, calendar, &arrived.envelope.recipients).await?;
        let one = arrived.clone();
        match office.store.write(move |tx| deliver(tx, one, &weighed)).await {
            Err(ArriveError::Changed) if tries < TRIES => {}
            Err(ArriveError::Changed) => return Err(StoreError::Busy.into()),
            done => return done,
        }
    }
    Ok(())
}

/// Fields that a message does not keep: those that only the office itself may have written (RFC 8601 §5, RFC 5321
/// §4.4), and of own people the blind copy, which the sender's side takes out (RFC 5322 §3.6.3).
const fn unwanted(envelope: &Envelope) -> &'static [&'static str] {
    match envelope.by {
        None => &["Authentication-Results", "Return-Path"],
        Some(_) => &["Authentication-Results", "Return-Path", "Bcc"],
    }
}

/// What is read off a message once.
struct Digest {
    head: Head,
    packed: Packed,
    /// Whom it says it is from.
    from: Option<String>,
    message_id: String,
    /// What it says to a conversation; nothing where it is for none, or a machine wrote it.
    answer: Option<Answer>,
    /// What it asks of a room.
    invitation: Option<Invitation>,
    /// The calendar that came with it.
    calendar: Option<Incoming>,
    /// Whether a person wrote it, to people rather than to a list.
    is_by_hand: bool,
}

/// A message about to be filed.
#[derive(Clone)]
struct Arrived {
    name: String,
    message_id: String,
    envelope: Envelope,
    head: Head,
    bytes: Staged,
    answer: Option<Answer>,
    invitation: Option<Invitation>,
    is_by_hand: bool,
}

/// Reads what is needed of a message, and packs its bytes. `files` says what its sender may send, where that is not all.
fn digest(
    raw: &[u8],
    now: Moment,
    is_answer: bool,
    envelope: &Envelope,
    files: Option<&Files>,
) -> Result<Digest, ArriveError> {
    let parsed = mime::parse(raw);
    if parsed.hops > limits::RECEIVED_HOPS {
        return Err(ArriveError::TooManyHops);
    }
    if let Some(files) = files {
        judge(files, raw)?;
    }
    let from = parsed.from.as_ref().map(|from| from.address.clone());
    let is_by_hand = !parsed.is_automatic && !parsed.is_list;
    let message_id = parsed.message_id.clone().unwrap_or_default();
    let answer = (is_answer && is_by_hand).then(|| Answer::new(&parsed.text, &message_id));
    let calendar = Incoming::read(&parsed, envelope.by, envelope.reverse_path.is_some());
    let invitation = Invitation::read(&parsed);
    let head = Head::of(&parsed, raw.len(), now);
    Ok(Digest { head, packed: pack(raw), from, message_id, answer, invitation, calendar, is_by_hand })
}

/// Calendars and signatures, as mail programs add them by themselves.
const ADDED: [&str; 3] = ["text/calendar", "application/pkcs7-signature", "application/pgp-signature"];
/// How large such a one is at the most, in bytes.
const ADDED_BYTES: usize = 64 * 1024;

/// Lets no message through whose files its sender may not send.
fn judge(files: &Files, raw: &[u8]) -> Result<(), ArriveError> {
    let Some(all) = mime::kinds(raw) else {
        return Ok(files.check("the message", 0, FileKind::Other)?);
    };
    for (file, kind) in all {
        let is_added = ADDED.contains(&file.media_type.as_str()) && file.size <= ADDED_BYTES;
        if is_added && kind != FileKind::Program {
            continue;
        }
        files.check(&file.name, i64::try_from(file.size).unwrap_or(i64::MAX), kind)?;
    }
    Ok(())
}

/// One of our own writes only under an own address, also inside the message. RFC 6409 §6.1.
async fn may_write_as(office: &Office, by: PersonId, from: Option<String>) -> Result<(), ArriveError> {
    let from: Option<EmailAddress> = from.and_then(|from| from.parse().ok());
    match from {
        Some(from) if may_send_as(office, by, &from).await? => Ok(()),
        _ => Err(ArriveError::NotYourAddress),
    }
}

/// Owes the answers of the rooms that a message is to. Returns their addresses.
fn ask_rooms(
    tx: &mut WriteTx<'_>,
    envelope: &Envelope,
    invitation: Option<&Invitation>,
) -> Result<Vec<EmailAddress>, ArriveError> {
    let mut rooms_asked = Vec::new();
    for address in &envelope.recipients {
        let Some(room) = calendar::resource_at(tx, address).map_err(StoreError::from)? else { continue };
        rooms_asked.push(address.clone());
        // What has no way back is of a machine, and asks for nothing.
        if let Some(invitation) = invitation.filter(|_| envelope.reverse_path.is_some()) {
            rooms::owe_answer(tx, room.calendar, invitation, envelope.by)?;
        }
    }
    Ok(rooms_asked)
}

/// Whom a message reaches.
#[derive(Default)]
struct Reached {
    /// People of the office, each with the address that names them.
    inside: BTreeMap<PersonId, EmailAddress>,
    outside: Vec<EmailAddress>,
    /// Addresses of rooms and conversations.
    said: Vec<EmailAddress>,
}

/// Finds out whom a message reaches, and owes what conversations and rooms are to make of it.
fn reach(tx: &mut WriteTx<'_>, arrived: &Arrived) -> Result<Reached, ArriveError> {
    let envelope = &arrived.envelope;
    let said = ask_rooms(tx, envelope, arrived.invitation.as_ref())?;
    let mut reached = Reached { said, ..Reached::default() };
    for address in &envelope.recipients {
        if let Some((who, conversation)) = nudge::answering(tx, address)? {
            reached.said.push(address.clone());
            // A machine's answer, and one of somebody else who is signed in, is taken and says nothing.
            let may_say = envelope.by.is_none_or(|by| by == who) && envelope.reverse_path.is_some();
            if let Some(answer) = arrived.answer.as_ref().filter(|_| may_say) {
                nudge::owe_answer(tx, who, conversation, answer)?;
            }
            continue;
        }
        match people::route(tx, address)? {
            Route::People(found) => {
                for one in found {
                    reached.inside.entry(one).or_insert_with(|| address.clone());
                }
            }
            Route::NotOurs if let Some(by) = envelope.by => {
                // It was asked before the text came; a rule that was made meanwhile holds all the same.
                policy::allow(tx, by, Act::MailOutside)?;
                reached.outside.push(address.clone());
            }
            // It was taken a moment ago and is nobody's now: asked again, the sender hears so.
            Route::NotOurs | Route::NoSuchAddress => return Err(StoreError::Busy.into()),
        }
    }
    Ok(reached)
}

/// Files a message for everybody in the office it is for, and queues it for everybody else.
fn deliver(tx: &mut WriteTx<'_>, arrived: Arrived, weighed: &Weighed) -> Result<(), ArriveError> {
    let Reached { inside, outside, said } = reach(tx, &arrived)?;
    if inside.is_empty() && outside.is_empty() && said.is_empty() {
        return Err(ArriveError::NoRecipient);
    }
    let passage = begin_trace(tx, &arrived, &said)?;
    let Arrived { envelope, mut head, bytes, is_by_hand, .. } = arrived;
    if inside.is_empty() && envelope.by.is_none() {
        return Ok(());
    }
    if let [only] = inside.keys().collect::<Vec<_>>().as_slice()
        && outside.is_empty()
        && mail::usage(tx, **only)?.takes(head.size) == Takes::Never
    {
        return Err(ArriveError::TooLargeForMailbox);
    }
    head.is_inside = envelope.by.is_some();
    let message = mail::file(tx, &head, &bytes)?;
    if let Some(by) = envelope.by {
        let item = mail::deliver(tx, by, FolderRole::Sent, message, &head)?;
        trace::note(tx, passage, NewStep::filed(by, item, envelope.sender(), "Sent"))?;
        if let (false, Some(reverse_path)) = (outside.is_empty(), &envelope.reverse_path) {
            let blob = mail::item(tx, by, item)?.blob.ok_or(MailError::NoItem)?;
            let departure = outbound::queue(tx, by, blob, Some(reverse_path), item, &outside)?;
            trace::departs(tx, passage, departure)?;
            for address in &outside {
                trace::note(tx, passage, NewStep::new(StepKind::Queued, address.as_str(), ""))?;
            }
        }
    }
    for (person, address) in inside {
        let item = mail::deliver(tx, person, FolderRole::Inbox, message, &head)?;
        trace::note(tx, passage, NewStep::filed(person, item, address.as_str(), "Inbox"))?;
        push::owe_mail(tx, person, item)?;
        weighed.apply(tx, person, item)?;
        if let Some(sender) = envelope.reverse_path.as_ref().filter(|_| is_by_hand) {
            away::owe(tx, person, item, sender, envelope.by.is_some())?;
        }
    }
    Ok(())
}

/// Notes that a message was taken, and what of it went into no folder.
fn begin_trace(tx: &WriteTx<'_>, arrived: &Arrived, said: &[EmailAddress]) -> Result<PassageId, StoreError> {
    let (envelope, head) = (&arrived.envelope, &arrived.head);
    let Peer { ip, helo, .. } = &envelope.peer;
    let passage = trace::begin(
        tx,
        &NewPassage {
            name: &arrived.name,
            message_id: &arrived.message_id,
            sender: envelope.sender(),
            subject: &head.subject,
            size: head.size,
            door: envelope.door(),
            origin: &format!("{helo} [{ip}]"),
            person: envelope.by,
        },
    )?;
    trace::note(tx, passage, NewStep::new(StepKind::Taken, envelope.sender(), envelope.with))?;
    for address in said {
        trace::note(tx, passage, NewStep::new(StepKind::Said, address.as_str(), ""))?;
    }
    Ok(passage)
}

/// The message with its trace in front. RFC 5321 §4.4: Return-Path on final delivery, then Received.
fn with_trace(office: &Office, envelope: &Envelope, name: &MessageRef, now: Moment, raw: &[u8]) -> Vec<u8> {
    let date = DateTime::from_timestamp_millis(now.millis()).unwrap_or_default().to_rfc2822();
    let reverse_path = envelope.reverse_path.as_ref().map_or("", EmailAddress::as_str);
    let Peer { ip, helo, .. } = &envelope.peer;
    let helo: String = one_line(helo).chars().filter(|c| !"()<>\\".contains(*c)).take(255).collect();
    let (with, by) = (envelope.with, &office.hostname);
    // With several recipients none is named: a blind copy must not learn of the others.
    let to = match envelope.recipients.as_slice() {
        [only] => format!("\r\n\tfor <{only}>"),
        _ => String::new(),
    };
    let trace = format!(
        "Return-Path: <{reverse_path}>\r\nReceived: from {helo} ([{ip}])\r\n\tby {by} with {with} id {name}{to};\r\n\t{date}\r\n"
    );
    let mut traced = Vec::with_capacity(trace.len() + raw.len());
    traced.extend_from_slice(trace.as_bytes());
    traced.extend_from_slice(raw);
    traced
}
