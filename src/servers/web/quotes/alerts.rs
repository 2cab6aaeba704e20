//! Alerts on pages: the form at a symbol, the list of all, and what was told.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::page::{PageResult, in_address, local, page, see, with};
use super::super::session::Visit;
use super::super::settings::{Choice, choices};
use super::super::shell::{Place, Shell};
use super::super::words::Reader;
use super::tabs::{Here, TabView, tabs};
use super::words;
use crate::domain::quotes::{self, Alert, AlertState, Condition, Crossing, NewAlert, QuotesError, Reach, Ways};
use crate::domain::store::ReadTx;
use crate::kernel::id::AlertId;
use crate::kernel::limits;
use crate::kernel::text;
use actix_web::web::{Form, Path};
use askama::Template;

const KINDS: [(&str, &str); 10] = [
    ("above", "above"),
    ("below", "below"),
    ("moves", "up or down by % in a day"),
    ("rises", "up by % in a day"),
    ("falls", "down by % in a day"),
    ("high", "at a new 52-week high"),
    ("low", "at a new 52-week low"),
    ("day-high", "at a new high of the day"),
    ("day-low", "at a new low of the day"),
    ("stale", "silent: no new price"),
];
const OFTEN: [(&str, &str); 2] = [("once", "Once"), ("each", "Each time")];
const WAYS: [(&str, &str); 3] = [("chat", "Chat"), ("push", "Push"), ("mail", "Mail")];

/// One alert.
#[derive(Debug, Clone)]
pub struct AlertView {
    /// Which.
    pub id: AlertId,
    /// Of which symbol, on pages of several; else empty.
    pub code: String,
    /// Where that is.
    pub href: String,
    /// What is waited for.
    pub words: String,
    /// All of it, for its buttons.
    pub label: String,
    /// How it is told, and when it was last.
    pub ways: String,
    /// Where it stands.
    pub state: &'static str,
    /// The class of that.
    pub badge: &'static str,
    /// Whether it can be set again.
    pub may_rearm: bool,
}

/// Alerts, and the form that makes another.
#[derive(Default)]
pub struct AlertsView {
    /// The alerts.
    pub all: Vec<AlertView>,
    /// Where forms come back to.
    pub back: String,
    /// What can be waited for.
    pub kinds: Vec<Choice>,
    /// How often.
    pub often: Vec<Choice>,
    /// By which ways.
    pub ways: Vec<Choice>,
    /// What was typed.
    pub value: String,
    /// What is wrong with it.
    pub value_error: String,
    /// How far the price has to come back, as typed.
    pub margin: String,
    /// What is wrong with that.
    pub margin_error: String,
    /// What is wrong with the ways.
    pub ways_error: String,
}

impl AlertsView {
    /// Of these alerts, with the form as it was last sent.
    pub fn new(all: Vec<AlertView>, back: String, typed: Option<&Fields>) -> Self {
        let said = |name: &str, otherwise: &str| {
            typed.map_or_else(|| otherwise.to_owned(), |typed| typed.get(name).to_owned())
        };
        let ways = |name: &str| typed.map_or(name != "mail", |typed| typed.all("way").any(|way| way == name));
        Self {
            all,
            back,
            kinds: choices(&KINDS, &said("kind", "above")),
            often: choices(&OFTEN, &said("often", "once")),
            ways: WAYS.iter().map(|&(value, words)| Choice { value, words, is_on: ways(value) }).collect(),
            value: said("value", ""),
            value_error: String::new(),
            margin: said("margin", ""),
            margin_error: String::new(),
            ways_error: String::new(),
        }
    }
}

impl AlertView {
    /// An alert, of a symbol that is counted in `currency`.
    pub fn new(alert: &Alert, currency: &str, reader: Reader, is_alone: bool) -> Self {
        let often = if alert.is_repeat { "each time" } else { "once" };
        let words = format!("{}, {often}", text::sentence(&alert.condition.words(currency)).trim_end_matches('.'));
        let last = alert.crossed_at.map(|at| format!("last {}", reader.last_seen(at)));
        let ways = [Some(ways_words(alert.ways)), last];
        let (state, badge) = match alert.state {
            AlertState::Armed => ("watching", "info"),
            AlertState::Passed => ("waits for its way back", "warn"),
            AlertState::Done => ("told", "good"),
        };
        Self {
            id: alert.id,
            code: if is_alone { String::new() } else { alert.code.clone() },
            href: format!("/quotes/{}", in_address(&alert.code)),
            label: format!("{} {words}", alert.code),
            words,
            ways: ways.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            state,
            badge,
            may_rearm: alert.state == AlertState::Done,
        }
    }
}

fn ways_words(ways: Ways) -> String {
    let all = [(ways.by_chat, "chat"), (ways.by_push, "push"), (ways.by_mail, "mail")];
    let on: Vec<_> = all.into_iter().filter_map(|(is_on, name)| is_on.then_some(name)).collect();
    format!("By {}", on.join(", "))
}

/// One time that something was told.
struct ToldView {
    code: String,
    href: String,
    words: String,
    price: String,
    is_simulated: bool,
    ways: String,
    time: String,
    iso: String,
    full: String,
}

