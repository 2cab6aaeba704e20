//! Streams themselves: how many, and how soon they hear of somebody's presence.

use crate::fixture::{Served, load_average, make, settle, spread};
use crate::http::{Client, Request};
use crate::office::Outcome;
use clap::Args;
use hailstone::kernel::clock::Stopwatch;
use std::process::ExitCode;
use std::time::Duration;

/// How long the office is left alone before its memory is read.
const REST: Duration = Duration::from_secs(3);
/// Longest wait for a change to be heard by all.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Args)]
pub struct Connections {
    #[arg(long, default_value_t = 500)]
    people: usize,
    /// Streams of each: so many browsers.
    #[arg(long, default_value_t = 20)]
    each: usize,
    /// How long they are held, in seconds, to see what they cost while nothing happens.
    #[arg(long, default_value_t = 25)]
    hold: u64,
}

impl Connections {
    pub async fn run(&self) -> Outcome<ExitCode> {
        let (folder, office, desks) = make(self.people).await?;
        let served = Served::start(folder, &office, desks)?;
        tokio::time::sleep(REST).await;
        let (before, count) = (served.running.memory()?, self.people * self.each);
        let cost = served.cost();
        let ears = served.listen(self.each).await?;
        let seconds = cost.watch.elapsed().as_secs_f64();
        println!("{count} streams of {} people greeted in {seconds:.1} s; {}", self.people, cost.each(count));
        settle(usize::MAX, || ears.presence.get()).await;
        tokio::time::sleep(REST).await;
        let held = served.running.memory()?;
        println!(
            "memory {before:.1} MB before, {held:.1} MB with them: {:.1} kB each; presence heard {}, ended {}",
            (held - before) * 1e3 / count as f64,
            ears.presence.get(),
            ears.ended.get(),
        );
        let cost = served.cost();
        tokio::time::sleep(Duration::from_secs(self.hold)).await;
        println!(
            "held for {} s: {}; memory {:.1} MB, ended {}; load average {}",
            self.hold,
            cost.each(count),
            served.running.memory()?,
            ears.ended.get(),
            load_average(),
        );
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
pub struct Presence {
    /// Who watch, the one who changes among them.
    #[arg(long, default_value_t = 500)]
    people: usize,
    #[arg(long, default_value_t = 100)]
    changes: usize,
}

impl Presence {
    pub async fn run(&self) -> Outcome<ExitCode> {
        let (folder, office, desks) = make(self.people).await?;
        let served = Served::start(folder, &office, desks)?;
        let ears = served.listen(1).await?;
        settle(usize::MAX, || ears.presence.get()).await;
        let one = &served.desks[0];
        let mut client = Client::open(served.http).await?;
        let (mut times, mut answers, mut late) = (Vec::new(), Vec::new(), 0);
        let cost = served.cost();
        for change in 0..self.changes {
            ears.reset();
            let show = ["away", "busy"][change % 2];
            let fields = format!("csrf={}&show={show}", one.csrf);
            let request = Request::form(served.http, &one.token, "/presence", &fields);
            let watch = Stopwatch::start();
            let answer = client.ask(&request.bytes).await?;
            if answer.status != 200 {
                return Err(format!("POST /presence was answered {}", answer.status).into());
            }
            answers.push(watch.elapsed());
            while ears.presence.get() < self.people && watch.elapsed() < PATIENCE {
                tokio::time::sleep(Duration::from_micros(500)).await;
            }
            late += self.people.saturating_sub(ears.presence.get());
            times.push(watch.elapsed());
            tokio::time::sleep(Duration::from_millis(30 + change as u64 % 40)).await;
        }
        println!("{} watchers, {} changes, until all have heard: {}", self.people, self.changes, spread(times));
        println!("answered: {}; never heard {late}; {}", spread(answers), cost.each(self.changes * self.people));
        println!("load average {}", load_average());
        Ok(ExitCode::SUCCESS)
    }
}
