//! Foreign HTML made safe; plain text and Markdown made HTML.
//!
//! Two layers, either of which would do: `rewrite` writes the input anew, with nothing in it but known elements, known
//! attributes and checked values, balanced and bounded; then `ammonia` parses that as a browser would and holds it
//! against its own allow list. What browsers read differently from us can so never reach them.

mod clean;
mod entities;
mod host;
mod markdown;
mod plain;
mod rewrite;
mod scan;
mod style;
#[cfg(test)]
mod tests;
mod text;
mod urls;

pub use clean::clean;
pub use markdown::{Mention, from_markdown, plain_of_markdown};
pub use plain::{escaped_lines, from_plain};
pub use text::text_of;

use std::fmt;

/// Stands between the HTML parts of one message (ASCII record separator). Each is cleaned by itself, so that nothing
/// left open in one reaches into the next.
pub const PART_END: char = '\u{1E}';

/// HTML that cannot run, load, post or leave its box. Only this module makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// The HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Display for CleanHtml {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for CleanHtml {}

/// Cleaned HTML, and what was kept back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The HTML.
    pub html: CleanHtml,
    /// Pictures on other machines, shown or not.
    pub remote_images: usize,
}

/// Whether pictures on other machines are loaded. Loading one tells the sender who reads, when and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Images {
    /// They are left out and counted.
    Blocked,
    /// They are shown: the reader said so.
    Shown,
}
