//! What an office costs that only stands there: its start, its memory, and its memory with many idle SMTP sessions.
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/office.rs"]
mod office;
#[path = "support/smtp.rs"]
mod smtp;

use clap::Parser;
use figures::Times;
use hailstone::kernel::clock::Stopwatch;
use office::{Outcome, Running};
use smtp::Client;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::task::JoinSet;

#[derive(Parser)]
struct Standing {
    /// The office to start, such as one that `mailbox --keep` left; a new, empty one where none is named.
    #[arg(long)]
    data: Option<PathBuf>,
    #[arg(long, default_value_t = 5)]
    starts: usize,
    /// Idle sessions; both processes need so many descriptors (`ulimit -n`).
    #[arg(long, default_value_t = 10_000)]
    sessions: usize,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A message with its final dot.
const LETTER: &[u8] = b"From: a@example.org\r\nTo: u1@test.local\r\nSubject: good\r\n\r\nGood day.\r\n.\r\n";
/// How long the office is left alone before its memory is read.
const REST: Duration = Duration::from_secs(3);
/// Sessions opened at a time.
const TOGETHER: usize = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let standing = Standing::parse();
    let scratch = tempfile::tempdir_in("/var/tmp")?;
    let data = standing.data.clone().unwrap_or_else(|| scratch.path().to_owned());
    if standing.data.is_none() {
        office::set_up(&data, 1)?;
    }
    println!("binary {:.1} MB", fs::metadata(env!("CARGO_BIN_EXE_hailstone"))?.len() as f64 / 1e6);
    println!("file {:.0} MB", fs::metadata(data.join("office.db"))?.len() as f64 / 1e6);
    let mut starts = Vec::new();
    for _ in 1..standing.starts {
        let running = Running::start(&data)?;
        starts.push(running.start);
        running.kill()?;
    }
    let running = Running::start(&data)?;
    starts.push(running.start);
    let starts = Times::of(starts);
    println!("start to ready: p50 {:.0} ms, longest {:.0} ms", starts.percentile(50), starts.percentile(100));
    tokio::time::sleep(REST).await;
    println!("idle: RSS {:.1} MB", running.memory()?);
    let held = hold(running.door("smtp")?, standing.sessions).await;
    tokio::time::sleep(REST).await;
    println!("with {} idle sessions: RSS {:.1} MB", held.len(), running.memory()?);
    let watch = Stopwatch::start();
    let mut good = Client::open(running.door("smtp")?).await?;
    good.send("u1@test.local", LETTER, false).await?;
    good.quit().await?;
    println!("a message sent beside them: {:.1} ms", watch.elapsed().as_secs_f64() * 1e3);
    drop(held);
    running.kill()
}

/// Opens sessions and greets in each. Returns those that were answered.
async fn hold(to: SocketAddr, sessions: usize) -> Vec<Client> {
    let mut held = Vec::with_capacity(sessions);
    for start in (0..sessions).step_by(TOGETHER) {
        let mut opening = JoinSet::new();
        for _ in start..sessions.min(start + TOGETHER) {
            opening.spawn(Client::open(to));
        }
        held.extend(opening.join_all().await.into_iter().flatten());
    }
    held
}
