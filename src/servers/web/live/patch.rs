//! Server-sent events as the page's script reads them: one line of JSON, then a fragment.

use super::super::error::WebError;
use askama::Template;
use std::fmt::Write;

/// Events to be sent in one piece.
#[derive(Debug, Default)]
pub(super) struct Patches(String);

impl Patches {
    /// Adds an event. `id` is the revision that the browser knows after it; `None` for what is only of this moment.
    pub(super) fn say(&mut self, id: Option<i64>, topic: &str, head: &serde_json::Value, fragment: &str) {
        // Writing to a text cannot fail.
        if let Some(id) = id {
            let _ = writeln!(self.0, "id: {id}");
        }
        let _ = write!(self.0, "event: {topic}\ndata: {head}\n");
        for line in fragment.lines() {
            let _ = writeln!(self.0, "data: {line}");
        }
        self.0.push('\n');
    }

    /// Adds what was written before.
    pub(super) fn add(&mut self, written: &str) {
        self.0.push_str(written);
    }

    /// The events. Nothing to tell is a comment, which keeps the line alive.
    pub(super) fn into_text(self) -> String {
        if self.0.is_empty() { ": \n\n".to_owned() } else { self.0 }
    }
}

/// A template's text.
pub(super) fn render(template: &impl Template) -> Result<String, WebError> {
    template.render().map_err(|error| WebError::Broken(error.to_string()))
}
