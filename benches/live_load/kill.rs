//! Kills the office while people talk, again and again, and looks whether it kept its word: every message that it
//! acknowledged is there, once, though each sender says again what was not answered.

use crate::desks;
use crate::fixture::make;
use crate::http::{Client, Request};
use crate::live::MARK;
use crate::office::{self, Outcome, Running};
use crate::said::{letter, look_up};
use crate::words::Chance;
use clap::Args;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use tokio::task::JoinSet;

/// Messages that one sender has numbers for.
const OWN: usize = 1_000_000;

#[derive(Args)]
pub struct Kill {
    #[arg(long, default_value_t = 100)]
    cycles: usize,
    /// People who talk at a time, each in a conversation of its own.
    #[arg(long, default_value_t = 10)]
    senders: usize,
    /// Longest life of an office, in milliseconds.
    #[arg(long, default_value_t = 400)]
    life: usize,
}

/// One who talks through all lives of the office.
struct Sender {
    letter: Request,
    /// The number of the next message: what was not answered keeps its number.
    next: usize,
    acknowledged: Vec<usize>,
    refused: usize,
}

impl Sender {
    /// Says one message after the other until the connection breaks.
    async fn talk(mut self, to: SocketAddr) -> Self {
        let Ok(mut client) = Client::open(to).await else { return self };
        while let Ok(answer) = client.ask(self.letter.numbered(self.next)).await {
            match answer.status {
                200 | 303 => self.acknowledged.push(self.next),
                _ => self.refused += 1,
            }
            self.next += 1;
        }
        self
    }
}

impl Kill {
    pub async fn run(&self) -> Outcome<ExitCode> {
        let (folder, office, desks) = make(self.senders * 2).await?;
        let places = desks::pair(&office, &desks, self.senders).await?;
        office.store.close();
        drop(office);
        let data = folder.path();
        let mut chance = Chance::new(u64::from(std::process::id()));
        let mut senders: Vec<Sender> = Vec::new();
        for cycle in 0..self.cycles {
            let running = Running::start(data)?;
            let to = running.door("http")?;
            if senders.is_empty() {
                let of = |at: usize| letter(to, &desks[at], places[at]);
                let sender = |at| Sender { letter: of(at), next: at * OWN, acknowledged: Vec::new(), refused: 0 };
                senders = (0..self.senders).map(sender).collect();
            }
            let mut talking = JoinSet::new();
            senders.drain(..).for_each(|sender| drop(talking.spawn_local(sender.talk(to))));
            tokio::time::sleep(Duration::from_millis(20 + chance.below(self.life) as u64)).await;
            running.kill()?;
            senders = talking.join_all().await;
            office::verb(data, &["check"], "").map_err(|error| format!("cycle {cycle}: {error}"))?;
        }
        office::verb(data, &["check", "--deep"], "")?;
        let numbers = senders.iter().flat_map(|sender| &sender.acknowledged);
        let ids: Vec<_> = numbers.map(|number| format!("{MARK}{number:08}")).collect();
        let refused: usize = senders.iter().map(|sender| sender.refused).sum();
        println!("{} kills, every check clean, {refused} refused", self.cycles);
        look_up(data, &desks, &places, &ids)
    }
}
