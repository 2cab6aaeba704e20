//! One symbol: its price, its chart, what is known of it, and the reader's alerts and holdings.

use super::super::calendar::here::Here;
use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::guest::add_cookie;
use super::super::page::{PageResult, fragment, in_address, page_with, see};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::Reader;
use super::alerts::{AlertView, AlertsView};
use super::draw::{self, Asked, ChartFragment};
use super::drawn::ChartView;
use super::habit::Habit;
use super::holdings::{self, FieldView, HoldingView};
use super::list::{ListView, may_edit};
use super::row::RowView;
use super::words;
use crate::domain::chat::{self, ConversationKind};
use crate::domain::people::Session;
use crate::domain::presence::Show;
use crate::domain::quotes::{self, AlertState, Condition, Quote};
use crate::domain::store::ReadTx;
use crate::kernel::clock::Moment;
use crate::kernel::id::{ConversationId, SymbolId, WatchlistId};
use crate::kernel::text;
use crate::services::command::{self, Answer, CommandError, Told};
use crate::services::quotes::{Frozen, presence_of};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use chrono_tz::Tz;
use rust_decimal::Decimal;

/// Conversations offered to share in.
const TALKS: usize = 40;

/// A list or a conversation to choose.
struct ChoiceView {
    id: i64,
    name: String,
}

/// Something known of a symbol.
struct FactView {
    name: &'static str,
    value: String,
    /// What of the live row stands here; empty for nothing.
    field: &'static str,
    /// Whether it takes a whole line.
    is_whole: bool,
}

#[derive(Template)]
#[template(path = "quotes/symbol.html")]
struct SymbolPage {
    shell: Shell,
    list: ListView,
    row: RowView,
    path: String,
    place: String,
    back: String,
    own_lists: Vec<ChoiceView>,
    talks: Vec<ChoiceView>,
    facts: Vec<FactView>,
    licence: String,
    chart: ChartView,
    alerts: AlertsView,
    held: Vec<HoldingView>,
    holding_fields: Vec<FieldView>,
    errors: Vec<FieldError>,
}

