//! Rooms and things as those run them who run the office: each deed is written down in the audit.

use crate::domain::audit::{self, Act, Actor};
use crate::domain::calendar::{self, CalendarError, NewResource, Resource};
use crate::domain::people;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::kernel::id::CalendarId;
use crate::services::difference::{Fields, difference};

/// Makes a room or a thing whose address is `local` at the office's first domain.
///
/// # Errors
/// See [`calendar::make_resource`].
pub fn make(tx: &mut WriteTx<'_>, actor: &Actor, local: &str, new: &NewResource) -> Result<CalendarId, CalendarError> {
    let id = calendar::make_resource(tx, local, new)?;
    let made = calendar::resource(tx, id)?;
    note(tx, actor, "room.add", &made, &Fields::new(), &told(tx, &made.is)?)?;
    Ok(id)
}

/// Changes a room or a thing. Its address stays.
///
/// # Errors
/// See [`calendar::set_resource`].
pub fn set(tx: &mut WriteTx<'_>, actor: &Actor, id: CalendarId, new: &NewResource) -> Result<(), CalendarError> {
    let old = calendar::resource(tx, id)?;
    calendar::set_resource(tx, id, new)?;
    let now = calendar::resource(tx, id)?;
    let (before, after) = (told(tx, &old.is)?, told(tx, &now.is)?);
    if before != after {
        note(tx, actor, "room.change", &now, &before, &after)?;
    }
    Ok(())
}

/// Removes a room or a thing with all its bookings, and gives its address back.
///
/// # Errors
/// `NoCalendar`.
pub fn remove(tx: &mut WriteTx<'_>, actor: &Actor, id: CalendarId) -> Result<(), CalendarError> {
    let old = calendar::resource(tx, id)?;
    let before = told(tx, &old.is)?;
    calendar::remove_resource(tx, id)?;
    note(tx, actor, "room.remove", &old, &before, &Fields::new())?;
    Ok(())
}

fn told(tx: &ReadTx<'_>, is: &NewResource) -> Result<Fields, CalendarError> {
    let group = match is.group {
        Some(id) => people::groups(tx)?.into_iter().find(|group| group.id == id).map(|group| group.name),
        None => None,
    };
    Ok(vec![
        ("name", is.name.clone()),
        ("kind", is.kind.word().to_owned()),
        ("seats", if is.seats > 0 { is.seats.to_string() } else { String::new() }),
        ("place", is.place.clone()),
        ("notes", is.notes.clone()),
        ("colour", is.hue.to_string()),
        ("group", group.unwrap_or_default()),
        ("by mail", if is.takes_mail { "yes".to_owned() } else { String::new() }),
        ("zone", is.zone.name().to_owned()),
    ])
}

fn note(
    tx: &WriteTx<'_>,
    actor: &Actor,
    act: &str,
    room: &Resource,
    before: &Fields,
    after: &Fields,
) -> Result<(), StoreError> {
    let subject = format!("{} ({})", room.is.name, room.address);
    let (before, after) = difference(before, after);
    audit::note(tx, actor, Act { act, subject: &subject, before: &before, after: &after })
}
