//! Bringing a calendar file in: read and reckoned off the async threads, kept in many short writes, told of in a report,
//! and taken back as one.

use super::ActError;
use crate::domain::calendar::{self, Before, Brought, CalendarError, Prepared};
use crate::domain::store::{StoreError, WriteTx};
use crate::format::ical::{self, Item, LeftOut};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, CalendarUndoId, PersonId};
use crate::kernel::limits;
use crate::kernel::text::cut;
use crate::services::office::Office;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Items kept in one write: some ten milliseconds.
const AT_ONCE: usize = 60;
/// Characters of a title in the report.
const TITLE: usize = 80;

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The name that the file gives itself.
    pub name: String,
    /// Events and tasks that are new.
    pub added: usize,
    /// Those that were there and are others now.
    pub updated: usize,
    /// Those that were there in the same words.
    pub same: usize,
    /// What was not taken, and why: the first of them.
    pub left_out: Vec<LeftOut>,
    /// How many were not taken.
    pub left_out_count: usize,
    /// Names of zones that the world's list does not have, and what they were taken for; empty where it is the rules that
    /// the file brings itself.
    pub zones: Vec<(String, String)>,
    /// What takes it back.
    pub undo: Option<CalendarUndoId>,
}

impl Report {
    fn leave_out(&mut self, what: &str, why: String) {
        self.left_out_count += 1;
        if self.left_out.len() < limits::IMPORT_REPORTED {
            self.left_out.push(LeftOut { what: cut(what, TITLE), why });
        }
    }

    fn note(&mut self, item: &Item, brought: Result<Brought, CalendarError>, before: &mut Vec<Before>) {
        match brought {
            Ok(Brought::Added(was)) => {
                self.added += 1;
                before.push(was);
            }
            Ok(Brought::Updated(was)) => {
                self.updated += 1;
                before.push(was);
            }
            Ok(Brought::Same) => self.same += 1,
            Ok(Brought::Older) => self.leave_out(title(item), "what the calendar holds is newer".to_owned()),
            Err(error) => self.leave_out(title(item), error.to_string()),
        }
    }

    /// What was done, in words.
    #[must_use]
    pub fn sentence(&self) -> String {
        let count = self.added + self.updated;
        format!("Imported {count} {}", if count == 1 { "event" } else { "events" })
    }
}

fn title(item: &Item) -> &str {
    if item.main.title.is_empty() { &item.uid } else { &item.main.title }
}

/// Brings the events and tasks of a calendar file into a calendar, as `who`. What cannot be taken is left out and told of.
///
/// # Errors
/// `Ical` where the file is no calendar or too large, and what `calendar` refuses of the whole: nothing was kept then. Where
/// the file cannot be written any more, what was kept before stays, and the same file can be brought in again.
pub async fn import(office: &Office, who: PersonId, into: CalendarId, bytes: Vec<u8>) -> Result<Report, ActError> {
    let target = office.store.read(move |tx| calendar::calendar(tx, who, into)).await?;
    if !target.may_write() {
        return Err(CalendarError::NotAllowed("this calendar is only read by you").into());
    }
    let read = tokio::task::spawn_blocking(move || (zones(&bytes), ical::read_import(&bytes)));
    let (zones, found) = read.await.map_err(|_| StoreError::Panicked)?;
    let found = found?;
    let mut report = Report { name: found.name, zones, ..Report::default() };
    for left in found.left_out {
        report.leave_out(&left.what, left.why);
    }
    let mut before = Vec::new();
    let mut chunks = chunks(found.items).into_iter();
    let now = office.clock.now();
    let mut ready = prepared(chunks.next(), now).await?;
    while let Some(chunk) = ready {
        // The next are reckoned while these are written.
        let (kept, next) = tokio::join!(keep(office, who, into, chunk.clone()), prepared(chunks.next(), now));
        for (new, brought) in chunk.iter().zip(kept?) {
            report.note(new.item(), brought, &mut before);
        }
        ready = next?;
    }
    if !before.is_empty() {
        let sentence = report.sentence();
        let undo = office.store.write(move |tx| calendar::keep_undo(tx, who, &sentence, &before)).await?;
        report.undo = Some(undo);
    }
    Ok(report)
}

fn chunks(items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut items = items.into_iter().peekable();
    let mut all = Vec::new();
    while items.peek().is_some() {
        all.push(items.by_ref().take(AT_ONCE).collect());
    }
    all
}

async fn prepared(chunk: Option<Vec<Item>>, now: Moment) -> Result<Option<Arc<Vec<Prepared>>>, StoreError> {
    let Some(chunk) = chunk else { return Ok(None) };
    let made =
        tokio::task::spawn_blocking(move || chunk.into_iter().map(|item| Prepared::new(item, now)).collect::<Vec<_>>());
    Ok(Some(Arc::new(made.await.map_err(|_| StoreError::Panicked)?)))
}

/// Keeps some items in one write; where one of them is refused, each in a write of its own, so that it is left out alone.
async fn keep(
    office: &Office,
    who: PersonId,
    into: CalendarId,
    chunk: Arc<Vec<Prepared>>,
) -> Result<Vec<Result<Brought, CalendarError>>, ActError> {
    let all = chunk.clone();
    let together = office.store.write(move |tx: &mut WriteTx<'_>| {
        all.iter().map(|new| calendar::bring(tx, who, into, new)).collect::<Result<Vec<_>, _>>()
    });
    match together.await {
        Ok(brought) => return Ok(brought.into_iter().map(Ok).collect()),
        Err(CalendarError::Store(error)) => return Err(error.into()),
        Err(_) => {}
    }
    let mut each = Vec::with_capacity(chunk.len());
    for at in 0..chunk.len() {
        let all = chunk.clone();
        each.push(match office.store.write(move |tx| calendar::bring(tx, who, into, &all[at])).await {
            Err(CalendarError::Store(error)) => return Err(error.into()),
            brought => brought,
        });
    }
    Ok(each)
}

/// The names of zones in a file that are not those of the world's list, with what they are taken for.
fn zones(bytes: &[u8]) -> Vec<(String, String)> {
    const MARK: &[u8] = b"TZID=";
    let mut found = BTreeMap::new();
    for at in memchr::memmem::find_iter(bytes, MARK) {
        let rest = &bytes[at + MARK.len()..];
        let rest = &rest[..rest.len().min(limits::ICAL_ZONE_NAME)];
        let (rest, ends) = match rest.strip_prefix(b"\"") {
            Some(rest) => (rest, b"\"\r\n" as &[u8]),
            None => (rest, b":;\r\n" as &[u8]),
        };
        let Some(end) = rest.iter().position(|byte| ends.contains(byte)) else { continue };
        let Ok(name) = std::str::from_utf8(&rest[..end]) else { continue };
        if found.len() >= limits::IMPORT_REPORTED || found.contains_key(name) {
            continue;
        }
        let zone = ical::zone(name).map_or("", |zone| zone.name());
        found.insert(name.to_owned(), zone.to_owned());
    }
    found.into_iter().filter(|(name, zone)| name != zone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_that_go_by_another_name_are_told() {
        let text = b"DTSTART;TZID=Europe/Berlin:1\r\nDTSTART;TZID=\"W. Europe Standard Time\":2\r\nX;TZID=Mars:3\r\n";
        let told = zones(text);
        assert_eq!(told, [("Mars".into(), String::new()), ("W. Europe Standard Time".into(), "Europe/Berlin".into())]);
    }
}
