//! What a person holds, what it cost, what it is worth, and all of it in one money.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::Fields;
use super::super::guest::add_cookie;
use super::super::page::{PageResult, in_address, local, page, see, with};
use super::super::session::Visit;
use super::super::shell::{Place, Shell};
use super::habit::{self, Habit};
use super::tabs::{Here, TabView, tabs};
use super::words::{self, Direction};
use crate::domain::quotes::{self, NewHolding, QuotesError, Total, Worth};
use crate::domain::store::ReadTx;
use crate::format::formats::Formats;
use crate::kernel::id::{HoldingId, PersonId, SymbolId};
use crate::kernel::text;
use actix_web::HttpRequest;
use actix_web::web::{Form, Path};
use askama::Template;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Money that is offered to count in; any other can be typed in the settings.
pub const CURRENCIES: [&str; 12] = ["EUR", "USD", "GBP", "CHF", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF"];

/// What some holdings are worth together.
pub struct Sum {
    /// Their worth.
    pub value: Decimal,
    /// What they did today.
    pub day: Option<Decimal>,
    /// In what money.
    pub currency: String,
}

/// What `who` holds of these symbols is worth together; `None` where that is nothing, or not known.
pub fn sum(tx: &ReadTx<'_>, who: PersonId, currency: &str, of: Option<&[SymbolId]>) -> Result<Option<Sum>, WebError> {
    let (all, _) = quotes::holdings(tx, who, currency)?;
    let mut sum: Option<Sum> = None;
    for one in all.iter().filter(|one| of.is_none_or(|of| of.contains(&one.holding.symbol))) {
        let Some(value) = one.value else { continue };
        let so_far = sum.get_or_insert_with(|| Sum { value: Decimal::ZERO, day: None, currency: currency.to_owned() });
        so_far.value = so_far.value.checked_add(value).unwrap_or(so_far.value);
        so_far.day = match (so_far.day, one.day_gain) {
            (Some(before), Some(day)) => before.checked_add(day),
            (before, day) => before.or(day),
        };
    }
    Ok(sum)
}

/// A holding.
pub struct HoldingView {
    /// Which.
    pub id: HoldingId,
    /// Of which symbol.
    pub symbol: SymbolId,
    /// What that is called by.
    pub code: String,
    /// Where that is.
    pub href: String,
    /// Classes of its row.
    pub class: &'static str,
    /// How many.
    pub amount: String,
    /// What one cost.
    pub cost: String,
    /// Since when.
    pub since: String,
    /// The price.
    pub last: String,
    /// Whether that is invented.
    pub is_simulated: bool,
    /// What it is worth.
    pub value: String,
    /// What it did today.
    pub day: String,
    /// The class of that.
    pub day_direction: &'static str,
    /// Its glyph.
    pub day_arrow: &'static str,
    /// What it did in all.
    pub gain: String,
    /// The same as a part of its cost; empty where that is not known.
    pub part: String,
    /// The class of that.
    pub direction: &'static str,
    /// Its glyph.
    pub arrow: &'static str,
}

impl HoldingView {
    /// A holding, counted in `currency`.
    pub fn new(worth: &Worth, currency: &str, formats: Formats) -> Self {
        let (holding, quote) = (&worth.holding, &worth.quote);
        let way = |value: Option<Decimal>| value.map_or(Direction::Flat, Direction::of);
        let money = |value: Option<Decimal>| {
            value.map_or_else(|| words::NONE.to_owned(), |value| words::money(value, currency))
        };
        let gain =
            |value: Option<Decimal>| value.map_or_else(|| words::NONE.to_owned(), |value| words::gain(value, currency));
        let part = worth.gain_percent.map(words::percent).unwrap_or_default();
        let price = quote.price.as_ref();
        let since = holding.day.map(|day| format!("since {}", formats.date(day))).unwrap_or_default();
        let note: Vec<_> = [since.as_str(), holding.note.as_str()].into_iter().filter(|one| !one.is_empty()).collect();
        let cost_digits = words::fit(holding.cost.normalize().scale());
        Self {
            id: holding.id,
            symbol: holding.symbol,
            code: quote.code.clone(),
            href: format!("/quotes/{}", in_address(&quote.code)),
            class: price.map_or("", |price| words::class(price.state)),
            amount: words::whole(holding.amount),
            cost: format!("{}\u{a0}{}", words::price(holding.cost, cost_digits), holding.currency),
            since: note.join(" · "),
            last: price.map_or_else(|| words::NONE.to_owned(), |price| words::price(price.value, words::digits(quote))),
            is_simulated: price.is_some_and(|price| price.is_simulated),
            value: money(worth.value),
            day: gain(worth.day_gain),
            day_direction: way(worth.day_gain).class(),
            day_arrow: way(worth.day_gain).arrow(),
            gain: gain(worth.gain),
            part,
            direction: way(worth.gain).class(),
            arrow: way(worth.gain).arrow(),
        }
    }
}

/// All of it.
struct TotalView {
    cost: String,
    value: String,
    day: String,
    day_direction: &'static str,
    day_arrow: &'static str,
    gain: String,
    direction: &'static str,
    arrow: &'static str,
}

impl TotalView {
    fn new(total: &Total, currency: &str) -> Self {
        let (day, all) = (Direction::of(total.day_gain), Direction::of(total.gain));
        let part = total.gain_percent.map(|part| format!(" ({})", words::percent(part))).unwrap_or_default();
        Self {
            cost: words::money(total.cost, currency),
            value: words::money(total.value, currency),
            day: words::gain(total.day_gain, currency),
            day_direction: day.class(),
            day_arrow: day.arrow(),
            gain: words::gain(total.gain, currency) + &part,
            direction: all.class(),
            arrow: all.arrow(),
        }
    }
}

#[derive(Template)]
#[template(path = "quotes/holdings.html")]
struct HoldingsPage {
    shell: Shell,
    tabs: Vec<TabView>,
    currency: String,
    currencies: Vec<String>,
    lines: Vec<HoldingView>,
    total: TotalView,
    missing: String,
}

/// Money to choose from, the one that is on among it.
pub fn currencies(on: &str) -> Vec<String> {
    let mut all: Vec<_> = CURRENCIES.iter().map(|one| (*one).to_owned()).collect();
    if !all.iter().any(|one| one == on) {
        all.push(on.to_owned());
    }
    all
}

/// GET /quotes/holdings
pub async fn all(visit: Visit, request: HttpRequest) -> PageResult {
    let mut habit = Habit::of(&request, &Fields::default());
    if let Some(currency) = habit::currency(visit.query.get("currency")) {
        habit.currency = currency;
    }
    let currency = habit.currency().to_owned();
    let into = currency.clone();
    let read = move |tx: &ReadTx<'_>, session: &crate::domain::people::Session| {
        let me = session.person.id;
        Ok((quotes::lists(tx, me)?, quotes::holdings(tx, me, &into)?))
    };
    let formats = visit.look.formats;
    let (shell, (lists, (all, total))) = visit.page(Place::Quotes, read).await?;
    let missing = match total.missing {
        0 => String::new(),
        1 => "One of them has no price or no rate yet, and is left out of the sum.".to_owned(),
        count => format!("{count} of them have no price or no rate yet, and are left out of the sum."),
    };
    let mut answer = page(&HoldingsPage {
        shell,
        tabs: tabs(&lists, None, Here::Holdings),
        currencies: currencies(&currency),
        lines: all.iter().map(|worth| HoldingView::new(worth, &currency, formats)).collect(),
        total: TotalView::new(&total, &currency),
        missing,
        currency,
    })?;
    add_cookie(&mut answer, &habit.cookie(visit.is_tls))?;
    Ok(answer)
}