/// What a form was refused for: its fields as they were, which of them is wrong, and why.
#[derive(Debug, Clone, Default)]
struct Refused {
    typed: Option<Fields>,
    wrong: Option<(&'static str, String)>,
}

/// What is read for the page of a symbol.
struct Found {
    list: ListView,
    quote: Quote,
    own_lists: Vec<ChoiceView>,
    talks: Vec<ChoiceView>,
    alerts: Vec<AlertView>,
    held: Vec<HoldingView>,
    chart: ChartView,
}

/// GET /quotes/{symbol}
pub async fn show(visit: Visit, at: Path<String>, request: HttpRequest) -> PageResult {
    let code = at.into_inner();
    match quotes::code(&code) {
        Ok(upper) if upper == code => {}
        // Whoever types an address types it small.
        Ok(upper) => return Ok(see(&format!("/quotes/{}", in_address(&upper)))),
        Err(_) => return Err(WebError::NotFound),
    }
    let habit = Habit::of(&request, &visit.query);
    if visit.wants_fragment {
        return only_chart(&visit, code, habit).await;
    }
    let mut answer = show_with(&visit, &code, habit.clone(), Refused::default()).await?;
    add_cookie(&mut answer, &habit.cookie(visit.is_tls))?;
    Ok(answer)
}

/// What of the address is the chart's.
fn asked(tx: &ReadTx<'_>, visit: &Visit, session: &Session, habit: Habit) -> Result<Asked, WebError> {
    let moment = |name: &str| visit.query.get(name).parse::<i64>().ok().map(Moment::from_millis);
    Ok(Asked {
        with: visit.query.get("with").trim().to_ascii_uppercase(),
        window: moment("from").zip(moment("to")).filter(|(from, to)| from < to && from.millis() >= 0),
        list: visit.query.get("list").parse::<WatchlistId>().map(|list| list.to_string()).unwrap_or_default(),
        zone: Here::read(tx, visit, session.person.id)?.zone,
        formats: visit.look.formats,
        habit,
    })
}

/// Prices that the reader waits for.
fn marks(tx: &ReadTx<'_>, session: &Session, symbol: SymbolId) -> Result<Vec<Decimal>, WebError> {
    let waits = |alert: &quotes::Alert| alert.symbol == symbol && alert.state != AlertState::Done;
    let level = |alert: quotes::Alert| match alert.condition {
        Condition::Above(value) | Condition::Below(value) => Some(value),
        _ => None,
    };
    Ok(quotes::alerts(tx, session.person.id)?.into_iter().filter(waits).filter_map(level).collect())
}

/// The chart alone, as the script asks for it.
async fn only_chart(visit: &Visit, code: String, habit: Habit) -> PageResult {
    let (asking, wanted) = (visit.clone(), habit.clone());
    let chart = visit.read(move |tx, session| {
        let quote = quotes::quote(tx, &code)?;
        draw::read(tx, &quote, &asked(tx, &asking, session, wanted)?, &marks(tx, session, quote.symbol)?)
    });
    let mut answer = fragment(&ChartFragment { chart: chart.await? })?;
    add_cookie(&mut answer, &habit.cookie(visit.is_tls))?;
    Ok(answer)
}

/// The page again, with what is wrong in one of its forms.
pub async fn refuse(visit: &Visit, code: &str, form: &Fields, wrong: (&'static str, String)) -> PageResult {
    show_with(visit, code, Habit::default(), Refused { typed: Some(form.clone()), wrong: Some(wrong) }).await
}

async fn show_with(visit: &Visit, code: &str, habit: Habit, refused: Refused) -> PageResult {
    let (asking, reader, wanted, code) = (visit.clone(), visit.reader(), habit.clone(), code.to_owned());
    let read = move |tx: &ReadTx<'_>, session: &Session| find(tx, session, &asking, &wanted, reader, &code);
    let (shell, found) = visit.page(Place::Quotes, read).await?;
    let Found { list, quote, own_lists, talks, alerts, held, chart } = found;
    let row = RowView::new(&quote, String::new(), reader, "");
    let path = in_address(&quote.code);
    // Only the form that was sent is shown as it was typed.
    let is_holding = refused.typed.as_ref().is_some_and(|typed| typed.has("amount"));
    let typed = refused.typed.as_ref();
    let mut alerts = AlertsView::new(alerts, format!("/quotes/{path}"), typed.filter(|_| !is_holding));
    let wrong = refused.wrong.as_ref();
    if let Some((field, words)) = wrong {
        match *field {
            "value" => alerts.value_error.clone_from(words),
            "margin" => alerts.margin_error.clone_from(words),
            "ways" => alerts.ways_error.clone_from(words),
            _ => {}
        }
    }
    let own = if quote.currency.is_empty() { habit.currency() } else { &quote.currency };
    let price = quote.price.as_ref();
    let place: Vec<_> =
        [quote.market.as_str(), quote.currency.as_str()].into_iter().filter(|one| !one.is_empty()).collect();
    let page = SymbolPage {
        shell,
        back: list.back.clone(),
        place: place.join(" · "),
        own_lists,
        talks,
        facts: facts(&quote, visit.look.zone.unwrap_or(Tz::UTC)),
        licence: price.map(|price| price.licence.clone()).unwrap_or_default(),
        chart,
        held,
        holding_fields: holdings::fields(typed.filter(|_| is_holding), own, wrong),
        errors: wrong.map(|(field, words)| FieldError::new(*field, words.clone())).into_iter().collect(),
        alerts,
        path,
        list,
        row,
    };
    let status = if page.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &page)
}

fn find(
    tx: &ReadTx<'_>,
    session: &Session,
    visit: &Visit,
    habit: &Habit,
    reader: Reader,
    code: &str,
) -> Result<Found, WebError> {
    let me = session.person.id;
    let quote = quotes::quote(tx, code)?;
    visit.web.streams.look_at(me, &quote);
    let all = quotes::alerts(tx, me)?;
    let here = all.iter().filter(|alert| alert.symbol == quote.symbol);
    let alerts = here.map(|alert| AlertView::new(alert, &quote.currency, reader, true)).collect();
    let money = if quote.currency.is_empty() { habit.currency() } else { &quote.currency };
    // What is held of one symbol is counted in its own money.
    let money = quotes::currency(money).unwrap_or_else(|_| habit.currency().to_owned());
    let (held, _) = quotes::holdings(tx, me, &money)?;
    let held = held.iter().filter(|one| one.holding.symbol == quote.symbol);
    let held = held.map(|one| HoldingView::new(one, &money, visit.look.formats)).collect();
    let lists = quotes::lists(tx, me)?;
    let own_lists = lists.iter().filter(|one| may_edit(one, session) && !one.symbols.contains(&quote.symbol));
    let own_lists = own_lists.map(|one| ChoiceView { id: one.id.get(), name: one.name.clone() }).collect();
    let chart = draw::read(tx, &quote, &asked(tx, visit, session, habit.clone())?, &marks(tx, session, quote.symbol)?)?;
    let list = ListView::read(tx, session, habit, reader, &quote.code)?;
    Ok(Found { own_lists, talks: talks(tx, session)?, alerts, held, chart, list, quote })
}

/// Where the reader may speak.
fn talks(tx: &ReadTx<'_>, session: &Session) -> Result<Vec<ChoiceView>, WebError> {
    let all = chat::conversations(tx, session.person.id)?;
    let view = |one: chat::Listed| ChoiceView {
        id: one.id.get(),
        name: match one.kind {
            ConversationKind::Public | ConversationKind::Private => format!("#{}", one.title),
            ConversationKind::Direct | ConversationKind::Group => one.title,
        },
    };
    Ok(all.into_iter().filter(|one| !one.is_archived).take(TALKS).map(view).collect())
}

fn facts(quote: &Quote, zone: Tz) -> Vec<FactView> {
    let digits = words::digits(quote);
    let price =
        |value: Option<Decimal>| value.map_or_else(|| words::NONE.to_owned(), |value| words::price(value, digits));
    let fact = |name, value, field| FactView { name, value, field, is_whole: false };
    let mut facts = vec![
        fact("Open", price(quote.open), ""),
        fact("Day range", words::range(quote.low, quote.high, digits), "range"),
        fact("Previous close", price(quote.previous), ""),
        fact("52 weeks", words::range(quote.year_low, quote.year_high, digits), ""),
        fact("Volume", quote.volume.map_or_else(|| words::NONE.to_owned(), words::short), "volume"),
    ];
    if let Some(told) = &quote.price {
        let source = if told.source.is_empty() { words::NONE.to_owned() } else { told.source.clone() };
        facts.push(fact("Source", source, ""));
    }
    let contact = presence_of(quote, zone);
    let is_here = if contact.show == Show::Available { "Free" } else { "Away" };
    if let Some(held) = quote.held {
        facts.push(fact("Told, being checked", price(Some(held)), ""));
    }
    let value = format!("{is_here} – {}", contact.text);
    facts.push(FactView { name: "As a contact", value, field: "", is_whole: true });
    facts
}

/// POST /quotes/{symbol}/share: says the price in a conversation, as it is now.
pub async fn share(visit: Visit, at: Path<String>, form: Form<Fields>) -> PageResult {
    let who = visit.checked(&form).await?.person;
    let code = quotes::code(&at.into_inner()).map_err(|_| WebError::NotFound)?;
    let to: ConversationId = form.get("conversation").parse().map_err(|_| WebError::NotFound)?;
    let told = Told {
        who,
        at: to,
        text: format!("/quote {code}"),
        client_id: String::new(),
        thread: None,
        zone: visit.look.zone,
    };
    match command::run(&visit.web.office, told).await {
        Ok(Answer::Said(message)) => Ok(see(&format!("/chat/{to}#m{message}"))),
        Ok(_) => Ok(see(&format!("/chat/{to}"))),
        Err(CommandError::Store(error)) => Err(error.into()),
        Err(error) => {
            let words = text::sentence(&error.to_string());
            refuse(&visit, &code, &Fields::default(), ("share", words)).await
        }
    }
}

/// POST /quotes/{symbol}/mail: begins a mail with the price as it is now.
pub async fn mail(visit: Visit, at: Path<String>, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let (code, asking) = (at.into_inner(), visit.clone());
    let frozen = visit.read(move |tx, session| {
        let quote = quotes::quote(tx, &code)?;
        let zone = Here::read(tx, &asking, session.person.id)?.zone;
        Ok(Frozen::of(&quote, tx.now()).map(|frozen| (quote.code, frozen.text(zone))))
    });
    let Some((code, text)) = frozen.await? else { return Err(WebError::NotFound) };
    Ok(see(&format!("/mail/compose?subject={}&body={}", in_address(&code), in_address(&format!("\n\n{text}")))))
}
