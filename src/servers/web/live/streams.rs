//! Every open stream: who holds it, and how it is ended when its session is.

use crate::domain::people::Session;
use crate::domain::quotes::Quote;
use crate::kernel::clock::{Moment, Stopwatch};
use crate::kernel::id::{PersonId, SessionId, SymbolId};
use crate::kernel::limits;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Streams that one person may have open: a browser needs one, whatever its tabs.
const STREAMS_PER_PERSON: usize = 20;

/// How long after somebody has looked at the log its end is told.
const LOG_WATCH: Duration = Duration::from_secs(15 * 60);

/// Every open stream.
#[derive(Debug, Default)]
pub struct Streams {
    open: Mutex<HashMap<PersonId, Vec<Open>>>,
    next: AtomicU64,
    /// Symbols that people have opened lately, the newest last: their prices move on the page though they are on no list.
    looked: Mutex<HashMap<PersonId, VecDeque<Looked>>>,
    /// Those who look at the log.
    log: Mutex<HashMap<PersonId, Stopwatch>>,
}

/// A symbol as a page of somebody's shows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looked {
    pub symbol: SymbolId,
    /// When the price came that the page shows.
    pub received_at: Option<Moment>,
}

/// A new stream.
pub(super) struct Opened {
    /// Its number.
    pub id: u64,
    /// Said when it is to end.
    pub end: Arc<Notify>,
    /// Said when its person has opened a symbol, or the log.
    pub looks: Arc<Notify>,
}

#[derive(Debug)]
struct Open {
    id: u64,
    session: SessionId,
    end: Arc<Notify>,
    looks: Arc<Notify>,
}

impl Streams {
    /// Ends the streams of a person's session that has ended.
    pub fn end(&self, person: PersonId, session: SessionId) {
        self.end_where(person, |open| open.session == session);
    }

    /// Ends the streams of a person's other sessions.
    pub fn end_others(&self, person: PersonId, keep: SessionId) {
        self.end_where(person, |open| open.session != keep);
    }

    /// Ends every stream of a person.
    pub fn end_all_of(&self, person: PersonId) {
        self.end_where(person, |_| true);
    }

    /// Ends them all: the office is stopping.
    pub fn end_all(&self) {
        self.all().values().flatten().for_each(|open| open.end.notify_one());
    }

    /// Notes a new stream. Where the person has as many as may be, the oldest ends: it may be one that nobody reads any
    /// more, which is noticed only at the next write.
    pub(super) fn open(&self, session: &Session) -> Opened {
        let mut all = self.all();
        let own = all.entry(session.person.id).or_default();
        if own.len() >= STREAMS_PER_PERSON {
            own.remove(0).end.notify_one();
        }
        let (id, end) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(Notify::new()));
        let looks = Arc::new(Notify::new());
        own.push(Open { id, session: session.id, end: end.clone(), looks: looks.clone() });
        Opened { id, end, looks }
    }

    /// Notes that a person's page shows this symbol: from now on its price moves there.
    pub fn look_at(&self, person: PersonId, quote: &Quote) {
        let received_at = quote.price.as_ref().map(|price| price.received_at);
        let new = Looked { symbol: quote.symbol, received_at };
        let is_new = {
            let mut all = self.looked();
            let own = all.entry(person).or_default();
            let before = own.len();
            own.retain(|one| one.symbol != new.symbol);
            let is_new = own.len() == before;
            own.push_back(new);
            while own.len() > limits::QUOTE_LOOKED_AT {
                own.pop_front();
            }
            is_new
        };
        if is_new {
            self.all().get(&person).into_iter().flatten().for_each(|open| open.looks.notify_one());
        }
    }

    /// What a person has looked at lately.
    pub(super) fn looked_at(&self, person: PersonId) -> Vec<Looked> {
        self.looked().get(&person).into_iter().flatten().copied().collect()
    }

    /// Notes that a person looks at the log: for a while, new lines are told of.
    pub fn watch_log(&self, person: PersonId) {
        let is_new = {
            let mut all = self.log.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, since| since.elapsed() < LOG_WATCH);
            all.insert(person, Stopwatch::start()).is_none()
        };
        if is_new {
            self.all().get(&person).into_iter().flatten().for_each(|open| open.looks.notify_one());
        }
    }

    /// Whether a person looks at the log.
    pub(super) fn watches_log(&self, person: PersonId) -> bool {
        let all = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&person).is_some_and(|since| since.elapsed() < LOG_WATCH)
    }

    fn looked(&self) -> MutexGuard<'_, HashMap<PersonId, VecDeque<Looked>>> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn close(&self, person: PersonId, id: u64) {
        let mut all = self.all();
        if let Some(own) = all.get_mut(&person) {
            own.retain(|open| open.id != id);
            if own.is_empty() {
                all.remove(&person);
            }
        }
    }

    fn end_where(&self, person: PersonId, is_meant: impl Fn(&Open) -> bool) {
        let all = self.all();
        all.get(&person).into_iter().flatten().filter(|open| is_meant(open)).for_each(|open| open.end.notify_one());
    }

    fn all(&self) -> MutexGuard<'_, HashMap<PersonId, Vec<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
