//! The shapes of `calendar`. What an event says in itself is a shape of `format::ical`.

use crate::format::ical::{Answer, Status};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarItemId, GroupId, PersonId};
use chrono::{DateTime, NaiveDate, TimeZone};
use chrono_tz::Tz;

/// What a calendar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarKind {
    /// A person's own.
    Own,
    /// A group's: all in it write.
    Group,
    /// A room's or a thing's. It cannot be given twice.
    Resource,
    /// Read from an address.
    Subscribed,
    /// Public holidays.
    Holidays,
}

impl CalendarKind {
    pub(super) const fn to_row(self) -> i64 {
        match self {
            Self::Own => 0,
            Self::Group => 1,
            Self::Resource => 2,
            Self::Subscribed => 3,
            Self::Holidays => 4,
        }
    }

    pub(super) const fn from_row(row: i64) -> Self {
        match row {
            1 => Self::Group,
            2 => Self::Resource,
            3 => Self::Subscribed,
            4 => Self::Holidays,
            _ => Self::Own,
        }
    }

    /// Whether its events come from elsewhere and are only read.
    #[must_use]
    pub const fn is_read_only(self) -> bool {
        matches!(self, Self::Subscribed | Self::Holidays)
    }
}

/// What a person may do with a calendar. Each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rights {
    /// Nothing, not even know of it.
    Nothing,
    /// See when it is busy.
    Busy,
    /// Read all but what is private.
    Read,
    /// Make, change and delete events.
    Write,
    /// Invite and answer in the owner's name, and read what is private.
    Act,
    /// Name, colour, share and remove it.
    Own,
}

impl Rights {
    pub(super) const fn to_row(self) -> i64 {
        match self {
            Self::Nothing => 0,
            Self::Busy => 1,
            Self::Read => 2,
            Self::Write => 3,
            Self::Act => 4,
            Self::Own => 5,
        }
    }

    pub(super) const fn from_row(row: i64) -> Self {
        match row {
            1 => Self::Busy,
            2 => Self::Read,
            3 => Self::Write,
            4 => Self::Act,
            5 => Self::Own,
            _ => Self::Nothing,
        }
    }
}

/// A calendar as one person has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The calendar.
    pub id: CalendarId,
    /// What it is.
    pub kind: CalendarKind,
    /// Whose it is; nobody's is the office's.
    pub owner: Option<PersonId>,
    /// Whose, where it is a group's.
    pub group: Option<GroupId>,
    /// Its name.
    pub name: String,
    /// Its colour for this person: 1 to 8.
    pub hue: i64,
    /// Its pattern for this person: 0 plain, 1 stripes, 2 dots, 3 dashes.
    pub pattern: i64,
    /// What everybody in the office may do with it.
    pub open_to: Rights,
    /// Whether new events and invitations of its owner go there.
    pub is_default: bool,
    /// Whether its events make its owner busy.
    pub is_counted: bool,
    /// What this person may do with it.
    pub rights: Rights,
    /// Whether this person has it ticked.
    pub is_shown: bool,
}

impl Calendar {
    /// Whether this person may put events there.
    #[must_use]
    pub fn may_write(&self) -> bool {
        self.rights >= Rights::Write && !self.kind.is_read_only()
    }
}

/// A calendar to be made.
#[derive(Debug, Clone)]
pub struct NewCalendar {
    /// Whose; nobody's is the office's.
    pub owner: Option<PersonId>,
    /// Whose, where it is a group's.
    pub group: Option<GroupId>,
    /// What it is.
    pub kind: CalendarKind,
    /// Its name.
    pub name: String,
    /// Its colour: 1 to 8.
    pub hue: i64,
    /// Its pattern: 0 to 3.
    pub pattern: i64,
    /// What everybody in the office may do with it.
    pub open_to: Rights,
}

/// A span of time, as it is asked for: the same days as instants, and as a clock on the asker's wall shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant.
    pub from: Moment,
    /// The first instant after it.
    pub to: Moment,
    /// What the wall clock shows at the beginning, written as if that were UTC.
    pub wall_from: Moment,
    /// What it shows at the end.
    pub wall_to: Moment,
}

impl Window {
    /// The days from `first` up to, not including, `end`, where the wall clock is that of `zone`.
    #[must_use]
    pub fn days(first: NaiveDate, end: NaiveDate, zone: Tz) -> Self {
        let wall = |day: NaiveDate| day.and_hms_opt(0, 0, 0).unwrap_or_default();
        let (wall_from, wall_to) = (wall(first), wall(end));
        Self {
            from: instant(wall_from, zone),
            to: instant(wall_to, zone),
            wall_from: Moment::from_millis(wall_from.and_utc().timestamp_millis()),
            wall_to: Moment::from_millis(wall_to.and_utc().timestamp_millis()),
        }
    }

    /// From one instant to another, where the wall clock is that of `zone`.
    #[must_use]
    pub fn span(from: Moment, to: Moment, zone: Tz) -> Self {
        Self { from, to, wall_from: wall(from, zone), wall_to: wall(to, zone) }
    }
}

