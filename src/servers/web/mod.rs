//! The web server: the office in a browser, server-rendered and whole without scripts.
//!
//! Owns addresses, cookies, pages, fragments and the live stream. Asks `services` and the domain; every rule is theirs.
//! Not here: SQL, the cleaning of foreign HTML (`format::html`), what a verb may do.

mod admin;
mod allowed;
mod announce;
mod app;
mod assets;
mod brand;
mod calendar;
mod chat;
mod door;
mod error;
mod face;
mod factor;
mod filters;
mod form;
mod guest;
mod help;
mod hook;
mod hours;
mod live;
mod login;
mod look;
mod mail;
mod metrics;
mod page;
mod people;
mod presence;
mod privacy;
mod profile;
mod programs;
mod proxy;
mod push;
mod quotes;
mod register;
mod reminder;
mod roster;
mod router;
mod rules;
mod security;
mod session;
mod settings;
mod setup;
mod share;
mod shell;
mod story;
mod today;
mod welcome;
mod wizard;
mod words;

use crate::kernel::id::PersonId;
use crate::kernel::{limits, secret};
use crate::servers::net::accept::Seats;
use crate::servers::net::rate::{Buckets, RateMap};
use crate::servers::net::stop::Stop;
use crate::services::office::Office;
use actix_web::web::Data;
use actix_web::{App, HttpServer, middleware};
use rustls::ServerConfig;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

pub use door::Manners;
pub use router::Address;

/// What every handler may reach.
#[derive(Debug)]
struct Web {
    office: Arc<Office>,
    streams: live::Streams,
    /// What is told to many is written once.
    written: live::Written,
    /// Prices, likewise.
    rows: live::Rows,
    /// Signs the forms of those who are not signed in yet.
    form_key: [u8; 32],
    manners: Manners,
    /// What each person may still do in chat at once.
    deeds: Buckets<PersonId>,
    /// How often somebody has booked from one place lately.
    visits: RateMap<IpAddr>,
    /// Whether browsers reach this door by TLS: cookies and HSTS depend on it.
    is_tls: bool,
}

/// Every address of the web server with each method that it takes, as the router has them.
#[must_use]
pub fn addresses() -> Vec<Address> {
    let mut all = Vec::new();
    drop(App::new().configure(|app| all = app::routes(app)));
    all
}

/// Seconds that open requests get to end when the office stops.
const LAST_SECONDS: u64 = 5;

/// Serves pages on `listener`, under TLS where `tls` is given, until the office stops; then lets open requests end.
///
/// # Errors
/// Where the listener cannot be used.
pub async fn start(
    office: Arc<Office>,
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    manners: Manners,
    mut stop: Stop,
) -> std::io::Result<()> {
    let is_tls = tls.is_some();
    let web = Data::new(Web {
        office,
        streams: live::Streams::default(),
        written: live::Written::default(),
        rows: live::Rows::default(),
        form_key: secret::random(),
        manners,
        visits: RateMap::new(Duration::from_secs(3600), limits::VISITORS_COUNTED),
        deeds: Buckets::new(manners.chat_per_second, limits::CHAT_COUNTED),
        is_tls,
    });
    let (state, seats) = (web.clone(), Seats::new(manners.caps));
    let watched = web.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .configure(app::limits)
            .wrap(middleware::from_fn(security::own_forms))
            .wrap(middleware::from_fn(error::dress))
            .wrap(middleware::Compress::default())
            .wrap(middleware::from_fn(security::headers))
            .configure(|app| drop(app::routes(app)))
    })
    .on_connect(move |connection, data| door::seat(&seats, &watched.office.status, connection, data))
    .workers(2)
    .shutdown_timeout(LAST_SECONDS)
    .disable_signals();
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, ServerConfig::clone(&tls))?,
        None => server.listen(listener)?,
    };
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        stop.said().await;
        web.streams.end_all();
        handle.stop(true).await;
    });
    server.await
}
