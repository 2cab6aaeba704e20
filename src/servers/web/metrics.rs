//! For those who watch over the machine: whether the office is ready, and its numbers.

use super::Web;
use super::admin::open_to;
use super::error::WebError;
use super::page::PageResult;
use super::session::Visit;
use crate::domain::people;
use crate::services::metrics as service;
use actix_web::HttpResponse;
use actix_web::web::Data;

/// GET /metrics: for administrators, and for the addresses that `metrics.allow` names.
pub async fn metrics(visit: Visit) -> PageResult {
    let office = &visit.web.office;
    if !office.status.may_read(visit.ip) {
        open_to(&visit.session().await?)?;
    }
    let text = service::text(office).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

/// GET /readyz: whether the file can be read, and written as far as its room tells.
pub async fn ready(web: Data<Web>) -> Result<HttpResponse, WebError> {
    let store = &web.office.store;
    let read = store.read(|tx| people::any_admin(tx).map_err(WebError::from)).await;
    let has_room = store.room().is_ok_and(|room| room.has_room_for(0));
    match read {
        Ok(_) if has_room => Ok(HttpResponse::Ok().body("ready\n")),
        Ok(_) => Ok(HttpResponse::ServiceUnavailable().body("no room on the disk\n")),
        Err(_) => Ok(HttpResponse::ServiceUnavailable().body("the office's file cannot be read\n")),
    }
}
