//! Makes text ready for a reader of Markdown, so that it does what people mean who never read its rules.
//!
//! Signs that must not mark up anything are put aside as noncharacters and come back in all that is written: those in
//! addresses (`https://a.test/__init__`), and what would make a line a definition that nobody sees (`[note]: …`).

use crate::format::html::plain::{link_at, next_link};

/// Signs, and what stands for them. Unicode §23.7: noncharacters are free for use inside a program.
const ASIDE: [(char, char); 5] =
    [('_', '\u{FDD2}'), ('*', '\u{FDD3}'), ('~', '\u{FDD4}'), (':', '\u{FDD5}'), ('[', '\u{FDD6}')];
/// Brackets that may begin a link; readers of Markdown take quadratic time over more.
const BRACKETS: usize = 400;

/// `text` with some signs put aside, and with quotations that end where their `>` ends.
pub(super) fn prepared(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut is_fenced, mut was_quoted, mut brackets) = (false, false, BRACKETS);
    for line in text.lines() {
        let start = line.trim_start();
        let is_quoted = !is_fenced && start.starts_with('>');
        if was_quoted && !is_quoted && !start.is_empty() {
            out.push('\n');
        }
        if start.starts_with("```") || start.starts_with("~~~") {
            is_fenced = !is_fenced;
        }
        was_quoted = is_quoted;
        line_into(&mut out, line, &mut brackets);
        out.push('\n');
    }
    out
}

fn line_into(out: &mut String, line: &str, brackets: &mut usize) {
    let mut rest = line;
    while let Some(start) = next_link(rest) {
        text_into(out, &rest[..start], brackets);
        let url = link_at(&rest[start..]);
        let url = url.split("](").next().unwrap_or(url).trim_end_matches(['_', '*', '~']);
        // What is trimmed to nothing still has its scheme's letters to go past.
        let url = if url.is_empty() { &rest[start..=start] } else { url };
        for c in url.chars() {
            out.push(ASIDE[..3].iter().find(|(sign, _)| *sign == c).map_or(c, |(_, aside)| *aside));
        }
        rest = &rest[start + url.len()..];
    }
    text_into(out, rest, brackets);
}

/// Text without NUL and without the noncharacters that mean something here.
fn text_into(out: &mut String, text: &str, brackets: &mut usize) {
    let is_taken = |c: char| c == '\0' || ('\u{FDD0}'..='\u{FDEF}').contains(&c);
    for c in text.chars().filter(|c| !is_taken(*c)) {
        match c {
            ':' if out.ends_with(']') => out.push(ASIDE[3].1),
            '[' if *brackets == 0 => out.push(ASIDE[4].1),
            c => {
                *brackets -= usize::from(c == '[');
                out.push(c);
            }
        }
    }
}

/// The signs that were put aside, back in their places.
pub(super) fn restored(text: &str) -> String {
    let sign = |c| ASIDE.iter().find(|(_, aside)| *aside == c).map_or(c, |(sign, _)| *sign);
    text.chars().map(sign).collect()
}
