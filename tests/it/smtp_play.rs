//! Plays SMTP dialogues against a door, as a client that says exactly these bytes.
//!
//! A dialogue comes from a `.play` file (see `plays/smtp/README`) or from a line of JSON.

use base64::Engine as _;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// Longest wait for an expected reply.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is said and heard, in order.
#[derive(Debug)]
pub struct Dialogue {
    /// Its short name.
    pub id: String,
    /// What it shows.
    pub rule: String,
    /// A text that no mailbox may hold afterwards.
    pub absent: Option<String>,
    steps: Vec<Step>,
    positive_most: usize,
}

#[derive(Debug)]
enum Step {
    Send(Vec<u8>),
    SendSlow(Vec<u8>, Duration),
    Repeat(Vec<u8>, usize),
    /// A reply whose code is one of these; a full stop stands for any digit.
    Expect(String),
    /// STARTTLS, with these bytes in the same packet.
    StartTls(Vec<u8>),
    /// Counts positive replies for so long.
    Collect(Duration),
    /// The server hangs up.
    Closed,
    Close,
}

impl Dialogue {
    /// Reads one line of the JSON form.
    pub fn from_json(line: &str) -> Self {
        let read: Value = serde_json::from_str(line).expect("a dialogue is JSON");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let steps = read["steps"].as_array().expect("steps").iter().map(Step::from_json).collect();
        Self {
            id: text(&read["id"]).expect("id"),
            rule: text(&read["rule"]).expect("rule"),
            absent: text(&read["expect"]["absent"]),
            steps,
            positive_most: read["expect"]["ok_replies_max"].as_u64().map_or(usize::MAX, |n| n as usize),
        }
    }

    /// Reads the text of a `.play` file.
    pub fn from_play(id: &str, text: &str) -> Self {
        let mut dialogue =
            Self { id: id.to_owned(), rule: String::new(), absent: None, steps: Vec::new(), positive_most: usize::MAX };
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (mark, said) = line.split_once(':').expect("mark: words");
            let said = said.strip_prefix(' ').unwrap_or(said);
            match mark {
                "#" => dialogue.rule = said.to_owned(),
                "absent" => dialogue.absent = Some(said.to_owned()),
                "most" => dialogue.positive_most = said.parse().expect("a number"),
                _ => dialogue.steps.push(Step::from_play(mark, said)),
            }
        }
        dialogue
    }
}

impl Step {
    fn from_json(step: &Value) -> Self {
        let text = |at: usize| step[at].as_str().unwrap_or_default();
        let seconds = |at: usize| Duration::from_secs_f64(step[at].as_f64().unwrap_or_default());
        match text(0) {
            "send" => Self::Send(latin1(text(1))),
            "send_slow" => Self::SendSlow(latin1(text(1)), seconds(2)),
            "send_repeat" => Self::Repeat(latin1(text(1)), step[2].as_u64().expect("a count") as usize),
            "expect" => Self::Expect(text(1).to_owned()),
            "starttls_inject" => Self::StartTls(latin1(text(1))),
            "collect" => Self::Collect(seconds(1)),
            "close" => Self::Close,
            other => panic!("unknown step {other}"),
        }
    }

    fn from_play(mark: &str, said: &str) -> Self {
        match mark {
            "C" => Self::Send([unescaped(said), b"\r\n".to_vec()].concat()),
            "raw" => Self::Send(unescaped(said)),
            "slow" => Self::SendSlow([unescaped(said), b"\r\n".to_vec()].concat(), Duration::from_millis(1)),
            "repeat" => {
                let (count, what) = said.split_once(' ').expect("repeat: COUNT BYTES");
                Self::Repeat(unescaped(what), count.parse().expect("a count"))
            }
            "S" => Self::Expect(said.to_owned()),
            "STARTTLS" => Self::StartTls(unescaped(said)),
            "collect" => Self::Collect(Duration::from_millis(said.parse().expect("milliseconds"))),
            "closed" => Self::Closed,
            "close" => Self::Close,
            other => panic!("unknown mark {other}"),
        }
    }
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("a character is a byte")).collect()
}

