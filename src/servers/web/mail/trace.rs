//! Where one of a person's own messages is.

use super::super::error::WebError;
use super::super::filters;
use super::super::page::{PageResult, page};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::story::StoryView;
use super::super::words::count;
use super::row::subject;
use crate::domain::mail;
use crate::domain::settings;
use crate::domain::trace;
use crate::kernel::id::ItemId;
use crate::services;
use actix_web::web::Path;
use askama::Template;

#[derive(Template)]
#[template(path = "mail/trace.html")]
struct TracePage {
    shell: Shell,
    id: ItemId,
    subject: String,
    it: Option<StoryView>,
    days: String,
}

/// GET /mail/message/{id}/trace
pub async fn show(visit: Visit, at: Path<ItemId>) -> PageResult {
    let (id, reader) = (*at, visit.reader());
    let read = visit.page(Place::Mail, move |tx, session| {
        let who = session.person.id;
        let item = mail::item(tx, who, id)?;
        let passage = trace::of_item(tx, id)?;
        let story = passage.map(|passage| services::trace::own_story(tx, passage, who)).transpose()?;
        let days: i64 = settings::get(tx, settings::TRACE_DAYS)?.parse().unwrap_or(0);
        Ok::<_, WebError>((item.subject, story.map(|story| StoryView::new(story, reader)), days))
    });
    let (shell, (title, it, days)) = read.await?;
    let title = subject(&title).to_owned();
    page(&TracePage { shell, id, subject: title, it, days: count(days, "day") })
}
