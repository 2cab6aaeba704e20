//! Every address of the web server, in one place.

use super::error::WebError;
use super::page::{PageResult, see};
use super::router::{Address, Routes, get, post, resource, scope};
use super::session::Visit;
use super::{
    admin, allowed, announce, assets, brand, calendar, chat, face, factor, help, hook, hours, live, login, mail,
    metrics, people, presence, privacy, profile, programs, proxy, push, quotes, register, reminder, roster, rules,
    settings, setup, share, today, welcome, wizard,
};
use crate::kernel::limits as caps;
use actix_web::HttpResponse;
use actix_web::web::{FormConfig, PayloadConfig, ServiceConfig, to};

/// How much a request may carry.
pub fn limits(app: &mut ServiceConfig) {
    app.app_data(FormConfig::default().limit(caps::FORM_BYTES));
    app.app_data(PayloadConfig::new(caps::FORM_BYTES));
}

/// Which handler answers at which address. Returns every address.
pub fn routes(app: &mut ServiceConfig) -> Vec<Address> {
    let mut routes = Routes::new(app);
    routes
        .configure(open_to_all)
        .configure(mail_routes)
        .configure(share::routes)
        .configure(calendar_routes)
        .configure(event_routes)
        .configure(chat_routes)
        .configure(quotes::routes)
        .configure(admin_routes)
        .configure(brand_routes)
        .configure(own_routes)
        .otherwise(to(nothing));
    routes.noted()
}

fn open_to_all(app: &mut Routes<'_>) {
    app.route("/healthz", get().to(HttpResponse::Ok))
        .route("/.well-known/acme-challenge/{token}", get().to(proxy::challenge))
        .route("/readyz", get().to(metrics::ready))
        .route("/metrics", get().to(metrics::metrics))
        .route("/static/{hash}/{name:.*}", get().to(assets::file))
        .route("/brand.css", get().to(brand::style))
        .route("/brand/icon.svg", get().to(brand::icon))
        .route("/brand/icon-{name}.png", get().to(brand::dots))
        .route("/brand/logo", get().to(brand::logo))
        .route("/brand/logo-dark", get().to(brand::logo_dark))
        .route("/brand/icon", get().to(brand::own_icon))
        .route("/brand/background", get().to(brand::background))
        .route("/favicon.ico", get().to(brand::favicon))
        .route("/sw.js", get().to(push::worker))
        .route("/offline", get().to(push::offline))
        .route("/manifest.webmanifest", get().to(brand::manifest))
        .service(resource("/setup").route(get().to(setup::form)).route(post().to(setup::set_up)))
        .service(resource("/register").route(get().to(register::form)).route(post().to(register::ask)))
        .service(resource("/login").route(get().to(login::form)).route(post().to(login::sign_in)))
        .route("/login/code", post().to(login::second::check))
        .service(resource("/welcome/{token}").route(get().to(welcome::form)).route(post().to(welcome::enter)))
        .route("/hook/{secret}", post().to(hook::say))
        .route("/logout", post().to(login::sign_out));
}

// Patterns are tried one after another: those under `/mail/message` and `/mail/folders` only where an address begins so.
fn mail_routes(app: &mut Routes<'_>) {
    app.route("/mail", get().to(|| async { see("/mail/inbox") }))
        .route("/mail/act", post().to(mail::act::act))
        .route("/mail/undo", post().to(mail::act::undo))
        .service(resource("/mail/compose").route(get().to(mail::compose::form)).route(post().to(mail::compose::post)))
        .route("/mail/people", get().to(mail::compose::completions))
        .service(scope("/mail/folders").configure(folder_routes))
        .service(scope("/mail/message/{id}").configure(message_routes))
        .route("/mail/inline/{who}/{id}/{index}/{mark}", get().to(mail::body::inline))
        .route("/mail/{folder}", get().to(mail::list::folder))
        .route("/search", get().to(search));
}

// A view's name is part of its pattern, so that events, lists and forms may have addresses beside it.
fn calendar_routes(app: &mut Routes<'_>) {
    app.route("/calendar", get().to(calendar::home))
        .route("/calendar/shown", post().to(calendar::ticks::keep))
        .service(
            resource("/calendar/add").route(get().to(calendar::ticks::choose)).route(post().to(calendar::ticks::add)),
        )
        .service(
            resource("/calendar/tasks").route(get().to(calendar::tasks::show)).route(post().to(calendar::tasks::make)),
        )
        .route("/calendar/card/{item}", get().to(chat::event_card::show))
        .route("/calendar/{view:day|workweek|week|month|agenda|year}/{date}", get().to(calendar::show::show));
}

