use super::*;
use std::net::TcpListener;

#[test]
fn only_the_public_internet_is_spoken_to() {
    let public =
        ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"];
    for ip in public {
        assert!(is_public(ip.parse().unwrap()), "{ip}");
    }
    let own = [
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "100.100.100.200",
        "0.0.0.0",
        "0.1.2.3",
        "255.255.255.255",
        "240.0.0.1",
        "224.0.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.19.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "168.63.129.16",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2001:db8::1",
        "2001::1",
        "2002:7f00:1::",
        "100::1",
        "3fff::1",
    ];
    for ip in own {
        assert!(!is_public(ip.parse().unwrap()), "{ip}");
    }
}

fn fetcher() -> HttpsFetcher {
    HttpsFetcher::new(Arc::new(DnsResolver::new("").unwrap()))
}

async fn refusal(url: &str) -> FetchError {
    let post = Post { url: url.to_owned(), headers: Vec::new(), body: Vec::new() };
    fetcher().post(&post).await.unwrap_err()
}

#[tokio::test]
async fn however_an_own_address_is_written_nothing_connects_to_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "localhost",
        "127.0.0.1.",
        "１２７.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "10.0.0.1",
    ] {
        for url in [format!("https://{host}/"), format!("https://{host}:{port}/")] {
            assert!(matches!(refusal(&url).await, FetchError::Forbidden(_)), "{url}");
        }
    }
    assert!(listener.accept().is_err(), "nobody came");
}

#[tokio::test]
async fn only_plain_https_addresses_are_taken() {
    let long = format!("https://push.test/{}", "x".repeat(3000));
    for url in
        ["http://8.8.8.8/", "ftp://8.8.8.8/", "https://u:p@8.8.8.8/", "https:///", "file:///etc/passwd", "x", "", &long]
    {
        assert!(matches!(refusal(url).await, FetchError::Forbidden(_)), "{url:.40}");
    }
    assert_eq!(origin("https://Push.Test:443/a?b").as_deref(), Some("https://push.test"));
    assert_eq!(origin("https://push.test:8443/a").as_deref(), Some("https://push.test:8443"));
    assert_eq!(origin("http://push.test/a"), None);
}

#[test]
fn some_places_no_administrator_can_allow() {
    for ip in [
        "169.254.169.254",
        "0.0.0.0",
        "::",
        "fe80::1",
        "fd00:ec2::254",
        "168.63.129.16",
        "100.100.100.200",
        "224.0.0.1",
    ] {
        assert!(is_never(ip.parse().unwrap()), "{ip}");
    }
    for ip in ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "fd12::1", "8.8.8.8"] {
        assert!(!is_never(ip.parse().unwrap()), "{ip}");
    }
}

fn get(url: &str, host: &str) -> Get {
    let within = Duration::from_secs(5);
    Get { url: url.to_owned(), headers: Vec::new(), most: 1000, within, sent_on: 3, host: host.to_owned() }
}

#[tokio::test]
async fn a_host_is_allowed_by_its_very_name_alone() {
    let refusal = async |url: &str, host: &str| fetcher().get(&get(url, host)).await.unwrap_err();
    for (url, host) in [
        ("http://127.0.0.1:1/", ""),
        ("http://127.0.0.1:1/", "localhost"),
        ("http://127.0.0.1:1/", "127.0.0.2"),
        ("http://127.0.0.1.example.com:1/", "127.0.0.1"),
        ("http://127.0.0.1@10.0.0.1/", "127.0.0.1"),
        ("http://10.0.0.1/", "127.0.0.1"),
        ("http://169.254.169.254/", "169.254.169.254"),
        ("file:///etc/passwd", ""),
        ("http://8.8.8.8/", ""),
        ("https://8.8.8.8:8443/", ""),
    ] {
        assert!(matches!(refusal(url, host).await, FetchError::Forbidden(_)), "{url} {host}");
    }
    // Allowed, but nobody listens there.
    assert!(matches!(refusal("http://127.0.0.1:1/", "127.0.0.1").await, FetchError::Later(_)));
    let reach = Reach { url: "ws://127.0.0.1:1/".to_owned(), host: String::new() };
    assert!(matches!(fetcher().open(&reach).await, Err(FetchError::Forbidden(_))));
}

#[tokio::test]
async fn a_name_is_judged_by_every_address_it_leads_to() {
    let resolver = DnsResolver::new(&crate::services::resolver::tests::serve().await.to_string()).unwrap();
    let fetcher = HttpsFetcher::new(Arc::new(resolver));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let ask = async |url: String, host: &str| fetcher.get(&get(&url, host)).await.unwrap_err();
    for name in ["localhost.example", "mixed.example", "meta.example"] {
        assert!(matches!(ask(format!("https://{name}/"), "").await, FetchError::Forbidden(_)), "{name}");
    }
    assert_eq!(ask("https://gone.example/".to_owned(), "").await, FetchError::NoHost("gone.example".to_owned()));
    let meta = ask(format!("http://meta.example:{port}/"), "meta.example").await;
    assert!(matches!(meta, FetchError::Forbidden(_)), "no administrator allows a hoster's metadata");
    assert!(listener.accept().is_err(), "nobody came");
    // What is allowed by name is asked, wherever it leads.
    let url = format!("http://localhost.example:{port}/");
    let wanted = get(&url, "localhost.example");
    let asked = fetcher.get(&wanted);
    assert!(
        tokio::time::timeout(Duration::from_millis(500), asked).await.is_err(),
        "somebody came, and nobody answers"
    );
    assert!(listener.accept().is_ok());
}
