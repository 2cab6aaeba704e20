//! How a feed is set up beyond its address: where in an answer what stands, how often it may be asked, how a stream is
//! reached. Kept as one text of JSON.

use super::{FeedError, Hours, Kind, Marks, Path, any_csv, currency};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How the key is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// In the address, at `{key}`.
    #[default]
    Address,
    /// In a header: `Authorization: Bearer`.
    Bearer,
    /// In a header: `X-Api-Key`.
    Header,
}

/// How a feed is set up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Where the past is asked, with `{symbol}` and `{key}`; none where it is empty.
    pub history: String,
    /// Where a stream is, with `{key}`; none where it is empty.
    pub stream: String,
    /// How the key is told.
    pub auth: Auth,
    /// How a symbol is written there, as `{symbol}.us`; as it is where it is empty.
    pub pattern: String,
    /// Whether it is asked for the symbols alone that are listed for it.
    pub is_listed_only: bool,
    /// Requests in a minute at the most; as many as it takes where it is 0.
    pub per_minute: u32,
    /// Symbols in one request at the most; what the kind allows where it is 0.
    pub at_once: u32,
    /// When the market is open; always where it is nothing.
    pub hours: Option<Hours>,
    /// The zone of times that name none, as `Europe/Berlin`; the kind's own where it is empty.
    pub zone: String,
    /// The currency of what names none.
    pub currency: String,
    /// Where the number stands: a path, or a column.
    pub price: String,
    /// Where its time stands.
    pub time: String,
    /// Where its symbol stands.
    pub symbol: String,
    /// Where its currency stands.
    pub currency_at: String,
    /// Where the last of the day before stands.
    pub previous: String,
    /// Where the change in per cent stands.
    pub percent: String,
    /// Where the volume stands.
    pub volume: String,
    /// Where the name stands.
    pub name: String,
    /// Which line of a table, where no column names the symbol: `first`, `last`, or its number.
    pub row: String,
    /// Which sign stands before the fraction.
    pub marks: Marks,
    /// What every number is multiplied with: `0.01` makes euros of cents.
    pub factor: String,
}

impl Options {
    /// What a kind usually is.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        let facts = kind.facts();
        let usual = Self {
            history: facts.history.to_owned(),
            stream: facts.stream.to_owned(),
            pattern: facts.pattern.to_owned(),
            per_minute: facts.per_minute,
            is_listed_only: matches!(kind, Kind::Json | Kind::Csv),
            ..Self::default()
        };
        match kind {
            Kind::Json => Self { price: "price".to_owned(), ..usual },
            Kind::Csv => Self { price: "price".to_owned(), row: "last".to_owned(), ..usual },
            Kind::Ecb => Self { hours: Some(Hours::weekdays(8 * 60, 18 * 60, "Europe/Berlin", "")), ..usual },
            _ => usual,
        }
    }

    /// What is wrong with them, by the name of the field.
    ///
    /// # Errors
    /// The field and a sentence.
    pub fn check(&self, kind: Kind) -> Result<(), (&'static str, String)> {
        let said = |field: &'static str| move |error: FeedError| (field, error.to_string());
        if !self.zone.is_empty() && self.zone.parse::<Tz>().is_err() {
            return Err(("zone", "a zone is written like Europe/Berlin".to_owned()));
        }
        if self.hours.as_ref().is_some_and(|hours| !hours.are_real()) {
            return Err(("hours", "hours need a day, an end behind their begin, and a zone".to_owned()));
        }
        if !self.currency.is_empty() {
            currency(&self.currency).map_err(said("currency"))?;
        }
        self.worth().map_err(said("factor"))?;
        if !self.pattern.is_empty() && !self.pattern.contains("{symbol}") {
            return Err(("pattern", "it needs {symbol} where the symbol goes".to_owned()));
        }
        match kind {
            Kind::Json => {
                self.paths().try_for_each(|(field, text)| text.parse::<Path>().map(drop).map_err(said(field)))?;
                if self.price.is_empty() { Err(("price", "say where the number stands".to_owned())) } else { Ok(()) }
            }
            Kind::Csv if self.price.is_empty() => Err(("price", "say which column the number is in".to_owned())),
            Kind::Csv => any_csv::row(&self.row).map(drop).map_err(said("row")),
            _ => Ok(()),
        }
    }

    /// The paths that are set, each by the name of its field.
    fn paths(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("price", &self.price),
            ("time", &self.time),
            ("symbol", &self.symbol),
            ("currency_at", &self.currency_at),
            ("previous", &self.previous),
            ("percent", &self.percent),
            ("volume", &self.volume),
            ("name", &self.name),
        ];
        all.into_iter().map(|(field, text)| (field, text.as_str())).filter(|(_, text)| !text.is_empty())
    }

    /// What every number is multiplied with.
    pub(super) fn worth(&self) -> Result<Decimal, FeedError> {
        if self.factor.trim().is_empty() {
            return Ok(Decimal::ONE);
        }
        let worth = super::written(&self.factor, Marks::Guess).filter(|worth| !worth.is_zero());
        worth.ok_or_else(|| FeedError::NotANumber("factor".to_owned()))
    }

    /// The zone of times that name none.
    pub(super) fn zone_or(&self, usual: Tz) -> Tz {
        self.zone.parse().unwrap_or(usual)
    }

    /// A symbol as it is written there.
    #[must_use]
    pub fn code_of(&self, symbol: &str) -> String {
        if self.pattern.is_empty() {
            return symbol.to_owned();
        }
        let rest = self.pattern.replace("{symbol}", "");
        // Who writes what is around a symbol in small letters writes the symbol so too: `hail.us`.
        let is_lower = rest.chars().any(char::is_lowercase) && !rest.chars().any(char::is_uppercase);
        self.pattern.replace("{symbol}", &if is_lower { symbol.to_lowercase() } else { symbol.to_owned() })
    }
}
