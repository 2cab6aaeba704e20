//! The words of a search: `offer "new office" from:bob has:attachment is:unread after:2026-01-01 in:sent larger:2M`.

use crate::format::search::{Word, day, quoted, words};
use crate::kernel::clock::Moment;

/// What a search asks for. Any text makes one: what is not understood is searched as words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What the full-text index must match.
    terms: Vec<Term>,
    /// Only unread or only read ones.
    pub(super) is_seen: Option<bool>,
    /// Only starred ones.
    pub(super) is_starred: bool,
    /// Only those with files.
    pub(super) has_files: bool,
    /// Only those that came before.
    pub(super) before: Option<Moment>,
    /// Only those that came after.
    pub(super) after: Option<Moment>,
    /// Only in the folder of this word or name.
    pub(super) folder: Option<String>,
    /// Only those of more bytes.
    pub(super) larger: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    column: Column,
    words: String,
    is_prefix: bool,
    is_without: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Any,
    Sender,
    Recipients,
    Subject,
    Files,
}

/// Terms of a search that count; more are left out.
const TERMS: usize = 20;

impl Query {
    /// Reads a search as typed.
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        let mut query = Self::default();
        for word in words(typed).into_iter().take(TERMS) {
            query.take(&word);
        }
        query
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn take(&mut self, word: &Word) {
        let known = word.text.split_once(':').filter(|_| !word.is_quoted);
        let is_taken = known.is_some_and(|(operator, value)| self.take_operator(operator, value, word.is_without));
        if !is_taken {
            self.term(Column::Any, &word.text, word.is_without);
        }
    }

    fn take_operator(&mut self, operator: &str, value: &str, is_without: bool) -> bool {
        let value = value.trim_matches('"');
        match (operator.to_lowercase().as_str(), value.to_lowercase().as_str()) {
            (_, "") => return false,
            ("from", _) => self.term(Column::Sender, value, is_without),
            ("to" | "cc" | "bcc", _) => self.term(Column::Recipients, value, is_without),
            ("subject", _) => self.term(Column::Subject, value, is_without),
            ("filename", _) => self.term(Column::Files, value, is_without),
            ("has", "attachment" | "attachments" | "file" | "files") => self.has_files = true,
            ("is", "unread") => self.is_seen = Some(false),
            ("is", "read") => self.is_seen = Some(true),
            ("is", "starred") => self.is_starred = true,
            ("in", _) => self.folder = Some(value.to_lowercase()),
            ("before" | "until", _) if day(value).is_some() => self.before = day(value),
            ("after" | "since", _) if day(value).is_some() => self.after = day(value),
            ("larger", _) if size(value).is_some() => self.larger = size(value),
            _ => return false,
        }
        true
    }

    fn term(&mut self, column: Column, words: &str, is_without: bool) {
        let is_prefix = words.ends_with('*');
        let words = words.trim_end_matches('*').to_owned();
        // What holds no letter or digit has no token, and so cannot be looked for.
        if words.chars().any(char::is_alphanumeric) {
            self.terms.push(Term { column, words, is_prefix, is_without });
        }
    }

    /// Whether some words must match.
    pub(super) fn has_terms(&self) -> bool {
        self.terms.iter().any(|term| !term.is_without)
    }

    /// The same search with every word taken as a beginning.
    pub(super) fn widened(&self) -> Self {
        let terms = self.terms.iter().map(|term| Term { is_prefix: true, ..term.clone() }).collect();
        Self { terms, ..self.clone() }
    }

    /// The full-text expression: all terms, and `owner`'s messages only.
    pub(super) fn expression(&self, owner: &str) -> String {
        let mut expression = format!("owners : {}", quoted(owner));
        for term in self.terms.iter().filter(|term| !term.is_without) {
            expression.push_str(" AND ");
            expression.push_str(&term.expression());
        }
        for term in self.terms.iter().filter(|term| term.is_without) {
            expression = format!("({expression}) NOT {}", term.expression());
        }
        expression
    }
}

impl Term {
    fn expression(&self) -> String {
        let column = match self.column {
            Column::Any => "- owners",
            Column::Sender => "sender",
            Column::Recipients => "recipients",
            Column::Subject => "subject",
            Column::Files => "files",
        };
        let star = if self.is_prefix { "*" } else { "" };
        format!("{column} : {}{star}", quoted(&self.words))
    }
}

/// Bytes written as 500, 200k or 2M.
fn size(value: &str) -> Option<i64> {
    let lower = value.to_lowercase();
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &lower[digits.len()..] {
        "" | "b" => 1,
        "k" | "kb" => 1024,
        "m" | "mb" => 1024 * 1024,
        "g" | "gb" => 1024 * 1024 * 1024,
        _ => return None,
    };
    digits.parse::<i64>().ok()?.checked_mul(unit)
}
