//! Words for what the domain counts: times that grow coarser with age, sizes, counts.

use super::look::Look;
pub use crate::format::day::{month, weekday};
use crate::format::formats::Formats;
use crate::kernel::clock::Moment;
use chrono::{DateTime, Datelike, FixedOffset, Local, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use std::fmt::{self, Display};

/// One reader's sense of time: a zone, what day it is there, and how times and dates are written.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    zone: Option<Tz>,
    now: DateTime<FixedOffset>,
    formats: Formats,
}

/// A time in three forms, each written where it stands.
#[derive(Debug, Clone, Copy)]
pub struct When {
    at: NaiveDateTime,
    offset: FixedOffset,
    today: NaiveDate,
    formats: Formats,
}

impl Reader {
    /// A reader with this look. A zone that is not known is the server's.
    pub fn new(look: &Look, now: Moment) -> Self {
        Self { zone: look.zone, now: in_zone(look.zone, now), formats: look.formats }
    }

    fn local(self, moment: Moment) -> DateTime<FixedOffset> {
        in_zone(self.zone, moment)
    }

    /// The clock's time, as `14:05`.
    pub fn clock(self, moment: Moment) -> String {
        self.when(moment).clock().to_string()
    }

    /// `moment` as this reader sees it.
    pub fn when(self, moment: Moment) -> When {
        let at = self.local(moment);
        When { at: at.naive_local(), offset: *at.offset(), today: self.now.date_naive(), formats: self.formats }
    }

    /// When something ends: `15:00`, `tomorrow 8:30`, `Friday`, `13 Nov`.
    pub fn upto(self, moment: Moment) -> String {
        let (at, now) = (self.local(moment), self.now);
        match (at.date_naive() - now.date_naive()).num_days() {
            i64::MIN..=0 => self.clock(moment),
            1 if at.hour() == 0 && at.minute() == 0 => "midnight".to_owned(),
            1 => format!("tomorrow {}", self.clock(moment)),
            2..=6 => weekday(at.date_naive()).to_owned(),
            _ => self.formats.short(at.date_naive()).to_string(),
        }
    }

    /// When somebody was last seen, no finer than helps: `at 14:05`, `yesterday`, `Tuesday`, `on 13 Nov`.
    pub fn last_seen(self, moment: Moment) -> String {
        let (at, now) = (self.local(moment), self.now);
        match (now.date_naive() - at.date_naive()).num_days() {
            i64::MIN..=0 => format!("at {}", self.clock(moment)),
            1 => "yesterday".to_owned(),
            2..=6 => weekday(at.date_naive()).to_owned(),
            _ => format!("on {}", self.when(moment).short()),
        }
    }

    /// The end of the reader's day.
    pub fn end_of_day(self) -> Moment {
        let seconds = u64::from(self.now.num_seconds_from_midnight());
        let now = Moment::from_millis(self.now.timestamp() * 1000);
        now.plus(std::time::Duration::from_secs(86_400 - seconds))
    }

    /// Today, as `Sunday, 22 November`.
    pub fn today(self) -> String {
        self.formats.named_day(self.now.date_naive(), self.now.date_naive())
    }

    /// The day of `moment`, as `Sunday, 22 November`; with its year where that is not this one.
    pub fn day(self, moment: Moment) -> String {
        self.named(self.date(moment))
    }

    /// The date of `moment`.
    pub fn date(self, moment: Moment) -> NaiveDate {
        self.local(moment).date_naive()
    }

    /// A date, written as [`Reader::day`] writes it.
    pub fn named(self, date: NaiveDate) -> String {
        self.formats.named_day(date, self.now.date_naive())
    }

    /// The week of today, counted as ISO 8601 counts.
    pub fn week(self) -> u32 {
        self.now.iso_week().week()
    }
}

impl When {
    /// As short as its age allows: `14:05`, `Tue`, `13 Nov`, `3 Mar 2024`.
    pub fn short(self) -> impl Display {
        fmt::from_fn(move |out| {
            let date = self.at.date();
            match (self.today - date).num_days() {
                0 => write!(out, "{}", self.clock()),
                1..7 => out.write_str(&weekday(date)[..3]),
                _ if date.year() == self.today.year() => write!(out, "{}", self.formats.short(date)),
                _ => write!(out, "{}", self.formats.date(date)),
            }
        })
    }

    /// All of it, for the curious: `Wednesday, 18 November 2026, 14:05`.
    pub fn full(self) -> impl Display {
        let date = self.at.date();
        fmt::from_fn(move |out| write!(out, "{}, {}, {}", weekday(date), self.formats.long(date), self.clock()))
    }

