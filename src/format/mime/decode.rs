//! Transfer encodings (RFC 2045 §6) and character sets, forgiving: what is broken is read as far as it goes.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use std::borrow::Cow;

/// How a body is wrapped for the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// 7bit, 8bit, binary, and whatever is unknown.
    Plain,
    Base64,
    QuotedPrintable,
}

impl Encoding {
    /// By the field's value.
    pub fn named(name: &str) -> Self {
        match name {
            n if n.eq_ignore_ascii_case("base64") => Self::Base64,
            n if n.eq_ignore_ascii_case("quoted-printable") => Self::QuotedPrintable,
            _ => Self::Plain,
        }
    }
}

/// The bytes that were meant.
pub(super) fn bytes(body: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    match encoding {
        Encoding::Plain => Cow::Borrowed(body),
        Encoding::Base64 => Cow::Owned(base64(body)),
        Encoding::QuotedPrintable => Cow::Owned(quoted_printable(body)),
    }
}

/// How many bytes were meant, without making them where that can be helped: files are large.
pub(super) fn size(body: &[u8], encoding: Encoding) -> usize {
    match encoding {
        Encoding::Plain => body.len(),
        Encoding::Base64 => base64_size(body).unwrap_or_else(|| base64(body).len()),
        Encoding::QuotedPrintable => quoted_printable(body).len(),
    }
}

/// Every run of letters up to its padding stands for six bits a letter; `None` where there are stray characters.
fn base64_size(body: &[u8]) -> Option<usize> {
    let (mut size, mut letters) = (0, 0);
    for byte in body {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => letters += 1,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'=' => {
                size += letters * 6 / 8;
                letters = 0;
            }
            _ => return None,
        }
    }
    Some(size + letters * 6 / 8)
}

fn base64(body: &[u8]) -> Vec<u8> {
    base64_decode(body).unwrap_or_else(|| base64_decode(&base64_letters(body)).unwrap_or_default())
}

/// Only the alphabet's letters, up to the padding: a footer that a list put behind it is not base64.
fn base64_letters(body: &[u8]) -> Vec<u8> {
    let is_letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    body.iter().copied().take_while(|b| *b != b'=').filter(is_letter).collect()
}

/// RFC 2045 §6.7; an escape that is none stays as it was written.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        plain.extend_from_slice(&rest[..at]);
        let tail = &rest[at + 1..];
        let (byte, taken) = escape(tail);
        plain.extend(byte);
        rest = &tail[taken..];
    }
    plain.extend_from_slice(rest);
    plain
}

/// What stands behind an `=`: the byte it means, if any, and how many bytes it takes.
fn escape(tail: &[u8]) -> (Option<u8>, usize) {
    let hex = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if let [high, low, ..] = tail
        && let (Some(high), Some(low)) = (hex(*high), hex(*low))
    {
        return (Some(high << 4 | low), 2);
    }
    let blanks = tail.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
    match tail.get(blanks) {
        Some(b'\n') => (None, blanks + 1),
        None => (None, blanks),
        Some(_) => (Some(b'='), 0),
    }
}

/// Text in the named character set. Without one: UTF-8 where it is that, else Latin-1.
pub(super) fn text<'a>(bytes: Cow<'a, [u8]>, charset: Option<&str>) -> Cow<'a, str> {
    let named = charset.map(str::trim).filter(|name| !is_utf8(name));
    match named.and_then(|name| charset_decoder(name.as_bytes()).filter(|_| !is_ascii(name))) {
        Some(decode) => Cow::Owned(decode(&bytes)),
        None if charset.is_some_and(|name| is_utf8(name.trim())) => lossy(bytes),
        None => utf8_or_latin1(bytes),
    }
}

fn is_utf8(name: &str) -> bool {
    name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8")
}

/// Names that promise nothing: such bodies are often UTF-8. UTF-7 is not decoded: it hides markup.
fn is_ascii(name: &str) -> bool {
    ["us-ascii", "ascii", "utf-7", "unicode-1-1-utf-7"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(
            String::from_utf8(bytes).unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned()),
        ),
    }
}

fn utf8_or_latin1(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    if std::str::from_utf8(&bytes).is_ok() {
        return lossy(bytes);
    }
    match charset_decoder(b"windows-1252") {
        Some(decode) => Cow::Owned(decode(&bytes)),
        None => lossy(bytes),
    }
}
