//! How much the office was used, hour by hour: what was counted, and what was the most at once.
//!
//! Owns `usage_hour`. Nobody is named in it. Not here: what counts (`services/usage`), how it looks (`servers/web/admin/usage`).

use super::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::clock::Moment;
use chrono::{NaiveDate, NaiveTime};
use rusqlite::OptionalExtension;
use std::collections::BTreeMap;

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;
/// Hours of a month.
const MONTH: i64 = 30 * 24;
/// Hours that must lie between two sizes before they tell how the file grows.
const FEW: i64 = 3 * 24;
/// Hours that are kept.
const KEPT: i64 = 400 * 24;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// People who are connected, at the most.
    PeopleHere,
    /// Passwords that were right, at any door.
    SignIns,
    /// Passwords that were not.
    SignInFailures,
    /// Requests that the web server answered.
    Requests,
    /// Messages that were said in chat.
    ChatMessages,
    /// Messages taken in by SMTP.
    MailReceived,
    /// Recipients elsewhere whose servers took a message.
    MailDelivered,
    /// Recipients elsewhere whom a message did not reach.
    MailBounced,
    /// Size of the office's file, at the most, in bytes.
    FileBytes,
}

impl Measure {
    /// All of them, in the order of their columns.
    pub const ALL: [Self; 9] = [
        Self::PeopleHere,
        Self::SignIns,
        Self::SignInFailures,
        Self::Requests,
        Self::ChatMessages,
        Self::MailReceived,
        Self::MailDelivered,
        Self::MailBounced,
        Self::FileBytes,
    ];

    const fn row(self) -> (i64, &'static str) {
        match self {
            Self::PeopleHere => (1, "people_here"),
            Self::SignIns => (2, "sign_ins"),
            Self::SignInFailures => (3, "sign_in_failures"),
            Self::Requests => (4, "requests"),
            Self::ChatMessages => (5, "chat_messages"),
            Self::MailReceived => (6, "mail_received"),
            Self::MailDelivered => (7, "mail_delivered"),
            Self::MailBounced => (8, "mail_bounced"),
            Self::FileBytes => (9, "file_bytes"),
        }
    }

    /// Its name in tables as text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// The measure of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    fn from_row(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.row().0 == number)
    }

    /// Whether the most at once counts, and not the sum.
    #[must_use]
    pub const fn is_peak(self) -> bool {
        matches!(self, Self::PeopleHere | Self::FileBytes)
    }

    const fn join(self, one: i64, other: i64) -> i64 {
        match (self.is_peak(), one > other) {
            (true, true) => one,
            (true, false) => other,
            (false, _) => one.saturating_add(other),
        }
    }
}

/// Amounts by what they measure.
pub type Amounts = BTreeMap<Measure, i64>;

/// Which hour since 1970 (UTC) a moment lies in.
#[must_use]
pub const fn hour_of(at: Moment) -> i64 {
    at.millis().div_euclid(HOUR)
}

/// Adds to the present hour what was counted, and raises what was the most at once.
///
/// # Errors
/// Where the file cannot be written.
pub fn note(tx: &WriteTx<'_>, seen: &Amounts) -> Result<(), StoreError> {
    let (hour, sql) = (hour_of(tx.now()), tx.sql());
    let mut add = sql.prepare_cached(
        "insert into usage_hour (hour, measure, amount) values (?1, ?2, ?3)
         on conflict do update set amount = amount + excluded.amount",
    )?;
    let mut raise = sql.prepare_cached(
        "insert into usage_hour (hour, measure, amount) values (?1, ?2, ?3)
         on conflict do update set amount = max(amount, excluded.amount)",
    )?;
    for (measure, amount) in seen {
        let way = if measure.is_peak() { &mut raise } else { &mut add };
        way.execute((hour, measure.row().0, amount))?;
    }
    Ok(())
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Where it is asked.
    pub date: NaiveDate,
    /// What was measured in it; nothing where the office was not open.
    pub amounts: Amounts,
}

