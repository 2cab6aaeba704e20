//! What completes while it is typed: people behind `@`, commands behind `/`.

use super::super::page::{PageResult, fragment};
use super::super::session::Visit;
use super::room::is_meant;
use crate::domain::chat;
use crate::kernel::id::ConversationId;
use crate::services::command;
use actix_web::web::Path;
use askama::Template;

/// Completions offered at once.
const OFFERED: usize = 8;

/// One completion.
struct CompletionView {
    value: String,
    name: String,
    words: String,
}

#[derive(Template)]
#[template(path = "chat/_completions.html")]
struct Completions {
    found: Vec<CompletionView>,
}

/// GET /chat/{conversation}/people?name=
pub async fn people(visit: Visit, at: Path<ConversationId>) -> PageResult {
    let (at, wanted) = (*at, visit.query.get("name").to_lowercase());
    let mut found = visit
        .read(move |tx, session| {
            let me = session.person.id;
            let talk = chat::conversation(tx, me, at)?;
            let members = chat::members(tx, me, at)?.into_iter().map(|member| member.person);
            let meant = members
                .filter(|one| one.id != me && (is_meant(&one.full_name, &wanted) || is_meant(&one.name, &wanted)));
            let mut found: Vec<_> = meant
                .map(|one| CompletionView { value: format!("@{}", one.name), words: one.name, name: one.full_name })
                .collect();
            if talk.kind != chat::ConversationKind::Direct && "here".starts_with(&wanted) {
                found.push(CompletionView {
                    value: "@here".to_owned(),
                    name: "@here".to_owned(),
                    words: "Everybody in this conversation".to_owned(),
                });
            }
            Ok(found)
        })
        .await?;
    found.truncate(OFFERED);
    fragment(&Completions { found })
}

/// GET /chat/commands?name=
pub async fn commands(visit: Visit) -> PageResult {
    let wanted = visit.query.get("name").to_lowercase();
    let offered = visit.read(|tx, session| Ok(command::offered(tx, session.person.id)?)).await?;
    let meant = offered.into_iter().filter(|one| one.name.starts_with(&wanted));
    let found = meant.take(OFFERED * 2).map(|one| CompletionView {
        value: format!("/{}", one.name),
        name: one.usage.to_owned(),
        words: one.help.to_owned(),
    });
    fragment(&Completions { found: found.collect() })
}
