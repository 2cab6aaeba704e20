//! The program as a process: its command line, a kill at any moment, a full disk, a copy put back.

use crate::office::{smtp_send, wait_until};
use crate::program::{PASSWORD, Serving, Unmount, broken_words, done, message, pause, pour, run, set_up};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[test]
fn a_kill_at_any_moment_loses_nothing_acknowledged_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    set_up(data);
    let mut acknowledged = Vec::new();
    // Ten kills; on a busy machine more, until enough was said to show something.
    for cycle in 0..40_u64 {
        if cycle >= 10 && acknowledged.len() > 50 {
            break;
        }
        let office = Serving::start(data);
        let (smtp, is_over) = (office.smtp(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let senders: Vec<_> = (0..4)
                .map(|sender| {
                    scope.spawn({
                        let is_over = &is_over;
                        move || pour(smtp, cycle, sender, is_over)
                    })
                })
                .collect();
            pause(Duration::from_millis(40 + cycle % 10 * 37));
            office.kill();
            is_over.store(true, Ordering::SeqCst);
            acknowledged.extend(senders.into_iter().flat_map(|sender| sender.join().unwrap()));
        });
        done(data, &["check", "--deep"], "");
    }
    assert!(acknowledged.len() > 50, "too little mail was sent to show anything: {}", acknowledged.len());
    assert_eq!(broken_words(data, &acknowledged), Vec::<String>::new());
}

#[test]
fn a_stop_is_orderly_and_the_next_start_finds_all_well() {
    let folder = tempfile::tempdir().unwrap();
    set_up(folder.path());
    let office = Serving::start(folder.path());
    assert!(
        smtp_send(office.smtp(), "<>", &["anna@example.org"], &message("one@load.example", 100)).starts_with("250")
    );
    assert_eq!(office.terminate(), Some(0));
    assert_eq!(done(folder.path(), &["check", "--deep"], "").trim(), "all is well");
}

#[test]
fn a_full_disk_refuses_mail_keeps_what_it_has_and_recovers_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=20m", "tmpfs"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no right to mount a small disk");
        return;
    }
    let unmount = Unmount(disk.clone());
    let data = disk.join("office");
    set_up(&data);
    let office = Serving::start(&data);
    let noise: String = (0..3000).map(|_| hailstone::kernel::secret::token() + "\r\n").collect();
    let send = |id: String| {
        let raw = format!("Message-ID: <{id}>\r\nSubject: {id}\r\n\r\n{noise}");
        smtp_send(office.smtp(), "<>", &["anna@example.org"], raw.as_bytes())
    };
    let mut taken = 0;
    let refusal = loop {
        let reply = send(format!("{taken}@load.example"));
        if !reply.starts_with("250") {
            break reply;
        }
        taken += 1;
        assert!(taken < 1000, "the disk never filled up");
    };
    assert!(refusal.starts_with("452 4.3.1"), "{refusal}");
    assert!(taken > 10);
    assert_eq!(crate::http::Browser::new(office.doors["http"]).get("/login").status, 200);
    let grown = Command::new("mount").args(["-o", "remount,size=60m"]).arg(&disk).status().unwrap();
    assert!(grown.success());
    wait_until("mail is taken again", || send(format!("later-{taken}@load.example")).starts_with("250"));
    assert_eq!(office.terminate(), Some(0));
    assert_eq!(done(&data, &["check", "--deep"], "").trim(), "all is well");
    let mbox = done(&data, &["mail", "export", "anna"], "");
    for number in 0..taken {
        assert!(mbox.contains(&format!("Message-ID: <{number}@load.example>")), "{number} is lost");
    }
    drop(unmount);
}

#[test]
fn a_copy_made_while_serving_is_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    let office = Serving::start(&data);
    assert!(
        smtp_send(office.smtp(), "<>", &["anna@example.org"], &message("before@load.example", 100)).starts_with("250")
    );
    let copy = folder.path().join("copy.db");
    let copy = copy.to_str().unwrap();
    done(&data, &["backup", copy], "");
    assert!(
        smtp_send(office.smtp(), "<>", &["anna@example.org"], &message("after@load.example", 100)).starts_with("250")
    );
    let refused = run(&data, &["restore", copy], "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("stop it first"));
    assert_eq!(office.terminate(), Some(0));
    done(&data, &["restore", copy], "");
    let mbox = done(&data, &["mail", "export", "anna"], "");
    assert!(mbox.contains("before@load.example") && !mbox.contains("after@load.example"));
    assert_eq!(done(&data, &["check", "--deep"], "").trim(), "all is well");
}

#[test]
fn a_damaged_copy_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    let copy = folder.path().join("copy.db");
    let mut bytes = std::fs::read(data.join("office.db")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(7);
    std::fs::write(&copy, bytes).unwrap();
    assert_eq!(run(&data, &["restore", copy.to_str().unwrap()], "").status.code(), Some(1));
    assert_eq!(done(&data, &["user", "list"], "").lines().count(), 1);
}

