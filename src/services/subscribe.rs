//! Subscribed calendars: read from addresses that people chose, through the one way out that is proof against tricks, and
//! kept as they are there; and public holidays, filled in some years ahead.

use crate::domain::calendar::{self, CalendarError, Expect, Outcome, Prepared, Source};
use crate::domain::store::StoreError;
use crate::format::holiday::{self, Region};
use crate::format::ical::{self, Draft, Item, Kind, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::CalendarId;
use crate::kernel::{limits, secret};
use crate::services::calendar::ActError;
use crate::services::fetcher::origin;
use crate::services::office::Office;
use crate::services::outside::{Get, Page};
use chrono::{DateTime, Datelike, NaiveDate};
use std::collections::HashSet;
use std::time::Duration;

/// Calendars read in one round.
const AT_ONCE: usize = 8;
/// Items kept in one write.
const PER_WRITE: usize = 50;
/// The shortest wait after a failure, and the longest.
const WAITS: (i64, i64) = (15, 24 * 60);
/// The longest that reading one may take.
const WITHIN: Duration = Duration::from_secs(60);
/// How often an address may send on to another.
const SENT_ON: usize = 4;
/// Years that holidays are filled in: before this one, and after it.
const YEARS: (i32, i32) = (1, 3);

/// The address to read from that somebody typed: `webcal` is `https` by another name.
///
/// # Errors
/// `Field` where it is none that is spoken to.
pub fn address(typed: &str) -> Result<String, ActError> {
    let typed = typed.trim();
    let (scheme, rest) = typed.split_once("://").unwrap_or(("", typed));
    let address = match scheme.to_ascii_lowercase().as_str() {
        "https" | "webcal" | "webcals" | "" => format!("https://{rest}"),
        "http" => {
            return Err(ActError::Field(
                "url",
                "Only https addresses are read: what comes otherwise can be forged.".into(),
            ));
        }
        _ => String::new(),
    };
    if address.len() > limits::SOURCE_URL || origin(&address).is_none() {
        return Err(ActError::Field(
            "url",
            "An address looks like https://example.com/calendar.ics or webcal://…".into(),
        ));
    }
    Ok(address)
}

/// Reads the calendars whose time has come. Returns how many.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn round(office: &Office) -> Result<usize, ActError> {
    let due = office.store.read(|tx| calendar::due_sources(tx, AT_ONCE)).await?;
    for source in &due {
        refresh(office, source).await?;
    }
    Ok(due.len())
}

/// Reads one calendar and writes down how that went.
///
/// # Errors
/// Where the file cannot be read or written. That the calendar could not be read is no error here.
pub async fn refresh(office: &Office, source: &Source) -> Result<Outcome, ActError> {
    let mut headers =
        vec![("accept", "text/calendar, */*;q=0.5".to_owned()), ("accept-encoding", "identity".to_owned())];
    if !source.etag.is_empty() {
        headers.push(("if-none-match", source.etag.clone()));
    }
    if !source.modified.is_empty() {
        headers.push(("if-modified-since", source.modified.clone()));
    }
    let get = Get {
        url: source.url.clone(),
        headers,
        most: limits::SOURCE_BYTES,
        within: WITHIN,
        sent_on: SENT_ON,
        host: String::new(),
    };
    let (outcome, asked_wait) = match office.outside.fetcher.get(&get).await {
        Ok(page) => (taken(office, source, &page).await?, page.retry_after),
        Err(error) => (Outcome::Failed(error.to_string()), None),
    };
    let wait = wait(source, &outcome).max(asked_wait.unwrap_or_default().min(Duration::from_secs(24 * 3600)));
    let (id, noted) = (source.calendar, outcome.clone());
    // A calendar removed meanwhile has nothing to note.
    let write = office.store.write(move |tx| match calendar::source(tx, id)? {
        Some(_) => calendar::note_source(tx, id, &noted, wait),
        None => Ok(()),
    });
    write.await?;
    Ok(outcome)
}

/// When to read again: as often as is wished, later and later where it goes wrong; a tenth more or less, so that not all
/// the office's calendars are read at the same moment.
fn wait(source: &Source, outcome: &Outcome) -> Duration {
    let minutes = match outcome {
        Outcome::Failed(_) => {
            let doublings = u32::try_from(source.fails.clamp(0, 10)).unwrap_or(0);
            WAITS.0.saturating_mul(1 << doublings).clamp(WAITS.0, WAITS.1)
        }
        Outcome::Read { .. } | Outcome::Same => source.minutes.max(WAITS.0),
    };
    let chance = u64::from(secret::random::<1>()[0]);
    let millis = u64::try_from(minutes).unwrap_or(60) * 60_000;
    Duration::from_millis(millis * (900 + chance * 200 / 255) / 1000)
}

