//! Feeds: what is told at a secret address, and what names its version so that nobody reads the same twice.

use crate::domain::calendar::{self, CalendarError, Feed, Level, Span, Window};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::freebusy::{self, Taken};
use crate::format::ical::Export;
use crate::kernel::clock::Moment;
use crate::kernel::id::CalendarItemId;
use crate::kernel::{limits, secret};
use crate::services::office::Office;
use chrono_tz::Tz;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Days back and ahead of which it is told when the time is taken.
const BACK: u32 = 30;
/// See [`BACK`].
const AHEAD: u32 = 366;
/// Texts read at once.
const AT_ONCE: usize = 200;
/// How a file ends.
const END: &str = "END:VCALENDAR\r\n";

/// A feed as it is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The feed.
    pub feed: Feed,
    /// What names this version: `ETag`.
    pub etag: String,
}

/// The feed that a secret opens, of a calendar or of a person, and its version. Notes that it was read.
///
/// # Errors
/// `NoCalendar` where the secret opens nothing of that sort.
pub async fn open(office: &Office, secret: String, is_person: bool) -> Result<Asked, CalendarError> {
    let asked = office.store.read(move |tx| {
        let feed = calendar::open_feed(tx, &secret)?;
        if feed.calendar.is_none() != is_person {
            return Err(CalendarError::NoCalendar);
        }
        Ok(Asked { etag: etag(tx, &feed)?, feed })
    });
    let asked = asked.await?;
    if calendar::is_use_worth_noting(&asked.feed, office.clock.now()) {
        let id = asked.feed.id;
        office.store.write(move |tx| calendar::note_feed(tx, id)).await?;
    }
    Ok(asked)
}

/// What is told changes with the calendar; where it is of so many days from today, also with the day.
fn etag(tx: &ReadTx<'_>, feed: &Feed) -> Result<String, CalendarError> {
    let revision = match feed.calendar {
        Some(calendar) => calendar::calendar_revision(tx, calendar)?,
        None => calendar::busy_revision(tx, feed.person)?,
    };
    let day = if feed.level == Level::Busy { tx.now().seconds() / 86_400 } else { 0 };
    let mark = secret::mark(b"feed", &format!("{} {revision} {day}", feed.id));
    Ok(format!("\"{}\"", mark.get(..22).unwrap_or_default()))
}

/// The whole of a calendar's feed, as far as one may be.
///
/// # Errors
/// Where the file cannot be read.
pub async fn calendar_file(office: &Office, feed: Feed) -> Result<String, CalendarError> {
    let read = office.store.read(move |tx| {
        let id = feed.calendar.ok_or(CalendarError::NoCalendar)?;
        let name = calendar::calendar(tx, feed.person, id)?.name;
        let (mut file, mut text) = Export::begin(&name);
        match feed.level {
            Level::Details => {
                let (mut after, mut count) = (CalendarItemId::new(0), 0);
                loop {
                    let texts = calendar::feed_texts(tx, &feed, after, AT_ONCE)?;
                    let Some((last, _)) = texts.last() else { break };
                    (after, count) = (*last, count + texts.len());
                    for (_, one) in &texts {
                        text.push_str(&file.piece(one));
                    }
                    if count >= limits::FEED_ITEMS || text.len() >= limits::FEED_BYTES {
                        break;
                    }
                }
            }
            Level::Busy => {
                let (window, zone) = window(tx, &feed)?;
                let spans = calendar::busy_calendar(tx, id, &window, zone)?;
                for taken in taken(&feed, &spans) {
                    text.push_str(&freebusy::busy_event(&taken, tx.now()));
                }
            }
        }
        text.push_str(END);
        Ok(text)
    });
    read.await
}

fn window(tx: &ReadTx<'_>, feed: &Feed) -> Result<(Window, Tz), CalendarError> {
    let zone = people::zone(tx, feed.person)?.unwrap_or(Tz::UTC);
    Ok((Window::span(tx.now().minus(DAY * BACK), tx.now().plus(DAY * AHEAD), zone), zone))
}

fn taken(feed: &Feed, spans: &[Span]) -> Vec<Taken> {
    let one = |span: &Span| Taken {
        uid: format!("busy-{}-{}-{}@feed", feed.id, span.starts_at.millis(), span.ends_at.millis()),
        starts_at: span.starts_at,
        ends_at: span.ends_at,
        is_tentative: span.is_tentative,
    };
    spans.iter().map(one).collect()
}

/// When a person is busy, as one `VFREEBUSY`.
///
/// # Errors
/// Where the file cannot be read.
pub async fn free_busy_file(office: &Office, feed: Feed) -> Result<String, CalendarError> {
    let read = office.store.read(move |tx| {
        let person = people::person(tx, feed.person)?.ok_or(CalendarError::NoCalendar)?;
        let (window, zone) = window(tx, &feed)?;
        let spans = calendar::busy(tx, feed.person, &window, zone)?;
        let uid = format!("freebusy-{}@feed", feed.id);
        let (from, to): (Moment, Moment) = (window.from, window.to);
        Ok(freebusy::free_busy(&uid, person.address.as_str(), from, to, tx.now(), &taken(&feed, &spans)))
    });
    read.await
}
