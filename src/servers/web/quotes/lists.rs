//! Making, naming, ordering and filling watchlists: forms that need no script, and where the scripts post the same.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::page::{PageResult, in_address, local, page_with, see, with};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::count;
use super::list::{FoundView, may_edit};
use crate::domain::people::Session;
use crate::domain::quotes::{self, QuotesError, Watchlist};
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{SymbolId, WatchlistId};
use crate::kernel::limits;
use crate::kernel::text;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

/// One list.
struct LineView {
    id: WatchlistId,
    name: String,
    words: String,
    href: String,
}

#[derive(Template)]
#[template(path = "quotes/lists.html")]
struct ListsPage {
    shell: Shell,
    own: Vec<LineView>,
    company: Vec<LineView>,
    is_admin: bool,
    name: String,
    for_company: bool,
    errors: Vec<FieldError>,
}

/// GET /quotes/lists
pub async fn all(visit: Visit) -> PageResult {
    show_all(&visit, &Fields::default(), Vec::new()).await
}

async fn show_all(visit: &Visit, typed: &Fields, errors: Vec<FieldError>) -> PageResult {
    let (shell, (lists, is_admin)) = visit
        .page(Place::Quotes, |tx, session| {
            Ok((quotes::lists(tx, session.person.id)?, session.person.role.runs_office()))
        })
        .await?;
    let (own, company): (Vec<_>, Vec<_>) = lists.into_iter().partition(|list| !list.is_company);
    let line = |list: Watchlist, may_edit: bool| LineView {
        words: count(i64::try_from(list.symbols.len()).unwrap_or(0), "symbol"),
        href: if may_edit { format!("/quotes/lists/{}", list.id) } else { format!("/quotes?list={}", list.id) },
        id: list.id,
        name: list.name,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ListsPage {
        shell,
        own: own.into_iter().map(|list| line(list, true)).collect(),
        company: company.into_iter().map(|list| line(list, is_admin)).collect(),
        is_admin,
        name: typed.get("name").to_owned(),
        for_company: typed.has("company"),
        errors,
    };
    page_with(status, &page)
}

/// What a form can put right, as its sentence; any other error is one of the page.
fn sentence(error: QuotesError) -> Result<String, WebError> {
    match error {
        QuotesError::BadCode
        | QuotesError::NoSymbol
        | QuotesError::TooManySymbols
        | QuotesError::BadName
        | QuotesError::Taken(_)
        | QuotesError::TooManyLists
        | QuotesError::FullList => Ok(text::sentence(&error.to_string())),
        other => Err(other.into()),
    }
}

/// Does what may fail by what was typed.
fn tried<T>(done: Result<T, QuotesError>) -> Result<Result<T, String>, WebError> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(error) => sentence(error).map(Err),
    }
}

/// POST /quotes/lists
pub async fn make(visit: Visit, form: Form<Fields>) -> PageResult {
    let (name, is_company) = (form.get("name").to_owned(), form.has("company"));
    let made =
        visit.write(&form, move |tx, session| tried(quotes::make_list(tx, session.person.id, &name, is_company)));
    match made.await? {
        Ok(id) => Ok(see(&format!("/quotes?list={id}&done=watchlist"))),
        Err(sentence) => show_all(&visit, &form, vec![FieldError::new("name", sentence)]).await,
    }
}

/// A symbol on the list.
struct OnView {
    symbol: SymbolId,
    code: String,
    name: String,
}

#[derive(Template)]
#[template(path = "quotes/edit.html")]
struct EditPage {
    shell: Shell,
    id: WatchlistId,
    list_name: String,
    name: String,
    symbols: Vec<OnView>,
    errors: Vec<FieldError>,
}

/// The list, where this person may change it.
fn editable(tx: &ReadTx<'_>, session: &Session, id: WatchlistId) -> Result<Watchlist, WebError> {
    let list = quotes::list(tx, session.person.id, id)?;
    if may_edit(&list, session) { Ok(list) } else { Err(WebError::Forbidden) }
}

/// GET /quotes/lists/{id}
pub async fn edit(visit: Visit, at: Path<WatchlistId>) -> PageResult {
    show_one(&visit, *at, None, Vec::new()).await
}

async fn show_one(visit: &Visit, id: WatchlistId, typed: Option<String>, errors: Vec<FieldError>) -> PageResult {
    let (shell, (list, symbols)) = visit
        .page(Place::Quotes, move |tx, session| {
            let list = editable(tx, session, id)?;
            let symbols = quotes::quotes(tx, &list.symbols)?;
            Ok((list, symbols))
        })
        .await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let on = |one: quotes::Quote| OnView { symbol: one.symbol, code: one.code, name: one.name };
    let page = EditPage {
        shell,
        id,
        name: typed.unwrap_or_else(|| list.name.clone()),
        list_name: list.name,
        symbols: symbols.into_iter().map(on).collect(),
        errors,
    };
    page_with(status, &page)
}

