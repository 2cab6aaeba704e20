//! Sending: a draft becomes a message that is filed in Sent, delivered inside, and queued for outside, in one
//! transaction; or nothing happens to it at all.

use crate::domain::mail::{self, Answering, Draft, DraftFile, DraftText, FolderRole, Head, MailError, Takes};
use crate::domain::outbound::{self, OutboundError};
use crate::domain::people::{self, PeopleError, Person, Route};
use crate::domain::policy::{self, Act, Files, PolicyError};
use crate::domain::settings::{self, Brand};
use crate::domain::store::{Packed, ReadTx, Staged, StoreError, WriteTx, pack, packed};
use crate::domain::trace::{self, NewPassage, NewStep, StepKind};
use crate::format::file_kind::FileKind;
use crate::format::mime::{self, BuildError, Mailbox, NewFile, NewMail, ParsedMail};
use crate::kernel::id::{ConversationId, ItemId, PassageId, PersonId};
use crate::kernel::text::EmailAddress;
use crate::kernel::{limits, secret};
use crate::services::away;
use crate::services::brand::with_footer;
use crate::services::nudge::{self, Answer};
use crate::services::office::Office;
use crate::services::{push, read};
use std::collections::{BTreeMap, BTreeSet};

/// Why a message was not sent. The draft is still there.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SendError {
    /// Nobody to send it to.
    #[error("there is nobody to send it to")]
    NoRecipients,
    /// Some of what was typed is no address.
    #[error("not an address: {}", .0.join(", "))]
    BadAddresses(Vec<String>),
    /// Addresses in our domain that are nobody's.
    #[error("nobody here has the address {}", .0.join(", "))]
    UnknownColleagues(Vec<String>),
    /// The form that asks for it has sent its message already.
    #[error("this was sent already")]
    SentAlready,
    /// A rule of the office bars it: the field it is about, and the words that say which.
    #[error("{1}")]
    Barred(&'static str, String),
    /// The mailboxes of these colleagues are full.
    #[error("the mailbox of {} is full", .0.join(", "))]
    Full(Vec<String>),
    /// Larger than a message may be.
    #[error("the message is larger than {} MB", limits::MESSAGE_BYTES / 1024 / 1024)]
    TooLarge,
    /// More recipients than a message may have.
    #[error("a message has at most {} recipients", limits::SMTP_RECIPIENTS)]
    TooManyRecipients,
    /// It cannot be written as a message.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The draft.
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl From<StoreError> for SendError {
    fn from(error: StoreError) -> Self {
        Self::Mail(error.into())
    }
}

impl From<PeopleError> for SendError {
    fn from(error: PeopleError) -> Self {
        Self::Mail(error.into())
    }
}

impl From<OutboundError> for SendError {
    fn from(OutboundError::Store(error): OutboundError) -> Self {
        error.into()
    }
}

/// What a rule bars, as the field says it that it is about.
fn at(field: &'static str, error: PolicyError) -> SendError {
    match error {
        PolicyError::Barred(words) => SendError::Barred(field, words),
        other => StoreError::from(other).into(),
    }
}

/// Names one sending. It is made when a form is shown: however often the form comes in, one message leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once(String);

impl Once {
    /// A name that nobody had before.
    #[must_use]
    pub fn fresh() -> Self {
        Self(secret::token())
    }

    /// The name that a form carries; a fresh one where it carries none of ours.
    #[must_use]
    pub fn of_form(text: &str) -> Self {
        let is_ours =
            text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if is_ours { Self(text.to_owned()) } else { Self::fresh() }
    }

    /// The name, for the form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// The copy in Sent.
    pub item: ItemId,
    /// Colleagues who have it now.
    pub inside: usize,
    /// Recipients it is on its way to.
    pub outside: usize,
}

/// Attaches a file to a draft.
///
/// # Errors
/// `TooLarge`, `Barred`, and what `mail` refuses.
pub async fn attach(
    office: &Office,
    who: PersonId,
    draft: ItemId,
    name: &str,
    media_type: &str,
    bytes: Vec<u8>,
) -> Result<i64, SendError> {
    if bytes.len() > limits::ATTACHMENT_BYTES {
        return Err(SendError::TooLarge);
    }
    let name = mime::safe_file_name(name, media_type);
    let rules = office.store.look_up(move |tx| policy::files(tx, who)).await?;
    let kind = FileKind::of(&name, &bytes);
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    rules.check(&name, size, kind).map_err(|error| at("files", error))?;
    let file = DraftFile { position: 0, name, media_type: media_type.to_owned(), size };
    let packed = tokio::task::spawn_blocking(move || pack(&bytes)).await.map_err(|_| StoreError::Panicked)?;
    let staged = office.store.stage(packed).await?;
    Ok(office.store.write(move |tx| mail::attach(tx, who, draft, &file, &staged)).await?)
}

/// Attaches the files of a message to the draft that passes it on.
///
/// # Errors
/// `TooLarge`, and what `mail` refuses.
pub async fn pass_files_on(office: &Office, who: PersonId, of: ItemId, draft: ItemId) -> Result<(), SendError> {
    let count = read::message(office, who, of).await?.mail.files.len();
    for index in 0..count {
        let (file, bytes) = read::file(office, who, of, index).await?;
        attach(office, who, draft, &file.name, &file.media_type, bytes).await?;
    }
    Ok(())
}

/// A draft with what sending it needs.
struct Loaded {
    draft: Draft,
    person: Person,
    domain: String,
    brand: Brand,
    files: Vec<(Packed, DraftFile)>,
    /// What files the person may send.
    rules: Files,
}

/// Sends a draft.
///
/// # Errors
/// See [`SendError`]; nothing was sent then, and the draft is still there.
pub async fn send(office: &Office, who: PersonId, draft: ItemId, once: &Once) -> Result<Sent, SendError> {
    let Loaded { draft, person, domain, brand, files, rules } = load(office, who, draft).await?;
    let to = Addressed::of(&draft.text, &domain)?;
    let answered = match draft.answering.item() {
        Some(item) => read::message(office, who, item).await.ok().map(|opened| opened.mail),
        None => None,
    };
    let head = letter(office, &person, &draft, &to, answered.as_ref());
    let text = with_footer(&head.text, brand.footer_of(person.address.domain()));
    let head = NewMail { text, message_id: format!("{}@{}", once.as_str(), office.hostname), ..head };
    let now = office.clock.now();
    let made = tokio::task::spawn_blocking(move || {
        let mut added = Vec::with_capacity(files.len());
        for (bytes, file) in files {
            let bytes = bytes.unpack()?;
            // It may have been attached before the rule was made.
            rules.check(&file.name, file.size, FileKind::of(&file.name, &bytes)).map_err(|error| at("files", error))?;
            added.push(NewFile { name: file.name, media_type: file.media_type, bytes });
        }
        let letter = NewMail { files: added, ..head };
        let raw = mime::build(&letter)?;
        if raw.len() > limits::MESSAGE_BYTES {
            return Err(SendError::TooLarge);
        }
        let head = Head { is_inside: true, ..Head::of(&mime::parse(&raw), raw.len(), now) };
        Ok::<_, SendError>((head, pack(&raw)))
    });
    let (head, bytes) = made.await.map_err(|_| StoreError::Panicked)??;
    let staged = office.store.stage(bytes).await?;
    let (mail, size) = (once.as_str()[..16].to_owned(), head.size);
    let letter = Written { message_id: format!("{}@{}", once.as_str(), office.hostname), head, bytes: staged };
    let sent = office.store.write(move |tx| file(tx, &person, &draft, &to, letter)).await?;
    tracing::info!(door = "web", %mail, inside = sent.inside, outside = sent.outside, size, "mail was written");
    Ok(sent)
}

async fn load(office: &Office, who: PersonId, draft: ItemId) -> Result<Loaded, SendError> {
    let read = office.store.read(move |tx| {
        let draft = mail::draft(tx, who, draft)?;
        let blobs = mail::draft_blobs(tx, draft.item)?;
        Ok::<_, SendError>(Loaded {
            person: people::person(tx, who)?.ok_or(PeopleError::NoPerson)?,
            domain: people::primary_domain(tx)?.ok_or(PeopleError::NoDomain)?,
            brand: settings::brand(tx)?,
            rules: policy::files(tx, who)?,
            files: blobs
                .into_iter()
                .map(|(id, file)| Ok((packed(tx, id)?, file)))
                .collect::<Result<_, StoreError>>()?,
            draft,
        })
    });
    read.await
}

/// Who a message is to.
struct Addressed {
    to: Vec<Mailbox>,
    cc: Vec<Mailbox>,
    bcc: Vec<Mailbox>,
}

impl Addressed {
    fn of(text: &DraftText, domain: &str) -> Result<Self, SendError> {
        let fields = [&text.to, &text.cc, &text.bcc].map(|field| mime::typed(field, domain));
        let bad: Vec<String> = fields.iter().flat_map(|field| field.bad.clone()).collect();
        let count: usize = fields.iter().map(|field| field.good.len()).sum();
        if !bad.is_empty() {
            return Err(SendError::BadAddresses(bad));
        }
        if count == 0 {
            return Err(SendError::NoRecipients);
        }
        if count > limits::SMTP_RECIPIENTS {
            return Err(SendError::TooManyRecipients);
        }
        let [to, cc, bcc] = fields.map(|field| field.good);
        Ok(Self { to, cc, bcc })
    }

    fn all(&self) -> impl Iterator<Item = &Mailbox> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }
}

