//! A provider of numbers on this machine, which speaks each format in real use over HTTP and WebSocket, and fails as it is told.

use hailstone::kernel::clock::{Clock, Moment};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_tungstenite::tungstenite::{self, Message, WebSocket};

/// What goes wrong at an address.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing at all is answered.
    Silent,
    /// A status, with this header where it is not empty, and this body.
    Status(u16, &'static str, &'static str),
    /// The answer breaks off, and says so by its length.
    Half,
    /// The answer is longer than it says, and the line stays open.
    Lying,
    /// A page for people.
    Page,
    /// More than is taken.
    Huge,
    /// A little that unpacks to more than is taken.
    Bomb,
    /// The address sends on to another.
    To(String),
    /// The answer is of another symbol.
    Other,
    /// The answer is this text.
    Text(&'static str),
    /// The answer is packed, as is asked for.
    Packed,
}

/// What the server does.
#[derive(Default)]
pub struct Desk {
    /// The numbers it tells, by symbol.
    prices: Mutex<BTreeMap<String, String>>,
    faults: Mutex<BTreeMap<String, Fault>>,
    /// What it was asked: the whole head of each request.
    pub asked: Mutex<Vec<String>>,
    /// Messages that its stream says next.
    words: Mutex<Vec<String>>,
    /// What was said to its stream.
    pub heard: Mutex<Vec<String>>,
    /// Streams that were opened, and whether those that are open end.
    streams: Mutex<usize>,
    ends: Mutex<bool>,
    clock: Clock,
    /// Milliseconds that its clock is ahead.
    ahead: Mutex<i64>,
}

/// The server.
pub struct FeedServer {
    pub at: SocketAddr,
    pub desk: Arc<Desk>,
}

impl FeedServer {
    pub fn open(clock: Clock, prices: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let desk = Arc::new(Desk { clock, ..Desk::default() });
        let server = Self { at, desk: desk.clone() };
        prices.iter().for_each(|(symbol, price)| server.price(symbol, price));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let desk = desk.clone();
                std::thread::spawn(move || desk.serve(stream));
            }
        });
        server
    }

    pub fn price(&self, symbol: &str, price: &str) {
        self.desk.prices.lock().unwrap().insert(symbol.to_owned(), price.to_owned());
    }

    pub fn fail(&self, path: &str, fault: Fault) {
        self.desk.faults.lock().unwrap().insert(path.to_owned(), fault);
    }

    pub fn mend(&self, path: &str) {
        self.desk.faults.lock().unwrap().remove(path);
    }

    /// Says a message on the stream.
    pub fn say(&self, words: &str) {
        self.desk.words.lock().unwrap().push(words.to_owned());
    }

    pub fn end_streams(&self) {
        *self.desk.ends.lock().unwrap() = true;
    }

    pub fn streams(&self) -> usize {
        *self.desk.streams.lock().unwrap()
    }

    pub fn set_ahead(&self, millis: i64) {
        *self.desk.ahead.lock().unwrap() = millis;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// How often something was asked whose request line holds this.
    pub fn asked(&self, part: &str) -> usize {
        self.desk.asked.lock().unwrap().iter().filter(|head| head.lines().next().unwrap().contains(part)).count()
    }
}

