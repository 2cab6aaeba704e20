//! Changing what was said: edits, reactions.

use super::access::{Access, access};
use super::keeper::{Act, record};
use super::log::visible;
use super::model::{Message, MessageKind};
use super::reach::in_reach;
use super::{ChatError, index, ping, text};
use crate::domain::event::Event;
use crate::domain::store::{ReadTx, WriteTx};
use crate::kernel::id::{ChatMessageId, PersonId};
use crate::kernel::limits;

/// A message that a person may see, and what they may do where it stands.
pub(super) fn at(tx: &ReadTx<'_>, who: PersonId, id: ChatMessageId) -> Result<(Message, Access), ChatError> {
    let message = visible(tx, who, id)?.message;
    let access = access(tx, who, message.conversation)?;
    Ok((message, access))
}

/// Tells of a message that it looks different.
pub(super) fn touched(tx: &mut WriteTx<'_>, message: &Message) -> Result<i64, ChatError> {
    let conversation = message.conversation;
    let revision = tx.emit(conversation, Event::ChatChanged { conversation, message: message.id })?;
    tx.sql().prepare_cached("update chat_message set revision = ?2 where id = ?1")?.execute((message.id, revision))?;
    Ok(revision)
}

/// Gives one's own message another text. How it was is kept in the log of moderation.
///
/// # Errors
/// `NoMessage`, `NotAllowed`, `Barred`, `Muted`, `Archived`, `Text`.
pub fn edit(tx: &mut WriteTx<'_>, who: PersonId, id: ChatMessageId, typed: &str) -> Result<(), ChatError> {
    let (message, access) = at(tx, who, id)?;
    let access = access.changer()?;
    in_reach(tx, who, &access)?;
    let is_words = matches!(message.kind, MessageKind::Text | MessageKind::Action);
    if message.said_by != Some(who) || message.is_deleted || !is_words {
        return Err(ChatError::NotAllowed("one edits one's own words"));
    }
    let text = text::clean(typed)?;
    if text == message.text {
        return Ok(());
    }
    record(tx, &access, who, Act::Edited, Some(who), Some(id), &message.text)?;
    let pings = ping::find(tx, who, &access, &text, message.thread)?;
    tx.sql()
        .prepare_cached("update chat_message set text = ?2, edited_at = ?3, pings = ?4, pings_all = ?5 where id = ?1")?
        .execute((id, &text, tx.now(), pings.words(), pings.all))?;
    ping::forget(tx, message.conversation, message.number)?;
    ping::keep(tx, message.conversation, message.number, &pings.people)?;
    touched(tx, &message)?;
    index::renew(tx, id)
}

/// Puts an emoji under a message, or takes one's own away. Returns whether that was news.
///
/// # Errors
/// `NoMessage`, `NotAllowed`, `Muted`, `Archived`, `TooMany`.
pub fn react(
    tx: &mut WriteTx<'_>,
    who: PersonId,
    id: ChatMessageId,
    emoji: &str,
    is_on: bool,
) -> Result<bool, ChatError> {
    let (message, access) = at(tx, who, id)?;
    access.changer()?;
    if message.is_deleted || !is_emoji(emoji) {
        return Err(ChatError::NotAllowed("one reacts with an emoji to what is said"));
    }
    let changed = if is_on {
        has_room(tx, id, emoji)?;
        tx.sql()
            .prepare_cached(
                "insert or ignore into chat_reaction (message, emoji, person, made_at) values (?1, ?2, ?3, ?4)",
            )?
            .execute((id, emoji, who, tx.now()))?
    } else {
        tx.sql()
            .prepare_cached("delete from chat_reaction where message = ?1 and emoji = ?2 and person = ?3")?
            .execute((id, emoji, who))?
    };
    if changed > 0 {
        tx.sql()
            .prepare_cached(
                "update chat_message set has_reactions = exists (select 1 from chat_reaction where message = ?1)
                  where id = ?1",
            )?
            .execute([id])?;
        touched(tx, &message)?;
    }
    Ok(changed > 0)
}

/// Whether one more emoji goes under a message.
fn has_room(tx: &ReadTx<'_>, id: ChatMessageId, emoji: &str) -> Result<(), ChatError> {
    let mut others = tx
        .sql()
        .prepare_cached("select count(distinct emoji) from chat_reaction where message = ?1 and emoji <> ?2")?;
    let others: i64 = others.query_row((id, emoji), |row| row.get(0))?;
    if others < limits::CHAT_REACTIONS {
        return Ok(());
    }
    Err(ChatError::TooMany("emoji under a message", usize::try_from(limits::CHAT_REACTIONS).unwrap_or(0)))
}

/// Whether a text is one emoji, as far as that can be told without tables: a short run of signs, not of letters.
fn is_emoji(text: &str) -> bool {
    let is_sign = |c: char| {
        matches!(c, '\u{200D}' | '\u{FE0F}' | '\u{20E3}' | '0'..='9' | '#' | '*' | '\u{E0020}'..='\u{E007F}')
            || (!c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !c.is_ascii())
    };
    !text.is_empty()
        && text.len() <= 64
        && text.chars().count() <= 16
        && text.chars().all(is_sign)
        && text.chars().any(|c| !c.is_ascii() && !matches!(c, '\u{200B}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_a_sign_and_no_word() {
        for good in ["👍", "❤️", "👩‍👧", "🇦🇹", "3️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽", "☕"]
        {
            assert!(is_emoji(good), "{good}");
        }
        for bad in ["", "a", "ok", "1", "\u{200D}", "\u{202E}", "<b>", "語", "👍 ", "👍\n", &"👍".repeat(17)] {
            assert!(!is_emoji(bad), "{bad:?}");
        }
    }
}
