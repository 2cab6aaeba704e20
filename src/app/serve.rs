//! Serving: opens the doors, says so, and closes them in order when told to stop.

use super::build::{self, StartError};
use super::config::{self, Config};
use super::notify::Notifier;
use super::verbs::say;
use crate::servers::net::stop::{Stop, Stopper};
use crate::servers::net::tls::{Certificate, ensure_self_signed};
use crate::servers::smtp::{self, Door, Patience};
use crate::servers::{scheduler, web};
use crate::services::journal::Journal;
use crate::services::office::Office;
use crate::services::setup;
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How long work under way may take when the office stops.
const LAST_WORK: Duration = Duration::from_secs(9);

/// Runs the appliance until SIGTERM or SIGINT.
///
/// # Errors
/// Where it cannot start.
pub async fn serve(config: &Config, journal: Arc<Journal>) -> Result<(), StartError> {
    let office = Arc::new(build::office(config)?);
    office.status.with_journal(journal);
    let _lock = build::lock(&config.data())?;
    let doors = open(config, Arc::clone(&office)).await?;
    doors.say()?;
    if let Ok(Some(code)) = setup::code(&office).await {
        match doors.web() {
            Some(address) => say(&format!("setup http://{address}/setup?code={code}"))?,
            None => say("setup hailstone setup --help")?,
        }
    }
    say("ready")?;
    let notifier = Notifier::new(config::service_manager());
    notifier.tell(&format!("READY=1\nSTATUS={} doors open", doors.addresses.len()));
    tokio::select! {
        told = told_to_stop() => told?,
        () = notifier.keep_alive() => {}
    }
    notifier.tell("STOPPING=1");
    doors.close().await;
    office.store.close();
    Ok(())
}

pub(super) async fn told_to_stop() -> Result<(), StartError> {
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => tracing::info!("SIGTERM: stopping"),
        _ = int.recv() => tracing::info!("SIGINT: stopping"),
    }
    Ok(())
}

/// The open doors of a running office.
#[derive(Debug)]
pub struct Doors {
    stopper: Stopper,
    addresses: Vec<(&'static str, SocketAddr)>,
}

impl Doors {
    /// Where a door listens, where it is open.
    #[must_use]
    pub fn address(&self, door: &str) -> Option<SocketAddr> {
        self.addresses.iter().find(|(name, _)| *name == door).map(|(_, address)| *address)
    }

    /// Prints a line for each door.
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn say(&self) -> std::io::Result<()> {
        self.addresses.iter().try_for_each(|(door, address)| say(&format!("listening {door} {address}")))
    }

    /// Where pages are served.
    #[must_use]
    pub fn web(&self) -> Option<SocketAddr> {
        self.address("http")
    }

    /// Takes no more work, and waits until what was accepted is done.
    pub async fn close(self) {
        self.stopper.stop();
        if !self.stopper.drained(LAST_WORK).await {
            tracing::warn!("some work was still under way at the stop");
        }
    }
}

/// Opens every door of the configuration and starts what runs by the clock.
///
/// # Errors
/// Where a door cannot be opened.
pub async fn open(config: &Config, office: Arc<Office>) -> Result<Doors, StartError> {
    build::hold_many();
    let files = build::tls_files(config);
    ensure_self_signed(&files, &office.hostname)?;
    let certificate = Certificate::load(files)?;
    let (stopper, stop) = Stopper::new();
    let mut addresses = Vec::new();
    for (door, name) in [(Door::Smtp, "smtp"), (Door::Submission, "submission"), (Door::Submissions, "submissions")] {
        let Some(listener) = listen(config, name).await? else { continue };
        addresses.push((name, listener.local_addr()?));
        let tls = certificate.server_config(&[])?;
        tokio::spawn(smtp::serve(door, Arc::clone(&office), listener, Some(tls), Patience::default(), stop.clone()));
    }
    let mut manners = web::Manners::default();
    manners.caps.per_address = config.number("limits.web_per_address")?;
    manners.chat_per_second = u32::try_from(config.number("limits.chat_per_second")?).unwrap_or(u32::MAX);
    for (name, tls) in [("http", None), ("https", Some(certificate.server_config(&[b"h2", b"http/1.1"])?))] {
        let Some(listener) = listen(config, name).await? else { continue };
        addresses.push((name, listener.local_addr()?));
        serve_web(Arc::clone(&office), listener, tls, manners, stop.clone())?;
    }
    office.status.with_readers(config.addresses("metrics.allow")?);
    office.status.opened(&addresses, office.clock.now());
    let shown = Arc::clone(&certificate);
    office.status.with_certificate(move || shown.ends_at());
    tokio::spawn(Arc::clone(&certificate).follow(stop.clone()));
    tokio::spawn(scheduler::run(office, stop));
    Ok(Doors { stopper, addresses })
}

/// Pages are served on threads of their own, so that mail and pages do not wait for each other.
fn serve_web(
    office: Arc<Office>,
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    manners: web::Manners,
    stop: Stop,
) -> Result<(), StartError> {
    let listener = listener.into_std()?;
    std::thread::Builder::new().name("web".to_owned()).spawn(move || {
        let served = actix_web::rt::System::new().block_on(web::start(office, listener, tls, manners, stop));
        if let Err(error) = served {
            tracing::error!(%error, "the web server ended");
        }
    })?;
    Ok(())
}

async fn listen(config: &Config, name: &'static str) -> Result<Option<TcpListener>, StartError> {
    let address = config.get(&format!("listen.{name}")).to_owned();
    if address == "off" {
        return Ok(None);
    }
    let opened = TcpListener::bind(&address).await;
    opened.map(Some).map_err(|error| StartError::Door { door: name, address, error })
}
