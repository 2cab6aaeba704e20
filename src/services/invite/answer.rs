//! Answering an invitation: one's own copy, and at once the event of a colleague who invites, or a mail to who invites from
//! elsewhere. Only a person answers; nothing here ever does so by itself.

use super::change::taken_out;
use super::letter::{Told, Writer, answer_title, stranger};
use super::note::{Note, word};
use super::outgoing::Turn;
use super::party::{self, is_same};
use super::round::{Reckoned, Round};
use super::spread::{self, Held};
use crate::domain::calendar::{self, CalendarError, Expect, Prepared, Rights, Stored};
use crate::domain::people::{self, Person};
use crate::domain::settings;
use crate::domain::store::{ReadTx, WriteTx};
use crate::format::ical::{self, Answer, Item, Method, Organizer, When};
use crate::kernel::id::{CalendarItemId, PersonId};
use crate::kernel::text::{EmailAddress, cut};
use crate::services::calendar::{ActError, Done};
use crate::services::office::Office;
use chrono_tz::Tz;

/// How often an answer is tried, where somebody else changes the same event.
const TRIES: usize = 3;
/// Characters of a title in the words for what was done.
const TITLE: usize = 60;
/// Characters of what a guest adds to an answer.
const COMMENT: usize = 2000;

/// An answer to an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The guest's own copy.
    pub item: CalendarItemId,
    /// To one instance alone, or to all.
    pub instance: Option<When>,
    /// What.
    pub answer: Answer,
    /// What the guest adds.
    pub comment: String,
    /// Another time that the guest proposes.
    pub proposes: Option<(When, When)>,
}

/// An answer reckoned before its transaction.
struct Reckoning {
    stored: Stored,
    own: Prepared,
    reckoned: Reckoned,
    sentence: String,
}

/// Answers an invitation as its guest, or for the guest where the calendar was given to `who` for that.
///
/// # Errors
/// `NoItem`; `NotAllowed` where nobody is invited by it, or it is not this person's to answer; nothing was changed then.
pub async fn answer(office: &Office, who: PersonId, reply: Reply) -> Result<Done, ActError> {
    for _ in 1..TRIES {
        match attempt(office, who, reply.clone()).await {
            Err(ActError::Calendar(CalendarError::Changed)) => {}
            done => return done,
        }
    }
    attempt(office, who, reply).await
}

async fn attempt(office: &Office, who: PersonId, reply: Reply) -> Result<Done, ActError> {
    let hostname = office.hostname.clone();
    let reckoning = office.store.read(move |tx| reckon(tx, who, &reply, &hostname)).await?;
    let Reckoning { stored, own, reckoned, sentence } = reckoning;
    let round = reckoned.staged(office).await?;
    office.store.write(move |tx| keep(tx, who, &stored, &own, &round, &sentence)).await
}

fn keep(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    stored: &Stored,
    own: &Prepared,
    round: &Round,
    sentence: &str,
) -> Result<Done, ActError> {
    let kept = calendar::put(tx, who, stored.calendar, own, Expect::Revision(stored.revision))?;
    let sent = round.carry_out(tx, who)?;
    let undo = calendar::keep_undo(tx, who, sentence, &[kept.before])?;
    calendar::note_sent(tx, undo, &sent)?;
    Ok(Done { item: Some(kept.id), sentence: sentence.to_owned(), undo })
}

fn reckon(tx: &ReadTx<'_>, who: PersonId, reply: &Reply, hostname: &str) -> Result<Reckoning, ActError> {
    let stored = calendar::item(tx, who, reply.item)?;
    if stored.rights < Rights::Act {
        return Err(CalendarError::NotAllowed("only who is invited may answer").into());
    }
    let item = ical::item(&stored.text).ok_or(CalendarError::NoItem)?;
    let owner = stored.owner.and_then(|owner| people::person(tx, owner).transpose()).transpose()?;
    let owner = owner.ok_or(CalendarError::NotAllowed("nobody is invited by this event"))?;
    let guest = Guest::of(tx, owner, who, &item, reply.instance)?;
    if item.is_cancelled() {
        return Err(CalendarError::NotAllowed("this event was called off").into());
    }
    let instance = reply.instance.map(|instance| item.own_form(instance));
    let own = ical::with_answer(&item, &guest.address, reply.answer, instance, tx.now());
    let said = Said {
        item: &item,
        instance,
        answer: reply.answer,
        comment: &cut(&reply.comment, COMMENT),
        proposes: reply.proposes,
    };
    let reckoned = guest.tell(tx, &said, hostname)?;
    let done = match reply.proposes {
        Some(_) => "Proposed another time for",
        None => answer_title(reply.answer),
    };
    let colon = if reply.proposes.is_some() { "" } else { ":" };
    let sentence = format!("{done}{colon} “{}”", cut(&item.main.title, TITLE));
    Ok(Reckoning { stored, own: Prepared::new(own, tx.now()), reckoned, sentence })
}

