//! SVG from strangers: what is shape, colour and gradient is drawn into pixels, and the file itself goes nowhere.
//!
//! Two fences stand one behind the other. What is not on the list of elements and attributes is left out before anything is
//! drawn: scripts, foreign content, pictures, filters, animation, addresses outside the file. And what is kept is the drawing,
//! not the text, so that nothing that slipped through could ever run.

use crate::kernel::limits;
use image::RgbaImage;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg(test)]
mod tests;

/// Why an SVG is not drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SvgError {
    /// No SVG.
    #[error("it cannot be read as SVG")]
    Unreadable,
    /// It defines entities: the known way to make a small file endless.
    #[error("it defines entities; save it as plain SVG")]
    Entities,
    /// Letters: which font they are set in is not in the file.
    #[error("it holds text, whose font is not in it; turn the text into paths")]
    Text,
    /// More than is drawn.
    #[error("it holds more than {} shapes, or is nested too deep", limits::SVG_ELEMENTS)]
    TooMuch,
}

/// The elements that are drawn, or hold what is.
const ELEMENTS: [&str; 17] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "style",
];
/// The attributes that say how.
const ATTRIBUTES: [&str; 47] = [
    "id",
    "class",
    "style",
    "d",
    "x",
    "y",
    "width",
    "height",
    "rx",
    "ry",
    "cx",
    "cy",
    "r",
    "fx",
    "fy",
    "fr",
    "x1",
    "x2",
    "y1",
    "y2",
    "points",
    "viewBox",
    "preserveAspectRatio",
    "transform",
    "fill",
    "fill-opacity",
    "fill-rule",
    "clip-rule",
    "clip-path",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "opacity",
    "offset",
    "stop-color",
    "stop-opacity",
    "gradientUnits",
    "gradientTransform",
    "spreadMethod",
    "clipPathUnits",
    "color",
    "display",
    "visibility",
    "href",
];
/// Those of them that are no measures.
const WORDS: [&str; 8] = ["id", "class", "style", "fill", "stroke", "clip-path", "stop-color", "color"];
/// Farther out than this nothing is drawn: what reckons with it loses its way.
const FAR: f64 = 1e6;
/// Elements that set letters.
const LETTERS: [&str; 3] = ["text", "tspan", "textPath"];

/// Whether bytes look like an SVG.
#[must_use]
pub fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    head.trim_start_matches('\u{feff}').trim_start().starts_with('<') && head.contains("<svg")
}

/// Draws an SVG so that its longer side has `side` pixels. Costs time: never call it on the async threads.
///
/// # Errors
/// See [`SvgError`].
pub fn draw(bytes: &[u8], side: u16) -> Result<RgbaImage, SvgError> {
    let text = cleaned(bytes)?;
    // The painter is somebody else's and takes what strangers draw: should it panic, the picture is one that cannot be read.
    catch_unwind(AssertUnwindSafe(|| painted(&text, side))).unwrap_or(Err(SvgError::Unreadable))
}

fn painted(text: &str, side: u16) -> Result<RgbaImage, SvgError> {
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    let tree = Tree::from_str(text, &options).map_err(|_| SvgError::Unreadable)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = f32::from(side) / width.max(height);
    let dots = |length: f32| (1..=u32::from(side)).rfind(|dots| f64::from(*dots) <= f64::from(length * scale).ceil());
    let (across, down) = (dots(width).unwrap_or(1), dots(height).unwrap_or(1));
    let mut canvas = Pixmap::new(across, down).ok_or(SvgError::Unreadable)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut canvas.as_mut());
    RgbaImage::from_raw(across, down, canvas.take_demultiplied()).ok_or(SvgError::Unreadable)
}

/// The SVG with what is on the lists alone.
fn cleaned(bytes: &[u8]) -> Result<String, SvgError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SvgError::Unreadable)?;
    let text = without_doctype(text.trim_start_matches('\u{feff}').trim_start())?;
    let most = u32::try_from(limits::SVG_ELEMENTS * 4).unwrap_or(u32::MAX);
    let options = ParsingOptions { allow_dtd: false, nodes_limit: most, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => SvgError::TooMuch,
        _ => SvgError::Unreadable,
    })?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return Err(SvgError::Unreadable);
    }
    let ids = root.descendants().filter_map(|node| Some((node.attribute("id")?, node))).collect();
    let mut cleaner = Cleaner { out: String::with_capacity(text.len()), ids, count: 0, style: 0 };
    cleaner.element(root, 0)?;
    Ok(cleaner.out)
}

