//! Mail from the world (port 25) and from own people (587, 465).
//!
//! Translates between `proto::smtp` and `services::arrive` and `services::signin`. One task a session; each command
//! is its own small function, and [`session`] is the loop that calls them.
//! Not here: who has a mailbox, whose address is whose, what becomes of a message (`services`).

mod auth;
mod envelope;
mod error;
mod inbox;
mod message;
mod session;
mod talk;

use crate::kernel::limits;
use crate::proto::smtp::Reply;
use crate::servers::net::accept::{self, Caps, Terms};
use crate::servers::net::pace::Tempo;
use crate::servers::net::rate::RateMap;
use crate::servers::net::stop::Stop;
use crate::servers::net::wire::Wire;
use crate::services::office::Office;
use rustls::ServerConfig;
use session::Session;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Connections at once: in all, so many that idle ones shut nobody out, and from one address.
const CAPS: Caps = Caps { total: 12_000, per_address: 20 };
/// Unknown recipients that one address may try within [`GUESS_WINDOW`].
const GUESSES: u32 = 100;
const GUESS_WINDOW: Duration = Duration::from_secs(600);
/// Addresses whose guesses are counted.
const GUESSERS: usize = 10_000;

/// How long clients are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For one command, from the answer before it to its end.
    pub command: Duration,
    /// For a session, whatever it does.
    pub session: Duration,
    /// For a text, from DATA to its final dot, or for a chunk.
    pub text: Tempo,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            command: limits::SMTP_COMMAND_WAIT,
            session: limits::SMTP_SESSION_TOTAL,
            text: Tempo::within(limits::SMTP_DATA_TOTAL),
        }
    }
}

/// Which door a client came in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Mail from the world. RFC 5321.
    Smtp,
    /// Mail from own people, who start TLS first. RFC 6409.
    Submission,
    /// Mail from own people, under TLS from the first byte. RFC 8314 §3.3.
    Submissions,
}

impl Door {
    /// The name in the log and in `listen.…`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Submission => "submission",
            Self::Submissions => "submissions",
        }
    }

    const fn needs_sign_in(self) -> bool {
        !matches!(self, Self::Smtp)
    }
}

/// What all sessions of a door share.
struct House {
    door: Door,
    office: Arc<Office>,
    tls: Option<TlsAcceptor>,
    patience: Patience,
    guesses: RateMap<IpAddr>,
    /// Bytes of text that sessions of this door hold in memory.
    held: AtomicUsize,
}

/// Serves one door until the office stops; sessions under way go on, each holding a clone of `stop` until it ends.
///
/// Without `tls` there is no STARTTLS and nobody can sign in.
pub async fn serve(
    door: Door,
    office: Arc<Office>,
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    patience: Patience,
    stop: Stop,
) {
    let house = Arc::new(House {
        door,
        office,
        tls: tls.map(TlsAcceptor::from),
        patience,
        guesses: RateMap::new(GUESS_WINDOW, GUESSERS),
        held: AtomicUsize::new(0),
    });
    let refusal = match door {
        Door::Smtp | Door::Submission => &b"421 4.7.0 Too many connections\r\n"[..],
        Door::Submissions => b"", // nothing can be said before TLS
    };
    let terms = Terms { name: door.name(), caps: CAPS, refusal, stop: stop.clone() };
    accept::accept(listener, terms, |stream, from| receive(Arc::clone(&house), stream, from, stop.clone())).await;
}

/// One connection, from its first byte to its last.
async fn receive(house: Arc<House>, stream: TcpStream, from: SocketAddr, stop: Stop) {
    let mut wire = Wire::Plain(stream);
    if house.door == Door::Submissions && !starts_tls(&house, &mut wire).await {
        return;
    }
    Session::new(house, wire, from.ip().to_canonical(), stop).run().await;
}

/// Whether the handshake went well; boxed, since it is over long before the session is.
async fn starts_tls(house: &House, wire: &mut Wire) -> bool {
    let Some(acceptor) = &house.tls else { return false };
    match Box::pin(wire.secure(acceptor, crate::servers::net::tls::HANDSHAKE_WAIT)).await {
        Ok(()) => true,
        Err(error) => {
            tracing::debug!(door = house.door.name(), %error, "no TLS session came about");
            false
        }
    }
}

/// How a session ends.
enum End {
    /// The client is not there any more.
    Gone,
    /// It is told this, and the connection is closed.
    Told(Reply),
}
