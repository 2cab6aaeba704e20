//! Answers: a page, a fragment of one, or the way to another.

use super::error::WebError;
use super::form::Fields;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, LOCATION};
use askama::Template;

/// What a handler returns.
pub type PageResult = Result<HttpResponse, WebError>;

/// What a script of ours says it accepts, instead of a whole page.
pub const FRAGMENT: &str = "text/vnd.office.fragment+html";

/// Room for a page: what a full list needs, so that it need not grow while it is written.
const PAGE: usize = 64 * 1024;

/// A page.
pub fn page(template: &impl Template) -> PageResult {
    page_with(StatusCode::OK, template)
}

/// A page with a status of its own: 422 for a form that is shown again.
pub fn page_with(status: StatusCode, template: &impl Template) -> PageResult {
    let mut html = String::with_capacity(PAGE);
    template.render_into(&mut html).map_err(|error| WebError::Broken(error.to_string()))?;
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html))
}

/// Blocks of a page, for a script of ours.
pub fn fragment(template: &impl Template) -> PageResult {
    let html = template.render().map_err(|error| WebError::Broken(error.to_string()))?;
    Ok(HttpResponse::Ok().content_type(FRAGMENT).body(html))
}

/// A table as text, to be kept as a file of that name.
pub fn table(name: &str, text: String) -> HttpResponse {
    let file = format!("attachment; filename=\"{name}.csv\"");
    HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header((CONTENT_DISPOSITION, file)).body(text)
}

/// 303: what was posted is done, go and look there.
pub fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
}

/// `address` where it is one of ours, else `instead`. Never leads to another host.
///
/// Browsers read `//host`, `/\host` and control characters in their own ways: none of them passes.
pub fn local<'a>(address: &'a str, instead: &'a str) -> &'a str {
    let is_plain = address.bytes().all(|byte| byte > 0x20 && byte < 0x7f && byte != b'\\');
    if is_plain && address.starts_with('/') && !address.starts_with("//") { address } else { instead }
}

/// `text` as it may stand in an address.
pub fn in_address(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            safe.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            safe.push('%');
            safe.push(char::from(HEX[usize::from(byte >> 4)]));
            safe.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    safe
}

/// `address` with one more parameter.
pub fn with(address: &str, name: &str, value: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{name}={}", in_address(value))
}

/// `address` with those of these parameters that were asked for.
pub fn with_asked(address: &str, asked: &Fields, names: &[&str]) -> String {
    let given = names.iter().filter(|name| !asked.get(name).is_empty());
    given.fold(address.to_owned(), |address, name| with(&address, name, asked.get(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        let foreign =
            ["//evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "/\t/evil.test", "javascript:x", ""];
        for address in foreign {
            assert_eq!(local(address, "/today"), "/today", "{address:?}");
        }
        assert_eq!(local("/mail/inbox?page=2", "/today"), "/mail/inbox?page=2");
    }

    #[test]
    fn a_parameter_cannot_break_out_of_its_address() {
        assert_eq!(with("/mail?x=1", "q", "a&b=c #d"), "/mail?x=1&q=a%26b%3Dc%20%23d");
    }
}