/// Drawing programs begin their files with a DOCTYPE; it is only dangerous where it defines something.
fn without_doctype(text: &str) -> Result<String, SvgError> {
    if text.contains("<!ENTITY") {
        return Err(SvgError::Entities);
    }
    let Some(start) = text.find("<!DOCTYPE") else { return Ok(text.to_owned()) };
    let end = start + text[start..].find('>').ok_or(SvgError::Unreadable)?;
    if text[start..end].contains('[') {
        return Err(SvgError::Entities);
    }
    Ok([&text[..start], &text[end + 1..]].concat())
}

struct Cleaner<'a, 'input> {
    out: String,
    ids: HashMap<&'a str, Node<'a, 'input>>,
    /// Elements so far, with those that are drawn again.
    count: usize,
    /// Bytes of style sheets so far.
    style: usize,
}

impl<'a, 'input> Cleaner<'a, 'input> {
    fn element(&mut self, node: Node<'a, 'input>, depth: usize) -> Result<(), SvgError> {
        let name = node.tag_name().name();
        if LETTERS.contains(&name) {
            return Err(SvgError::Text);
        }
        if !ELEMENTS.contains(&name) {
            return Ok(());
        }
        self.count += 1;
        if name == "use" && !self.may_use(node) {
            return Ok(());
        }
        if self.count > limits::SVG_ELEMENTS || depth > limits::SVG_DEPTH {
            return Err(SvgError::TooMuch);
        }
        self.out.push('<');
        self.out.push_str(name);
        if depth == 0 {
            self.out.push_str(" xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
        }
        self.attributes(node);
        self.out.push('>');
        if name == "style" {
            self.sheet(node)?;
        } else {
            node.children().filter(Node::is_element).try_for_each(|child| self.element(child, depth + 1))?;
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Ok(())
    }

    /// What is drawn again counts again, and may not itself draw something again: a few lines could go on for ever.
    fn may_use(&mut self, node: Node<'a, 'input>) -> bool {
        let named = href(node).and_then(|href| href.strip_prefix('#'));
        let Some(target) = named.and_then(|id| self.ids.get(id)) else { return false };
        let mut inner = target.descendants().filter(Node::is_element);
        let is_simple = inner.all(|inner| inner.tag_name().name() != "use");
        self.count += target.descendants().take(limits::SVG_ELEMENTS + 1).count();
        is_simple
    }

    fn attributes(&mut self, node: Node<'a, 'input>) {
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            let is_measured = WORDS.contains(&name) || is_modest(value);
            if name == "href" || !ATTRIBUTES.contains(&name) || !is_harmless(value) || !is_measured {
                continue;
            }
            self.attribute(name, value);
        }
        if let Some(href) = href(node).filter(|href| href.starts_with('#')) {
            self.attribute("xlink:href", href);
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.out.push_str(&escaped(value));
        self.out.push('"');
    }

    fn sheet(&mut self, node: Node<'a, 'input>) -> Result<(), SvgError> {
        let text: String = node.children().filter_map(|child| child.text()).collect();
        self.style += text.len();
        if self.style > limits::SVG_STYLE {
            return Err(SvgError::TooMuch);
        }
        if !text.contains('@') && is_harmless(&text) {
            self.out.push_str(&escaped(&text));
        }
        Ok(())
    }
}

fn href<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name() == "href").map(|attribute| attribute.value().trim())
}

/// Whether a value leads to nothing outside the file, and hides nothing.
fn is_harmless(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_inner = |rest: &str| rest.trim_start_matches([' ', '"', '\'']).starts_with('#');
    !lower.contains('\\') && lower.split("url(").skip(1).all(is_inner)
}

/// Whether all numbers of a value lie where things are drawn.
fn is_modest(value: &str) -> bool {
    let numbers = value.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    numbers.filter_map(|number| number.parse::<f64>().ok()).all(|number| number.abs() <= FAR)
        && !value.contains("NaN")
        && !value.contains("inf")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
