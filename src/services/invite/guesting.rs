//! What comes to a guest from who calls people together: invitations, their changes, and that it is off.

use super::change::{self, is_another};
use super::incoming::{Incoming, is_newer, known_sequence};
use super::note::{Note, Was, Why};
use super::party;
use super::round::{Deed, Reckoned};
use crate::domain::calendar::{self, Copy, Prepared};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Answer, Facts, Item, When};
use crate::kernel::id::PersonId;
use crate::kernel::text::EmailAddress;
use crate::services::calendar::ActError;
use chrono_tz::Tz;

type Outcome = Result<(Note, Reckoned), ActError>;

fn nothing(note: Note) -> Outcome {
    Ok((note, Reckoned::default()))
}

fn refused(why: Why) -> Outcome {
    nothing(Note::refused(why))
}

/// A person's own copy, and what it says.
fn have(tx: &ReadTx<'_>, who: PersonId, uid: &str) -> Result<Option<(Copy, Item)>, ActError> {
    let copy = calendar::invited(tx, who, uid)?;
    Ok(copy.and_then(|copy| ical::item(&copy.text).map(|item| (copy, item))))
}

/// An invitation, or its newer version.
pub(super) fn invited(tx: &ReadTx<'_>, incoming: &Incoming, news: &Item, who: PersonId) -> Outcome {
    let Some(organizer) = &news.main.organizer else { return refused(Why::Broken) };
    if !incoming.speaks_for(tx, &organizer.address, Some(organizer))? {
        return refused(Why::Sender);
    }
    let known = have(tx, who, &news.uid)?;
    let is_own = people::is_own_address(tx, who, &organizer.address)?;
    match known {
        Some(_) if is_own => nothing(Note::Old),
        Some((copy, have)) => updated(tx, (copy, &have), news, who),
        None if is_own => refused(Why::Sender),
        None => new(tx, news, who),
    }
}

fn new(tx: &ReadTx<'_>, news: &Item, who: PersonId) -> Outcome {
    let mut asked = None;
    for facts in parts(news) {
        asked = asked.or(party::as_guest(tx, who, facts)?);
    }
    let Some(guest) = asked else { return refused(Why::NotInvited) };
    let item = ical::with_answer(&ical::without_reminders(news), &guest, Answer::NeedsAction, None, tx.now());
    let mut deeds = vec![Deed::Deliver(who, Prepared::new(item, tx.now()))];
    deeds.extend(learned(tx, news)?);
    Ok((Note::Invited, Reckoned { deeds, letters: Vec::new() }))
}

fn updated(tx: &ReadTx<'_>, (copy, have): (Copy, &Item), news: &Item, who: PersonId) -> Outcome {
    let said = news.main.organizer.as_ref().map(|organizer| &organizer.address);
    let known = have.main.organizer.as_ref().map(|organizer| &organizer.address);
    if !matches!((said, known), (Some(said), Some(known)) if party::is_same(said, known)) {
        return refused(Why::Organizer);
    }
    if !is_newer(have, news) {
        return nothing(Note::Old);
    }
    let guest = match party::as_guest(tx, who, &news.main)? {
        Some(guest) => Some(guest),
        None => party::as_guest(tx, who, &have.main)?,
    };
    let merged = ical::merged(have, &ical::without_reminders(news));
    let item = match guest {
        Some(guest) => with_own_answers(have, news, merged, &guest, tx),
        None => merged,
    };
    let (was, is) = (change::at(have, news.main.instance), change::at(&item, news.main.instance));
    let before = is_another(&was, &is).then(|| Was::of(&was));
    let mut deeds = vec![Deed::Amend(copy, Prepared::new(item, tx.now()))];
    deeds.extend(learned(tx, news)?);
    Ok((Note::Updated { before }, Reckoned { deeds, letters: Vec::new() }))
}

/// Where the clock of who invites from outside hangs: an invitation is written by it.
fn learned(tx: &ReadTx<'_>, news: &Item) -> Result<Option<Deed>, ActError> {
    let (Some(organizer), Some(zone)) = (&news.main.organizer, news.main.starts.and_then(When::zone)) else {
        return Ok(None);
    };
    let is_far = zone != Tz::UTC && people::owner(tx, &organizer.address)?.is_none();
    Ok(is_far.then(|| Deed::Learn(organizer.address.clone(), zone)))
}

fn parts(item: &Item) -> impl Iterator<Item = &Facts> {
    std::iter::once(&item.main).chain(&item.overrides)
}

/// The news, with the guest's own answer as far as it was to the same time and place; whoever writes the news cannot answer
/// for the guest.
fn with_own_answers(have: &Item, news: &Item, merged: Item, guest: &EmailAddress, tx: &ReadTx<'_>) -> Item {
    let answer_in =
        |facts: &Facts| facts.guests.iter().find(|one| party::is_same(&one.address, guest)).map(|one| one.answer);
    parts(news).fold(merged, |item, said| {
        let (was, is) = (change::at(have, said.instance), change::at(&item, said.instance));
        let kept = if is_another(&was, &is) { None } else { answer_in(&was) };
        ical::with_answer(&item, guest, kept.unwrap_or(Answer::NeedsAction), said.instance, tx.now())
    })
}

/// An event is off, as a whole or some instances of it.
pub(super) fn called_off(tx: &ReadTx<'_>, incoming: &Incoming, news: &Item, who: PersonId) -> Outcome {
    let Some((copy, have)) = have(tx, who, &news.uid)? else { return refused(Why::NoEvent) };
    let Some(known) = have.main.organizer.clone() else { return refused(Why::Organizer) };
    if !incoming.speaks_for(tx, &known.address, news.main.organizer.as_ref())? {
        return refused(Why::Sender);
    }
    if people::is_own_address(tx, who, &known.address)? {
        return nothing(Note::Old);
    }
    if news.main.sequence < known_sequence(&have, news) {
        return nothing(Note::Old);
    }
    let off = parts(news).fold(have.clone(), |item, said| {
        let instance = said.instance.map(|id| item.own_form(id));
        change::called_off(&item, instance, tx.now())
    });
    let item = if news.main.instance.is_none() && change::sequence(&off) < news.main.sequence {
        ical::with_sequence(&off, news.main.sequence)
    } else {
        off
    };
    let deeds = vec![Deed::Amend(copy, Prepared::new(item, tx.now()))];
    Ok((Note::Cancelled, Reckoned { deeds, letters: Vec::new() }))
}

/// A proposed time is not taken. Nothing changes: it was only a proposal.
pub(super) fn declined(tx: &ReadTx<'_>, incoming: &Incoming, news: &Item, who: PersonId) -> Outcome {
    let Some((_, have)) = have(tx, who, &news.uid)? else { return refused(Why::NoEvent) };
    let Some(known) = have.main.organizer else { return refused(Why::Organizer) };
    let is_theirs = incoming.speaks_for(tx, &known.address, news.main.organizer.as_ref())?;
    if is_theirs { nothing(Note::Declined) } else { refused(Why::Sender) }
}
