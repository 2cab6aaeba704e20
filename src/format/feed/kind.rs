//! The kinds of feeds, and what is usual of each.

use std::str::FromStr;

/// A way of saying numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Lines of CSV, one a symbol.
    Lines,
    /// A chart of one symbol, as JSON.
    Chart,
    /// A list of quotes, as JSON.
    Quotes,
    /// One quote under numbered names, as JSON.
    Global,
    /// One quote under names of one letter, as JSON; trades by a stream.
    Short,
    /// Quotes in texts, as JSON; prices by a stream.
    Twelve,
    /// The reference rates of the European Central Bank, as XML.
    Ecb,
    /// Any JSON.
    Json,
    /// Any CSV.
    Csv,
    /// What the office makes up.
    Simulated,
}

/// What is usual of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Its name in forms and on the command line.
    pub word: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is, and what it needs.
    pub sentence: &'static str,
    /// Where it is asked.
    pub address: &'static str,
    /// Where the past is asked.
    pub history: &'static str,
    /// Where its stream is.
    pub stream: &'static str,
    /// How symbols are written there, where not as they are.
    pub pattern: &'static str,
    /// What parts the symbols of one request.
    pub separator: &'static str,
    /// Symbols that one request may ask for.
    pub at_once: usize,
    /// Requests in a minute that it usually allows; 0 where it says none.
    pub per_minute: u32,
    /// Seconds from one question to the next.
    pub every: i64,
    /// Seconds that its numbers are behind.
    pub delay: i64,
    /// What is said beside each number.
    pub licence: &'static str,
}

const NOTHING: Facts = Facts {
    word: "",
    title: "",
    sentence: "",
    address: "",
    history: "",
    stream: "",
    pattern: "",
    separator: ",",
    at_once: 1,
    per_minute: 0,
    every: 60,
    delay: 0,
    licence: "",
};

