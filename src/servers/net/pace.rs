//! How long a client that sends something large may take. A slow client is waited for; a trickling one is not.

use crate::kernel::clock::Stopwatch;
use std::time::Duration;

/// What is asked of a transfer.
#[derive(Debug, Clone, Copy)]
pub struct Tempo {
    /// Longest it may take in all.
    pub total: Duration,
    /// Longest time that is averaged over.
    pub window: Duration,
    /// Least bytes a second over a window.
    pub least_per_second: usize,
}

impl Tempo {
    /// So long in all, and never slower than 1 kB/s over 30 s.
    #[must_use]
    pub const fn within(total: Duration) -> Self {
        Self { total, window: Duration::from_secs(30), least_per_second: 1000 }
    }

    /// Fewest bytes that may come in a window of this length.
    fn least(self, window: Duration) -> usize {
        let millis = usize::try_from(window.as_millis()).unwrap_or(usize::MAX);
        millis.saturating_mul(self.least_per_second) / 1000
    }
}

/// The deadline of one transfer.
#[derive(Debug)]
pub struct Pace {
    tempo: Tempo,
    begun: Stopwatch,
    window: Stopwatch,
    in_window: usize,
}

impl Pace {
    /// A transfer that begins now.
    #[must_use]
    pub fn new(tempo: Tempo) -> Self {
        Self { tempo, begun: Stopwatch::start(), window: Stopwatch::start(), in_window: 0 }
    }

    /// Notes that `bytes` came.
    pub const fn count(&mut self, bytes: usize) {
        self.in_window += bytes;
    }

    /// How long the next read may wait; `None` where the time is up.
    pub fn allowance(&mut self) -> Option<Duration> {
        let mut in_window = self.window.elapsed();
        if in_window >= self.tempo.window {
            if self.in_window < self.tempo.least(in_window) {
                return None;
            }
            (self.window, self.in_window, in_window) = (Stopwatch::start(), 0, Duration::ZERO);
        }
        let in_all = self.tempo.total.checked_sub(self.begun.elapsed())?;
        Some(in_all.min(self.tempo.window.saturating_sub(in_window)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_has_an_end() {
        assert_eq!(Pace::new(Tempo::within(Duration::ZERO)).allowance(), None);
        let tempo = Tempo::within(Duration::from_secs(600));
        let mut pace = Pace::new(tempo);
        pace.count(10);
        assert!(pace.allowance().is_some_and(|wait| wait <= tempo.window));
    }

    #[test]
    fn a_trickle_is_not_a_transfer() {
        // A window of no length is over at once, so nobody has to wait for it.
        let tempo = Tempo { window: Duration::ZERO, ..Tempo::within(Duration::from_secs(600)) };
        assert_eq!(tempo.least(Duration::from_secs(30)), 30_000);
        assert_eq!(tempo.least(Duration::from_millis(500)), 500);
        let mut pace = Pace::new(Tempo { least_per_second: usize::MAX, ..tempo });
        pace.window = Stopwatch::start();
        while pace.window.elapsed().as_millis() == 0 {}
        assert_eq!(pace.allowance(), None);
        let mut pace = Pace::new(tempo);
        pace.count(1_000_000);
        assert!(pace.allowance().is_some());
    }
}
