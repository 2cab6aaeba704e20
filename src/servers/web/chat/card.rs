//! Cards: what a command leaves in a conversation. Their text is JSON, `{"kind": …}`; each kind has a look of its own.

use super::event_card::address;
use crate::kernel::id::CalendarItemId;
use serde::Deserialize;

/// A card as it is kept.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Card {
    /// A mail that was written from here.
    Mail {
        to: String,
        subject: String,
        #[serde(default)]
        preview: String,
        #[serde(default)]
        item: Option<i64>,
    },
    /// An event that was planned from here.
    Event { item: CalendarItemId, uid: String },
}

/// A card as it is shown.
#[derive(Debug, Clone, Default)]
pub struct CardView {
    pub icon: &'static str,
    pub title: String,
    pub words: String,
    pub text: String,
    /// Where the sayer alone can open it.
    pub own_href: String,
    /// Where the reader can open it.
    pub href: String,
    /// Where a reader asks for it, where it is not the same for everybody; empty else.
    pub live: String,
    /// Whether it is this reader's.
    pub is_filled: bool,
}

/// The event that a card is of, and its UID.
pub fn event(text: &str) -> Option<(CalendarItemId, String)> {
    match serde_json::from_str(text) {
        Ok(Card::Event { item, uid }) => Some((item, uid)),
        _ => None,
    }
}

impl CardView {
    /// Reads a card. One of a newer version says so.
    pub fn read(text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(Card::Mail { to, subject, preview, item }) => Self {
                icon: "mail",
                title: if subject.is_empty() { "Mail without a subject".to_owned() } else { subject },
                words: format!("Mail to {to}"),
                text: preview,
                own_href: item.map(|item| format!("/mail/message/{item}")).unwrap_or_default(),
                ..Self::default()
            },
            Ok(Card::Event { item, uid }) => Self::of_event(item, &uid),
            Err(_) => Self {
                icon: "info",
                title: "A card".to_owned(),
                words: "This version does not know what is on it.".to_owned(),
                ..Self::default()
            },
        }
    }

    /// The card of an event for those who may know no more than that there is one.
    pub fn of_event(item: CalendarItemId, uid: &str) -> Self {
        Self { icon: "calendar", title: "An event".to_owned(), live: address(item, uid), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_nobody_knows_is_still_shown() {
        assert_eq!(CardView::read("{\"kind\":\"moon\"}").title, "A card");
        assert_eq!(CardView::read("<b>").title, "A card");
        let mail = CardView::read(r#"{"kind":"mail","to":"Bob","subject":"Plans","item":4}"#);
        assert_eq!((mail.title.as_str(), mail.own_href.as_str()), ("Plans", "/mail/message/4"));
    }

    #[test]
    fn what_everybody_is_sent_of_an_event_says_nothing_of_it() {
        let card = CardView::read(r#"{"kind":"event","item":4,"uid":"a b@c"}"#);
        assert_eq!((card.title.as_str(), card.words.as_str(), card.href.as_str()), ("An event", "", ""));
        assert_eq!(card.live, "/calendar/card/4?uid=a%20b%40c");
        assert!(!card.is_filled);
    }
}