/// `\r \n \\ \xHH`; everything else stands for itself, in UTF-8.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let (byte, used) = match rest.as_bytes()[at + 1] {
            b'r' => (b'\r', 2),
            b'n' => (b'\n', 2),
            b'\\' => (b'\\', 2),
            b'x' => (u8::from_str_radix(&rest[at + 2..at + 4], 16).expect("two hexadecimal digits"), 4),
            other => panic!("unknown escape {other}"),
        };
        bytes.push(byte);
        rest = &rest[at + used..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// Plays `dialogue` against the door at `at`; `{RCPT}` and `{DOMAIN}` in it become `recipient` and `domain`.
///
/// Says what went otherwise than the dialogue wants.
pub fn play(at: SocketAddr, dialogue: &Dialogue, recipient: &str, domain: &str) -> Result<(), String> {
    let mut client = Client::connect(at).map_err(|error| format!("connect: {error}"))?;
    let filled = |bytes: &[u8]| replace(&replace(bytes, b"{RCPT}", recipient), b"{DOMAIN}", domain);
    for (number, step) in dialogue.steps.iter().enumerate() {
        let at = |what: String| format!("{} ({}), step {}: {what}", dialogue.id, dialogue.rule, number + 1);
        match step {
            // A server may hang up on what it refuses, so what cannot be sent is no failure: what is heard counts.
            Step::Send(bytes) => drop(client.send(&filled(bytes))),
            Step::Repeat(bytes, count) => drop(client.send(&bytes.repeat(*count))),
            Step::SendSlow(bytes, pause) => client.send_slowly(&filled(bytes), *pause),
            Step::Expect(codes) => client.expect(codes).map_err(at)?,
            Step::StartTls(inject) => client.start_tls(&filled(inject)).map_err(at)?,
            Step::Collect(time) => {
                let positive = client.count_positive(*time);
                if positive > dialogue.positive_most {
                    return Err(at(format!("{positive} positive replies, {} at most", dialogue.positive_most)));
                }
            }
            Step::Closed => client.expect_end().map_err(at)?,
            Step::Close => return Ok(()),
        }
    }
    Ok(())
}

fn replace(bytes: &[u8], name: &[u8], value: &str) -> Vec<u8> {
    let mut filled = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(name.len()).position(|window| window == name) {
        filled.extend_from_slice(&rest[..at]);
        filled.extend_from_slice(value.as_bytes());
        rest = &rest[at + name.len()..];
    }
    filled.extend_from_slice(rest);
    filled
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

struct Client {
    stream: Stream,
    heard: Vec<u8>,
}

impl Client {
    fn connect(at: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(at)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream: Stream::Plain(stream), heard: Vec::new() })
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(bytes),
            Stream::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the dialogue is about a client that is slow")]
    fn send_slowly(&mut self, bytes: &[u8], pause: Duration) {
        for byte in bytes {
            drop(self.send(&[*byte]));
            std::thread::sleep(pause);
        }
    }

    fn expect(&mut self, codes: &str) -> Result<(), String> {
        let reply = self.reply(PATIENCE).ok_or_else(|| format!("no reply, {codes} wanted"))?;
        let fits = |code: &str| code.bytes().zip(reply.bytes()).all(|(want, got)| want == b'.' || want == got);
        if codes.split('|').any(fits) { Ok(()) } else { Err(format!("{reply:?}, {codes} wanted")) }
    }

    fn expect_end(&mut self) -> Result<(), String> {
        self.reply(PATIENCE).map_or(Ok(()), |reply| Err(format!("{reply:?}, an end wanted")))
    }

    fn count_positive(&mut self, time: Duration) -> usize {
        let mut positive = 0;
        while let Some(reply) = self.reply(time) {
            positive += usize::from(reply.starts_with(['2', '3']));
        }
        positive
    }

    /// The last line of the next reply; `None` where none came in time, or the server hung up.
    fn reply(&mut self, wait: Duration) -> Option<String> {
        loop {
            let line = self.line(wait)?;
            if line.as_bytes().get(3) != Some(&b'-') {
                return Some(line);
            }
        }
    }

    fn line(&mut self, wait: Duration) -> Option<String> {
        loop {
            if let Some(end) = self.heard.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.heard.drain(..end + 2).collect();
                return Some(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            let mut bytes = [0; 4096];
            let read = match &mut self.stream {
                Stream::Plain(stream) => stream.set_read_timeout(Some(wait)).and_then(|()| stream.read(&mut bytes)),
                Stream::Tls(stream) => stream.sock.set_read_timeout(Some(wait)).and_then(|()| stream.read(&mut bytes)),
            };
            match read {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.heard.extend_from_slice(&bytes[..count]),
            }
        }
    }

    fn start_tls(&mut self, inject: &[u8]) -> Result<(), String> {
        let sent = self.send(&[b"STARTTLS\r\n", inject].concat());
        sent.map_err(|error| error.to_string())?;
        self.expect("220")?;
        let Stream::Plain(stream) = &self.stream else { return Err("TLS is on".to_owned()) };
        let stream = stream.try_clone().map_err(|error| error.to_string())?;
        self.heard.clear();
        self.stream = Stream::Tls(Box::new(tls_over(stream).map_err(|error| error.to_string())?));
        Ok(())
    }
}

/// A mail program of somebody, signed in at the submission door.
pub struct Program(Client);

impl Program {
    /// Signs in, over TLS.
    pub fn signed_in(at: SocketAddr, name: &str, password: &str) -> Self {
        let mut client = Client::connect(at).unwrap();
        client.expect("220").unwrap();
        let mut program = Self(client);
        assert!(program.say("EHLO a").starts_with("250"));
        program.0.start_tls(b"").unwrap();
        assert!(program.say("EHLO a").starts_with("250"));
        let word = base64::engine::general_purpose::STANDARD.encode(format!("\0{name}\0{password}"));
        assert!(program.say(&format!("AUTH PLAIN {word}")).starts_with("235"));
        program
    }

    /// Says a line and hears the last line of what is answered.
    pub fn say(&mut self, line: &str) -> String {
        self.0.send(format!("{line}\r\n").as_bytes()).unwrap();
        self.0.reply(PATIENCE).expect("a reply")
    }

    /// Sends a message; what is answered to its end, or the first refusal.
    pub fn send(&mut self, from: &str, to: &str, raw: &[u8]) -> String {
        for line in [format!("MAIL FROM:<{from}>"), format!("RCPT TO:<{to}>"), "DATA".to_owned()] {
            let reply = self.say(&line);
            if !reply.starts_with(['2', '3']) {
                assert!(self.say("RSET").starts_with("250"));
                return reply;
            }
        }
        self.0.send(&[raw, b"\r\n.\r\n"].concat()).unwrap();
        self.0.reply(PATIENCE).expect("a reply")
    }
}

/// Finishes the handshake, so that nothing said later can be taken for a part of it.
fn tls_over(mut stream: TcpStream) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate))
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let mut tls = ClientConnection::new(Arc::new(config), name).expect("a client");
    stream.set_read_timeout(Some(PATIENCE))?;
    tls.complete_io(&mut stream)?;
    Ok(StreamOwned::new(tls, stream))
}

/// The certificate is self-signed, and not what is tested.
#[derive(Debug)]
struct AnyCertificate;

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
