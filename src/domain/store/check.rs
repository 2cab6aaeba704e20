//! Proves the file: SQLite's own check, references, blobs, and what each module adds. A proof is made of parts, each of
//! which may be read beside the others.

use super::{Pace, ReadTx, Store, StoreError, blob};
use crate::kernel::id::BlobId;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::available_parallelism;

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding(pub String);

/// How thoroughly to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Structure, references and counters.
    Quick,
    /// Every stored byte as well.
    Deep,
}

/// A part of a proof: finds what is not as it should be in one thing.
///
/// # Errors
/// Where the file cannot be read at all.
pub type Part = fn(&ReadTx<'_>, Depth) -> Result<Vec<Finding>, StoreError>;

/// What the store owns, the longest part first.
pub const STORE_PARTS: [Part; 4] = [structure, blobs, references, revisions];

/// Checks what the store owns. An empty list means that all is well.
///
/// # Errors
/// Where the file cannot be read at all.
pub fn check_store(tx: &ReadTx<'_>, depth: Depth) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for part in STORE_PARTS {
        findings.extend(part(tx, depth)?);
    }
    Ok(findings)
}

impl Store {
    /// Proves the file in parts, each on a connection of its own, into which nothing enters that a connection remembers of
    /// what it read before. At full pace all processors read; a gentle proof is read by one, which rests in between.
    ///
    /// # Errors
    /// Where the file cannot be read at all.
    pub fn prove(&self, parts: &[Part], depth: Depth, pace: Pace) -> Result<Vec<Finding>, StoreError> {
        let readers = match pace {
            Pace::Full => available_parallelism().map_or(1, usize::from).min(parts.len()),
            Pace::Gentle => 1,
        };
        let next = AtomicUsize::new(0);
        let found = Mutex::new(Vec::with_capacity(parts.len()));
        std::thread::scope(|scope| {
            for _ in 0..readers {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(part) = parts.get(at) else { return };
                        let result = self.read_afresh(pace, |tx| part(tx, depth));
                        found.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                    }
                });
            }
        });
        let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_by_key(|(at, _)| *at);
        let found: Result<Vec<Vec<Finding>>, StoreError> = found.into_iter().map(|(_, result)| result).collect();
        Ok(found?.into_iter().flatten().collect())
    }
}

/// What breaks a module's rules: each a statement that finds the ids of what it must not find, and what that means.
///
/// # Errors
/// Where the file cannot be read.
pub fn broken_rules(tx: &ReadTx<'_>, rules: &[(&str, &str)]) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for (sql, meaning) in rules {
        let counted = ["select count(*), min(id) from (", sql, ")"].concat();
        let (count, first): (i64, Option<i64>) =
            tx.sql().prepare(&counted)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if count > 0 {
            findings.push(Finding(format!("{meaning} ({count} times, first at {})", first.unwrap_or(0))));
        }
    }
    Ok(findings)
}

fn structure(tx: &ReadTx<'_>, depth: Depth) -> Result<Vec<Finding>, StoreError> {
    let pragma = match depth {
        Depth::Quick => "pragma quick_check",
        Depth::Deep => "pragma integrity_check",
    };
    let mut check = tx.sql().prepare(pragma)?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    let lines = lines.collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|line| Finding(format!("file: {line}"))).collect())
}

fn references(tx: &ReadTx<'_>, _: Depth) -> Result<Vec<Finding>, StoreError> {
    let mut check = tx.sql().prepare("pragma foreign_key_check")?;
    let rows = check.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?)))?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.into_iter().map(|(from, to)| Finding(format!("{from}: a row refers to a missing row of {to}"))).collect())
}

fn blobs(tx: &ReadTx<'_>, depth: Depth) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let mut all = tx.sql().prepare("select id, is_whole from store_blob")?;
    let mut rows = all.query([])?;
    let referrers = blob::referrers(tx)?;
    while let Some(row) = rows.next()? {
        let (id, is_whole): (BlobId, bool) = (row.get(0)?, row.get(1)?);
        let is_held = is_held(tx, &referrers, id)?;
        if is_held && !is_whole {
            findings.push(Finding(format!("blob {id}: referred to, but not whole")));
        }
        if is_whole && !is_held {
            findings.push(Finding(format!("blob {id}: nothing refers to it")));
        }
        if is_whole
            && depth == Depth::Deep
            && let Err(error) = blob::packed(tx, id).and_then(blob::Packed::unpack)
        {
            findings.push(Finding(format!("blob {id}: {error}")));
        }
    }
    Ok(findings)
}

fn is_held(tx: &ReadTx<'_>, referrers: &[(String, String)], id: BlobId) -> Result<bool, StoreError> {
    for (table, column) in referrers {
        let sql = ["select 1 from ", table, " where ", column, " = ?1 limit 1"].concat();
        if tx.sql().prepare_cached(&sql)?.exists([id])? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn revisions(tx: &ReadTx<'_>, _: Depth) -> Result<Vec<Finding>, StoreError> {
    let missing: i64 = tx.sql().query_row(
        "select ifnull(max(revision) - min(revision) + 1, 0) - count(*) from store_change",
        [],
        |row| row.get(0),
    )?;
    if missing == 0 { Ok(Vec::new()) } else { Ok(vec![Finding(format!("change log: {missing} changes are missing"))]) }
}
