//! Calendars under load: makes an office in a folder of its own, serves it with the release binary, and asks for pages as a
//! browser does. Each mode prints what it measured beside what is promised.
#![expect(clippy::print_stdout, reason = "a benchmark reports on stdout")]

#[path = "support/desks.rs"]
#[expect(dead_code, reason = "conversations are for chat")]
mod desks;
#[path = "support/figures.rs"]
mod figures;
#[path = "support/http.rs"]
#[expect(dead_code, reason = "forms are for chat")]
mod http;
#[path = "support/office.rs"]
#[expect(dead_code, reason = "kills and other doors are for chat")]
mod office;

use chrono::{Days, Months, NaiveDate};
use clap::{Parser, Subcommand};
use desks::Desk;
use figures::Times;
use hailstone::domain::calendar;
use hailstone::kernel::clock::Stopwatch;
use hailstone::services::calendar as deeds;
use hailstone::services::office::Office;
use http::{Client, Request};
use office::{Outcome, Running};
use std::fmt::Write as _;
use std::path::Path;

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
    /// Months of a person with many events: at most 15 ms for 99 of 100 pages.
    View(View),
    /// When many people are busy, side by side: at most 50 ms over two weeks.
    Busy(Busy),
    /// Bringing a file in: 10,000 events in at most 10 seconds.
    Import(Import),
    /// A week of some events, as `caldav_load.py` asks Radicale for it: at least 20 times faster.
    Report(Report),
}

#[derive(clap::Args)]
struct View {
    #[arg(long, default_value_t = 20_000)]
    events: usize,
    /// Every so many-th comes again and again.
    #[arg(long, default_value_t = 10)]
    series: usize,
    #[arg(long, default_value_t = 1000)]
    calls: usize,
}

#[derive(clap::Args)]
struct Busy {
    #[arg(long, default_value_t = 50)]
    people: usize,
    #[arg(long, default_value_t = 200)]
    calls: usize,
}

#[derive(clap::Args)]
struct Import {
    #[arg(long, default_value_t = 10_000)]
    events: usize,
}

#[derive(clap::Args)]
struct Report {
    #[arg(long, default_value_t = 1000)]
    events: usize,
    #[arg(long, default_value_t = 500)]
    calls: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    match Load::parse().mode {
        None => println!("calendar: say what to measure; --help tells"),
        Some(Mode::View(mode)) => view(&mode).await?,
        Some(Mode::Busy(mode)) => busy(&mode).await?,
        Some(Mode::Import(mode)) => import(&mode).await?,
        Some(Mode::Report(mode)) => report(&mode).await?,
    }
    Ok(())
}

/// An office of so many people, each with a calendar, on a disk.
async fn furnished(data: &Path, people: usize) -> Outcome<(Office, Vec<Desk>)> {
    let office = desks::open(data)?;
    let desks = desks::furnish(&office, data, people).await?;
    let all: Vec<_> = desks.iter().map(|desk| desk.person).collect();
    let opened = office.store.write(move |tx| {
        for who in all {
            if calendar::default_calendar(tx, who).is_err() {
                calendar::open_calendar(tx, who)?;
            }
        }
        Ok::<_, calendar::CalendarError>(())
    });
    opened.await?;
    Ok((office, desks))
}

/// `count` events over four years round `middle`; every `series`-th comes again and again: by turns weekly for 150 times and monthly
/// without end. The others come once.
fn file(count: usize, series: usize, middle: NaiveDate) -> Outcome<String> {
    let first = middle.checked_sub_months(Months::new(24)).ok_or("no such day")?;
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//load//EN\r\n".to_owned();
    for number in 0..count {
        let day = first.checked_add_days(Days::new((number * 1461 / count) as u64)).ok_or("no such day")?;
        let rule = match (number % series, number / series % 2) {
            (0, 0) => "RRULE:FREQ=WEEKLY;COUNT=150\r\n",
            (0, _) => "RRULE:FREQ=MONTHLY\r\n",
            _ => "",
        };
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:{number}@load\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:{}T{:02}0000\r\n\
             DURATION:PT45M\r\n{rule}SUMMARY:Meeting number {number}\r\nLOCATION:Room {}\r\nEND:VEVENT\r\n",
            day.format("%Y%m%d"),
            8 + number % 10,
            number % 9,
        )?;
    }
    text.push_str("END:VCALENDAR\r\n");
    Ok(text)
}

async fn bring(office: &Office, desk: &Desk, text: String) -> Outcome<usize> {
    let who = desk.person;
    let into = office.store.read(move |tx| calendar::default_calendar(tx, who)).await?;
    let report = deeds::import(office, who, into, text.into_bytes()).await?;
    Ok(report.added)
}

fn scratch() -> Outcome<tempfile::TempDir> {
    Ok(tempfile::tempdir_in("/var/tmp")?)
}

fn today() -> Outcome<NaiveDate> {
    let now = hailstone::kernel::clock::Clock::Wall.now();
    Ok(chrono::DateTime::from_timestamp_millis(now.millis()).ok_or("no such day")?.date_naive())
}

