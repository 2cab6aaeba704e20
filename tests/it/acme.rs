//! A certificate from an authority: Debian's `pebble`, which speaks RFC 8555 and looks at what is proven as a real one does.

use crate::office::{Nobody, TestOffice, wait_until};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

const NAME: &str = "mail.example.org";

fn free() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What is stopped again, whatever happens.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One authority at a time: each takes ports that were free a moment ago.
static TURN: Mutex<()> = Mutex::new(());

/// An authority on this machine, for which every name leads here.
struct Authority {
    folder: TempDir,
    port: u16,
    management: u16,
    dns: u16,
    http: u16,
    https: u16,
    running: Vec<Running>,
    _turn: MutexGuard<'static, ()>,
}

impl Authority {
    /// One that gives certificates for so many seconds; not started yet. Nothing where there is none on this machine.
    fn new(seconds: u64) -> Option<Self> {
        if Command::new("pebble").arg("-h").output().is_err() {
            eprintln!("SKIPPED: no pebble here; tests/install.sh installs it");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let [port, management, dns, http, https] = [(); 5].map(|()| free());
        let authority = Self { folder, port, management, dns, http, https, running: Vec::new(), _turn };
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        fs::write(authority.path("own.pem"), own.cert.pem()).unwrap();
        fs::write(authority.path("own.key"), own.signing_key.serialize_pem()).unwrap();
        let config = format!(
            r#"{{"pebble": {{"listenAddress": "127.0.0.1:{port}", "managementListenAddress": "127.0.0.1:{management}",
                "certificate": "{}", "privateKey": "{}", "httpPort": {http}, "tlsPort": {https},
                "ocspResponderURL": "", "externalAccountBindingRequired": false,
                "certificateValidityPeriod": {seconds}}}}}"#,
            authority.path("own.pem").display(),
            authority.path("own.key").display(),
        );
        fs::write(authority.path("pebble.json"), config).unwrap();
        Some(authority)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&mut self) {
        let dns = format!("127.0.0.1:{}", self.dns);
        let mut names = Command::new("pebble-challtestsrv");
        names.args(["-http01", "", "-https01", "", "-tlsalpn01", "", "-management", "", "-defaultIPv6", ""]);
        names.args(["-dns01", &dns]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut pebble = Command::new("pebble");
        pebble.arg("-config").arg(self.path("pebble.json")).args(["-dnsserver", &dns]);
        pebble.env("PEBBLE_VA_NOSLEEP", "1").env("PEBBLE_AUTHZREUSE", "0");
        pebble.stdout(Stdio::null()).stderr(Stdio::null());
        self.running = vec![Running(names.spawn().unwrap()), Running(pebble.spawn().unwrap())];
        wait_until("the authority is open", || self.root().is_some());
    }

    fn stop(&mut self) {
        self.running.clear();
    }

    /// The root that its certificates go back to.
    fn root(&self) -> Option<String> {
        let url = format!("https://127.0.0.1:{}/roots/0", self.management);
        let out = Command::new("curl").args(["-sSk", "--noproxy", "*", &url]).output().unwrap();
        let pem = String::from_utf8_lossy(&out.stdout).into_owned();
        pem.contains("BEGIN CERTIFICATE").then_some(pem)
    }

    /// An office that asks it.
    fn office(&self, challenge: &str) -> TestOffice {
        let [http, https] = [self.http, self.https].map(|port| format!("127.0.0.1:{port}"));
        let directory = format!("https://localhost:{}/dir", self.port);
        let root = self.path("own.pem");
        let values = [
            ("listen.http", http.as_str()),
            ("listen.https", &https),
            ("tls.acme.directory", &directory),
            ("tls.acme.contact", "admin@example.org"),
            ("tls.acme.root", root.to_str().unwrap()),
            ("tls.acme.challenge", challenge),
        ];
        TestOffice::open_with(Arc::new(Nobody), &values)
    }
}

/// How openssl reaches a door.
fn s_client(door: &str, at: SocketAddr) -> Command {
    let mut client = Command::new("openssl");
    client.args(["s_client", "-connect", &at.to_string(), "-servername", NAME]);
    if door == "smtp" || door == "submission" {
        client.args(["-starttls", "smtp"]);
    }
    client
}