fn event_routes(app: &mut Routes<'_>) {
    app.route("/calendar/event", post().to(calendar::save::make))
        .route("/calendar/event/new", get().to(calendar::form::new))
        .service(scope("/calendar/event/{id}").configure(one_event_routes))
        .service(
            resource("/calendar/quick").route(get().to(calendar::quick::ask)).route(post().to(calendar::quick::add)),
        )
        .route("/calendar/undo", post().to(calendar::act::undo))
        .configure(calendar_list_routes);
}

fn one_event_routes(app: &mut Routes<'_>) {
    app.route("", get().to(calendar::event::show))
        .route("/edit", get().to(calendar::form::edit))
        .route("/duplicate", get().to(calendar::form::duplicate))
        .route("/event.ics", get().to(calendar::files::ics))
        .route("/file/{index}", get().to(calendar::files::file))
        .route("/change", post().to(calendar::save::change))
        .route("/move", post().to(calendar::act::shift))
        .route("/delete", post().to(calendar::act::delete))
        .route("/answer", post().to(calendar::answer::answer))
        .route("/done", post().to(calendar::act::done))
        .route("/due", post().to(calendar::act::due));
}

fn calendar_list_routes(app: &mut Routes<'_>) {
    let lists = resource("/calendar/calendars");
    let one = resource("/calendar/calendars/{id:\\d+}");
    let removal = resource("/calendar/calendars/{id:\\d+}/remove");
    app.service(lists.route(get().to(calendar::list::list)).route(post().to(calendar::list::make)))
        .service(one.route(get().to(calendar::manage::form)).route(post().to(calendar::manage::keep)))
        .service(removal.route(get().to(calendar::manage::ask)).route(post().to(calendar::manage::remove)))
        .route("/calendar/calendars/{id:\\d+}/look", post().to(calendar::list::look))
        .route("/calendar/calendars/{id:\\d+}/forget", post().to(calendar::list::forget))
        .route("/calendar/calendars/{id:\\d+}/share", post().to(calendar::manage::share))
        .route("/calendar/calendars/{id:\\d+}/default", post().to(calendar::manage::set_default));
}

fn chat_routes(app: &mut Routes<'_>) {
    app.route("/chat", get().to(chat::talk::home))
        .service(resource("/chat/new").route(get().to(chat::room::form)).route(post().to(chat::room::make)))
        .route("/chat/rooms", get().to(chat::room::rooms))
        .route("/chat/jump", get().to(chat::room::jump))
        .route("/chat/with/{person}", get().to(chat::room::with))
        .route("/chat/starred", get().to(chat::shelf::starred))
        .route("/chat/commands", get().to(chat::complete::commands))
        .route("/chat/read", post().to(chat::post::read_all))
        .route("/chat/file/{id}/{name}", get().to(chat::file::file))
        .route("/chat/preview/{id}", get().to(chat::file::preview))
        .route("/chat/message/{id}", get().to(chat::message::permalink))
        .route("/chat/message/{id}/text", get().to(chat::message::text))
        .route("/chat/message/{id}/more", get().to(chat::message::more))
        .route("/chat/message/{id}/{deed}", post().to(chat::message::act))
        .route("/chat/{conversation}", get().to(chat::talk::conversation))
        .route("/chat/{conversation}/thread/{message}", get().to(chat::talk::thread))
        .route("/chat/{conversation}/people", get().to(chat::complete::people))
        .route("/chat/{conversation}/pins", get().to(chat::shelf::pins))
        .route("/chat/{conversation}/files", get().to(chat::shelf::files))
        .route("/chat/{conversation}/details", get().to(chat::details::details))
        .service(
            resource("/chat/{conversation}/rules")
                .route(get().to(chat::rules::form))
                .route(post().to(chat::rules::keep)),
        )
        .route("/chat/{conversation}/hooks", post().to(chat::rules::make_hook))
        .route("/chat/{conversation}/hooks/{hook}/revoke", post().to(chat::rules::revoke_hook))
        .route("/chat/{conversation}/export.{form}", get().to(chat::export::export))
        .route("/chat/{conversation}/say", post().to(chat::post::say))
        .route("/chat/{conversation}/file", post().to(chat::file::upload))
        .route("/chat/{conversation}/read", post().to(chat::post::read))
        .route("/chat/{conversation}/typing", post().to(chat::post::typing))
        .route("/chat/{conversation}/draft", post().to(chat::post::draft))
        .route("/chat/{conversation}/{deed}", post().to(chat::details::act));
}

