//! Kills the office while mail pours in, again and again, and looks whether it kept its word: every message it
//! acknowledged is there, once.
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/office.rs"]
mod office;
#[path = "support/smtp.rs"]
mod smtp;
#[path = "support/words.rs"]
mod words;

use clap::Parser;
use figures::Times;
use office::{Outcome, Running};
use smtp::Client;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::task::JoinSet;
use words::{Chance, Words};

#[derive(Parser)]
struct Kills {
    #[arg(long, default_value_t = 200)]
    cycles: usize,
    /// Clients that send at a time, each to a person of its own.
    #[arg(long, default_value_t = 6)]
    senders: usize,
    /// Bytes of a message.
    #[arg(long, default_value_t = 4096)]
    size: usize,
    /// Longest life of an office, in milliseconds.
    #[arg(long, default_value_t = 400)]
    life: usize,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What is known at the end.
#[derive(Default)]
struct Ledger {
    acknowledged: Vec<String>,
    stored: HashMap<String, usize>,
    starts: Vec<Duration>,
    /// Most megabytes that an office held when it was killed.
    memory: f64,
}

fn main() -> Outcome<ExitCode> {
    let kills = Kills::parse();
    let folder = tempfile::tempdir_in("/var/tmp")?;
    let data = folder.path();
    office::set_up(data, kills.senders)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut ledger = Ledger::default();
    let mut chance = Chance::new(u64::from(std::process::id()));
    for cycle in 0..kills.cycles {
        runtime.block_on(one_life(&kills, cycle, data, &mut chance, &mut ledger))?;
        office::verb(data, &["check"], "")?;
    }
    office::verb(data, &["check", "--deep"], "")?;
    for sender in 0..kills.senders {
        let export = office::verb(data, &["mail", "export", &format!("u{}", sender + 1)], "")?;
        count_stored(&export.stdout, &mut ledger.stored);
    }
    Ok(report(&kills, ledger))
}

/// Starts the office, lets mail pour in, and kills it at a moment that nobody knows.
async fn one_life(kills: &Kills, cycle: usize, data: &Path, chance: &mut Chance, ledger: &mut Ledger) -> Outcome<()> {
    let running = Running::start(data)?;
    ledger.starts.push(running.start);
    let to = running.door("smtp")?;
    let mut senders = JoinSet::new();
    for sender in 0..kills.senders {
        senders.spawn(pour(to, sender, cycle, kills.size));
    }
    tokio::time::sleep(Duration::from_millis(chance.below(kills.life) as u64)).await;
    ledger.memory = ledger.memory.max(running.memory()?);
    running.kill()?;
    while let Some(acknowledged) = senders.join_next().await {
        ledger.acknowledged.extend(acknowledged?);
    }
    Ok(())
}

/// Sends one message after the other until the connection breaks. Returns what was acknowledged.
async fn pour(to: SocketAddr, sender: usize, cycle: usize, size: usize) -> Vec<String> {
    let words = Words::new();
    let mut chance = Chance::new(((cycle as u64) << 8) + sender as u64);
    let recipient = format!("u{}@test.local", sender + 1);
    let mut acknowledged = Vec::new();
    let Ok(mut client) = Client::open(to).await else { return acknowledged };
    for number in 0.. {
        let id = format!("{cycle}.{sender}.{number}@load.example.org");
        let letter = words.letter(&mut chance, &recipient, &id, size, false) + ".\r\n";
        match client.send(&recipient, letter.as_bytes(), number % 2 == 1).await {
            Ok(_) => acknowledged.push(id),
            Err(_) => break,
        }
    }
    // Only an office that was never killed can say goodbye.
    drop(client.quit().await);
    acknowledged
}

/// Counts the Message-IDs of an mbox.
fn count_stored(mbox: &[u8], stored: &mut HashMap<String, usize>) {
    for line in mbox.split(|byte| *byte == b'\n') {
        if let Some(id) = line.strip_prefix(b"Message-ID: <").and_then(|id| id.strip_suffix(b">")) {
            *stored.entry(String::from_utf8_lossy(id).into_owned()).or_default() += 1;
        }
    }
}

fn report(kills: &Kills, ledger: Ledger) -> ExitCode {
    let Ledger { acknowledged, stored, starts, memory } = ledger;
    let lost = acknowledged.iter().filter(|id| !stored.contains_key(*id)).count();
    let doubled = stored.values().filter(|times| **times > 1).count();
    let starts = Times::of(starts);
    println!(
        "{} kills  acknowledged {}  stored {}  lost {lost}  doubled {doubled}  every check clean  \
         start p50 {:.0} ms, longest {:.0} ms  most memory {memory:.0} MB",
        kills.cycles,
        acknowledged.len(),
        stored.len(),
        starts.percentile(50),
        starts.percentile(100),
    );
    if lost == 0 && doubled == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
