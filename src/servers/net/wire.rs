//! A connection, in the clear or under TLS.

use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// One client's connection. Only TLS costs the memory of TLS.
#[derive(Debug)]
pub enum Wire {
    /// As it comes.
    Plain(TcpStream),
    /// Under TLS.
    Tls(Box<TlsStream<TcpStream>>),
    /// Over: what a handshake that failed leaves behind.
    Closed,
}

impl Wire {
    /// Whether nobody on the way can read along.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// Appends what comes next to `into`; 0 where the client closed. Safe to drop half-way.
    ///
    /// # Errors
    /// What the connection says.
    pub async fn read(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read_buf(into).await,
            Self::Tls(stream) => stream.read_buf(into).await,
            Self::Closed => Ok(0),
        }
    }

    /// Sends all of `bytes` at once, within `wait`.
    ///
    /// # Errors
    /// What the connection says; `TimedOut` where the client does not read.
    pub async fn write(&mut self, bytes: &[u8], wait: Duration) -> io::Result<()> {
        let sending = async {
            match self {
                Self::Plain(stream) => stream.write_all(bytes).await,
                Self::Tls(stream) => {
                    stream.write_all(bytes).await?;
                    stream.flush().await
                }
                Self::Closed => Err(io::ErrorKind::NotConnected.into()),
            }
        };
        tokio::time::timeout(wait, sending).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Says that nothing more is sent, and reads what still comes, within `wait`: a connection that is dropped with
    /// bytes unread is reset, and the client may never see why. RFC 9293 §3.6. Errors mean that the client has gone.
    pub async fn close(&mut self, wait: Duration) {
        let closing = async {
            let _ = match self {
                Self::Plain(stream) => stream.shutdown().await,
                Self::Tls(stream) => stream.shutdown().await,
                Self::Closed => return,
            };
            let mut unwanted = Vec::with_capacity(4096);
            while matches!(self.read(&mut unwanted).await, Ok(1..)) {
                unwanted.clear();
            }
        };
        let _ = tokio::time::timeout(wait, closing).await;
    }

    /// Starts TLS as the server, within `wait`. A wire that is not plain stays as it is.
    ///
    /// # Errors
    /// What the handshake says; `TimedOut` where it takes too long. The wire is closed then.
    pub async fn secure(&mut self, acceptor: &TlsAcceptor, wait: Duration) -> io::Result<()> {
        match std::mem::replace(self, Self::Closed) {
            Self::Plain(stream) => {
                let handshake = tokio::time::timeout(wait, acceptor.accept(stream));
                *self = Self::Tls(Box::new(handshake.await.map_err(|_| io::ErrorKind::TimedOut)??));
            }
            other => *self = other,
        }
        Ok(())
    }
}
