//! What a clock on the wall of a place shows, and which instant that is.

use crate::kernel::clock::Moment;
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// What a clock of `zone` shows at `moment`.
#[must_use]
pub fn shown(moment: Moment, zone: Tz) -> NaiveDateTime {
    DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default().with_timezone(&zone).naive_local()
}

/// The instant at which a clock of `zone` shows `local`: the first where it does so twice, and the hour that the clock
/// is put over where it never does.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> Moment {
    let found = zone.from_local_datetime(&local).earliest();
    let found = found.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    Moment::from_millis(found.map_or_else(|| local.and_utc().timestamp_millis(), |at| at.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use chrono_tz::Europe::Berlin;

    #[test]
    fn a_clock_put_forward_goes_on_an_hour_later() {
        let at = |hour| NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(hour, 30, 0).unwrap();
        assert_eq!(shown(instant(at(1), Berlin), Berlin), at(1));
        assert_eq!(shown(instant(at(2), Berlin), Berlin), at(3));
        assert_eq!(instant(at(3), Berlin), instant(at(2), Berlin));
    }
}
