//! The program as a process of its own, and mail to pour into it.

use crate::office::smtp_send;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub const PASSWORD: &str = "right and long\n";

pub fn command(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailstone"));
    command.args(words).env("HAILSTONE_DATA", data).env("HAILSTONE_OFFICE_HOSTNAME", "mail.example.org");
    for door in ["HTTP", "SMTP", "SUBMISSION", "SUBMISSIONS"] {
        command.env(format!("HAILSTONE_LISTEN_{door}"), "127.0.0.1:0");
    }
    command
}

pub fn run(data: &Path, words: &[&str], input: &str) -> Output {
    let mut command = command(data, words);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

pub fn done(data: &Path, words: &[&str], input: &str) -> String {
    let output = run(data, words, input);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn set_up(data: &Path) {
    done(
        data,
        &["setup", "--domain", "example.org", "--company", "Example", "--admin", "anna", "--password-stdin"],
        PASSWORD,
    );
}

/// A serving office.
pub struct Serving {
    child: Child,
    pub doors: HashMap<String, SocketAddr>,
    /// Where the office is set up, while it is not.
    pub set_up_at: Option<String>,
}

impl Serving {
    pub fn start(data: &Path) -> Self {
        let serving = Self::begin(command(data, &["serve"]).stderr(Stdio::null()));
        serving.expect("the office becomes ready")
    }

    /// Starts what `command` says; where the office ends before it is ready, how it ended.
    pub fn begin(command: &mut Command) -> Result<Self, ExitStatus> {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let (mut doors, mut set_up_at) = (HashMap::new(), None);
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["listening", door, address] => drop(doors.insert((*door).to_owned(), address.parse().unwrap())),
                ["setup", address] => set_up_at = Some((*address).to_owned()),
                ["ready"] => return Ok(Self { child, doors, set_up_at }),
                _ => {}
            }
        }
        Err(child.wait().unwrap())
    }

    pub fn smtp(&self) -> SocketAddr {
        self.doors["smtp"]
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

pub fn message(id: &str, size: usize) -> Vec<u8> {
    let line = "All work is done by those who have not yet reached their level.\r\n";
    format!("Message-ID: <{id}>\r\nSubject: {id}\r\n\r\n{}", line.repeat(size / line.len() + 1)).into_bytes()
}

/// Sends until the office is gone; returns what was acknowledged.
pub fn pour(smtp: SocketAddr, cycle: u64, sender: u64, is_over: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0.. {
        let id = format!("{cycle}.{sender}.{number}@load.example");
        let sent = std::panic::catch_unwind(|| smtp_send(smtp, "<>", &["anna@example.org"], &message(&id, 2000)));
        match sent {
            Ok(reply) if reply.starts_with("250") => acknowledged.push(id),
            _ if is_over.load(Ordering::SeqCst) => break,
            _ => {}
        }
    }
    acknowledged
}

#[expect(clippy::disallowed_methods, reason = "the kill comes at a moment of its own")]
pub fn pause(span: Duration) {
    std::thread::sleep(span);
}

/// What is unmounted again, whatever happens.
pub struct Unmount(pub std::path::PathBuf);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Where the office did not keep its word: what it acknowledged and lost, and what it has twice.
pub fn broken_words(data: &Path, acknowledged: &[String]) -> Vec<String> {
    let mbox = done(data, &["mail", "export", "anna"], "");
    let mut stored: HashMap<&str, usize> = HashMap::new();
    for id in mbox.lines().filter_map(|line| line.strip_prefix("Message-ID: <")?.strip_suffix('>')) {
        *stored.entry(id).or_default() += 1;
    }
    let lost = acknowledged.iter().filter(|id| !stored.contains_key(id.as_str())).map(|id| format!("lost {id}"));
    let doubled = stored.iter().filter(|(_, times)| **times > 1).map(|(id, times)| format!("{times} times {id}"));
    lost.chain(doubled).collect()
}
