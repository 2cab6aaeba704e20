//! Brings a file of an older version up: on a copy beside it, which is proven before it takes the file's place.
//!
//! Until the rename the file is as it was, whatever fails; from the rename on it is the new one, and the old one is kept
//! beside it. There is no moment without an office.

use super::{Room, StoreError, migrate};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Behind the file's name: the copy that is worked on.
const COPY: &str = ".upgrading";
/// Behind the file's name, before the number of its version: the file as it was.
const BEFORE: &str = ".before-";
/// How long another program may keep the file open.
const OTHERS: Duration = Duration::from_secs(5);

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// The version that the file had.
    pub from: i64,
    /// The version that it has.
    pub to: i64,
    /// Where the file lies as it was.
    pub kept: PathBuf,
}

/// From which version to which the file at `path` would be brought; nothing where it is of the newest, empty, or not there.
///
/// # Errors
/// `Newer` where the file is ahead of the program, and where it cannot be read.
pub fn pending(path: &Path) -> Result<Option<(i64, i64)>, StoreError> {
    if fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return Ok(None);
    }
    let found: i64 = super::open::reading_connection(path)?.query_row("pragma user_version", [], |row| row.get(0))?;
    let known = migrate::newest()?;
    match found {
        _ if found > known => Err(StoreError::Newer { found, known }),
        // A file that was never given a version is one that was never filled.
        _ if found == known || found == 0 => Ok(None),
        _ => Ok(Some((found, known))),
    }
}

/// Brings the file at `path` to the newest version, where it is of an older one: copies it, has the copy opened (which
/// migrates it) and proven by `prove`, and puts it in the file's place. Nobody else may serve the file meanwhile.
///
/// # Errors
/// `Upgrade`, and the file is as it was; see also [`pending`].
pub fn upgrade(
    path: &Path,
    prove: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<Option<Upgrade>, StoreError> {
    let Some((from, to)) = pending(path)? else { return Ok(None) };
    let copy = beside(path, COPY);
    forget(&copy);
    let kept = beside(path, &format!("{BEFORE}{from}"));
    match swap(path, &copy, &kept, prove) {
        Ok(()) => {
            forget_older(path, &kept);
            Ok(Some(Upgrade { from, to, kept }))
        }
        Err(error) => {
            forget(&copy);
            // SQLite quotes the whole statement behind what it says.
            let why = error.to_string().lines().next().unwrap_or_default().to_owned();
            Err(StoreError::Upgrade { from, to, why })
        }
    }
}

fn swap(
    path: &Path,
    copy: &Path,
    kept: &Path,
    prove: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    // What is copied may grow by its migration; a reserve is left as always.
    if !Room::at(folder)?.has_room_for(fs::metadata(path)?.len() / 2) {
        return Err(StoreError::Full);
    }
    let alone = alone(path)?;
    copied(&alone, copy)?;
    prove(copy)?;
    if length(&beside(copy, "-wal")) > 0 {
        return Err(StoreError::Busy);
    }
    File::open(copy)?.sync_all()?;
    match fs::remove_file(kept) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    fs::hard_link(path, kept)?;
    File::open(folder)?.sync_all()?;
    // At its end the connection must delete nothing by name: from here on the names are the new file's.
    alone.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    fs::rename(copy, path)?;
    File::open(folder)?.sync_all()?;
    drop(alone);
    Ok(())
}

/// The file, open for this connection alone until it is dropped, with all that was written beside it folded in.
fn alone(path: &Path) -> Result<Connection, StoreError> {
    let sql = super::open::bare_connection(path)?;
    sql.busy_timeout(OTHERS)?;
    sql.query_row("pragma locking_mode = exclusive", [], |_| Ok(()))?;
    let busy: i64 = sql.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    if busy != 0 || length(&beside(path, "-wal")) > 0 {
        return Err(StoreError::Busy);
    }
    Ok(sql)
}

/// Copies page by page. Nobody else on the machine may read the copy.
fn copied(from: &Connection, to: &Path) -> Result<(), StoreError> {
    File::options().write(true).create_new(true).mode(0o600).open(to)?;
    let mut target = super::open::bare_connection(to)?;
    match Backup::new(from, &mut target)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(StoreError::Busy),
    }
}

/// Removes a copy that came to nothing, with what lies beside it.
fn forget(copy: &Path) {
    for tail in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(beside(copy, tail)); // mostly there is none
    }
}

/// Of the files as they were before upgrades, only the newest is kept.
fn forget_older(path: &Path, kept: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let begin = format!("{}{BEFORE}", name.to_string_lossy());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let other = entry.file_name().to_string_lossy().into_owned();
        let is_one =
            other.strip_prefix(&begin).is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()));
        if is_one
            && entry.path() != kept
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::warn!(%error, file = %other, "an older file could not be removed");
        }
    }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}
