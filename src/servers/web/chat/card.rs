//! Cards: what a command leaves in a conversation. Their text is JSON, `{"kind": …}`; each kind has a look of its own.

use super::event_card::address;
use crate::kernel::id::{CalendarItemId, ChatMessageId, SymbolId};
use crate::servers::web::words::Reader;
use crate::services::quotes::{Frozen, priced};
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
    /// A price as it was when it was said.
    Quote(Frozen),
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
    /// Whether what it shows is invented.
    pub is_simulated: bool,
    /// What has become of it since, where it is a price.
    pub now: Option<NowView>,
}

/// What a price that was said has become.
#[derive(Debug, Clone)]
pub struct NowView {
    /// Of which symbol: it is read again when that moves.
    pub symbol: SymbolId,
    /// The price now, with its state.
    pub words: String,
    /// The class of the way it went.
    pub direction: &'static str,
    /// How far it went since.
    pub since: String,
    /// Whether it is invented.
    pub is_simulated: bool,
}

/// The event that a card is of, and its UID.
pub fn event(text: &str) -> Option<(CalendarItemId, String)> {
    match serde_json::from_str(text) {
        Ok(Card::Event { item, uid }) => Some((item, uid)),
        _ => None,
    }
}

/// The price that a card has frozen.
pub fn quote(text: &str) -> Option<Frozen> {
    match serde_json::from_str(text) {
        Ok(Card::Quote(frozen)) => Some(frozen),
        _ => None,
    }
}

impl CardView {
    /// Reads the card that a message is. One of a newer version says so.
    pub fn read(message: ChatMessageId, text: &str, reader: Reader) -> Self {
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
            Ok(Card::Quote(frozen)) => Self::of_quote(message, &frozen, reader),
            Err(_) => Self {
                icon: "info",
                title: "A card".to_owned(),
                words: "This version does not know what is on it.".to_owned(),
                ..Self::default()
            },
        }
    }

    /// The card of a price as it was said. What it has become, each reader asks for.
    pub fn of_quote(message: ChatMessageId, frozen: &Frozen, reader: Reader) -> Self {
        let name = Some(frozen.name.as_str()).filter(|name| !name.is_empty() && *name != frozen.code);
        let title = name.map_or_else(|| frozen.code.clone(), |name| format!("{} · {name}", frozen.code));
        let percent = frozen.change().unwrap_or_default();
        let facts = frozen.facts(&reader.when(frozen.at).full().to_string());
        let licence = Some(frozen.licence.as_str()).filter(|licence| !licence.is_empty());
        Self {
            icon: "quotes",
            title,
            words: [priced(&frozen.value, &frozen.currency), percent].join(" ").trim_end().to_owned(),
            text: [facts.as_str()].into_iter().chain(licence).collect::<Vec<_>>().join(" · "),
            live: format!("/quotes/card/{message}"),
            href: format!("/quotes/{}", crate::services::quotes::in_path(&frozen.code)),
            is_simulated: frozen.is_simulated,
            ..Self::default()
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
    use crate::kernel::clock::Moment;
    use crate::servers::web::look::Look;

    fn read(text: &str) -> CardView {
        let now = Moment::from_millis(1_795_007_100_000);
        CardView::read(ChatMessageId::new(7), text, Reader::new(&Look::read(""), now))
    }

    #[test]
    fn a_card_nobody_knows_is_still_shown() {
        assert_eq!(read("{\"kind\":\"moon\"}").title, "A card");
        assert_eq!(read("<b>").title, "A card");
        let mail = read(r#"{"kind":"mail","to":"Bob","subject":"Plans","item":4}"#);
        assert_eq!((mail.title.as_str(), mail.own_href.as_str()), ("Plans", "/mail/message/4"));
    }

    #[test]
    fn what_everybody_is_sent_of_an_event_says_nothing_of_it() {
        let card = read(r#"{"kind":"event","item":4,"uid":"a b@c"}"#);
        assert_eq!((card.title.as_str(), card.words.as_str(), card.href.as_str()), ("An event", "", ""));
        assert_eq!(card.live, "/calendar/card/4?uid=a%20b%40c");
        assert!(!card.is_filled);
    }

    #[test]
    fn a_price_stays_as_it_was_said_with_its_source_and_that_it_is_invented() {
        let card = read(
            r#"{"kind":"quote","code":"ACME","name":"Acme AG","value":"123.40","currency":"EUR","percent":"0.98",
                "at":1795007000000,"said_at":1795007100000,"source":"Simulated","licence":"Not real","delay":900,
                "is_simulated":true}"#,
        );
        assert_eq!((card.title.as_str(), card.words.as_str()), ("ACME · Acme AG", "123.40 EUR (+0.98 %)"));
        assert!(card.text.contains("Simulated · delayed 15 min") && card.text.ends_with("Not real"), "{}", card.text);
        assert!(card.is_simulated && card.now.is_none());
        assert_eq!((card.live.as_str(), card.href.as_str()), ("/quotes/card/7", "/quotes/ACME"));
    }
}
