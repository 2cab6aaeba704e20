//! Real mail programs at the doors: swaks, and lettre as a library.

use crate::office::{ANNA, PASSWORD, TestOffice};
use hailstone::domain::mail::FolderRole;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use std::process::Command;

fn swaks(office: &TestOffice, door: &str, more: &[&str]) -> (bool, String) {
    let at = office.door(door);
    let out = Command::new("swaks")
        .args(["--server", &at.ip().to_string(), "--port", &at.port().to_string(), "--to", ANNA])
        .args(more)
        .output()
        .expect("swaks is installed by tests/install.sh");
    (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned())
}

#[test]
fn swaks_delivers_in_every_way_it_knows() {
    let office = TestOffice::open();
    let outside = ["--from", "carol@else.example"];
    let own = ["--from", ANNA, "--auth-user", "anna", "--auth-password", PASSWORD];
    let ways: [(&str, Vec<&str>); 6] = [
        ("smtp", vec![]),
        ("smtp", vec!["--tls"]),
        ("smtp", vec!["--pipeline"]),
        ("submission", vec!["--tls", "--auth", "PLAIN"]),
        ("submission", vec!["--tls", "--auth", "LOGIN"]),
        ("submissions", vec!["--tls-on-connect", "--auth", "PLAIN"]),
    ];
    for (count, (door, more)) in ways.iter().enumerate() {
        let base: &[&str] = if *door == "smtp" { &outside } else { &own };
        let all: Vec<&str> = base.iter().chain(more).copied().collect();
        let (is_done, said) = swaks(&office, door, &all);
        assert!(is_done, "{door} {more:?}\n{said}");
        assert_eq!(office.list(office.anna, FolderRole::Inbox).len(), count + 1);
    }
}

#[test]
fn swaks_is_refused_where_it_must_be() {
    let office = TestOffice::open();
    let refused = |door: &str, more: &[&str], code: &str| {
        let (is_done, said) = swaks(&office, door, more);
        assert!(!is_done && said.contains(code), "{door} {more:?}\n{said}");
    };
    refused("smtp", &["--from", "carol@else.example", "--to", "who@else.example"], " 550 ");
    refused(
        "submission",
        &["--from", ANNA, "--tls", "--auth", "PLAIN", "--auth-user", "anna", "--auth-password", "wrong"],
        " 535 ",
    );
    refused("submission", &["--from", ANNA], " 530 ");
    assert!(office.list(office.anna, FolderRole::Inbox).is_empty());
}

#[test]
fn lettre_submits_and_both_sides_have_it() {
    let office = TestOffice::open();
    let at = office.door("submission");
    let tls = TlsParameters::builder("localhost".to_owned())
        .dangerous_accept_invalid_certs(true)
        .dangerous_accept_invalid_hostnames(true)
        .build()
        .unwrap();
    let mailer = SmtpTransport::builder_dangerous(at.ip().to_string())
        .port(at.port())
        .tls(Tls::Required(tls))
        .credentials(Credentials::new(ANNA.to_owned(), PASSWORD.to_owned()))
        .build();
    let message = Message::builder()
        .from("Anna Arnold <anna@example.org>".parse().unwrap())
        .to("ben@example.org".parse().unwrap())
        .subject("Grüße")
        .body("Hallo Ben".to_owned())
        .unwrap();
    mailer.send(&message).unwrap();
    assert_eq!(office.list(office.ben, FolderRole::Inbox)[0].subject, "Grüße");
    assert_eq!(office.list(office.anna, FolderRole::Sent)[0].people, "To: ben@example.org");
}