impl Desk {
    fn serve(&self, mut stream: TcpStream) {
        let mut seen = [0; 4096];
        let head = loop {
            let Ok(length) = stream.peek(&mut seen) else { return };
            let text = String::from_utf8_lossy(&seen[..length]).into_owned();
            if length == 0 {
                return;
            }
            if text.contains("\r\n\r\n") {
                break text;
            }
            pause(Duration::from_millis(1));
        };
        self.asked.lock().unwrap().push(head.clone());
        let target = head.split(' ').nth(1).unwrap_or("/").to_owned();
        let path = target.split('?').next().unwrap().to_owned();
        let fault =
            self.faults.lock().unwrap().iter().find(|(at, _)| path.starts_with(at.as_str())).map(|(_, f)| f.clone());
        if head.to_lowercase().contains("upgrade: websocket") && fault.is_none() {
            self.stream(stream);
            return;
        }
        let mut read = vec![0; head.find("\r\n\r\n").unwrap() + 4];
        let _ = stream.read_exact(&mut read);
        let is_known = head.lines().any(|line| line.eq_ignore_ascii_case("if-none-match: \"v1\""));
        let _ = match fault {
            None if is_known => stream.write_all(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n"),
            None => answer(&mut stream, 200, "ETag: \"v1\"\r\n", self.body(&target).as_bytes()),
            Some(fault) => self.failing(&mut stream, &target, &fault),
        };
    }

    fn failing(&self, stream: &mut TcpStream, target: &str, fault: &Fault) -> std::io::Result<()> {
        match fault {
            Fault::Silent => {
                pause(Duration::from_secs(25));
                Ok(())
            }
            Fault::Status(status, header, body) => answer(stream, *status, header, body.as_bytes()),
            Fault::Half => {
                let body = self.body(target);
                let length = body.len();
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{}", &body[..length / 2])
            }
            Fault::Lying => {
                let body = self.body(target);
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n{body}")?;
                pause(Duration::from_secs(25));
                Ok(())
            }
            Fault::Page => answer(stream, 200, "", b"<html><body>Please solve the riddle</body></html>"),
            Fault::Huge => answer(stream, 200, "", " ".repeat(3 * 1024 * 1024).as_bytes()),
            Fault::Bomb => answer(stream, 200, "Content-Encoding: gzip\r\n", &packed(&vec![b' '; 3 * 1024 * 1024])),
            Fault::To(to) => answer(stream, 302, &format!("Location: {to}\r\n"), b""),
            Fault::Other => answer(stream, 200, "", self.body(target).replace("HAIL", "EVIL").as_bytes()),
            Fault::Text(text) => answer(stream, 200, "", text.as_bytes()),
            Fault::Packed => answer(stream, 200, "Content-Encoding: gzip\r\n", &packed(self.body(target).as_bytes())),
        }
    }

    fn now(&self) -> Moment {
        Moment::from_millis(self.clock.now().millis() + *self.ahead.lock().unwrap())
    }

    fn price(&self, symbol: &str) -> Option<String> {
        self.prices.lock().unwrap().get(&symbol.to_uppercase()).cloned()
    }

    /// What is told at an address, in the format of its provider.
    fn body(&self, target: &str) -> String {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let value = |name: &str| {
            let found = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            found.unwrap_or("").replace("%3A", ":").replace("%5E", "^")
        };
        let seconds = self.now().seconds();
        let time = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
        match path {
            "/lines" => {
                let local = time.with_timezone(&chrono_tz::Europe::Warsaw).format("%Y-%m-%d,%H:%M:%S");
                let line = |symbol: &str| match self.price(symbol) {
                    Some(price) => format!("{},{local},{price},{price},{price},{price},100\r\n", symbol.to_uppercase()),
                    None => format!("{},N/D,N/D,N/D,N/D,N/D,N/D,N/D\r\n", symbol.to_uppercase()),
                };
                let lines: String = value("s").split('+').map(line).collect();
                format!("Symbol,Date,Time,Open,High,Low,Close,Volume\r\n{lines}")
            }
            "/days" => {
                "Date,Open,High,Low,Close,Volume\n2026-01-09,1,2,0.5,1.5,10\n2026-01-12,1,2,0.5,100,10\n".to_owned()
            }
            path if path.starts_with("/chart/") => self.chart(&path[7..].replace("%5E", "^"), seconds),
            "/quotes" => {
                let one = |symbol: &str| {
                    let price = self.price(symbol)?;
                    Some(format!(
                        r#"{{"symbol":"{symbol}","regularMarketPrice":{price},"regularMarketTime":{seconds},"currency":"USD"}}"#
                    ))
                };
                let all: Vec<String> = value("symbols").split(',').filter_map(one).collect();
                format!(r#"{{"quoteResponse":{{"result":[{}],"error":null}}}}"#, all.join(","))
            }
            "/global" => match self.price(&value("symbol")) {
                Some(price) => format!(
                    r#"{{"Global Quote":{{"01. symbol":"{}","05. price":"{price}","07. latest trading day":"{}"}}}}"#,
                    value("symbol"),
                    time.format("%Y-%m-%d")
                ),
                None => r#"{"Global Quote":{}}"#.to_owned(),
            },
            "/short" => match self.price(&value("symbol")) {
                Some(price) => format!(
                    r#"{{"c":{price},"d":1,"dp":1,"h":{price},"l":{price},"o":{price},"pc":100,"t":{seconds}}}"#
                ),
                None => r#"{"c":0,"d":null,"dp":null,"h":0,"l":0,"o":0,"pc":0,"t":0}"#.to_owned(),
            },
            "/twelve" => self.twelve(&value("symbol").replace("%2C", ","), seconds),
            "/ecb.xml" => format!(
                "<?xml version='1.0'?><Envelope><Cube><Cube time='{}'><Cube currency='USD' rate='{}'/></Cube></Cube></Envelope>",
                time.format("%Y-%m-%d"),
                self.price("EURUSD").unwrap_or_default()
            ),
            "/now.json" => {
                format!(r#"{{"stations":[{{"id":7,"diesel":"{}"}}]}}"#, self.price("DIESEL").unwrap_or_default())
            }
            "/log.csv" => {
                format!("Day;Orders\r\n12.01.2026;17\r\n13.01.2026;{}\r\n", self.price("ORDERS").unwrap_or_default())
            }
            _ => "{}".to_owned(),
        }
    }

    fn chart(&self, symbol: &str, seconds: i64) -> String {
        match self.price(symbol) {
            Some(price) => format!(
                r#"{{"chart":{{"result":[{{"meta":{{"currency":"USD","symbol":"{symbol}","regularMarketPrice":{price},"previousClose":100,
                "regularMarketTime":{seconds},"gmtoffset":0}},"timestamp":[1768176000],"indicators":{{"quote":[{{"open":[99],"high":[101],
                "low":[98],"close":[100],"volume":[5]}}]}}}}],"error":null}}}}"#
            ),
            None => {
                r#"{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found"}}}"#.to_owned()
            }
        }
    }

    fn twelve(&self, symbols: &str, seconds: i64) -> String {
        let one = |symbol: &str| match self.price(symbol) {
            Some(price) => {
                format!(r#"{{"symbol":"{symbol}","currency":"USD","timestamp":{seconds},"close":"{price}"}}"#)
            }
            None => r#"{"code":404,"message":"**symbol** not found","status":"error"}"#.to_owned(),
        };
        let all: Vec<&str> = symbols.split(',').collect();
        if let [symbol] = all[..] {
            return one(symbol);
        }
        let each: Vec<String> = all.iter().map(|symbol| format!(r#""{symbol}":{}"#, one(symbol))).collect();
        format!("{{{}}}", each.join(","))
    }

    /// Speaks WebSocket: says what is to be said, and remembers what it hears.
    fn stream(&self, stream: TcpStream) {
        let Ok(mut socket) = tungstenite::accept(stream) else { return };
        *self.ends.lock().unwrap() = false;
        *self.streams.lock().unwrap() += 1;
        let _ = socket.get_ref().set_read_timeout(Some(Duration::from_millis(10)));
        while !*self.ends.lock().unwrap() && self.turn(&mut socket) {}
    }

    fn turn(&self, socket: &mut WebSocket<TcpStream>) -> bool {
        for words in std::mem::take(&mut *self.words.lock().unwrap()) {
            if socket.send(Message::text(words)).is_err() {
                return false;
            }
        }
        match socket.read() {
            Ok(Message::Text(text)) => self.heard.lock().unwrap().push(text.to_string()),
            Ok(Message::Close(_)) => return false,
            Ok(_) => {}
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => return false,
        }
        true
    }
}

fn answer(stream: &mut TcpStream, status: u16, header: &str, body: &[u8]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status} Said\r\nContent-Length: {}\r\nConnection: close\r\n{header}\r\n", body.len())?;
    stream.write_all(body)
}

/// Packs as gzip does; nobody checks its sum.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut all = vec![31, 139, 8, 0, 0, 0, 0, 0, 2, 255];
    all.extend(miniz_oxide::deflate::compress_to_vec(bytes, 6));
    all.extend([0; 4]);
    all.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    all
}

#[expect(clippy::disallowed_methods, reason = "the provider is slow by the wall clock")]
fn pause(span: Duration) {
    std::thread::sleep(span);
}
