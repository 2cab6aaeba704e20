//! The words of a search in chat: `offer "new office" -old from:bob in:sales has:link after:2026-01-01`.

use crate::format::search::{Word, day, quoted, spaced, words};
use crate::kernel::clock::Moment;

/// What a search asks for. Any text makes one: what is not understood is searched as words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChatQuery {
    terms: Vec<Term>,
    /// Only what these people said, by name.
    pub(super) from: Vec<String>,
    /// Only in conversations of this name.
    pub(super) within: Option<String>,
    /// Only what was said before.
    pub(super) before: Option<Moment>,
    /// Only what was said from then on.
    pub(super) after: Option<Moment>,
    /// Only with files.
    pub(super) has_file: bool,
    /// Only with links.
    pub(super) has_link: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    words: String,
    is_prefix: bool,
    is_without: bool,
}

/// Terms of a search that count; more are left out.
const TERMS: usize = 20;
/// Characters of a search that count.
const TYPED: usize = 500;

impl ChatQuery {
    /// Reads a search as typed.
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        let mut query = Self::default();
        for word in words(&crate::kernel::text::cut(typed, TYPED)).into_iter().take(TERMS) {
            query.take(&word);
        }
        query
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same search in one conversation alone, by its id.
    #[must_use]
    pub fn within(mut self, id: crate::kernel::id::ConversationId) -> Self {
        self.within = Some(format!("#{id}"));
        self
    }

    fn take(&mut self, word: &Word) {
        let known = word.text.split_once(':').filter(|_| !word.is_quoted && !word.is_without);
        if !known.is_some_and(|(operator, value)| self.take_operator(operator, value)) {
            self.term(&word.text, word.is_without);
        }
    }

    fn take_operator(&mut self, operator: &str, value: &str) -> bool {
        let value = value.trim_matches('"').trim().to_lowercase();
        match (operator.to_lowercase().as_str(), value.as_str()) {
            (_, "") => return false,
            ("from", _) => self.from.push(value.trim_start_matches('@').to_owned()),
            ("in", _) => self.within = Some(value),
            ("has", "file" | "files" | "attachment") => self.has_file = true,
            ("has", "link" | "links") => self.has_link = true,
            ("before" | "until", _) if day(&value).is_some() => self.before = day(&value),
            ("after" | "since", _) if day(&value).is_some() => self.after = day(&value),
            _ => return false,
        }
        true
    }

    fn term(&mut self, words: &str, is_without: bool) {
        let is_prefix = words.ends_with('*');
        let words = spaced(words.trim_end_matches('*'));
        // What holds no letter or digit has no token, and so cannot be looked for.
        if words.chars().any(char::is_alphanumeric) {
            self.terms.push(Term { words, is_prefix, is_without });
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

    /// The full-text expression: all terms, and only where each of `marks` has one of its words as its mark.
    pub(super) fn expression(&self, marks: &[Vec<String>]) -> String {
        let one_of = |words: &Vec<String>| {
            let words = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" OR ");
            format!("place : ({words})")
        };
        // The terms lead: the list of a whole room is walked only where they are.
        let mut parts: Vec<String> = self.terms.iter().filter(|term| !term.is_without).map(Term::expression).collect();
        parts.extend(marks.iter().rev().map(one_of));
        let mut expression = parts.join(" AND ");
        for term in self.terms.iter().filter(|term| term.is_without) {
            expression = format!("({expression}) NOT {}", term.expression());
        }
        expression
    }
}

impl Term {
    fn expression(&self) -> String {
        // A single letter begins nearly everything.
        let star = if self.is_prefix && self.words.trim().chars().nth(1).is_some() { "*" } else { "" };
        format!("{{text files}} : {}{star}", quoted(&self.words))
    }
}
