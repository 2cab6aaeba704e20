//! Quotes: symbols and their last prices, their history as bars, watchlists, alerts, holdings and exchange rates.
//!
//! Owns `quote_*`. Every number is a decimal and is kept as text: nothing here is rounded by a machine's habits. Emits
//! `QuotesChanged` to those whose lists, alerts or holdings are others; that a price moved is only a signal of the moment,
//! said by who records it. Not here: what a provider says (`format::feed`), when it is asked (`services::feeds`), how alerts are
//! delivered (`services::quotes`).

mod alert;
mod bar;
mod check;
mod crossing;
mod decimal;
mod error;
mod feed;
#[cfg(test)]
mod feed_tests;
mod holding;
mod jump;
mod model;
mod rate;
mod record;
mod search;
mod source;
mod symbol;
#[cfg(test)]
mod tests;
mod watchlist;

pub use alert::{
    Alert, AlertState, Condition, NewAlert, Reach, SetAlert, Ways, alert, alerts, rearm, remove_alert, set_alert,
};
pub use bar::{Spark, bars, keep_bars, prune_bars, sparklines};
pub use check::check_quotes;
pub use crossing::{Crossing, crossing, history, prune_crossings, take_crossing};
pub use error::QuotesError;
pub use feed::{
    Asking, Feed, NewFeed, SetUpError, add_feed, feed, feeds, move_feed, note_feed, put_off_feed, remove_feed,
    set_feed, switch_feed,
};
pub use holding::{
    Holding, NewHolding, Total, Worth, add_holding, change_holding, holding, holdings, remove_holding, worth,
};
pub use model::{Price, PriceState, Quote, Recorded, Span, Told, Wanted};
pub use rate::{Rate, currency, missing_rates, rate};
pub use record::{next_turn, record, turn};
pub use search::search;
pub use source::{Ask, Round, know_of, list_for, listed, note_past, note_sources, round, rounds, still, symbols_of};
pub use symbol::{
    code, describe, forget_feed, keep, know, prune_symbols, quote, quote_of, quotes, share, symbol, wanted,
};
pub use watchlist::{
    Watchlist, add_symbol, company_lists, followed, list, lists, make_list, order_lists, order_symbols, remove_list,
    remove_symbol, rename_list,
};
