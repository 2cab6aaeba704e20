//! A watchlist as a page: its rows in an order, its columns, what is held of it, and whether its feeds answer.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::guest::add_cookie;
use super::super::page::{PageResult, fragment, in_address, local, page, see};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::super::words::Reader;
use super::habit::{COLUMNS, Column, Habit, Sort};
use super::row::RowView;
use super::tabs::{TabView, tabs};
use super::words::{self, Direction};
use super::{chart, holdings, trouble};
use crate::domain::people::Session;
use crate::domain::quotes::{self, Quote, Spark, Watchlist};
use crate::domain::store::ReadTx;
use crate::kernel::id::WatchlistId;
use crate::kernel::limits;
use actix_web::HttpRequest;
use actix_web::web::Form;
use askama::Template;
use std::cmp::Ordering;

/// A column's heading.
#[derive(Debug, Clone)]
pub struct ColumnView {
    /// Its word in forms and classes.
    pub name: &'static str,
    /// Its heading.
    pub words: &'static str,
    /// Whether it is shown.
    pub is_shown: bool,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// Whether it is of numbers.
    pub is_number: bool,
    /// Where a press leads; empty where it sorts nothing.
    pub sort: String,
    /// What a press does.
    pub title: &'static str,
    /// How rows stand now.
    pub aria: &'static str,
    /// The glyph of that; empty for none.
    pub arrow: &'static str,
}

/// A watchlist.
#[derive(Debug, Clone, Default)]
pub struct ListView {
    /// Its number; 0 where there is none.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// Whether it is what the page is about.
    pub is_main: bool,
    /// The lists, and what is beside them.
    pub tabs: Vec<TabView>,
    /// Whether the reader may change it.
    pub may_edit: bool,
    /// Whether rows can be moved, as they stand in the list's own order.
    pub may_move: bool,
    /// Where a new order is posted.
    pub order: String,
    /// Where it is edited; empty where it may not be.
    pub edit: String,
    /// Where it is exported; empty where it is empty.
    pub export: String,
    /// The page, for forms to come back to.
    pub back: String,
    /// The columns.
    pub columns: Vec<ColumnView>,
    /// The rows.
    pub rows: Vec<RowView>,
    /// Said where it is empty.
    pub empty_title: &'static str,
    /// Said below that.
    pub empty_words: &'static str,
    /// Whose prices they are, and how late.
    pub words: String,
    /// Feeds that do not answer.
    pub troubles: Vec<String>,
    /// What is held of these, in money; empty for nothing.
    pub sum: String,
    /// What stands before it.
    pub sum_words: String,
    /// What it did today.
    pub sum_day: String,
    /// The class of that.
    pub sum_direction: &'static str,
    /// Its glyph.
    pub sum_arrow: &'static str,
}

#[derive(Template)]
#[template(path = "quotes/quotes.html")]
struct QuotesPage {
    shell: Shell,
    list: ListView,
}

/// GET /quotes
pub async fn show(visit: Visit, request: HttpRequest) -> PageResult {
    let mut habit = Habit::of(&request, &visit.query);
    let (reader, wanted) = (visit.reader(), habit.clone());
    let read = move |tx: &ReadTx<'_>, session: &Session| ListView::read(tx, session, &wanted, reader, "");
    let (shell, mut list) = visit.page(Place::Quotes, read).await?;
    list.is_main = true;
    habit.list = Some(WatchlistId::new(list.id)).filter(|_| list.id != 0);
    let mut answer = page(&QuotesPage { shell, list })?;
    add_cookie(&mut answer, &habit.cookie(visit.is_tls))?;
    Ok(answer)
}

/// The list that a browser wants to see: the one it names, else the first of the person's own, else the company's.
pub fn wanted(lists: &[Watchlist], habit: &Habit) -> Option<Watchlist> {
    let named = lists.iter().find(|list| Some(list.id) == habit.list);
    let own = lists.iter().find(|list| !list.is_company);
    named.or(own).or(lists.first()).cloned()
}

/// Whether the reader may change a list.
pub fn may_edit(list: &Watchlist, session: &Session) -> bool {
    !list.is_company || session.person.role.runs_office()
}