/// A field of the form.
pub struct FieldView {
    /// Its name and id.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// Its type; empty for text.
    pub kind: &'static str,
    /// What is in it.
    pub value: String,
    /// What is wrong with it.
    pub error: String,
}

/// The form, as it was last sent; what it cost is counted in `currency` otherwise.
pub fn fields(typed: Option<&Fields>, currency: &str, wrong: Option<&(&'static str, String)>) -> Vec<FieldView> {
    let all = [("amount", "Amount", ""), ("cost", "Cost of one", ""), ("currency", "In", ""), ("day", "Since", "date")];
    let field = |(name, label, kind): (&'static str, &'static str, &'static str)| FieldView {
        name,
        label,
        kind,
        value: match typed {
            Some(typed) if typed.has(name) => typed.get(name).to_owned(),
            _ if name == "currency" => currency.to_owned(),
            _ => String::new(),
        },
        error: wrong.filter(|(field, _)| *field == name).map(|(_, words)| words.clone()).unwrap_or_default(),
    };
    all.into_iter().map(field).collect()
}

fn asked(code: String, form: &Fields) -> Result<NewHolding, (&'static str, String)> {
    let number = |name: &'static str| {
        words::typed(form.get(name)).ok_or_else(|| (name, "Type a number, such as 12.50.".to_owned()))
    };
    let day = match form.get("day").trim() {
        "" => None,
        day => match day.parse::<NaiveDate>() {
            Ok(day) => Some(day),
            Err(_) => return Err(("day", "Write the day as 2026-11-27.".to_owned())),
        },
    };
    Ok(NewHolding {
        code,
        amount: number("amount")?,
        cost: number("cost")?,
        currency: form.get("currency").to_owned(),
        day,
        note: form.get("note").to_owned(),
    })
}

fn refused(error: QuotesError) -> Result<(&'static str, String), WebError> {
    let field = match error {
        QuotesError::BadAmount | QuotesError::TooManyHoldings => "amount",
        QuotesError::BadCost => "cost",
        QuotesError::BadCurrency => "currency",
        QuotesError::BadDay => "day",
        other => return Err(other.into()),
    };
    Ok((field, text::sentence(&error.to_string())))
}

/// POST /quotes/{symbol}/holdings
pub async fn add(visit: Visit, at: Path<String>, form: Form<Fields>) -> PageResult {
    let code = at.into_inner();
    let added = match asked(code.clone(), &form) {
        Err(refused) => {
            visit.checked(&form).await?;
            Err(refused)
        }
        Ok(new) => {
            let added = visit.write(&form, move |tx, session| match quotes::add_holding(tx, session.person.id, &new) {
                Ok(_) => Ok(Ok(())),
                Err(error) => refused(error).map(Err),
            });
            added.await?
        }
    };
    match added {
        Ok(()) => Ok(see(&format!("/quotes/{}?done=holding#holdings", in_address(&code)))),
        Err(wrong) => super::symbol::refuse(&visit, &code, &form, wrong).await,
    }
}

/// POST /quotes/holdings/{id}/remove
pub async fn remove(visit: Visit, at: Path<HoldingId>, form: Form<Fields>) -> PageResult {
    let id = *at;
    visit.write(&form, move |tx, session| Ok(quotes::remove_holding(tx, session.person.id, id)?)).await?;
    Ok(see(&with(local(form.get("back"), "/quotes/holdings"), "done", "holding-gone")))
}
