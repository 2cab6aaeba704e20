//! A long room: how soon it opens, at its end and in its middle, and how soon a search in it answers.

use crate::desks;
use crate::fixture::{load_average, spread};
use crate::http::{Client, Request};
use crate::office::{Outcome, Running};
use crate::words::{Chance, Words};
use clap::Args;
use hailstone::domain::chat::{self, ChatError};
use hailstone::kernel::clock::Stopwatch;
use hailstone::kernel::id::ConversationId;
use hailstone::services::office::Office;
use memchr::memmem;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Messages said in one transaction.
const BATCH: usize = 2000;
/// People who talk.
const PEOPLE: usize = 50;
/// A word that only every thousandth message has.
const RARE: &str = "zanzibarquux";

#[derive(Args)]
pub struct Open {
    #[arg(long, default_value_t = 1_000_000)]
    messages: usize,
    /// Requests of each kind.
    #[arg(long, default_value_t = 500)]
    calls: usize,
    /// Makes the office in this folder, and leaves it there. A room that it has is measured as it is.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// Longest wait for the index, in seconds.
    #[arg(long, default_value_t = 60)]
    patience: u64,
}

/// Messages that a page shows or links to.
fn hits(page: &[u8]) -> usize {
    let links = |mark: &[u8]| memmem::find_iter(page, mark).count();
    links(b"/chat/message/") + links(b"class=\"hit two-line\"")
}

impl Open {
    pub async fn run(&self) -> Outcome<ExitCode> {
        let scratch = tempfile::tempdir_in("/var/tmp")?;
        let data = self.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
        let office = desks::open(&data)?;
        let desks = desks::furnish(&office, &data, PEOPLE).await?;
        let who = desks[0].person;
        let known = office.store.read_here(|tx| chat::conversations(tx, who))?;
        let room = match known.first() {
            Some(room) => room.id,
            None => self.fill(&office, &desks).await?,
        };
        office.store.close();
        drop(office);
        let file = std::fs::metadata(data.join("office.db"))?.len() as f64 / 1e6;
        let running = Running::start(&data)?;
        println!("file {file:.0} MB; the office is process {}; load average {}", running.pid(), load_average());
        let http = running.door("http")?;
        let words = Words::new();
        let middle = self.messages / 2;
        let pages = [
            format!("/chat/{room}"),
            format!("/chat/{room}?before={middle}"),
            format!("/chat/{room}?at={middle}"),
            format!("/search?in=chat&q={RARE}"),
            format!("/search?in=chat&q={}", words.word(3)),
            format!("/search?in=chat&q={}", words.word(300)),
            format!("/search?in=chat&q={}+{}", words.word(3), words.word(300)),
            "/search?in=chat&q=xylophonequux".to_owned(),
        ];
        let mut client = Client::open(http).await?;
        self.indexed(&mut client, &Request::page(http, &desks[0].token, &pages[3]).bytes).await?;
        for page in pages {
            let request = Request::page(http, &desks[0].token, &page);
            let (mut times, mut answer) = (Vec::new(), client.ask(&request.bytes).await?);
            for _ in 0..self.calls {
                let watch = Stopwatch::start();
                answer = client.ask(&request.bytes).await?;
                times.push(watch.elapsed());
            }
            let (hits, status, bytes) = (hits(&client.last), answer.status, answer.bytes);
            println!("{page:40}  {status} with {bytes:6} bytes, {hits:3} messages  {}", spread(times));
        }
        println!("memory {:.1} MB; load average {}", running.memory()?, load_average());
        running.kill()?;
        Ok(ExitCode::SUCCESS)
    }

    /// Waits until the office has indexed what was said, so that a search finds it.
    async fn indexed(&self, client: &mut Client, search: &[u8]) -> Outcome<()> {
        let watch = Stopwatch::start();
        while watch.elapsed() < Duration::from_secs(self.patience) {
            client.ask(search).await?;
            if hits(&client.last) > 0 {
                println!("found what was said after {:.1} s", watch.elapsed().as_secs_f64());
                return Ok(());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        println!("nothing was found in {} s: the searches below find nothing", self.patience);
        Ok(())
    }

    /// Makes the room and says all messages in it.
    async fn fill(&self, office: &Office, all: &[desks::Desk]) -> Outcome<ConversationId> {
        let room = desks::room(office, all).await?;
        let (words, mut chance, watch) = (Words::new(), Chance::new(5), Stopwatch::start());
        for start in (0..self.messages).step_by(BATCH) {
            let mut one = |number: usize| {
                let length = 3 + chance.below(18);
                let mut text = words.phrase(&mut chance, length);
                if number % 1000 == 500 {
                    text = [&text, " ", RARE].concat();
                }
                (all[chance.rank(all.len())].person, desks::message(room, text, format!("c{number}")))
            };
            let batch: Vec<_> = (start..self.messages.min(start + BATCH)).map(&mut one).collect();
            let said = office
                .store
                .write(move |tx| batch.iter().try_for_each(|(person, new)| chat::say(tx, *person, new).map(|_| ())));
            said.await.map_err(|error: ChatError| error.to_string())?;
        }
        println!("said {} messages, {:.0}/s", self.messages, self.messages as f64 / watch.elapsed().as_secs_f64());
        Ok(room)
    }
}
