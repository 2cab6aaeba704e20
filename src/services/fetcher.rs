//! The fetcher: speaks HTTPS to the world on the office's behalf, to addresses that strangers may have chosen.
//!
//! So it looks up the name itself, refuses what is not of the public Internet, and connects to the very address it has
//! looked at; nothing looks the name up a second time. It follows no redirect of what it posts, waits 15 seconds in all, and
//! reads a small answer. What it only reads may be sent on a few times, each time looked at anew, and may be as large and
//! take as long as who asks says. A host that the administrator allows by name may be of an own network, and speak plain
//! http at any port. HTTP/1.1 by `hyper` on our own connection. No error quotes an address: it may hold a key.

mod guard;
mod place;
#[cfg(test)]
mod tests;
mod unpack;

pub use place::origin;
pub use unpack::unpacked;

use crate::kernel::clock::Clock;
use crate::services::outside::{Answer, FetchError, Fetcher, Get, Later, Page, Post, Reach, Wire};
use crate::services::resolver::DnsResolver;
use guard::{is_never, is_public};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{
    CONTENT_ENCODING, DATE, ETAG, HOST, HeaderMap, HeaderName, LAST_MODIFIED, LOCATION, RETRY_AFTER, USER_AGENT,
};
use hyper_util::rt::TokioIo;
use place::{Leave, Place};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// What asks, to who keeps the other end: neither which program nor whose it is is theirs to know. RFC 9110 §10.1.5.
const PRODUCT: &str = "Office";
/// The longest that one exchange may take.
const WHOLE: Duration = Duration::from_secs(15);
/// Reaching one address.
const CONNECT: Duration = Duration::from_secs(5);
/// Addresses of a host that are tried.
const ADDRESSES: usize = 4;
/// Bytes of an answer that are read.
const ANSWER: usize = 16 * 1024;
/// Bytes of a header that is kept.
const HEADER: usize = 500;
/// Headers that tell no secret, and go along wherever a request is sent on to.
const OPEN: [&str; 4] = ["accept", "accept-encoding", "if-none-match", "if-modified-since"];

/// Speaks HTTPS to the public Internet.
pub struct HttpsFetcher {
    resolver: Arc<DnsResolver>,
    /// A certificate that is believed besides those of the system, and with it this machine and any port: for tests.
    own_machine: Option<CertificateDer<'static>>,
    tls: OnceLock<Arc<ClientConfig>>,
}

impl HttpsFetcher {
    /// A fetcher that looks names up by `resolver`.
    #[must_use]
    pub const fn new(resolver: Arc<DnsResolver>) -> Self {
        Self { resolver, own_machine: None, tls: OnceLock::new() }
    }

    /// The same, but this machine may be spoken to, at any port, where it shows `certificate`: for tests.
    #[must_use]
    pub fn with_own_machine(self, certificate: CertificateDer<'static>) -> Self {
        Self { own_machine: Some(certificate), ..self }
    }

