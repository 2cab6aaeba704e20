//! The doors as others reach them: HTTP/2, behind a proxy, by IPv6, and with sockets that were handed over.

use crate::http::Browser;
use crate::office::{ANNA, Nobody, PASSWORD, TestOffice, smtp_send};
use crate::program::{Serving, command, done, message, run, set_up};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

/// Asks the office's name at a door, whatever certificate it shows.
fn curl(at: SocketAddr, words: &[&str]) -> Output {
    let resolve = format!("mail.example.org:{}:{}", at.port(), at.ip());
    let out = Command::new("curl").args(["-sS", "-k", "--noproxy", "*", "--resolve", &resolve]).args(words).output();
    out.expect("curl is installed by tests/install.sh")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_https_door_speaks_http_2_and_wants_to_be_spoken_to_so_for_ever() {
    let office = TestOffice::open_with(Arc::new(Nobody), &[("listen.https", "127.0.0.1:0")]);
    let at = office.door("https");
    let url = format!("https://mail.example.org:{}/login", at.port());
    for (flag, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
        let answer = said(&curl(at, &[flag, "-D", "-", "-o", "/dev/null", "-w", "version %{http_version}", &url]));
        assert!(answer.contains(&format!("version {version}")), "{answer}");
        assert!(answer.to_lowercase().contains("strict-transport-security: max-age=63072000"), "{answer}");
        assert!(answer.contains("HTTP/") && answer.contains(" 200"), "{answer}");
    }
    let plain = office.browser().get("/login");
    assert!(
        plain.status == 200 && plain.header("strict-transport-security").is_empty(),
        "in the clear it means nothing"
    );
    // A form by HTTP/2, with the cookie that only TLS is given.
    let jar = tempfile::NamedTempFile::new().unwrap();
    let jar = jar.path().to_str().unwrap();
    let page = said(&curl(at, &["--http2", "-c", jar, &url]));
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = format!("username=anna&password={}&csrf={csrf}", PASSWORD.replace(' ', "+"));
    let origin = format!("Origin: https://mail.example.org:{}", at.port());
    let answer = said(&curl(at, &["--http2", "-b", jar, "-c", jar, "-D", "-", "-H", &origin, "-d", &form, &url]));
    assert!(answer.contains("HTTP/2 303") && answer.contains("__Host-hs_session="), "{answer}");
}

#[test]
fn who_comes_in_the_clear_is_sent_on_where_that_is_asked_for() {
    let values = [("listen.https", "127.0.0.1:0"), ("web.redirect", "on"), ("web.trusted_proxies", "127.0.0.1")];
    let office = TestOffice::open_with(Arc::new(Nobody), &values);
    let port = office.door("https").port();
    let mut browser = office.browser();
    let sent = browser.get("/mail/inbox?page=2");
    assert_eq!(sent.status, 308);
    assert_eq!(sent.header("location"), format!("https://mail.example.org:{port}/mail/inbox?page=2"));
    assert_eq!(browser.get("/healthz").status, 200);
    assert_eq!(browser.get("/readyz").status, 200);
    assert_eq!(browser.get("/.well-known/acme-challenge/none").status, 404);
    let sealed = browser.ask("GET", "/login", &[("X-Forwarded-Proto", "https")], b"");
    assert_eq!(sealed.status, 200, "its proxy speaks TLS");
    assert!(!sealed.header("strict-transport-security").is_empty());
    let at = office.door("https");
    let url = format!("https://mail.example.org:{port}/login");
    assert!(said(&curl(at, &["-o", "/dev/null", "-w", "%{http_code}", &url])).contains("200"), "not in circles");
}

/// Signs in with headers of a proxy; where the session says it came from.
fn session_from(office: &TestOffice, headers: &[(&str, &str)]) -> (u16, String, String) {
    let mut browser = office.browser();
    let page = browser.ask("GET", "/login", headers, b"");
    let origin = format!("http://{}", office.door("http"));
    let all: Vec<(&str, &str)> = headers.iter().copied().chain([("Origin", origin.as_str())]).collect();
    let fields = [("username", "anna"), ("password", PASSWORD), ("csrf", &page.csrf())];
    let answer = browser.post_from("/login", &fields, &all);
    let shown = browser.ask("GET", "/settings/security", headers, b"").body;
    (answer.status, answer.header("set-cookie").to_owned(), shown)
}

#[test]
fn a_trusted_proxy_is_believed_on_whom_it_speaks_for() {
    let office = TestOffice::open_with(Arc::new(Nobody), &[("web.trusted_proxies", "127.0.0.0/8, ::1")]);
    let headers = [("X-Forwarded-For", "198.51.100.9, 192.0.2.77"), ("X-Forwarded-Proto", "https")];
    let (status, cookie, shown) = session_from(&office, &headers);
    assert_eq!(status, 303);
    assert!(cookie.starts_with("__Host-hs_session=") && cookie.contains("Secure"), "{cookie}");
    assert!(shown.contains("192.0.2.77") && !shown.contains("198.51.100.9"), "{shown}");
    // Who guesses is slowed down by where they are, not by the proxy's address: others come in all the same.
    let mut guesser = office.browser();
    let guess = [("X-Forwarded-For", "203.0.113.5")];
    let page = guesser.ask("GET", "/login", &guess, b"");
    let origin = format!("http://{}", office.door("http"));
    let headers = [guess[0], ("Origin", origin.as_str())];
    for number in 0..30 {
        let name = format!("nobody{number}");
        guesser.post_from(
            "/login",
            &[("username", &name), ("password", "wrong and long"), ("csrf", &page.csrf())],
            &headers,
        );
    }
    let (status, _, _) = session_from(&office, &[("X-Forwarded-For", "192.0.2.78")]);
    assert_eq!(status, 303);
}

#[test]
fn anybody_else_is_not() {
    for values in [&[][..], &[("web.trusted_proxies", "10.0.0.0/8")][..]] {
        let office = TestOffice::open_with(Arc::new(Nobody), values);
        let headers = [("X-Forwarded-For", "192.0.2.77"), ("X-Forwarded-Proto", "https")];
        let (status, cookie, shown) = session_from(&office, &headers);
        assert_eq!(status, 303);
        assert!(cookie.starts_with("hs_session=") && !cookie.contains("Secure"), "{cookie}");
        assert!(shown.contains("127.0.0.1") && !shown.contains("192.0.2.77"), "{shown}");
    }
}

#[test]
fn every_door_opens_by_ipv6() {
    let six = "[::1]:0";
    let values: Vec<(&str, &str)> =
        ["listen.http", "listen.https", "listen.smtp", "listen.submission", "listen.submissions"]
            .map(|door| (door, six))
            .to_vec();
    let office = TestOffice::open_with(Arc::new(Nobody), &values);
    let mut anna = office.signed_in("anna");
    assert!(anna.get("/settings/security").body.contains("::1"));
    assert_eq!(anna.get("/mail/inbox").status, 200);
    assert!(office.send(b"Subject: by six\r\n\r\nHello\r\n").starts_with("250"));
    let url = format!("https://mail.example.org:{}/login", office.door("https").port());
    assert!(said(&curl(office.door("https"), &["-o", "/dev/null", "-w", "%{http_code}", &url])).contains("200"));
    for (door, protocol) in [("submission", "smtp"), ("submissions", "smtps")] {
        let at = office.door(door);
        assert!(at.is_ipv6(), "{door}");
        let url = format!("{protocol}://mail.example.org:{}/here", at.port());
        let mail = tempfile::NamedTempFile::new().unwrap();
        fs::write(
            mail.path(),
            "From: Anna <anna@example.org>\r\nTo: anna@example.org\r\nSubject: by six\r\n\r\nHello\r\n",
        )
        .unwrap();
        let user = format!("anna:{PASSWORD}");
        let words = [
            "--ssl-reqd",
            "--mail-from",
            ANNA,
            "--mail-rcpt",
            ANNA,
            "-u",
            &user,
            "-T",
            mail.path().to_str().unwrap(),
            &url,
        ];
        let sent = curl(at, &words);
        assert!(sent.status.success(), "{door}: {}", said(&sent));
    }
}

#[test]
fn a_door_may_listen_at_several_addresses() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let mut serve = command(folder.path(), &["serve"]);
    serve.env("HAILSTONE_LISTEN_SMTP", "127.0.0.1:0, [::1]:0").stderr(Stdio::null());
    let mut child = serve.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = Vec::new();
    let mut out = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    while let Some(Ok(line)) = out.next() {
        if line == "ready" {
            break;
        }
        lines.push(line);
    }
    let smtp: Vec<SocketAddr> =
        lines.iter().filter_map(|line| line.strip_prefix("listening smtp ")).map(|at| at.parse().unwrap()).collect();
    assert!(smtp.len() == 2 && smtp.iter().any(SocketAddr::is_ipv6), "{lines:?}");
    for (number, at) in smtp.into_iter().enumerate() {
        let raw = message(&format!("{number}@several.example"), 100);
        assert!(smtp_send(at, "<>", &[ANNA], &raw).starts_with("250"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

fn free() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A serving office whose sockets `systemd-socket-activate` holds: it is started by the first connection.
#[test]
fn systemd_holds_the_sockets_and_the_office_takes_them_by_name() {
    if Command::new("systemd-socket-activate").arg("--version").output().is_err() {
        eprintln!("SKIPPED: no systemd-socket-activate here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let (http, smtp) = (free(), free());
    let plain = command(folder.path(), &["serve"]);
    let mut held = Command::new("systemd-socket-activate");
    held.args(["-l", &smtp.to_string(), "-l", &http.to_string(), "--fdname=smtp:http"]);
    for (name, value) in plain.get_envs() {
        held.arg("-E").arg(format!("{}={}", name.to_string_lossy(), value.unwrap().to_string_lossy()));
    }
    held.arg(plain.get_program()).args(plain.get_args()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = held.spawn().unwrap();
    crate::office::wait_until("systemd listens", || TcpStream::connect(http).is_ok());
    // The first connection starts the office; none that comes meanwhile is lost.
    let mut stream = TcpStream::connect(http).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(smtp_send(smtp, "<>", &[ANNA], &message("held@systemd.example", 100)).starts_with("250"));
    let mut said = String::new();
    // It has become the office itself: the sockets stay open for the next one.
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(
        said.contains(&format!("listening http {http}")) && said.contains(&format!("listening smtp {smtp}")),
        "{said}"
    );
    assert!(said.contains("listening submission "), "the others are opened as configured: {said}");
    assert!(done(folder.path(), &["mail", "export", "anna"], "").contains("held@systemd.example"));
}

#[test]
fn a_socket_of_no_door_is_refused_by_its_name() {
    if Command::new("systemd-socket-activate").arg("--version").output().is_err() {
        eprintln!("SKIPPED: no systemd-socket-activate here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let at = free();
    let mut held = Command::new("systemd-socket-activate");
    held.args(["-l", &at.to_string(), "--fdname=imap"]);
    held.arg(env!("CARGO_BIN_EXE_hailstone")).arg("--data").arg(folder.path()).arg("serve");
    let child = held.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    crate::office::wait_until("systemd listens", || TcpStream::connect(at).is_ok());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("named \"imap\", which is no door: smtp, submission"), "{said}");
}

#[test]
fn what_does_not_go_together_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    for (values, words) in [
        (&[("WEB_REDIRECT", "on")][..], "web.redirect: needs listen.https"),
        (&[("WEB_REDIRECT", "maybe")], "neither on nor off"),
        (&[("WEB_TRUSTED_PROXIES", "everybody")], "no address and no network"),
        (&[("TLS_ACME_DIRECTORY", "http://ca.example")], "neither letsencrypt nor an address"),
        (&[("TLS_ACME_DIRECTORY", "letsencrypt"), ("LISTEN_HTTP", "off")], "http-01 needs listen.http"),
        (&[("TLS_ACME_DIRECTORY", "letsencrypt"), ("TLS_ACME_CHALLENGE", "tls-alpn-01")], "needs listen.https"),
        (&[("TLS_ACME_DIRECTORY", "letsencrypt"), ("TLS_ACME_CHALLENGE", "dns-01")], "neither http-01 nor tls-alpn-01"),
        (&[("TLS_ACME_DIRECTORY", "letsencrypt"), ("TLS_CERTIFICATE", "x.pem")], "tls.certificate is set as well"),
        (&[("TLS_ACME_DIRECTORY", "letsencrypt"), ("OFFICE_HOSTNAME", "localhost")], "a name with a dot"),
    ] {
        let mut serve = command(folder.path(), &["serve"]);
        for (name, value) in values {
            serve.env(format!("HAILSTONE_{name}"), value);
        }
        let output = serve.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(78) && said.contains(words), "{values:?}: {:?} {said}", output.status);
    }
    assert!(run(folder.path(), &["config"], "").status.success());
    let office = Serving::start(folder.path());
    assert_eq!(Browser::new(office.doors["http"]).get("/login").status, 200);
    assert_eq!(office.terminate(), Some(0));
}
