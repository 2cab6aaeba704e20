//! The live stream as a browser hears it, and people who talk through the page's own posts.

use crate::http::{Answer, Browser};
use crate::office::{PASSWORD, TestOffice};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

pub const SECOND: Duration = Duration::from_secs(1);
pub const FRAGMENT: &str = "text/vnd.office.fragment+html";

/// One event as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub id: Option<i64>,
    pub topic: String,
    pub head: Value,
    pub html: String,
}

impl Told {
    pub fn number(&self) -> i64 {
        self.head["number"].as_i64().unwrap()
    }
}

/// An open stream. What it knows moves on as its events are taken, as in a browser.
pub struct Live {
    heard: Receiver<Told>,
    socket: TcpStream,
    pub last: Option<i64>,
}

impl Live {
    /// Opens a stream and waits for its greeting.
    pub fn open(at: SocketAddr, browser: &Browser, last: Option<i64>) -> Self {
        let (socket, mut answer) = ask(at, browser, last);
        assert_eq!(read_head(&mut answer), 200, "no stream");
        let mut live = Self::behind(socket, answer);
        live.last = last;
        live.take("hello").expect("a greeting");
        if last.is_none() {
            // One that knows nothing is told what to begin from.
            live.take("resync").expect("a beginning");
        }
        live
    }

    /// Reads a stream from behind its head on.
    pub fn behind(socket: TcpStream, answer: BufReader<TcpStream>) -> Self {
        let (told, heard) = channel();
        std::thread::spawn(move || listen(answer, &told));
        Self { heard, socket, last: None }
    }

    /// The next event within a time.
    pub fn next(&mut self, within: Duration) -> Option<Told> {
        let told = self.heard.recv_timeout(within).ok()?;
        self.last = told.id.or(self.last);
        Some(told)
    }

    /// The next event of a topic; each before it comes within a second.
    pub fn take(&mut self, topic: &str) -> Option<Told> {
        self.take_where(|told| told.topic == topic)
    }

    /// The next event that is meant; each before it comes within a second.
    pub fn take_where(&mut self, is_meant: impl Fn(&Told) -> bool) -> Option<Told> {
        while let Some(told) = self.next(SECOND) {
            if is_meant(&told) {
                return Some(told);
            }
        }
        None
    }

    /// The next thing said.
    pub fn said(&mut self) -> Option<Told> {
        self.take_where(|told| told.topic == "chat" && told.head["op"] == "said")
    }

    /// Everything that comes until it is quiet for `quiet`.
    pub fn all(&mut self, quiet: Duration) -> Vec<Told> {
        std::iter::from_fn(|| self.next(quiet)).collect()
    }

    /// Whether the office ends the stream before it is silent for `within`.
    pub fn ends(&mut self, within: Duration) -> bool {
        loop {
            match self.heard.recv_timeout(within) {
                Ok(told) if told.topic == "end" => return true,
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return false,
                Err(RecvTimeoutError::Disconnected) => return true,
            }
        }
    }

    /// Hangs up; what came and was not taken is lost, as where a lid is shut.
    pub fn close(self) -> Option<i64> {
        self.last
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

/// Asks for a stream, and reads nothing yet.
pub fn ask(at: SocketAddr, browser: &Browser, last: Option<i64>) -> (TcpStream, BufReader<TcpStream>) {
    ask_for(at, browser, "/live", last)
}

/// Asks for a stream by an address that says more of what the browser knows.
pub fn ask_for(at: SocketAddr, browser: &Browser, path: &str, last: Option<i64>) -> (TcpStream, BufReader<TcpStream>) {
    let mut socket = TcpStream::connect(at).unwrap();
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let last = last.map(|last| format!("Last-Event-ID: {last}\r\n")).unwrap_or_default();
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {at}\r\nSec-Fetch-Site: same-origin\r\nAccept: text/event-stream\r\nCookie: {}\r\n{last}\r\n",
        cookies.join("; ")
    );
    socket.write_all(head.as_bytes()).unwrap();
    let answer = BufReader::new(socket.try_clone().unwrap());
    (socket, answer)
}

/// Reads an answer's head and returns its status.
pub fn read_head(answer: &mut impl BufRead) -> u16 {
    let mut status = 0;
    loop {
        let mut line = String::new();
        answer.read_line(&mut line).unwrap();
        if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
            status = rest[..3].parse().unwrap();
        }
        if line.trim().is_empty() {
            return status;
        }
    }
}

/// Tells the events of a stream until it ends.
fn listen(mut answer: impl BufRead, told: &Sender<Told>) {
    let mut text = String::new();
    while let Some(piece) = chunk(&mut answer) {
        // The standard's line ends: LF, CR LF, and CR alone.
        text.push_str(&String::from_utf8(piece).unwrap().replace("\r\n", "\n").replace('\r', "\n"));
        while let Some(end) = text.find("\n\n") {
            let event: String = text.drain(..end + 2).collect();
            if told.send(read_event(event.trim_matches('\n'))).is_err() {
                return;
            }
        }
    }
}