    /// The system's certificates are read at the first need: an office that pushes nothing needs none.
    fn tls(&self) -> Result<Arc<ClientConfig>, FetchError> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.own_machine.clone());
        if roots.is_empty() {
            return Err(FetchError::Later("this machine has no certificates to believe in".to_owned()));
        }
        let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(self.tls.get_or_init(|| Arc::new(config)).clone())
    }

    /// What may be spoken to for an address beyond the public Internet.
    fn leave<'a>(&self, url: &str, host: &'a str) -> Leave<'a> {
        let host = Some(host).filter(|host| !host.is_empty() && place::is_of(url, host));
        Leave { own_machine: self.own_machine.is_some(), host }
    }

    async fn exchange(&self, post: &Post) -> Result<Answer, FetchError> {
        let leave = self.leave(&post.url, "");
        let place = Place::of(&post.url, leave)?;
        let stream = self.connect(&place, leave).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let connection = tokio::spawn(connection);
        let answer = answered(&mut sender, request(post, &place)?).await;
        connection.abort();
        answer
    }

    /// Reads an address, and where that sends on, as often as is allowed.
    async fn read(&self, get: &Get) -> Result<Page, FetchError> {
        let leave = self.leave(&get.url, &get.host);
        let mut url = get.url.clone();
        for _ in 0..=get.sent_on {
            let place = Place::of(&url, leave)?;
            let stream = self.connect(&place, leave).await?;
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
            let connection = tokio::spawn(connection);
            let page = whole(&mut sender, asked(get, &place, place::is_same_origin(&get.url, &url))?, get.most).await;
            connection.abort();
            match page? {
                Told::Page(page) => return Ok(page),
                Told::Elsewhere(to) => {
                    let next = Url::parse(&url).and_then(|base| base.join(&to));
                    url = next.map_err(|_| FetchError::Forbidden("it is sent on to nowhere".to_owned()))?.into();
                }
            }
        }
        Err(FetchError::Later("it is sent on too often".to_owned()))
    }

    /// Where a name leads: nowhere, as soon as one of its addresses is not of the public Internet.
    async fn addresses(&self, place: &Place, leave: Leave<'_>) -> Result<Vec<IpAddr>, FetchError> {
        let found = match &place.host {
            Host::Domain(name) => {
                let found = self.resolver.addresses_of(name).await;
                found.map_err(|error| FetchError::Later(error.to_string()))?
            }
            Host::Ipv4(ip) => vec![IpAddr::V4(*ip)],
            Host::Ipv6(ip) => vec![IpAddr::V6(*ip)],
        };
        let is_allowed = leave.allows(&place.host);
        let may_go_to = |ip: &IpAddr| {
            is_public(*ip) || is_allowed && !is_never(*ip) || leave.own_machine && ip.to_canonical().is_loopback()
        };
        if found.is_empty() {
            return Err(FetchError::NoHost(place.host.to_string()));
        }
        if !found.iter().all(may_go_to) {
            return Err(FetchError::Forbidden(format!("{} is no place on the public Internet", place.host)));
        }
        Ok(found)
    }

    async fn connect(&self, place: &Place, leave: Leave<'_>) -> Result<Box<dyn Wire>, FetchError> {
        let mut trouble = FetchError::Later("it has no address".to_owned());
        for address in self.addresses(place, leave).await?.into_iter().take(ADDRESSES) {
            match timeout(CONNECT, TcpStream::connect(SocketAddr::new(address, place.port))).await {
                Ok(Ok(stream)) if place.is_plain => return Ok(Box::new(stream)),
                Ok(Ok(stream)) => {
                    let name = ServerName::try_from(place.host.to_string().trim_matches(['[', ']']).to_owned());
                    let name = name.map_err(|_| FetchError::Forbidden("a name that proves nothing".to_owned()))?;
                    let stream = TlsConnector::from(self.tls()?).connect(name, stream).await.map_err(broken)?;
                    return Ok(Box::new(stream));
                }
                Ok(Err(error)) => trouble = broken(error),
                Err(_) => trouble = FetchError::Later("no connection in time".to_owned()),
            }
        }
        Err(trouble)
    }
}

fn request(post: &Post, place: &Place) -> Result<Request<Full<Bytes>>, FetchError> {
    let mut request = Request::post(&place.target).header(HOST, &place.authority).header(USER_AGENT, PRODUCT);
    for (name, value) in &post.headers {
        request = request.header(*name, value);
    }
    let body = Full::new(Bytes::from(post.body.clone()));
    request.body(body).map_err(|error| FetchError::Forbidden(error.to_string()))
}

/// What a server says of a page.
enum Told {
    /// The page.
    Page(Page),
    /// That it is somewhere else.
    Elsewhere(String),
}

fn asked(get: &Get, place: &Place, is_at_home: bool) -> Result<Request<Full<Bytes>>, FetchError> {
    let mut request = Request::get(&place.target).header(HOST, &place.authority).header(USER_AGENT, PRODUCT);
    for (name, value) in get.headers.iter().filter(|(name, _)| is_at_home || OPEN.contains(name)) {
        request = request.header(*name, value);
    }
    request.body(Full::default()).map_err(|error| FetchError::Forbidden(error.to_string()))
}

