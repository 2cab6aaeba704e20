//! How much room is left on the disk, so that mail is refused before the disk is full and small acts still go.

use super::StoreError;
use std::path::Path;

/// Free and whole size of the disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes that may still be written.
    pub free: u64,
    /// Size of the disk.
    pub total: u64,
}

const LEAST_RESERVE: u64 = 2 * 1024 * 1024;
const MOST_RESERVE: u64 = 64 * 1024 * 1024;

impl Room {
    /// Reads the room on the disk that `path` lies on.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn at(path: &Path) -> Result<Self, StoreError> {
        let seen = rustix::fs::statvfs(path).map_err(std::io::Error::from)?;
        Ok(Self { free: seen.f_bavail * seen.f_frsize, total: seen.f_blocks * seen.f_frsize })
    }

    /// Whether `bytes` more can be taken in and a reserve be left for reading, deleting and signing in.
    ///
    /// The reserve is a twentieth of the disk, at least 2 MiB and at most 64 MiB.
    #[must_use]
    pub fn has_room_for(self, bytes: u64) -> bool {
        let reserve = (self.total / 20).clamp(LEAST_RESERVE, MOST_RESERVE);
        self.free >= reserve.saturating_add(bytes.saturating_mul(2))
    }
}
