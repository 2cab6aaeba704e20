//! Running the office: the page that answers "is all well?", a backup beside the mail, putting one back, bringing people in,
//! and all of it in little memory.
//!
//! `make` builds an office to measure, the others measure the release binary on it: `dashboard`, `backup`, `restore`,
//! `people`, `policy`, `memory`.
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

#[path = "support/figures.rs"]
mod figures;
#[path = "support/http.rs"]
mod http;
#[path = "support/office.rs"]
mod office;
#[path = "support/smtp.rs"]
mod smtp;
#[path = "support/words.rs"]
mod words;

use clap::{Parser, Subcommand};
use figures::Times;
use hailstone::app::build;
use hailstone::app::config::{Config, Origin};
use hailstone::domain::mail::{self, FolderRole, Head, MailError};
use hailstone::domain::people::{self, NewSession, PeopleError};
use hailstone::domain::store::{Staged, pack};
use hailstone::format::mime;
use hailstone::kernel::clock::{Clock, Moment, Stopwatch};
use hailstone::kernel::id::PersonId;
use hailstone::kernel::secret;
use hailstone::services::indexing;
use hailstone::services::office::Office;
use http::Request;
use office::{Outcome, Running};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::task::JoinSet;
use words::{Chance, Words};

/// Messages filed in one transaction.
const BATCH: usize = 500;
/// Sessions that send mail at a time.
const SENDERS: usize = 10;
/// People whose dots a page shows.
const SHOWN: usize = 40;
/// Letters that are sent in turn.
const LETTERS: usize = 200;

#[derive(Parser)]
struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    /// What `cargo bench` says to every benchmark.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand, Clone)]
enum What {
    /// Builds an office: so many people, brought in as a list, with so many messages between them, indexed.
    Make {
        data: PathBuf,
        #[arg(long, default_value_t = 1000)]
        people: usize,
        #[arg(long, default_value_t = 1_000_000)]
        messages: usize,
        /// Bytes of a message.
        #[arg(long, default_value_t = 4096)]
        size: usize,
        /// Messages that do not compress: makes a large file fast.
        #[arg(long)]
        random: bool,
    },
    /// The overview of the administration, asked so many times over one connection.
    Dashboard {
        data: PathBuf,
        #[arg(long, default_value_t = 1000)]
        calls: usize,
    },
    /// Mail taken in alone, while a backup is made, and alone again.
    Backup {
        data: PathBuf,
        /// Seconds of each phase without a backup.
        #[arg(long, default_value_t = 20)]
        seconds: u64,
    },
    /// A copy put back, with its check, by the verb.
    Restore { data: PathBuf },
    /// People brought in by the page while mail comes in.
    People {
        data: PathBuf,
        #[arg(long, default_value_t = 1000)]
        people: usize,
    },
    /// A rule set and taken away again, told to so many open pages.
    Policy {
        data: PathBuf,
        #[arg(long, default_value_t = 1000)]
        people: usize,
        #[arg(long, default_value_t = 20)]
        changes: usize,
    },
    /// A working hour in short, in a control group of so many megabytes.
    Memory {
        data: PathBuf,
        #[arg(long, default_value_t = 512)]
        megabytes: u64,
        /// People who are signed in and look at pages.
        #[arg(long, default_value_t = 1000)]
        people: usize,
    },
}

fn main() -> Outcome<()> {
    let Some(what) = Bench::parse().what else {
        println!("running: say what: make, dashboard, backup, restore, people, policy or memory");
        return Ok(());
    };
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(async {
        match what {
            What::Make { data, people, messages, size, random } => make(&data, people, messages, size, random).await,
            What::Dashboard { data, calls } => dashboard(&data, calls).await,
            What::Backup { data, seconds } => backup(&data, seconds).await,
            What::Restore { data } => restore(&data),
            What::People { data, people } => bring(&data, people).await,
            What::Policy { data, people, changes } => policy(&data, people, changes).await,
            What::Memory { data, megabytes, people } => memory(&data, megabytes, people).await,
        }
    })
}

fn megabytes(path: &Path) -> Outcome<f64> {
    Ok(std::fs::metadata(path)?.len() as f64 / 1e6)
}

fn opened(data: &Path) -> Outcome<Office> {
    let mut config = Config::defaults();
    config.put("data", data.to_string_lossy().into_owned(), Origin::Flag);
    Ok(build::office(&config)?)
}

// ---- an office to measure ----

