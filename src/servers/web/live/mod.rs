//! The live stream: server-sent events that carry the same fragments the pages are made of.
//!
//! `id:` is the office's revision, `event:` the topic, `data:` one line of JSON and then the fragment. A browser that
//! comes back says the last id it heard; what happened meanwhile is sent first, or `resync` where that is too long ago.

mod calendar;
mod chat;
mod conversations;
mod line;
mod mail;
mod patch;
mod plan;
mod presence;
mod quotes;
mod streams;
mod tail;

pub use chat::Written;
pub use quotes::Rows;
pub use streams::Streams;

use super::error::WebError;
use super::security;
use super::session::Visit;
use actix_web::http::header::{CONTENT_ENCODING, HeaderMap};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::unfold;
use line::Line;

/// GET /live
pub async fn stream(visit: Visit, request: HttpRequest) -> Result<HttpResponse, WebError> {
    // Another site's page could open this stream with our cookies, and learn from its timing.
    if !security::is_same_origin(request.head()) {
        return Err(WebError::ForeignForm);
    }
    let session = visit.session().await?;
    let since = since(&visit, request.headers());
    let line = Line::open(visit, &session, since);
    let pieces = unfold(Some(line), |line| async move { line::piece(line?).await });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(pieces))
}

/// The revision that the browser knows; without one, it knows none.
fn since(visit: &Visit, headers: &HeaderMap) -> i64 {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    last.or_else(|| visit.query.get("since").parse().ok()).unwrap_or(i64::MAX)
}
