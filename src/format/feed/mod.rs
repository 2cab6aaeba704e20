//! What providers of numbers say: prices, rates, whatever a JSON or CSV address tells. Each way of saying it is one small
//! file over one trait. Pure: an answer's bytes in, exact decimals out.
//!
//! An answer is what a stranger wrote, so depth, values, cells and lengths are bounded, and what is not clearly a number of
//! the symbol that was asked for is an error with a sentence, never a number.

mod any_csv;
mod any_json;
mod chart;
mod ecb;
mod error;
mod global;
mod hours;
mod json;
mod kind;
mod lines;
mod number;
mod options;
mod path;
mod quotes;
mod said;
mod short;
mod table;
#[cfg(test)]
mod tests;
mod twelve;
mod when;

pub use error::FeedError;
pub use hours::Hours;
pub use kind::{Facts, Kind};
pub use number::{Marks, currency, decimal, written};
pub use options::{Auth, Options};
pub use path::Path;

use crate::kernel::clock::Moment;
use crate::kernel::limits;
use rust_decimal::Decimal;
use said::{bare, beside, complaint, json, line, name, number, said, text};

/// One number as a provider told it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tick {
    /// The symbol, as the provider writes it.
    pub symbol: String,
    /// The number.
    pub price: Decimal,
    /// When it was so; nothing where the provider does not say.
    pub at: Option<Moment>,
    /// The first of the day.
    pub open: Option<Decimal>,
    /// The highest of the day.
    pub high: Option<Decimal>,
    /// The lowest of the day.
    pub low: Option<Decimal>,
    /// The last of the day before.
    pub previous: Option<Decimal>,
    /// How far it is from that.
    pub change: Option<Decimal>,
    /// The same, in hundredths of that.
    pub percent: Option<Decimal>,
    /// How much was traded in the day.
    pub volume: Option<Decimal>,
    /// The currency's code, in capitals.
    pub currency: Option<String>,
    /// What the symbol stands for.
    pub name: Option<String>,
    /// Where it is traded.
    pub market: Option<String>,
}

/// What the number did in a span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// When the span begins; of a day, its midnight in UTC.
    pub at: Moment,
    /// The first.
    pub open: Decimal,
    /// The highest.
    pub high: Decimal,
    /// The lowest.
    pub low: Decimal,
    /// The last.
    pub close: Decimal,
    /// How much was traded.
    pub volume: Option<Decimal>,
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The symbols, as the provider writes them.
    pub codes: &'a [String],
    /// How the feed is set up.
    pub options: &'a Options,
    /// The time of the answer.
    pub now: Moment,
}

/// What an answer tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The numbers; `symbol` is one of the codes asked for, letter for letter.
    pub ticks: Vec<Tick>,
    /// The codes without one, and why.
    pub refused: Vec<(String, FeedError)>,
}

/// One way of saying numbers.
pub trait Adapter: Sync {
    /// The numbers in an answer.
    ///
    /// # Errors
    /// Where the answer as a whole is none.
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError>;

    /// The days in an answer that tells the past of one symbol, oldest first.
    ///
    /// # Errors
    /// Where the answer is none, or the kind tells no past.
    fn bars(&self, _body: &[u8], _asked: &Asked<'_>) -> Result<Vec<Bar>, FeedError> {
        Err(FeedError::NoHistory)
    }

    /// What is said to a stream so that it tells of these symbols.
    fn subscribe(&self, _codes: &[String]) -> Vec<String> {
        Vec::new()
    }

    /// What is said to a stream now and then, so that it goes on.
    fn heartbeat(&self) -> Option<&'static str> {
        None
    }

    /// The numbers in one message of a stream; none where it says something else.
    ///
    /// # Errors
    /// Where it is no such message, or says that something is wrong.
    fn streamed(&self, _message: &[u8], _asked: &Asked<'_>) -> Result<Vec<Tick>, FeedError> {
        Ok(Vec::new())
    }
}

/// Who reads a kind of feed; nothing for what the office makes up itself.
#[must_use]
pub fn adapter(kind: Kind) -> Option<&'static dyn Adapter> {
    Some(match kind {
        Kind::Lines => &lines::Lines,
        Kind::Chart => &chart::Chart,
        Kind::Quotes => &quotes::Quotes,
        Kind::Global => &global::Global,
        Kind::Short => &short::Short,
        Kind::Twelve => &twelve::Twelve,
        Kind::Ecb => &ecb::Ecb,
        Kind::Json => &any_json::AnyJson,
        Kind::Csv => &any_csv::AnyCsv,
        Kind::Simulated => return None,
    })
}

/// The symbols that a kind tells of whatever it is asked for; none where it tells what it is asked for.
#[must_use]
pub fn table_of(kind: Kind) -> Vec<String> {
    if kind.is_table() { ecb::rates_told() } else { Vec::new() }
}

