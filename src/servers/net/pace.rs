//! How long a client that sends something large may take. A slow client is waited for; a trickling one is not.

use crate::kernel::clock::Stopwatch;
use std::time::Duration;

/// Longest time that is averaged over.
const WINDOW: Duration = Duration::from_secs(30);
/// Least bytes a second over a window.
const LEAST_PER_SECOND: usize = 1000;

/// The deadline of one transfer: so long in all, and never slower than 1 kB/s over 30 s.
#[derive(Debug)]
pub struct Pace {
    total: Duration,
    begun: Stopwatch,
    window: Stopwatch,
    in_window: usize,
}

impl Pace {
    /// A transfer that begins now and may take `total`.
    #[must_use]
    pub fn new(total: Duration) -> Self {
        Self { total, begun: Stopwatch::start(), window: Stopwatch::start(), in_window: 0 }
    }

    /// Notes that `bytes` came.
    pub const fn count(&mut self, bytes: usize) {
        self.in_window += bytes;
    }

    /// How long the next read may wait; `None` where the time is up.
    pub fn allowance(&mut self) -> Option<Duration> {
        let mut in_window = self.window.elapsed();
        if in_window >= WINDOW {
            if self.in_window < least(in_window) {
                return None;
            }
            (self.window, self.in_window, in_window) = (Stopwatch::start(), 0, Duration::ZERO);
        }
        let in_all = self.total.checked_sub(self.begun.elapsed())?;
        Some(in_all.min(WINDOW.saturating_sub(in_window)))
    }
}

fn least(window: Duration) -> usize {
    usize::try_from(window.as_secs()).unwrap_or(usize::MAX).saturating_mul(LEAST_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_has_an_end() {
        assert_eq!(Pace::new(Duration::ZERO).allowance(), None);
        let mut pace = Pace::new(Duration::from_secs(600));
        pace.count(10);
        assert!(pace.allowance().is_some_and(|wait| wait <= WINDOW));
    }
}
