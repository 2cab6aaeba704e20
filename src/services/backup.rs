//! Timed copies of the office, each proven to restore: it is opened as an office is after a restore, and checked whole.
//!
//! The copy is made as of one moment while everything goes on, at a pace that leaves most of the disk to the office. Copies
//! beyond those that are kept go, the oldest first, and never the newest one that was proven.

use crate::domain::audit::Actor;
use crate::domain::backup::{self, Copy};
use crate::domain::settings::{self, SettingError};
use crate::domain::store::{Pace, Room, StoreError};
use crate::kernel::clock::{Moment, Stopwatch};
use crate::services::office::Office;
use crate::services::setting;
use crate::services::upkeep;
use chrono::{DateTime, NaiveTime};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What lies beside the office's file where no folder is named.
const FOLDER: &str = "backups";

/// When copies are made, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// At what time of day, in universal time; nothing where none are made by the clock.
    pub at: Option<NaiveTime>,
    /// How many proven copies are kept.
    pub keep: usize,
    /// Where they lie.
    pub folder: PathBuf,
}

/// The plan as it is set.
///
/// # Errors
/// Where the file cannot be read.
pub async fn plan(office: &Office) -> Result<Plan, StoreError> {
    let beside = office.store.path().parent().map(|folder| folder.join(FOLDER)).unwrap_or_default();
    let read = office.store.read(move |tx| {
        let folder = settings::get(tx, settings::BACKUP_FOLDER)?;
        Ok::<_, StoreError>(Plan {
            at: time_of(&settings::get(tx, settings::BACKUP_AT)?),
            keep: settings::get(tx, settings::BACKUP_KEEP)?.parse().unwrap_or(7),
            folder: if folder.is_empty() { beside } else { PathBuf::from(folder) },
        })
    });
    read.await
}

