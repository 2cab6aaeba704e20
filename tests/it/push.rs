//! Closed browsers are woken: a push service of our own on this machine, over TLS, and a browser's keys to read with.

use crate::http::Browser;
use crate::office::{TestOffice, wait_until};
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hailstone::domain::chat::{self, MessageKind, NewMessage};
use hailstone::domain::policy::{self, Act};
use hailstone::domain::presence::{Choice, Chosen, Device};
use hailstone::domain::push as waking;
use hailstone::domain::store::count_jobs;
use hailstone::kernel::id::PersonId;
use hailstone::services::fetcher::HttpsFetcher;
use hailstone::services::push;
use hailstone::services::resolver::DnsResolver;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What a push service got.
#[derive(Debug, Clone)]
struct Pushed {
    head: String,
    body: Vec<u8>,
}

impl Pushed {
    fn header(&self, name: &str) -> &str {
        let mark = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(mark.as_str())).unwrap_or_default()
    }
}

/// A push service on this machine.
struct Service {
    got: Arc<Mutex<Vec<Pushed>>>,
    says: Arc<AtomicU16>,
    origin: String,
}

impl Service {
    /// An office that believes this service's certificate, and the service.
    fn open() -> (TestOffice, Self) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let certificate: CertificateDer<'static> = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let resolver = Arc::new(DnsResolver::new("").unwrap());
        let fetcher = HttpsFetcher::new(resolver).with_own_machine(certificate.clone());
        let office = TestOffice::open_with(Arc::new(fetcher), &[]);
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key.into()).unwrap();
        let listener = office.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let (got, says) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU16::new(201)));
        office.runtime.spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), got.clone(), says.clone()));
        (office, Self { got, says, origin })
    }

    fn count(&self) -> usize {
        self.got.lock().unwrap().len()
    }

    fn last(&self) -> Pushed {
        self.got.lock().unwrap().last().unwrap().clone()
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, got: Arc<Mutex<Vec<Pushed>>>, says: Arc<AtomicU16>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = tls.accept(stream).await else { continue };
        let (mut raw, mut piece) = (Vec::new(), [0; 4096]);
        loop {
            let count = stream.read(&mut piece).await.unwrap_or(0);
            raw.extend_from_slice(&piece[..count]);
            let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&raw[..end]).to_lowercase();
            let mark = "content-length: ";
            let length = head.lines().find_map(|line| line.strip_prefix(mark)).map_or(0, |said| said.parse().unwrap());
            if raw.len() >= end + 4 + length || count == 0 {
                // Tokens and keys are told apart by case.
                let head = String::from_utf8_lossy(&raw[..end]).into_owned();
                got.lock().unwrap().push(Pushed { head, body: raw[end + 4..].to_vec() });
                break;
            }
        }
        let answer = format!("HTTP/1.1 {} x\r\ncontent-length: 0\r\n\r\n", says.load(Ordering::SeqCst));
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

/// A browser's own keys.
struct Keys {
    private: PrivateKey,
    auth: [u8; 16],
}

impl Keys {
    fn new() -> Self {
        Self { private: PrivateKey::generate(&ECDH_P256).unwrap(), auth: [9; 16] }
    }

    fn subscription(&self, endpoint: &str) -> String {
        let p256dh = URL_SAFE_NO_PAD.encode(self.private.compute_public_key().unwrap());
        let keys = json!({ "p256dh": p256dh, "auth": URL_SAFE_NO_PAD.encode(self.auth) });
        json!({ "endpoint": endpoint, "expirationTime": null, "keys": keys }).to_string()
    }

