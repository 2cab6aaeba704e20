//! The address that opens once: whoever was invited, or has forgotten the password, sets one and is signed in.

use super::error::WebError;
use super::filters;
use super::form::Fields;
use super::guest::{self, Guest};
use super::page::{PageResult, page_with, see};
use super::session::{self, Visit};
use super::shell::Frame;
use crate::domain::people::{self, Person};
use crate::kernel::secret::Secret;
use crate::services::accounts;
use crate::services::setup::SetupError;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "login/welcome.html")]
struct WelcomePage {
    frame: Frame,
    csrf: String,
    token: String,
    name: String,
    address: String,
    error: String,
}

#[derive(Template)]
#[template(path = "login/spent.html")]
struct SpentPage {
    frame: Frame,
}

/// GET /welcome/{token}
pub async fn form(visit: Visit, guest: Guest, at: Path<String>) -> PageResult {
    show(&visit, &guest, at.into_inner(), String::new()).await
}

async fn show(visit: &Visit, guest: &Guest, token: String, error: String) -> PageResult {
    let asked = token.clone();
    let found = visit.web.office.store.read(move |tx| people::link(tx, &asked).map_err(WebError::from)).await?;
    match found {
        Some(person) => open(visit, guest, token, &person, error).await,
        None => page_with(StatusCode::NOT_FOUND, &SpentPage { frame: visit.frame().await }),
    }
}

async fn open(visit: &Visit, guest: &Guest, token: String, person: &Person, error: String) -> PageResult {
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (frame, csrf) = (visit.frame().await, guest.csrf(&visit.web));
    let (name, address) = (person.full_name.clone(), person.address.to_string());
    let mut answer = page_with(status, &WelcomePage { frame, csrf, token, name, address, error })?;
    guest.keep(&mut answer)?;
    Ok(answer)
}

/// POST /welcome/{token}: `password`.
pub async fn enter(visit: Visit, guest: Guest, at: Path<String>, form: Form<Fields>) -> PageResult {
    if !guest.is_own_form(&visit.web, &form) {
        return Err(WebError::ForeignForm);
    }
    let (token, password) = (at.into_inner(), Secret::new(form.get("password").to_owned()));
    match accounts::set_password_by_link(&visit.web.office, &token, password).await {
        Ok(person) => {
            visit.web.streams.end_all_of(person);
            let mut answer = see("/today");
            guest::add_cookie(&mut answer, &session::open(&visit, person).await?)?;
            Ok(answer)
        }
        Err(SetupError::Field(..)) => show(&visit, &guest, token, "Take 10 characters or more.".to_owned()).await,
        Err(SetupError::Done) => show(&visit, &guest, token, String::new()).await,
        Err(SetupError::Busy) => Err(WebError::Busy),
        Err(SetupError::Store(error)) => Err(error.into()),
    }
}
