//! The shapes of iCalendar data, as the rest of the office speaks of them. RFC 5545.

use crate::kernel::clock::Moment;
use crate::kernel::text::EmailAddress;
use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

/// A time as it was written down. What it means in one moment depends on where one looks from, but for the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// An instant. RFC 5545 §3.3.5, form 2.
    Utc(Moment),
    /// What a clock on the wall of a place says. §3.3.5, form 3.
    Zoned {
        /// The clock's face.
        local: NaiveDateTime,
        /// The place.
        zone: Tz,
    },
    /// What a clock on the reader's own wall says. §3.3.5, form 1.
    Floating(NaiveDateTime),
    /// A day, wherever the reader is. §3.3.4.
    Day(NaiveDate),
}

/// What a component of a calendar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something that takes place. `VEVENT`.
    Event,
    /// Something to be done. `VTODO`.
    Task,
}

/// What a calendar message wants. RFC 5546 §1.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Tells, and wants no answer.
    Publish,
    /// Invites, or changes what was invited to.
    Request,
    /// Answers an invitation.
    Reply,
    /// Adds instances.
    Add,
    /// Calls off.
    Cancel,
    /// Asks for the newest version.
    Refresh,
    /// Proposes another time.
    Counter,
    /// Declines such a proposal.
    DeclineCounter,
}

/// Whether something takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// It does.
    #[default]
    Confirmed,
    /// It may.
    Tentative,
    /// It was called off.
    Cancelled,
}

/// Who may read more than that somebody is busy. `CLASS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Privacy {
    /// Everybody who may read the calendar.
    #[default]
    Public,
    /// The owner alone: others read "Busy".
    Private,
}

/// What a guest answers. `PARTSTAT`, RFC 5545 §3.2.12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answer {
    /// Nothing yet.
    #[default]
    NeedsAction,
    /// Yes.
    Accepted,
    /// No.
    Declined,
    /// Maybe.
    Tentative,
    /// Somebody else comes.
    Delegated,
}

/// How much a guest is wanted. `ROLE` and `CUTYPE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// Is needed.
    #[default]
    Required,
    /// May come.
    Optional,
    /// A room or a thing.
    Resource,
}

/// Somebody named in an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The address, without `mailto:`.
    pub address: EmailAddress,
    /// The name that was given; empty for none.
    pub name: String,
    /// How much the guest is wanted.
    pub part: Part,
    /// What the guest answers.
    pub answer: Answer,
}

/// Who calls people together. `ORGANIZER`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organizer {
    /// The address, without `mailto:`.
    pub address: EmailAddress,
    /// The name that was given; empty for none.
    pub name: String,
    /// Who writes for the organizer. `SENT-BY`.
    pub sent_by: Option<EmailAddress>,
}

/// When to be reminded. `VALARM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reminder {
    /// Minutes before the start; negative after it. Of a task without a start, before it is due.
    pub minutes_before: i64,
}

/// A link or a file named by address. `ATTACH` with a URI; bytes inside stay in the text and are only counted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Where it is; empty for bytes that stand in the text itself.
    pub address: String,
    /// Its name, where it has one.
    pub name: String,
    /// Bytes that stand in the text itself, after decoding.
    pub size: usize,
}

/// What one component says: the whole series, or one instance of it that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The instance it replaces; nothing for the whole. `RECURRENCE-ID`.
    pub instance: Option<When>,
    /// Rises with each change that matters to guests. `SEQUENCE`.
    pub sequence: i64,
    /// When it was written. `DTSTAMP`.
    pub stamp: Option<Moment>,
    /// `SUMMARY`, one line.
    pub title: String,
    /// `DESCRIPTION`, as plain text. Never HTML.
    pub notes: String,
    /// `LOCATION`, one line.
    pub place: String,
    /// `URL` or `CONFERENCE`: http and https alone; empty for none.
    pub link: String,
    /// `CATEGORIES`.
    pub categories: Vec<String>,
    /// When it begins. A task may have none.
    pub starts: Option<When>,
    /// When it ends (the first moment, or day, after it), from `DTEND` or `DURATION`; of a task when it is due.
    pub ends: Option<When>,
    /// Whether it takes place; a task is `Confirmed` until cancelled.
    pub status: Status,
    /// Whether the time counts as taken. `TRANSP`.
    pub is_busy: bool,
    /// Who may read it.
    pub privacy: Privacy,
    /// The rule of a series as it is written, without `RRULE:`; nothing where there is none, or on an instance.
    pub rule: Option<String>,
    /// Whether it comes more than once: a rule, or dates of its own.
    pub is_series: bool,
    /// Who calls people together.
    pub organizer: Option<Organizer>,
    /// Whom.
    pub guests: Vec<Guest>,
    /// When to be reminded, the earliest first.
    pub reminders: Vec<Reminder>,
    /// Links and files.
    pub attached: Vec<Attached>,
    /// When a task was done. `COMPLETED`, or the stamp where it is only said to be.
    pub done_at: Option<Moment>,
    /// How far a task is, in hundredths.
    pub percent: u8,
    /// How urgent a task is: 1 is most, 9 least, 0 not said.
    pub priority: u8,
}

