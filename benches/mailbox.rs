//! A large mailbox: how long a page of its list and a search in it take, without a server in between.
//!
//! `--keep DIR` leaves the office behind, to be served and measured from outside.
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/words.rs"]
mod words;

use clap::Parser;
use figures::Times;
use hailstone::app::build;
use hailstone::app::config::{Config, Origin};
use hailstone::domain::mail::{self, FolderRole, Head, MailError, Query};
use hailstone::domain::people::Role;
use hailstone::domain::store::{Staged, pack};
use hailstone::format::mime;
use hailstone::kernel::clock::{Moment, Stopwatch};
use hailstone::kernel::id::{FolderId, PersonId};
use hailstone::kernel::secret::Secret;
use hailstone::services::indexing;
use hailstone::services::office::Office;
use hailstone::services::setup::{self, NewAccount, NewOffice};
use std::error::Error;
use std::path::PathBuf;
use words::{Chance, Words};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Messages filed in one transaction.
const BATCH: usize = 500;
/// A word that only every thousandth message has, and two that stand together only there.
const RARE: &str = "zanzibarquux";
const PHRASE: &str = "the zanzibarquux treaty";
const PASSWORD: &str = "right and long";

#[derive(Parser)]
struct Mailbox {
    #[arg(long, default_value_t = 100_000)]
    messages: usize,
    /// Bytes of a message.
    #[arg(long, default_value_t = 4096)]
    size: usize,
    /// Messages with a file that does not compress: makes a large file fast.
    #[arg(long)]
    random: bool,
    /// Calls of each kind.
    #[arg(long, default_value_t = 1000)]
    calls: usize,
    /// Makes the office in this folder, and leaves it there. A mailbox that it has is measured as it is.
    #[arg(long)]
    keep: Option<PathBuf>,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let mailbox = Mailbox::parse();
    let scratch = tempfile::tempdir_in("/var/tmp")?;
    let data = mailbox.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
    let mut config = Config::defaults();
    config.put("data", data.to_string_lossy().into_owned(), Origin::Flag);
    let is_new = !config.file().exists();
    let office = build::office(&config)?;
    let who = if is_new { fill(&office, &mailbox).await? } else { PersonId::new(1) };
    let inbox = office.store.read_here(|tx| mail::folder_at(tx, who, FolderRole::Inbox.slug()))?;
    let bytes = std::fs::metadata(config.file())?.len() as f64 / 1e6;
    println!("{} conversations in the inbox, {bytes:.0} MB; u1, password {PASSWORD:?}", inbox.total);
    measure(&office, who, inbox.id, mailbox.calls)?;
    office.store.close();
    Ok(())
}

/// Sets an office up and puts the messages into its one person's inbox, indexed.
async fn fill(office: &Office, mailbox: &Mailbox) -> Outcome<PersonId> {
    let admin = NewAccount {
        name: "u1".to_owned(),
        full_name: "Uma One".to_owned(),
        role: Role::Admin,
        password: Secret::new(PASSWORD.to_owned()),
    };
    let new = NewOffice { domain: "test.local".to_owned(), company: "Load".to_owned(), admin };
    let who = setup::set_up(office, new).await?;
    let (words, mut chance, watch) = (Words::new(), Chance::new(11), Stopwatch::start());
    for start in (0..mailbox.messages).step_by(BATCH) {
        let end = mailbox.messages.min(start + BATCH);
        let now = office.clock.now();
        let batch: Vec<_> = (start..end).map(|number| one(&words, &mut chance, mailbox, number, now)).collect();
        let filed = office.store.write(move |tx| {
            for (head, bytes) in &batch {
                let message = mail::file(tx, head, bytes)?;
                mail::deliver(tx, who, FolderRole::Inbox, message, head)?;
            }
            Ok::<_, MailError>(())
        });
        filed.await?;
    }
    println!("filed {} messages, {:.0}/s", mailbox.messages, mailbox.messages as f64 / watch.elapsed().as_secs_f64());
    let watch = Stopwatch::start();
    while indexing::next_batch(office).await? > 0 {}
    println!("indexed them, {:.0}/s", mailbox.messages as f64 / watch.elapsed().as_secs_f64());
    Ok(who)
}

/// One message, read and packed as arriving mail is. Every fifth answers one of those before it.
fn one(words: &Words, chance: &mut Chance, mailbox: &Mailbox, number: usize, now: Moment) -> (Head, Staged) {
    let id = format!("{number}@load.example.org");
    let mut letter = words.letter(chance, "u1@test.local", &id, mailbox.size, mailbox.random);
    if number % 5 == 4 {
        let answered = number - 1 - chance.rank(number.min(500));
        let reply = format!("In-Reply-To: <{answered}@load.example.org>\r\nMIME-Version");
        letter = letter.replacen("MIME-Version", &reply, 1);
    }
    if number % 1000 == 500 {
        letter.push_str(&format!("On {PHRASE}.\r\n"));
    }
    let raw = letter.as_bytes();
    (Head::of(&mime::parse(raw), raw.len(), now), Staged::Carried(pack(raw)))
}

fn measure(office: &Office, who: PersonId, inbox: FolderId, calls: usize) -> Outcome<()> {
    let words = Words::new();
    let (common, middling) = (words.word(3).to_owned(), words.word(300).to_owned());
    for (what, page) in [("list, page 1", 1), ("list, page 100", 100), ("list, page 1000", 1000)] {
        time(what, calls, || Ok(office.store.read_here(|tx| mail::list(tx, who, inbox, page))?.rows.len()))?;
    }
    let searches = [
        ("search, a word in most messages", common.as_str()),
        ("search, a word in some", &middling),
        ("search, a rare word", RARE),
        ("search, a phrase", "\"the zanzibarquux treaty\""),
        ("search, two words", &format!("{common} {middling}")),
        ("search, no such word", "xylophonequux"),
    ];
    for (what, typed) in searches {
        let query = Query::parse(typed);
        time(what, calls, || Ok(office.store.read_here(|tx| mail::search(tx, who, &query, 1))?.rows.len()))?;
    }
    Ok(())
}

fn time(what: &str, calls: usize, mut call: impl FnMut() -> Result<usize, MailError>) -> Outcome<()> {
    let mut rows = call()?;
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        let watch = Stopwatch::start();
        rows = call()?;
        times.push(watch.elapsed());
    }
    let times = Times::of(times);
    let (half, most) = (times.percentile(50), times.percentile(99));
    println!("{what:32}  rows {rows:2}  p50 {half:7.3} ms  p99 {most:7.3} ms");
    Ok(())
}
