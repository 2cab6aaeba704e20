//! The Debian package: what is in it, that it installs and goes again, and that systemd takes its units.

use std::path::Path;
use std::process::{Command, Output};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn sh(program: &str, words: &[&str]) -> Output {
    Command::new(program).args(words).output().unwrap_or_else(|error| panic!("{program}: {error}"))
}

#[test]
fn the_package_holds_all_and_installs_into_an_empty_root() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/install/deb/build.sh");
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("hailstone.deb");
    let package = package.to_str().unwrap();
    let built = sh("sh", &[here.to_str().unwrap(), env!("CARGO_BIN_EXE_hailstone"), package]);
    assert!(built.status.success(), "{}", said(&built));
    let contents = said(&sh("dpkg-deb", &["--contents", package]));
    for path in [
        "./usr/bin/hailstone",
        "./lib/systemd/system/hailstone.service",
        "./lib/systemd/system/hailstone-http.socket",
        "./lib/systemd/system/hailstone-https.socket",
        "./lib/systemd/system/hailstone-smtp.socket",
        "./lib/systemd/system/hailstone-submission.socket",
        "./lib/systemd/system/hailstone-submissions.socket",
        "./usr/lib/sysusers.d/hailstone.conf",
        "./usr/share/man/man1/hailstone.1.gz",
        "./usr/share/bash-completion/completions/hailstone",
        "./usr/share/zsh/vendor-completions/_hailstone",
        "./usr/share/fish/vendor_completions.d/hailstone.fish",
        "./usr/share/doc/hailstone/copyright",
    ] {
        assert!(
            contents.lines().any(|line| line.ends_with(path) && line.contains(" root/root ")),
            "{path}: {contents}"
        );
    }
    let fields = said(&sh("dpkg-deb", &["--field", package]));
    assert!(fields.contains(&format!("Version: {}\n", env!("CARGO_PKG_VERSION"))), "{fields}");
    assert!(!fields.contains('@') || fields.contains("root@localhost"), "{fields}");

    let root = folder.path().join("root");
    std::fs::create_dir_all(root.join("var/lib/dpkg/updates")).unwrap();
    std::fs::create_dir_all(root.join("var/lib/dpkg/info")).unwrap();
    std::fs::create_dir_all(root.join("etc")).unwrap();
    std::fs::write(root.join("var/lib/dpkg/status"), "").unwrap();
    let to = format!("--root={}", root.display());
    let quietly = ["--force-depends", "--force-script-chrootless", "--force-not-root", "--log=/dev/null"];
    let installed = sh("dpkg", &[&[to.as_str()], &quietly[..], &["--install", package]].concat());
    assert!(installed.status.success(), "{}", said(&installed));
    let version = sh(root.join("usr/bin/hailstone").to_str().unwrap(), &["--version"]);
    assert!(said(&version).starts_with("hailstone "), "{}", said(&version));
    assert!(std::fs::read_to_string(root.join("etc/passwd")).unwrap_or_default().contains("hailstone:"), "no user");
    let manual = said(&sh("gzip", &["-dc", root.join("usr/share/man/man1/hailstone.1.gz").to_str().unwrap()]));
    assert!(manual.contains(".TH hailstone 1"), "{}", &manual[..200.min(manual.len())]);
    // The file is the company's.
    std::fs::create_dir_all(root.join("var/lib/hailstone")).unwrap();
    std::fs::write(root.join("var/lib/hailstone/office.db"), "theirs").unwrap();
    let gone = sh("dpkg", &[&[to.as_str()], &quietly[..], &["--purge", "hailstone"]].concat());
    assert!(gone.status.success(), "{}", said(&gone));
    assert!(!root.join("usr/bin/hailstone").exists() && root.join("var/lib/hailstone/office.db").exists());
}

#[test]
fn systemd_takes_the_units() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        eprintln!("SKIPPED: no systemd-analyze here");
        return;
    }
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/install");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let units = root.join("etc/systemd/system");
    std::fs::create_dir_all(&units).unwrap();
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "service" || end == "socket") {
            let to = units.join(path.file_name().unwrap());
            // What is started need not be installed here.
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&to, text.replace("/usr/bin/hailstone", env!("CARGO_BIN_EXE_hailstone"))).unwrap();
            paths.push(to);
        }
    }
    assert_eq!(paths.len(), 6);
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&paths).output().unwrap();
    let ours: Vec<String> =
        said(&verified).lines().filter(|line| line.contains("hailstone")).map(str::to_owned).collect();
    assert!(ours.is_empty(), "{ours:#?}");
    let service = units.join("hailstone.service");
    let words = ["security", "--offline=true", "--threshold=25", "--no-pager"];
    let secured = Command::new("systemd-analyze").args(words).arg(&service).output().unwrap();
    assert!(secured.status.success(), "{}", said(&secured));
}
