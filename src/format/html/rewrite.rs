//! Writes foreign HTML anew: known elements, known attributes, checked values, balanced, bounded in depth and count.
//!
//! What a parser makes of the result is what stands there: every attribute is quoted, every `<` of text is escaped, no
//! comment, declaration, raw text or foreign (SVG, MathML) content is left. So no bomb and no mutation reaches it.

use super::entities::{decoded, escape_into};
use super::scan::{Token, attributes, tokens};
use super::urls::{Picture, as_browsers_read, is_link, is_ours, picture};
use super::{Images, style};

/// Elements open at once; browsers stop at 512.
const DEPTH: usize = 200;
/// Elements open at once that a browser opens again in every paragraph.
const FORMATTING_DEPTH: usize = 20;
/// Tags kept; the text of what follows is.
const TAGS: usize = 50_000;
/// Attributes read of one tag, and bytes of a value that is no address.
const ATTRIBUTES: usize = 64;
const VALUE: usize = 1000;

/// Elements that are kept. Their content always is, but for those of [`is_dropped_whole`].
pub(super) const ELEMENTS: [&str; 72] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];
/// Attributes that are kept on every element, beside `style`, and `href` and `src` where they belong.
pub(super) const ATTRIBUTE_NAMES: [&str; 22] = [
    "align",
    "alt",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "colspan",
    "datetime",
    "dir",
    "face",
    "height",
    "lang",
    "nowrap",
    "rowspan",
    "scope",
    "size",
    "span",
    "start",
    "title",
    "valign",
    "width",
];
const VOID: [&str; 5] = ["br", "col", "hr", "img", "wbr"];
const FORMATTING: [&str; 12] = ["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"];
const CELLS: [&str; 2] = ["td", "th"];

/// Stand for `<` and `&` in text until `finished`: a browser's parser takes quadratic time over many references in one
/// text. Neither is a character (Unicode §23.7), and both are dropped where the input holds them.
const LESS_THAN: char = '\u{FDD0}';
const AMPERSAND: char = '\u{FDD1}';

/// Puts the references in place of their stand-ins, once nothing parses the HTML any more.
pub(super) fn finished(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in html.split_inclusive([LESS_THAN, AMPERSAND]) {
        if let Some(text) = piece.strip_suffix(LESS_THAN) {
            out.push_str(text);
            out.push_str("&lt;");
        } else if let Some(text) = piece.strip_suffix(AMPERSAND) {
            out.push_str(text);
            out.push_str("&amp;");
        } else {
            out.push_str(piece);
        }
    }
    out
}

/// What came out.
pub(super) struct Rewritten {
    pub html: String,
    pub remote_images: usize,
}

/// Writes `html` anew. `inline` gives the address of a part of the message by its content id.
pub(super) fn rewrite(html: &str, images: Images, inline: &dyn Fn(&str) -> Option<String>) -> Rewritten {
    let mut writer =
        Writer { out: String::with_capacity(html.len()), open: Vec::new(), tags: 0, remote_images: 0, images, inline };
    for token in tokens(html) {
        writer.write(&token);
    }
    writer.close_to(0);
    Rewritten { html: writer.out, remote_images: writer.remote_images }
}

struct Writer<'a> {
    out: String,
    open: Vec<&'static str>,
    tags: usize,
    remote_images: usize,
    images: Images,
    inline: &'a dyn Fn(&str) -> Option<String>,
}

