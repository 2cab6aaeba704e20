//! Settings: how colleagues see the person: name, addresses, picture.

use super::error::WebError;
use super::filters;
use super::form::{FieldError, Fields, Posted};
use super::page::{PageResult, page_with, see};
use super::session::Visit;
use super::settings::{Tab, tabs};
use super::shell::{Place, Shell};
use crate::domain::people;
use crate::kernel::limits;
use crate::services::portrait::{self, PictureError};
use actix_web::http::StatusCode;
use actix_web::web::Form;
use askama::Template;

const HERE: &str = "/settings/profile";

#[derive(Template)]
#[template(path = "settings/profile.html")]
struct ProfilePage {
    shell: Shell,
    tabs: Vec<Tab>,
    addresses: Vec<String>,
    errors: Vec<FieldError>,
    most: usize,
}

/// GET /settings/profile
pub async fn form(visit: Visit) -> PageResult {
    show(&visit, Vec::new()).await
}

async fn show(visit: &Visit, errors: Vec<FieldError>) -> PageResult {
    let read = visit.page(Place::Settings, |tx, session| Ok(people::addresses(tx, session.person.id)?));
    let (shell, addresses) = read.await?;
    let addresses = addresses.iter().map(ToString::to_string).collect();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let most = limits::PORTRAIT_BYTES / 1_048_576;
    page_with(status, &ProfilePage { shell, tabs: tabs(HERE), addresses, errors, most })
}

/// POST /settings/profile/picture: a file, `picture`.
pub async fn keep(visit: Visit, posted: Posted) -> PageResult {
    let Posted { fields, files } = posted;
    visit.checked(&fields).await?;
    let Some(file) = files.into_iter().find(|file| file.field == "picture") else {
        return refuse(&visit, "Choose a picture first.".to_owned()).await;
    };
    match portrait::prepare(&visit.web.office, file.bytes).await {
        Ok(ready) => {
            visit.write(&fields, move |tx, session| Ok(portrait::keep(tx, session.person.id, &ready)?)).await?;
            Ok(see(&[HERE, "?done=picture"].concat()))
        }
        Err(PictureError::Wrong(why)) => refuse(&visit, why).await,
        Err(PictureError::Busy) => Err(WebError::Busy),
        Err(PictureError::Store(error)) => Err(error.into()),
    }
}

async fn refuse(visit: &Visit, why: String) -> PageResult {
    show(visit, vec![FieldError::new("picture", why)]).await
}

/// POST /settings/profile/picture/remove
pub async fn remove(visit: Visit, form: Form<Fields>) -> PageResult {
    visit.write(&form, |tx, session| Ok(people::remove_portrait(tx, session.person.id)?)).await?;
    Ok(see(&[HERE, "?done=picture-gone"].concat()))
}
