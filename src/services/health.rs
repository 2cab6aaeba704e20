//! Whether all is well: what needs somebody, as the overview of the administration and the command line judge it.

use crate::domain::backup::{self, Copy};
use crate::domain::store::{ReadTx, Room, StoreError, late_jobs};
use crate::domain::usage::{self, Measure};
use crate::domain::{outbound, people};
use crate::kernel::clock::Moment;
use std::time::Duration;

/// After so long a job counts as late.
const LATE: Duration = Duration::from_secs(5 * 60);
/// So many days of a certificate left are few.
const FEW_DAYS: u64 = 14;
/// A message that waits longer needs to be looked at.
const LONG_WAIT: Duration = Duration::from_secs(4 * 3600);
/// A backup that is older needs to be looked at.
const OLD_BACKUP: Duration = Duration::from_secs(36 * 3600);
/// So much of the disk may be used, in per cent, before somebody should know.
const FULL: u64 = 90;
/// The disk is full in so few days that somebody should know.
const FEW_DAYS_OF_ROOM: u64 = 30;
const YEAR: u64 = 365;
/// So many wrong passwords in an hour are not those of people who mistype.
const MANY_WRONG: i64 = 100;

/// How it stands with a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Good,
    /// Somebody should look.
    Warn,
    /// Somebody must act.
    Bad,
}

impl Level {
    /// In a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// What the file tells.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Messages that wait to leave.
    pub queued: i64,
    /// Since when the oldest of them waits.
    pub oldest: Option<Moment>,
    /// Jobs that are late.
    pub late: i64,
    /// Browsers that are signed in.
    pub sessions: i64,
    /// The newest backup, whatever became of it.
    pub backup: Option<Copy>,
    /// The newest backup that was proven.
    pub proven: Option<Copy>,
    /// Passwords that were wrong in this hour, at any door.
    pub wrong: i64,
    /// People who ask for an account.
    pub asking: i64,
    /// Bytes by which the office's file grows a day; nothing where that is not known yet.
    pub growth: Option<i64>,
}

/// How it stands with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// Per cent of it that are used.
    pub used: u64,
    /// Days until it is full, where the office's file goes on growing as it did in the last month and that is less than a year.
    pub days: Option<u64>,
    /// What that means.
    pub level: Level,
}

impl Facts {
    /// Reads them.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn read(tx: &ReadTx<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            queued: outbound::queue_length(tx)?,
            oldest: outbound::oldest(tx)?,
            late: late_jobs(tx, tx.now().minus(LATE))?,
            sessions: people::count_sessions(tx)?,
            backup: backup::newest(tx)?,
            proven: backup::newest_proven(tx)?,
            wrong: usage::this_hour(tx, Measure::SignInFailures)?,
            asking: people::count_registrations(tx)?,
            growth: usage::growth(tx)?,
        })
    }

    /// How it stands with passwords that were wrong.
    #[must_use]
    pub const fn failures(&self) -> Level {
        warn_where(self.wrong >= MANY_WRONG)
    }

    /// How it stands with the disk.
    #[must_use]
    pub fn disk(&self, room: Room) -> Disk {
        let used = 100 - (room.free.saturating_mul(100) / room.total.max(1)).min(100);
        let growth = self.growth.and_then(|bytes| u64::try_from(bytes).ok());
        let days = growth.and_then(|bytes| room.free.checked_div(bytes)).filter(|days| *days < YEAR);
        let is_few = used >= FULL || days.is_some_and(|days| days < FEW_DAYS_OF_ROOM);
        let level = if room.has_room_for(0) { warn_where(is_few) } else { Level::Bad };
        Disk { used, days, level }
    }

    /// How it stands with the mail that waits.
    #[must_use]
    pub fn queue(&self, now: Moment) -> Level {
        warn_where(self.oldest.is_some_and(|oldest| now.since(oldest) > LONG_WAIT))
    }

    /// How it stands with the jobs.
    #[must_use]
    pub const fn jobs(&self) -> Level {
        warn_where(self.late > 0)
    }

    /// How it stands with the backups. None yet is well: the first is made in the night to come.
    #[must_use]
    pub fn backups(&self, now: Moment) -> Level {
        if self.backup.as_ref().is_some_and(|copy| !copy.trouble.is_empty()) {
            return Level::Bad;
        }
        warn_where(self.proven.as_ref().is_some_and(|copy| now.since(copy.began_at) > OLD_BACKUP))
    }
}

/// How it stands with a certificate that ends then: whole days that are left, and what that means. Nothing is known of one
/// that cannot be read.
#[must_use]
pub fn certificate(ends_at: Option<Moment>, now: Moment) -> (Option<u64>, Level) {
    match ends_at {
        None => (None, Level::Warn),
        Some(end) if end < now => (Some(0), Level::Bad),
        Some(end) => {
            let days = end.since(now).as_secs() / 86_400;
            (Some(days), warn_where(days < FEW_DAYS))
        }
    }
}

const fn warn_where(is_off: bool) -> Level {
    if is_off { Level::Warn } else { Level::Good }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_somebody_is_told_before_it_is_too_late() {
        let now = Moment::from_millis(1_700_000_000_000);
        let days = |days: u64| Duration::from_secs(days * 86_400 + 60);
        assert_eq!(certificate(Some(now.plus(days(14))), now), (Some(14), Level::Good));
        assert_eq!(certificate(Some(now.plus(days(13))), now), (Some(13), Level::Warn));
        assert_eq!(certificate(Some(now.minus(days(1))), now), (Some(0), Level::Bad));
        assert_eq!(certificate(None, now), (None, Level::Warn));
        let mut facts = Facts {
            queued: 1,
            oldest: Some(now),
            late: 0,
            sessions: 0,
            backup: None,
            proven: None,
            wrong: 99,
            asking: 0,
            growth: None,
        };
        let disk = |facts: &Facts, free: u64| {
            let disk = facts.disk(Room { free: free << 30, total: 100 << 30 });
            (disk.used, disk.days, disk.level)
        };
        assert_eq!(disk(&facts, 50), (50, None, Level::Good));
        assert_eq!(disk(&facts, 10), (90, None, Level::Warn));
        assert_eq!(disk(&facts, 0), (100, None, Level::Bad));
        facts.growth = Some(1 << 30);
        assert_eq!(disk(&facts, 50), (50, Some(50), Level::Good));
        assert_eq!(disk(&facts, 29), (71, Some(29), Level::Warn));
        facts.growth = Some(0);
        assert_eq!(disk(&facts, 29), (71, None, Level::Good));
        assert_eq!(facts.failures(), Level::Good);
        facts.wrong = 100;
        assert_eq!(facts.failures(), Level::Warn);
        assert_eq!((facts.queue(now), facts.jobs(), facts.backups(now)), (Level::Good, Level::Good, Level::Good));
        assert_eq!(facts.queue(now.plus(Duration::from_secs(5 * 3600))), Level::Warn);
    }
}
