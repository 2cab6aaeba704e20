//! Where a request goes, as far as the text of its address tells.

use crate::services::outside::FetchError;
use url::{Host, Url};

/// The only port that is spoken to, but where a host is allowed by name.
const PORT: u16 = 443;
/// Longest address.
pub(super) const URL: usize = 2048;

/// What may be spoken to beyond the public Internet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leave<'a> {
    /// This machine, at any port: in tests.
    pub own_machine: bool,
    /// A host that the administrator allows by name.
    pub host: Option<&'a str>,
}

impl Leave<'_> {
    /// Whether the administrator allows this host.
    pub(super) fn allows(&self, host: &Host) -> bool {
        self.host.is_some_and(|allowed| is_named(host, allowed))
    }
}

/// Where a request goes.
#[derive(Debug)]
pub(super) struct Place {
    pub host: Host,
    pub port: u16,
    /// Whether nothing is sealed on the way.
    pub is_plain: bool,
    /// Host and port as the request names them.
    pub authority: String,
    /// Path and query.
    pub target: String,
}

impl Place {
    /// An address that is asked.
    pub(super) fn of(address: &str, leave: Leave<'_>) -> Result<Self, FetchError> {
        Self::with(address, ("https", "http"), leave)
    }

    /// An address that a line is opened to.
    pub(super) fn of_stream(address: &str, leave: Leave<'_>) -> Result<Self, FetchError> {
        Self::with(address, ("wss", "ws"), leave)
    }

    fn with(address: &str, (sealed, plain): (&str, &str), leave: Leave<'_>) -> Result<Self, FetchError> {
        let forbidden = |why: &str| FetchError::Forbidden(why.to_owned());
        let url = bare_url(address).ok_or_else(|| forbidden("not an address that is spoken to"))?;
        let host = url.host().ok_or_else(|| forbidden("no host"))?.to_owned();
        let is_allowed = leave.allows(&host);
        let is_plain = url.scheme() == plain;
        if url.scheme() != sealed && !(is_plain && is_allowed) {
            return Err(FetchError::Forbidden(format!("not an {sealed} address")));
        }
        let port = url.port_or_known_default().unwrap_or(PORT);
        if port != PORT && !leave.own_machine && !is_allowed {
            return Err(FetchError::Forbidden(format!("port {port} is not spoken to")));
        }
        let authority = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Self { host, port, is_plain, authority, target })
    }
}

/// An address with a host, and without a name and password.
fn bare_url(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok().filter(|_| address.len() <= URL)?;
    let is_bare = url.username().is_empty() && url.password().is_none();
    (url.has_host() && is_bare).then_some(url)
}

fn is_named(host: &Host, name: &str) -> bool {
    let bare = |text: &str| text.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    Host::parse(name).is_ok_and(|allowed| allowed == *host) || bare(&host.to_string()) == bare(name)
}

/// Whether an address is of this host.
pub(super) fn is_of(address: &str, host: &str) -> bool {
    bare_url(address).and_then(|url| url.host().map(|of| is_named(&of.to_owned(), host))).unwrap_or(false)
}

/// Whether two addresses are of one scheme, host and port.
pub(super) fn is_same_origin(one: &str, other: &str) -> bool {
    let origin = |address: &str| Url::parse(address).ok().map(|url| url.origin());
    origin(one).is_some_and(|one| Some(one) == origin(other))
}

/// The origin of an https address, as RFC 6454 §6.2 writes it; `None` for any other address.
#[must_use]
pub fn origin(address: &str) -> Option<String> {
    Some(bare_url(address).filter(|url| url.scheme() == "https")?.origin().ascii_serialization())
}
