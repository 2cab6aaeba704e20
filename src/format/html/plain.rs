//! Plain text as HTML: escaped, in paragraphs, links to click, quotations folded, signatures greyed.

use super::CleanHtml;
use super::entities::escape_into;
use super::urls::is_link;

/// Plain text as HTML of ours. RFC 3676 §4.3 (the signature's line), §4.5 (quotations).
#[must_use]
pub fn from_plain(text: &str) -> CleanHtml {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let (body, signature) = without_signature(text);
    let lines: Vec<&str> = body.lines().collect();
    let is_all_quoted = lines.iter().all(|line| line.starts_with('>') || line.trim().is_empty());
    for block in lines.chunk_by(|one, next| one.starts_with('>') == next.starts_with('>')) {
        if block.first().is_some_and(|line| line.starts_with('>')) {
            quotation(&mut out, block, is_all_quoted);
        } else {
            paragraphs(&mut out, block);
        }
    }
    if let Some(signature) = signature {
        out.push_str("<p><span class=\"muted\">-- <br>");
        rows(&mut out, &signature.lines().collect::<Vec<_>>());
        out.push_str("</span></p>");
    }
    CleanHtml(out)
}

/// `text` escaped, its line ends as `<br>`: for putting it among foreign HTML.
#[must_use]
pub fn escaped_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        escape_into(&mut out, line);
        out.push_str("<br>");
    }
    out
}

/// The text, and what follows the last line that is `-- `.
fn without_signature(text: &str) -> (&str, Option<&str>) {
    let line =
        text.rfind("\n-- \n").map(|at| (at + 1, at + 5)).or_else(|| text.rfind("\n-- \r\n").map(|at| (at + 1, at + 6)));
    match line {
        Some((start, end)) if !text[end..].contains("\n>") => (&text[..start], Some(text[end..].trim_end())),
        _ => (text, None),
    }
}

fn quotation(out: &mut String, block: &[&str], is_open: bool) {
    out.push_str(if is_open { "<details class=\"quoted\" open>" } else { "<details class=\"quoted\">" });
    out.push_str("<summary>Quoted text</summary><blockquote>");
    let bare: Vec<&str> = block.iter().map(|line| line[1..].strip_prefix(' ').unwrap_or(&line[1..])).collect();
    paragraphs(out, &bare);
    out.push_str("</blockquote></details>");
}

fn paragraphs(out: &mut String, lines: &[&str]) {
    for block in lines.split(|line| line.trim().is_empty()).filter(|block| !block.is_empty()) {
        out.push_str("<p>");
        rows(out, block);
        out.push_str("</p>");
    }
}

fn rows(out: &mut String, lines: &[&str]) {
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push_str("<br>");
        }
        linked(out, line);
    }
}

/// One line with its addresses to click.
fn linked(out: &mut String, line: &str) {
    let mut rest = line;
    while let Some(start) = next_link(rest) {
        spaced(out, &rest[..start]);
        let url = link_at(&rest[start..]);
        rest = &rest[start + url.len()..];
        if is_link(url) {
            out.push_str("<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"");
            escape_into(out, url);
            out.push_str("\">");
            escape_into(out, url);
            out.push_str("</a>");
        } else {
            spaced(out, url);
        }
    }
    spaced(out, rest);
}

/// Where the next `http://`, `https://` or `mailto:` starts, at the start of a word.
pub(super) fn next_link(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).find_map(|colon| {
        let start = bytes[..colon].iter().rposition(|b| !b.is_ascii_alphabetic()).map_or(0, |before| before + 1);
        let scheme = &bytes[start..colon];
        let is_web = [&b"http"[..], b"https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        let is_link = is_web && bytes[colon..].starts_with(b"://") || scheme.eq_ignore_ascii_case(b"mailto");
        is_link.then_some(start)
    })
}

/// The address at the start of `text`, without the punctuation of the sentence around it.
pub(super) fn link_at(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\u{A0}'));
    let mut url = &text[..end.unwrap_or(text.len())];
    let count = |sign: char| url.matches(sign).count();
    // Closing brackets that nothing in the address opened; counted once, for there may be many.
    let mut loose_round = count(')').saturating_sub(count('('));
    let mut loose_square = count(']').saturating_sub(count('['));
    while let Some(last) = url.chars().next_back() {
        let is_loose = match last {
            ')' => take_one(&mut loose_round),
            ']' => take_one(&mut loose_square),
            c => matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '}' | '’' | '”' | '…'),
        };
        if !is_loose {
            break;
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    url
}

fn take_one(count: &mut usize) -> bool {
    let is_there = *count > 0;
    *count -= usize::from(is_there);
    is_there
}

/// Text with its runs of blanks kept.
fn spaced(out: &mut String, text: &str) {
    if text.contains("  ") || text.starts_with(' ') || text.contains('\t') {
        escape_into(out, &text.replace('\t', "    ").replace("  ", "\u{A0} "));
    } else {
        escape_into(out, text);
    }
}
