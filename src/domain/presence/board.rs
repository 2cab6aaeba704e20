//! The board: who is connected, how, and what was last said of whom. In memory; what outlives a restart is loaded.

use super::Eyes;
use super::desk::Desk;
use super::model::{Choice, Device, Input, Kept, Link, Presence, Show, Source};
use crate::kernel::clock::{Clock, Moment};
use crate::kernel::id::{PersonId, StreamId};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// How long without a touch, until the office's settings are known.
const USUAL_IDLE: Duration = Duration::from_secs(5 * 60);

/// Everybody's presence. What one person may know of another is asked of [`super::Eyes`].
#[derive(Debug)]
pub struct Board {
    clock: Clock,
    floor: Mutex<Floor>,
    stirred: Notify,
}

#[derive(Debug)]
struct Floor {
    desks: HashMap<PersonId, Desk>,
    /// Whose presence may be another than was said.
    stirred: BTreeSet<PersonId>,
    /// Of whom is to be said anew in any case: who may see the person has changed.
    anew: BTreeSet<PersonId>,
    /// When to look at whom again.
    turns: BTreeSet<(Moment, PersonId)>,
    usual_idle: Duration,
    last_id: i64,
}

/// Whose presence is to be told anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flushed {
    /// To everybody.
    pub to_all: Vec<PersonId>,
    /// To the person alone: to the others it looks the same as before.
    pub to_self: Vec<PersonId>,
}

/// An open connection; it ends when this is dropped.
#[derive(Debug)]
pub struct Connection {
    board: Arc<Board>,
    person: PersonId,
    id: StreamId,
}

impl Connection {
    /// Its number, by which the browser speaks of it.
    #[must_use]
    pub const fn id(&self) -> StreamId {
        self.id
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let id = self.id;
        self.board.change(self.person, |desk, now| desk.disconnect(id, now));
    }
}

