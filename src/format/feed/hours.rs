//! When a market is open: days of the week, from and to by the clock of a place, and its public holidays.

use crate::format::holiday::{holidays, region};
use crate::kernel::clock::Moment;
use crate::kernel::zone::{instant, shown};
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// Days that are looked through for the next opening.
const AHEAD: i64 = 15;

/// Opening hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The days, Monday first.
    pub days: [bool; 7],
    /// Minutes after midnight at which it opens.
    pub opens: u16,
    /// Minutes after midnight at which it closes; 1,440 for midnight.
    pub closes: u16,
    /// The zone whose clock that is, as `Europe/Berlin`.
    pub zone: String,
    /// The region whose holidays it keeps, as `de`; none where it is empty.
    pub region: String,
}

impl Hours {
    /// Monday to Friday.
    #[must_use]
    pub fn weekdays(opens: u16, closes: u16, zone: &str, region: &str) -> Self {
        let days = [true, true, true, true, true, false, false];
        Self { days, opens, closes, zone: zone.to_owned(), region: region.to_owned() }
    }

    /// Whether they can be: some day, an end behind the begin, a zone and a region that there are.
    #[must_use]
    pub fn are_real(&self) -> bool {
        let is_known = self.region.is_empty() || region(&self.region).is_some();
        self.days.contains(&true)
            && self.opens < self.closes
            && self.closes <= DAY
            && self.zone.parse::<Tz>().is_ok()
            && is_known
    }

    fn tz(&self) -> Tz {
        self.zone.parse().unwrap_or(Tz::UTC)
    }

    /// Whether the market is open.
    #[must_use]
    pub fn is_open(&self, now: Moment) -> bool {
        let local = shown(now, self.tz());
        let minute = local.hour() * 60 + local.minute();
        self.is_day(local.date()) && (u32::from(self.opens)..u32::from(self.closes)).contains(&minute)
    }

    /// When it opens next; now where it is open.
    #[must_use]
    pub fn next_open(&self, now: Moment) -> Moment {
        if self.is_open(now) {
            return now;
        }
        let today = shown(now, self.tz()).date();
        let opening = |ahead| {
            let day = today + TimeDelta::days(ahead);
            self.is_day(day).then(|| self.at(day, self.opens)).filter(|at| *at > now)
        };
        (0..AHEAD).find_map(opening).unwrap_or_else(|| self.at(today + TimeDelta::days(AHEAD), 0))
    }

    /// When it closes next, where it is open.
    #[must_use]
    pub fn closes_at(&self, now: Moment) -> Option<Moment> {
        self.is_open(now).then(|| self.at(shown(now, self.tz()).date(), self.closes))
    }

    fn at(&self, day: NaiveDate, minute: u16) -> Moment {
        instant(day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute)), self.tz())
    }

    fn is_day(&self, day: NaiveDate) -> bool {
        let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
        self.days[index] && !self.is_holiday(day)
    }

    fn is_holiday(&self, day: NaiveDate) -> bool {
        let Some(region) = region(&self.region) else { return false };
        holidays(region, day.year()).iter().any(|(holiday, _)| *holiday == day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::from_millis(chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
    }

    #[test]
    fn a_market_opens_by_its_own_clock_and_not_on_holidays() {
        let hours = Hours::weekdays(9 * 60, 17 * 60 + 30, "Europe/Berlin", "de");
        assert!(hours.are_real());
        assert!(hours.is_open(at("2026-01-13T08:00:00Z")) && !hours.is_open(at("2026-01-13T07:59:59Z")));
        assert!(hours.is_open(at("2026-07-14T07:00:00Z")), "an hour earlier in summer");
        assert!(!hours.is_open(at("2026-01-13T16:30:00Z")));
        assert_eq!(hours.closes_at(at("2026-01-13T12:00:00Z")), Some(at("2026-01-13T16:30:00Z")));
        // Friday evening before Easter Monday is Good Friday's eve: Thursday, 2 April 2026.
        assert_eq!(hours.next_open(at("2026-04-02T16:00:00Z")), at("2026-04-07T07:00:00Z"));
        assert_eq!(hours.next_open(at("2026-01-13T12:00:00Z")), at("2026-01-13T12:00:00Z"));
    }

    #[test]
    fn hours_that_cannot_be_are_known() {
        let good = Hours::weekdays(0, DAY, "UTC", "");
        assert!(
            good.are_real() && good.is_open(at("2026-01-16T23:59:59Z")) && !good.is_open(at("2026-01-17T00:00:00Z"))
        );
        for bad in [
            Hours { days: [false; 7], ..good.clone() },
            Hours { opens: 600, closes: 600, ..good.clone() },
            Hours { closes: DAY + 1, ..good.clone() },
            Hours { zone: "Mars/Olympus".to_owned(), ..good.clone() },
            Hours { region: "XX".to_owned(), ..good.clone() },
        ] {
            assert!(!bad.are_real(), "{bad:?}");
        }
        let never = Hours { days: [false; 7], ..good };
        assert!(never.next_open(at("2026-01-16T00:00:00Z")) > at("2026-01-30T00:00:00Z"));
    }
}