impl ToldView {
    fn new(one: Crossing, reader: Reader) -> Self {
        let when = reader.when(one.crossed_at);
        let price = one.price.map_or_else(
            || words::NONE.to_owned(),
            |price| format!("{}\u{a0}{}", words::price(price, words::fit(price.normalize().scale())), one.currency),
        );
        Self {
            href: format!("/quotes/{}", in_address(&one.code)),
            words: text::sentence(&one.words).trim_end_matches('.').to_owned(),
            price: price.trim_end().to_owned(),
            is_simulated: one.is_simulated,
            ways: if one.told_at.is_some() { ways_words(one.ways) } else { "On its way".to_owned() },
            time: when.short().to_string(),
            iso: when.iso().to_string(),
            full: when.full().to_string(),
            code: one.code,
        }
    }
}

#[derive(Template)]
#[template(path = "quotes/alerts.html")]
struct AlertsPage {
    shell: Shell,
    tabs: Vec<TabView>,
    alerts: AlertsView,
    history: Vec<ToldView>,
}

/// GET /quotes/alerts
pub async fn all(visit: Visit) -> PageResult {
    let reader = visit.reader();
    let read = move |tx: &ReadTx<'_>, session: &crate::domain::people::Session| {
        let me = session.person.id;
        let lists = quotes::lists(tx, me)?;
        let mut views = Vec::new();
        for alert in quotes::alerts(tx, me)? {
            let currency = quotes::quote_of(tx, alert.symbol)?.map(|quote| quote.currency).unwrap_or_default();
            views.push(AlertView::new(&alert, &currency, reader, false));
        }
        let history: Vec<_> = quotes::history(tx, me, limits::QUOTE_CROSSINGS)?
            .into_iter()
            .map(|one| ToldView::new(one, reader))
            .collect();
        Ok((tabs(&lists, None, Here::Alerts), views, history))
    };
    let (shell, (tabs, views, history)) = visit.page(Place::Quotes, read).await?;
    let alerts = AlertsView::new(views, "/quotes/alerts".to_owned(), None);
    page(&AlertsPage { shell, tabs, alerts, history })
}

/// What a form asks for; else what is wrong with which field.
fn asked(code: String, form: &Fields) -> Result<NewAlert, (&'static str, String)> {
    let number =
        || words::typed(form.get("value")).ok_or_else(|| ("value", "Type a number, such as 128.50.".to_owned()));
    let condition = match form.get("kind") {
        "below" => Condition::Below(number()?),
        "moves" => Condition::Moves(number()?),
        "rises" => Condition::Rises(number()?),
        "falls" => Condition::Falls(number()?),
        "high" => Condition::High(Reach::Year),
        "low" => Condition::Low(Reach::Year),
        "day-high" => Condition::High(Reach::Day),
        "day-low" => Condition::Low(Reach::Day),
        "stale" => Condition::Stale,
        _ => Condition::Above(number()?),
    };
    let margin = match form.get("margin").trim() {
        "" => None,
        typed => Some(words::typed(typed).ok_or_else(|| ("margin", "Type a number, or leave it empty.".to_owned()))?),
    };
    let has = |name: &str| form.all("way").any(|way| way == name);
    let ways = Ways { by_chat: has("chat"), by_mail: has("mail"), by_push: has("push") };
    Ok(NewAlert { code, condition, margin, is_repeat: form.get("often") == "each", ways })
}

/// POST /quotes/{symbol}/alerts
pub async fn make(visit: Visit, at: Path<String>, form: Form<Fields>) -> PageResult {
    let code = at.into_inner();
    let set = match asked(code.clone(), &form) {
        Err(refused) => {
            visit.checked(&form).await?;
            Err(refused)
        }
        Ok(new) => {
            let set = visit.write(&form, move |tx, session| match quotes::set_alert(tx, session.person.id, &new) {
                Ok(set) => Ok(Ok(set)),
                Err(error) => refused(error).map(Err),
            });
            set.await?
        }
    };
    match set {
        Ok(set) => {
            let note = if set.is_passed { "alert-passed" } else { "alert" };
            Ok(see(&format!("/quotes/{}?done={note}#alerts", in_address(&code))))
        }
        Err((field, sentence)) => super::symbol::refuse(&visit, &code, &form, (field, sentence)).await,
    }
}

/// Which field is wrong; any other error is one of the page.
fn refused(error: QuotesError) -> Result<(&'static str, String), WebError> {
    let field = match error {
        QuotesError::NoWay => "ways",
        QuotesError::BadMargin => "margin",
        QuotesError::BadPrice | QuotesError::BadPercent | QuotesError::TooManyAlerts => "value",
        other => return Err(other.into()),
    };
    Ok((field, text::sentence(&error.to_string())))
}

/// POST /quotes/alerts/{id}/remove
pub async fn remove(visit: Visit, at: Path<AlertId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    visit.write(&form, move |tx, session| Ok(quotes::remove_alert(tx, session.person.id, id)?)).await?;
    Ok(see(&with(local(form.get("back"), "/quotes/alerts"), "done", "alert-gone")))
}

/// POST /quotes/alerts/{id}/rearm
pub async fn rearm(visit: Visit, at: Path<AlertId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    let set = visit.write(&form, move |tx, session| Ok(quotes::rearm(tx, session.person.id, id)?)).await?;
    let note = if set.is_passed { "alert-passed" } else { "alert" };
    Ok(see(&with(local(form.get("back"), "/quotes/alerts"), "done", note)))
}
