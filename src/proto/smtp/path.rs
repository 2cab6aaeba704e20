//! Reverse-paths and forward-paths. RFC 5321 §4.1.2, §4.1.1.2 and §4.1.1.3.

use crate::kernel::text::{AddressError, EmailAddress};

/// Who a message comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReversePath {
    /// `<>`: a report that must never be answered. RFC 5321 §4.5.5.
    Null,
    /// An address to report to.
    Address(EmailAddress),
}

impl ReversePath {
    /// The address, where there is one.
    #[must_use]
    pub fn address(self) -> Option<EmailAddress> {
        match self {
            Self::Null => None,
            Self::Address(address) => Some(address),
        }
    }
}

/// Whom a message goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// `<postmaster>` without a domain, which every host must take. RFC 5321 §4.5.1.
    Postmaster,
    /// An address.
    Address(EmailAddress),
}

impl Recipient {
    /// Whether it can only be said with SMTPUTF8. RFC 6531 §3.3.
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        matches!(self, Self::Address(address) if !address.as_str().is_ascii())
    }
}

/// Makes an address of a mailbox whose quotes were taken off: puts them back where the local part needs them.
///
/// # Errors
/// Where the rest is no address.
pub(super) fn mailbox(unquoted: &str) -> Result<EmailAddress, AddressError> {
    match unquoted.parse() {
        Err(AddressError::Character) => {
            let (local, domain) = unquoted.rsplit_once('@').ok_or(AddressError::Shape)?;
            let escaped = local.replace('\\', "\\\\");
            format!("\"{escaped}\"@{domain}").parse()
        }
        read => read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_part_gets_its_quotes_back() {
        for (unquoted, address) in [
            ("bob@example.net", Some("bob@example.net")),
            ("bob smith@Example.net", Some("\"bob smith\"@example.net")),
            ("a@b@example.net", Some("\"a@b\"@example.net")),
            ("a\"b@example.net", None),
            ("bob@exa mple", None),
            ("bob@", None),
            ("@example.net", None),
        ] {
            assert_eq!(mailbox(unquoted).ok().map(|a| a.to_string()).as_deref(), address, "{unquoted:?}");
        }
    }
}
