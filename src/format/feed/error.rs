//! Why an answer gave no number, each as a sentence for the administrator. None quotes what came: it may hold the key.

use std::time::Duration;

/// Why an answer gave no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// Nothing came.
    #[error("the answer is empty")]
    Empty,
    /// It ends in the middle.
    #[error("the answer breaks off in the middle")]
    Cut,
    /// Neither UTF-8 nor anything near it.
    #[error("the answer is no text in UTF-8")]
    NotText,
    /// A page for people: a consent, a riddle, an error.
    #[error("a web page came instead of numbers")]
    WebPage,
    /// It is written otherwise than this kind is.
    #[error("the answer is not of this kind: {0}")]
    OtherKind(&'static str),
    /// A document type or an instruction, which no such answer needs and an attack does.
    #[error("the answer declares a document type or an instruction, which is refused")]
    Declares,
    /// It goes over a limit.
    #[error("the answer holds too many {0}")]
    TooMuch(&'static str),
    /// The same key twice: which one is meant cannot be known.
    #[error("the answer says the same thing twice")]
    Twice,
    /// A place that is named holds nothing.
    #[error("the answer has no {0}")]
    Missing(String),
    /// What is there is no number.
    #[error("the {0} is no number")]
    NotANumber(String),
    /// No time that can be.
    #[error("its time is none that can be")]
    BadTime,
    /// A time that is yet to come.
    #[error("its clock is ahead: its numbers bear a time that is yet to come")]
    Ahead,
    /// Not letters.
    #[error("its currency is none that can be")]
    BadCurrency,
    /// The provider knows the symbol and says no number.
    #[error("it has no number for {0} now")]
    NoData(String),
    /// The provider does not know the symbol.
    #[error("it does not know {0}")]
    UnknownSymbol(String),
    /// It told of something else than was asked for.
    #[error("{asked} was asked for and {told} came")]
    OtherSymbol {
        /// What was asked for.
        asked: String,
        /// What came.
        told: String,
    },
    /// It was asked too often.
    #[error("it was asked more often than it allows")]
    RateLimited {
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
    /// The key is missing, wrong or not good for this.
    #[error("it does not accept the key, or the key is not good for this")]
    BadKey,
    /// It says that it failed.
    #[error("it says that something went wrong with it")]
    Refused,
    /// Its kind tells no past.
    #[error("it tells no history")]
    NoHistory,
    /// A path or a column that cannot be read.
    #[error("{0}")]
    BadPlace(String),
}

impl FeedError {
    /// Whether it is of one symbol alone: the rest of the feed may be well.
    #[must_use]
    pub const fn is_of_symbol(&self) -> bool {
        matches!(self, Self::NoData(_) | Self::UnknownSymbol(_) | Self::OtherSymbol { .. })
    }
}
