//! The hub: tells listeners what was committed, and what is only of this moment, each with a bounded queue.

use super::{Change, Owner};
use crate::domain::event::Signal;
use crate::kernel::id::SymbolId;
use crate::kernel::limits;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Where committed changes and signals are said.
#[derive(Debug, Clone, Default)]
pub struct Hub {
    lines: Arc<Mutex<Lines>>,
    jobs: Arc<Notify>,
    filed: Arc<Notify>,
}

/// Who listens to whose things.
#[derive(Debug, Default)]
struct Lines {
    by_owner: HashMap<Owner, HashMap<u64, Arc<Queue>>>,
    /// Those who hear of everybody's plans.
    of_plans: HashMap<u64, Arc<Queue>>,
    /// Those who hear of a symbol's price.
    by_symbol: HashMap<SymbolId, HashMap<u64, Arc<Queue>>>,
    /// How often the price of each symbol was said to be another: what was written of it before is old.
    moves: HashMap<SymbolId, u64>,
    next: u64,
    is_closed: bool,
}

/// What one listener has not heard yet.
#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    said: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    changes: Vec<Change>,
    // A signal said twice is heard once: of this moment, there is one state.
    signals: BTreeSet<Signal>,
    is_lagged: bool,
    is_closed: bool,
}

/// Hears what happens to the things of those it follows.
#[derive(Debug)]
pub struct Listener {
    hub: Hub,
    id: u64,
    queue: Arc<Queue>,
    owners: HashSet<Owner>,
    symbols: HashSet<SymbolId>,
}

/// What a listener hears next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something happened: all that waited, in the order of commits.
    News(News),
    /// Too much happened at once; read again from your revision.
    Lagged,
    /// The office is stopping.
    Closed,
}

/// What happened since a listener last heard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// What was committed, oldest first.
    pub changes: Vec<Change>,
    /// What is so at this moment.
    pub signals: Vec<Signal>,
}

impl Hub {
    /// A listener that follows nobody yet.
    #[must_use]
    pub fn listen(&self) -> Listener {
        let mut lines = self.lines();
        lines.next += 1;
        let queue = Queue::default();
        queue.waiting().is_closed = lines.is_closed;
        Listener {
            hub: self.clone(),
            id: lines.next,
            queue: Arc::new(queue),
            owners: HashSet::new(),
            symbols: HashSet::new(),
        }
    }

    /// Says what is so at this moment to those who follow `owner`. Nothing of it is kept.
    pub fn signal(&self, owner: Owner, signal: Signal) {
        for queue in self.lines().by_owner.get(&owner).into_iter().flat_map(HashMap::values) {
            queue.put(|waiting| {
                waiting.signals.insert(signal);
            });
        }
    }

    /// Says that the prices of these symbols are others, to those who follow them. Nothing of it is kept.
    pub fn quotes(&self, symbols: &[SymbolId]) {
        let mut lines = self.lines();
        let mut woken = Vec::new();
        for symbol in symbols {
            *lines.moves.entry(*symbol).or_default() += 1;
            for queue in lines.by_symbol.get(symbol).into_iter().flat_map(HashMap::values) {
                let is_to_be_said = queue.add(|waiting| {
                    waiting.signals.insert(Signal::Quote(*symbol));
                });
                if is_to_be_said {
                    woken.push(queue.clone());
                }
            }
        }
        drop(lines);
        // Only now: whoever wakes hears of all of them at once.
        for queue in woken {
            queue.said.notify_one();
        }
    }

    /// How often the price of each of these symbols was said to be another since the start, in their order.
    #[must_use]
    pub fn moves(&self, symbols: &[SymbolId]) -> Vec<u64> {
        let lines = self.lines();
        symbols.iter().map(|symbol| lines.moves.get(symbol).copied().unwrap_or_default()).collect()
    }

    /// The symbols that somebody follows and whose prices have moved since the start, with how often.
    #[must_use]
    pub fn moved(&self) -> Vec<(SymbolId, u64)> {
        let lines = self.lines();
        lines.by_symbol.keys().filter_map(|symbol| Some((*symbol, *lines.moves.get(symbol)?))).collect()
    }

    /// Waits until a job was owed or put off.
    pub async fn jobs_changed(&self) {
        self.jobs.notified().await;
    }

    /// Waits until something was filed that may have to be indexed.
    pub async fn filed(&self) {
        self.filed.notified().await;
    }

    /// Ends every listener: the office is stopping.
    pub fn close(&self) {
        let mut lines = self.lines();
        lines.is_closed = true;
        let plans: Vec<_> = lines.of_plans.drain().map(|(_, queue)| queue).collect();
        let quotes: Vec<_> = lines.by_symbol.drain().flat_map(|(_, queues)| queues.into_values()).collect();
        let owned = lines.by_owner.drain().flat_map(|(_, queues)| queues.into_values());
        for queue in owned.chain(plans).chain(quotes) {
            queue.put(|waiting| waiting.is_closed = true);
        }
    }

