//! One symbol as a row shows it, in words. The page and the live stream make it alike: nothing that a tick changes is the
//! reader's own but the zone its time is written in.

use super::super::filters;
use super::super::page::in_address;
use super::super::words::Reader;
use super::words::{self, Direction};
use crate::domain::quotes::{Price, PriceState, Quote};
use crate::kernel::id::SymbolId;
use askama::Template;

/// A symbol as a row shows it.
#[derive(Debug, Clone)]
pub struct RowView {
    /// The symbol.
    pub symbol: SymbolId,
    /// When its price was told, in milliseconds: an older row never replaces a newer one.
    pub version: i64,
    /// Classes of the row.
    pub class: &'static str,
    /// Whether the reader may move it, which is to say that it stands in the order of a list of theirs.
    pub may_move: bool,
    /// Where it opens.
    pub href: String,
    /// Whether it stands open beside the list.
    pub is_open: bool,
    /// What it is called by.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// The points of its small line; empty for none, as the live stream leaves it.
    pub spark: String,
    /// The price as a plain number, for the script; empty for none.
    pub value: String,
    /// The price, in words.
    pub last: String,
    /// Whether the price is an invented one.
    pub is_simulated: bool,
    /// What is special about the price: its age, that the market is closed, its delay.
    pub note: String,
    /// The class of the way it went.
    pub direction: &'static str,
    /// The glyph of the way it went; empty where it did not.
    pub arrow: &'static str,
    /// How far it went.
    pub change: String,
    /// How far it went, in percent.
    pub percent: String,
    /// Between what it went today.
    pub range: String,
    /// How much was traded, short.
    pub volume: String,
    /// How much was traded, to the piece.
    pub volume_full: String,
    /// When the price was so, short.
    pub time: String,
    /// The same, for machines.
    pub iso: String,
    /// The same, whole.
    pub full: String,
    /// Who told it, and how late.
    pub source: String,
}

impl RowView {
    /// `quote` as a reader sees it. The link carries `suffix`, which says what list it stands in.
    pub fn new(quote: &Quote, spark: String, reader: Reader, suffix: &str) -> Self {
        let bare = Self {
            symbol: quote.symbol,
            href: format!("/quotes/{}{suffix}", in_address(&quote.code)),
            code: quote.code.clone(),
            name: if quote.name.is_empty() { quote.code.clone() } else { quote.name.clone() },
            spark,
            last: words::NONE.to_owned(),
            direction: Direction::Flat.class(),
            change: words::NONE.to_owned(),
            percent: words::NONE.to_owned(),
            range: words::NONE.to_owned(),
            volume: quote.volume.map_or_else(|| words::NONE.to_owned(), words::short),
            volume_full: quote.volume.map(words::whole).unwrap_or_default(),
            note: "no price yet".to_owned(),
            version: 0,
            class: "",
            may_move: false,
            is_open: false,
            value: String::new(),
            is_simulated: false,
            arrow: "",
            time: String::new(),
            iso: String::new(),
            full: String::new(),
            source: String::new(),
        };
        match &quote.price {
            Some(price) => bare.priced(quote, price, reader),
            None => bare,
        }
    }

    fn priced(self, quote: &Quote, price: &Price, reader: Reader) -> Self {
        let digits = words::digits(quote);
        let when = reader.when(price.at);
        let direction = price.change.map_or(Direction::Flat, Direction::of);
        let late = words::delay(price.delay);
        let source: Vec<_> = [price.source.as_str(), late.as_str()].into_iter().filter(|one| !one.is_empty()).collect();
        Self {
            version: price.received_at.millis(),
            class: words::class(price.state),
            value: price.value.to_string(),
            last: words::price(price.value, digits),
            is_simulated: price.is_simulated,
            note: note(price, &late),
            direction: direction.class(),
            arrow: direction.arrow(),
            change: price.change.map_or_else(|| words::NONE.to_owned(), |change| words::signed(change, digits)),
            percent: price.percent.map_or_else(|| words::NONE.to_owned(), words::percent),
            range: words::range(quote.low, quote.high, digits),
            time: when.short().to_string(),
            iso: when.iso().to_string(),
            full: when.full().to_string(),
            source: source.join(" · "),
            ..self
        }
    }

    /// Marks it as the one that stands open.
    pub fn open(&mut self) {
        self.is_open = true;
        self.class = if self.class == "stale" { "on stale" } else { "on" };
    }
}

/// What is said beneath a price. What is fresh and in time needs no words.
pub fn note(price: &Price, late: &str) -> String {
    match price.state {
        PriceState::Stale { age } => format!("{} old", words::span(age)),
        PriceState::Held => "a jump is being checked".to_owned(),
        PriceState::Closed => "closed".to_owned(),
        PriceState::Unknown => "not confirmed".to_owned(),
        PriceState::Fresh => late.to_owned(),
    }
}

/// The row as the live stream sends it: the page takes from it what has changed, wherever the symbol is shown.
#[derive(Debug, Template)]
#[template(path = "quotes/_row.html")]
pub struct RowFragment {
    /// The row.
    pub row: RowView,
}
