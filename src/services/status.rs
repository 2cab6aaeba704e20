//! How the running office stands: what only the process itself knows, for the page that answers "is all well?".

use crate::kernel::clock::Moment;
use crate::services::acme::Proofs;
use crate::services::dns::Report;
use crate::services::journal::Journal;
use crate::services::metrics::Counters;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Tells when the certificate in use ends; nothing where that cannot be read.
type Ends = Box<dyn Fn() -> Option<Moment> + Send + Sync>;

/// How it stands with renewing the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Tries that failed in a row.
    pub failures: u32,
    /// What went wrong at the last; empty where nothing did.
    pub trouble: String,
    /// When it is tried next.
    pub next_at: Moment,
}

/// What the process knows of itself.
#[derive(Default)]
pub struct Status {
    doors: Mutex<Vec<(&'static str, SocketAddr)>>,
    opened_at: OnceLock<Moment>,
    certificate: OnceLock<Ends>,
    readers: OnceLock<Vec<IpAddr>>,
    journal: OnceLock<Arc<Journal>>,
    dns: Mutex<Option<Report>>,
    /// Held while the Domain Name System is asked because somebody said so.
    pub naming: tokio::sync::Mutex<()>,
    proxies: OnceLock<Vec<IpNet>>,
    renewal: Mutex<Option<Renewal>>,
    /// What is shown to an authority that is asked for a certificate.
    pub proofs: Arc<Proofs>,
    /// Held while the office copies itself: one copy at a time.
    pub copying: tokio::sync::Mutex<()>,
    /// What is counted while the office runs.
    pub counters: Counters,
}

impl Status {
    /// The doors were opened.
    pub fn opened(&self, doors: &[(&'static str, SocketAddr)], at: Moment) {
        doors.clone_into(&mut self.doors.lock().unwrap_or_else(PoisonError::into_inner));
        let _ = self.opened_at.set(at);
    }

    /// How to ask for the end of the certificate.
    pub fn with_certificate(&self, ends: impl Fn() -> Option<Moment> + Send + Sync + 'static) {
        let _ = self.certificate.set(Box::new(ends));
    }

    /// How it stands with renewing the certificate.
    pub fn renewal(&self, now: Renewal) {
        *self.renewal.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// How it stands with renewing the certificate; nothing where no authority gives it.
    #[must_use]
    pub fn renewed(&self) -> Option<Renewal> {
        self.renewal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Who may read the office's numbers without signing in.
    pub fn with_readers(&self, readers: Vec<IpAddr>) {
        let _ = self.readers.set(readers);
    }

    /// What the Domain Name System said when it was asked last.
    pub(super) fn looked_up(&self, report: Report) {
        *self.dns.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
    }

    /// What the Domain Name System said when it was asked last; nothing where it was not since the start.
    #[must_use]
    pub fn dns(&self) -> Option<Report> {
        self.dns.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where the log keeps its last lines.
    pub fn with_journal(&self, journal: Arc<Journal>) {
        let _ = self.journal.set(journal);
    }

    /// The last lines of the log; none where the log was not started, as in tests.
    pub fn journal(&self) -> &Journal {
        self.journal.get_or_init(Arc::default)
    }

    /// Whose word is believed on whom they speak for.
    pub fn with_proxies(&self, proxies: Vec<IpNet>) {
        let _ = self.proxies.set(proxies);
    }

    /// Whether whoever is at this address is believed on whom they speak for.
    #[must_use]
    pub fn is_proxy(&self, from: IpAddr) -> bool {
        self.proxies.get().is_some_and(|proxies| proxies.iter().any(|proxy| proxy.contains(&from.to_canonical())))
    }

    /// Whether whoever is at this address may read the office's numbers without signing in.
    #[must_use]
    pub fn may_read(&self, from: IpAddr) -> bool {
        self.readers.get().is_some_and(|readers| readers.contains(&from.to_canonical()))
    }

    /// The open doors, with their addresses.
    #[must_use]
    pub fn doors(&self) -> Vec<(&'static str, SocketAddr)> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// When the doors were opened.
    #[must_use]
    pub fn opened_at(&self) -> Option<Moment> {
        self.opened_at.get().copied()
    }

    /// When the certificate in use ends.
    #[must_use]
    pub fn certificate_ends(&self) -> Option<Moment> {
        self.certificate.get().and_then(|ends| ends())
    }
}

impl std::fmt::Debug for Status {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Status").field("doors", &self.doors()).finish_non_exhaustive()
    }
}
