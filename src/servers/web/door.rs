//! The web's door: how many connections one address may hold, and how fast what is posted has to come.

use crate::kernel::limits;
use crate::servers::net::accept::{Caps, Seats, say_at_once};
use crate::servers::net::pace::{Pace, Tempo};
use crate::services::status::Status;
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::{Extensions, Payload};
use actix_web::error::PayloadError;
use actix_web::rt::net::TcpStream;
use futures_util::{StreamExt as _, stream};
use rustix::net::{Shutdown, shutdown};
use std::any::Any;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Said to a connection that is one too many; under TLS it is only closed.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 60\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
/// Longest a form may take to come in and be answered, without files and with them.
const FORM_WAIT: Duration = Duration::from_secs(30);
/// See [`FORM_WAIT`].
const FILES_WAIT: Duration = Duration::from_secs(600);

/// What visitors are held to.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// How many connections at once.
    pub caps: Caps,
    /// For a form without files.
    pub form: Tempo,
    /// For a form with files.
    pub files: Tempo,
    /// Port of the https door that who comes in the clear is sent on to; nothing where they are let in as they are.
    pub sealed_port: Option<u16>,
    /// Deeds a person may do in chat each second, in the long run; zero for as many as they like.
    pub chat_per_second: u32,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            caps: Caps { total: limits::WEB_CONNECTIONS, per_address: limits::WEB_PER_ADDRESS },
            form: Tempo::within(FORM_WAIT),
            files: Tempo::within(FILES_WAIT),
            sealed_port: None,
            chat_per_second: limits::CHAT_PER_SECOND,
        }
    }
}

/// Gives a new connection its seat, which it keeps in `data` until it ends, or shuts it.
pub fn seat(seats: &Arc<Seats>, status: &Status, connection: &dyn Any, data: &mut Extensions) {
    let plain = connection.downcast_ref::<TcpStream>();
    let under_tls = connection.downcast_ref::<TlsStream<TcpStream>>();
    let refusal = if plain.is_some() { REFUSAL } else { b"" };
    let Some(stream) = plain.or_else(|| under_tls.map(|tls| tls.get_ref().0)) else { return };
    // Who is gone already has no address, and needs no seat.
    let Ok(from) = stream.peer_addr() else { return };
    // A proxy comes for many.
    let taken =
        if status.is_proxy(from.ip()) { Seats::take_any(seats, from.ip()) } else { Seats::take(seats, from.ip()) };
    if let Some(seat) = taken {
        data.insert(seat);
        return;
    }
    tracing::debug!(door = "web", from = %from.ip(), "too many connections");
    say_at_once(stream, refusal);
    let _ = shutdown(stream, Shutdown::Both); // reads as an end, so that the connection is dropped as any other
}

/// What is posted, as long as it keeps its pace; then an error.
pub fn paced(payload: Payload, tempo: Tempo) -> Payload {
    let pieces = stream::unfold((payload, Pace::new(tempo)), |(mut payload, mut pace)| async move {
        loop {
            let Some(wait) = pace.allowance() else {
                let late = PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, "a form that came too slowly"));
                return Some((Err(late), (payload, pace)));
            };
            // Where the window is over the pace says whether enough came in it.
            let Ok(next) = tokio::time::timeout(wait, payload.next()).await else { continue };
            if let Some(Ok(bytes)) = &next {
                pace.count(bytes.len());
            }
            return next.map(|next| (next, (payload, pace)));
        }
    });
    // A form in parts asks once more after the end.
    Payload::Stream { payload: Box::pin(pieces.fuse()) }
}