fn time_of(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

/// Sets when copies are made, how many are kept, and where.
///
/// # Errors
/// `Value` with what a setting takes.
pub fn set_plan(
    tx: &crate::domain::store::WriteTx<'_>,
    actor: &Actor,
    at: &str,
    keep: &str,
    folder: &str,
) -> Result<(), SettingError> {
    let wrong = |key, wanted: &str| Err(SettingError::Value { key, wanted: wanted.to_owned() });
    if at != "off" && time_of(at).is_none() {
        return wrong(settings::BACKUP_AT.key, "a time of day such as 03:00, or off");
    }
    if !folder.is_empty() && !Path::new(folder).is_absolute() {
        return wrong(settings::BACKUP_FOLDER.key, "a folder from the root on, such as /backup");
    }
    for (setting, value) in
        [(settings::BACKUP_AT, at), (settings::BACKUP_KEEP, keep), (settings::BACKUP_FOLDER, folder)]
    {
        setting::set(tx, actor, setting, value)?;
    }
    Ok(())
}

/// When the next copy is due, after the last one.
#[must_use]
pub fn next_due(plan: &Plan, last: Option<Moment>, now: Moment) -> Option<Moment> {
    let at = plan.at?;
    // A copy from a clock that was ahead must not keep others from being made until then.
    let from = last.unwrap_or(now).min(now);
    let day = DateTime::from_timestamp_millis(from.millis())?.date_naive();
    let today = Moment::from_millis(day.and_time(at).and_utc().timestamp_millis());
    let next = if today > from { today } else { today.plus(Duration::from_secs(24 * 3600)) };
    Some(next.max(now))
}

/// Makes a copy, proves it, and lets those go that are too many. What went wrong is written down with the copy.
///
/// # Errors
/// Where that cannot be written down.
pub async fn run(office: &Office) -> Result<Copy, StoreError> {
    // Whoever comes second waits for the first, and copies what is newer by then.
    let _turn = office.status.copying.lock().await;
    let plan = plan(office).await?;
    let (began_at, watch) = (office.clock.now(), Stopwatch::start());
    let (file, from) = (plan.folder.join(name(began_at)), office.store.path().to_owned());
    let room = office.store.room();
    let target = file.clone();
    let made = tokio::task::spawn_blocking(move || copied(&from, &target, room)).await;
    let made = made.unwrap_or(Err(StoreError::Panicked));
    let took = watch.elapsed();
    let copy = Copy {
        id: 0,
        began_at,
        took,
        file: file.to_string_lossy().into_owned(),
        bytes: made.as_ref().copied().unwrap_or(0),
        trouble: made.as_ref().err().map(ToString::to_string).unwrap_or_default(),
        proven_at: made.is_ok().then(|| began_at.plus(took)),
        is_there: made.is_ok(),
    };
    match &made {
        Ok(bytes) => tracing::info!(file = %copy.file, bytes, "a backup was made and proven"),
        Err(error) => tracing::error!(file = %copy.file, %error, "there is no backup"),
    }
    let noted = copy.clone();
    let id = office.store.write(move |tx| backup::note(tx, &noted)).await?;
    prune(office, &plan).await?;
    Ok(Copy { id, ..copy })
}

/// `office-2026-11-27T030000.000Z.db`: in the order of names, that of time.
fn name(at: Moment) -> String {
    let at = DateTime::from_timestamp_millis(at.millis()).unwrap_or_default();
    format!("office-{}.db", at.format("%Y-%m-%dT%H%M%S%.3fZ"))
}

/// Copies the file and proves the copy. Returns its size; nothing half-made is left.
fn copied(from: &Path, to: &Path, room: Result<Room, StoreError>) -> Result<u64, StoreError> {
    let folder = to.parent().unwrap_or_else(|| Path::new("."));
    if !folder.exists() {
        std::fs::create_dir_all(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    let size = std::fs::metadata(from)?.len();
    let has_room = Room::at(folder).or(room)?.has_room_for(size / 2);
    if !has_room {
        return Err(StoreError::Full);
    }
    let half = to.with_extension("half");
    let _ = std::fs::remove_file(&half);
    let made = upkeep::backup_at(from, &half, Pace::Gentle).and_then(|()| {
        match upkeep::proven(&half, Pace::Gentle)?.first() {
            Some(finding) => Err(StoreError::Corrupt(finding.0.clone())),
            None => Ok(()),
        }
    });
    for tail in ["half-wal", "half-shm"] {
        let _ = std::fs::remove_file(to.with_extension(tail));
    }
    if let Err(error) = made {
        let _ = std::fs::remove_file(&half);
        return Err(error);
    }
    std::fs::rename(&half, to)?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(std::fs::metadata(to)?.len())
}

async fn prune(office: &Office, plan: &Plan) -> Result<(), StoreError> {
    let keep = plan.keep;
    for copy in office.store.read(move |tx| backup::surplus(tx, keep)).await? {
        let gone = match std::fs::remove_file(&copy.file) {
            Ok(()) => true,
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if gone {
            office.store.write(move |tx| backup::note_gone(tx, copy.id)).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::from_millis(DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
    }

    #[test]
    fn a_copy_is_due_once_a_day_and_at_once_where_one_was_missed() {
        let plan = Plan { at: time_of("03:00"), keep: 7, folder: PathBuf::new() };
        let due = |last: Option<&str>, now: &str| next_due(&plan, last.map(moment), moment(now)).unwrap();
        assert_eq!(due(None, "2026-11-27T02:00:00Z"), moment("2026-11-27T03:00:00Z"));
        assert_eq!(due(None, "2026-11-27T04:00:00Z"), moment("2026-11-28T03:00:00Z"));
        assert_eq!(due(Some("2026-11-27T03:00:00Z"), "2026-11-27T03:01:00Z"), moment("2026-11-28T03:00:00Z"));
        assert_eq!(due(Some("2026-11-20T03:00:00Z"), "2026-11-27T12:00:00Z"), moment("2026-11-27T12:00:00Z"));
        assert_eq!(due(Some("2027-11-27T03:00:00Z"), "2026-11-27T02:00:00Z"), moment("2026-11-27T03:00:00Z"));
        assert_eq!(next_due(&Plan { at: None, ..plan }, None, moment("2026-11-27T02:00:00Z")), None);
    }
}
