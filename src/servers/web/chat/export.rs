//! A conversation to take away: as a page, as text, as JSON.

use super::super::error::WebError;
use super::super::mail::files::saved;
use super::super::page::PageResult;
use super::super::session::Visit;
use super::say::{Faces, LineView, lines};
use crate::domain::chat::{self, Message};
use crate::kernel::id::ConversationId;
use crate::servers::web::words::Reader;
use crate::services::card;
use actix_web::web::Path;
use askama::Template;

/// Messages of one copy.
const MOST: usize = 100_000;

#[derive(Template)]
#[template(path = "chat/export.html")]
struct ExportPage {
    title: String,
    words: String,
    lines: Vec<LineView>,
}

/// GET /chat/{conversation}/export.{form}
pub async fn export(visit: Visit, at: Path<(ConversationId, String)>) -> PageResult {
    let (at, form) = at.into_inner();
    let (title, messages, faces, me) = visit
        .read(move |tx, session| {
            let me = session.person.id;
            let title = chat::conversation(tx, me, at)?.title;
            Ok((title, chat::export(tx, me, at, 0, MOST)?, Faces::read(tx)?, me))
        })
        .await?;
    let reader = visit.reader();
    let (kind, bytes) = match form.as_str() {
        "json" => ("application/json", json(&title, &messages)?),
        "txt" => ("text/plain; charset=utf-8", text(&messages, reader)),
        "html" => {
            let words = super::super::words::count(i64::try_from(messages.len()).unwrap_or(0), "message");
            let page = ExportPage { lines: lines(&messages, me, None, &faces, reader), title: title.clone(), words };
            let html = page.render().map_err(|error| WebError::Broken(error.to_string()))?;
            ("text/html; charset=utf-8", html.into_bytes())
        }
        _ => return Err(WebError::NotFound),
    };
    Ok(saved(kind, "attachment", &format!("{title}.{form}"), bytes))
}

fn json(title: &str, messages: &[Message]) -> Result<Vec<u8>, WebError> {
    let one = |message: &Message| {
        serde_json::json!({
            "number": message.number, "by": message.name, "address": message.address,
            "at": message.said_at.millis(), "edited_at": message.edited_at.map(|at| at.millis()),
            "is_deleted": message.is_deleted, "text": message.text,
            "answers": message.answers.as_ref().map(|quoted| quoted.id),
            "thread": message.thread,
            "files": message.files.iter().map(|file| &file.name).collect::<Vec<_>>(),
            "reactions": message.reactions.iter().map(|one| (&one.emoji, one.people.len())).collect::<Vec<_>>(),
        })
    };
    let all = serde_json::json!({ "title": title, "messages": messages.iter().map(one).collect::<Vec<_>>() });
    serde_json::to_vec_pretty(&all).map_err(|error| WebError::Broken(error.to_string()))
}

fn text(messages: &[Message], reader: Reader) -> Vec<u8> {
    let line = |message: &Message| {
        let words = if message.is_deleted { "(deleted)".into() } else { card::words(message) };
        let files: Vec<_> = message.files.iter().map(|file| format!("\n    [{}]", file.name)).collect();
        format!(
            "[{}] {}: {}{}\n",
            reader.when(message.said_at).full(),
            message.name,
            words.replace('\n', "\n    "),
            files.concat()
        )
    };
    messages.iter().map(line).collect::<String>().into_bytes()
}
