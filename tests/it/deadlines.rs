//! How long a client is waited for: at the doors for mail with the patience of moments, at the web's with many at once.

use crate::http::Browser;
use crate::office::{ANNA, TestOffice, smtp_send, wait_until};
use crate::program::{Serving, message, set_up};
use hailstone::domain::mail::FolderRole;
use hailstone::servers::net::accept::Caps;
use hailstone::servers::net::pace::Tempo;
use hailstone::servers::net::stop::{Stop, Stopper};
use hailstone::servers::smtp::{self, Door, Patience};
use hailstone::servers::web::{self, Manners};
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener as TcpListenerOfStd, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(400);

/// A patience that only what is under test can wear out.
const PATIENT: Patience =
    Patience { command: LONG, session: LONG, text: Tempo { total: LONG, window: LONG, least_per_second: 1000 } };

/// One more door for mail, with a patience of its own.
fn door(office: &TestOffice, patience: Patience, stop: Stop) -> SocketAddr {
    let listener = office.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let at = listener.local_addr().unwrap();
    office.runtime.spawn(smtp::serve(Door::Smtp, Arc::clone(&office.office), listener, None, patience, stop));
    at
}

#[expect(clippy::disallowed_methods, reason = "the office under test runs on the wall clock")]
fn now() -> Instant {
    Instant::now()
}

/// A client that reads while it writes.
struct Client(TcpStream);

impl Client {
    /// Connects and says `words`, all at once.
    fn new(at: SocketAddr, words: &str) -> Self {
        let mut stream = TcpStream::connect(at).unwrap();
        stream.write_all(words.as_bytes()).unwrap();
        Self(stream)
    }

    /// Says `piece` every 50 ms until the server hangs up, for 5 s at the longest; returns all it heard.
    fn trickle(mut self, piece: &[u8]) -> String {
        self.0.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let (start, mut heard, mut part) = (now(), Vec::new(), [0; 4096]);
        while start.elapsed() < Duration::from_secs(5) {
            match self.0.read(&mut part) {
                Ok(0) => return String::from_utf8(heard).unwrap(),
                Ok(read) => heard.extend_from_slice(&part[..read]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&heard)),
            }
            // What a server that hangs up does not take any more is its own business.
            let _ = self.0.write_all(piece);
        }
        panic!("never ended; heard {:?}", String::from_utf8_lossy(&heard));
    }
}

/// The code and status of the last line that was heard.
fn last(heard: &str) -> &str {
    heard.lines().last().unwrap_or_default().get(..9).unwrap_or_default()
}

#[test]
fn a_client_that_says_nothing_or_never_ends_a_command_is_told_and_left() {
    let office = TestOffice::open();
    let (_stopper, stop) = Stopper::new();
    for patience in [Patience { command: SHORT, ..PATIENT }, Patience { session: SHORT, ..PATIENT }] {
        let at = door(&office, patience, stop.clone());
        for piece in ["", "N"] {
            let begun = now();
            let heard = Client::new(at, "EHLO slow.example\r\n").trickle(piece.as_bytes());
            assert_eq!(last(&heard), "421 4.4.2", "{patience:?} {piece:?}: {heard}");
            assert!(begun.elapsed() >= SHORT, "{patience:?} {piece:?}: left too early");
        }
    }
}

#[test]
fn a_session_that_goes_on_for_ever_is_ended() {
    let office = TestOffice::open();
    let (_stopper, stop) = Stopper::new();
    let at = door(&office, Patience { session: SHORT, ..PATIENT }, stop);
    let heard = Client::new(at, "EHLO slow.example\r\n").trickle(b"NOOP\r\n");
    assert!(heard.matches("250 2.0.0").count() > 3, "{heard}");
    assert_eq!(last(&heard), "421 4.4.2", "{heard}");
}

#[test]
fn a_text_that_trickles_or_never_ends_is_not_waited_for() {
    let office = TestOffice::open();
    let (_stopper, stop) = Stopper::new();
    let at_least =
        |least_per_second| Patience { text: Tempo { window: SHORT, least_per_second, ..PATIENT.text }, ..PATIENT };
    let in_all = Patience { text: Tempo { total: SHORT, ..PATIENT.text }, ..PATIENT };
    let envelope = format!("EHLO slow.example\r\nMAIL FROM:<>\r\nRCPT TO:<{ANNA}>\r\n");
    for begin in ["DATA\r\n", "BDAT 1000000\r\n"] {
        let words = format!("{envelope}{begin}");
        let line = [b'x'; 98].as_slice();
        let piece = [line, b"\r\n"].concat(); // 2 kB a second
        for patience in [at_least(20_000), in_all] {
            let begun = now();
            let heard = Client::new(door(&office, patience, stop.clone()), &words).trickle(&piece);
            assert_eq!(last(&heard), "421 4.4.2", "{begin:?} {patience:?}: {heard}");
            assert!(begun.elapsed() >= SHORT, "{begin:?} {patience:?}: left too early");
        }
    }
    // Slow, but fast enough: eight windows long.
    let client = Client::new(door(&office, at_least(100), stop), &format!("{envelope}DATA\r\nSubject: slow\r\n\r\n"));
    let mut copy = client.0.try_clone().unwrap();
    let writer = std::thread::spawn(move || {
        for _ in 0..16 {
            copy.write_all(&[b'y'; 100]).unwrap();
            crate::program::pause(SHORT / 4);
        }
        copy.write_all(b"\r\n.\r\nQUIT\r\n").unwrap();
    });
    let heard = client.trickle(b"");
    writer.join().unwrap();
    assert!(heard.contains("250 2.0.0 Taken"), "{heard}");
    assert_eq!(office.list(office.anna, FolderRole::Inbox).len(), 1);
}