    /// RFC 8291 §3.4, from the browser's side.
    fn open(&self, body: &[u8]) -> Value {
        let (salt, theirs) = (&body[..16], &body[21..86]);
        let own = self.private.compute_public_key().unwrap();
        let info = [b"WebPush: info\0".as_slice(), own.as_ref(), theirs].concat();
        let theirs = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let input: [u8; 32] =
            agree(&self.private, theirs, (), |secret| Ok(derived(&self.auth, secret, &info))).unwrap();
        let key: [u8; 16] = derived(salt, &input, b"Content-Encoding: aes128gcm\0");
        let nonce: [u8; 12] = derived(salt, &input, b"Content-Encoding: nonce\0");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut inner = body[86..].to_vec();
        let plain = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut inner).unwrap();
        assert_eq!(plain.last(), Some(&2));
        serde_json::from_slice(&plain[..plain.len() - 1]).unwrap()
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived<const N: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    let extracted = Salt::new(HKDF_SHA256, salt).extract(input);
    extracted.expand(&[info], Length(N)).unwrap().fill(&mut out).unwrap();
    out
}

/// Signs in as Ben, who turns notifications on.
fn subscribed(office: &TestOffice, keys: &Keys, endpoint: &str) -> (Browser, String) {
    let mut browser = office.signed_in("ben");
    let page = browser.get("/settings/notifications");
    let key = page.value_of("data-push=\"").expect("the office's key");
    let fields = [("csrf", &*page.csrf()), ("subscription", &keys.subscription(endpoint))];
    let answer = browser.post("/push/subscribe", &fields);
    assert_eq!(answer.status, 303, "{}", answer.body);
    (browser, key)
}

fn say(office: &TestOffice, text: &'static str) {
    let (anna, ben) = (office.anna, office.ben);
    let said = office.office.store.write(move |tx| {
        let to = chat::direct(tx, anna, ben)?;
        let new = NewMessage {
            to,
            text: text.to_owned(),
            client_id: String::new(),
            answers: None,
            thread: None,
            files: Vec::new(),
            kind: MessageKind::Text,
        };
        push::say(tx, anna, &new).map(drop)
    });
    office.runtime.block_on(said).unwrap();
}

fn devices(office: &TestOffice, who: PersonId) -> Vec<waking::Subscription> {
    office.office.store.read_here(|tx| waking::subscriptions(tx, who)).unwrap()
}

fn no_job_left(office: &TestOffice) {
    wait_until("all jobs are done", || office.office.store.read_here(count_jobs).unwrap() == 0);
}

fn assert_signed(pushed: &Pushed, key: &str, audience: &str) {
    let said = pushed.header("authorization").strip_prefix("vapid t=").unwrap();
    let (token, sent_key) = said.split_once(", k=").unwrap();
    assert_eq!(sent_key, key, "the key that the browser subscribed with");
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let verifier = Verifier::new(&ECDSA_P256_SHA256_FIXED, URL_SAFE_NO_PAD.decode(key).unwrap());
    verifier.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.').unwrap().1).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        (claims["aud"].as_str(), claims["sub"].as_str()),
        (Some(audience), Some("mailto:postmaster@example.org"))
    );
    let left = claims["exp"].as_i64().unwrap() - hailstone::kernel::clock::Clock::Wall.now().seconds();
    assert!((1..=24 * 3600).contains(&left), "{left} seconds");
}

