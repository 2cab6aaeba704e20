//! Mail addresses and the cutting of text.

use crate::kernel::limits;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A mail address: `local@domain`. The domain is kept in lower case; the local part as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    text: String,
    at: usize,
}

/// Why a text is not a mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is no `@`, or nothing before or behind it.
    #[error("an address looks like name@example.com")]
    Shape,
    /// A part is longer than RFC 5321 §4.5.3.1 allows.
    #[error("the address is too long")]
    Length,
    /// A character that no address may hold.
    #[error("the address holds a character that is not allowed")]
    Character,
}

impl EmailAddress {
    /// The part before the `@`, as it was written.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.text[..self.at]
    }

    /// The domain, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.text[self.at + 1..]
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address in lower case without its `+tag`: what accounts are found by.
    #[must_use]
    pub fn key(&self) -> String {
        let local = self.local().to_lowercase();
        let base = match local.split_once('+') {
            Some((base, _)) if !base.is_empty() => base,
            _ => local.as_str(),
        };
        format!("{base}@{}", self.domain())
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    /// Reads `local@domain`. RFC 5321 §4.1.2, with RFC 6531 letters; quoted local parts are taken as they stand.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Shape)?;
        if local.is_empty() || domain.is_empty() {
            return Err(AddressError::Shape);
        }
        if local.len() > limits::LOCAL_PART || text.len() > limits::ADDRESS {
            return Err(AddressError::Length);
        }
        let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
        if !(is_quoted && is_quoted_local(&local[1..local.len() - 1]) || is_dot_atom(local)) || !is_domain(domain) {
            return Err(AddressError::Character);
        }
        Ok(Self { text: format!("{local}@{}", domain.to_lowercase()), at: local.len() })
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

fn is_quoted_local(inner: &str) -> bool {
    !inner.chars().any(char::is_control) && !inner.contains('"')
}

fn is_dot_atom(local: &str) -> bool {
    let is_word =
        |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || (!c.is_ascii() && !c.is_control());
    local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_word))
}

/// Whether `domain` is a host name or an address literal such as `[192.0.2.1]`.
#[must_use]
pub fn is_domain(domain: &str) -> bool {
    if let Some(literal) = domain.strip_prefix('[').and_then(|d| d.strip_suffix(']')) {
        return !literal.is_empty() && literal.chars().all(|c| c.is_ascii_alphanumeric() || ".:-".contains(c));
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_' || (!c.is_ascii() && c.is_alphanumeric()))
    };
    domain.len() <= 253 && domain.split('.').all(is_label)
}

/// `text` cut to `most` characters, with an ellipsis where something was cut.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    clip(text, most).into_owned()
}

/// `text` cut as [`cut`] does; what is short enough is not copied.
#[must_use]
pub fn clip(text: &str, most: usize) -> Cow<'_, str> {
    let mut places = text.char_indices().map(|(place, _)| place);
    let end = if text.len() <= most { None } else { places.nth(most.saturating_sub(1)) };
    match (end, places.next()) {
        (Some(end), Some(_)) => Cow::Owned([text[..end].trim_end(), "…"].concat()),
        _ => Cow::Borrowed(text),
    }
}

/// `text` cut in its middle to `most` characters: for file names and addresses, whose ends tell most.
#[must_use]
pub fn cut_middle(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most || most < 5 {
        return text.to_owned();
    }
    let tail = (most - 1) / 3;
    let head = most - 1 - tail;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

/// `text` as one line: control characters and runs of white space become one blank.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A name as one line, without what turns round the text beside it and without letters that nobody sees (Unicode TR 36
/// §2.10): embeddings, overrides, isolates, and zero-width blanks and joiners of words.
#[must_use]
pub fn name_line(text: &str) -> String {
    let is_shown = |c: &char| !matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    one_line(&text.chars().filter(is_shown).collect::<String>())
}

/// A fact as a sentence: with a capital, and a point where nothing ends it. A host or an address at its begin stays as it is
/// written.
#[must_use]
pub fn sentence(fact: &str) -> String {
    let end = if fact.ends_with(['.', '!', '?']) { "" } else { "." };
    if fact.split(' ').next().is_some_and(|word| word.contains('.')) {
        return [fact, end].concat();
    }
    let mut letters = fact.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    [&first, letters.as_str(), end].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_at_a_character_and_says_so() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("größer", 6), "größer");
        assert_eq!(cut("größer", 5), "größ…");
        assert_eq!(cut("two words", 5), "two…");
        assert_eq!(cut("x", 1), "x");
        assert_eq!(cut("xy", 1), "…");
        assert_eq!(cut_middle("Hafenstrasse-12_Fassadenraster.pdf", 20), "Hafenstrasse-…er.pdf");
    }

    #[test]
    fn a_fact_becomes_a_sentence_and_names_stay_as_they_are_written() {
        for (fact, said) in [
            ("there is no such person", "There is no such person."),
            ("ärger", "Ärger."),
            ("anna@example.org is taken", "anna@example.org is taken."),
            ("feeds.example is no host", "feeds.example is no host."),
            ("done already!", "Done already!"),
        ] {
            assert_eq!(sentence(fact), said);
        }
    }

    #[test]
    fn an_address_is_known_by_its_key_and_odd_ones_are_refused() {
        let address: EmailAddress = "Alice+News@EXAMPLE.com".parse().unwrap();
        assert_eq!(
            (address.local(), address.domain(), address.key().as_str()),
            ("Alice+News", "example.com", "alice@example.com")
        );
        for odd in ["", "@", "a@", "@b", "a b@c.d", "a..b@c.d", "a@-b.c", "a\r\n@b.c", "a@b\0.c"] {
            assert!(odd.parse::<EmailAddress>().is_err(), "{odd:?}");
        }
    }
}
