//! How long a client is waited for: at the doors for mail with the patience of moments, at the web's with many at once.

use crate::office::{ANNA, TestOffice};
use hailstone::domain::mail::FolderRole;
use hailstone::servers::net::pace::Tempo;
use hailstone::servers::net::stop::{Stop, Stopper};
use hailstone::servers::smtp::{self, Door, Patience};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
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