    /// For machines: `2026-11-18T14:05+01:00`.
    pub fn iso(self) -> impl Display {
        fmt::from_fn(move |out| write!(out, "{}{}", self.at.format("%Y-%m-%dT%H:%M"), self.offset))
    }

    /// The clock's time, as `14:05` or `2:05 pm`.
    pub fn clock(self) -> impl Display {
        self.formats.time(self.at)
    }
}

fn in_zone(zone: Option<Tz>, moment: Moment) -> DateTime<FixedOffset> {
    let utc: DateTime<Utc> = DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default();
    match zone {
        Some(zone) => utc.with_timezone(&zone).fixed_offset(),
        None => utc.with_timezone(&Local).fixed_offset(),
    }
}

/// A count with commas: `4,312`.
pub fn number(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + 4);
    if count < 0 {
        grouped.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count and what is counted: `1 file`, `3 files`.
pub fn count(count: i64, what: &str) -> String {
    format!("{} {what}{}", number(count), if count == 1 { "" } else { "s" })
}

/// A count where it says something: empty for none.
pub fn unless_none(count: i64) -> String {
    if count == 0 { String::new() } else { number(count) }
}

/// A size as people say it: `840 kB`, `2.1 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    }
    let mut tenths = bytes.div_ceil(100);
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths = tenths.div_ceil(1000);
        unit += 1;
    }
    let whole = tenths / 10;
    if whole >= 10 { format!("{whole} {}", UNITS[unit]) } else { format!("{whole}.{} {}", tenths % 10, UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    // Wednesday, 18 November 2026, 14:05 in Berlin.
    const NOW: Moment = Moment::from_millis(1_795_007_100_000);

    fn berlin() -> Reader {
        let look = Look { zone: Some(Tz::Europe__Berlin), ..Look::read("") };
        Reader::new(&look, NOW)
    }

    #[test]
    fn a_time_grows_coarser_with_its_age() {
        let days = |days: u64| berlin().when(NOW.minus(Duration::from_secs(days * 86_400))).short().to_string();
        assert_eq!([days(0), days(1), days(6), days(7), days(400)], ["14:05", "Tue", "Thu", "11 Nov", "14 Oct 2025"]);
        assert_eq!(berlin().when(NOW).full().to_string(), "Wednesday, 18 November 2026, 14:05");
        assert_eq!(berlin().when(NOW).iso().to_string(), "2026-11-18T14:05+01:00");
    }

    #[test]
    fn a_reader_may_have_other_ways_of_writing() {
        let look = Look { zone: Some(Tz::Europe__Berlin), formats: Formats::named("12", "slashes"), ..Look::read("") };
        let reader = Reader::new(&look, NOW);
        let days = |days: u64| reader.when(NOW.minus(Duration::from_secs(days * 86_400))).short().to_string();
        assert_eq!([days(0), days(1), days(7), days(400)], ["2:05\u{a0}pm", "Tue", "11/11", "10/14/2025"]);
        assert_eq!(reader.when(NOW).full().to_string(), "Wednesday, 11/18/2026, 2:05\u{a0}pm");
        assert_eq!(reader.when(NOW).iso().to_string(), "2026-11-18T14:05+01:00", "machines read it as ever");
        assert_eq!([reader.today(), reader.last_seen(NOW)], ["Wednesday, 11/18", "at 2:05\u{a0}pm"]);
    }

    #[test]
    fn what_is_yet_to_come_is_no_weekday() {
        assert_eq!(berlin().when(NOW.plus(Duration::from_secs(2 * 86_400))).short().to_string(), "20 Nov");
    }

    #[test]
    fn ends_and_last_sights_are_told_no_finer_than_helps() {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        let upto = |ahead: u64| berlin().upto(NOW.plus(hours(ahead)));
        assert_eq!([upto(1), upto(12), upto(48), upto(240)], ["15:05", "tomorrow 02:05", "Friday", "28 Nov"]);
        assert_eq!(berlin().upto(berlin().end_of_day()), "midnight");
        let seen = |ago: u64| berlin().last_seen(NOW.minus(hours(ago)));
        assert_eq!([seen(1), seen(20), seen(48), seen(240)], ["at 13:05", "yesterday", "Monday", "on 8 Nov"]);
    }

    #[test]
    fn counts_and_sizes_read_well() {
        assert_eq!([number(7), number(4312), number(1_000_000)], ["7", "4,312", "1,000,000"]);
        assert_eq!([count(1, "file"), count(0, "file")], ["1 file", "0 files"]);
        assert_eq!([size(1), size(999), size(1000), size(840_000)], ["1 byte", "999 bytes", "1.0 kB", "840 kB"]);
        assert_eq!([size(2_100_000), size(50_000_000), size(3_000_000_000)], ["2.1 MB", "50 MB", "3.0 GB"]);
    }
}
