//! The text of a message: plain text as a part of the page, foreign HTML in a frame of its own.
//!
//! The frame's document has its own address and policy: no scripts, no forms, an origin of its own, and no pictures from
//! elsewhere before consent. Being of another origin it sends no cookies, so inline pictures carry a mark instead.

use super::super::Web;
use super::super::error::WebError;
use super::super::form::Fields;
use super::super::page::{PageResult, see, with};
use super::super::session::Visit;
use crate::domain::mail;
use crate::format::html::{self, CleanHtml, Cleaned, Images};
use crate::format::mime::{self, ParsedMail};
use crate::format::picture::raster;
use crate::kernel::id::{ItemId, PersonId};
use crate::kernel::{limits, secret};
use crate::services::read;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{self, Data, Form, Path};
use askama::Template;

/// What a message's own document may do: show itself, and open links in a new window.
const POLICY: &str = "sandbox allow-popups; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; \
    frame-ancestors 'self'; form-action 'none'; base-uri 'none'";
/// The same, where the reader lets pictures from elsewhere in.
const POLICY_WITH_PICTURES: &str = "sandbox allow-popups; default-src 'none'; img-src 'self' https: http:; \
    style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

/// A message's text, ready to show.
pub struct Text {
    /// The frame's address, for HTML.
    pub frame: Option<String>,
    /// How high the frame is.
    pub height: &'static str,
    /// Pictures from elsewhere that were left out.
    pub blocked: usize,
    /// The text itself, where there is no HTML.
    pub plain: CleanHtml,
}

/// Whether the sender says that a file is a picture that browsers can show.
pub fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

fn foreign_html(mail: &ParsedMail) -> Option<&str> {
    mail.html.as_deref().filter(|html| html.len() <= limits::HTML_BYTES)
}

/// Cleans a message's text, off the async threads: foreign HTML may be large.
pub async fn of(id: ItemId, mail: ParsedMail, shows_pictures: bool) -> Result<(Text, ParsedMail), WebError> {
    let cleaned = web::block(move || {
        let text = match foreign_html(&mail) {
            None => Text { frame: None, height: "", blocked: 0, plain: html::from_plain(&mail.text) },
            Some(foreign) => {
                let cleaned = html::clean(foreign, Images::Blocked, &|_| Some("/".to_owned()));
                let frame = format!("/mail/message/{id}/body");
                let frame = if shows_pictures { with(&frame, "pictures", "once") } else { frame };
                let blocked = if shows_pictures { 0 } else { cleaned.remote_images };
                Text {
                    frame: Some(frame),
                    height: height(&cleaned, shows_pictures),
                    blocked,
                    plain: CleanHtml::default(),
                }
            }
        };
        (text, mail)
    });
    cleaned.await.map_err(|error| WebError::Broken(error.to_string()))
}

/// Roughly how high a text is. No script may measure it, so the lines it probably has are counted.
fn height(cleaned: &Cleaned, shows_pictures: bool) -> &'static str {
    let html = cleaned.html.as_str();
    let tags = |tag: &str| html.matches(tag).count();
    let letters = html::text_of(html).chars().count();
    let breaks = tags("<br") + tags("<p") + tags("<div") + tags("<tr") + tags("<li") + tags("<h");
    let picture = if shows_pictures { 8 } else { 1 };
    match letters / 90 + breaks + picture * tags("<img") {
        0..=8 => "s",
        9..=20 => "m",
        21..=40 => "l",
        _ => "xl",
    }
}

#[derive(Template)]
#[template(path = "mail/body.html")]
struct BodyPage {
    html: CleanHtml,
}

/// GET /mail/message/{id}/body
pub async fn frame(visit: Visit, at: Path<ItemId>) -> PageResult {
    let (id, who) = (*at, visit.session().await?.person.id);
    let mail = read::message(&visit.web.office, who, id).await?.mail;
    let shows = visit.query.get("pictures") == "once";
    let web = visit.web.clone();
    let cleaned = web::block(move || match foreign_html(&mail) {
        Some(foreign) => {
            let inline = |content_id: &str| inline_href(&web, who, id, &mail, content_id);
            html::clean(foreign, if shows { Images::Shown } else { Images::Blocked }, &inline).html
        }
        None => html::from_plain(&mail.text),
    });
    let html = cleaned.await.map_err(|error| WebError::Broken(error.to_string()))?;
    let page = BodyPage { html }.render().map_err(|error| WebError::Broken(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header(("content-security-policy", if shows { POLICY_WITH_PICTURES } else { POLICY }))
        .insert_header(("x-frame-options", "SAMEORIGIN"))
        .insert_header(("referrer-policy", "no-referrer"))
        .body(page))
}

/// The address of a picture that came with the message, with the mark that opens it.
fn inline_href(web: &Web, who: PersonId, id: ItemId, mail: &ParsedMail, content_id: &str) -> Option<String> {
    let wanted = |file: &&mime::AttachedFile| file.content_id.as_deref() == Some(content_id);
    let index = mail.files.iter().find(wanted)?.index;
    Some(format!("/mail/inline/{who}/{id}/{index}/{}", inline_mark(web, who, id, index)))
}

fn inline_mark(web: &Web, who: PersonId, id: ItemId, index: usize) -> String {
    secret::mark(&web.form_key, &format!("inline {who} {id} {index}"))
}

/// GET /mail/inline/{who}/{id}/{index}/{mark}: a picture in its frame, which has no cookies to show.
pub async fn inline(web: Data<Web>, at: Path<(PersonId, ItemId, usize, String)>) -> PageResult {
    let (who, id, index, mark) = at.into_inner();
    if !secret::same(&mark, &inline_mark(&web, who, id, index)) {
        return Err(WebError::NotFound);
    }
    let (_, bytes) = read::file(&web.office, who, id, index).await?;
    let kind = raster(&bytes).ok_or(WebError::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header(("content-security-policy", "sandbox; default-src 'none'"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .insert_header((CACHE_CONTROL, "private, max-age=3600"))
        .body(bytes))
}

/// POST /mail/message/{id}/pictures: from now on, pictures in this sender's mail show.
pub async fn trust(visit: Visit, at: Path<ItemId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    visit
        .write(&form, move |tx, session| {
            let who = session.person.id;
            let from = mail::item(tx, who, id)?.from.address;
            Ok(mail::trust_images_of(tx, who, &from)?)
        })
        .await?;
    Ok(see(&format!("/mail/message/{id}?done=pictures")))
}
