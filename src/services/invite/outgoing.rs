//! Outgoing: an event that somebody here calls people together for was made, changed, moved or removed.
//!
//! Colleagues have their copies at once. Mail leaves after [`HOLD`], so that an act taken back in that time was never told.

use super::change::{asked_again, at, called_off, changed_one, concerns, is_another, sequence, taken_out};
use super::letter::{Told, Writer};
use super::note::{Note, Was};
use super::party::{self, Party, guests, is_same};
use super::round::{Deed, Reckoned, Sent};
use crate::domain::calendar::{self, CalendarKind, Prepared, Rights};
use crate::domain::people::{self, Person};
use crate::domain::policy::{self, Act, PolicyError};
use crate::domain::settings;
use crate::domain::store::{ReadTx, StoreError};
use crate::format::ical::{self, Item, Method, When};
use crate::kernel::clock::Moment;
use crate::kernel::id::{CalendarId, PersonId};
use crate::kernel::text::sentence;
use crate::services::calendar::ActError;
use chrono_tz::Tz;

/// An event before and after an act.
#[derive(Debug, Clone)]
pub struct Turn {
    /// Where it is kept.
    pub calendar: CalendarId,
    /// How it was; nothing where it was not there.
    pub before: Option<Item>,
    /// How it is; nothing where it is gone.
    pub after: Option<Item>,
    /// Whether it is the rest of a series that another turn tells colleagues of.
    pub is_rest: bool,
}

/// Whom an act tells by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tell {
    /// The guests it concerns.
    #[default]
    Guests,
    /// Nobody. Colleagues' copies follow all the same.
    Nobody,
}

/// What is known of how far an act was told that is being taken back.
#[derive(Debug, Clone, Default)]
pub(super) struct Unheard {
    pub people: Vec<PersonId>,
    pub addresses: Vec<String>,
}

impl Unheard {
    fn has(&self, party: &Party) -> bool {
        match party.person {
            Some(person) => self.people.contains(&person),
            None => self.addresses.iter().any(|address| address.eq_ignore_ascii_case(party.address.as_str())),
        }
    }

    /// Notes that nobody a letter went to has heard of it.
    pub fn add(&mut self, sent: &Sent, is_inside: bool, is_outside: bool) {
        if is_inside {
            self.people.extend(sent.inside.iter().map(|(person, _)| *person));
        }
        if is_outside {
            self.addresses.extend(sent.to.iter().cloned());
        }
    }
}

/// Makes an event ready to be kept: guests are asked again where what they answered is another now.
pub(super) fn readied(tx: &ReadTx<'_>, who: PersonId, turn: Turn) -> Result<Turn, ActError> {
    let (Some(before), Some(after)) = (&turn.before, &turn.after) else { return Ok(turn) };
    let Some(host) = party::host(tx, who, turn.calendar, after)? else { return Ok(turn) };
    let own = people::addresses(tx, host.id)?;
    let after = asked_again(before, after.clone(), &own, tx.now());
    Ok(Turn { after: Some(after), ..turn })
}

/// What follows from a turn for its guests.
pub(super) fn reckon(
    tx: &ReadTx<'_>,
    who: PersonId,
    turn: &Turn,
    tell: Tell,
    unheard: &Unheard,
    hostname: &str,
) -> Result<Reckoned, ActError> {
    let Some(item) = turn.after.as_ref().or(turn.before.as_ref()) else { return Ok(Reckoned::default()) };
    let Some(host) = party::host(tx, who, turn.calendar, item)? else { return Ok(Reckoned::default()) };
    if host.id != who && !guests(item).is_empty() {
        let access = calendar::access(tx, who, turn.calendar)?;
        // A group's members speak for one another; anybody else needs to have been given that.
        if access.kind != CalendarKind::Group && access.rights < Rights::Act {
            let words = format!(
                "Only {}, or who may act for them, invites guests here or changes what they were invited to.",
                host.full_name
            );
            return Err(ActError::Field("guests", words));
        }
    }
    let by = if host.id == who { None } else { people::person(tx, who)? };
    let zone = people::zone(tx, host.id)?.unwrap_or(Tz::UTC);
    let closing = settings::brand(tx)?.closing();
    let writer = Writer { closing, zone, by, hostname: hostname.to_owned(), now: tx.now(), host, is_program: false };
    let of =
        |item: &Option<Item>| item.as_ref().map_or(Ok(Vec::new()), |item| party::parties(tx, item, writer.host.id));
    let (before, after) = (of(&turn.before)?, of(&turn.after)?);
    let is_among = |all: &[Party], one: &Party| all.iter().any(|other| is_one(other, one));
    let (stayed, added): (Vec<Party>, Vec<Party>) = after.into_iter().partition(|party| is_among(&before, party));
    may_ask(tx, who, &writer.host, &added)?;
    let gone: Vec<Party> = before.into_iter().filter(|party| !is_among(&stayed, party)).collect();
    let mut reckoned = Reckoned::default();
    let spread = Spread { tx, turn, writer: &writer, is_told: tell == Tell::Guests, unheard };
    if let Some(item) = &turn.after {
        spread.invite(item, &added, &mut reckoned)?;
        spread.update(item, &stayed, &mut reckoned)?;
    }
    if let Some(item) = &turn.before {
        spread.uninvite(item, &gone, &mut reckoned)?;
    }
    Ok(reckoned)
}

/// Lets nobody invite people from outside whom the office's rules let invite none, nor in the name of such a one.
fn may_ask(tx: &ReadTx<'_>, who: PersonId, host: &Person, added: &[Party]) -> Result<(), ActError> {
    if added.iter().all(|party| party.person.is_some()) {
        return Ok(());
    }
    for person in [who, host.id] {
        match policy::allow(tx, person, Act::Guests) {
            Ok(()) => {}
            Err(PolicyError::Barred(words)) => return Err(ActError::Field("guests", sentence(&words))),
            Err(error) => return Err(StoreError::from(error).into()),
        }
    }
    Ok(())
}

