//! What `quotes` refuses.

use crate::domain::people::PeopleError;
use crate::domain::store::StoreError;
use crate::kernel::limits;

/// Why `quotes` refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QuotesError {
    /// Not a symbol.
    #[error("a symbol has 1 to {} letters, figures and signs such as . ^ = - and no blank", limits::QUOTE_CODE)]
    BadCode,
    /// Nobody knows of such a symbol.
    #[error("there is no such symbol")]
    NoSymbol,
    /// The office knows as many symbols as it may.
    #[error("the office knows {} symbols, which is all it may; remove some from lists first", limits::QUOTE_SYMBOLS)]
    TooManySymbols,
    /// No such list, or another's.
    #[error("there is no such watchlist")]
    NoList,
    /// Not a name.
    #[error("a watchlist's name has 1 to {} characters", limits::QUOTE_LIST_NAME)]
    BadName,
    /// There is a list of this name.
    #[error("there is a watchlist called {0} already")]
    Taken(String),
    /// As many lists as there may be.
    #[error("at most {} watchlists", limits::QUOTE_LISTS)]
    TooManyLists,
    /// The list is full.
    #[error("at most {} symbols on one watchlist", limits::QUOTE_LISTED)]
    FullList,
    /// The company's lists are edited by administrators.
    #[error("only administrators edit the company's watchlists")]
    NotAllowed,
    /// No such alert, or another's.
    #[error("there is no such alert")]
    NoAlert,
    /// Not a price.
    #[error(
        "a price is a number below {} with at most {} figures after the point",
        limits::QUOTE_PRICE,
        limits::QUOTE_FIGURES
    )]
    BadPrice,
    /// Not a percentage.
    #[error("a change in percent is a number above 0 and at most 1000")]
    BadPercent,
    /// Not a way back.
    #[error("how far a price has to come back is a number above 0")]
    BadMargin,
    /// Told by no way.
    #[error("choose at least one way to be told")]
    NoWay,
    /// As many alerts as a person may have.
    #[error("at most {} alerts", limits::QUOTE_ALERTS)]
    TooManyAlerts,
    /// No such holding, or another's.
    #[error("there is no such holding")]
    NoHolding,
    /// Not an amount.
    #[error("an amount is a number, not 0, below 1,000,000,000")]
    BadAmount,
    /// Not a cost.
    #[error("a cost is a number that is not below 0")]
    BadCost,
    /// Not a currency.
    #[error("a currency has three letters, such as EUR")]
    BadCurrency,
    /// A day that has not come yet.
    #[error("the day has not come yet")]
    BadDay,
    /// Too long a note.
    #[error("a note has at most {} characters", limits::QUOTE_NOTE)]
    LongNote,
    /// As many holdings as a person may have.
    #[error("at most {} holdings", limits::QUOTE_HOLDINGS)]
    TooManyHoldings,
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for QuotesError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<PeopleError> for QuotesError {
    fn from(error: PeopleError) -> Self {
        Self::Store(error.into())
    }
}

impl From<QuotesError> for StoreError {
    fn from(error: QuotesError) -> Self {
        match error {
            QuotesError::Store(error) => error,
            other => Self::Sqlite(other.to_string()),
        }
    }
}
