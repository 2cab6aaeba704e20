//! Character references, read and written.

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::html::add_html_token;
use std::borrow::Cow;

/// The longest name of a character reference that is looked up.
const NAME: usize = 32;
/// Names that are read without their semicolon, since old programs write them so.
const LEGACY: [(&str, char); 7] =
    [("nbsp", '\u{A0}'), ("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("copy", '©'), ("reg", '®')];

/// `text` with its character references replaced by what they mean.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let taken = reference(&rest[at..], &mut plain);
        rest = &rest[at + taken..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Writes what the reference at the start of `text` means, and says how long it is. A number needs no semicolon.
fn reference(text: &str, plain: &mut String) -> usize {
    let body = &text[1..];
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '#';
    let length = body.find(|c| !is_part(c)).unwrap_or(body.len());
    if length == 0 || length > NAME {
        plain.push('&');
        return 1;
    }
    if let Some(digits) = body[..length].strip_prefix('#') {
        return 1 + number(digits, body, plain);
    }
    if body[length..].starts_with(';') {
        add_html_token(plain, &text.as_bytes()[..length + 2], false);
        return length + 2;
    }
    // In an address `&copy=2` is a parameter. HTML standard §13.2.5.73.
    let legacy = LEGACY.iter().find(|(name, _)| body[..length] == **name && !body[length..].starts_with('='));
    plain.push(legacy.map_or('&', |(_, meant)| *meant));
    1 + legacy.map_or(0, |(name, _)| name.len())
}

fn number(digits: &str, body: &str, plain: &mut String) -> usize {
    let (digits, radix, before) = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 2),
        None => (digits, 10, 1),
    };
    let count = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    if count == 0 {
        plain.push('&');
        return 0;
    }
    let code = u32::from_str_radix(&digits[..count], radix).ok().filter(|code| *code != 0);
    match code.and_then(char::from_u32) {
        Some(c @ '\u{80}'..='\u{9F}') => windows(c, plain),
        c => plain.push(c.unwrap_or(char::REPLACEMENT_CHARACTER)),
    }
    let end = before + count;
    if body[end..].starts_with(';') { end + 1 } else { end }
}

/// HTML standard §13.2.5.80: numbers of control characters mean what Windows has in their place.
fn windows(c: char, plain: &mut String) {
    let byte = u8::try_from(u32::from(c)).unwrap_or(b'?');
    match charset_decoder(b"windows-1252") {
        Some(decode) => plain.push_str(&decode(&[byte])),
        None => plain.push(char::REPLACEMENT_CHARACTER),
    }
}

/// Writes `text` so that it is text in an element and in a quoted attribute.
pub(super) fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => {}
            c => out.push(c),
        }
    }
}
