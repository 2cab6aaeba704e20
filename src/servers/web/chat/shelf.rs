//! Messages and files set apart: starred, pinned, the files of a conversation; and the page of who has none yet.

use super::super::face::Face;
use super::super::filters;
use super::super::page::{PageResult, page};
use super::super::presence::Watch;
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::file::FilesView;
use super::message::place;
use super::say::{QuoteView, sayer};
use super::side::ConversationsView;
use crate::domain::chat::{self, Message};
use crate::kernel::id::ConversationId;
use actix_web::web::Path;
use askama::Template;
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "chat/empty.html")]
struct EmptyPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
}

/// The page of somebody who has no conversation yet.
pub async fn nothing_yet(visit: Visit) -> PageResult {
    let own = visit.clone();
    let (shell, side) = visit
        .page(Place::Chat, move |tx, session| {
            let dots = Watch::new(tx, &own, session.person.id)?;
            Ok(ConversationsView::new(&[], &dots, 0, None))
        })
        .await?;
    page(&EmptyPage { shell, side, shelf: "" })
}

/// A message in two lines, that leads to where it stands.
pub struct HitView {
    pub href: String,
    pub name: String,
    pub place: String,
    pub text: String,
    pub when: super::super::words::When,
    pub face: Face,
}

impl HitView {
    /// A message said in the conversation called `place_`.
    pub fn new(message: &Message, place_: String, reader: super::super::words::Reader) -> Self {
        let (quote, when) = (QuoteView::of(message), reader.when(message.said_at));
        Self { href: place(message), face: sayer(message), name: quote.name, place: place_, text: quote.text, when }
    }
}

#[derive(Template)]
#[template(path = "chat/hits.html")]
struct HitsPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    title: String,
    back: String,
    hits: Vec<HitView>,
    icon: &'static str,
    empty: &'static str,
    empty_words: &'static str,
}

/// GET /chat/starred
pub async fn starred(visit: Visit) -> PageResult {
    let (own, reader) = (visit.clone(), visit.reader());
    let (shell, (side, hits)) = visit
        .page(Place::Chat, move |tx, session| {
            let me = session.person.id;
            let listed = chat::conversations(tx, me)?;
            let titles: HashMap<_, _> = listed.iter().map(|one| (one.id, one.title.clone())).collect();
            let hits = chat::starred(tx, me)?;
            let title = |id| titles.get(&id).cloned().unwrap_or_default();
            let hits: Vec<_> = hits.iter().map(|one| HitView::new(one, title(one.conversation), reader)).collect();
            let dots = Watch::new(tx, &own, me)?;
            Ok((ConversationsView::new(&listed, &dots, 0, None), hits))
        })
        .await?;
    page(&HitsPage {
        shell,
        side,
        shelf: "starred",
        title: "Starred messages".to_owned(),
        back: String::new(),
        hits,
        icon: "star",
        empty: "Nothing starred",
        empty_words: "A star keeps a message at hand, for you alone. Press s on a message.",
    })
}

/// GET /chat/{conversation}/pins
pub async fn pins(visit: Visit, at: Path<ConversationId>) -> PageResult {
    let (own, reader, at) = (visit.clone(), visit.reader(), *at);
    let (shell, (side, title, hits)) = visit
        .page(Place::Chat, move |tx, session| {
            let me = session.person.id;
            let talk = chat::conversation(tx, me, at)?;
            let hits: Vec<_> =
                chat::pins(tx, me, at)?.iter().map(|one| HitView::new(one, String::new(), reader)).collect();
            let dots = Watch::new(tx, &own, me)?;
            Ok((ConversationsView::new(&chat::conversations(tx, me)?, &dots, 0, Some(at)), talk.title, hits))
        })
        .await?;
    page(&HitsPage {
        shell,
        side,
        shelf: "",
        title: format!("Pinned in {title}"),
        back: format!("/chat/{at}"),
        hits,
        icon: "pin",
        empty: "Nothing pinned",
        empty_words: "What is pinned stays at hand for everybody here.",
    })
}

#[derive(Template)]
#[template(path = "chat/files.html")]
struct FilesPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    title: String,
    at: ConversationId,
    files: FilesView,
}

/// GET /chat/{conversation}/files
pub async fn files(visit: Visit, at: Path<ConversationId>) -> PageResult {
    let (own, at) = (visit.clone(), *at);
    let (shell, (side, title, files)) = visit
        .page(Place::Chat, move |tx, session| {
            let me = session.person.id;
            let talk = chat::conversation(tx, me, at)?;
            let dots = Watch::new(tx, &own, me)?;
            let side = ConversationsView::new(&chat::conversations(tx, me)?, &dots, 0, Some(at));
            let files: Vec<_> = chat::files(tx, me, at)?.into_iter().map(|said| said.file).collect();
            Ok((side, talk.title, files))
        })
        .await?;
    page(&FilesPage { shell, side, shelf: "", title, at, files: FilesView::new(&files) })
}