/// One more door for pages, with manners of its own.
fn web_door(office: &TestOffice, manners: Manners, at: &str, stop: Stop) -> SocketAddr {
    let listener = TcpListenerOfStd::bind((at, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let office = Arc::clone(&office.office);
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(web::start(office, listener, None, manners, stop)).unwrap();
    });
    address
}

/// Posts pieces of a form that never ends, one every 50 ms; returns what was answered.
fn post_slowly(at: SocketAddr, browser: &Browser, path: &str, kind: &str, piece: &[u8]) -> String {
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nCookie: {}\r\nContent-Type: {kind}\r\n\
         Content-Length: 1000000\r\n\r\n",
        cookies.join("; ")
    );
    Client::new(at, &head).trickle(piece)
}

#[test]
fn a_form_that_trickles_is_not_waited_for() {
    let office = TestOffice::open();
    let (_stopper, stop) = Stopper::new();
    let tempo = Tempo { total: LONG, window: SHORT, least_per_second: 1000 };
    let manners = Manners { form: tempo, files: tempo, ..Manners::default() };
    let at = web_door(&office, manners, "127.0.0.1", stop);
    let browser = office.signed_in("anna");
    let part = "--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"x\"\r\n\r\n";
    for (path, kind) in [
        ("/login", "application/x-www-form-urlencoded"),
        ("/mail/act", "application/x-www-form-urlencoded"),
        ("/mail/compose", "multipart/form-data; boundary=B"),
    ] {
        let begun = now();
        let piece = if kind.starts_with("multi") { part.as_bytes()[..1].to_vec() } else { b"a".to_vec() };
        let heard = post_slowly(at, &browser, path, kind, &piece);
        assert!(heard.starts_with("HTTP/1.1 4"), "{path}: {heard}");
        assert!(begun.elapsed() >= SHORT && begun.elapsed() < SHORT * 8, "{path}: {:?}", begun.elapsed());
    }
    // Slow, but fast enough: 2 kB a second, until it is a whole form.
    let mut steady = Browser::new(at);
    let csrf = steady.get("/login").csrf();
    let form = format!("username=anna&password=wrong&csrf={csrf}&more={}", "x".repeat(2500));
    let cookie = steady.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nCookie: {cookie}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        form.len()
    );
    let mut client = Client::new(at, &head);
    for piece in form.as_bytes().chunks(100) {
        client.0.write_all(piece).unwrap();
        crate::program::pause(Duration::from_millis(50));
    }
    let heard = client.trickle(b"");
    assert!(heard.starts_with("HTTP/1.1 422"), "{heard}");
}

/// The machine's own address towards others, where it has one.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?; // nothing is sent: connecting only chooses a way
    let own = socket.local_addr().ok()?.ip();
    if own.is_loopback() || own.is_unspecified() { None } else { Some(own) }
}

#[test]
fn one_address_does_not_take_all_of_the_web() {
    let office = TestOffice::open();
    let (_stopper, stop) = Stopper::new();
    let Some(own) = own_address() else {
        eprintln!("SKIPPED: this machine has no address but its own");
        return;
    };
    let caps = Caps { total: 100, per_address: 3 };
    let at = web_door(&office, Manners { caps, ..Manners::default() }, "0.0.0.0", stop);
    let outside = SocketAddr::new(own, at.port());
    let mut idle: Vec<_> = (0..3).map(|_| Client::new(outside, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")).collect();
    for client in &mut idle {
        client.0.read_exact(&mut [0; 15]).unwrap(); // is answered, so it has its seat
    }
    wait_until("the fourth is refused", || {
        let mut one_more = Client::new(outside, "");
        one_more.0.set_read_timeout(Some(SHORT)).unwrap();
        let mut heard = String::new();
        let _ = one_more.0.read_to_string(&mut heard);
        heard.starts_with("HTTP/1.1 503")
    });
    let inside = SocketAddr::new([127, 0, 0, 1].into(), at.port());
    assert_eq!(Browser::new(inside).get("/login").status, 200, "others come in all the same");
    drop(idle);
    wait_until("there is a seat again", || {
        std::panic::catch_unwind(|| Browser::new(outside).get("/login").status == 200).unwrap_or(false)
    });
}

#[test]
fn five_hundred_tricklers_keep_nobody_from_the_web_or_from_mail() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let office = Serving::start(folder.path());
    let web = office.doors["http"];
    let form = format!(
        "POST /login HTTP/1.1\r\nHost: {web}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 60000\r\n\r\n"
    );
    let beginnings = [(web, "GET /login HTTP/1.1\r\nX: "), (web, form.as_str()), (office.smtp(), "EHLO x\r\nMAIL FR")];
    let mut longest = Duration::ZERO;
    for (at, beginning) in beginnings {
        let mut tricklers: Vec<_> = (0..500).map(|_| Client::new(at, beginning)).collect();
        for _ in 0..5 {
            for trickler in &mut tricklers {
                let _ = trickler.0.write_all(b"a"); // who has been shown the door says nothing more
            }
            let begun = now();
            assert_eq!(Browser::new(web).get("/login").status, 200);
            let reply = smtp_send(office.smtp(), "<>", &[ANNA], &message("one@else.example", 100));
            assert!(reply.starts_with("250"), "{reply}");
            longest = longest.max(begun.elapsed());
        }
    }
    eprintln!("a page and a message together took {longest:?} at the longest");
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    assert_eq!(office.terminate(), Some(0));
}
