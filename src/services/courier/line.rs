//! The line to another server: bounded, and clean where encryption begins.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that a server may say between two of our commands: a handshake with a long chain of certificates fits.
const ANSWER: usize = 256 * 1024;

/// A connection that bounds what the far side may say.
#[derive(Debug)]
pub(super) struct Line {
    stream: TcpStream,
    peer: SocketAddr,
    heard: usize,
    /// RFC 3207 §6: what stands in the clear behind the answer to STARTTLS must not be taken for what comes after the
    /// handshake. Read byte by byte, the answer takes nothing along that is not its own; the handshake meets the rest
    /// and fails.
    is_careful: bool,
}

impl Line {
    pub(super) const fn new(stream: TcpStream, peer: SocketAddr) -> Self {
        Self { stream, peer, heard: 0, is_careful: false }
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.heard > ANSWER {
            return Poll::Ready(Err(io::Error::other("the server says too much")));
        }
        let before = buf.filled().len();
        if self.is_careful && buf.remaining() > 1 {
            let mut one = [0];
            let mut small = ReadBuf::new(&mut one);
            std::task::ready!(Pin::new(&mut self.stream).poll_read(cx, &mut small))?;
            buf.put_slice(small.filled());
        } else {
            std::task::ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        }
        self.heard += buf.filled().len() - before;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.heard = 0;
        self.is_careful = bytes == b"STARTTLS\r\n";
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
