//! The outside world as the office sees it. Tests hand in their own.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// An answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Asks the Domain Name System.
pub trait Resolver: Send + Sync {
    /// Mail exchangers of `domain`, to be tried in this order. RFC 5321 §5.1.
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>>;

    /// The records of a kind that a name has, as a zone writes their values; none where there are none. Who only finds
    /// exchangers knows of none.
    fn records<'a>(&'a self, _: RecordKind, name: &'a str) -> Later<'a, Result<Vec<String>, LookupError>> {
        Box::pin(async move { Err(LookupError::Failed(name.to_owned())) })
    }
}

/// What is asked of the Domain Name System beside mail exchangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// Mail exchangers: `10 mail.example.org`.
    Mx,
    /// Texts, each as one.
    Txt,
    /// Services: `0 1 465 mail.example.org`.
    Srv,
    /// Addresses of either kind.
    Address,
    /// The name of an address.
    Ptr,
}

impl RecordKind {
    /// The name in a zone.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mx => "MX",
            Self::Txt => "TXT",
            Self::Srv => "SRV",
            Self::Address => "A, AAAA",
            Self::Ptr => "PTR",
        }
    }
}

/// A host that takes mail for a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanger {
    /// Its name.
    pub host: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// The port to speak to; 25 but in tests.
    pub port: u16,
}

/// Why a look-up gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// The domain does not exist, or says that it takes no mail (RFC 7505). Final.
    #[error("{0} takes no mail")]
    NoMail(String),
    /// No answer; to be asked again.
    #[error("the look-up of {0} failed")]
    Failed(String),
}

/// Hands messages to other servers.
pub trait Courier: Send + Sync {
    /// Offers a message to one server. Each recipient gets an answer of its own.
    fn offer<'a>(&'a self, to: &'a Exchanger, parcel: &'a Parcel) -> Later<'a, Result<Vec<Receipt>, OfferError>>;
}

/// A message with its envelope.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Where a bounce goes; `None` for a bounce itself.
    pub reverse_path: Option<String>,
    /// To whom.
    pub recipients: Vec<String>,
    /// The message, with CR LF line ends.
    pub bytes: Vec<u8>,
}

/// What a far server said of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The recipient.
    pub address: String,
    /// The reply code: 2xx taken, 4xx later, 5xx never.
    pub code: u16,
    /// Its words.
    pub words: String,
}

/// Why no answer came for any recipient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OfferError(pub String);

/// Speaks HTTPS to the world.
pub trait Fetcher: Send + Sync {
    /// Posts to an address that a stranger may have chosen. Addresses that are not of the public Internet are refused.
    fn post<'a>(&'a self, post: &'a Post) -> Later<'a, Result<Answer, FetchError>>;

    /// Reads what is at an address that a stranger may have chosen, with the same care. Who only posts reads nothing.
    fn get<'a>(&'a self, _: &'a Get) -> Later<'a, Result<Page, FetchError>> {
        Box::pin(async { Err(FetchError::Forbidden("nothing is read from outside".to_owned())) })
    }

    /// Opens a line to an address, with the same care, for what goes both ways on it: `wss`, or `ws` to a host that the
    /// administrator allows.
    fn open<'a>(&'a self, _: &'a Reach) -> Later<'a, Result<Box<dyn Wire>, FetchError>> {
        Box::pin(async { Err(FetchError::Forbidden("nothing is opened to the outside".to_owned())) })
    }
}

/// A line that bytes go over both ways.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Where a line is opened to.
#[derive(Clone, PartialEq, Eq)]
pub struct Reach {
    /// The address; it may hold a key.
    pub url: String,
    /// A host that the administrator allows by name: see [`Get::host`].
    pub host: String,
}

/// A request for what is at an address. It is never printed: address and headers may hold a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Get {
    /// Where: an https address.
    pub url: String,
    /// Its headers but for the host. Those that tell a key are not told where it is sent on to another host.
    pub headers: Vec<(&'static str, String)>,
    /// Bytes that are read at the most, after unpacking; what is longer is refused.
    pub most: usize,
    /// The longest it may take in all.
    pub within: Duration,
    /// How often it may be sent on.
    pub sent_on: usize,
    /// A host that the administrator allows by name, wherever it is: where the address is of this host, plain http, any
    /// port and addresses of an own network are spoken to. Nothing where it is empty.
    pub host: String,
}

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The status: 304 where it is what was read before.
    pub status: u16,
    /// Names this version of it: `ETag`.
    pub etag: String,
    /// When it last changed: `Last-Modified`.
    pub modified: String,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// What is there.
    pub body: Vec<u8>,
}

/// A request with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Where to: an https address.
    pub url: String,
    /// Its headers but for the host.
    pub headers: Vec<(&'static str, String)>,
    /// What it carries.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status: 2xx taken, 4xx refused, 5xx later.
    pub status: u16,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// Its words, cut.
    pub body: Vec<u8>,
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address may not be spoken to. Final.
    #[error("{0}")]
    Forbidden(String),
    /// Nobody knows a host of this name.
    #[error("there is no host {0}")]
    NoHost(String),
    /// No answer; to be tried again.
    #[error("{0}")]
    Later(String),
}
