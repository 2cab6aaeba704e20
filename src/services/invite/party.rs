//! Who hears of an event: who calls people together, colleagues, and people elsewhere.

use crate::domain::calendar::{self, CalendarError, CalendarKind};
use crate::domain::people::{self, PeopleError, Person, Route};
use crate::domain::store::ReadTx;
use crate::format::ical::{Facts, Guest, Item, Organizer, Part};
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::text::EmailAddress;
use chrono_tz::Tz;

/// Somebody who is to hear of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Party {
    /// The address that mail goes to.
    pub address: EmailAddress,
    /// The name.
    pub name: String,
    /// Who that is, where it is a colleague.
    pub person: Option<PersonId>,
    /// The person's zone, where it is known.
    pub zone: Option<Tz>,
}

/// Whether two addresses are one person's, in whatever case they are written.
pub(super) fn is_same(one: &EmailAddress, other: &EmailAddress) -> bool {
    one.as_str().to_lowercase() == other.as_str().to_lowercase()
}

/// Who calls people together in an event that is kept in this calendar, where that is the calendar's owner or, in a group's
/// calendar, a colleague: whoever may change it then speaks for them. `None` where somebody else does, or nobody.
pub(super) fn host(
    tx: &ReadTx<'_>,
    who: PersonId,
    at: CalendarId,
    item: &Item,
) -> Result<Option<Person>, CalendarError> {
    let Some(organizer) = &item.main.organizer else { return Ok(None) };
    let Some(host) = people::owner(tx, &organizer.address)? else { return Ok(None) };
    let access = calendar::access(tx, who, at)?;
    let is_theirs = access.owner == Some(host) || access.kind == CalendarKind::Group;
    if !is_theirs {
        return Ok(None);
    }
    Ok(people::person(tx, host)?)
}

/// The one who calls people together in a calendar: its owner; in a group's, whoever makes the event. Who writes for
/// somebody else is named beside.
///
/// # Errors
/// Where the file cannot be read.
pub fn organizer(tx: &ReadTx<'_>, who: PersonId, at: CalendarId) -> Result<Option<Organizer>, CalendarError> {
    let host = calendar::access(tx, who, at)?.owner.unwrap_or(who);
    let (Some(host), Some(writer)) = (people::person(tx, host)?, people::person(tx, who)?) else { return Ok(None) };
    let sent_by = (host.id != writer.id).then_some(writer.address);
    Ok(Some(Organizer { address: host.address, name: host.full_name, sent_by }))
}

/// The guests of an event, those of single instances too, each once.
pub(super) fn guests(item: &Item) -> Vec<Guest> {
    let mut all: Vec<Guest> = Vec::new();
    for guest in std::iter::once(&item.main).chain(&item.overrides).flat_map(|facts| &facts.guests) {
        if !all.iter().any(|one| is_same(&one.address, &guest.address)) {
            all.push(guest.clone());
        }
    }
    all
}

/// Whom a guest's address reaches: a colleague, the members of a group, somebody elsewhere, or nobody.
pub(super) fn reached(tx: &ReadTx<'_>, guest: &Guest) -> Result<Vec<Party>, PeopleError> {
    if guest.part == Part::Resource {
        return Ok(Vec::new());
    }
    match people::route(tx, &guest.address)? {
        Route::NoSuchAddress => Ok(Vec::new()),
        Route::NotOurs => {
            let (address, name) = (guest.address.clone(), guest.name.clone());
            let zone = calendar::far_zone(tx, &address)?;
            Ok(vec![Party { address, name, person: None, zone }])
        }
        Route::People(found) => {
            let mut all = Vec::with_capacity(found.len());
            for id in found {
                let Some(person) = people::person(tx, id)? else { continue };
                let (address, name) = (person.address, person.full_name);
                all.push(Party { address, name, person: Some(id), zone: people::zone(tx, id)? });
            }
            Ok(all)
        }
    }
}

/// Everybody whom the guests of an event reach, each once, but for `host`.
pub(super) fn parties(tx: &ReadTx<'_>, item: &Item, host: PersonId) -> Result<Vec<Party>, PeopleError> {
    let mut all: Vec<Party> = Vec::new();
    for guest in guests(item) {
        for party in reached(tx, &guest)? {
            let is_known = match party.person {
                Some(person) => person == host || all.iter().any(|one| one.person == Some(person)),
                None => all.iter().any(|one| is_same(&one.address, &party.address)),
            };
            if !is_known {
                all.push(party);
            }
        }
    }
    Ok(all)
}

/// Which of the guests of an event, or of one instance, is this person: by an own address, or else as a member of a group
/// that is invited. What comes back is the address to answer by.
pub(super) fn as_guest(tx: &ReadTx<'_>, who: PersonId, facts: &Facts) -> Result<Option<EmailAddress>, PeopleError> {
    let mut by_group = None;
    for guest in &facts.guests {
        if people::is_own_address(tx, who, &guest.address)? {
            return Ok(Some(guest.address.clone()));
        }
        if by_group.is_none()
            && matches!(people::route(tx, &guest.address)?, Route::People(found) if found.contains(&who))
        {
            by_group = people::person(tx, who)?.map(|person| person.address);
        }
    }
    Ok(by_group)
}
