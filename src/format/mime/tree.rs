//! The tree of a message's parts, bounded in depth and count. RFC 2046.

use super::decode::{self, Encoding};
use super::entity::{self, Entity};
use super::fields::{Fields, decoded};
use super::filename;
use crate::kernel::limits;
use mail_parser::ContentType;
use std::borrow::Cow;

/// A part of a message.
pub(super) enum Node<'a> {
    /// Text, a file, or an attached message.
    Leaf(Leaf<'a>),
    /// Parts that belong together.
    Parts(Kind, Vec<Self>),
}

/// How the parts of a multipart belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One after another. RFC 2046 §5.1.3.
    Mixed,
    /// The same in several forms, the best last. RFC 2046 §5.1.4.
    Alternative,
    /// A body with the pictures it shows. RFC 2387.
    Related,
    /// Messages. RFC 2046 §5.1.5.
    Digest,
}

/// A part that holds no parts.
pub(super) struct Leaf<'a> {
    /// `type/subtype` in lower case.
    pub media_type: String,
    /// The file name as it was given, decoded.
    pub name: Option<String>,
    /// Whether the sender wants it beside the text.
    pub is_attachment: bool,
    pub content_id: Option<String>,
    pub charset: Option<String>,
    /// What a calendar wants. RFC 6047 §2.4.
    pub method: Option<String>,
    /// RFC 3676 `format=flowed`, and its `delsp=yes`.
    pub flowed: Option<bool>,
    pub encoding: Encoding,
    pub body: &'a [u8],
}

impl<'a> Leaf<'a> {
    /// Whether this is text of the message itself rather than a file; the whole of a message always is, if it is text.
    pub fn is_body(&self) -> bool {
        matches!(self.media_type.as_str(), "text/plain" | "text/html") && !self.is_attachment && self.name.is_none()
    }

    pub fn is_html(&self) -> bool {
        self.media_type == "text/html"
    }

    pub fn bytes(&self) -> Cow<'a, [u8]> {
        decode::bytes(self.body, self.encoding)
    }

    /// How many bytes [`Self::bytes`] gives.
    pub fn size(&self) -> usize {
        decode::size(self.body, self.encoding)
    }

    /// The text in Unicode, of at most four bytes for each character that is kept.
    pub fn text(&self) -> Cow<'a, str> {
        let most = limits::MAIL_TEXT * 4;
        let body = &self.body[..self.body.len().min(most)];
        decode::text(decode::bytes(body, self.encoding), self.charset.as_deref())
    }

    pub fn safe_name(&self) -> String {
        filename::safe(self.name.as_deref().unwrap_or_default(), &self.media_type)
    }
}

/// Reads a message's parts. Past `limits::MIME_DEPTH` a part is a file; past `limits::MIME_PARTS` there are none.
pub(super) fn read<'a>(fields: &Fields<'_>, body: &'a [u8]) -> Node<'a> {
    let mut parts_left = limits::MIME_PARTS;
    let mut whole = node(fields, body, Kind::Mixed, 0, &mut parts_left);
    if let Node::Leaf(leaf) = &mut whole
        && leaf.media_type.starts_with("text/")
        && !leaf.is_attachment
    {
        leaf.name = None;
    }
    whole
}

fn node<'a>(fields: &Fields<'_>, body: &'a [u8], within: Kind, depth: usize, parts_left: &mut usize) -> Node<'a> {
    let kind = fields.content_type().filter(|ct| ct.ctype().eq_ignore_ascii_case("multipart")).map(kind);
    let Some(kind) = kind else { return Node::Leaf(leaf(fields, body, within)) };
    let boundary = fields.content_type().and_then(|ct| ct.attribute("boundary")).map(str::trim_end).unwrap_or_default();
    if boundary.is_empty() || depth >= limits::MIME_DEPTH {
        return Node::Leaf(unreadable(body, depth));
    }
    let Some(parts) = entity::parts(body, boundary, *parts_left) else { return Node::Leaf(unreadable(body, depth)) };
    let mut children = Vec::with_capacity(parts.len());
    for part in parts {
        if *parts_left == 0 {
            break;
        }
        *parts_left -= 1;
        let Entity { head, body } = part_of(part);
        children.push(node(&Fields::read(&head), body, kind, depth + 1, parts_left));
    }
    Node::Parts(kind, children)
}

/// A part may lack every field, and even the empty line before its body.
fn part_of(part: &[u8]) -> Entity<'_> {
    let first = part.first().map(|_| entity::line_at(part, 0)).unwrap_or_default();
    if memchr::memchr(b':', first).is_none() && !first.trim_ascii().is_empty() {
        return Entity { head: Cow::Borrowed(b"\r\n"), body: part };
    }
    entity::split(part)
}

fn kind(content_type: &ContentType<'_>) -> Kind {
    match content_type.subtype().unwrap_or_default() {
        s if s.eq_ignore_ascii_case("alternative") => Kind::Alternative,
        s if s.eq_ignore_ascii_case("related") => Kind::Related,
        s if s.eq_ignore_ascii_case("digest") => Kind::Digest,
        _ => Kind::Mixed,
    }
}

fn leaf<'a>(fields: &Fields<'_>, body: &'a [u8], within: Kind) -> Leaf<'a> {
    let content_type = fields.content_type();
    let disposition = fields.disposition();
    let attribute = |name: &str| content_type.and_then(|ct| ct.attribute(name)).map(str::to_owned);
    let name = disposition.and_then(|d| d.attribute("filename")).or_else(|| content_type?.attribute("name"));
    let is_flowed = attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
    let is_deleting = attribute("delsp").is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
    Leaf {
        media_type: media_type(content_type, within),
        name: name.map(|name| decoded(name).into_owned()),
        is_attachment: disposition.is_some_and(|d| d.ctype().eq_ignore_ascii_case("attachment")),
        content_id: fields.content_id(),
        charset: attribute("charset"),
        method: attribute("method"),
        flowed: is_flowed.then_some(is_deleting),
        encoding: Encoding::named(fields.encoding()),
        body,
    }
}

/// RFC 2045 §5.2 and RFC 2046 §5.1.5: what is not said, or said wrongly, is plain text; in a digest, a message.
fn media_type(content_type: Option<&ContentType<'_>>, within: Kind) -> String {
    let is_token =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
    let named = content_type.and_then(|ct| Some((ct.ctype(), ct.subtype()?)));
    match named.filter(|(main, sub)| is_token(main) && is_token(sub) && main.len() + sub.len() < 127) {
        Some((main, sub)) => format!("{main}/{sub}").to_ascii_lowercase(),
        None if within == Kind::Digest => "message/rfc822".to_owned(),
        None => "text/plain".to_owned(),
    }
}

/// A multipart that cannot be cut: shown as it stands, or offered as a file where it lies too deep.
fn unreadable(body: &[u8], depth: usize) -> Leaf<'_> {
    let is_deep = depth >= limits::MIME_DEPTH;
    Leaf {
        media_type: "text/plain".to_owned(),
        name: is_deep.then(|| "nested-parts.txt".to_owned()),
        is_attachment: is_deep,
        content_id: None,
        charset: None,
        method: None,
        flowed: None,
        encoding: Encoding::Plain,
        body,
    }
}
