//! One content line: a name, parameters, a value. RFC 5545 §3.1, RFC 6868.

use std::borrow::Cow;

/// Octets of a line before it is folded. §3.1.
const WIDTH: usize = 75;

/// A content line as it was written, unfolded. What is not asked for stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    text: String,
    name_ends: usize,
    value_at: usize,
}

impl Line {
    /// Reads a line; nothing where it has no name or no colon.
    pub(super) fn parse(text: String) -> Option<Self> {
        let name_ends = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))?;
        if name_ends == 0 {
            return None;
        }
        let rest = &text[name_ends..];
        let value_at = match rest.trim_start().chars().next()? {
            ':' | ';' => name_ends + colon(rest)? + 1,
            _ => return None,
        };
        Some(Self { text, name_ends, value_at })
    }

    /// A line of a name and a value that is already escaped.
    pub(super) fn new(name: &str, value: &str) -> Self {
        let value = value.replace(['\r', '\n'], " ");
        Self { text: format!("{name}:{value}"), name_ends: name.len(), value_at: name.len() + 1 }
    }

    /// Its name, as it was written.
    pub(super) fn name(&self) -> &str {
        &self.text[..self.name_ends]
    }

    /// Whether it is called so. Names know no case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// Its value, still escaped.
    pub(super) fn value(&self) -> &str {
        &self.text[self.value_at..]
    }

    /// The value of a parameter, without its quotes.
    pub(super) fn param(&self, name: &str) -> Option<Cow<'_, str>> {
        let (_, value) = self.params().find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
        let value = value.trim();
        let bare = value.strip_prefix('"').map_or(value, |rest| rest.split('"').next().unwrap_or(rest));
        Some(if bare.contains('^') { Cow::Owned(uncaret(bare)) } else { Cow::Borrowed(bare) })
    }

    /// The same line with one parameter changed, added, or, for nothing, taken away.
    pub(super) fn with_param(&self, name: &str, value: Option<&str>) -> Self {
        let mut text = self.name().to_owned();
        for (key, old) in self.params().filter(|(key, _)| !key.trim().eq_ignore_ascii_case(name)) {
            text.push(';');
            text.push_str(key);
            if !old.is_empty() {
                text.push('=');
                text.push_str(old);
            }
        }
        if let Some(value) = value {
            text.push_str(&format!(";{name}={}", quoted(value)));
        }
        text.push(':');
        let value_at = text.len();
        text.push_str(self.value());
        Self { text, name_ends: self.name_ends, value_at }
    }

    /// The same line with another value, which is already escaped.
    pub(super) fn with_value(&self, value: &str) -> Self {
        let mut text = self.text[..self.value_at].to_owned();
        text.push_str(&value.replace(['\r', '\n'], " "));
        Self { text, name_ends: self.name_ends, value_at: self.value_at }
    }

    /// Its parameters as they were written.
    fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = &self.text[self.name_ends..self.value_at - 1];
        std::iter::from_fn(move || {
            rest = rest.trim_start().strip_prefix(';')?;
            let end = outside_quotes(rest, ';').unwrap_or(rest.len());
            let (this, after) = rest.split_at(end);
            rest = after;
            Some(this.split_once('=').unwrap_or((this, "")))
        })
    }

    /// Writes it, folded between characters and ended by CR LF.
    pub(super) fn write(&self, out: &mut String) {
        let mut rest = self.text.as_str();
        let mut width = WIDTH;
        while rest.len() > width {
            let end = rest.floor_char_boundary(width);
            out.push_str(&rest[..end]);
            out.push_str("\r\n ");
            rest = &rest[end..];
            width = WIDTH - 1;
        }
        out.push_str(rest);
        out.push_str("\r\n");
    }
}

/// Where the colon stands that ends the parameters: the first outside quotes, or, with a quote left open, the first.
fn colon(text: &str) -> Option<usize> {
    outside_quotes(text, ':').or_else(|| text.find(':'))
}

fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut is_quoted = false;
    text.char_indices().find_map(|(at, c)| {
        is_quoted ^= c == '"';
        (c == wanted && !is_quoted).then_some(at)
    })
}

/// A parameter's value with what it may not hold written otherwise. RFC 6868.
fn quoted(value: &str) -> String {
    let safe: String = value.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let safe = safe.replace('^', "^^").replace('\n', "^n").replace('"', "^'");
    if safe.contains([':', ';', ',', ' ']) || safe.is_empty() { format!("\"{safe}\"") } else { safe }
}

fn uncaret(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('^', Some('n')) => out.push('\n'),
            ('^', Some('^')) => out.push('^'),
            ('^', Some('\'')) => out.push('"'),
            _ => {
                out.push(c);
                continue;
            }
        }
        chars.next();
    }
    out
}
