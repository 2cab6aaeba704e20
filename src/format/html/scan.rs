//! Foreign HTML as tokens. Linear, without recursion; reads tags, quotes and comments as the HTML standard does
//! (§13.2.5), and never needs to be right for safety: what is made of the tokens is written anew.

/// Elements whose content is text up to their closing tag.
const RAW_TEXT: [&str; 9] =
    ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text with its entities.
    Text(&'a str),
    /// An opening tag: its name as written, and its attributes for [`attributes`].
    Open(&'a str, &'a str),
    /// A closing tag.
    Close(&'a str),
    /// An element that holds only text: its name, and that text.
    Raw(&'a str, &'a str),
}

/// The tokens of `html`; comments and declarations are left out.
pub(super) fn tokens(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (token, behind) = step(rest);
            rest = behind;
            if token.is_some() {
                return token;
            }
        }
        None
    })
}

fn step(rest: &str) -> (Option<Token<'_>>, &str) {
    let bytes = rest.as_bytes();
    match bytes {
        [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => {
            let (name, _, behind) = tag(&rest[2..]);
            (Some(Token::Close(name)), behind)
        }
        [b'<', letter, ..] if letter.is_ascii_alphabetic() => opening(rest),
        [b'<', b'!', b'-', b'-', ..] => (None, behind_comment(&rest[4..])),
        [b'<', b'!' | b'?' | b'/', ..] => (None, rest.find('>').map_or("", |end| &rest[end + 1..])),
        _ => {
            let end = memchr::memchr(b'<', &bytes[1..]).map_or(rest.len(), |end| end + 1);
            let (text, behind) = split(rest, end);
            (Some(Token::Text(text)), behind)
        }
    }
}

/// Cuts where a token ends; the end always stands before an ASCII sign or the end of the text.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn opening(rest: &str) -> (Option<Token<'_>>, &str) {
    let (name, attributes, behind) = tag(&rest[1..]);
    if !RAW_TEXT.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
        return (Some(Token::Open(name, attributes)), behind);
    }
    let (content, behind) = split(behind, raw_end(behind, name));
    (Some(Token::Raw(name, content)), behind)
}

/// Where the closing tag of a raw text element starts.
fn raw_end(content: &str, name: &str) -> usize {
    let bytes = content.as_bytes();
    let closes = |at: &usize| {
        let tail = &bytes[at + 2..];
        tail.len() >= name.len()
            && tail[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && tail.get(name.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
    };
    memchr::memmem::find_iter(bytes, b"</").find(closes).unwrap_or(content.len())
}

/// A comment may also end at once (`<!-->`) or with `--!>`.
fn behind_comment(inside: &str) -> &str {
    if let Some(behind) = inside.strip_prefix('>').or_else(|| inside.strip_prefix("->")) {
        return behind;
    }
    let mut ends = memchr::memmem::find_iter(inside.as_bytes(), b"--");
    let end = ends.find_map(|at| {
        let tail = &inside[at + 2..];
        tail.strip_prefix('>').or_else(|| tail.strip_prefix("!>"))
    });
    end.unwrap_or_default()
}

/// Name, attributes and what is behind a tag. A tag without an end takes all the rest.
fn tag(inside: &str) -> (&str, &str, &str) {
    let end = inside.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(inside.len());
    let (name, rest) = inside.split_at(end);
    let mut left = rest;
    loop {
        match attribute(left) {
            Step::Attribute(_, _, behind) => left = behind,
            Step::End(behind) => {
                let length = rest.len() - behind.len();
                return (name, rest[..length].trim_end_matches('>'), behind);
            }
        }
    }
}

enum Step<'a> {
    /// Name, value with its entities, what is behind.
    Attribute(&'a str, &'a str, &'a str),
    /// What is behind the tag.
    End(&'a str),
}

/// The attributes of an opening tag: name as written, and value with its entities.
pub(super) fn attributes(inside: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut left = inside;
    std::iter::from_fn(move || match attribute(left) {
        Step::Attribute(name, value, behind) => {
            left = behind;
            Some((name, value))
        }
        Step::End(_) => None,
    })
}

fn attribute(rest: &str) -> Step<'_> {
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
    if let Some(behind) = rest.strip_prefix('>') {
        return Step::End(behind);
    }
    if rest.is_empty() {
        return Step::End("");
    }
    // An equals sign in the first place belongs to the name. §13.2.5.32.
    let is_end = |(at, c): &(usize, char)| *at > 0 && *c == '=' || c.is_ascii_whitespace() || matches!(c, '/' | '>');
    let end = rest.char_indices().find(is_end).map_or(rest.len(), |(at, _)| at);
    let (name, behind) = rest.split_at(end);
    let Some(value) = behind.trim_start_matches(|c: char| c.is_ascii_whitespace()).strip_prefix('=') else {
        return Step::Attribute(name, "", behind);
    };
    let (value, behind) = value_of(value.trim_start_matches(|c: char| c.is_ascii_whitespace()));
    Step::Attribute(name, value, behind)
}

fn value_of(rest: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = rest.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(rest.len());
    rest.split_at(end)
}