/// Asks for one address after another over one connection; prints how long the answers took.
async fn asked(what: &str, running: &Running, desk: &Desk, addresses: &[String], calls: usize) -> Outcome<()> {
    let to = running.door("http")?;
    let mut client = Client::open(to).await?;
    let pages: Vec<Request> = addresses.iter().map(|address| Request::page(to, &desk.token, address)).collect();
    for page in &pages {
        let answer = client.ask(&page.bytes).await?;
        if answer.status != 200 {
            return Err(format!("{what}: the answer is {}", answer.status).into());
        }
    }
    let mut times = Vec::with_capacity(calls);
    let mut bytes = 0;
    for call in 0..calls {
        let watch = Stopwatch::start();
        bytes = client.ask(&pages[call % pages.len()].bytes).await?.bytes;
        times.push(watch.elapsed());
    }
    let times = Times::of(times);
    let (half, most) = (times.percentile(50), times.percentile(99));
    println!("{what:44} p50 {half:7.2} ms  p99 {most:7.2} ms  ({bytes} bytes)");
    Ok(())
}

async fn view(mode: &View) -> Outcome<()> {
    let (folder, today) = (scratch()?, today()?);
    let (office, desks) = furnished(folder.path(), 1).await?;
    let added = bring(&office, &desks[0], file(mode.events, mode.series, today)?).await?;
    office.store.close();
    println!("{added} events, {} of them series; promised: p99 15 ms", added / mode.series);
    let running = Running::start(folder.path())?;
    let months: Result<Vec<String>, &str> = (0..12)
        .map(|month| {
            let day = today.checked_add_months(Months::new(month)).ok_or("no such day")?;
            Ok(format!("/calendar/month/{day}"))
        })
        .collect();
    asked("a month, one of the next twelve", &running, &desks[0], &months?, mode.calls).await?;
    asked("this week", &running, &desks[0], &[format!("/calendar/week/{today}")], mode.calls).await
}

async fn busy(mode: &Busy) -> Outcome<()> {
    let (folder, today) = (scratch()?, today()?);
    let (office, desks) = furnished(folder.path(), mode.people).await?;
    for desk in &desks {
        bring(&office, desk, file(400, 20, today)?).await?;
    }
    office.store.close();
    println!("{} people, 400 events each, two weeks; promised: 50 ms", desks.len());
    let running = Running::start(folder.path())?;
    let who: String = desks.iter().map(|desk| format!("who={}&", desk.person)).collect();
    let last = today.checked_add_days(Days::new(13)).ok_or("no such day")?;
    let address = format!("/calendar/find?{who}minutes=60&first={today}&last={last}");
    asked("all side by side, with the first free times", &running, &desks[0], &[address], mode.calls).await
}

async fn import(mode: &Import) -> Outcome<()> {
    let folder = scratch()?;
    let (office, desks) = furnished(folder.path(), 1).await?;
    let text = file(mode.events, 10, today()?)?;
    let megabytes = text.len() as f64 / 1e6;
    let watch = Stopwatch::start();
    let added = bring(&office, &desks[0], text.clone()).await?;
    println!("{added} events of {megabytes:.1} MB in {:.2} s; promised: 10 s", watch.elapsed().as_secs_f64());
    let watch = Stopwatch::start();
    let again = bring(&office, &desks[0], text).await?;
    println!("the same again, {again} of them new, in {:.2} s", watch.elapsed().as_secs_f64());
    office.store.close();
    Ok(())
}

async fn report(mode: &Report) -> Outcome<()> {
    let folder = scratch()?;
    let (office, desks) = furnished(folder.path(), 1).await?;
    bring(&office, &desks[0], year(mode.events)?).await?;
    office.store.close();
    let running = Running::start(folder.path())?;
    println!("{} events as caldav_load.py makes them; its REPORT is to take 20 times as long", mode.events);
    let week = ["/calendar/week/2025-03-10".to_owned()];
    asked("the week from 10 March 2025", &running, &desks[0], &week, mode.calls).await
}

/// The events that `caldav_load.py` puts.
fn year(count: usize) -> Outcome<String> {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//load//EN\r\n".to_owned();
    for number in 0..count {
        let (day, hour) = (number / 12, number % 12);
        let (month, day) = (1 + (day / 28) % 12, 1 + day % 28);
        let rule = if number % 20 == 0 { "RRULE:FREQ=WEEKLY;COUNT=10\r\n" } else { "" };
        let from = 8 + hour;
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:ev{number}@load\r\nDTSTAMP:20250101T000000Z\r\nDTSTART:2025{month:02}{day:02}T{from:02}0000Z\r\n\
             DTEND:2025{month:02}{day:02}T{from:02}3000Z\r\nSUMMARY:Meeting number {number}\r\nLOCATION:Room {}\r\n\
             DESCRIPTION:{}\r\n{rule}END:VEVENT\r\n",
            number % 9,
            "agenda ".repeat(20),
        )?;
    }
    text.push_str("END:VCALENDAR\r\n");
    Ok(text)
}
