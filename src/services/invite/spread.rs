//! What a guest answers, put into the event of who calls people together and into everybody's copy of it.

use super::outgoing::copies;
use super::party::{self, is_same};
use super::round::{Deed, Reckoned};
use crate::domain::calendar::{self, Copy, Prepared};
use crate::domain::people;
use crate::domain::store::ReadTx;
use crate::format::ical::{self, Answer, Item, When};
use crate::kernel::id::PersonId;
use crate::kernel::text::EmailAddress;
use crate::services::calendar::ActError;

/// An event as a colleague who calls people together has it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Who that is.
    pub host: PersonId,
    /// Where it is kept.
    pub copy: Copy,
    /// What it says.
    pub item: Item,
}

/// The event that a colleague with this address calls people together for; nothing where nobody here does.
pub(super) fn held(tx: &ReadTx<'_>, organizer: &EmailAddress, uid: &str) -> Result<Option<Held>, ActError> {
    let Some(host) = people::owner(tx, organizer)? else { return Ok(None) };
    held_by(tx, host, uid)
}

/// The event that this person calls people together for.
pub(super) fn held_by(tx: &ReadTx<'_>, host: PersonId, uid: &str) -> Result<Option<Held>, ActError> {
    let Some(copy) = calendar::organised(tx, host, uid)? else { return Ok(None) };
    Ok(ical::item(&copy.text).map(|item| Held { host, copy, item }))
}

/// Puts an answer into the event and into everybody's copies but that of `but`, who keeps it otherwise.
pub(super) fn answered(
    tx: &ReadTx<'_>,
    held: &Held,
    guest: &EmailAddress,
    answer: Answer,
    instance: Option<When>,
    but: Option<PersonId>,
) -> Result<Reckoned, ActError> {
    let item = ical::with_answer(&held.item, guest, answer, instance, tx.now());
    let mut reckoned = Reckoned::default();
    let others: Vec<_> = party::parties(tx, &item, held.host)?
        .into_iter()
        .filter(|party| party.person != but && !is_same(&party.address, guest) && party.person.is_some())
        .collect();
    copies(tx, &item, &others, &mut reckoned)?;
    reckoned.deeds.push(Deed::Amend(held.copy.clone(), Prepared::new(item, tx.now())));
    Ok(reckoned)
}
