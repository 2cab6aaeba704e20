//! Upkeep: backups, putting them back, proving the file, and what to publish in DNS.

use crate::domain::calendar;
use crate::domain::chat;
use crate::domain::mail;
use crate::domain::quotes;
use crate::domain::store::{Depth, Finding, Pace, ReadTx, Store, StoreError, backup_to, check_store};
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
    let fresh = folder.join("office.db.restoring");
    let _ = std::fs::remove_file(&fresh);
    std::fs::copy(from, &fresh)?;
    std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o600))?;
    let findings = proven(&fresh)?;
    if let Some(first) = findings.first() {
        let _ = std::fs::remove_file(&fresh);
        return Err(StoreError::Corrupt(format!("{}: {}", from.display(), first.0)));
    }
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

fn backup_over(office: &Path, old: &Path) -> Result<(), StoreError> {
    let _ = std::fs::remove_file(old);
    // A file too damaged to be copied by SQLite is kept as it is.
    backup_to(office, old, Pace::Full).or_else(|_| std::fs::copy(office, old).map(|_| ()).map_err(StoreError::from))
}

/// Opens a copy as an office is opened after it was put back, and proves it whole. An empty list means that all is well.
///
/// # Errors
/// Where the copy cannot be opened or read at all.
pub fn proven(path: &Path) -> Result<Vec<Finding>, StoreError> {
    let store = Store::open(path, Clock::Wall)?;
    let findings = store.read_here(|tx| findings(tx, Depth::Deep));
    store.close();
    let findings = findings?;
    std::fs::File::open(path)?.sync_all()?;
    Ok(findings)
}

/// Proves the office's file. An empty list means that all is well.
///
/// # Errors
/// Where the file cannot be read at all.
pub fn check(office: &Office, depth: Depth) -> Result<Vec<Finding>, StoreError> {
    office.store.read_afresh(|tx| findings(tx, depth))
}

fn findings(tx: &ReadTx<'_>, depth: Depth) -> Result<Vec<Finding>, StoreError> {
    let mut findings = check_store(tx, depth)?;
    findings.extend(mail::check_mail(tx)?);
    findings.extend(chat::check_chat(tx)?);
    findings.extend(calendar::check_calendar(tx)?);
    findings.extend(quotes::check_quotes(tx)?);
    Ok(findings)
}

/// The records to publish for a mail domain whose office is on `hostname`, ready to paste into a zone.
#[must_use]
pub fn dns_records(domain: &str, hostname: &str) -> Vec<String> {
    dns::of_domain(domain, hostname).iter().map(dns::Wanted::line).collect()
}
