//! Quotes for tests.

use crate::domain::quotes::{Price, PriceState, Quote};
use crate::kernel::clock::Moment;
use crate::kernel::id::{FeedId, SymbolId};
use rust_decimal::Decimal;
use std::time::Duration;

/// A symbol at a price, or at none.
pub fn quote(code: &str, value: Option<i64>) -> Quote {
    let at = Moment::from_millis(1_795_007_000_000);
    let price = |value: i64| Price {
        value: value.into(),
        at,
        received_at: at,
        change: Some(Decimal::ONE),
        percent: Some(Decimal::ONE),
        feed: FeedId::new(1),
        source: "Test".to_owned(),
        licence: String::new(),
        delay: Duration::ZERO,
        is_simulated: false,
        state: PriceState::Fresh,
    };
    Quote {
        symbol: SymbolId::new(1),
        code: code.to_owned(),
        name: String::new(),
        market: String::new(),
        currency: "EUR".to_owned(),
        price: value.map(price),
        held: None,
        open: None,
        high: None,
        low: None,
        previous: None,
        volume: None,
        year_high: None,
        year_low: None,
        history_at: None,
    }
}

/// A symbol whose feed is silent.
pub fn stale(code: &str) -> Quote {
    let mut quote = quote(code, Some(1));
    if let Some(price) = &mut quote.price {
        price.state = PriceState::Stale { age: Duration::from_secs(900) };
    }
    quote
}
