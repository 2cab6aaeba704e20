//! Sends mail as fast as a server takes it, and tells how fast that was and what it cost the server.
//!
//! Speaks to any SMTP server, so that two are measured by the same load: `cargo bench --bench smtp_load -- --help`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark reports to whoever runs it")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/procs.rs"]
mod procs;
#[path = "support/smtp.rs"]
mod smtp;
#[path = "support/words.rs"]
mod words;

use clap::Parser;
use figures::Times;
use hailstone::kernel::clock::{Clock, Stopwatch};
use smtp::Client;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use words::{Chance, Words};

/// Letters made before the load begins; each is sent many times under another Message-ID.
const LETTERS: usize = 64;
/// Characters of a message's number in its Message-ID.
const DIGITS: usize = 8;
/// Longest time for one session's message, so that a server that hangs ends in a failure.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Parser, Clone)]
struct Load {
    /// Where the server listens; without it nothing is sent.
    #[arg(long)]
    to: Option<SocketAddr>,
    /// To whom; `%d` is the number of a user.
    #[arg(long, default_value = "u%d@test.local")]
    rcpt: String,
    /// How many users the messages are spread over.
    #[arg(long, default_value_t = 10)]
    users: usize,
    #[arg(long, default_value_t = 20_000)]
    messages: usize,
    /// Bytes of a message, with its header.
    #[arg(long, default_value_t = 8192)]
    size: usize,
    /// Sessions open at a time.
    #[arg(long, default_value_t = 50)]
    sessions: usize,
    /// Messages sent in one session before the next is opened.
    #[arg(long, default_value_t = 1)]
    keep_open: usize,
    /// Sends MAIL, RCPT and DATA in one piece. RFC 2920.
    #[arg(long)]
    pipelining: bool,
    /// Bodies that do not compress.
    #[arg(long)]
    random: bool,
    /// The server's processes, whose trees' processor time is measured.
    #[arg(long, value_delimiter = ',')]
    pid: Vec<u32>,
    /// Maildirs (one `*` in a name is taken for anything) whose files are the delivered messages: waits for them too.
    #[arg(long)]
    maildirs: Option<PathBuf>,
    /// After the load, waits until the server's processes are idle, at most so many seconds, and tells their cost again.
    #[arg(long, default_value_t = 0)]
    settle: u64,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A letter ready to be sent, but for its number.
struct Letter {
    text: Vec<u8>,
    number_at: usize,
}

/// What the sessions share.
struct Sending {
    load: Load,
    to: SocketAddr,
    letters: Vec<Letter>,
    next: AtomicUsize,
}

/// What came of some messages.
#[derive(Default)]
struct Came {
    times: Vec<Duration>,
    failed: usize,
    failure: Option<String>,
}

fn main() -> io::Result<()> {
    let load = Load::parse();
    let Some(to) = load.to else {
        println!("smtp_load: say where to with --to HOST:PORT");
        return Ok(());
    };
    // One thread: the load must cost little on a machine that it shares with the server.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(load, to));
    Ok(())
}

async fn run(load: Load, to: SocketAddr) {
    let letters = letters(&load);
    let delivered_before = load.maildirs.as_deref().map(files);
    let cpu_before = procs::cpu_seconds(&load.pid);
    let sending = Arc::new(Sending { to, letters, next: AtomicUsize::new(0), load: load.clone() });
    let watch = Stopwatch::start();
    let sessions: Vec<_> = (0..load.sessions).map(|_| tokio::spawn(sender(Arc::clone(&sending)))).collect();
    let mut came = Came::default();
    for session in sessions {
        if let Ok(of_one) = session.await {
            came.times.extend(of_one.times);
            came.failed += of_one.failed;
            came.failure = came.failure.or(of_one.failure);
        }
    }
    let sent = came.times.len();
    print!("accepted {:.0}/s", per_second(sent, watch));
    if let (Some(maildirs), Some(before)) = (&load.maildirs, delivered_before) {
        let delivered = delivered(maildirs, before, sent).await;
        print!("  delivered {:.0}/s", per_second(delivered, watch));
    }
    let cpu = procs::cpu_seconds(&load.pid) - cpu_before;
    let times = Times::of(came.times);
    print!("  p50 {:.2} ms  p99 {:.2} ms  failed {}", times.percentile(50), times.percentile(99), came.failed);
    if !load.pid.is_empty() {
        print!("  cpu {:.3} ms/message", cpu * 1e3 / sent.max(1) as f64);
    }
    if load.settle > 0 {
        settled(&load).await;
        let cpu = procs::cpu_seconds(&load.pid) - cpu_before;
        print!(
            "  settled {:.1} s, cpu {:.3} ms/message",
            watch.elapsed().as_secs_f64(),
            cpu * 1e3 / sent.max(1) as f64
        );
    }
    println!("  own cpu {:.3} ms/message", procs::cpu_seconds(&[std::process::id()]) * 1e3 / sent.max(1) as f64);
    if let Some(failure) = came.failure {
        eprintln!("first failure: {failure}");
    }
}

fn per_second(count: usize, watch: Stopwatch) -> f64 {
    count as f64 / watch.elapsed().as_secs_f64()
}

/// Letters whose Message-IDs no earlier load has sent.
fn letters(load: &Load) -> Vec<Letter> {
    let words = Words::new();
    let stamp = Clock::Wall.now().millis();
    let mut chance = Chance::new(stamp.unsigned_abs());
    let place = "#".repeat(DIGITS);
    let one = |_| {
        let id = format!("{stamp}.{place}@load.example.org");
        let mut text = words.letter(&mut chance, "everybody@test.local", &id, load.size, load.random);
        let number_at = text.find(&place).unwrap_or(0);
        text.push_str(".\r\n");
        Letter { text: text.into_bytes(), number_at }
    };
    (0..LETTERS).map(one).collect()
}

/// Opens sessions and sends what is left to send, `keep_open` messages in each.
async fn sender(sending: Arc<Sending>) -> Came {
    let mut came = Came::default();
    let mut text = Vec::new();
    let mut open = None;
    let mut in_session = 0;
    loop {
        let number = sending.next.fetch_add(1, Ordering::Relaxed);
        if number >= sending.load.messages {
            break;
        }
        let one = tokio::time::timeout(PATIENCE, send_one(&sending, &mut open, number, &mut text)).await;
        in_session += 1;
        match one.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(time) => came.times.push(time),
            Err(error) => {
                came.failed += 1;
                came.failure.get_or_insert_with(|| error.to_string());
                open = None;
            }
        }
        if open.is_none() || in_session == sending.load.keep_open {
            in_session = 0;
            take_leave(open.take()).await;
        }
    }
    take_leave(open).await;
    came
}

