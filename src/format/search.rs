//! What people type to find something, cut into words: `offer "new office" -old from:bob after:2026-01-01`.

use crate::kernel::clock::Moment;
use chrono::{NaiveDate, NaiveTime};

/// One word of a search, or several between quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word, without its quotes and its minus.
    pub text: String,
    /// Whether it stood between quotes: then nothing in it has a meaning.
    pub is_quoted: bool,
    /// Whether it stood behind a minus: what has it is not wanted.
    pub is_without: bool,
}

/// Cuts at blanks, but not within quotes.
#[must_use]
pub fn words(typed: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let is_without = rest.starts_with('-') && rest.len() > 1;
        let body = if is_without { &rest[1..] } else { rest };
        let is_quoted = body.starts_with('"');
        let mut in_quotes = false;
        let end = body.char_indices().find(|(_, c)| {
            in_quotes ^= *c == '"';
            c.is_whitespace() && !in_quotes
        });
        let end = end.map_or(body.len(), |(place, _)| place);
        let text = if is_quoted { body[..end].trim_matches('"') } else { &body[..end] };
        words.push(Word { text: text.to_owned(), is_quoted, is_without });
        rest = body[end..].trim_start();
    }
    words
}

/// As a string of the full-text grammar: nothing in it has a meaning.
#[must_use]
pub fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('\0', " ").replace('"', "\"\""))
}

/// A text as the index knows it, in what is kept as in what is asked: where a script has no blanks between words, each
/// sign is a word, and so any run of them is found as a phrase.
#[must_use]
pub fn spaced(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut spaced = String::with_capacity(text.len() + text.len() / 2);
    for c in text.chars() {
        if is_word_sign(c) {
            spaced.push(' ');
            spaced.push(c);
            spaced.push(' ');
        } else {
            spaced.push(c);
        }
    }
    spaced
}

/// Whether a sign stands for itself: Han, kana, hangul.
const fn is_word_sign(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FF}' | '\u{3105}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}' | '\u{20000}'..='\u{323AF}')
}

/// The beginning of a day written as 2026-03-14, 2026/03/14, 2026-03 or 2026, in UTC.
#[must_use]
pub fn day(value: &str) -> Option<Moment> {
    let value = value.replace('/', "-");
    let whole = match value.matches('-').count() {
        0 => format!("{value}-01-01"),
        1 => format!("{value}-01"),
        _ => value,
    };
    let date = NaiveDate::parse_from_str(&whole, "%Y-%m-%d").ok()?;
    Some(Moment::from_millis(date.and_time(NaiveTime::MIN).and_utc().timestamp_millis()))
}
