//! Markdown-light as HTML of ours: what people type into a message, never what they could do to a page.
//!
//! A writer with a white list of its own: whatever `pulldown-cmark` reads, only the elements below come out, and text is
//! always escaped. Foreign HTML is text. Nesting and length are bounded; input of any kind takes linear time.

mod prepare;
#[cfg(test)]
mod tests;

use super::CleanHtml;
use super::entities::escape_into;
use super::plain::{escaped_lines, link_at, next_link};
use super::urls::{as_browsers_read, is_link, is_ours};
use crate::format::html::host;
use crate::kernel::limits;
use crate::kernel::text::one_line;
use prepare::{prepared, restored};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Elements that may be open at once.
const DEPTH: usize = 16;
/// Bytes that a message may grow to: so many times its own, and so many more.
const GROWTH: (usize, usize) = (8, 4096);
/// Names that are looked up in one message, and the longest that is.
const MENTIONS: usize = 200;
const NAME: usize = 64;
/// What links to the world carry.
const FOREIGN: &str = "rel=\"noopener noreferrer nofollow\" target=\"_blank\"";

/// Somebody spoken to by `@name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What is shown behind the `@`.
    pub label: String,
    /// A page of the office about them, where there is one.
    pub href: Option<String>,
    /// Whether it is the reader.
    pub is_me: bool,
}

/// `text` as HTML. `mention` says who is meant by a name (without its `@`), or `None` where it is just a word.
///
/// Text longer than `limits::MARKDOWN_BYTES` is shown as it stands.
#[must_use]
pub fn from_markdown(text: &str, mention: &dyn Fn(&str) -> Option<Mention>) -> CleanHtml {
    let as_it_stands = || CleanHtml(format!("<p>{}</p>", escaped_lines(text).trim_end_matches("<br>")));
    if text.len() > limits::MARKDOWN_BYTES {
        return as_it_stands();
    }
    let written = catch_unwind(AssertUnwindSafe(|| {
        let source = prepared(text);
        let mut writer = Writer::new(&source, mention);
        for (event, place) in Parser::new_ext(&source, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
            writer.take(event, source.get(place).unwrap_or_default());
        }
        writer.finish()
    }));
    // Signs that mark up nothing are still what somebody said.
    written.ok().flatten().unwrap_or_else(as_it_stands)
}

/// What a reader sees of `text`, in one line: for previews and notices.
#[must_use]
pub fn plain_of_markdown(text: &str) -> String {
    if text.len() > limits::MARKDOWN_BYTES {
        return one_line(text);
    }
    let read = catch_unwind(|| {
        let (source, mut plain) = (prepared(text), String::with_capacity(text.len()));
        for (event, place) in Parser::new_ext(&source, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
            match event {
                Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                    plain.push_str(&restored(&words));
                }
                Event::Rule => plain.push_str(&restored(source.get(place).unwrap_or_default())),
                Event::End(
                    TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
                )
                | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }) => {}
                _ => plain.push(' '),
            }
        }
        one_line(&plain)
    });
    read.ok().filter(|plain| !plain.is_empty()).unwrap_or_else(|| one_line(text))
}

struct Writer<'m> {
    out: String,
    /// Bytes that markup may still take.
    room: usize,
    /// What closes each open element, empty where it was not written; and how many were.
    open: Vec<&'static str>,
    depth: usize,
    /// Text not yet written: the parser cuts it at every sign.
    owed: String,
    owes_line_end: bool,
    /// Whether the text is code; how many names may still be looked up; whether anything was said.
    is_code: bool,
    lookups: usize,
    has_words: bool,
    link: Option<OpenLink>,
    mention: &'m dyn Fn(&str) -> Option<Mention>,
}

/// The link that is being written.
struct OpenLink {
    host: Option<host::Host>,
    label: String,
}

impl<'m> Writer<'m> {
    fn new(source: &str, mention: &'m dyn Fn(&str) -> Option<Mention>) -> Self {
        let escapes: usize =
            source.bytes().map(|b| if matches!(b, b'&' | b'<' | b'>' | b'"' | b'\'') { 6 } else { 1 }).sum();
        let room = (source.len() * GROWTH.0 + GROWTH.1).saturating_sub(escapes);
        Self {
            out: String::with_capacity(source.len() * 2),
            room,
            open: Vec::new(),
            depth: 0,
            owed: String::new(),
            owes_line_end: false,
            is_code: false,
            lookups: MENTIONS,
            has_words: false,
            link: None,
            mention,
        }
    }