/// The instant at which a clock of `zone` shows `local`; in the gap of a clock put forward, the hour it was put over.
fn instant(local: chrono::NaiveDateTime, zone: Tz) -> Moment {
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(local + chrono::TimeDelta::hours(1))).earliest());
    Moment::from_millis(found.map_or_else(|| local.and_utc().timestamp_millis(), |at| at.timestamp_millis()))
}

/// The instant that a clock of `zone` shows, where `wall` is what it shows, written as if that were UTC.
pub(super) fn unwalled(wall: Moment, zone: Tz) -> Moment {
    instant(DateTime::from_timestamp_millis(wall.millis()).unwrap_or_default().naive_utc(), zone)
}

/// What a clock of `zone` shows at `moment`, written as if that were UTC.
fn wall(moment: Moment, zone: Tz) -> Moment {
    let at = DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default().with_timezone(&zone);
    Moment::from_millis(at.naive_local().and_utc().timestamp_millis())
}

/// One time that an event takes place, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The event.
    pub item: CalendarItemId,
    /// The calendar it is in.
    pub calendar: CalendarId,
    /// Which instance, as `When::to_text` writes it.
    pub instance: String,
    /// When it begins.
    pub starts_at: Moment,
    /// When it ends.
    pub ends_at: Moment,
    /// Whether the times are those of the reader's wall clock, written as if that were UTC.
    pub is_floating: bool,
    /// Whether it takes whole days.
    pub is_all_day: bool,
    /// What it is called; empty where the reader may only know that the time is taken.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// Whether it takes place.
    pub status: Status,
    /// What the calendar's owner answers, where somebody else invites.
    pub answer: Option<Answer>,
    /// Whether the time counts as taken.
    pub is_busy: bool,
    /// Whether it is its owner's alone.
    pub is_private: bool,
    /// Whether the reader may only know that the time is taken.
    pub is_masked: bool,
    /// Whether it comes more than once.
    pub is_series: bool,
    /// People invited.
    pub guests: i64,
    /// Of a task that is due then, whether it is done; nothing of an event.
    pub done: Option<bool>,
}

/// What was found in a window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entries {
    /// By their start, those of whole days first.
    pub found: Vec<Entry>,
    /// Whether there are more than are shown at once.
    pub is_cut: bool,
}

/// An event or a task as it is kept, for whoever may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Which.
    pub id: CalendarItemId,
    /// Where it is.
    pub calendar: CalendarId,
    /// What names it in the world.
    pub uid: String,
    /// The office's revision when it last changed.
    pub revision: i64,
    /// What the reader may do with its calendar.
    pub rights: Rights,
    /// What its calendar is.
    pub kind: CalendarKind,
    /// Whose calendar that is.
    pub owner: Option<PersonId>,
    /// What the calendar's owner answers, where somebody else invites.
    pub answer: Option<Answer>,
    /// Its iCalendar text.
    pub text: String,
}

/// A task, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Which.
    pub id: CalendarItemId,
    /// Where it is.
    pub calendar: CalendarId,
    /// What is to be done.
    pub title: String,
    /// When it is due.
    pub due_at: Option<Moment>,
    /// Whether `due_at` is what the reader's wall clock shows.
    pub is_floating: bool,
    /// Whether it is due on a day rather than at an hour.
    pub is_all_day: bool,
    /// When it was done.
    pub done_at: Option<Moment>,
    /// How far it is, in hundredths.
    pub percent: u8,
    /// How urgent: 1 most, 9 least, 0 not said.
    pub priority: u8,
    /// Whether it comes back.
    pub is_series: bool,
    /// The address it is about; empty for none.
    pub link: String,
}

/// When somebody is not free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From.
    pub starts_at: Moment,
    /// Until.
    pub ends_at: Moment,
    /// Whether it is only perhaps.
    pub is_tentative: bool,
}

/// How an item was before an act.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Before {
    /// Where it was.
    pub calendar: CalendarId,
    /// Which.
    pub uid: String,
    /// Its text; nothing where it was not there.
    pub text: Option<String>,
}

pub(super) const fn status_to_row(status: Status) -> i64 {
    match status {
        Status::Confirmed => 0,
        Status::Tentative => 1,
        Status::Cancelled => 2,
    }
}

pub(super) const fn status_from_row(row: i64) -> Status {
    match row {
        1 => Status::Tentative,
        2 => Status::Cancelled,
        _ => Status::Confirmed,
    }
}

pub(super) const fn answer_to_row(answer: Option<Answer>) -> i64 {
    match answer {
        None => -1,
        Some(Answer::NeedsAction) => 0,
        Some(Answer::Accepted) => 1,
        Some(Answer::Declined) => 2,
        Some(Answer::Tentative) => 3,
        Some(Answer::Delegated) => 4,
    }
}

pub(super) const fn answer_from_row(row: i64) -> Option<Answer> {
    match row {
        0 => Some(Answer::NeedsAction),
        1 => Some(Answer::Accepted),
        2 => Some(Answer::Declined),
        3 => Some(Answer::Tentative),
        4 => Some(Answer::Delegated),
        _ => None,
    }
}
