//! Feeds: asks providers for numbers, each at its own pace and by itself, so that none that is dead or slow holds another; one
//! question serves everybody who watches.
//!
//! `run` keeps one line for each feed that is on. A line asks, records, notes how that went, and waits: longer and longer
//! where it goes wrong, until the market opens where it is closed, hardly at all where a stream tells by itself. Not here:
//! what an answer says (`format::feed`), which feed is asked for what (`domain::quotes`).

mod address;
mod ask;
pub mod deed;
mod line;
mod past;
mod poll;
mod setup;
pub mod simulated;
mod stream;
#[cfg(test)]
mod tests;
mod trial;
mod wait;

pub use ask::{Said, Trouble, ask};
pub use line::run;
pub use setup::{DAYS, Typed, add_simulated, keep, keeps_key, lines_of, read, symbols_of, typed_of, usual_of};
pub use trial::{advice, ask_now};

use crate::domain::quotes::{Feed, Told};
use crate::format::feed::Kind;
use crate::kernel::clock::Moment;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// What the office knows of its feeds in memory.
#[derive(Debug, Default)]
pub struct Desk {
    changed: Notify,
    /// The longest, in milliseconds, that a question came behind its time.
    late: AtomicU64,
}

impl Desk {
    /// Has it looked at once whether feeds, or what is asked of them, are others.
    pub fn stir(&self) {
        self.changed.notify_one();
    }

    /// The longest that a question came behind its time since the start.
    #[must_use]
    pub fn late(&self) -> Duration {
        Duration::from_millis(self.late.load(Ordering::Relaxed))
    }

    fn note_late(&self, by: Duration) {
        self.late.fetch_max(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// What holds for all that a feed tells at this moment, asked as often as `every`.
#[must_use]
pub fn how(feed: &Feed, every: Duration, now: Moment) -> Told {
    let hours = feed.is.options.hours.as_ref();
    let closes_at = hours.map(|hours| hours.closes_at(now).unwrap_or(now));
    let opens_at = hours.zip(closes_at).map(|(hours, closes)| hours.next_open(closes));
    Told {
        source: feed.is.name.clone(),
        licence: feed.is.licence.clone(),
        delay: seconds(feed.is.delay),
        every,
        is_simulated: feed.is.kind == Kind::Simulated,
        closes_at,
        opens_at,
        may_jump: feed.is.kind.may_jump(),
        keeps: feed.is.kind.is_table(),
    }
}

fn seconds(number: i64) -> Duration {
    Duration::from_secs(u64::try_from(number).unwrap_or(0))
}
