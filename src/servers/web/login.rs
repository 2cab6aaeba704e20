//! Signing in and out.

pub mod second;

use super::error::{WebError, wait_words};
use super::filters;
use super::form::Fields;
use super::guest::{self, Guest};
use super::page::{PageResult, local, page_with, see};
use super::session::{self, Visit};
use super::shell::Frame;
use crate::domain::people;
use crate::kernel::id::PersonId;
use crate::kernel::secret::Secret;
use crate::services::registration;
use crate::services::signin::{self, SigninError};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::web::Form;
use askama::Template;
use std::time::Duration;

#[derive(Template)]
#[template(path = "login/login.html")]
struct LoginPage {
    frame: Frame,
    csrf: String,
    next: String,
    username: String,
    notice: &'static str,
    error: String,
    foot: &'static str,
    /// Whether strangers may ask for an account.
    is_open: bool,
}

const START: &str = "/today";
/// One sentence for a wrong name and for a wrong password: neither tells which names there are.
const WRONG: &str = "Name and password don’t match. Check both, and that Caps Lock is off.";

/// GET /login
pub async fn form(visit: Visit, guest: Guest) -> PageResult {
    let next = local(visit.query.get("next"), START).to_owned();
    match visit.session().await {
        Ok(_) => return Ok(see(&next)),
        Err(WebError::SignIn { .. }) => {}
        Err(error) => return Err(error),
    }
    let notice = match visit.query.get("done") {
        "out" => "You are signed out.",
        _ if visit.query.has("next") && next != START => "Sign in to go on.",
        _ => "",
    };
    show(&visit, &guest, StatusCode::OK, Shown { next, notice, ..Shown::default() }).await
}

#[derive(Default)]
struct Shown {
    next: String,
    username: String,
    notice: &'static str,
    error: String,
    wait: Option<Duration>,
}

async fn show(visit: &Visit, guest: &Guest, status: StatusCode, shown: Shown) -> PageResult {
    let (frame, csrf) = (visit.frame().await, guest.csrf(&visit.web));
    let is_open = visit.web.office.store.read(registration::is_open).await?;
    let Shown { next, username, notice, error, wait } = shown;
    let foot = "Forgotten the password? Whoever runs this office can set a new one.";
    let mut answer = page_with(status, &LoginPage { frame, csrf, next, username, notice, error, foot, is_open })?;
    if let Some(wait) = wait {
        answer.headers_mut().insert(RETRY_AFTER, wait.as_secs().max(1).into());
    }
    guest.keep(&mut answer)?;
    Ok(answer)
}

/// POST /login
pub async fn sign_in(visit: Visit, guest: Guest, form: Form<Fields>) -> PageResult {
    let next = local(form.get("next"), START).to_owned();
    let username = form.get("username").to_owned();
    if !guest.is_own_form(&visit.web, &form) {
        let error = "This page was open for too long. Sign in once more.".to_owned();
        return show(&visit, &guest, StatusCode::FORBIDDEN, Shown { next, username, error, ..Shown::default() }).await;
    }
    let password = Secret::new(form.get("password").to_owned());
    match signin::check(&visit.web.office, &username, password, visit.ip).await {
        Ok(person) => {
            let who = person.id;
            let has_factor = visit.web.office.store.read(move |tx| people::has_factor(tx, who)).await;
            match has_factor.map_err(WebError::from)? {
                true => second::ask(&visit, &guest, who, &next).await,
                false => enter(&visit, who, &next).await,
            }
        }
        Err(error) => refuse(&visit, &guest, next, username, error).await,
    }
}

/// Lets in who has shown all that is asked for.
async fn enter(visit: &Visit, who: PersonId, next: &str) -> PageResult {
    let mut answer = see(next);
    guest::add_cookie(&mut answer, &session::open(visit, who).await?)?;
    Ok(answer)
}

async fn refuse(visit: &Visit, guest: &Guest, next: String, username: String, error: SigninError) -> PageResult {
    let (status, error, wait) = match error {
        SigninError::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, WRONG.to_owned(), None),
        SigninError::SlowDown { wait } => {
            let words = format!("Too many tries. Wait {}, then try again.", wait_words(wait));
            (StatusCode::TOO_MANY_REQUESTS, words, Some(wait))
        }
        SigninError::Busy => {
            let words = "Many people are signing in just now. Try again in a few seconds.".to_owned();
            (StatusCode::TOO_MANY_REQUESTS, words, Some(Duration::from_secs(3)))
        }
        SigninError::Store(error) => return Err(error.into()),
    };
    show(visit, guest, status, Shown { next, username, error, wait, notice: "" }).await
}

/// POST /logout
pub async fn sign_out(visit: Visit, form: Form<Fields>) -> PageResult {
    let (person, ended) = visit
        .write(&form, |tx, session| {
            people::end_session(tx, session.person.id, session.id)?;
            Ok((session.person.id, session.id))
        })
        .await?;
    visit.web.streams.end(person, ended);
    let mut answer = see("/login?done=out");
    // What this browser kept for being without a line, and what waits in it to be said.
    let wiped = HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), wiped);
    guest::add_cookie(&mut answer, &session::no_cookie(visit.is_tls))?;
    Ok(answer)
}