async fn taken(office: &Office, source: &Source, page: &Page) -> Result<Outcome, ActError> {
    match page.status {
        304 => return Ok(Outcome::Same),
        200 => {}
        401 | 403 => return Ok(Outcome::Failed("the address asks for a password".to_owned())),
        404 | 410 => return Ok(Outcome::Failed("there is nothing at this address any more".to_owned())),
        status => return Ok(Outcome::Failed(format!("the server answered {status}"))),
    }
    let (body, now) = (page.body.clone(), office.clock.now());
    let read = tokio::task::spawn_blocking(move || ical::read_import(&body));
    let items = match read.await.map_err(|_| StoreError::Panicked)? {
        Ok(found) => found.items,
        Err(ical::IcalError::Empty) => Vec::new(),
        Err(error) => return Ok(Outcome::Failed(error.to_string())),
    };
    if items.len() > limits::SOURCE_ITEMS {
        return Ok(Outcome::Failed(format!("it holds more than {} events", limits::SOURCE_ITEMS)));
    }
    let count = items.len();
    match replace(office, source.calendar, items, now).await {
        Ok(()) => Ok(Outcome::Read { etag: page.etag.clone(), modified: page.modified.clone(), items: count }),
        Err(ActError::Calendar(CalendarError::NoCalendar)) => Ok(Outcome::Same),
        Err(error) => Err(error),
    }
}

/// Makes a calendar hold these items and no others. What is the same already is not touched.
async fn replace(office: &Office, id: CalendarId, items: Vec<Item>, now: Moment) -> Result<(), ActError> {
    let named: HashSet<String> = items.iter().map(|item| item.uid.clone()).collect();
    let gone: Vec<String> = office.store.read(move |tx| calendar::uids(tx, id)).await?;
    let gone: Vec<String> = gone.into_iter().filter(|uid| !named.contains(uid)).collect();
    for some in gone.chunks(PER_WRITE) {
        let some = some.to_vec();
        let write =
            office.store.write(move |tx| some.iter().try_for_each(|uid| calendar::withdraw(tx, id, uid).map(drop)));
        write.await?;
    }
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let some: Vec<Item> = items.by_ref().take(PER_WRITE).collect();
        let read = office.store.read(move |tx| {
            let mut new = Vec::new();
            for item in some {
                if !calendar::has_text(tx, id, &item.uid, &item.text)? {
                    new.push(item);
                }
            }
            Ok::<_, CalendarError>(new)
        });
        let new = read.await?;
        if !new.is_empty() {
            fill(office, id, new, now).await?;
        }
    }
    Ok(())
}

async fn fill(office: &Office, id: CalendarId, items: Vec<Item>, now: Moment) -> Result<(), ActError> {
    let reckoned =
        tokio::task::spawn_blocking(move || items.into_iter().map(|item| Prepared::new(item, now)).collect::<Vec<_>>());
    let reckoned = reckoned.await.map_err(|_| StoreError::Panicked)?;
    let write = office.store.write(move |tx| {
        reckoned.iter().try_for_each(|new| calendar::fill_calendar(tx, id, new, Expect::Any).map(drop))
    });
    Ok(write.await?)
}

/// Fills calendars of holidays up to some years ahead. Returns how many were behind.
///
/// # Errors
/// Where the file cannot be read or written.
pub async fn fill_holidays(office: &Office) -> Result<usize, ActError> {
    let now = office.clock.now();
    let year = DateTime::from_timestamp_millis(now.millis()).unwrap_or_default().year();
    let behind = office.store.read(move |tx| calendar::regions_before(tx, year + YEARS.1)).await?;
    for (id, code) in &behind {
        let items = holiday::region(code).map(|region| of_region(region, year, now)).unwrap_or_default();
        let id = *id;
        replace(office, id, items, now).await?;
        office.store.write(move |tx| calendar::note_region(tx, id, year + YEARS.1)).await?;
    }
    Ok(behind.len())
}

fn of_region(region: &Region, year: i32, now: Moment) -> Vec<Item> {
    let years = year - YEARS.0..=year + YEARS.1;
    let days = years.flat_map(|year| holiday::holidays(region, year));
    days.map(|(day, name)| ical::make(&format!("{day}-{}@holidays", region.code), &free_day(day, name), now)).collect()
}

fn free_day(day: NaiveDate, name: &str) -> Draft {
    let draft = Draft::at(Kind::Event, Some(When::Day(day)), day.succ_opt().map(When::Day));
    Draft { title: name.to_owned(), is_busy: false, ..draft }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_by_its_common_names_and_an_open_one_is_not() {
        assert_eq!(address(" webcal://example.com/a.ics ").unwrap(), "https://example.com/a.ics");
        assert_eq!(address("example.com/a.ics").unwrap(), "https://example.com/a.ics");
        for wrong in
            ["http://example.com/a.ics", "ftp://example.com/", "javascript:alert(1)", "", "https://u:p@example.com/"]
        {
            assert!(matches!(address(wrong), Err(ActError::Field("url", _))), "{wrong}");
        }
    }
}
