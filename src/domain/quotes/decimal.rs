//! Decimals as the file keeps them: text, so that nothing is rounded on the way.

use crate::kernel::limits;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rust_decimal::Decimal;

/// A decimal in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Dec(pub(super) Decimal);

impl ToSql for Dec {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.normalize().to_string()))
    }
}

impl FromSql for Dec {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        text.parse().map(Self).map_err(|_| FromSqlError::Other(format!("{text:?} is no decimal").into()))
    }
}

/// The column of a number that may be missing.
pub(super) fn dec(value: Option<Decimal>) -> Option<Dec> {
    value.map(Dec)
}

/// A number as it is kept; `None` for one that no price can be.
pub(super) fn kept(value: Decimal) -> Option<Decimal> {
    let is_price = value.abs() < Decimal::from(limits::QUOTE_PRICE);
    is_price.then(|| value.round_dp(limits::QUOTE_FIGURES).normalize())
}
