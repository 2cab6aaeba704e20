//! The only look at the wall clock. Everything else is handed a `Clock`, so tests wind time by hand.

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// Wraps milliseconds since 1970 UTC.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970 UTC.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970 UTC, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment, `span` later.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span_millis(span)))
    }

    /// This moment, `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span_millis(span)))
    }

    /// How long after `earlier` this is; zero where it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn span_millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0))
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

/// Where the time comes from: the wall, or a hand that tests wind.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    Wall,
    /// A clock that stands until it is wound.
    Hand(Arc<HandClock>),
}

/// The state of a clock wound by hand.
#[derive(Debug)]
pub struct HandClock {
    millis: AtomicI64,
    /// How far it was set back in all, in milliseconds.
    back: AtomicI64,
    wound: Notify,
}

impl Clock {
    /// A clock that stands at `start` until `wind` is called.
    #[must_use]
    pub fn hand(start: Moment) -> Self {
        Self::Hand(Arc::new(HandClock {
            millis: AtomicI64::new(start.0),
            back: AtomicI64::new(0),
            wound: Notify::new(),
        }))
    }

    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one look at the wall clock")]
    pub fn now(&self) -> Moment {
        match self {
            Self::Wall => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Moment(span_millis(since))
            }
            Self::Hand(hand) => Moment(hand.millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a hand clock forward and wakes whoever sleeps on it. The wall clock is not moved.
    pub fn wind(&self, span: Duration) {
        if let Self::Hand(hand) = self {
            hand.millis.fetch_add(span_millis(span), Ordering::SeqCst);
            hand.wound.notify_waiters();
        }
    }

    /// Sets a hand clock back, as a wrong clock is put right, and wakes whoever sleeps on it. The wall clock is not moved.
    pub fn turn_back(&self, span: Duration) {
        if let Self::Hand(hand) = self {
            hand.back.fetch_add(span_millis(span), Ordering::SeqCst);
            hand.millis.fetch_sub(span_millis(span), Ordering::SeqCst);
            hand.wound.notify_waiters();
        }
    }

    /// Sleeps until `moment` on this clock, for as long as that is away now: who sleeps does not see a clock that is set
    /// back meanwhile.
    pub async fn sleep_until(&self, moment: Moment) {
        match self {
            Self::Wall => tokio::time::sleep(moment.since(self.now())).await,
            Self::Hand(hand) => {
                let before = hand.back.load(Ordering::SeqCst);
                loop {
                    let wound = hand.wound.notified();
                    let set_back = hand.back.load(Ordering::SeqCst) - before;
                    if self.now().0 >= moment.0 - set_back {
                        return;
                    }
                    wound.await;
                }
            }
        }
    }
}

/// Measures how long something takes; never goes backwards.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one look at the monotonic clock")]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
