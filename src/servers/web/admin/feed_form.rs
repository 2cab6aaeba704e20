//! The form of a feed: what a kind usually is, filled in; and a question on trial, which shows what was understood and keeps
//! nothing. The key goes in and never comes out.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::words::Reader;
use super::people::actor;
use super::{Refused, open_to, tabs};
use crate::domain::quotes::{self, Feed, NewFeed};
use crate::format::feed::{Answer, Kind, Tick};
use crate::format::holiday::REGIONS;
use crate::kernel::id::FeedId;
use crate::kernel::text::sentence;
use crate::services::feeds::{self, DAYS, Typed};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use std::collections::HashMap;

impl Typed for Fields {
    fn text(&self, field: &str) -> &str {
        self.get(field)
    }

    fn is_on(&self, field: &str) -> bool {
        self.has(field)
    }
}

struct ChoiceView {
    value: &'static str,
    words: &'static str,
    is_on: bool,
}

struct DayView {
    name: &'static str,
    words: &'static str,
    is_on: bool,
}

/// A number that was understood.
struct ToldView {
    symbol: String,
    price: String,
    when: String,
    more: String,
}

/// What a question on trial came to.
#[derive(Default)]
struct TrialView {
    told: Vec<ToldView>,
    refused: Vec<String>,
    trouble: String,
}

#[derive(Template)]
#[template(path = "admin/feed.html")]
struct FeedPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    title: String,
    action: String,
    kind: Kind,
    typed: HashMap<String, String>,
    has_key: bool,
    is_old: bool,
    trial: Option<TrialView>,
}

impl FeedPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }

    fn value(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }

    fn has(&self, field: &str) -> bool {
        self.typed.contains_key(field)
    }

    fn is_any(&self) -> bool {
        matches!(self.kind, Kind::Json | Kind::Csv)
    }

    fn is_csv(&self) -> bool {
        self.kind == Kind::Csv
    }

    fn days(&self) -> Vec<DayView> {
        let words = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        DAYS.into_iter().zip(words).map(|(name, words)| DayView { name, words, is_on: self.has(name) }).collect()
    }

    fn choices(&self, field: &str, all: &[(&'static str, &'static str)]) -> Vec<ChoiceView> {
        let is_on = |value: &str| self.value(field) == value;
        all.iter().map(|(value, words)| ChoiceView { value, words, is_on: is_on(value) }).collect()
    }

    fn auths(&self) -> Vec<ChoiceView> {
        let all = [
            ("address", "In the address, at {key}"),
            ("bearer", "In a header: Authorization: Bearer"),
            ("header", "In a header: X-Api-Key"),
        ];
        self.choices("auth", &all)
    }

    fn marks(&self) -> Vec<ChoiceView> {
        self.choices(
            "marks",
            &[("guess", "Whichever it is"), ("point", "A point: 1,234.5"), ("comma", "A comma: 1.234,5")],
        )
    }

    fn regions(&self) -> Vec<ChoiceView> {
        let all: Vec<_> = std::iter::once(("", "None")).chain(REGIONS.iter().map(|one| (one.code, one.name))).collect();
        self.choices("holidays", &all)
    }
}

/// What a form stands on: the feed it changes, with what is listed for it.
struct Base {
    feed: Option<Feed>,
    listed: Vec<(String, String)>,
}

async fn base(visit: &Visit, id: Option<FeedId>) -> Result<(Shell, Base), WebError> {
    visit
        .page(Place::Nowhere, move |tx, session| {
            open_to(session)?;
            let Some(id) = id else { return Ok(Base { feed: None, listed: Vec::new() }) };
            let feed = quotes::feed(tx, id)?.ok_or(WebError::NotFound)?;
            Ok(Base { feed: Some(feed), listed: quotes::listed(tx, id)? })
        })
        .await
}

/// GET /admin/feeds/new: `kind`.
pub async fn new(visit: Visit) -> PageResult {
    let (shell, base) = base(&visit, None).await?;
    let kind: Kind = visit.query.get("kind").parse().map_err(|()| WebError::NotFound)?;
    let typed = feeds::usual_of(kind).into_iter().map(|(field, text)| (field.to_owned(), text)).collect();
    show(shell, &base, kind, typed, Vec::new(), None)
}

/// GET /admin/feeds/{id}
pub async fn edit(visit: Visit, at: Path<FeedId>) -> PageResult {
    let (shell, base) = base(&visit, Some(*at)).await?;
    let Some(feed) = &base.feed else { return Err(WebError::NotFound) };
    let typed =
        feeds::typed_of(&feed.is, &base.listed).into_iter().map(|(field, text)| (field.to_owned(), text)).collect();
    show(shell, &base, feed.is.kind, typed, Vec::new(), None)
}