/// What an answer of a kind tells. A price of nothing at all is no price where something is traded: so speaks who does not
/// know.
///
/// # Errors
/// Where the answer as a whole is none.
pub fn ticks(kind: Kind, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
    let adapter = adapter(kind).ok_or(FeedError::OtherKind("it is made up here"))?;
    let mut answer = match adapter.ticks(body, asked) {
        // Said of the only symbol that was asked for; of many, nobody knows which is meant.
        Err(FeedError::UnknownSymbol(_)) if asked.codes.len() == 1 => {
            Answer::of(asked.only(), Err(FeedError::UnknownSymbol(asked.only().to_owned())))?
        }
        Err(FeedError::UnknownSymbol(_)) => return Err(FeedError::Refused),
        read => read?,
    };
    if !kind.may_jump() {
        let (zeros, ticks): (Vec<_>, Vec<_>) = answer.ticks.into_iter().partition(|tick| tick.price.is_zero());
        answer.ticks = ticks;
        answer.refused.extend(zeros.into_iter().map(|tick| (tick.symbol.clone(), FeedError::NoData(tick.symbol))));
    }
    Ok(answer)
}

impl<'a> Asked<'a> {
    /// The one code of a question for one symbol.
    fn only(&self) -> &'a str {
        self.codes.first().map_or("", String::as_str)
    }

    /// The code asked for that an answer calls so.
    fn called(&self, told: &str) -> Option<&'a str> {
        let told = told.trim();
        self.codes.iter().find(|code| code.eq_ignore_ascii_case(told)).map(String::as_str)
    }

    /// Lets nothing through but the one symbol that was asked for. What names none is believed.
    fn is_told(&self, told: Option<&str>) -> Result<(), FeedError> {
        match told {
            Some(told) if self.called(told).is_none() => Err(self.other(told)),
            _ => Ok(()),
        }
    }

    fn other(&self, told: &str) -> FeedError {
        FeedError::OtherSymbol { asked: self.only().to_owned(), told: line(told, 32) }
    }

    /// Reads what an answer says of many, each by itself; codes that it does not speak of are unknown to it.
    fn each<T>(
        &self,
        told: impl IntoIterator<Item = T>,
        symbol: impl Fn(&T) -> Option<String>,
        read: impl Fn(&T, &str) -> Result<Tick, FeedError>,
    ) -> Answer {
        let (mut answer, mut stranger) = (Answer::default(), None);
        for one in told {
            let Some(name) = symbol(&one) else { continue };
            match self.called(&name) {
                Some(code) if answer.speaks_of(code) => {}
                Some(code) => answer.add(code, read(&one, code)),
                None => stranger = Some(name),
            }
        }
        for code in self.codes {
            if !answer.speaks_of(code) {
                let other = stranger.as_ref().filter(|_| self.codes.len() == 1);
                let why = other.map_or_else(|| FeedError::UnknownSymbol(code.clone()), |told| self.other(told));
                answer.refused.push((code.clone(), why));
            }
        }
        answer
    }
}

impl Answer {
    fn speaks_of(&self, code: &str) -> bool {
        self.ticks.iter().any(|tick| tick.symbol == code) || self.refused.iter().any(|(refused, _)| refused == code)
    }

    fn add(&mut self, code: &str, read: Result<Tick, FeedError>) {
        match read {
            Ok(tick) => self.ticks.push(Tick { symbol: code.to_owned(), ..tick }.filled()),
            Err(error) => self.refused.push((code.to_owned(), error)),
        }
    }

    /// What an answer for one symbol tells.
    fn of(code: &str, read: Result<Tick, FeedError>) -> Result<Self, FeedError> {
        let mut answer = Self::default();
        match read {
            Err(error) if !error.is_of_symbol() => return Err(error),
            read => answer.add(code, read),
        }
        Ok(answer)
    }
}

impl Tick {
    /// With what follows from the rest.
    fn filled(mut self) -> Self {
        let change = self.previous.and_then(|previous| self.price.checked_sub(previous));
        self.change = self.change.or(change).map(|change| change.normalize());
        let percent = || {
            let previous = self.previous.filter(|previous| !previous.is_zero())?;
            Some(self.change?.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(previous.abs())?.round_dp(4))
        };
        self.percent = self.percent.or_else(percent).map(|percent| percent.normalize());
        self
    }

    /// In the currency that is kept: what is told in pence is counted in pounds.
    fn in_currency(mut self, told: Option<&str>) -> Result<Self, FeedError> {
        let Some(told) = told.filter(|told| !told.trim().is_empty()) else { return Ok(self) };
        let (code, worth) = currency(told)?;
        if worth != Decimal::ONE {
            for number in [&mut self.open, &mut self.high, &mut self.low, &mut self.previous, &mut self.change]
                .into_iter()
                .flatten()
            {
                *number = (*number * worth).normalize();
            }
            self.price = (self.price * worth).normalize();
        }
        self.currency = Some(code);
        Ok(self)
    }
}

/// The bar of a day, where its numbers hold together: the highest is no lower than the rest, and so on.
fn day_bar(at: Moment, [open, high, low, close]: [Decimal; 4], volume: Option<Decimal>) -> Bar {
    Bar { at, open, high: high.max(open).max(close), low: low.min(open).min(close), close, volume }
}

/// Days in their order, each once: the last that was told of it; the newest where they are too many.
fn in_order(mut bars: Vec<Bar>) -> Result<Vec<Bar>, FeedError> {
    bars.sort_by_key(|bar| bar.at);
    bars.reverse();
    bars.dedup_by_key(|bar| bar.at);
    bars.truncate(limits::FEED_BARS);
    bars.reverse();
    if bars.is_empty() { Err(FeedError::Missing("days".to_owned())) } else { Ok(bars) }
}