/// The days from `first` to the present one, oldest first, as `date_of` tells of each moment where it is asked. An hour
/// across a midnight counts to the day in which it begins. Walks the primary key.
///
/// # Errors
/// Where the file cannot be read.
pub fn days(tx: &ReadTx<'_>, date_of: impl Fn(Moment) -> NaiveDate, first: NaiveDate) -> Result<Vec<Day>, StoreError> {
    let day_of = |hour: i64| date_of(Moment::from_millis(hour.saturating_mul(HOUR)));
    // No zone is as far as a day away.
    let from = first.and_time(NaiveTime::MIN).and_utc().timestamp_millis().div_euclid(HOUR) - 24;
    let last = day_of(hour_of(tx.now()));
    let mut days: BTreeMap<NaiveDate, Amounts> =
        first.iter_days().take_while(|day| *day <= last).map(|day| (day, Amounts::new())).collect();
    let mut found = tx.sql().prepare_cached("select hour, measure, amount from usage_hour where hour >= ?1")?;
    let mut rows = found.query([from])?;
    while let Some(row) = rows.next()? {
        let (Some(measure), amount) = (Measure::from_row(row.get(1)?), row.get(2)?) else { continue };
        if let Some(amounts) = days.get_mut(&day_of(row.get(0)?)) {
            let joined = amounts.get(&measure).map_or(amount, |kept| measure.join(*kept, amount));
            amounts.insert(measure, joined);
        }
    }
    Ok(days.into_iter().map(|(date, amounts)| Day { date, amounts }).collect())
}

