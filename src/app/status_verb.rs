//! `status`: whether all is well, a line a subject; the twin of the administration's overview.

use super::build;
use super::config::Config;
use super::queue_verbs::written;
use super::verbs::{VerbError, say};
use crate::kernel::clock::Moment;
use crate::servers::net::tls::{Certificate, Validity};
use crate::services::health::{self, Facts, Level};
use crate::services::office::Office;
use std::process::ExitCode;
use std::sync::Arc;

/// A subject as it is printed: how it stands, its name, and what is so.
type Line = (Level, &'static str, String);

/// Prints how it stands with each subject, and fails where something needs somebody.
pub(super) fn status(office: &Office, config: &Config) -> Result<ExitCode, VerbError> {
    let facts = office.store.read_here(Facts::read)?;
    let now = office.clock.now();
    let lines = [
        certificate(config, now),
        queue(&facts, now),
        backup(&facts, now),
        disk(office, &facts),
        (facts.jobs(), "late work", facts.late.to_string()),
        (facts.failures(), "sign-ins", format!("{} failed in this hour", facts.wrong)),
        (Level::Good, "sessions", facts.sessions.to_string()),
    ];
    for (level, name, words) in &lines {
        say(&format!("{:<4}  {name:<11}  {words}", level.word()))?;
    }
    let is_well = lines.iter().all(|(level, ..)| *level == Level::Good);
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn certificate(config: &Config, now: Moment) -> Line {
    const NAME: &str = "certificate";
    let plan = match build::acme(config) {
        Ok(plan) => plan,
        Err(error) => return (Level::Bad, NAME, error.to_string()),
    };
    let files = build::tls_files(config, plan.as_ref());
    let file = files.certificate.display().to_string();
    if !files.certificate.exists() {
        return (Level::Good, NAME, format!("none yet; {file} is made at the first start"));
    }
    let read = Certificate::load(files, Arc::default()).map(|certificate| certificate.validity());
    let validity = match read {
        Ok(validity) => validity,
        Err(error) => return (Level::Bad, NAME, error.to_string()),
    };
    let (days, level) = health::certificate(validity.as_ref().map(|validity| validity.to), now);
    let words = validity.zip(days).map(|(validity, days)| of(&validity, days, level));
    let words = words.unwrap_or_else(|| "it does not say how long it is good".to_owned());
    (level, NAME, format!("{words}; {file}"))
}

fn of(validity: &Validity, days: u64, level: Level) -> String {
    let (names, end) = (validity.names.join(" "), written(validity.to));
    let maker = if validity.is_own { ", of its own making" } else { "" };
    if level == Level::Bad {
        format!("{names}: ended {end}")
    } else {
        format!("{names}: {days} days, until {end}{maker}")
    }
}

fn queue(facts: &Facts, now: Moment) -> Line {
    let oldest = facts.oldest.map(|oldest| format!(", the oldest since {}", written(oldest))).unwrap_or_default();
    (facts.queue(now), "mail queue", format!("{}{oldest}", facts.queued))
}

fn backup(facts: &Facts, now: Moment) -> Line {
    let trouble = facts.backup.as_ref().map(|copy| copy.trouble.as_str()).filter(|trouble| !trouble.is_empty());
    let words = match (trouble, &facts.proven) {
        (Some(trouble), _) => format!("the newest failed: {trouble}"),
        (None, None) => "none yet".to_owned(),
        (None, Some(copy)) => format!("{}, proven; {}", written(copy.began_at), copy.file),
    };
    (facts.backups(now), "backup", words)
}

fn disk(office: &Office, facts: &Facts) -> Line {
    match office.store.room() {
        Ok(room) => {
            let disk = facts.disk(room);
            let full = disk.days.map(|days| format!(", full in {days} days if it goes on so")).unwrap_or_default();
            (disk.level, "disk", format!("{} % used, {} MB free{full}", disk.used, room.free / 1_000_000))
        }
        Err(error) => (Level::Warn, "disk", error.to_string()),
    }
}
