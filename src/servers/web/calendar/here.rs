//! Where the reader's clock hangs: the zone that a calendar is shown in, and what day it is there.

use super::super::error::WebError;
use super::super::session::Visit;
use crate::domain::store::ReadTx;
use crate::domain::{calendar, people};
use crate::format::formats::Formats;
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// The reader's clock, and the day that the reader's weeks begin with.
#[derive(Debug, Clone, Copy)]
pub struct Here {
    /// Where it hangs.
    pub zone: Tz,
    /// What is now.
    pub now: Moment,
    /// What it shows now.
    pub local: NaiveDateTime,
    /// The day that the reader's weeks begin with.
    pub week_start: Weekday,
    /// How times and dates are written.
    pub formats: Formats,
}

impl Here {
    /// A clock of `zone`.
    pub fn new(zone: Tz, now: Moment) -> Self {
        let local = utc(now).with_timezone(&zone).naive_local();
        Self { zone, now, local, week_start: Weekday::Mon, formats: Formats::default() }
    }

    /// The clock of whoever asks: as the browser says, else as the person last had it, else as the server has it.
    pub fn read(tx: &ReadTx<'_>, visit: &Visit, who: PersonId) -> Result<Self, WebError> {
        let zone = match visit.look.zone {
            Some(zone) => zone,
            None => people::zone(tx, who)?.unwrap_or_else(of_the_server),
        };
        let week_start = calendar::preferences(tx, who)?.week_start;
        let formats = visit.look.formats;
        Ok(Self { week_start, formats, ..Self::new(zone, visit.web.office.clock.now()) })
    }

    /// What day it is.
    pub fn today(self) -> NaiveDate {
        self.local.date()
    }

    /// What the clock shows at `moment`; of a floating time that is what it says.
    pub fn wall(self, moment: Moment, is_floating: bool) -> NaiveDateTime {
        if is_floating { utc(moment).naive_utc() } else { utc(moment).with_timezone(&self.zone).naive_local() }
    }

    /// What the clock shows, as `14:05` or `2:05 pm`; in the hour that comes twice it says which of them: `02:30 CEST`.
    pub fn clock(self, moment: Moment, is_floating: bool) -> String {
        let local = self.wall(moment, is_floating);
        let comes_twice =
            self.zone.from_local_datetime(&local).latest() != self.zone.from_local_datetime(&local).earliest();
        if comes_twice && !is_floating {
            format!("{} {}", self.formats.time(local), utc(moment).with_timezone(&self.zone).format("%Z"))
        } else {
            self.formats.time(local).to_string()
        }
    }

    /// How many hours the day has, where it is not 24.
    pub fn odd_hours(self, day: NaiveDate) -> Option<i64> {
        let start = |day: NaiveDate| {
            let midnight = day.and_time(chrono::NaiveTime::MIN);
            self.zone.from_local_datetime(&midnight).earliest().map(|at| at.timestamp())
        };
        let length = start(day.succ_opt()?)? - start(day)?;
        (length != 24 * 3600).then_some(length / 3600)
    }
}

fn utc(moment: Moment) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default()
}

/// The server's zone, as far as its clock tells it.
fn of_the_server() -> Tz {
    let hours = Local::now().offset().fix().local_minus_utc() / 3600;
    // POSIX counts westward: what lies an hour east of Greenwich is called `Etc/GMT-1`.
    if hours == 0 { Tz::UTC } else { format!("Etc/GMT{:+}", -hours).parse().unwrap_or(Tz::UTC) }
}
