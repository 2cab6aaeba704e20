//! A calendar as a file, sent while it is read.

use super::super::error::WebError;
use super::super::mail::files::disposition;
use super::super::page::PageResult;
use super::super::session::Visit;
use crate::domain::calendar;
use crate::kernel::id::CalendarId;
use crate::services::calendar::export as parts;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Path};
use futures_util::StreamExt;

/// GET /calendar/calendars/{id}.ics
pub async fn export(visit: Visit, at: Path<CalendarId>) -> PageResult {
    let id = *at;
    let read = visit.read(move |tx, session| {
        let me = session.person.id;
        Ok((me, calendar::calendar(tx, me, id)?.name))
    });
    let (me, name) = read.await?;
    let parts = parts(visit.web.office.clone(), me, id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, disposition("attachment", &format!("{name}.ics"))))
        .insert_header(("content-security-policy", "sandbox; default-src 'none'"))
        .streaming(parts.map(|part| part.map(Bytes::from).map_err(WebError::from))))
}