/// GET /search: of mail, or of chat or the calendar where the address says so.
async fn search(visit: Visit) -> PageResult {
    match visit.query.get("in") {
        "chat" => chat::search::found(visit).await,
        "calendar" => calendar::search::found(visit).await,
        _ => mail::search::found(visit).await,
    }
}

fn folder_routes(app: &mut Routes<'_>) {
    app.service(resource("").route(get().to(mail::folders::new)).route(post().to(mail::folders::make)))
        .service(resource("/{id}").route(get().to(mail::folders::edit)).route(post().to(mail::folders::rename)))
        .route("/{id}/remove", post().to(mail::folders::remove));
}

fn message_routes(app: &mut Routes<'_>) {
    app.route("", get().to(mail::message::show))
        .route("/body", get().to(mail::body::frame))
        .route("/pictures", post().to(mail::body::trust))
        .route("/invitation", post().to(mail::invitation::decide))
        .route("/file/{index}/{name}", get().to(mail::files::file))
        .route("/original.eml", get().to(mail::files::original))
        .route("/source", get().to(mail::files::source))
        .route("/trace", get().to(mail::trace::show));
}

fn admin_routes(app: &mut Routes<'_>) {
    app.route("/admin", get().to(admin::overview::show))
        .route("/admin/policies", get().to(admin::policies::sheet))
        .route("/admin/policies/as", get().to(admin::policies::choose))
        .route("/admin/policies/as/{person}", get().to(admin::policies::view_as))
        .service(
            resource("/admin/policies/{key}")
                .route(get().to(admin::policies::rule))
                .route(post().to(admin::policies::set)),
        )
        .configure(account_routes)
        .service(
            resource("/admin/backups").route(get().to(admin::backups::form)).route(post().to(admin::backups::keep)),
        )
        .route("/admin/backups/now", post().to(admin::backups::now))
        .route("/admin/audit", get().to(admin::audit::show))
        .route("/admin/audit.csv", get().to(admin::audit::download))
        .service(resource("/admin/domains").route(get().to(admin::domains::form)).route(post().to(admin::domains::add)))
        .route("/admin/domains/{name}/{deed}", post().to(admin::domains::act))
        .route("/admin/dns", get().to(admin::dns::show))
        .route("/admin/dns/check", post().to(admin::dns::check))
        .route("/admin/log", get().to(admin::office_log::show))
        .route("/admin/log/download", get().to(admin::office_log::download))
        .route("/admin/usage", get().to(admin::usage::show))
        .route("/admin/usage.csv", get().to(admin::usage::download))
        .route("/admin/trace", get().to(admin::trace::show))
        .route("/admin/queue", get().to(admin::queue::show))
        .route("/admin/queue/{message}/{deed}", post().to(admin::queue::act))
        .route("/admin/chat", get().to(admin::chat::form))
        .route("/admin/chat/announce", post().to(admin::chat::announce))
        .route("/admin/chat/words", post().to(admin::chat::words))
        .route("/admin/chat/rules", post().to(admin::chat::rules))
        .route("/admin/chat/log", get().to(admin::log::log))
        .service(
            resource("/admin/chat/export").route(get().to(admin::export::form)).route(post().to(admin::export::export)),
        )
        .route("/admin/online", get().to(admin::online::online))
        .service(resource("/admin/feeds").route(get().to(admin::feeds::list)).route(post().to(admin::feed_form::add)))
        .route("/admin/feeds/new", get().to(admin::feed_form::new))
        .service(
            resource("/admin/feeds/{id}")
                .route(get().to(admin::feed_form::edit))
                .route(post().to(admin::feed_form::change)),
        )
        .route("/admin/feeds/{id}/{deed}", post().to(admin::feeds::act))
        .route("/announcement/read", post().to(announce::read));
}

