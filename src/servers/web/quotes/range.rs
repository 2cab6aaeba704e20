//! The span of time that a chart shows, and which bars it needs for it.

use crate::kernel::clock::Moment;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

/// A span of time up to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// The last day of trade.
    Day,
    /// The last five.
    FiveDays,
    /// A month.
    Month,
    /// Half a year.
    SixMonths,
    /// Since the first of January.
    YearToDate,
    /// A year.
    Year,
    /// Five years.
    FiveYears,
    /// All there is.
    Max,
}

/// Every range, from the shortest.
pub const RANGES: [Range; 8] = [
    Range::Day,
    Range::FiveDays,
    Range::Month,
    Range::SixMonths,
    Range::YearToDate,
    Range::Year,
    Range::FiveYears,
    Range::Max,
];

impl Range {
    /// Its word, on the page as in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "1D",
            Self::FiveDays => "5D",
            Self::Month => "1M",
            Self::SixMonths => "6M",
            Self::YearToDate => "YTD",
            Self::Year => "1Y",
            Self::FiveYears => "5Y",
            Self::Max => "Max",
        }
    }

    /// Its word for those who hear it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Day => "one day",
            Self::FiveDays => "five days",
            Self::Month => "one month",
            Self::SixMonths => "six months",
            Self::YearToDate => "since the first of January",
            Self::Year => "one year",
            Self::FiveYears => "five years",
            Self::Max => "all there is",
        }
    }

    /// The range of this word.
    pub fn named(name: &str) -> Option<Self> {
        RANGES.into_iter().find(|range| range.name() == name)
    }

    /// Days of trade it shows, where it counts these.
    pub const fn days(self) -> Option<usize> {
        match self {
            Self::Day => Some(1),
            Self::FiveDays => Some(5),
            _ => None,
        }
    }

    /// Where it begins, counted back from the newest bar at `end`.
    pub fn from(self, end: Moment) -> Moment {
        let at = DateTime::<Utc>::from_timestamp_millis(end.millis()).unwrap_or_default();
        let months = |count| at.checked_sub_months(Months::new(count));
        let begin = match self {
            // A long weekend may lie in between.
            Self::Day => Some(at - TimeDelta::days(1)),
            Self::FiveDays => Some(at - TimeDelta::days(11)),
            Self::Month => months(1),
            Self::SixMonths => months(6),
            Self::YearToDate => {
                NaiveDate::from_ymd_opt(at.year(), 1, 1).map(|day| day.and_time(Default::default()).and_utc())
            }
            Self::Year => months(12),
            Self::FiveYears => months(60),
            Self::Max => None,
        };
        Moment::from_millis(begin.map_or(0, |begin| begin.timestamp_millis()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_begins_where_its_name_says() {
        // Friday, 27 November 2026, 12:00.
        let noon = Moment::from_millis(1_795_780_800_000);
        let day = |range: Range| {
            DateTime::<Utc>::from_timestamp_millis(range.from(noon).millis()).unwrap().date_naive().to_string()
        };
        assert_eq!(
            [Range::Month, Range::SixMonths, Range::YearToDate, Range::Year, Range::FiveYears].map(day),
            ["2026-10-27", "2026-05-27", "2026-01-01", "2025-11-27", "2021-11-27"]
        );
        assert_eq!(Range::Max.from(noon).millis(), 0);
    }
}
