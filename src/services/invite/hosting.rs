//! What comes to who calls people together from guests: answers, proposals, and the wish for the newest version.

use super::incoming::Incoming;
use super::letter::{Told, Writer};
use super::note::{Note, Why, word};
use super::party::{self, is_same};
use super::round::{Deed, Reckoned};
use super::spread::{self, Held};
use crate::domain::calendar::{self, Answered};
use crate::domain::people;
use crate::domain::settings;
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Facts, Guest, Item, Method, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::PersonId;
use crate::kernel::text::EmailAddress;
use crate::services::calendar::ActError;
use chrono_tz::Tz;

type Outcome = Result<(Note, Reckoned), ActError>;

fn refused(why: Why) -> Outcome {
    Ok((Note::refused(why), Reckoned::default()))
}

/// The guest with this address, as an event or an instance of it names them.
fn guest<'f>(facts: &'f Facts, address: &EmailAddress) -> Option<&'f Guest> {
    facts.guests.iter().find(|guest| is_same(&guest.address, address))
}

/// A guest answers.
pub(super) fn answered(tx: &ReadTx<'_>, incoming: &Incoming, news: &Item, who: PersonId) -> Outcome {
    let Some(held) = spread::held_by(tx, who, &news.uid)? else { return refused(Why::NoEvent) };
    let Some(said) = news.main.guests.first().filter(|_| news.main.guests.len() == 1) else {
        return refused(Why::Broken);
    };
    if !incoming.speaks_for(tx, &said.address, None)? {
        return refused(Why::Sender);
    }
    if guest(held.item.facts_at(news.main.instance), &said.address).is_none() {
        return refused(Why::NotAGuest);
    }
    if is_to_earlier(&held, &news.main) {
        return refused(Why::Earlier);
    }
    let instance = news.main.instance.map(|id| held.item.own_form(id));
    let written = Answered {
        item: held.copy.id,
        guest: said.address.clone(),
        instance: instance.map(When::to_text).unwrap_or_default(),
        sequence: news.main.sequence,
        stamp: news.main.stamp.unwrap_or(Moment::from_millis(0)),
    };
    // Mail overtakes mail: what was written later counts, whichever comes last.
    if calendar::is_overtaken(tx, &written)? {
        return Ok((Note::Old, Reckoned::default()));
    }
    let note = Note::Answered { guest: said.address.to_string(), answer: word(said.answer).to_owned() };
    let mut reckoned = spread::answered(tx, &held, &said.address, said.answer, instance, None)?;
    reckoned.deeds.push(Deed::Answered(written));
    Ok((note, reckoned))
}

/// Whether an answer is to an earlier version, which took place at another time. The number alone does not tell: it rises
/// with other guests too.
fn is_to_earlier(held: &Held, said: &Facts) -> bool {
    if said.sequence >= held.item.facts_at(said.instance).sequence {
        return false;
    }
    let is = match said.instance {
        Some(id) => Some(held.item.times_of(id).0),
        None => held.item.main.starts,
    };
    match (said.starts, is) {
        (Some(said), Some(is)) => !said.same_instance(is),
        _ => true,
    }
}

/// A guest proposes another time. Who calls people together decides.
pub(super) fn proposed(tx: &ReadTx<'_>, incoming: &Incoming, news: &Item, who: PersonId) -> Outcome {
    let Some(held) = spread::held_by(tx, who, &news.uid)? else { return refused(Why::NoEvent) };
    let Some(from) =
        incoming.from.as_ref().filter(|from| guest(held.item.facts_at(news.main.instance), from).is_some())
    else {
        return refused(Why::NotAGuest);
    };
    if !incoming.speaks_for(tx, from, None)? {
        return refused(Why::Sender);
    }
    Ok((Note::Proposed { guest: from.to_string(), taken: None }, Reckoned::default()))
}

/// A guest asks for the newest version, and is sent it: by a program, so that no program answers again.
pub(super) fn asked(tx: &ReadTx<'_>, incoming: &Incoming, news: &Item, who: PersonId, hostname: &str) -> Outcome {
    let Some(held) = spread::held_by(tx, who, &news.uid)? else { return refused(Why::NoEvent) };
    let known = incoming
        .from
        .as_ref()
        .and_then(|from| party::guests(&held.item).into_iter().find(|one| is_same(&one.address, from)));
    let Some(guest) = known else { return refused(Why::NotAGuest) };
    if !incoming.speaks_for(tx, &guest.address, None)? {
        return refused(Why::Sender);
    }
    let host = people::person(tx, who)?.filter(|_| !incoming.is_automatic && incoming.by.is_none());
    let Some(host) = host else { return Ok((Note::Asked, Reckoned::default())) };
    let zone = people::zone(tx, who)?.unwrap_or(Tz::UTC);
    let opening = format!("{} invites you. This is the newest version, as you asked.", host.full_name);
    let closing = settings::brand(tx)?.closing();
    let writer =
        Writer { closing, host, by: None, zone, hostname: hostname.to_owned(), now: tx.now(), is_program: true };
    let told = Told {
        what: "Invitation",
        method: Method::Request,
        item: &held.item,
        instance: None,
        calendar: ical::message(&held.item, Method::Request, None, tx.now()),
        opening,
        comment: "",
        note: Note::Invited,
    };
    let letters = told.to(&writer, &[super::letter::stranger(guest.address, guest.name)])?;
    Ok((Note::Asked, Reckoned { deeds: Vec::new(), letters }))
}
