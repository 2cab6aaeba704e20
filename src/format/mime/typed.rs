//! Addresses as people type them: `Bob <bob@example.com>, carla@example.com; "Novák, Jan" <jan@example.com>`.

use super::{Mailbox, tidy};
use crate::kernel::text::EmailAddress;

/// What was typed into an address field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Those that are addresses, in their order, each once.
    pub good: Vec<Mailbox>,
    /// Those that are none, as typed.
    pub bad: Vec<String>,
}

/// Reads a typed address field. A name without a domain is taken to lie in `own_domain`.
#[must_use]
pub fn typed(field: &str, own_domain: &str) -> Typed {
    let mut typed = Typed::default();
    for piece in pieces(field) {
        match mailbox(piece, own_domain) {
            Some(found) if typed.good.iter().any(|known| known.address == found.address) => {}
            Some(found) => typed.good.push(found),
            None => typed.bad.push(tidy(piece)),
        }
    }
    typed
}

/// Cuts at commas, semicolons and line ends that stand outside quotes and angle brackets.
fn pieces(field: &str) -> Vec<&str> {
    let (mut in_quotes, mut in_angles, mut start) = (false, false, 0);
    let mut pieces = Vec::new();
    for (place, c) in field.char_indices() {
        match c {
            '"' => in_quotes = !in_quotes,
            '<' if !in_quotes => in_angles = true,
            '>' if !in_quotes => in_angles = false,
            ',' | ';' | '\n' | '\r' if !in_quotes && !in_angles => {
                pieces.push(&field[start..place]);
                start = place + c.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push(&field[start..]);
    pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

fn mailbox(piece: &str, own_domain: &str) -> Option<Mailbox> {
    let (name, address) = match piece.rsplit_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"').trim(), rest.strip_suffix('>')?.trim()),
        None => ("", piece),
    };
    let whole = if address.contains('@') { address.to_owned() } else { format!("{address}@{own_domain}") };
    let address: EmailAddress = whole.parse().ok()?;
    // An address typed by a person has a dot in its domain, unless it is our own.
    let is_likely =
        address.domain().contains('.') || address.domain() == own_domain || address.domain().starts_with('[');
    is_likely.then(|| Mailbox { name: tidy(name), address: address.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        let typed = typed(
            "Bob Novák <bob@example.com>, carla@else.example;\"Doe, Jane\" <jane@else.example>\n alice",
            "office.example",
        );
        let shown: Vec<_> = typed.good.iter().map(|who| (who.name.as_str(), who.address.as_str())).collect();
        let wanted = [
            ("Bob Novák", "bob@example.com"),
            ("", "carla@else.example"),
            ("Doe, Jane", "jane@else.example"),
            ("", "alice@office.example"),
        ];
        assert_eq!(shown, wanted);
        assert!(typed.bad.is_empty());
    }

    #[test]
    fn what_is_no_address_is_given_back_as_typed() {
        let typed = typed(
            "bob@bergmann, a b@example.com, bob@example.com, BOB <bob@example.com>, <x@example.com",
            "office.example",
        );
        assert_eq!(typed.good.len(), 1);
        assert_eq!(typed.bad, ["bob@bergmann", "a b@example.com", "<x@example.com"]);
    }
}
