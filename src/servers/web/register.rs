//! Asking for an account: a page for strangers, there only where the office lets them ask.

use super::error::WebError;
use super::filters;
use super::form::{FieldError, Fields};
use super::guest::Guest;
use super::page::{PageResult, page, page_with};
use super::session::Visit;
use super::shell::Frame;
use crate::domain::people;
use crate::kernel::secret::Secret;
use crate::kernel::text::sentence;
use crate::services::registration::{self, Wish, is_open};
use crate::services::setup::{Field, SetupError};
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

#[derive(Template)]
#[template(path = "login/register.html")]
struct RegisterPage {
    frame: Frame,
    csrf: String,
    domain: String,
    errors: Vec<FieldError>,
    full_name: String,
    name: String,
    words: String,
}

impl RegisterPage {
    fn wrong(&self, field: &str) -> &str {
        self.errors.iter().find(|error| error.field == field).map_or("", |error| &error.sentence)
    }
}

#[derive(Template)]
#[template(path = "login/asked.html")]
struct AskedPage {
    frame: Frame,
}

/// GET /register
pub async fn form(visit: Visit, guest: Guest) -> PageResult {
    show(&visit, &guest, &Fields::default(), Vec::new()).await
}

async fn show(visit: &Visit, guest: &Guest, typed: &Fields, errors: Vec<FieldError>) -> PageResult {
    let read = visit.web.office.store.read(|tx| {
        Ok::<_, WebError>(if is_open(tx)? { Some(people::primary_domain(tx)?.unwrap_or_default()) } else { None })
    });
    let Some(domain) = read.await? else { return Err(WebError::NotFound) };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = RegisterPage {
        frame: visit.frame().await,
        csrf: guest.csrf(&visit.web),
        domain,
        errors,
        full_name: typed.get("full_name").to_owned(),
        name: typed.get("name").to_owned(),
        words: typed.get("words").to_owned(),
    };
    let mut answer = page_with(status, &page)?;
    guest.keep(&mut answer)?;
    Ok(answer)
}

/// POST /register: `full_name`, `name`, `password`, `words`.
pub async fn ask(visit: Visit, guest: Guest, form: Form<Fields>) -> PageResult {
    if !guest.is_own_form(&visit.web, &form) {
        return Err(WebError::ForeignForm);
    }
    let wish = Wish {
        name: form.get("name").to_owned(),
        full_name: form.get("full_name").to_owned(),
        password: Secret::new(form.get("password").to_owned()),
        words: form.get("words").to_owned(),
        origin: visit.ip.to_string(),
    };
    match registration::ask(&visit.web.office, wish).await {
        Ok(()) => page(&AskedPage { frame: visit.frame().await }),
        Err(SetupError::Field(field, fact)) => {
            let name = if field == Field::Password { "password" } else { "name" };
            show(&visit, &guest, &form, vec![FieldError::new(name, sentence(&fact))]).await
        }
        Err(SetupError::Done) => Err(WebError::NotFound),
        Err(SetupError::Busy) => Err(WebError::Busy),
        Err(SetupError::Store(error)) => Err(error.into()),
    }
}