fn is_one(one: &Party, other: &Party) -> bool {
    match (one.person, other.person) {
        (Some(one), Some(other)) => one == other,
        (None, None) => is_same(&one.address, &other.address),
        _ => false,
    }
}

/// What telling of a turn needs.
struct Spread<'a> {
    tx: &'a ReadTx<'a>,
    turn: &'a Turn,
    writer: &'a Writer,
    is_told: bool,
    unheard: &'a Unheard,
}

impl Spread<'_> {
    fn now(&self) -> Moment {
        self.writer.now
    }

    /// Those who get mail: who never heard of the act that is taken back need not hear that it was.
    fn told(&self, parties: &[Party]) -> Vec<Party> {
        let is_told =
            |party: &&Party| self.is_told && !self.unheard.has(party) && !(self.turn.is_rest && party.person.is_some());
        parties.iter().filter(is_told).cloned().collect()
    }

    fn invite(&self, item: &Item, parties: &[Party], to: &mut Reckoned) -> Result<(), ActError> {
        self.copies(item, parties, to)?;
        let told = Told {
            what: "Invitation",
            method: Method::Request,
            item,
            instance: None,
            calendar: ical::message(item, Method::Request, None, self.now()),
            opening: format!("{} invites you.", self.writer.host.full_name),
            comment: "",
            note: Note::Invited,
        };
        to.letters.extend(told.to(self.writer, &self.told(parties))?);
        Ok(())
    }

    fn update(&self, item: &Item, parties: &[Party], to: &mut Reckoned) -> Result<(), ActError> {
        let Some(was) = &self.turn.before else { return Ok(()) };
        self.copies(item, parties, to)?;
        if !concerns(was, item) {
            return Ok(());
        }
        let parties = self.told(parties);
        if item.is_cancelled() && !was.is_cancelled() {
            return self.call_off(item, None, &parties, to);
        }
        if let Some(instance) = taken_out(was, item) {
            return self.call_off(&called_off(was, Some(instance), self.now()), Some(instance), &parties, to);
        }
        let instance = changed_one(was, item);
        let (old, new) = (at(was, instance), at(item, instance));
        let told = Told {
            what: "Updated invitation",
            method: Method::Request,
            item,
            instance,
            calendar: ical::message(item, Method::Request, instance, self.now()),
            opening: format!("{} changed an event that you are invited to.", self.writer.host.full_name),
            comment: "",
            note: Note::Updated { before: is_another(&old, &new).then(|| Was::of(&old)) },
        };
        to.letters.extend(told.to(self.writer, &parties)?);
        Ok(())
    }

    fn uninvite(&self, item: &Item, parties: &[Party], to: &mut Reckoned) -> Result<(), ActError> {
        let off = called_off(item, None, self.now());
        for party in parties {
            let Some(person) = party.person else { continue };
            let Some(copy) = calendar::invited(self.tx, person, &item.uid)? else { continue };
            if self.unheard.has(party) && self.turn.after.is_none() {
                to.deeds.push(Deed::Withdraw(copy.calendar, item.uid.clone()));
            } else if let Some(have) = ical::item(&copy.text) {
                to.deeds.push(Deed::Amend(copy, Prepared::new(ical::merged(&have, &off), self.now())));
            }
        }
        self.call_off(&off, None, &self.told(parties), to)
    }

    /// The mail that calls an event off, or one instance of it.
    fn call_off(
        &self,
        item: &Item,
        instance: Option<When>,
        parties: &[Party],
        to: &mut Reckoned,
    ) -> Result<(), ActError> {
        let told = Told {
            what: "Cancelled",
            method: Method::Cancel,
            item,
            instance,
            calendar: ical::message(item, Method::Cancel, instance, self.now()),
            opening: format!("{} called this off.", self.writer.host.full_name),
            comment: "",
            note: Note::Cancelled,
        };
        to.letters.extend(told.to(self.writer, parties)?);
        Ok(())
    }

    /// Colleagues' copies: the same for all who have nothing of their own in it, such as a reminder.
    fn copies(&self, item: &Item, parties: &[Party], to: &mut Reckoned) -> Result<(), ActError> {
        copies(self.tx, item, parties, to)
    }
}

/// Puts an event into the calendars of the colleagues among `parties`.
pub(super) fn copies(tx: &ReadTx<'_>, item: &Item, parties: &[Party], to: &mut Reckoned) -> Result<(), ActError> {
    let mut shared: Option<Prepared> = None;
    for person in parties.iter().filter_map(|party| party.person) {
        let bare = shared.get_or_insert_with(|| Prepared::new(ical::without_reminders(item), tx.now()));
        let Some(copy) = calendar::invited(tx, person, &item.uid)? else {
            to.deeds.push(Deed::Deliver(person, bare.clone()));
            continue;
        };
        let merged = ical::item(&copy.text).map(|have| ical::merged(&have, bare.item()));
        let new = match merged {
            Some(merged) if merged.text != bare.item().text => Prepared::new(merged, tx.now()),
            _ => bare.clone(),
        };
        to.deeds.push(Deed::Amend(copy, new));
    }
    Ok(())
}

/// The item at a `SEQUENCE` above what guests were told of, for one that is put back as it was.
pub(super) fn above(item: Item, told: &Item) -> Item {
    let least = sequence(told) + 1;
    if sequence(&item) >= least { item } else { ical::with_sequence(&item, least) }
}
