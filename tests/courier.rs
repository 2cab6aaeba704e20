//! The courier against a server that others wrote: mailin-embedded.

#[cfg(test)]
mod far_side {
    use hailstone::services::courier::SmtpCourier;
    use hailstone::services::outside::{Courier as _, Exchanger, Parcel};
    use mailin_embedded::{Handler, Response, Server, SslConfig, response};
    use std::io;
    use std::net::{IpAddr, TcpListener};
    use std::sync::{Arc, Mutex};

    /// Keeps what it is sent; refuses `nobody@…`.
    #[derive(Clone, Default)]
    struct Keeper {
        kept: Arc<Mutex<Vec<Kept>>>,
        now: Kept,
    }

    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    struct Kept {
        from: String,
        to: Vec<String>,
        is_8bit: bool,
        bytes: Vec<u8>,
    }

    impl Handler for Keeper {
        fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
            self.now = Kept { from: from.to_owned(), ..Kept::default() };
            response::OK
        }

        fn rcpt(&mut self, to: &str) -> Response {
            if to.starts_with("nobody@") { response::NO_MAILBOX } else { response::OK }
        }

        fn data_start(&mut self, _: &str, _: &str, is_8bit: bool, to: &[String]) -> Response {
            self.now.is_8bit = is_8bit;
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

    /// A server on this machine, and what it keeps.
    fn server(tls: SslConfig) -> (Exchanger, Arc<Mutex<Vec<Kept>>>) {
        let keeper = Keeper::default();
        let kept = keeper.kept.clone();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let mut server = Server::new(keeper);
        server.with_name("mx.else.example").with_ssl(tls).unwrap().with_tcp_listener(listener);
        std::thread::spawn(move || server.serve().unwrap());
        (Exchanger { host: "mx.else.example".to_owned(), addresses: vec![at.ip()], port: at.port() }, kept)
    }

    fn messages() -> Vec<Vec<u8>> {
        let head = "From: alice@example.com\r\nSubject: Hi\r\n\r\n";
        let long = "x".repeat(20_000);
        let text = |body: &str| format!("{head}{body}").into_bytes();
        vec![
            text("plain\r\n"),
            text(""),
            text(".\r\n..\r\n.dot\r\n\r\n.\r\n"),
            text(&format!("{long}\r\n.{long}\r\n")),
            text("Grüße, 雹\r\n"),
            text("\r\n\r\n\r\n"),
            text(&"0123456789.\r\n.".repeat(60_000)),
        ]
    }

    /// The line ends that a message goes out with.
    fn ended(bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        if !bytes.ends_with(b"\r\n") {
            bytes.extend_from_slice(b"\r\n");
        }
        bytes
    }

    async fn send_all(tls: SslConfig) {
        let (exchanger, kept) = server(tls);
        let courier = SmtpCourier::new("hs.example.com");
        let recipients = ["a@else.example", "nobody@else.example", "b@else.example"].map(str::to_owned).to_vec();
        for bytes in messages() {
            let reverse_path = Some("alice@example.com".to_owned());
            let parcel = Parcel { reverse_path, recipients: recipients.clone(), bytes: bytes.clone() };
            let receipts = courier.offer(&exchanger, &parcel).await.unwrap();
            let codes: Vec<u16> = receipts.iter().map(|receipt| receipt.code).collect();
            assert_eq!(codes, [250, 550, 250]);
            let got = kept.lock().unwrap().pop().unwrap();
            assert_eq!(got.bytes.len(), ended(&bytes).len());
            assert!(got.bytes == ended(&bytes), "the bytes differ");
            assert_eq!((got.from.as_str(), got.to.len()), ("alice@example.com", 2));
            assert_eq!(got.is_8bit, !bytes.is_ascii());
        }
    }

    #[tokio::test]
    async fn messages_arrive_byte_for_byte() {
        send_all(SslConfig::None).await;
    }

    #[tokio::test]
    async fn messages_arrive_byte_for_byte_encrypted_by_a_certificate_that_proves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["somebody.else".to_owned()]).unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (cert_path, key_path) = (path("cert.pem"), path("key.pem"));
        std::fs::write(&cert_path, made.cert.pem()).unwrap();
        std::fs::write(&key_path, made.signing_key.serialize_pem()).unwrap();
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        send_all(SslConfig::SelfSigned { cert_path, key_path }).await;
    }
}