impl Writer<'_> {
    fn write(&mut self, token: &Token<'_>) {
        match token {
            Token::Text(text) => self.text(text),
            Token::Raw(name, text) if !is_dropped_whole(name) => self.text(text),
            Token::Raw(..) => {}
            Token::Open(name, inside) => {
                if let Some(name) = known(name) {
                    self.open(name, inside);
                }
            }
            Token::Close(name) => {
                if let Some(name) = known(name).filter(|name| !VOID.contains(name)) {
                    self.close(name);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        for c in decoded(text).chars() {
            match c {
                '<' => self.out.push(LESS_THAN),
                '&' => self.out.push(AMPERSAND),
                LESS_THAN | AMPERSAND | '\0' => {}
                c => self.out.push(c),
            }
        }
    }

    fn open(&mut self, name: &'static str, inside: &str) {
        self.tags += 1;
        self.close_implied(name);
        if self.tags > TAGS || self.open.len() >= DEPTH || self.is_too_formatted(name) {
            return;
        }
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes(inside).take(ATTRIBUTES) {
            self.attribute(name, &attribute.to_ascii_lowercase(), value);
        }
        self.out.push('>');
        if !VOID.contains(&name) {
            self.open.push(name);
        }
    }

    fn is_too_formatted(&self, name: &str) -> bool {
        FORMATTING.contains(&name)
            && self.open.iter().filter(|open| FORMATTING.contains(open)).count() >= FORMATTING_DEPTH
    }

    fn attribute(&mut self, element: &str, name: &str, value: &str) {
        match name {
            "href" if element == "a" => {
                let url = as_browsers_read(&decoded(value));
                if is_link(&url) {
                    self.quoted(name, &url);
                }
            }
            "src" if element == "img" => self.picture(&as_browsers_read(&decoded(value))),
            "style" => {
                let style = style::safe(&decoded(value));
                if !style.is_empty() {
                    self.quoted(name, &style);
                }
            }
            _ if ATTRIBUTE_NAMES.contains(&name) && value.len() <= VALUE => self.quoted(name, &decoded(value)),
            _ => {}
        }
    }

    fn picture(&mut self, url: &str) {
        match picture(url) {
            Picture::Inline(id) => {
                let id = id.trim_matches(['<', '>']);
                if let Some(ours) = (self.inline)(id).filter(|ours| is_ours(ours)) {
                    self.quoted("src", &ours);
                }
            }
            Picture::Remote => {
                self.remote_images += 1;
                if self.images == Images::Shown && is_link(url) {
                    self.quoted("src", url);
                }
            }
            Picture::Here(url) => self.quoted("src", url),
            Picture::Nowhere => {}
        }
    }

    fn quoted(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape_into(&mut self.out, value);
        self.out.push('"');
    }

    /// Closes what `name` ends without saying so: a paragraph the one before, a cell its neighbour.
    fn close_implied(&mut self, name: &str) {
        let (ends, within): (&[&str], &[&str]) = match name {
            "p" => (&["p"], &["table", "td", "th", "div", "blockquote", "li", "center", "details"]),
            "li" => (&["li"], &["ul", "ol", "table"]),
            "dd" | "dt" => (&["dd", "dt"], &["dl", "table"]),
            "td" | "th" => (&CELLS, &["table", "tr"]),
            "tr" => (&["tr"], &["table"]),
            "a" => (&["a"], &["table", "td", "th"]),
            _ => return,
        };
        let position = self.open.iter().rposition(|open| ends.contains(open) || within.contains(open));
        if let Some(at) = position.filter(|at| ends.contains(&self.open[*at])) {
            self.close_to(at);
        }
    }

    /// Closes `name` and what is open in it; what is outside the cell or table stays open.
    fn close(&mut self, name: &str) {
        let is_table = matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th");
        let is_wall = |open: &str| open == "table" || !is_table && CELLS.contains(&open);
        let position = self.open.iter().rposition(|open| *open == name || is_wall(open));
        if let Some(at) = position.filter(|at| self.open[*at] == name) {
            self.close_to(at);
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(name) = self.open.pop() {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
            }
        }
    }
}

/// Raw text elements whose content is not for readers.
pub(super) fn is_dropped_whole(name: &str) -> bool {
    !["textarea", "xmp", "plaintext"].iter().any(|shown| name.eq_ignore_ascii_case(shown))
}

fn known(name: &str) -> Option<&'static str> {
    ELEMENTS.iter().copied().find(|element| name.eq_ignore_ascii_case(element))
}
