//! A whole office on free ports, with the world outside caught, that proves itself when it is closed.

use crate::http::Browser;
use hailstone::app::config::{Config, Origin};
use hailstone::app::serve::{self, Doors};
use hailstone::app::{build, config};
use hailstone::domain::mail::{self, FolderRole, Row};
use hailstone::domain::people::{self, Role};
use hailstone::domain::store::{Depth, count_jobs};
use hailstone::kernel::clock::Clock;
use hailstone::kernel::id::PersonId;
use hailstone::kernel::secret::Secret;
use hailstone::services::office::{Office, Outside};
use hailstone::services::outside::{
    Answer, Courier, Exchanger, FetchError, Fetcher, Later, LookupError, OfferError, Parcel, Post, Receipt, Resolver,
};
use hailstone::services::setup::{self, NewAccount, NewOffice};
use hailstone::services::upkeep;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub const DOMAIN: &str = "example.org";
pub const ANNA: &str = "anna@example.org";
pub const PASSWORD: &str = "right and long";

/// Mail that left, as the world outside got it.
#[derive(Default)]
pub struct Caught(pub Mutex<Vec<Parcel>>);

impl Resolver for Caught {
    fn mail_exchangers<'a>(&'a self, domain: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>> {
        let host = format!("mx.{domain}");
        let is_known = !domain.starts_with("nowhere");
        let found = Exchanger { host, addresses: vec![[192, 0, 2, 1].into()], port: 25 };
        Box::pin(async move { if is_known { Ok(vec![found]) } else { Err(LookupError::NoMail(domain.to_owned())) } })
    }
}

impl Courier for Caught {
    fn offer<'a>(&'a self, _: &'a Exchanger, parcel: &'a Parcel) -> Later<'a, Result<Vec<Receipt>, OfferError>> {
        self.0.lock().unwrap().push(parcel.clone());
        let taken = |address: &String| Receipt { address: address.clone(), code: 250, words: "ok".to_owned() };
        Box::pin(async move { Ok(parcel.recipients.iter().map(taken).collect()) })
    }
}

/// Nobody answers HTTPS.
pub struct Nobody;

impl Fetcher for Nobody {
    fn post<'a>(&'a self, _: &'a Post) -> Later<'a, Result<Answer, FetchError>> {
        Box::pin(async move { Err(FetchError::Forbidden("nobody is there".to_owned())) })
    }
}

/// An office with two people, Anna (admin) and Ben, and its doors open.
pub struct TestOffice {
    pub runtime: Runtime,
    pub office: Arc<Office>,
    pub caught: Arc<Caught>,
    pub anna: PersonId,
    pub ben: PersonId,
    doors: Option<Doors>,
    _folder: TempDir,
}

impl TestOffice {
    pub fn open() -> Self {
        Self::open_with(Arc::new(Nobody), &[])
    }

    /// An office in which nobody is held to a pace.
    pub fn unhurried() -> Self {
        Self::open_with(Arc::new(Nobody), &[("limits.chat_per_second", "0")])
    }