async fn make(data: &Path, people: usize, messages: usize, size: usize, random: bool) -> Outcome<()> {
    office::set_up(data, 1)?;
    let list: String = (2..=people).map(|number| format!("u{number},Person {number},,,\n")).collect();
    std::fs::write(data.join("list.csv"), list)?;
    office::verb(data, &["import", "people", &data.join("list.csv").to_string_lossy()], "")?;
    let office = opened(data)?;
    let ids: Vec<PersonId> = (1..=people).map(|id| PersonId::new(i64::try_from(id).unwrap_or(1))).collect();
    let (words, mut chance, watch) = (Words::new(), Chance::new(11), Stopwatch::start());
    for start in (0..messages).step_by(BATCH) {
        let now = office.clock.now();
        let batch: Vec<_> = (start..messages.min(start + BATCH))
            .map(|number| {
                let (head, bytes) = one(&words, &mut chance, number, size, random, now);
                (ids[chance.below(ids.len())], head, bytes)
            })
            .collect();
        let filed = office.store.write(move |tx| {
            for (who, head, bytes) in &batch {
                let message = mail::file(tx, head, bytes)?;
                mail::deliver(tx, *who, FolderRole::Inbox, message, head)?;
            }
            Ok::<_, MailError>(())
        });
        filed.await?;
    }
    println!("filed {messages} messages for {people} people, {:.0}/s", messages as f64 / watch.elapsed().as_secs_f64());
    let watch = Stopwatch::start();
    while indexing::next_batch(&office).await? > 0 {}
    println!("indexed them, {:.0}/s", messages as f64 / watch.elapsed().as_secs_f64());
    office.store.close();
    drop(office);
    println!("{:.0} MB", megabytes(&data.join("office.db"))?);
    Ok(())
}

fn one(words: &Words, chance: &mut Chance, number: usize, size: usize, random: bool, now: Moment) -> (Head, Staged) {
    let letter = words.letter(chance, "all@test.local", &format!("{number}@load.example.org"), size, random);
    let raw = letter.as_bytes();
    (Head::of(&mime::parse(raw), raw.len(), now), Staged::Carried(pack(raw)))
}

/// Sessions of the first so many people, made in the file.
async fn sessions(data: &Path, people: usize) -> Outcome<Vec<(String, String)>> {
    let office = opened(data)?;
    let made = office.store.write(move |tx| {
        let one = |number: usize| {
            let (token, csrf) = (secret::token(), secret::token());
            let person = PersonId::new(i64::try_from(number).unwrap_or(1));
            let (device, address) = ("Bench".to_owned(), "127.0.0.1".to_owned());
            let new = NewSession { person, token: token.clone(), csrf: csrf.clone(), device, address };
            people::open_session(tx, &new)?;
            Ok::<_, PeopleError>((token, csrf))
        };
        (1..=people).map(one).collect::<Result<Vec<_>, _>>()
    });
    let made = made.await?;
    office.store.close();
    Ok(made)
}

// ---- mail that comes in meanwhile ----

/// Mail that is sent until it is told to stop, as fast as it is taken or at a pace.
struct Mail {
    sent: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
    tasks: JoinSet<Outcome<Vec<Duration>>>,
}

