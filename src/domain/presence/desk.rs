//! One person's desk: all that the board knows of the person.

use super::merge::{GRACE, Inputs, living, merge, next_turn};
use super::model::{Choice, Chosen, Device, Input, Kept, Link, Presence, Source};
use crate::kernel::clock::Moment;
use crate::kernel::id::StreamId;
use std::time::Duration;

/// How old the noted time of last being seen may grow while a person is connected.
const SEEN_EVERY: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct Desk {
    choice: Choice,
    links: Vec<Link>,
    told: [Option<Input>; Source::COUNT],
    idle: Option<Duration>,
    seen_at: Option<Moment>,
    saved_at: Option<Moment>,
    /// What was last said of the person, as everybody and as the person alone may know it.
    pub(super) said: Presence,
    /// When to look again.
    pub(super) turns_at: Option<Moment>,
}

impl Desk {
    pub(super) fn new(kept: Kept, usual: Duration, now: Moment) -> Self {
        let mut desk = Self {
            choice: kept.choice.unwrap_or_default(),
            idle: kept.idle,
            seen_at: kept.seen_at,
            saved_at: kept.seen_at,
            ..Self::default()
        };
        desk.said = desk.presence(usual, now);
        desk
    }

    fn inputs(&self, usual: Duration) -> Inputs<'_> {
        Inputs {
            choice: &self.choice,
            links: &self.links,
            told: &self.told,
            idle: self.idle.unwrap_or(usual),
            seen_at: self.seen_at,
        }
    }

    pub(super) fn presence(&self, usual: Duration, now: Moment) -> Presence {
        merge(&self.inputs(usual), now)
    }

    pub(super) fn next_turn(&self, usual: Duration, now: Moment) -> Option<Moment> {
        next_turn(&self.inputs(usual), now)
    }

    /// Notes that the person is here, where that may be told. To be done before anything changes.
    pub(super) fn note_seen(&mut self, now: Moment) {
        let is_open = self.links.iter().any(|link| link.gone_at.is_none());
        if is_open && self.choice.show_at(now) != Chosen::Invisible {
            self.seen_at = self.seen_at.max(Some(now));
        }
    }

    /// The time of last being seen, where it is to be written down: now and then, when the person goes, and at the last.
    pub(super) fn unsaved(&mut self, now: Moment, is_last: bool) -> Option<Moment> {
        self.note_seen(now);
        let seen = self.seen_at.filter(|seen| self.saved_at != Some(*seen))?;
        let is_due = is_last || self.saved_at.is_none_or(|saved| seen.since(saved) >= SEEN_EVERY);
        let is_gone = living(&self.links, now).next().is_none();
        if !is_due && !is_gone {
            return None;
        }
        self.saved_at = Some(seen);
        Some(seen)
    }

    /// A connection of a session that broke off a moment ago goes on where it was: a new page is no touch by itself.
    pub(super) fn connect(&mut self, id: StreamId, device: Device, now: Moment) {
        self.links.retain(|link| link.gone_at.is_none_or(|gone| gone.plus(GRACE) > now));
        let old = self
            .links
            .iter()
            .position(|link| link.gone_at.is_some() && device.session.is_some() && link.device == device)
            .map(|place| self.links.swap_remove(place));
        let (since, active_at, is_idle) = old.map_or((now, now, false), |old| (old.since, old.active_at, old.is_idle));
        self.links.push(Link { id, device, since, active_at, is_idle, gone_at: None });
    }

    pub(super) fn disconnect(&mut self, id: StreamId, now: Moment) {
        if let Some(link) = self.link(id) {
            link.gone_at = Some(now);
        }
    }

    /// Notes that a connection was last touched `at`, and whether it is left alone since. Returns whether that is news.
    pub(super) fn touch(&mut self, id: StreamId, is_idle: bool, at: Moment) -> bool {
        let Some(link) = self.link(id) else { return false };
        link.active_at = at;
        std::mem::replace(&mut link.is_idle, is_idle) != is_idle
    }

    /// A choice older than the one known comes too late.
    pub(super) fn choose(&mut self, choice: Choice) {
        if choice.chosen_at >= self.choice.chosen_at {
            self.choice = choice;
        }
    }

    pub(super) fn tell(&mut self, source: Source, input: Option<Input>) {
        self.told[source.place()] = input;
    }

    pub(super) const fn set_idle(&mut self, idle: Option<Duration>) {
        self.idle = idle;
    }

    /// What the person is connected by just now, the longest first.
    pub(super) fn connected(&self) -> Vec<Link> {
        let mut open: Vec<_> = self.links.iter().filter(|link| link.gone_at.is_none()).copied().collect();
        open.sort_by_key(|link| (link.since, link.id));
        open
    }

    /// The connection in use, else the one used last.
    pub(super) fn ring_target(&self) -> Option<StreamId> {
        let open = self.links.iter().filter(|link| link.gone_at.is_none());
        open.max_by_key(|link| (!link.is_idle, link.active_at, link.id)).map(|link| link.id)
    }

    /// When the person was last connected.
    pub(super) const fn seen_at(&self) -> Option<Moment> {
        self.seen_at
    }

    /// Whether a connection is open, and was touched within the span of idleness.
    pub(super) fn is_in_use(&self, usual: Duration, now: Moment) -> bool {
        let idle = self.idle.unwrap_or(usual);
        self.links.iter().any(|link| link.gone_at.is_none() && !link.is_idle && link.active_at.plus(idle) > now)
    }

    /// Forgets what broke off long enough ago.
    pub(super) fn sweep(&mut self, now: Moment) {
        self.links.retain(|link| link.gone_at.is_none_or(|gone| gone.plus(GRACE) > now));
    }

    fn link(&mut self, id: StreamId) -> Option<&mut Link> {
        self.links.iter_mut().find(|link| link.id == id && link.gone_at.is_none())
    }
}
