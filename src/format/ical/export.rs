//! Many items as one calendar file. RFC 5545 §3.4, RFC 7986 §5.1.

use crate::format::ical::Item;
use crate::format::ical::line::Line;
use crate::format::ical::read::{self, PRODUCT};
use crate::format::ical::value::escape;
use crate::kernel::text::one_line;
use std::collections::HashSet;

/// A calendar file that is written piece by piece: each zone once, before the first that names it.
#[derive(Debug, Default)]
pub struct Export {
    told: HashSet<String>,
}

impl Export {
    /// Begins a file. Returns the writer and the first piece.
    #[must_use]
    pub fn begin(name: &str) -> (Self, String) {
        let mut text = String::new();
        Line::new("BEGIN", "VCALENDAR").write(&mut text);
        Line::new("VERSION", "2.0").write(&mut text);
        Line::new("PRODID", PRODUCT).write(&mut text);
        Line::new("CALSCALE", "GREGORIAN").write(&mut text);
        let name = escape(&one_line(name));
        if !name.is_empty() {
            Line::new("NAME", &name).write(&mut text);
            Line::new("X-WR-CALNAME", &name).write(&mut text);
        }
        (Self::default(), text)
    }

    /// The piece of one item's stored text.
    #[must_use]
    pub fn piece(&mut self, item_text: &str) -> String {
        let mut text = String::new();
        for part in read::root(item_text).into_iter().flat_map(|root| root.parts) {
            let is_new =
                part.name != "VTIMEZONE" || self.told.insert(part.value("TZID").unwrap_or_default().to_owned());
            if is_new {
                part.write(&mut text);
            }
        }
        text
    }

    /// The last piece.
    #[must_use]
    pub fn end(self) -> &'static str {
        "END:VCALENDAR\r\n"
    }
}

/// Many items as one calendar file.
#[must_use]
pub fn export(items: &[Item], name: &str) -> String {
    let (mut export, mut text) = Export::begin(name);
    for item in items {
        text.push_str(&export.piece(&item.text));
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}