/// Who answers.
pub(super) struct Guest {
    person: Person,
    by: Option<Person>,
    /// The address that was invited.
    pub address: EmailAddress,
    organizer: Organizer,
}

/// What is answered.
pub(super) struct Said<'a> {
    pub item: &'a Item,
    pub instance: Option<When>,
    pub answer: Answer,
    pub comment: &'a str,
    pub proposes: Option<(When, When)>,
}

impl Guest {
    /// The guest whose calendar an event is in.
    pub fn of(
        tx: &ReadTx<'_>,
        owner: Person,
        who: PersonId,
        item: &Item,
        instance: Option<When>,
    ) -> Result<Self, ActError> {
        let facts = item.facts_at(instance);
        let organizer = facts.organizer.clone().or_else(|| item.main.organizer.clone());
        let organizer = organizer.ok_or(CalendarError::NotAllowed("nobody is invited by this event"))?;
        if people::is_own_address(tx, owner.id, &organizer.address)? {
            return Err(CalendarError::NotAllowed("who calls people together need not answer").into());
        }
        let address = party::as_guest(tx, owner.id, facts)?.unwrap_or_else(|| owner.address.clone());
        let by = if owner.id == who { None } else { people::person(tx, who)? };
        Ok(Self { person: owner, by, address, organizer })
    }

    /// Tells who calls people together: a colleague's event at once, anybody else by mail.
    pub fn tell(&self, tx: &ReadTx<'_>, said: &Said<'_>, hostname: &str) -> Result<Reckoned, ActError> {
        let held = spread::held(tx, &self.organizer.address, &said.item.uid)?;
        let mut reckoned = match &held {
            Some(held) => spread::answered(tx, held, &self.address, said.answer, said.instance, Some(self.person.id))?,
            None => Reckoned::default(),
        };
        let is_noted = said.proposes.is_some() || !said.comment.trim().is_empty();
        // A colleague sees the answer on the event: only what the event cannot show is worth a mail.
        if held.is_none() || is_noted {
            reckoned.letters.extend(self.letters(tx, said, held.as_ref(), hostname)?);
        }
        Ok(reckoned)
    }

    fn letters(
        &self,
        tx: &ReadTx<'_>,
        said: &Said<'_>,
        held: Option<&Held>,
        hostname: &str,
    ) -> Result<Vec<super::round::Letter>, ActError> {
        let zone = people::zone(tx, self.person.id)?.unwrap_or(Tz::UTC);
        let writer = Writer {
            host: Person { address: self.address.clone(), ..self.person.clone() },
            by: self.by.clone(),
            zone,
            closing: settings::brand(tx)?.closing(),
            hostname: hostname.to_owned(),
            now: tx.now(),
            is_program: false,
        };
        let name = self.person.full_name.as_str();
        let mut to = stranger(self.organizer.address.clone(), self.organizer.name.clone());
        if let Some(held) = held {
            (to.person, to.zone) = (Some(held.host), people::zone(tx, held.host)?);
        } else if people::owner(tx, &to.address)?.is_some() {
            return Ok(Vec::new());
        } else {
            to.zone = calendar::far_zone(tx, &to.address)?;
        }
        let guest = self.address.to_string();
        let told = match said.proposes {
            Some(times) => Told {
                what: "New time proposed",
                method: Method::Counter,
                item: said.item,
                instance: said.instance,
                calendar: ical::counter(said.item, (&self.address, name), said.instance, times, said.comment, tx.now()),
                opening: format!("{name} proposes {}.", super::words::span(Some(times.0), Some(times.1), zone)),
                comment: said.comment,
                note: Note::Proposed { guest, taken: None },
            },
            None => Told {
                what: answer_title(said.answer),
                method: Method::Reply,
                item: said.item,
                instance: said.instance,
                calendar: ical::reply(
                    said.item,
                    &self.address,
                    name,
                    said.answer,
                    said.instance,
                    said.comment,
                    tx.now(),
                ),
                opening: opening(name, said.answer),
                comment: said.comment,
                note: Note::Answered { guest, answer: word(said.answer).to_owned() },
            },
        };
        told.to(&writer, &[to])
    }
}

