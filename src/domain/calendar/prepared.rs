//! A prepared item: read and expanded before the transaction that keeps it, since neither belongs into a write.

use super::index::words_of;
use crate::format::ical::{Item, Occurrence, When};
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use std::time::Duration;

/// How far ahead the times of a series are kept.
const AHEAD: Duration = days(2 * 366);
/// How far back they are kept where there are too many: the first of these that reaches far enough ahead, or the last.
const BACK: [Duration; 3] = [days(366), days(31), days(1)];
/// The earliest and the latest moment that is asked for: years 1 and 9999 and then some.
const EVER: (i64, i64) = (-62_200_000_000_000, 253_500_000_000_000);

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 24 * 3600)
}

/// An item ready to be kept.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(super) item: Item,
    pub(super) occurrences: Vec<Occurrence>,
    pub(super) known_from: i64,
    pub(super) known_until: i64,
    /// All that it can be found by.
    pub(super) words: String,
}

impl Prepared {
    /// Expands an item as of `now`.
    #[must_use]
    pub fn new(item: Item, now: Moment) -> Self {
        let (ever, never) = (Moment::from_millis(EVER.0), Moment::from_millis(EVER.1));
        let words = words_of(&item);
        if !is_series(&item) {
            let all = item.occurrences(ever, never, limits::ICAL_INSTANCES);
            return Self { item, occurrences: all.found, known_from: i64::MIN, known_until: i64::MAX, words };
        }
        let ahead = now.plus(AHEAD);
        let mut known_from = i64::MIN;
        let mut times = item.occurrences(ever, ahead, limits::ICAL_INSTANCES);
        for back in BACK {
            if !times.is_cut {
                break;
            }
            known_from = now.minus(back).millis();
            times = item.occurrences(now.minus(back), ahead, limits::ICAL_INSTANCES);
        }
        let last = times.found.last().map(|time| time.starts_at.millis());
        let known_until = match (times.is_ended, times.is_cut) {
            (true, false) => i64::MAX,
            (_, true) => last.unwrap_or_else(|| now.millis()),
            (false, false) => ahead.millis(),
        };
        Self { item, occurrences: times.found, known_from, known_until, words }
    }

    /// What was prepared.
    #[must_use]
    pub const fn item(&self) -> &Item {
        &self.item
    }

    /// The times it takes place, as far as they are kept.
    #[must_use]
    pub fn occurrences(&self) -> &[Occurrence] {
        &self.occurrences
    }
}

fn is_series(item: &Item) -> bool {
    item.main.is_series || !item.overrides.is_empty()
}

/// When something begins or ends, as a row keeps it, and whether that is what the reader's wall clock shows.
pub(super) fn at(when: Option<When>) -> (Option<Moment>, bool) {
    match when {
        None => (None, false),
        Some(When::Floating(_) | When::Day(_)) => (when.map(|when| when.instant(chrono_tz::UTC)), true),
        Some(_) => (when.map(|when| when.instant(chrono_tz::UTC)), false),
    }
}
