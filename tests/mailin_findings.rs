//! Why the office receives mail itself: what mailin-embedded 0.8.3 does, so that a newer release can be judged again.
//!
//! Each test holds the crate to a fault. Where one fails, the crate got better: look at
//! `docs/decisions/0001-own-smtp-receiver.md` again.

use mailin_embedded::{Handler, Response, Server, SslConfig, response};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

const AGAIN: &str = "mailin-embedded behaves differently now: look at docs/decisions/0001-own-smtp-receiver.md again";

/// Takes everything, and refuses a message whose sender asks for it.
#[derive(Clone, Default)]
struct Taker {
    refuses: bool,
}

impl Handler for Taker {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.refuses = from.starts_with("refuse@");
        response::OK
    }

    fn data(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        if self.refuses { response::INTERNAL_ERROR } else { response::OK }
    }
}

#[cfg(test)]
mod findings {
    use super::*;

    struct Client(BufReader<TcpStream>);

    impl Client {
        /// A client in its own server, with the greeting and EHLO behind it.
        fn greeted() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let at: SocketAddr = listener.local_addr().unwrap();
            std::thread::spawn(move || {
                let mut server = Server::new(Taker::default());
                server.with_name("test").with_ssl(SslConfig::None).unwrap().with_tcp_listener(listener);
                server.serve().unwrap();
            });
            let stream = TcpStream::connect(at).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let mut client = Self(BufReader::new(stream));
            assert_eq!(client.code(), "220");
            assert_eq!(client.say("EHLO client.example.net\r\n"), "250");
            client
        }

        /// With a message begun, so that its text comes next.
        fn in_data(from: &str) -> Self {
            let mut client = Self::greeted();
            assert_eq!(client.say(&format!("MAIL FROM:<{from}>\r\n")), "250");
            assert_eq!(client.say("RCPT TO:<anna@example.org>\r\n"), "250");
            assert_eq!(client.say("DATA\r\n"), "354");
            client
        }

        fn say(&mut self, words: &str) -> String {
            self.0.get_mut().write_all(words.as_bytes()).unwrap();
            self.code()
        }

        /// The code of the next reply; empty where none comes.
        fn code(&mut self) -> String {
            loop {
                let mut line = String::new();
                if self.0.read_line(&mut line).unwrap_or(0) == 0 {
                    return String::new();
                }
                if line.as_bytes().get(3) != Some(&b'-') {
                    return line.chars().take(3).collect();
                }
            }
        }

        /// Whether nothing is answered for a while.
        fn hears_nothing(&mut self) -> bool {
            self.0.get_mut().set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            self.code().is_empty()
        }
    }

    #[test]
    fn no_bounce_can_be_received() {
        assert_eq!(Client::greeted().say("MAIL FROM:<>\r\n"), "500", "{AGAIN}");
    }

    #[test]
    fn parameters_of_mail_are_syntax_errors() {
        for parameter in ["SIZE=100", "SMTPUTF8"] {
            let line = format!("MAIL FROM:<bob@example.net> {parameter}\r\n");
            assert_eq!(Client::greeted().say(&line), "500", "{parameter}: {AGAIN}");
        }
    }

    #[test]
    fn a_bare_line_feed_and_a_dot_end_the_message() {
        let mut client = Client::in_data("bob@example.net");
        let hidden = "outer\n.\r\nMAIL FROM:<ceo@example.org>\r\n";
        assert_eq!(client.say(hidden), "250", "{AGAIN}");
        assert_eq!(client.code(), "250", "the smuggled command was obeyed; {AGAIN}");
    }

    #[test]
    fn after_a_refused_message_commands_are_taken_for_text() {
        let mut client = Client::in_data("refuse@example.net");
        let refused = client.say("text\r\n.\r\n");
        assert!(refused.starts_with('4') || refused.starts_with('5'), "{refused}");
        client.0.get_mut().write_all(b"NOOP\r\n").unwrap();
        assert!(client.hears_nothing(), "{AGAIN}");
    }

    #[test]
    fn a_line_may_be_as_long_as_it_likes() {
        let mut client = Client::in_data("bob@example.net");
        client.0.get_mut().write_all(&b"x".repeat(4 * 1024 * 1024)).unwrap();
        assert_eq!(client.say("\r\n.\r\n"), "250", "{AGAIN}");
    }
}
