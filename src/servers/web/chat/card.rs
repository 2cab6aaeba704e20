//! Cards: what a command leaves in a conversation. Their text is JSON, `{"kind": …}`; each kind has a look of its own.

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
}

/// A card as it is shown.
#[derive(Debug, Clone)]
pub struct CardView {
    pub icon: &'static str,
    pub title: String,
    pub words: String,
    pub text: String,
    /// Where the sayer alone can open it.
    pub own_href: String,
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
            },
            Err(_) => Self {
                icon: "info",
                title: "A card".to_owned(),
                words: "This version does not know what is on it.".to_owned(),
                text: String::new(),
                own_href: String::new(),
            },
        }
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
}
