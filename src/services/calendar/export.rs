//! Calendars in an open format.

use crate::domain::calendar::{self, CalendarError, CalendarKind};
use crate::domain::people::Person;
use crate::format::ical::Export;
use crate::kernel::id::{CalendarId, CalendarItemId, PersonId};
use crate::services::office::Office;
use futures_util::stream::{self, Stream};
use std::io::{self, Write};
use std::sync::Arc;

/// How a file ends.
const END: &str = "END:VCALENDAR\r\n";
/// Texts read at once.
const AT_ONCE: usize = 200;

/// How far a file has come.
struct Place {
    file: Export,
    after: CalendarItemId,
    is_over: bool,
}

/// A calendar as one file, part by part, as far as `who` may read it: what is private goes only to its owner and to those
/// who act for the owner.
///
/// # Errors
/// `NoCalendar`, `NotAllowed`. Where a later part cannot be read, the stream ends with why.
pub async fn export(
    office: Arc<Office>,
    who: PersonId,
    id: CalendarId,
) -> Result<impl Stream<Item = Result<String, CalendarError>> + use<>, CalendarError> {
    let first = office.store.read(move |tx| {
        let found = calendar::calendar(tx, who, id)?;
        calendar::texts(tx, who, id, CalendarItemId::new(0), 0)?;
        Ok::<_, CalendarError>(Export::begin(&found.name))
    });
    let (file, first) = first.await?;
    let place = Place { file, after: CalendarItemId::new(0), is_over: false };
    let rest = stream::unfold(Some(place), move |place| {
        let office = office.clone();
        async move {
            let mut place = place.filter(|place| !place.is_over)?;
            let after = place.after;
            match office.store.read(move |tx| calendar::texts(tx, who, id, after, AT_ONCE)).await {
                Ok(texts) => {
                    let part = next(&mut place, &texts);
                    Some((Ok(part), Some(place)))
                }
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    Ok(futures_util::StreamExt::chain(stream::once(async move { Ok(first) }), rest))
}

/// The part that some texts make; where there are none, the end.
fn next(place: &mut Place, texts: &[(CalendarItemId, String)]) -> String {
    let Some((last, _)) = texts.last() else {
        place.is_over = true;
        return END.to_owned();
    };
    place.after = *last;
    texts.iter().map(|(_, text)| place.file.piece(text)).collect()
}

/// Writes all of a person's own calendars as one file.
///
/// # Errors
/// Where the file cannot be read or `out` not written.
pub fn export_all(office: &Office, who: &Person, out: &mut dyn Write) -> io::Result<()> {
    let id = who.id;
    let own = office.store.read_here(|tx| calendar::calendars(tx, id)).map_err(other)?;
    let own = own.into_iter().filter(|one| one.owner == Some(id) && one.kind == CalendarKind::Own);
    let (mut file, head) = Export::begin(&who.full_name);
    out.write_all(head.as_bytes())?;
    for one in own {
        let mut place = Place { file, after: CalendarItemId::new(0), is_over: false };
        loop {
            let after = place.after;
            let texts = office.store.read_here(|tx| calendar::texts(tx, id, one.id, after, AT_ONCE)).map_err(other)?;
            if texts.is_empty() {
                break;
            }
            out.write_all(next(&mut place, &texts).as_bytes())?;
        }
        file = place.file;
    }
    out.write_all(file.end().as_bytes())
}

fn other(error: CalendarError) -> io::Error {
    io::Error::other(error.to_string())
}
