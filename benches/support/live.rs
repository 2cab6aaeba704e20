//! The reading side of the live stream, and what was heard there.

use crate::http::{self, DIGITS};
use hailstone::kernel::clock::Stopwatch;
use memchr::memmem;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What stands before a message's number, in its text and in the sender's own name for it.
pub const MARK: &str = "qz";

/// One open stream.
pub struct Stream {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Stream {
    /// Opens a stream from the machine's `from`th address, and waits for its greeting.
    pub async fn open(to: SocketAddr, from: usize, token: &str) -> io::Result<Self> {
        let mut stream = http::connect(to, from).await?;
        let request = format!(
            "GET /live HTTP/1.1\r\nHost: {to}\r\nCookie: hs_session={token}\r\nAccept: text/event-stream\r\n\
             User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut line = Self { stream, unread: Vec::with_capacity(2048) };
        let mut is_greeted = false;
        while !is_greeted {
            line.hear(|record| is_greeted |= memmem::find(record, b"event: ").is_some()).await?;
        }
        Ok(line)
    }

    /// Reads once, and shows each event that is whole. Between events stand the lengths of HTTP's chunks: the server
    /// sends no event in two chunks, so nobody needs to read them.
    pub async fn hear(&mut self, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        if self.stream.read_buf(&mut self.unread).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut start = 0;
        while let Some(end) = memmem::find(&self.unread[start..], b"\n\n") {
            each(&self.unread[start..start + end]);
            start += end + 2;
        }
        if start == 0 && self.unread.starts_with(b"HTTP/1.1 ") && !self.unread.starts_with(b"HTTP/1.1 200") {
            return Err(io::Error::other(String::from_utf8_lossy(&self.unread[..12]).into_owned()));
        }
        self.unread.drain(..start);
        Ok(())
    }
}

/// One message on its way.
struct Sent {
    at: Stopwatch,
    /// Whose streams count; every stream where it is `None`.
    to: Option<usize>,
}

/// What all streams have heard.
#[derive(Default)]
pub struct Ears {
    sent: RefCell<HashMap<usize, Sent>>,
    /// From before it was posted until it was heard.
    pub times: RefCell<Vec<Duration>>,
    /// Messages heard.
    pub said: Cell<usize>,
    /// Changes of presence heard.
    pub presence: Cell<usize>,
    /// Times that a stream was told to read everything again.
    pub resyncs: Cell<usize>,
    /// Streams that ended.
    pub ended: Cell<usize>,
}

impl Ears {
    /// Notes that message `number` is about to be posted, to somebody or to all.
    pub fn send(&self, number: usize, to: Option<usize>) {
        self.sent.borrow_mut().insert(number, Sent { at: Stopwatch::start(), to });
    }

    /// Forgets what was sent and heard before.
    pub fn reset(&self) -> Vec<Duration> {
        self.sent.borrow_mut().clear();
        self.said.set(0);
        self.presence.set(0);
        self.times.take()
    }

    /// Opens a stream that is listened to until it ends.
    pub async fn listen(self: Rc<Self>, to: SocketAddr, who: usize, from: usize, token: &str) -> io::Result<()> {
        let mut stream = Stream::open(to, from, token).await?;
        tokio::task::spawn_local(async move {
            while stream.hear(|record| self.take_in(who, record)).await.is_ok() {}
            bump(&self.ended);
        });
        Ok(())
    }

    fn take_in(&self, who: usize, record: &[u8]) {
        let Some(at) = memmem::find(record, b"event: ") else { return };
        let topic = &record[at + 7..];
        if topic.starts_with(b"chat\n") {
            let Some(sent) = number(topic) else { return };
            let sent_all = self.sent.borrow();
            let Some(sent) = sent_all.get(&sent).filter(|sent| sent.to.is_none_or(|to| to == who)) else { return };
            bump(&self.said);
            self.times.borrow_mut().push(sent.at.elapsed());
        } else if topic.starts_with(b"presence\n") {
            bump(&self.presence);
        } else if topic.starts_with(b"resync\n") {
            bump(&self.resyncs);
        }
    }
}

/// The number of the message that an event tells of.
fn number(record: &[u8]) -> Option<usize> {
    let at = memmem::find(record, MARK.as_bytes())? + MARK.len();
    str::from_utf8(record.get(at..at + DIGITS)?).ok()?.parse().ok()
}

fn bump(count: &Cell<usize>) {
    count.set(count.get() + 1);
}
