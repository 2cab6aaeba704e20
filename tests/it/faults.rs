//! What the office does when the disk fails under it, and what is there after the power was cut.
//!
//! Longer runs: `HAILSTONE_FAULTS=300` lets each of the first 300 calls fail in turn, `HAILSTONE_CUTS=30` cuts the power
//! thirty times.

use crate::http::Browser;
use crate::office::smtp_send;
use crate::program::{Serving, Unmount, broken_words, command, done, message, pause, pour, set_up};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

#[expect(clippy::disallowed_methods, reason = "how long to try is the caller's to say")]
fn asked_for(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

/// A system call that fails.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// The n-th time that a thread asks for its writes to be on the disk, once.
    Sync(u32),
    /// From the n-th time on that a thread writes to a file.
    Room(u32),
}

impl Fault {
    /// As strace is told. A thread has a count of its own, so the writer's are not mixed with anybody's.
    fn injected(self) -> String {
        match self {
            Self::Sync(nth) => format!("inject=fdatasync,fsync:error=EIO:when={nth}"),
            Self::Room(nth) => format!("inject=pwrite64:error=ENOSPC:when={nth}+"),
        }
    }

    const fn nth(self) -> u32 {
        let (Self::Sync(nth) | Self::Room(nth)) = self;
        nth
    }
}

/// The program under strace, which lets a call fail. strace runs beside it (`-D`), so that signals reach the program.
fn failing(data: &Path, fault: Fault, log: &Path) -> Command {
    let plain = command(data, &["serve"]);
    let mut traced = Command::new("strace");
    traced.args(["-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", &fault.injected()]);
    traced.args(["-e", "trace=fdatasync,fsync,pwrite64"]).arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        traced.env(name, value.unwrap());
    }
    traced.stderr(Stdio::from(File::create(log).unwrap()));
    traced
}

fn may_trace() -> bool {
    let tried = Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).output();
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        eprintln!("SKIPPED: no strace here, or no right to trace");
    }
    may
}

