//! Rooms and things: what they are, where mail for them goes, and who may book them. Each has a calendar of its own.

use super::CalendarError;
use super::calendar::{good_name, insert, tell_list};
use super::model::{CalendarKind, NewCalendar, Rights};
use crate::domain::people;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{CalendarId, GroupId, PersonId};
use crate::kernel::text::{EmailAddress, cut};
use crate::kernel::{limits, text};
use chrono_tz::Tz;
use rusqlite::{OptionalExtension, Row};

/// What can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    /// A room.
    Room,
    /// A car or another vehicle.
    Vehicle,
    /// A projector or another device.
    Device,
    /// Anything else.
    Other,
}

impl ResourceKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Room, Self::Vehicle, Self::Device, Self::Other];

    /// Its name in forms and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Vehicle => "vehicle",
            Self::Device => "device",
            Self::Other => "other",
        }
    }

    /// The kind that goes by this name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    const fn to_row(self) -> i64 {
        match self {
            Self::Room => 0,
            Self::Vehicle => 1,
            Self::Device => 2,
            Self::Other => 3,
        }
    }

    const fn from_row(row: i64) -> Self {
        match row {
            0 => Self::Room,
            1 => Self::Vehicle,
            2 => Self::Device,
            _ => Self::Other,
        }
    }
}

/// A room or a thing to be made, or as it is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResource {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ResourceKind,
    /// How many it seats; 0 where that says nothing.
    pub seats: i64,
    /// Where it is.
    pub place: String,
    /// What else is to know.
    pub notes: String,
    /// Its colour: 1 to 8.
    pub hue: i64,
    /// The group that may book it; everybody where there is none.
    pub group: Option<GroupId>,
    /// Whether an invitation by mail from outside books it as well.
    pub takes_mail: bool,
    /// Where its whole days are.
    pub zone: Tz,
}

/// A room or a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its calendar, which names it.
    pub calendar: CalendarId,
    /// Its address.
    pub address: EmailAddress,
    /// Whether only a group may book it.
    pub is_for_group: bool,
    /// What it is.
    pub is: NewResource,
}

/// Columns of a room, in the order of [`read`].
const COLUMNS: &str = "
    select r.calendar, r.kind, r.seats, r.place, r.notes, r.address, r.who_may, r.in_group, r.takes_mail, r.zone,
           c.name, c.hue
      from calendar_resource r join calendar_calendar c on c.id = r.calendar ";

fn read(row: &Row<'_>) -> rusqlite::Result<Resource> {
    let address: String = row.get(5)?;
    let address = address
        .parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(5, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Resource {
        calendar: row.get(0)?,
        address,
        is_for_group: row.get(6)?,
        is: NewResource {
            name: row.get(10)?,
            kind: ResourceKind::from_row(row.get(1)?),
            seats: row.get(2)?,
            place: row.get(3)?,
            notes: row.get(4)?,
            hue: row.get(11)?,
            group: row.get(7)?,
            takes_mail: row.get(8)?,
            zone: row.get::<_, String>(9)?.parse().unwrap_or(Tz::UTC),
        },
    })
}

/// Makes a room or a thing whose address is `local` at the office's first domain. Who calls this has made sure that who
/// asks runs the office.
///
/// # Errors
/// `BadName`, `TooMany`; `People` where the address is taken or is none.
pub fn make_resource(tx: &mut WriteTx<'_>, local: &str, new: &NewResource) -> Result<CalendarId, CalendarError> {
    let count: i64 =
        tx.sql().prepare_cached("select count(*) from calendar_resource")?.query_row([], |row| row.get(0))?;
    if usize::try_from(count).unwrap_or(usize::MAX) >= limits::RESOURCES {
        return Err(CalendarError::TooMany("rooms and things", limits::RESOURCES));
    }
    let name = good_name(&new.name)?;
    let address = people::add_thing(tx, local)?;
    let calendar = NewCalendar {
        owner: None,
        group: None,
        kind: CalendarKind::Resource,
        name,
        hue: new.hue,
        pattern: 0,
        open_to: Rights::Busy,
    };
    let id = insert(tx, &calendar, false)?;
    tx.sql()
        .prepare_cached(
            "insert into calendar_resource (calendar, kind, seats, place, notes, address, who_may, in_group, takes_mail, zone)
             values (?1, 0, 0, '', '', ?2, 0, null, 0, '')",
        )?
        .execute((id, address.key()))?;
    describe(tx, id, new)?;
    Ok(id)
}

