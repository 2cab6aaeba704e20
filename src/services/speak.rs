//! Saying a message, whichever door it comes by: it is said, and whoever it is to wake is owed that.

use crate::domain::chat::{self, ChatError, NewMessage, Said};
use crate::domain::store::WriteTx;
use crate::kernel::id::PersonId;
use crate::services::push;

/// Says a message, and owes waking those it rings for. Said again, it wakes nobody.
///
/// # Errors
/// As [`chat::say`].
pub fn say(tx: &mut WriteTx<'_>, who: PersonId, new: &NewMessage) -> Result<Said, ChatError> {
    let said = chat::say(tx, who, new)?;
    if said.is_new {
        push::owe_ring(tx, new.to, said.message)?;
    }
    Ok(said)
}
