//! A price as it was when somebody said it: with its time, its source and what its licence asks to be said.

use crate::domain::quotes::{Price, PriceState, Quote};
use crate::kernel::clock::Moment;
use crate::kernel::zone;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A price that does not change any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// What the symbol is called by.
    pub code: String,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// The price, as a decimal.
    pub value: String,
    /// What it is counted in.
    #[serde(default)]
    pub currency: String,
    /// What it had changed on the day, in percent.
    #[serde(default)]
    pub percent: Option<String>,
    /// When it was so.
    pub at: Moment,
    /// When it was said.
    pub said_at: Moment,
    /// Who told it.
    #[serde(default)]
    pub source: String,
    /// What the licence asks to be said.
    #[serde(default)]
    pub licence: String,
    /// How late the source's numbers are, in seconds.
    #[serde(default)]
    pub delay: u64,
    /// Whether it is invented.
    #[serde(default)]
    pub is_simulated: bool,
    /// Whether it was old already.
    #[serde(default)]
    pub is_stale: bool,
}

impl Frozen {
    /// The price of a symbol as it is now; `None` where none is known.
    #[must_use]
    pub fn of(quote: &Quote, now: Moment) -> Option<Self> {
        let price = quote.price.as_ref()?;
        Some(Self {
            code: quote.code.clone(),
            name: quote.name.clone(),
            value: price.value.to_string(),
            currency: quote.currency.clone(),
            percent: price.percent.map(|percent| percent.to_string()),
            at: price.at,
            said_at: now,
            source: price.source.clone(),
            licence: price.licence.clone(),
            delay: price.delay.as_secs(),
            is_simulated: price.is_simulated,
            is_stale: matches!(price.state, PriceState::Stale { .. } | PriceState::Unknown),
        })
    }

    /// The price as a number.
    #[must_use]
    pub fn number(&self) -> Option<Decimal> {
        self.value.parse().ok()
    }

    /// As lines of a mail, by the sender's clock.
    #[must_use]
    pub fn text(&self, zone: Tz) -> String {
        let name = if self.name.is_empty() { String::new() } else { format!(" ({})", self.name) };
        let price = priced(&self.value, &self.currency);
        let percent = self.change().map(|change| format!(" {change}")).unwrap_or_default();
        let at = format!("{} {}", zone::shown(self.at, zone).format("%-d %B %Y, %H:%M"), zone.name());
        let mut lines = vec![format!("{}{name}: {price}{percent}", self.code), self.facts(&at)];
        if !self.licence.is_empty() {
            lines.push(self.licence.clone());
        }
        lines.push(String::new());
        lines.join("\n")
    }

    /// What it had changed on the day, as `(+0.98 %)`.
    #[must_use]
    pub fn change(&self) -> Option<String> {
        self.percent.as_deref().and_then(signed)
    }

    /// When it was so, as the reader writes it, who told it, how late, and whether it is invented.
    #[must_use]
    pub fn facts(&self, at: &str) -> String {
        let mut parts = vec![at.to_owned()];
        if !self.source.is_empty() {
            parts.push(self.source.clone());
        }
        let minutes = Duration::from_secs(self.delay).as_secs() / 60;
        if minutes > 0 {
            parts.push(format!("delayed {minutes} min"));
        }
        if self.is_stale {
            parts.push("not confirmed when sent".to_owned());
        }
        if self.is_simulated {
            parts.push("simulated, not a real price".to_owned());
        }
        parts.join(" · ")
    }
}

/// A price with what it is counted in.
#[must_use]
pub fn priced(value: &str, currency: &str) -> String {
    format!("{value} {currency}").trim_end().to_owned()
}

/// `(+0.98 %)`.
pub(super) fn signed(percent: &str) -> Option<String> {
    let percent = percent.parse::<Decimal>().ok()?.round_dp(2);
    let sign = match percent {
        none if none.is_zero() => "",
        down if down.is_sign_negative() => "−",
        _ => "+",
    };
    Some(format!("({sign}{} %)", percent.abs()))
}

/// A symbol's code in an address.
#[must_use]
pub fn in_path(code: &str) -> String {
    // Of what a code may have, `^` alone is not at home in a path.
    code.replace('^', "%5E")
}

/// How a price stands, in a few words; empty where nothing has to be said.
pub(super) fn state_words(price: &Price) -> &'static str {
    match price.state {
        PriceState::Fresh | PriceState::Held => "",
        PriceState::Closed => "closed",
        PriceState::Stale { .. } => "old",
        PriceState::Unknown => "not confirmed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_says_value_time_source_and_licence_and_that_it_is_simulated() {
        let frozen = Frozen {
            code: "ACME".to_owned(),
            name: "Acme Baustoffe AG".to_owned(),
            value: "123.40".to_owned(),
            currency: "EUR".to_owned(),
            percent: Some("0.9820".to_owned()),
            at: Moment::from_millis(1_795_007_100_000),
            said_at: Moment::from_millis(1_795_007_200_000),
            source: "Simulated prices".to_owned(),
            licence: "For trying out only.".to_owned(),
            delay: 900,
            is_simulated: true,
            is_stale: false,
        };
        assert_eq!(
            frozen.text(Tz::Europe__Berlin),
            "ACME (Acme Baustoffe AG): 123.40 EUR (+0.98 %)\n\
             18 November 2026, 14:05 Europe/Berlin · Simulated prices · delayed 15 min · simulated, not a real price\n\
             For trying out only.\n"
        );
        let json = serde_json::to_string(&frozen).unwrap();
        assert_eq!(serde_json::from_str::<Frozen>(&json).unwrap(), frozen);
    }
}
