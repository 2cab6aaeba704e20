//! A calendar as a tree of components and lines, in the order they came. RFC 5545 §3.1, §3.4.

use crate::format::ical::IcalError;
use crate::format::ical::line::Line;
use crate::kernel::limits;

/// A component with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Node {
    /// Its name in capitals: `VEVENT`.
    pub(super) name: String,
    /// Its lines.
    pub(super) lines: Vec<Line>,
    /// The components in it.
    pub(super) parts: Vec<Self>,
}

impl Node {
    /// An empty component.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The first line of a name.
    pub(super) fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.is(name))
    }

    /// Every line of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.is(name))
    }

    /// The value of the first line of a name, still escaped.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.line(name).map(Line::value)
    }

    /// Puts `line` where the first of its name stands, or at the end; the others of the name go.
    pub(super) fn set(&mut self, line: Line) {
        let name = line.name().to_owned();
        match self.lines.iter().position(|old| old.is(&name)) {
            Some(at) => {
                let mut index = 0;
                self.lines.retain(|old| {
                    index += 1;
                    index - 1 == at || !old.is(&name)
                });
                self.lines[at] = line;
            }
            None => self.lines.push(line),
        }
    }

    /// Sets the value of a name, without parameters.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.set(Line::new(name, value));
    }

    /// Takes away every line of a name.
    pub(super) fn remove(&mut self, name: &str) {
        self.lines.retain(|line| !line.is(name));
    }

    /// Writes it with all that is in it.
    pub(super) fn write(&self, out: &mut String) {
        Line::new("BEGIN", &self.name).write(out);
        self.lines.iter().for_each(|line| line.write(out));
        self.parts.iter().for_each(|part| part.write(out));
        Line::new("END", &self.name).write(out);
    }
}

/// Reads every component that stands at the top.
///
/// Takes a byte order mark, LF alone, folded characters, lines broken without folding, Latin-1, a missing `END`.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Node>, IcalError> {
    let mut tops = Vec::new();
    let mut open: Vec<Node> = Vec::new();
    let mut count = 0;
    for text in unfolded(bytes) {
        let Some(line) = Line::parse(text.clone()) else {
            continue_line(&mut open, &text);
            continue;
        };
        if line.is("BEGIN") {
            count += 1;
            if open.len() >= limits::ICAL_DEPTH || count > limits::ICAL_COMPONENTS {
                return Err(IcalError::TooLarge);
            }
            open.push(Node::new(&component_name(line.value())));
        } else if line.is("END") {
            close(&mut open, &mut tops, &component_name(line.value()));
        } else if let Some(node) = open.last_mut() {
            node.lines.push(line);
        }
    }
    while let Some(name) = open.last().map(|node| node.name.clone()) {
        close(&mut open, &mut tops, &name);
    }
    Ok(tops)
}

fn component_name(value: &str) -> String {
    value.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>().to_ascii_uppercase()
}

/// Closes the innermost open component of that name, with all that was left open in it. An end without a begin is nothing.
fn close(open: &mut Vec<Node>, tops: &mut Vec<Node>, name: &str) {
    let Some(at) = open.iter().rposition(|node| node.name == name) else { return };
    while open.len() > at {
        let Some(node) = open.pop() else { return };
        match open.last_mut() {
            Some(outer) => outer.parts.push(node),
            None => tops.push(node),
        }
    }
}

/// Text that was broken without being folded belongs to the line before it.
fn continue_line(open: &mut [Node], text: &str) {
    let Some(last) = open.last_mut().and_then(|node| node.lines.last_mut()) else { return };
    if !text.trim().is_empty() && (last.is("DESCRIPTION") || last.is("COMMENT") || last.is("SUMMARY")) {
        *last = last.with_value(&format!("{}\\n{}", last.value(), text.trim()));
    }
}

/// The lines, each with what was folded from it. Folding may cut characters, so bytes are joined first. §3.1.
fn unfolded(bytes: &[u8]) -> impl Iterator<Item = String> {
    let mut rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::iter::from_fn(move || {
        let mut line: Vec<u8> = Vec::new();
        if rest.is_empty() {
            return None;
        }
        loop {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            line.extend_from_slice(rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]));
            rest = rest.get(end + 1..).unwrap_or_default();
            match rest.first() {
                Some(b' ' | b'\t') => rest = &rest[1..],
                _ => return Some(text_of(line)),
            }
        }
    })
}

fn text_of(line: Vec<u8>) -> String {
    let mut text =
        String::from_utf8(line).unwrap_or_else(|wrong| wrong.as_bytes().iter().map(|byte| char::from(*byte)).collect());
    if text.contains(|c: char| c.is_control() && c != '\t') {
        text.retain(|c| !c.is_control() || c == '\t');
    }
    text
}
