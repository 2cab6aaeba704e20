//! Chat, presence and the live stream under load: makes an office in a folder of its own, serves it with the release
//! binary, and measures it from outside.
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

#[path = "../support/desks.rs"]
mod desks;
#[path = "../support/figures.rs"]
mod figures;
mod fixture;
#[path = "../support/http.rs"]
mod http;
mod kill;
#[path = "../support/live.rs"]
mod live;
#[path = "../support/office.rs"]
mod office;
mod open;
#[path = "../support/procs.rs"]
mod procs;
mod said;
mod streams;
#[path = "../support/words.rs"]
#[expect(dead_code, reason = "the letters are for mail")]
mod words;

use clap::{Parser, Subcommand};
use office::Outcome;
use std::process::ExitCode;
use tokio::task::LocalSet;

#[derive(Parser)]
struct Load {
    #[command(subcommand)]
    mode: Option<Mode>,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Mode {
    /// Many open streams: how long until all have been greeted, and what each costs the server's memory.
    Connections(streams::Connections),
    /// One person's presence changes, and many watch.
    Presence(streams::Presence),
    /// Messages as fast as they are taken, each on the disk before it is answered.
    Say(said::Say),
    /// Messages to one person each, so many a second: how long until the other sees them.
    Paced(said::Paced),
    /// A room in which everybody hears what a few say.
    Room(said::Room),
    /// Opening a long room, and searching it.
    Open(open::Open),
    /// Kills the office while people talk, again and again, and looks whether it kept its word.
    Kill(kill::Kill),
}

fn main() -> Outcome<ExitCode> {
    let load = Load::parse();
    let Some(mode) = load.mode else {
        println!("live_load: say what to measure; --help tells");
        return Ok(ExitCode::SUCCESS);
    };
    // One thread: the load must cost little on a machine that it shares with the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        match mode {
            Mode::Connections(mode) => mode.run().await,
            Mode::Presence(mode) => mode.run().await,
            Mode::Say(mode) => mode.run().await,
            Mode::Paced(mode) => mode.run().await,
            Mode::Room(mode) => mode.run().await,
            Mode::Open(mode) => mode.run().await,
            Mode::Kill(mode) => mode.run().await,
        }
    })
}
