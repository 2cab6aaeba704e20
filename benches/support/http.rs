//! A browser's side of HTTP/1.1, as little of it as a load needs: connections that stay open, requests made before.

use memchr::memmem;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// Where a number stands in a request made before; [`DIGITS`] characters.
pub const PLACE: &str = "########";
/// Characters of a number in a request.
pub const DIGITS: usize = PLACE.len();

/// One connection.
pub struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
    /// The whole last answer.
    pub last: Vec<u8>,
}

/// What was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub status: u16,
    /// Bytes of head and body.
    pub bytes: usize,
}

impl Client {
    /// Connects.
    pub async fn open(to: SocketAddr) -> io::Result<Self> {
        Self::open_from(to, 1).await
    }

    /// Connects as [`connect`] does.
    pub async fn open_from(to: SocketAddr, number: usize) -> io::Result<Self> {
        Ok(Self { stream: connect(to, number).await?, unread: Vec::with_capacity(4096), last: Vec::new() })
    }

    /// Sends a request and hears the whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request).await?;
        loop {
            if let Some(answer) = whole(&self.unread)? {
                self.last.clear();
                self.last.extend(self.unread.drain(..answer.bytes));
                return Ok(answer);
            }
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// Connects from the `number`th address of this machine: one address has ports for 28,000 connections.
pub async fn connect(to: SocketAddr, number: usize) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let last = u8::try_from(number % 250).unwrap_or_default() + 1;
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0)))?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The first answer, once all of it is there.
fn whole(bytes: &[u8]) -> io::Result<Option<Answer>> {
    let Some(head) = memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4) else { return Ok(None) };
    let broken = || io::Error::other("this is not an answer");
    let text = str::from_utf8(&bytes[..head]).map_err(|_| broken())?;
    let status = text.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let mut body = Some(0);
    for line in text.lines() {
        let (name, value) = line.split_once(": ").unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            body = Some(value.parse().map_err(|_| broken())?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            body = memmem::find(&bytes[head - 2..], b"\r\n0\r\n\r\n").map(|at| at + 5);
        }
    }
    Ok(body.map(|body| Answer { status, bytes: head + body }).filter(|answer| answer.bytes <= bytes.len()))
}

/// A request ready to be sent, but for the numbers in it.
#[derive(Clone)]
pub struct Request {
    pub bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Request {
    /// A page, asked for by whoever has the session.
    pub fn page(to: SocketAddr, token: &str, address: &str) -> Self {
        let head = format!("GET {address} HTTP/1.1\r\nHost: {to}\r\nCookie: hs_session={token}\r\n\r\n");
        Self::of(head)
    }

    /// A form as the page's own script posts it. Every [`PLACE`] in its fields takes a number.
    pub fn form(to: SocketAddr, token: &str, address: &str, fields: &str) -> Self {
        Self::of(format!(
            "POST {address} HTTP/1.1\r\nHost: {to}\r\nOrigin: http://{to}\r\nCookie: hs_session={token}\r\n\
             Accept: text/vnd.hailstone.fragment+html\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{fields}",
            fields.len(),
        ))
    }

    fn of(text: String) -> Self {
        let places = text.match_indices(PLACE).map(|(at, _)| at).collect();
        Self { bytes: text.into_bytes(), places }
    }

    /// The request with this number in its places.
    pub fn numbered(&mut self, number: usize) -> &[u8] {
        let digits = format!("{number:0DIGITS$}");
        for at in &self.places {
            self.bytes[*at..*at + DIGITS].copy_from_slice(digits.as_bytes());
        }
        &self.bytes
    }
}
