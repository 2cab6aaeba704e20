//! The office in numbers, as Prometheus reads them. No name and no address of anybody is among them.
//!
//! Text exposition format 0.0.4; names and units as its documentation asks: base units, `_total` for what only grows.

use crate::domain::people;
use crate::domain::store::{ReadTx, StoreError, count_jobs};
use crate::kernel::clock::Moment;
use crate::services::health::Facts;
use crate::services::office::Office;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is counted while the office runs.
#[derive(Debug, Default)]
pub struct Counters {
    /// Answers of the web server by the first digit of their status, from 1 on.
    pub http: [AtomicU64; 5],
    /// Messages that were taken from elsewhere or from own people.
    pub mail_received: AtomicU64,
    /// Recipients elsewhere whose servers took a message.
    pub mail_delivered: AtomicU64,
    /// Recipients elsewhere to whom a message is tried again.
    pub mail_deferred: AtomicU64,
    /// Recipients elsewhere whom a message did not reach.
    pub mail_bounced: AtomicU64,
}

impl Counters {
    /// One more.
    pub fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// One more answer with this status.
    pub fn answered(&self, status: u16) {
        if let Some(counter) = self.http.get(usize::from(status / 100).saturating_sub(1)) {
            Self::count(counter);
        }
    }
}

/// The text, as it is served.
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP hailstone_{name} {help}\n# TYPE hailstone_{name} {kind}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.family(name, "gauge", help);
        let _ = writeln!(self.0, "hailstone_{name} {value}");
    }

    fn counter(&mut self, name: &str, help: &str, label: &str, values: &[(&str, u64)]) {
        self.family(name, "counter", help);
        for (which, value) in values {
            let labels = if label.is_empty() { String::new() } else { format!("{{{label}=\"{which}\"}}") };
            let _ = writeln!(self.0, "hailstone_{name}{labels} {value}");
        }
    }

    /// A figure of the process itself, under the name that every program gives it.
    fn process(&mut self, name: &str, kind: &str, help: &str, value: Option<f64>) {
        if let Some(value) = value {
            let _ =
                writeln!(self.0, "# HELP process_{name} {help}\n# TYPE process_{name} {kind}\nprocess_{name} {value}");
        }
    }
}

/// Every number, as text.
///
/// # Errors
/// Where the file cannot be read.
pub async fn text(office: &Office) -> Result<String, StoreError> {
    let read = |tx: &ReadTx<'_>| Ok::<_, StoreError>((Facts::read(tx)?, people::count_active(tx)?, count_jobs(tx)?));
    let (facts, people, jobs) = office.store.read(read).await?;
    let now = office.clock.now();
    let mut text = Text(String::with_capacity(4096));
    text.family("build_info", "gauge", "The version that runs.");
    let _ = writeln!(text.0, "hailstone_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"));
    counted(&mut text, office);
    text.gauge("people", "Accounts that may sign in.", people);
    text.gauge("jobs", "Pieces of work that are owed.", jobs);
    stored(&mut text, office, &facts, now);
    process(&mut text);
    Ok(text.0)
}

fn counted(text: &mut Text, office: &Office) {
    let counters = &office.status.counters;
    let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];
    let answers: Vec<_> = classes.into_iter().zip(counters.http.iter().map(value)).collect();
    text.counter(
        "http_requests_total",
        "Requests that were answered, by the class of their status.",
        "status",
        &answers,
    );
    let received = [("", value(&counters.mail_received))];
    text.counter("mail_received_total", "Messages taken in by SMTP.", "", &received);
    let delivered = [
        ("delivered", value(&counters.mail_delivered)),
        ("deferred", value(&counters.mail_deferred)),
        ("bounced", value(&counters.mail_bounced)),
    ];
    text.counter(
        "mail_deliveries_total",
        "Deliveries to recipients elsewhere, by what became of them.",
        "result",
        &delivered,
    );
    let (_, wrong) = office.gate.tried();
    text.counter("auth_failures_total", "Tries to sign in that failed, at any door.", "", &[("", wrong)]);
}

fn stored(text: &mut Text, office: &Office, facts: &Facts, now: Moment) {
    let seconds = |moment: Moment| moment.millis() / 1000;
    text.gauge("sessions", "Browsers that are signed in.", facts.sessions);
    text.gauge("presence_connected", "People who are connected.", office.presence.count_here());
    text.gauge("queue_messages", "Messages on their way out.", facts.queued);
    let waited = facts.oldest.map_or(0, |oldest| now.since(oldest).as_secs());
    text.gauge("queue_oldest_seconds", "How long the oldest message on its way out has waited.", waited);
    text.gauge("jobs_late", "Pieces of work owed for more than five minutes.", facts.late);
    text.gauge("db_size_bytes", "Size of the office's file and its journal.", office.store.size());
    if let Ok(room) = office.store.room() {
        text.gauge("disk_free_bytes", "Bytes free on the disk of the office's file.", room.free);
    }
    let proven = facts.proven.as_ref().map_or(0, |copy| seconds(copy.began_at));
    text.gauge("backup_last_success_timestamp_seconds", "When the newest proven backup was made; 0 for none.", proven);
    if let Some(end) = office.status.certificate_ends() {
        text.gauge("tls_certificate_expiry_timestamp_seconds", "When the certificate ends.", seconds(end));
    }
    if let Some(renewal) = office.status.renewed() {
        let help = "Tries to renew the certificate that failed in a row.";
        text.gauge("tls_renewal_failures", help, renewal.failures);
        let help = "When the certificate is renewed, or that is tried again.";
        text.gauge("tls_renewal_next_timestamp_seconds", help, seconds(renewal.next_at));
    }
    if let Some(opened) = office.status.opened_at() {
        text.gauge("start_time_seconds", "When the doors were opened.", seconds(opened));
    }
}

/// What Linux tells of the process. `proc(5)`.
fn process(text: &mut Text) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.and_then(|rest| rest.trim().trim_end_matches(" kB").trim().parse::<f64>().ok());
    text.process("resident_memory_bytes", "gauge", "Memory in use.", resident.map(|kilobytes| kilobytes * 1024.0));
    let files = std::fs::read_dir("/proc/self/fd").ok().map(|files| files.count());
    let files = files.and_then(|count| u32::try_from(count).ok()).map(f64::from);
    text.process("open_fds", "gauge", "Open files and connections.", files);
    text.process("cpu_seconds_total", "counter", "Time spent on a processor.", cpu_seconds());
}

/// User and system time, in hundredths: fields 14 and 15, counted behind the name, which may hold anything.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / 100.0)
}
