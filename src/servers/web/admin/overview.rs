//! The page that answers "is all well?" in one look: a tile a subject, each leading to where it is put right.

use super::super::error::WebError;
use super::super::filters;
use super::super::page::{PageResult, page};
use super::super::session::Visit;
use super::super::settings::Tab;
use super::super::shell::{Place, Shell};
use super::super::wizard;
use super::super::words::{Reader, count, number, size};
use super::audit::ActView;
use super::{open_to, tabs};
use crate::domain::audit::{self, Wanted};
use crate::domain::backup::{self, Copy};
use crate::domain::store::{ReadTx, late_jobs};
use crate::domain::{outbound, people};
use crate::kernel::clock::Moment;
use crate::services::office::Office;
use crate::services::setup;
use askama::Template;
use std::time::Duration;

/// Acts that the page shows.
const ACTS: usize = 6;
/// After so long a job counts as late.
const LATE: Duration = Duration::from_secs(5 * 60);
/// So many days of a certificate left are few.
const FEW_DAYS: u64 = 14;
/// No authority gives a certificate for so many days.
const OWN_DAYS: u64 = 3650;
/// A message that waits longer needs to be looked at.
const LONG_WAIT: Duration = Duration::from_secs(4 * 3600);
/// A backup that is older needs to be looked at.
const OLD_BACKUP: Duration = Duration::from_secs(36 * 3600);
/// So much of the disk may be used, in per cent, before somebody should know.
const FULL: u64 = 90;

/// How it stands with a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Good,
    Warn,
    Bad,
}

/// One subject.
struct Tile {
    name: &'static str,
    href: &'static str,
    value: String,
    words: String,
    level: Level,
    /// What to do where it does not stand well.
    needs: &'static str,
}

impl Tile {
    const fn icon(&self) -> &'static str {
        match self.level {
            Level::Good => "check",
            Level::Warn | Level::Bad => "warn",
        }
    }

    const fn look(&self) -> &'static str {
        match self.level {
            Level::Good => "good",
            Level::Warn => "warn",
            Level::Bad => "bad",
        }
    }
}

/// What the file tells.
struct Facts {
    queued: i64,
    oldest: Option<Moment>,
    late: i64,
    sessions: i64,
    backup: Option<Copy>,
    proven: Option<Copy>,
    acts: Vec<ActView>,
}

impl Facts {
    fn read(tx: &ReadTx<'_>, reader: Reader) -> Result<Self, WebError> {
        let broken = |error: outbound::OutboundError| WebError::from(crate::domain::store::StoreError::from(error));
        let acts = audit::entries(tx, &Wanted::default(), ACTS)?;
        Ok(Self {
            queued: outbound::queue_length(tx).map_err(broken)?,
            oldest: outbound::oldest(tx).map_err(broken)?,
            late: late_jobs(tx, tx.now().minus(LATE))?,
            sessions: people::count_sessions(tx)?,
            backup: backup::newest(tx)?,
            proven: backup::newest_proven(tx)?,
            acts: acts.into_iter().map(|entry| ActView::new(entry, reader)).collect(),
        })
    }
}

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    shell: Shell,
    tabs: Vec<Tab>,
    title: String,
    words: String,
    tiles: Vec<Tile>,
    needs_somebody: bool,
    acts: Vec<ActView>,
    /// The steps of the set-up that are left, with their pages.
    left: Vec<(&'static str, &'static str)>,
}

/// GET /admin
pub async fn show(visit: Visit) -> PageResult {
    let reader = visit.reader();
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        Ok((Facts::read(tx, reader)?, setup::left(tx)?))
    });
    let (shell, (facts, left)) = read.await?;
    let left = left.into_iter().map(|step| (wizard::words(step), wizard::href(step))).collect();
    let office = &visit.web.office;
    let now = office.clock.now();
    let tiles = vec![
        doors(office, now),
        queue(&facts, now),
        disk(office),
        copies(&facts, reader, now),
        names(office, reader),
        jobs(&facts),
        failures(office),
        signed_in(office, &facts),
    ];
    let up = office.status.opened_at().map(|at| format!(", up {}", span(now.since(at)))).unwrap_or_default();
    let words = format!("Version {}{up}", env!("CARGO_PKG_VERSION"));
    let title = title(&tiles);
    let needs_somebody = tiles.iter().any(|tile| tile.level > Level::Good);
    page(&OverviewPage { shell, tabs: tabs("/admin"), title, words, tiles, needs_somebody, acts: facts.acts, left })
}

