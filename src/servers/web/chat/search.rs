//! Finding what was said: hits open where they stand.

use super::super::filters;
use super::super::page::{PageResult, in_address, page};
use super::super::presence::Watch;
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::shelf::HitView;
use super::side::ConversationsView;
use crate::domain::chat::{self, ChatQuery};
use askama::Template;

/// One thing that can be asked for, as it is typed.
struct WayView {
    typed: &'static str,
    words: &'static str,
    href: String,
}

const WAYS: [(&str, &str); 8] = [
    ("plotter paper", "messages with both words"),
    ("from:bob", "what Bob said"),
    ("in:office", "in one conversation"),
    ("has:file", "with files; has:link too"),
    ("after:2026-11-01", "since that day"),
    ("before:2026-11-01", "before that day"),
    ("from:bob has:file", "several at once"),
    ("in:office plotter", "a word in one room"),
];

#[derive(Template)]
#[template(path = "chat/search.html")]
struct SearchPage {
    shell: Shell,
    side: ConversationsView,
    shelf: &'static str,
    hits: Vec<HitView>,
    words: String,
    mail_href: String,
    newer: String,
    older: String,
    ways: Vec<WayView>,
}

/// GET /search?in=chat&q=
pub async fn found(visit: Visit) -> PageResult {
    let (own, reader) = (visit.clone(), visit.reader());
    let (asked, at) = (visit.query.get("q").trim().to_owned(), visit.query.page());
    let query = asked.clone();
    let (shell, (side, hits, total, has_older)) = visit
        .page(Place::Chat, move |tx, session| {
            let me = session.person.id;
            let listed = chat::conversations(tx, me)?;
            let (mut hits, mut has_older, mut total) = (Vec::new(), false, 0);
            if !query.is_empty() {
                let found = chat::search(tx, me, &ChatQuery::parse(&query), at)?;
                hits = found.hits.into_iter().map(|one| HitView::new(&one.message, one.title, reader)).collect();
                has_older = found.has_older;
                total = i64::try_from(hits.len()).unwrap_or(0);
            }
            let dots = Watch::new(tx, &own, me)?;
            Ok((ConversationsView::new(&listed, &dots, 0, None), hits, total, has_older))
        })
        .await?;
    let href = |page: u32| format!("/search?in=chat&q={}&page={page}", in_address(&asked));
    let way = |(typed, words)| WayView { typed, words, href: format!("/search?in=chat&q={}", in_address(typed)) };
    page(&SearchPage {
        shell,
        side,
        shelf: "",
        words: if total == 0 {
            String::new()
        } else if has_older {
            format!("{} and more", count(total, "message"))
        } else {
            count(total, "message")
        },
        mail_href: format!("/search?q={}", in_address(&asked)),
        newer: if at > 1 { href(at - 1) } else { String::new() },
        older: if has_older { href(at + 1) } else { String::new() },
        hits,
        ways: WAYS.into_iter().map(way).collect(),
    })
}
