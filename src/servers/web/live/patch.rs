//! Server-sent events as the page's script reads them: one line of JSON, then a fragment.

use super::super::error::WebError;
use actix_web::web::Bytes;
use askama::Template;
use std::io::Write;

/// Events to be sent in one piece.
#[derive(Debug, Default)]
pub(super) struct Patches(Vec<u8>);

impl Patches {
    /// Adds an event. `id` is the revision that the browser knows after it; `None` for what is only of this moment.
    pub(super) fn say(&mut self, id: Option<i64>, topic: &str, head: &serde_json::Value, fragment: &str) {
        // Writing to memory cannot fail.
        if let Some(id) = id {
            let _ = writeln!(self.0, "id: {id}");
        }
        let _ = write!(self.0, "event: {topic}\ndata: {head}\n");
        // To a browser a lone CR ends a line too: what somebody typed could say events of its own behind one.
        for line in fragment.split_terminator(['\n', '\r']) {
            let _ = writeln!(self.0, "data: {line}");
        }
        self.0.push(b'\n');
    }

    /// Adds what was written before.
    pub(super) fn add(&mut self, written: &[u8]) {
        self.0.extend_from_slice(written);
    }

    /// The events so far.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The events.
    pub(super) fn into_bytes(self) -> Bytes {
        Bytes::from(self.0)
    }
}

/// A template's text.
pub(super) fn render(template: &impl Template) -> Result<String, WebError> {
    template.render().map_err(|error| WebError::Broken(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_fragment_can_say_an_event_of_its_own() {
        let mut patches = Patches::default();
        patches.say(Some(3), "chat", &serde_json::json!({}), "<a x=\"\r\revent: resync\rdata: {}\r\n\n\">\n</a>");
        let said = String::from_utf8(patches.into_bytes().to_vec()).unwrap();
        let lines: Vec<_> = said.split(['\n', '\r']).collect();
        assert_eq!(lines.iter().filter(|line| line.is_empty()).count(), 2, "{said:?}");
        assert!(lines[3..lines.len() - 2].iter().all(|line| line.starts_with("data: ")), "{said:?}");
    }
}
