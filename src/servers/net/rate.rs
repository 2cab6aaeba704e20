//! How often somebody did something lately. Bounded, whoever comes.

use crate::kernel::clock::Moment;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Counts for each key within a window that begins with its first count.
#[derive(Debug)]
pub struct RateMap<K> {
    counts: Mutex<HashMap<K, Count>>,
    window: Duration,
    most_keys: usize,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    since: Moment,
    times: u32,
}

impl Count {
    /// Whether the window is over, or begins so much later that the clock was set back.
    fn is_over(self, now: Moment, window: Duration) -> bool {
        now.since(self.since) > window || self.since > now.plus(window)
    }
}

impl<K: Eq + Hash + Clone> RateMap<K> {
    /// An empty map that forgets a key after `window`, and keeps at most `most_keys`.
    #[must_use]
    pub fn new(window: Duration, most_keys: usize) -> Self {
        Self { counts: Mutex::new(HashMap::new()), window, most_keys: most_keys.max(1) }
    }

    /// Counts one more for `key`; returns how many there are now in its window.
    pub fn count(&self, key: &K, now: Moment) -> u32 {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= self.most_keys && !counts.contains_key(key) {
            self.make_room(&mut counts, now);
        }
        let count = counts.entry(key.clone()).or_insert(Count { since: now, times: 0 });
        if count.is_over(now, self.window) {
            *count = Count { since: now, times: 0 };
        }
        count.times = count.times.saturating_add(1);
        count.times
    }

    /// How many there are for `key` in its window.
    pub fn times(&self, key: &K, now: Moment) -> u32 {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(key).filter(|count| !count.is_over(now, self.window)).map_or(0, |count| count.times)
    }

    /// Drops what is over; if nothing is, the smallest count, so that a crowd of strangers hides nobody.
    fn make_room(&self, counts: &mut HashMap<K, Count>, now: Moment) {
        counts.retain(|_, count| !count.is_over(now, self.window));
        if counts.len() < self.most_keys {
            return;
        }
        if let Some(least) = counts.iter().min_by_key(|(_, count)| count.times).map(|(key, _)| key.clone()) {
            counts.remove(&least);
        }
    }
}

/// What each key may still do at once. It fills up again with time, so that bursts pass and floods do not.
#[derive(Debug)]
pub struct Buckets<K> {
    spent: Mutex<HashMap<K, Spent>>,
    per_second: u32,
    most_keys: usize,
}

/// After so long every bucket is full again.
const FULL_AGAIN: Duration = Duration::from_secs(10);

/// How far a bucket was emptied, in thousandths of a deed, and when.
#[derive(Debug, Clone, Copy)]
struct Spent {
    thousandths: u64,
    at: Moment,
}

impl Spent {
    fn at(self, now: Moment, per_second: u32) -> u64 {
        if self.at > now.plus(FULL_AGAIN) {
            return 0; // the clock was set back
        }
        let millis = u64::try_from(now.since(self.at).as_millis()).unwrap_or(u64::MAX);
        self.thousandths.saturating_sub(millis.saturating_mul(per_second.into()))
    }
}

impl<K: Eq + Hash + Clone> Buckets<K> {
    /// Full buckets for `per_second` deeds in the long run, and ten times as many at once. Zero holds nobody.
    #[must_use]
    pub fn new(per_second: u32, most_keys: usize) -> Self {
        Self { spent: Mutex::new(HashMap::new()), per_second, most_keys: most_keys.max(1) }
    }

    /// Does one more.
    ///
    /// # Errors
    /// How long to wait, where it is one too many.
    pub fn take(&self, key: &K, now: Moment) -> Result<(), Duration> {
        if self.per_second == 0 {
            return Ok(());
        }
        let full = u64::from(self.per_second) * 10_000;
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() >= self.most_keys && !spent.contains_key(key) {
            self.make_room(&mut spent, now);
        }
        let before = spent.get(key).map_or(0, |one| one.at(now, self.per_second));
        if before + 1000 > full {
            return Err(Duration::from_millis((before + 1000 - full).div_ceil(self.per_second.into())));
        }
        spent.insert(key.clone(), Spent { thousandths: before + 1000, at: now });
        Ok(())
    }