fn describe(tx: &WriteTx<'_>, id: CalendarId, new: &NewResource) -> Result<(), CalendarError> {
    tx.sql()
        .prepare_cached(
            "update calendar_resource set kind = ?2, seats = ?3, place = ?4, notes = ?5, who_may = ?6, in_group = ?7,
                takes_mail = ?8, zone = ?9 where calendar = ?1",
        )?
        .execute((
            id,
            new.kind.to_row(),
            new.seats.clamp(0, limits::RESOURCE_SEATS),
            cut(&text::one_line(&new.place), limits::RESOURCE_PLACE),
            cut(new.notes.trim(), limits::RESOURCE_NOTES),
            new.group.is_some(),
            new.group,
            new.takes_mail,
            new.zone.name(),
        ))?;
    Ok(())
}

/// Changes a room or a thing. Its address stays. Who calls this has made sure that who asks runs the office.
///
/// # Errors
/// `NoCalendar`, `BadName`.
pub fn set_resource(tx: &mut WriteTx<'_>, id: CalendarId, new: &NewResource) -> Result<(), CalendarError> {
    resource(tx, id)?;
    let name = good_name(&new.name)?;
    tx.sql().prepare_cached("update calendar_calendar set name = ?2, hue = ?3 where id = ?1")?.execute((
        id,
        name,
        new.hue.clamp(1, 8),
    ))?;
    describe(tx, id, new)?;
    tell_list(tx, id)
}

/// Removes a room or a thing with all its bookings, and gives its address back. Who calls this has made sure that who
/// asks runs the office.
///
/// # Errors
/// `NoCalendar`.
pub fn remove_resource(tx: &mut WriteTx<'_>, id: CalendarId) -> Result<(), CalendarError> {
    let gone = resource(tx, id)?;
    tell_list(tx, id)?;
    people::remove_thing(tx, &gone.address)?;
    tx.sql().prepare_cached("delete from calendar_calendar where id = ?1")?.execute([id])?;
    Ok(())
}

/// Every room and thing, by name.
///
/// # Errors
/// Where the file cannot be read.
pub fn resources(tx: &ReadTx<'_>) -> Result<Vec<Resource>, CalendarError> {
    let sql = [COLUMNS, "order by r.kind, c.name, r.calendar"].concat();
    let mut found = tx.sql().prepare_cached(&sql)?;
    let rows = found.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One room or thing.
///
/// # Errors
/// `NoCalendar`.
pub fn resource(tx: &ReadTx<'_>, id: CalendarId) -> Result<Resource, CalendarError> {
    let sql = [COLUMNS, "where r.calendar = ?1"].concat();
    tx.sql().prepare_cached(&sql)?.query_row([id], read).optional()?.ok_or(CalendarError::NoCalendar)
}

/// The room or thing that has an address.
///
/// # Errors
/// Where the file cannot be read.
pub fn resource_at(tx: &ReadTx<'_>, address: &EmailAddress) -> Result<Option<Resource>, CalendarError> {
    let sql = [COLUMNS, "where r.address = ?1"].concat();
    Ok(tx.sql().prepare_cached(&sql)?.query_row([address.key()], read).optional()?)
}

/// Whether a person may book a room: everybody may, or those of its group and those who run the office.
///
/// # Errors
/// Where the file cannot be read.
pub fn may_book(tx: &ReadTx<'_>, who: PersonId, room: &Resource) -> Result<bool, CalendarError> {
    if !room.is_for_group {
        return Ok(true);
    }
    let mut found = tx.sql().prepare_cached(
        "select 1 from people_person p where p.id = ?1
            and (p.role >= 1 or exists (select 1 from people_member m where m.in_group = ?2 and m.person = ?1))",
    )?;
    Ok(found.exists((who, room.is.group))?)
}
