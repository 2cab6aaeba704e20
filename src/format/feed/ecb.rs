//! The reference rates of the European Central Bank: XML of `Cube` in `Cube` in `Cube`, a day and its rates against the
//! euro. Symbols are EURUSD and the like. What declares a document type or an instruction is refused.

use super::{Adapter, Answer, Asked, Bar, FeedError, Tick, day_bar, decimal, in_order, text, when};
use crate::kernel::clock::Moment;
use crate::kernel::limits;
use crate::kernel::zone::instant;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Europe::Berlin;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rust_decimal::Decimal;

/// Reads it.
pub(super) struct Ecb;

/// The currencies it tells of.
const CURRENCIES: [&str; 29] = [
    "USD", "JPY", "CZK", "DKK", "GBP", "HUF", "PLN", "RON", "SEK", "CHF", "ISK", "NOK", "TRY", "AUD", "BRL", "CAD",
    "CNY", "HKD", "IDR", "ILS", "INR", "KRW", "MXN", "MYR", "NZD", "PHP", "SGD", "THB", "ZAR",
];

/// Whether a symbol is one of its rates.
pub(super) fn is_rate(code: &str) -> bool {
    code.strip_prefix("EUR").is_some_and(|currency| CURRENCIES.contains(&currency))
}

/// All its rates.
pub(super) fn rates_told() -> Vec<String> {
    CURRENCIES.iter().map(|currency| ["EUR", currency].concat()).collect()
}

/// Minutes after midnight, on Frankfurt's clock, of which the rates are.
const OF: i64 = 14 * 60 + 15;

impl Adapter for Ecb {
    fn ticks(&self, body: &[u8], asked: &Asked<'_>) -> Result<Answer, FeedError> {
        let rates = rates(body)?;
        let newest = rates.iter().map(|rate| rate.day).max().ok_or_else(|| FeedError::Missing("rates".to_owned()))?;
        let before = rates.iter().map(|rate| rate.day).filter(|day| *day < newest).max();
        let of_day = |day: Option<NaiveDate>, code: &str| {
            let found = rates.iter().find(|rate| Some(rate.day) == day && rate.code() == code);
            found.map(|rate| rate.value)
        };
        let told = rates.iter().filter(|rate| rate.day == newest);
        Ok(asked.each(
            told,
            |rate| Some(rate.code()),
            |rate, _| {
                let previous = of_day(before, &rate.code());
                let (name, currency) = (Some(["Euro / ", &rate.currency].concat()), Some(rate.currency.clone()));
                let (price, at, market) = (rate.value, Some(at(rate.day)?), Some("ECB".to_owned()));
                Ok(Tick { price, at, previous, currency, name, market, ..Tick::default() })
            },
        ))
    }

    fn bars(&self, body: &[u8], asked: &Asked<'_>) -> Result<Vec<Bar>, FeedError> {
        let rates = rates(body)?;
        let own = rates.iter().filter(|rate| asked.called(&rate.code()).is_some());
        let bars: Vec<Bar> = own.map(|rate| day_bar(when::begin(rate.day), [rate.value; 4], None)).collect();
        if bars.is_empty() {
            return Err(FeedError::UnknownSymbol(asked.only().to_owned()));
        }
        in_order(bars)
    }
}

struct Rate {
    day: NaiveDate,
    currency: String,
    value: Decimal,
}

impl Rate {
    fn code(&self) -> String {
        ["EUR", &self.currency].concat()
    }
}

fn at(day: NaiveDate) -> Result<Moment, FeedError> {
    let local = day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(OF)).ok_or(FeedError::BadTime)?;
    Ok(instant(local, Berlin))
}

fn rates(body: &[u8]) -> Result<Vec<Rate>, FeedError> {
    let mut reader = Reader::from_str(text(body)?);
    let (mut rates, mut day, mut depth, mut is_cube) = (Vec::new(), None, 0_usize, false);
    for _ in 0..limits::FEED_VALUES {
        let event = reader.read_event().map_err(|_| FeedError::OtherKind("it is no XML"))?;
        let (element, goes_in) = match event {
            Event::Start(element) => (element, true),
            Event::Empty(element) => (element, false),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Event::DocType(_) | Event::PI(_) | Event::GeneralRef(_) => return Err(FeedError::Declares),
            Event::Eof if depth > 0 => return Err(FeedError::Cut),
            Event::Eof if !is_cube => return Err(FeedError::OtherKind("it holds no rates")),
            Event::Eof => return Ok(rates),
            _ => continue,
        };
        depth += usize::from(goes_in);
        if depth > limits::FEED_DEPTH {
            return Err(FeedError::TooMuch("levels"));
        }
        if element.local_name().as_ref() != "Cube" {
            continue;
        }
        is_cube = true;
        if let Some(time) = attribute(&element, "time")? {
            day = Some(when::a_day(&time).ok_or(FeedError::BadTime)?);
        }
        if let (Some(currency), Some(rate)) = (attribute(&element, "currency")?, attribute(&element, "rate")?) {
            let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
            let value = decimal(&rate).filter(|value| *value > Decimal::ZERO);
            rates.push(Rate {
                day: day.ok_or(FeedError::BadTime)?,
                currency: if is_code { currency } else { return Err(FeedError::BadCurrency) },
                value: value.ok_or_else(|| FeedError::NotANumber("rate".to_owned()))?,
            });
        }
    }
    Err(FeedError::TooMuch("elements"))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, FeedError> {
    let wrong = FeedError::OtherKind("it is no XML");
    let Ok(found) = element.try_get_attribute(name) else { return Err(wrong) };
    let Some(found) = found else { return Ok(None) };
    let text: &str = &found.value;
    // A rate and a day need no references, and nothing is looked up for one.
    if text.contains('&') || text.len() > limits::FEED_CELL { Err(wrong) } else { Ok(Some(text.to_owned())) }
}
