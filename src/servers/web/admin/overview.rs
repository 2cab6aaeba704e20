//! The page that answers "is all well?" in one look: a tile a subject, each leading to where it is put right.

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
use crate::kernel::clock::Moment;
use crate::services::health::{self, Facts, Level};
use crate::services::office::Office;
use crate::services::setup;
use askama::Template;
use std::time::Duration;

/// Acts that the page shows.
const ACTS: usize = 6;
/// No authority gives a certificate for so many days.
const OWN_DAYS: u64 = 3650;

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
    /// People who ask for an account, in words; empty for none.
    asking: String,
}

/// GET /admin
pub async fn show(visit: Visit) -> PageResult {
    let reader = visit.reader();
    let read = visit.page(Place::Nowhere, move |tx, session| {
        open_to(session)?;
        let acts = audit::entries(tx, &Wanted::default(), ACTS)?;
        let acts: Vec<_> = acts.into_iter().map(|entry| ActView::new(entry, reader)).collect();
        Ok((Facts::read(tx)?, acts, setup::left(tx)?))
    });
    let (shell, (facts, acts, left)) = read.await?;
    let left = left.into_iter().map(|step| (wizard::words(step), wizard::href(step))).collect();
    let office = &visit.web.office;
    let now = office.clock.now();
    let tiles = vec![
        doors(office, now),
        queue(&facts, now),
        disk(office, &facts),
        copies(&facts, reader, now),
        names(office, reader),
        jobs(&facts),
        failures(&facts),
        signed_in(office, &facts),
    ];
    let up = office.status.opened_at().map(|at| format!(", up {}", span(now.since(at)))).unwrap_or_default();
    let words = format!("Version {}{up}", env!("CARGO_PKG_VERSION"));
    let title = title(&tiles);
    let asking = match facts.asking {
        0 => String::new(),
        1 => "One person asks for an account".to_owned(),
        many => format!("{} people ask for an account", number(many)),
    };
    let needs_somebody = tiles.iter().any(|tile| tile.level > Level::Good);
    page(&OverviewPage { shell, tabs: tabs("/admin"), title, words, tiles, needs_somebody, acts, left, asking })
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
    let (days, _) = health::certificate(office.status.certificate_ends(), now);
    let (words, level) = certified(office, now);
    (words, level == Level::Good && days.is_some_and(|days| days < OWN_DAYS))
}

fn certified(office: &Office, now: Moment) -> (String, Level) {
    let (days, level) = health::certificate(office.status.certificate_ends(), now);
    let words = match days {
        None => "No certificate that can be read".to_owned(),
        Some(_) if level == Level::Bad => "The certificate has ended".to_owned(),
        Some(OWN_DAYS..) => "A certificate of its own making: browsers warn of it".to_owned(),
        Some(days) => format!("Certificate good for {}", count(i64::try_from(days).unwrap_or(i64::MAX), "day")),
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
    let level = facts.queue(now);
    let needs = "Mail has waited for hours: see what the servers of its recipients say.";
    Tile { name: "Mail queue", href: "/admin/queue", value: number(facts.queued), words, level, needs }
}

fn disk(office: &Office, facts: &Facts) -> Tile {
    let needs = "Make room, or give the data folder a larger disk. Mail is refused before the disk is full.";
    let tile =
        |value, words, level| Tile { name: "Disk", href: "/admin/usage?of=file_bytes", value, words, level, needs };
    match office.store.room() {
        Ok(room) => {
            let disk = facts.disk(room);
            let full = disk.days.and_then(|days| i64::try_from(days).ok()).map(|days| count(days, "day"));
            let full = full.map(|days| format!("; full in {days} if it goes on so")).unwrap_or_default();
            let words = format!("{} free; the office takes {}{full}", size(room.free), size(office.store.size()));
            tile(format!("{} %", disk.used), words, disk.level)
        }
        Err(_) => tile("unknown".to_owned(), "The system does not tell".to_owned(), Level::Warn),
    }
}

fn copies(facts: &Facts, reader: Reader, now: Moment) -> Tile {
    let needs = "Make a backup now, and see what kept the last one from being made.";
    let tile = |value, words, level| Tile { name: "Backup", href: "/admin/backups", value, words, level, needs };
    let level = facts.backups(now);
    let last_trouble = facts.backup.as_ref().map(|copy| copy.trouble.as_str()).unwrap_or_default();
    match &facts.proven {
        _ if !last_trouble.is_empty() => tile("failed".to_owned(), last_trouble.to_owned(), level),
        None => tile("none yet".to_owned(), "The first is made in the night to come".to_owned(), level),
        Some(copy) => {
            let words = format!("{}, proven to restore", size(copy.bytes));
            tile(reader.when(copy.began_at).short().to_string(), words, level)
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
    let words = match facts.late {
        0 => "Everything owed is done in time".to_owned(),
        _ => "Owed for more than five minutes".to_owned(),
    };
    let needs = "Work is behind: look whether the queue or a far server holds it up, and at the log.";
    Tile { name: "Late work", href: "/admin/queue", value: number(facts.late), words, level: facts.jobs(), needs }
}

fn failures(facts: &Facts) -> Tile {
    let (words, level) = ("In this hour; guessing is slowed down".to_owned(), facts.failures());
    let needs =
        "Somebody may be guessing passwords: the log says from where. A second factor keeps out who guesses right.";
    let href = "/admin/usage?of=sign_in_failures";
    Tile { name: "Failed sign-ins", href, value: number(facts.wrong), words, level, needs }
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
