//! The second step of signing in: digits of an app, or a word on paper, from who has just shown the password.

use super::super::filters;
use super::super::form::Fields;
use super::super::guest::Guest;
use super::super::page::{PageResult, local, page_with};
use super::super::session::Visit;
use super::super::shell::Frame;
use super::{START, Shown, enter, refuse, show};
use crate::kernel::id::PersonId;
use crate::kernel::secret;
use crate::services::factor;
use crate::services::signin::SigninError;
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;
use std::time::Duration;

/// Time for the second step.
const TIME: Duration = Duration::from_secs(5 * 60);

/// That somebody has shown the password.
struct Half {
    who: PersonId,
    until: i64,
    /// Proves that this server said so.
    proof: String,
}

impl Half {
    fn new(visit: &Visit, who: PersonId) -> Self {
        let until = visit.web.office.clock.now().plus(TIME).millis();
        Self { who, until, proof: Self::proof(visit, who, until) }
    }

    fn proof(visit: &Visit, who: PersonId, until: i64) -> String {
        secret::mark(&visit.web.form_key, &format!("half {who} {until}"))
    }

    /// Reads what a form brings back, where it is ours and not too old.
    fn read(visit: &Visit, form: &Fields) -> Option<Self> {
        let (who, until) = (form.get("who").parse().ok()?, form.get("until").parse().ok()?);
        let is_ours = secret::same(&Self::proof(visit, who, until), form.get("proof"));
        let is_fresh = until > visit.web.office.clock.now().millis();
        (is_ours && is_fresh).then(|| Self { who, until, proof: form.get("proof").to_owned() })
    }
}

#[derive(Template)]
#[template(path = "login/code.html")]
struct CodePage {
    frame: Frame,
    csrf: String,
    next: String,
    who: PersonId,
    until: i64,
    proof: String,
    error: String,
}

/// Asks for the second step of who has shown the password.
pub async fn ask(visit: &Visit, guest: &Guest, who: PersonId, next: &str) -> PageResult {
    shown(visit, guest, Half::new(visit, who), next, String::new()).await
}

async fn shown(visit: &Visit, guest: &Guest, half: Half, next: &str, error: String) -> PageResult {
    let status = if error.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (frame, csrf) = (visit.frame().await, guest.csrf(&visit.web));
    let Half { who, until, proof } = half;
    let mut answer = page_with(status, &CodePage { frame, csrf, next: next.to_owned(), who, until, proof, error })?;
    guest.keep(&mut answer)?;
    Ok(answer)
}

/// POST /login/code: `code`, with what the page before proved.
pub async fn check(visit: Visit, guest: Guest, form: Form<Fields>) -> PageResult {
    let next = local(form.get("next"), START).to_owned();
    let Some(half) = Half::read(&visit, &form).filter(|_| guest.is_own_form(&visit.web, &form)) else {
        let error = "This page was open for too long. Sign in once more.".to_owned();
        return show(&visit, &guest, StatusCode::FORBIDDEN, Shown { next, error, ..Shown::default() }).await;
    };
    match factor::check(&visit.web.office, half.who, form.get("code"), visit.ip).await {
        Ok(()) => enter(&visit, half.who, &next).await,
        Err(SigninError::Wrong) => {
            let words = "These digits don’t fit. Take the ones that the app shows now, or a word from your paper.";
            shown(&visit, &guest, half, &next, words.to_owned()).await
        }
        Err(error) => refuse(&visit, &guest, next, String::new(), error).await,
    }
}