#[test]
fn wrong_use_and_wrong_configuration_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["srve"], "").status.code(), Some(2));
    assert_eq!(run(folder.path(), &["user", "disable", "nobody"], "").status.code(), Some(1));
    std::fs::write(folder.path().join("hailstone.toml"), "[listen]\nsmpt = \"off\"\n").unwrap();
    let wrong = run(folder.path(), &["config"], "");
    assert_eq!(wrong.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("listen.smtp"));
}

#[test]
fn accounts_are_made_and_changed_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    set_up(data);
    done(data, &["user", "add", "bob", "--name", "Bob Novák", "--password-stdin"], PASSWORD);
    done(data, &["user", "alias", "bob", "office@example.org"], "");
    done(data, &["user", "group", "all", "anna", "bob"], "");
    done(data, &["user", "disable", "bob"], "");
    let list = done(data, &["user", "list", "--json"], "");
    assert!(list.contains("\"full_name\":\"Bob Novák\"") && list.contains("\"state\":\"disabled\""), "{list}");
    let short = run(data, &["user", "passwd", "bob"], "short\n");
    assert_eq!(short.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&short.stderr).contains("at least 10 characters"));
    assert!(done(data, &["dns"], "").contains("example.org. 3600 IN MX 10 mail.example.org."));
    for verb in
        ["serve", "demo", "setup", "user", "backup", "restore", "check", "dns", "mail", "config", "completions", "man"]
    {
        assert!(done(data, &[verb, "--help"], "").contains("Example: "), "{verb}");
    }
}

#[test]
fn the_first_run_is_walked_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let office = Serving::start(folder.path());
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let out = Command::new("node")
        .arg(scripts.join("setup.mjs"))
        .current_dir(&scripts)
        .env("HS_SETUP", office.set_up_at.as_ref().expect("an address to set up at"))
        .env("HS_WEB", format!("http://{}", office.doors["http"]))
        .env("HS_SMTP", office.smtp().port().to_string())
        .output()
        .expect("node is installed by tests/install.sh");
    let said = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{said}");
    assert_eq!(office.terminate(), Some(0));
    assert_eq!(done(folder.path(), &["check", "--deep"], "").trim(), "all is well");
}

#[test]
fn the_company_s_look_reaches_the_pages() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    set_up(&data);
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let drawing =
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 3'><path d='M0 0h9v3H0z' fill='#a00'/></svg>";
    let (drawing, broken) = (file("logo.svg", drawing), file("logo.png", b"\x89PNG\r\n\x1a\nnothing"));
    let words =
        ["--company", "Bergmann & Roth", "--hue", "150", "--footer", "Bergmann & Roth\\nHRB 7", "--logo", &drawing];
    done(&data, &[&["brand", "set"], &words[..]].concat(), "");
    for wrong in [["--hue", "900"], ["--tone", "loud"], ["--colour", "red"], ["--logo", &broken]] {
        assert_eq!(run(&data, &["brand", "set", wrong[0], wrong[1]], "").status.code(), Some(1), "{wrong:?}");
    }
    let shown = done(&data, &["brand", "show"], "");
    assert!(
        shown.contains("footer     Bergmann & Roth\\nHRB 7\n") && shown.contains("image/png 1024 × 342\n"),
        "{shown}"
    );
    let office = Serving::start(&data);
    let mut browser = crate::http::Browser::new(office.doors["http"]);
    let page = browser.get("/login");
    assert!(page.body.contains("Bergmann &#38; Roth") && page.body.contains("/brand/logo?v="), "{}", page.body);
    assert!(browser.get("/brand.css").body.contains("--brand-h:150"));
    let logo = browser.get("/brand/logo");
    assert_eq!(
        (logo.status, logo.header("content-type"), logo.header("x-content-type-options")),
        (200, "image/png", "nosniff")
    );
    assert_eq!(office.terminate(), Some(0));
    assert_eq!(run(&data, &["brand", "remove", "hat"], "").status.code(), Some(1));
    done(&data, &["brand", "remove", "logo"], "");
    assert!(!done(&data, &["brand", "show"], "").contains("image/png"), "nor icons");
    done(&data, &["brand", "set", "--colour", "#ffd500"], "");
    assert!(done(&data, &["brand", "show"], "").contains("tone       bright"));
    done(&data, &["brand", "reset"], "");
    let plain = done(&data, &["brand", "show"], "");
    assert!(plain.contains("company    Bergmann & Roth\n") && plain.contains("hue        245\n"), "{plain}");
    assert_eq!(done(&data, &["check", "--deep"], "").trim(), "all is well");
}