/// The message, but for its files and its id.
fn letter(office: &Office, person: &Person, draft: &Draft, to: &Addressed, answered: Option<&ParsedMail>) -> NewMail {
    let is_answer = matches!(draft.answering, Answering::Reply(_) | Answering::ReplyAll(_));
    let before = answered.filter(|_| is_answer);
    let mut references = before.map_or_else(Vec::new, |mail| mail.references.clone());
    references.extend(before.and_then(|mail| mail.message_id.clone()));
    NewMail {
        from: Mailbox { name: person.full_name.clone(), address: person.address.to_string() },
        to: to.to.clone(),
        cc: to.cc.clone(),
        subject: draft.text.subject.clone(),
        text: draft.text.body.clone(),
        in_reply_to: before.and_then(|mail| mail.message_id.clone()),
        references,
        files: Vec::new(),
        message_id: String::new(),
        date: office.clock.now(),
    }
}

/// A message as it is to be filed.
struct Written {
    message_id: String,
    head: Head,
    bytes: Staged,
}

/// Notes that a person has written a message.
fn begin_trace(tx: &WriteTx<'_>, person: &Person, letter: &Written) -> Result<PassageId, StoreError> {
    let Written { message_id, head, .. } = letter;
    let (name, sender) = (&message_id[..16], person.address.as_str());
    let (subject, size) = (head.subject.as_str(), head.size);
    let new = NewPassage { name, message_id, sender, subject, size, door: "web", origin: "", person: Some(person.id) };
    let passage = trace::begin(tx, &new)?;
    trace::note(tx, passage, NewStep::new(StepKind::Taken, sender, "web"))?;
    Ok(passage)
}

