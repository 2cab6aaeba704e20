//! What a person prefers of quotes: which colour rises, and in what money is counted.

use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::guest::add_cookie;
use super::super::look::Look;
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::settings::{Tab, tabs};
use super::super::shell::{Place, Shell};
use super::habit::{self, Habit};
use super::holdings::CURRENCIES;
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

const PAGE: &str = "/settings/quotes";

#[derive(Template)]
#[template(path = "settings/quotes.html")]
struct WishesPage {
    shell: Shell,
    tabs: Vec<Tab>,
    is_red_up: bool,
    currency: String,
    currencies: [&'static str; 12],
    errors: Vec<FieldError>,
}

/// GET /settings/quotes
pub async fn form(visit: Visit, request: HttpRequest) -> PageResult {
    let currency = Habit::of(&request, &Fields::default()).currency().to_owned();
    show(&visit, currency, visit.look.is_red_up, Vec::new()).await
}

async fn show(visit: &Visit, currency: String, is_red_up: bool, errors: Vec<FieldError>) -> PageResult {
    let (shell, ()) = visit.page(Place::Settings, |_, _| Ok(())).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &WishesPage { shell, tabs: tabs(PAGE), is_red_up, currency, currencies: CURRENCIES, errors })
}

/// POST /settings/quotes
pub async fn keep(visit: Visit, request: HttpRequest, form: Form<Fields>) -> PageResult {
    visit.checked(&form).await?;
    let is_red_up = form.get("colours") == "redup";
    let Some(currency) = habit::currency(form.get("currency")) else {
        let wrong = FieldError::new("currency", "A currency has three letters, such as EUR.");
        return show(&visit, form.get("currency").to_owned(), is_red_up, vec![wrong]).await;
    };
    let habit = Habit { currency, ..Habit::of(&request, &Fields::default()) };
    let look = Look { is_red_up, ..visit.look.clone() };
    let mut answer = see("/settings/quotes?done=quotes");
    add_cookie(&mut answer, &habit.cookie(visit.is_tls))?;
    add_cookie(&mut answer, &look.cookie(visit.is_tls))?;
    Ok(answer)
}
