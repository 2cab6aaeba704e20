//! Cards: where an event was shown in a conversation, so that those there are told when it changes.

use super::CalendarError;
use crate::domain::event::Event;
use crate::domain::store::{Owner, WriteTx};
use crate::kernel::id::{CalendarItemId, ChatMessageId, ConversationId};
use crate::kernel::limits;

/// Notes that a message of a conversation is the card of an item.
///
/// # Errors
/// Where the file cannot be written.
pub fn keep_card(
    tx: &WriteTx<'_>,
    item: CalendarItemId,
    conversation: ConversationId,
    message: ChatMessageId,
) -> Result<(), CalendarError> {
    tx.sql()
        .prepare_cached("insert or ignore into calendar_card (item, conversation, message) values (?1, ?2, ?3)")?
        .execute((item, conversation, message))?;
    Ok(())
}

/// Tells the conversations in which cards of an item lie that these look different now. Walks the primary key of
/// `calendar_card`.
pub(super) fn tell_cards(tx: &mut WriteTx<'_>, item: CalendarItemId) -> Result<(), CalendarError> {
    let mut found =
        tx.sql().prepare_cached("select conversation, message from calendar_card where item = ?1 limit ?2")?;
    let most = i64::try_from(limits::CALENDAR_CARDS).unwrap_or(i64::MAX);
    let rows = found.query_map((item, most), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let cards = rows.collect::<Result<Vec<(ConversationId, ChatMessageId)>, _>>()?;
    drop(found);
    for (conversation, message) in cards {
        tx.emit(Owner::Conversation(conversation), Event::ChatChanged { conversation, message })?;
    }
    Ok(())
}
