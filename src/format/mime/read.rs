//! Reading a message: from its bytes to what can be shown, listed and searched.

use super::entity;
use super::fields::Fields;
use super::text::{joined, lines};
use super::tree::{self, Kind, Leaf, Node};
use super::{AttachedFile, CalendarPart, ParsedMail};
use crate::format::file_kind::FileKind;
use crate::format::html;
use crate::kernel::limits;
use mail_parser::HeaderName;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Reads a message. Never fails: what is broken or over a limit is left out, and the rest is there.
#[must_use]
pub fn parse(raw: &[u8]) -> ParsedMail {
    // The parser below is somebody else's and takes what strangers send: should it panic, the text is shown as it came.
    catch_unwind(AssertUnwindSafe(|| whole(raw))).unwrap_or_else(|_| as_it_came(raw))
}

/// The file of a message that [`ParsedMail::files`] lists under `index`, with its bytes.
#[must_use]
pub fn file(raw: &[u8], index: usize) -> Option<(AttachedFile, Vec<u8>)> {
    let found = catch_unwind(AssertUnwindSafe(|| {
        let split = entity::split(raw);
        let tree = tree::read(&Fields::read(&split.head), split.body);
        let leaf = *files_of(&tree).get(index)?;
        let bytes = leaf.bytes().into_owned();
        Some((attached(index, leaf, bytes.len()), bytes))
    }));
    found.ok().flatten()
}

/// The files of a message with what sort each is, by its name and its bytes; `None` where the message cannot be read.
#[must_use]
pub fn kinds(raw: &[u8]) -> Option<Vec<(AttachedFile, FileKind)>> {
    let found = catch_unwind(AssertUnwindSafe(|| {
        let split = entity::split(raw);
        let tree = tree::read(&Fields::read(&split.head), split.body);
        let kind = |(index, leaf): (usize, &&Leaf<'_>)| {
            let bytes = leaf.bytes();
            let file = attached(index, leaf, bytes.len());
            let kind = FileKind::of(&file.name, &bytes);
            (file, kind)
        };
        files_of(&tree).iter().enumerate().map(kind).collect()
    }));
    found.ok()
}

fn whole(raw: &[u8]) -> ParsedMail {
    let split = entity::split(raw);
    let fields = Fields::read(&split.head);
    let tree = tree::read(&fields, split.body);
    let body = body_of(&tree);
    let files = files_of(&tree);
    let calendar = calendar_of(&files);
    let files = files.iter().enumerate().map(|(index, leaf)| attached(index, leaf, leaf.size())).collect();
    let first = |name| fields.mailboxes(&name).into_iter().next();
    ParsedMail {
        subject: fields.subject(),
        from: first(HeaderName::From),
        sender: first(HeaderName::Sender),
        reply_to: fields.mailboxes(&HeaderName::ReplyTo),
        to: fields.mailboxes(&HeaderName::To),
        cc: fields.mailboxes(&HeaderName::Cc),
        bcc: fields.mailboxes(&HeaderName::Bcc),
        date: fields.date(),
        message_id: fields.ids(&HeaderName::MessageId).pop(),
        in_reply_to: fields.ids(&HeaderName::InReplyTo),
        references: fields.ids(&HeaderName::References),
        text: body.plain().into_owned(),
        html: body.html.filter(|html| html.len() <= limits::HTML_BYTES),
        calendar,
        files,
        hops: fields.count(&HeaderName::Received),
        is_automatic: is_automatic(&fields),
        is_list: is_list(&fields),
    }
}

fn as_it_came(raw: &[u8]) -> ParsedMail {
    ParsedMail { text: lines(&String::from_utf8_lossy(raw)), is_automatic: true, ..ParsedMail::default() }
}

/// RFC 3834 §2, and what programs send that do not follow it.
fn is_automatic(fields: &Fields<'_>) -> bool {
    let is_report = fields.content_type().is_some_and(|ct| {
        ct.ctype().eq_ignore_ascii_case("multipart") && ct.subtype().is_some_and(|s| s.eq_ignore_ascii_case("report"))
    });
    is_report
        || fields.raw("auto-submitted").is_some() && !fields.says("auto-submitted", &["no"])
        || fields.says("precedence", &["bulk", "junk", "list", "auto_reply"])
        || fields.raw("x-auto-response-suppress").is_some()
        || fields.says("return-path", &["<>"])
}

fn is_list(fields: &Fields<'_>) -> bool {
    ["list-id", "list-post", "list-unsubscribe"].iter().any(|name| fields.raw(name).is_some())
        || fields.says("precedence", &["list"])
}

/// The two forms of what a message says.
#[derive(Default)]
struct Body {
    text: Option<String>,
    html: Option<String>,
}

