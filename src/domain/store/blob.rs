//! Blobs: bytes named by their hash, compressed, kept once however many refer to them.

use super::{ReadTx, Store, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use crate::kernel::id::BlobId;
use crate::kernel::{limits, secret};
use rusqlite::OptionalExtension;
use std::cell::RefCell;

/// Compression that pays at the speed of arriving mail.
const LEVEL: i32 = 1;

thread_local! {
    static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

/// Bytes as they are kept: compressed where that pays, with the hash of what they were.
#[derive(Debug, Clone)]
pub struct Packed {
    hash: [u8; 32],
    size: usize,
    is_packed: bool,
    bytes: Vec<u8>,
}

/// Packed bytes ready to be put into a transaction: small ones carried along, large ones already written in parts.
#[derive(Debug, Clone)]
pub enum Staged {
    /// Carried into the transaction.
    Carried(Packed),
    /// Written before; the transaction only makes it count. The hash says whether the blob is still the one written:
    /// where its last referrer went meanwhile, it is gone, and SQLite may have given its number to another.
    Written(BlobId, [u8; 32]),
}

/// Compresses and names `bytes`. Costs time: never call it inside a transaction.
#[must_use]
pub fn pack(bytes: &[u8]) -> Packed {
    let hash = secret::sha256(bytes);
    let squeezed = COMPRESSOR.with_borrow_mut(|slot| {
        if slot.is_none() {
            *slot = zstd::bulk::Compressor::new(LEVEL).ok();
        }
        slot.as_mut()?.compress(bytes).ok()
    });
    match squeezed.filter(|small| small.len() < bytes.len()) {
        Some(small) => Packed { hash, size: bytes.len(), is_packed: true, bytes: small },
        None => Packed { hash, size: bytes.len(), is_packed: false, bytes: bytes.to_vec() },
    }
}

impl Packed {
    /// Length of the bytes before packing.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// The bytes as they were, compared with their hash. Costs time: never call it inside a transaction.
    ///
    /// # Errors
    /// `Corrupt` where they are not what was written.
    pub fn unpack(self) -> Result<Vec<u8>, StoreError> {
        let bytes = if self.is_packed {
            zstd::bulk::decompress(&self.bytes, self.size).map_err(|error| StoreError::Corrupt(error.to_string()))?
        } else {
            self.bytes
        };
        if secret::sha256(&bytes) == self.hash {
            Ok(bytes)
        } else {
            Err(StoreError::Corrupt("stored bytes do not match their hash".to_owned()))
        }
    }
}

impl Store {
    /// Makes packed bytes ready for a transaction. Long ones are written in parts first, so that no write is slow.
    ///
    /// # Errors
    /// Where the parts cannot be written.
    pub async fn stage(&self, packed: Packed) -> Result<Staged, StoreError> {
        if packed.bytes.len() <= limits::BLOB_INLINE {
            return Ok(Staged::Carried(packed));
        }
        let Packed { hash, size, is_packed, bytes } = packed;
        let id = self.write(move |tx| open_parts(tx, hash, size, is_packed)).await?;
        let bytes = std::sync::Arc::new(bytes);
        for (part, start) in (0..bytes.len()).step_by(limits::BLOB_INLINE).enumerate() {
            let bytes = bytes.clone();
            self.write(move |tx| {
                let end = bytes.len().min(start + limits::BLOB_INLINE);
                write_part(tx, (id, hash), part, &bytes[start..end])
            })
            .await?;
        }
        Ok(Staged::Written(id, hash))
    }
}

fn open_parts(tx: &WriteTx<'_>, hash: [u8; 32], size: usize, is_packed: bool) -> Result<BlobId, StoreError> {
    if let Some(id) = by_hash(tx, &hash)? {
        return Ok(id);
    }
    tx.sql()
        .prepare_cached(
            "insert into store_blob (hash, size, is_packed, is_whole, kept_at, bytes) values (?1, ?2, ?3, 0, ?4, null)",
        )?
        .execute((hash, as_i64(size), is_packed, tx.now()))?;
    Ok(BlobId::new(tx.sql().last_insert_rowid()))
}

fn write_part(tx: &WriteTx<'_>, named: (BlobId, [u8; 32]), part: usize, bytes: &[u8]) -> Result<(), StoreError> {
    let (id, hash) = named;
    still_there(tx, id, &hash)?;
    tx.sql()
        .prepare_cached("insert or ignore into store_blob_part (blob, part, bytes) values (?1, ?2, ?3)")?
        .execute((id, as_i64(part), bytes))?;
    Ok(())
}

/// Whether a blob that is being staged was not forgotten meanwhile; `Busy` where it was: staged again, it is written anew.
fn still_there(tx: &ReadTx<'_>, id: BlobId, hash: &[u8; 32]) -> Result<(), StoreError> {
    if by_hash(tx, hash)? == Some(id) { Ok(()) } else { Err(StoreError::Busy) }
}

fn by_hash(tx: &ReadTx<'_>, hash: &[u8; 32]) -> Result<Option<BlobId>, StoreError> {
    let mut found = tx.sql().prepare_cached("select id from store_blob where hash = ?1")?;
    Ok(found.query_row([hash], |row| row.get(0)).optional()?)
}

/// Keeps staged bytes, once. Returns the blob they are.
///
/// # Errors
/// Where the file cannot be written; `Busy` where what was staged has been forgotten meanwhile.
pub fn put_blob(tx: &WriteTx<'_>, staged: &Staged) -> Result<BlobId, StoreError> {
    match staged {
        Staged::Written(id, hash) => {
            still_there(tx, *id, hash)?;
            tx.sql().prepare_cached("update store_blob set is_whole = 1 where id = ?1")?.execute([id])?;
            Ok(*id)
        }
        Staged::Carried(packed) => {
            let new = tx
                .sql()
                .prepare_cached(
                    "insert into store_blob (hash, size, is_packed, is_whole, kept_at, bytes)
                     values (?1, ?2, ?3, 1, ?4, ?5) on conflict (hash) do nothing",
                )?
                .execute((packed.hash, as_i64(packed.size), packed.is_packed, tx.now(), &packed.bytes))?;
            if new > 0 {
                return Ok(BlobId::new(tx.sql().last_insert_rowid()));
            }
            by_hash(tx, &packed.hash)?.ok_or(StoreError::Busy)
        }
    }
}

/// Reads a blob as it is kept; unpack it outside the transaction.
///
/// # Errors
/// `Corrupt` where there is no such blob or parts are missing.
pub fn packed(tx: &ReadTx<'_>, id: BlobId) -> Result<Packed, StoreError> {
    let mut found = tx
        .sql()
        .prepare_cached("select hash, size, is_packed, bytes from store_blob where id = ?1 and is_whole = 1")?;
    let head = found
        .query_row([id], |row| {
            Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, i64>(1)?, row.get::<_, bool>(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((hash, size, is_packed, bytes)) = head else {
        return Err(StoreError::Corrupt(format!("blob {id} is missing")));
    };
    let bytes: Option<Vec<u8>> = bytes;
    let bytes = match bytes {
        Some(bytes) => bytes,
        None => join_parts(tx, id)?,
    };
    Ok(Packed { hash, size: usize::try_from(size).unwrap_or(0), is_packed, bytes })
}

fn join_parts(tx: &ReadTx<'_>, id: BlobId) -> Result<Vec<u8>, StoreError> {
    let mut found = tx.sql().prepare_cached("select bytes from store_blob_part where blob = ?1 order by part")?;
    let mut parts = found.query([id])?;
    let mut whole = Vec::new();
    while let Some(part) = parts.next()? {
        whole.extend_from_slice(part.get_ref(0)?.as_blob().unwrap_or_default());
    }
    Ok(whole)
}

/// Forgets a blob unless something still refers to it. Returns whether it is gone.
///
/// # Errors
/// Where the file cannot be written.
pub fn forget_blob(tx: &WriteTx<'_>, id: BlobId) -> Result<bool, StoreError> {
    for (table, column) in referrers(tx)? {
        let sql = ["select 1 from ", &table, " where ", &column, " = ?1 limit 1"].concat();
        if tx.sql().prepare_cached(&sql)?.exists([id])? {
            return Ok(false);
        }
    }
    Ok(tx.sql().prepare_cached("delete from store_blob where id = ?1")?.execute([id])? > 0)
}

/// The columns that refer to blobs, as the schema itself declares them.
pub(super) fn referrers(tx: &ReadTx<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let mut found = tx.sql().prepare_cached(
        "select t.name, f.\"from\" from sqlite_schema t, pragma_foreign_key_list(t.name) f
          where t.type = 'table' and f.\"table\" = 'store_blob' and t.name <> 'store_blob_part'",
    )?;
    let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Bytes of a blob before packing; zero where it is gone.
///
/// # Errors
/// Where the file cannot be read.
pub fn blob_size(tx: &ReadTx<'_>, id: BlobId) -> Result<usize, StoreError> {
    let mut found = tx.sql().prepare_cached("select size from store_blob where id = ?1")?;
    let size: Option<i64> = found.query_row([id], |row| row.get(0)).optional()?;
    Ok(size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0))
}

/// Forgets long blobs that were begun before `before` and never finished. Returns how many.
///
/// # Errors
/// Where the file cannot be written.
pub fn forget_unfinished(tx: &WriteTx<'_>, before: Moment) -> Result<usize, StoreError> {
    Ok(tx.sql().execute("delete from store_blob where is_whole = 0 and kept_at < ?1", [before])?)
}

fn as_i64(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