fn show(
    shell: Shell,
    base: &Base,
    kind: Kind,
    mut typed: HashMap<String, String>,
    errors: Vec<FieldError>,
    trial: Option<TrialView>,
) -> PageResult {
    // A key that was typed is not said back either.
    typed.remove("key");
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (title, action) = match &base.feed {
        Some(feed) => (feed.is.name.clone(), format!("/admin/feeds/{}", feed.id)),
        None => (["New feed: ", kind.facts().title].concat(), "/admin/feeds".to_owned()),
    };
    let has_key = base.feed.as_ref().is_some_and(Feed::has_key);
    let (tabs, is_old) = (tabs("/admin/feeds"), base.feed.is_some());
    page_with(status, &FeedPage { shell, tabs, errors, title, action, kind, typed, has_key, is_old, trial })
}

/// POST /admin/feeds: a new feed, or with `do=ask` a question on trial.
pub async fn add(visit: Visit, form: Form<Fields>) -> PageResult {
    posted(visit, None, form.0).await
}

/// POST /admin/feeds/{id}: a feed set up otherwise, or with `do=ask` a question on trial.
pub async fn change(visit: Visit, at: Path<FeedId>, form: Form<Fields>) -> PageResult {
    posted(visit, Some(*at), form.0).await
}

async fn posted(visit: Visit, id: Option<FeedId>, form: Fields) -> PageResult {
    open_to(&visit.checked(&form).await?)?;
    let kind: Kind = form.get("kind").parse().map_err(|()| WebError::BadInput("a kind of feed".to_owned()))?;
    let (shell, base) = base(&visit, id).await?;
    let read = feeds::read(&form).and_then(|(new, symbols)| {
        base.feed.as_ref().map_or(Ok(()), |old| feeds::keeps_key(old, &new))?;
        Ok((new, symbols))
    });
    let (new, symbols) = match read {
        Ok(read) => read,
        Err((field, words)) => {
            return show(shell, &base, kind, fields(&form), vec![FieldError::new(field, sentence(&words))], None);
        }
    };
    if form.get("do") == "ask" {
        let trial = trial(&visit, &base, id, new, &symbols, form.get("try")).await;
        return show(shell, &base, kind, fields(&form), Vec::new(), Some(trial));
    }
    let here = visit.clone();
    let kept: Result<FeedId, Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            Ok(feeds::deed::keep(tx, &actor(&here, session), id, &new, &symbols)?)
        })
        .await;
    match kept {
        Ok(_) => {
            visit.web.office.feeds.stir();
            Ok(see("/admin/feeds?done=feed"))
        }
        Err(refused) => show(shell, &base, kind, fields(&form), vec![refused.at("name")?], None),
    }
}

/// The fields of a form, each with its first value.
fn fields(form: &Fields) -> HashMap<String, String> {
    form.names().map(|name| (name.to_owned(), form.get(name).to_owned())).collect()
}

async fn trial(
    visit: &Visit,
    base: &Base,
    id: Option<FeedId>,
    mut new: NewFeed,
    symbols: &[(String, String)],
    typed: &str,
) -> TrialView {
    if new.key.is_none() {
        new.key = base.feed.as_ref().and_then(|feed| feed.is.key.clone());
    }
    match feeds::ask_now(&visit.web.office, &new, id, symbols, typed).await {
        Ok(answer) => TrialView::new(&answer, visit.reader()),
        Err(words) => TrialView { trouble: sentence(&words), ..TrialView::default() },
    }
}

impl TrialView {
    fn new(answer: &Answer, reader: Reader) -> Self {
        Self {
            told: answer.ticks.iter().map(|tick| ToldView::new(tick, reader)).collect(),
            refused: answer.refused.iter().map(|(code, why)| sentence(&format!("{code}: {why}"))).collect(),
            trouble: String::new(),
        }
    }
}

impl ToldView {
    fn new(tick: &Tick, reader: Reader) -> Self {
        let currency = tick.currency.as_deref().unwrap_or_default();
        let named = [("previous", tick.previous), ("per cent", tick.percent), ("volume", tick.volume)];
        let more = [tick.name.clone(), tick.market.clone()].into_iter().flatten();
        let more = more.chain(named.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value?))));
        Self {
            symbol: tick.symbol.clone(),
            price: [&tick.price.to_string(), " ", currency].concat().trim_end().to_owned(),
            when: tick.at.map_or_else(|| "says no time".to_owned(), |at| reader.when(at).full().to_string()),
            more: more.collect::<Vec<_>>().join(" · "),
        }
    }
}