impl ListView {
    /// Reads the list that this browser sees; `open` is the code of the symbol that stands open beside it.
    pub fn read(
        tx: &ReadTx<'_>,
        session: &Session,
        habit: &Habit,
        reader: Reader,
        open: &str,
    ) -> Result<Self, WebError> {
        let lists = quotes::lists(tx, session.person.id)?;
        let Some(list) = wanted(&lists, habit) else {
            return Ok(Self {
                name: "Quotes".to_owned(),
                tabs: tabs(&lists, None, super::tabs::Here::List),
                back: "/quotes".to_owned(),
                columns: columns(habit, ""),
                empty_title: "No watchlist yet",
                empty_words: "Follow prices, exchange rates or any number that the office’s feeds know.",
                sum_direction: "flat",
                ..Self::default()
            });
        };
        let mut found = quotes::quotes(tx, &list.symbols)?;
        sort(&mut found, habit.sort);
        let ids: Vec<_> = found.iter().map(|quote| quote.symbol).collect();
        let mut sparks = quotes::sparklines(tx, &ids, Spark::Day)?;
        let suffix = format!("?list={}", list.id);
        let (may_edit, may_move) = (may_edit(&list, session), habit.sort.is_none() && open.is_empty());
        let row = |quote: &Quote| {
            let spark = chart::spark(&sparks.remove(&quote.symbol).unwrap_or_default());
            let mut row = RowView::new(quote, spark, reader, &suffix);
            row.may_move = may_edit && may_move;
            if quote.code == open {
                row.open();
            }
            row
        };
        let rows: Vec<_> = found.iter().map(row).collect();
        let at = format!("/quotes?list={}", list.id);
        Self {
            id: list.id.get(),
            name: list.name.clone(),
            tabs: tabs(&lists, Some(list.id), super::tabs::Here::List),
            may_edit,
            may_move: may_edit && may_move,
            order: format!("/quotes/lists/{}/order", list.id),
            edit: if may_edit { format!("/quotes/lists/{}", list.id) } else { String::new() },
            export: if rows.is_empty() { String::new() } else { format!("/quotes/export.csv?list={}", list.id) },
            columns: columns(habit, &at),
            back: at,
            words: sources(&found),
            troubles: trouble::words(&found, reader),
            rows,
            empty_title: "Nothing on this list yet",
            empty_words: if may_edit {
                "Add what you want to follow, by symbol or by name."
            } else {
                "An administrator fills it."
            },
            sum_direction: "flat",
            ..Self::default()
        }
        .summed(tx, session, habit, &ids)
    }

    /// With what the person holds of these symbols.
    fn summed(
        mut self,
        tx: &ReadTx<'_>,
        session: &Session,
        habit: &Habit,
        ids: &[crate::kernel::id::SymbolId],
    ) -> Result<Self, WebError> {
        let Some(sum) = holdings::sum(tx, session.person.id, habit.currency(), Some(ids))? else { return Ok(self) };
        let direction = sum.day.map_or(Direction::Flat, Direction::of);
        self.sum_words = "You hold of these".to_owned();
        self.sum = words::money(sum.value, &sum.currency);
        self.sum_day = sum.day.map_or_else(|| words::NONE.to_owned(), |day| words::gain(day, &sum.currency)) + " today";
        (self.sum_direction, self.sum_arrow) = (direction.class(), direction.arrow());
        Ok(self)
    }
}

/// Puts rows in an order. What has no number comes last, whichever way it goes.
fn sort(found: &mut [Quote], sort: Option<Sort>) {
    let Some(sort) = sort else { return };
    let number = |quote: &Quote| {
        let price = quote.price.as_ref();
        match sort.by {
            Column::Last => price.map(|price| price.value),
            Column::Change => price.and_then(|price| price.change),
            Column::Percent => price.and_then(|price| price.percent),
            Column::Volume => quote.volume,
            Column::When => price.map(|price| price.at.millis().into()),
            Column::Symbol | Column::Spark | Column::Range => None,
        }
    };
    found.sort_by(|one, other| {
        let by_code = one.code.cmp(&other.code);
        let order = match (number(one), number(other)) {
            _ if sort.by == Column::Symbol => by_code,
            (Some(one), Some(other)) => one.cmp(&other),
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => return by_code,
        };
        let order = if sort.falls { order.reverse() } else { order };
        order.then(by_code)
    });
}

