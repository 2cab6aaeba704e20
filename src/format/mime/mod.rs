//! Mail messages: reading any (RFC 5322, RFC 2045–2049, RFC 2231), writing good ones, and writing bounces (RFC 3464).
//!
//! Field values are read by `mail-parser`; the tree of parts is ours, since it must be bounded in depth, count and time
//! and must stay readable where a message is broken. Asks `format::html` for the text of HTML-only messages.

mod address;
mod bounce;
mod build;
mod date;
mod decode;
mod entity;
mod fields;
mod filename;
mod invitation;
mod read;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod typed;

pub use bounce::{Action, Bounce, Failure, bounce};
pub use build::{BuildError, NewFile, NewMail, build};
pub use fields::{header_value, without_fields};
pub use filename::safe as safe_file_name;
pub use invitation::{NewInvitation, build_invitation};
pub use read::{file, kinds, parse};
pub use text::{own_words, preview, tidy};
pub use typed::{Typed, typed};

use crate::kernel::clock::Moment;

/// A name and an address, as a message gave them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, decoded, one line, without bidirectional overrides; may be empty.
    pub name: String,
    /// `local@domain`, one line. From a received message it is not checked, and may be anything.
    pub address: String,
}

impl Mailbox {
    /// The name, else the address.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }
}

/// One file in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// Which file of the message this is, from 0: what [`file`] asks for.
    pub index: usize,
    /// A name that is safe to show, to store and to download under; never empty.
    pub name: String,
    /// `type/subtype` in lower case, as the sender claims.
    pub media_type: String,
    /// Bytes after decoding.
    pub size: usize,
    /// The content id without its angle brackets. RFC 2392.
    pub content_id: Option<String>,
    /// Whether it belongs into the text (a picture of an HTML body) rather than beside it.
    pub is_inline: bool,
}

/// A calendar that came with a message. RFC 6047.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarPart {
    /// Its text.
    pub text: String,
    /// What the part itself says that it wants; nothing for a plain file.
    pub method: Option<String>,
    /// Which of the message's files it is.
    pub file: usize,
}

/// What a message says, ready to be shown, listed and searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParsedMail {
    /// The subject, one line; empty where there is none.
    pub subject: String,
    /// The first author.
    pub from: Option<Mailbox>,
    /// Who sent it for the author, where the message says so.
    pub sender: Option<Mailbox>,
    /// Where answers go, where that is not to the author.
    pub reply_to: Vec<Mailbox>,
    /// Recipients; groups are opened.
    pub to: Vec<Mailbox>,
    /// Recipients of copies.
    pub cc: Vec<Mailbox>,
    /// Recipients that no other recipient is shown.
    pub bcc: Vec<Mailbox>,
    /// When the sender says it was written; `None` where that is missing, wrong or beyond belief.
    pub date: Option<Moment>,
    /// Its own id, without angle brackets.
    pub message_id: Option<String>,
    /// Ids of the messages it answers, without angle brackets.
    pub in_reply_to: Vec<String>,
    /// Ids of the conversation so far, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// Readable plain text, made from the HTML where there is no plain part. Lines end in LF.
    pub text: String,
    /// The HTML bodies, foreign and unclean: for `format::html::clean` only, which cleans each part by itself.
    pub html: Option<String>,
    /// The calendar that came with it, where one did.
    pub calendar: Option<CalendarPart>,
    /// Every part that is not a body.
    pub files: Vec<AttachedFile>,
    /// `Received` fields: how many servers passed it on.
    pub hops: usize,
    /// Whether a machine wrote it, so that no machine may answer it. RFC 3834 §2.
    pub is_automatic: bool,
    /// Whether it came over a mailing list. RFC 2919, RFC 2369.
    pub is_list: bool,
}
