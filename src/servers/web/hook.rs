//! The door for programs: `curl -d 'Backup done' https://office/hook/SECRET` says it in a room.
//!
//! The secret alone opens it. Cookies are refused: nobody's browser can be made to speak here with its owner's rights.

use super::Web;
use super::error::wait_words;
use crate::domain::chat::ChatError;
use crate::kernel::limits;
use crate::services::announce::say_by_hook;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, COOKIE, RETRY_AFTER};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

/// What a program posts as JSON.
#[derive(Deserialize)]
struct Posted {
    text: String,
}

/// POST /hook/{secret}: `{"text": "…"}`, or the text as it is.
pub async fn say(request: HttpRequest, web: Data<Web>, at: Path<String>, body: Bytes) -> HttpResponse {
    if request.headers().contains_key(COOKIE) {
        return plain(StatusCode::FORBIDDEN, "send no cookies here: the secret alone opens this door");
    }
    if body.len() > limits::CHAT_HOOK_BYTES {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "at most 32 kB at once");
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let Some(text) = text(kind, &body) else {
        return plain(StatusCode::UNPROCESSABLE_ENTITY, "send JSON like {\"text\": \"Hello\"}, or plain text in UTF-8");
    };
    let secret = at.into_inner();
    match web.office.store.write(move |tx| say_by_hook(tx, &secret, &text)).await {
        Ok(()) => plain(StatusCode::OK, "said"),
        Err(error) => refused(&error),
    }
}

/// What is to be said. `curl -d` calls whatever it sends a form, so the body itself tells what it is.
fn text(kind: &str, body: &[u8]) -> Option<String> {
    let typed = std::str::from_utf8(body).ok()?;
    match serde_json::from_str::<Posted>(typed) {
        Ok(posted) => Some(posted.text),
        Err(_) if kind.starts_with("application/json") => None,
        Err(_) => Some(typed.to_owned()),
    }
}

fn refused(error: &ChatError) -> HttpResponse {
    match error {
        ChatError::Slow(wait) => HttpResponse::TooManyRequests()
            .insert_header((RETRY_AFTER, wait.as_secs() + 1))
            .content_type("text/plain; charset=utf-8")
            .body(format!("too much at once: wait {}\n", wait_words(*wait))),
        ChatError::Text(_) | ChatError::Archived => plain(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
        ChatError::Store(error) => {
            tracing::error!(door = "web", "a program could not speak: {error}");
            plain(StatusCode::SERVICE_UNAVAILABLE, "back in a moment")
        }
        // Whether it was revoked or never was, nobody is told apart.
        ChatError::NoConversation
        | ChatError::NoMessage
        | ChatError::NoFile
        | ChatError::TooLate
        | ChatError::NotAllowed(_)
        | ChatError::Barred(_)
        | ChatError::Muted
        | ChatError::Taken(_)
        | ChatError::BadName
        | ChatError::TooMany(..)
        | ChatError::People(_) => plain(StatusCode::NOT_FOUND, "this address leads nowhere"),
    }
}

fn plain(status: StatusCode, words: &str) -> HttpResponse {
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(format!("{words}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_json_or_what_it_says() {
        let form = "application/x-www-form-urlencoded";
        for (kind, body, said) in [
            (form, "Backup done", Some("Backup done")),
            (form, "{\"text\": \"Backup done\"}", Some("Backup done")),
            ("application/json", "{\"text\": \"Backup done\", \"more\": 1}", Some("Backup done")),
            ("application/json", "Backup done", None),
            ("application/json; charset=utf-8", "{\"words\": 1}", None),
            ("text/plain", "{\"words\": 1}", Some("{\"words\": 1}")),
        ] {
            assert_eq!(text(kind, body.as_bytes()).as_deref(), said, "{kind} {body}");
        }
        assert_eq!(text("text/plain", b"\xff"), None);
    }
}
