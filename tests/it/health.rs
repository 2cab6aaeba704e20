//! Whether all is well, as the command line says it.

use crate::program::{command, run, set_up};

#[test]
fn status_says_a_line_a_subject_and_fails_where_something_needs_somebody() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!run(folder.path(), &["status"], "").status.success(), "there is no office yet");
    set_up(folder.path());
    let out = run(folder.path(), &["status"], "");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{said}");
    let subjects: Vec<&str> = said.lines().map(|line| line[6..17].trim()).collect();
    assert_eq!(subjects, ["certificate", "mail queue", "backup", "disk", "late work", "sign-ins", "sessions"]);
    assert!(said.lines().all(|line| line.starts_with("good  ")), "{said}");

    let made = rcgen::generate_simple_self_signed(vec!["mail.example.org".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("own.pem"), folder.path().join("own.key"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let with_files = || {
        let mut status = command(folder.path(), &["status"]);
        status.env("HAILSTONE_TLS_CERTIFICATE", &certificate).env("HAILSTONE_TLS_KEY", &key);
        let out = status.output().unwrap();
        (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let (is_well, said) = with_files();
    assert!(is_well && said.contains("mail.example.org: ") && said.contains("of its own making"), "{said}");
    std::fs::write(&certificate, "no certificate").unwrap();
    let (is_well, said) = with_files();
    assert!(!is_well && said.contains("bad   certificate  "), "{said}");
}
