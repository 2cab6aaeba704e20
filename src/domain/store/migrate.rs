//! Migrations: numbered files, forward only, each applied once in a transaction of its own.

use super::StoreError;
use crate::kernel::clock::Moment;
use crate::kernel::secret::sha256;
use rusqlite::{Connection, TransactionBehavior};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "migrations/"]
struct Migrations;

struct Migration {
    number: i64,
    name: String,
    sql: String,
}

fn known() -> Result<Vec<Migration>, StoreError> {
    let mut found = Vec::new();
    for name in Migrations::iter() {
        let number = name.split('_').next().and_then(|digits| digits.parse().ok());
        let file = Migrations::get(&name);
        let (Some(number), Some(file)) = (number, file) else {
            return Err(StoreError::Corrupt(format!("migration {name} has no number")));
        };
        let sql = String::from_utf8_lossy(&file.data).into_owned();
        found.push(Migration { number, name: name.into_owned(), sql });
    }
    found.sort_by_key(|migration| migration.number);
    Ok(found)
}

/// The newest version that this program knows.
///
/// # Errors
/// Never: what is built in has numbers.
pub fn newest() -> Result<i64, StoreError> {
    Ok(known()?.last().map_or(0, |migration| migration.number))
}

/// Brings the file to the newest version that this program knows.
///
/// # Errors
/// `Newer` where the file is ahead of the program, `Corrupt` where a migration once applied has changed since.
pub fn migrate(sql: &mut Connection, now: Moment) -> Result<(), StoreError> {
    let version: i64 = sql.query_row("pragma user_version", [], |row| row.get(0))?;
    let known = known()?;
    let newest = known.last().map_or(0, |migration| migration.number);
    if version > newest {
        return Err(StoreError::Newer { found: version, known: newest });
    }
    for migration in &known {
        if migration.number <= version {
            compare(sql, migration)?;
        } else {
            apply(sql, migration, now)?;
        }
    }
    if version < newest {
        // A young office would else lie in the journal beside its file alone, and be lost with that.
        sql.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()))?;
    }
    Ok(())
}

fn compare(sql: &Connection, migration: &Migration) -> Result<(), StoreError> {
    let hash: [u8; 32] =
        sql.query_row("select hash from store_migration where number = ?1", [migration.number], |row| row.get(0))?;
    if hash == sha256(migration.sql.as_bytes()) {
        Ok(())
    } else {
        Err(StoreError::Corrupt(format!("migration {} is not the one this file was made with", migration.name)))
    }
}

fn apply(sql: &mut Connection, migration: &Migration, now: Moment) -> Result<(), StoreError> {
    let tx = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(&migration.sql).map_err(|error| match StoreError::from(error) {
        StoreError::Sqlite(why) => StoreError::Sqlite(format!("{}: {why}", migration.name)),
        error => error,
    })?;
    tx.execute(
        "insert into store_migration (number, name, hash, applied_at) values (?1, ?2, ?3, ?4)",
        (migration.number, &migration.name, sha256(migration.sql.as_bytes()), now),
    )?;
    tx.pragma_update(None, "user_version", migration.number)?;
    tx.commit()?;
    tracing::info!(migration = %migration.name, "migrated");
    Ok(())
}
