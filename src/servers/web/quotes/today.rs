//! A watchlist as the launch point shows it.

use super::super::error::WebError;
use super::super::session::Visit;
use super::chart;
use super::habit::Habit;
use super::row::RowView;
use crate::domain::people::Session;
use crate::domain::quotes::{self, Spark};
use crate::domain::store::ReadTx;

/// Rows shown: the page is a glance.
const ROWS: usize = 6;

/// The first rows of a list.
#[derive(Debug, Clone)]
pub struct QuotesView {
    /// What it is called.
    pub name: String,
    /// The rows.
    pub rows: Vec<RowView>,
}

impl QuotesView {
    /// Reads the list that the person looked at last, else the first that has something on it: the company's, where
    /// there is none of their own.
    pub fn read(tx: &ReadTx<'_>, session: &Session, visit: &Visit, habit: &Habit) -> Result<Self, WebError> {
        let lists = quotes::lists(tx, session.person.id)?;
        let full = |list: &&quotes::Watchlist| !list.symbols.is_empty();
        let last = lists.iter().filter(full).find(|list| Some(list.id) == habit.list);
        let Some(list) = last.or_else(|| lists.iter().find(full)) else {
            return Ok(Self { name: "Quotes".to_owned(), rows: Vec::new() });
        };
        let ids: Vec<_> = list.symbols.iter().copied().take(ROWS).collect();
        let mut sparks = quotes::sparklines(tx, &ids, Spark::Day)?;
        let (suffix, reader) = (format!("?list={}", list.id), visit.reader());
        let row = |quote: &quotes::Quote| {
            let spark = chart::spark(&sparks.remove(&quote.symbol).unwrap_or_default());
            RowView::new(quote, spark, reader, &suffix)
        };
        Ok(Self { name: list.name.clone(), rows: quotes::quotes(tx, &ids)?.iter().map(row).collect() })
    }
}
