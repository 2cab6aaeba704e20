//! Cards in words: what is said of one where its look cannot be shown, as in a notice.

use crate::domain::chat::{Message, MessageKind};
use crate::services::quotes::{Frozen, priced};
use serde::Deserialize;
use std::borrow::Cow;

/// What is read of a card.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Card {
    Mail { to: String },
    Event {},
    Quote(Frozen),
}

/// What a message says: its text, and of a card no more than everybody may know.
#[must_use]
pub fn words(message: &Message) -> Cow<'_, str> {
    if message.kind != MessageKind::Card || message.is_deleted {
        return Cow::Borrowed(&message.text);
    }
    Cow::Owned(match serde_json::from_str(&message.text) {
        Ok(Card::Mail { to }) => format!("Mail to {to}"),
        Ok(Card::Event {}) => "An event".to_owned(),
        Ok(Card::Quote(frozen)) => {
            let price = priced(&frozen.value, &frozen.currency);
            let simulated = if frozen.is_simulated { " (simulated)" } else { "" };
            format!("{}: {price}{simulated}", frozen.code)
        }
        Err(_) => "A card".to_owned(),
    })
}
