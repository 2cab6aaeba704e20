//! What templates may do to a word: set it as an icon.

use super::assets;
use askama::Values;
use askama::filters::HtmlSafe;
use std::fmt;

/// A glyph of the sprite. Its name is a word of ours, so it needs no escaping.
pub struct Icon {
    name: &'static str,
    class: &'static str,
}

impl fmt::Display for Icon {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (class, root, name) = (self.class, assets::root(), self.name);
        write!(out, r##"<svg class="{class}" aria-hidden="true"><use href="{root}/icons.svg#{name}"/></svg>"##)
    }
}

impl HtmlSafe for Icon {}

/// A glyph of 20 pixels.
#[askama::filter_fn]
pub fn icon(name: &'static str, _: &dyn Values) -> askama::Result<Icon> {
    Ok(Icon { name, class: "i" })
}

/// A glyph of 16 pixels.
#[askama::filter_fn]
pub fn icon_s(name: &'static str, _: &dyn Values) -> askama::Result<Icon> {
    Ok(Icon { name, class: "i s" })
}

/// The drawing of an empty list.
#[askama::filter_fn]
pub fn icon_xl(name: &'static str, _: &dyn Values) -> askama::Result<Icon> {
    Ok(Icon { name, class: "i xl" })
}

/// A glyph in the place of a logo.
#[askama::filter_fn]
pub fn icon_mark(name: &'static str, _: &dyn Values) -> askama::Result<Icon> {
    Ok(Icon { name, class: "i mark" })
}
