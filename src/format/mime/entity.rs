//! Cutting bytes into fields, bodies and parts. Linear in the input.

use crate::kernel::limits;
use memchr::{memchr, memmem};
use std::borrow::Cow;

/// A header and its body: a message or a part of one.
#[derive(Debug)]
pub(super) struct Entity<'a> {
    /// The fields with the empty line behind them, cut to what may be read.
    pub head: Cow<'a, [u8]>,
    /// Everything behind the empty line.
    pub body: &'a [u8],
}

/// Cuts at the first empty line, or at the first line that cannot be a field. RFC 5322 §2.1.
pub(super) fn split(raw: &[u8]) -> Entity<'_> {
    let mut at = 0;
    let mut lines = 0;
    while at < raw.len() {
        let line = line_at(raw, at);
        if is_blank(line) {
            let head = bounded(&raw[..at + line.len()], lines);
            return Entity { head, body: &raw[at + line.len()..] };
        }
        if at > 0 && !may_be_field(line) {
            return Entity { head: bounded(&raw[..at], lines), body: &raw[at..] };
        }
        at += line.len();
        lines += 1;
    }
    Entity { head: bounded(raw, lines), body: &[] }
}

/// The line that starts at `at`, with its line end.
pub(super) fn line_at(raw: &[u8], at: usize) -> &[u8] {
    let rest = &raw[at..];
    memchr(b'\n', rest).map_or(rest, |end| &rest[..=end])
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n" | b"\r")
}

fn may_be_field(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t')) || memchr(b':', line).is_some()
}

/// The header itself where it is small; else a copy without the fields that are too many or too large.
fn bounded(head: &[u8], lines: usize) -> Cow<'_, [u8]> {
    if head.len() <= limits::MIME_HEADER_BYTES && lines <= limits::MIME_HEADERS {
        return with_end(head);
    }
    let mut kept = Vec::with_capacity(limits::MIME_HEADER_BYTES.min(head.len()));
    for field in fields(head).take(limits::MIME_HEADERS) {
        if kept.len() + field.len() <= limits::MIME_HEADER_BYTES {
            kept.extend_from_slice(field);
        }
    }
    kept.extend_from_slice(b"\r\n");
    Cow::Owned(kept)
}

/// A header that lacks its empty line (the message ends in it) gets one.
fn with_end(head: &[u8]) -> Cow<'_, [u8]> {
    if head.ends_with(b"\n\r\n") || head.ends_with(b"\n\n") || is_blank(head) {
        return Cow::Borrowed(head);
    }
    let mut ended = head.to_vec();
    ended.extend_from_slice(b"\r\n\r\n");
    Cow::Owned(ended)
}

/// The fields of a header, each with its folded lines and line ends.
pub(super) fn fields(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        while at < head.len() {
            let line = line_at(head, at);
            if at > start && !matches!(line.first(), Some(b' ' | b'\t')) || is_blank(line) {
                break;
            }
            at += line.len();
        }
        (at > start).then(|| &head[start..at])
    })
}

/// The parts between the delimiter lines of `boundary`, at most `most`; `None` where there is no such line.
///
/// RFC 2046 §5.1.1: a delimiter is a whole line, so a boundary that begins with another one is told apart. A missing
/// last delimiter ends the last part with the body.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &str, most: usize) -> Option<Vec<&'a [u8]>> {
    let mark = format!("--{boundary}");
    let mut found = Vec::new();
    let mut start = None;
    let mut is_delimited = false;
    for at in memmem::find_iter(body, mark.as_bytes()) {
        let Some((is_last, next)) = delimiter(body, at, mark.len()) else { continue };
        is_delimited = true;
        if let Some(start) = start {
            found.push(without_line_end(&body[start..at.max(start)]));
        }
        start = (!is_last && found.len() < most).then_some(next);
        if start.is_none() {
            break;
        }
    }
    if let Some(start) = start {
        found.push(&body[start..]);
    }
    is_delimited.then_some(found)
}

/// Whether the mark at `at` is a delimiter line: is it the last one, and where does the next line start.
fn delimiter(body: &[u8], at: usize, length: usize) -> Option<(bool, usize)> {
    if at > 0 && body[at - 1] != b'\n' {
        return None;
    }
    let rest = line_at(body, at + length);
    let is_last = rest.starts_with(b"--");
    let tail = if is_last { &rest[2..] } else { rest };
    tail.iter().all(u8::is_ascii_whitespace).then_some((is_last, at + length + rest.len()))
}

fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}