/// All of it in one sentence.
fn title(tiles: &[Tile]) -> String {
    let off = tiles.iter().filter(|tile| tile.level > Level::Good).count();
    match (off, tiles.iter().any(|tile| tile.level == Level::Bad)) {
        (0, _) => "All is well".to_owned(),
        (1, false) => "Well, but for one thing".to_owned(),
        (many, false) => format!("Well, but for {many} things"),
        (1, true) => "One thing needs you now".to_owned(),
        (many, true) => format!("{many} things need you"),
    }
}

fn span(span: Duration) -> String {
    let minutes = i64::try_from(span.as_secs() / 60).unwrap_or(i64::MAX);
    match minutes {
        0..60 => count(minutes, "minute"),
        60..2880 => count(minutes / 60, "hour"),
        _ => count(minutes / 1440, "day"),
    }
}

/// How it stands with the certificate, in words, and whether browsers believe it for some time to come.
pub fn certificate(office: &Office, now: Moment) -> (String, bool) {
    let is_own = |end: Moment| end.since(now).as_secs() / 86_400 >= OWN_DAYS;
    let (words, level) = certified(office, now);
    (words, level == Level::Good && !office.status.certificate_ends().is_some_and(is_own))
}

fn certified(office: &Office, now: Moment) -> (String, Level) {
    let (words, level) = match office.status.certificate_ends() {
        None => ("No certificate that can be read".to_owned(), Level::Warn),
        Some(end) if end < now => ("The certificate has ended".to_owned(), Level::Bad),
        Some(end) => {
            let days = end.since(now).as_secs() / 86_400;
            let words = match days {
                OWN_DAYS.. => "A certificate of its own making: browsers warn of it".to_owned(),
                _ => format!("Certificate good for {}", count(i64::try_from(days).unwrap_or(i64::MAX), "day")),
            };
            (words, if days < FEW_DAYS { Level::Warn } else { Level::Good })
        }
    };
    match office.status.renewed().filter(|renewal| !renewal.trouble.is_empty()) {
        Some(renewal) => (format!("{words}. It could not be renewed: {}", renewal.trouble), level.max(Level::Warn)),
        None => (words, level),
    }
}

fn doors(office: &Office, now: Moment) -> Tile {
    let (doors, renewal) = (office.status.doors(), office.status.renewed());
    let (words, level) = certified(office, now);
    let value = count(i64::try_from(doors.len()).unwrap_or(0), "door");
    if renewal.is_some() {
        let needs = "It is tried again by itself. See whether the authority can be reached from here, and the office \
            from outside by its name.";
        return Tile { name: "Doors", href: "/setup/doors", value, words, level, needs };
    }
    let needs = "Put a new certificate and its key where tls.certificate and tls.key say; they are read by themselves.";
    Tile { name: "Doors", href: "/setup/doors", value, words, level, needs }
}

fn queue(facts: &Facts, now: Moment) -> Tile {
    let waited = facts.oldest.map(|oldest| now.since(oldest));
    let words = waited.map_or_else(|| "Nothing waits".to_owned(), |waited| format!("Oldest {}", span(waited)));
    let level = if waited.is_some_and(|waited| waited > LONG_WAIT) { Level::Warn } else { Level::Good };
    let needs = "Mail has waited for hours: see what the servers of its recipients say.";
    Tile { name: "Mail queue", href: "/admin/queue", value: number(facts.queued), words, level, needs }
}

