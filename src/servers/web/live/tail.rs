//! The end of the log, for whoever looks at it: that there are new lines is told at most once a second.

use crate::kernel::clock::Stopwatch;
use std::future::pending;
use std::time::Duration;
use tokio::sync::watch::Receiver;

/// The pause between two tellings.
const PAUSE: Duration = Duration::from_secs(1);

/// What one stream knows of the log.
#[derive(Debug, Default)]
pub(super) struct Tail {
    lines: Option<Receiver<u64>>,
    told: Option<Stopwatch>,
    is_new: bool,
}

impl Tail {
    /// Follows the log from now on, where it did not.
    pub fn follow(&mut self, lines: impl FnOnce() -> Receiver<u64>) {
        self.lines.get_or_insert_with(lines);
    }

    /// Follows it no more.
    pub fn leave(&mut self) {
        *self = Self::default();
    }

    /// Waits until there is something to tell: the number of the newest line. Nothing is lost where the wait is given up.
    pub async fn next(&mut self) -> u64 {
        let Some(lines) = &mut self.lines else { return pending().await };
        if !self.is_new && lines.changed().await.is_err() {
            return pending().await;
        }
        self.is_new = true;
        let left = self.told.as_ref().map_or(Duration::ZERO, |told| PAUSE.saturating_sub(told.elapsed()));
        tokio::time::sleep(left).await;
        self.is_new = false;
        self.told = Some(Stopwatch::start());
        *lines.borrow_and_update()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::watch;

    #[tokio::test]
    async fn many_lines_are_told_of_once_and_none_is_lost() {
        let (lines, _) = watch::channel(0);
        let mut tail = Tail::default();
        assert!(tokio::time::timeout(PAUSE / 10, tail.next()).await.is_err(), "nobody follows yet");
        tail.follow(|| lines.subscribe());
        lines.send_replace(1);
        assert_eq!(tail.next().await, 1);
        (2..=9).for_each(|number| {
            lines.send_replace(number);
        });
        assert!(tokio::time::timeout(PAUSE / 10, tail.next()).await.is_err(), "within the pause");
        assert_eq!(tail.next().await, 9);
        assert!(tokio::time::timeout(PAUSE / 10, tail.next()).await.is_err(), "and then nothing");
    }
}
