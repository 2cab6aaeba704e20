//! The cleaning of foreign HTML.

use super::rewrite::{ATTRIBUTE_NAMES, ELEMENTS, finished, rewrite};
use super::urls::{is_data_image, is_link, is_ours};
use super::{CleanHtml, Cleaned, Images, PART_END, from_plain, text_of};
use crate::kernel::limits;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

static ALLOWED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut allowed = Builder::empty();
    allowed
        .tags(HashSet::from(ELEMENTS))
        .generic_attributes(ATTRIBUTE_NAMES.into_iter().chain(["style"]).collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("img", HashSet::from(["src"]))]))
        .set_tag_attribute_value("a", "target", "_blank")
        .link_rel(Some("noopener noreferrer"))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "data"]))
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(attribute);
    allowed
});

/// The last look at every attribute, after a browser's parser has read it.
fn attribute<'u>(element: &str, name: &str, value: &'u str) -> Option<Cow<'u, str>> {
    let is_kept = match (element, name) {
        ("a", "href") => is_link(value),
        ("img", "src") => is_ours(value) || is_data_image(value) || is_link(value) && value.starts_with(['h', 'H']),
        ("a", "target" | "rel") => true,
        (_, "href" | "src" | "srcset" | "background" | "poster") => false,
        (_, "style") => !value.contains(['\\', '<', '@']) && !value.contains("url("),
        _ => true,
    };
    is_kept.then_some(Cow::Borrowed(value))
}

/// Makes foreign HTML safe to show in a page of ours. `inline` gives the same-origin address of a part of the message
/// by its content id (RFC 2392), or `None` where there is no such picture.
///
/// Input longer than `limits::HTML_BYTES` is shown as text. Parts (see [`PART_END`]) are cleaned one by one.
#[must_use]
pub fn clean(foreign: &str, images: Images, inline: &dyn Fn(&str) -> Option<String>) -> Cleaned {
    if foreign.len() > limits::HTML_BYTES {
        return Cleaned { html: from_plain(&text_of(foreign)), remote_images: 0 };
    }
    let parts = foreign.split(PART_END).map(|part| clean_part(part, images, inline));
    parts.reduce(joined).unwrap_or_default()
}

fn joined(before: Cleaned, next: Cleaned) -> Cleaned {
    let html = CleanHtml(format!("{}<hr>{}", before.html, next.html));
    Cleaned { html, remote_images: before.remote_images + next.remote_images }
}

fn clean_part(part: &str, images: Images, inline: &dyn Fn(&str) -> Option<String>) -> Cleaned {
    let cleaned = catch_unwind(AssertUnwindSafe(|| {
        let rewritten = rewrite(part, images, inline);
        let html = CleanHtml(finished(&ALLOWED.clean(&rewritten.html).to_string()));
        Cleaned { html, remote_images: rewritten.remote_images }
    }));
    cleaned.unwrap_or_else(|_| Cleaned { html: from_plain(&text_of(part)), remote_images: 0 })
}