impl Mail {
    /// `pause` is the wait of each sender between two messages.
    fn start(to: SocketAddr, people: usize, pause: Duration) -> Self {
        let words = Words::new();
        let mut chance = Chance::new(Clock::Wall.now().millis().unsigned_abs());
        let letters: Vec<String> = (0..LETTERS)
            .map(|_| words.letter(&mut chance, "all@test.local", "PLACE@load.example.org", 8192, false) + ".\r\n")
            .collect();
        let letters = Arc::new(letters);
        let (sent, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let mut tasks = JoinSet::new();
        for sender in 0..SENDERS {
            let (letters, sent, is_over) = (letters.clone(), sent.clone(), is_over.clone());
            tasks.spawn(async move {
                let mut client = smtp::Client::open(to).await?;
                let mut times = Vec::new();
                while !is_over.load(Ordering::Relaxed) {
                    let number = sent.fetch_add(1, Ordering::Relaxed);
                    let id = format!("{number}.{sender}.{}", Clock::Wall.now().millis());
                    let letter = letters[number % LETTERS].replacen("PLACE", &id, 1);
                    let to = format!("u{}@test.local", number % people + 1);
                    times.push(client.send(&to, letter.as_bytes(), true).await?);
                    tokio::time::sleep(pause).await;
                }
                client.quit().await?;
                Ok(times)
            });
        }
        Self { sent, is_over, tasks }
    }

    /// Messages a second until `until` is over.
    async fn rate<T>(&self, until: impl Future<Output = T>) -> (f64, Duration, T) {
        let (before, watch) = (self.sent.load(Ordering::Relaxed), Stopwatch::start());
        let done = until.await;
        let took = watch.elapsed();
        ((self.sent.load(Ordering::Relaxed) - before) as f64 / took.as_secs_f64(), took, done)
    }

    async fn stop(mut self) -> Outcome<Times> {
        self.is_over.store(true, Ordering::Relaxed);
        let mut times = Vec::new();
        while let Some(ended) = self.tasks.join_next().await {
            times.extend(ended??);
        }
        Ok(Times::of(times))
    }
}

// ---- what is measured ----

async fn dashboard(data: &Path, calls: usize) -> Outcome<()> {
    let session = sessions(data, 1).await?.remove(0);
    let office = Running::start(data)?;
    let at = office.door("http")?;
    let mut request = Request::page(at, &session.0, "/admin");
    let mut client = http::Client::open(at).await?;
    let mut times = Vec::with_capacity(calls);
    for call in 0..calls + 20 {
        let watch = Stopwatch::start();
        let answer = client.ask(request.numbered(call)).await?;
        if answer.status != 200 {
            return Err(format!("/admin answers {}", answer.status).into());
        }
        if call >= 20 {
            times.push(watch.elapsed());
        }
    }
    let times = Times::of(times);
    println!("/admin, {calls} times: p50 {:.2} ms, p99 {:.2} ms", times.percentile(50), times.percentile(99));
    Ok(())
}

/// When the newest proven copy was begun, by the office's own numbers.
async fn proven(client: &mut http::Client, request: &Request) -> Outcome<String> {
    client.ask(&request.bytes).await?;
    let text = String::from_utf8_lossy(&client.last).into_owned();
    let line = text.lines().find(|line| line.starts_with("hailstone_backup_last_success_timestamp_seconds "));
    Ok(line.ok_or("no such number")?.to_owned())
}

async fn backup(data: &Path, seconds: u64) -> Outcome<()> {
    let (token, csrf) = sessions(data, 1).await?.remove(0);
    let office = Running::start(data)?;
    let (at, phase) = (office.door("http")?, Duration::from_secs(seconds));
    let size = megabytes(&data.join("office.db"))?;
    let mail = Mail::start(office.door("smtp")?, 1000, Duration::ZERO);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let numbers = Request::page(at, &token, "/metrics");
    let now = Request::form(at, &token, "/admin/backups/now", &format!("csrf={csrf}"));
    let (before, _, ()) = mail.rate(tokio::time::sleep(phase)).await;
    let (during, took, copied) = mail
        .rate(async {
            let mut client = http::Client::open(at).await?;
            let last = proven(&mut client, &numbers).await?;
            let mut other = http::Client::open(at).await?;
            let asked = other.ask(&now.bytes).await?;
            while proven(&mut client, &numbers).await? == last {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(asked.status)
        })
        .await;
    let status = copied?;
    let (after, _, ()) = mail.rate(tokio::time::sleep(phase)).await;
    let times = mail.stop().await?;
    let alone = f64::midpoint(before, after);
    println!("backup of {size:.0} MB (answer {status}): made and proven in {:.1} s", took.as_secs_f64());
    println!(
        "mail before {before:.0}/s, meanwhile {during:.0}/s, after {after:.0}/s: {:.1} % less",
        (1.0 - during / alone) * 100.0
    );
    println!("time to 250 over all: p50 {:.2} ms, p99 {:.2} ms", times.percentile(50), times.percentile(99));
    println!("memory {:.0} MB, at its highest {:.0} MB", office.memory()?, highest(office.pid())?);
    Ok(())
}

fn restore(data: &Path) -> Outcome<()> {
    let copy = data.join("copy.db");
    let _ = std::fs::remove_file(&copy);
    let watch = Stopwatch::start();
    office::verb(data, &["backup", &copy.to_string_lossy()], "")?;
    println!("a copy of {:.0} MB made in {:.1} s", megabytes(&copy)?, watch.elapsed().as_secs_f64());
    let other = data.join("other");
    let watch = Stopwatch::start();
    office::verb(&other, &["restore", &copy.to_string_lossy()], "")?;
    println!("put back into an empty folder, with its check, in {:.1} s", watch.elapsed().as_secs_f64());
    let watch = Stopwatch::start();
    office::verb(&other, &["restore", &copy.to_string_lossy()], "")?;
    println!("put back over an office, which is kept, in {:.1} s", watch.elapsed().as_secs_f64());
    std::fs::remove_dir_all(&other)?;
    std::fs::remove_file(&copy)?;
    Ok(())
}

/// The form that brings a list in, as a browser posts it.
fn list_form(at: SocketAddr, token: &str, csrf: &str, list: &str) -> Vec<u8> {
    let field = |name: &str, value: &str| {
        format!("--PART\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = field("csrf", csrf) + &field("sure", "1") + &field("text", list) + "--PART--\r\n";
    let head = format!(
        "POST /admin/people/import HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nCookie: hs_session={token}\r\n\
         Content-Type: multipart/form-data; boundary=PART\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes()
}

async fn bring(data: &Path, people: usize) -> Outcome<()> {
    let (token, csrf) = sessions(data, 1).await?.remove(0);
    let office = Running::start(data)?;
    let (at, smtp) = (office.door("http")?, office.door("smtp")?);
    let stamp = Clock::Wall.now().millis();
    let pause = Duration::from_millis(50);
    let mail = Mail::start(smtp, 1, pause);
    let (alone, _, ()) = mail.rate(tokio::time::sleep(Duration::from_secs(10))).await;
    let before = mail.stop().await?;
    for (what, password) in [("with passwords", ",a long password"), ("with links to open", "")] {
        let kind = if password.is_empty() { "l" } else { "p" };
        let list: String = (0..people).map(|n| format!("{kind}{stamp}x{n},Person {n},,{password}\n")).collect();
        let request = list_form(at, &token, &csrf, &list);
        let mail = Mail::start(smtp, 1, pause);
        let (rate, took, status) = mail
            .rate(async {
                let mut client = http::Client::open(at).await?;
                client.ask(&request).await.map(|answer| answer.status)
            })
            .await;
        let status = status?;
        let times = mail.stop().await?;
        println!("{people} people {what} (answer {status}) in {:.1} s", took.as_secs_f64());
        println!(
            "  mail meanwhile {rate:.0}/s: p50 {:.2} ms, p99 {:.2} ms",
            times.percentile(50),
            times.percentile(99)
        );
    }
    println!("  mail alone {alone:.0}/s: p50 {:.2} ms, p99 {:.2} ms", before.percentile(50), before.percentile(99));
    Ok(())
}

/// Megabytes that a process held in memory at the most.
fn highest(pid: u32) -> Outcome<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix(" kB"));
    Ok(kilobytes.ok_or("the system does not tell")?.trim().parse::<f64>()? * 1024.0 / 1e6)
}

/// A control group that holds what is in it to so much memory, the pages of files among it. Nothing where none can be made.
struct Group(PathBuf);

impl Group {
    fn new(megabytes: u64) -> Option<Self> {
        let own = std::fs::read_to_string("/proc/self/cgroup").ok()?;
        let at = own.lines().find_map(|line| line.split_once(":memory:").map(|(_, at)| at.to_owned()))?;
        let path = PathBuf::from(format!("/sys/fs/cgroup/memory{at}/hailstone-bench"));
        let path = if std::fs::create_dir_all(&path).is_ok() {
            path
        } else {
            let path = PathBuf::from("/sys/fs/cgroup/memory/hailstone-bench");
            std::fs::create_dir_all(&path).ok()?;
            path
        };
        std::fs::write(path.join("memory.limit_in_bytes"), (megabytes << 20).to_string()).ok()?;
        Some(Self(path))
    }

    fn hold(&self, pid: u32) -> Outcome<()> {
        Ok(std::fs::write(self.0.join("cgroup.procs"), pid.to_string())?)
    }

    fn number(&self, name: &str) -> Outcome<f64> {
        Ok(std::fs::read_to_string(self.0.join(name))?.trim().parse::<f64>()?)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

async fn memory(data: &Path, megabytes: u64, people: usize) -> Outcome<()> {
    let sessions = sessions(data, people).await?;
    let office = Running::start(data)?;
    let group = Group::new(megabytes);
    match &group {
        Some(group) => group.hold(office.pid())?,
        None => println!("no control group can be made here: what is told is what was held, without a limit"),
    }
    let (at, smtp) = (office.door("http")?, office.door("smtp")?);
    println!("idle {:.0} MB", office.memory()?);
    let mut streams = Vec::with_capacity(people);
    for (number, (token, _)) in sessions.iter().enumerate() {
        streams.push(stream(at, token, number).await?);
    }
    println!("{people} people with their streams open {:.0} MB", office.memory()?);
    let mail = Mail::start(smtp, people, Duration::from_millis(20));
    let mut times = Vec::new();
    let mut client = http::Client::open(at).await?;
    for address in
        ["/mail/inbox", "/today", "/chat", "/calendar/month/2026-11-27", "/people", "/search?q=the", "/admin"]
    {
        for (token, _) in sessions.iter().take(100) {
            let watch = Stopwatch::start();
            client.ask(&Request::page(at, token, address).bytes).await?;
            times.push(watch.elapsed());
        }
    }
    let now = Request::form(at, &sessions[0].0, "/admin/backups/now", &format!("csrf={}", sessions[0].1));
    let status = client.ask(&now.bytes).await?.status;
    let sent = mail.sent.load(Ordering::Relaxed);
    mail.stop().await?;
    let times = Times::of(times);
    println!(
        "{sent} messages in, 700 pages p50 {:.2} ms, p99 {:.2} ms, a backup ({status})",
        times.percentile(50),
        times.percentile(99)
    );
    println!("memory now {:.0} MB, at its highest {:.0} MB", office.memory()?, highest(office.pid())?);
    if let Some(group) = &group {
        let failed = group.number("memory.failcnt")?;
        let most = group.number("memory.max_usage_in_bytes")? / 1e6;
        println!(
            "control group of {megabytes} MiB: most {most:.0} MB with the pages of files, reclaimed {failed:.0} times, alive"
        );
    }
    drop(streams);
    office.kill()?;
    Ok(())
}

async fn policy(data: &Path, people: usize, changes: usize) -> Outcome<()> {
    let sessions = sessions(data, people).await?;
    let office = Running::start(data)?;
    let at = office.door("http")?;
    let (heard, mut told) = tokio::sync::mpsc::unbounded_channel();
    let mut readers = JoinSet::new();
    for (number, (token, _)) in sessions.iter().enumerate() {
        let stream = stream(at, token, number).await?;
        readers.spawn(look_on(stream, at, number, token.clone(), heard.clone()));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    for (rule, strict, usual) in
        [("mail.outside", "off", ""), ("presence.last_seen", "off", ""), ("presence.visible", "nobody", "")]
    {
        let (mut times, mut longest) = (Vec::new(), Duration::ZERO);
        for change in 0..changes {
            let value = if change % 2 == 0 { strict } else { usual };
            let fields = format!("csrf={}&value={value}", sessions[0].1);
            let request = Request::form(at, &sessions[0].0, &format!("/admin/policies/{rule}"), &fields);
            let watch = Stopwatch::start();
            let status = http::Client::open(at).await?.ask(&request.bytes).await?.status;
            for _ in 0..people {
                let heard = tokio::time::timeout(Duration::from_secs(20), told.recv()).await?;
                let took = watch.elapsed().saturating_sub(heard.ok_or("all streams ended")?.elapsed());
                times.push(took);
                longest = longest.max(took);
            }
            if status != 303 {
                return Err(format!("a rule was not taken: {status}").into());
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let times = Times::of(times);
        println!(
            "{rule}: {changes} changes told on {people} open pages: p50 {:.0} ms, p99 {:.0} ms, longest {:.0} ms (promised: 1000)",
            times.percentile(50),
            times.percentile(99),
            longest.as_secs_f64() * 1000.0
        );
    }
    readers.shutdown().await;
    office.kill()?;
    Ok(())
}

/// Says when an open page knows of a rule that has changed: where it is told to ask how people are, once that was answered.
async fn look_on(
    stream: tokio::net::TcpStream,
    at: SocketAddr,
    number: usize,
    token: String,
    heard: tokio::sync::mpsc::UnboundedSender<Stopwatch>,
) -> Outcome<()> {
    let shown = (1..=SHOWN).map(|person| person.to_string()).collect::<Vec<_>>().join(",");
    let ask = Request::page(at, &token, &format!("/presence?of={shown}"));
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next_line().await? {
        match line.as_str() {
            "event: hello" => drop(http::Client::open_from(at, number).await?.ask(&ask.bytes).await?),
            "event: policies" => heard.send(Stopwatch::start())?,
            _ => {}
        }
    }
    Ok(())
}

/// A stream that stays open.
async fn stream(at: SocketAddr, token: &str, number: usize) -> Outcome<tokio::net::TcpStream> {
    use tokio::io::AsyncWriteExt as _;
    let mut stream = http::connect(at, number).await?;
    let asked =
        format!("GET /live HTTP/1.1\r\nHost: {at}\r\nCookie: hs_session={token}\r\nAccept: text/event-stream\r\n\r\n");
    stream.write_all(asked.as_bytes()).await?;
    Ok(stream)
}