#[test]
fn a_failing_disk_makes_no_promise_that_is_not_kept() {
    if !may_trace() {
        return;
    }
    let each: Vec<u32> = match asked_for("HAILSTONE_FAULTS") {
        Some(most) => (1..=most).collect(),
        None => vec![1, 2, 3, 6, 12, 25],
    };
    let faults: Vec<Fault> = each.iter().flat_map(|nth| [Fault::Sync(*nth), Fault::Room(*nth)]).collect();
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("fresh");
    set_up(&fresh);
    let (next, hit) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let turns = || {
        while let Some(fault) = faults.get(next.fetch_add(1, Ordering::SeqCst)) {
            let data = folder.path().join(format!("{fault:?}"));
            copied(&fresh, &data);
            if tried(&data, *fault) {
                hit.fetch_add(1, Ordering::SeqCst);
            }
            fs::remove_dir_all(&data).unwrap();
        }
    };
    std::thread::scope(|scope| drop([scope.spawn(turns), scope.spawn(turns)]));
    let hit = hit.load(Ordering::SeqCst);
    eprintln!("{} faults, {hit} of them met by a message or the start", faults.len());
    assert!(hit * 2 > faults.len(), "only {hit} of {} faults were met", faults.len());
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Lets one call fail while mail comes in, and looks at everything afterwards. Says whether the fault was noticed.
fn tried(data: &Path, fault: Fault) -> bool {
    let log = data.join("log");
    let mut acknowledged = Vec::new();
    let mut refused = 0;
    let office = Serving::begin(&mut failing(data, fault, &log));
    let is_up = office.is_ok();
    if let Ok(office) = office {
        for number in 0..fault.nth() + 6 {
            let id = format!("{number}@fault.example");
            let reply = smtp_send(office.smtp(), "<>", &["anna@example.org"], &message(&id, 2000));
            match reply.as_bytes().first() {
                Some(b'2') => acknowledged.push(id),
                Some(b'4') => refused += 1,
                _ => panic!("{fault:?}: {reply:?}"),
            }
        }
        assert_eq!(Browser::new(office.doors["http"]).get("/login").status, 200, "{fault:?}");
        match fault {
            Fault::Sync(_) => {
                let later = || smtp_send(office.smtp(), "<>", &["anna@example.org"], &message("later@x.example", 100));
                assert!(later().starts_with("250"), "{fault:?}: it does not recover by itself");
                acknowledged.push("later@x.example".to_owned());
                assert_eq!(office.terminate(), Some(0), "{fault:?}");
            }
            Fault::Room(_) => office.kill(),
        }
    }
    let said = fs::read_to_string(&log).unwrap();
    assert!(!said.contains("panicked"), "{fault:?}: {said}");
    assert!(is_up || said.to_lowercase().contains("disk"), "{fault:?}: it does not say why it did not start: {said}");
    assert!(done(data, &["check", "--deep"], "").starts_with("all is well"), "{fault:?}");
    assert_eq!(broken_words(data, &acknowledged), Vec::<String>::new(), "{fault:?}");
    let office = Serving::start(data);
    let reply = smtp_send(office.smtp(), "<>", &["anna@example.org"], &message("again@x.example", 100));
    assert!(reply.starts_with("250"), "{fault:?}: {reply}");
    office.kill();
    refused > 0 || !is_up
}

/// A small ext4 in a file, mounted.
fn mounted(image: &Path, at: &Path) -> Option<Unmount> {
    fs::create_dir_all(at).unwrap();
    let done = Command::new("mount").args(["-t", "ext4", "-o", "loop"]).arg(image).arg(at).output();
    done.is_ok_and(|output| output.status.success()).then(|| Unmount(at.to_owned()))
}

#[test]
fn a_power_cut_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir_in("/var/tmp").unwrap();
    let (image, disk) = (folder.path().join("image"), folder.path().join("disk"));
    File::create(&image).unwrap().set_len(256 * 1024 * 1024).unwrap();
    let made = Command::new("mkfs.ext4").args(["-q", "-F"]).arg(&image).output();
    let unmount = made.is_ok_and(|output| output.status.success()).then(|| mounted(&image, &disk)).flatten();
    let Some(unmount) = unmount else {
        eprintln!("SKIPPED: no right to mount a file as a disk");
        return;
    };
    let data = disk.join("office");
    set_up(&data);
    let cuts = u64::from(asked_for("HAILSTONE_CUTS").unwrap_or(3));
    let mut acknowledged = Vec::new();
    // On a busy machine more, until enough was said to show something.
    for cut in 0..cuts + 7 {
        if cut >= cuts && acknowledged.len() > 30 {
            break;
        }
        let office = Serving::start(&data);
        let (smtp, is_over) = (office.smtp(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            let is_over = &is_over;
            let senders: Vec<_> = (0..4).map(|sender| scope.spawn(move || pour(smtp, cut, sender, is_over))).collect();
            pause(Duration::from_millis(150 + cut % 7 * 53));
            office.kill();
            is_over.store(true, Ordering::SeqCst);
            acknowledged.extend(senders.into_iter().flat_map(|sender| sender.join().unwrap()));
        });
        // What the program wrote and did not sync is in memory still, and not in the file that is the disk.
        let copy = folder.path().join("cut");
        fs::copy(&image, &copy).unwrap();
        let after = folder.path().join("after");
        let unmount = mounted(&copy, &after).expect("the disk after the cut");
        assert!(done(&after.join("office"), &["check", "--deep"], "").starts_with("all is well"), "cut {cut}");
        assert_eq!(broken_words(&after.join("office"), &acknowledged), Vec::<String>::new(), "cut {cut}");
        drop(unmount);
    }
    eprintln!("{cuts} cuts, {} acknowledged", acknowledged.len());
    assert!(acknowledged.len() > 30, "too little mail was sent to show anything: {}", acknowledged.len());
    drop(unmount);
}
