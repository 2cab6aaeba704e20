//! The world outside as others wrote it: a mail server by mailin-embedded, and a calendar library of Python's.

use hailstone::services::courier::SmtpCourier;
use hailstone::services::office::Outside;
use hailstone::services::outside::{Answer, Exchanger, FetchError, Fetcher, Later, LookupError, Post, Resolver};
use mailin_embedded::{Handler, Response, Server, SslConfig, response};
use serde_json::Value;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

/// A message as the far server got it.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
}

/// Keeps what it is sent.
#[derive(Clone, Default)]
struct Keeper {
    kept: Arc<Mutex<Vec<Kept>>>,
    now: Kept,
}

impl Handler for Keeper {
    fn mail(&mut self, _: std::net::IpAddr, _: &str, from: &str) -> Response {
        self.now = Kept { from: from.to_owned(), ..Kept::default() };
        response::OK
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, to: &[String]) -> Response {
        self.now.to = to.to_vec();
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.now.bytes.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        self.kept.lock().unwrap().push(self.now.clone());
        response::OK
    }
}

/// A mail server elsewhere, which takes mail for every domain.
pub struct Far {
    pub kept: Arc<Mutex<Vec<Kept>>>,
    at: SocketAddr,
}

impl Far {
    pub fn open() -> Self {
        let keeper = Keeper::default();
        let kept = keeper.kept.clone();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let mut server = Server::new(keeper);
        server.with_name("mx.else.example").with_ssl(SslConfig::None).unwrap().with_tcp_listener(listener);
        std::thread::spawn(move || server.serve().unwrap());
        Self { kept, at }
    }

    /// The ways out of an office to it.
    pub fn outside(&self) -> Outside {
        let resolver = Arc::new(Here(self.at));
        Outside {
            resolver: resolver.clone(),
            courier: Arc::new(SmtpCourier::new("mail.example.org")),
            fetcher: resolver,
        }
    }
}

/// Every domain's mail server is this one.
struct Here(SocketAddr);

impl Resolver for Here {
    fn mail_exchangers<'a>(&'a self, _: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>> {
        let found = Exchanger { host: "mx.else.example".to_owned(), addresses: vec![self.0.ip()], port: self.0.port() };
        Box::pin(async move { Ok(vec![found]) })
    }
}

impl Fetcher for Here {
    fn post<'a>(&'a self, _: &'a Post) -> Later<'a, Result<Answer, FetchError>> {
        Box::pin(async move { Err(FetchError::Forbidden("nobody is there".to_owned())) })
    }
}

/// Runs the calendar library with these words and this input; returns what it says.
pub fn library(words: &[&str], input: &[u8]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/calendar");
    let mut child = Command::new(folder.join("venv/bin/python"))
        .arg(folder.join("itip.py"))
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tests/install.sh installs the calendar library");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let out = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "itip.py {words:?}: {said}");
    String::from_utf8(out.stdout).unwrap()
}

/// What the library reads in a message.
pub fn read(bytes: &[u8]) -> Value {
    serde_json::from_str(&library(&["read"], bytes)).unwrap()
}