/// What was noted in the present hour.
///
/// # Errors
/// Where the file cannot be read.
pub fn this_hour(tx: &ReadTx<'_>, measure: Measure) -> Result<i64, StoreError> {
    let hour = hour_of(tx.now());
    let mut found = tx.sql().prepare_cached("select amount from usage_hour where hour = ?1 and measure = ?2")?;
    Ok(found.query_row((hour, measure.row().0), |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Bytes by which the office's file has grown a day, in the last month; nothing before it was measured for three days.
///
/// # Errors
/// Where the file cannot be read.
pub fn growth(tx: &ReadTx<'_>) -> Result<Option<i64>, StoreError> {
    let now = hour_of(tx.now());
    let end = |order: &str| {
        let sql = format!(
            "select hour, amount from usage_hour where hour > ?1 and measure = ?2 order by hour {order} limit 1",
        );
        let mut found = tx.sql().prepare_cached(&sql)?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        Ok::<_, StoreError>(found.query_row((now - MONTH, Measure::FileBytes.row().0), read).optional()?)
    };
    let Some(((first, small), (last, large))) = end("asc")?.zip(end("desc")?) else { return Ok(None) };
    let hours = last - first;
    Ok((hours >= FEW).then(|| (large - small).max(0).saturating_mul(24) / hours))
}

/// Forgets what is older than it is kept, at most `most` rows. Returns how many went.
///
/// # Errors
/// Where the file cannot be written.
pub fn prune(tx: &WriteTx<'_>, most: usize) -> Result<usize, StoreError> {
    let before = hour_of(tx.now()) - KEPT;
    let mut gone = tx.sql().prepare_cached(
        "delete from usage_hour where (hour, measure) in
           (select hour, measure from usage_hour where hour < ?1 order by hour limit ?2)",
    )?;
    Ok(gone.execute((before, i64::try_from(most).unwrap_or(i64::MAX)))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::store::Store;
    use crate::kernel::clock::Clock;
    use chrono::DateTime;
    use chrono_tz::{Europe, Pacific, Tz};
    use std::time::Duration;

    /// 28 November 2026, 22:30 UTC.
    const NIGHT: Moment = Moment::from_millis(1_795_905_000_000);

    fn open() -> (tempfile::TempDir, Store, Clock) {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Clock::hand(NIGHT));
        let store = Store::open(&folder.path().join("office.db"), clock.clone()).unwrap();
        (folder, store, clock)
    }

    async fn noted(store: &Store, amounts: &[(Measure, i64)]) {
        let amounts: Amounts = amounts.iter().copied().collect();
        store.write(move |tx| note(tx, &amounts)).await.unwrap();
    }

    fn in_zone(zone: Tz) -> impl Fn(Moment) -> NaiveDate {
        move |at| DateTime::from_timestamp_millis(at.millis()).unwrap().with_timezone(&zone).date_naive()
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[tokio::test]
    async fn what_is_counted_adds_up_and_of_what_is_at_once_the_most_stays() {
        let (_folder, store, clock) = open();
        noted(&store, &[(Measure::SignIns, 3), (Measure::PeopleHere, 9)]).await;
        noted(&store, &[(Measure::SignIns, 4), (Measure::PeopleHere, 7)]).await;
        assert_eq!(store.read_here(|tx| this_hour(tx, Measure::SignIns)).unwrap(), 7);
        clock.wind(Duration::from_secs(3600));
        noted(&store, &[(Measure::SignIns, 1), (Measure::PeopleHere, 8)]).await;
        assert_eq!(store.read_here(|tx| this_hour(tx, Measure::SignIns)).unwrap(), 1);
        let of = |days: &[Day]| {
            let amount = |day: &Day, measure| day.amounts.get(&measure).copied();
            days.iter().map(|day| (amount(day, Measure::SignIns), amount(day, Measure::PeopleHere))).collect::<Vec<_>>()
        };
        // 22:30 and 23:30 are one day in London and two in Berlin.
        let first = day(2026, 11, 28);
        let london = store.read_here(|tx| days(tx, in_zone(Europe::London), first)).unwrap();
        assert_eq!(of(&london), [(Some(8), Some(9))]);
        let berlin = store.read_here(|tx| days(tx, in_zone(Europe::Berlin), day(2026, 11, 27))).unwrap();
        assert_eq!(berlin.iter().map(|one| one.date).collect::<Vec<_>>(), [27, 28, 29].map(|one| day(2026, 11, one)));
        assert_eq!(of(&berlin), [(None, None), (Some(7), Some(9)), (Some(1), Some(8))]);
        let kiritimati = store.read_here(|tx| days(tx, in_zone(Pacific::Kiritimati), day(2026, 11, 29))).unwrap();
        assert_eq!(of(&kiritimati), [(Some(8), Some(9))]);
        assert!(store.read_here(|tx| days(tx, in_zone(Europe::London), day(2027, 1, 1))).unwrap().is_empty());
    }

    #[tokio::test]
    async fn growth_is_known_after_three_days_and_old_hours_go() {
        let (_folder, store, clock) = open();
        let grown = || store.read_here(growth).unwrap();
        assert_eq!(grown(), None);
        noted(&store, &[(Measure::FileBytes, 1000)]).await;
        clock.wind(Duration::from_secs(2 * 86_400));
        noted(&store, &[(Measure::FileBytes, 1500)]).await;
        assert_eq!(grown(), None, "two days tell nothing");
        clock.wind(Duration::from_secs(2 * 86_400));
        noted(&store, &[(Measure::FileBytes, 3000)]).await;
        assert_eq!(grown(), Some(500));
        clock.wind(Duration::from_secs(500 * 86_400));
        assert_eq!(grown(), None);
        assert_eq!(store.write(|tx| prune(tx, 2)).await.unwrap(), 2);
        assert_eq!(store.write(|tx| prune(tx, 2)).await.unwrap(), 1);
    }

    #[test]
    fn every_measure_has_a_name_and_a_number_of_its_own() {
        for measure in Measure::ALL {
            assert_eq!(Measure::named(measure.name()), Some(measure));
            assert_eq!(Measure::from_row(measure.row().0), Some(measure));
        }
    }
}
