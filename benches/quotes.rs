//! Prices under load: how soon a tick is on the screens of those who watch, how many are recorded and held against alerts,
//! and what a chart of ten years costs. Each mode prints what it measured beside what is promised.
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

#[path = "support/desks.rs"]
#[expect(dead_code, reason = "conversations are for chat")]
mod desks;
#[path = "support/figures.rs"]
mod figures;
#[path = "support/http.rs"]
#[expect(dead_code, reason = "forms are for chat")]
mod http;
#[path = "support/live.rs"]
#[expect(dead_code, reason = "what is said is for chat")]
mod live;
#[path = "support/office.rs"]
#[expect(dead_code, reason = "kills and other doors are for chat")]
mod office;
#[path = "support/procs.rs"]
mod procs;

use clap::{Parser, Subcommand};
use desks::Desk;
use figures::Times;
use hailstone::app::config::{Config, KEYS, Origin};
use hailstone::app::{build, serve};
use hailstone::domain::quotes::{self, Condition, NewAlert, QuotesError, Span, Told, Ways};
use hailstone::format::feed::{Bar, Tick};
use hailstone::kernel::clock::{Clock, Stopwatch};
use hailstone::kernel::id::FeedId;
use hailstone::services::office::Office;
use hailstone::services::quotes::record;
use http::{Client, Request};
use live::Stream;
use memchr::memmem;
use office::{Outcome, Running};
use rust_decimal::Decimal;
use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

const FEED: FeedId = FeedId::new(1);
/// What prices of the live load are counted from: a tick's price says when it was told.
const BASE: i64 = 1_000_000_000;
/// The time of a tick is told to so many milliseconds, over and over.
const ROUND: i64 = 100_000_000;
/// A day.
const DAY: Duration = Duration::from_secs(24 * 3600);

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
    /// From a tick to the screens of those who watch it: p50 20 ms, p99 100 ms, less than 30 % of a core.
    Live(Live),
    /// Ticks recorded and held against alerts: 10,000 a second against 50,000.
    Record(Record),
    /// A symbol's page with a chart over ten years of days: 10 ms.
    Chart(Chart),
    /// The server of `live`, with a feed in it.
    #[command(hide = true)]
    Serve(Serve),
}

#[derive(clap::Args, Clone)]
struct Live {
    #[arg(long, default_value_t = 1000)]
    symbols: usize,
    #[arg(long, default_value_t = 1000)]
    people: usize,
    /// Symbols that each watches.
    #[arg(long, default_value_t = 50)]
    each: usize,
    /// Each symbol has a new price every so many milliseconds.
    #[arg(long, default_value_t = 5000)]
    every: u64,
    /// Symbols whose prices come at once, as an answer of a provider brings them.
    #[arg(long, default_value_t = 50)]
    batch: usize,
    #[arg(long, default_value_t = 30)]
    seconds: u64,
}

#[derive(clap::Args)]
struct Serve {
    #[command(flatten)]
    live: Live,
    #[arg(long)]
    data: PathBuf,
}