/// The serial number of the certificate that a door shows, and who signed it.
fn shown(office: &TestOffice, door: &str) -> (String, String) {
    let out = s_client(door, office.door(door)).stdin(Stdio::null()).stderr(Stdio::null()).output().unwrap();
    let mut reader = Command::new("openssl");
    reader.args(["x509", "-noout", "-serial", "-issuer"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut reader = reader.stderr(Stdio::null()).spawn().unwrap();
    let _ = reader.stdin.take().unwrap().write_all(&out.stdout);
    let text = String::from_utf8_lossy(&reader.wait_with_output().unwrap().stdout).into_owned();
    let line = |begin: &str| text.lines().find(|line| line.starts_with(begin)).unwrap_or_default().to_owned();
    (line("serial="), line("issuer="))
}

const SEALED: [&str; 4] = ["https", "smtp", "submission", "submissions"];

/// Whether a door's certificate is believed by who believes in the authority's root alone.
fn is_believed(office: &TestOffice, door: &str, root: &Path) -> bool {
    let at = office.door(door);
    let protocol = match door {
        "https" => "https",
        "submissions" => "smtps",
        _ => "smtp",
    };
    let url = format!("{protocol}://{NAME}:{}/{}", at.port(), if door == "https" { "healthz" } else { "" });
    let resolve = format!("{NAME}:{}:127.0.0.1", at.port());
    let mut curl = Command::new("curl");
    curl.args(["-sS", "--noproxy", "*", "--ssl-reqd", "--resolve", &resolve, "--cacert"]).arg(root);
    if protocol != "https" {
        curl.args(["-X", "NOOP"]);
    }
    curl.arg(url).output().unwrap().status.success()
}

/// A connection that stays open.
struct Line {
    child: Running,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Line {
    fn open(office: &TestOffice, door: &str) -> Self {
        let mut client = s_client(door, office.door(door));
        client.args(["-quiet", "-ign_eof"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = client.spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child: Running(child), to, from }
    }

    fn say(&mut self, words: &str) {
        self.to.write_all(words.as_bytes()).unwrap();
        self.to.flush().unwrap();
    }

    /// The next line that begins so.
    fn hear(&mut self, begin: &str) {
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the connection ended before {begin:?}");
            if line.starts_with(begin) {
                return;
            }
        }
    }
}

/// From the office's own certificate to the authority's, at every door, while connections stay open.
fn is_given(challenge: &str) {
    let Some(mut authority) = Authority::new(90 * 24 * 3600) else { return };
    let office = authority.office(challenge);
    let own = shown(&office, "https");
    assert!(own.1.contains(NAME), "of its own making: {own:?}");
    let mut open = ["smtp", "submission", "submissions"].map(|door| Line::open(&office, door));
    for line in &mut open {
        line.say("EHLO me.example\r\n");
        line.hear("250 ");
    }
    authority.start();
    let root = authority.path("root.pem");
    fs::write(&root, authority.root().unwrap()).unwrap();
    // A browser's connection is only kept while it is used.
    let browser = Mutex::new(Line::open(&office, "https"));
    let ask = || {
        let mut browser = browser.lock().unwrap();
        browser.say(&format!("GET /healthz HTTP/1.1\r\nHost: {NAME}\r\n\r\n"));
        browser.hear("HTTP/1.1 200");
    };
    wait_until("the authority's certificate is shown", || {
        ask();
        shown(&office, "https").1.contains("Pebble")
    });
    ask();
    for door in SEALED {
        assert_eq!(shown(&office, door), shown(&office, "https"), "{door}");
        assert!(is_believed(&office, door, &root), "{door}");
        assert!(!is_believed(&office, door, &authority.path("own.pem")), "{door}");
    }
    for line in &mut open {
        line.say("NOOP\r\n");
        line.hear("250 ");
    }
    drop(open);
    let data = office.office.store.path().parent().unwrap().to_owned();
    for name in ["acme-certificate.pem", "acme-account.json"] {
        assert_eq!(fs::metadata(data.join(name)).unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    let mut anna = office.signed_in("anna");
    let told = || office.signed_in("anna").get("/admin").body;
    wait_until("no trouble is told any more", || !told().contains("could not be renewed"));
    let overview = told();
    assert!(overview.contains("Certificate good for 89 days") || overview.contains("Certificate good for 90 days"));
    let numbers = anna.get("/metrics").body;
    assert!(numbers.contains("hailstone_tls_renewal_failures 0"), "{numbers}");
    assert!(numbers.contains("hailstone_tls_renewal_next_timestamp_seconds "), "{numbers}");
    assert_eq!(anna.get("/.well-known/acme-challenge/x").status, 404, "nothing is shown any more");
}

#[test]
fn a_certificate_is_given_for_a_word_at_an_address() {
    is_given("http-01");
}

#[test]
fn a_certificate_is_given_for_a_certificate() {
    is_given("tls-alpn-01");
}

#[test]
fn it_is_renewed_in_time_and_stays_where_the_authority_is_silent() {
    let Some(mut authority) = Authority::new(24) else { return };
    authority.start();
    let office = authority.office("http-01");
    wait_until("there is one", || shown(&office, "https").1.contains("Pebble"));
    let first = shown(&office, "https");
    let mut line = Line::open(&office, "submissions");
    line.say("EHLO me.example\r\n");
    line.hear("250 ");
    wait_until("it is another", || shown(&office, "https").0 != first.0);
    let second = shown(&office, "smtp");
    assert!(second.1.contains("Pebble") && second != first, "{second:?}");
    line.say("NOOP\r\n");
    line.hear("250 ");
    authority.stop();
    let trouble = || office.office.status.renewed().map(|renewal| renewal.trouble).unwrap_or_default();
    wait_until("it is told that nobody answers", || !trouble().is_empty());
    assert_eq!(shown(&office, "submission"), second, "the old one stays");
    let mut anna = office.signed_in("anna");
    let overview = anna.get("/admin").body;
    assert!(overview.contains("It could not be renewed: the authority could not be asked"), "{overview}");
    assert!(overview.contains("It is tried again by itself"), "{overview}");
    // The next authority at that place knows nothing of the account: it is given a new one.
    authority.start();
    wait_until("it is given again", || !shown(&office, "https").0.is_empty() && shown(&office, "https").0 != second.0);
    wait_until("the trouble is over", || trouble().is_empty());
    drop(line.child);
}