#[test]
fn a_closed_browser_is_woken_and_alone_reads_what_for() {
    let (office, service) = Service::open();
    let keys = Keys::new();
    let (mut browser, key) = subscribed(&office, &keys, &format!("{}/to/ben?1", service.origin));
    say(&office, "**hi** there");
    wait_until("the service has it", || service.count() == 1);
    let first = service.last();
    assert!(first.head.starts_with("POST /to/ben?1 HTTP/1.1"), "{}", first.head);
    assert_eq!(first.header("content-encoding"), "aes128gcm");
    assert_eq!((first.header("ttl"), first.header("urgency")), ("14400", "high"));
    assert_signed(&first, &key, &service.origin);
    let note = keys.open(&first.body);
    assert_eq!((note["title"].as_str(), note["body"].as_str()), (Some("Example & Sons"), Some("New message")));
    assert!(!note.to_string().contains("hi there") && !note.to_string().contains("Anna"), "{note}");

    no_job_left(&office);
    let page = browser.get("/settings/notifications");
    assert!(page.body.contains("this one") && page.body.contains("last woken"), "{}", page.body);
    let chosen = [("csrf", &*page.csrf()), ("chat", "all"), ("text", "on")];
    assert_eq!(browser.post("/settings/notifications", &chosen).status, 303);
    say(&office, "**hi** there");
    wait_until("the service has the second", || service.count() == 2);
    let second = service.last();
    let note = keys.open(&second.body);
    assert_eq!((note["title"].as_str(), note["body"].as_str()), (Some("Anna Arnold"), Some("hi there")));
    assert!(note["href"].as_str().unwrap().starts_with("/chat/message/"), "{note}");
    assert_eq!(second.header("topic"), first.header("topic"), "a newer one takes the older one's place");
    assert_eq!(second.header("topic").len(), 32);

    let chosen = [("csrf", &*page.csrf()), ("chat", "nothing")];
    assert_eq!(browser.post("/settings/notifications", &chosen).status, 303);
    say(&office, "quietly");
    no_job_left(&office);
    assert_eq!(service.count(), 2, "nothing wakes who wants nothing");
}

#[test]
fn who_is_here_or_busy_or_signed_out_is_not_woken() {
    let (office, service) = Service::open();
    let keys = Keys::new();
    let (mut browser, _) = subscribed(&office, &keys, &format!("{}/1", service.origin));
    let here = office.office.presence.connect(office.ben, Device { is_phone: false, session: None });
    say(&office, "you see this");
    no_job_left(&office);
    drop(here);
    let busy = Choice { show: Chosen::Busy, ..Choice::default() };
    office.office.presence.choose(office.ben, busy);
    say(&office, "not now");
    no_job_left(&office);
    office.office.presence.choose(office.ben, Choice::default());
    let csrf = browser.get("/settings/notifications").csrf();
    assert_eq!(browser.post("/logout", &[("csrf", &csrf)]).status, 303);
    assert!(devices(&office, office.ben).is_empty(), "its session has ended");
    say(&office, "nobody hears");
    no_job_left(&office);
    assert_eq!(service.count(), 0);
}

#[test]
fn a_subscription_that_has_run_out_is_forgotten_and_a_refusal_is_shown() {
    let (office, service) = Service::open();
    let keys = Keys::new();
    let (mut browser, _) = subscribed(&office, &keys, &format!("{}/1", service.origin));
    let device = devices(&office, office.ben)[0].id.to_string();
    let csrf = browser.get("/settings/notifications").csrf();
    let mut test = || browser.post("/push/test", &[("csrf", &csrf), ("device", &device)]).status;
    assert_eq!(test(), 303);
    wait_until("the test came", || service.count() == 1);
    assert_eq!(keys.open(&service.last().body)["tag"], "test");
    no_job_left(&office);
    service.says.store(403, Ordering::SeqCst);
    assert_eq!(test(), 303);
    no_job_left(&office);
    assert_eq!(devices(&office, office.ben)[0].last_error, "the push service answers 403");
    service.says.store(410, Ordering::SeqCst);
    assert_eq!(test(), 303);
    no_job_left(&office);
    assert!(devices(&office, office.ben).is_empty());
    assert_eq!(test(), 404, "it is gone");
    let mut anna = office.signed_in("anna");
    let (_other, _) = subscribed(&office, &keys, &format!("{}/2", service.origin));
    let device = devices(&office, office.ben)[0].id.to_string();
    let csrf = anna.get("/settings/notifications").csrf();
    assert_eq!(anna.post("/push/test", &[("csrf", &csrf), ("device", &device)]).status, 404, "not hers");
    assert_eq!(anna.post(&format!("/push/{device}/remove"), &[("csrf", &csrf)]).status, 404);
}