    pub(super) fn publish(&self, said: &[Change]) {
        if said.is_empty() {
            return;
        }
        {
            let lines = self.lines();
            for change in said {
                for queue in lines.by_owner.get(&change.owner).into_iter().flat_map(HashMap::values) {
                    queue.put(|waiting| waiting.changes.push(*change));
                }
                for queue in lines.of_plans.values().filter(|_| change.event.is_plan()) {
                    queue.put(|waiting| waiting.changes.push(*change));
                }
            }
        }
        self.filed.notify_one();
    }

    pub(super) fn owe_jobs(&self) {
        self.jobs.notify_one();
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds to what waits, and says so.
    fn put(&self, add: impl FnOnce(&mut Waiting)) {
        if self.add(add) {
            self.said.notify_one();
        }
    }

    /// Adds to what waits. Returns whether that is to be said: who was told already that something waits is not told again.
    fn add(&self, add: impl FnOnce(&mut Waiting)) -> bool {
        let mut waiting = self.waiting();
        let was_quiet = waiting.is_quiet();
        add(&mut waiting);
        if waiting.changes.len() > limits::LISTENER_QUEUE || waiting.signals.len() > limits::LISTENER_SIGNALS {
            *waiting = Waiting { is_lagged: true, is_closed: waiting.is_closed, ..Waiting::default() };
        }
        was_quiet
    }

    fn take(&self) -> Option<Heard> {
        let mut waiting = self.waiting();
        if waiting.is_quiet() {
            return None;
        }
        let taken = std::mem::take(&mut *waiting);
        waiting.is_closed = taken.is_closed;
        if taken.is_lagged {
            return Some(Heard::Lagged);
        }
        if taken.changes.is_empty() && taken.signals.is_empty() {
            return Some(Heard::Closed);
        }
        Some(Heard::News(News { changes: taken.changes, signals: taken.signals.into_iter().collect() }))
    }
}

impl Waiting {
    fn is_quiet(&self) -> bool {
        self.changes.is_empty() && self.signals.is_empty() && !self.is_lagged && !self.is_closed
    }
}

impl Listener {
    /// Follows `owner` from now on.
    pub fn follow(&mut self, owner: impl Into<Owner>) {
        let owner = owner.into();
        if self.owners.insert(owner) {
            self.hub.lines().by_owner.entry(owner).or_default().insert(self.id, self.queue.clone());
        }
    }

    /// Hears from now on of everybody's plans: what happens to calendars, reminders and hours, whosever they are. Such a
    /// listener follows nobody besides.
    pub fn follow_plans(&mut self) {
        self.hub.lines().of_plans.insert(self.id, self.queue.clone());
    }

    /// Follows these and nobody else.
    pub fn follow_only(&mut self, owners: impl IntoIterator<Item = Owner>) {
        let wanted: HashSet<Owner> = owners.into_iter().collect();
        let gone: Vec<Owner> = self.owners.difference(&wanted).copied().collect();
        for owner in gone {
            self.unfollow(owner);
        }
        for owner in wanted {
            self.follow(owner);
        }
    }

    /// Hears from now on of the prices of these symbols, and of no other.
    pub fn follow_symbols(&mut self, symbols: impl IntoIterator<Item = SymbolId>) {
        let wanted: HashSet<SymbolId> = symbols.into_iter().collect();
        if wanted == self.symbols {
            return;
        }
        let mut lines = self.hub.lines();
        for symbol in self.symbols.difference(&wanted) {
            lines.forget_symbol(*symbol, self.id);
        }
        for symbol in wanted.difference(&self.symbols) {
            lines.by_symbol.entry(*symbol).or_default().insert(self.id, self.queue.clone());
        }
        drop(lines);
        self.symbols = wanted;
    }

    /// The symbols whose prices it hears of.
    #[must_use]
    pub fn symbols(&self) -> Vec<SymbolId> {
        self.symbols.iter().copied().collect()
    }

    /// Follows `owner` no more. What it had said already may still be heard.
    pub fn unfollow(&mut self, owner: Owner) {
        if self.owners.remove(&owner) {
            self.hub.lines().forget(owner, self.id);
        }
    }

    /// Whether it follows `owner`.
    #[must_use]
    pub fn follows(&self, owner: Owner) -> bool {
        self.owners.contains(&owner)
    }

    /// Whom it follows.
    #[must_use]
    pub fn owners(&self) -> Vec<Owner> {
        self.owners.iter().copied().collect()
    }

    /// All that has happened since it was last asked; waits where nothing has.
    pub async fn next(&mut self) -> Heard {
        loop {
            if let Some(heard) = self.queue.take() {
                return heard;
            }
            self.queue.said.notified().await;
        }
    }
}

impl Lines {
    fn forget(&mut self, owner: Owner, id: u64) {
        if let Some(queues) = self.by_owner.get_mut(&owner) {
            queues.remove(&id);
            if queues.is_empty() {
                self.by_owner.remove(&owner);
            }
        }
    }

    fn forget_symbol(&mut self, symbol: SymbolId, id: u64) {
        if let Some(queues) = self.by_symbol.get_mut(&symbol) {
            queues.remove(&id);
            if queues.is_empty() {
                self.by_symbol.remove(&symbol);
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut lines = self.hub.lines();
        lines.of_plans.remove(&self.id);
        for owner in &self.owners {
            lines.forget(*owner, self.id);
        }
        for symbol in &self.symbols {
            lines.forget_symbol(*symbol, self.id);
        }
    }
}