fn chunk(answer: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut size = String::new();
    answer.read_line(&mut size).ok()?;
    let size = usize::from_str_radix(size.trim(), 16).ok().filter(|size| *size > 0)?;
    let mut piece = vec![0; size + 2];
    answer.read_exact(&mut piece).ok()?;
    piece.truncate(size);
    Some(piece)
}

fn read_event(text: &str) -> Told {
    let field = |name: &str| text.lines().filter_map(|line| line.strip_prefix(name)).collect::<Vec<_>>();
    let mut data = field("data: ").into_iter();
    let head = data.next().and_then(|head| serde_json::from_str(head).ok()).unwrap_or(Value::Null);
    Told {
        id: field("id: ").last().map(|id| id.parse().unwrap()),
        topic: field("event: ").last().copied().unwrap_or("message").to_owned(),
        head,
        html: data.collect::<Vec<_>>().join("\n"),
    }
}

/// Somebody at a browser.
pub struct Talker {
    pub browser: Browser,
    pub csrf: String,
    pub at: SocketAddr,
}

impl Talker {
    pub fn of(office: &TestOffice, name: &str) -> Self {
        Self::at(office.door("http"), name)
    }

    pub fn at(at: SocketAddr, name: &str) -> Self {
        let mut browser = Browser::new(at);
        let csrf = browser.get("/login").csrf();
        let answer = browser.post("/login", &[("username", name), ("password", PASSWORD), ("csrf", &csrf)]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let csrf = browser.get("/today").csrf();
        Self { browser, csrf, at }
    }

    /// Another tab of the same browser, maybe of an office that has moved to another address.
    pub fn tab(&self, at: SocketAddr) -> Self {
        let mut browser = Browser::new(at);
        browser.cookies = self.browser.cookies.clone();
        Self { browser, csrf: self.csrf.clone(), at }
    }

    pub fn live(&self) -> Live {
        Live::open(self.at, &self.browser, None)
    }

    pub fn live_since(&self, last: Option<i64>) -> Live {
        Live::open(self.at, &self.browser, last)
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.browser.get(path)
    }

    /// Posts a form with its token.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let all: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.browser.post(path, &all)
    }

    /// Posts a form in parts with its token and a file.
    pub fn post_file(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Answer {
        let (name, kind, bytes) = file;
        let mut body = Vec::new();
        for (name, value) in [("csrf", self.csrf.as_str())].iter().chain(fields) {
            let part = format!("--PART\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head =
            format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}");
        body.extend_from_slice(format!("--PART\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--PART--\r\n");
        let headers = [("Content-Type", "multipart/form-data; boundary=PART"), ("Accept", FRAGMENT)];
        self.browser.ask("POST", path, &headers, &body)
    }

    /// Says something; returns the answer.
    pub fn say(&mut self, at: i64, text: &str) -> Answer {
        self.post(&format!("/chat/{at}/say"), &[("text", text)])
    }

    /// Says something that is taken; returns the message's id.
    pub fn says(&mut self, at: i64, text: &str) -> i64 {
        self.says_with(at, text, &[])
    }

    /// Says something with more fields; returns the message's id.
    pub fn says_with(&mut self, at: i64, text: &str, fields: &[(&str, &str)]) -> i64 {
        let all: Vec<_> = [("text", text)].into_iter().chain(fields.iter().copied()).collect();
        let answer = self.post(&format!("/chat/{at}/say"), &all);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let (_, id) = answer.header("location").rsplit_once(['m', 't']).unwrap();
        id.parse().unwrap()
    }

    /// The conversation with one other.
    pub fn with(&mut self, person: i64) -> i64 {
        conversation_of(&self.get(&format!("/chat/with/{person}")))
    }

    /// Makes a room with people in it.
    pub fn room(&mut self, name: &str, is_private: bool, people: &[i64]) -> i64 {
        let people: Vec<_> = people.iter().map(ToString::to_string).collect();
        let mut fields = vec![("kind", "room"), ("name", name)];
        fields.extend(is_private.then_some(("is_private", "yes")));
        fields.extend(people.iter().map(|person| ("person", person.as_str())));
        conversation_of(&self.post("/chat/new", &fields))
    }

    /// Does something that is taken in a conversation with somebody.
    pub fn does(&mut self, at: i64, deed: &str, person: i64) {
        let answer = self.post(&format!("/chat/{at}/{deed}"), &[("person", &person.to_string())]);
        assert_eq!(answer.status, 303, "{deed}: {}", answer.body);
    }
}

/// Where an answer leads.
pub fn conversation_of(answer: &Answer) -> i64 {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").strip_prefix("/chat/").unwrap().parse().unwrap()
}
