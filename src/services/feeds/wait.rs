//! How long to wait before asking again.

use crate::domain::quotes::Feed;
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use std::time::Duration;

/// The shortest wait after a failure.
const LEAST: Duration = Duration::from_secs(5);
/// The shortest wait after a provider complained of being asked too often, where it does not say how long.
pub(super) const LIMITED: Duration = Duration::from_secs(300);
/// Failures in a row after which a feed rests: nothing at all is asked of it until the wait is over.
pub(super) const RESTS_AFTER: i64 = 3;
/// How often it is asked while its market is closed, at the most.
const CLOSED: Duration = Duration::from_secs(6 * 3600);
/// How often it is asked while its stream tells by itself.
const STREAMED: Duration = Duration::from_secs(900);
/// After the close, how long until the last price of the day is asked for, beyond the feed's delay.
const SETTLED: Duration = Duration::from_secs(60);

/// The wait after a failure: twice as long each time up to an hour, at least as long as is asked for and at most an hour, and
/// up to a fifth longer by chance, so that not all who failed come back at once.
pub(super) fn after_failure(every: Duration, fails: i64, asked: Option<Duration>, chance: u8) -> Duration {
    let doublings = u32::try_from(fails.clamp(0, 12)).unwrap_or(0);
    let grown = every.clamp(LEAST, limits::FEED_WAIT).saturating_mul(1 << doublings);
    let wait = grown.max(asked.unwrap_or_default()).min(limits::FEED_WAIT);
    let jittered = wait.mul_f64(1.0 + f64::from(chance) / 255.0 / 5.0);
    // What a provider asks for is never undercut; an hour is never gone over.
    jittered.min(limits::FEED_WAIT)
}

/// When a feed that answered at `now` is asked next. `every` is its interval.
pub(super) fn after_answer(feed: &Feed, every: Duration, is_streamed: bool, now: Moment) -> Moment {
    let every = if is_streamed { every.max(STREAMED) } else { every };
    let usual = now.plus(every);
    let Some(hours) = &feed.is.options.hours else { return usual };
    match hours.closes_at(now) {
        // The last question of the day comes once the close itself is told.
        Some(closes) if usual >= closes => usual.max(closes.plus(super::seconds(feed.is.delay)).plus(SETTLED)),
        Some(_) => usual,
        None => hours.next_open(now).min(now.plus(CLOSED)).max(usual),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn waits_grow_to_an_hour_and_keep_to_what_is_asked() {
        let wait = |fails, asked| after_failure(MINUTE, fails, asked, 0);
        assert_eq!((wait(0, None), wait(1, None), wait(3, None)), (MINUTE, 2 * MINUTE, 8 * MINUTE));
        assert_eq!((wait(9, None), wait(i64::MAX, None)), (60 * MINUTE, 60 * MINUTE));
        assert_eq!(wait(0, Some(2 * MINUTE)), 2 * MINUTE);
        assert_eq!(wait(0, Some(3000 * MINUTE)), 60 * MINUTE, "nobody is waited for longer than an hour");
        assert_eq!(after_failure(Duration::from_millis(1), 0, None, 0), LEAST);
        assert_eq!(after_failure(MINUTE, 0, None, 255), Duration::from_secs(72));
    }
}
