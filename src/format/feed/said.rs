//! What an answer says before its numbers are looked for: that it is a page, that it complains, what stands under a name.

use super::json::{Json, read};
use super::{FeedError, decimal};
use crate::kernel::limits;
use crate::kernel::text::{cut, one_line};
use rust_decimal::Decimal;

/// A foreign text as one short line.
pub(super) fn line(text: &str, most: usize) -> String {
    cut(&one_line(text), most)
}

/// A name, where there is one.
pub(super) fn name(text: Option<&str>) -> Option<String> {
    text.map(|text| line(text, limits::QUOTE_NAME)).filter(|name| !name.is_empty())
}

/// An answer as text, unless it is nothing, or a page for people.
pub(super) fn text(body: &[u8]) -> Result<&str, FeedError> {
    let text = std::str::from_utf8(body).map_err(|_| FeedError::NotText)?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let start = text.trim_start();
    if start.is_empty() {
        return Err(FeedError::Empty);
    }
    let head: String = start.chars().take(200).collect::<String>().to_ascii_lowercase();
    if head.starts_with("<!doctype html")
        || head.starts_with("<html")
        || head.starts_with('<') && head.contains("<head")
    {
        return Err(FeedError::WebPage);
    }
    Ok(text)
}

/// An answer as JSON, unless it says in so many words that there is none.
pub(super) fn json(body: &[u8]) -> Result<Json<'_>, FeedError> {
    let json = bare(body)?;
    match said(&json) {
        Some(error) => Err(error),
        None => Ok(json),
    }
}

/// An answer as JSON, whatever it says.
pub(super) fn bare(body: &[u8]) -> Result<Json<'_>, FeedError> {
    let text = text(body)?;
    if text.trim_start().starts_with('<') {
        return Err(FeedError::WebPage);
    }
    read(text).map_err(|error| complaint(text).unwrap_or(error))
}

/// What a provider says in words where it tells nothing, though it calls that a success.
pub(super) fn said(json: &Json<'_>) -> Option<FeedError> {
    let map = json.map().filter(|map| map.len() <= 6)?;
    let code = json.get("code").and_then(Json::text);
    let is_error = json.text_at("status") == Some("error");
    match code {
        Some("429") => return Some(FeedError::RateLimited { wait: None }),
        Some("401" | "403") if is_error => return Some(FeedError::BadKey),
        Some("404" | "400") if is_error => return Some(FeedError::UnknownSymbol(String::new())),
        _ => {}
    }
    for name in ["Note", "Information", "Error Message", "error", "message", "msg", "detail"] {
        let words = map.get(name).map(|value| value.get("message").unwrap_or(value));
        let Some(words) = words.and_then(Json::text).filter(|words| !matches!(*words, "" | "0" | "OK" | "ok")) else {
            continue;
        };
        if let Some(error) = complaint(words) {
            return Some(error);
        }
        if is_error || matches!(name, "Error Message" | "error") {
            return Some(FeedError::Refused);
        }
    }
    is_error.then_some(FeedError::Refused)
}

/// What words that come instead of numbers complain of.
pub(super) fn complaint(words: &str) -> Option<FeedError> {
    let lower: String = words.chars().take(600).collect::<String>().to_ascii_lowercase();
    let has = |any: &[&str]| any.iter().any(|word| lower.contains(word));
    if has(&[
        "rate limit",
        "limit reached",
        "too many requests",
        "hits limit",
        "call frequency",
        "requests per",
        "calls per",
        "per minute",
        "out of api credits",
        "quota",
        "throttl",
    ]) {
        return Some(FeedError::RateLimited { wait: None });
    }
    if has(&["api key", "apikey", "token", "unauthorized", "not authorized", "access to this resource", "subscription"])
    {
        return Some(FeedError::BadKey);
    }
    if has(&["invalid api call", "unknown symbol", "symbol not found", "invalid symbol", "not found", "no data"]) {
        return Some(FeedError::UnknownSymbol(String::new()));
    }
    None
}

/// The number under a name, and an error where there is none.
pub(super) fn number(json: &Json<'_>, name: &str) -> Result<Decimal, FeedError> {
    maybe(json, name)?.ok_or_else(|| FeedError::Missing(name.to_owned()))
}

/// The number under a name; nothing where there is nothing, and an error where there is something else.
fn maybe(json: &Json<'_>, name: &str) -> Result<Option<Decimal>, FeedError> {
    let wrong = || FeedError::NotANumber(name.to_owned());
    match json.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => {
            let text = value.text().ok_or_else(wrong)?.trim();
            if text.is_empty() || text == "-" {
                return Ok(None);
            }
            decimal(text.trim_end_matches('%')).map(Some).ok_or_else(wrong)
        }
    }
}

/// A number that adds to another: what is no number is left out.
pub(super) fn beside(json: &Json<'_>, name: &str) -> Option<Decimal> {
    maybe(json, name).ok().flatten()
}
