//! The shapes of `presence`.

use crate::domain::policy::Levels;
use crate::kernel::clock::Moment;
use crate::kernel::id::{PersonId, SessionId, StreamId};
use std::time::Duration;

/// How a person is, as others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// Here.
    Available,
    /// Not at the desk for the moment.
    Away,
    /// Not to be disturbed.
    Busy,
    /// Away for longer.
    ExtendedAway,
    /// In a meeting.
    Meeting,
    /// Not connected, or not to be seen.
    #[default]
    Offline,
}

/// A person's presence, as one who looks at it may know it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presence {
    /// How the person is.
    pub show: Show,
    /// The person's own note.
    pub note: String,
    /// What made it so, where it became so by itself: `in a call`, `on the phone`.
    pub reason: String,
    /// Until when, where that is known.
    pub until: Option<Moment>,
    /// Since when, where that says something.
    pub since: Option<Moment>,
    /// When the person was last connected; only where offline.
    pub last_seen: Option<Moment>,
    /// Whether the person only appears offline. Nobody but the person is told.
    pub is_invisible: bool,
}

/// What a person has chosen to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chosen {
    /// Nothing: it goes by itself.
    #[default]
    Automatic,
    /// Here, whatever the clock and the keys say.
    Available,
    /// Away.
    Away,
    /// Not to be disturbed.
    Busy,
    /// Away for longer.
    ExtendedAway,
    /// Offline in the eyes of everybody else.
    Invisible,
}

impl Chosen {
    /// Each with its name in forms and commands, and its number in the file.
    const ALL: [(Self, &'static str, i64); 6] = [
        (Self::Automatic, "automatic", 0),
        (Self::Available, "free", 1),
        (Self::Away, "away", 2),
        (Self::Busy, "busy", 3),
        (Self::ExtendedAway, "back", 4),
        (Self::Invisible, "invisible", 5),
    ];

    /// The choice of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, named, _)| *named == name).map(|(chosen, ..)| *chosen)
    }

    /// Its name in forms and commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(chosen, ..)| *chosen == self).map_or("", |(_, name, _)| *name)
    }

    pub(super) fn to_row(self) -> i64 {
        Self::ALL.iter().find(|(chosen, ..)| *chosen == self).map_or(0, |(.., row)| *row)
    }

    pub(super) fn from_row(row: i64) -> Self {
        Self::ALL.iter().find(|(.., number)| *number == row).map_or(Self::Automatic, |(chosen, ..)| *chosen)
    }
}

/// What a person has chosen, with the note beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What to be.
    pub show: Chosen,
    /// Until when; until changed where there is none.
    pub show_until: Option<Moment>,
    /// The note; empty for none.
    pub note: String,
    /// Until when the note stands.
    pub note_until: Option<Moment>,
    /// When it was chosen.
    pub chosen_at: Moment,
}

impl Default for Choice {
    fn default() -> Self {
        Self {
            show: Chosen::Automatic,
            show_until: None,
            note: String::new(),
            note_until: None,
            chosen_at: Moment::from_millis(0),
        }
    }
}

impl Choice {
    /// What is chosen at `now`: after its end, nothing.
    #[must_use]
    pub fn show_at(&self, now: Moment) -> Chosen {
        if self.show_until.is_none_or(|until| until > now) { self.show } else { Chosen::Automatic }
    }

    /// The note as it stands at `now`.
    #[must_use]
    pub fn note_at(&self, now: Moment) -> &str {
        if self.note_until.is_none_or(|until| until > now) { &self.note } else { "" }
    }
}

/// What a person is connected by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// Whether it is carried in a pocket.
    pub is_phone: bool,
    /// The browser's or program's session: who comes back by the same one goes on as before.
    pub session: Option<SessionId>,
}

/// One connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its number, by which the browser speaks of it.
    pub id: StreamId,
    /// What it comes from.
    pub device: Device,
    /// Since when the person is connected by it.
    pub since: Moment,
    /// When the person last touched it.
    pub active_at: Moment,
    /// Whether the person has left it alone since.
    pub is_idle: bool,
    /// When it broke off, where it has: for a moment it counts as there, since every new page opens it anew.
    pub gone_at: Option<Moment>,
}

/// Where an input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A call under way.
    Call,
    /// A meeting in the person's calendar.
    Calendar,
    /// Outside the person's working hours.
    Hours,
}

impl Source {
    pub(super) const COUNT: usize = 3;

    pub(super) const fn place(self) -> usize {
        match self {
            Self::Call => 0,
            Self::Calendar => 1,
            Self::Hours => 2,
        }
    }
}

/// What another part of the office knows of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The reason, as others read it: `in a call`. Nothing secret may stand in it.
    pub reason: String,
    /// Until when it is so, where that is known.
    pub until: Option<Moment>,
}

/// Who may see a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// Everybody in the office.
    #[default]
    Everyone,
    /// Those who share a group.
    Groups,
    /// Nobody.
    Nobody,
}

impl Visibility {
    const ALL: [(Self, &'static str, i64); 3] =
        [(Self::Everyone, "everyone", 0), (Self::Groups, "groups", 1), (Self::Nobody, "nobody", 2)];

    /// The visibility of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, named, _)| *named == name).map(|(visible, ..)| *visible)
    }

    /// Its name in forms and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(visible, ..)| *visible == self).map_or("", |(_, name, _)| *name)
    }

    pub(super) fn to_row(self) -> i64 {
        Self::ALL.iter().find(|(visible, ..)| *visible == self).map_or(2, |(.., row)| *row)
    }

    /// A number of a newer version hides: what is not understood is not shown.
    pub(super) fn from_row(row: i64) -> Self {
        Self::ALL.iter().find(|(.., number)| *number == row).map_or(Self::Nobody, |(visible, ..)| *visible)
    }
}

/// What the office's rules say of presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Who may see each person at the most.
    pub visible: Levels,
    /// Of whom it is told when they were last seen.
    pub last_seen: Levels,
}

/// What of a person outlives a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Who.
    pub person: PersonId,
    /// What the person has chosen.
    pub choice: Option<Choice>,
    /// When last connected.
    pub seen_at: Option<Moment>,
    /// The person's own wish, after how long to be away.
    pub idle: Option<Duration>,
}
