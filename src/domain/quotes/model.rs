//! The shapes of `quotes`.

use crate::kernel::clock::Moment;
use crate::kernel::id::{FeedId, SymbolId};
use rust_decimal::Decimal;
use std::time::Duration;

/// What holds for all that a feed tells at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What the source is called.
    pub source: String,
    /// What its licence asks to be said.
    pub licence: String,
    /// How late its numbers are.
    pub delay: Duration,
    /// How often it is asked. A price that was not told anew for three times as long is stale; zero for never.
    pub every: Duration,
    /// Whether its numbers are invented.
    pub is_simulated: bool,
    /// When the market closes, or has closed; `None` where it is always open.
    pub closes_at: Option<Moment>,
    /// When it opens after that.
    pub opens_at: Option<Moment>,
    /// Whether its numbers may be any at any time, such as a count or a temperature: nothing is held back then.
    pub may_jump: bool,
    /// Whether symbols that nobody asked for are kept: a table of exchange rates.
    pub keeps: bool,
}

/// What became of what a feed told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// How many were taken.
    pub taken: usize,
    /// How many said what was known already.
    pub repeated: usize,
    /// How many were older than what is known.
    pub old: usize,
    /// How many bore a time that has not come yet, or none that can be.
    pub mistimed: usize,
    /// How many were no price at all.
    pub refused: usize,
    /// How many were of symbols that nobody asked for.
    pub unknown: usize,
    /// Symbols whose price jumped, and is held back until a second reading confirms it.
    pub held: Vec<String>,
    /// Alerts that were crossed.
    pub crossed: usize,
    /// Symbols that look different now.
    pub changed: Vec<SymbolId>,
}

impl Recorded {
    /// Adds what became of more.
    pub fn add(&mut self, more: Self) {
        self.taken += more.taken;
        self.repeated += more.repeated;
        self.old += more.old;
        self.mistimed += more.mistimed;
        self.refused += more.refused;
        self.unknown += more.unknown;
        self.crossed += more.crossed;
        self.held.extend(more.held);
        self.changed.extend(more.changed);
    }
}

/// How long a bar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Span {
    /// A minute.
    Minute,
    /// A day, by UTC.
    Day,
}

/// A symbol whose number is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The symbol.
    pub symbol: SymbolId,
    /// What it is called by.
    pub code: String,
    /// Whether its history was brought from a provider.
    pub has_history: bool,
}

/// What is known of a symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The symbol.
    pub symbol: SymbolId,
    /// What it is called by.
    pub code: String,
    /// What it is called; empty where nobody has said.
    pub name: String,
    /// Where it is traded; empty where nobody has said.
    pub market: String,
    /// What it is counted in; empty where nobody has said.
    pub currency: String,
    /// Its price, where one was ever told.
    pub price: Option<Price>,
    /// A price that jumped too far to be believed at once.
    pub held: Option<Decimal>,
    /// The day's first.
    pub open: Option<Decimal>,
    /// The day's highest.
    pub high: Option<Decimal>,
    /// The day's lowest.
    pub low: Option<Decimal>,
    /// The last of the day before.
    pub previous: Option<Decimal>,
    /// How much was traded on the day.
    pub volume: Option<Decimal>,
    /// The highest of 52 weeks.
    pub year_high: Option<Decimal>,
    /// The lowest of 52 weeks.
    pub year_low: Option<Decimal>,
    /// When its history was brought from a provider.
    pub history_at: Option<Moment>,
}

/// A price with all that has to be said with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// The number.
    pub value: Decimal,
    /// When it was so, as the source says.
    pub at: Moment,
    /// When the office was told last.
    pub received_at: Moment,
    /// What it has changed since the last of the day before.
    pub change: Option<Decimal>,
    /// The same in percent.
    pub percent: Option<Decimal>,
    /// Who told it.
    pub feed: FeedId,
    /// What the source is called.
    pub source: String,
    /// What its licence asks to be said.
    pub licence: String,
    /// How late the source's numbers are.
    pub delay: Duration,
    /// Whether it is invented.
    pub is_simulated: bool,
    /// How far it is to be trusted.
    pub state: PriceState,
}

/// How far a price is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceState {
    /// It is as new as the source can tell.
    Fresh,
    /// The source has not told it anew for too long.
    Stale {
        /// How old the price is.
        age: Duration,
    },
    /// The market is closed.
    Closed,
    /// The source has told another one, too far away to be believed at once.
    Held,
    /// Its source is no more: nobody is asked for it.
    Unknown,
}

impl Price {
    /// Whether it is what holds now, as far as anybody knows.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        matches!(self.state, PriceState::Fresh | PriceState::Held)
    }
}