const LINES: Facts = Facts {
    word: "lines",
    title: "CSV lines, as Stooq tells",
    sentence: "Many symbols in one request, days of the past. Needs no key.",
    address: "https://stooq.com/q/l/?s={symbols}&f=sd2t2ohlcv&h&e=csv",
    history: "https://stooq.com/q/d/l/?s={symbol}&i=d",
    separator: "+",
    at_once: 50,
    every: 300,
    delay: 900,
    ..NOTHING
};
const CHART: Facts = Facts {
    word: "chart",
    title: "Chart, as Yahoo Finance tells",
    sentence: "One symbol in a request, days of the past.",
    address: "https://query1.finance.yahoo.com/v8/finance/chart/{symbol}?interval=5m&range=1d",
    history: "https://query1.finance.yahoo.com/v8/finance/chart/{symbol}?interval=1d&range=10y",
    per_minute: 60,
    every: 120,
    delay: 900,
    ..NOTHING
};
const QUOTES: Facts = Facts {
    word: "quotes",
    title: "Quote list, as Yahoo Finance tells",
    sentence: "Many symbols in one request; days of the past by a chart address.",
    address: "https://query1.finance.yahoo.com/v7/finance/quote?symbols={symbols}",
    history: "https://query1.finance.yahoo.com/v8/finance/chart/{symbol}?interval=1d&range=10y",
    at_once: 50,
    per_minute: 30,
    every: 60,
    delay: 900,
    ..NOTHING
};
const GLOBAL: Facts = Facts {
    word: "global",
    title: "Global quote, as Alpha Vantage tells",
    sentence: "One symbol in a request, days of the past. Needs a key; without payment few requests a day.",
    address: "https://www.alphavantage.co/query?function=GLOBAL_QUOTE&symbol={symbol}&apikey={key}",
    history: "https://www.alphavantage.co/query?function=TIME_SERIES_DAILY&symbol={symbol}&outputsize=compact&apikey={key}",
    per_minute: 5,
    every: 3600,
    delay: 900,
    ..NOTHING
};
const SHORT: Facts = Facts {
    word: "short",
    title: "One-letter quote, as Finnhub tells",
    sentence: "One symbol in a request, trades as they happen by a stream. Needs a key.",
    address: "https://finnhub.io/api/v1/quote?symbol={symbol}&token={key}",
    stream: "wss://ws.finnhub.io/?token={key}",
    per_minute: 55,
    every: 60,
    ..NOTHING
};
const TWELVE: Facts = Facts {
    word: "twelve",
    title: "Text quote, as Twelve Data tells",
    sentence: "Some symbols in a request, days of the past, prices as they change by a stream. Needs a key.",
    address: "https://api.twelvedata.com/quote?symbol={symbols}&apikey={key}",
    history: "https://api.twelvedata.com/time_series?symbol={symbol}&interval=1day&outputsize=5000&apikey={key}",
    stream: "wss://ws.twelvedata.com/v1/quotes/price?apikey={key}",
    at_once: 8,
    per_minute: 8,
    every: 60,
    ..NOTHING
};
const ECB: Facts = Facts {
    word: "ecb",
    title: "Reference rates of the European Central Bank",
    sentence: "Some thirty currencies against the euro (EURUSD, EURGBP …), once on each working day at about 16:00. Needs no key.",
    address: "https://www.ecb.europa.eu/stats/eurofx/eurofxref-daily.xml",
    history: "https://www.ecb.europa.eu/stats/eurofx/eurofxref-hist-90d.xml",
    at_once: 500,
    every: 3600,
    licence: "Source: ECB; for information only",
    ..NOTHING
};
const JSON: Facts = Facts {
    word: "json",
    title: "Any JSON address",
    sentence: "A number at a path you name: a price of fuel, the temperature of a room, the orders of today.",
    at_once: 50,
    every: 300,
    ..NOTHING
};
const CSV: Facts = Facts {
    word: "csv",
    title: "Any CSV address",
    sentence: "A number in a column you name; semicolons and decimal commas are understood.",
    at_once: 50,
    every: 300,
    ..NOTHING
};
const SIMULATED: Facts = Facts {
    word: "simulated",
    title: "Simulated",
    sentence: "Invented companies and rates, made up by the office itself, for trying it out and for closed networks. Every number says so.",
    at_once: 1000,
    every: 5,
    licence: "Invented",
    ..NOTHING
};

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Lines,
        Self::Chart,
        Self::Quotes,
        Self::Global,
        Self::Short,
        Self::Twelve,
        Self::Ecb,
        Self::Json,
        Self::Csv,
        Self::Simulated,
    ];

    /// What is usual of it.
    #[must_use]
    pub const fn facts(self) -> &'static Facts {
        match self {
            Self::Lines => &LINES,
            Self::Chart => &CHART,
            Self::Quotes => &QUOTES,
            Self::Global => &GLOBAL,
            Self::Short => &SHORT,
            Self::Twelve => &TWELVE,
            Self::Ecb => &ECB,
            Self::Json => &JSON,
            Self::Csv => &CSV,
            Self::Simulated => &SIMULATED,
        }
    }

    /// Whether it is told by a provider at all.
    #[must_use]
    pub const fn has_address(self) -> bool {
        !matches!(self, Self::Simulated)
    }

    /// Whether it may tell of a symbol at all, as far as the symbol's letters say.
    #[must_use]
    pub fn may_tell(self, code: &str) -> bool {
        match self {
            Self::Ecb => super::ecb::is_rate(code),
            Self::Simulated => false,
            _ => true,
        }
    }

    /// Whether it tells many at one address, whatever it is asked for: a table of rates.
    #[must_use]
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Ecb)
    }

    /// Whether its numbers may be any at any time, such as a count or a temperature.
    #[must_use]
    pub const fn may_jump(self) -> bool {
        matches!(self, Self::Json | Self::Csv)
    }

    /// Whether it can be told as it happens.
    #[must_use]
    pub const fn has_stream(self) -> bool {
        matches!(self, Self::Short | Self::Twelve)
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.facts().word == word).ok_or(())
    }
}
