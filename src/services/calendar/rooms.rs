//! Rooms among the guests of an event: their answer, and what stands in the way where one is taken.

use super::ActError;
use crate::domain::calendar::{self, CalendarError, Clash, Prepared};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::ical::{Answer, Guest, Part};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::services::find::next_free;
use crate::services::office::Office;
use chrono::DateTime;
use chrono_tz::Tz;
use std::collections::HashSet;
use std::fmt::Write as _;

/// Free times that are proposed instead.
const PROPOSED: usize = 3;

/// The addresses of all rooms and things, as keys.
pub(super) fn addresses(tx: &ReadTx<'_>) -> Result<HashSet<String>, CalendarError> {
    Ok(calendar::resources(tx)?.into_iter().map(|room| room.address.key()).collect())
}

/// Lets rooms among guests say yes: the transaction that keeps the event books them, or keeps nothing.
pub(super) fn accept(guests: &mut [Guest], rooms: &HashSet<String>) {
    for guest in guests.iter_mut().filter(|guest| rooms.contains(&guest.address.key())) {
        (guest.part, guest.answer) = (Part::Resource, Answer::Accepted);
    }
}

/// What to tell where a room that an event names is taken: by whom, as far as the reader may know, and when it is free.
pub(super) async fn taken(office: &Office, who: PersonId, events: Vec<Prepared>) -> ActError {
    let told = office.store.read(move |tx| {
        for new in &events {
            let clashes = calendar::clashes(tx, who, new)?;
            if !clashes.is_empty() {
                return Ok(Some(sentence(tx, who, new, &clashes)?));
            }
        }
        Ok::<_, CalendarError>(None)
    });
    match told.await {
        Ok(Some(sentence)) => ActError::Field("guests", sentence),
        Ok(None) => CalendarError::Taken.into(),
        Err(error) => error.into(),
    }
}

fn sentence(tx: &ReadTx<'_>, who: PersonId, new: &Prepared, clashes: &[Clash]) -> Result<String, CalendarError> {
    let mut words = String::new();
    for clash in clashes {
        let zone = people::zone(tx, who)?.unwrap_or(clash.room.is.zone);
        let by = match (clash.who.as_str(), clash.title.as_str()) {
            ("", _) => String::new(),
            (who, "") => format!(" by {who}"),
            (who, title) => format!(" by {who} for “{title}”"),
        };
        // Writing to a text cannot fail.
        let _ = write!(
            words,
            "{} is taken{by} on {}–{}. ",
            clash.room.is.name,
            at(clash.starts_at, zone, "%a %-d %b %Y, %H:%M"),
            at(clash.ends_at, zone, "%H:%M")
        );
    }
    if let (Some(first), false) = (clashes.first(), new.item().main.is_series) {
        let zone = people::zone(tx, who)?.unwrap_or(first.room.is.zone);
        let length = new.occurrences().first().map_or(0, |time| time.ends_at.millis() - time.starts_at.millis());
        let free = next_free(tx, &first.room, first.starts_at, length, PROPOSED)?;
        let free: Vec<String> = free.into_iter().map(|moment| at(moment, zone, "%a %-d %b, %H:%M")).collect();
        if !free.is_empty() {
            let _ = write!(words, "It is free again on {}.", free.join("; "));
        }
    }
    Ok(words.trim_end().to_owned())
}

fn at(moment: Moment, zone: Tz, form: &str) -> String {
    DateTime::from_timestamp_millis(moment.millis()).unwrap_or_default().with_timezone(&zone).format(form).to_string()
}