fn opening(name: &str, answer: Answer) -> String {
    match answer {
        Answer::Accepted => format!("{name} accepts."),
        Answer::Declined => format!("{name} declines."),
        Answer::Tentative => format!("{name} may come."),
        Answer::Delegated | Answer::NeedsAction => format!("{name} has not decided."),
    }
}

/// What follows from a guest's taking an invitation, or one instance of it, out of the own calendar: who does so does not
/// come.
pub(super) fn left(tx: &ReadTx<'_>, who: PersonId, turn: &Turn, hostname: &str) -> Result<Reckoned, ActError> {
    let Some(was) = &turn.before else { return Ok(Reckoned::default()) };
    if was.main.organizer.is_none() || party::host(tx, who, turn.calendar, was)?.is_some() || was.is_cancelled() {
        return Ok(Reckoned::default());
    }
    let instance = match &turn.after {
        None => None,
        Some(is) => {
            let Some(id) = taken_out(was, is) else { return Ok(Reckoned::default()) };
            Some(id)
        }
    };
    let owner = calendar::access(tx, who, turn.calendar)?;
    let Some(owner) = owner.owner.filter(|_| owner.rights >= Rights::Act) else { return Ok(Reckoned::default()) };
    let Some(owner) = people::person(tx, owner)? else { return Ok(Reckoned::default()) };
    let Ok(guest) = Guest::of(tx, owner, who, was, instance) else { return Ok(Reckoned::default()) };
    if answer_of(was.facts_at(instance), &guest.address) == Answer::Declined {
        return Ok(Reckoned::default());
    }
    guest.tell(tx, &Said { item: was, instance, answer: Answer::Declined, comment: "", proposes: None }, hostname)
}

/// What a guest answers in an event, or an instance of it.
fn answer_of(facts: &ical::Facts, guest: &EmailAddress) -> Answer {
    let found = facts.guests.iter().find(|one| is_same(&one.address, guest));
    found.map_or(Answer::NeedsAction, |one| one.answer)
}

/// What follows from putting a guest's own copy back to another answer.
pub(super) fn answered_again(
    tx: &ReadTx<'_>,
    who: PersonId,
    (was, is): (&Item, &Item),
    owner: PersonId,
    is_told: bool,
    hostname: &str,
) -> Result<Reckoned, ActError> {
    let mut reckoned = Reckoned::default();
    let Some(owner) = people::person(tx, owner)? else { return Ok(reckoned) };
    let Ok(guest) = Guest::of(tx, owner, who, is, None) else { return Ok(reckoned) };
    let ids = std::iter::once(None).chain(is.overrides.iter().chain(&was.overrides).map(|facts| facts.instance));
    let mut seen: Vec<Option<String>> = Vec::new();
    for instance in ids {
        let name = instance.map(When::to_text);
        let of = |item: &Item| answer_of(item.facts_at(instance), &guest.address);
        let (old, new) = (of(was), of(is));
        if old == new || seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let said = Said { item: is, instance, answer: new, comment: "", proposes: None };
        let mut one = guest.tell(tx, &said, hostname)?;
        if !is_told {
            one.letters.clear();
        }
        // Copies are amended once: of several answers taken back together, the last stands for all.
        reckoned.deeds = one.deeds;
        reckoned.letters.extend(one.letters);
    }
    Ok(reckoned)
}

/// What follows from putting an invitation back that was taken out of a guest's calendar.
pub(super) fn returned(
    tx: &ReadTx<'_>,
    who: PersonId,
    is: &Item,
    owner: PersonId,
    is_told: bool,
    hostname: &str,
) -> Result<Reckoned, ActError> {
    let Some(person) = people::person(tx, owner)? else { return Ok(Reckoned::default()) };
    let Ok(guest) = Guest::of(tx, person, who, is, None) else { return Ok(Reckoned::default()) };
    let was = ical::with_answer(is, &guest.address, Answer::Declined, None, tx.now());
    answered_again(tx, who, (&was, is), owner, is_told, hostname)
}