    /// An office whose HTTPS goes out by `fetcher`, with values of its own in its configuration.
    pub fn open_with(fetcher: Arc<dyn Fetcher>, values: &[(&'static str, &str)]) -> Self {
        let caught = Arc::new(Caught::default());
        let outside = Outside { resolver: caught.clone(), courier: caught.clone(), fetcher };
        Self::open_to(outside, caught, values)
    }

    /// An office with a clock of the caller's own.
    pub fn open_at(clock: Clock) -> Self {
        let caught = Arc::new(Caught::default());
        let outside = Outside { resolver: caught.clone(), courier: caught.clone(), fetcher: Arc::new(Nobody) };
        Self::open_all(outside, caught, &[], clock)
    }

    /// An office with ways out of its own.
    pub fn open_to(outside: Outside, caught: Arc<Caught>, values: &[(&'static str, &str)]) -> Self {
        Self::open_all(outside, caught, values, Clock::Wall)
    }

    /// An office with ways out, values and a clock of the caller's own.
    pub fn open_all(outside: Outside, caught: Arc<Caught>, values: &[(&'static str, &str)], clock: Clock) -> Self {
        let runtime = build::runtime().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::defaults();
        let path = folder.path().to_string_lossy().into_owned();
        config.put("data", path, Origin::Flag);
        config.put("office.hostname", "mail.example.org".to_owned(), Origin::Flag);
        for key in config::KEYS.iter().filter(|key| key.name.starts_with("listen.") && key.name != "listen.https") {
            config.put(key.name, "127.0.0.1:0".to_owned(), Origin::Flag);
        }
        for (name, value) in values {
            config.put(name, (*value).to_owned(), Origin::Flag);
        }
        let office = Arc::new(build::office_at(&config, outside, clock).unwrap());
        let account = |name: &str, full_name: &str, role| NewAccount {
            name: name.to_owned(),
            full_name: full_name.to_owned(),
            role,
            password: Secret::new(PASSWORD.to_owned()),
        };
        let admin = account("anna", "Anna Arnold", Role::Admin);
        let new = NewOffice { domain: DOMAIN.to_owned(), company: "Example & Sons".to_owned(), admin };
        let anna = runtime.block_on(setup::set_up(&office, new)).unwrap();
        let ben = runtime.block_on(setup::add_account(&office, account("ben", "Ben Bauer", Role::Member))).unwrap();
        let doors = runtime.block_on(serve::open(&config, office.clone())).unwrap();
        Self { runtime, office, caught, anna, ben, doors: Some(doors), _folder: folder }
    }

    pub fn door(&self, name: &str) -> SocketAddr {
        self.doors.as_ref().unwrap().address(name).unwrap()
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.door("http"))
    }

    /// A browser in which somebody is signed in.
    pub fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.get("/login");
        let answer = browser.post("/login", &[("username", name), ("password", PASSWORD), ("csrf", &page.csrf())]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// Makes one more person.
    pub fn add(&self, name: &str, full_name: &str) -> i64 {
        let new = NewAccount {
            name: name.to_owned(),
            full_name: full_name.to_owned(),
            role: Role::Member,
            password: Secret::new(PASSWORD.to_owned()),
        };
        self.runtime.block_on(setup::add_account(&self.office, new)).unwrap().get()
    }

    /// The rows of a special folder.
    pub fn list(&self, who: PersonId, role: FolderRole) -> Vec<Row> {
        self.office.store.read_here(|tx| mail::list(tx, who, mail::folder_by_role(tx, who, role)?.id, 1)).unwrap().rows
    }

    /// Sends one message to Anna by the SMTP door and returns the last reply.
    pub fn send(&self, raw: &[u8]) -> String {
        smtp_send(self.door("smtp"), "<carol@else.example>", &[ANNA], raw)
    }

    /// Makes a group that receives mail.
    pub fn group(&self, name: &'static str, members: Vec<PersonId>) {
        self.runtime.block_on(self.office.store.write(move |tx| people::add_group(tx, name, &members))).unwrap();
    }

    pub fn stop_doors(&mut self) {
        if let Some(doors) = self.doors.take() {
            self.runtime.block_on(doors.close());
        }
    }
}

impl Drop for TestOffice {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        wait_until("all jobs are done", || self.office.store.read_here(count_jobs).unwrap() == 0);
        self.stop_doors();
        let findings = upkeep::check(&self.office, Depth::Deep).unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        self.office.store.close();
    }
}

/// Waits until something is so, at most twenty seconds: mail about events waits for some before it leaves.
#[expect(clippy::disallowed_methods, reason = "the office under test runs on the wall clock")]
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Says one message to an SMTP door; returns the reply to its end, or the first refusal.
pub fn smtp_send(door: SocketAddr, from: &str, to: &[&str], raw: &[u8]) -> String {
    let stream = TcpStream::connect(door).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    reply(&mut reader);
    let mut said = vec!["EHLO else.example\r\n".to_owned(), format!("MAIL FROM:{from} BODY=8BITMIME\r\n")];
    said.extend(to.iter().map(|to| format!("RCPT TO:<{to}>\r\n")));
    said.push("DATA\r\n".to_owned());
    for line in said {
        stream.write_all(line.as_bytes()).unwrap();
        let answer = reply(&mut reader);
        if answer.starts_with(['4', '5']) {
            return answer;
        }
    }
    let mut stuffed = Vec::with_capacity(raw.len() + 100);
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    if !stuffed.ends_with(b"\r\n") && !stuffed.is_empty() {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed.extend_from_slice(b".\r\n");
    // A server that refuses early may hang up while we still speak.
    let _ = stream.write_all(&stuffed);
    reply(&mut reader)
}

fn reply(reader: &mut impl BufRead) -> String {
    let mut whole = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return whole;
        }
        whole.push_str(&line);
        if line.as_bytes().get(3) != Some(&b'-') {
            return whole;
        }
    }
}
