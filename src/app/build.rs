//! The composition root: from a configuration to an office.

use super::config::{Config, ConfigError};
use crate::domain::store::StoreError;
use crate::kernel::clock::Clock;
use crate::servers::net::tls::{TlsError, TlsFiles};
use crate::services::acme::{Kind, Plan};
use crate::services::courier::{Relay, SmtpCourier};
use crate::services::fetcher::HttpsFetcher;
use crate::services::office::{Office, Outside};
use crate::services::resolver::DnsResolver;
use crate::services::upkeep;
use rustix::fs::{FlockOperation, Mode};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::File;
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Why the office did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration.
    #[error("wrong configuration: {0}")]
    Config(#[from] ConfigError),
    /// The file.
    #[error("{}: {error}", path.display())]
    Store {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: StoreError,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A door cannot be opened.
    #[error("door {door} cannot listen on {address}: {error}")]
    Door {
        /// The door.
        door: &'static str,
        /// Its address.
        address: String,
        /// Why.
        error: io::Error,
    },
    /// A socket that systemd handed over cannot be used.
    #[error("systemd hands over a socket {0}")]
    Handed(String),
    /// Another process serves the folder.
    #[error("another hailstone serves {}; stop it first", .0.display())]
    Served(PathBuf),
    /// Anything of the system.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The threads that everything runs on.
///
/// # Errors
/// Where the system gives none.
pub fn runtime() -> io::Result<Runtime> {
    // More than one provider of cryptography could be linked in; this one is meant. A second call changes nothing.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

/// Lets the program hold as many connections as the system allows at the most: what it allows at first is meant for
/// programs that hold few.
pub fn hold_many() {
    let allowed = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: allowed.maximum, maximum: allowed.maximum }) {
        tracing::warn!(%error, "no more files may be open than at first");
    }
}

/// Opens the office that the configuration names, and makes its folder where there is none.
///
/// # Errors
/// See [`StartError`].
pub fn office(config: &Config) -> Result<Office, StartError> {
    office_with(config, outside(config)?)
}

/// Opens the office that the configuration names, with ways out of the caller's own.
///
/// # Errors
/// See [`StartError`].
pub fn office_with(config: &Config, outside: Outside) -> Result<Office, StartError> {
    office_at(config, outside, Clock::Wall)
}

/// Opens the office that the configuration names, with ways out and a clock of the caller's own.
///
/// # Errors
/// See [`StartError`].
pub fn office_at(config: &Config, outside: Outside, clock: Clock) -> Result<Office, StartError> {
    let folder = config.data();
    if !folder.exists() {
        std::fs::create_dir_all(&folder)?;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
    }
    let path = config.file();
    only_ours(&path)?;
    up_to_date(&path, &folder)?;
    Office::open(&path, clock, &config.hostname(), outside).map_err(|error| StartError::Store { path, error })
}

/// Brings a file of an older version up. Whoever serves the folder is asked to stop first.
fn up_to_date(path: &Path, folder: &Path) -> Result<(), StartError> {
    let of = |error| StartError::Store { path: path.to_owned(), error };
    if upkeep::is_older(path).map_err(of)? {
        let _lock = lock(folder)?;
        upkeep::upgrade(path).map_err(of)?;
    }
    Ok(())
}

/// Makes the file where there is none, so that nobody else on the machine can read it, wherever it lies. SQLite gives
/// its side files the same rights.
fn only_ours(path: &Path) -> io::Result<()> {
    match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The ways out that the configuration names: one relay, or every recipient's own servers.
fn outside(config: &Config) -> Result<Outside, StartError> {
    let hostname = config.hostname();
    let wrong =
        |key: &str, error: &dyn std::error::Error| ConfigError { key: key.to_owned(), wrong: error.to_string() };
    let resolver = DnsResolver::new(config.get("dns.server")).map_err(|error| wrong("dns.server", &error))?;
    let resolver = Arc::new(resolver);
    let fetcher = Arc::new(HttpsFetcher::new(resolver.clone()));
    let relay = config.get("relay.url");
    if relay.is_empty() {
        return Ok(Outside { resolver, courier: Arc::new(SmtpCourier::new(&hostname)), fetcher });
    }
    let relay: Arc<Relay> = Arc::new(relay.parse().map_err(|error| wrong("relay.url", &error))?);
    Ok(Outside { resolver: relay.clone(), courier: Arc::new(SmtpCourier::through(&hostname, relay)), fetcher })
}

/// Takes the folder for this process alone. It is given back when the file is closed.
///
/// # Errors
/// `Served` where another process has it.
pub fn lock(folder: &Path) -> Result<File, StartError> {
    let lock = rustix::fs::open(
        folder.join("office.lock"),
        rustix::fs::OFlags::RDWR | rustix::fs::OFlags::CREATE | rustix::fs::OFlags::CLOEXEC,
        Mode::RUSR | Mode::WUSR,
    );
    let lock = File::from(lock.map_err(io::Error::from)?);
    match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(lock),
        Err(_) => Err(StartError::Served(folder.to_owned())),
    }
}

/// Which certificate to ask an authority for; nothing where none is named.
///
/// # Errors
/// Where the configuration does not go together.
pub fn acme(config: &Config) -> Result<Option<Plan>, ConfigError> {
    let given = config.get("tls.acme.directory");
    let wrong = |key: &str, wrong: &str| ConfigError { key: key.to_owned(), wrong: wrong.to_owned() };
    if given.is_empty() {
        return Ok(None);
    }
    let directory = Plan::directory(given);
    if !directory.starts_with("https://") {
        return Err(wrong("tls.acme.directory", "neither letsencrypt nor an address that begins with https://"));
    }
    if !config.get("tls.certificate").is_empty() {
        return Err(wrong(
            "tls.acme.directory",
            "tls.certificate is set as well; one of the two gives the certificate",
        ));
    }
    let kind = Kind::named(config.get("tls.acme.challenge"));
    let hostname = config.hostname();
    if !hostname.contains('.') {
        return Err(wrong("office.hostname", "an authority wants a name with a dot, such as mail.example.org"));
    }
    Ok(Some(Plan {
        directory,
        contact: config.get("tls.acme.contact").to_owned(),
        root: Some(config.get("tls.acme.root")).filter(|path| !path.is_empty()).map(PathBuf::from),
        kind: kind.ok_or_else(|| wrong("tls.acme.challenge", "neither http-01 nor tls-alpn-01"))?,
        hostname,
        account: config.data().join("acme-account.json"),
        file: config.data().join("acme-certificate.pem"),
    }))
}

/// Where the certificate that is shown and its key lie: an authority's, as configured, or in the data folder.
#[must_use]
pub fn tls_files(config: &Config, plan: Option<&Plan>) -> TlsFiles {
    if let Some(plan) = plan {
        return TlsFiles { certificate: plan.file.clone(), key: plan.file.clone() };
    }
    let given = |key: &str, usual: &str| match config.get(key) {
        "" => config.data().join(usual),
        path => PathBuf::from(path),
    };
    TlsFiles { certificate: given("tls.certificate", "certificate.pem"), key: given("tls.key", "key.pem") }
}
