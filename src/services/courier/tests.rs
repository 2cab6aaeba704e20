//! What the courier promises, with far servers played from a script.

use super::*;
use crate::kernel::secret::Secret;
use proptest::prelude::*;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// One move of a far server.
#[derive(Clone, Copy)]
enum Move {
    /// It says this.
    Says(&'static str),
    /// It waits for a command that begins so.
    Hears(&'static str),
    /// It waits for the end of the message.
    HearsMessage,
    /// It says this without end.
    SaysForEver(&'static str),
    /// It says nothing, and stays.
    Waits,
    /// It takes the next connection.
    Again,
}
use Move::{Again, Hears, HearsMessage, Says, SaysForEver, Waits};

/// A far server that plays `moves`, then hangs up. Returns what it heard.
async fn play(moves: &'static [Move]) -> (Exchanger, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let played = tokio::spawn(async move {
        let mut heard = String::new();
        let mut line = BufReader::new(listener.accept().await.unwrap().0);
        for one in moves {
            match one {
                Says(words) => line.write_all(words.as_bytes()).await.unwrap(),
                Hears(begin) => {
                    let start = heard.len();
                    line.read_line(&mut heard).await.unwrap();
                    assert!(heard[start..].starts_with(begin), "waited for {begin}, heard {:?}", &heard[start..]);
                }
                HearsMessage => {
                    while !heard.ends_with("\r\n.\r\n") {
                        assert_ne!(line.read_line(&mut heard).await.unwrap(), 0, "hung up in the message: {heard}");
                    }
                }
                SaysForEver(words) => while line.write_all(words.as_bytes()).await.is_ok() {},
                Waits => {
                    let _ = line.read_to_string(&mut heard).await;
                }
                Again => line = BufReader::new(listener.accept().await.unwrap().0),
            }
        }
        heard
    });
    (Exchanger { host: "mx.else.example".to_owned(), addresses: vec![at.ip()], port: at.port() }, played)
}

fn parcel(to: &[&str]) -> Parcel {
    Parcel {
        reverse_path: Some("alice@example.com".to_owned()),
        recipients: to.iter().map(|&to| to.to_owned()).collect(),
        bytes: b"Subject: Hi\r\n\r\n.dot\r\n".to_vec(),
    }
}

fn courier() -> SmtpCourier {
    let short = Duration::from_millis(700);
    let patience = Patience { connect: short, greeting: short, command: short, whole: short * 2 };
    SmtpCourier::new("hs.example.com").with_patience(patience)
}

/// The codes that `to` get from a server that plays `moves`, or the error; and what the server heard.
async fn offer_to(moves: &'static [Move], to: &[&str]) -> (Result<Vec<u16>, String>, JoinHandle<String>) {
    let (exchanger, played) = play(moves).await;
    let done = courier().offer(&exchanger, &parcel(to)).await;
    let codes = done.map(|receipts| receipts.iter().map(|receipt| receipt.code).collect()).map_err(|error| error.0);
    (codes, played)
}

async fn offer(moves: &'static [Move]) -> Result<Vec<u16>, String> {
    offer_to(moves, &["a@else.example"]).await.0
}

const EHLO: Move = Says("250-mx.else.example\r\n250 8BITMIME\r\n");

#[tokio::test]
async fn every_recipient_has_an_answer_of_its_own() {
    let moves: &[Move] = &[
        Says("220 mx\r\n"),
        Hears("EHLO hs.example.com\r\n"),
        EHLO,
        Hears("MAIL FROM:<alice@example.com>\r\n"),
        Says("250 ok\r\n"),
        Hears("RCPT TO:<a@else.example>\r\n"),
        Says("250 ok\r\n"),
        Hears("RCPT TO:<b@else.example>\r\n"),
        Says("550-5.1.1 no such\r\n550 5.1.1 user\r\n"),
        Hears("RCPT TO:<c@else.example>\r\n"),
        Says("452 4.5.3 enough\r\n"),
        Hears("DATA\r\n"),
        Says("354 go\r\n"),
        HearsMessage,
        Says("250 2.0.0 kept\r\n"),
        Hears("QUIT\r\n"),
    ];
    let (codes, played) = offer_to(moves, &["a@else.example", "b@else.example", "c@else.example"]).await;
    assert_eq!(codes, Ok(vec![250, 550, 452]));
    assert!(played.await.unwrap().contains("DATA\r\nSubject: Hi\r\n\r\n..dot\r\n.\r\nQUIT"));
}

#[tokio::test]
async fn no_message_is_sent_where_nobody_is_taken() {
    let moves: &[Move] = &[
        Says("220 mx\r\n"),
        Hears("EHLO"),
        EHLO,
        Hears("MAIL"),
        Says("250 ok\r\n"),
        Hears("RCPT"),
        Says("450 4.7.1 greylisted\r\n"),
        Hears("QUIT"),
    ];
    let (codes, played) = offer_to(moves, &["a@else.example"]).await;
    assert_eq!(codes, Ok(vec![450]));
    played.await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_busy_silent_or_gone_has_not_answered() {
    assert!(offer(&[Says("421 4.3.2 busy\r\n")]).await.unwrap_err().starts_with("421 4.3.2"));
    assert_eq!(offer(&[Waits]).await.unwrap_err(), "no answer in time");
    assert!(offer(&[]).await.is_err());
    assert!(offer(&[Says("220 mx\r\n"), Hears("EHLO"), EHLO, Hears("MAIL")]).await.is_err());
    let refused = Exchanger { host: "mx".to_owned(), addresses: vec![[127, 0, 0, 1].into()], port: 1 };
    assert!(courier().offer(&refused, &parcel(&["a@else.example"])).await.unwrap_err().0.contains("refused"));
}

#[tokio::test]
async fn a_refused_sender_or_message_is_an_answer_for_all() {
    let at_mail: &[Move] = &[Says("220 mx\r\n"), Hears("EHLO"), EHLO, Hears("MAIL"), Says("553 5.7.1 no\r\n"), Waits];
    assert_eq!(offer(at_mail).await, Ok(vec![553]));
    let at_dot: &[Move] = &[
        Says("220 mx\r\n"),
        Hears("EHLO"),
        EHLO,
        Hears("MAIL"),
        Says("250 ok\r\n"),
        Hears("RCPT"),
        Says("250 ok\r\n"),
        Hears("DATA"),
        Says("354 go\r\n"),
        HearsMessage,
        Says("554 5.7.1 spam\r\n"),
        Waits,
    ];
    assert_eq!(offer(at_dot).await, Ok(vec![554]));
}

#[tokio::test]
async fn a_line_cut_behind_the_dot_asks_to_wait_rather_than_for_another_server() {
    let moves: &[Move] = &[
        Says("220 mx\r\n"),
        Hears("EHLO"),
        EHLO,
        Hears("MAIL"),
        Says("250 ok\r\n"),
        Hears("RCPT"),
        Says("250 ok\r\n"),
        Hears("DATA"),
        Says("354 go\r\n"),
        HearsMessage,
    ];
    assert_eq!(offer(moves).await, Ok(vec![451]));
}

#[tokio::test]
async fn a_broken_handshake_is_followed_by_a_line_in_the_clear() {
    let moves: &[Move] = &[
        Says("220 mx\r\n"),
        Hears("EHLO"),
        Says("250-mx\r\n250 STARTTLS\r\n"),
        Hears("STARTTLS\r\n"),
        Says("220 go\r\nthis is no handshake\r\n"),
        Again,
        Says("220 mx\r\n"),
        Hears("EHLO"),
        Says("250-mx\r\n250 STARTTLS\r\n"),
        Hears("MAIL"),
        Says("250 ok\r\n"),
        Hears("RCPT"),
        Says("250 ok\r\n"),
        Hears("DATA"),
        Says("354 go\r\n"),
        HearsMessage,
        Says("250 kept\r\n"),
        Waits,
    ];
    assert_eq!(offer(moves).await, Ok(vec![250]));
}

#[tokio::test]
async fn a_server_that_talks_without_end_is_left() {
    let moves: &[Move] = &[Says("220 mx\r\n"), Hears("EHLO"), SaysForEver("250-more and more and more\r\n")];
    assert!(offer(moves).await.is_err());
    assert!(offer(&[SaysForEver("220-no line ends here ")]).await.is_err());
}

#[tokio::test]
async fn an_answer_that_nobody_can_read_is_this_server_s_fault() {
    assert!(offer(&[Says("220 mx\r\n"), Hears("EHLO"), Says("250-mx\r\n250   \r\n"), Waits]).await.is_err());
    assert!(offer(&[Says("hello\r\n"), Waits]).await.is_err());
    assert!(offer(&[Says("220 \u{1F980}\r\n"), Hears("EHLO"), Says("999 what\r\n"), Waits]).await.is_err());
}

#[tokio::test]
async fn addresses_beyond_ascii_go_as_the_server_can_read_them() {
    let moves: &[Move] = &[
        Says("220 mx\r\n"),
        Hears("EHLO"),
        EHLO,
        Hears("MAIL FROM:<alice@example.com>\r\n"),
        Says("250 ok\r\n"),
        Hears("RCPT TO:<a@xn--mller-kva.example>\r\n"),
        Says("450 later\r\n"),
        Waits,
    ];
    let (codes, _) = offer_to(moves, &["a@müller.example", "jürgen@müller.example"]).await;
    assert_eq!(codes, Ok(vec![450, 553]));
    let moves: &[Move] = &[
        Says("220 mx\r\n"),
        Hears("EHLO"),
        Says("250-mx\r\n250 SMTPUTF8\r\n"),
        Hears("MAIL FROM:<alice@example.com> SMTPUTF8\r\n"),
        Says("250 ok\r\n"),
        Hears("RCPT TO:<jürgen@müller.example>\r\n"),
        Says("450 later\r\n"),
        Waits,
    ];
    assert_eq!(offer_to(moves, &["jürgen@müller.example"]).await.0, Ok(vec![450]));
}

#[tokio::test]
async fn an_address_cannot_end_the_command() {
    assert_eq!(written("a@else.example>\r\nDATA", true), None);
    assert_eq!(written("a>@else.example", false), None);
}

fn relay(at: &Exchanger, host: &str) -> SmtpCourier {
    let login = Some(("me".to_owned(), Secret::new("open sesame".to_owned())));
    let relay = Relay { host: host.to_owned(), port: at.port, is_tls: false, login };
    SmtpCourier { relay: Some(Arc::new(relay)), ..courier() }
}

#[tokio::test]
async fn the_password_goes_to_a_relay_of_this_machine_but_not_in_the_clear_to_another() {
    let moves: &[Move] = &[
        Says("220 relay\r\n"),
        Hears("EHLO"),
        Says("250-relay\r\n250 AUTH PLAIN\r\n"),
        Hears("AUTH PLAIN AG1lAG9wZW4gc2VzYW1l\r\n"),
        Says("235 in\r\n"),
        Hears("MAIL"),
        Says("450 later\r\n"),
        Waits,
    ];
    let (exchanger, _) = play(moves).await;
    let done = relay(&exchanger, "127.0.0.1").offer(&exchanger, &parcel(&["a@else.example"])).await;
    assert_eq!(done.unwrap()[0].code, 450);
    let (exchanger, played) = play(&[Says("220 relay\r\n"), Hears("EHLO"), Says("250 AUTH PLAIN\r\n"), Waits]).await;
    let done = relay(&exchanger, "relay.example").offer(&exchanger, &parcel(&["a@else.example"])).await;
    assert!(done.unwrap_err().0.contains("no encryption"));
    assert!(!played.await.unwrap().contains("AUTH"));
}

#[tokio::test]
async fn a_relay_that_cannot_prove_its_name_gets_nothing() {
    let moves: &[Move] = &[
        Says("220 relay\r\n"),
        Hears("EHLO"),
        Says("250-relay\r\n250 STARTTLS\r\n"),
        Hears("STARTTLS"),
        Says("220 go\r\n250 AUTH PLAIN\r\n235 injected\r\n"),
        Waits,
    ];
    let (exchanger, _) = play(moves).await;
    assert!(relay(&exchanger, "relay.example").offer(&exchanger, &parcel(&["a@else.example"])).await.is_err());
}

#[test]
fn line_ends_are_made_whole() {
    let cases: [(&[u8], &[u8]); 8] = [
        (b"", b""),
        (b"a", b"a\r\n"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n"),
        (b"a\nb\n", b"a\r\nb\r\n"),
        (b"a\rb\r", b"a\r\nb\r\n"),
        (b"\n.\r\nMAIL", b"\r\n.\r\nMAIL\r\n"),
        (b"a\r\r\nb\n\r", b"a\r\n\r\nb\r\n\r\n"),
        (b"a\r\n\r", b"a\r\n\r\n"),
    ];
    for (bytes, wanted) in cases {
        assert_eq!(crlf(bytes), wanted, "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn no_lone_cr_or_lf_ever_leaves(bytes in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), any::<u8>()], 0..200)) {
        let out = crlf(&bytes);
        prop_assert!(is_crlf(&out));
        prop_assert_eq!(crlf(&out), &*out, "what is whole stays as it is");
        let text = |bytes: &[u8]| bytes.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect::<Vec<_>>();
        prop_assert_eq!(text(&bytes), text(&out));
        let without_pairs = String::from_utf8_lossy(&out).replace("\r\n", "");
        prop_assert!(!without_pairs.contains(['\r', '\n']));
    }
}