fn account_routes(app: &mut Routes<'_>) {
    app.route("/admin/people", get().to(admin::people::list))
        .route("/admin/people.csv", get().to(admin::people::download))
        .service(
            resource("/admin/people/new")
                .route(get().to(admin::people::add::form))
                .route(post().to(admin::people::add::invite)),
        )
        .service(
            resource("/admin/people/import")
                .route(get().to(admin::people::bring::form))
                .route(post().to(admin::people::bring::bring)),
        )
        .service(
            resource("/admin/people/asking")
                .route(get().to(admin::people::asking::show))
                .route(post().to(admin::people::asking::open)),
        )
        .route("/admin/people/asking/{registration}/{deed}", post().to(admin::people::asking::decide))
        .route("/admin/people/{id}", get().to(admin::people::one::form))
        .route("/admin/people/{id}/link", post().to(admin::people::one::link))
        .route("/admin/people/{id}/{deed}", post().to(admin::people::one::act))
        .service(resource("/admin/groups").route(get().to(admin::groups::form)).route(post().to(admin::groups::make)))
        .route("/admin/groups/{id}/{deed}", post().to(admin::groups::act));
}

fn brand_routes(app: &mut Routes<'_>) {
    app.service(resource("/admin/brand").route(get().to(admin::brand::form)).route(post().to(admin::brand::keep)))
        .route("/admin/brand/preview", get().to(admin::brand::preview))
        .route("/admin/brand/preview.css", get().to(admin::brand::preview_sheet))
        .route("/admin/brand/reset", post().to(admin::brand::reset));
}

// The steps that come once the office is there: its administrators' alone.
fn setup_routes(app: &mut Routes<'_>) {
    app.service(resource("/setup/look").route(get().to(wizard::look)).route(post().to(wizard::keep_look)))
        .route("/setup/doors", get().to(wizard::doors))
        .route("/setup/people", get().to(wizard::people))
        .service(resource("/setup/check").route(get().to(wizard::check)).route(post().to(wizard::look_again)))
        .route("/setup/step", post().to(wizard::step));
}

fn own_routes(app: &mut Routes<'_>) {
    app.route("/", get().to(|| async { see("/today") }))
        .route("/today", get().to(today::today))
        .configure(setup_routes)
        .route("/people", get().to(people::all))
        .route("/people/groups", post().to(roster::make))
        .route("/people/groups/{id}/{deed}", post().to(roster::act))
        .route("/people/{id}", get().to(people::one))
        .route("/people/{id}/groups", post().to(roster::place))
        .service(resource("/presence").route(get().to(presence::show)).route(post().to(presence::choose)))
        .route("/presence/leave", post().to(presence::leave))
        .route("/presence/idle", post().to(presence::idle))
        .route("/settings", get().to(|| async { see("/settings/look") }))
        .route("/face/{mark}", get().to(face::picture))
        .route("/settings/allowed", get().to(allowed::show))
        .route("/settings/profile", get().to(profile::form))
        .route("/settings/profile/picture", post().to(profile::keep))
        .route("/settings/profile/picture/remove", post().to(profile::remove))
        .service(resource("/settings/look").route(get().to(settings::look)).route(post().to(settings::set_look)))
        .service(resource("/settings/presence").route(get().to(privacy::form)).route(post().to(privacy::keep)))
        .service(
            resource("/settings/calendar")
                .route(get().to(calendar::wishes::form))
                .route(post().to(calendar::wishes::keep)),
        )
        .service(resource("/settings/notifications").route(get().to(push::form)).route(post().to(push::keep)))
        .service(resource("/settings/hours").route(get().to(hours::form)).route(post().to(hours::keep)))
        .route("/settings/hours/away", post().to(hours::keep_away))
        .route("/calendar/reminder/{id}", post().to(reminder::put_away))
        .service(resource("/settings/rules").route(get().to(rules::form)).route(post().to(rules::make)))
        .route("/settings/rules/{id}/remove", post().to(rules::remove))
        .route("/settings/factor", get().to(factor::form))
        .route("/settings/factor/picture.svg", get().to(factor::picture))
        .route("/settings/factor/begin", post().to(factor::begin))
        .route("/settings/factor/confirm", post().to(factor::confirm))
        .route("/settings/factor/words", post().to(factor::renew))
        .route("/settings/factor/remove", post().to(factor::remove))
        .service(resource("/settings/programs").route(get().to(programs::form)).route(post().to(programs::make)))
        .route("/settings/programs/{id}/revoke", post().to(programs::revoke))
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
        .route("/help/about", get().to(help::about))
        .route("/help/keys", get().to(help::keys))
        .route("/live", get().to(live::stream));
}

async fn nothing() -> PageResult {
    Err(WebError::NotFound)
}
