//! When something takes place, in words: `Tuesday, 3 March, 09:00–10:00`.

use super::super::words::weekday;
use super::here::Here;
use crate::format::ical::When;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// What a clock of `zone` shows at a time; of a floating time that is what it says itself.
pub fn wall(when: When, zone: Tz) -> NaiveDateTime {
    if when.is_floating() {
        return when.local();
    }
    let at = DateTime::from_timestamp_millis(when.instant(zone).millis()).unwrap_or_default();
    at.with_timezone(&zone).naive_local()
}

/// What a time shows on the clock that `like` hangs at.
pub fn face(when: When, like: When) -> NaiveDateTime {
    match like.zone() {
        Some(zone) => wall(when, zone),
        None => when.local(),
    }
}

/// From when to when, by the reader's clock: the year is said where it is another.
pub fn span(starts: When, ends: When, here: Here) -> String {
    if starts.is_day() {
        let last = ends.date() - TimeDelta::days(1);
        return if last <= starts.date() {
            day(starts.date(), here)
        } else {
            format!("{} – {}", day(starts.date(), here), day(last, here))
        };
    }
    let (from, to) = (wall(starts, here.zone), wall(ends, here.zone));
    let clock = |at| clock(at, here);
    let is_one_day =
        from.date() == to.date() || to == (from.date() + TimeDelta::days(1)).and_time(chrono::NaiveTime::MIN);
    match (from == to, is_one_day) {
        (true, _) => format!("{}, {}", day(from.date(), here), clock(from)),
        (false, true) => format!("{}, {}–{}", day(from.date(), here), clock(from), clock(to)),
        (false, false) => {
            format!("{}, {} – {}, {}", day(from.date(), here), clock(from), day(to.date(), here), clock(to))
        }
    }
}

/// One time: `Tuesday, 3 March, 09:00`, or the day alone.
pub fn point(when: When, here: Here) -> String {
    let at = wall(when, here.zone);
    if when.is_day() { day(at.date(), here) } else { format!("{}, {}", day(at.date(), here), clock(at, here)) }
}

/// The same in the zones that the event itself names, where a clock there shows another hour than the reader's; empty
/// else.
pub fn elsewhere(starts: When, ends: When, here: Here) -> String {
    let (Some(from), Some(to)) = (starts.zone(), ends.zone()) else { return String::new() };
    let zone = here.zone;
    let (clock, short) = (|at| clock(at, here), |at| short(at, here));
    let is_here = |when: When, other: Tz| offset(when, other) == offset(when, zone);
    // UTC is nobody's place: what is written so says an instant and no more.
    let is_told = |other: Tz| other != Tz::UTC;
    if (is_here(starts, from) || !is_told(from)) && (is_here(ends, to) || !is_told(to)) {
        return String::new();
    }
    let (first, last) = (wall(starts, from), wall(ends, to));
    if from == to {
        let day = if first.date() == wall(starts, zone).date() { String::new() } else { format!("{} ", short(first)) };
        return format!("{day}{}–{} in {}", clock(first), clock(last), city(from));
    }
    format!("{} {} in {} – {} {} in {}", short(first), clock(first), city(from), short(last), clock(last), city(to))
}

fn offset(when: When, zone: Tz) -> i32 {
    let at = DateTime::from_timestamp_millis(when.instant(zone).millis()).unwrap_or_default().naive_utc();
    zone.offset_from_utc_datetime(&at).fix().local_minus_utc()
}

/// A place as people call it: `New York` of `America/New_York`.
pub fn city(zone: Tz) -> String {
    zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")
}

/// `Tuesday, 3 March`, with its year where that is not this one.
pub fn day(date: NaiveDate, here: Here) -> String {
    here.formats.named_day(date, here.today())
}

fn short(at: NaiveDateTime, here: Here) -> String {
    format!("{} {}", &weekday(at.date())[..3], here.formats.short(at.date()))
}

fn clock(at: NaiveDateTime, here: Here) -> String {
    here.formats.time(at).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::America::New_York;
    use chrono_tz::Asia::Tokyo;
    use chrono_tz::Europe::Berlin;

    fn date(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    /// A clock of `zone` on the first of March.
    fn here(zone: Tz) -> Here {
        let noon = date(1).and_hms_opt(12, 0, 0).unwrap().and_utc();
        Here::new(zone, crate::kernel::clock::Moment::from_millis(noon.timestamp_millis()))
    }

    fn at(day: u32, hour: u32, zone: Tz) -> When {
        When::Zoned { local: date(day).and_hms_opt(hour, 0, 0).unwrap(), zone }
    }

    #[test]
    fn a_time_is_told_as_people_say_it() {
        let said = |starts, ends| span(starts, ends, here(Berlin));
        assert_eq!(said(at(3, 9, Berlin), at(3, 10, Berlin)), "Tuesday, 3 March, 09:00–10:00");
        assert_eq!(said(at(3, 22, Berlin), at(4, 0, Berlin)), "Tuesday, 3 March, 22:00–00:00");
        assert_eq!(said(at(3, 22, Berlin), at(4, 6, Berlin)), "Tuesday, 3 March, 22:00 – Wednesday, 4 March, 06:00");
        assert_eq!(said(at(3, 9, Berlin), at(3, 9, Berlin)), "Tuesday, 3 March, 09:00");
        assert_eq!(said(When::Day(date(3)), When::Day(date(4))), "Tuesday, 3 March");
        assert_eq!(said(When::Day(date(3)), When::Day(date(6))), "Tuesday, 3 March – Thursday, 5 March");
        assert_eq!(said(at(3, 9, New_York), at(3, 10, New_York)), "Tuesday, 3 March, 15:00–16:00");
        let then = NaiveDate::from_ymd_opt(2025, 12, 31).unwrap();
        assert_eq!(day(then, here(Berlin)), "Wednesday, 31 December 2025");
    }

    #[test]
    fn another_zone_is_told_where_its_clock_shows_another_hour() {
        assert_eq!(elsewhere(at(3, 9, Berlin), at(3, 10, Berlin), here(Berlin)), "");
        assert_eq!(elsewhere(at(3, 9, Berlin), at(3, 10, Berlin), here(chrono_tz::Europe::Paris)), "");
        assert_eq!(elsewhere(at(3, 9, New_York), at(3, 10, New_York), here(Berlin)), "09:00–10:00 in New York");
        assert_eq!(
            elsewhere(at(3, 21, New_York), at(3, 22, New_York), here(Berlin)),
            "Tue 3 Mar 21:00–22:00 in New York"
        );
        let flight = elsewhere(at(3, 9, Berlin), at(4, 6, Tokyo), here(Berlin));
        assert_eq!(flight, "Tue 3 Mar 09:00 in Berlin – Wed 4 Mar 06:00 in Tokyo");
        assert_eq!(elsewhere(When::Day(date(3)), When::Day(date(4)), here(Tokyo)), "");
    }
}
