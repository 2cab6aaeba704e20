//! Feeds: what a provider says of numbers, whatever grammar it says it in.

use crate::kernel::clock::Moment;
use rust_decimal::Decimal;

/// One number as a provider told it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tick {
    /// Of what.
    pub symbol: String,
    /// The number.
    pub price: Decimal,
    /// When it was so.
    pub at: Option<Moment>,
    /// The day's first.
    pub open: Option<Decimal>,
    /// The day's highest.
    pub high: Option<Decimal>,
    /// The day's lowest.
    pub low: Option<Decimal>,
    /// The last of the day before.
    pub previous: Option<Decimal>,
    /// What it has changed since.
    pub change: Option<Decimal>,
    /// The same in percent.
    pub percent: Option<Decimal>,
    /// How much was traded on the day.
    pub volume: Option<Decimal>,
    /// What it is counted in.
    pub currency: Option<String>,
    /// What the symbol is called.
    pub name: Option<String>,
    /// Where it is traded.
    pub market: Option<String>,
}

/// What the number did in a span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// When the span begins.
    pub at: Moment,
    /// Its first.
    pub open: Decimal,
    /// Its highest.
    pub high: Decimal,
    /// Its lowest.
    pub low: Decimal,
    /// Its last.
    pub close: Decimal,
    /// How much was traded in it.
    pub volume: Option<Decimal>,
}