fn disk(office: &Office) -> Tile {
    let needs = "Make room, or give the data folder a larger disk. Mail is refused before the disk is full.";
    let tile = |value, words, level| Tile { name: "Disk", href: "/admin", value, words, level, needs };
    match office.store.room() {
        Ok(room) => {
            let used = 100 - (room.free.saturating_mul(100) / room.total.max(1)).min(100);
            let level = match used {
                _ if !room.has_room_for(0) => Level::Bad,
                FULL.. => Level::Warn,
                _ => Level::Good,
            };
            let words = format!("{} free; the office takes {}", size(room.free), size(office.store.size()));
            tile(format!("{used} %"), words, level)
        }
        Err(_) => tile("unknown".to_owned(), "The system does not tell".to_owned(), Level::Warn),
    }
}

fn copies(facts: &Facts, reader: Reader, now: Moment) -> Tile {
    let needs = "Make a backup now, and see what kept the last one from being made.";
    let tile = |value, words, level| Tile { name: "Backup", href: "/admin/backups", value, words, level, needs };
    let last_trouble = facts.backup.as_ref().map(|copy| copy.trouble.as_str()).unwrap_or_default();
    match &facts.proven {
        _ if !last_trouble.is_empty() => tile("failed".to_owned(), last_trouble.to_owned(), Level::Bad),
        None => tile("none yet".to_owned(), "The first is made in the night to come".to_owned(), Level::Good),
        Some(copy) => {
            let level = if now.since(copy.began_at) > OLD_BACKUP { Level::Warn } else { Level::Good };
            tile(
                reader.when(copy.began_at).short().to_string(),
                format!("{}, proven to restore", size(copy.bytes)),
                level,
            )
        }
    }
}

fn names(office: &Office, reader: Reader) -> Tile {
    let needs = "A record in the DNS is not as it must be: mail may not arrive, or not be believed.";
    let tile = |value: &str, words, level| Tile {
        name: "DNS",
        href: "/admin/dns",
        value: value.to_owned(),
        words,
        level,
        needs,
    };
    match office.status.dns() {
        None => tile("not looked", "It is looked once a day".to_owned(), Level::Good),
        Some(report) if report.is_unknown() => tile("no answer", "No name server is reached".to_owned(), Level::Good),
        Some(report) => match report.broken() {
            0 => tile("as it must be", format!("Looked {}", reader.last_seen(report.at)), Level::Good),
            many => {
                let words = count(i64::try_from(many).unwrap_or(i64::MAX), "record");
                tile("broken", format!("{words} not as it must be"), Level::Bad)
            }
        },
    }
}

fn jobs(facts: &Facts) -> Tile {
    let (words, level) = match facts.late {
        0 => ("Everything owed is done in time".to_owned(), Level::Good),
        _ => ("Owed for more than five minutes".to_owned(), Level::Warn),
    };
    let needs = "Work is behind: look whether the queue or a far server holds it up, and at the log.";
    Tile { name: "Late work", href: "/admin/queue", value: number(facts.late), words, level, needs }
}

fn failures(office: &Office) -> Tile {
    let failed = i64::try_from(office.gate.failed_so_far()).unwrap_or(i64::MAX);
    let words = "Since the office was started; guessing is slowed down".to_owned();
    Tile { name: "Failed sign-ins", href: "/admin/people", value: number(failed), words, level: Level::Good, needs: "" }
}

fn signed_in(office: &Office, facts: &Facts) -> Tile {
    let here = office.presence.count_here();
    let words = format!(
        "{} at this moment",
        count(i64::try_from(here).unwrap_or(i64::MAX), "person").replace("persons", "people")
    );
    let value = count(facts.sessions, "device");
    Tile { name: "Signed in", href: "/admin/online", value, words, level: Level::Good, needs: "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(level: Level) -> Tile {
        Tile { name: "", href: "", value: String::new(), words: String::new(), level, needs: "" }
    }

    #[test]
    fn the_title_tells_the_worst() {
        use Level::{Bad, Good, Warn};
        let said = |levels: &[Level]| title(&levels.iter().copied().map(tile).collect::<Vec<_>>());
        assert_eq!(said(&[Good, Good]), "All is well");
        assert_eq!(said(&[Good, Warn]), "Well, but for one thing");
        assert_eq!(said(&[Warn, Warn]), "Well, but for 2 things");
        assert_eq!(said(&[Bad, Good]), "One thing needs you now");
        assert_eq!(said(&[Bad, Warn]), "2 things need you");
    }
}
