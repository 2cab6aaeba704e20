//! Notices: what the office says of a conversation, in it.

use super::ChatError;
use super::conversation::full_name;
use super::model::MessageKind;
use super::say::{NewRow, put};
use crate::domain::store::WriteTx;
use crate::kernel::id::{ConversationId, PersonId};

/// Says in a conversation what somebody did: their name, then `deed`.
pub(super) fn notice(tx: &mut WriteTx<'_>, at: ConversationId, who: PersonId, deed: &str) -> Result<(), ChatError> {
    let text = [full_name(tx, who)?.as_str(), " ", deed].concat();
    let row =
        NewRow { conversation: at, said_by: Some(who), kind: MessageKind::Notice, text: &text, ..NewRow::default() };
    let (_, number) = put(tx, &row)?;
    // Who had read everything before has read this as well: it is no news to anybody what they did themselves.
    tx.sql()
        .prepare_cached("update chat_member set read = ?3 where conversation = ?1 and person = ?2 and read = ?3 - 1")?
        .execute((at, who, number))?;
    Ok(())
}