fn columns(habit: &Habit, at: &str) -> Vec<ColumnView> {
    let view = |column: Column| {
        let now = habit.sort.filter(|sort| sort.by == column);
        let next = Sort::after(habit.sort, column);
        ColumnView {
            name: column.name(),
            words: column.words(),
            is_shown: !habit.hidden.contains(&column),
            is_optional: column.is_optional(),
            is_number: !matches!(column, Column::Symbol | Column::Spark | Column::When),
            sort: if column.sorts() && !at.is_empty() { format!("{at}&sort={next}") } else { String::new() },
            title: match next.as_str() {
                "own" => "Back to the list’s own order",
                next if next.ends_with("desc") => "Largest or newest first",
                _ => "Smallest or A first",
            },
            aria: now.map_or("none", |now| if now.falls { "descending" } else { "ascending" }),
            arrow: now.map_or("", |now| if now.falls { "chev-down" } else { "chev-up" }),
        }
    };
    COLUMNS.into_iter().map(view).collect()
}

/// Whose prices these are: each source once, with its delay and what its licence asks to be said.
pub fn sources(found: &[Quote]) -> String {
    let mut told: Vec<String> = Vec::new();
    for price in found.iter().filter_map(|quote| quote.price.as_ref()) {
        let late = words::delay(price.delay);
        let simulated = if price.is_simulated { "simulated: no real prices" } else { "" };
        let parts = [price.source.as_str(), late.as_str(), simulated, price.licence.as_str()];
        let words = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        if !words.is_empty() && !told.contains(&words) {
            told.push(words);
        }
    }
    if told.is_empty() { String::new() } else { format!("Source: {}.", told.join("; ")) }
}

/// POST /quotes/columns
pub async fn keep_columns(visit: Visit, request: HttpRequest, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let mut habit = Habit::of(&request, &Fields::default());
    let shown: Vec<_> = form.all("show").collect();
    let is_hidden = |column: &Column| column.is_optional() && !shown.contains(&column.name());
    habit.hidden = COLUMNS.into_iter().filter(is_hidden).collect();
    let mut answer = see(local(form.get("back"), "/quotes"));
    add_cookie(&mut answer, &habit.cookie(visit.is_tls))?;
    Ok(answer)
}

/// A symbol that matches what was typed.
pub struct FoundView {
    /// What it is called by.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Where it is traded.
    pub market: String,
    /// Where its page is.
    pub href: String,
}

impl From<Quote> for FoundView {
    fn from(quote: Quote) -> Self {
        let href = format!("/quotes/{}", in_address(&quote.code));
        Self { code: quote.code, name: quote.name, market: quote.market, href }
    }
}

#[derive(Template)]
#[template(path = "quotes/_found.html")]
struct FoundFragment {
    found: Vec<FoundView>,
}

/// GET /quotes/find?q=: symbols by what is typed of their code or name.
pub async fn find(visit: Visit) -> PageResult {
    let typed = visit.query.get("q").trim().to_owned();
    let found = visit.read(move |tx, _| Ok(quotes::search(tx, &typed, limits::QUOTE_SUGGESTIONS)?)).await?;
    fragment(&FoundFragment { found: found.into_iter().map(FoundView::from).collect() })
}

#[derive(Template)]
#[template(path = "quotes/search.html")]
struct SearchPage {
    shell: Shell,
    found: Vec<FoundView>,
}

/// GET /quotes/search?q=: leads to the symbol that was typed, else shows those that match.
pub async fn search(visit: Visit) -> PageResult {
    let typed = visit.query.get("q").trim().to_owned();
    let (shell, (exact, found)) = visit
        .page(Place::Quotes, move |tx, _| {
            let exact = if quotes::symbol(tx, &typed)?.is_some() { quotes::code(&typed).ok() } else { None };
            Ok((exact, quotes::search(tx, &typed, limits::QUOTE_FOUND)?))
        })
        .await?;
    match exact {
        Some(code) => Ok(see(&format!("/quotes/{}", in_address(&code)))),
        None => page(&SearchPage { shell, found: found.into_iter().map(FoundView::from).collect() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_price_comes_last_whichever_way_rows_are_sorted() {
        let quote = |code: &str, value: Option<i64>| super::super::samples::quote(code, value);
        for falls in [false, true] {
            let mut found = [quote("C", None), quote("B", Some(1)), quote("A", Some(2))];
            sort(&mut found, Some(Sort { by: Column::Last, falls }));
            let codes: Vec<_> = found.iter().map(|quote| quote.code.as_str()).collect();
            assert_eq!(codes, if falls { ["A", "B", "C"] } else { ["B", "A", "C"] });
        }
    }
}
