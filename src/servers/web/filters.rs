//! What templates may do to a word: set it as an icon.

use super::assets;
use askama::filters::HtmlSafe;
use std::fmt;

/// A glyph of the sprite. Its name is always a word of ours, so it needs no escaping.
pub struct Icon {
    name: String,
    class: &'static str,
}

impl fmt::Display for Icon {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, root, name) = (self.class, assets::root(), &self.name);
        write!(out, r##"<svg class="{class}" aria-hidden="true"><use href="{root}/icons.svg#{name}"/></svg>"##)
    }
}

impl HtmlSafe for Icon {}

fn glyph(name: &str, class: &'static str) -> Icon {
    let is_word = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
    Icon { name: name.chars().filter(is_word).collect(), class }
}

/// A glyph of 20 pixels.
#[askama::filter_fn]
pub fn icon(name: &str, _: &dyn askama::Values) -> askama::Result<Icon> {
    Ok(glyph(name, "i"))
}

/// A glyph of 16 pixels.
#[askama::filter_fn]
pub fn icon_s(name: &str, _: &dyn askama::Values) -> askama::Result<Icon> {
    Ok(glyph(name, "i s"))
}

/// The drawing of an empty list.
#[askama::filter_fn]
pub fn icon_xl(name: &str, _: &dyn askama::Values) -> askama::Result<Icon> {
    Ok(glyph(name, "i xl"))
}

/// A glyph in the place of a logo.
#[askama::filter_fn]
pub fn icon_mark(name: &str, _: &dyn askama::Values) -> askama::Result<Icon> {
    Ok(glyph(name, "i mark"))
}
