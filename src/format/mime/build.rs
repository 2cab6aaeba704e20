//! Writing new messages. RFC 5322, RFC 2045–2047, RFC 2231; by lettre's builder, which folds and encodes.

use super::fields::safe_id;
use super::{Mailbox, filename, tidy};
use crate::kernel::clock::Moment;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{Cc, ContentType, From, To};
use lettre::message::{Attachment, Mailbox as Box_, Mailboxes, Message, MessageBuilder, MultiPart, SinglePart};
use std::time::{Duration, UNIX_EPOCH};

/// A message to write. `Bcc` is not among the fields: it is never written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// The author.
    pub from: Mailbox,
    /// Recipients.
    pub to: Vec<Mailbox>,
    /// Recipients of copies.
    pub cc: Vec<Mailbox>,
    /// The subject; made one line.
    pub subject: String,
    /// The text, with any line ends.
    pub text: String,
    /// The id of the message this answers, with or without angle brackets.
    pub in_reply_to: Option<String>,
    /// Ids of the conversation so far, oldest first.
    pub references: Vec<String>,
    /// Files that go with it.
    pub files: Vec<NewFile>,
    /// Its own id, with or without angle brackets.
    pub message_id: String,
    /// When it was written.
    pub date: Moment,
}

/// A file to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The name; made safe.
    pub name: String,
    /// `type/subtype`; what is none is sent as `application/octet-stream`.
    pub media_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why a message cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A mailbox that no field may hold.
    #[error("{0} is not a mail address")]
    Address(String),
    /// The message has no usable id.
    #[error("the message id is empty or too long")]
    Id,
    /// The builder refused.
    #[error("the message cannot be written: {0}")]
    Builder(String),
}

/// Writes a message, with CR LF line ends.
///
/// Values cannot make fields: each is made one line first, then encoded.
///
/// # Errors
/// [`BuildError`] where an address or the id is none.
pub fn build(mail: &NewMail) -> Result<Vec<u8>, BuildError> {
    let text = SinglePart::plain(with_crlf(&mail.text));
    let headed = head(mail)?;
    let message = if mail.files.is_empty() {
        headed.singlepart(text)
    } else {
        let whole = MultiPart::mixed().singlepart(text);
        headed.multipart(mail.files.iter().map(part).fold(whole, MultiPart::singlepart))
    };
    message.map(|message| message.formatted()).map_err(|refused| BuildError::Builder(refused.to_string()))
}

pub(super) fn head(mail: &NewMail) -> Result<MessageBuilder, BuildError> {
    let from = mailbox(&mail.from)?;
    // The envelope is made elsewhere; the builder wants one that is not empty.
    let envelope = Envelope::new(Some(from.email.clone()), vec![from.email.clone()]);
    let written = UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.date.millis()).unwrap_or(0));
    let id = safe_id(&mail.message_id).ok_or(BuildError::Id)?;
    let mut head = Message::builder()
        .envelope(envelope.map_err(|refused| BuildError::Builder(refused.to_string()))?)
        .header(From::from(Mailboxes::from(from)))
        .subject(tidy(&mail.subject))
        .date(written)
        .message_id(Some(format!("<{id}>")));
    if !mail.to.is_empty() {
        head = head.header(To::from(mailboxes(&mail.to)?));
    }
    if !mail.cc.is_empty() {
        head = head.header(Cc::from(mailboxes(&mail.cc)?));
    }
    if let Some(id) = mail.in_reply_to.as_deref().and_then(safe_id) {
        head = head.in_reply_to(format!("<{id}>"));
    }
    let references: Vec<String> =
        mail.references.iter().filter_map(|id| safe_id(id)).map(|id| format!("<{id}>")).collect();
    Ok(if references.is_empty() { head } else { head.references(references.join(" ")) })
}

fn mailboxes(all: &[Mailbox]) -> Result<Mailboxes, BuildError> {
    all.iter().map(mailbox).collect::<Result<Vec<_>, _>>().map(|all| all.into_iter().collect())
}

pub(super) fn mailbox(given: &Mailbox) -> Result<Box_, BuildError> {
    let refused = || BuildError::Address(tidy(&given.address));
    if given.address.chars().any(char::is_control) {
        return Err(refused());
    }
    let address: Address = given.address.trim().parse().map_err(|_| refused())?;
    let name = tidy(&given.name);
    Ok(Box_::new((!name.is_empty()).then_some(name), address))
}

fn part(file: &NewFile) -> SinglePart {
    let attachment = Attachment::new(filename::safe(&file.name, &file.media_type));
    attachment.body(file.bytes.clone(), media_type(&file.media_type))
}

/// RFC 2046 §5.2.1: messages and multiparts may not be encoded for the way, so they go as bytes.
fn media_type(claimed: &str) -> ContentType {
    let claimed = tidy(claimed).to_ascii_lowercase();
    let is_composite = claimed.starts_with("message/") || claimed.starts_with("multipart/");
    let bytes = "application/octet-stream";
    let wanted = if is_composite { bytes } else { claimed.as_str() };
    ContentType::parse(wanted).or_else(|_| ContentType::parse(bytes)).unwrap_or(ContentType::TEXT_PLAIN)
}

/// `text` with CR LF line ends and without other control characters but tabs.
pub(super) fn with_crlf(text: &str) -> String {
    let lines = super::text::lines(text);
    let mut whole = String::with_capacity(lines.len() + lines.len() / 32);
    for c in lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')) {
        if c == '\n' {
            whole.push('\r');
        }
        whole.push(c);
    }
    whole
}
