//! Calendars in and out, and shared with the world: import and export, secret addresses, rooms, a time for several people,
//! the page on which strangers book, and calendars read from elsewhere.

pub mod book;
pub mod desk;
pub mod export;
pub mod feed;
pub mod feeds;
pub mod find;
pub mod import;
pub mod rooms;
pub mod slots;
pub mod sources;
pub mod visit;

use super::Web;
use super::proxy::client;
use super::router::{Routes, get, post, resource};
use super::settings::Tab;
use crate::kernel::limits;
use actix_web::HttpRequest;
use actix_web::http::header::HOST;
use actix_web::web::FormConfig;

/// The addresses of this folder.
pub fn routes(app: &mut Routes<'_>) {
    app.service(resource("/calendar/import").route(get().to(import::form)).route(post().to(import::import)))
        .route("/calendar/calendars/{id}.ics", get().to(export::export))
        .service(resource("/calendar/addresses").route(get().to(feeds::show)).route(post().to(feeds::make)))
        .route("/calendar/addresses/{id}/revoke", post().to(feeds::revoke))
        .route("/feed/{secret}.ics", get().to(feed::feed))
        .route("/freebusy/{secret}.ifb", get().to(feed::free_busy))
        .route("/calendar/rooms", get().to(rooms::list))
        .route("/calendar/rooms/{id}/show", post().to(rooms::show))
        .service(resource("/admin/rooms").route(get().to(rooms::admin)).route(post().to(rooms::make)))
        .service(resource("/admin/rooms/{id}").route(get().to(rooms::edit)).route(post().to(rooms::change)))
        .route("/admin/rooms/{id}/remove", post().to(rooms::remove))
        .route("/calendar/find", get().to(find::find))
        .service(resource("/calendar/sources").route(get().to(sources::show)).route(post().to(sources::add)))
        .route("/calendar/sources/holidays", post().to(sources::add_holidays))
        .route("/calendar/sources/{id}/read", post().to(sources::read))
        .route("/calendar/sources/{id}/remove", post().to(sources::remove))
        .service(resource("/calendar/booking").route(get().to(desk::form)).route(post().to(desk::keep)))
        .route("/book/visit/{secret}", get().to(visit::show))
        .route("/book/visit/{secret}/{deed:confirm|cancel|move}", post().to(visit::act))
        .service(
            resource("/book/{name}")
                .app_data(FormConfig::default().limit(limits::VISIT_FORM))
                .route(get().to(book::show))
                .route(post().to(book::hold)),
        );
}

/// The pages of this folder, the one at `here` marked.
pub fn tabs(here: &str) -> Vec<Tab> {
    let all = [
        ("Calendar", "/calendar", "calendar"),
        ("Find a time", "/calendar/find", "search"),
        ("Rooms and things", "/calendar/rooms", "door"),
        ("Subscribed and holidays", "/calendar/sources", "refresh"),
        ("Booking page", "/calendar/booking", "clock"),
        ("Addresses and export", "/calendar/addresses", "link"),
        ("Import", "/calendar/import", "download"),
    ];
    all.into_iter().map(|(name, href, icon)| Tab { name, href, icon, is_here: href == here }).collect()
}

/// Where this office is, as the browser that asks knows it.
pub fn here(request: &HttpRequest, web: &Web) -> String {
    let scheme = if client(request.head(), web).is_tls { "https" } else { "http" };
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    format!("{scheme}://{}", host.unwrap_or(&web.office.hostname))
}