/// POST /quotes/lists/{id}
pub async fn rename(visit: Visit, at: Path<WatchlistId>, form: Form<Fields>) -> PageResult {
    let (id, name) = (*at, form.get("name").to_owned());
    let renamed = visit.write(&form, move |tx, session| {
        editable(tx, session, id)?;
        tried(quotes::rename_list(tx, session.person.id, id, &name))
    });
    match renamed.await? {
        Ok(()) => Ok(see(&format!("/quotes/lists/{id}?done=watchlist"))),
        Err(sentence) => {
            show_one(&visit, id, Some(form.get("name").to_owned()), vec![FieldError::new("name", sentence)]).await
        }
    }
}

/// POST /quotes/lists/{id}/remove
pub async fn remove(visit: Visit, at: Path<WatchlistId>, form: Form<Fields>) -> PageResult {
    let (id, is_sure) = (*at, form.has("sure"));
    let gone = visit.write(&form, move |tx, session| {
        editable(tx, session, id)?;
        if is_sure {
            quotes::remove_list(tx, session.person.id, id)?;
        }
        Ok(())
    });
    gone.await?;
    Ok(see(&if is_sure { "/quotes?done=watchlist-gone".to_owned() } else { format!("/quotes/lists/{id}") }))
}

/// What an order becomes when one of it goes up or down, or when the script says all of it anew.
fn reordered<T: Copy + PartialEq + std::str::FromStr>(now: &[T], form: &Fields) -> Vec<T> {
    let said: Vec<T> = form.all("order").filter_map(|key| key.parse().ok()).filter(|key| now.contains(key)).collect();
    let mut order: Vec<T> = if said.is_empty() { now.to_vec() } else { said };
    // What came onto the list meanwhile stays on it.
    order.extend(now.iter().copied().filter(|key| !order.contains(key)).collect::<Vec<_>>());
    let key = form.get("key").parse().ok();
    let place = key.and_then(|key: T| order.iter().position(|one| *one == key));
    match (place, form.get("to")) {
        (Some(place), "up") if place > 0 => order.swap(place, place - 1),
        (Some(place), "down") if place + 1 < order.len() => order.swap(place, place + 1),
        _ => {}
    }
    order
}

/// POST /quotes/lists/order
pub async fn order_lists(visit: Visit, form: Form<Fields>) -> PageResult {
    let typed = form.clone();
    let kept = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        let own = quotes::lists(tx, me)?;
        let now: Vec<_> = own.iter().filter(|list| !list.is_company).map(|list| list.id).collect();
        Ok(quotes::order_lists(tx, me, &reordered(&now, &typed))?)
    });
    kept.await?;
    Ok(see("/quotes/lists"))
}

/// POST /quotes/lists/{id}/order
pub async fn order_symbols(visit: Visit, at: Path<WatchlistId>, form: Form<Fields>) -> PageResult {
    let (id, typed) = (*at, form.clone());
    let kept = visit.write(&form, move |tx, session| {
        let list = editable(tx, session, id)?;
        Ok(quotes::order_symbols(tx, session.person.id, id, &reordered(&list.symbols, &typed))?)
    });
    kept.await?;
    Ok(see(&format!("/quotes/lists/{id}")))
}

/// POST /quotes/lists/{id}/take
pub async fn take(visit: Visit, at: Path<WatchlistId>, form: Form<Fields>) -> PageResult {
    let (id, symbol) = (*at, form.get("symbol").parse::<SymbolId>().ok());
    let taken = visit.write(&form, move |tx, session| {
        editable(tx, session, id)?;
        match symbol {
            Some(symbol) => Ok(quotes::remove_symbol(tx, session.person.id, id, symbol)?),
            None => Ok(()),
        }
    });
    taken.await?;
    Ok(see(&format!("/quotes/lists/{id}?done=symbol-gone")))
}

/// What is to be added, as far as what was typed says which.
enum Meant {
    /// This one.
    One(String),
    /// One of these.
    Several(Vec<FoundView>),
    /// Nothing that could be one.
    Nothing(String),
}

