//! The fields of one header, read by `mail-parser` and made safe to show.

use super::{Mailbox, address, date, entity, text::tidy};
use crate::kernel::{clock::Moment, limits, text::cut};
use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, Header, HeaderName, HeaderValue, MessageParser};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Ids of a conversation that are read; the newest count.
const IDS: usize = 100;
/// Characters of an id. RFC 5322 §2.1.1 bounds the line that holds it.
const ID: usize = 995;

static PARSER: LazyLock<MessageParser> = LazyLock::new(|| {
    MessageParser::new()
        .with_mime_headers()
        .with_address_headers()
        .with_message_ids()
        .header_text(HeaderName::Subject)
        .default_header_ignore()
});

/// The fields of a message or a part. Where a field stands twice, the first counts.
pub(super) struct Fields<'a> {
    head: &'a [u8],
    all: Vec<Header<'a>>,
}

impl<'a> Fields<'a> {
    /// Reads a header as `entity::split` cuts it.
    pub fn read(head: &'a [u8]) -> Self {
        let parsed = PARSER.parse_headers(head);
        let all = parsed.and_then(|message| message.parts.into_iter().next()).map(|part| part.headers);
        Self { head, all: all.unwrap_or_default() }
    }

    fn value(&self, name: &HeaderName<'_>) -> Option<&HeaderValue<'a>> {
        self.all.iter().find(|field| field.name == *name).map(|field| &field.value)
    }

    /// How often a field stands here.
    pub fn count(&self, name: &HeaderName<'_>) -> usize {
        self.all.iter().filter(|field| field.name == *name).count()
    }

    /// A field's text as it was sent, unfolded but not decoded.
    pub fn raw(&self, name: &str) -> Option<Cow<'a, str>> {
        let field = self.all.iter().find(|field| field.name.as_str().eq_ignore_ascii_case(name))?;
        let bytes = self.head.get(field.offset_start as usize..field.offset_end as usize)?;
        Some(String::from_utf8_lossy(bytes))
    }

    /// Whether a field's first word is one of `words`, whatever their case.
    pub fn says(&self, name: &str, words: &[&str]) -> bool {
        self.raw(name).is_some_and(|value| {
            let word = value.split([';', '(', ',']).next().unwrap_or_default().trim();
            words.iter().any(|known| word.eq_ignore_ascii_case(known))
        })
    }

    /// The subject, decoded, one line. RFC 5322 §3.6.5, RFC 2047.
    pub fn subject(&self) -> String {
        let subject = self.value(&HeaderName::Subject).and_then(HeaderValue::as_text);
        cut(&tidy(subject.unwrap_or_default()), limits::SUBJECT)
    }

    /// The mailboxes of a field; groups are opened. RFC 5322 §3.4.
    pub fn mailboxes(&self, name: &HeaderName<'_>) -> Vec<Mailbox> {
        let fields = self.all.iter().filter(|field| field.name == *name);
        fields.filter_map(|field| field.value.as_address()).flat_map(address::mailboxes).collect()
    }

    /// The ids of a field, newest [`IDS`] of them, without angle brackets. RFC 5322 §3.6.4.
    pub fn ids(&self, name: &HeaderName<'_>) -> Vec<String> {
        let ids: Vec<&str> = match self.value(name) {
            Some(HeaderValue::Text(id)) => vec![id],
            Some(HeaderValue::TextList(ids)) => ids.iter().map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        };
        ids.iter().skip(ids.len().saturating_sub(IDS)).filter_map(|id| safe_id(id)).collect()
    }

    /// When the message was written. RFC 5322 §3.3, §4.3.
    pub fn date(&self) -> Option<Moment> {
        date::read(&self.raw("date")?)
    }

    /// The media type and its parameters. RFC 2045 §5.
    pub fn content_type(&self) -> Option<&ContentType<'a>> {
        self.value(&HeaderName::ContentType).and_then(HeaderValue::as_content_type)
    }

    /// The disposition and its parameters. RFC 2183.
    pub fn disposition(&self) -> Option<&ContentType<'a>> {
        self.value(&HeaderName::ContentDisposition).and_then(HeaderValue::as_content_type)
    }

    /// The content id without its angle brackets. RFC 2392.
    pub fn content_id(&self) -> Option<String> {
        self.ids(&HeaderName::ContentId).into_iter().next()
    }

    /// The transfer encoding as it was written. RFC 2045 §6.
    pub fn encoding(&self) -> &str {
        self.value(&HeaderName::ContentTransferEncoding).and_then(HeaderValue::as_text).unwrap_or_default().trim()
    }
}

/// An id without angle brackets, blanks and control characters; `None` where nothing is left or it is too long.
pub(super) fn safe_id(id: &str) -> Option<String> {
    let is_kept = |c: &char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>');
    let id: String = id.chars().filter(is_kept).collect();
    (!id.is_empty() && id.len() <= ID).then_some(id)
}

/// Decodes the encoded words of a value that should hold none but often does. RFC 2047 §5 (3).
pub(super) fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains("=?") {
        return Cow::Borrowed(value);
    }
    let line = format!("{value}\n");
    match MessageStream::new(line.as_bytes()).parse_unstructured() {
        HeaderValue::Text(text) => Cow::Owned(text.into_owned()),
        _ => Cow::Borrowed(value),
    }
}

/// The first field of this name in a message: decoded, one line, safe to show.
#[must_use]
pub fn header_value(raw: &[u8], name: &str) -> Option<String> {
    let split = entity::split(raw);
    entity::fields(&split.head).find_map(|field| {
        let colon = memchr::memchr(b':', field)?;
        let is_it = field[..colon].trim_ascii().eq_ignore_ascii_case(name.as_bytes());
        is_it.then(|| tidy(&decoded(&unfolded(&field[colon + 1..]))))
    })
}

/// The message without the fields of these names. RFC 5322 §2.2.
#[must_use]
pub fn without_fields(raw: Vec<u8>, names: &[&str]) -> Vec<u8> {
    let mut kept = Vec::new();
    let (mut rest, mut is_left_out) = (raw.as_slice(), false);
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, after) = rest.split_at(end + 1);
        if line.trim_ascii().is_empty() {
            break;
        }
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if !is_folded {
            let colon = memchr::memchr(b':', line).unwrap_or(0);
            let name = line[..colon].trim_ascii();
            is_left_out = names.iter().any(|unwanted| name.eq_ignore_ascii_case(unwanted.as_bytes()));
        }
        if !is_left_out {
            kept.extend_from_slice(line);
        }
        rest = after;
    }
    if kept.len() + rest.len() == raw.len() {
        return raw;
    }
    kept.extend_from_slice(rest);
    kept
}

/// Folded lines as one. RFC 5322 §2.2.3.
fn unfolded(value: &[u8]) -> String {
    String::from_utf8_lossy(value).replace(['\r', '\n'], "")
}
