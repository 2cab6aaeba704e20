//! Prices and what belongs to them, in words. Numbers stay decimal to the last letter.

use crate::domain::quotes::{PriceState, Quote};
pub use crate::kernel::decimal::typed;
use rust_decimal::{Decimal, RoundingStrategy};
use std::time::Duration;

/// What stands where there is no number.
pub const NONE: &str = "–";
/// Figures after the point that are shown at the least and at the most.
const LEAST: u32 = 2;
const MOST: u32 = 6;

/// Which way a price went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It rose.
    Up,
    /// It fell.
    Down,
    /// It is where it was.
    Flat,
}

impl Direction {
    /// The way of a change.
    pub fn of(change: Decimal) -> Self {
        match change {
            zero if zero.is_zero() => Self::Flat,
            down if down.is_sign_negative() => Self::Down,
            _ => Self::Up,
        }
    }

    /// Its class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Flat => "flat",
        }
    }

    /// Its glyph; empty for none.
    pub const fn arrow(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Flat => "",
        }
    }
}

/// The class of a price in this state: what is old is greyed.
pub const fn class(state: PriceState) -> &'static str {
    match state {
        PriceState::Stale { .. } => "stale",
        PriceState::Held | PriceState::Unknown => "unsure",
        PriceState::Fresh | PriceState::Closed => "",
    }
}

/// Figures after the point of a symbol's prices: as many as its numbers come with, so that they do not dance.
pub fn digits(quote: &Quote) -> u32 {
    let price = quote.price.as_ref().map(|price| price.value);
    let told = [price, quote.previous, quote.open, quote.high, quote.low];
    fit(told.into_iter().flatten().map(|one| one.normalize().scale()).max().unwrap_or(0))
}

/// So many figures as are shown.
pub fn fit(scale: u32) -> u32 {
    scale.clamp(LEAST, MOST)
}

/// A number with commas and so many figures after the point: `8,914.50`, `−0.40`.
pub fn price(value: Decimal, digits: u32) -> String {
    let rounded = value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() { "−" } else { "" };
    format!("{sign}{}", grouped(rounded.abs(), digits))
}

/// A change with its sign: `+1.20`, `−0.40`, `0.00`.
pub fn signed(value: Decimal, digits: u32) -> String {
    let words = price(value, digits);
    let is_up = !words.starts_with('−') && words.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if is_up { format!("+{words}") } else { words }
}

/// A share in percent, with its sign: `+0.98 %`.
pub fn percent(value: Decimal) -> String {
    format!("{}\u{a0}%", signed(value, 2))
}

/// Money: two figures, and in what it is counted.
pub fn money(value: Decimal, currency: &str) -> String {
    format!("{}\u{a0}{currency}", price(value, 2)).trim_end().to_owned()
}

/// Money won or lost, with its sign.
pub fn gain(value: Decimal, currency: &str) -> String {
    format!("{}\u{a0}{currency}", signed(value, 2)).trim_end().to_owned()
}

/// From the lowest to the highest: `121.85–123.95`.
pub fn range(low: Option<Decimal>, high: Option<Decimal>, digits: u32) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{}–{}", price(low, digits), price(high, digits)),
        _ => NONE.to_owned(),
    }
}

/// A number as it is, with commas: `412,300`.
pub fn whole(value: Decimal) -> String {
    let value = value.normalize();
    price(value, value.scale().min(MOST))
}

/// A count, short: `412 k`, `1.2 M`.
pub fn short(value: Decimal) -> String {
    const UNITS: [(i64, &str); 4] = [(1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    let size = value.abs();
    for (unit, name) in UNITS {
        let unit = Decimal::from(unit);
        if size < unit {
            continue;
        }
        let part = value / unit;
        let digits = u32::from(part.abs() < Decimal::from(10));
        return format!("{}\u{a0}{name}", price(part, digits));
    }
    whole(value)
}

/// A span of time, no finer than helps: `40 s`, `12 min`, `3 h`, `2 days`.
pub fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..=89 => format!("{seconds}\u{a0}s"),
        seconds @ 90..=5_399 => format!("{}\u{a0}min", (seconds + 30) / 60),
        seconds @ 5_400..=172_799 => format!("{}\u{a0}h", (seconds + 1_800) / 3_600),
        seconds => format!("{}\u{a0}days", seconds / 86_400),
    }
}

/// How late prices come; empty where they come in time.
pub fn delay(delay: Duration) -> String {
    if delay.as_secs() < 60 { String::new() } else { format!("delayed {}", span(delay)) }
}

fn grouped(value: Decimal, digits: u32) -> String {
    let plain = format!("{value:.*}", usize::try_from(digits).unwrap_or(2));
    let (whole, part) = plain.split_once('.').map_or((plain.as_str(), None), |(whole, part)| (whole, Some(part)));
    let mut out = String::with_capacity(plain.len() + 4);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_price_keeps_its_figures_and_groups_its_thousands() {
        let words = |text| price(of(text), 2);
        assert_eq!([words("123.4"), words("8914.5"), words("-0.4")], ["123.40", "8,914.50", "−0.40"]);
        assert_eq!(price(of("1234567.891"), 3), "1,234,567.891");
        assert_eq!(price(of("-0.001"), 2), "0.00", "nothing is not less than nothing");
    }

    #[test]
    fn a_change_says_its_sign_beside_its_colour() {
        let words = |text| percent(of(text));
        assert_eq!([words("0.98"), words("-2.144"), words("0.001")], ["+0.98\u{a0}%", "−2.14\u{a0}%", "0.00\u{a0}%"]);
    }

    #[test]
    fn a_volume_grows_coarser_with_its_size() {
        let words = |text| short(of(text)).replace('\u{a0}', " ");
        assert_eq!(
            [words("88"), words("412300"), words("1240000"), words("9100000000")],
            ["88", "412 k", "1.2 M", "9.1 G"]
        );
    }

    #[test]
    fn an_age_is_told_no_finer_than_helps() {
        let words = |seconds| span(Duration::from_secs(seconds)).replace('\u{a0}', " ");
        assert_eq!([words(40), words(720), words(10_800), words(200_000)], ["40 s", "12 min", "3 h", "2 days"]);
    }
}
