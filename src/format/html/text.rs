//! The readable text of HTML.

use super::PART_END;
use super::entities::decoded;
use super::rewrite::is_dropped_whole;
use super::scan::{Token, attributes, tokens};
use crate::kernel::limits;

/// Elements that stand on lines of their own; those of the second list with an empty line around.
const LINES: [&str; 22] = [
    "address",
    "article",
    "aside",
    "body",
    "caption",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "li",
    "main",
    "nav",
    "section",
    "summary",
    "table",
    "tr",
];
const PARAGRAPHS: [&str; 12] = ["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "ul"];

/// What a reader sees of `foreign`, as plain text: lines and paragraphs kept, markup, scripts and styles left out.
/// At most `limits::MAIL_TEXT` bytes.
#[must_use]
pub fn text_of(foreign: &str) -> String {
    let mut page = Page::default();
    for part in foreign.split(PART_END) {
        for token in tokens(part) {
            page.take(&token);
            if page.text.len() > limits::MAIL_TEXT {
                break;
            }
        }
        page.line_ends = 2;
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    /// Line ends owed before the next word, and whether a blank is.
    line_ends: usize,
    is_gap: bool,
    /// Open `pre` elements, where blanks count.
    pre: usize,
}

impl Page {
    fn take(&mut self, token: &Token<'_>) {
        match token {
            Token::Text(text) => self.words(&decoded(text)),
            Token::Raw(name, text) if !is_dropped_whole(name) => self.words(&decoded(text)),
            Token::Raw(..) => {}
            Token::Open(name, inside) => self.open(&name.to_ascii_lowercase(), inside),
            Token::Close(name) => self.close(&name.to_ascii_lowercase()),
        }
    }

    fn open(&mut self, name: &str, inside: &str) {
        match name {
            "br" if self.text.is_empty() => {}
            "br" => self.line_ends += 1,
            "td" | "th" => self.is_gap = true,
            "pre" => self.pre += 1,
            "img" => self.picture(inside),
            _ => {}
        }
        self.part(name);
        if name == "li" {
            self.words("• ");
            self.is_gap = true;
        }
    }

    fn close(&mut self, name: &str) {
        if name == "pre" {
            self.pre = self.pre.saturating_sub(1);
        }
        self.part(name);
    }

    fn part(&mut self, name: &str) {
        if LINES.contains(&name) {
            self.line_ends = self.line_ends.max(1);
        } else if PARAGRAPHS.contains(&name) {
            self.line_ends = self.line_ends.max(2);
        }
    }

    fn picture(&mut self, inside: &str) {
        let alt = attributes(inside).find(|(name, _)| name.eq_ignore_ascii_case("alt"));
        if let Some((_, alt)) = alt {
            self.words(&decoded(alt));
        }
    }

    fn words(&mut self, text: &str) {
        if self.pre > 0 {
            self.settle();
            self.text.extend(text.chars().filter(|c| !matches!(c, '\r' | '\0')));
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() || c == '\0' {
                self.is_gap = true;
            } else if !matches!(c, '\u{200B}' | '\u{200C}' | '\u{FEFF}' | '\u{AD}' | '\u{34F}') {
                self.settle();
                self.text.push(c);
            }
        }
    }

    /// Writes the blanks and line ends that are owed.
    fn settle(&mut self) {
        if self.text.is_empty() {
            self.line_ends = 0;
        } else if self.line_ends > 0 {
            self.text.extend(std::iter::repeat_n('\n', self.line_ends.min(2)));
        } else if self.is_gap {
            self.text.push(' ');
        }
        self.line_ends = 0;
        self.is_gap = false;
    }
}
