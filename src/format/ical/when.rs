//! What a written time means, and how it is named. RFC 5545 §3.3.5.

use crate::format::ical::{When, value};
use crate::kernel::clock::Moment;
use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use std::fmt::Write;

/// How far before a time that no clock shows the offset is looked up: gaps are an hour as a rule, a day at most.
const BEFORE_GAP: [i64; 5] = [1, 3, 12, 25, 50];

impl When {
    /// The moment it is for a reader in `reader`; a day begins at its midnight.
    #[must_use]
    pub fn instant(self, reader: Tz) -> Moment {
        match self {
            Self::Utc(moment) => moment,
            Self::Zoned { local, zone } => instant(local, zone),
            Self::Floating(local) => instant(local, reader),
            Self::Day(day) => instant(day.and_time(NaiveTime::MIN), reader),
        }
    }

    /// A moment as the clock of a place shows it.
    #[must_use]
    pub fn from_instant(moment: Moment, zone: Tz) -> Self {
        Self::Zoned { local: local(moment, zone), zone }
    }

    /// The day that a moment belongs to in a place.
    #[must_use]
    pub fn day_of(moment: Moment, zone: Tz) -> Self {
        Self::Day(local(moment, zone).date())
    }

    /// What it says itself: the clock's face, in UTC for an instant, midnight for a day.
    #[must_use]
    pub fn local(self) -> NaiveDateTime {
        match self {
            Self::Utc(moment) => local(moment, Tz::UTC),
            Self::Zoned { local, .. } | Self::Floating(local) => local,
            Self::Day(day) => day.and_time(NaiveTime::MIN),
        }
    }

    /// The day it says itself.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.local().date()
    }

    /// Whether it is a whole day.
    #[must_use]
    pub const fn is_day(self) -> bool {
        matches!(self, Self::Day(_))
    }

    /// Whether it depends on the reader's own clock.
    #[must_use]
    pub const fn is_floating(self) -> bool {
        matches!(self, Self::Day(_) | Self::Floating(_))
    }

    /// Its place, where it has one.
    #[must_use]
    pub const fn zone(self) -> Option<Tz> {
        match self {
            Self::Zoned { zone, .. } => Some(zone),
            Self::Utc(_) => Some(Tz::UTC),
            Self::Floating(_) | Self::Day(_) => None,
        }
    }

    /// Another clock's face of the same sort: an instant, the same place, the reader's own, a day.
    #[must_use]
    pub fn with_local(self, face: NaiveDateTime) -> Self {
        match self {
            Self::Utc(_) => Self::Utc(wall(face)),
            Self::Zoned { zone, .. } => Self::Zoned { local: face, zone },
            Self::Floating(_) => Self::Floating(face),
            Self::Day(_) => Self::Day(face.date()),
        }
    }

    /// Its name in addresses and rows: `20260120T140000Z` for an instant, `20260120T140000` on the reader's clock,
    /// `20260120` for a day. The place of a clock is not said: the instant is.
    #[must_use]
    pub fn to_text(self) -> String {
        match self {
            Self::Utc(_) | Self::Floating(_) | Self::Day(_) => self.written(),
            Self::Zoned { .. } => Self::Utc(self.instant(Tz::UTC)).written(),
        }
    }

    /// Reads such a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(day) = value::date(text) {
            return Some(Self::Day(day));
        }
        let (local, is_utc) = value::date_time(text)?;
        Some(if is_utc { Self::Utc(wall(local)) } else { Self::Floating(local) })
    }

    /// Whether both name the same instance of a series, however each is written.
    #[must_use]
    pub fn same_instance(self, other: Self) -> bool {
        match (self, other) {
            (Self::Day(_), _) | (_, Self::Day(_)) => self.date() == other.date(),
            (Self::Floating(_), _) | (_, Self::Floating(_)) => self.local() == other.local(),
            _ => self.instant(Tz::UTC) == other.instant(Tz::UTC),
        }
    }

    /// The value of a line that says it.
    pub(super) fn written(self) -> String {
        let local = self.local();
        let mut text = String::with_capacity(16);
        // Writing to a string does not fail.
        let _ = write!(text, "{:04}{:02}{:02}", local.year(), local.month(), local.day());
        if !self.is_day() {
            let _ = write!(text, "T{:02}{:02}{:02}", local.hour(), local.minute(), local.second());
        }
        if matches!(self, Self::Utc(_)) {
            text.push('Z');
        }
        text
    }
}

/// The moment a clock of a place shows a time: the first where it shows it twice; where it never does, the time is
/// counted with the offset from before the gap. §3.3.5.
pub(super) fn instant(local: NaiveDateTime, zone: Tz) -> Moment {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Moment::from_millis(at.timestamp_millis()),
        LocalResult::None => {
            let earlier = BEFORE_GAP.iter().find_map(|hours| {
                let hours = TimeDelta::hours(*hours);
                let at = zone.from_local_datetime(&local.checked_sub_signed(hours)?).latest()?;
                at.checked_add_signed(hours)
            });
            earlier.map_or_else(|| wall(local), |at| Moment::from_millis(at.timestamp_millis()))
        }
    }
}

/// A clock's face as if it were UTC.
pub(super) const fn wall(local: NaiveDateTime) -> Moment {
    Moment::from_millis(local.and_utc().timestamp_millis())
}

/// What the clock of a place shows at a moment. Moments beyond all calendars are the nearest that is within.
pub(super) fn local(moment: Moment, zone: Tz) -> NaiveDateTime {
    let utc = DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default();
    let naive = utc.naive_utc();
    let offset = zone.offset_from_utc_datetime(&naive);
    naive.checked_add_offset(chrono::Offset::fix(&offset)).unwrap_or(naive)
}
