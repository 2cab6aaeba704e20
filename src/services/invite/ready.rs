//! Making an act on events ready: what the form leaves unsaid, whom it concerns, and what is kept of it.

use super::answer;
use super::outgoing::{self, Tell, Turn, Unheard};
use super::party::{self, is_same};
use super::round::{Reckoned, Round};
use crate::domain::calendar::Prepared;
use crate::domain::people::{self, Route};
use crate::domain::store::ReadTx;
use crate::format::ical::{Answer, Draft, Facts, Guest, Item, Part};
use crate::kernel::id::{CalendarId, PersonId};
use crate::services::calendar::ActError;
use crate::services::office::Office;

/// An act on events, ready to be kept.
#[derive(Debug, Clone, Default)]
pub struct Readied {
    /// The events as they are kept, one for each turn; nothing where a turn removes its own.
    pub kept: Vec<Option<Prepared>>,
    /// What follows for others.
    pub round: Round,
}

/// Makes turns ready. Their events are as they are to be kept: with guests asked again whose answers were to another time.
///
/// # Errors
/// `Field` where a guest's address is none that mail can be written to; where the file cannot be read.
pub async fn ready(office: &Office, who: PersonId, turns: Vec<Turn>, tell: Tell) -> Result<Readied, ActError> {
    let hostname = office.hostname.clone();
    let (kept, reckoned) = office.store.read(move |tx| reckon(tx, who, turns, tell, &hostname)).await?;
    Ok(Readied { kept, round: reckoned.staged(office).await? })
}

fn reckon(
    tx: &ReadTx<'_>,
    who: PersonId,
    turns: Vec<Turn>,
    tell: Tell,
    hostname: &str,
) -> Result<(Vec<Option<Prepared>>, Reckoned), ActError> {
    let (mut kept, mut all) = (Vec::with_capacity(turns.len()), Reckoned::default());
    for turn in turns {
        let turn = outgoing::readied(tx, who, turn)?;
        let mut reckoned = outgoing::reckon(tx, who, &turn, tell, &Unheard::default(), hostname)?;
        if tell == Tell::Guests {
            let left = answer::left(tx, who, &turn, hostname)?;
            reckoned.deeds.extend(left.deeds);
            reckoned.letters.extend(left.letters);
        }
        all.deeds.extend(reckoned.deeds);
        all.letters.extend(reckoned.letters);
        kept.push(turn.after.map(|item| Prepared::new(item, tx.now())));
    }
    Ok((kept, all))
}

/// What a form says of an event in this calendar, with what it need not say: who calls people together, and the members of
/// a group that is invited, each by name. `known` is the event as it was, and what of it the form is about.
///
/// # Errors
/// Where the file cannot be read.
pub fn drafted(
    tx: &ReadTx<'_>,
    who: PersonId,
    at: CalendarId,
    draft: Draft,
    known: Option<(&Item, &Facts)>,
) -> Result<Draft, ActError> {
    if let Some((item, facts)) = known
        && item.main.organizer.is_some()
        && party::host(tx, who, at, item)?.is_none()
    {
        // Somebody else calls people together: a guest changes nothing about whom.
        return Ok(Draft { guests: facts.guests.clone(), organizer: facts.organizer.clone(), ..draft });
    }
    if draft.guests.is_empty() {
        return Ok(Draft { organizer: None, ..draft });
    }
    let Some(host) = party::organizer(tx, who, at)? else { return Ok(draft) };
    let mut guests: Vec<Guest> = Vec::with_capacity(draft.guests.len());
    for guest in &draft.guests {
        for guest in opened(tx, guest)? {
            if !is_same(&guest.address, &host.address)
                && !guests.iter().any(|one| is_same(&one.address, &guest.address))
            {
                guests.push(guest);
            }
        }
    }
    let organizer = (!guests.is_empty()).then_some(host);
    Ok(Draft { guests, organizer, ..draft })
}

/// A guest, or the members of a group in its place.
fn opened(tx: &ReadTx<'_>, guest: &Guest) -> Result<Vec<Guest>, ActError> {
    let is_somebodys = people::owner(tx, &guest.address)?.is_some();
    let Route::People(members) = people::route(tx, &guest.address)? else { return Ok(vec![guest.clone()]) };
    if is_somebodys || guest.part == Part::Resource {
        return Ok(vec![guest.clone()]);
    }
    let mut all = Vec::with_capacity(members.len());
    for member in members {
        let Some(person) = people::person(tx, member)?.filter(|person| !person.is_disabled) else { continue };
        let (address, name) = (person.address, person.full_name);
        all.push(Guest { address, name, part: guest.part, answer: Answer::NeedsAction });
    }
    Ok(all)
}