    /// Forgets those whose buckets are full again; if none is, the fullest.
    fn make_room(&self, spent: &mut HashMap<K, Spent>, now: Moment) {
        spent.retain(|_, one| one.at(now, self.per_second) > 0);
        if spent.len() < self.most_keys {
            return;
        }
        let fullest = spent.iter().min_by_key(|(_, one)| one.at(now, self.per_second)).map(|(key, _)| key.clone());
        if let Some(fullest) = fullest {
            spent.remove(&fullest);
        }
    }
}

/// Who an address belongs to, as far as counting goes: an IPv4 address, or an IPv6 network of 64 bits, since a
/// single host has all of it. RFC 6177 §2.
#[must_use]
pub fn owner(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn counts_are_forgotten_after_the_window() {
        let rates = RateMap::new(HOUR, 10);
        let start = Moment::from_millis(0);
        assert_eq!((rates.count(&"a", start), rates.count(&"a", start), rates.count(&"b", start)), (1, 2, 1));
        assert_eq!(rates.times(&"a", start.plus(HOUR)), 2);
        let later = start.plus(HOUR * 2);
        assert_eq!((rates.times(&"a", later), rates.count(&"a", later)), (0, 1));
    }

    #[test]
    fn a_clock_that_is_set_back_holds_nobody() {
        let (rates, buckets) = (RateMap::new(HOUR, 10), Buckets::new(1, 10));
        let ahead = Moment::from_millis(0).plus(HOUR * 48);
        rates.count(&"a", ahead);
        (0..10).for_each(|_| buckets.take(&"a", ahead).unwrap());
        assert!(buckets.take(&"a", ahead).is_err());
        let back = ahead.minus(HOUR * 24);
        assert_eq!((rates.times(&"a", back), rates.count(&"a", back)), (0, 1));
        assert!(buckets.take(&"a", back).is_ok());
    }

    #[test]
    fn a_crowd_takes_no_more_room_and_hides_nobody() {
        let rates = RateMap::new(HOUR, 10);
        let now = Moment::from_millis(0);
        rates.count(&0, now);
        rates.count(&0, now);
        for stranger in 1..1000 {
            rates.count(&stranger, now);
        }
        assert_eq!(rates.counts.lock().unwrap().len(), 10);
        assert_eq!(rates.times(&0, now), 2);
    }

    #[test]
    fn a_burst_passes_and_a_flood_is_held_to_its_rate() {
        let buckets = Buckets::new(20, 10);
        let start = Moment::from_millis(1_000_000);
        assert!((0..200).all(|_| buckets.take(&"a", start).is_ok()));
        assert_eq!(buckets.take(&"a", start), Err(Duration::from_millis(50)));
        assert!(buckets.take(&"b", start).is_ok());
        let later = start.plus(Duration::from_secs(1));
        assert_eq!((0..100).filter(|_| buckets.take(&"a", later).is_ok()).count(), 20);
        // A clock that is set back lets nobody do more.
        assert!(buckets.take(&"a", start).is_err());
        let rested = start.plus(Duration::from_secs(60));
        assert_eq!((0..1000).filter(|_| buckets.take(&"a", rested).is_ok()).count(), 200);
        assert!((0..1000).all(|_| Buckets::new(0, 1).take(&"a", start).is_ok()));
    }

    #[test]
    fn a_crowd_of_keys_takes_no_more_room_and_frees_nobody() {
        let buckets = Buckets::new(1, 10);
        let now = Moment::from_millis(0);
        while buckets.take(&0, now).is_ok() {}
        for stranger in 1..1000 {
            assert!(buckets.take(&stranger, now).is_ok());
        }
        assert_eq!(buckets.spent.lock().unwrap().len(), 10);
        assert!(buckets.take(&0, now).is_err());
    }

    #[test]
    fn a_network_of_64_bits_is_one_owner() {
        let owner_of = |text: &str| owner(text.parse().unwrap()).to_string();
        assert_eq!(owner_of("192.0.2.1"), "192.0.2.1");
        assert_eq!(owner_of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(owner_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
