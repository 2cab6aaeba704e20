//! A relay: one server that takes all leaving mail.

use crate::kernel::secret::Secret;
use crate::services::outside::{Exchanger, Later, LookupError, Resolver};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

/// Longest look-up of the relay's name.
const LOOKUP: Duration = Duration::from_secs(20);

/// One server that takes all leaving mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Relay {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether the connection is encrypted from its first byte. RFC 8314.
    pub is_tls: bool,
    /// The name and password to sign in with.
    pub login: Option<(String, Secret)>,
}

/// Why a text names no relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a relay looks like smtps://user:password@mail.example.com:465")]
pub struct RelayError;

impl FromStr for Relay {
    type Err = RelayError;

    /// Reads `smtp[s]://[user:password@]host[:port]`; user and password may be percent-encoded. Without a port: 465 for
    /// `smtps`, 587 with a login, else 25.
    fn from_str(text: &str) -> Result<Self, RelayError> {
        let (scheme, rest) = text.trim().trim_end_matches('/').split_once("://").ok_or(RelayError)?;
        let is_tls = match scheme {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(RelayError),
        };
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(login_of(login)?), place),
            None => (None, rest),
        };
        let usual = match (is_tls, &login) {
            (true, _) => 465,
            (false, Some(_)) => 587,
            (false, None) => 25,
        };
        let (host, port) = host_and_port(place, usual)?;
        Ok(Self { host, port, is_tls, login })
    }
}

fn login_of(text: &str) -> Result<(String, Secret), RelayError> {
    let (user, password) = text.split_once(':').ok_or(RelayError)?;
    Ok((unescaped(user)?, Secret::new(unescaped(password)?)))
}

fn host_and_port(place: &str, usual: u16) -> Result<(String, u16), RelayError> {
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => place.rsplit_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c));
    let port = port.map_or(Ok(usual), |port| port.parse().map_err(|_| RelayError))?;
    if is_host { Ok((host.to_owned(), port)) } else { Err(RelayError) }
}

/// Undoes percent-encoding. RFC 3986 §2.1.
fn unescaped(text: &str) -> Result<String, RelayError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, tail) = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => (hex(*high)? * 16 + hex(*low)?, tail),
            (b'%', _) => return Err(RelayError),
            (byte, tail) => (*byte, tail),
        };
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).map_err(|_| RelayError)
}

fn hex(digit: u8) -> Result<u8, RelayError> {
    let value = char::from(digit).to_digit(16).ok_or(RelayError)?;
    u8::try_from(value).map_err(|_| RelayError)
}

impl Relay {
    /// Whether it runs on this machine: nobody is in between then.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Relay({}:{})", self.host, self.port)
    }
}

/// Sends the mail for every domain to the relay.
impl Resolver for Relay {
    fn mail_exchangers<'a>(&'a self, _domain: &'a str) -> Later<'a, Result<Vec<Exchanger>, LookupError>> {
        Box::pin(async move {
            let failed = || LookupError::Failed(format!("the relay {}", self.host));
            let looked_up = tokio::net::lookup_host((self.host.as_str(), self.port));
            let found = tokio::time::timeout(LOOKUP, looked_up).await.map_err(|_| failed())?;
            let addresses = found.map_err(|_| failed())?.map(|at| at.ip()).collect();
            Ok(vec![Exchanger { host: self.host.clone(), addresses, port: self.port }])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_read_from_its_address() {
        let relay: Relay = "smtp://me%40example.com:p%3Aw@mail.example.com:2525".parse().unwrap();
        assert_eq!((relay.host.as_str(), relay.port, relay.is_tls), ("mail.example.com", 2525, false));
        assert_eq!(relay.login, Some(("me@example.com".to_owned(), Secret::new("p:w".to_owned()))));
        assert!(!format!("{relay:?}").contains("p:w"));
        let ports = ["smtps://u:p@h", "smtp://u:p@h", "smtp://h", "smtps://[::1]:99/"];
        assert_eq!(ports.map(|text| text.parse::<Relay>().unwrap().port), [465, 587, 25, 99]);
        assert!("smtps://[::1]:99".parse::<Relay>().unwrap().is_local());
    }

    #[test]
    fn what_is_no_relay_is_refused() {
        for text in ["", "mail.example.com", "http://h", "smtp://", "smtp://u@h", "smtp://h:port", "smtp://u:%4@h"] {
            assert_eq!(text.parse::<Relay>(), Err(RelayError), "{text}");
        }
    }
}
