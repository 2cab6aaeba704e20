//! Taking an act back: letters that have not left stay here, mail that nobody has opened is gone, and whoever heard of the
//! act hears that it was taken back.

use super::HOLD;
use super::answer;
use super::outgoing::{self, Tell, Turn, Unheard, above};
use super::party;
use super::round::{Reckoned, Round, Sent};
use crate::domain::calendar::{self, Before, CalendarError, Prepared};
use crate::domain::mail;
use crate::domain::outbound;
use crate::domain::store::{ReadTx, StoreError, WriteTx};
use crate::format::ical::{self, Item};
use crate::kernel::id::{CalendarId, CalendarUndoId, PersonId};
use crate::services::calendar::ActError;
use crate::services::office::Office;

/// What taking an act back comes to, reckoned before its transaction.
#[derive(Debug, Clone, Default)]
pub struct Unsaid {
    /// The items to be put back, each with what it was.
    pub items: Vec<(Before, Option<Prepared>)>,
    /// What was told, and whether it can still be taken back: of colleagues' mail, and of what was to leave.
    told: Vec<(Sent, bool, bool)>,
    round: Round,
}

/// Reckons what taking an act back comes to.
///
/// # Errors
/// Where the file cannot be read.
pub async fn unsay(
    office: &Office,
    who: PersonId,
    id: CalendarUndoId,
    before: Vec<Before>,
) -> Result<Unsaid, ActError> {
    let hostname = office.hostname.clone();
    let (items, told, reckoned) = office.store.read(move |tx| reckon(tx, who, id, before, &hostname)).await?;
    Ok(Unsaid { items, told, round: reckoned.staged(office).await? })
}

type Reckoning = (Vec<(Before, Option<Prepared>)>, Vec<(Sent, bool, bool)>, Reckoned);

fn reckon(
    tx: &ReadTx<'_>,
    who: PersonId,
    id: CalendarUndoId,
    before: Vec<Before>,
    hostname: &str,
) -> Result<Reckoning, ActError> {
    let sent: Vec<Sent> = serde_json::from_str(&calendar::undo_sent(tx, who, id)?).unwrap_or_default();
    let (mut told, mut unheard, mut heard) = (Vec::new(), Unheard::default(), false);
    for one in sent {
        let is_unread = is_unread(tx, &one)?;
        let is_here = one.departure.is_some_and(|id| is_waiting(tx, id).unwrap_or(false));
        unheard.add(&one, is_unread, is_here);
        heard |= !is_unread || (one.departure.is_some() && !is_here);
        told.push((one, is_unread, is_here));
    }
    let (mut items, mut all) = (Vec::new(), Reckoned::default());
    for was in before {
        let now = current(tx, who, was.calendar, &was.uid)?;
        let mut back = was.text.as_ref().and_then(|text| ical::item(text));
        if let (true, Some(item), Some(now)) = (heard, back.clone(), &now) {
            back = Some(above(item, now));
        }
        let reckoned = one(tx, who, (was.calendar, now, back.clone()), &unheard, hostname)?;
        all.deeds.extend(reckoned.deeds);
        all.letters.extend(reckoned.letters);
        items.push((was, back.map(|item| Prepared::new(item, tx.now()))));
    }
    Ok((items, told, all))
}

/// What follows from putting one item back.
fn one(
    tx: &ReadTx<'_>,
    who: PersonId,
    (at, now, back): (CalendarId, Option<Item>, Option<Item>),
    unheard: &Unheard,
    hostname: &str,
) -> Result<Reckoned, ActError> {
    let Some(some) = now.as_ref().or(back.as_ref()) else { return Ok(Reckoned::default()) };
    if party::host(tx, who, at, some)?.is_some() {
        let turn = Turn { calendar: at, before: now, after: back, is_rest: false };
        return outgoing::reckon(tx, who, &turn, Tell::Guests, unheard, hostname);
    }
    let owner = calendar::access(tx, who, at)?.owner;
    match (owner, now, back) {
        (Some(owner), Some(now), Some(back)) => {
            let is_told = unheard.addresses.is_empty();
            answer::answered_again(tx, who, (&now, &back), owner, is_told, hostname)
        }
        (Some(owner), None, Some(back)) => {
            // Taking it out of the calendar has declined it.
            let is_told = unheard.addresses.is_empty();
            answer::returned(tx, who, &back, owner, is_told, hostname)
        }
        _ => Ok(Reckoned::default()),
    }
}

/// How an item is now.
fn current(tx: &ReadTx<'_>, who: PersonId, at: CalendarId, uid: &str) -> Result<Option<Item>, ActError> {
    let found = calendar::by_uid(tx, who, at, uid)?;
    Ok(found.and_then(|text| ical::item(&text)))
}

fn is_unread(tx: &ReadTx<'_>, sent: &Sent) -> Result<bool, ActError> {
    for (person, item) in &sent.inside {
        match mail::item(tx, *person, *item) {
            Ok(item) if item.is_seen => return Ok(false),
            Ok(_) | Err(mail::MailError::NoItem) => {}
            Err(error) => return Err(StoreError::from(error).into()),
        }
    }
    Ok(true)
}

fn is_waiting(tx: &ReadTx<'_>, id: crate::kernel::id::DepartureId) -> Result<bool, StoreError> {
    let departure = outbound::departure(tx, id).map_err(StoreError::from)?;
    Ok(departure.is_some_and(|departure| departure.queued_at > tx.now().minus(HOLD)))
}

impl Unsaid {
    /// Takes back what was told and tells what must be: in the transaction that puts the items back.
    ///
    /// # Errors
    /// `Changed` where something left or was read meanwhile: reckon again.
    pub fn carry_out(&self, tx: &mut WriteTx<'_>, who: PersonId) -> Result<(), ActError> {
        for (sent, is_unread, is_here) in &self.told {
            if *is_unread {
                for (person, item) in &sent.inside {
                    if !mail::take_back(tx, *person, *item).map_err(StoreError::from)? {
                        return Err(CalendarError::Changed.into());
                    }
                }
            }
            if let (true, Some(id)) = (*is_here, sent.departure)
                && !outbound::recall(tx, who, id, HOLD).map_err(StoreError::from)?
            {
                return Err(CalendarError::Changed.into());
            }
        }
        self.round.carry_out(tx, who).map(|_| ())
    }
}
