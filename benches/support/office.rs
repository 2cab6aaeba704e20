//! The release binary as a process: made ready, started, asked, killed.

use hailstone::kernel::clock::Stopwatch;
use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Longest wait for `ready`.
const START_WAIT: Duration = Duration::from_secs(30);

/// A serving office.
pub struct Running {
    child: Child,
    doors: HashMap<String, SocketAddr>,
    /// From its start to `ready`.
    pub start: Duration,
}

/// A command on the office in `data`; every door takes a free port.
pub fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailstone"));
    command.env("HAILSTONE_DATA", data).env("HAILSTONE_OFFICE_HOSTNAME", "mail.test.local");
    // A load says more than a person can.
    command.env("HAILSTONE_LIMITS_CHAT_PER_SECOND", "0");
    for door in ["HTTP", "SMTP", "SUBMISSION", "SUBMISSIONS"] {
        command.env(format!("HAILSTONE_LISTEN_{door}"), "127.0.0.1:0");
    }
    command
}

/// Runs a verb to its end with `input`; an error where it fails.
pub fn verb(data: &Path, words: &[&str], input: &str) -> Outcome<Output> {
    let mut command = command(data);
    let mut child = command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if output.status.success() {
        return Ok(output);
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("hailstone {} failed: {}", words.join(" "), String::from_utf8_lossy(&said)).into())
}

/// Sets an office up at `test.local` with the accounts u1 to u`users`, all with the password `right and long`.
pub fn set_up(data: &Path, users: usize) -> Outcome<()> {
    let password = "right and long\n";
    let setup = ["setup", "--domain", "test.local", "--company", "Load", "--admin", "u1", "--password-stdin"];
    verb(data, &setup, password)?;
    for user in 2..=users {
        verb(data, &["user", "add", &format!("u{user}"), "--password-stdin"], password)?;
    }
    Ok(())
}

impl Running {
    /// Starts the office in `data` and waits until it is ready.
    pub fn start(data: &Path) -> Outcome<Self> {
        let watch = Stopwatch::start();
        let mut child =
            command(data).arg("serve").env("HAILSTONE_LOG_LEVEL", "error").stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or("there is no standard output")?;
        let (told, heard) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = told.send(line); // after `ready` nobody listens, but the pipe must not fill up
            }
        });
        let mut running = Self { child, doors: HashMap::new(), start: Duration::ZERO };
        loop {
            // An error drops `running`, which kills the process.
            let line = heard.recv_timeout(START_WAIT)?;
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["listening", door, address] => drop(running.doors.insert((*door).to_owned(), address.parse()?)),
                ["ready"] => break,
                _ => {}
            }
        }
        running.start = watch.elapsed();
        Ok(running)
    }

    /// Where a door listens.
    pub fn door(&self, name: &str) -> Outcome<SocketAddr> {
        Ok(*self.doors.get(name).ok_or_else(|| format!("there is no {name} door"))?)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut would end the program: at once.
    pub fn kill(mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Megabytes that it holds in memory.
    pub fn memory(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.strip_suffix(" kB"));
        Ok(kilobytes.ok_or("the system does not tell")?.trim().parse::<f64>()? * 1024.0 / 1e6)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill(); // dead already, as a rule
        let _ = self.child.wait();
    }
}