    fn take(&mut self, event: Event<'_>, place: &str) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(words) | Event::InlineHtml(words) => self.owed.push_str(&words),
            Event::Html(lines) => lines.split_inclusive('\n').for_each(|line| self.html_line(line)),
            Event::Code(words) => {
                self.flush();
                let is_marked = self.afford(13);
                self.out.push_str(if is_marked { "<code>" } else { "" });
                self.plain(&restored(&words));
                self.out.push_str(if is_marked { "</code>" } else { "" });
            }
            Event::SoftBreak | Event::HardBreak => self.line_end(),
            Event::Rule => {
                self.begin("<p>", "</p>");
                self.owed.push_str(place.trim());
                self.close();
            }
            Event::InlineMath(words) | Event::DisplayMath(words) | Event::FootnoteReference(words) => {
                self.owed.push_str(&words);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    /// A line of foreign HTML, as text; its end is written once something follows.
    fn html_line(&mut self, line: &str) {
        if std::mem::take(&mut self.owes_line_end) {
            self.line_end();
        }
        self.owed.push_str(line.trim_end_matches('\n'));
        self.owes_line_end = line.ends_with('\n');
    }

    fn start(&mut self, tag: Tag<'_>) {
        self.flush();
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin("<p>", "</p>"),
            Tag::Heading { .. } => self.begin("<p><strong>", "</strong></p>"),
            Tag::BlockQuote(_) => self.begin("<blockquote>", "</blockquote>"),
            Tag::CodeBlock(_) => {
                self.is_code = true;
                self.begin("<pre><code>", "</code></pre>");
            }
            Tag::List(None) => self.begin("<ul>", "</ul>"),
            Tag::List(Some(1)) => self.begin("<ol>", "</ol>"),
            Tag::List(Some(first)) => self.begin(&format!("<ol start=\"{first}\">"), "</ol>"),
            Tag::Item => self.begin("<li>", "</li>"),
            Tag::Emphasis => self.begin("<em>", "</em>"),
            Tag::Strong => self.begin("<strong>", "</strong>"),
            Tag::Strikethrough => self.begin("<del>", "</del>"),
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => self.begin_link(&format!("mailto:{dest_url}")),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.begin_link(&dest_url),
            _ => self.open.push(""),
        }
    }

    fn end(&mut self, end: TagEnd) {
        self.close();
        if end == TagEnd::CodeBlock {
            self.is_code = false;
        }
    }

    /// Opens an element, where there is room for it; its text stands in any case.
    fn begin(&mut self, opening: &str, closing: &'static str) {
        let is_written = self.depth < DEPTH && self.afford(opening.len() + closing.len());
        if is_written {
            self.out.push_str(opening);
            self.depth += 1;
        }
        self.open.push(if is_written { closing } else { "" });
    }

    fn close(&mut self) {
        self.flush();
        self.owes_line_end = false;
        let closing = self.open.pop().unwrap_or_default();
        self.depth -= usize::from(!closing.is_empty());
        if closing == "</a>"
            && let Some(link) = self.link.take()
        {
            self.out.push_str(closing);
            let host =
                link.host.as_ref().filter(|host| host.belies(&link.label)).map(|host| format!(" ({})", host.name));
            if let Some(note) = host.filter(|note| self.afford(note.len())) {
                escape_into(&mut self.out, &note);
            }
            return;
        }
        self.out.push_str(closing);
    }

    /// A link in a link is text, and so is one that leads nowhere on the web.
    fn begin_link(&mut self, dest: &str) {
        let href = (self.link.is_none()).then(|| target(&as_browsers_read(&restored(dest)))).flatten();
        let Some((href, host)) = href else { return self.open.push("") };
        self.begin(&anchor(&href), "</a>");
        if self.open.last().is_some_and(|closing| !closing.is_empty()) {
            self.link = Some(OpenLink { host, label: String::new() });
        }
    }

    fn line_end(&mut self) {
        self.flush();
        let is_marked = self.afford(4);
        self.out.push_str(if is_marked { "<br>" } else { "\n" });
    }

    /// Writes the text that is owed.
    fn flush(&mut self) {
        if self.owed.is_empty() {
            return;
        }
        let text = restored(&std::mem::take(&mut self.owed));
        if self.is_code {
            return self.plain(&text);
        }
        if let Some(link) = &mut self.link {
            link.label.push_str(&text);
            return self.plain(&text);
        }
        let mut rest = text.as_str();
        while let Some(start) = next_link(rest) {
            self.words(&rest[..start]);
            let url = link_at(&rest[start..]);
            rest = &rest[start + url.len()..];
            self.bare_link(url);
        }
        self.words(rest);
    }

    /// An address in the text, to click; a name that could be taken for another is shown as machines read it.
    fn bare_link(&mut self, url: &str) {
        let Some((href, host)) = target(url) else { return self.plain(url) };
        let shown = if host.as_ref().is_some_and(|host| host.is_doubtful) { href.as_str() } else { url };
        let mut link = anchor(&href);
        escape_into(&mut link, shown);
        let note = host.filter(|host| host.has_login).map(|host| format!(" ({})", host.name)).unwrap_or_default();
        link.push_str("</a>");
        escape_into(&mut link, &note);
        if self.afford(link.len()) {
            self.has_words = true;
            self.out.push_str(&link);
        } else {
            self.plain(url);
        }
    }

    /// Text without addresses, its names looked up.
    fn words(&mut self, text: &str) {
        let mut written = 0;
        for at in memchr::memchr_iter(b'@', text.as_bytes()) {
            let is_begin = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !"._-@/+".contains(c));
            let name = name_at(&text[at + 1..]);
            if at < written || !is_begin || name.is_empty() || self.lookups == 0 {
                continue;
            }
            self.lookups -= 1;
            let Some(html) = (self.mention)(name).map(|mention| spoken_to(&mention)) else { continue };
            if self.afford(html.len()) {
                self.plain(&text[written..at]);
                self.has_words = true;
                self.out.push_str(&html);
                written = at + 1 + name.len();
            }
        }
        self.plain(&text[written..]);
    }

