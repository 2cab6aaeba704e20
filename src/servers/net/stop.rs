//! Stopping: one word to all, and a wait until the last has gone.

use std::time::Duration;
use tokio::sync::watch;

/// Held by whoever may stop the office.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Held by everything that has to finish first; its work is over when it is dropped.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stopper {
    /// A stopper, and the first of its listeners.
    #[must_use]
    pub fn new() -> (Self, Stop) {
        let (said, heard) = watch::channel(false);
        (Self(said), Stop(heard))
    }

    /// Says stop. Returns at once.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Waits until every [`Stop`] is dropped, for `most` at the longest. Says whether all are.
    pub async fn drained(&self, most: Duration) -> bool {
        tokio::time::timeout(most, self.0.closed()).await.is_ok()
    }
}

impl Stop {
    /// Whether stop was said.
    #[must_use]
    pub fn is_said(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Waits until stop is said, or until nobody is left to say it. Safe to drop half-way.
    pub async fn said(&mut self) {
        let _ = self.0.wait_for(|said| *said).await; // an error means that the stopper is gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_hear_it_and_the_last_is_waited_for() {
        let (stopper, stop) = Stopper::new();
        let mut other = stop.clone();
        assert!(!stop.is_said());
        let work = tokio::spawn(async move { other.said().await });
        assert!(!stopper.drained(Duration::from_millis(5)).await);
        stopper.stop();
        work.await.unwrap();
        assert!(stop.is_said());
        drop(stop);
        assert!(stopper.drained(Duration::from_secs(5)).await);
    }

    #[tokio::test]
    async fn a_lost_stopper_stops_all() {
        let (stopper, mut stop) = Stopper::new();
        drop(stopper);
        stop.said().await;
        assert!(stop.is_said());
    }
}