impl Board {
    /// An empty board.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let floor = Floor {
            desks: HashMap::new(),
            stirred: BTreeSet::new(),
            anew: BTreeSet::new(),
            turns: BTreeSet::new(),
            usual_idle: USUAL_IDLE,
            last_id: 0,
        };
        Self { clock, floor: Mutex::new(floor), stirred: Notify::new() }
    }

    /// Takes over what was kept of everybody.
    pub fn load(&self, everybody: Vec<Kept>) {
        let (now, mut floor) = (self.clock.now(), self.floor());
        let usual = floor.usual_idle;
        for kept in everybody {
            let person = kept.person;
            floor.desks.insert(person, Desk::new(kept, usual, now));
            floor.stirred.insert(person);
        }
        drop(floor);
        self.stirred.notify_one();
    }

    /// Those who look different to these eyes than to `old`, though they are as they were last said to be.
    #[must_use]
    pub fn seen_anew(&self, eyes: &Eyes, old: &Eyes) -> Vec<PersonId> {
        if eyes == old {
            return Vec::new();
        }
        let floor = self.floor();
        let is_other = |(person, desk): &(&PersonId, &Desk)| eyes.see_anew(old, **person, &desk.said);
        floor.desks.iter().filter(is_other).map(|(person, _)| *person).collect()
    }

    /// Opens a connection of a person.
    #[must_use]
    pub fn connect(self: &Arc<Self>, person: PersonId, device: Device) -> Connection {
        let id = {
            let mut floor = self.floor();
            floor.last_id += 1;
            StreamId::new(floor.last_id)
        };
        self.change(person, |desk, now| desk.connect(id, device, now));
        Connection { board: self.clone(), person, id }
    }

    /// Notes that the person touches the device of a connection. Returns whether it had been left alone.
    pub fn active(&self, person: PersonId, stream: StreamId) -> bool {
        self.change(person, |desk, now| desk.touch(stream, false, now))
    }

    /// Notes that the person has left a connection alone for `span`. Returns whether that is news. A connection of
    /// somebody else is nobody's.
    pub fn idle(&self, person: PersonId, stream: StreamId, span: Duration) -> bool {
        self.change(person, |desk, now| desk.touch(stream, true, now.minus(span)))
    }

    /// Notes that a connection is about to end, before its end is heard of.
    pub fn leave(&self, person: PersonId, stream: StreamId) {
        self.change(person, |desk, now| desk.disconnect(stream, now));
    }

    /// Takes in what another part of the office knows of a person; `None` where it is over.
    pub fn tell(&self, person: PersonId, source: Source, input: Option<Input>) {
        self.change(person, |desk, _| desk.tell(source, input));
    }

    /// Takes in what a person has chosen and was kept.
    pub fn choose(&self, person: PersonId, choice: Choice) {
        self.change(person, |desk, _| desk.choose(choice));
    }

    /// Takes in that who may see a person has changed, and the person's own span of idleness.
    pub fn privacy_changed(&self, person: PersonId, idle: Option<Duration>) {
        self.change(person, |desk, _| desk.set_idle(idle));
        self.floor().anew.insert(person);
        self.stirred.notify_one();
    }

    /// Takes in the office's span of idleness.
    pub fn set_idle(&self, idle: Duration) {
        let mut floor = self.floor();
        floor.usual_idle = idle;
        let everybody: Vec<_> = floor.desks.keys().copied().collect();
        floor.stirred.extend(everybody);
        drop(floor);
        self.stirred.notify_one();
    }

    /// The one connection that a notification should ring on: the one in use, else the one used last.
    #[must_use]
    pub fn ring_target(&self, person: PersonId) -> Option<StreamId> {
        self.floor().desks.get(&person)?.ring_target()
    }

    /// Whether a person is using a device just now: what comes is seen there.
    #[must_use]
    pub fn is_in_use(&self, person: PersonId) -> bool {
        let (now, floor) = (self.clock.now(), self.floor());
        floor.desks.get(&person).is_some_and(|desk| desk.is_in_use(floor.usual_idle, now))
    }

    /// How many people are connected, whatever they show.
    #[must_use]
    pub fn count_here(&self) -> usize {
        self.floor().desks.values().filter(|desk| !desk.connected().is_empty()).count()
    }

    /// When a person was last connected, told to nobody else; now, while connected.
    #[must_use]
    pub fn seen_at(&self, person: PersonId) -> Option<Moment> {
        self.floor().desks.get(&person)?.seen_at()
    }

    /// Whether a person does not want to be disturbed.
    #[must_use]
    pub fn is_busy(&self, person: PersonId) -> bool {
        self.presence(person).show == Show::Busy
    }

    /// Waits until somebody's presence may be another.
    pub async fn stirred(&self) {
        self.stirred.notified().await;
    }

    /// When time alone may next change something.
    #[must_use]
    pub fn next_turn(&self) -> Option<Moment> {
        self.floor().turns.first().map(|(at, _)| *at)
    }

    /// Of whom is to be told since this was last asked: each once, however often it changed, and only who is really
    /// another.
    pub fn flush(&self) -> Flushed {
        let (now, mut floor) = (self.clock.now(), self.floor());
        floor.wake(now);
        let (stirred, anew) = (std::mem::take(&mut floor.stirred), std::mem::take(&mut floor.anew));
        let mut flushed = Flushed::default();
        for person in stirred.union(&anew).copied() {
            let Some(presence) = floor.settle(person, now) else { continue };
            let Some(desk) = floor.desks.get_mut(&person) else { continue };
            let old = std::mem::replace(&mut desk.said, presence);
            if anew.contains(&person) || old.to_others() != desk.said.to_others() {
                flushed.to_all.push(person);
            } else if old != desk.said {
                flushed.to_self.push(person);
            }
        }
        flushed
    }

    /// Who was last seen when, as far as it is to be written down: all of it where the office is stopping.
    pub fn unsaved_seen(&self, is_last: bool) -> Vec<(PersonId, Moment)> {
        let (now, mut floor) = (self.clock.now(), self.floor());
        floor.desks.iter_mut().filter_map(|(person, desk)| Some((*person, desk.unsaved(now, is_last)?))).collect()
    }

    /// What a person is connected by, for those who may know.
    pub(super) fn links(&self, person: PersonId) -> Vec<Link> {
        self.floor().desks.get(&person).map(Desk::connected).unwrap_or_default()
    }

    /// How a person is, for those who may know.
    pub(super) fn presence(&self, person: PersonId) -> Presence {
        let (now, floor) = (self.clock.now(), self.floor());
        floor.desks.get(&person).map(|desk| desk.presence(floor.usual_idle, now)).unwrap_or_default()
    }

    fn change<T>(&self, person: PersonId, work: impl FnOnce(&mut Desk, Moment) -> T) -> T {
        let (now, mut floor) = (self.clock.now(), self.floor());
        let desk = floor.desks.entry(person).or_default();
        desk.note_seen(now);
        let done = work(desk, now);
        desk.note_seen(now);
        let is_first = floor.stirred.is_empty();
        floor.stirred.insert(person);
        drop(floor);
        if is_first {
            self.stirred.notify_one();
        }
        done
    }

    fn floor(&self) -> MutexGuard<'_, Floor> {
        self.floor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Floor {
    /// Moves whose time has come among those to be looked at.
    fn wake(&mut self, now: Moment) {
        while let Some((at, person)) = self.turns.first().copied() {
            if at > now {
                return;
            }
            self.turns.pop_first();
            self.stirred.insert(person);
        }
    }

    /// Looks at a person, and notes when to look again.
    fn settle(&mut self, person: PersonId, now: Moment) -> Option<Presence> {
        let usual = self.usual_idle;
        let desk = self.desks.get_mut(&person)?;
        desk.sweep(now);
        let turn = desk.next_turn(usual, now);
        if let Some(at) = std::mem::replace(&mut desk.turns_at, turn) {
            self.turns.remove(&(at, person));
        }
        let presence = desk.presence(usual, now);
        self.turns.extend(turn.map(|at| (at, person)));
        Some(presence)
    }
}
