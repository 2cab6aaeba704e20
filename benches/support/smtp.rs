//! The sending side of SMTP, as little of it as a load needs.

use hailstone::kernel::clock::Stopwatch;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One session.
pub struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Client {
    /// Connects and greets.
    pub async fn open(to: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let mut client = Self { stream, unread: Vec::with_capacity(1024) };
        client.hear(220).await?;
        client.ask(b"EHLO load.example.org\r\n", 250).await?;
        Ok(client)
    }

    /// Sends `text`, which has its final dot, to `to`. Returns how long the server took from the final dot to its 250.
    pub async fn send(&mut self, to: &str, text: &[u8], is_pipelined: bool) -> io::Result<Duration> {
        let mail = "MAIL FROM:<sender@example.org>\r\n";
        if is_pipelined {
            self.stream.write_all(format!("{mail}RCPT TO:<{to}>\r\nDATA\r\n").as_bytes()).await?;
            self.hear(250).await?;
            self.hear(250).await?;
            self.hear(354).await?;
        } else {
            self.ask(mail.as_bytes(), 250).await?;
            self.ask(format!("RCPT TO:<{to}>\r\n").as_bytes(), 250).await?;
            self.ask(b"DATA\r\n", 354).await?;
        }
        self.stream.write_all(text).await?;
        let waiting = Stopwatch::start();
        self.hear(250).await?;
        Ok(waiting.elapsed())
    }

    /// Takes leave.
    pub async fn quit(mut self) -> io::Result<()> {
        self.ask(b"QUIT\r\n", 221).await
    }

    async fn ask(&mut self, command: &[u8], wanted: u16) -> io::Result<()> {
        self.stream.write_all(command).await?;
        self.hear(wanted).await
    }

    /// Hears one reply. Any other than the wanted one is an error with its words.
    async fn hear(&mut self, wanted: u16) -> io::Result<()> {
        loop {
            if let Some(used) = whole_reply(&self.unread) {
                let is_wanted = self.unread.starts_with(wanted.to_string().as_bytes());
                let words = String::from_utf8_lossy(&self.unread[..used]).trim_end().to_owned();
                self.unread.drain(..used);
                return if is_wanted { Ok(()) } else { Err(io::Error::other(words)) };
            }
            if self.stream.read_buf(&mut self.unread).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// Bytes of the first reply, once its last line is there. RFC 5321 §4.2.1: all lines but the last have a hyphen.
fn whole_reply(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        let end = start + memchr::memchr(b'\n', &bytes[start..])? + 1;
        if bytes.get(start + 3) != Some(&b'-') {
            return Some(end);
        }
        start = end;
    }
}
