//! A symbol as a contact: what it shows in the place of a note is its price.

use super::frozen::{priced, signed, state_words};
use crate::domain::presence::Show;
use crate::domain::quotes::{self, Price, Quote, QuotesError};
use crate::domain::store::ReadTx;
use crate::kernel::zone;
use chrono_tz::Tz;

/// A symbol's presence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymbolPresence {
    /// Here while its price is in time; away where the market is closed, the price old, or none known.
    pub show: Show,
    /// Its price in words.
    pub text: String,
}

/// The presence of the symbol of this code; `None` where there is none.
///
/// # Errors
/// Where the file cannot be read.
pub fn presence(tx: &ReadTx<'_>, code: &str, zone: Tz) -> Result<Option<SymbolPresence>, QuotesError> {
    match quotes::quote(tx, code) {
        Ok(quote) => Ok(Some(presence_of(&quote, zone))),
        Err(QuotesError::NoSymbol) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The presence of a symbol, for one whose clock is in `zone`.
#[must_use]
pub fn presence_of(quote: &Quote, zone: Tz) -> SymbolPresence {
    match &quote.price {
        Some(price) => SymbolPresence {
            show: if price.is_current() { Show::Available } else { Show::Away },
            text: words(quote, price, zone),
        },
        None => SymbolPresence { show: Show::Away, text: "no price yet".to_owned() },
    }
}

/// `123.40 EUR (+0.98 %), 14:05, delayed 15 min, simulated`.
fn words(quote: &Quote, price: &Price, zone: Tz) -> String {
    let mut words = priced(&price.value.to_string(), &quote.currency);
    if let Some(percent) = price.percent.and_then(|percent| signed(&percent.to_string())) {
        words.push(' ');
        words.push_str(&percent);
    }
    words.push_str(&zone::shown(price.at, zone).format(", %H:%M").to_string());
    let minutes = price.delay.as_secs() / 60;
    if minutes > 0 {
        words.push_str(", delayed ");
        words.push_str(&minutes.to_string());
        words.push_str(" min");
    }
    for more in [state_words(price), if price.is_simulated { "simulated" } else { "" }] {
        if !more.is_empty() {
            words.push_str(", ");
            words.push_str(more);
        }
    }
    words
}
