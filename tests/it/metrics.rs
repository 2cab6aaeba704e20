//! The office in numbers: who may read them, and that they are what they say.

use crate::office::{Nobody, TestOffice};
use std::sync::Arc;

/// The value of a figure.
fn value(text: &str, name: &str) -> f64 {
    let line = text.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
    line.unwrap_or_else(|| panic!("no {name} in\n{text}")).rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn administrators_read_them_and_nobody_else() {
    let office = TestOffice::open();
    assert_eq!(office.browser().get("/metrics").status, 303);
    assert_eq!(office.signed_in("ben").get("/metrics").status, 403);
    let answer = office.signed_in("anna").get("/metrics");
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
}

#[test]
fn an_address_that_is_named_reads_them_without_signing_in() {
    let office = TestOffice::open_with(Arc::new(Nobody), &[("metrics.allow", "192.0.2.1, 127.0.0.1")]);
    assert_eq!(office.browser().get("/metrics").status, 200);
}

#[test]
fn they_tell_what_is_so_and_name_nobody() {
    let office = TestOffice::open();
    let mut anna = office.signed_in("anna");
    let mut wrong = office.browser();
    let page = wrong.get("/login");
    wrong.post("/login", &[("username", "ben"), ("password", "a wrong one"), ("csrf", &page.csrf())]);
    let text = anna.get("/metrics").body;
    assert!(value(&text, "hailstone_people") as i64 == 2);
    assert!(value(&text, "hailstone_sessions") as i64 == 1);
    assert!(value(&text, "hailstone_auth_failures_total") as i64 == 1);
    assert!(value(&text, "hailstone_db_size_bytes") > 100_000.0);
    assert!(value(&text, "hailstone_tls_certificate_expiry_timestamp_seconds") > 1_700_000_000.0);
    assert!(value(&text, "process_resident_memory_bytes") > 1_000_000.0);
    assert!(value(&text, "hailstone_http_requests_total{status=\"2xx\"}") >= 2.0);
    for name in ["anna", "ben", "example.org", "Arnold"] {
        assert!(!text.contains(name), "{name}");
    }
}

#[test]
fn every_family_is_described_once_and_typed() {
    let office = TestOffice::open();
    let text = office.signed_in("anna").get("/metrics").body;
    let typed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let mut once = typed.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), typed.len());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        assert!(typed.contains(&name), "{line}");
    }
}