/// Whom a message reaches.
#[derive(Default)]
struct Reached {
    /// Colleagues, each with the address that names them.
    inside: BTreeMap<PersonId, String>,
    outside: Vec<EmailAddress>,
    /// Those who are named by an address of their own.
    by_name: BTreeSet<PersonId>,
    /// Conversations that it answers into.
    said: BTreeSet<ConversationId>,
}

fn reach(tx: &WriteTx<'_>, person: &Person, to: &Addressed) -> Result<Reached, SendError> {
    let (mut reached, mut unknown) = (Reached::default(), Vec::new());
    for mailbox in to.all() {
        let address: EmailAddress =
            mailbox.address.parse().map_err(|_| SendError::BadAddresses(vec![mailbox.address.clone()]))?;
        if let Some((who, conversation)) = nudge::answering(tx, &address)? {
            if who == person.id {
                reached.said.insert(conversation);
            } else {
                unknown.push(address.to_string());
            }
            continue;
        }
        match people::route(tx, &address)? {
            Route::People(found) => {
                // What is to several is taken: of those who have room, nobody is to miss it.
                reached.by_name.extend(found.first().filter(|_| found.len() == 1).copied());
                reached.inside.extend(found.into_iter().map(|one| (one, mailbox.address.clone())));
            }
            Route::NotOurs => reached.outside.push(address),
            Route::NoSuchAddress => unknown.push(address.to_string()),
        }
        mail::remember(tx, person.id, mailbox)?;
    }
    if unknown.is_empty() { Ok(reached) } else { Err(SendError::UnknownColleagues(unknown)) }
}

