//! A served office with people at their desks, and what it and the load have cost.

use crate::desks::{self, Desk};
use crate::figures::Times;
use crate::live::Ears;
use crate::office::{Outcome, Running};
use crate::procs;
use hailstone::kernel::clock::Stopwatch;
use hailstone::services::office::Office;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;
use tempfile::TempDir;

/// Streams opened at a time.
const TOGETHER: usize = 100;
/// How long nothing may happen before all that comes has come.
const QUIET: Duration = Duration::from_secs(2);

/// A served office.
pub struct Served {
    pub running: Running,
    pub http: SocketAddr,
    pub desks: Vec<Desk>,
    pub folder: TempDir,
}

/// An office of so many people in a new folder, not yet served.
pub async fn make(people: usize) -> Outcome<(TempDir, Office, Vec<Desk>)> {
    let folder = tempfile::tempdir_in("/var/tmp")?;
    let office = desks::open(folder.path())?;
    let desks = desks::furnish(&office, folder.path(), people).await?;
    Ok((folder, office, desks))
}

impl Served {
    /// Serves what was made.
    pub fn start(folder: TempDir, office: &Office, desks: Vec<Desk>) -> Outcome<Self> {
        office.store.close();
        let running = Running::start(folder.path())?;
        println!("the office is process {}; load average {}", running.pid(), load_average());
        Ok(Self { http: running.door("http")?, running, desks, folder })
    }

    /// Opens `each` streams for every person. Returns what they hear.
    pub async fn listen(&self, each: usize) -> Outcome<Rc<Ears>> {
        let ears = Rc::new(Ears::default());
        let all: Vec<_> = (0..each).flat_map(|turn| (0..self.desks.len()).map(move |who| (turn, who))).collect();
        for some in all.chunks(TOGETHER) {
            let opening = some.iter().map(|(turn, who)| {
                let from = who + turn * 7;
                Rc::clone(&ears).listen(self.http, *who, from, &self.desks[*who].token)
            });
            futures_util::future::try_join_all(opening).await?;
        }
        Ok(ears)
    }

    /// Begins to count costs.
    pub fn cost(&self) -> Cost {
        let pid = self.running.pid();
        Cost { pid, watch: Stopwatch::start(), server: cpu(pid), all: cpu(std::process::id()) }
    }
}

/// Processor time since some moment.
pub struct Cost {
    pid: u32,
    pub watch: Stopwatch,
    server: f64,
    /// The load's and its child's, the server's.
    all: f64,
}

impl Cost {
    /// What each of so many things has cost until now.
    pub fn each(&self, count: usize) -> String {
        let server = cpu(self.pid) - self.server;
        let own = cpu(std::process::id()) - self.all - server;
        let each = 1e3 / count.max(1) as f64;
        let seconds = self.watch.elapsed().as_secs_f64();
        format!(
            "server cpu {:.4} ms each ({:.2} cores), load's own {:.4} ms each ({:.2} cores)",
            server * each,
            server / seconds,
            own * each,
            own / seconds,
        )
    }
}

fn cpu(pid: u32) -> f64 {
    procs::cpu_seconds(&[pid])
}

/// How busy the machine is: of the last minute, and of the last five and fifteen.
pub fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Half and nearly all.
pub fn spread(times: Vec<Duration>) -> String {
    let times = Times::of(times);
    format!(
        "p50 {:.2} ms  p99 {:.2} ms  longest {:.1} ms",
        times.percentile(50),
        times.percentile(99),
        times.percentile(100)
    )
}

/// Waits until `count` says `wanted`, or nothing more for a while.
pub async fn settle(wanted: usize, count: impl Fn() -> usize) -> usize {
    let (mut last, mut quiet) = (count(), Stopwatch::start());
    while last < wanted && quiet.elapsed() < QUIET {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let now = count();
        if now != last {
            (last, quiet) = (now, Stopwatch::start());
        }
    }
    last
}
