//! A person's face: their picture over two letters on a colour of their own. The one place that draws it, and that hands
//! pictures out.

use super::error::WebError;
use super::page::PageResult;
use super::session::Visit;
use crate::domain::people::{self, Person};
use crate::domain::store::{StoreError, packed};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::web::Path;
use askama::filters::HtmlSafe;
use std::fmt;

/// How long a browser keeps a picture: another one has another address.
const KEPT: &str = "private, max-age=86400, immutable";

/// What stands for a person beside the name. Written out it is what the circle holds.
#[derive(Debug, Clone)]
pub struct Face {
    /// Letters of the name.
    pub initials: String,
    /// The circle's hue, a class of the style sheet.
    pub hue: &'static str,
    portrait: String,
}

impl Face {
    /// The face of somebody of whom only this is known.
    pub fn new(name: &str, address: &str) -> Self {
        Self { initials: initials(name), hue: hue(address), portrait: String::new() }
    }

    /// A person's face.
    pub fn of(person: &Person) -> Self {
        Self::new(&person.full_name, person.address.as_str()).with(&person.portrait)
    }

    /// With the picture of this mark, where there is one.
    pub fn with(self, portrait: &str) -> Self {
        Self { portrait: portrait.to_owned(), ..self }
    }

    /// Whether it is a picture.
    pub fn is_picture(&self) -> bool {
        !self.portrait.is_empty()
    }
}

// Letters and digits need no escaping, and a mark is made of them too. The letters stay below the picture: until it has
// come, and where it does not.
impl fmt::Display for Face {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.initials)?;
        if self.portrait.is_empty() {
            return Ok(());
        }
        let mark = &self.portrait;
        write!(out, r#"<img src="/face/{mark}" alt="" width="256" height="256" loading="lazy" decoding="async">"#)
    }
}

impl HtmlSafe for Face {}

/// GET /face/{mark}: a colleague's picture, for who is signed in.
pub async fn picture(visit: Visit, at: Path<String>) -> PageResult {
    let mark = at.into_inner();
    let read = visit.read(move |tx, _| {
        let blob = people::portrait(tx, &mark)?.ok_or(WebError::NotFound)?;
        Ok(packed(tx, blob)?)
    });
    let packed = read.await?;
    let bytes = tokio::task::spawn_blocking(move || packed.unpack()).await.map_err(|_| StoreError::Panicked)??;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, "image/jpeg")).insert_header((CACHE_CONTROL, KEPT));
    answer.insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    Ok(answer.body(bytes))
}

/// Up to two letters for a picture: of the first word and the last.
fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let mut letters = name.split(|c: char| c.is_whitespace() || c == '.' || c == '@').filter_map(letter);
    let first = letters.next();
    // The last word of an address is its domain: one letter says more than `A` and `E` of `example`.
    let last = if name.contains('@') { None } else { letters.next_back() };
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// One of eight hues, always the same for the same address.
fn hue(address: &str) -> &'static str {
    const HUES: [&str; 8] = ["h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8"];
    // FNV-1a: short, and spreads well enough for colours.
    let mark = address
        .bytes()
        .fold(0x811c_9dc5_u32, |mark, byte| (mark ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193));
    HUES[(mark >> 13) as usize % HUES.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_any_script() {
        assert_eq!(
            [initials("Bob Novák"), initials("Dr. Hans-Joachim Müller"), initials("ليلى حداد")],
            ["BN", "DM", "لح"]
        );
        assert_eq!([initials("bob@example.test"), initials(""), initials("…")], ["B", "", ""]);
    }

    #[test]
    fn a_picture_lies_over_the_letters() {
        let bare = Face::new("Bob <b>Novák</b>", "bob@example.test");
        assert_eq!(bare.to_string(), "BB");
        assert!(bare.with("0a1b").to_string().starts_with("BB<img src=\"/face/0a1b\" alt=\"\""));
    }
}