/// The one transaction of sending.
fn file(
    tx: &mut WriteTx<'_>,
    person: &Person,
    draft: &Draft,
    to: &Addressed,
    letter: Written,
) -> Result<Sent, SendError> {
    let Reached { inside, outside, by_name, said } = reach(tx, person, to)?;
    if !outside.is_empty() {
        policy::allow(tx, person.id, Act::MailOutside).map_err(|error| at("to", error))?;
    }
    has_room(tx, &by_name, letter.head.size)?;
    if mail::has_message(tx, person.id, letter.head.key)? {
        return Err(SendError::SentAlready);
    }
    mail::take_draft(tx, person.id, draft.item, draft.version)?;
    let passage = begin_trace(tx, person, &letter)?;
    let Written { head, bytes, .. } = letter;
    let message = mail::file(tx, &head, &bytes)?;
    let item = mail::deliver(tx, person.id, FolderRole::Sent, message, &head)?;
    trace::note(tx, passage, NewStep::filed(person.id, item, person.address.as_str(), "Sent"))?;
    for (colleague, address) in &inside {
        let item = mail::deliver(tx, *colleague, FolderRole::Inbox, message, &head)?;
        trace::note(tx, passage, NewStep::filed(*colleague, item, address, "Inbox"))?;
        push::owe_mail(tx, *colleague, item)?;
        away::owe(tx, *colleague, item, &person.address, true)?;
    }
    if !outside.is_empty() {
        let blob = mail::item(tx, person.id, item)?.blob.ok_or(MailError::NoItem)?;
        let departure = outbound::queue(tx, person.id, blob, Some(&person.address), item, &outside)?;
        trace::departs(tx, passage, departure)?;
        for address in &outside {
            trace::note(tx, passage, NewStep::new(StepKind::Queued, address.as_str(), ""))?;
        }
    }
    for conversation in said {
        nudge::owe_answer(
            tx,
            person.id,
            conversation,
            &Answer::new(&draft.text.body, &format!("draft {}", draft.item)),
        )?;
    }
    if let Some(answered) = draft.answering.item() {
        let is_forward = matches!(draft.answering, Answering::Forward(_));
        mail::mark_answered(tx, person.id, answered, is_forward)?;
    }
    Ok(Sent { item, inside: inside.len(), outside: outside.len() })
}

/// Lets no message through to a colleague whose mailbox does not take it.
fn has_room(tx: &ReadTx<'_>, to: &BTreeSet<PersonId>, size: usize) -> Result<(), SendError> {
    let mut full = Vec::new();
    for colleague in to {
        if mail::usage(tx, *colleague)?.takes(size) != Takes::Yes {
            full.extend(people::person(tx, *colleague)?.map(|person| person.full_name));
        }
    }
    if full.is_empty() { Ok(()) } else { Err(SendError::Full(full)) }
}