#[derive(clap::Args)]
struct Record {
    #[arg(long, default_value_t = 1000)]
    symbols: usize,
    #[arg(long, default_value_t = 50_000)]
    alerts: usize,
    /// Ticks a second that are offered.
    #[arg(long, default_value_t = 10_000)]
    rate: usize,
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

#[derive(clap::Args)]
struct Chart {
    #[arg(long, default_value_t = 3653)]
    days: u32,
    #[arg(long, default_value_t = 500)]
    calls: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    match Load::parse().mode {
        None => println!("quotes: say what to measure; --help tells"),
        Some(Mode::Live(mode)) => tokio::task::LocalSet::new().run_until(live_load(&mode)).await?,
        Some(Mode::Record(mode)) => record_load(&mode).await?,
        Some(Mode::Chart(mode)) => chart(&mode).await?,
        // Its own runtime, as the program has it.
        Some(Mode::Serve(mode)) => {
            std::thread::spawn(move || serve_feed(&mode)).join().map_err(|_| "it panicked")??
        }
    }
    Ok(())
}

fn scratch() -> Outcome<tempfile::TempDir> {
    Ok(tempfile::tempdir_in("/var/tmp")?)
}

fn code(number: usize) -> String {
    format!("S{number:04}")
}

fn feed() -> Told {
    Told { source: "Load".to_owned(), every: Duration::from_secs(60), is_simulated: true, ..Told::default() }
}

fn tick(number: usize, price: Decimal) -> Tick {
    Tick {
        symbol: code(number),
        price,
        at: Some(Clock::Wall.now()),
        currency: Some("EUR".to_owned()),
        name: Some(format!("Company number {number}")),
        volume: Some(Decimal::from(1000)),
        ..Tick::default()
    }
}

/// Makes so many symbols known, and lets each person watch some of them.
async fn furnish(office: &Office, desks: &[Desk], symbols: usize, each: usize) -> Outcome<()> {
    let people: Vec<_> = desks.iter().map(|desk| desk.person).collect();
    let known = office.store.write(move |tx| {
        for number in 0..symbols {
            let symbol = quotes::know(tx, &code(number))?;
            quotes::keep(tx, symbol, true)?;
        }
        Ok::<_, QuotesError>(())
    });
    known.await?;
    for (place, who) in people.into_iter().enumerate() {
        let listed = office.store.write(move |tx| {
            let list = quotes::make_list(tx, who, "Mine", false)?;
            // Spread, so that no two people watch the same.
            let watched = (0..each).map(|turn| (place * 7919 + turn * 13 + turn * turn) % symbols);
            watched.into_iter().try_for_each(|number| quotes::add_symbol(tx, who, list, &code(number)).map(|_| ()))
        });
        let listed: Result<(), QuotesError> = listed.await;
        listed?;
    }
    Ok(())
}

/// The moment that a tick's price says, and what is left of it now.
fn stamp() -> i64 {
    Clock::Wall.now().millis() % ROUND
}

/// The office with a feed in it: says where it listens, and begins to tell prices when it is told to.
fn serve_feed(mode: &Serve) -> Outcome<()> {
    let runtime = build::runtime()?;
    let mut config = Config::defaults();
    config.put("data", mode.data.to_string_lossy().into_owned(), Origin::Flag);
    for key in KEYS.iter().filter(|key| key.name.starts_with("listen.") && key.name != "listen.https") {
        config.put(key.name, "127.0.0.1:0".to_owned(), Origin::Flag);
    }
    let office = Arc::new(build::office(&config)?);
    let doors = runtime.block_on(serve::open(&config, office.clone()))?;
    println!("http {}", doors.address("http").ok_or("there is no door")?);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let Live { symbols, every, batch, seconds, .. } = mode.live;
    let pause = Duration::from_millis(every * batch as u64 / symbols as u64);
    let told: Outcome<usize> = runtime.block_on(async {
        let (watch, mut next, mut told) = (Stopwatch::start(), 0, 0);
        let mut turn = 0_u32;
        while watch.elapsed().as_secs() < seconds {
            let ticks = (0..batch).map(|place| tick((next + place) % symbols, Decimal::from(BASE + stamp()))).collect();
            record(&office, FEED, ticks, &feed()).await?;
            (next, told, turn) = (next + batch, told + batch, turn + 1);
            tokio::time::sleep((pause * turn).saturating_sub(watch.elapsed())).await;
        }
        Ok(told)
    });
    println!("told {}", told?);
    // The load has heard the last, and reads what it cost.
    std::io::stdin().read_line(&mut line)?;
    runtime.block_on(doors.close());
    office.store.close();
    Ok(())
}

/// The server as a process of its own.
struct Served {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
    http: SocketAddr,
}

impl Served {
    fn start(mode: &Live, data: &Path) -> Outcome<Self> {
        let Live { symbols, people, each, every, batch, seconds } = mode;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", "--data"])
            .arg(data)
            .args(["--symbols", &symbols.to_string(), "--people", &people.to_string(), "--each", &each.to_string()])
            .args(["--every", &every.to_string(), "--batch", &batch.to_string(), "--seconds", &seconds.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("there is no standard output")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        let http = line.trim().strip_prefix("http ").ok_or("it does not say where it listens")?.parse()?;
        Ok(Self { child, said, http })
    }

    fn say(&mut self) -> Outcome<()> {
        use std::io::Write as _;
        Ok(self.child.stdin.as_mut().ok_or("there is no standard input")?.write_all(b"\n")?)
    }

    fn cpu(&self) -> f64 {
        procs::cpu_seconds(&[self.child.id()])
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill(); // ended already, as a rule
        let _ = self.child.wait();
    }
}

/// What all screens have seen.
#[derive(Default)]
struct Screens {
    times: RefCell<Vec<Duration>>,
    bytes: Cell<usize>,
    ended: Cell<usize>,
}

impl Screens {
    fn see(&self, record: &[u8]) {
        let Some(at) = memmem::find(record, b"event: quote\n") else { return };
        let event = &record[at..];
        self.bytes.set(self.bytes.get() + event.len());
        let value = memmem::find(event, b"data-v=\"").and_then(|at| event.get(at + 8..at + 18));
        let told: Option<i64> = value.and_then(|value| str::from_utf8(value).ok()?.parse().ok());
        if let Some(told) = told {
            let spent = (stamp() - (told - BASE)).rem_euclid(ROUND);
            self.times.borrow_mut().push(Duration::from_millis(spent.unsigned_abs()));
        }
    }
}

async fn live_load(mode: &Live) -> Outcome<()> {
    let folder = scratch()?;
    let office = desks::open(folder.path())?;
    let desks = desks::furnish(&office, folder.path(), mode.people).await?;
    furnish(&office, &desks, mode.symbols, mode.each).await?;
    office.store.close();
    drop(office);
    let mut served = Served::start(mode, folder.path())?;
    let screens = Rc::new(Screens::default());
    for (number, desk) in desks.iter().enumerate() {
        let mut stream = Stream::open(served.http, number, &desk.token).await?;
        let screens = screens.clone();
        tokio::task::spawn_local(async move {
            while stream.hear(|record| screens.see(record)).await.is_ok() {}
            screens.ended.set(screens.ended.get() + 1);
        });
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let idle = (served.cpu(), Stopwatch::start());
    tokio::time::sleep(Duration::from_secs(5)).await;
    let idle = (served.cpu() - idle.0) / idle.1.elapsed().as_secs_f64();
    let (before, watch) = (served.cpu(), Stopwatch::start());
    served.say()?;
    tokio::time::sleep(Duration::from_secs(mode.seconds)).await;
    let (cost, spent) = (served.cpu() - before, watch.elapsed().as_secs_f64());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut line = String::new();
    served.said.read_line(&mut line)?;
    served.say()?;
    let times = Times::of(screens.times.take());
    let seen = screens.bytes.get();
    println!(
        "{} symbols, a price each every {} ms, {} at once; {} people watch {} each",
        mode.symbols, mode.every, mode.batch, mode.people, mode.each
    );
    println!(
        "{}; on screens p50 {:.0} ms  p99 {:.0} ms  longest {:.0} ms (promised: 20 and 100); {:.1} MB/s; ended {}",
        line.trim(),
        times.percentile(50),
        times.percentile(99),
        times.percentile(100),
        seen as f64 / 1e6 / spent,
        screens.ended.get(),
    );
    println!(
        "server {:.0} % of a core (promised: 30), {:.0} % while nothing moved",
        cost / spent * 100.0,
        idle * 100.0
    );
    Ok(())
}

/// A small generator of numbers: the same load each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// Prices that wander at random.
struct Market {
    prices: Vec<Decimal>,
    dice: Dice,
}

impl Market {
    fn next(&mut self, count: usize) -> Vec<Tick> {
        let mut ticks = Vec::with_capacity(count);
        for _ in 0..count {
            let number = self.dice.below(self.prices.len() as u64) as usize;
            // A tenth of a percent at most, at random.
            let step = Decimal::new(i64::try_from(self.dice.below(21)).unwrap_or(0) - 10, 2);
            self.prices[number] = (self.prices[number] + step).clamp(Decimal::from(60), Decimal::from(160));
            ticks.push(tick(number, self.prices[number]));
        }
        ticks
    }
}

async fn set_alerts(office: &Office, desks: &[desks::Desk], mode: &Record, dice: &mut Dice) -> Outcome<()> {
    for (place, desk) in desks.iter().enumerate() {
        let who = desk.person;
        let set: Vec<_> = (0..mode.alerts.saturating_sub(place * 100).min(100))
            .map(|turn| {
                // From 1 to 21 percent away, on both sides; each repeats.
                let off = Decimal::new(100 + i64::try_from(dice.below(2000)).unwrap_or(0), 2);
                let level = if turn % 2 == 0 { Decimal::ONE_HUNDRED + off } else { Decimal::ONE_HUNDRED - off };
                let condition = if turn % 2 == 0 { Condition::Above(level) } else { Condition::Below(level) };
                let code = code((place * 100 + turn) % mode.symbols);
                NewAlert { code, condition, margin: None, is_repeat: true, ways: Ways::default() }
            })
            .collect();
        let made =
            office.store.write(move |tx| set.iter().try_for_each(|new| quotes::set_alert(tx, who, new).map(|_| ())));
        let made: Result<(), QuotesError> = made.await;
        made?;
    }
    Ok(())
}

async fn record_load(mode: &Record) -> Outcome<()> {
    let folder = scratch()?;
    let office = desks::open(folder.path())?;
    let people = mode.alerts.div_ceil(100).max(1);
    let desks = desks::furnish(&office, folder.path(), people).await?;
    furnish(&office, &desks, mode.symbols, 0).await?;
    let mut dice = Dice(88_172_645_463_325_252);
    let first = (0..mode.symbols).map(|number| tick(number, Decimal::from(100))).collect();
    record(&office, FEED, first, &feed()).await?;
    set_alerts(&office, &desks, mode, &mut dice).await?;
    println!("{} symbols, {} alerts", mode.symbols, mode.alerts);
    let mut market = Market { prices: vec![Decimal::ONE_HUNDRED; mode.symbols], dice };
    let pace = Duration::from_millis(100);
    let batch = mode.rate / 10;
    let (mut times, mut late, mut crossed, mut taken) = (Vec::new(), Duration::ZERO, 0, 0);
    let (cpu, watch) = (procs::cpu_seconds(&[std::process::id()]), Stopwatch::start());
    for turn in 0..u32::try_from(mode.seconds * 10)? {
        let ticks = market.next(batch);
        let started = Stopwatch::start();
        let recorded = record(&office, FEED, ticks, &feed()).await?;
        times.push(started.elapsed());
        (crossed, taken) = (crossed + recorded.crossed, taken + recorded.taken + recorded.repeated);
        let due = pace * (turn + 1);
        late = late.max(watch.elapsed().saturating_sub(due));
        tokio::time::sleep(due.saturating_sub(watch.elapsed())).await;
    }
    let (spent, cpu) = (watch.elapsed().as_secs_f64(), procs::cpu_seconds(&[std::process::id()]) - cpu);
    let times = Times::of(times);
    println!(
        "offered {} a second: {:.0} recorded a second, {crossed} alerts crossed; {batch} take p50 {:.1} ms  p99 {:.1} ms; \
         latest {:.0} ms behind; {:.0} % of a core",
        mode.rate,
        taken as f64 / spent,
        times.percentile(50),
        times.percentile(99),
        late.as_secs_f64() * 1e3,
        cpu / spent * 100.0,
    );
    let (watch, mut taken) = (Stopwatch::start(), 0);
    while watch.elapsed() < Duration::from_secs(5) {
        let recorded = record(&office, FEED, market.next(batch), &feed()).await?;
        taken += recorded.taken + recorded.repeated;
    }
    println!("without a pause: {:.0} a second", taken as f64 / watch.elapsed().as_secs_f64());
    let findings = office.store.read_here(quotes::check_quotes)?;
    office.store.close();
    if findings.is_empty() { Ok(()) } else { Err(format!("{findings:?}").into()) }
}

async fn chart(mode: &Chart) -> Outcome<()> {
    let folder = scratch()?;
    let office = desks::open(folder.path())?;
    let desks = desks::furnish(&office, folder.path(), 1).await?;
    let now = Clock::Wall.now();
    let mut dice = Dice(88_172_645_463_325_252);
    let mut price = Decimal::ONE_HUNDRED;
    let bars: Vec<Bar> = (0..mode.days)
        .map(|day| {
            let open = price;
            price = (price + Decimal::new(i64::try_from(dice.below(401)).unwrap_or(0) - 200, 2)).max(Decimal::TEN);
            let (high, low) = (open.max(price) + Decimal::ONE, open.min(price) - Decimal::ONE);
            let volume = Some(Decimal::from(dice.below(1_000_000)));
            Bar { at: now.minus(DAY * (mode.days - day)), open, high, low, close: price, volume }
        })
        .collect();
    let who = desks[0].person;
    let kept = office.store.write(move |tx| {
        let list = quotes::make_list(tx, who, "Mine", false)?;
        let symbol = quotes::add_symbol(tx, who, list, &code(0))?;
        quotes::keep_bars(tx, symbol, Span::Day, &bars)
    });
    let kept = kept.await?;
    record(&office, FEED, vec![tick(0, price)], &feed()).await?;
    office.store.close();
    drop(office);
    println!("{kept} days of one symbol; promised: 10 ms");
    let running = Running::start(folder.path())?;
    let to = running.door("http")?;
    let mut client = Client::open(to).await?;
    for (what, path) in [
        ("all of it, a line", "/quotes/S0000?range=Max&kind=line"),
        ("all of it, candles and an average", "/quotes/S0000?range=Max&kind=candles&look=1&ma=50"),
        ("a year, candles", "/quotes/S0000?range=1Y&kind=candles"),
        ("the list", "/quotes"),
    ] {
        let page = Request::page(to, &desks[0].token, path);
        let (mut times, mut bytes) = (Vec::with_capacity(mode.calls), 0);
        for _ in 0..mode.calls {
            let watch = Stopwatch::start();
            let answer = client.ask(&page.bytes).await?;
            times.push(watch.elapsed());
            if answer.status != 200 {
                return Err(format!("{path}: the answer is {}", answer.status).into());
            }
            bytes = answer.bytes;
        }
        let times = Times::of(times);
        let (half, most) = (times.percentile(50), times.percentile(99));
        println!("{what:40} p50 {half:7.2} ms  p99 {most:7.2} ms  ({bytes} bytes)");
    }
    Ok(())
}
