//! Every address of the web server, in one place.

use super::error::WebError;
use super::page::{PageResult, see};
use super::{assets, brand, help, live, login, mail, people, presence, privacy, push, settings, setup, today};
use crate::kernel::limits as caps;
use actix_web::HttpResponse;
use actix_web::web::{FormConfig, PayloadConfig, ServiceConfig, get, post, resource, to};

/// How much a request may carry.
pub fn limits(app: &mut ServiceConfig) {
    app.app_data(FormConfig::default().limit(caps::FORM_BYTES));
    app.app_data(PayloadConfig::new(caps::FORM_BYTES));
}

/// Which handler answers at which address.
pub fn routes(app: &mut ServiceConfig) {
    app.configure(open_to_all).configure(mail_routes).configure(own_routes).default_service(to(nothing));
}

fn open_to_all(app: &mut ServiceConfig) {
    app.route("/healthz", get().to(HttpResponse::Ok))
        .route("/readyz", get().to(today::ready))
        .route("/static/{hash}/{name:.*}", get().to(assets::file))
        .route("/brand.css", get().to(brand::style))
        .route("/brand/icon.svg", get().to(brand::icon))
        .route("/brand/icon-{name}.png", get().to(brand::dots))
        .route("/brand/logo", get().to(brand::logo))
        .route("/sw.js", get().to(push::worker))
        .route("/offline", get().to(push::offline))
        .route("/manifest.webmanifest", get().to(brand::manifest))
        .service(resource("/setup").route(get().to(setup::form)).route(post().to(setup::set_up)))
        .service(resource("/login").route(get().to(login::form)).route(post().to(login::sign_in)))
        .route("/logout", post().to(login::sign_out));
}

fn mail_routes(app: &mut ServiceConfig) {
    app.route("/mail", get().to(|| async { see("/mail/inbox") }))
        .route("/mail/act", post().to(mail::act::act))
        .route("/mail/undo", post().to(mail::act::undo))
        .service(resource("/mail/compose").route(get().to(mail::compose::form)).route(post().to(mail::compose::post)))
        .route("/mail/people", get().to(mail::compose::completions))
        .service(resource("/mail/folders").route(get().to(mail::folders::new)).route(post().to(mail::folders::make)))
        .service(
            resource("/mail/folders/{id}").route(get().to(mail::folders::edit)).route(post().to(mail::folders::rename)),
        )
        .route("/mail/folders/{id}/remove", post().to(mail::folders::remove))
        .route("/mail/message/{id}", get().to(mail::message::show))
        .route("/mail/message/{id}/body", get().to(mail::body::frame))
        .route("/mail/message/{id}/pictures", post().to(mail::body::trust))
        .route("/mail/message/{id}/file/{index}/{name}", get().to(mail::files::file))
        .route("/mail/message/{id}/original.eml", get().to(mail::files::original))
        .route("/mail/message/{id}/source", get().to(mail::files::source))
        .route("/mail/inline/{who}/{id}/{index}/{mark}", get().to(mail::body::inline))
        .route("/mail/{folder}", get().to(mail::list::folder))
        .route("/search", get().to(mail::search::found));
}

fn own_routes(app: &mut ServiceConfig) {
    app.route("/", get().to(|| async { see("/today") }))
        .route("/today", get().to(today::today))
        .route("/setup/check", get().to(setup::check))
        .route("/people", get().to(people::all))
        .route("/people/{id}", get().to(people::one))
        .service(resource("/presence").route(get().to(presence::show)).route(post().to(presence::choose)))
        .route("/presence/idle", post().to(presence::idle))
        .route("/settings", get().to(|| async { see("/settings/look") }))
        .service(resource("/settings/look").route(get().to(settings::look)).route(post().to(settings::set_look)))
        .service(resource("/settings/presence").route(get().to(privacy::form)).route(post().to(privacy::keep)))
        .service(resource("/settings/notifications").route(get().to(push::form)).route(post().to(push::keep)))
        .route("/settings/security", get().to(settings::security))
        .route("/settings/password", post().to(settings::change_password))
        .route("/settings/sessions/others", post().to(settings::end_others))
        .route("/settings/sessions/{id}/end", post().to(settings::end_one))
        .route("/push/subscribe", post().to(push::subscribe))
        .route("/push/renew", post().to(push::renew))
        .route("/push/unsubscribe", post().to(push::unsubscribe))
        .route("/push/test", post().to(push::test))
        .route("/push/{id}/remove", post().to(push::remove))
        .route("/help", get().to(help::help))
        .route("/help/keys", get().to(help::keys))
        .route("/live", get().to(live::stream));
}

async fn nothing() -> PageResult {
    Err(WebError::NotFound)
}
