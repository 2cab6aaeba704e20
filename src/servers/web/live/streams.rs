//! Every open stream: who holds it, and how it is ended when its session is.

use crate::domain::people::Session;
use crate::kernel::id::{PersonId, SessionId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Streams that one person may have open: a browser needs one, whatever its tabs.
const STREAMS_PER_PERSON: usize = 20;

/// Every open stream.
#[derive(Debug, Default)]
pub struct Streams {
    open: Mutex<HashMap<PersonId, Vec<Open>>>,
    next: AtomicU64,
}

#[derive(Debug)]
struct Open {
    id: u64,
    session: SessionId,
    end: Arc<Notify>,
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
    pub(super) fn open(&self, session: &Session) -> (u64, Arc<Notify>) {
        let mut all = self.all();
        let own = all.entry(session.person.id).or_default();
        if own.len() >= STREAMS_PER_PERSON {
            own.remove(0).end.notify_one();
        }
        let (id, end) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(Notify::new()));
        own.push(Open { id, session: session.id, end: end.clone() });
        (id, end)
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
