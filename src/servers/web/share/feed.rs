//! The secret addresses themselves: no cookies, nobody signed in, the secret alone opens them.

use super::super::Web;
use crate::domain::calendar::CalendarError;
use crate::services::feed::{self, Asked};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

/// GET /feed/{secret}.ics
pub async fn feed(request: HttpRequest, web: Data<Web>, at: Path<String>) -> HttpResponse {
    let asked = match feed::open(&web.office, at.into_inner(), false).await {
        Ok(asked) => asked,
        Err(error) => return refused(&error),
    };
    if is_known(&request, &asked) {
        return told(StatusCode::NOT_MODIFIED, &asked.etag, String::new());
    }
    match feed::calendar_file(&web.office, asked.feed).await {
        Ok(text) => told(StatusCode::OK, &asked.etag, text),
        Err(error) => refused(&error),
    }
}

/// GET /freebusy/{secret}.ifb. RFC 5545 §3.6.4.
pub async fn free_busy(request: HttpRequest, web: Data<Web>, at: Path<String>) -> HttpResponse {
    let asked = match feed::open(&web.office, at.into_inner(), true).await {
        Ok(asked) => asked,
        Err(error) => return refused(&error),
    };
    if is_known(&request, &asked) {
        return told(StatusCode::NOT_MODIFIED, &asked.etag, String::new());
    }
    match feed::free_busy_file(&web.office, asked.feed).await {
        Ok(text) => told(StatusCode::OK, &asked.etag, text),
        Err(error) => refused(&error),
    }
}

/// RFC 9110 §13.1.2, by weak comparison: what packs answers on their way may weaken the mark.
fn is_known(request: &HttpRequest, asked: &Asked) -> bool {
    let said = request.headers().get(IF_NONE_MATCH).and_then(|said| said.to_str().ok()).unwrap_or_default();
    said.split(',').any(|one| one.trim().trim_start_matches("W/") == asked.etag)
}

fn told(status: StatusCode, etag: &str, text: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((ETAG, etag))
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .insert_header(("content-security-policy", "sandbox; default-src 'none'"))
        .insert_header(("x-robots-tag", "noindex"))
        .content_type("text/calendar; charset=utf-8")
        .body(text)
}

fn refused(error: &CalendarError) -> HttpResponse {
    let (status, words) = match error {
        CalendarError::Store(error) => {
            tracing::error!(door = "web", "a feed could not be read: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "back in a moment\n")
        }
        // Whether it was revoked or never was, nobody is told apart.
        _ => (StatusCode::NOT_FOUND, "this address leads nowhere\n"),
    };
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(words)
}