/// Everything of one `UID`: an event or a task, with the instances of it that differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Names it in the whole world.
    pub uid: String,
    /// What it is.
    pub kind: Kind,
    /// The whole as one `VCALENDAR`: CR LF, folded, the zones it needs, and all that we do not understand.
    pub text: String,
    /// The whole, or, where only single instances came (as to one who is invited to those alone), the first of them.
    pub main: Facts,
    /// The instances that differ, in their order.
    pub overrides: Vec<Facts>,
}

/// A calendar as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// What it wants; nothing for a plain file.
    pub method: Option<Method>,
    /// Its name, where it gives one. `NAME`, `X-WR-CALNAME`.
    pub name: String,
    /// What could be read.
    pub items: Vec<Item>,
    /// What could not.
    pub left_out: Vec<LeftOut>,
}

/// Something of a calendar that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its title or UID, as far as it has one.
    pub what: String,
    /// Why, for a person to read.
    pub why: String,
}

/// Why a calendar could not be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IcalError {
    /// It has no `BEGIN:VCALENDAR`.
    #[error("this is not a calendar")]
    NotACalendar,
    /// It is larger than `limits::ICAL_BYTES`, or nested deeper than is ever needed.
    #[error("the calendar is too large")]
    TooLarge,
    /// It has no event or task.
    #[error("the calendar holds no event and no task")]
    Empty,
}

/// One time that an event takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Which instance it is: the start that the rule gives it. Names it for ever, also when it is moved.
    pub instance: When,
    /// When it begins. For `Day` and `Floating` see [`Occurrence::is_floating`].
    pub starts_at: Moment,
    /// When it ends, never before it begins.
    pub ends_at: Moment,
    /// Whether the moments are what a clock on the reader's wall says, written as if that were UTC.
    pub is_floating: bool,
    /// Which of the overrides tells of it; nothing for the main facts.
    pub differs: Option<usize>,
}

/// The times an event takes place within a window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Occurrences {
    /// They, by their start.
    pub found: Vec<Occurrence>,
    /// Whether there are more in the window than were looked for: the count or the time ran out.
    pub is_cut: bool,
    /// Whether nothing comes after the window's end.
    pub is_ended: bool,
}

/// What a person writes in the form of an event or a task. Applied to a text, it changes what it names and keeps the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// Plain text.
    pub notes: String,
    /// One line.
    pub place: String,
    /// An http or https address; empty for none.
    pub link: String,
    /// Words to find it by.
    pub categories: Vec<String>,
    /// When it begins.
    pub starts: Option<When>,
    /// When it ends, or a task is due.
    pub ends: Option<When>,
    /// Whether it takes place.
    pub status: Status,
    /// Whether the time counts as taken.
    pub is_busy: bool,
    /// Who may read it.
    pub privacy: Privacy,
    /// The rule of a series, without `RRULE:`. Read only where the whole or the rest of a series is changed.
    pub rule: Option<String>,
    /// Whom it invites. With nobody there is no organizer either.
    pub guests: Vec<Guest>,
    /// Who invites them.
    pub organizer: Option<Organizer>,
    /// When to be reminded.
    pub reminders: Vec<Reminder>,
    /// How far a task is: 100 is done.
    pub percent: u8,
    /// How urgent a task is: 1 is most, 9 least, 0 not said.
    pub priority: u8,
}

/// How much of a series an act means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    All,
    /// This instance alone.
    Only(When),
    /// This instance and those that follow.
    From(When),
}

/// What became of a series that was changed or cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// What it is now; nothing where nothing of it is left.
    pub item: Option<Item>,
    /// The rest of the series as one of its own, with a UID of its own, where it was split.
    pub split: Option<Item>,
}
