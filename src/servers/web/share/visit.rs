//! A booking, as its visitor sees it: confirming it, moving it, calling it off. The link in the mail alone opens it.

use super::super::error::WebError;
use super::super::filters;
use super::super::form::{FieldError, Fields};
use super::super::guest::Guest;
use super::super::page::{PageResult, page_with, see};
use super::super::session::Visit;
use super::super::shell::Frame;
use super::book::{Shown, Times, zone};
use super::here;
use crate::domain::calendar::VisitState;
use crate::format::formats::Formats;
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use crate::services::visit::{self, VisitError};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Form, Path};
use askama::Template;
use chrono::DateTime;
use chrono_tz::Tz;

#[derive(Template)]
#[template(path = "share/visit.html")]
struct VisitPage {
    frame: Frame,
    csrf: String,
    errors: Vec<FieldError>,
    host: String,
    title: String,
    place: String,
    when: String,
    action: String,
    is_held: bool,
    is_late: bool,
    is_booked: bool,
    times: Option<Times>,
    again: String,
}

/// GET /book/visit/{secret}: `move` shows free times to move it to.
pub async fn show(visit: Visit, at: Path<String>, guest: Guest) -> PageResult {
    page(&visit, &at, &guest, Vec::new()).await
}

async fn page(visit: &Visit, secret: &str, guest: &Guest, errors: Vec<FieldError>) -> PageResult {
    let (own, wants_times) = (secret.to_owned(), visit.query.has("move"));
    let read = visit.web.office.store.read(move |tx| {
        let (found, person) = visit::look(tx, &own)?;
        let minutes = (found.is.ends_at.millis() - found.is.starts_at.millis()) / 60_000;
        let is_open = wants_times && found.state == VisitState::Booked;
        let starts = if is_open {
            visit::slots(tx, &found.desk, minutes, Some(&found), limits::VISIT_SLOTS)?
        } else {
            Vec::new()
        };
        Ok::<_, VisitError>((found, person, is_open, starts))
    });
    let (found, person, is_open, starts) = read.await?;
    let own_zone: Tz = found.is.zone.parse().unwrap_or(Tz::UTC);
    let zone = zone(&visit.query, None).unwrap_or(own_zone);
    let (now, action) = (visit.web.office.clock.now(), format!("/book/visit/{secret}"));
    let base = format!("{action}?move=1&zone={}", zone.name());
    let times = is_open.then(|| Times::new(&starts, &visit.query, &base, Shown::new(zone, visit)));
    let view = VisitPage {
        frame: visit.frame().await,
        csrf: guest.csrf(&visit.web),
        host: person.full_name,
        title: found.desk.is.title.clone(),
        place: found.desk.is.place.clone(),
        when: when(found.is.starts_at, found.is.ends_at, zone, visit.look.formats),
        action,
        is_held: found.state == VisitState::Held,
        is_late: found.state == VisitState::Held && found.until_at < now,
        is_booked: found.state == VisitState::Booked,
        times,
        again: if found.desk.is.is_open { format!("/book/{}", found.desk.is.name) } else { String::new() },
        errors,
    };
    let status = if view.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut answer = page_with(status, &view)?;
    guest.keep(&mut answer)?;
    Ok(answer)
}

fn when(from: Moment, to: Moment, zone: Tz, formats: Formats) -> String {
    let at = |moment: Moment| DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default().with_timezone(&zone);
    let (from, to) = (at(from), at(to));
    let day = format!("{}, {}", from.format("%A"), formats.long(from.date_naive()));
    format!("{day}, {}–{} ({})", formats.time(from), formats.time(to), zone.name())
}

/// POST /book/visit/{secret}/{deed}: `confirm`, `cancel`, or `move` with `at`.
pub async fn act(
    visit: Visit,
    request: HttpRequest,
    at: Path<(String, String)>,
    guest: Guest,
    form: Form<Fields>,
) -> PageResult {
    if !guest.is_own_form(&visit.web, &form) {
        return Err(WebError::ForeignForm);
    }
    let (secret, deed) = at.into_inner();
    let link = format!("{}/book/visit/", here(&request, &visit.web));
    let office = &visit.web.office;
    let done = match deed.as_str() {
        "confirm" => visit::confirm(office, &secret, &link).await,
        "cancel" => visit::cancel(office, &secret, &link).await,
        _ => visit::move_to(office, &secret, form.get("at").parse().unwrap_or(0), &link).await,
    };
    match done {
        Ok(()) => Ok(see(&format!("/book/visit/{secret}"))),
        Err(VisitError::Field(field, words)) => {
            page(&visit, &secret, &guest, vec![FieldError::new(field, words)]).await
        }
        Err(error) => Err(error.into()),
    }
}