async fn whole(
    sender: &mut http1::SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    most: usize,
) -> Result<Told, FetchError> {
    let answer = sender.send_request(request).await.map_err(broken)?;
    let (head, body) = answer.into_parts();
    let status = head.status.as_u16();
    if matches!(status, 301 | 302 | 303 | 307 | 308) {
        return Ok(Told::Elsewhere(header(&head.headers, &LOCATION)));
    }
    let body = Limited::new(body, most).collect().await;
    let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => unpack::too_large(most),
        None => FetchError::Later(error.to_string()),
    })?;
    let body = match header(&head.headers, &CONTENT_ENCODING).to_ascii_lowercase().as_str() {
        "" | "identity" => body.to_bytes().to_vec(),
        "gzip" | "x-gzip" => unpacked(&body.to_bytes(), most)?,
        _ => return Err(FetchError::Later("it is packed in a way that was not asked for".to_owned())),
    };
    Ok(Told::Page(Page {
        status,
        etag: header(&head.headers, &ETAG),
        modified: header(&head.headers, &LAST_MODIFIED),
        retry_after: asked_wait(&head.headers),
        body,
    }))
}

/// How long who answers asks to be left alone: seconds, or a date, which is held against the date the answer itself bears, so
/// that clocks need not agree. RFC 9110 §10.2.3.
fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let said = header(headers, &RETRY_AFTER);
    let date = |said: &str| chrono::DateTime::parse_from_rfc2822(said).ok();
    said.parse().map(Duration::from_secs).ok().or_else(|| {
        let until = date(&said)?.timestamp_millis();
        let now =
            date(&header(headers, &DATE)).map_or_else(|| Clock::Wall.now().millis(), |now| now.timestamp_millis());
        Some(Duration::from_millis(u64::try_from(until - now).unwrap_or_default()))
    })
}

/// A header, where it is there and not too long.
fn header(headers: &HeaderMap, name: &HeaderName) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    let most = if name == LOCATION { place::URL } else { HEADER };
    if value.len() <= most { value.to_owned() } else { String::new() }
}

async fn answered(
    sender: &mut http1::SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Answer, FetchError> {
    let answer = sender.send_request(request).await.map_err(broken)?;
    let (head, body) = answer.into_parts();
    let retry_after = asked_wait(&head.headers);
    // What is said beyond the cap, or not to the end, is not needed: the status is the answer.
    let body = Limited::new(body, ANSWER).collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    Ok(Answer { status: head.status.as_u16(), retry_after, body })
}

fn broken(error: impl std::fmt::Display) -> FetchError {
    FetchError::Later(error.to_string())
}

impl Fetcher for HttpsFetcher {
    fn post<'a>(&'a self, post: &'a Post) -> Later<'a, Result<Answer, FetchError>> {
        Box::pin(async move {
            let late = || FetchError::Later("no answer in time".to_owned());
            timeout(WHOLE, self.exchange(post)).await.unwrap_or_else(|_| Err(late()))
        })
    }

    fn get<'a>(&'a self, get: &'a Get) -> Later<'a, Result<Page, FetchError>> {
        Box::pin(async move {
            let late = || FetchError::Later("no answer in time".to_owned());
            timeout(get.within, self.read(get)).await.unwrap_or_else(|_| Err(late()))
        })
    }

    fn open<'a>(&'a self, to: &'a Reach) -> Later<'a, Result<Box<dyn Wire>, FetchError>> {
        Box::pin(async move {
            let late = || FetchError::Later("no connection in time".to_owned());
            let leave = self.leave(&to.url, &to.host);
            let place = Place::of_stream(&to.url, leave)?;
            timeout(WHOLE, self.connect(&place, leave)).await.unwrap_or_else(|_| Err(late()))
        })
    }
}
