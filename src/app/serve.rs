//! Serving: opens the doors, says so, and closes them in order when told to stop.

use super::build::{self, StartError};
use super::config::{self, Config, ConfigError};
use super::handed::Handed;
use super::notify::Notifier;
use super::verbs::say;
use crate::servers::net::renew;
use crate::servers::net::stop::{Stop, Stopper};
use crate::servers::net::tls::{Certificate, ensure_interim, ensure_self_signed};
use crate::servers::smtp::{self, Door, Patience};
use crate::servers::{scheduler, web};
use crate::services::acme::{ALPN, Kind, Plan};
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
    let handed = Handed::taken()?;
    let office = Arc::new(build::office(config)?);
    office.status.with_journal(journal);
    let _lock = build::lock(&config.data())?;
    let doors = open_with(config, Arc::clone(&office), handed).await?;
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
    open_with(config, office, Handed::default()).await
}

/// Opens every door of the configuration, those with the sockets that were handed over, and starts what runs by the clock.
///
/// # Errors
/// Where a door cannot be opened.
pub async fn open_with(config: &Config, office: Arc<Office>, mut handed: Handed) -> Result<Doors, StartError> {
    build::hold_many();
    office.status.with_readers(config.addresses("metrics.allow")?);
    office.status.with_proxies(config.networks("web.trusted_proxies")?);
    let plan = build::acme(config)?;
    let certificate = certificate(config, &office, plan.as_ref())?;
    let (stopper, stop) = Stopper::new();
    let mut addresses = Vec::new();
    for (door, name) in [(Door::Smtp, "smtp"), (Door::Submission, "submission"), (Door::Submissions, "submissions")] {
        for listener in listeners(config, name, &mut handed).await? {
            addresses.push((name, listener.local_addr()?));
            let (office, tls) = (Arc::clone(&office), certificate.server_config(&[])?);
            tokio::spawn(smtp::serve(door, office, listener, Some(tls), Patience::default(), stop.clone()));
        }
    }
    let (plain, sealed) =
        (listeners(config, "http", &mut handed).await?, listeners(config, "https", &mut handed).await?);
    needed(config, plan.as_ref(), !plain.is_empty(), !sealed.is_empty())?;
    let mut manners = manners(config)?;
    let tls = certificate.server_config(alpn(plan.as_ref()))?;
    for listener in sealed {
        let at = listener.local_addr()?;
        addresses.push(("https", at));
        manners.sealed_port = manners.sealed_port.or(Some(at.port()));
        let manners = web::Manners { sealed_port: None, ..manners };
        serve_web(Arc::clone(&office), listener, Some(Arc::clone(&tls)), manners, stop.clone())?;
    }
    manners.sealed_port = manners.sealed_port.filter(|_| config.is_on("web.redirect").unwrap_or(false));
    for listener in plain {
        addresses.push(("http", listener.local_addr()?));
        serve_web(Arc::clone(&office), listener, None, manners, stop.clone())?;
    }
    office.status.opened(&addresses, office.clock.now());
    let shown = Arc::clone(&certificate);
    office.status.with_certificate(move || shown.ends_at());
    tokio::spawn(Arc::clone(&certificate).follow(stop.clone()));
    if let Some(plan) = plan {
        tokio::spawn(renew::keep(Arc::clone(&office), certificate, plan, stop.clone()));
    }
    tokio::spawn(scheduler::run(office, stop));
    Ok(Doors { stopper, addresses })
}

/// The certificate that is shown: an authority's, or one from files; at first one of the office's own making.
fn certificate(config: &Config, office: &Office, plan: Option<&Plan>) -> Result<Arc<Certificate>, StartError> {
    let files = build::tls_files(config, plan);
    match plan {
        Some(plan) => ensure_interim(&plan.file, &office.hostname)?,
        None => {
            ensure_self_signed(&files, &office.hostname)?;
        }
    }
    Ok(Certificate::load(files, Arc::clone(&office.status.proofs))?)
}

/// The protocols of the https door, the one of authorities among them where they look there.
fn alpn(plan: Option<&Plan>) -> &'static [&'static [u8]] {
    match plan {
        Some(plan) if plan.kind == Kind::TlsAlpn => &[b"h2", b"http/1.1", ALPN],
        _ => &[b"h2", b"http/1.1"],
    }
}

/// What goes wrong at every look, or sends people to a door that is not open, is better told at the start.
fn needed(config: &Config, plan: Option<&Plan>, has_plain: bool, has_sealed: bool) -> Result<(), ConfigError> {
    let wrong = |key: &str, wrong: &str| Err(ConfigError { key: key.to_owned(), wrong: wrong.to_owned() });
    match plan.map(|plan| plan.kind) {
        Some(Kind::Http) if !has_plain => {
            wrong("tls.acme.challenge", "http-01 needs listen.http, which the authority asks at port 80")
        }
        Some(Kind::TlsAlpn) if !has_sealed => {
            wrong("tls.acme.challenge", "tls-alpn-01 needs listen.https, which the authority asks at port 443")
        }
        _ if config.is_on("web.redirect")? && !has_sealed => {
            wrong("web.redirect", "needs listen.https, which it would send people to")
        }
        _ => Ok(()),
    }
}

fn manners(config: &Config) -> Result<web::Manners, StartError> {
    let mut manners = web::Manners::default();
    manners.caps.per_address = config.number("limits.web_per_address")?;
    manners.chat_per_second = u32::try_from(config.number("limits.chat_per_second")?).unwrap_or(u32::MAX);
    Ok(manners)
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

/// The sockets of a door: those that were handed over, else those that are opened as configured; none where it is off.
async fn listeners(config: &Config, name: &'static str, handed: &mut Handed) -> Result<Vec<TcpListener>, StartError> {
    let mut found = Vec::new();
    for listener in handed.of(name) {
        listener.set_nonblocking(true)?;
        found.push(TcpListener::from_std(listener)?);
    }
    let given = config.get(&format!("listen.{name}"));
    if !found.is_empty() || given == "off" {
        return Ok(found);
    }
    for address in given.split(',').map(str::trim) {
        let opened = TcpListener::bind(address).await;
        let address = address.to_owned();
        found.push(opened.map_err(|error| StartError::Door { door: name, address, error })?);
    }
    Ok(found)
}