impl Body {
    /// The plain text; the text of the HTML where there is none, or nothing in it.
    fn plain(&self) -> Cow<'_, str> {
        match (&self.text, &self.html) {
            (Some(text), html) if html.is_none() || !text.trim().is_empty() => Cow::Borrowed(text),
            (_, Some(html)) => Cow::Owned(lines(&html::text_of(html))),
            _ => Cow::Borrowed(""),
        }
    }

    /// Both, one after the other. Each HTML part stays by itself: an attribute left open in one must not swallow the
    /// next, which may be text that only we could decrypt or that came from somebody else.
    fn then(self, next: Self) -> Self {
        if self.text.is_none() && self.html.is_none() {
            return next;
        }
        if next.text.is_none() && next.html.is_none() {
            return self;
        }
        let text = format!("{}\n{}", self.plain().trim_end_matches('\n'), next.plain());
        let html = (self.html.is_some() || next.html.is_some())
            .then(|| format!("{}{}{}", self.as_html(), html::PART_END, next.as_html()));
        Self { text: Some(text), html }
    }

    /// Whether more would not be kept anyway.
    fn is_full(&self) -> bool {
        let is_over = |form: &Option<String>, most: usize| form.as_ref().is_some_and(|form| form.len() > most);
        is_over(&self.text, limits::MAIL_TEXT) || is_over(&self.html, limits::HTML_BYTES)
    }

    fn as_html(&self) -> Cow<'_, str> {
        match (&self.html, &self.text) {
            (Some(html), _) => Cow::Borrowed(html),
            (None, Some(text)) => Cow::Owned(html::escaped_lines(text)),
            (None, None) => Cow::Borrowed(""),
        }
    }

    /// The last of each form: the sender puts the best last. RFC 2046 §5.1.4.
    fn or(self, other: Self) -> Self {
        Self { text: self.text.or(other.text), html: other.html.or(self.html) }
    }
}

fn body_of(node: &Node<'_>) -> Body {
    match node {
        Node::Leaf(leaf) if leaf.is_body() => leaf_body(leaf),
        Node::Leaf(_) => Body::default(),
        Node::Parts(Kind::Alternative, parts) => parts.iter().map(body_of).fold(Body::default(), Body::or),
        Node::Parts(Kind::Related, parts) => parts.first().map(body_of).unwrap_or_default(),
        Node::Parts(_, parts) => one_after_another(parts),
    }
}

fn one_after_another(parts: &[Node<'_>]) -> Body {
    let mut whole = Body::default();
    for part in parts {
        if whole.is_full() {
            break;
        }
        whole = whole.then(body_of(part));
    }
    whole
}

fn leaf_body(leaf: &Leaf<'_>) -> Body {
    if leaf.is_html() {
        return Body { text: None, html: Some(leaf.text().into_owned()) };
    }
    let text = lines(&leaf.text());
    let text = match leaf.flowed {
        Some(is_deleting) => joined(&text, is_deleting),
        None => text,
    };
    Body { text: Some(text), html: None }
}

/// Every part that is not a body, in the message's order.
fn files_of<'n, 'a>(tree: &'n Node<'a>) -> Vec<&'n Leaf<'a>> {
    let mut files = Vec::new();
    gather(tree, false, &mut files);
    files
}

fn gather<'n, 'a>(node: &'n Node<'a>, is_beside: bool, files: &mut Vec<&'n Leaf<'a>>) {
    match node {
        Node::Leaf(leaf) if leaf.is_body() && !is_beside => {}
        Node::Leaf(leaf) => files.push(leaf),
        Node::Parts(kind, parts) => {
            for (index, part) in parts.iter().enumerate() {
                gather(part, is_beside || *kind == Kind::Related && index > 0, files);
            }
        }
    }
}

/// The calendar of a message: the first that says what it wants, else the first. What is too long is none.
fn calendar_of(files: &[&Leaf<'_>]) -> Option<CalendarPart> {
    let is_calendar = |leaf: &Leaf<'_>| matches!(leaf.media_type.as_str(), "text/calendar" | "application/ics");
    let all = || files.iter().enumerate().filter(|(_, leaf)| is_calendar(leaf) && leaf.size() <= limits::ICAL_BYTES);
    let (file, leaf) = all().find(|(_, leaf)| leaf.method.is_some()).or_else(|| all().next())?;
    Some(CalendarPart { text: leaf.text().into_owned(), method: leaf.method.clone(), file })
}

fn attached(index: usize, leaf: &Leaf<'_>, size: usize) -> AttachedFile {
    let is_picture = leaf.media_type.starts_with("image/") && leaf.media_type != "image/svg+xml";
    AttachedFile {
        index,
        name: leaf.safe_name(),
        media_type: leaf.media_type.clone(),
        size,
        content_id: leaf.content_id.clone(),
        is_inline: is_picture && !leaf.is_attachment && leaf.content_id.is_some(),
    }
}