/// Which symbol is meant: the one of this code, else the only one of this name.
fn meant(tx: &ReadTx<'_>, typed: &str) -> Result<Meant, WebError> {
    if typed.is_empty() {
        return Ok(Meant::Nothing("Type a symbol or a part of its name.".to_owned()));
    }
    if quotes::symbol(tx, typed)?.is_some() {
        return Ok(Meant::One(typed.to_owned()));
    }
    let mut found = quotes::search(tx, typed, limits::QUOTE_SUGGESTIONS)?;
    match (found.len(), quotes::code(typed)) {
        // A symbol that nobody has followed yet is one all the same: feeds may know it.
        (0, Ok(code)) => Ok(Meant::One(code)),
        (0, Err(_)) => Ok(Meant::Nothing(format!("No symbol is called “{typed}”. A symbol itself has no blanks."))),
        (1, _) if typed.chars().any(char::is_whitespace) => Ok(Meant::One(found.remove(0).code)),
        _ => {
            let mut views: Vec<_> = found.into_iter().map(FoundView::from).collect();
            if let Ok(code) = quotes::code(typed) {
                views.push(FoundView {
                    code,
                    name: "as it was typed".to_owned(),
                    market: String::new(),
                    href: String::new(),
                });
            }
            Ok(Meant::Several(views))
        }
    }
}

#[derive(Template)]
#[template(path = "quotes/choose.html")]
struct ChoosePage {
    shell: Shell,
    id: WatchlistId,
    name: String,
    back: String,
    typed: String,
    found: Vec<FoundView>,
    errors: Vec<FieldError>,
}

/// POST /quotes/lists/{id}/add
pub async fn add(visit: Visit, at: Path<WatchlistId>, form: Form<Fields>) -> PageResult {
    let (id, typed) = (*at, form.get("symbol").trim().to_owned());
    let back = local(form.get("back"), "/quotes").to_owned();
    let wanted = typed.clone();
    let added = visit.write(&form, move |tx, session| {
        editable(tx, session, id)?;
        Ok(match meant(tx, &wanted)? {
            Meant::One(code) => tried(put(tx, session, id, &code))?.map_err(|sentence| (Vec::new(), sentence)),
            Meant::Several(found) => Err((found, String::new())),
            Meant::Nothing(sentence) => Err((Vec::new(), sentence)),
        })
    });
    let (found, sentence) = match added.await? {
        Ok(()) => return Ok(see(&with(&back, "done", "symbol"))),
        Err(refused) => refused,
    };
    let (shell, name) = visit.page(Place::Quotes, move |tx, session| Ok(editable(tx, session, id)?.name)).await?;
    let errors = if sentence.is_empty() { Vec::new() } else { vec![FieldError::new("symbol", sentence)] };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &ChoosePage { shell, id, name, back, typed, found, errors })
}

fn put(tx: &mut WriteTx<'_>, session: &Session, id: WatchlistId, code: &str) -> Result<(), QuotesError> {
    quotes::add_symbol(tx, session.person.id, id, code)?;
    Ok(())
}

/// POST /quotes/{symbol}/list: puts an open symbol on a list, or on a new one where the person has none.
pub async fn add_open(visit: Visit, at: Path<String>, form: Form<Fields>) -> PageResult {
    let (code, list) = (at.into_inner(), form.get("list").parse::<WatchlistId>().ok());
    let to = format!("/quotes/{}", in_address(&code));
    let added = visit.write(&form, move |tx, session| {
        let me = session.person.id;
        let list = match list {
            Some(list) => editable(tx, session, list)?.id,
            None => match tried(quotes::make_list(tx, me, "My list", false))? {
                Ok(id) => id,
                Err(sentence) => return Ok(Err(sentence)),
            },
        };
        Ok(tried(put(tx, session, list, &code))?.map(|()| list))
    });
    match added.await? {
        Ok(list) => Ok(see(&format!("{to}?list={list}&done=symbol"))),
        Err(sentence) => Err(WebError::BadInput(sentence)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(said: &[(&str, &str)]) -> Fields {
        let text: Vec<_> = said.iter().map(|(name, value)| format!("{name}={value}")).collect();
        actix_web::web::Query::<Fields>::from_query(&text.join("&")).unwrap().into_inner()
    }

    #[test]
    fn one_goes_up_or_down_and_stops_at_the_ends() {
        let moved = |key, to| reordered(&[1, 2, 3], &form(&[("key", key), ("to", to)]));
        assert_eq!([moved("2", "up"), moved("2", "down")], [[2, 1, 3], [1, 3, 2]]);
        assert_eq!([moved("1", "up"), moved("3", "down"), moved("9", "up")], [[1, 2, 3], [1, 2, 3], [1, 2, 3]]);
    }

    #[test]
    fn an_order_said_by_a_page_that_is_behind_loses_nothing() {
        assert_eq!(reordered(&[1, 2, 3], &form(&[("order", "3"), ("order", "7"), ("order", "1")])), [3, 1, 2]);
    }
}
