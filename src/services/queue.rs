//! The mail queue as those run it who run the office: each deed is written down in the audit.

use crate::domain::audit::{self, Act, Actor};
use crate::domain::outbound;
use crate::domain::people;
use crate::domain::store::{StoreError, WriteTx};
use crate::domain::trace::{self, NewStep, StepKind};
use crate::kernel::id::DepartureId;

/// What is done with a message that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It is tried again at once.
    Retry,
    /// It goes, for everybody who has not got it.
    Drop,
}

/// Does it. Says whether the message was there to do it with.
///
/// # Errors
/// Where the file cannot be written.
pub fn act(tx: &mut WriteTx<'_>, actor: &Actor, id: DepartureId, deed: Deed) -> Result<bool, StoreError> {
    let Some(message) = outbound::departure(tx, id)? else { return Ok(false) };
    let sender = people::person(tx, message.sender)?.map(|person| person.full_name).unwrap_or_default();
    let waiting = outbound::recipients(tx, id)?;
    let before: Vec<&str> = waiting.iter().map(|to| to.address.as_str()).collect();
    let before = before.join(", ");
    if let (Deed::Drop, Some(passage)) = (deed, trace::of_departure(tx, id)?) {
        for to in &waiting {
            trace::note(tx, passage.id, NewStep::new(StepKind::Dropped, &to.address, ""))?;
        }
    }
    let (name, is_done) = match deed {
        Deed::Retry => ("queue.retry", outbound::retry(tx, id)?),
        Deed::Drop => ("queue.drop", outbound::drop_message(tx, id)?),
    };
    let subject = format!("message {id} of {sender}");
    let after = if deed == Deed::Drop { "reaches nobody who has not got it" } else { "tried at once" };
    audit::note(tx, actor, Act { act: name, subject: &subject, before: &before, after })?;
    Ok(is_done || deed == Deed::Retry)
}
