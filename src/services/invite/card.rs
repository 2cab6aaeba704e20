//! The card over a message that a calendar came with: what it says, what became of it, and how the reader's own calendar
//! stands to it.

use super::note::{Note, Why};
use super::party;
use super::spread;
use crate::domain::calendar::{self, Entry, Window};
use crate::domain::store::{ReadTx, StoreError};
use crate::format::ical::{self, Answer, Facts, Item, Method, Status, When};
use crate::format::mime::CalendarPart;
use crate::kernel::id::{CalendarId, CalendarItemId, ItemId, PersonId};
use crate::services::calendar::ActError;
use crate::services::office::Office;
use chrono_tz::Tz;

/// Events named that take place at the same time.
const OVERLAPS: usize = 3;

/// What the card shows.
#[derive(Debug, Clone)]
pub struct Card {
    /// What the calendar wants; nothing where it is a plain file.
    pub method: Option<Method>,
    /// What became of it.
    pub note: Note,
    /// What it says, at the time it means.
    pub facts: Facts,
    /// Which instance it is about, where it is about one.
    pub instance: Option<When>,
    /// The event in the reader's own calendar.
    pub copy: Option<Copied>,
    /// What else the reader has at that time.
    pub overlaps: Vec<Entry>,
}

/// An event in the reader's own calendar.
#[derive(Debug, Clone)]
pub struct Copied {
    /// Which.
    pub id: CalendarItemId,
    /// What it says now, at the time that the card is about.
    pub facts: Facts,
    /// What the reader answers; nothing where the reader is not asked.
    pub answer: Option<Answer>,
    /// Whether the reader calls people together.
    pub is_hosted: bool,
    /// Whether it was called off.
    pub is_off: bool,
    /// Whether it comes more than once.
    pub is_series: bool,
}

/// What the card of one of a person's messages shows; nothing where its calendar cannot be read.
///
/// # Errors
/// Where the file cannot be read.
pub async fn card(
    office: &Office,
    who: PersonId,
    mail: ItemId,
    part: CalendarPart,
    zone: Tz,
) -> Result<Option<Card>, StoreError> {
    let read = office.store.read(move |tx| read(tx, who, mail, &part, zone));
    read.await.map_err(|error: ActError| match error {
        ActError::Calendar(error) => error.into(),
        other => StoreError::Sqlite(other.to_string()),
    })
}

fn read(tx: &ReadTx<'_>, who: PersonId, mail: ItemId, part: &CalendarPart, zone: Tz) -> Result<Option<Card>, ActError> {
    let Ok(read) = ical::read(part.text.as_bytes()) else { return Ok(None) };
    let Some(news) = read.items.into_iter().next() else { return Ok(None) };
    let noted = Note::read(tx, who, mail).map_err(StoreError::from)?;
    let note = noted.unwrap_or(Note::refused(Why::File));
    let instance = news.main.instance;
    let facts = news.main.clone();
    let copy = copied(tx, who, &news, instance)?;
    let overlaps = overlaps(tx, who, &facts, copy.as_ref().map(|copy| copy.id), zone)?;
    let method = part.method.as_ref().and(read.method);
    Ok(Some(Card { method, note, facts, instance, copy, overlaps }))
}

fn copied(tx: &ReadTx<'_>, who: PersonId, news: &Item, instance: Option<When>) -> Result<Option<Copied>, ActError> {
    let held = spread::held_by(tx, who, &news.uid)?;
    let (id, item, is_hosted) = match held {
        Some(held) => (held.copy.id, held.item, true),
        None => {
            let Some(copy) = calendar::invited(tx, who, &news.uid)? else { return Ok(None) };
            let Some(item) = ical::item(&copy.text) else { return Ok(None) };
            (copy.id, item, false)
        }
    };
    let mut facts = item.facts_at(instance).clone();
    if let Some(id) = instance {
        let (starts, ends) = item.times_of(item.own_form(id));
        (facts.starts, facts.ends) = (Some(starts), Some(ends));
    }
    let guest = if is_hosted { None } else { party::as_guest(tx, who, &facts)? };
    let answer_of =
        |address| facts.guests.iter().find(|one| party::is_same(&one.address, address)).map(|one| one.answer);
    let answer = guest.as_ref().map(|guest| answer_of(guest).unwrap_or(Answer::NeedsAction));
    let is_off = item.is_cancelled() || facts.status == Status::Cancelled;
    Ok(Some(Copied { id, answer, is_hosted, is_off, is_series: item.main.is_series, facts }))
}

/// What the reader has at the time of an event, in the calendars that count.
fn overlaps(
    tx: &ReadTx<'_>,
    who: PersonId,
    facts: &Facts,
    but: Option<CalendarItemId>,
    zone: Tz,
) -> Result<Vec<Entry>, ActError> {
    let (Some(starts), Some(ends)) = (facts.starts, facts.ends) else { return Ok(Vec::new()) };
    let window = Window::span(starts.instant(zone), ends.instant(zone), zone);
    let counted = calendar::calendars(tx, who)?.into_iter().filter(|one| one.owner == Some(who) && one.is_counted);
    let own: Vec<CalendarId> = counted.map(|one| one.id).collect();
    let found = calendar::window(tx, who, &own, &window)?.found.into_iter().filter(|entry| {
        let is_taken = entry.is_busy && entry.status != Status::Cancelled && entry.answer != Some(Answer::Declined);
        is_taken && Some(entry.item) != but
    });
    Ok(found.take(OVERLAPS).collect())
}
