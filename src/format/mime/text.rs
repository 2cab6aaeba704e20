//! Text out of messages: one-line values, format=flowed, previews.

use crate::kernel::{limits, text::cut};

/// Whether a character turns the direction of the text behind it, so that a name can be made to read otherwise.
const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `text` as one line without control characters and bidirectional overrides: safe in a field, a list and a log.
#[must_use]
pub fn tidy(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut is_gap = false;
    for c in text.chars().filter(|c| !is_bidi_control(*c)) {
        if c.is_whitespace() || c.is_control() {
            is_gap = !line.is_empty();
            continue;
        }
        if is_gap {
            line.push(' ');
            is_gap = false;
        }
        line.push(c);
    }
    line
}

/// `text` with LF line ends, without NUL, cut to what is kept of a message.
pub(super) fn lines(text: &str) -> String {
    let cut = (text.len() > limits::MAIL_TEXT).then(|| text.char_indices().nth(limits::MAIL_TEXT)).flatten();
    let text = cut.map_or(text, |(end, _)| &text[..end]);
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\r', 0, rest.as_bytes()) {
        plain.push_str(&rest[..at]);
        let is_bare = rest.as_bytes()[at] == b'\r' && rest.as_bytes().get(at + 1) != Some(&b'\n');
        if is_bare {
            plain.push('\n');
        }
        rest = &rest[at + 1..];
    }
    plain.push_str(rest);
    plain
}

/// Joins the lines that the sender's program broke. RFC 3676 §4. `text` has LF line ends.
pub(super) fn joined(text: &str, is_deleting: bool) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let bare = &line[depth..];
        let bare = bare.strip_prefix(' ').unwrap_or(bare);
        let is_signature = bare == "-- ";
        if open.is_some_and(|before| before != depth || is_signature) {
            whole.push('\n');
            open = None;
        }
        if open.is_none() && depth > 0 {
            whole.extend(std::iter::repeat_n('>', depth));
            whole.push(' ');
        }
        let is_flowed = bare.ends_with(' ') && !is_signature;
        whole.push_str(if is_flowed && is_deleting { &bare[..bare.len() - 1] } else { bare });
        if is_flowed {
            open = Some(depth);
        } else {
            whole.push('\n');
            open = None;
        }
    }
    whole
}

/// One line for a list: the message's own first words, without quoted lines and signature, at most
/// `limits::PREVIEW` characters.
#[must_use]
pub fn preview(text: &str) -> String {
    let mut words = String::new();
    let own = text.lines().take_while(|line| *line != "-- " && *line != "--");
    for line in own.filter(|line| !line.starts_with('>') && !is_attribution(line) && !is_rule(line)) {
        let room = limits::PREVIEW * 8;
        let line = line.char_indices().nth(room).map_or(line, |(end, _)| &line[..end]);
        let line = tidy(line);
        if !words.is_empty() && !line.is_empty() {
            words.push(' ');
        }
        words.push_str(&line);
        if words.chars().nth(limits::PREVIEW).is_some() {
            break;
        }
    }
    cut(&words, limits::PREVIEW)
}

/// The lines that the sender wrote: without quoted ones, what announces them, the signature, and a whole message below.
#[must_use]
pub fn own_words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut own = String::with_capacity(text.len());
    let mut blanks = 0;
    for (place, line) in lines.iter().enumerate() {
        if *line == "-- " || *line == "--" || is_original(&lines[place..]) {
            break;
        }
        // Programs break a long announcement in two.
        let broken = |one: &str, two: &str| is_attribution(&format!("{} {}", one.trim(), two.trim()));
        let is_announced = is_attribution(line)
            || lines.get(place + 1).is_some_and(|next| broken(line, next))
            || place.checked_sub(1).is_some_and(|before| broken(lines[before], line));
        if line.starts_with('>') || is_announced {
            continue;
        }
        if line.trim().is_empty() {
            blanks += 1;
            continue;
        }
        if !own.is_empty() {
            own.push_str(if blanks > 0 { "\n\n" } else { "\n" });
        }
        blanks = 0;
        own.push_str(line.trim_end());
    }
    own
}

/// Whether the message that is answered follows whole, as some programs put it below.
fn is_original(lines: &[&str]) -> bool {
    let Some(first) = lines.first().map(|line| line.trim()) else { return false };
    let begins = |line: &str, words: &[&str]| words.iter().any(|word| line.trim_start().starts_with(word));
    first.starts_with("-----Original Message-----")
        || first.starts_with("-----Ursprüngliche Nachricht-----")
        || first.len() >= 20 && first.bytes().all(|byte| byte == b'_')
        || begins(first, &["From: ", "Von: "])
            && lines.iter().skip(1).take(3).any(|line| begins(line, &["Sent: ", "Date: ", "Gesendet: ", "Datum: "]))
}

/// `On Tuesday Bob wrote:`, as programs put it before a quotation.
fn is_attribution(line: &str) -> bool {
    let line = line.trim();
    line.len() < 200
        && (line.starts_with("On ") && line.ends_with("wrote:")
            || line.starts_with("Am ") && line.ends_with("schrieb:"))
}

/// A line of signs that only parts others.
fn is_rule(line: &str) -> bool {
    line.len() > 2 && line.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | ' '))
}
