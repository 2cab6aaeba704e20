//! Upkeep: backups, putting them back, proving the file, and what to publish in DNS.

use crate::domain::calendar;
use crate::domain::chat;
use crate::domain::mail;
use crate::domain::quotes;
use crate::domain::store::{self, Depth, Finding, Pace, Part, STORE_PARTS, Store, StoreError, backup_to};
use crate::kernel::clock::Clock;
use crate::services::dns;
use crate::services::office::Office;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// Copies the file at `office` to `to` as of one moment, also while it is served.
///
/// # Errors
/// Where either cannot be opened, or `to` cannot be written.
pub fn backup(office: &Path, to: &Path) -> Result<(), StoreError> {
    backup_at(office, to, Pace::Full)
}

/// Copies as [`backup`] does, at a pace.
///
/// # Errors
/// See [`backup`].
pub fn backup_at(office: &Path, to: &Path, pace: Pace) -> Result<(), StoreError> {
    if !office.exists() {
        return Err(StoreError::Disk(format!("there is no office at {}", office.display())));
    }
    // A copy holds all that the office does: nobody else on the machine may read it. SQLite fills an empty file, and
    // refuses any other.
    let made = std::fs::File::options().write(true).create_new(true).mode(0o600).open(to).is_ok();
    backup_to(office, to, pace).inspect_err(|_| {
        if made {
            let _ = std::fs::remove_file(to);
        }
    })
}

/// Puts the copy at `from` back as the file at `office`, in `folder`. The file before it is kept beside it.
///
/// # Errors
/// Where the copy is damaged: nothing is changed then.
pub fn restore(from: &Path, office: &Path, folder: &Path) -> Result<(), StoreError> {
    if !from.exists() {
        return Err(StoreError::Disk(format!("there is no copy at {}", from.display())));
    }
    if std::fs::metadata(from)?.len() == 0 {
        return Err(StoreError::Corrupt(format!("{} is empty", from.display())));
    }
    let fresh = folder.join("office.db.restoring");
    forget(&fresh);
    copied_and_proven(from, &fresh).inspect_err(|_| forget(&fresh))?;
    if office.exists() {
        let old = folder.join("office.db.before-restore");
        backup_over(office, &old)?;
    }
    for tail in ["office.db-wal", "office.db-shm"] {
        let _ = std::fs::remove_file(folder.join(tail));
    }
    std::fs::rename(&fresh, office)?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn copied_and_proven(from: &Path, fresh: &Path) -> Result<(), StoreError> {
    std::fs::copy(from, fresh)?;
    std::fs::set_permissions(fresh, std::fs::Permissions::from_mode(0o600))?;
    let of = |why: &dyn std::fmt::Display| StoreError::Corrupt(format!("{}: {why}", from.display()));
    match store::version(fresh).and_then(|version| if version > 0 { proven(fresh, Pace::Full) } else { Err(nobodys()) })
    {
        Ok(findings) => findings.first().map_or(Ok(()), |first| Err(of(&first.0))),
        Err(StoreError::Corrupt(why)) => Err(of(&why)),
        Err(error) => Err(error),
    }
}

/// Any program may have filled a file that has no version.
fn nobodys() -> StoreError {
    StoreError::Corrupt("it is no copy of an office".to_owned())
}

/// Removes a copy that came to nothing, with what SQLite put beside it.
fn forget(copy: &Path) {
    for tail in ["", "-wal", "-shm"] {
        let mut name = copy.as_os_str().to_owned();
        name.push(tail);
        let _ = std::fs::remove_file(name); // mostly there is none
    }
}

fn backup_over(office: &Path, old: &Path) -> Result<(), StoreError> {
    let _ = std::fs::remove_file(old);
    // A file too damaged to be copied by SQLite is kept as it is.
    backup_to(office, old, Pace::Full).or_else(|_| std::fs::copy(office, old).map(|_| ()).map_err(StoreError::from))
}

/// Whether the file was written by an older version and is to be brought up before it can be served.
///
/// # Errors
/// `Newer` where it was written by a newer one, and where it cannot be read.
pub fn is_older(path: &Path) -> Result<bool, StoreError> {
    Ok(store::pending(path)?.is_some())
}

/// Brings a file of an older version up: on a copy, which is proven before it takes the file's place.
///
/// # Errors
/// Where anything goes wrong: the file is as it was then.
pub fn upgrade(path: &Path) -> Result<(), StoreError> {
    let done = store::upgrade(path, |copy| match proven_to(copy, Depth::Quick, Pace::Full)?.into_iter().next() {
        Some(finding) => Err(StoreError::Corrupt(finding.0)),
        None => Ok(()),
    });
    if let Some(done) = done? {
        tracing::info!(from = done.from, to = done.to, kept = %done.kept.display(), "the office's file was brought up");
    }
    Ok(())
}

/// Opens a copy as an office is opened after it was put back, and proves it whole. An empty list means that all is well.
///
/// # Errors
/// Where the copy cannot be opened or read at all.
pub fn proven(path: &Path, pace: Pace) -> Result<Vec<Finding>, StoreError> {
    proven_to(path, Depth::Deep, pace)
}

fn proven_to(path: &Path, depth: Depth, pace: Pace) -> Result<Vec<Finding>, StoreError> {
    let store = Store::open(path, Clock::Wall)?;
    let findings = findings(&store, depth, pace);
    store.close();
    drop(store); // the last connection folds what was written beside the file into it
    let findings = findings?;
    std::fs::File::open(path)?.sync_all()?;
    Ok(findings)
}

/// Proves the office's file. An empty list means that all is well.
///
/// # Errors
/// Where the file cannot be read at all.
pub fn check(office: &Office, depth: Depth) -> Result<Vec<Finding>, StoreError> {
    findings(&office.store, depth, Pace::Full)
}

/// What is proven besides the store's own.
const PARTS: [Part; 4] = [
    |tx, _| Ok(mail::check_mail(tx)?),
    |tx, _| Ok(chat::check_chat(tx)?),
    |tx, _| Ok(calendar::check_calendar(tx)?),
    |tx, _| Ok(quotes::check_quotes(tx)?),
];

fn findings(store: &Store, depth: Depth, pace: Pace) -> Result<Vec<Finding>, StoreError> {
    store.prove(&[&STORE_PARTS[..], &PARTS[..]].concat(), depth, pace)
}

/// The records to publish for a mail domain whose office is on `hostname`, ready to paste into a zone.
#[must_use]
pub fn dns_records(domain: &str, hostname: &str) -> Vec<String> {
    dns::of_domain(domain, hostname).iter().map(dns::Wanted::line).collect()
}