#[test]
fn only_what_a_browser_gives_is_kept_and_own_addresses_are_not_spoken_to() {
    let (office, service) = Service::open();
    let keys = Keys::new();
    let mut browser = office.signed_in("ben");
    let csrf = browser.get("/settings/notifications").csrf();
    let good = keys.subscription("https://push.test/1");
    for bad in [
        "",
        "{}",
        "[]",
        "x",
        &good.replace("https", "http"),
        &good.replace("p256dh\":\"B", "p256dh\":\"A"),
        &"[".repeat(9000),
    ] {
        assert_eq!(browser.post("/push/subscribe", &[("csrf", &csrf), ("subscription", bad)]).status, 400, "{bad:.60}");
    }
    assert_eq!(browser.post("/push/subscribe", &[("csrf", "x"), ("subscription", &good)]).status, 403);
    for inside in
        ["https://10.0.0.1/", "https://169.254.169.254/latest", "https://[fd00::1]/", "https://192.168.0.1:8443/"]
    {
        let fields = [("csrf", &*csrf), ("subscription", &keys.subscription(inside))];
        assert_eq!(browser.post("/push/subscribe", &fields).status, 303);
        let device = &devices(&office, office.ben)[0];
        let id = device.id.to_string();
        assert_eq!(browser.post("/push/test", &[("csrf", &csrf), ("device", &id)]).status, 303);
        no_job_left(&office);
        let said = devices(&office, office.ben)[0].last_error.clone();
        assert!(said.contains("no place on the public Internet"), "{inside}: {said}");
    }
    assert_eq!(service.count(), 0);
}

#[test]
fn the_office_may_switch_it_off_and_keeps_its_key_over_restarts() {
    let (office, _service) = Service::open();
    let mut browser = office.signed_in("ben");
    let key = browser.get("/settings/notifications").value_of("data-push=\"").unwrap();
    assert_eq!(browser.get("/settings/notifications").value_of("data-push=\"").unwrap(), key);
    let csrf = browser.get("/settings/notifications").csrf();
    let off = office.office.store.write(|tx| policy::set(tx, Act::Push, None, "off"));
    office.runtime.block_on(off).unwrap();
    let page = browser.get("/settings/notifications");
    assert!(page.body.contains("is not allowed, by the rule for everybody") && page.value_of("data-push=\"").is_none());
    let good = Keys::new().subscription("https://push.test/1");
    assert_eq!(browser.post("/push/subscribe", &[("csrf", &csrf), ("subscription", &good)]).status, 403);
}

#[test]
fn the_worker_and_the_manifest_make_an_app_of_the_office() {
    let office = TestOffice::open();
    let mut browser = office.browser();
    let worker = browser.get("/sw.js");
    assert_eq!((worker.status, worker.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert_eq!(worker.header("cache-control"), "no-cache");
    assert!(
        worker.body.starts_with("const ROOT = '/static/") && worker.body.contains("\"app.css\""),
        "{:.200}",
        worker.body
    );
    assert!(browser.get("/offline").body.contains("Not connected"));
    let manifest = browser.get("/manifest.webmanifest");
    let manifest: Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!((manifest["id"].as_str(), manifest["scope"].as_str()), (Some("/today"), Some("/")));
    assert_eq!((manifest["display"].as_str(), manifest["name"].as_str()), (Some("standalone"), Some("Example & Sons")));
    let colour = manifest["theme_color"].as_str().unwrap();
    assert!(colour.len() == 7 && colour.starts_with('#'), "{colour}");
    let mut purposes = Vec::new();
    for icon in manifest["icons"].as_array().unwrap() {
        let answer = browser.get(icon["src"].as_str().unwrap());
        assert_eq!((answer.status, answer.header("content-type")), (200, icon["type"].as_str().unwrap()), "{icon}");
        purposes.push((icon["sizes"].as_str().unwrap().to_owned(), icon["purpose"].as_str().unwrap().to_owned()));
    }
    for wanted in [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")] {
        assert!(purposes.contains(&(wanted.0.to_owned(), wanted.1.to_owned())), "{wanted:?}");
    }
}
