//! Who asks for an account: whether strangers may, and who waits to be let in.

use super::super::super::error::WebError;
use super::super::super::filters;
use super::super::super::form::{FieldError, Fields};
use super::super::super::page::{PageResult, page_with, see};
use super::super::super::session::Visit;
use super::super::super::settings::Tab;
use super::super::super::shell::{Place, Shell};
use super::super::super::words::When;
use super::super::{Refused, open_to, tabs};
use super::actor;
use crate::domain::people;
use crate::domain::settings;
use crate::kernel::id::RegistrationId;
use crate::services::{registration, setting};
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;

const PAGE: &str = "/admin/people/asking";

struct AskingView {
    id: RegistrationId,
    full_name: String,
    name: String,
    words: String,
    origin: String,
    when: When,
}

#[derive(Template)]
#[template(path = "admin/asking.html")]
struct AskingPage {
    shell: Shell,
    tabs: Vec<Tab>,
    errors: Vec<FieldError>,
    is_open: bool,
    waiting: Vec<AskingView>,
}

/// GET /admin/people/asking
pub async fn show(visit: Visit) -> PageResult {
    view(&visit, Vec::new()).await
}

async fn view(visit: &Visit, errors: Vec<FieldError>) -> PageResult {
    let reader = visit.reader();
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let waiting = people::registrations(tx)?.into_iter().map(|one| AskingView {
            id: one.id,
            full_name: one.asked.full_name,
            name: one.asked.name,
            words: one.asked.words,
            origin: one.asked.origin,
            when: reader.when(one.at),
        });
        Ok((registration::is_open(tx)?, waiting.collect()))
    });
    let (shell, (is_open, waiting)) = read.await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &AskingPage { shell, tabs: tabs("/admin/people"), errors, is_open, waiting })
}

/// POST /admin/people/asking: `open` where strangers may ask.
pub async fn open(visit: Visit, form: Form<Fields>) -> PageResult {
    let (here, value) = (visit.clone(), if form.has("open") { "ask" } else { "off" });
    let write = visit.write(&form, move |tx, session| {
        open_to(session)?;
        Ok(setting::set(tx, &actor(&here, session), settings::REGISTRATION, value)?)
    });
    write.await?;
    Ok(see(&format!("{PAGE}?done=office")))
}

/// POST /admin/people/asking/{registration}/{deed}: `admit` or `refuse`.
pub async fn decide(visit: Visit, at: Path<(RegistrationId, String)>, form: Form<Fields>) -> PageResult {
    let (id, deed) = at.into_inner();
    let here = visit.clone();
    let decided: Result<String, Refused> = visit
        .attempt(&form, move |tx, session| {
            open_to(session)?;
            let actor = actor(&here, session);
            match deed.as_str() {
                "admit" => Ok(format!("/admin/people/{}", registration::admit(tx, &actor, id)?)),
                "refuse" => {
                    registration::refuse(tx, &actor, id)?;
                    Ok(format!("{PAGE}?done=office"))
                }
                _ => Err(WebError::NotFound.into()),
            }
        })
        .await;
    match decided {
        Ok(next) => Ok(see(&next)),
        Err(refused) => view(&visit, vec![refused.at("")?]).await,
    }
}
