//! What the verbs of calendars and rooms do: the twins of their pages.

use super::cli::{Calendar, Ics, Room};
use super::verbs::{VerbError, found, say};
use crate::domain::audit::Actor;
use crate::domain::calendar::{self, CalendarError, NewResource, Resource, ResourceKind};
use crate::domain::people;
use crate::kernel::id::{CalendarId, PersonId};
use crate::services::calendar::{ActError, export_all, import};
use crate::services::office::Office;
use crate::services::resources;
use chrono_tz::Tz;
use std::io::{self, BufWriter, Write as _};

impl From<CalendarError> for VerbError {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::Store(error) => Self::Store(error),
            error => Self::Said(error.to_string()),
        }
    }
}

impl From<ActError> for VerbError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Calendar(error) => error.into(),
            error => Self::Said(error.to_string()),
        }
    }
}

pub(super) async fn bring(office: &Office, given: Ics) -> Result<(), VerbError> {
    let Ics { file, user, calendar } = given;
    let who = found(office, &user)?.id;
    let into = match calendar {
        None => office.store.read_here(|tx| calendar::default_calendar(tx, who))?,
        Some(name) => called(office, who, &name)?,
    };
    let bytes = std::fs::read(&file).map_err(|error| VerbError::Said(format!("{}: {error}", file.display())))?;
    let report = import(office, who, into, bytes).await?;
    let (added, updated, same) = (report.added, report.updated, report.same);
    say(&format!("added {added}, updated {updated}, as they were {same}, left out {}", report.left_out_count))?;
    for (name, zone) in &report.zones {
        say(&format!("zone {name}: {}", if zone.is_empty() { "by the file's own rules" } else { zone }))?;
    }
    for one in &report.left_out {
        say(&format!("left out {}: {}", one.what, one.why))?;
    }
    Ok(())
}

/// The calendar of this name that a person may write to.
fn called(office: &Office, who: PersonId, name: &str) -> Result<CalendarId, VerbError> {
    let all = office.store.read_here(|tx| calendar::calendars(tx, who))?;
    let found = all.into_iter().find(|one| one.may_write() && one.name.to_lowercase() == name.to_lowercase());
    found.map(|one| one.id).ok_or_else(|| VerbError::Said(format!("there is no calendar {name} to write to")))
}

pub(super) fn calendar(office: &Office, verb: &Calendar) -> Result<(), VerbError> {
    let Calendar::Export { user } = verb;
    let who = found(office, user)?;
    let mut out = BufWriter::new(io::stdout().lock());
    export_all(office, &who, &mut out)?;
    Ok(out.flush()?)
}

pub(super) async fn room(office: &Office, verb: Room) -> Result<(), VerbError> {
    match verb {
        Room::List => {
            for room in office.store.read_here(calendar::resources)? {
                let (is, kind) = (&room.is, room.is.kind.word());
                say(&format!(
                    "{:<40} {kind:<8} {:>5} seats  {:<30} {}",
                    room.address.as_str(),
                    is.seats,
                    is.name,
                    is.place
                ))?;
            }
        }
        Room::Add { name, address, kind, seats, place, notes, group, takes_mail, zone } => {
            let new = NewResource {
                name,
                kind: kind_called(&kind)?,
                seats,
                place,
                notes,
                hue: 3,
                group: group.map(|name| group_called(office, &name)).transpose()?,
                takes_mail,
                zone: zone_called(&zone)?,
            };
            office.store.write(move |tx| resources::make(tx, &Actor::console(), &address, &new)).await?;
        }
        Room::Set { address, name, seats, place, notes, zone } => {
            let room = at(office, &address)?;
            let is = room.is;
            let new = NewResource {
                name: name.unwrap_or(is.name),
                seats: seats.unwrap_or(is.seats),
                place: place.unwrap_or(is.place),
                notes: notes.unwrap_or(is.notes),
                zone: zone.map(|zone| zone_called(&zone)).transpose()?.unwrap_or(is.zone),
                ..is
            };
            office.store.write(move |tx| resources::set(tx, &Actor::console(), room.calendar, &new)).await?;
        }
        Room::Remove { address } => {
            let room = at(office, &address)?;
            office.store.write(move |tx| resources::remove(tx, &Actor::console(), room.calendar)).await?;
        }
    }
    Ok(())
}

fn kind_called(word: &str) -> Result<ResourceKind, VerbError> {
    ResourceKind::of_word(word)
        .ok_or_else(|| VerbError::Said(format!("{word}: a kind is room, vehicle, device or other")))
}

fn zone_called(name: &str) -> Result<Tz, VerbError> {
    name.parse().map_err(|_| VerbError::Said(format!("{name}: a zone is written like Europe/Berlin")))
}

fn group_called(office: &Office, name: &str) -> Result<crate::kernel::id::GroupId, VerbError> {
    let groups = office.store.read_here(people::groups)?;
    let group = groups.into_iter().find(|group| group.name == name.to_lowercase());
    group.map(|group| group.id).ok_or_else(|| VerbError::Said(format!("there is no group {name}")))
}

/// The room at an address, or at that name of any of the office's domains.
fn at(office: &Office, address: &str) -> Result<Resource, VerbError> {
    let rooms = office.store.read_here(calendar::resources)?;
    let is_it = |room: &Resource| room.address.as_str() == address || room.address.local() == address;
    rooms
        .into_iter()
        .find(is_it)
        .ok_or_else(|| VerbError::Said(format!("there is no room {address}; see: hailstone room list")))
}