    fn plain(&mut self, text: &str) {
        self.has_words |= text.chars().any(|c| !c.is_whitespace());
        escape_into(&mut self.out, text);
    }

    fn afford(&mut self, bytes: usize) -> bool {
        let is_room = bytes <= self.room;
        self.room -= if is_room { bytes } else { 0 };
        is_room
    }

    fn finish(mut self) -> Option<CleanHtml> {
        self.flush();
        while !self.open.is_empty() {
            self.close();
        }
        self.has_words.then_some(CleanHtml(self.out))
    }
}

/// The address that a link may lead to, with its host as machines read it.
fn target(url: &str) -> Option<(String, Option<host::Host>)> {
    if !is_link(url) || url.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("tel:")) {
        return None;
    }
    if url.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:")) {
        return Some((url.to_owned(), None));
    }
    let (href, host) = host::read(url)?;
    Some((href, Some(host)))
}

fn anchor(href: &str) -> String {
    let mut tag = String::with_capacity(href.len() + 80);
    tag.push_str("<a href=\"");
    escape_into(&mut tag, href);
    tag.push_str("\" ");
    tag.push_str(FOREIGN);
    tag.push('>');
    tag
}

/// The name at the start of `text`, without the stop of a sentence behind it.
fn name_at(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let end = text.char_indices().take(NAME + 1).find(|(_, c)| !is_part(*c)).map(|(end, _)| end);
    let end = end.or_else(|| (text.len() <= NAME).then_some(text.len())).unwrap_or(0);
    text[..end].trim_end_matches(['.', '_', '-'])
}

fn spoken_to(mention: &Mention) -> String {
    let class = if mention.is_me { "at me" } else { "at" };
    let href = mention.href.as_deref().filter(|href| is_ours(href));
    let mut html = format!("<{} class=\"{class}\"", if href.is_some() { "a" } else { "span" });
    if let Some(href) = href {
        html.push_str(" href=\"");
        escape_into(&mut html, href);
        html.push('"');
    }
    html.push_str(">@");
    escape_into(&mut html, mention.label.trim_start_matches('@'));
    html.push_str(if href.is_some() { "</a>" } else { "</span>" });
    html
}
