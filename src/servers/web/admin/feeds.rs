//! The feeds that the office asks for numbers: in which order, how each goes, and what to do where it does not.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, page, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::{Reader, count};
use super::people::actor;
use super::{open_to, tabs};
use crate::domain::quotes::{self, Feed, Round};
use crate::format::feed::Kind;
use crate::kernel::clock::Moment;
use crate::kernel::id::FeedId;
use crate::kernel::text::sentence;
use crate::services::feeds::advice;
use crate::services::feeds::deed::{self, Deed};
use actix_web::web::{Form, Path};
use askama::Template;

struct FeedView {
    id: i64,
    name: String,
    kind: &'static str,
    state: &'static str,
    /// How the state looks: good, warn, bad, info or plain.
    look: &'static str,
    words: String,
    trouble: String,
    advice: &'static str,
    is_on: bool,
    is_first: bool,
    is_last: bool,
}

/// A kind that can be chosen.
struct KindView {
    word: &'static str,
    title: &'static str,
    sentence: &'static str,
}

#[derive(Template)]
#[template(path = "admin/feeds.html")]
struct FeedsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    feeds: Vec<FeedView>,
    kinds: Vec<KindView>,
}

/// GET /admin/feeds
pub async fn list(visit: Visit) -> PageResult {
    let (reader, now) = (visit.reader(), visit.web.office.clock.now());
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let (feeds, rounds) = (quotes::feeds(tx)?, quotes::rounds(tx)?);
        let last = feeds.len().saturating_sub(1);
        let view = |(place, feed): (usize, &Feed)| {
            let round = rounds.iter().find(|round| round.feed.id == feed.id);
            FeedView { is_first: place == 0, is_last: place == last, ..FeedView::new(feed, round, reader, now) }
        };
        Ok(feeds.iter().enumerate().map(view).collect::<Vec<_>>())
    });
    let (shell, feeds) = read.await?;
    let kind = |kind: Kind| {
        let facts = kind.facts();
        KindView { word: facts.word, title: facts.title, sentence: facts.sentence }
    };
    page(&FeedsPage { shell, tabs: tabs("/admin/feeds"), feeds, kinds: Kind::ALL.map(kind).into() })
}

impl FeedView {
    fn new(feed: &Feed, round: Option<&Round>, reader: Reader, now: Moment) -> Self {
        let asks = round.map_or(0, |round| round.asks.len());
        let is_idle = asks == 0 && !feed.is.kind.is_table();
        let is_closed = feed.is.options.hours.as_ref().is_some_and(|hours| !hours.is_open(now));
        let (state, look) = match feed {
            feed if !feed.is_on => ("Off", ""),
            feed if feed.open_until.is_some_and(|until| until > now) => ("Resting", "bad"),
            feed if feed.fails > 0 => ("In trouble", "bad"),
            _ if is_idle => ("Not needed", ""),
            feed if feed.answered_at.is_none() => ("Not asked yet", "info"),
            _ if is_closed => ("Market closed", "info"),
            feed if !feed.trouble.is_empty() => ("Nearly well", "warn"),
            _ => ("Well", "good"),
        };
        Self {
            id: feed.id.get(),
            name: feed.is.name.clone(),
            kind: feed.is.kind.facts().title,
            state,
            look,
            words: words(feed, asks, is_idle, reader),
            trouble: if feed.trouble.is_empty() { String::new() } else { sentence(&feed.trouble) },
            advice: advice(&feed.cause),
            is_on: feed.is_on,
            is_first: false,
            is_last: false,
        }
    }
}

/// What a feed is asked for, when it answered, and when it is asked next.
fn words(feed: &Feed, asks: usize, is_idle: bool, reader: Reader) -> String {
    let symbols = count(i64::try_from(asks).unwrap_or(i64::MAX), "symbol");
    let asked = if is_idle { "asked for nothing now".to_owned() } else { format!("asked for {symbols}") };
    let answered = feed.answered_at.map_or_else(
        || "never answered".to_owned(),
        |at| format!("told {} {}", count(feed.told, "number"), reader.last_seen(at)),
    );
    let next = if feed.is_on && !is_idle && feed.next_at.millis() > 0 {
        format!(", asked next {}", reader.when(feed.next_at).short())
    } else {
        String::new()
    };
    format!("{asked}, {answered}{next}")
}

/// POST /admin/feeds/{id}/{deed}: `up`, `down`, `on`, `off`, `remove`.
pub async fn act(visit: Visit, at: Path<(FeedId, String)>, form: Form<Fields>) -> PageResult {
    let (id, deed) = at.into_inner();
    let (is_removed, here) = (deed == "remove", visit.clone());
    let write = visit.write(&form, move |tx, session| {
        open_to(session)?;
        let deed = Deed::named(&deed).ok_or(WebError::NotFound)?;
        Ok(deed::act(tx, &actor(&here, session), id, deed)?)
    });
    write.await?;
    visit.web.office.feeds.stir();
    Ok(see(if is_removed { "/admin/feeds?done=feed-gone" } else { "/admin/feeds" }))
}