async fn send_one(
    sending: &Sending,
    open: &mut Option<Client>,
    number: usize,
    text: &mut Vec<u8>,
) -> io::Result<Duration> {
    let client = match open {
        Some(client) => client,
        None => open.insert(Client::open(sending.to).await?),
    };
    let letter = &sending.letters[number % sending.letters.len()];
    text.clear();
    text.extend_from_slice(&letter.text);
    text[letter.number_at..letter.number_at + DIGITS].copy_from_slice(format!("{number:0DIGITS$}").as_bytes());
    let to = sending.load.rcpt.replace("%d", &(number % sending.load.users + 1).to_string());
    client.send(&to, text, sending.load.pipelining).await
}

async fn take_leave(client: Option<Client>) {
    if let Some(client) = client {
        let _ = tokio::time::timeout(PATIENCE, client.quit()).await; // the messages are taken, whatever it answers
    }
}

/// Waits until `wanted` more files than `before` are in the maildirs. Returns how many came.
async fn delivered(maildirs: &std::path::Path, before: usize, wanted: usize) -> usize {
    let waiting = Stopwatch::start();
    loop {
        let came = files(maildirs).saturating_sub(before);
        if came >= wanted || waiting.elapsed() > 2 * PATIENCE {
            return came;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Files in all folders that `pattern` means.
fn files(pattern: &std::path::Path) -> usize {
    let mut folders = vec![PathBuf::new()];
    for part in pattern {
        let name = part.to_string_lossy();
        folders = match name.split_once('*') {
            None => folders.into_iter().map(|folder| folder.join(part)).collect(),
            Some((head, tail)) => {
                let all = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
                let is_meant = |name: &str| name.starts_with(head) && name.ends_with(tail);
                all.filter(|entry| entry.file_name().to_str().is_some_and(is_meant)).map(|entry| entry.path()).collect()
            }
        };
    }
    folders.iter().filter_map(|folder| folder.read_dir().ok()).map(Iterator::count).sum()
}

/// Waits until the server's processes did nothing for a second.
async fn settled(load: &Load) {
    let mut last = procs::cpu_seconds(&load.pid);
    for _ in 0..load.settle {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = procs::cpu_seconds(&load.pid);
        if now - last < 0.02 {
            return;
        }
        last = now;
    }
}
