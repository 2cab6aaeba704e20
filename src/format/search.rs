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
