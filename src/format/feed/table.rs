//! CSV tables: comma, semicolon, tab or bar, quoted or not, bounded. RFC 4180, leniently.

use super::{FeedError, text};
use crate::kernel::limits;

/// A table that was read.
#[derive(Debug)]
pub(super) struct Table {
    /// Its first line.
    pub head: Vec<String>,
    /// The lines behind that.
    pub lines: Vec<Vec<String>>,
    /// Whether semicolons part its columns: then a comma stands before a fraction.
    pub is_semicolon: bool,
}

/// Reads a table.
pub(super) fn read(body: &[u8]) -> Result<Table, FeedError> {
    let text = text(body)?;
    if text.trim_start().starts_with('<') {
        return Err(FeedError::WebPage);
    }
    // Every quote that opens closes: one that is left over would swallow lines, and their numbers with them.
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
        return Err(FeedError::Cut);
    }
    let separator = separator(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut record, mut lines) = (csv::StringRecord::new(), Vec::new());
    while reader.read_record(&mut record).map_err(|_| FeedError::OtherKind("it is no table"))? {
        if lines.len() > limits::FEED_BARS || record.len() > limits::FEED_COLUMNS {
            return Err(FeedError::TooMuch("lines or columns"));
        }
        if record.iter().any(|cell| cell.len() > limits::FEED_CELL) {
            return Err(FeedError::TooMuch("letters in one cell"));
        }
        lines.push(record.iter().map(str::to_owned).collect::<Vec<_>>());
    }
    if lines.is_empty() {
        return Err(FeedError::Empty);
    }
    let head = lines.remove(0);
    Ok(Table { head, lines, is_semicolon: separator == b';' })
}

/// What parts the columns: what the first line has most of, outside quotes.
fn separator(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut is_quoted = false;
    for byte in first.bytes() {
        is_quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(mark, _)| *mark == byte && !is_quoted) {
            *count += 1;
        }
    }
    // The comma last, so that it wins where there is none at all.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| mark)
}

impl Table {
    /// The place of a column, by its name or by its number from 1.
    pub(super) fn column(&self, named: &str) -> Option<usize> {
        let named = named.trim();
        let by_name = self
            .head
            .iter()
            .position(|head| head.eq_ignore_ascii_case(named) || head.to_lowercase() == named.to_lowercase());
        by_name.or_else(|| {
            named
                .parse::<usize>()
                .ok()
                .filter(|number| (1..=limits::FEED_COLUMNS).contains(number))
                .map(|number| number - 1)
        })
    }
}
