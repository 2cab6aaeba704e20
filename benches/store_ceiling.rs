//! The ceiling of receiving mail durably: bare inserts of messages into SQLite, committed in groups, and nothing else.
//!
//! Opened as the office opens its file: WAL, `synchronous = full`, the same page size.
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

#[path = "support/procs.rs"]
mod procs;
#[path = "support/words.rs"]
mod words;

use clap::Parser;
use hailstone::kernel::clock::Stopwatch;
use rusqlite::Connection;
use std::error::Error;
use std::path::{Path, PathBuf};
use words::{Chance, Words};

/// Different messages; each is inserted many times.
const LETTERS: usize = 256;

#[derive(Parser)]
struct Ceiling {
    /// Folder on the disk to be measured; a new one under it is used and removed.
    #[arg(long, default_value = "/var/tmp")]
    at: PathBuf,
    #[arg(long, default_value_t = 20_000)]
    messages: usize,
    /// Bytes of a message.
    #[arg(long, default_value_t = 8192)]
    size: usize,
    /// Messages in one transaction.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 50, 64, 256])]
    batches: Vec<usize>,
    /// Bodies that do not compress.
    #[arg(long)]
    random: bool,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let ceiling = Ceiling::parse();
    let words = Words::new();
    let mut chance = Chance::new(1);
    let letters: Vec<Vec<u8>> = (0..LETTERS)
        .map(|number| {
            let id = format!("{number}@load.example.org");
            words.letter(&mut chance, "u1@test.local", &id, ceiling.size, ceiling.random).into_bytes()
        })
        .collect();
    for &batch in &ceiling.batches {
        let folder = tempfile::tempdir_in(&ceiling.at)?;
        // Small batches sync often: fewer messages tell as much.
        let messages = if batch == 1 { ceiling.messages / 4 } else { ceiling.messages };
        let cpu = procs::cpu_seconds(&[std::process::id()]);
        let watch = Stopwatch::start();
        insert(&folder.path().join("ceiling.db"), &letters, batch, messages)?;
        let rate = messages as f64 / watch.elapsed().as_secs_f64();
        let cpu = (procs::cpu_seconds(&[std::process::id()]) - cpu) * 1e3 / messages as f64;
        println!("batches of {batch:3}: {rate:7.0} messages/s  cpu {cpu:.3} ms/message");
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this measures what the store is built on, without the store")]
fn insert(path: &Path, letters: &[Vec<u8>], batch: usize, messages: usize) -> rusqlite::Result<()> {
    let sql = Connection::open(path)?;
    sql.execute_batch(
        "pragma page_size = 4096; pragma journal_mode = wal; pragma synchronous = full;
         pragma wal_autocheckpoint = 4000; pragma cache_size = -32000;
         create table message (id integer primary key, size integer not null, bytes blob not null) strict;",
    )?;
    let mut insert = sql.prepare("insert into message (size, bytes) values (?1, ?2)")?;
    for start in (0..messages).step_by(batch) {
        sql.prepare_cached("begin immediate")?.execute([])?;
        for number in start..messages.min(start + batch) {
            let letter = &letters[number % letters.len()];
            insert.execute((i64::try_from(letter.len()).unwrap_or(0), letter))?;
        }
        sql.prepare_cached("commit")?.execute([])?;
    }
    Ok(())
}
